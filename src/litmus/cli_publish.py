"""Verbs that publish: a folder of pages, and the same pages live."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litmus.cli_common import FAULT, common, fail, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from litmus.publish.model.book import Book
    from litmus.publish.model.procured import Procured

_PLACES = click.option("--place", "places", multiple=True, help="Only these places or groups. Default: WB6.")
_BASE = click.option("--base-url", default="", metavar="URL", help="Where the site will stand; goes into citations and feeds.")


_RECORDS = (
    click.option("--procurement", "records", multiple=True, metavar="FILE", help="Procurement records to make pages of; repeatable."),
    click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table of --procurement are."),
    click.option("--scope", "decisions", metavar="CSV", help="A person's decisions on the scope of processes: process, layer, why."),
    click.option("--all-processes", "everything", is_flag=True, help="Pages also for processes not known to be digital."),
)


def _procurement(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_RECORDS):
        command = option(command)
    return command


def _procured(records: tuple[str, ...], mapping: str | None, decisions: str | None, *, everything: bool) -> Procured | None:
    from litmus.cli_procurement_views import read_book
    from litmus.publish.model.procured import read_procured

    if not records:
        return None
    with read_book(records, mapping, decisions) as book:
        return read_procured(book, everything=everything)


def _book(
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    places: tuple[str, ...],
    base_url: str,
    procured: Procured | None,
) -> Book:
    from litmus.publish.model.book import open_book

    session = opened(regime, dossiers, as_of, known_at)
    session.tell_faults()
    try:
        return open_book(session, session.places(places), base_url, procured)
    except ValueError as err:
        fail(str(err))
        raise AssertionError from err


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@common
@_PLACES
@_BASE
@_procurement
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only these languages beside English. Default: all that ship.")
@click.option("--freeze", "frozen", is_flag=True, help="Also keep a dated copy under OUT/at/, which later editions leave alone.")
def publish(
    out: Path,
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    places: tuple[str, ...],
    base_url: str,
    languages: tuple[str, ...],
    records: tuple[str, ...],
    mapping: str | None,
    decisions: str | None,
    frozen: bool,
    everything: bool,
) -> None:
    """Write the whole record as pages into the folder OUT: they open from a disk, without a server and without a script.

    Beside every page lie its .json and .csv; beside every verdict a card (.svg); beside every place and clause a feed (.atom).
    """
    from litmus.core.words import expected_word
    from litmus.publish.site.languages import LANGUAGES
    from litmus.publish.site.write import NotOurs, freeze
    from litmus.publish.site.write import publish as write

    odd = next((c for c in languages if c not in LANGUAGES), None)
    if odd is not None:
        fail(expected_word(odd, LANGUAGES, "language"))
    procured = _procured(records, mapping, decisions, everything=everything)
    book = _book(regime, dossiers, as_of, known_at, places, base_url, procured)

    def tell(n: int, address: str) -> None:
        if sys.stderr.isatty() and n % 20 == 0:
            sys.stderr.write(f"\r{n} {address:60.60}")

    try:
        done = write(book, out, tell, languages or tuple(LANGUAGES))
        kept = freeze(out, f"{book.edition.as_of}-{book.edition.short}") if frozen else None
    except NotOurs as err:
        fail(str(err))
        return
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    click.echo(f"{done.pages} pages, {done.files} files, {done.size / 1e6:.1f} MB in {out}; open {out / 'index.html'}")
    if kept:
        click.echo(f"frozen copy in {kept}")


@click.command()
@common
@_PLACES
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on. Only this machine can reach the default.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--base-url", default="", metavar="URL", help="Where the site stands; goes into citations and feeds.")
@_procurement
def serve(
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    places: tuple[str, ...],
    host: str,
    port: int,
    base_url: str,
    records: tuple[str, ...],
    mapping: str | None,
    decisions: str | None,
    everything: bool,
) -> None:
    """Serve the same pages live, with search, a choice of places to compare, and a JSON API. Reads only; needs `litmus[serve]`."""
    try:
        import uvicorn

        from litmus.web.app import make_app
    except ModuleNotFoundError as err:
        if (err.name or "").partition(".")[0] == "litmus":
            raise
        click.echo(f"litmus serve needs starlette and uvicorn ({err.name} is missing): pip install 'litmus-monitor[serve]'", err=True)
        sys.exit(FAULT)
    procured = _procured(records, mapping, decisions, everything=everything)
    book = _book(regime, dossiers, as_of, known_at, places, base_url, procured)
    click.echo(f"http://{host}:{port}/ (Ctrl-C ends it)")
    uvicorn.run(make_app(book, host), host=host, port=port, log_level="warning", server_header=False, access_log=False)
