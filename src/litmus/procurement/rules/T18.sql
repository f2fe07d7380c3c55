-- litmus: query/1
-- title: Where the money comes from is published
-- purpose: The record names a loan, a funder, a budget line or another source of the money. Never not met: money that is not named may be
--   ordinary budget. A process under an intergovernmental agreement without it is unknown too, and is what a reader looks at first.
-- source: Litmus (finds agreements outside procurement law); OCDS planning.budget.finance, contracts.finance; eForms BT-5011, BT-60
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: process (process VARCHAR key, funding VARCHAR null)
-- in: lot (process VARCHAR key, lot VARCHAR key, funding VARCHAR null)
-- in: part (process VARCHAR, of VARCHAR, of_id VARCHAR, role VARCHAR, place BIGINT, party VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH funders AS (
  SELECT p.process AS process, count(*) AS named
  FROM part AS p
  WHERE p.role = 'funder'
  GROUP BY p.process
),
lots AS (
  SELECT u.unit AS unit, count(l.funding) AS named
  FROM unit AS u
  INNER JOIN lot AS l ON l.process = u.process AND (l.lot = u.lot OR u.lot = '')
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
      position('finance' IN coalesce(w.path, '')) > 0
      OR position('budget' IN coalesce(w.path, '')) > 0
      OR position('under' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE WHEN p.funding IS NOT NULL OR l.named > 0 OR f.named > 0 THEN 'met' ELSE 'unknown' END AS state,
    'planning/budget/finance;contracts/finance;parties (funder)' AS missing,
    CAST(NULL AS BIGINT) AS value
  FROM unit AS u
  INNER JOIN process AS p ON p.process = u.process
  LEFT JOIN lots AS l ON l.unit = u.unit
  LEFT JOIN funders AS f ON f.process = u.process
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
