"""The verb that looks for red flags in procurement records."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from litmus.cli_common import FAULT, fail


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--profile", type=click.Choice(["cardinal"]), help="cardinal: its eleven indicators, its settings and its form of output.")
@click.option("--settings", metavar="JSON", help="JSON: with the profile Cardinal's settings, else parameters by flag. Default: all flags.")
@click.option("--out", metavar="JSON", help="Where the answer goes. Default: standard output.")
@click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table are.")
@click.option("--parents", is_flag=True, help="Look the suppliers' ultimate parents up in the evidence that ships (L07).")
@click.option("--threads", type=click.IntRange(0), default=0, show_default=True, help="Threads; 0: one for each core.")
@click.option("--fresh", is_flag=True, help="Read the files anew instead of using what was kept of the last reading.")
def flags(
    files: tuple[str, ...],
    profile: str | None,
    settings: str | None,
    out: str | None,
    mapping: str | None,
    threads: int,
    *,
    parents: bool,
    fresh: bool,
) -> None:
    """Red flags in procurement records: OCDS (JSON, JSON lines, .gz), eForms (XML), Kosovo registers, tables with a map.

    Without a profile each process gets, for each flag, a value, "not applicable", or "unknown" with the fields that are missing.
    What could not be read is counted on standard error; exit code 3 when records were left out.
    """
    from litmus.imports.mapped import MapError
    from litmus.procurement.answer import cardinal_answer, native_answer
    from litmus.procurement.cardinal import SettingsFault

    paths = [Path(f) for f in files]
    chosen = Path(settings) if settings else None
    try:
        if profile == "cardinal":
            answer = cardinal_answer(paths, chosen, threads=threads, fresh=fresh)
        else:
            known = _known() if parents else None
            answer = native_answer(paths, chosen, Path(mapping) if mapping else None, threads=threads, known=known)
    except (SettingsFault, MapError, OSError) as err:
        fail(str(err))
        return
    if out:
        Path(out).write_bytes(answer.text)
    else:
        sys.stdout.buffer.write(answer.text)
    for line in answer.said:
        click.echo(line, err=True)
    sys.exit(FAULT if answer.held else 0)


def _known() -> Any:
    from litmus.cli_procurement_views import known_parties

    return known_parties()
