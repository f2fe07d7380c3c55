-- litmus: query/1
-- title: Complaints and what became of them are published
-- purpose: The number of complaints is published, and it is nought. Where there were complaints, no field of the tables says what became
--   of them: unknown. A record without the number is unknown. Never not met.
-- source: Directive 89/665/EEC (its text was not read); eForms BT-712; OCDS bids.statistics (complaints)
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, alone BOOLEAN, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: process (process VARCHAR key, complaints BIGINT null)
-- in: lot (process VARCHAR key, lot VARCHAR key, complaints BIGINT null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH told AS (
  SELECT u.unit AS unit, CASE WHEN u.alone THEN coalesce(l.complaints, p.complaints) ELSE l.complaints END AS complaints
  FROM unit AS u
  INNER JOIN process AS p ON p.process = u.process
  LEFT JOIN lot AS l ON l.process = u.process AND l.lot = u.lot
),
kept_back AS (
  -- Lawfully withheld: the record names the field and the ground, and the day of its release has not come.
  SELECT u.unit AS unit
  FROM unit AS u
  INNER JOIN withheld AS w ON w.process = u.process
  WHERE (w.lot = '' OR u.lot = '' OR w.lot = u.lot)
    AND (w.code IS NOT NULL OR w.reason IS NOT NULL)
    AND (w.until_day IS NULL OR u.record_day IS NULL OR w.until_day > u.record_day)
    AND (
      position('rev-req' IN coalesce(w.path, '')) > 0
      OR position('complaints' IN coalesce(w.path, '')) > 0
      OR position('bids/statistics' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE WHEN t.complaints = 0 THEN 'met' ELSE 'unknown' END AS state,
    CASE WHEN t.complaints > 0 THEN 'outcome of the complaints' ELSE 'bids/statistics (complaints)' END AS missing,
    t.complaints AS value
  FROM unit AS u
  INNER JOIN told AS t ON t.unit = u.unit
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
