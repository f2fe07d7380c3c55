-- litmus: query/1
-- title: Assets of restricted vendors, by operator, layer and generation
-- purpose: Certain and possible yes and no, as counts of assets that may be in service. An asset whose layer or
--   generation is not known stands in every cell that it may belong to, certain in none; one of an unknown vendor may
--   be a yes and may be a no. The ratio lies between yes_certain / (yes_certain + no_possible) and
--   yes_possible / (yes_possible + no_certain), for a closed list of assets.
-- source: docs/measures/ratio.md
-- param: place VARCHAR = RS -- the place whose assets are counted
-- param: list_closed BOOLEAN = true -- true: a vendor that is not on the list is not restricted; false: it may be
-- in: deployment (deployment_id VARCHAR key, place VARCHAR, operator VARCHAR, layer VARCHAR null, generation VARCHAR null, in_service BOOLEAN null)
-- in: deployment_vendor (deployment_id VARCHAR key, vendor VARCHAR key)
-- in: restricted_vendor (vendor VARCHAR key, certain BOOLEAN)
-- in: layer_word (layer VARCHAR key)
-- in: generation_word (generation VARCHAR key)
-- out: operator VARCHAR -- who runs the service
-- out: layer VARCHAR -- the layer in which an asset stands, or may stand
-- out: generation VARCHAR -- the generation in which it stands, or may stand
-- out: yes_certain BIGINT -- assets that are restricted and in the cell for certain
-- out: yes_possible BIGINT -- assets that may be restricted
-- out: no_certain BIGINT -- assets that are not restricted and in the cell for certain
-- out: no_possible BIGINT -- assets that may be not restricted
-- key: operator, layer, generation
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
alike AS (
  SELECT
    deployment.operator AS operator,
    deployment.layer AS layer,
    deployment.generation AS generation,
    coalesce(touched.may_be_yes, listed.any_listed) AS may_be_yes,
    coalesce(touched.may_be_no, 1) AS may_be_no,
    CASE WHEN deployment.in_service IS NULL THEN 1 ELSE 0 END AS may_leave,
    count(*) AS assets
  FROM deployment
  CROSS JOIN listed
  LEFT JOIN touched ON touched.deployment_id = deployment.deployment_id
  WHERE deployment.place = $place AND (deployment.in_service OR deployment.in_service IS NULL)
  GROUP BY
    deployment.operator,
    deployment.layer,
    deployment.generation,
    coalesce(touched.may_be_yes, listed.any_listed),
    coalesce(touched.may_be_no, 1),
    CASE WHEN deployment.in_service IS NULL THEN 1 ELSE 0 END
),
seat AS (
  SELECT
    alike.operator AS operator,
    layer_word.layer AS layer,
    generation_word.generation AS generation,
    CASE WHEN alike.may_leave = 1 OR alike.layer IS NULL OR alike.generation IS NULL THEN 1 ELSE 0 END AS may_leave,
    alike.may_be_yes AS may_be_yes,
    alike.may_be_no AS may_be_no,
    alike.assets AS assets
  FROM alike
  CROSS JOIN layer_word
  CROSS JOIN generation_word
  WHERE (alike.layer IS NULL OR alike.layer = layer_word.layer)
    AND (alike.generation IS NULL OR alike.generation = generation_word.generation)
)
SELECT
  operator AS operator,
  layer AS layer,
  generation AS generation,
  CAST(sum(CASE WHEN may_be_no = 0 AND may_leave = 0 THEN assets ELSE 0 END) AS BIGINT) AS yes_certain,
  CAST(sum(CASE WHEN may_be_yes = 1 THEN assets ELSE 0 END) AS BIGINT) AS yes_possible,
  CAST(sum(CASE WHEN may_be_yes = 0 AND may_leave = 0 THEN assets ELSE 0 END) AS BIGINT) AS no_certain,
  CAST(sum(CASE WHEN may_be_no = 1 THEN assets ELSE 0 END) AS BIGINT) AS no_possible
FROM seat
GROUP BY operator, layer, generation
ORDER BY operator ASC NULLS FIRST, layer ASC NULLS FIRST, generation ASC NULLS FIRST
