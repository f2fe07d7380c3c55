-- litmus: query/1
-- title: A call was published before the award
-- purpose: The first call is published before the first award is decided. Compared as moments where all are printed with their zone, else
--   as days; on the same day without times the answer is unknown. Limited and direct procedures have no call.
-- source: Directive 2014/24/EU, Articles 49 and 51 (their text was not read); OCDS tender.documents, awards.date
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: first_call (process VARCHAR key, call_at BIGINT null, call_day DATE)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null)
-- in: award (process VARCHAR, award VARCHAR, first_seq BIGINT key, date_at BIGINT null, date_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH decided AS (
  SELECT
    a.unit AS unit,
    CASE WHEN count(*) = count(w.date_at) THEN min(w.date_at) ELSE NULL END AS award_at,
    min(w.date_day) AS day,
    count(*) - count(w.date_day) AS undated
  FROM unit_award AS a
  INNER JOIN award AS w ON w.first_seq = a.award
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
      position('tenderNotice' IN coalesce(w.path, '')) > 0
      OR position('not-pub-dat' IN coalesce(w.path, '')) > 0
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
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN c.process IS NULL THEN 'unknown'
      WHEN c.call_at > d.award_at THEN 'not-met'
      WHEN c.call_at < d.award_at AND d.undated = 0 THEN 'met'
      WHEN c.call_at = d.award_at THEN 'not-met'
      WHEN c.call_day > d.day THEN 'not-met'
      WHEN c.call_day < d.day AND d.undated = 0 THEN 'met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN c.process IS NULL AND d.undated > 0 THEN 'tender/documents (tenderNotice)/datePublished;awards/date'
      WHEN c.process IS NULL THEN 'tender/documents (tenderNotice)/datePublished'
      WHEN d.undated > 0 THEN 'awards/date'
      ELSE 'awards/date (hour)'
    END AS missing,
    date_diff('day', c.call_day, d.day) AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN first_call AS c ON c.process = u.process
  LEFT JOIN decided AS d ON d.unit = u.unit
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
