"""The verb `export`: the record of an edition in other people's formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from litmus.cli_common import common, fail, opened

if TYPE_CHECKING:
    from litmus.publish.export.frames import Frame
    from litmus.publish.model.book import Book

_FORMATS = ("csv", "json", "xlsx", "parquet", "datapackage", "dcat", "prov", "oscal", "ftm")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@common
@click.option("--format", "forms", type=click.Choice(_FORMATS), multiple=True, default=("csv",), show_default=True, help="Repeatable.")
@click.option("--place", "places", multiple=True, help="Only these places or groups. Default: WB6.")
@click.option("--base-url", default="", metavar="URL", help="Where the files will stand; goes into DCAT.")
def export(
    out: Path,
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    forms: tuple[str, ...],
    places: tuple[str, ...],
    base_url: str,
) -> None:
    """Write verdicts, what would settle them, facts and sources into the folder OUT. Empty means unknown, never zero.

    csv, json, xlsx, parquet; datapackage (Frictionless, with a dictionary of every column); dcat (DCAT-AP, JSON-LD); prov (W3C
    PROV-JSON); oscal (assessment results: an open verdict is an observation and a risk, never a finding); ftm
    (FollowTheMoney, as `litmus ftm` writes it).
    """
    from litmus.publish.export.files import ExportError
    from litmus.publish.export.frames import frames
    from litmus.publish.model.book import open_book

    session = opened(regime, dossiers, as_of, known_at)
    session.tell_faults()
    if out.exists() and not out.is_dir():
        fail(f"{out} is a file; name a folder")
    try:
        book = open_book(session, session.places(places), base_url)
        out.mkdir(parents=True, exist_ok=True)
        made = frames(book)
        for form in dict.fromkeys(forms):
            for path in _write(form, book, made, out):
                click.echo(f"{path}  {path.stat().st_size:,} bytes")
    except (ExportError, ValueError, OSError) as err:
        fail(str(err))


def _write(form: str, book: Book, made: tuple[Frame, ...], out: Path) -> list[Path]:
    from litmus.publish.export import files, linked

    if form == "prov":
        return linked.write("prov.json", linked.prov(book), out)
    if form == "oscal":
        return linked.write("assessment-results.json", linked.oscal(book), out)
    if form == "ftm":
        return _ftm(book, out)
    edition = book.edition
    if form == "dcat":
        return linked.write("dcat.jsonld", linked.dcat(made, edition), out)
    writers = {
        "csv": files.write_csv, "json": files.write_json, "xlsx": files.write_xlsx, "parquet": files.write_parquet,
        "datapackage": files.write_package,
    }  # fmt: skip
    return writers[form](made, edition, out)


def _ftm(book: Book, out: Path) -> list[Path]:
    from litmus.publish.ftm_lines import lines

    path = out / "litmus.ftm.jsonl"
    path.write_text("".join(line + "\n" for line in lines(book.dossier)), "utf-8")
    return [path]
