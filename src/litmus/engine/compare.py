"""The same query, the same rows, several engines: which rows of the answer differ? None may."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litmus.engine.engines import Engine, RawRunner, Row, native, runner
from litmus.engine.query import Column, Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Key = tuple[Any, ...]

#: What nobody should write: money as floats, averaged and summed in whatever order the engine reads it. It must differ
#: from engine to engine; a comparison in which it does not could not have failed.
NAIVE = """
SELECT
  supplier_id AS supplier_id,
  avg(eur_minor / 100.0) AS mean,
  sum(CAST(eur_minor AS DOUBLE) / 100 * 0.2) AS vat,
  CAST(CAST(sum(eur_minor) AS DOUBLE) / count(*) AS BIGINT) AS rounded,
  stddev_pop(eur_minor / 100.0) AS spread
FROM contract
GROUP BY supplier_id
"""
_NAIVE_OUT = tuple(
    Column(name, kind, null=True)
    for name, kind in (("supplier_id", "VARCHAR"), ("mean", "DOUBLE"), ("vat", "DOUBLE"), ("rounded", "BIGINT"), ("spread", "DOUBLE"))
)
CONTROL = Query("naive_float", "A control that must differ", "", "", (), {}, _NAIVE_OUT, ("supplier_id",), NAIVE, "compare.py")


_EMPTY = "the invented tables give this file no row, so nothing was compared; give engine/invent.py words that it asks for"


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same: its key, and the row in each of the two (None: no such row)."""

    key: Key
    expected: Row | None
    found: Row | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query on one engine: rows in the answer, what differs (or the error), and the seconds on DuckDB and there."""

    engine: str
    query: str
    rows: int
    differences: Sequence[Difference]
    error: str = ""
    seconds: tuple[float, float] = field(default=(0.0, 0.0), compare=False)

    @property
    def same(self) -> bool:
        """Nothing differs and nothing failed."""
        return not self.differences and not self.error


def by_key(query: Query, rows: Sequence[Row]) -> dict[Key, Row]:
    """Rows by their key. Raises ValueError for rows that break the header: a key that is not unique, NULL where none may be."""
    for i, column in enumerate(query.out):
        if not column.null and any(row[i] is None for row in rows):
            msg = f"{query.path}: {column.name} is NULL in a row of the answer; write 'null' in its 'out:' line, or never let it be"
            raise ValueError(msg)
    places = [[c.name for c in query.out].index(k) for k in query.key]
    found: dict[Key, Row] = {}
    for row in rows:
        key = tuple(row[i] for i in places)
        if key in found:
            msg = f"{query.path}: two rows have the key {key}; the header's 'key:' must be unique"
            raise ValueError(msg)
        found[key] = row
    return found


def differences(query: Query, expected: Sequence[Row], found: Sequence[Row]) -> list[Difference]:
    """Rows that differ in any value, by key; and rows that only one side has."""
    left, right = by_key(query, expected), by_key(query, found)
    keys = [*left, *(k for k in right if k not in left)]
    return [Difference(k, left.get(k), right.get(k)) for k in keys if left.get(k) != right.get(k)]


def compare(
    con: "DuckDBPyConnection", queries: Sequence[Query], tables: Mapping[str, tuple[Column, ...]], engine: Engine
) -> Iterator[Outcome]:
    """Each query on DuckDB and on the engine, then the control. ``con`` holds the tables."""
    here = native(con)
    with engine.opened(con, tables) as raw:
        there = runner(engine, raw)
        for query in queries:
            start = time.perf_counter()
            expected = here(query, None)
            middle = time.perf_counter()
            try:
                found = there(query, None)
                differing, error = differences(query, expected, found), "" if expected else _EMPTY
            except Exception as err:  # noqa: BLE001  (each engine has errors of its own; each is the outcome)
                differing, error = [], f"{type(err).__name__}: {str(err).strip().splitlines()[0][:300]}"
            yield Outcome(engine.name, query.name, len(expected), differing, error, (middle - start, time.perf_counter() - middle))
        if "contract" in tables:
            yield _control(con, engine, raw)


def _control(con: "DuckDBPyConnection", engine: Engine, raw: RawRunner) -> Outcome:
    import sqlglot

    from litmus.engine.engines import rows_of

    expected = rows_of(CONTROL, con.execute(NAIVE).fetchall())
    (text,) = sqlglot.transpile(NAIVE, read="duckdb", write=engine.name)
    return Outcome(engine.name, CONTROL.name, len(expected), differences(CONTROL, expected, rows_of(CONTROL, raw(text))))
