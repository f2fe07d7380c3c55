-- litmus: query/1
-- title: New company
-- purpose: A supplier was founded fewer days before the award than the threshold. The day of foundation comes from the record; most
--   records do not have it, and then the answer is unknown.
-- source: Litmus; OCDS parties.details (date of foundation)
-- param: threshold BIGINT = 365 -- fewest days of existence that are not flagged
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null, suppliers BIGINT, day DATE null)
-- in: unit_supplier (unit BIGINT key, award BIGINT key, place BIGINT key, supplier VARCHAR)
-- in: deal (process VARCHAR, deal VARCHAR, first_seq BIGINT key, award VARCHAR null, signed_day DATE null)
-- in: firm (process VARCHAR, party VARCHAR null, first_seq BIGINT key, founded_day DATE null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- days
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH born AS (
  SELECT f.party AS party, min(f.founded_day) AS day
  FROM firm AS f
  WHERE f.party IS NOT NULL
  GROUP BY f.party
),
signed AS (
  SELECT d.process AS process, d.award AS award, min(d.signed_day) AS day
  FROM deal AS d
  WHERE d.award IS NOT NULL
  GROUP BY d.process, d.award
),
aged AS (
  SELECT
    a.unit AS unit,
    count(*) AS suppliers,
    min(date_diff('day', b.day, coalesce(a.day, g.day))) AS days,
    count(*) FILTER (WHERE s.supplier IS NULL) AS unnamed,
    count(*) FILTER (WHERE s.supplier IS NOT NULL AND b.day IS NULL) AS unborn,
    count(*) FILTER (WHERE a.day IS NULL AND g.day IS NULL) AS undated
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  LEFT JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  LEFT JOIN born AS b ON b.party = s.supplier
  LEFT JOIN signed AS g ON g.process = u.process AND g.award = a.name
  WHERE a.status = 'active'
  GROUP BY a.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    g.days AS days,
    CASE
      WHEN NOT u.awards_listed THEN 'unknown'
      WHEN g.unit IS NULL THEN 'not-applicable'
      WHEN g.days < $threshold THEN 'flagged'
      WHEN g.unnamed + g.unborn + g.undated > 0 THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN g.unit IS NULL OR g.days < $threshold THEN NULL
      WHEN g.unnamed > 0 THEN 'awards/suppliers/id'
      WHEN g.unborn > 0 AND g.undated > 0 THEN 'parties/details/foundationDate;awards/date'
      WHEN g.unborn > 0 THEN 'parties/details/foundationDate'
      WHEN g.undated > 0 THEN 'awards/date'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN aged AS g ON g.unit = u.unit
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
