-- litmus: query/1
-- title: Short submission period
-- purpose: Whole days between the beginning and the end of the submission period, cut off toward zero, are fewer than
--   the threshold. A date without a time leaves an interval; where the threshold lies inside it the answer is unknown.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R003
-- param: threshold BIGINT = 15 -- fewest days that are not flagged
-- param: methods VARCHAR = any -- procurement methods looked at, joined by |; any: all
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, details VARCHAR null, days_lo BIGINT null, days_hi BIGINT null, days_missing VARCHAR null)
-- in: details_days (details VARCHAR key, days BIGINT)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH measured AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    u.days_lo AS days_lo,
    u.days_hi AS days_hi,
    u.days_missing AS missing,
    coalesce(d.days, $threshold) AS threshold,
    $methods = 'any' OR position('|' || coalesce(u.method, '?') || '|' IN '|' || $methods || '|') > 0 AS looked_at,
    u.method IS NULL AND $methods <> 'any' AS method_unknown
  FROM unit AS u
  LEFT JOIN details_days AS d ON d.details = u.details
),
result AS (
  SELECT
    'OCID' AS grp,
    m.id AS id,
    m.lot AS lot,
    CASE
      WHEN m.method_unknown THEN 'unknown'
      WHEN NOT m.looked_at THEN 'not-applicable'
      WHEN m.days_lo IS NULL OR m.days_hi IS NULL THEN 'unknown'
      WHEN m.days_hi < m.threshold THEN 'flagged'
      WHEN m.days_lo >= m.threshold THEN 'clear'
      ELSE 'unknown'
    END AS state,
    CASE WHEN m.looked_at AND m.days_hi < m.threshold AND m.days_lo IS NOT NULL THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    CASE
      WHEN m.method_unknown THEN 'tender/procurementMethod'
      WHEN NOT m.looked_at OR m.days_hi < m.threshold OR m.days_lo >= m.threshold THEN NULL
      ELSE coalesce(m.missing, 'tender/tenderPeriod (times of day)')
    END AS missing
  FROM measured AS m
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
