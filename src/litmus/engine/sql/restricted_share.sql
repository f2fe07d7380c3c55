-- litmus: query/1
-- title: Restricted vendors' share of one layer, by operator and generation
-- purpose: The sums behind a cap on restricted vendors. "certain" holds in every completion of the evidence, "possible"
--   in some; the share lies between lo_num / lo_den and hi_num / hi_den (0 and 1 where an end is unbounded). A blank
--   generation is spread over every generation, an unknown vendor may be restricted or not, and nothing is dropped.
--   The bounds are those of a closed list of assets: whoever cannot vouch for the list must add what it may leave out.
-- source: docs/measures/share.md; the same numbers as measures/bulk_sums.sql, with one row per possible vendor for its lists
-- param: place VARCHAR = RS -- the place whose assets are counted
-- param: layer VARCHAR = ran -- the layer
-- param: list_closed BOOLEAN = true -- true: a vendor that is not on the list is not restricted; false: it may be
-- in: deployment (deployment_id VARCHAR key, place VARCHAR, operator VARCHAR, layer VARCHAR null, generation VARCHAR null, weight_lo BIGINT null, weight_hi BIGINT null, in_service BOOLEAN null)
-- in: deployment_vendor (deployment_id VARCHAR key, vendor VARCHAR key)
-- in: restricted_vendor (vendor VARCHAR key, certain BOOLEAN)
-- in: generation_word (generation VARCHAR key)
-- out: operator VARCHAR -- who runs the service
-- out: generation VARCHAR -- the generation in which a row stands, or may stand
-- out: rows_certain BIGINT -- assets that are in the cell for certain
-- out: rows_possible BIGINT -- assets that may be in the cell
-- out: yes_certain BIGINT -- weight that is restricted for certain
-- out: yes_possible BIGINT -- weight that may be restricted, where it has an upper end
-- out: yes_unbounded BIGINT -- assets that may be restricted and whose weight has no upper end
-- out: no_certain BIGINT -- weight that is not restricted for certain
-- out: no_possible BIGINT -- weight that may be not restricted, where it has an upper end
-- out: no_unbounded BIGINT -- assets that may be not restricted and whose weight has no upper end
-- out: lo_num BIGINT -- numerator of the lower end
-- out: lo_den BIGINT -- denominator of the lower end
-- out: hi_num BIGINT -- numerator of the upper end
-- out: hi_den BIGINT -- denominator of the upper end
-- key: operator, generation
WITH touched AS (
  SELECT
    deployment_vendor.deployment_id AS deployment_id,
    max(CASE WHEN restricted_vendor.vendor IS NOT NULL OR NOT $list_closed THEN 1 ELSE 0 END) AS may_be_yes,
    max(CASE WHEN restricted_vendor.certain THEN 0 ELSE 1 END) AS may_be_no
  FROM deployment_vendor
  LEFT JOIN restricted_vendor ON restricted_vendor.vendor = deployment_vendor.vendor
  GROUP BY deployment_vendor.deployment_id
),
listed AS (
  SELECT CASE WHEN count(*) > 0 OR NOT $list_closed THEN 1 ELSE 0 END AS any_listed
  FROM restricted_vendor
),
asset AS (
  SELECT
    deployment.operator AS operator,
    deployment.generation AS generation,
    CASE WHEN deployment.layer IS NULL OR deployment.in_service IS NULL THEN 1 ELSE 0 END AS may_leave,
    coalesce(touched.may_be_yes, listed.any_listed) AS may_be_yes,
    coalesce(touched.may_be_no, 1) AS may_be_no,
    coalesce(deployment.weight_lo, 1) AS weight_lo,
    coalesce(deployment.weight_hi, 0) AS weight_hi,
    CASE WHEN deployment.weight_hi IS NULL THEN 1 ELSE 0 END AS unbounded
  FROM deployment
  CROSS JOIN listed
  LEFT JOIN touched ON touched.deployment_id = deployment.deployment_id
  WHERE deployment.place = $place
    AND (deployment.layer = $layer OR deployment.layer IS NULL)
    AND (deployment.in_service OR deployment.in_service IS NULL)
),
seat AS (
  SELECT
    asset.operator AS operator,
    generation_word.generation AS generation,
    CASE WHEN asset.may_leave = 1 OR asset.generation IS NULL THEN 1 ELSE 0 END AS may_leave,
    asset.may_be_yes AS may_be_yes,
    asset.may_be_no AS may_be_no,
    asset.weight_lo AS weight_lo,
    asset.weight_hi AS weight_hi,
    asset.unbounded AS unbounded
  FROM asset
  CROSS JOIN generation_word
  WHERE asset.generation IS NULL OR asset.generation = generation_word.generation
),
cell AS (
  SELECT
    operator AS operator,
    generation AS generation,
    CAST(sum(1 - may_leave) AS BIGINT) AS rows_certain,
    count(*) AS rows_possible,
    CAST(sum(CASE WHEN may_be_no = 0 AND may_leave = 0 THEN weight_lo ELSE 0 END) AS BIGINT) AS yes_certain,
    CAST(sum(CASE WHEN may_be_yes = 1 THEN weight_hi ELSE 0 END) AS BIGINT) AS yes_possible,
    CAST(sum(CASE WHEN may_be_yes = 1 THEN unbounded ELSE 0 END) AS BIGINT) AS yes_unbounded,
    CAST(sum(CASE WHEN may_be_yes = 0 AND may_leave = 0 THEN weight_lo ELSE 0 END) AS BIGINT) AS no_certain,
    CAST(sum(CASE WHEN may_be_no = 1 THEN weight_hi ELSE 0 END) AS BIGINT) AS no_possible,
    CAST(sum(CASE WHEN may_be_no = 1 THEN unbounded ELSE 0 END) AS BIGINT) AS no_unbounded
  FROM seat
  GROUP BY operator, generation
)
SELECT
  operator AS operator,
  generation AS generation,
  rows_certain AS rows_certain,
  rows_possible AS rows_possible,
  yes_certain AS yes_certain,
  yes_possible AS yes_possible,
  yes_unbounded AS yes_unbounded,
  no_certain AS no_certain,
  no_possible AS no_possible,
  no_unbounded AS no_unbounded,
  yes_certain AS lo_num,
  yes_certain + no_possible AS lo_den,
  yes_possible AS hi_num,
  yes_possible + no_certain AS hi_den
FROM cell
ORDER BY operator ASC NULLS FIRST, generation ASC NULLS FIRST
