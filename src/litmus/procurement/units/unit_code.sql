-- litmus: query/1
-- title: What each award buys
-- purpose: The classification codes of the items of an award; where the award lists none, those of the call.
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR)
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR)
-- in: item (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR, code VARCHAR null)
-- out: unit BIGINT -- unit
-- out: award BIGINT -- award
-- out: place BIGINT -- number of the code
-- out: code VARCHAR -- code
-- key: unit, award, place
WITH own AS (
  SELECT a.unit AS unit, a.award AS award, i.code AS code
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  INNER JOIN item AS i ON i.process = u.process AND i.of = 'award' AND i.of_id = a.name
  WHERE i.code IS NOT NULL
  GROUP BY a.unit, a.award, i.code
),
called AS (
  SELECT a.unit AS unit, a.award AS award, i.code AS code
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  INNER JOIN item AS i ON i.process = u.process AND i.of = 'tender'
  LEFT JOIN own AS o ON o.unit = a.unit AND o.award = a.award
  WHERE i.code IS NOT NULL AND o.unit IS NULL AND (i.lot = u.lot OR i.lot = '')
  GROUP BY a.unit, a.award, i.code
),
either AS (
  SELECT o.unit AS unit, o.award AS award, o.code AS code
  FROM own AS o
  UNION
  SELECT c.unit AS unit, c.award AS award, c.code AS code
  FROM called AS c
),
kept AS (
  SELECT e.unit AS unit, e.award AS award, e.code AS code
  FROM either AS e
  GROUP BY e.unit, e.award, e.code
)
SELECT
  k.unit AS unit,
  k.award AS award,
  row_number() OVER (PARTITION BY k.unit, k.award ORDER BY k.code ASC NULLS LAST) AS place,
  k.code AS code
FROM kept AS k
ORDER BY unit ASC NULLS LAST, award ASC NULLS LAST, place ASC NULLS LAST
