-- litmus: query/1
-- title: Who makes each bid
-- purpose: The tenderers of the bids of each unit, as far as they have an id.
-- in: unit_bid (unit BIGINT key, bid BIGINT key, name VARCHAR)
-- in: unit (unit BIGINT key, process VARCHAR)
-- in: part (process VARCHAR, of VARCHAR, of_id VARCHAR, role VARCHAR, place BIGINT, party VARCHAR null)
-- out: unit BIGINT -- unit
-- out: bid BIGINT -- bid
-- out: place BIGINT -- place among the tenderers of the bid
-- out: tenderer VARCHAR -- id
-- key: unit, bid, place
SELECT b.unit AS unit, b.bid AS bid, p.place AS place, min(p.party) AS tenderer
FROM unit_bid AS b
INNER JOIN unit AS u ON u.unit = b.unit
INNER JOIN part AS p ON p.process = u.process AND p.of = 'bid' AND p.of_id = b.name AND p.role = 'tenderer'
WHERE p.party IS NOT NULL
GROUP BY b.unit, b.bid, p.place
ORDER BY unit ASC NULLS LAST, bid ASC NULLS LAST, place ASC NULLS LAST
