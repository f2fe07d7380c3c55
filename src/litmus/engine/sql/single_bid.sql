-- litmus: query/1
-- title: Lots that drew one bid, by buyer
-- purpose: The number of bids is what the award declares; where it declares none, the bids on record are a lower bound,
--   so two bids on record are a certain no and fewer decide nothing. Lots without an award are not counted.
-- param: min_lots BIGINT = 1 -- buyers with fewer awarded lots are left out
-- in: award (award_id VARCHAR key, lot_id VARCHAR, bids_declared BIGINT null)
-- in: bid (bid_id VARCHAR key, lot_id VARCHAR)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, buyer_id VARCHAR null)
-- out: buyer_id VARCHAR null -- the buyer; NULL: not named
-- out: lots BIGINT -- awarded lots
-- out: undeclared BIGINT -- awarded lots whose award declares no number of bids
-- out: single_certain BIGINT -- lots that drew one bid for certain
-- out: single_possible BIGINT -- lots that may have drawn one bid
-- key: buyer_id
WITH declared AS (
  SELECT lot_id AS lot_id, max(bids_declared) AS bids
  FROM award
  GROUP BY lot_id
),
recorded AS (
  SELECT lot_id AS lot_id, count(*) AS bids
  FROM bid
  GROUP BY lot_id
),
decided AS (
  SELECT
    notice.buyer_id AS buyer_id,
    CASE WHEN declared.bids IS NULL THEN 1 ELSE 0 END AS undeclared,
    CASE WHEN declared.bids = 1 THEN 1 ELSE 0 END AS single_certain,
    CASE WHEN declared.bids = 1 OR (declared.bids IS NULL AND coalesce(recorded.bids, 0) < 2) THEN 1 ELSE 0 END AS single_possible
  FROM declared
  INNER JOIN lot ON lot.lot_id = declared.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
  LEFT JOIN recorded ON recorded.lot_id = declared.lot_id
)
SELECT
  buyer_id AS buyer_id,
  count(*) AS lots,
  CAST(sum(undeclared) AS BIGINT) AS undeclared,
  CAST(sum(single_certain) AS BIGINT) AS single_certain,
  CAST(sum(single_possible) AS BIGINT) AS single_possible
FROM decided
GROUP BY buyer_id
HAVING count(*) >= $min_lots
ORDER BY buyer_id ASC NULLS FIRST
