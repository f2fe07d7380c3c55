-- litmus: query/1
-- title: The award notice appeared within 30 days
-- purpose: Days from the signature of the contract to the award notice. Where the signature is not dated, the award is the earlier day: a
--   notice in time after it was in time after the signature too; a later one is unknown. Not met where the latest record of the process
--   came more than the limit after the signature and shows no notice. A register, and a notice of a change, cannot show that there was
--   none. Not yet due is unknown, since nobody can tell it from not published.
-- source: Directive 2014/24/EU, Article 50 (read in a commentary); OCDS awards.documents (awardNotice), contracts.dateSigned
-- param: days BIGINT = 30 -- days within which an award is to be published
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null, day DATE null, published_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, signed_at BIGINT null, signed_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH signed AS (
  SELECT d.unit AS unit, d.award AS award, CASE WHEN count(*) = count(d.signed_day) THEN max(d.signed_day) ELSE NULL END AS day
  FROM unit_deal AS d
  GROUP BY d.unit, d.award
),
dated AS (
  SELECT
    a.unit AS unit,
    max(date_diff('day', coalesce(s.day, a.day), a.published_day)) AS days,
    count(*) FILTER (WHERE a.published_day IS NOT NULL AND date_diff('day', s.day, a.published_day) > $days) AS late,
    count(*) FILTER (WHERE a.published_day IS NULL AND NOT (u.form = 'register' OR position('modif' IN coalesce(u.form, '')) > 0 OR position('veat' IN coalesce(u.form, '')) > 0) AND date_diff('day', s.day, u.record_day) > $days) AS overdue,
    count(*) FILTER (WHERE a.published_day IS NULL) AS unpublished,
    count(*) FILTER (WHERE a.published_day IS NOT NULL AND s.day IS NULL AND coalesce(date_diff('day', a.day, a.published_day) > $days, TRUE)) AS undated
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  LEFT JOIN signed AS s ON s.unit = a.unit AND s.award = a.award
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
      position('awardNotice' IN coalesce(w.path, '')) > 0
      OR position('awards/documents' IN coalesce(w.path, '')) > 0
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
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN d.late > 0 THEN 'not-met'
      WHEN d.overdue > 0 THEN 'absent'
      WHEN d.unpublished > 0 OR d.undated > 0 THEN 'unknown'
      ELSE 'met'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN d.unpublished > 0 THEN 'awards/documents (awardNotice)/datePublished'
      ELSE 'contracts/dateSigned'
    END AS missing,
    d.days AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN dated AS d ON d.unit = u.unit
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
