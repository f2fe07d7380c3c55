"""The hash of a stored row from its cells, under the schema with which it was read."""

from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litmus.core.dates import Days
from litmus.facts.identity import row_bytes
from litmus.store.schemas import quoted_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FETCH = 10_000
_TOLD = 3


def wrong_rows(con: "DuckDBPyConnection", path: Path, table: str, schema: dict[str, Any]) -> Iterator[str]:
    """Rows of a segment whose cells do not have the hash that stands beside them; at most three are told."""
    columns: dict[str, str] = {name: told["type"] for name, told in schema["tables"][table].items()}
    chosen = ["file", "line", "row_hash"]
    for name, kind in columns.items():
        if kind == "day":
            chosen += [f"date_diff('day', DATE '0001-01-01', {quoted_name(f'{name}_{end}')}) + 1" for end in ("lo", "hi")]
        else:
            chosen.append(quoted_name(name))
    found = con.execute(f"SELECT {', '.join(chosen)} FROM read_parquet(?)", [str(path)])
    told = 0
    while chunk := found.fetchmany(_FETCH):
        for file, line, known, *cells in chunk:
            if sha256(row_bytes(table, _values(columns, cells, schema["ladders"]))).digest() != known:
                told += 1
                if told <= _TOLD:
                    yield f"the row of {file}:{line} does not have the hash that stands beside it"
    if told > _TOLD:
        yield f"{told - _TOLD} more rows do not have their hash"


def _values(columns: dict[str, str], cells: list[Any], ladders: dict[str, list[str]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    cell = iter(cells)
    for name, kind in columns.items():
        value = next(cell)
        if kind == "day":
            last = next(cell)
            value = None if value is None else Days(value, last)
        elif value is not None and kind == "number":
            value = Fraction(value)
        elif value is not None and kind.startswith("ladder:"):
            value = ladders[kind.removeprefix("ladder:")].index(value)
        values[name] = value
    return values
