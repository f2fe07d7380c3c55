-- litmus: query/1
-- title: Exempt from procurement law
-- purpose: The contract was awarded under an intergovernmental agreement, a special law, or another regime outside procurement law.
--   Clear where the record names the procurement law instead; unknown where it names no law.
-- source: Litmus; Directive 2014/24/EU, Articles 8, 9 and 15 to 17 (exclusions)
-- param: regimes VARCHAR = any -- regimes that count, joined by |; any: all that are named
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, regime VARCHAR null, legal_basis VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.regime IS NOT NULL AND ($regimes = 'any' OR position('|' || u.regime || '|' IN '|' || $regimes || '|') > 0) THEN 'flagged'
      WHEN u.regime IS NOT NULL OR u.legal_basis IS NOT NULL THEN 'clear'
      ELSE 'unknown'
    END AS state,
    CASE WHEN u.regime IS NULL AND u.legal_basis IS NULL THEN 'tender/legalBasis' ELSE NULL END AS missing
  FROM unit AS u
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    j.missing AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
