-- litmus: query/1
-- title: The procedure is named, and having no call is justified
-- purpose: Open and selective procedures meet it by being named. A limited or direct one has to give a reason, in words or as a code: the
--   procedure itself shows that a reason was due, so a record that could hold one and does not is not met. A register without such a
--   column is unknown.
-- source: Directive 2014/24/EU, Article 32 (its text was not read); OCDS tender.procurementMethodRationale
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, method VARCHAR null, rationale VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
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
      position('ationale' IN coalesce(w.path, '')) > 0
      OR position('dir-awa' IN coalesce(w.path, '')) > 0
      OR position('pro-typ' IN coalesce(w.path, '')) > 0
      OR position('procurementMethod' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.method IS NULL THEN 'unknown'
      WHEN u.method NOT IN ('limited', 'direct') OR u.rationale IS NOT NULL THEN 'met'
      WHEN u.form = 'register' THEN 'unknown'
      ELSE 'absent'
    END AS state,
    CASE WHEN u.method IS NULL THEN 'tender/procurementMethod' ELSE 'tender/procurementMethodRationale' END AS missing,
    CAST(NULL AS BIGINT) AS value
  FROM unit AS u
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
