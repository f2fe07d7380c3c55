-- Ratio, share, count and sum over reconciled deployments: one row per cell, whole numbers only, no division.
-- "certain" holds in every completion, "possible" in some. Rows that are alike are added up before they are spread over
-- the cells in which they may stand: sums allow that, and the relation is read once.
WITH read AS (
  SELECT
    $place AS place,
    $read_by
    $yes AS may_be_yes,
    $no AS may_be_no,
    $leaves AS may_leave,
    $weight_lo AS weight_lo,
    $weight_hi AS weight_hi,
    $unbounded AS unbounded,
    CASE WHEN $faulty THEN 1 ELSE 0 END AS faulty
  FROM $relation AS deployment
  WHERE $inside
),
alike AS (
  SELECT
    place AS place,
    $by
    may_be_yes AS may_be_yes,
    may_be_no AS may_be_no,
    may_leave AS may_leave,
    count(*) AS row_count,
    sum(weight_lo) AS weight_lo,
    sum(weight_hi) AS weight_hi,
    sum(unbounded) AS unbounded,
    sum(faulty) AS faulty
  FROM read
  GROUP BY place, $by_names may_be_yes, may_be_no, may_leave
),
standing (place, part, elsewhere) AS (
  VALUES $standing
),
seat AS (
  SELECT
    standing.part AS part,
    $spread_by
    alike.may_be_yes AND $by_yes AS may_be_yes,
    alike.may_be_no OR NOT $by_yes AS may_be_no,
    alike.may_leave OR standing.elsewhere OR $by_unknown AS may_leave,
    $by_several AS several_cells,
    alike.row_count AS row_count,
    alike.weight_lo AS weight_lo,
    alike.weight_hi AS weight_hi,
    alike.unbounded AS unbounded
  FROM alike
  INNER JOIN standing ON standing.place = alike.place
  $spread
),
cell AS (
  SELECT
    part AS part,
    $by
    CAST(sum(row_count) AS HUGEINT) AS rows_possible,
    CAST(sum(CASE WHEN may_leave THEN 0 ELSE row_count END) AS HUGEINT) AS rows_certain,
    CAST(sum(CASE WHEN may_be_yes THEN row_count ELSE 0 END) AS HUGEINT) AS yes_rows_possible,
    CAST(sum(CASE WHEN may_be_no THEN row_count ELSE 0 END) AS HUGEINT) AS no_rows_possible,
    CAST(sum(CASE WHEN may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS weight_certain,
    CAST(sum(CASE WHEN may_be_no OR may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS yes_certain,
    CAST(sum(CASE WHEN may_be_yes THEN weight_hi ELSE 0 END) AS HUGEINT) AS yes_possible,
    CAST(sum(CASE WHEN may_be_yes OR may_leave THEN 0 ELSE weight_lo END) AS HUGEINT) AS no_certain,
    CAST(sum(CASE WHEN may_be_no THEN weight_hi ELSE 0 END) AS HUGEINT) AS no_possible,
    CAST(sum(CASE WHEN may_be_yes THEN unbounded ELSE 0 END) AS HUGEINT) AS yes_unbounded,
    CAST(sum(CASE WHEN may_be_no THEN unbounded ELSE 0 END) AS HUGEINT) AS no_unbounded,
    max(CASE WHEN several_cells THEN 1 ELSE 0 END) AS shared
  FROM seat
  GROUP BY part $by_also
),
checked AS (
  SELECT
    (SELECT count(*) FROM $relation AS deployment WHERE $lost)
    + (SELECT coalesce(sum(faulty), 0) FROM alike) AS faults
)
SELECT
  checked.faults AS faults,
  cell.part AS part,
  $by_cell
  cell.rows_possible AS rows_possible,
  cell.rows_certain AS rows_certain,
  cell.yes_rows_possible AS yes_rows_possible,
  cell.no_rows_possible AS no_rows_possible,
  cell.weight_certain AS weight_certain,
  cell.yes_certain AS yes_certain,
  cell.yes_possible AS yes_possible,
  cell.yes_unbounded AS yes_unbounded,
  cell.no_certain AS no_certain,
  cell.no_possible AS no_possible,
  cell.no_unbounded AS no_unbounded,
  cell.shared AS shared,
  $lo_num AS lo_num,
  $lo_den AS lo_den,
  cell.yes_possible AS hi_num,
  $hi_den AS hi_den
FROM checked
LEFT JOIN cell ON TRUE
ORDER BY cell.part ASC NULLS FIRST $order_by
