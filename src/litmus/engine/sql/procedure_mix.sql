-- litmus: query/1
-- title: Notices by procedure and year
-- purpose: How each year's notices divide into procedures, with the part of a procedure in its year (a number between 0
--   and 1 for reading; whoever compares it uses the two counts).
-- in: notice (notice_id VARCHAR key, published DATE null, procedure VARCHAR null)
-- out: year BIGINT null -- year of publication; NULL: no date
-- out: procedure VARCHAR null -- the award procedure; NULL: not stated
-- out: notices BIGINT -- notices of the year by this procedure
-- out: notices_of_year BIGINT -- notices of the year
-- out: part DOUBLE null -- the first over the second
-- key: year, procedure
WITH dated AS (
  SELECT CAST(extract(year FROM published) AS BIGINT) AS year, procedure AS procedure
  FROM notice
),
by_procedure AS (
  SELECT year AS year, procedure AS procedure, count(*) AS notices
  FROM dated
  GROUP BY year, procedure
),
compared AS (
  SELECT
    year AS year,
    procedure AS procedure,
    notices AS notices,
    CAST(sum(notices) OVER (PARTITION BY year) AS BIGINT) AS notices_of_year
  FROM by_procedure
)
SELECT
  year AS year,
  procedure AS procedure,
  notices AS notices,
  notices_of_year AS notices_of_year,
  CAST(notices AS DOUBLE) / nullif(notices_of_year, 0) AS part
FROM compared
ORDER BY year ASC NULLS FIRST, procedure ASC NULLS FIRST
