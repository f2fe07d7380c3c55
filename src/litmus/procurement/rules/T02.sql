-- litmus: query/1
-- title: The call was open long enough
-- purpose: Whole days from the publication of the first call to the end of the submission period, whatever the record gives as its
--   beginning. Open: 35, or 30 where tenders may be sent electronically; restricted and other selective procedures: 30 for requests to
--   take part. A call that is shortened for urgency, or (open only) follows a planning notice of the right age, has a shorter term. What
--   is not known leaves the longest and the shortest term possible: met at the longest, not met below the shortest. Without hours a
--   number of days is known to within one. What the law asks of a design contest was not read: unknown.
-- source: Directive 2014/24/EU, Article 27 (read in a commentary) and Article 28 (read)
-- param: open_days BIGINT = 35 -- open procedure
-- param: open_electronic_days BIGINT = 30 -- open procedure, tenders may be sent electronically
-- param: open_short_days BIGINT = 15 -- open procedure, after a planning notice or in urgency
-- param: request_days BIGINT = 30 -- selective procedures: requests to take part
-- param: request_short_days BIGINT = 15 -- the same in urgency
-- param: planned_complete BOOLEAN = false -- true: every planning notice is among the records
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, method VARCHAR null, end_at BIGINT null, end_day DATE null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: first_call (process VARCHAR key, call_at BIGINT null, call_day DATE)
-- in: process (process VARCHAR key, electronic BOOLEAN null, shortened BOOLEAN null)
-- in: lot (process VARCHAR key, lot VARCHAR key, electronic BOOLEAN null, shortened BOOLEAN null)
-- in: document (process VARCHAR, type VARCHAR null, published_day DATE null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH planned AS (
  SELECT c.process AS process
  FROM first_call AS c
  INNER JOIN document AS d ON d.process = c.process
  WHERE d.type = 'plannedProcurementNotice' AND date_diff('day', d.published_day, c.call_day) BETWEEN 35 AND 365
  GROUP BY c.process
),
told AS (
  SELECT
    u.unit AS unit,
    u.method AS method,
    c.call_day AS start_day,
    coalesce(l.electronic, p.electronic) AS electronic,
    coalesce(l.shortened, p.shortened) AS shortened,
    n.process IS NOT NULL AS planned,
    u.end_at - c.call_at AS seconds,
    date_diff('day', c.call_day, u.end_day) AS days
  FROM unit AS u
  INNER JOIN process AS p ON p.process = u.process
  LEFT JOIN lot AS l ON l.process = u.process AND l.lot = u.lot
  LEFT JOIN first_call AS c ON c.process = u.process
  LEFT JOIN planned AS n ON n.process = u.process
),
timed AS (
  SELECT
    t.unit AS unit,
    t.method AS method,
    t.electronic AS electronic,
    t.shortened AS shortened,
    t.planned AS planned,
    t.start_day AS start_day,
    CASE WHEN t.seconds < 0 OR t.days < 0 THEN NULL WHEN t.seconds >= 0 THEN t.seconds // 86400 WHEN t.days > 0 THEN t.days - 1 ELSE t.days END AS days_lo,
    CASE WHEN t.seconds < 0 OR t.days < 0 THEN NULL WHEN t.seconds >= 0 THEN t.seconds // 86400 ELSE t.days END AS days_hi,
    CASE
      WHEN t.method = 'open' AND (coalesce(t.shortened, FALSE) OR t.planned) THEN $open_short_days
      WHEN t.method = 'open' AND coalesce(t.electronic, FALSE) THEN $open_electronic_days
      WHEN t.method = 'open' THEN $open_days
      WHEN coalesce(t.shortened, FALSE) THEN $request_short_days
      ELSE $request_days
    END AS longest,
    CASE
      WHEN t.method = 'open' AND NOT (NOT coalesce(t.shortened, TRUE) AND ($planned_complete AND NOT t.planned)) THEN $open_short_days
      WHEN t.method = 'open' AND coalesce(t.electronic, TRUE) THEN $open_electronic_days
      WHEN t.method = 'open' THEN $open_days
      WHEN coalesce(t.shortened, TRUE) THEN $request_short_days
      ELSE $request_days
    END AS shortest
  FROM told AS t
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
      position('pro-acc' IN coalesce(w.path, '')) > 0
      OR position('isAccelerated' IN coalesce(w.path, '')) > 0
      OR position('tenderPeriod' IN coalesce(w.path, '')) > 0
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
      WHEN position('desg' IN coalesce(u.form, '')) > 0 THEN 'unknown'
      WHEN t.days_lo >= t.longest THEN 'met'
      WHEN t.days_hi < t.shortest THEN 'not-met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN position('desg' IN coalesce(u.form, '')) > 0 THEN 'what the law asks of a design contest'
      WHEN t.start_day IS NULL THEN 'tender/documents (tenderNotice)/datePublished'
      WHEN u.end_day IS NULL THEN 'tender/tenderPeriod/endDate'
      WHEN t.days_lo IS NULL THEN 'tender/tenderPeriod/endDate (before the call)'
      WHEN t.shortened IS NULL THEN 'tender/procedure/isAccelerated'
      WHEN t.days_lo < t.shortest THEN 'tender/tenderPeriod/endDate (hour)'
      WHEN t.method = 'open' AND t.electronic IS NULL AND t.days_lo >= $open_electronic_days THEN 'tender/submissionMethod'
      ELSE 'planning/documents (plannedProcurementNotice)'
    END AS missing,
    t.days_lo AS value
  FROM unit AS u
  INNER JOIN timed AS t ON t.unit = u.unit
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
