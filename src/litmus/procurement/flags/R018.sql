-- litmus: query/1
-- title: Single bid
-- purpose: A competitive procedure drew one tenderer. The count is the one that the buyer published; it is not inferred from a
--   list of bids, which may be incomplete.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R018
-- param: methods VARCHAR = open|selective -- procurement methods looked at, joined by |; any: all
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, tenderers BIGINT null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH result AS (
  SELECT
    'OCID' AS grp,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN $methods <> 'any' AND u.method IS NULL THEN 'unknown'
      WHEN $methods <> 'any' AND position('|' || u.method || '|' IN '|' || $methods || '|') = 0 THEN 'not-applicable'
      WHEN u.tenderers IS NULL THEN 'unknown'
      WHEN u.tenderers = 1 THEN 'flagged'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN u.tenderers = 1 AND ($methods = 'any' OR position('|' || coalesce(u.method, '?') || '|' IN '|' || $methods || '|') > 0)
        THEN cast(1 AS DOUBLE)
      ELSE NULL
    END AS value,
    CASE
      WHEN $methods <> 'any' AND u.method IS NULL THEN 'tender/procurementMethod'
      WHEN $methods <> 'any' AND position('|' || u.method || '|' IN '|' || $methods || '|') = 0 THEN NULL
      WHEN u.tenderers IS NULL THEN 'tender/numberOfTenderers;bids/statistics'
      ELSE NULL
    END AS missing
  FROM unit AS u
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
