-- litmus: query/1
-- title: Winners of one buyer belong to one ultimate parent
-- purpose: Of the awards of a buyer, at least the threshold share went to firms of one ultimate parent. Firms whose parent is not known
--   may belong to any group: they count for nobody in the lower bound and for the largest group in the upper. Flagged where the
--   lower bound reaches the threshold, clear where the upper bound stays below. Buyers with few awards are not judged.
-- source: Litmus; shares by ultimate parent instead of by firm
-- param: threshold_ppm BIGINT = 500000 -- share of a buyer's awards, in ppm
-- param: minimum_awards BIGINT = 10 -- buyers with fewer awards in force are not judged
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: unit (unit BIGINT key, buyer VARCHAR null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, suppliers BIGINT, supplier VARCHAR null)
-- in: parent (party VARCHAR key, parent VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- share of the largest group, the lower bound
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH won AS (
  SELECT u.buyer AS buyer, p.parent AS parent, a.supplier AS supplier, count(*) AS awards
  FROM unit AS u
  INNER JOIN unit_award AS a ON a.unit = u.unit
  LEFT JOIN parent AS p ON p.party = a.supplier
  WHERE a.status = 'active' AND u.buyer IS NOT NULL
  GROUP BY u.buyer, p.parent, a.supplier
),
grouped AS (
  -- A firm without a known parent is a group of its own in the lower bound.
  SELECT
    w.buyer AS buyer,
    CASE WHEN w.parent IS NULL THEN 'firm' ELSE 'parent' END AS kind,
    coalesce(w.parent, w.supplier) AS name,
    cast(sum(w.awards) AS BIGINT) AS awards
  FROM won AS w
  WHERE w.supplier IS NOT NULL
  GROUP BY w.buyer, CASE WHEN w.parent IS NULL THEN 'firm' ELSE 'parent' END, coalesce(w.parent, w.supplier)
),
bounds AS (
  SELECT
    g.buyer AS buyer,
    max(g.awards) AS largest,
    max(CASE WHEN g.kind = 'parent' THEN g.awards ELSE 0 END) AS largest_known,
    cast(sum(CASE WHEN g.kind = 'firm' THEN g.awards ELSE 0 END) AS BIGINT) AS parentless
  FROM grouped AS g
  GROUP BY g.buyer
),
totals AS (
  SELECT
    w.buyer AS buyer,
    cast(sum(w.awards) AS BIGINT) AS awards,
    cast(sum(CASE WHEN w.supplier IS NULL THEN w.awards ELSE 0 END) AS BIGINT) AS nameless
  FROM won AS w
  GROUP BY w.buyer
),
judged AS (
  SELECT
    t.buyer AS id,
    cast(coalesce(b.largest, 0) AS DOUBLE) / nullif(cast(t.awards AS DOUBLE), 0) AS share,
    CASE
      WHEN t.awards < $minimum_awards THEN 'not-applicable'
      WHEN coalesce(b.largest, 0) * 1000000 >= $threshold_ppm * t.awards THEN 'flagged'
      WHEN (coalesce(b.largest_known, 0) + coalesce(b.parentless, 0) + t.nameless) * 1000000 < $threshold_ppm * t.awards THEN 'clear'
      ELSE 'unknown'
    END AS state,
    CASE WHEN t.nameless > 0 THEN 'awards/suppliers/id;ultimate parents of the suppliers' ELSE 'ultimate parents of the suppliers' END AS missing
  FROM totals AS t
  LEFT JOIN bounds AS b ON b.buyer = t.buyer
),
result AS (
  SELECT
    'Buyer' AS grp,
    j.id AS id,
    '' AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN j.share ELSE NULL END AS value,
    CASE WHEN j.state = 'unknown' THEN j.missing ELSE NULL END AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
