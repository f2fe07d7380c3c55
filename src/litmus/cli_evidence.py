"""The verb that turns procurement records into rows that clauses judge."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from litmus.cli_common import FAULT, fail


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.argument("out", metavar="OUT")
@click.option("--source", metavar="ID", required=True, help="Short permanent name of the source, such as ppc-register-2025.")
@click.option("--publisher", metavar="TEXT", required=True, help="Who published the records.")
@click.option("--address", metavar="URL", required=True, help="Where they were published.")
@click.option("--kind", metavar="WORD", default="official", show_default=True, help="Kind of source: official, regulator, mirror …")
@click.option("--grade", metavar="GRADE", required=True, help="Your grade of source and information, such as A2 (docs/facts.md).")
@click.option("--place", metavar="CODE", default="", help="Place of records that name no country known here.")
@click.option("--known-from", metavar="DATE", default="", help="Day of publication of records that do not print one.")
@click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table are.")
@click.option("--scope", "decisions", metavar="CSV", help="A person's decisions on scope: process, layer, why.")
def evidence(
    files: tuple[str, ...],
    out: str,
    source: str,
    publisher: str,
    address: str,
    kind: str,
    grade: str,
    place: str,
    known_from: str,
    mapping: str | None,
    decisions: str | None,
) -> None:
    """Draw calls, lots and awards from procurement records into the folder OUT, as evidence that clauses judge.

    Give OUT to any judging verb: `litmus why single-bid-lots XK --dossier wb6 --dossier OUT`. Each row names the file and the line
    that says so. A scope that nothing tells stays blank, and blank stays open.
    """
    from litmus.cli_procurement_views import read_book
    from litmus.core.words import expected_word, word_list
    from litmus.facts.dossier import locate, read_dossier
    from litmus.procurement.evidence import Told, draw, write

    if len(grade) != 2 or grade[0] not in word_list("reliability") or grade[1] not in word_list("credibility"):
        fail(f"--grade: expected a letter A to F and a digit 1 to 6, such as A2, found {grade!r}")
    if kind not in word_list("source_kind"):
        fail("--kind: " + expected_word(kind, word_list("source_kind"), "kind of source"))
    about = {"id": source, "title": "", "publisher": publisher, "address": address, "kind": kind}
    with read_book(files, mapping, decisions) as book:
        drawn = draw(book.con, book.scope, Told(about, grade, place, known_from), book.parents)
    try:
        written = list(write(drawn, Path(out)))
    except OSError as err:
        fail(f"{out}: cannot be written: {err}")
        return
    for path in written:
        click.echo(f"{path}: {len(drawn.rows[path.name.partition('.')[0]]):,} rows")
    for why, n in drawn.left_out.most_common():
        click.echo(f"{n:,} processes left out: {why}", err=True)
    faults = read_dossier([locate("wb6"), locate("eu27"), Path(out)]).faults  # suppliers may be parties of these
    for found in faults[:20]:
        click.echo(str(found), err=True)
    sys.exit(FAULT if faults or drawn.left_out else 0)
