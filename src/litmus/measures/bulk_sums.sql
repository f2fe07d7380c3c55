-- Ratio, share, count and sum over already reconciled deployments: one row per cell, whole numbers only.
-- "certain" = in every completion, "possible" = in some. Rows alike are added up first and spread over the cells that
-- they may stand in afterwards: sums allow it, and it keeps the pass over the relation single.
WITH alike AS (
  SELECT
    deployment.place AS place,
    ${raw_by}${yes} AS may_be_yes,
    ${no} AS may_be_no,
    ${leaves} AS may_leave,
    count(*) AS row_count,
    sum(${weight_lo}) AS weight_lo,
    sum(${weight_hi}) AS weight_hi,
    sum(${unbounded}) AS unbounded
  FROM ${relation} AS deployment
  WHERE ${inside}
  GROUP BY ALL
),
standing (place, part, elsewhere, several) AS (
  VALUES ${standing}
),
seat AS (
  SELECT
    standing.part AS part,
    ${cells}alike.may_be_yes AND ${by_yes} AS may_be_yes,
    alike.may_be_no OR NOT ${by_yes} AS may_be_no,
    alike.may_leave OR standing.elsewhere OR ${by_unknown} AS may_leave,
    standing.several OR ${by_several} AS several_cells,
    alike.row_count AS row_count,
    alike.weight_lo AS weight_lo,
    alike.weight_hi AS weight_hi,
    alike.unbounded AS unbounded
  FROM alike
  INNER JOIN standing ON standing.place = alike.place
  ${spread}
)
SELECT
  part AS part,
  ${by}CAST(sum(CASE WHEN may_leave THEN 0 ELSE row_count END) AS HUGEINT) AS rows_certain,
  CAST(sum(CASE WHEN may_be_yes THEN row_count ELSE 0 END) AS HUGEINT) AS yes_rows_possible,
  CAST(sum(CASE WHEN may_be_no THEN row_count ELSE 0 END) AS HUGEINT) AS no_rows_possible,
  CAST(sum(CASE WHEN may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS weight_certain,
  CAST(sum(CASE WHEN may_be_no OR may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS yes_certain,
  CAST(sum(CASE WHEN may_be_yes THEN weight_hi ELSE 0 END) AS HUGEINT) AS yes_possible,
  CAST(sum(CASE WHEN may_be_yes OR may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS no_certain,
  CAST(sum(CASE WHEN may_be_no THEN weight_hi ELSE 0 END) AS HUGEINT) AS no_possible,
  CAST(sum(CASE WHEN may_be_yes THEN unbounded ELSE 0 END) AS HUGEINT) AS yes_unbounded,
  CAST(sum(CASE WHEN may_be_no THEN unbounded ELSE 0 END) AS HUGEINT) AS no_unbounded,
  max(CASE WHEN several_cells THEN 1 ELSE 0 END) AS shared,
  (SELECT count(*) FROM ${relation} AS deployment WHERE ${faulty}) AS faults
FROM seat
GROUP BY ALL
ORDER BY ${order}
