"""The engines on which a query runs: what each needs, whether it is here, and how tables get in and rows come out."""

import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from litmus.engine.postgres import running_server, server_here
from litmus.engine.query import Column, Query, Value

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[Any, ...]
Tables = Mapping[str, tuple[Column, ...]]
#: Runs one query with values for its parameters and returns its rows, in the order that the file asks for.
Runner = Callable[[Query, Mapping[str, Value] | None], list[Row]]
#: Runs a text as it stands, in the engine's own dialect.
RawRunner = Callable[[str], list[Row]]


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine. ``opened(con, tables)`` copies the tables of a DuckDB connection in and yields a RawRunner."""

    name: str
    title: str
    needs: str
    missing: Callable[[], str]
    opened: Callable[["DuckDBPyConnection", Tables], Any]


def rows_of(query: Query, found: Sequence[Sequence[Any]]) -> list[Row]:
    """An engine's rows as Python values of the types that the header declares; a float is never rounded."""
    return [tuple(_value(v, c.type) for v, c in zip(row, query.out, strict=True)) for row in found]


def _value(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "DATE" and not isinstance(value, date):
        return date.fromisoformat(str(value)[:10])
    if kind == "DATE":
        return value
    made: dict[str, Callable[[Any], Any]] = {"BIGINT": int, "DOUBLE": float, "BOOLEAN": bool, "VARCHAR": str}
    found = made[kind](value)
    if kind == "BIGINT" and found != value:
        msg = f"expected a whole number, got {value!r}"
        raise ValueError(msg)
    return found


def runner(engine: Engine, run: RawRunner) -> Runner:
    """A Runner over an opened engine."""

    def one(query: Query, values: Mapping[str, Value] | None) -> list[Row]:
        from litmus.engine.transpile import transpile

        return rows_of(query, run(transpile(query, engine.name, values)))

    return one


def native(con: "DuckDBPyConnection") -> Runner:
    """DuckDB itself: the file's text as it is."""

    def one(query: Query, values: Mapping[str, Value] | None) -> list[Row]:
        return rows_of(query, con.execute(query.text, query.values(values)).fetchall())

    return one


def _absent(module: str, extra: str) -> str:
    wanted = {"sqlglot": "engines", module: extra}
    gone = [name for name in wanted if importlib.util.find_spec(name) is None]
    return "" if not gone else f"not here: pip install 'litmus-monitor[{','.join(wanted[n] for n in gone)}]'"


def _parquet(con: "DuckDBPyConnection", tables: Tables, folder: str) -> dict[str, str]:
    found = {}
    for table, columns in tables.items():
        found[table] = str(Path(folder) / f"{table}.parquet")
        names = ", ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in columns)
        con.execute(f"COPY (SELECT {names} FROM {table}) TO '{found[table]}' (FORMAT parquet)")  # noqa: S608
    return found


_CLICKHOUSE = {"BIGINT": "Int64", "VARCHAR": "String", "DATE": "Date32", "BOOLEAN": "Bool"}


@contextmanager
def _clickhouse(con: "DuckDBPyConnection", tables: Tables) -> Iterator[RawRunner]:
    from chdb.session import Session

    with TemporaryDirectory() as folder:
        session = Session()
        try:
            for table, path in _parquet(con, tables, folder).items():
                columns = ", ".join(
                    f"{c.name} Nullable({_CLICKHOUSE[c.type]})" if c.null else f"{c.name} {_CLICKHOUSE[c.type]}" for c in tables[table]
                )
                session.query(f"CREATE OR REPLACE TABLE {table} ({columns}) ENGINE = Memory")
                session.query(f"INSERT INTO {table} SELECT {', '.join(c.name for c in tables[table])} FROM file('{path}', Parquet)")  # noqa: S608

            def run(text: str) -> list[Row]:
                exact = "output_format_json_quote_64bit_integers = 0"
                text += f", {exact}" if " SETTINGS " in text else f" SETTINGS {exact}"
                # One row a line; a text's own line breaks are escaped, other line separators are not.
                lines = str(session.query(text, "JSONCompactEachRow")).split("\n")
                return [tuple(json.loads(line)) for line in lines if line]

            yield run
        finally:
            session.close()


@contextmanager
def _postgres(con: "DuckDBPyConnection", tables: Tables) -> Iterator[RawRunner]:
    import psycopg

    types = {"BIGINT": "BIGINT", "VARCHAR": "TEXT", "DATE": "DATE", "BOOLEAN": "BOOLEAN"}
    with running_server() as dsn, psycopg.connect(dsn, autocommit=True) as server:
        # Without statistics on a query's own steps the planner may choose to compare every row with every row.
        server.execute("SET enable_nestloop = off; SET jit = off; SET work_mem = '256MB'")
        for table, columns in tables.items():
            names = [c.name for c in columns]
            wanted = ", ".join(f'"{c.name}" {types[c.type]}' for c in columns)
            server.execute(f'CREATE TEMPORARY TABLE "{table}" ({wanted})'.encode())
            rows = con.execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608
            with server.cursor().copy(f'COPY "{table}" FROM STDIN'.encode()) as copy:
                while batch := rows.fetchmany(50_000):
                    for row in batch:
                        copy.write_row(row)
            server.execute(f'ANALYZE "{table}"'.encode())

        def run(text: str) -> list[Row]:
            return [tuple(row) for row in server.execute(text.encode()).fetchall()]

        yield run


_SPARK = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.ansi.enabled": "true",
}


@contextmanager
def _spark(con: "DuckDBPyConnection", tables: Tables) -> Iterator[RawRunner]:
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with TemporaryDirectory() as folder:
        builder = SparkSession.builder.master("local[2]").appName("litmus")
        for name, value in {**_SPARK, "spark.sql.warehouse.dir": folder}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            for table, path in _parquet(con, tables, folder).items():
                session.read.parquet(path).createOrReplaceTempView(table)

            def run(text: str) -> list[Row]:
                return [tuple(row) for row in session.sql(text).collect()]

            yield run
        finally:
            session.stop()


def _postgres_missing() -> str:
    return _absent("psycopg", "postgres") or server_here()


def _spark_missing() -> str:
    gone = _absent("pyspark", "spark")
    return gone or ("" if shutil.which("java") or os.environ.get("JAVA_HOME") else "not here: install Java 17")


CHECKED_ENGINES = {
    engine.name: engine
    for engine in (
        Engine("postgres", "PostgreSQL", "postgres", _postgres_missing, _postgres),
        Engine("clickhouse", "ClickHouse (chdb)", "clickhouse", lambda: _absent("chdb", "clickhouse"), _clickhouse),
        Engine("spark", "Spark", "spark", _spark_missing, _spark),
    )
}
