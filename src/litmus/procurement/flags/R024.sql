-- litmus: query/1
-- title: Price close to the winning bid
-- purpose: The next lowest valid bid lies so near the winner's, measured by their ratio, that it falls below the lower fence of the
--   file (first quartile minus 1.5 times the distance of the quartiles). Skipped where the first quartile or the fence is
--   not above zero.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R024
-- except: D02 -- the threshold is a ratio that the user writes; it is read from its text
-- param: threshold VARCHAR = none -- a ratio, as 0.05; none: the fence is computed from the file
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR)
-- in: price_gap (unit BIGINT key, currency VARCHAR null, winner VARCHAR null, runner_up VARCHAR null, price BIGINT null, price_parts BIGINT null, other BIGINT null, other_parts BIGINT null, state VARCHAR, missing VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- the ratio; 0 for a tenderer
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH priced AS (
  SELECT
    p.unit AS unit,
    p.currency AS currency,
    cast(p.price AS DOUBLE) / nullif(cast(p.price_parts AS DOUBLE), 0) AS price,
    cast(p.other AS DOUBLE) / nullif(cast(p.other_parts AS DOUBLE), 0) AS other
  FROM price_gap AS p
  WHERE p.state = 'value'
),
measured AS (
  SELECT p.currency AS part, (p.other - p.price) / nullif(cast(p.price AS DOUBLE), 0) AS measure, p.unit AS tie
  FROM priced AS p
),
ranked AS (
  SELECT
    m.part AS part,
    m.measure AS measure,
    row_number() OVER (PARTITION BY m.part ORDER BY m.measure ASC NULLS LAST, m.tie ASC NULLS LAST) AS place,
    count(*) OVER (PARTITION BY m.part) AS n
  FROM measured AS m
),
position_of AS (
  SELECT
    k.part AS part,
    k.n AS n,
    (cast(k.n AS DOUBLE) + cast(1 AS DOUBLE) / cast(3 AS DOUBLE)) * cast(0.25 AS DOUBLE) + cast(1 AS DOUBLE) / cast(3 AS DOUBLE) AS h1,
    (cast(k.n AS DOUBLE) + cast(1 AS DOUBLE) / cast(3 AS DOUBLE)) * cast(0.75 AS DOUBLE) + cast(1 AS DOUBLE) / cast(3 AS DOUBLE) AS h3
  FROM ranked AS k
  WHERE k.place = 1
),
quartile AS (
  -- The R8 rule: place h = (n + 1/3) p + 1/3, interpolated between its neighbours.
  SELECT
    p.part AS part,
    max(CASE WHEN k.place = least(greatest(cast(floor(p.h1) AS BIGINT), 1), p.n) THEN k.measure ELSE NULL END) AS a1,
    max(CASE WHEN k.place = least(greatest(cast(floor(p.h1) AS BIGINT), 0) + 1, p.n) THEN k.measure ELSE NULL END) AS b1,
    max(CASE WHEN k.place = least(greatest(cast(floor(p.h3) AS BIGINT), 1), p.n) THEN k.measure ELSE NULL END) AS a3,
    max(CASE WHEN k.place = least(greatest(cast(floor(p.h3) AS BIGINT), 0) + 1, p.n) THEN k.measure ELSE NULL END) AS b3,
    max(p.h1 - floor(p.h1)) AS f1,
    max(p.h3 - floor(p.h3)) AS f3
  FROM position_of AS p
  INNER JOIN ranked AS k ON k.part = p.part
  GROUP BY p.part
),
spread AS (
  SELECT
    q.part AS part,
    q.a1 + q.f1 * (q.b1 - q.a1) AS q1,
    q.a3 + q.f3 * (q.b3 - q.a3) AS q3
  FROM quartile AS q
),
-- q1 - 1.5 (q3 - q1), rounded once: w = 1.5 d is split into a sum that loses nothing.
half AS (
  SELECT s.part AS part, s.q1 AS q1, s.q3 AS q3, s.q1 AS base, s.q1 - s.q3 AS d, (s.q1 - s.q3) * cast(0.5 AS DOUBLE) AS e
  FROM spread AS s
),
summed AS (
  SELECT h.part AS part, h.q1 AS q1, h.q3 AS q3, h.base AS base, h.d + h.e AS w, h.e - ((h.d + h.e) - h.d) AS rest
  FROM half AS h
),
fence AS (
  SELECT
    s.part AS part,
    s.q1 AS q1,
    s.q3 AS q3,
    CASE
      WHEN $threshold = 'none'
        THEN (s.base + s.w) + (((s.base - ((s.base + s.w) - ((s.base + s.w) - s.base))) + (s.w - ((s.base + s.w) - s.base))) + s.rest)
      ELSE cast(nullif($threshold, 'none') AS DOUBLE)
    END AS bound
  FROM summed AS s
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    p.winner AS winner,
    p.runner_up AS runner_up,
    m.measure AS ratio,
    CASE
      WHEN p.state <> 'value' THEN p.state
      WHEN NOT (($threshold <> 'none' OR f.q1 > 0) AND f.bound > 0) THEN 'not-applicable'
      WHEN m.measure <= f.bound THEN 'flagged'
      ELSE 'clear'
    END AS state,
    p.missing AS missing
  FROM unit AS u
  INNER JOIN price_gap AS p ON p.unit = u.unit
  LEFT JOIN measured AS m ON m.tie = p.unit
  LEFT JOIN fence AS f ON f.part = p.currency
),
result AS (
  SELECT 'OCID' AS grp, j.id AS id, j.lot AS lot, j.state AS state, j.ratio AS value, j.missing AS missing
  FROM judged AS j
  UNION ALL
  SELECT 'Tenderer' AS grp, t.id AS id, '' AS lot, 'flagged' AS state, cast(0 AS DOUBLE) AS value, cast(NULL AS VARCHAR) AS missing
  FROM (
    SELECT j.winner AS id FROM judged AS j WHERE j.state = 'flagged'
    UNION
    SELECT j.runner_up AS id FROM judged AS j WHERE j.state = 'flagged'
  ) AS t
  UNION ALL
  SELECT 'Meta' AS grp, 'q1' AS id, f.part AS lot, 'figure' AS state, f.q1 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, 'q3' AS id, f.part AS lot, 'figure' AS state, f.q3 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, 'lower_fence' AS id, f.part AS lot, 'figure' AS state, f.bound AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
