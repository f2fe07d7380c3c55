-- litmus: query/1
-- title: Cost growth by annexes
-- purpose: Annexes raise the price of a contract by more than the threshold. An annex without an amount leaves the answer open unless
--   the others already pass the threshold. A record that shows no annexes and no final price does not say that there were none:
--   unknown. Judged for the process; the contract that grew most counts.
-- source: Directive 2014/24/EU, Article 72 (modification of contracts); OCDS contracts.amendments
-- param: over_ppm BIGINT = 100000 -- tolerated growth, in ppm of the price at signature
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: process (process VARCHAR key, status VARCHAR null)
-- in: deal (process VARCHAR, deal VARCHAR, first_seq BIGINT key, value BIGINT null, currency VARCHAR null, final_value BIGINT null)
-- in: change (process VARCHAR, deal VARCHAR null, added BIGINT null, before BIGINT null, after BIGINT null, currency VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- growth divided by the price at signature
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH changed AS (
  SELECT
    c.process AS process,
    c.deal AS deal,
    count(*) AS changes,
    count(*) FILTER (WHERE c.added IS NULL AND (c.before IS NULL OR c.after IS NULL)) AS unpriced,
    cast(sum(coalesce(c.added, c.after - c.before, 0)) AS BIGINT) AS added,
    min(c.currency) AS currency,
    max(c.currency) AS other
  FROM change AS c
  GROUP BY c.process, c.deal
),
grown AS (
  SELECT
    d.process AS process,
    d.first_seq AS contract,
    d.value AS price,
    CASE
      WHEN d.final_value IS NOT NULL THEN d.final_value - d.value
      WHEN c.changes IS NULL THEN NULL
      WHEN d.currency IS NULL OR c.currency <> d.currency OR c.other <> d.currency THEN NULL
      ELSE c.added
    END AS added,
    d.final_value IS NOT NULL OR coalesce(c.unpriced, 1) = 0 AS complete,
    c.changes IS NOT NULL AS annexed
  FROM deal AS d
  LEFT JOIN changed AS c ON c.process = d.process AND c.deal = d.deal
),
measured AS (
  SELECT
    g.process AS process,
    g.contract AS contract,
    cast(g.added AS DOUBLE) / nullif(cast(g.price AS DOUBLE), 0) AS growth,
    g.added > cast(floor(cast(g.price AS DOUBLE) * cast($over_ppm AS DOUBLE) / nullif(cast(1000000 AS DOUBLE), 0)) AS BIGINT) AS above,
    CASE
      WHEN g.price IS NULL OR g.price = 0 THEN 'contracts/value'
      WHEN g.annexed AND (NOT g.complete OR g.added IS NULL) THEN 'contracts/amendments (amounts)'
      WHEN g.added IS NULL THEN 'contracts/amendments'
      ELSE ''
    END AS missing
  FROM grown AS g
),
worst AS (
  SELECT
    m.process AS process,
    count(*) FILTER (WHERE coalesce(m.above, FALSE)) AS flagged,
    max(CASE WHEN m.above THEN m.growth ELSE NULL END) AS growth,
    max(m.missing) AS missing
  FROM measured AS m
  GROUP BY m.process
),
judged AS (
  SELECT
    p.process AS id,
    w.growth AS growth,
    CASE
      WHEN w.process IS NULL THEN 'unknown'
      WHEN w.flagged > 0 THEN 'flagged'
      WHEN w.missing <> '' THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE WHEN w.process IS NULL THEN 'contracts' WHEN w.flagged > 0 THEN NULL ELSE nullif(w.missing, '') END AS missing
  FROM process AS p
  LEFT JOIN worst AS w ON w.process = p.process
  WHERE coalesce(p.status, '') <> 'cancelled'
),
result AS (
  SELECT 'OCID' AS grp, j.id AS id, '' AS lot, j.state AS state, j.growth AS value, j.missing AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
