-- litmus: query/1
-- title: Excessive unsuccessful bids
-- purpose: Among the tenderers that enter most often (at or above the percentile), the share of lots won falls to the lower fence of
--   all tenderers or below. Skipped where the first quartile or the fence is not above zero.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R025
-- except: D02 -- the threshold is a ratio that the user writes; it is read from its text
-- param: percentile BIGINT = 75 -- how often is often
-- param: threshold VARCHAR = none -- a share won, as 0.05; none: the fence is computed from the file
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: bidder_record (tenderer VARCHAR key, entered BIGINT, won BIGINT)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- the share won
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH measured AS (
  SELECT
    'all' AS part,
    cast(b.won AS DOUBLE) / nullif(cast(b.entered AS DOUBLE), 0) AS measure,
    b.tenderer AS tie
  FROM bidder_record AS b
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
counted AS (
  SELECT
    b.entered AS entered,
    row_number() OVER (ORDER BY b.entered ASC NULLS LAST, b.tenderer ASC NULLS LAST) AS place,
    count(*) OVER () AS n
  FROM bidder_record AS b
),
often_at AS (
  SELECT
    c.n AS n,
    (cast(c.n AS DOUBLE) + cast(1 AS DOUBLE) / cast(3 AS DOUBLE)) * (cast($percentile AS DOUBLE) / cast(100 AS DOUBLE))
      + cast(1 AS DOUBLE) / cast(3 AS DOUBLE) AS h
  FROM counted AS c
  WHERE c.place = 1
),
often_pair AS (
  SELECT
    max(o.h - floor(o.h)) AS f,
    max(CASE WHEN c.place = least(greatest(cast(floor(o.h) AS BIGINT), 1), o.n) THEN c.entered ELSE NULL END) AS a,
    max(
      CASE
        WHEN c.place = CASE WHEN $percentile >= 100 THEN o.n WHEN $percentile <= 0 THEN 1 ELSE least(greatest(cast(floor(o.h) AS BIGINT), 0) + 1, o.n) END
          THEN c.entered
        ELSE NULL
      END
    ) AS b
  FROM counted AS c
  CROSS JOIN often_at AS o
),
often AS (
  SELECT
    cast(p.a AS DOUBLE) + p.f * (cast(p.b AS DOUBLE) - cast(p.a AS DOUBLE)) AS bound
  FROM often_pair AS p
  WHERE p.a IS NOT NULL
),
result AS (
  SELECT
    'Tenderer' AS grp,
    b.tenderer AS id,
    '' AS lot,
    CASE
      WHEN NOT (($threshold <> 'none' OR f.q1 > 0) AND f.bound > 0) THEN 'not-applicable'
      WHEN cast(b.entered AS DOUBLE) >= o.bound AND cast(b.won AS DOUBLE) / nullif(cast(b.entered AS DOUBLE), 0) <= f.bound THEN 'flagged'
      ELSE 'clear'
    END AS state,
    cast(b.won AS DOUBLE) / nullif(cast(b.entered AS DOUBLE), 0) AS value,
    cast(NULL AS VARCHAR) AS missing
  FROM bidder_record AS b
  CROSS JOIN fence AS f
  CROSS JOIN often AS o
  UNION ALL
  SELECT 'Meta' AS grp, 'q1' AS id, '' AS lot, 'figure' AS state, f.q1 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, 'q3' AS id, '' AS lot, 'figure' AS state, f.q3 AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  WHERE $threshold = 'none'
  UNION ALL
  SELECT 'Meta' AS grp, 'lower_fence' AS id, '' AS lot, 'figure' AS state, f.bound AS value, cast(NULL AS VARCHAR) AS missing
  FROM fence AS f
  UNION ALL
  SELECT 'Meta' AS grp, 'upper_fence' AS id, '' AS lot, 'figure' AS state, o.bound AS value, cast(NULL AS VARCHAR) AS missing
  FROM often AS o
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
