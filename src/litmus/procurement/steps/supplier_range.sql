-- litmus: query/1
-- title: How many kinds of goods each supplier was awarded
-- purpose: Awards in force to one supplier each. Kinds are the first characters of the items' classification codes; lots count
--   where at least one item has a code.
-- source: Open Contracting Partnership, Cardinal, indicator R048
-- param: digits BIGINT = 2 -- how many characters of a code make a kind
-- in: unit (unit BIGINT key, process VARCHAR)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, supplier VARCHAR null)
-- in: unit_code (unit BIGINT key, award BIGINT key, place BIGINT key, code VARCHAR)
-- out: supplier VARCHAR -- its id
-- out: processes BIGINT -- processes with a classified item
-- out: kinds BIGINT -- different kinds
-- key: supplier
SELECT
  a.supplier AS supplier,
  count(DISTINCT u.process) AS processes,
  count(DISTINCT left(c.code, $digits)) AS kinds
FROM unit_award AS a
INNER JOIN unit AS u ON u.unit = a.unit
INNER JOIN unit_code AS c ON c.unit = a.unit AND c.award = a.award
WHERE a.status = 'active' AND a.supplier IS NOT NULL
GROUP BY a.supplier
ORDER BY a.supplier ASC NULLS LAST
