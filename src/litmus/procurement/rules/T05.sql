-- litmus: query/1
-- title: Tender documents are open to all from the day of the call
-- purpose: A tender document has an address, is not restricted, and was published no later than the first call. Not met where every
--   document is restricted, or where every open one came later. Limited and direct procedures are left out.
-- source: Directive 2014/24/EU, Article 53 (its text was not read); OCDS tender.documents
-- in: unit (unit BIGINT key, process VARCHAR, lot VARCHAR, method VARCHAR null, record_day DATE null)
-- in: withheld (process VARCHAR, lot VARCHAR, path VARCHAR null, code VARCHAR null, reason VARCHAR null, until_day DATE null)
-- in: first_call (process VARCHAR key, call_at BIGINT null, call_day DATE)
-- in: document (process VARCHAR, type VARCHAR null, access VARCHAR null, url VARCHAR null, published_day DATE null)
-- out: id VARCHAR -- the process
-- out: lot VARCHAR -- the lot; empty where there are none
-- out: state VARCHAR -- met, not-met, not-applicable or unknown
-- out: reason VARCHAR null -- missing or withheld where unknown; absent where the record proves that it had to publish and did not
-- out: missing VARCHAR null -- field paths without which there is no better answer, joined by ;
-- out: value BIGINT null -- what was measured
-- key: id, lot
WITH papers AS (
  SELECT
    d.process AS process,
    count(*) AS papers,
    count(*) FILTER (WHERE d.access = 'restricted') AS restricted,
    count(*) FILTER (WHERE coalesce(d.access, 'open') <> 'restricted' AND d.url IS NOT NULL) AS open,
    count(*) FILTER (WHERE coalesce(d.access, 'open') <> 'restricted' AND (d.url IS NULL OR d.published_day IS NULL)) AS unsure,
    min(CASE WHEN coalesce(d.access, 'open') <> 'restricted' AND d.url IS NOT NULL THEN d.published_day ELSE NULL END) AS day
  FROM document AS d
  WHERE d.type = 'biddingDocuments'
  GROUP BY d.process
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
      position('biddingDocuments' IN coalesce(w.path, '')) > 0
      OR position('tender/documents' IN coalesce(w.path, '')) > 0
    )
  GROUP BY u.unit
),
judged AS (
  SELECT
    u.unit AS unit,
    u.process AS id,
    u.lot AS lot,
    CASE
      WHEN u.method IS NULL THEN 'unknown'
      WHEN u.method IN ('limited', 'direct') THEN 'not-applicable'
      WHEN p.process IS NULL THEN 'unknown'
      WHEN p.restricted = p.papers THEN 'absent'
      WHEN p.day <= c.call_day THEN 'met'
      WHEN p.day > c.call_day AND p.unsure = 0 THEN 'not-met'
      ELSE 'unknown'
    END AS state,
    CASE
      WHEN u.method IS NULL THEN 'tender/procurementMethod'
      WHEN p.process IS NULL THEN 'tender/documents (biddingDocuments)'
      WHEN p.restricted = p.papers THEN 'tender/documents (biddingDocuments, open)'
      WHEN p.open = 0 THEN 'tender/documents (biddingDocuments)/url'
      WHEN c.process IS NULL THEN 'tender/documents (tenderNotice)/datePublished'
      ELSE 'tender/documents (biddingDocuments)/datePublished'
    END AS missing,
    date_diff('day', c.call_day, p.day) AS value
  FROM unit AS u
  LEFT JOIN papers AS p ON p.process = u.process
  LEFT JOIN first_call AS c ON c.process = u.process
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
