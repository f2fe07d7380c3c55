-- litmus: query/1
-- title: How each unit ended
-- purpose: Awards in force, awards that are not decided, and awards that ended without a contract. A unit whose awards all ended so has
--   nothing that an award would have to be published with; a unit without any award may have one that was not published.
-- in: unit_award (unit BIGINT key, award BIGINT key, status VARCHAR null)
-- out: unit BIGINT -- unit
-- out: active BIGINT -- awards in force
-- out: undecided BIGINT -- awards pending, or without a status
-- out: ended BIGINT -- awards cancelled or unsuccessful
-- out: unstated BIGINT -- awards without a status
-- key: unit
SELECT
  a.unit AS unit,
  count(*) FILTER (WHERE a.status = 'active') AS active,
  count(*) FILTER (WHERE a.status IS NULL OR a.status NOT IN ('active', 'cancelled', 'unsuccessful')) AS undecided,
  count(*) FILTER (WHERE a.status IN ('cancelled', 'unsuccessful')) AS ended,
  count(*) FILTER (WHERE a.status IS NULL) AS unstated
FROM unit_award AS a
GROUP BY a.unit
ORDER BY unit ASC NULLS LAST
