-- litmus: query/1
-- title: All but the winner disqualified
-- purpose: All awards are final, one tenderer alone has valid bids, it is the only supplier of the awards in force, and at least so many
--   other tenderers were disqualified.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R035
-- param: threshold BIGINT = 1 -- fewest other tenderers disqualified; below 1 counts as 1
-- param: lenient BOOLEAN = false -- true: bids and awards with missing fields are left out, as Cardinal does; false: they make the answer unknown
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN, bids_listed BOOLEAN)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, tenderers VARCHAR null)
-- in: unit_bidder (unit BIGINT key, bid BIGINT key, place BIGINT key, tenderer VARCHAR)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null)
-- in: unit_supplier (unit BIGINT key, award BIGINT key, place BIGINT key, supplier VARCHAR)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- how many others were disqualified; 0 for a tenderer
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH awarded AS (
  SELECT
    a.unit AS unit,
    count(*) FILTER (WHERE a.status = 'active') AS in_force,
    count(*) FILTER (WHERE a.status IS NOT NULL AND a.status NOT IN ('active', 'cancelled', 'unsuccessful')) AS pending,
    count(*) FILTER (WHERE a.status IS NULL) AS unstated
  FROM unit_award AS a
  GROUP BY a.unit
),
suspect AS (
  SELECT DISTINCT b.unit AS unit
  FROM unit_bid AS b
  WHERE b.status = 'disqualified'
),
winning AS (
  SELECT s.unit AS unit, min(s.supplier) AS supplier, max(s.supplier) AS other
  FROM unit_award AS a
  INNER JOIN suspect AS x ON x.unit = a.unit
  INNER JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  WHERE a.status = 'active'
  GROUP BY s.unit
),
sound AS (
  SELECT b.unit AS unit, min(t.tenderer) AS tenderer, max(t.tenderer) AS other
  FROM unit_bid AS b
  INNER JOIN suspect AS x ON x.unit = b.unit
  INNER JOIN unit_bidder AS t ON t.unit = b.unit AND t.bid = b.bid
  WHERE b.status = 'valid'
  GROUP BY b.unit
),
unnamed AS (
  SELECT a.unit AS unit, count(*) AS unnamed
  FROM unit_award AS a
  LEFT JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  WHERE a.status = 'active' AND s.supplier IS NULL AND NOT $lenient
  GROUP BY a.unit
),
gone AS (
  SELECT b.unit AS unit, count(DISTINCT CASE WHEN t.tenderer <> s.tenderer THEN t.tenderer ELSE NULL END) AS others
  FROM unit_bid AS b
  INNER JOIN unit_bidder AS t ON t.unit = b.unit AND t.bid = b.bid
  INNER JOIN sound AS s ON s.unit = b.unit AND s.tenderer = s.other
  WHERE b.status = 'disqualified'
  GROUP BY b.unit
),
gaps AS (
  SELECT
    b.unit AS unit,
    count(*) FILTER (WHERE b.status IS NULL) AS no_status,
    count(*) FILTER (WHERE b.status IN ('valid', 'disqualified') AND b.tenderers IS NULL) AS no_tenderer
  FROM unit_bid AS b
  WHERE NOT $lenient
  GROUP BY b.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    s.tenderer AS tenderer,
    coalesce(g.others, 0) AS others,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN coalesce(a.unstated, 0) > 0 AND NOT $lenient THEN 'awards/status'
      WHEN coalesce(a.pending, 0) > 0 OR coalesce(a.in_force, 0) = 0 THEN ''
      WHEN NOT u.bids_listed THEN 'bids/details'
      WHEN coalesce(m.no_status, 0) > 0 THEN 'bids/details/status'
      WHEN coalesce(m.no_tenderer, 0) > 0 THEN 'bids/details/tenderers/id'
      WHEN coalesce(n.unnamed, 0) > 0 AND NOT $lenient THEN 'awards/suppliers/id'
      ELSE ''
    END AS missing,
    coalesce(a.pending, 0) = 0 AND coalesce(a.in_force, 0) > 0 AS applies,
    coalesce(s.tenderer = s.other AND w.supplier = w.other AND s.tenderer = w.supplier, FALSE) AS alone
  FROM unit AS u
  LEFT JOIN awarded AS a ON a.unit = u.unit
  LEFT JOIN winning AS w ON w.unit = u.unit
  LEFT JOIN sound AS s ON s.unit = u.unit
  LEFT JOIN gone AS g ON g.unit = u.unit
  LEFT JOIN unnamed AS n ON n.unit = u.unit
  LEFT JOIN gaps AS m ON m.unit = u.unit
),
stated AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    j.tenderer AS tenderer,
    j.others AS others,
    j.missing AS missing,
    CASE
      WHEN j.missing <> '' THEN 'unknown'
      WHEN NOT j.applies THEN 'not-applicable'
      WHEN j.alone AND j.others >= greatest($threshold, 1) THEN 'flagged'
      ELSE 'clear'
    END AS state
  FROM judged AS j
),
result AS (
  SELECT
    'OCID' AS grp,
    t.id AS id,
    t.lot AS lot,
    t.state AS state,
    CASE WHEN t.state = 'flagged' THEN cast(t.others AS DOUBLE) ELSE NULL END AS value,
    nullif(t.missing, '') AS missing
  FROM stated AS t
  UNION ALL
  SELECT 'Tenderer' AS grp, t.tenderer AS id, '' AS lot, 'flagged' AS state, cast(0 AS DOUBLE) AS value, cast(NULL AS VARCHAR) AS missing
  FROM stated AS t
  WHERE t.state = 'flagged'
  GROUP BY t.tenderer
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
