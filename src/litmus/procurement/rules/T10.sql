-- litmus: query/1
-- title: The text of the contract is published
-- purpose: Each contract in force has the address of its published text. A contract that was signed longer ago than the term, by the day
--   of the latest record, shows that the text was due: without it not met. A register without the column, and a notice of a change, are
--   unknown. No article of the directive asks for it: a national law or a clause does.
-- source: A clause of national law (the term is this project's own); OCDS contracts.documents (contractSigned); eForms BT-151
-- param: days BIGINT = 30 -- days after signature within which the text is to be published
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, form VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: unit_deal (unit BIGINT key, award BIGINT key, deal BIGINT key, process VARCHAR, signed_day DATE null, text_url VARCHAR null)
-- in: unit_outcome (unit BIGINT key, active BIGINT, undecided BIGINT, ended BIGINT, unstated BIGINT)
-- in: document (process VARCHAR, of VARCHAR, type VARCHAR null, url VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH elsewhere AS (
  SELECT d.process AS process
  FROM document AS d
  WHERE d.type = 'contractSigned' AND d.of <> 'deal' AND d.url IS NOT NULL
  GROUP BY d.process
),
texts AS (
  SELECT
    d.unit AS unit,
    count(DISTINCT d.award) AS awards,
    count(*) FILTER (WHERE d.text_url IS NULL) AS bare,
    count(*) FILTER (WHERE d.text_url IS NULL AND date_diff('day', d.signed_day, u.record_day) > $days) AS overdue
  FROM unit_deal AS d
  INNER JOIN unit AS u ON u.unit = d.unit
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
      position('contractSigned' IN coalesce(w.path, '')) > 0
      OR position('contracts/documents' IN coalesce(w.path, '')) > 0
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
      WHEN t.bare = 0 AND t.awards >= o.active THEN 'met'
      WHEN t.unit IS NULL OR (u.form = 'register' OR position('modif' IN coalesce(u.form, '')) > 0 OR position('veat' IN coalesce(u.form, '')) > 0) OR e.process IS NOT NULL THEN 'unknown'
      WHEN t.overdue > 0 THEN 'absent'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN coalesce(o.active, 0) = 0 THEN 'awards'
      WHEN t.unit IS NULL OR t.awards < o.active THEN 'contracts'
      ELSE 'contracts/documents (contractSigned)/url'
    END AS missing,
    CAST(NULL AS BIGINT) AS value,
    coalesce(o.unstated, 0) AS unstated
  FROM unit AS u
  LEFT JOIN texts AS t ON t.unit = u.unit
  LEFT JOIN elsewhere AS e ON e.process = u.process
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
