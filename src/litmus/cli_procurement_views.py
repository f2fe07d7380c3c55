"""Verbs for people who look for a story in procurement records: buyers, suppliers, one process."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from litmus.procurement.views import Book, Row

_FORMATS = ("table", "csv", "json", "parquet")


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--out", metavar="FILE", help="Where the answer goes. Default: standard output."),
        click.option("--format", "form", type=click.Choice(_FORMATS), default="table", show_default=True, help="Form of the answer."),
        click.option("--scope", "decisions", metavar="CSV", help="A person's decisions on scope: process, layer, why."),
        click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table are."),
        click.option("--digital", is_flag=True, help="Only with a process that is digital infrastructure; most of these first."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_options
def buyers(files: tuple[str, ...], **told: Any) -> None:
    """Who buys: processes, how many are digital infrastructure or may be, which flags, sums by currency."""
    from litmus.procurement import views

    _list(files, views.buyers, **told)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_options
def suppliers(files: tuple[str, ...], **told: Any) -> None:
    """Who is awarded contracts: processes, digital or not, flags, sums by currency. A shared sum counts for nobody."""
    from litmus.procurement import views

    _list(files, views.suppliers, **told)


@click.command()
@click.argument("ident", metavar="OCID")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table are.")
@click.option("--scope", "decisions", metavar="CSV", help="A person's decisions on scope: process, layer, why.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def process(ident: str, files: tuple[str, ...], mapping: str | None, decisions: str | None, *, as_json: bool) -> None:
    """One process: what its records say, every flag, and every field that is missing."""
    from litmus.procurement import views

    with read_book(files, mapping, decisions) as book:
        try:
            found = views.process(book, ident)
        except views.NoProcessError as err:
            fail(str(err))
            return
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    for line in _told(found):
        click.echo(line)


@contextmanager
def read_book(files: tuple[str, ...], mapping: str | None, decisions: str | None) -> Iterator[Book]:
    """The records of some files, judged, with what was read of them said on standard error; ends the run where they cannot be read."""
    from litmus.imports.mapped import MapError
    from litmus.imports.procured import find_files, read_files
    from litmus.procurement.load import loaded
    from litmus.procurement.scope import ScopeError, read_manual
    from litmus.procurement.views import open_book

    paths = [Path(f) for f in files]
    try:
        find_files(paths)
        manual = read_manual(Path(decisions)) if decisions else None
        with loaded(read_files(paths, Path(mapping) if mapping else None)) as (con, receipt):
            click.echo(f"{receipt.records:,} records = {receipt.notices:,} rows + {receipt.held:,} faults", err=True)
            yield replace(open_book(con, known_parties(), manual), records=receipt.records, faults=receipt.held)
    except (MapError, ScopeError, OSError) as err:
        fail(str(err))


def known_parties() -> Any:
    """Names and holdings of the dossiers that ship, as of today."""
    from litmus.app import open_session
    from litmus.parties.names.listing import from_rows

    session = open_session("wb-digital", ("wb6", "eu27"), None, None)
    return from_rows(session.evidence.dossier.rows), session.parties


def _list(
    files: tuple[str, ...],
    rows_of: Callable[[Book], list[Row]],
    mapping: str | None,
    decisions: str | None,
    form: str,
    out: str | None,
    *,
    digital: bool,
) -> None:
    if form == "parquet" and not out:
        fail("Parquet is no text: name a file with --out FILE")
    with read_book(files, mapping, decisions) as book:
        rows = rows_of(book)
    if digital:
        rows = sorted((r for r in rows if r["digital"]), key=lambda r: (-r["digital"], -r["processes"], r["key"]))
    if form == "table":
        _table(rows, out)
    else:
        _write(rows, form, out)


def _write(rows: list[Row], form: str, out: str | None) -> None:
    from litmus.procurement.views import flat

    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        Path(out).write_text(text + "\n", "utf-8") if out else click.echo(text)
        return
    import csv

    plain = flat(rows)
    names = list(plain[0]) if plain else ["key"]
    if form == "csv":
        with Path(out).open("w", encoding="utf-8", newline="") if out else nullcontext(sys.stdout) as stream:
            writer = csv.DictWriter(stream, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(plain)
        return
    _parquet(plain, names, str(out))


def _parquet(rows: list[Row], names: list[str], out: str) -> None:
    import duckdb

    con = duckdb.connect()
    try:
        types = {n: "BIGINT" if any(isinstance(r[n], int) for r in rows) else "VARCHAR" for n in names}
        columns = ", ".join('"' + n + '" ' + t for n, t in types.items())
        con.execute(f"CREATE TABLE v ({columns})")
        if rows:
            marks = ", ".join("?" for _ in names)
            con.executemany(f"INSERT INTO v VALUES ({marks})", [[r[n] for n in names] for r in rows])  # noqa: S608 - our own column names
        con.table("v").write_parquet(out)
    finally:
        con.close()


def _table(rows: list[Row], out: str | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from litmus.procurement.views import money
    from litmus.publish.terminal import console

    table = Table(caption=f"{len(rows):,} rows. 'May be': the code is too general, or there is none. A flag is a question, not a charge.")
    for name in ("name", "processes", "digital", "may be", "flagged", "sums", "flags"):
        table.add_column(name, justify="right" if name in {"processes", "digital", "may be", "flagged"} else "left", overflow="fold")
    for r in rows:
        sums = "\n".join(money(v, None if c == "?" else c) for c, v in r["values"].items())
        unknown = f"\n{r['values_unknown']} of unknown sum" if r["values_unknown"] else ""
        shared = f"\n{r['values_shared']} shared" if r.get("values_shared") else ""
        parent = f"\nparent: {r['parent']}" if r.get("parent") else ""
        table.add_row(
            str(r["name"] or r["key"]) + parent, f"{r['processes']:,}", f"{r['digital']:,}", f"{r['scope_unknown']:,}", f"{r['flagged']:,}",
            (sums + unknown + shared).strip(), r["flags"],
        )  # fmt: skip
    if out:
        with Path(out).open("w", encoding="utf-8") as stream:
            Console(file=stream, width=160).print(table)
    else:
        console().print(table)


def _told(found: Row) -> Iterator[str]:
    from litmus.procurement.views import money

    yield f"{found['process']}  {found.get('title', '(no title)')}"
    yield f"  buyer      {found.get('buyer_name') or found.get('buyer') or 'not named'}"
    yield f"  procedure  {found.get('method_details') or found.get('method') or 'not stated'}"
    yield f"  estimate   {money(found.get('value'), found.get('currency'))}"
    scope = found["scope"]
    layers = f": {', '.join(scope['layers'])}" if scope["layers"] else ""
    yield f"  scope      {scope['state']}{layers} (by {scope['basis'] or 'nothing'}: {scope['because']})"
    names = [p for p in found["tables"]["part"] if p.get("of") == "award" and p.get("role") == "supplier"]
    for award in found["tables"]["award"]:
        who = ", ".join(p.get("name") or p.get("party", "?") for p in names if p.get("of_id") == award.get("award")) or "supplier not named"
        yield f"  award      {who}: {money(award.get('value'), award.get('currency'))}  [{award.get('status', 'status not stated')}]"
    for key, one in found["parents"].items():
        yield f"  parent     {key}: {one['parent'] or 'not certain'} ({one['parent_why']})"
    for notice in found["tables"]["notice"]:
        yield f"  record     {notice.get('file')}:{notice.get('line')}  {notice.get('url', '')}".rstrip()
    yield "flags"
    for state in ("flagged", "clear", "unknown", "not-applicable"):
        these = [f for f in found["flags"] if f["state"] == state]
        if state == "flagged":
            yield from (f"  {f['code']}  flagged{_lot(f)}" + (f"  value {f['value']:g}" if "value" in f else "") for f in these)
        elif state == "unknown":
            yield from (f"  {f['code']}  unknown{_lot(f)}  missing: {f.get('missing', '').replace(';', ', ')}" for f in these)
        elif these:
            yield f"  {state}: {', '.join(f['code'] + _lot(f) for f in these)}"
    if found["missing"]:
        yield "missing fields: " + ", ".join(found["missing"])


def _lot(flag: Row) -> str:
    return f" (lot {flag['lot']})" if flag.get("lot") else ""
