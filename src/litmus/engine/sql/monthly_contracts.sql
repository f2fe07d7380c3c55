-- litmus: query/1
-- title: Contracts a month and over the last twelve months, by buyer
-- purpose: Counts and known value by month of signature, with the twelve months that end there. The frame runs over the
--   number of the month and not over rows, so months without a contract count as months.
-- in: contract (contract_id VARCHAR key, award_id VARCHAR, signed DATE null, eur_minor BIGINT null)
-- in: award (award_id VARCHAR key, lot_id VARCHAR)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: buyer_id VARCHAR null -- the buyer; NULL: not named
-- out: month BIGINT -- year * 12 + month - 1
-- out: contracts BIGINT -- contracts signed in the month
-- out: eur_minor BIGINT null -- their known value, in euro cents
-- out: contracts_12 BIGINT -- contracts signed in the twelve months that end with it
-- out: eur_minor_12 BIGINT null -- their known value
-- key: buyer_id, month
WITH monthly AS (
  SELECT
    notice.buyer_id AS buyer_id,
    extract(year FROM contract.signed) * 12 + extract(month FROM contract.signed) - 1 AS month,
    count(*) AS contracts,
    CAST(sum(contract.eur_minor) AS BIGINT) AS eur_minor
  FROM contract
  INNER JOIN award ON award.award_id = contract.award_id
  INNER JOIN lot ON lot.lot_id = award.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
  WHERE contract.signed IS NOT NULL
  GROUP BY notice.buyer_id, extract(year FROM contract.signed) * 12 + extract(month FROM contract.signed) - 1
)
SELECT
  buyer_id AS buyer_id,
  CAST(month AS BIGINT) AS month,
  contracts AS contracts,
  eur_minor AS eur_minor,
  CAST(
    sum(contracts) OVER (
      PARTITION BY buyer_id ORDER BY month ASC NULLS FIRST RANGE BETWEEN 11 PRECEDING AND CURRENT ROW
    ) AS BIGINT
  ) AS contracts_12,
  CAST(
    sum(eur_minor) OVER (
      PARTITION BY buyer_id ORDER BY month ASC NULLS FIRST RANGE BETWEEN 11 PRECEDING AND CURRENT ROW
    ) AS BIGINT
  ) AS eur_minor_12
FROM monthly
ORDER BY buyer_id ASC NULLS FIRST, month ASC NULLS FIRST
