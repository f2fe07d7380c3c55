-- litmus: query/1
-- title: Changes of a contract are published, and none adds more than half
-- purpose: Each change adds at most the limit to the price at signature, and the changes that are published add up to the price at the
--   end. Not met where one adds more, or where the price at the end is above the price at signature and no change is published. Without a
--   price at the end a change may be missing: unknown. Where the price did not move there is nothing to publish.
-- source: Directive 2014/24/EU, Article 72(1)(b) (read in a commentary, where it is said of one ground); OCDS contracts.amendments
-- param: limit_ppm BIGINT = 500000 -- growth by one change, in ppm of the price at signature
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, process VARCHAR, name VARCHAR, value BIGINT null, currency VARCHAR null, final_value BIGINT null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- in: change (process VARCHAR, deal VARCHAR null, added BIGINT null, before BIGINT null, after BIGINT null, currency VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH lone AS (
  SELECT d.process AS process, count(DISTINCT d.name) AS deals
  FROM unit_deal AS d
  GROUP BY d.process
),
changed AS (
  SELECT
    d.unit AS unit,
    d.award AS award,
    d.deal AS deal,
    count(*) AS changes,
    count(*) FILTER (WHERE coalesce(c.added, c.after - c.before) IS NULL OR c.currency IS NULL OR c.currency <> d.currency) AS unpriced,
    cast(sum(coalesce(c.added, c.after - c.before, 0)) AS BIGINT) AS added,
    max(CASE WHEN c.currency = d.currency THEN coalesce(c.added, c.after - c.before) ELSE NULL END) AS largest
  FROM unit_deal AS d
  INNER JOIN lone AS n ON n.process = d.process
  INNER JOIN change AS c ON c.process = d.process
  WHERE c.deal = d.name OR (c.deal IS NULL AND n.deals = 1)
  GROUP BY d.unit, d.award, d.deal
),
weighed AS (
  SELECT
    d.unit AS unit,
    count(*) FILTER (WHERE c.largest > d.value // 1000000 * $limit_ppm + d.value % 1000000 * $limit_ppm // 1000000) AS large,
    count(*) FILTER (WHERE c.deal IS NULL AND d.final_value > d.value) AS hidden,
    count(*) FILTER (WHERE d.value IS NULL OR d.final_value IS NULL) AS unpriced,
    count(*) FILTER (WHERE c.unpriced > 0 OR (c.deal IS NOT NULL AND d.value + c.added <> d.final_value)) AS unlike,
    count(*) FILTER (WHERE c.deal IS NOT NULL OR d.final_value <> d.value) AS moved,
    max(c.changes) AS changes,
    count(DISTINCT d.award) AS awards
  FROM unit_deal AS d
  LEFT JOIN changed AS c ON c.unit = d.unit AND c.award = d.award AND c.deal = d.deal
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
      position('mendments' IN coalesce(w.path, '')) > 0
      OR position('finalValue' IN coalesce(w.path, '')) > 0
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
      WHEN w.unit IS NULL THEN 'unknown'
      WHEN w.large > 0 THEN 'not-met'
      WHEN w.hidden > 0 THEN 'absent'
      WHEN w.unpriced > 0 OR w.unlike > 0 OR w.awards < o.active THEN 'unknown'
      WHEN w.moved = 0 THEN 'not-applicable'
      ELSE 'met'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN w.unit IS NULL OR w.awards < o.active THEN 'contracts'
      WHEN w.hidden > 0 THEN 'contracts/amendments'
      WHEN w.unpriced > 0 THEN 'contracts/value;contracts/implementation/finalValue'
      ELSE 'contracts/amendments (amounts)'
    END AS missing,
    w.changes AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN weighed AS w ON w.unit = u.unit
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
