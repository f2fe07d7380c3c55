-- litmus: query/1
-- title: Contracts won by suppliers new to the buyer, by year
-- purpose: A market in which newcomers stop winning is closing. A supplier is new to a buyer with its first dated contract
--   there; contracts without a supplier may be anybody's and are counted as possible only.
-- in: contract (contract_id VARCHAR key, award_id VARCHAR, supplier_id VARCHAR null, signed DATE null)
-- in: award (award_id VARCHAR key, lot_id VARCHAR)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: year BIGINT -- year of signature
-- out: contracts BIGINT -- dated contracts of the year
-- out: buyers BIGINT -- buyers named in them
-- out: new_certain BIGINT -- contracts that are a named supplier's first on record with a named buyer
-- out: new_possible BIGINT -- the same, and contracts that do not name both
-- key: year
WITH dated AS (
  SELECT
    contract.contract_id AS contract_id,
    notice.buyer_id AS buyer_id,
    contract.supplier_id AS supplier_id,
    contract.signed AS signed,
    CASE WHEN notice.buyer_id IS NULL OR contract.supplier_id IS NULL THEN 1 ELSE 0 END AS unnamed
  FROM contract
  INNER JOIN award ON award.award_id = contract.award_id
  INNER JOIN lot ON lot.lot_id = award.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
  WHERE contract.signed IS NOT NULL
),
ranked AS (
  SELECT
    buyer_id AS buyer_id,
    CAST(extract(year FROM signed) AS BIGINT) AS year,
    unnamed AS unnamed,
    row_number() OVER (
      PARTITION BY buyer_id, supplier_id ORDER BY signed ASC NULLS FIRST, contract_id ASC NULLS FIRST
    ) AS place
  FROM dated
)
SELECT
  year AS year,
  count(*) AS contracts,
  count(DISTINCT buyer_id) AS buyers,
  CAST(sum(CASE WHEN unnamed = 0 AND place = 1 THEN 1 ELSE 0 END) AS BIGINT) AS new_certain,
  CAST(sum(CASE WHEN unnamed = 1 OR place = 1 THEN 1 ELSE 0 END) AS BIGINT) AS new_possible
FROM ranked
GROUP BY year
ORDER BY year ASC NULLS FIRST
