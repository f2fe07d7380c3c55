"""Verbs of the engine: run one .sql file; list the engines and compare them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

    from litmus.engine import Query

_ENGINES = ("duckdb", "postgres", "clickhouse", "spark")
_SHOWN = 3
#: Whose errors are about the user's query or data.
_LIBRARIES = {"duckdb", "_duckdb", "sqlglot", "psycopg", "chdb", "pyspark"}


@click.command()
@click.argument("file")
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="A DuckDB file, or a folder with a Parquet file for each table.")
@click.option("--store", metavar="DIR", help="A store that `litmus add` filled; its fact tables are the data.")
@click.option("--snapshot", metavar="ID", help="The state of the store. Default: the newest.")
@click.option("--invented", type=click.IntRange(1), metavar="ROWS", help="Invented data, to try a file out: about so many rows a table.")
@click.option("--engine", type=click.Choice(_ENGINES), default="duckdb", show_default=True, help="Where to run it.")
@click.option("--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter. Repeatable.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Form of the rows.")
@click.option("--print", "dialect", metavar="DIALECT", help="Run nothing; print the text for this engine (or redshift, snowflake …).")
def run(
    file: str,
    data: Path | None,
    store: str | None,
    snapshot: str | None,
    invented: int | None,
    engine: str,
    given: tuple[str, ...],
    form: str,
    dialect: str | None,
) -> None:
    """Run one .sql file of the house dialect: FILE is a path, or the name of one that ships (`litmus engines --files`).

    The file is linted first. On DuckDB it runs on a copy of the tables that it declares, on a connection that cannot write,
    read another file or load anything.
    """
    from litmus.engine.run import found_query
    from litmus.engine.run import run as run_query

    try:
        query = found_query(file)
        values = _values(given)
        if dialect:
            _print(query, dialect, values)
            return
        with _data(query, data, store, snapshot, invented) as con:
            rows = run_query(query, con, engine, values)
    except Exception as err:
        if isinstance(err, ValueError | OSError):
            fail(str(err))
        if type(err).__module__.partition(".")[0] in _LIBRARIES:
            fail(f"{file}: {err}")
        raise
    if invented:
        click.echo("invented data: nothing here is evidence", err=True)
    _show(query, rows, form)


def _values(given: Sequence[str]) -> dict[str, Any]:
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            msg = f"--param {one}: expected NAME=VALUE"
            raise ValueError(msg)
        found[name] = value
    return found


def _print(query: Query, dialect: str, values: dict[str, Any]) -> None:
    from litmus.engine.run import refuse

    try:
        from litmus.engine.transpile import transpile
    except ImportError:
        fail("not here: pip install 'litmus-monitor[engines]'")
        return
    refuse(query)
    click.echo(transpile(query, dialect, values, pretty=True))


@contextmanager
def _data(query: Query, data: Path | None, store: str | None, snapshot: str | None, invented: int | None) -> Iterator[DuckDBPyConnection]:
    if sum(x is not None for x in (data, store, invented)) != 1:
        msg = "say where the rows are: one of --data PATH, --store DIR and --invented ROWS"
        raise ValueError(msg)
    if data is not None:
        from litmus.engine.data import opened

        with opened(data, query.tables) as con:
            yield con
        return
    if store is not None:
        from litmus.store import open_store

        con = open_store(Path(store)).snapshot(snapshot).connect()
    else:
        import duckdb

        from litmus.engine.invent import invent

        con = duckdb.connect()
        invent(con, query.tables, invented or 0)
    try:
        yield con
    finally:
        con.close()


def _show(query: Query, rows: list[tuple[Any, ...]], form: str) -> None:
    names = [c.name for c in query.out]
    if form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    elif form == "json":
        import json

        click.echo(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=1, ensure_ascii=False, default=str))
    else:
        from rich.table import Table

        from litmus.publish.terminal import console

        table = Table(title=query.title, caption=f"{len(rows):,} rows", title_justify="left", caption_justify="left")
        for column in query.out:
            table.add_column(column.name, justify="right" if column.type in {"BIGINT", "DOUBLE"} else "left", overflow="fold")
        for row in rows:
            table.add_row(*("" if v is None else f"{v:,}" if isinstance(v, int) and not isinstance(v, bool) else str(v) for v in row))
        console().print(table)


@click.command()
@click.option("--compare", "comparing", is_flag=True, help="Run every file here and on the other engines; print rows that differ.")
@click.option("--engine", "names", type=click.Choice(_ENGINES[1:]), multiple=True, help="Compare only with this engine. Repeatable.")
@click.option("--rows", type=click.IntRange(100), default=200_000, show_default=True, help="Rows of each invented table to compare on.")
@click.option("--files", "listing", is_flag=True, help="List every .sql file, what it is for, and any rule that it may break.")
def engines(comparing: bool, names: tuple[str, ...], rows: int, listing: bool) -> None:
    """Where the .sql files run: natively, on engines that are checked, and where they are only carried over.

    With --compare, exit code 1 when a row differs, or when a control that must differ does not; 3 when no engine is here.
    """
    if comparing:
        sys.exit(_compare(names, rows))
    from litmus.engine.listing import files, tiers

    for line in files() if listing else tiers():
        click.echo(line)


def _compare(names: tuple[str, ...], rows: int) -> int:
    from litmus.engine.engines import CHECKED_ENGINES
    from litmus.engine.listing import compared

    wanted = [CHECKED_ENGINES[n] for n in names or CHECKED_ENGINES]
    here = []
    for engine in wanted:
        if gone := engine.missing():
            click.echo(f"{engine.title}: {gone}")
        else:
            here.append(engine)
    if not here or (names and len(here) < len(wanted)):
        return 3
    bad = 0
    for line, fine in compared(here, rows, _SHOWN):
        click.echo(line)
        bad += not fine
    click.echo("no row differs" if not bad else f"{bad} comparisons went wrong")
    return 1 if bad else 0
