-- litmus: query/1
-- title: What is judged: each lot of a process, or the process
-- purpose: A process is judged by lot where it has one lot, or where each of its bids and awards says which lots it is for.
--   Otherwise, and where there are no lots, it is judged as a whole. Cancelled processes and lots are left out. The beginning of the
--   submission period is the one printed, else the day of the first call. Days are counted between moments where both are printed with
--   their zone, else as the least and the most whole days that two calendar days allow; a period that ends before it begins is none. Bids count as listed where the record lists as
--   many as were received; a notice that only names winners does not.
-- in: process (process VARCHAR key, form VARCHAR null, buyer VARCHAR null, entity VARCHAR null, status VARCHAR null, method VARCHAR null, method_details VARCHAR null, rationale VARCHAR null, rationale_codes VARCHAR null, regime VARCHAR null, legal_basis VARCHAR null, value BIGINT null, currency VARCHAR null, published_day DATE null, tender_start_at BIGINT null, tender_start_day DATE null, tender_end_at BIGINT null, tender_end_day DATE null, bids_received BIGINT null, bids_listed BOOLEAN null, awards_listed BOOLEAN null)
-- in: lot (process VARCHAR key, lot VARCHAR key, status VARCHAR null, method VARCHAR null, value BIGINT null, currency VARCHAR null, tender_start_at BIGINT null, tender_start_day DATE null, tender_end_at BIGINT null, tender_end_day DATE null, bids_received BIGINT null, brands_named BOOLEAN null)
-- in: notice (process VARCHAR, form VARCHAR null, published_at BIGINT null, published_day DATE null)
-- in: document (process VARCHAR, type VARCHAR null, published_at BIGINT null, published_day DATE null)
-- in: bid (process VARCHAR, bid VARCHAR, first_seq BIGINT key)
-- in: award (process VARCHAR, award VARCHAR, first_seq BIGINT key)
-- in: covers (process VARCHAR, of VARCHAR, of_id VARCHAR, lot VARCHAR)
-- out: unit BIGINT -- number of the unit
-- out: process VARCHAR -- its process
-- out: lot VARCHAR -- its lot; empty: the process as a whole
-- out: alone BOOLEAN -- is it the only unit of its process?
-- out: form VARCHAR null -- kind of the latest record
-- out: buyer VARCHAR null -- buyer
-- out: entity VARCHAR null -- procuring entity
-- out: method VARCHAR null -- open, selective, limited or direct
-- out: details VARCHAR null -- the national name of the procedure
-- out: rationale VARCHAR null -- why there was no call, in words or codes
-- out: regime VARCHAR null -- law outside procurement law
-- out: legal_basis VARCHAR null -- law named
-- out: estimate BIGINT null -- estimated value
-- out: currency VARCHAR null -- its currency
-- out: record_day DATE null -- publication of the latest record
-- out: end_at BIGINT null -- end of the submission period, seconds
-- out: end_day DATE null -- end of the submission period, day
-- out: days_lo BIGINT null -- fewest whole days of the submission period
-- out: days_hi BIGINT null -- most whole days of the submission period
-- out: days_missing VARCHAR null -- field paths that are missing for it
-- out: tenderers BIGINT null -- tenders received, as declared
-- out: brand_named BOOLEAN null -- does the record say that a brand is named?
-- out: bids_listed BOOLEAN -- are all bids listed?
-- out: awards_listed BOOLEAN -- are awards listed?
-- out: deadline_known BOOLEAN -- is the end of the submission period known?
-- out: compared BOOLEAN -- are prices compared here?
-- key: unit
WITH loose AS (
  SELECT b.process AS process
  FROM bid AS b
  LEFT JOIN covers AS c ON c.process = b.process AND c.of = 'bid' AND c.of_id = b.bid
  WHERE c.lot IS NULL
  UNION
  SELECT a.process AS process
  FROM award AS a
  LEFT JOIN covers AS c ON c.process = a.process AND c.of = 'award' AND c.of_id = a.award
  WHERE c.lot IS NULL
),
lots AS (
  SELECT l.process AS process, count(*) AS n
  FROM lot AS l
  GROUP BY l.process
),
named AS (
  SELECT p.process AS process, coalesce(l.lot, '') AS lot, max(coalesce(n.n, 0)) AS lots
  FROM process AS p
  LEFT JOIN lots AS n ON n.process = p.process
  LEFT JOIN loose AS x ON x.process = p.process
  LEFT JOIN lot AS l ON l.process = p.process AND (n.n = 1 OR x.process IS NULL)
  WHERE coalesce(p.status, '') <> 'cancelled' AND coalesce(l.status, '') <> 'cancelled'
  GROUP BY p.process, coalesce(l.lot, '')
),
numbered AS (
  SELECT
    n.process AS process,
    n.lot AS lot,
    n.lots < 2 OR n.lot = '' AS alone,
    row_number() OVER (ORDER BY n.process ASC NULLS LAST, n.lot ASC NULLS LAST) AS unit
  FROM named AS n
),
call AS (
  -- The first call that is published; a compiled record says when by its notice, not by its own date.
  SELECT c.process AS process, min(c.at) AS at, min(c.day) AS day
  FROM (
    SELECT n.process AS process, n.published_at AS at, n.published_day AS day
    FROM notice AS n
    WHERE position('cn-' IN coalesce(n.form, '')) = 1 OR position('pin-cfc' IN coalesce(n.form, '')) = 1
    UNION ALL
    SELECT d.process AS process, d.published_at AS at, d.published_day AS day
    FROM document AS d
    WHERE d.type = 'tenderNotice'
  ) AS c
  GROUP BY c.process
),
bids AS (
  SELECT n.unit AS unit, count(DISTINCT b.bid) AS n
  FROM numbered AS n
  INNER JOIN bid AS b ON b.process = n.process
  LEFT JOIN covers AS c ON c.process = b.process AND c.of = 'bid' AND c.of_id = b.bid
  WHERE n.alone OR c.lot = n.lot
  GROUP BY n.unit
),
timed AS (
  SELECT
    n.unit AS unit,
    n.process AS process,
    n.lot AS lot,
    n.alone AS alone,
    CASE WHEN coalesce(l.tender_start_day, p.tender_start_day) IS NOT NULL THEN coalesce(l.tender_start_at, p.tender_start_at) ELSE c.at END AS start_at,
    coalesce(l.tender_start_day, p.tender_start_day, c.day) AS start_day,
    CASE WHEN l.tender_end_day IS NOT NULL THEN l.tender_end_at ELSE p.tender_end_at END AS end_at,
    coalesce(l.tender_end_day, p.tender_end_day) AS end_day,
    CASE WHEN l.bids_received IS NULL AND n.alone THEN p.bids_received ELSE l.bids_received END AS tenderers
  FROM numbered AS n
  INNER JOIN process AS p ON p.process = n.process
  LEFT JOIN lot AS l ON l.process = n.process AND l.lot = n.lot
  LEFT JOIN call AS c ON c.process = n.process
),
counted AS (
  SELECT
    t.unit AS unit,
    t.process AS process,
    t.lot AS lot,
    t.alone AS alone,
    t.end_at AS end_at,
    t.end_day AS end_day,
    t.tenderers AS tenderers,
    t.start_day AS start_day,
    CASE WHEN t.start_at IS NULL OR t.end_at IS NULL THEN NULL ELSE t.end_at - t.start_at END AS seconds,
    date_diff('day', t.start_day, t.end_day) AS days
  FROM timed AS t
)
SELECT
  t.unit AS unit,
  t.process AS process,
  t.lot AS lot,
  t.alone AS alone,
  p.form AS form,
  p.buyer AS buyer,
  p.entity AS entity,
  coalesce(l.method, p.method) AS method,
  p.method_details AS details,
  coalesce(p.rationale, p.rationale_codes) AS rationale,
  p.regime AS regime,
  p.legal_basis AS legal_basis,
  CASE WHEN l.value IS NULL AND t.alone THEN p.value ELSE l.value END AS estimate,
  CASE WHEN l.value IS NULL AND t.alone THEN p.currency ELSE l.currency END AS currency,
  p.published_day AS record_day,
  t.end_at AS end_at,
  t.end_day AS end_day,
  CASE
    WHEN t.seconds < 0 OR t.days < 0 THEN NULL
    WHEN t.seconds >= 0 THEN t.seconds // nullif(86400, 0)
    WHEN t.days > 0 THEN t.days - 1
    ELSE t.days
  END AS days_lo,
  CASE
    WHEN t.seconds < 0 OR t.days < 0 THEN NULL
    WHEN t.seconds >= 0 THEN t.seconds // nullif(86400, 0)
    ELSE t.days
  END AS days_hi,
  CASE
    WHEN t.start_day IS NULL AND t.end_day IS NULL THEN 'tender/tenderPeriod'
    WHEN t.start_day IS NULL THEN 'tender/tenderPeriod/startDate'
    WHEN t.end_day IS NULL THEN 'tender/tenderPeriod/endDate'
    WHEN t.seconds < 0 OR t.days < 0 THEN 'tender/tenderPeriod (ends before it begins)'
    ELSE NULL
  END AS days_missing,
  t.tenderers AS tenderers,
  l.brands_named AS brand_named,
  coalesce(p.bids_listed, FALSE)
    AND CASE WHEN t.tenderers IS NULL THEN position('compiled' IN coalesce(p.form, '')) > 0 ELSE coalesce(b.n, 0) >= t.tenderers END AS bids_listed,
  coalesce(p.awards_listed, FALSE) AS awards_listed,
  t.end_day IS NOT NULL AS deadline_known,
  TRUE AS compared
FROM counted AS t
INNER JOIN process AS p ON p.process = t.process
LEFT JOIN lot AS l ON l.process = t.process AND l.lot = t.lot
LEFT JOIN bids AS b ON b.unit = t.unit
ORDER BY t.unit ASC NULLS LAST
