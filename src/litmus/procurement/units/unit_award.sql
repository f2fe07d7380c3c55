-- litmus: query/1
-- title: The awards of each unit
-- purpose: An award that covers several lots at one price has no price for any of them. The award notice may be dated by the award or
--   by a document of the award or the call.
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, alone BOOLEAN)
-- in: award (process VARCHAR, award VARCHAR, first_seq BIGINT key, status VARCHAR null, date_day DATE null, published_day DATE null, value BIGINT null, currency VARCHAR null)
-- in: covers (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR)
-- in: team (process VARCHAR key, of VARCHAR key, of_id VARCHAR key, members BIGINT, alone VARCHAR null)
-- in: document (process VARCHAR, of VARCHAR, of_id VARCHAR, type VARCHAR null, published_day DATE null)
-- out: unit BIGINT -- unit
-- out: award BIGINT -- number of the award, in the order of the records
-- out: name VARCHAR -- its id
-- out: status VARCHAR null -- its status
-- out: suppliers BIGINT -- how many suppliers it names
-- out: supplier VARCHAR null -- its supplier, where there is one
-- out: day DATE null -- decided
-- out: published_day DATE null -- award notice published
-- out: value BIGINT null -- value
-- out: currency VARCHAR null -- its currency
-- key: unit, award
WITH several AS (
  SELECT c.process AS process, c.of_id AS award, count(*) AS lots
  FROM covers AS c
  WHERE c.of = 'award'
  GROUP BY c.process, c.of_id
),
told AS (
  SELECT d.process AS process, min(d.published_day) AS day
  FROM document AS d
  WHERE d.type = 'awardNotice' AND d.of <> 'award'
  GROUP BY d.process
)
SELECT DISTINCT
  u.unit AS unit,
  a.first_seq AS award,
  a.award AS name,
  a.status AS status,
  coalesce(t.members, 0) AS suppliers,
  t.alone AS supplier,
  a.date_day AS day,
  coalesce(a.published_day, d.day) AS published_day,
  CASE WHEN u.alone OR s.lots = 1 THEN a.value ELSE NULL END AS value,
  a.currency AS currency
FROM unit AS u
INNER JOIN award AS a ON a.process = u.process
LEFT JOIN covers AS c ON c.process = a.process AND c.of = 'award' AND c.of_id = a.award
LEFT JOIN several AS s ON s.process = a.process AND s.award = a.award
LEFT JOIN team AS t ON t.process = a.process AND t.of = 'award' AND t.of_id = a.award
LEFT JOIN told AS d ON d.process = a.process
WHERE u.alone OR c.lot = u.lot
ORDER BY unit ASC NULLS LAST, award ASC NULLS LAST
