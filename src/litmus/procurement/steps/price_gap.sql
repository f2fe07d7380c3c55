-- litmus: query/1
-- title: The winner's price and the next lowest, per lot
-- purpose: Where one award is in force, to one supplier, and all awards are final: the winner's lowest valid bid, the lowest
--   valid bid of anybody else, and how far apart they are. Only bids of one tenderer each and of one currency are compared.
--   A lot where somebody else was cheaper was not decided on price alone: not applicable.
-- source: Open Contracting Partnership, Cardinal, indicators R024 and R058
-- param: lenient BOOLEAN = false -- true: bids and awards with missing fields are left out, as Cardinal does; false: they make the answer unknown
-- param: currency VARCHAR = any -- only bids in this currency; any: the currency of the winner's bid
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, compared BOOLEAN, awards_listed BOOLEAN, bids_listed BOOLEAN)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null, supplier VARCHAR null, suppliers BIGINT)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, status VARCHAR null, amount BIGINT null, parts BIGINT null, currency VARCHAR null, tenderer VARCHAR null)
-- out: unit BIGINT -- the lot, or the process where there are no lots
-- out: currency VARCHAR null -- of the two prices
-- out: winner VARCHAR null -- id of the supplier
-- out: runner_up VARCHAR null -- id of the next lowest bidder
-- out: price BIGINT null -- the winner's, in parts of the currency
-- out: price_parts BIGINT null -- how many make one unit of the currency
-- out: other BIGINT null -- the next lowest bidder's
-- out: other_parts BIGINT null -- how many make one unit of the currency
-- out: state VARCHAR -- value, not-applicable or unknown
-- out: missing VARCHAR null -- field paths that are missing
-- key: unit
WITH awarded AS (
  SELECT
    a.unit AS unit,
    count(*) FILTER (WHERE a.status = 'active') AS in_force,
    count(*) FILTER (WHERE a.status IS NOT NULL AND a.status NOT IN ('active', 'cancelled', 'unsuccessful')) AS pending,
    count(*) FILTER (WHERE a.status IS NULL) AS unstated,
    max(CASE WHEN a.status = 'active' THEN a.suppliers ELSE NULL END) AS suppliers,
    max(CASE WHEN a.status = 'active' THEN a.supplier ELSE NULL END) AS supplier
  FROM unit_award AS a
  GROUP BY a.unit
),
candidate AS (
  SELECT
    u.unit AS unit,
    w.supplier AS supplier,
    CASE
      WHEN NOT u.compared THEN 'not-applicable'
      WHEN NOT u.awards_listed OR NOT u.bids_listed THEN 'unknown'
      WHEN coalesce(w.unstated, 0) > 0 AND NOT $lenient THEN 'unknown'
      WHEN coalesce(w.pending, 0) > 0 OR coalesce(w.in_force, 0) <> 1 THEN 'not-applicable'
      WHEN coalesce(w.suppliers, 0) > 1 THEN 'not-applicable'
      WHEN w.supplier IS NULL THEN 'unknown'
      ELSE 'value'
    END AS state,
    CASE
      WHEN NOT u.awards_listed THEN 'awards'
      WHEN NOT u.bids_listed THEN 'bids/details'
      WHEN coalesce(w.unstated, 0) > 0 AND NOT $lenient THEN 'awards/status'
      WHEN w.supplier IS NULL THEN 'awards/suppliers/id'
      ELSE NULL
    END AS missing
  FROM unit AS u
  LEFT JOIN awarded AS w ON w.unit = u.unit
),
offer AS (
  SELECT
    c.unit AS unit,
    b.bid AS bid,
    b.currency AS currency,
    b.tenderer AS tenderer,
    b.tenderer = c.supplier AS won,
    b.amount AS amount,
    b.parts AS parts,
    cast(b.amount AS DOUBLE) / nullif(cast(b.parts AS DOUBLE), 0) AS price
  FROM candidate AS c
  INNER JOIN unit_bid AS b ON b.unit = c.unit
  WHERE c.state = 'value' AND b.status = 'valid' AND b.amount IS NOT NULL AND b.currency IS NOT NULL AND b.tenderer IS NOT NULL
    AND ($currency = 'any' OR b.currency = $currency)
),
gaps AS (
  SELECT
    b.unit AS unit,
    count(*) FILTER (WHERE b.status IS NULL) AS no_status,
    count(*) FILTER (WHERE b.status = 'valid' AND (b.amount IS NULL OR b.currency IS NULL)) AS no_price,
    count(*) FILTER (WHERE b.status = 'valid' AND b.tenderer IS NULL) AS no_tenderer
  FROM unit_bid AS b
  INNER JOIN candidate AS c ON c.unit = b.unit
  WHERE c.state = 'value' AND NOT $lenient
  GROUP BY b.unit
),
best AS (
  SELECT
    o.unit AS unit,
    o.currency AS currency,
    min(o.price) FILTER (WHERE o.won) AS price,
    min(o.price) FILTER (WHERE NOT o.won) AS other
  FROM offer AS o
  GROUP BY o.unit, o.currency
),
chosen AS (
  SELECT b.unit AS unit, min(b.currency) AS currency
  FROM best AS b
  WHERE b.price IS NOT NULL
  GROUP BY b.unit
),
placed AS (
  -- The first of equal bids, of the winner and of the others.
  SELECT
    o.unit AS unit,
    min(CASE WHEN o.won AND o.price = b.price THEN o.bid ELSE NULL END) AS winning,
    min(CASE WHEN NOT o.won AND o.price = b.other THEN o.bid ELSE NULL END) AS rival
  FROM chosen AS x
  INNER JOIN best AS b ON b.unit = x.unit AND b.currency = x.currency
  INNER JOIN offer AS o ON o.unit = b.unit AND o.currency = b.currency
  GROUP BY o.unit
),
pair AS (
  SELECT
    w.unit AS unit,
    w.currency AS currency,
    r.tenderer AS runner_up,
    w.amount AS price,
    w.parts AS price_parts,
    r.amount AS other,
    r.parts AS other_parts,
    r.price >= w.price AS ordered
  FROM placed AS p
  INNER JOIN offer AS w ON w.unit = p.unit AND w.bid = p.winning
  LEFT JOIN offer AS r ON r.unit = p.unit AND r.bid = p.rival
)
SELECT
  c.unit AS unit,
  p.currency AS currency,
  CASE WHEN p.unit IS NULL THEN NULL ELSE c.supplier END AS winner,
  p.runner_up AS runner_up,
  p.price AS price,
  p.price_parts AS price_parts,
  p.other AS other,
  p.other_parts AS other_parts,
  CASE
    WHEN c.state <> 'value' THEN c.state
    WHEN coalesce(g.no_status, 0) + coalesce(g.no_price, 0) + coalesce(g.no_tenderer, 0) > 0 THEN 'unknown'
    WHEN p.unit IS NULL THEN 'unknown'
    WHEN p.other IS NULL OR NOT p.ordered OR p.price = 0 THEN 'not-applicable'
    ELSE 'value'
  END AS state,
  CASE
    WHEN c.state <> 'value' THEN CASE WHEN c.state = 'unknown' THEN c.missing ELSE NULL END
    WHEN coalesce(g.no_status, 0) > 0 THEN 'bids/details/status'
    WHEN coalesce(g.no_price, 0) > 0 THEN 'bids/details/value'
    WHEN coalesce(g.no_tenderer, 0) > 0 THEN 'bids/details/tenderers/id'
    WHEN p.unit IS NULL THEN 'bids/details/value (of the winner)'
    ELSE NULL
  END AS missing
FROM candidate AS c
LEFT JOIN gaps AS g ON g.unit = c.unit
LEFT JOIN pair AS p ON p.unit = c.unit
ORDER BY c.unit ASC NULLS LAST
