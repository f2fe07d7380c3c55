-- litmus: query/1
-- title: Identical bid prices
-- purpose: Two submitted bids name the same amount in the same currency and come from different sets of tenderers. A tenderer may
--   repeat its own price. Submitted: every status but invited and withdrawn.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R028
-- param: lenient BOOLEAN = false -- true: bids and awards with missing fields are left out, as Cardinal does; false: they make the answer unknown
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, compared BOOLEAN, bids_listed BOOLEAN)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, amount BIGINT null, parts BIGINT null, currency VARCHAR null, tenderers VARCHAR null)
-- in: unit_bidder (unit BIGINT key, bid BIGINT key, place BIGINT key, tenderer VARCHAR)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH submitted AS (
  SELECT
    b.unit AS unit,
    b.bid AS bid,
    b.amount AS amount,
    b.parts AS parts,
    b.currency AS currency,
    b.tenderers AS tenderers
  FROM unit_bid AS b
  INNER JOIN unit AS u ON u.unit = b.unit AND u.compared
  WHERE b.status IS NOT NULL AND b.status NOT IN ('invited', 'withdrawn')
),
twice AS (
  SELECT s.unit AS unit, s.amount AS amount
  FROM submitted AS s
  WHERE s.amount IS NOT NULL
  GROUP BY s.unit, s.amount
  HAVING count(*) > 1
),
same AS (
  SELECT s.unit AS unit, s.amount AS amount, s.parts AS parts, s.currency AS currency
  FROM submitted AS s
  INNER JOIN twice AS w ON w.unit = s.unit AND w.amount = s.amount
  WHERE s.currency IS NOT NULL AND s.tenderers IS NOT NULL
  GROUP BY s.unit, s.amount, s.parts, s.currency
  HAVING min(s.tenderers) <> max(s.tenderers)
),
flagged AS (
  SELECT DISTINCT s.unit AS unit
  FROM same AS s
),
gaps AS (
  SELECT
    b.unit AS unit,
    count(*) FILTER (WHERE b.status IS NULL) AS no_status,
    count(*) FILTER (WHERE b.amount IS NULL OR b.currency IS NULL) AS no_price,
    count(*) FILTER (WHERE b.tenderers IS NULL) AS no_tenderer,
    count(*) AS bids
  FROM unit_bid AS b
  WHERE (b.status IS NULL OR b.status NOT IN ('invited', 'withdrawn')) AND NOT $lenient
  GROUP BY b.unit
),
result AS (
  SELECT
    'OCID' AS grp,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN NOT u.compared THEN 'not-applicable'
      WHEN f.unit IS NOT NULL THEN 'flagged'
      WHEN NOT u.bids_listed THEN 'unknown'
      WHEN coalesce(g.bids, 0) > 1 AND coalesce(g.no_status, 0) + coalesce(g.no_price, 0) + coalesce(g.no_tenderer, 0) > 0 THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE WHEN f.unit IS NOT NULL THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    CASE
      WHEN NOT u.compared OR f.unit IS NOT NULL THEN NULL
      WHEN NOT u.bids_listed THEN 'bids/details'
      WHEN coalesce(g.bids, 0) < 2 THEN NULL
      WHEN coalesce(g.no_status, 0) > 0 THEN 'bids/details/status'
      WHEN coalesce(g.no_price, 0) > 0 THEN 'bids/details/value'
      WHEN coalesce(g.no_tenderer, 0) > 0 THEN 'bids/details/tenderers/id'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN flagged AS f ON f.unit = u.unit
  LEFT JOIN gaps AS g ON g.unit = u.unit
  UNION ALL
  SELECT 'Tenderer' AS grp, t.tenderer AS id, '' AS lot, 'flagged' AS state, cast(1 AS DOUBLE) AS value, cast(NULL AS VARCHAR) AS missing
  FROM same AS s
  INNER JOIN submitted AS b ON b.unit = s.unit AND b.amount = s.amount AND b.parts = s.parts AND b.currency = s.currency
  INNER JOIN unit_bidder AS t ON t.unit = b.unit AND t.bid = b.bid
  GROUP BY t.tenderer
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
