-- litmus: query/1
-- title: The brand of the equipment is named
-- purpose: Where a process is about networks, surveillance or smart-city equipment, an item names a manufacturer or brand. Never not met:
--   the standard has no field for a brand, and it may stand in a document that was not read. Where the scope is not known, the answer is
--   unknown; other processes are left out.
-- source: Litmus (own demand; the standard has no field for it); OCDS items.attributes
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: scope_row (process VARCHAR key, state VARCHAR, layers VARCHAR null)
-- in: item (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR, brand VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH branded AS (
  SELECT u.unit AS unit, count(DISTINCT i.brand) AS brands
  FROM unit AS u
  INNER JOIN item AS i ON i.process = u.process
  WHERE i.brand IS NOT NULL AND (i.lot = u.lot OR i.lot = '' OR u.lot = '')
  GROUP BY u.unit
),
scoped AS (
  SELECT
    s.process AS process,
    s.state AS state,
    position('core' IN coalesce(s.layers, '')) > 0
      OR position('ran|' IN coalesce(s.layers, '')) > 0
      OR position('transport' IN coalesce(s.layers, '')) > 0
      OR position('fixed-access' IN coalesce(s.layers, '')) > 0
      OR position('interconnect' IN coalesce(s.layers, '')) > 0
      OR position('submarine' IN coalesce(s.layers, '')) > 0
      OR position('cctv' IN coalesce(s.layers, '')) > 0
      OR position('smart-city' IN coalesce(s.layers, '')) > 0 AS equipment
  FROM scope_row AS s
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
      position('attributes' IN coalesce(w.path, '')) > 0
      OR position('brand' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN s.state = 'outside' OR (s.state = 'in' AND NOT s.equipment) THEN 'not-applicable'
      WHEN s.state = 'in' AND b.unit IS NOT NULL THEN 'met'
      ELSE 'unknown'
    END AS state,
    CASE WHEN s.state = 'in' THEN 'tender/items/attributes (brand)' ELSE 'scope of the process' END AS missing,
    b.brands AS value
  FROM unit AS u
  LEFT JOIN branded AS b ON b.unit = u.unit
  LEFT JOIN scoped AS s ON s.process = u.process
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.state IN ('absent', 'unknown') AND k.unit IS NOT NULL THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN k.unit IS NOT NULL THEN 'withheld'
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
  LEFT JOIN kept_back AS k ON k.unit = j.unit
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
