-- litmus: query/1
-- title: How far the second-lowest bid lies above the lowest, by buyer
-- purpose: Bids close together on lot after lot are one sign of arranged bidding. Only valid bids with an amount are
--   compared, and only lots with two of them; the others are counted.
-- param: close_ppm BIGINT = 20000 -- what counts as close: this much of the lowest bid
-- in: bid (bid_id VARCHAR key, lot_id VARCHAR, amount_minor BIGINT null, status VARCHAR null)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: buyer_id VARCHAR null -- the buyer; NULL: not named
-- out: lots BIGINT -- lots with a bid on record
-- out: compared BIGINT -- lots with two valid bids that state an amount
-- out: close BIGINT -- compared lots whose two lowest bids are close
-- out: spread_min_ppm BIGINT null -- least spread, in ppm of the lowest bid, rounded down
-- out: spread_median_ppm DOUBLE null -- median spread
-- key: buyer_id
WITH ranked AS (
  SELECT
    lot_id AS lot_id,
    amount_minor AS amount_minor,
    CASE WHEN status = 'valid' AND amount_minor > 0 THEN 1 ELSE 0 END AS comparable,
    row_number() OVER (
      PARTITION BY lot_id, CASE WHEN status = 'valid' AND amount_minor > 0 THEN 1 ELSE 0 END
      ORDER BY amount_minor ASC NULLS LAST, bid_id ASC NULLS LAST
    ) AS place
  FROM bid
),
lowest AS (
  SELECT
    lot_id AS lot_id,
    max(CASE WHEN comparable = 1 AND place = 1 THEN amount_minor ELSE NULL END) AS first_minor,
    max(CASE WHEN comparable = 1 AND place = 2 THEN amount_minor ELSE NULL END) AS second_minor
  FROM ranked
  GROUP BY lot_id
),
spread AS (
  SELECT
    notice.buyer_id AS buyer_id,
    (lowest.second_minor - lowest.first_minor) * 1000000 // nullif(lowest.first_minor, 0) AS ppm
  FROM lowest
  INNER JOIN lot ON lot.lot_id = lowest.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
)
SELECT
  buyer_id AS buyer_id,
  count(*) AS lots,
  count(ppm) AS compared,
  CAST(sum(CASE WHEN ppm <= $close_ppm THEN 1 ELSE 0 END) AS BIGINT) AS close,
  min(ppm) AS spread_min_ppm,
  median(ppm) AS spread_median_ppm
FROM spread
GROUP BY buyer_id
ORDER BY buyer_id ASC NULLS FIRST
