-- litmus: query/1
-- title: What each vendor holds of one layer, at least and at most, by operator
-- purpose: The bounds from which the concentration (Herfindahl-Hirschman) of an operator's layer is computed. A vendor
--   holds for certain what is its own in every completion, and possibly all that may be its own; the assets of an
--   unknown vendor come as a row of their own, with an empty name, and add to everybody's possible weight.
-- source: docs/measures/hhi.md
-- param: place VARCHAR = RS -- the place whose assets are counted
-- param: layer VARCHAR = ran -- the layer
-- in: deployment (deployment_id VARCHAR key, place VARCHAR, operator VARCHAR, layer VARCHAR null, weight_lo BIGINT null, weight_hi BIGINT null, in_service BOOLEAN null)
-- in: deployment_vendor (deployment_id VARCHAR key, vendor VARCHAR key)
-- out: operator VARCHAR -- who runs the service
-- out: vendor VARCHAR -- the vendor; empty: nobody knows whose
-- out: assets_certain BIGINT -- assets that are the vendor's for certain
-- out: assets_possible BIGINT -- assets that may be the vendor's
-- out: weight_certain BIGINT -- weight that is the vendor's for certain
-- out: weight_possible BIGINT -- weight that may be the vendor's, where it has an upper end
-- out: unbounded BIGINT -- how many of the possible assets have no upper end
-- key: operator, vendor
WITH known AS (
  SELECT deployment_id AS deployment_id, count(*) AS vendors
  FROM deployment_vendor
  GROUP BY deployment_id
),
asset AS (
  SELECT
    deployment.operator AS operator,
    coalesce(deployment_vendor.vendor, '') AS vendor,
    CASE
      WHEN known.vendors = 1 AND deployment.layer IS NOT NULL AND deployment.in_service IS NOT NULL THEN 1
      ELSE 0
    END AS certain,
    coalesce(deployment.weight_lo, 1) AS weight_lo,
    coalesce(deployment.weight_hi, 0) AS weight_hi,
    CASE WHEN deployment.weight_hi IS NULL THEN 1 ELSE 0 END AS unbounded
  FROM deployment
  LEFT JOIN known ON known.deployment_id = deployment.deployment_id
  LEFT JOIN deployment_vendor ON deployment_vendor.deployment_id = deployment.deployment_id
  WHERE deployment.place = $place
    AND (deployment.layer = $layer OR deployment.layer IS NULL)
    AND (deployment.in_service OR deployment.in_service IS NULL)
)
SELECT
  operator AS operator,
  vendor AS vendor,
  CAST(sum(certain) AS BIGINT) AS assets_certain,
  count(*) AS assets_possible,
  CAST(sum(CASE WHEN certain = 1 THEN weight_lo ELSE 0 END) AS BIGINT) AS weight_certain,
  CAST(sum(weight_hi) AS BIGINT) AS weight_possible,
  CAST(sum(unbounded) AS BIGINT) AS unbounded
FROM asset
GROUP BY operator, vendor
ORDER BY operator ASC NULLS FIRST, vendor ASC NULLS FIRST
