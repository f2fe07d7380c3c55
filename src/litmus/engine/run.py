"""One query on one engine, over data of the user's: linted first, and locked in on DuckDB."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from litmus.engine.data import check, locked, split_lists
from litmus.engine.engines import CHECKED_ENGINES, Row, native, runner
from litmus.engine.query import Query, Value, bundled, load

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class RefusedError(ValueError):
    """A query that is not run; the message has a line for each reason."""


def found_query(name: str) -> Query:
    """A query file by its path, or one that ships by its name. Raises ValueError, OSError."""
    if name.endswith(".sql") or Path(name).is_file():
        return load(name)
    known = {q.name: q for q in bundled()}
    if name not in known:
        from litmus.core.words import nearest

        near = nearest(name, known)
        msg = f"no file and no query {name!r}; " + (f"did you mean {near!r}?" if near else f"those that ship: {', '.join(known)}")
        raise ValueError(msg)
    return known[name]


def refuse(query: Query) -> None:
    """Raise RefusedError for a query that breaks the dialect, or without SQLGlot for anything but one SELECT."""
    if find_spec("sqlglot") is not None:
        from litmus.engine.dialect import lint

        if found := lint(query):
            raise RefusedError("\n".join(map(str, found)))
        return
    import duckdb

    try:
        statements = duckdb.extract_statements(query.text)
    except duckdb.Error as err:
        msg = f"{query.path}: {err}"
        raise RefusedError(msg) from err
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        msg = f"{query.path}: is not one SELECT; keep one SELECT in a file"
        raise RefusedError(msg)


def run(query: Query, con: "DuckDBPyConnection", engine: str, values: Mapping[str, str | Value]) -> list[Row]:
    """The rows of a query over the tables of a connection.

    Raises RefusedError, DataError, ValueError for an engine that is not here or a parameter that cannot be read, and the
    engine's own errors.
    """
    refuse(query)
    known = query.values(values)
    if engine != "duckdb" and (gone := CHECKED_ENGINES[engine].missing()):
        msg = f"{CHECKED_ENGINES[engine].title}: {gone}"
        raise ValueError(msg)
    split_lists(con, query.tables)
    if engine == "duckdb":
        with locked(con, query.tables) as safe:
            return native(safe)(query, known)
    for table, columns in query.tables.items():
        check(con, table, columns)
    with CHECKED_ENGINES[engine].opened(con, query.tables) as raw:
        return runner(CHECKED_ENGINES[engine], raw)(query, known)
