-- litmus: query/1
-- title: Award published late
-- purpose: The award notice came more days after the signature of the contract (or, where that day is not printed, after the award) than
--   the threshold. Where no award notice is in evidence the delay is unknown; whether that is a fault is the matter of L05.
-- source: Directive 2014/24/EU, Article 50 (30 days after the conclusion of the contract)
-- param: days BIGINT = 30 -- days within which an award is to be published
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null, day DATE null, published_day DATE null)
-- in: deal (process VARCHAR, deal VARCHAR, first_seq BIGINT key, award VARCHAR null, signed_day DATE null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- days
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH signed AS (
  SELECT d.process AS process, d.award AS award, max(d.signed_day) AS day
  FROM deal AS d
  WHERE d.award IS NOT NULL
  GROUP BY d.process, d.award
),
delayed AS (
  SELECT
    a.unit AS unit,
    count(*) AS awards,
    max(date_diff('day', coalesce(s.day, a.day), a.published_day)) AS days,
    count(*) FILTER (WHERE a.published_day IS NULL) AS unpublished,
    count(*) FILTER (WHERE s.day IS NULL AND a.day IS NULL) AS undated
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  LEFT JOIN signed AS s ON s.process = u.process AND s.award = a.name
  WHERE a.status = 'active'
  GROUP BY a.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    d.days AS days,
    CASE
      WHEN NOT u.awards_listed THEN 'unknown'
      WHEN d.unit IS NULL THEN 'not-applicable'
      WHEN d.days > $days THEN 'flagged'
      WHEN d.unpublished > 0 OR d.undated > 0 THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN d.unit IS NULL OR d.days > $days THEN NULL
      WHEN d.unpublished > 0 AND d.undated > 0 THEN 'awards/documents (award notice);contracts/dateSigned'
      WHEN d.unpublished > 0 THEN 'awards/documents (award notice)'
      WHEN d.undated > 0 THEN 'contracts/dateSigned'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN delayed AS d ON d.unit = u.unit
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
