-- litmus: query/1
-- title: There was competition
-- purpose: Met where as many tenders came in as the limit asks, not met where fewer did. Limited and direct procedures are left out. The
--   ceiling itself (10 and 20 per cent single bids) is a matter of all processes together: the summary gives the share as an interval.
--   Winners by ultimate parent are the matter of flag L07.
-- source: Single Market Scoreboard (ceilings read in a secondary source); OCDS tender.numberOfTenderers; eForms BT-759
-- param: tenders BIGINT = 2 -- fewest tenders that count as competition
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, tenderers BIGINT null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH kept_back AS (
  -- Lawfully withheld: the record names the field and the ground, and the day of its release has not come.
  SELECT u.unit AS unit
  FROM unit AS u
  INNER JOIN withheld AS w ON w.process = u.process
  WHERE (w.lot = '' OR u.lot = '' OR w.lot = u.lot)
    AND (w.code IS NOT NULL OR w.reason IS NOT NULL)
    AND (w.until_day IS NULL OR u.record_day IS NULL OR w.until_day > u.record_day)
    AND (
      position('rec-sub' IN coalesce(w.path, '')) > 0
      OR position('numberOfTenderers' IN coalesce(w.path, '')) > 0
      OR position('bids/statistics' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.method IN ('limited', 'direct') THEN 'not-applicable'
      WHEN u.method IS NULL OR u.tenderers IS NULL THEN 'unknown'
      WHEN u.tenderers >= $tenders THEN 'met'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      ELSE 'not-met'
    END AS state,
    CASE
      WHEN u.method IS NULL AND u.tenderers IS NULL THEN 'tender/procurementMethod;tender/numberOfTenderers'
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN u.tenderers IS NULL THEN 'tender/numberOfTenderers;bids/statistics'
      ELSE 'awards'
    END AS missing,
    u.tenderers AS value
  FROM unit AS u
  LEFT JOIN unit_outcome AS o ON o.unit = u.unit
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.state IN ('absent', 'unknown') AND k.unit IS NOT NULL THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN k.unit IS NOT NULL THEN 'withheld'
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
  LEFT JOIN kept_back AS k ON k.unit = j.unit
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
