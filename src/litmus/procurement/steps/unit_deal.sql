-- litmus: query/1
-- title: The contracts of each unit
-- purpose: Contracts that follow an award in force. A contract that does not say which award it follows belongs to the only one there is.
-- in: unit (unit BIGINT key, process VARCHAR)
-- in: unit_award (unit BIGINT key, award BIGINT key, name VARCHAR, status VARCHAR null)
-- in: deal (process VARCHAR, deal VARCHAR, first_seq BIGINT key, award VARCHAR null, signed_at BIGINT null, signed_day DATE null, value BIGINT null, currency VARCHAR null, final_value BIGINT null, text_url VARCHAR null)
-- out: unit BIGINT -- unit
-- out: award BIGINT -- number of the award
-- out: deal BIGINT -- number of the contract, in the order of the records
-- out: process VARCHAR -- process
-- out: name VARCHAR -- its id
-- out: signed_at BIGINT null -- signed, seconds from 1970
-- out: signed_day DATE null -- signed, calendar day
-- out: value BIGINT null -- price at signature
-- out: currency VARCHAR null -- its currency
-- out: final_value BIGINT null -- price at the end
-- out: text_url VARCHAR null -- address of the text
-- key: unit, award, deal
WITH alone AS (
  SELECT u.process AS process, count(DISTINCT a.name) AS awards
  FROM unit_award AS a
  INNER JOIN unit AS u ON u.unit = a.unit
  WHERE a.status = 'active'
  GROUP BY u.process
)
SELECT
  a.unit AS unit,
  a.award AS award,
  d.first_seq AS deal,
  d.process AS process,
  d.deal AS name,
  d.signed_at AS signed_at,
  d.signed_day AS signed_day,
  d.value AS value,
  d.currency AS currency,
  d.final_value AS final_value,
  d.text_url AS text_url
FROM unit_award AS a
INNER JOIN unit AS u ON u.unit = a.unit
INNER JOIN alone AS n ON n.process = u.process
INNER JOIN deal AS d ON d.process = u.process
WHERE a.status = 'active' AND (d.award = a.name OR (d.award IS NULL AND n.awards = 1))
ORDER BY unit ASC NULLS LAST, award ASC NULLS LAST, deal ASC NULLS LAST
