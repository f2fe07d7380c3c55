-- litmus: query/1
-- title: Award criteria are published with their weights
-- purpose: The weights of the award criteria are published; a single criterion needs none. Not met where a lot lists several criteria
--   without a number and without a percentage in words: the list shows that weights were due. With beyond_price the list must also hold a
--   criterion other than price or cost. Limited and direct procedures are left out; what the law asks of a design contest was not read:
--   unknown.
-- source: Directive 2014/24/EU, Article 67(5) (its text was not read); OCDS awardCriteria
-- param: beyond_price BOOLEAN = false -- true: a criterion of quality is asked for too
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, method VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: process (process VARCHAR key, weights BOOLEAN null, criteria VARCHAR null, criteria_details VARCHAR null)
-- in: lot (process VARCHAR key, lot VARCHAR key, weights BOOLEAN null, criteria VARCHAR null, criteria_details VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH told AS (
  SELECT
    u.unit AS unit,
    coalesce(l.weights, p.weights) AS weights,
    coalesce(l.criteria, p.criteria) AS criteria,
    l.weights IS NOT NULL AND NOT l.weights AND position('%' IN coalesce(l.criteria_details, '')) = 0 AS bare
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
      position('awa-cri' IN coalesce(w.path, '')) > 0
      OR position('wardCriteria' IN coalesce(w.path, '')) > 0
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
      WHEN u.method IN ('limited', 'direct') THEN 'not-applicable'
      WHEN position('desg' IN coalesce(u.form, '')) > 0 THEN 'unknown'
      WHEN t.bare THEN 'absent'
      WHEN t.weights IS NULL OR NOT t.weights THEN 'unknown'
      WHEN NOT $beyond_price OR position('quality' IN coalesce(t.criteria, '')) > 0 OR position('ratedCriteria' IN coalesce(t.criteria, '')) > 0 THEN 'met'
      WHEN t.criteria IS NULL THEN 'unknown'
      ELSE 'not-met'
    END AS state,
    CASE WHEN u.method IS NULL THEN 'tender/procurementMethod' WHEN position('desg' IN coalesce(u.form, '')) > 0 THEN 'what the law asks of a design contest' WHEN t.weights IS NULL THEN 'tender/awardCriteria' ELSE 'tender/lots/awardCriteria/criteria/numbers' END AS missing,
    CAST(NULL AS BIGINT) AS value
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
