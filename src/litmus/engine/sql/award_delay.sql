-- litmus: query/1
-- title: Days from the deadline for bids to the award, by procedure
-- purpose: Median, extremes and sum of the days, in whole days; awards dated before the deadline, and those without one
--   of the two dates, are counted apart.
-- in: award (award_id VARCHAR key, lot_id VARCHAR, award_date DATE null)
-- in: lot (lot_id VARCHAR key, notice_id VARCHAR)
-- in: notice (notice_id VARCHAR key, procedure VARCHAR null, deadline DATE null)
-- out: procedure VARCHAR null -- the award procedure; NULL: not stated
-- out: awards BIGINT -- awards on record
-- out: undated BIGINT -- awards without an award date or a deadline
-- out: early BIGINT -- awards dated before the deadline
-- out: days_min BIGINT null -- least days
-- out: days_median DOUBLE null -- median days; half days where the number of awards is even
-- out: days_max BIGINT null -- most days
-- out: days_sum BIGINT null -- days in all, over awards - undated
-- key: procedure
WITH dated AS (
  SELECT
    notice.procedure AS procedure,
    date_diff('day', notice.deadline, award.award_date) AS days
  FROM award
  INNER JOIN lot ON lot.lot_id = award.lot_id
  INNER JOIN notice ON notice.notice_id = lot.notice_id
)
SELECT
  procedure AS procedure,
  count(*) AS awards,
  count(*) - count(days) AS undated,
  CAST(sum(CASE WHEN days < 0 THEN 1 ELSE 0 END) AS BIGINT) AS early,
  min(days) AS days_min,
  median(days) AS days_median,
  max(days) AS days_max,
  CAST(sum(days) AS BIGINT) AS days_sum
FROM dated
GROUP BY procedure
ORDER BY procedure ASC NULLS FIRST
