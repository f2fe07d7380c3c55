"""One clause over 1,000,000 deployment rows, against SQL written by hand for that one clause.

Both compute the same integer numerators and denominators, cell by cell; the benchmark stops when they differ. The bulk
path is timed whole: compiling the clause, the check for rows that cannot be read, the query, the verdict. The SQL by
hand is timed from its text to its rows, without a verdict.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import duckdb

from litmus.clauses.clause import Basis, Clause, Moment
from litmus.core.interval import Interval
from litmus.facts.evidence import Policy
from litmus.measures.assess import Assessment
from litmus.measures.bulk import Listing, assess_relation
from litmus.measures.problem import Target
from litmus.measures.spec import Condition, Measure

ROWS = 1_000_000
LIST = "c-2023-4049"
RESTRICTED = ("huawei", "zte", "vendor-7")

GENERATE = """
CREATE TABLE deployments AS
SELECT
  'operator-' || (a % 40) AS operator,
  CASE WHEN b % 50 = 0 THEN NULL ELSE ['core', 'ran', 'ran', 'ran', 'transport', 'transport'][1 + b % 6] END AS layer,
  CASE WHEN c % 30 = 0 THEN NULL ELSE ['2g', '4g', '4g', '5g', '5g'][1 + c % 5] END AS generation,
  CASE
    WHEN d % 12 = 0 THEN NULL
    WHEN d % 12 = 1 THEN list_distinct([names[1 + d % 25], names[1 + c % 25]])
    ELSE [names[1 + d % 25]]
  END AS vendor,
  1 + a % 400 AS weight_lo,
  CASE WHEN b % 20 = 0 THEN NULL WHEN b % 20 < 5 THEN 1 + a % 400 + c % 9 ELSE 1 + a % 400 END AS weight_hi,
  CASE WHEN e % 17 = 0 THEN NULL ELSE e % 17 > 2 END AS in_service,
  CASE WHEN e % 40 = 0 THEN 'BA' ELSE 'RS' END AS place
FROM (
  SELECT
    CAST(hash(i) % 1000003 AS BIGINT) AS a, CAST(hash(i + 10000019) % 1000033 AS BIGINT) AS b,
    CAST(hash(3 * i + 1) % 999983 AS BIGINT) AS c, CAST(hash(5 * i + 2) % 999979 AS BIGINT) AS d,
    CAST(hash(7 * i + 3) % 999961 AS BIGINT) AS e,
    ['huawei', 'zte', 'ericsson', 'nokia', 'samsung'] || [('vendor-' || n) FOR n IN range(20)] AS names
  FROM range(?) AS rows (i)
)
"""

SHARE_BY_HAND = """
WITH ran AS (
  SELECT
    operator, generation, weight_lo AS lo, coalesce(weight_hi, 0) AS hi, weight_hi IS NULL AS open_end,
    layer IS NULL OR in_service IS NULL OR generation IS NULL AS may_leave,
    coalesce(len(vendor), 0) = 0 AS blank,
    list_contains(vendor, 'huawei') OR list_contains(vendor, 'zte') OR list_contains(vendor, 'vendor-7') AS touched,
    vendor
  FROM deployments
  WHERE place = 'RS' AND (layer = 'ran' OR layer IS NULL) AND (in_service OR in_service IS NULL)
),
told AS (
  SELECT
    operator,
    unnest(CASE WHEN generation IS NULL THEN ['2g', '3g', '4g', '5g', '6g'] ELSE [generation] END) AS generation,
    lo, hi, open_end, may_leave, blank OR touched AS yes,
    blank OR NOT touched OR CASE WHEN touched THEN NOT list_has_all(['huawei', 'zte', 'vendor-7'], vendor) END AS no
  FROM ran
),
ends AS (
  SELECT
    operator, generation,
    sum(CASE WHEN yes AND NOT no AND NOT may_leave THEN lo ELSE 0 END) AS yes_certain,
    sum(CASE WHEN yes THEN hi ELSE 0 END) AS yes_possible,
    sum(CASE WHEN no AND NOT yes AND NOT may_leave THEN lo ELSE 0 END) AS no_certain,
    sum(CASE WHEN no THEN hi ELSE 0 END) AS no_possible,
    bool_or(yes AND open_end) AS yes_open, bool_or(no AND open_end) AS no_open
  FROM told
  GROUP BY operator, generation
)
SELECT
  operator, generation, yes_certain AS lo_num, yes_certain + no_possible AS lo_den,
  yes_possible AS hi_num, yes_possible + no_certain AS hi_den, no_open, yes_open
