-- litmus: query/1
-- title: How far each buyer's spending rests on few suppliers
-- purpose: Contracts by buyer and supplier in whole euro cents; the greatest supplier's share and the concentration
--   (Herfindahl-Hirschman, where a sole supplier has 1,000,000) as whole bounds, since shares are rounded down for the
--   lower and up for the upper end. Contracts without a supplier, a value or a buyer are counted, not dropped; the bounds
--   are those of the contracts that name all three.
-- in: contract (contract_id VARCHAR key, award_id VARCHAR, supplier_id VARCHAR null, eur_minor BIGINT null)
-- in: award (award_id VARCHAR key, lot_id VARCHAR)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: buyer_id VARCHAR null -- the buyer; NULL: contracts whose buyer is not named
-- out: contracts BIGINT -- contracts on record
-- out: incomplete BIGINT -- contracts without a supplier or a value
-- out: suppliers BIGINT -- suppliers with a known value
-- out: eur_minor BIGINT null -- known value, in euro cents
-- out: top_eur_minor BIGINT null -- the greatest supplier's known value
-- out: top_share_lo_ppm BIGINT null -- its share, rounded down
-- out: top_share_hi_ppm BIGINT null -- its share, rounded up
-- out: hhi_lo_ppm BIGINT null -- concentration, lower end
-- out: hhi_hi_ppm BIGINT null -- concentration, upper end
-- key: buyer_id
WITH bought AS (
  SELECT
    notice.buyer_id AS buyer_id,
    contract.supplier_id AS supplier_id,
    count(*) AS contracts,
    CAST(sum(CASE WHEN contract.supplier_id IS NULL OR contract.eur_minor IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS incomplete,
    CAST(sum(CASE WHEN contract.supplier_id IS NULL THEN NULL ELSE contract.eur_minor END) AS BIGINT) AS eur_minor
  FROM contract
  INNER JOIN award ON award.award_id = contract.award_id
  INNER JOIN lot ON lot.lot_id = award.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
  GROUP BY notice.buyer_id, contract.supplier_id
),
whole AS (
  SELECT
    coalesce(buyer_id, '') AS buyer,
    CAST(sum(contracts) AS BIGINT) AS contracts,
    CAST(sum(incomplete) AS BIGINT) AS incomplete,
    count(eur_minor) AS suppliers,
    CAST(sum(eur_minor) AS BIGINT) AS eur_minor,
    max(eur_minor) AS top_eur_minor
  FROM bought
  GROUP BY coalesce(buyer_id, '')
),
portion AS (
  SELECT
    whole.buyer AS buyer,
    bought.eur_minor * 1000000 // nullif(whole.eur_minor, 0) AS lo_ppm,
    (bought.eur_minor * 1000000 + whole.eur_minor - 1) // nullif(whole.eur_minor, 0) AS hi_ppm
  FROM bought
  INNER JOIN whole ON whole.buyer = coalesce(bought.buyer_id, '')
),
squared AS (
  SELECT
    buyer AS buyer,
    CAST(sum(lo_ppm * lo_ppm) AS BIGINT) AS lo,
    CAST(sum(hi_ppm * hi_ppm) AS BIGINT) AS hi,
    max(lo_ppm) AS top_lo,
    max(hi_ppm) AS top_hi
  FROM portion
  GROUP BY buyer
)
SELECT
  nullif(whole.buyer, '') AS buyer_id,
  whole.contracts AS contracts,
  whole.incomplete AS incomplete,
  whole.suppliers AS suppliers,
  whole.eur_minor AS eur_minor,
  whole.top_eur_minor AS top_eur_minor,
  squared.top_lo AS top_share_lo_ppm,
  squared.top_hi AS top_share_hi_ppm,
  squared.lo // 1000000 AS hhi_lo_ppm,
  (squared.hi + 999999) // 1000000 AS hhi_hi_ppm
FROM whole
INNER JOIN squared ON squared.buyer = whole.buyer
ORDER BY buyer_id ASC NULLS FIRST
