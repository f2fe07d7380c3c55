-- litmus: query/1
-- title: Excessive disqualified bids
-- purpose: The share of disqualified among submitted bids of a buyer, procuring entity or tenderer reaches the upper fence of its group.
--   Skipped where the fence is not above zero. The second parameter counts bids too, despite its name: so does Cardinal.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R038
-- except: D02 -- the threshold is a ratio that the user writes; it is read from its text
-- param: threshold VARCHAR = none -- a share, as 0.5; none: the fence is computed from the file
-- param: minimum_submitted_bids BIGINT = 2 -- tenderers with fewer bids are left out
-- param: minimum_contracting_processes BIGINT = 2 -- buyers and procuring entities with fewer bids are left out
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: bid_record (grp VARCHAR key, id VARCHAR key, submitted BIGINT, disqualified BIGINT)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- the share disqualified
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH measured AS (
  SELECT
    b.grp AS part,
    cast(b.disqualified AS DOUBLE) / nullif(cast(b.submitted AS DOUBLE), 0) AS measure,
    b.id AS tie
  FROM bid_record AS b
  WHERE b.submitted >= CASE WHEN b.grp = 'Tenderer' THEN $minimum_submitted_bids ELSE $minimum_contracting_processes END
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
-- q3 + 1.5 (q3 - q1), rounded once: w = 1.5 d is split into a sum that loses nothing.
half AS (
  SELECT s.part AS part, s.q1 AS q1, s.q3 AS q3, s.q3 AS base, s.q3 - s.q1 AS d, (s.q3 - s.q1) * cast(0.5 AS DOUBLE) AS e
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
result AS (
  SELECT
    b.grp AS grp,
    b.id AS id,
    '' AS lot,
    CASE
      WHEN m.tie IS NULL OR NOT f.bound > 0 THEN 'not-applicable'
      WHEN m.measure >= f.bound THEN 'flagged'
      ELSE 'clear'
    END AS state,
    m.measure AS value,
    cast(NULL AS VARCHAR) AS missing
  FROM bid_record AS b
  LEFT JOIN measured AS m ON m.part = b.grp AND m.tie = b.id
  LEFT JOIN fence AS f ON f.part = b.grp
  UNION ALL
  SELECT 'Meta' AS grp, f.part || '_q1' AS id, '' AS lot, 'figure' AS state, f.q1 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, f.part || '_q3' AS id, '' AS lot, 'figure' AS state, f.q3 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, f.part || '_upper_fence' AS id, '' AS lot, 'figure' AS state, f.bound AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
