-- litmus: query/1
-- title: Greatest share of one vendor in one layer, by operator
-- purpose: The sums behind a cap on any one vendor. Upper end: all that may be one vendor's (own) against the least of
--   all that cannot. Lower end: assets of a certain vendor are added up, every other asset stands alone (a span); no
--   span can stay below the greatest certain weight (lo_num). Bounds of a closed list of assets.
-- source: docs/measures/max-share.md; the same numbers as measures/bulk_max_share.sql, with one row per possible vendor for its lists
-- param: place VARCHAR = RS -- the place whose assets are counted
-- param: layer VARCHAR = ran -- the layer
-- in: deployment (deployment_id VARCHAR key, place VARCHAR, operator VARCHAR, layer VARCHAR null, weight_lo BIGINT null, weight_hi BIGINT null, in_service BOOLEAN null)
-- in: deployment_vendor (deployment_id VARCHAR key, vendor VARCHAR key)
-- out: operator VARCHAR -- who runs the service
-- out: vendor VARCHAR -- the vendor; empty with any_vendor = 1
-- out: any_vendor BIGINT -- 1: assets that may be anybody's
-- out: own_certain BIGINT -- certain weight of the assets that may be this vendor's
-- out: own_possible BIGINT -- their possible weight, where it has an upper end
-- out: own_unbounded BIGINT -- how many of them have no upper end
-- out: weight_certain BIGINT -- certain weight of the operator's layer
-- out: undecided BIGINT -- assets with no vendor or several on record
-- out: leaving BIGINT -- 1: some asset may stand outside
-- out: positive BIGINT -- spans that may weigh anything
-- out: lo_num BIGINT -- numerator of the lower end
-- out: lo_den BIGINT -- denominator of the lower end
-- out: hi_num BIGINT -- numerator of this vendor's upper end
-- out: hi_den BIGINT -- denominator of this vendor's upper end
-- key: operator, any_vendor, vendor
WITH known AS (
  SELECT deployment_id AS deployment_id, count(*) AS vendors
  FROM deployment_vendor
  GROUP BY deployment_id
),
asset AS (
  SELECT
    deployment.deployment_id AS deployment_id,
    deployment.operator AS operator,
    coalesce(known.vendors, 0) AS vendors,
    CASE WHEN deployment.layer IS NULL OR deployment.in_service IS NULL THEN 1 ELSE 0 END AS leaving,
    CASE
      WHEN deployment.layer IS NULL OR deployment.in_service IS NULL THEN 0
      ELSE coalesce(deployment.weight_lo, 1)
    END AS weight_lo,
    coalesce(deployment.weight_hi, 0) AS weight_hi,
    CASE WHEN deployment.weight_hi IS NULL THEN 1 ELSE 0 END AS unbounded
  FROM deployment
  LEFT JOIN known ON known.deployment_id = deployment.deployment_id
  WHERE deployment.place = $place
    AND (deployment.layer = $layer OR deployment.layer IS NULL)
    AND (deployment.in_service OR deployment.in_service IS NULL)
),
decided AS (
  SELECT
    asset.operator AS operator,
    deployment_vendor.vendor AS vendor,
    max(asset.leaving) AS leaving,
    CAST(sum(asset.weight_lo) AS BIGINT) AS weight_lo,
    CAST(sum(asset.weight_hi) AS BIGINT) AS weight_hi,
    CAST(sum(asset.unbounded) AS BIGINT) AS unbounded
  FROM asset
  INNER JOIN deployment_vendor ON deployment_vendor.deployment_id = asset.deployment_id
  WHERE asset.vendors = 1
  GROUP BY asset.operator, deployment_vendor.vendor
),
span AS (
  SELECT operator AS operator, 0 AS undecided, leaving AS leaving,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM decided
  UNION ALL
  SELECT operator AS operator, 1 AS undecided, leaving AS leaving,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM asset
  WHERE vendors <> 1
),
whole AS (
  SELECT
    operator AS operator,
    max(weight_lo) AS top,
    CAST(sum(weight_lo) AS BIGINT) AS weight_certain,
    CAST(sum(undecided) AS BIGINT) AS undecided,
    max(leaving) AS leaving
  FROM span
  GROUP BY operator
),
room AS (
  SELECT
    whole.operator AS operator,
    max(whole.top) AS top,
    max(whole.weight_certain) AS weight_certain,
    max(whole.undecided) AS undecided,
    max(whole.leaving) AS leaving,
    CAST(sum(CASE WHEN span.unbounded > 0 OR span.weight_hi > whole.top THEN whole.top ELSE span.weight_hi END) AS BIGINT) AS room,
    CAST(sum(CASE WHEN span.unbounded > 0 OR span.weight_hi > 0 THEN 1 ELSE 0 END) AS BIGINT) AS positive
  FROM whole
  INNER JOIN span ON span.operator = whole.operator
  GROUP BY whole.operator
),
claim AS (
  SELECT operator AS operator, vendor AS vendor, 0 AS any_vendor,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM decided
  UNION ALL
  SELECT asset.operator AS operator, deployment_vendor.vendor AS vendor, 0 AS any_vendor,
    asset.weight_lo AS weight_lo, asset.weight_hi AS weight_hi, asset.unbounded AS unbounded
  FROM asset
  INNER JOIN deployment_vendor ON deployment_vendor.deployment_id = asset.deployment_id
  WHERE asset.vendors > 1
  UNION ALL
  SELECT operator AS operator, '' AS vendor, 1 AS any_vendor,
    weight_lo AS weight_lo, weight_hi AS weight_hi, unbounded AS unbounded
  FROM asset
  WHERE vendors = 0
),
own AS (
  SELECT
    operator AS operator,
    vendor AS vendor,
    any_vendor AS any_vendor,
    CAST(sum(weight_lo) AS BIGINT) AS own_certain,
    CAST(sum(weight_hi) AS BIGINT) AS own_possible,
    CAST(sum(unbounded) AS BIGINT) AS own_unbounded
  FROM claim
  GROUP BY operator, vendor, any_vendor
),
spare AS (
  SELECT operator AS operator, own_certain AS certain, own_possible AS possible, own_unbounded AS unbounded, 0 AS for_vendor
  FROM own
  WHERE any_vendor = 1
)
SELECT
  own.operator AS operator,
  own.vendor AS vendor,
  own.any_vendor AS any_vendor,
  own.own_certain + coalesce(spare.certain, 0) AS own_certain,
  own.own_possible + coalesce(spare.possible, 0) AS own_possible,
  own.own_unbounded + coalesce(spare.unbounded, 0) AS own_unbounded,
  room.weight_certain AS weight_certain,
  room.undecided AS undecided,
  room.leaving AS leaving,
  room.positive AS positive,
  room.top AS lo_num,
  room.room AS lo_den,
  own.own_possible + coalesce(spare.possible, 0) AS hi_num,
  own.own_possible + coalesce(spare.possible, 0) + room.weight_certain - own.own_certain - coalesce(spare.certain, 0) AS hi_den
FROM own
INNER JOIN room ON room.operator = own.operator
LEFT JOIN spare ON spare.operator = own.operator AND spare.for_vendor = own.any_vendor
ORDER BY operator ASC NULLS FIRST, any_vendor ASC NULLS FIRST, vendor ASC NULLS FIRST
