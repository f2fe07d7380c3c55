-- litmus: query/1
-- title: How often each tenderer had a valid bid, and won
-- purpose: Lots with one award in force to one supplier and all awards final. A tenderer counts once a lot, however many valid
--   bids it made; bids of several tenderers together are left out.
-- source: Open Contracting Partnership, Cardinal, indicator R025
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN, bids_listed BOOLEAN)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, supplier VARCHAR null, suppliers BIGINT)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, tenderer VARCHAR null)
-- out: tenderer VARCHAR -- its id
-- out: entered BIGINT -- lots with a valid bid of its own
-- out: won BIGINT -- those that it won
-- key: tenderer
WITH awarded AS (
  SELECT
    a.unit AS unit,
    count(*) FILTER (WHERE a.status = 'active') AS in_force,
    count(*) FILTER (WHERE a.status IS NOT NULL AND a.status NOT IN ('active', 'cancelled', 'unsuccessful')) AS pending,
    max(CASE WHEN a.status = 'active' THEN a.suppliers ELSE NULL END) AS suppliers,
    max(CASE WHEN a.status = 'active' THEN a.supplier ELSE NULL END) AS supplier
  FROM unit_award AS a
  GROUP BY a.unit
),
entry AS (
  SELECT DISTINCT b.unit AS unit, b.tenderer AS tenderer
  FROM unit_bid AS b
  WHERE b.status = 'valid' AND b.tenderer IS NOT NULL
)
SELECT
  e.tenderer AS tenderer,
  count(*) AS entered,
  count(*) FILTER (WHERE e.tenderer = w.supplier) AS won
FROM awarded AS w
INNER JOIN unit AS u ON u.unit = w.unit AND u.bids_listed
INNER JOIN entry AS e ON e.unit = w.unit
WHERE w.in_force = 1 AND w.pending = 0 AND w.suppliers = 1 AND w.supplier IS NOT NULL
GROUP BY e.tenderer
ORDER BY e.tenderer ASC NULLS LAST
