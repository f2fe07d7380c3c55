"""Verbs: who owns a party, who controls it, what it is exposed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import AS_OF, CONFIDENTIAL, DOSSIER, KNOWN_AT, SNAPSHOT, STORE, fail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from litmus.parties.answers import Answers, PartyList

_RULE = click.option(
    "--rule",
    default="majority",
    show_default=True,
    help="Where control begins: majority (over 50 %), half (50 % or more), ofac-50 (shares of the list together, no other control), "
    "quarter (25 % or more at each level).",
)
_SINGLE = click.option("--single", is_flag=True, help="Members of the list act each alone. Default: together.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print a record instead of text.")


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (_JSON, CONFIDENTIAL, SNAPSHOT, STORE, KNOWN_AT, AS_OF, DOSSIER):
        command = option(command)
    return click.argument("listed", metavar="LIST")(click.argument("whom", metavar="PARTY|PLACE")(command))


def _asked(dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, listed: str) -> tuple[Answers, PartyList]:
    """The evidence of the day and the list, or a clean exit with code 3."""
    import datetime as dt

    from litmus.app import Source, read_evidence
    from litmus.core.dates import parse_day
    from litmus.facts.evidence import Evidence
    from litmus.parties.answers import Answers

    try:
        day = parse_day(as_of) if as_of else dt.datetime.now(tz=dt.UTC).date().toordinal()
        known = parse_day(known_at) if known_at else day
        kept = click.get_current_context().meta
        source = Source(dossiers, *(kept.get(f"litmus.{name}") for name in ("store", "snapshot", "confidential")))
        ask = Answers(Evidence(read_evidence(source).dossier), day, known)
        return ask, ask.list_of(listed)
    except ValueError as err:
        fail(str(err))
        raise AssertionError from err


def _whom(ask: Answers, whom: str) -> tuple[str, ...] | str:
    """One party, or the companies seated in a place."""
    from litmus.core.place import groups, places, within
    from litmus.core.words import expected_word

    if whom in ask.graph.index:
        return whom
    if whom not in places() and whom not in groups():
        fail(expected_word(whom, [*ask.graph.names, *places(), *groups()], "party or place"))
    wanted = groups().get(whom, (whom,))
    rows = ask.evidence.dossier.rows["party"]
    homes = ((r.id, r.values["home"]) for r in rows if r.values["kind"] == "company" and r.values["home"])
    return tuple(dict.fromkeys(p for p, home in sorted(homes) if any(within(home, w) for w in wanted)))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _say_json(record: dict[str, Any] | list[dict[str, Any]]) -> None:
    import json

    click.echo(json.dumps(record, indent=1, ensure_ascii=False))


def _tell_list(found: PartyList) -> None:
    """A list of several, or one that leaves names open, is spelled out before the answer."""
    if found.sure != (found.name,):
        perhaps = f"; perhaps {', '.join(found.maybe)}" if found.maybe else ""
        click.echo(f"list: {', '.join(found.sure) or 'nobody for certain'}{perhaps}")
    if found.others:
        click.echo("list: the act also reaches others whom the record does not name")


@click.command()
@DOSSIER
@STORE
@SNAPSHOT
@click.option("--out", type=click.Path(dir_okay=False, writable=True), help="Write into this file. Default: print.")
def ftm(dossiers: tuple[str, ...], out: str | None) -> None:
    """Parties, holdings and designations as FollowTheMoney entities, one JSON object a line."""
    from pathlib import Path

    from litmus.app import Source, read_evidence
    from litmus.publish.ftm_lines import lines

    kept = click.get_current_context().meta
    try:
        dossier = read_evidence(Source(dossiers, *(kept.get(f"litmus.{name}") for name in ("store", "snapshot", "confidential")))).dossier
    except ValueError as err:
        fail(str(err))
        return
    if out is None:
        _say(lines(dossier))
        return
    with Path(out).open("w", encoding="utf-8") as stream:
        count = sum(1 for line in lines(dossier) if stream.write(line + "\n"))
    click.echo(f"{count:,} entities in {out}")


@click.command()
@_shared
def owns(dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, as_json: bool, listed: str, whom: str) -> None:
    """How much of PARTY belongs to LIST, through every chain and circle: an interval, the ways, what is not on record.

    LIST is a party, a restriction instrument (all whom it designates), state:PLACE, or public:PLACE. With a PLACE, every
    company seated there.
    """
    from litmus.publish.ownership_text import owned_lines, owned_record, table_lines

    ask, found = _asked(dossiers, as_of, known_at, listed)
    target = _whom(ask, whom)
    if as_json:
        names = (target,) if isinstance(target, str) else target
        records = [owned_record(ask, found, ask.owned_by(found, p)) for p in names]
        _say_json(records[0] if isinstance(target, str) else records)
        return
    _tell_list(found)
    _say(owned_lines(ask, found, ask.owned_by(found, target)) if isinstance(target, str) else table_lines(ask, found, target))


@click.command()
@_shared
@_RULE
@_SINGLE
def controls(
    dossiers: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    as_json: bool,
    listed: str,
    whom: str,
    rule: str,
    single: bool,
) -> None:
    """Does LIST control PARTY: certainly, possibly or not, under a named rule, and by whose votes. LIST and PLACE as in `owns`."""
    from litmus.parties.control import rule as named_rule
    from litmus.publish.ownership_text import control_lines, control_record, table_lines

    ask, found = _asked(dossiers, as_of, known_at, listed)
    target = _whom(ask, whom)
    try:
        line = named_rule(rule)
    except ValueError as err:
        fail(str(err))
        return
    if as_json:
        names = (target,) if isinstance(target, str) else target
        records = [control_record(ask, found, ask.controlled_by(found, p, rule, joint=not single)) for p in names]
        _say_json(records[0] if isinstance(target, str) else records)
        return
    _tell_list(found)
    if isinstance(target, str):
        _say(control_lines(ask, found, ask.controlled_by(found, target, rule, joint=not single), joint=not single))
    else:
        _say(table_lines(ask, found, target, line, joint=not single))


@click.command()
@_shared
@click.option("--svg", type=click.Path(dir_okay=False, writable=True), help="Draw the way into this file.")
def exposed(
    dossiers: tuple[str, ...], as_of: str | None, known_at: str | None, as_json: bool, listed: str, whom: str, svg: str | None
) -> None:
    """By which kind of tie is PARTY exposed to LIST: owned, supplied, lent to, partnered; and what speaks against it.

    Judged by the kind of the weakest tie on the best way, never by a score. LIST and PLACE as in `owns`.
    """
    from litmus.publish.ownership_text import exposure_lines, exposure_record, table_lines

    ask, found = _asked(dossiers, as_of, known_at, listed)
    target = _whom(ask, whom)
    if as_json:
        names = (target,) if isinstance(target, str) else target
        records = [exposure_record(ask, found, ask.exposed_to(found, p)) for p in names]
        _say_json(records[0] if isinstance(target, str) else records)
    elif isinstance(target, str):
        _tell_list(found)
        _say(exposure_lines(ask, found, ask.exposed_to(found, target)))
    else:
        _tell_list(found)
        _say(table_lines(ask, found, target))
    if svg:
        from pathlib import Path

        from litmus.publish.paths_svg import drawn_exposure

        if not isinstance(target, str):
            fail("--svg draws the way to one party; name a party, not a place")
            return
        try:
            Path(svg).write_text(drawn_exposure(ask, found, ask.exposed_to(found, target)), encoding="utf-8")
        except ValueError as err:
            fail(str(err))
