-- litmus: query/1
-- title: How many bids were submitted and disqualified, by buyer, procuring entity and tenderer
-- purpose: Submitted: every status but invited and withdrawn. A bid of several tenderers counts for each of them.
-- source: Open Contracting Partnership, Cardinal, indicator R038
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, buyer VARCHAR null, entity VARCHAR null)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null)
-- in: unit_bidder (unit BIGINT key, bid BIGINT key, place BIGINT key, tenderer VARCHAR)
-- out: grp VARCHAR -- Buyer, ProcuringEntity or Tenderer
-- out: id VARCHAR -- its id
-- out: submitted BIGINT -- bids submitted
-- out: disqualified BIGINT -- of these disqualified
-- key: grp, id
WITH submitted AS (
  SELECT b.unit AS unit, b.bid AS bid, CASE WHEN b.status = 'disqualified' THEN 1 ELSE 0 END AS gone
  FROM unit_bid AS b
  INNER JOIN unit AS u ON u.unit = b.unit
  WHERE b.status IS NOT NULL AND b.status NOT IN ('invited', 'withdrawn')
),
by_unit AS (
  SELECT u.buyer AS buyer, u.entity AS entity, count(*) AS submitted, CAST(sum(s.gone) AS BIGINT) AS disqualified
  FROM submitted AS s
  INNER JOIN unit AS u ON u.unit = s.unit
  GROUP BY u.buyer, u.entity
),
counted AS (
  SELECT 'Buyer' AS grp, b.buyer AS id, CAST(sum(b.submitted) AS BIGINT) AS submitted, CAST(sum(b.disqualified) AS BIGINT) AS disqualified
  FROM by_unit AS b
  WHERE b.buyer IS NOT NULL
  GROUP BY b.buyer
  UNION ALL
  SELECT 'ProcuringEntity' AS grp, b.entity AS id, CAST(sum(b.submitted) AS BIGINT) AS submitted, CAST(sum(b.disqualified) AS BIGINT) AS disqualified
  FROM by_unit AS b
  WHERE b.entity IS NOT NULL
  GROUP BY b.entity
  UNION ALL
  SELECT 'Tenderer' AS grp, t.tenderer AS id, count(*) AS submitted, CAST(sum(s.gone) AS BIGINT) AS disqualified
  FROM submitted AS s
  INNER JOIN unit_bidder AS t ON t.unit = s.unit AND t.bid = s.bid
  GROUP BY t.tenderer
)
SELECT
  c.grp AS grp,
  c.id AS id,
  cast(c.submitted AS BIGINT) AS submitted,
  cast(c.disqualified AS BIGINT) AS disqualified
FROM counted AS c
ORDER BY c.grp ASC NULLS LAST, c.id ASC NULLS LAST
