-- litmus: query/1
-- title: Who gets each award
-- purpose: The suppliers of the awards of each unit, as far as they have an id.
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR)
-- in: unit (unit BIGINT key, process VARCHAR)
-- in: part (process VARCHAR, of VARCHAR, of_id VARCHAR, role VARCHAR, place BIGINT, party VARCHAR null)
-- out: unit BIGINT -- unit
-- out: award BIGINT -- award
-- out: place BIGINT -- place among the suppliers of the award
-- out: supplier VARCHAR -- id
-- key: unit, award, place
SELECT a.unit AS unit, a.award AS award, p.place AS place, min(p.party) AS supplier
FROM unit_award AS a
INNER JOIN unit AS u ON u.unit = a.unit
INNER JOIN part AS p ON p.process = u.process AND p.of = 'award' AND p.of_id = a.name AND p.role = 'supplier'
WHERE p.party IS NOT NULL
GROUP BY a.unit, a.award, p.place
ORDER BY unit ASC NULLS LAST, award ASC NULLS LAST, place ASC NULLS LAST
