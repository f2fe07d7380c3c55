-- litmus: query/1
-- title: Assets and their weight, by operator, layer and generation
-- purpose: Counts and sums with their bounds. An asset whose layer or generation is not known stands in every cell that
--   it may belong to, certain in none; one that may be out of service is certain nowhere.
-- source: docs/measures/count.md, docs/measures/sum.md
-- param: place VARCHAR = RS -- the place whose assets are counted
-- in: deployment (deployment_id VARCHAR key, place VARCHAR, operator VARCHAR, layer VARCHAR null, generation VARCHAR null, weight_lo BIGINT null, weight_hi BIGINT null, in_service BOOLEAN null)
-- in: layer_word (layer VARCHAR key)
-- in: generation_word (generation VARCHAR key)
-- out: operator VARCHAR -- who runs the service
-- out: layer VARCHAR -- the layer in which an asset stands, or may stand
-- out: generation VARCHAR -- the generation in which it stands, or may stand
-- out: assets_certain BIGINT -- assets that are in the cell for certain
-- out: assets_possible BIGINT -- assets that may be in the cell
-- out: weight_certain BIGINT -- lower end of the sum of their weights
-- out: weight_possible BIGINT -- upper end, where it has one
-- out: unbounded BIGINT -- how many of the possible assets have no upper end
-- key: operator, layer, generation
WITH alike AS (
  SELECT
    operator AS operator,
    layer AS layer,
    generation AS generation,
    in_service AS in_service,
    count(*) AS assets,
    CAST(sum(coalesce(weight_lo, 1)) AS BIGINT) AS weight_lo,
    CAST(sum(coalesce(weight_hi, 0)) AS BIGINT) AS weight_hi,
    CAST(sum(CASE WHEN weight_hi IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS unbounded
  FROM deployment
  WHERE place = $place AND (in_service OR in_service IS NULL)
  GROUP BY operator, layer, generation, in_service
),
seat AS (
  SELECT
    alike.operator AS operator,
    layer_word.layer AS layer,
    generation_word.generation AS generation,
    CASE WHEN alike.in_service IS NULL OR alike.layer IS NULL OR alike.generation IS NULL THEN 0 ELSE 1 END AS certain,
    alike.assets AS assets,
    alike.weight_lo AS weight_lo,
    alike.weight_hi AS weight_hi,
    alike.unbounded AS unbounded
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
  CAST(sum(certain * assets) AS BIGINT) AS assets_certain,
  CAST(sum(assets) AS BIGINT) AS assets_possible,
  CAST(sum(certain * weight_lo) AS BIGINT) AS weight_certain,
  CAST(sum(weight_hi) AS BIGINT) AS weight_possible,
  CAST(sum(unbounded) AS BIGINT) AS unbounded
FROM seat
GROUP BY operator, layer, generation
ORDER BY operator ASC NULLS FIRST, layer ASC NULLS FIRST, generation ASC NULLS FIRST
