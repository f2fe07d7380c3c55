-- litmus: query/1
-- title: The number of tenders received is published
-- purpose: The number is declared, or a compiled record lists the bids. An award in force shows that the number was due: where the record
--   could hold it and does not, not met. A number that is given for the process and not for its lots, a register without the column, and
--   a notice of a change, before an award, or about social services are unknown.
-- source: Directive 2014/24/EU, Annex V part D (its text was not read); eForms BT-759; OCDS tender.numberOfTenderers, bids.statistics
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, bids_listed BOOLEAN, tenderers BIGINT null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- in: process (process VARCHAR key, bids_received BIGINT null)
-- in: unit_bid (unit BIGINT key, bid BIGINT key)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH listed AS (
  SELECT b.unit AS unit, count(*) AS bids
  FROM unit_bid AS b
  GROUP BY b.unit
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
      position('rec-sub' IN coalesce(w.path, '')) > 0
      OR position('numberOfTenderers' IN coalesce(w.path, '')) > 0
      OR position('bids/statistics' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.tenderers IS NOT NULL OR (u.bids_listed AND l.bids > 0) THEN 'met'
      WHEN o.unit IS NOT NULL AND o.active = 0 AND o.undecided = 0 THEN 'not-applicable'
      WHEN coalesce(o.active, 0) = 0 THEN 'unknown'
      WHEN (u.form = 'register' OR position('modif' IN coalesce(u.form, '')) > 0 OR position('veat' IN coalesce(u.form, '')) > 0 OR position('social' IN coalesce(u.form, '')) > 0) OR p.bids_received IS NOT NULL THEN 'unknown'
      ELSE 'absent'
    END AS state,
    CASE
      WHEN p.bids_received IS NOT NULL THEN 'bids/statistics (by lot)'
      WHEN coalesce(o.active, 0) = 0 THEN 'awards;tender/numberOfTenderers;bids/statistics'
      ELSE 'tender/numberOfTenderers;bids/statistics'
    END AS missing,
    coalesce(u.tenderers, l.bids) AS value
  FROM unit AS u
  INNER JOIN process AS p ON p.process = u.process
  LEFT JOIN listed AS l ON l.unit = u.unit
  LEFT JOIN unit_outcome AS o ON o.unit = u.unit
),
result AS (
  SELECT
    j.id AS id,
    j.lot AS lot,
    CASE
      WHEN j.state IN ('absent', 'unknown') AND k.unit IS NOT NULL THEN 'unknown'
      WHEN j.state = 'absent' THEN 'not-met'
      ELSE j.state
    END AS state,
    CASE
      WHEN j.state NOT IN ('absent', 'unknown') THEN NULL
      WHEN k.unit IS NOT NULL THEN 'withheld'
      WHEN j.state = 'absent' THEN 'absent'
      ELSE 'missing'
    END AS reason,
    CASE WHEN j.state IN ('absent', 'unknown') THEN j.missing ELSE NULL END AS missing,
    CASE WHEN j.state IN ('met', 'not-met') THEN j.value ELSE NULL END AS value
  FROM judged AS j
  LEFT JOIN kept_back AS k ON k.unit = j.unit
)
SELECT r.id AS id, r.lot AS lot, r.state AS state, r.reason AS reason, r.missing AS missing, r.value AS value
FROM result AS r
ORDER BY r.id ASC NULLS LAST, r.lot ASC NULLS LAST
