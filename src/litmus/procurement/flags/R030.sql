-- litmus: query/1
-- title: Late bid won
-- purpose: A valid bid was submitted after the end of the submission period, and one of its tenderers is a supplier of an award in force.
--   Moments are compared, whatever their time zones; where a date has no time of day the answer may be unknown.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R030
-- param: lenient BOOLEAN = false -- true: bids and awards with missing fields are left out, as Cardinal does; false: they make the answer unknown
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN, bids_listed BOOLEAN, deadline_known BOOLEAN)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, tenderers VARCHAR null, late BOOLEAN null)
-- in: unit_bidder (unit BIGINT key, bid BIGINT key, place BIGINT key, tenderer VARCHAR)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, suppliers BIGINT)
-- in: unit_supplier (unit BIGINT key, award BIGINT key, place BIGINT key, supplier VARCHAR)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH overdue AS (
  SELECT DISTINCT b.unit AS unit
  FROM unit_bid AS b
  WHERE b.status = 'valid' AND b.late
),
winning AS (
  SELECT DISTINCT s.unit AS unit, s.supplier AS supplier
  FROM unit_award AS a
  INNER JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  INNER JOIN overdue AS o ON o.unit = a.unit
  WHERE a.status = 'active'
),
late AS (
  SELECT DISTINCT b.unit AS unit, t.tenderer AS tenderer
  FROM unit_bid AS b
  INNER JOIN unit_bidder AS t ON t.unit = b.unit AND t.bid = b.bid
  INNER JOIN winning AS w ON w.unit = b.unit AND w.supplier = t.tenderer
  INNER JOIN unit AS u ON u.unit = b.unit
  WHERE b.status = 'valid' AND b.late
),
flagged AS (
  SELECT DISTINCT l.unit AS unit
  FROM late AS l
),
gaps AS (
  SELECT
    b.unit AS unit,
    count(*) FILTER (WHERE b.status IS NULL) AS no_status,
    count(*) FILTER (WHERE b.status = 'valid' AND b.late IS NULL) AS no_date,
    count(*) FILTER (WHERE b.status = 'valid' AND b.late) AS overdue,
    count(*) FILTER (WHERE b.status = 'valid' AND b.late AND b.tenderers IS NULL) AS no_tenderer
  FROM unit_bid AS b
  WHERE NOT $lenient
  GROUP BY b.unit
),
named AS (
  SELECT s.unit AS unit, s.award AS award, count(*) AS suppliers
  FROM unit_supplier AS s
  INNER JOIN overdue AS o ON o.unit = s.unit
  GROUP BY s.unit, s.award
),
awarded AS (
  SELECT
    a.unit AS unit,
    count(*) FILTER (WHERE a.status = 'active') AS in_force,
    count(*) FILTER (WHERE a.status IS NULL) AS unstated,
    count(*) FILTER (WHERE a.status = 'active' AND (s.suppliers IS NULL OR s.suppliers < a.suppliers)) AS no_supplier
  FROM unit_award AS a
  LEFT JOIN named AS s ON s.unit = a.unit AND s.award = a.award
  GROUP BY a.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    f.unit IS NOT NULL AS flagged,
    CASE
      WHEN f.unit IS NOT NULL THEN ''
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN coalesce(a.in_force, 0) = 0 AND coalesce(a.unstated, 0) > 0 AND NOT $lenient THEN 'awards/status'
      WHEN coalesce(a.in_force, 0) = 0 THEN ''
      WHEN NOT u.deadline_known THEN 'tender/tenderPeriod/endDate'
      WHEN NOT u.bids_listed THEN 'bids/details'
      WHEN coalesce(g.no_status, 0) > 0 THEN 'bids/details/status'
      WHEN coalesce(g.no_date, 0) > 0 THEN 'bids/details/date'
      WHEN coalesce(g.no_tenderer, 0) > 0 THEN 'bids/details/tenderers/id'
      WHEN coalesce(g.overdue, 0) > 0 AND coalesce(a.no_supplier, 0) > 0 THEN 'awards/suppliers/id'
      ELSE ''
    END AS missing,
    coalesce(a.in_force, 0) > 0 AS awarded
  FROM unit AS u
  LEFT JOIN flagged AS f ON f.unit = u.unit
  LEFT JOIN gaps AS g ON g.unit = u.unit
  LEFT JOIN awarded AS a ON a.unit = u.unit
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.flagged THEN 'flagged'
      WHEN j.missing <> '' THEN 'unknown'
      WHEN NOT j.awarded THEN 'not-applicable'
      ELSE 'clear'
    END AS state,
    CASE WHEN j.flagged THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    nullif(j.missing, '') AS missing
  FROM judged AS j
  UNION ALL
  SELECT 'Tenderer' AS grp, l.tenderer AS id, '' AS lot, 'flagged' AS state, cast(1 AS DOUBLE) AS value, cast(NULL AS VARCHAR) AS missing
  FROM late AS l
  GROUP BY l.tenderer
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
