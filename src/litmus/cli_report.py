"""The verb `report`: the report of one country, for print."""

from __future__ import annotations

from pathlib import Path

import click

from litmus.cli_common import common, fail, opened


@click.command()
@click.argument("place")
@click.argument("out", type=click.Path(path_type=Path))
@common
def report(place: str, out: Path, regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None) -> None:
    """Write the report of PLACE as a tagged PDF (PDF/UA-1): summary, every clause, the evidence wanted, numbered sources.

    The same evidence and days give the same bytes. Needs typst: pip install 'litmus-monitor[report]'.
    """
    from litmus.publish.export.files import ExportError
    from litmus.publish.model.book import open_book
    from litmus.publish.report.content import report_data
    from litmus.publish.report.pdf import pdf

    if out.suffix.lower() != ".pdf":
        fail(f"{out}: reports are written as PDF; name a file that ends in .pdf")
    session = opened(regime, dossiers, as_of, known_at)
    session.tell_faults()
    try:
        (code, *more) = session.places((place,))
        if more:
            fail(f"{place} is a group; a report is of one place: {', '.join((code, *more))}")
        made = pdf(report_data(open_book(session, session.places(())), code))
        out.write_bytes(made)
    except KeyError:
        fail(f"{place}: no clause is addressed to it; the places are {', '.join(session.places(()))}")
    except (ExportError, ValueError, OSError) as err:
        fail(str(err))
    else:
        click.echo(f"{out}  {len(made):,} bytes")
