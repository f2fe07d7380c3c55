-- litmus: query/1
-- title: How soon a supplier's next contract from the same buyer follows
-- purpose: Days between one signature and the next for each buyer and supplier, and how many came within a number of
--   days, the pattern that a contract split in slices leaves behind. Contracts without a date, a buyer or a supplier
--   cannot follow one another and are left to the other files.
-- param: within_days BIGINT = 30 -- what counts as soon
-- param: min_contracts BIGINT = 2 -- pairs with fewer contracts are left out
-- in: contract (contract_id VARCHAR key, award_id VARCHAR, supplier_id VARCHAR null, signed DATE null)
-- in: award (award_id VARCHAR key, lot_id VARCHAR)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: buyer_id VARCHAR -- the buyer
-- out: supplier_id VARCHAR -- the supplier
-- out: contracts BIGINT -- dated contracts between the two
-- out: soon BIGINT -- contracts that followed within so many days
-- out: gap_min BIGINT null -- fewest days between two
-- out: gap_median DOUBLE null -- median days between two
-- key: buyer_id, supplier_id
WITH dated AS (
  SELECT
    contract.contract_id AS contract_id,
    notice.buyer_id AS buyer_id,
    contract.supplier_id AS supplier_id,
    contract.signed AS signed
  FROM contract
  INNER JOIN award ON award.award_id = contract.award_id
  INNER JOIN lot ON lot.lot_id = award.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
  WHERE contract.signed IS NOT NULL AND contract.supplier_id IS NOT NULL AND notice.buyer_id IS NOT NULL
),
followed AS (
  SELECT
    buyer_id AS buyer_id,
    supplier_id AS supplier_id,
    signed AS signed,
    lag(signed) OVER (
      PARTITION BY buyer_id, supplier_id ORDER BY signed ASC NULLS FIRST, contract_id ASC NULLS FIRST
    ) AS before
  FROM dated
),
gap AS (
  SELECT buyer_id AS buyer_id, supplier_id AS supplier_id, date_diff('day', before, signed) AS days
  FROM followed
)
SELECT
  buyer_id AS buyer_id,
  supplier_id AS supplier_id,
  count(*) AS contracts,
  CAST(sum(CASE WHEN days <= $within_days THEN 1 ELSE 0 END) AS BIGINT) AS soon,
  min(days) AS gap_min,
  median(days) AS gap_median
FROM gap
GROUP BY buyer_id, supplier_id
HAVING count(*) >= $min_contracts
ORDER BY buyer_id ASC NULLS FIRST, supplier_id ASC NULLS FIRST
