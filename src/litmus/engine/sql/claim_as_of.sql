-- litmus: query/1
-- title: What was known on one day about the state of the world on another
-- purpose: Of all claims known by the day of knowledge and not retracted by then, the latest known for each subject and
--   predicate; then only those that hold on the day in question. The order matters: a newer claim that ends earlier
--   silences the older one. A blank start or end is no limit.
-- param: known_at DATE = 2025-06-30 -- the day of knowledge
-- param: as_of DATE = 2025-01-01 -- the day in question
-- in: claim (claim_id VARCHAR key, subject VARCHAR, predicate VARCHAR, object VARCHAR null, num_minor BIGINT null, valid_from DATE null, valid_to DATE null, known_from DATE, retracts VARCHAR null)
-- out: subject VARCHAR -- what the claim is about
-- out: predicate VARCHAR -- what it says of it
-- out: claim_id VARCHAR -- the claim
-- out: object VARCHAR null -- its value, when a name or a word
-- out: num_minor BIGINT null -- its value, when a number
-- out: known_from DATE -- since when it was known
-- out: known_days BIGINT -- days between then and the day of knowledge
-- key: subject, predicate
WITH known AS (
  SELECT
    claim.claim_id AS claim_id,
    claim.subject AS subject,
    claim.predicate AS predicate,
    claim.object AS object,
    claim.num_minor AS num_minor,
    claim.valid_from AS valid_from,
    claim.valid_to AS valid_to,
    claim.known_from AS known_from
  FROM claim
  WHERE claim.known_from <= $known_at AND claim.retracts IS NULL
),
withdrawn AS (
  SELECT retracts AS claim_id, count(*) AS times
  FROM claim
  WHERE known_from <= $known_at AND retracts IS NOT NULL
  GROUP BY retracts
),
ranked AS (
  SELECT
    known.claim_id AS claim_id,
    known.subject AS subject,
    known.predicate AS predicate,
    known.object AS object,
    known.num_minor AS num_minor,
    known.valid_from AS valid_from,
    known.valid_to AS valid_to,
    known.known_from AS known_from,
    row_number() OVER (
      PARTITION BY known.subject, known.predicate ORDER BY known.known_from DESC NULLS LAST, known.claim_id DESC NULLS LAST
    ) AS place
  FROM known
  LEFT JOIN withdrawn ON withdrawn.claim_id = known.claim_id
  WHERE withdrawn.claim_id IS NULL
)
SELECT
  subject AS subject,
  predicate AS predicate,
  claim_id AS claim_id,
  object AS object,
  num_minor AS num_minor,
  known_from AS known_from,
  date_diff('day', known_from, $known_at) AS known_days
FROM ranked
WHERE place = 1
  AND (valid_from IS NULL OR valid_from <= $as_of)
  AND (valid_to IS NULL OR valid_to > $as_of)
ORDER BY subject ASC NULLS FIRST, predicate ASC NULLS FIRST
