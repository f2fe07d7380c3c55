-- litmus: query/1
-- title: Payments are published
-- purpose: Each contract in force has at least one payment with its amount and its day. Never not met: a contract without a payment may
--   not have been paid yet.
-- source: A clause of national law; OCDS contracts.implementation.transactions
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, process VARCHAR, name VARCHAR)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- in: payment (process VARCHAR, deal VARCHAR null, date_day DATE null, amount BIGINT null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH paid AS (
  SELECT p.process AS process, p.deal AS deal, count(*) AS payments, count(*) FILTER (WHERE p.date_day IS NULL OR p.amount IS NULL) AS bare
  FROM payment AS p
  GROUP BY p.process, p.deal
),
told AS (
  SELECT
    d.unit AS unit,
    count(DISTINCT d.award) AS awards,
    count(*) FILTER (WHERE p.deal IS NULL) AS unpaid,
    cast(sum(coalesce(p.bare, 0)) AS BIGINT) AS bare,
    cast(sum(coalesce(p.payments, 0)) AS BIGINT) AS payments
  FROM unit_deal AS d
  LEFT JOIN paid AS p ON p.process = d.process AND p.deal = d.name
  GROUP BY d.unit
),
kept_back AS (
  -- Lawfully withheld: the record names the field and the ground, and the day of its release has not come.
  SELECT u.unit AS unit
  FROM unit AS u
  INNER JOIN withheld AS w ON w.process = u.process
  WHERE (w.lot = '' OR u.lot = '' OR w.lot = u.lot)
    AND (w.code IS NOT NULL OR w.reason IS NOT NULL)
    AND (w.until_day IS NULL OR u.record_day IS NULL OR w.until_day > u.record_day)
    AND (
      position('transactions' IN coalesce(w.path, '')) > 0
      OR position('implementation' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN t.unpaid = 0 AND t.bare = 0 AND t.awards >= o.active THEN 'met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN t.unit IS NULL OR t.awards < o.active THEN 'contracts'
      WHEN t.unpaid > 0 THEN 'contracts/implementation/transactions'
      ELSE 'contracts/implementation/transactions/date'
    END AS missing,
    t.payments AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN told AS t ON t.unit = u.unit
  LEFT JOIN unit_outcome AS o ON o.unit = u.unit
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.state IN ('absent', 'unknown') AND k.unit IS NOT NULL THEN 'unknown'
      -- An award whose status is not told may be in force and fail.
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state = 'met' AND j.unstated > 0 THEN 'missing'
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN k.unit IS NOT NULL THEN 'withheld'
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN 'awards/status' WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state = 'met' AND j.unstated > 0 THEN NULL WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
  LEFT JOIN kept_back AS k ON k.unit = j.unit
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
