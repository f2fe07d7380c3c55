-- litmus: query/1
-- title: The bids of each unit
-- purpose: A bid for several lots at one price has no price for any of them. A bid is late where its moment is behind the end of the
--   submission period; where one of the two has no time of day, only another day decides.
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, alone BOOLEAN, end_at BIGINT null, end_day DATE null)
-- in: bid (process VARCHAR, bid VARCHAR, first_seq BIGINT key, status VARCHAR null, date_at BIGINT null, date_day DATE null, amount BIGINT null, parts BIGINT null, currency VARCHAR null)
-- in: covers (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR)
-- in: team (process VARCHAR key, of VARCHAR key, of_id VARCHAR key, alone VARCHAR null, parties VARCHAR null)
-- out: unit BIGINT -- unit
-- out: bid BIGINT -- number of the bid, in the order of the records
-- out: name VARCHAR -- its id
-- out: status VARCHAR null -- its status
-- out: amount BIGINT null -- its price, in parts of the currency
-- out: parts BIGINT null -- how many make one unit of the currency
-- out: currency VARCHAR null -- the currency
-- out: tenderer VARCHAR null -- its tenderer, where there is one
-- out: tenderers VARCHAR null -- all its tenderers, joined by |
-- out: late BOOLEAN null -- is it late?
-- key: unit, bid
WITH several AS (
  SELECT c.process AS process, c.of_id AS bid, count(*) AS lots
  FROM covers AS c
  WHERE c.of = 'bid'
  GROUP BY c.process, c.of_id
)
SELECT DISTINCT
  u.unit AS unit,
  b.first_seq AS bid,
  b.bid AS name,
  b.status AS status,
  CASE WHEN u.alone OR s.lots = 1 THEN b.amount ELSE NULL END AS amount,
  CASE WHEN u.alone OR s.lots = 1 THEN b.parts ELSE NULL END AS parts,
  b.currency AS currency,
  t.alone AS tenderer,
  t.parties AS tenderers,
  CASE
    WHEN b.date_at IS NOT NULL AND u.end_at IS NOT NULL THEN b.date_at > u.end_at
    WHEN b.date_day > u.end_day THEN TRUE
    WHEN b.date_day < u.end_day THEN FALSE
    ELSE NULL
  END AS late
FROM unit AS u
INNER JOIN bid AS b ON b.process = u.process
LEFT JOIN covers AS c ON c.process = b.process AND c.of = 'bid' AND c.of_id = b.bid
LEFT JOIN several AS s ON s.process = b.process AND s.bid = b.bid
LEFT JOIN team AS t ON t.process = b.process AND t.of = 'bid' AND t.of_id = b.bid
WHERE u.alone OR c.lot = u.lot
ORDER BY unit ASC NULLS LAST, bid ASC NULLS LAST
