-- litmus: query/1
-- title: Short decision period
-- purpose: The first award in force of a lot was decided fewer days after the end of the submission period than the threshold: too few
--   to read the bids. An award before the end counts.
-- source: Litmus; OCDS tender.tenderPeriod.endDate and awards.date
-- param: threshold BIGINT = 3 -- fewest days that are not flagged
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN, end_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, day DATE null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- days
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH decided AS (
  SELECT a.unit AS unit, min(a.day) AS day, count(*) AS awards, count(*) FILTER (WHERE a.day IS NULL) AS undated
  FROM unit_award AS a
  WHERE a.status = 'active'
  GROUP BY a.unit
),
measured AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    date_diff('day', u.end_day, d.day) AS days,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN d.unit IS NULL THEN ''
      WHEN d.day IS NULL AND u.end_day IS NULL THEN 'awards/date;tender/tenderPeriod/endDate'
      WHEN d.day IS NULL THEN 'awards/date'
      WHEN u.end_day IS NULL THEN 'tender/tenderPeriod/endDate'
      ELSE ''
    END AS missing,
    coalesce(d.undated, 0) AS undated,
    d.unit IS NOT NULL AS awarded
  FROM unit AS u
  LEFT JOIN decided AS d ON d.unit = u.unit
),
judged AS (
  SELECT
    m.id AS id,
    m.lot AS lot,
    m.days AS days,
    CASE
      WHEN m.missing <> '' THEN 'unknown'
      WHEN NOT m.awarded THEN 'not-applicable'
      WHEN m.days < $threshold THEN 'flagged'
      WHEN m.undated > 0 THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE WHEN m.missing = '' AND m.undated > 0 AND m.days >= $threshold THEN 'awards/date' ELSE nullif(m.missing, '') END AS missing
  FROM measured AS m
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN cast(j.days AS DOUBLE) ELSE NULL END AS value,
    j.missing AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
