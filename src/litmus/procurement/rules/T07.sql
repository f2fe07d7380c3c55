-- litmus: query/1
-- title: Every bidder is named with an identifier
-- purpose: As many bidders are named as tenders were received, and each has an identifier with its register. Not met where the record
--   declares more tenders than it names bidders and bids: its own number shows that some are not named. Stricter than the directive,
--   which asks for the winner.
-- source: Litmus (a demand of a clause, beyond the directive); OCDS tender.tenderers, bids.details.tenderers, parties.identifier
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, alone BOOLEAN, form VARCHAR null, tenderers BIGINT null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: part (process VARCHAR, of VARCHAR, of_id VARCHAR, role VARCHAR, place BIGINT, party VARCHAR null, name VARCHAR null)
-- in: unit_bid (unit BIGINT key, bid BIGINT key, name VARCHAR)
-- in: firm (process VARCHAR, party VARCHAR null, first_seq BIGINT key, number VARCHAR null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH named AS (
  SELECT u.unit AS unit, p.process AS process, coalesce(p.party, p.name) AS bidder, p.party AS party, p.of AS of, p.of_id AS of_id
  FROM unit AS u
  INNER JOIN part AS p ON p.process = u.process AND p.role = 'tenderer' AND p.of = 'tender'
  WHERE u.alone
  UNION ALL
  SELECT u.unit AS unit, p.process AS process, coalesce(p.party, p.name) AS bidder, p.party AS party, p.of AS of, p.of_id AS of_id
  FROM unit AS u
  INNER JOIN unit_bid AS b ON b.unit = u.unit
  INNER JOIN part AS p ON p.process = u.process AND p.role = 'tenderer' AND p.of = 'bid' AND p.of_id = b.name
),
numbered AS (
  SELECT f.process AS process, f.party AS party, max(f.number) AS number
  FROM firm AS f
  WHERE f.party IS NOT NULL
  GROUP BY f.process, f.party
),
counted AS (
  SELECT
    n.unit AS unit,
    count(DISTINCT n.bidder) AS bidders,
    count(DISTINCT CASE WHEN n.of = 'bid' THEN n.of_id ELSE NULL END) AS bids,
    count(*) FILTER (WHERE f.number IS NULL) AS unnumbered
  FROM named AS n
  LEFT JOIN numbered AS f ON f.process = n.process AND f.party = n.party
  GROUP BY n.unit
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
      OR position('enderers' IN coalesce(w.path, '')) > 0
      OR position('bids/details' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.tenderers = 0 THEN 'not-applicable'
      WHEN u.tenderers IS NULL THEN 'unknown'
      WHEN greatest(coalesce(c.bidders, 0), coalesce(c.bids, 0)) < u.tenderers AND (u.form = 'register' OR position('modif' IN coalesce(u.form, '')) > 0 OR position('veat' IN coalesce(u.form, '')) > 0) THEN 'unknown'
      WHEN greatest(coalesce(c.bidders, 0), coalesce(c.bids, 0)) < u.tenderers THEN 'absent'
      WHEN c.unnumbered > 0 THEN 'unknown'
      ELSE 'met'
    END AS state,
    CASE
      WHEN u.tenderers IS NULL THEN 'tender/numberOfTenderers;bids/statistics'
      WHEN greatest(coalesce(c.bidders, 0), coalesce(c.bids, 0)) < u.tenderers THEN 'tender/tenderers;bids/details/tenderers'
      ELSE 'parties/identifier'
    END AS missing,
    c.bidders AS value
  FROM unit AS u
  LEFT JOIN counted AS c ON c.unit = u.unit
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
