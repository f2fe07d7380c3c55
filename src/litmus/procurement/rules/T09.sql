-- litmus: query/1
-- title: A standstill was kept before signature
-- purpose: Days from the decision to the signature: at least 10, or 15 where tenders are not sent electronically. Not known how: met from
--   15, not met below 10. With one tender only, a short standstill is unknown, because it may not have been due. Limited and direct
--   procedures are left out.
-- source: Directive 2007/66/EC (10 days read at the European Commission, 15 days at a law firm's page); OCDS awards.date,
--   contracts.dateSigned
-- param: days BIGINT = 10 -- standstill where notices go electronically
-- param: paper_days BIGINT = 15 -- standstill otherwise
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, tenderers BIGINT null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null)
-- in: award (process VARCHAR, award VARCHAR, first_seq BIGINT key, date_at BIGINT null, date_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, signed_at BIGINT null, signed_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- in: process (process VARCHAR key, electronic BOOLEAN null)
-- in: lot (process VARCHAR key, lot VARCHAR key, electronic BOOLEAN null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH pairs AS (
  SELECT
    a.unit AS unit,
    d.signed_at - w.date_at AS seconds,
    date_diff('day', w.date_day, d.signed_day) AS days,
    w.date_day AS date_day,
    d.signed_day AS signed_day
  FROM unit_award AS a
  INNER JOIN award AS w ON w.first_seq = a.award
  LEFT JOIN unit_deal AS d ON d.unit = a.unit AND d.award = a.award
  WHERE a.status = 'active'
),
spans AS (
  SELECT
    p.unit AS unit,
    min(CASE WHEN p.seconds IS NOT NULL THEN p.seconds // 86400 WHEN p.days > 0 THEN p.days - 1 ELSE p.days END) AS days_lo,
    min(CASE WHEN p.seconds IS NOT NULL THEN p.seconds // 86400 ELSE p.days END) AS days_hi,
    count(*) FILTER (WHERE p.date_day IS NULL) AS undecided,
    count(*) FILTER (WHERE p.signed_day IS NULL) AS unsigned,
    count(*) FILTER (WHERE p.days < 0) AS odd
  FROM pairs AS p
  GROUP BY p.unit
),
asked AS (
  SELECT u.unit AS unit, coalesce(l.electronic, p.electronic) AS electronic
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
      position('dateSigned' IN coalesce(w.path, '')) > 0
      OR position('awards/date' IN coalesce(w.path, '')) > 0
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
      WHEN s.odd > 0 THEN 'unknown'
      WHEN s.days_hi < CASE WHEN coalesce(e.electronic, TRUE) THEN $days ELSE $paper_days END THEN CASE WHEN u.tenderers > 1 THEN 'not-met' ELSE 'unknown' END
      WHEN s.undecided > 0 OR s.unsigned > 0 THEN 'unknown'
      WHEN s.days_lo >= CASE WHEN coalesce(e.electronic, FALSE) THEN $days ELSE $paper_days END THEN 'met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN s.odd > 0 THEN 'contracts/dateSigned (before the award)'
      WHEN s.undecided > 0 AND s.unsigned > 0 THEN 'awards/date;contracts/dateSigned'
      WHEN s.undecided > 0 THEN 'awards/date'
      WHEN s.unsigned > 0 THEN 'contracts/dateSigned'
      WHEN s.days_hi < $days AND u.tenderers = 1 THEN 'whether a standstill was due (one tender)'
      WHEN s.days_hi < $days THEN 'tender/numberOfTenderers'
      WHEN e.electronic IS NULL THEN 'tender/submissionMethod'
      ELSE 'awards/date (hour);contracts/dateSigned (hour)'
    END AS missing,
    s.days_lo AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  INNER JOIN asked AS e ON e.unit = u.unit
  LEFT JOIN spans AS s ON s.unit = u.unit
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
