-- litmus: query/1
-- title: Lowest bid disqualified
-- purpose: An award is in force, at least one valid bid has a price, and the lowest submitted bid (the first of equals) was
--   disqualified. Prices are compared within one currency.
-- source: Open Contracting Partnership, Red flags in public procurement, and its implementation in Cardinal, R036
-- param: lenient BOOLEAN = false -- true: bids and awards with missing fields are left out, as Cardinal does; false: they make the answer unknown
-- param: currency VARCHAR = any -- only bids in this currency; any: each currency for itself
-- param: every BOOLEAN = true -- false: only flagged rows and figures
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, compared BOOLEAN, awards_listed BOOLEAN, bids_listed BOOLEAN)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, amount BIGINT null, parts BIGINT null, currency VARCHAR null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer, ProcuringEntity or Tenderer; Meta for the fences
-- out: id VARCHAR -- its id; for Meta the name of the figure
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown; figure for Meta
-- out: value DOUBLE null -- 1 where flagged
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH awarded AS (
  SELECT a.unit AS unit, count(*) FILTER (WHERE a.status = 'active') AS in_force, count(*) FILTER (WHERE a.status IS NULL) AS unstated
  FROM unit_award AS a
  GROUP BY a.unit
),
suspect AS (
  SELECT DISTINCT b.unit AS unit
  FROM unit_bid AS b
  WHERE b.status = 'disqualified'
),
offer AS (
  SELECT
    b.unit AS unit,
    b.bid AS bid,
    b.status AS status,
    b.currency AS currency,
    cast(b.amount AS DOUBLE) / nullif(cast(b.parts AS DOUBLE), 0) AS price
  FROM unit_bid AS b
  INNER JOIN suspect AS x ON x.unit = b.unit
  INNER JOIN awarded AS a ON a.unit = b.unit AND a.in_force > 0
  INNER JOIN unit AS u ON u.unit = b.unit AND u.compared
  WHERE b.status IS NOT NULL AND b.status NOT IN ('invited', 'withdrawn') AND b.amount IS NOT NULL AND b.currency IS NOT NULL
    AND ($currency = 'any' OR b.currency = $currency)
),
lowest AS (
  SELECT o.unit AS unit, o.currency AS currency, min(o.price) AS price, count(*) FILTER (WHERE o.status = 'valid') AS valid
  FROM offer AS o
  GROUP BY o.unit, o.currency
),
first_lowest AS (
  SELECT o.unit AS unit, o.currency AS currency, min(o.bid) AS bid
  FROM lowest AS l
  INNER JOIN offer AS o ON o.unit = l.unit AND o.currency = l.currency AND o.price = l.price
  WHERE l.valid > 0
  GROUP BY o.unit, o.currency
),
flagged AS (
  SELECT DISTINCT o.unit AS unit
  FROM first_lowest AS f
  INNER JOIN offer AS o ON o.unit = f.unit AND o.bid = f.bid
  WHERE o.status = 'disqualified'
),
gaps AS (
  SELECT
    b.unit AS unit,
    count(*) AS bids,
    count(*) FILTER (WHERE b.status IS NULL) AS no_status,
    count(*) FILTER (WHERE b.status NOT IN ('invited', 'withdrawn') AND (b.amount IS NULL OR b.currency IS NULL)) AS no_price
  FROM unit_bid AS b
  WHERE NOT $lenient
  GROUP BY b.unit
),
judged AS (
  SELECT
    u.process AS id,
    u.lot AS lot,
    u.compared AND coalesce(a.in_force, 0) > 0 AS applies,
    f.unit IS NOT NULL AS flagged,
    CASE
      WHEN NOT u.compared THEN ''
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN coalesce(a.in_force, 0) = 0 AND coalesce(a.unstated, 0) > 0 AND NOT $lenient THEN 'awards/status'
      WHEN coalesce(a.in_force, 0) = 0 THEN ''
      WHEN NOT u.bids_listed THEN 'bids/details'
      WHEN coalesce(g.no_status, 0) > 0 THEN 'bids/details/status'
      WHEN coalesce(g.no_price, 0) > 0 AND g.bids > 1 THEN 'bids/details/value'
      ELSE ''
    END AS missing
  FROM unit AS u
  LEFT JOIN awarded AS a ON a.unit = u.unit
  LEFT JOIN flagged AS f ON f.unit = u.unit
  LEFT JOIN gaps AS g ON g.unit = u.unit
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.missing <> '' THEN 'unknown'
      WHEN NOT j.applies THEN 'not-applicable'
      WHEN j.flagged THEN 'flagged'
      ELSE 'clear'
    END AS state,
    CASE WHEN j.flagged AND j.missing = '' THEN cast(1 AS DOUBLE) ELSE NULL END AS value,
    nullif(j.missing, '') AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state IN ('flagged', 'figure')
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
