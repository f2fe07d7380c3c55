-- litmus: query/1
-- title: The vendor was assessed before the award
-- purpose: Where a process is digital infrastructure, a document of type riskAssessment (or one that holds these words) was published
--   before the first award. Not met where each of them came on or after the day of the award. Without such a document the answer is
--   unknown: the standard has no field for it.
-- source: Toolbox clause of this project (own entry in the list of document types); OCDS documents
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: scope_row (process VARCHAR key, state VARCHAR, layers VARCHAR null)
-- in: document (process VARCHAR, type VARCHAR null, published_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH assessed AS (
  SELECT d.process AS process, min(d.published_day) AS day, count(*) - count(d.published_day) AS undated
  FROM document AS d
  WHERE position('iskAssessment' IN coalesce(d.type, '')) > 0
  GROUP BY d.process
),
decided AS (
  SELECT a.unit AS unit, min(a.day) AS day, count(*) - count(a.day) AS undated
  FROM unit_award AS a
  WHERE a.status = 'active'
  GROUP BY a.unit
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
      position('iskAssessment' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN s.state = 'outside' THEN 'not-applicable'
      WHEN s.state IS NULL OR s.state <> 'in' THEN 'unknown'
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN r.day < d.day AND d.undated = 0 THEN 'met'
      WHEN r.day >= d.day AND r.undated = 0 THEN 'not-met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN s.state IS NULL OR s.state <> 'in' THEN 'scope of the process'
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN r.process IS NULL THEN 'tender/documents (riskAssessment)'
      WHEN r.day IS NULL OR r.undated > 0 THEN 'tender/documents (riskAssessment)/datePublished'
      ELSE 'awards/date'
    END AS missing,
    date_diff('day', r.day, d.day) AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN assessed AS r ON r.process = u.process
  LEFT JOIN decided AS d ON d.unit = u.unit
  LEFT JOIN scope_row AS s ON s.process = u.process
  LEFT JOIN unit_outcome AS o ON o.unit = u.unit
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.state IN ('absent', 'unknown') AND k.unit IS NOT NULL THEN 'unknown'
      -- An award whose status is not told may be in force and fail.
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'missing'
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN k.unit IS NOT NULL THEN 'withheld'
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN 'awards/status' WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN NULL WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
  LEFT JOIN kept_back AS k ON k.unit = j.unit
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
