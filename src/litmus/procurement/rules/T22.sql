-- litmus: query/1
-- title: The data came in time
-- purpose: Days from the latest award or signature to the record that tells of it. A compiled record may have been published before and
--   again since, so its day only bounds the delay from above: in time is met, late is unknown. An award notice is dated itself: late is
--   not met. What an independent count says there was and no record tells of was due and is not met: the summary counts it so.
-- source: Litmus (the term is this project's own); OCDS date, awards.date, contracts.dateSigned
-- param: days BIGINT = 30 -- days within which an event is to be in the data
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, record_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, day DATE null, published_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, signed_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH events AS (
  SELECT a.unit AS unit, a.day AS day, a.published_day AS published_day
  FROM unit_award AS a
  WHERE a.status = 'active'
  UNION ALL
  SELECT d.unit AS unit, d.signed_day AS day, a.published_day AS published_day
  FROM unit_deal AS d
  INNER JOIN unit_award AS a ON a.unit = d.unit AND a.award = d.award
),
delays AS (
  SELECT e.unit AS unit, max(e.day) AS day, max(e.published_day) AS published_day
  FROM events AS e
  GROUP BY e.unit
),
told AS (
  SELECT
    u.unit AS unit,
    d.day AS day,
    position('can-' IN coalesce(u.form, '')) = 1 AND position('modif' IN coalesce(u.form, '')) = 0 AS dated,
    CASE
      WHEN position('can-' IN coalesce(u.form, '')) = 1 AND position('modif' IN coalesce(u.form, '')) = 0 THEN date_diff('day', d.day, coalesce(d.published_day, u.record_day))
      ELSE date_diff('day', d.day, u.record_day)
    END AS days
  FROM unit AS u
  LEFT JOIN delays AS d ON d.unit = u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN t.days < 0 THEN 'unknown'
      WHEN t.days <= $days THEN 'met'
      WHEN t.days > $days AND t.dated THEN 'not-met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN t.day IS NULL THEN 'awards/date;contracts/dateSigned'
      WHEN t.days IS NULL THEN 'date'
      WHEN t.days < 0 THEN 'date (before the event)'
      ELSE 'date (of the first record that tells of it)'
    END AS missing,
    t.days AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  INNER JOIN told AS t ON t.unit = u.unit
  LEFT JOIN unit_outcome AS o ON o.unit = u.unit
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      -- An award whose status is not told may be in force and fail.
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'missing'
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN 'awards/status' WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN NULL WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
