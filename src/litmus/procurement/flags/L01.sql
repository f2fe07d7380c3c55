-- litmus: query/1
-- title: Direct award without a published justification
-- purpose: No call was published (method limited or direct), and the record gives no reason, in words or as a code. A register without
--   such a column cannot say that there was none: unknown. A reason that is lawfully withheld is unknown, not missing.
-- source: Directive 2014/24/EU, Articles 26(6) and 32; OCDS tender.procurementMethodRationale
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, method VARCHAR null, rationale VARCHAR null)
-- in: withheld (process VARCHAR, path VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH kept_back AS (
  SELECT w.process AS process
  FROM withheld AS w
  WHERE position('ationale' IN coalesce(w.path, '')) > 0 OR position('dir-awa' IN coalesce(w.path, '')) > 0
  GROUP BY w.process
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.method IS NULL THEN 'unknown'
      WHEN u.method NOT IN ('limited', 'direct') THEN 'not-applicable'
      WHEN u.rationale IS NOT NULL THEN 'clear'
      WHEN k.process IS NOT NULL OR u.form = 'register' THEN 'unknown'
      ELSE 'flagged'
    END AS state,
    CASE
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN u.method NOT IN ('limited', 'direct') OR u.rationale IS NOT NULL THEN NULL
      WHEN k.process IS NOT NULL THEN 'tender/procurementMethodRationale (withheld)'
      WHEN u.form = 'register' THEN 'tender/procurementMethodRationale'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN kept_back AS k ON k.process = u.process
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
