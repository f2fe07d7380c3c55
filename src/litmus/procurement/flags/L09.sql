-- litmus: query/1
-- title: One bidder, and a brand is named
-- purpose: One bid came in, and the call names a brand or manufacturer: a sign, no proof, that the specification was written for
--   somebody. Where the number of bids is not known, or there was one bid and the record has no field for a brand, the answer is
--   unknown.
-- source: Directive 2014/24/EU, Article 42(4) (technical specifications may not refer to a specific make)
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, tenderers BIGINT null, brand_named BOOLEAN null)
-- in: item (process VARCHAR, of VARCHAR, lot VARCHAR, brand VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH branded AS (
  SELECT u.unit AS unit
  FROM unit AS u
  INNER JOIN item AS i ON i.process = u.process AND i.of = 'tender' AND (i.lot = u.lot OR i.lot = '' OR u.lot = '')
  WHERE i.brand IS NOT NULL
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.tenderers IS NULL THEN 'unknown'
      WHEN u.tenderers <> 1 THEN 'clear'
      WHEN b.unit IS NOT NULL OR coalesce(u.brand_named, FALSE) THEN 'flagged'
      WHEN u.brand_named IS NULL THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN u.tenderers IS NULL THEN 'tender/numberOfTenderers;bids/statistics'
      WHEN u.tenderers <> 1 OR b.unit IS NOT NULL OR u.brand_named IS NOT NULL THEN NULL
      ELSE 'tender/items/attributes (brand)'
    END AS missing
  FROM unit AS u
  LEFT JOIN branded AS b ON b.unit = u.unit
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    j.missing AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
