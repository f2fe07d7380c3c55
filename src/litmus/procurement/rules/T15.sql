-- litmus: query/1
-- title: What is bought is classified by at least five digits
-- purpose: An item of the call or its lot has a code of the common vocabulary of five digits or more. A division alone, as two digits or
--   as two digits and noughts, says too little to decide anything: unknown. Not met where codes are printed and all have three or four
--   digits. Other schemes are unknown.
-- source: Litmus (what scope needs); OCDS tender.items.classification; eForms BT-262
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: item (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR, scheme VARCHAR null, code VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH codes AS (
  SELECT
    u.unit AS unit,
    count(*) AS codes,
    count(*) FILTER (WHERE position('CPV' IN coalesce(i.scheme, '')) = 0) AS others,
    count(*) FILTER (
      WHERE i.scheme = 'CPV'
        AND left(i.code, 5) <> left(i.code, 4)
        AND position('-' IN left(i.code, 5)) = 0
        AND left(i.code, 8) <> left(i.code, 2) || '000000'
    ) AS precise,
    count(*) FILTER (WHERE left(i.code, 3) = left(i.code, 2) OR position('-' IN left(i.code, 3)) > 0 OR left(i.code, 8) = left(i.code, 2) || '000000') AS divisions
  FROM unit AS u
  INNER JOIN item AS i ON i.process = u.process
  WHERE i.code IS NOT NULL AND (i.lot = u.lot OR i.lot = '' OR u.lot = '')
  GROUP BY u.unit
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
      position('classification' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN c.unit IS NULL THEN 'unknown'
      WHEN c.precise > 0 THEN 'met'
      WHEN c.others > 0 OR c.divisions > 0 THEN 'unknown'
      ELSE 'not-met'
    END AS state,
    CASE WHEN c.unit IS NULL THEN 'tender/items/classification' ELSE 'tender/items/classification (five digits)' END AS missing,
    c.precise AS value
  FROM unit AS u
  LEFT JOIN codes AS c ON c.unit = u.unit
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
