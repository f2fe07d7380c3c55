"""The tables that a query reads: from a DuckDB file, a folder of Parquet files or a connection, checked and locked away.

A query of unknown origin never meets the user's machine: the tables that it declares are copied to a DuckDB file of their
own, and it runs there on a connection that cannot write, read any other file, load an extension or change a setting.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from litmus.engine.query import Column

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Tables = Mapping[str, tuple[Column, ...]]

_FITS = {
    "BIGINT": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    "VARCHAR": ("VARCHAR", "ENUM"),
    "DATE": ("DATE",),
    "BOOLEAN": ("BOOLEAN",),
}
_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}


class DataError(ValueError):
    """Data that is not what the query's header declares; the message names the table, the column and the fix."""


@contextmanager
def opened(path: Path, tables: Tables) -> Iterator["DuckDBPyConnection"]:
    """A connection with the tables of a DuckDB file, or of a folder with NAME.parquet or NAME/*.parquet for each.

    Raises DataError when there is neither.
    """
    if path.is_dir():
        con = duckdb.connect()
        try:
            for table in tables:
                files = [path / f"{table}.parquet"] if (path / f"{table}.parquet").is_file() else sorted((path / table).glob("*.parquet"))
                if not files:
                    msg = f"{path}: no {table}.parquet and no folder {table} with Parquet files; the query reads the table {table}"
                    raise DataError(msg)
                names = ", ".join(_text(str(f)) for f in files)
                con.execute(f"CREATE VIEW {quoted(table)} AS SELECT * FROM read_parquet([{names}], union_by_name = true)")  # noqa: S608
            yield con
        finally:
            con.close()
        return
    con = duckdb.connect()
    try:
        try:
            con.execute(f"ATTACH {_text(str(path))} AS litmus_given (READ_ONLY)")
        except duckdb.Error as err:
            msg = f"{path}: neither a DuckDB file that can be read nor a folder with Parquet files ({str(err).splitlines()[0]})"
            raise DataError(msg) from err
        con.execute("USE litmus_given")
        yield con
    finally:
        con.close()


@contextmanager
def locked(con: "DuckDBPyConnection", tables: Tables) -> Iterator["DuckDBPyConnection"]:
    """The declared columns, copied to a file that is opened for reading alone, with no way out of it.

    Raises DataError where the data are not what the header declares: a missing table or column, another type, NULL where
    none may be, a key that is not unique.
    """
    for table, columns in tables.items():
        check(con, table, columns)
    with TemporaryDirectory(prefix="litmus-run-") as folder:
        file = Path(folder) / "data.duckdb"
        duckdb.connect(str(file)).close()
        con.execute(f"ATTACH {_text(str(file))} AS litmus_locked")
        try:
            for table, columns in tables.items():
                chosen = ", ".join(f"CAST({quoted(c.name)} AS {c.type}) AS {quoted(c.name)}" for c in columns)
                con.execute(f"CREATE TABLE litmus_locked.main.{quoted(table)} AS SELECT {chosen} FROM {quoted(table)}")  # noqa: S608
        finally:
            con.execute("DETACH litmus_locked")
        safe = duckdb.connect(str(file), read_only=True, config=_LOCKED)
        try:
            yield safe
        finally:
            safe.close()


def split_lists(con: "DuckDBPyConnection", tables: Tables) -> None:
    """Make ``TABLE_COLUMN (id, COLUMN)`` of a list column, one row a member, where a query reads a table of that name.

    Engines disagree about lists, so the dialect has none; the fact tables of a store have a few.
    """
    lists = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type LIKE '%[]' AND NOT internal ORDER BY ALL"
    ).fetchall()  # fmt: skip
    known = {row[0] for row in con.execute("SELECT table_name FROM duckdb_columns() WHERE NOT internal").fetchall()}
    for table, column in lists:
        name = f"{table}_{column}"
        if name in tables and name not in known:
            chosen = f"SELECT DISTINCT id, unnest({quoted(column)}) AS {quoted(column)} FROM {quoted(table)}"  # noqa: S608
            con.execute(f"CREATE TEMPORARY VIEW {quoted(name)} AS {chosen}")


def check(con: "DuckDBPyConnection", table: str, columns: tuple[Column, ...]) -> None:
    """Raise DataError when a table is not as declared."""
    try:
        found = {row[0]: str(row[1]) for row in con.execute(f"DESCRIBE {quoted(table)}").fetchall()}
    except duckdb.Error as err:
        msg = f"no table {table}, which the query reads ({str(err).splitlines()[0]})"
        raise DataError(msg) from err
    for column in columns:
        if column.name not in found:
            msg = f"{table} has no column {column.name}, which the query reads; it has {', '.join(found)}"
            raise DataError(msg)
        if found[column.name].partition("(")[0] not in _FITS[column.type]:
            msg = f"{table}.{column.name} is {found[column.name]}, and the query's header says {column.type}; import it as {column.type}"
            raise DataError(msg)
    blank = [c.name for c in columns if not c.null]
    tests = ", ".join(["count(*)", *(f"count(*) - count({quoted(c)})" for c in blank)])
    ((_, *counts),) = con.execute(f"SELECT {tests} FROM {quoted(table)}").fetchall()  # noqa: S608
    for name, count in zip(blank, counts, strict=True):
        if count:
            msg = f"{table}.{name} is NULL in {count} rows, and the query's header says never; fill it, or write 'null' in the header"
            raise DataError(msg)
    keys = ", ".join(quoted(c.name) for c in columns if c.key)
    if keys:
        twice = con.execute(f"SELECT {keys} FROM {quoted(table)} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1").fetchall()  # noqa: S608
        if twice:
            msg = f"{table} has more than one row for {keys} = {twice[0]}, and the query's header says that it is the key"
            raise DataError(msg)


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
