-- Greatest share of one vendor over reconciled deployments: one row per cell and vendor, whole numbers only, no division.
-- Upper end: all that may be one vendor's (own) against the least of all that cannot. Lower end: rows of a certain vendor
-- are added up, every other row stands alone (span); no span can stay below the greatest certain weight (top).
WITH read AS (
  SELECT
    $place AS place,
    $read_by
    $vendors AS vendors,
    $any_vendor AS any_vendor,
    $leaves AS may_leave,
    $weight_lo AS weight_lo,
    $weight_hi AS weight_hi,
    $unbounded AS unbounded,
    CASE WHEN $faulty THEN 1 ELSE 0 END AS faulty
  FROM $relation AS deployment
  WHERE $inside
),
certain AS (
  SELECT place AS place, $by vendors[1] AS vendor, may_leave AS may_leave,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM read
  WHERE NOT any_vendor AND len(vendors) = 1
),
alike AS (
  SELECT place AS place, $by vendor AS vendor, may_leave AS may_leave,
    sum(weight_lo) AS weight_lo, sum(weight_hi) AS weight_hi, sum(unbounded) AS unbounded
  FROM certain
  GROUP BY place, $by_names vendor, may_leave
),
standing (place, part, elsewhere) AS (
  VALUES $standing
),
seat AS (
  SELECT
    standing.part AS part,
    $spread_by
    alike.vendor AS vendor,
    CASE WHEN $by_several THEN 1 ELSE 0 END AS shared,
    CASE WHEN alike.may_leave OR standing.elsewhere OR $by_unknown THEN 1 ELSE 0 END AS leaving,
    CASE WHEN alike.may_leave OR standing.elsewhere OR $by_unknown THEN 0 ELSE alike.weight_lo END AS weight_lo,
    alike.weight_hi AS weight_hi,
    alike.unbounded AS unbounded
  FROM alike
  INNER JOIN standing ON standing.place = alike.place
  $spread
),
decided AS (
  SELECT
    part AS part,
    $by
    vendor AS vendor,
    max(shared) AS shared,
    max(leaving) AS leaving,
    CAST(sum(weight_lo) AS HUGEINT) AS weight_lo,
    CAST(sum(weight_hi) AS HUGEINT) AS weight_hi,
    CAST(sum(unbounded) AS HUGEINT) AS unbounded
  FROM seat
  GROUP BY part, $by_names vendor
),
undecided AS (
  SELECT
    standing.part AS part,
    $spread_by
    alike.vendors AS vendors,
    alike.any_vendor AS any_vendor,
    CASE WHEN $by_several THEN 1 ELSE 0 END AS shared,
    CASE WHEN alike.may_leave OR standing.elsewhere OR $by_unknown THEN 1 ELSE 0 END AS leaving,
    CASE WHEN alike.may_leave OR standing.elsewhere OR $by_unknown THEN 0 ELSE alike.weight_lo END AS weight_lo,
    alike.weight_hi AS weight_hi,
    alike.unbounded AS unbounded
  FROM read AS alike
  INNER JOIN standing ON standing.place = alike.place
  $spread
  WHERE alike.any_vendor OR len(alike.vendors) > 1
),
span AS (
  SELECT part AS part, $by 0 AS undecided, shared AS shared, leaving AS leaving,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM decided
  UNION ALL
  SELECT part AS part, $by 1 AS undecided, shared AS shared, leaving AS leaving,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM undecided
),
whole AS (
  SELECT
    part AS part,
    $by
    max(weight_lo) AS top,
    CAST(sum(weight_lo) AS HUGEINT) AS weight_certain,
    CAST(sum(undecided) AS HUGEINT) AS undecided,
    max(shared) AS shared,
    max(leaving) AS leaving
  FROM span
  GROUP BY part $by_also
),
room AS (
  SELECT
    whole.part AS part,
    $by_whole
    max(whole.top) AS top,
    max(whole.weight_certain) AS weight_certain,
    max(whole.undecided) AS undecided,
    max(whole.shared) AS shared,
    max(whole.leaving) AS leaving,
    CAST(sum(CASE WHEN span.unbounded > 0 THEN whole.top ELSE least(span.weight_hi, whole.top) END) AS HUGEINT) AS room,
    CAST(sum(CASE WHEN span.unbounded > 0 OR span.weight_hi > 0 THEN 1 ELSE 0 END) AS HUGEINT) AS positive
  FROM whole
  INNER JOIN span ON span.part = whole.part $same_span
  GROUP BY whole.part $by_whole_also
),
claim AS (
  SELECT part AS part, $by vendor AS vendor, FALSE AS any_vendor,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM decided
  UNION ALL
  SELECT part AS part, $by unnest(vendors) AS vendor, FALSE AS any_vendor,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM undecided
  WHERE NOT any_vendor
  UNION ALL
  SELECT part AS part, $by '' AS vendor, TRUE AS any_vendor,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM undecided
  WHERE any_vendor
),
own AS (
  SELECT
    part AS part,
    $by
    vendor AS vendor,
    any_vendor AS any_vendor,
    CAST(sum(weight_lo) AS HUGEINT) AS own_certain,
    CAST(sum(weight_hi) AS HUGEINT) AS own_possible,
    CAST(sum(unbounded) AS HUGEINT) AS own_unbounded
  FROM claim
  GROUP BY part, $by_names vendor, any_vendor
),
spare AS (
  SELECT part AS part, $by own_certain AS certain, own_possible AS possible, own_unbounded AS unbounded
  FROM own
  WHERE any_vendor
),
checked AS (
  SELECT
    (SELECT count(*) FROM $relation AS deployment WHERE $lost)
    + (SELECT coalesce(sum(faulty), 0) FROM read) AS faults
)
SELECT
  checked.faults AS faults,
  room.part AS part,
  $by_room
  own.vendor AS vendor,
  own.any_vendor AS any_vendor,
  own.own_certain + coalesce(spare.certain, 0) AS own_certain,
  own.own_possible + coalesce(spare.possible, 0) AS own_possible,
  own.own_unbounded + coalesce(spare.unbounded, 0) AS own_unbounded,
  room.weight_certain AS weight_certain,
  room.undecided AS undecided,
  room.shared AS shared,
  room.leaving AS leaving,
  room.positive AS positive,
  room.top AS lo_num,
  room.room AS lo_den,
  own.own_possible + coalesce(spare.possible, 0) AS hi_num,
  own.own_possible + coalesce(spare.possible, 0) + room.weight_certain - own.own_certain - coalesce(spare.certain, 0) AS hi_den
FROM checked
LEFT JOIN room ON TRUE
LEFT JOIN own ON own.part = room.part $same_own
LEFT JOIN spare ON spare.part = own.part AND NOT own.any_vendor $same_spare
ORDER BY room.part ASC NULLS FIRST, $order_by own.any_vendor ASC NULLS FIRST, own.vendor ASC NULLS FIRST
