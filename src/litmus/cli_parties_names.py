"""Verbs about names: who is this supplier, resolve a table of suppliers, write down a judgement."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import DOSSIER, fail

if TYPE_CHECKING:
    from litmus.parties.names.decide import Asked, Decision, Match
    from litmus.parties.names.judgements import Judgements
    from litmus.parties.names.listing import NameList

_JUDGED = click.option(
    "--judgements",
    default="judgements.csv",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The append-only file of judgements; used when it is there.",
)
_MARK = {"accept": "ACCEPT", "review": "REVIEW", "reject": "NOTHING"}
_RELATION = {
    "same": "the same",
    "branch-of": "a branch of",
    "group-of": "at most of the group of",
    "about": "people around",
}
_WRAP = 96
_LONG = 200


def _list(dossiers: tuple[str, ...]) -> NameList:
    from litmus.facts.dossier import locate, read_dossier
    from litmus.parties.names.listing import from_rows

    try:
        dossier = read_dossier([locate(d) for d in dossiers])
    except ValueError as err:
        fail(str(err))
        raise AssertionError from err
    if dossier.faults:
        click.echo(f"{len(dossier.faults)} faults in the evidence; `litmus lint` lists them. First: {dossier.faults[0]}", err=True)
    return from_rows(dossier.rows)


def _judgements(path: Path) -> Judgements:
    from litmus.parties.names.judgements import read_judgements

    found = read_judgements(path)
    for fault in found.faults:
        click.echo(str(fault), err=True)
    for line in found.conflicts:
        click.echo(f"{path}:{line.line}: conflict: {line.left} and {line.right} are {line}; other lines join them", err=True)
    return found


@click.command()
@click.argument("name", nargs=-1, required=True)
@click.option("--country", default="", metavar="PLACE", help="Place of the supplier's seat (RS, BA-SRP, XK …), where it is known.")
@click.option("--town", default="", help="Town of its seat.")
@click.option("--id", "identifiers", multiple=True, metavar="SCHEME:VALUE", help="A registry number or LEI; it comes first. Repeatable.")
@DOSSIER
@_JUDGED
@click.option("--second", is_flag=True, help="Show logic-v2's score beside ours (needs the extra `logic-v2`); it never decides.")
@click.option("--json", "as_json", is_flag=True, help="Print the decision as JSON.")
def who(
    name: tuple[str, ...],
    country: str,
    town: str,
    identifiers: tuple[str, ...],
    dossiers: tuple[str, ...],
    judgements: Path,
    second: bool,
    as_json: bool,
) -> None:
    """Which party is this? NAME in any script, quotes not needed: identifiers first, then the name, word by word.

    A branch, or a local company of a foreign name, is never taken for the company itself: it is offered for review.

    \b
    Exit codes: 0 one party is accepted · 2 a person should look · 1 nothing on the list has this name · 3 usage or fault.
    """
    from litmus.parties.names.decide import decide

    asked = _asked(" ".join(name), country, town, identifiers)
    names, judged = _list(dossiers), _judgements(judgements)
    found = decide(asked, names, judged)
    if as_json:
        import json

        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=1))
    else:
        for line in _told(found, names):
            click.echo(line)
    if second:
        _second(asked, found)
    sys.exit({"accept": 0, "review": 2, "reject": 1}[found.outcome])


def _asked(name: str, country: str, town: str, identifiers: tuple[str, ...]) -> Asked:
    from litmus.core.place import place
    from litmus.parties.names.decide import Asked
    from litmus.parties.names.resolve import is_lei, read_identifiers

    try:
        known = read_identifiers("|".join(identifiers))
        code = place(country.upper()).code if country else ""
    except ValueError as err:
        fail(str(err))
        raise AssertionError from err
    return Asked(name, code, town, (*known, f"LEI:{name.strip().upper()}") if is_lei(name) else known)


def _where(match: Match) -> str:
    from litmus.core.place import places, show_place

    if not match.country:
        return "seat not known"
    return f"{show_place(match.country)} ({match.country})" if match.country in places() else match.country


def _called(match: Match, names: NameList) -> str:
    """The party's main name, and the other name by which it was found."""
    main = names.by_party[match.party][0].name
    return main if match.name == main else f"{main} (as “{match.name}”)"


def _told(found: Decision, names: NameList) -> list[str]:
    from textwrap import wrap

    from litmus.core.place import footnotes, places

    def hang(first: str, text: str, indent: int) -> list[str]:
        return wrap(text, _WRAP, initial_indent=first, subsequent_indent=" " * indent)

    asked = found.asked.name if len(found.asked.name) <= _LONG else found.asked.name[:_LONG] + " …"
    lines = [asked + (f" · {found.asked.country}" if found.asked.country else "")]
    if found.match is None:
        lines += ["  NOTHING  " + "; ".join(found.reasons)]
    else:
        m = found.match
        relation = "" if m.relation == "same" else f"{_RELATION[m.relation]} "
        lines.append(f"  {_MARK[m.outcome]:7}  {relation}{m.party} · {_called(m, names)} · {_where(m)}")
        lines += hang("           by judgement: " if m.by == "judgement" else "           why: ", "; ".join(m.reasons), 16)
    if found.runners:
        lines.append("  Others:" if found.match else "  Nearest:")
    for r in found.runners:
        word = {"accept": "as near", "review": "perhaps", "reject": "no"}[r.outcome]
        lines.append(f"    {word:7}  {r.party} · {_called(r, names)} · {_where(r)}")
        lines += hang("             ", "; ".join(r.reasons), 13)
    lines.append(f"  list {found.list_version} · {found.rules}")
    shown = [m.country for m in (found.match, *found.runners) if m is not None and m.country in places()]
    return [*lines, *dict.fromkeys(f"  {note}" for note in footnotes(shown))]


