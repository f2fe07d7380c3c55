-- litmus: query/1
-- title: Price above the estimate
-- purpose: The awards in force of a lot cost more than the value that was estimated for it, by more than the tolerance. Only amounts in
--   one currency are compared. An estimate of nought says nothing.
-- source: Litmus; OCDS tender.value and awards.value
-- param: over_ppm BIGINT = 0 -- tolerated share of the estimate, in ppm
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, awards_listed BOOLEAN, estimate BIGINT null, currency VARCHAR null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, value BIGINT null, currency VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- price divided by estimate, minus 1
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH priced AS (
  SELECT
    a.unit AS unit,
    count(*) AS awards,
    count(*) FILTER (WHERE a.value IS NULL OR a.currency IS NULL) AS unpriced,
    cast(sum(coalesce(a.value, 0)) AS BIGINT) AS price,
    min(a.currency) AS currency,
    max(a.currency) AS other
  FROM unit_award AS a
  WHERE a.status = 'active'
  GROUP BY a.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    CASE WHEN u.estimate > 0 AND p.unpriced = 0 THEN cast(p.price - u.estimate AS DOUBLE) / nullif(cast(u.estimate AS DOUBLE), 0) ELSE NULL END AS growth,
    p.price - u.estimate AS above,
    cast(floor(cast(u.estimate AS DOUBLE) * cast($over_ppm AS DOUBLE) / nullif(cast(1000000 AS DOUBLE), 0)) AS BIGINT) AS tolerated,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN p.unit IS NULL THEN ''
      WHEN p.unpriced > 0 THEN 'awards/value'
      WHEN u.estimate IS NULL OR u.estimate = 0 THEN 'tender/value'
      WHEN u.currency IS NULL THEN 'tender/value/currency'
      WHEN p.currency <> p.other OR p.currency <> u.currency THEN 'exchange rate'
      ELSE ''
    END AS missing,
    p.unit IS NOT NULL AS awarded
  FROM unit AS u
  LEFT JOIN priced AS p ON p.unit = u.unit
),
stated AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    j.growth AS growth,
    CASE
      WHEN j.missing <> '' THEN 'unknown'
      WHEN NOT j.awarded THEN 'not-applicable'
      WHEN j.above > j.tolerated THEN 'flagged'
      ELSE 'clear'
    END AS state,
    nullif(j.missing, '') AS missing
  FROM judged AS j
),
result AS (
  SELECT
    'OCID' AS grp,
    s.id AS id,
    s.lot AS lot,
    s.state AS state,
    CASE WHEN s.state = 'flagged' THEN s.growth ELSE NULL END AS value,
    s.missing AS missing
  FROM stated AS s
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
