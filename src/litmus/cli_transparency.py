"""The verb that asks what procurement records publish of what they have to."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from litmus.cli_common import FAULT, fail


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--place", metavar="CODE", help="Place whose terms hold, such as XK. Default: those of the European Union's directives.")
@click.option("--profile", metavar="NAME", help="Terms by name (eu, al, ba, xk, me, mk, rs) or a TOML file, instead of --place.")
@click.option("--rule", "codes", multiple=True, metavar="T01", help="Only this rule. Repeatable. Default: all.")
@click.option("--total", type=click.IntRange(0), help="How many processes there were in all, by somebody else's count, cancelled ones too.")
@click.option("--total-source", metavar="ADDRESS", help="Where that count stands. Needed with --total.")
@click.option("--as-of", metavar="DAY", help="Day whose terms hold (YYYY-MM-DD). Default: today.")
@click.option("--map", "mapping", metavar="YAML", help="What the columns of a CSV or XLSX table are.")
@click.option("--scope", "decisions", metavar="CSV", help="A person's decisions on scope: process, layer, why.")
@click.option("--parents", is_flag=True, help="Look the suppliers and their ultimate parents up in the evidence that ships (T14).")
@click.option("--threads", type=click.IntRange(0), default=0, show_default=True, help="Threads; 0: one for each core.")
@click.option("--out", metavar="FILE", help="Everything as JSON, or (.csv) a line for each rule, process and lot.")
def transparency(
    files: tuple[str, ...],
    place: str | None,
    profile: str | None,
    codes: tuple[str, ...],
    total: int | None,
    total_source: str | None,
    as_of: str | None,
    mapping: str | None,
    decisions: str | None,
    threads: int,
    out: str | None,
    *,
    parents: bool,
) -> None:
    """What procurement records publish of what they have to: rules T01 to T22, met, not met or unknown, by process.

    A field that is lawfully withheld is counted apart from one that is missing, and neither counts as met or as not met. The share
    that meets a rule is an interval; its floor is 0 unless somebody else's count of all processes is given.
    """
    from litmus.imports.mapped import MapError
    from litmus.imports.procured import find_files, read_files
    from litmus.procurement.demands import ProfileFault, parameters, read_profile
    from litmus.procurement.load import loaded
    from litmus.procurement.scope import ScopeError, read_manual
    from litmus.procurement.transparency import Total, TotalFault, judge_rules
    from litmus.procurement.transparency_answer import as_csv, gather, report, shown

    wanted = _codes(codes)
    if place and profile:
        fail("--place and --profile both say which terms hold; give one")
    if (total is None) != (total_source is None):
        fail("--total and --total-source belong together: a count without its address is nobody's")
    counted = Total(total, total_source) if total is not None and total_source else None
    try:
        terms = read_profile(profile or (place or "eu").partition("-")[0], _day(as_of))
        paths = [Path(f) for f in files]
        find_files(paths)
        manual = read_manual(Path(decisions)) if decisions else None
        with loaded(read_files(paths, Path(mapping) if mapping else None), threads=threads) as (con, receipt):
            if parents:
                from litmus.cli_procurement_views import known_parties
                from litmus.procurement.parents import fill_parents

                fill_parents(con, *known_parties())
            judge_rules(con, {code: parameters(terms, code) for code in wanted}, wanted, manual)
            found = gather(con, wanted, counted)
        if out:
            text = as_csv(found) if out.endswith(".csv") else json.dumps(report(found, terms, counted), ensure_ascii=False, indent=1) + "\n"
            Path(out).write_text(text, "utf-8")
    except (MapError, ScopeError, ProfileFault, TotalFault, OSError) as err:
        fail(str(err))
        return
    for line in shown(found, terms, counted):
        click.echo(line)
    click.echo(f"{receipt.records:,} records = {receipt.notices:,} rows + {receipt.held:,} faults", err=True)
    for fault in [f for f in receipt.faults if f.holds_row][:20]:
        click.echo(str(fault), err=True)
    sys.exit(FAULT if receipt.held else 0)


def _codes(codes: tuple[str, ...]) -> list[str]:
    from litmus.core.words import expected_word
    from litmus.procurement.transparency import transparency_rules

    known = list(transparency_rules())
    for code in codes:
        if code.upper() not in known:
            fail("--rule: " + expected_word(code.upper(), known, "rule"))
    return sorted({code.upper() for code in codes}) or known


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011 - a day of the calendar, not a moment
    except ValueError:
        fail(f"--as-of: expected a day such as 2026-11-24, found {text!r}")
        raise AssertionError from None
