-- litmus: query/1
-- title: Award not published
-- purpose: An award is in force, its time for publication had passed when the latest record of the process was published, and no award
--   notice is in evidence. A register without such a column cannot say that there was none: unknown.
-- source: Directive 2014/24/EU, Article 50 (30 days after the conclusion of the contract)
-- param: days BIGINT = 30 -- days within which an award is to be published
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, awards_listed BOOLEAN, record_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, day DATE null, published_day DATE null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- days between the award and the latest record
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH decided AS (
  SELECT
    a.unit AS unit,
    min(a.day) AS day,
    count(*) FILTER (WHERE a.published_day IS NULL) AS unpublished,
    min(CASE WHEN a.published_day IS NULL THEN a.day ELSE NULL END) AS open_since,
    count(*) FILTER (WHERE a.published_day IS NULL AND a.day IS NULL) AS undated
  FROM unit_award AS a
  WHERE a.status = 'active'
  GROUP BY a.unit
),
measured AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    date_diff('day', d.open_since, u.record_day) AS days,
    coalesce(d.unpublished, 0) AS unpublished,
    d.unit IS NOT NULL AS awarded,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN coalesce(d.unpublished, 0) = 0 THEN ''
      WHEN u.form = 'register' THEN 'awards/documents (award notice)'
      WHEN u.record_day IS NULL AND d.undated > 0 THEN 'awards/date;date'
      WHEN u.record_day IS NULL THEN 'date'
      WHEN d.open_since IS NULL THEN 'awards/date'
      ELSE ''
    END AS missing
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
      WHEN m.unpublished = 0 THEN 'clear'
      WHEN m.days > $days THEN 'flagged'
      ELSE 'not-applicable'
    END AS state,
    nullif(m.missing, '') AS missing
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
