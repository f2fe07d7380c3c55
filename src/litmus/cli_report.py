"""The verb `report`: the report of one place, as PDF, DOCX or HTML."""

from __future__ import annotations

from pathlib import Path

import click

from litmus.cli_common import common, fail, opened

ENDINGS = ("pdf", "docx", "html")


def _endings(out: Path | None, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of file to write: those named by a flag, else the one that the file's ending tells, else PDF."""
    if out is None:
        return asked or ("pdf",)
    told = out.suffix.lower().removeprefix(".")
    if told not in ENDINGS:
        fail(f"{out}: name a file that ends in .pdf, .docx or .html")
    if asked not in {(), (told,)}:
        fail(f"{out} ends in .{told}, but {', '.join(f'--{a}' for a in asked)} was asked for; leave out the flag, or -o")
    return (told,)


@click.command()
@click.argument("place")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="The file to write; its ending picks pdf, docx or html.")
@click.option("--pdf", "asked", flag_value="pdf", multiple=True, help="Write PLACE-DAY.pdf here. The default. Needs the extra `report`.")
@click.option("--docx", "asked", flag_value="docx", multiple=True, help="Write PLACE-DAY.docx here. Needs the extra `docx`.")
@click.option("--html", "asked", flag_value="html", multiple=True, help="Write PLACE-DAY.html here. Needs nothing more.")
@common
def report(
    place: str, out: Path | None, asked: tuple[str, ...], regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None
) -> None:
    """Write the report of PLACE: summary, every clause, the evidence wanted, numbered sources.

    As a tagged PDF (PDF/UA-1), as DOCX to edit, or as one HTML file without a script. All three say the same; the same evidence and days
    give the same bytes.
    """
    from litmus.publish.export.files import ExportError
    from litmus.publish.model.book import open_book
    from litmus.publish.report.content import report_data
    from litmus.publish.report.kinds import made

    endings = _endings(out, tuple(e for e in ENDINGS if e in asked))
    session = opened(regime, dossiers, as_of, known_at)
    session.tell_faults()
    try:
        (code, *more) = session.places((place,))
        if more:
            fail(f"{place} is a group; a report is of one place: {', '.join((code, *more))}")
        data = report_data(open_book(session, session.places(())), code)
        for ending in endings:
            path = out or Path(f"{code}-{data['about']['as_of']}.{ending}")
            found = made(data, ending)
            path.write_bytes(found)
            click.echo(f"{path}  {len(found):,} bytes")
    except KeyError:
        fail(f"{place}: no clause is addressed to it; the places are {', '.join(session.places(()))}")
    except (ExportError, ValueError, OSError) as err:
        fail(str(err))
