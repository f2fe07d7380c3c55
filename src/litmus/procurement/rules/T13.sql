-- litmus: query/1
-- title: The winner's beneficial owners are named, with nationality
-- purpose: Every supplier of an award in force has beneficial owners in the record, each a person with a name and a nationality. Never
--   not met: owners that are not in the record may be in a register that was not read. Where only a company stands there, the answer is
--   unknown.
-- source: Directive (EU) 2015/849, Article 30 (its text was not read); eForms BT-706; OCDS parties.beneficialOwners
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null)
-- in: unit_supplier (unit BIGINT key, award BIGINT key, place BIGINT key, supplier VARCHAR)
-- in: owner (process VARCHAR, party VARCHAR null, name VARCHAR null, nationality VARCHAR null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH suppliers AS (
  SELECT a.unit AS unit, a.award AS award, u.process AS process, s.supplier AS supplier
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  LEFT JOIN unit_supplier AS s ON s.unit = a.unit AND s.award = a.award
  WHERE a.status = 'active'
),
owned AS (
  SELECT
    w.process AS process,
    w.party AS party,
    count(*) AS owners,
    count(*) FILTER (WHERE w.name IS NULL) AS nameless,
    count(*) FILTER (WHERE w.nationality IS NULL) AS stateless
  FROM owner AS w
  WHERE w.party IS NOT NULL
  GROUP BY w.process, w.party
),
told AS (
  SELECT
    s.unit AS unit,
    count(*) FILTER (WHERE s.supplier IS NULL) AS unnamed,
    count(*) FILTER (WHERE s.supplier IS NOT NULL AND w.party IS NULL) AS ownerless,
    cast(sum(coalesce(w.nameless, 0)) AS BIGINT) AS nameless,
    cast(sum(coalesce(w.stateless, 0)) AS BIGINT) AS stateless,
    cast(sum(coalesce(w.owners, 0)) AS BIGINT) AS owners
  FROM suppliers AS s
  LEFT JOIN owned AS w ON w.process = s.process AND w.party = s.supplier
  GROUP BY s.unit
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
      position('eneficialOwners' IN coalesce(w.path, '')) > 0
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
      WHEN t.unnamed = 0 AND t.ownerless = 0 AND t.nameless = 0 AND t.stateless = 0 THEN 'met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN t.unnamed > 0 THEN 'awards/suppliers/id'
      WHEN t.ownerless > 0 THEN 'parties/beneficialOwners'
      WHEN t.nameless > 0 THEN 'parties/beneficialOwners/name'
      ELSE 'parties/beneficialOwners/nationalities'
    END AS missing,
    t.owners AS value,
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
