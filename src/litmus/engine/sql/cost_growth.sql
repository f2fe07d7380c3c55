-- litmus: query/1
-- title: Contract value against the estimate of the lot, by field of goods
-- purpose: What lots were estimated at and what their contracts came to, by division (first two digits) of the
--   common procurement vocabulary, over lots that state both. Growth is in ppm of the estimate and rounded down and up.
-- in: lot (lot_id VARCHAR key, division VARCHAR null, eur_minor BIGINT null)
-- in: award (award_id VARCHAR key, lot_id VARCHAR)
-- in: contract (contract_id VARCHAR key, award_id VARCHAR, eur_minor BIGINT null)
-- out: division VARCHAR null -- division of the procurement vocabulary; NULL: not stated
-- out: lots BIGINT -- lots with a contract
-- out: comparable BIGINT -- lots that state an estimate, and a value in each contract
-- out: dearer BIGINT -- comparable lots whose contracts exceed the estimate
-- out: estimate_eur_minor BIGINT null -- estimates of the comparable lots, in euro cents
-- out: contract_eur_minor BIGINT null -- their contracts, in euro cents
-- out: growth_lo_ppm BIGINT null -- contracts in ppm of the estimate, rounded down
-- out: growth_hi_ppm BIGINT null -- the same, rounded up
-- key: division
WITH paid AS (
  SELECT
    award.lot_id AS lot_id,
    CAST(sum(contract.eur_minor) AS BIGINT) AS eur_minor,
    count(*) - count(contract.eur_minor) AS unstated
  FROM contract
  INNER JOIN award ON award.award_id = contract.award_id
  GROUP BY award.lot_id
),
compared AS (
  SELECT
    lot.division AS division,
    CASE WHEN paid.unstated = 0 AND lot.eur_minor > 0 THEN lot.eur_minor ELSE NULL END AS estimate,
    CASE WHEN paid.unstated = 0 AND lot.eur_minor > 0 THEN paid.eur_minor ELSE NULL END AS paid
  FROM paid
  INNER JOIN lot ON lot.lot_id = paid.lot_id
),
summed AS (
  SELECT
    division AS division,
    count(*) AS lots,
    count(estimate) AS comparable,
    CAST(sum(CASE WHEN paid > estimate THEN 1 ELSE 0 END) AS BIGINT) AS dearer,
    CAST(sum(estimate) AS BIGINT) AS estimate,
    CAST(sum(paid) AS BIGINT) AS paid
  FROM compared
  GROUP BY division
)
SELECT
  division AS division,
  lots AS lots,
  comparable AS comparable,
  dearer AS dearer,
  estimate AS estimate_eur_minor,
  paid AS contract_eur_minor,
  paid * 1000000 // nullif(estimate, 0) AS growth_lo_ppm,
  (paid * 1000000 + estimate - 1) // nullif(estimate, 0) AS growth_hi_ppm
FROM summed
ORDER BY division ASC NULLS FIRST