FROM ends
ORDER BY operator, generation
"""

MAX_SHARE_BY_HAND = """
WITH ran AS (
  SELECT
    operator, vendor, weight_lo AS lo, coalesce(weight_hi, 0) AS hi, weight_hi IS NULL AS open_end,
    layer IS NULL OR in_service IS NULL AS may_leave, coalesce(len(vendor), 0) = 0 AS blank
  FROM deployments
  WHERE place = 'RS' AND (layer = 'ran' OR layer IS NULL) AND (in_service OR in_service IS NULL)
),
stay AS (
  SELECT operator, vendor, blank, CASE WHEN may_leave THEN 0 ELSE lo END AS lo, hi, open_end FROM ran
),
sure AS (
  SELECT operator, vendor[1] AS vendor, sum(lo) AS lo, sum(hi) AS hi, bool_or(open_end) AS open_end
  FROM stay WHERE len(vendor) = 1 GROUP BY operator, vendor[1]
),
unsure AS (SELECT operator, vendor, blank, lo, hi, open_end FROM stay WHERE blank OR len(vendor) > 1),
span AS (
  SELECT operator, lo, hi, open_end FROM sure UNION ALL SELECT operator, lo, hi, open_end FROM unsure
),
top AS (SELECT operator, max(lo) AS top, sum(lo) AS certain FROM span GROUP BY operator),
low AS (
  SELECT operator, max(top) AS lo_num, max(certain) AS certain,
    sum(CASE WHEN open_end THEN top ELSE least(hi, top) END) AS lo_den
  FROM span JOIN top USING (operator) GROUP BY operator
),
own AS (
  SELECT operator, vendor, sum(lo) AS lo, sum(hi) AS hi, bool_or(open_end) AS open_end FROM (
    SELECT operator, vendor, lo, hi, open_end FROM sure
    UNION ALL SELECT operator, unnest(vendor) AS vendor, lo, hi, open_end FROM unsure WHERE NOT blank
  ) GROUP BY operator, vendor
),
spare AS (
  SELECT operator, sum(lo) AS lo, sum(hi) AS hi, bool_or(open_end) AS open_end FROM unsure WHERE blank GROUP BY operator
)
SELECT
  operator, own.vendor AS vendor, lo_num, lo_den, own.hi + coalesce(spare.hi, 0) AS hi_num,
  own.hi + coalesce(spare.hi, 0) + certain - own.lo - coalesce(spare.lo, 0) AS hi_den,
  own.open_end OR coalesce(spare.open_end, FALSE) AS open_end
FROM low JOIN own USING (operator) LEFT JOIN spare USING (operator)
ORDER BY operator, vendor
"""


def table(rows: int = ROWS) -> duckdb.DuckDBPyConnection:
    """A database with the generated rows, on two threads."""
    con = duckdb.connect(config={"threads": 2})
    con.execute(GENERATE, [rows])
    return con


def clause(kind: str) -> Clause:
    """The restricted share of each operator's radio network by generation, or the greatest vendor's share of it."""
    where = (Condition("layer", "in", ("ran",)), Condition("in_service", "in", ("true",)))
    if kind == "share":
        count = (Condition("vendor.restricted_by", "restricted_by", (LIST,)),)
        measure = Measure("share", "deployment", where, count, by=("operator", "generation"), weight="sites")
    else:
        measure = Measure("max-share", "deployment", where, of="vendor", by=("operator",), weight="sites")
    basis = (Basis("a benchmark", "proposal"),)
    target = Target("at_most", Fraction(35, 100))
    return Clause(
        id=kind, version=1, status="model", title=kind, basis=basis, norm="achieve", measure=measure, target=target,
        empty=True, policy=Policy(), digest="", file="", deadline=Moment(1),
    )  # fmt: skip


def bulk(con: duckdb.DuckDBPyConnection, kind: str) -> Assessment:
    """The clause by the bulk path."""
    lists = {LIST: Listing(frozenset(RESTRICTED), closed=True)}
    return assess_relation(clause(kind), con, "deployments", "RS", lists=lists, tails=())


def by_hand(con: duckdb.DuckDBPyConnection, kind: str) -> list[tuple[Any, ...]]:
    """The same bounds by the query written for this clause alone."""
    return con.execute(SHARE_BY_HAND if kind == "share" else MAX_SHARE_BY_HAND).fetchall()


def intervals_by_hand(rows: list[tuple[Any, ...]], kind: str) -> dict[tuple[str, ...], Interval]:
    """What the hand-written query's rows say, as intervals of the cells."""
    found: dict[tuple[str, ...], Interval] = {}
    if kind == "share":
        for operator, generation, lo_num, lo_den, hi_num, hi_den, no_open, yes_open in rows:
            lo = Fraction(0) if no_open else Fraction(lo_num, lo_den)
            found["RS", operator, generation] = Interval(lo, 1 if yes_open else Fraction(hi_num, hi_den))
        return found
    for operator, _, lo_num, lo_den, hi_num, hi_den, open_end in rows:
        here = Interval(Fraction(lo_num, lo_den), 1 if open_end else Fraction(hi_num, hi_den))
        before = found.get(("RS", operator))
        found["RS", operator] = Interval(here.lo, max(here.hi, before.hi) if before else here.hi)
    return found
