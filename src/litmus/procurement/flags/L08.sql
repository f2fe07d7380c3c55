-- litmus: query/1
-- title: Purchases split under a threshold
-- purpose: A buyer awards several purchases of one kind to one supplier within a window of days, each of them at or under a value limit
--   and together over it. The kind is the first two characters of the classification code. Without a limit (each country has its
--   own, and it changes) the flag does not apply. Amounts of one currency only.
-- source: Litmus; Directive 2014/24/EU, Article 5(3) (a procurement may not be split to stay under the thresholds)
-- param: limit_value BIGINT = 0 -- value limit of the law, in minor units; 0: not set
-- param: currency VARCHAR = EUR -- currency of the limit
-- param: days BIGINT = 90 -- length of the window
-- param: every BOOLEAN = true -- false: only flagged rows
-- in: process (process VARCHAR key, buyer VARCHAR null, status VARCHAR null)
-- in: award (process VARCHAR, award VARCHAR, first_seq BIGINT key, status VARCHAR null, date_day DATE null, value BIGINT null, currency VARCHAR null)
-- in: deal (process VARCHAR, deal VARCHAR, first_seq BIGINT key, award VARCHAR null, signed_day DATE null, value BIGINT null, currency VARCHAR null)
-- in: team (process VARCHAR key, of VARCHAR key, of_id VARCHAR key, alone VARCHAR null)
-- in: item (process VARCHAR, of VARCHAR, of_id VARCHAR, code VARCHAR null)
-- out: grp VARCHAR -- what is flagged: OCID, Buyer or Tenderer
-- out: id VARCHAR -- its id
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- flagged, clear, not-applicable or unknown
-- out: value DOUBLE null -- value of the purchases in the window, divided by the limit
-- out: missing VARCHAR null -- field paths without which the answer is unknown, joined by ;
-- key: grp, id, lot
WITH signed AS (
  SELECT d.process AS process, d.award AS award, min(d.signed_day) AS day, max(d.value) AS value, max(d.currency) AS currency
  FROM deal AS d
  WHERE d.award IS NOT NULL
  GROUP BY d.process, d.award
),
kind AS (
  SELECT i.process AS process, min(left(i.code, 2)) AS kind
  FROM item AS i
  WHERE i.of = 'tender' AND i.code IS NOT NULL
  GROUP BY i.process
),
purchase AS (
  SELECT
    a.first_seq AS award,
    a.process AS process,
    p.buyer AS buyer,
    t.alone AS supplier,
    k.kind AS kind,
    coalesce(a.value, s.value) AS value,
    coalesce(a.currency, s.currency) AS currency,
    coalesce(s.day, a.date_day) AS day
  FROM award AS a
  INNER JOIN process AS p ON p.process = a.process
  LEFT JOIN signed AS s ON s.process = a.process AND s.award = a.award
  LEFT JOIN team AS t ON t.process = a.process AND t.of = 'award' AND t.of_id = a.award
  LEFT JOIN kind AS k ON k.process = a.process
  WHERE a.status = 'active'
),
small AS (
  SELECT
    p.award AS award,
    p.process AS process,
    p.buyer AS buyer,
    p.supplier AS supplier,
    p.kind AS kind,
    p.value AS value,
    date_diff('day', DATE '1990-01-01', p.day) AS day
  FROM purchase AS p
  WHERE $limit_value > 0 AND p.currency = $currency AND p.value > 0 AND p.value <= $limit_value
    AND p.buyer IS NOT NULL AND p.supplier IS NOT NULL AND p.kind IS NOT NULL AND p.day IS NOT NULL
),
ending AS (
  -- All that was bought in the window that ends on this day.
  SELECT
    s.award AS award,
    s.process AS process,
    s.buyer AS buyer,
    s.supplier AS supplier,
    s.kind AS kind,
    s.day AS day,
    cast(sum(b.value) AS BIGINT) AS bought
  FROM small AS s
  INNER JOIN small AS b ON b.buyer = s.buyer AND b.supplier = s.supplier AND b.kind = s.kind AND b.day <= s.day AND b.day > s.day - $days
  GROUP BY s.award, s.process, s.buyer, s.supplier, s.kind, s.day
),
reached AS (
  -- The fullest window that this purchase belongs to.
  SELECT s.process AS process, max(e.bought) AS bought
  FROM small AS s
  INNER JOIN ending AS e ON e.buyer = s.buyer AND e.supplier = s.supplier AND e.kind = s.kind AND e.day >= s.day AND e.day < s.day + $days
  GROUP BY s.process
),
gaps AS (
  SELECT
    p.process AS process,
    count(*) AS awards,
    count(*) FILTER (WHERE p.value IS NULL) AS no_value,
    count(*) FILTER (WHERE p.value > $limit_value) AS large,
    count(*) FILTER (WHERE p.currency IS NULL OR p.currency <> $currency) AS foreign_money,
    count(*) FILTER (WHERE p.supplier IS NULL OR p.buyer IS NULL) AS no_party,
    count(*) FILTER (WHERE p.kind IS NULL) AS no_kind,
    count(*) FILTER (WHERE p.day IS NULL) AS no_day
  FROM purchase AS p
  GROUP BY p.process
),
judged AS (
  SELECT
    p.process AS id,
    '' AS lot,
    cast(r.bought AS DOUBLE) / nullif(cast($limit_value AS DOUBLE), 0) AS filled,
    CASE
      WHEN $limit_value <= 0 THEN 'not-applicable'
      WHEN r.bought > $limit_value THEN 'flagged'
      WHEN g.process IS NULL OR g.large = g.awards THEN 'not-applicable'
      WHEN g.no_value + g.foreign_money + g.no_party + g.no_kind + g.no_day > 0 THEN 'unknown'
      ELSE 'clear'
    END AS state,
    CASE
      WHEN $limit_value <= 0 OR r.bought > $limit_value OR g.process IS NULL OR g.large = g.awards THEN NULL
      WHEN g.no_value > 0 THEN 'awards/value'
      WHEN g.foreign_money > 0 THEN 'exchange rate'
      WHEN g.no_party > 0 THEN 'buyer/id;awards/suppliers/id'
      WHEN g.no_kind > 0 THEN 'tender/items/classification'
      WHEN g.no_day > 0 THEN 'contracts/dateSigned'
      ELSE NULL
    END AS missing
  FROM process AS p
  LEFT JOIN gaps AS g ON g.process = p.process
  LEFT JOIN reached AS r ON r.process = p.process
  WHERE coalesce(p.status, '') <> 'cancelled'
),
result AS (
  SELECT
    'OCID' AS grp,
    j.id AS id,
    j.lot AS lot,
    j.state AS state,
    CASE WHEN j.state = 'flagged' THEN j.filled ELSE NULL END AS value,
    j.missing AS missing
  FROM judged AS j
)
SELECT r.grp AS grp, r.id AS id, r.lot AS lot, r.state AS state, r.value AS value, r.missing AS missing
FROM result AS r
WHERE $every OR r.state = 'flagged'
ORDER BY r.grp ASC NULLS LAST, r.id ASC NULLS LAST, r.lot ASC NULLS LAST