def _match(m: Match) -> dict[str, Any]:
    return {
        "party": m.party,
        "name": m.name,
        "country": m.country,
        "outcome": m.outcome,
        "score": m.score,
        "relation": m.relation,
        "by": m.by,
        "reasons": list(m.reasons),
    }


def _record(found: Decision) -> dict[str, Any]:
    a = found.asked
    return {
        "asked": {"name": a.name, "country": a.country, "town": a.town, "identifiers": list(a.identifiers)},
        "outcome": found.outcome,
        "match": _match(found.match) if found.match else None,
        "reasons": list(found.reasons),
        "runners_up": [_match(r) for r in found.runners],
        "list": found.list_version,
        "rules": found.rules,
    }


def _second(asked: Asked, found: Decision) -> None:
    from litmus.parties.names.second import MissingExtra, opinion

    try:
        for m in (found.match, *found.runners):
            if m is not None:
                click.echo(f"  logic-v2 says {opinion(asked.name, asked.country, m.name, m.country)} per mille for {m.party}", err=True)
    except MissingExtra as err:
        fail(str(err))


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the answered table here. Default: standard output.")
@click.option("--name-column", default="", help="Column of names. Default: name, supplier, company, naziv, emri …")
@click.option("--country-column", default="", help="Column of place codes. Default: country.")
@click.option("--town-column", default="", help="Column of towns. Default: town, city or seat.")
@click.option("--identifier-column", default="", help="Column of SCHEME:VALUE|SCHEME:VALUE. Default: identifier.")
@DOSSIER
@_JUDGED
def resolve(
    table: Path,
    out: Path | None,
    name_column: str,
    country_column: str,
    town_column: str,
    identifier_column: str,
    dossiers: tuple[str, ...],
    judgements: Path,
) -> None:
    """Answer a whole TABLE.csv: every row keeps its cells and gains outcome, party, relation, reasons and runners-up.

    Where --out exists already, rows whose question, list, rules and judgements did not change are taken over.

    \b
    Exit codes: 0 every row accepted or rejected · 2 some rows are for review · 3 usage or faults.
    """
    from litmus.parties.names.resolve import Tally, answers

    columns = {"name": name_column, "country": country_column, "town": town_column, "identifier": identifier_column}
    if out is not None and out.resolve() == table.resolve():
        fail("--out is the table itself; write the answers to another file")
    names, judged = _list(dossiers), _judgements(judgements)
    tally = Tally()
    part = out.with_name(out.name + ".part") if out else None
    stream = part.open("w", encoding="utf-8", newline="") if part else sys.stdout
    try:
        writer = csv.writer(stream, lineterminator="\n")
        for row, tally in answers(table, names, judged, columns, out):  # noqa: B007
            writer.writerow(row)
        if part and out:
            stream.close()
            part.replace(out)
    except ValueError as err:
        fail(str(err))
    finally:
        if part:
            stream.close()
            part.unlink(missing_ok=True)
    for fault in tally.faults:
        click.echo(str(fault), err=True)
    words = (("accept", "accepted"), ("review", "for review"), ("reject", "not on the list"))
    said = ", ".join(f"{tally.outcomes[o]} {w}" for o, w in words)
    click.echo(f"{tally.lines} lines: {said}, {len(tally.faults)} faults; {tally.reused} taken over from the earlier answer", err=True)
    sys.exit(3 if tally.faults else 2 if tally.outcomes["review"] else 0)


@click.command()
@click.argument("left")
@click.argument("right")
@click.argument("judgement", type=click.Choice(["same", "not-same", "unsure"]))
@click.option("--why", required=True, help="The reason, for those who come after.")
@click.option("--who", "judge_name", default="", envvar="LITMUS_WHO", help="Who judges. Also from the variable LITMUS_WHO.")
@click.option("--source", default="", help="Id of a source, or an address.")
@click.option("--when", default="", metavar="DAY", help="Day of the judgement. Default: today.")
@DOSSIER
@_JUDGED
def judge(
    left: str, right: str, judgement: str, why: str, judge_name: str, source: str, when: str, dossiers: tuple[str, ...], judgements: Path
) -> None:
    """Write down that LEFT and RIGHT (a name, or a party's id) are the same, not the same, or that it is unsure.

    The file only grows: a later line about the same two replaces an earlier one. `not-same` can't be outvoted by any score.
    """
    import datetime as dt

    from litmus.parties.names.judgements import PARTY, Judgement, append, read_judgements

    parties = _list(dossiers).by_party
    sides = [f"{PARTY}{s}" if s in parties else s for s in (left, right)]
    for side in sides:
        if side.startswith(PARTY) and side.removeprefix(PARTY) not in parties:
            fail(f"no party has the id {side.removeprefix(PARTY)!r}; `litmus who` finds ids")
    day = when or dt.datetime.now(tz=dt.UTC).date().isoformat()
    line = Judgement(sides[0], sides[1], judgement.replace("-", "_"), judge_name, day, source, why)
    try:
        append(judgements, line)
    except ValueError as err:
        fail(str(err))
    found = read_judgements(judgements)
    click.echo(f"{judgements}: {sides[0]} — {sides[1]}: {line}")
    for old in found.conflicts:
        click.echo(f"conflict: {old.left} and {old.right} are {old}, and other lines join them; nothing will rest on either", err=True)
    sys.exit(2 if found.conflicts else 0)
