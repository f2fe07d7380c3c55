"""The command line. Commands import what they need when they run, so that --help stays quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import AS_OF as _AS_OF
from litmus.cli_common import DOSSIER as _DOSSIER
from litmus.cli_common import FAULT, Verbs
from litmus.cli_common import SNAPSHOT as _SNAPSHOT
from litmus.cli_common import STORE as _STORE
from litmus.cli_common import common as _common
from litmus.cli_common import fail as _fail
from litmus.cli_common import opened as _open

if TYPE_CHECKING:
    from litmus.app import Session


@click.group(cls=Verbs)
@click.version_option(package_name="litmus-monitor")
def main() -> None:
    """Litmus: cited verdicts on digital conditionality targets in EU accession.

    A verdict is MET when every completion of the evidence meets the clause, NOT MET when none does, and open otherwise;
    an open verdict names the facts that would settle it.

    \b
    Exit codes: 0 all met · 1 a clause is not met · 2 something is open · 3 usage or fault.
    """


@main.command()
@_STORE
@_SNAPSHOT
def demo() -> None:
    """The Western Balkans six against the bundled clauses, on the bundled evidence."""
    session = _open("wb-digital", ("wb6", "eu27"), None, None)
    _show_matrix(session, None)
    sys.exit(0)


def _show_matrix(session: Session, places: tuple[str, ...] | None) -> list[Any]:
    from litmus.publish.terminal import console, matrix

    by_place = session.judge_all(places)
    order = [c.id for c in session.clauses]
    console().print(matrix(by_place, session.evidence.dossier.fact_count, order))
    session.tell_faults()
    return [v for found in by_place.values() for v in found]


@main.command()
@_common
@click.option("--place", "places", multiple=True, help="Only these places or groups (WB6, BA, EU27 …). Repeatable. Default: WB6.")
@click.option(
    "--json",
    "out",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the verdict records to this file ('-' for standard output).",
)
def assess(
    regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, places: tuple[str, ...], out: str | None
) -> None:
    """Judge every clause at every place; print the matrix, or write records."""
    session = _open(regime, dossiers, as_of, known_at)
    try:
        wanted = session.places(places)
    except ValueError as err:
        _fail(str(err))
        return
    verdicts = session.write_records(wanted, out) if out else _show_matrix(session, wanted)
    names = {v.name for v in verdicts}
    sys.exit(1 if "NOT_MET" in names else 2 if "UNDETERMINED" in names else 0)


@main.command()
@_common
@click.argument("clause")
@click.argument("place", required=False)
def why(regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, clause: str, place: str | None) -> None:
    """Explain a verdict (CLAUSE PLACE): witnesses, what would settle it, every reading, every source.

    With the id of one fact row instead, show every reading of that fact.
    """
    from litmus.publish.terminal import console, explain, fact_table

    session = _open(regime, dossiers, as_of, known_at)
    try:
        if place is None:
            for fact in session.fact(clause):
                console().print(fact_table(fact, session.evidence.dossier))
            return
        verdict = session.judge(clause, place)
    except ValueError as err:
        _fail(str(err))
        return
    console().print(explain(verdict, session.evidence))
    session.tell_faults()
    sys.exit({"MET": 0, "NOT_MET": 1, "UNDETERMINED": 2}[verdict.name])


@main.command()
@_common
@click.argument("bundle")
@click.argument("places", nargs=-1)
def pay(regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, bundle: str, places: tuple[str, ...]) -> None:
    """What a bundle of clauses releases: for certain, at most, and on which documents the rest hangs."""
    session = _open(regime, dossiers, as_of, known_at)
    try:
        for line in session.payment_lines(bundle, session.places(places)):
            click.echo(line)
    except ValueError as err:
        _fail(str(err))


@main.command()
@_common
def naive(regime: str, dossiers: tuple[str, ...], as_of: str | None, known_at: str | None) -> None:
    """Count what "unknown = no" and "drop unknown" would have asserted without the evidence to bear it."""
    from litmus.publish.terminal import console, shortcut_summary

    session = _open(regime, dossiers, as_of, known_at)
    counts, total = session.shortcuts()
    console().print(shortcut_summary(counts, total))


@main.command()
@click.argument("paths", nargs=-1, required=True)
def lint(paths: tuple[str, ...]) -> None:
    """Report every fault in dossier folders and clause packs: file, line, column, value, what was expected."""
    from litmus.app import UsageFault, lint_paths

    try:
        lines, faults = lint_paths(paths)
    except UsageFault as err:
        _fail(str(err))
        return
    for line in lines:
        click.echo(line)
    sys.exit(FAULT if faults else 0)


@main.command()
@click.argument("what", type=click.Choice(["clause-schema", "facts", "ddl"]))
def schema(what: str) -> None:
    """Print a schema: JSON Schema of clause files, the data dictionary of the fact tables, or their DDL."""
    if what == "clause-schema":
        import json

        from litmus.clauses.load import json_schema

        click.echo(json.dumps(json_schema(), indent=1))
        return
    from litmus.facts.schema import ddl, dictionary, tables

    click.echo(dictionary() if what == "facts" else "\n\n".join(ddl(t) for t in tables().values()))


@main.command()
@_common
@click.option("--place", "places", multiple=True, help="Only these places or groups. Default: WB6.")
@click.option("--layer", "layers", multiple=True, default=("ran",), show_default=True, help="Layers to show. Repeatable.")
@click.option("--max-age", default="P5Y", show_default=True, help="A claim older than this leaves its cell stale.")
def coverage(
    regime: str,
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    places: tuple[str, ...],
    layers: tuple[str, ...],
    max_age: str,
) -> None:
    """What is known, contested, stale or missing, by operator and generation; and the ten most valuable missing facts."""
    from litmus.publish.coverage_text import show_coverage

    session = _open(regime, dossiers, as_of, known_at)
    try:
        show_coverage(session, session.places(places), layers, max_age)
    except ValueError as err:
        _fail(str(err))


@main.command()
@click.option("--summary", "short", is_flag=True, help="Only the counts.")
@click.option("--paragraph", type=int, help="Only this paragraph.")
@click.option("--markdown", is_flag=True, help="Print the documentation page.")
def essay(short: bool, paragraph: int | None, markdown: bool) -> None:
    """What the essay that started the record says, and what the record shows, claim by claim."""
    from litmus.facts.dossier import bundled
    from litmus.publish.essay import page, read_essay, summary

    claims = read_essay(bundled("wb6") / "essay.csv")
    if markdown:
        click.echo(page(claims))
        return
    for c in [] if short else claims:
        if paragraph is None or c.paragraph == paragraph:
            click.echo(f"{c.id}  ¶{c.paragraph}  {c.status.upper()}: {c.says}")
            for line in (c.record, f"Correction: {c.correction}" if c.correction else "", c.why_not, " ".join(c.facts)):
                if line:
                    click.echo(f"      {line}")
    for name, n in summary(claims).items():
        click.echo(f"{n:5}  {name}")


@main.command()
@_AS_OF
@click.option("--place", help="One place: every answer with its reason, the sums and the conditions. Default: the six at a glance.")
@click.option("--gap", help="Only instruments that close this kind of gap (concentration, evidence, procurement-systems …).")
@click.option("--pack", default="instruments", show_default=True, help="The catalogue that ships with Litmus, or a folder.")
@click.option("--json", "out", type=click.Path(dir_okay=False, writable=True), help="Write records to this file ('-' for standard output).")
@click.option("--markdown", is_flag=True, help="Print the documentation page.")
def instruments(as_of: str | None, place: str | None, gap: str | None, pack: str, out: str | None, markdown: bool) -> None:
    """What could close a gap: the EU's instruments, their sums, who may use them on a day, and what they ask for."""
    from litmus.app import UsageFault, open_catalogue
    from litmus.publish.instruments import chosen, page, records

    try:
        catalogue, places, day = open_catalogue(pack, place, as_of)
        found = chosen(catalogue, gap)
    except (UsageFault, ValueError) as err:
        _fail(str(err))
        return
    if markdown:
        click.echo(page(catalogue))
    elif out:
        import json

        with click.open_file(out, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(records(catalogue, found, places, day), indent=1, ensure_ascii=False) + "\n")
    else:
        from litmus.publish.instruments_text import in_full, overview
        from litmus.publish.terminal import console

        whole = overview(catalogue, found, places, day) if len(places) > 1 else in_full(catalogue, found, places[0], day)
        console().print(whole)


