-- litmus: query/1
-- title: The same lone bidder wins again and again at one buyer
-- purpose: A firm that was the only bidder won, and it won at least so many lots of this buyer as the only bidder. The count of bids is
--   the one that was declared.
-- source: Litmus; builds on single bidding (R018)
-- param: threshold BIGINT = 3 -- lots won alone at one buyer
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, buyer VARCHAR null, tenderers BIGINT null, awards_listed BOOLEAN)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, supplier VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- lots that the firm won alone at this buyer
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH won AS (
  SELECT u.unit AS unit, max(u.buyer) AS buyer, max(a.supplier) AS supplier, count(*) AS awards
  FROM unit AS u
  INNER JOIN unit_award AS a ON a.unit = u.unit
  WHERE a.status = 'active' AND u.tenderers = 1
  GROUP BY u.unit
),
often AS (
  SELECT w.buyer AS buyer, w.supplier AS supplier, count(*) AS lots
  FROM won AS w
  WHERE w.buyer IS NOT NULL AND w.supplier IS NOT NULL
  GROUP BY w.buyer, w.supplier
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    w.supplier AS supplier,
    o.lots AS lots,
    CASE
      WHEN u.tenderers IS NULL THEN 'unknown'
      WHEN u.tenderers <> 1 THEN 'not-applicable'
      WHEN NOT u.awards_listed THEN 'unknown'
      WHEN w.unit IS NULL THEN 'not-applicable'
      WHEN o.lots IS NULL THEN 'unknown'
      WHEN o.lots >= $threshold THEN 'flagged'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN u.tenderers IS NULL THEN 'tender/numberOfTenderers;bids/statistics'
      WHEN u.tenderers <> 1 THEN NULL
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN w.unit IS NOT NULL AND o.lots IS NULL THEN 'buyer/id;awards/suppliers/id'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN won AS w ON w.unit = u.unit
  LEFT JOIN often AS o ON o.buyer = w.buyer AND o.supplier = w.supplier
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN cast(j.lots AS DOUBLE) ELSE NULL END AS value,
    j.missing AS missing
  FROM judged AS j
  UNION ALL
  SELECT 'Tenderer' AS grp, j.supplier AS id, '' AS lot, 'flagged' AS state, max(cast(j.lots AS DOUBLE)) AS value, cast(NULL AS VARCHAR) AS missing
  FROM judged AS j
  WHERE j.state = 'flagged'
  GROUP BY j.supplier
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
