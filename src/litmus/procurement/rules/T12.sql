-- litmus: query/1
-- title: Subcontractors and their share are published
-- purpose: The winning bid says that nothing is subcontracted, or it says what share or value is, and the record names the
--   subcontractors. A bid that says that something is subcontracted shows that the share was due: without it not met. A record that does
--   not say is unknown.
-- source: Directive 2014/24/EU, Article 71 (its text was not read); eForms BT-773, BT-553; OCDS bids.details.subcontracting
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null)
-- in: unit_supplier (unit BIGINT key, award BIGINT key, place BIGINT key, supplier VARCHAR)
-- in: unit_bidder (unit BIGINT key, bid BIGINT key, place BIGINT key, tenderer VARCHAR)
-- in: bid (process VARCHAR, bid VARCHAR, first_seq BIGINT key, subcontracting BOOLEAN null, subcontract_share BIGINT null, subcontract_value BIGINT null)
-- in: part (process VARCHAR, of VARCHAR, of_id VARCHAR, role VARCHAR, place BIGINT, party VARCHAR null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH won AS (
  SELECT s.unit AS unit, s.award AS award, t.bid AS bid
  FROM unit_award AS a
  INNER JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  INNER JOIN unit_bidder AS t ON t.unit = s.unit AND t.tenderer = s.supplier
  WHERE a.status = 'active'
  GROUP BY s.unit, s.award, t.bid
),
told AS (
  SELECT
    w.unit AS unit,
    count(DISTINCT w.award) AS awards,
    count(*) FILTER (WHERE b.subcontracting IS NULL) AS silent,
    count(*) FILTER (WHERE b.subcontracting) AS handed,
    count(*) FILTER (WHERE b.subcontracting AND b.subcontract_share IS NULL AND b.subcontract_value IS NULL) AS bare,
    max(b.subcontract_share) AS share
  FROM won AS w
  INNER JOIN bid AS b ON b.first_seq = w.bid
  GROUP BY w.unit
),
helpers AS (
  SELECT p.process AS process, count(*) AS named
  FROM part AS p
  WHERE p.role = 'subcontractor'
  GROUP BY p.process
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
      position('sub-' IN coalesce(w.path, '')) > 0
      OR position('ubcontracting' IN coalesce(w.path, '')) > 0
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
      WHEN t.unit IS NULL OR u.form = 'register' THEN 'unknown'
      WHEN t.bare > 0 THEN 'absent'
      WHEN t.silent > 0 OR t.awards < o.active THEN 'unknown'
      WHEN t.handed > 0 AND h.process IS NULL THEN 'unknown'
      ELSE 'met'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN t.unit IS NULL OR t.awards < o.active THEN 'bids/details (of the winner)'
      WHEN t.bare > 0 THEN 'bids/details/subcontracting/value'
      WHEN t.silent > 0 THEN 'bids/details/hasSubcontracting'
      ELSE 'parties (subcontractor)'
    END AS missing,
    t.share AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN told AS t ON t.unit = u.unit
  LEFT JOIN helpers AS h ON h.process = u.process
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