@main.command()
@click.argument("measure", required=False)
@click.option("--pack", default="toolbox", show_default=True, help="The toolbox that ships with Litmus, or a folder.")
@click.option("--markdown", is_flag=True, help="Print the documentation page.")
def toolbox(measure: str | None, pack: str, markdown: bool) -> None:
    """The measures of the EU 5G toolbox: the clauses that test them, the risks they answer, and the gaps. MEASURE: SM03, TM08 …"""
    from litmus.app import UsageFault, open_toolbox
    from litmus.publish.terminal import console
    from litmus.publish.toolbox import in_full, overview, page

    try:
        found = open_toolbox(pack)
        one = found.measure(measure) if measure else None
    except (UsageFault, ValueError) as err:
        _fail(str(err))
        return
    if markdown:
        click.echo(page(found))
    else:
        console().print(in_full(found, one) if one else overview(found))


@main.group()
def new() -> None:
    """Write templates for analysts."""


@new.command("fact")
@click.argument("table")
@click.option("--place", default="RS", show_default=True, help="Place code of the row.")
@_DOSSIER
def new_fact_command(table: str, place: str, dossiers: tuple[str, ...]) -> None:
    """Print the header of TABLE and a template row with the next free id."""
    from litmus.core.place import place as known_place
    from litmus.facts.dossier import locate, read_dossier
    from litmus.facts.template import new_fact

    try:
        click.echo(new_fact(table, known_place(place).code, read_dossier([locate(d) for d in dossiers])), nl=False)
    except ValueError as err:
        _fail(str(err))


def run() -> None:
    """Entry point that also turns a broken pipe into a quiet end."""
    try:
        main()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    run()


__all__ = ["Path", "main", "run"]
