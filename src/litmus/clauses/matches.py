"""What a verdict takes parties to be: whose group a supplier belongs to, and whether it is restricted; with the rows behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from litmus.core.truth import Truth
from litmus.measures.problem import Problem
from litmus.measures.spec import Measure
from litmus.measures.ways import Context

ANSWERS = {True: "yes", False: "no", None: "open"}


@dataclass(frozen=True, slots=True)
class Match:
    """One party, what was asked of it, the answer in words, and the ownership and restriction rows that gave it."""

    party: str
    asked: str
    answer: str
    rows: tuple[str, ...]


def matches(problem: Problem, ctx: Context) -> tuple[Match, ...]:
    """The answers about parties on which a problem rests, by party; those that no row on record bears on are left out."""
    found: dict[Match, None] = {}
    for measure in _measures(problem.measure):
        for party in sorted(_named(problem, measure)):
            found |= dict.fromkeys(_of(party, measure, ctx))
    return tuple(sorted(found, key=lambda m: (m.party, m.asked)))


def _measures(measure: Measure) -> list[Measure]:
    return [m for m in (measure, measure.top, measure.bottom, measure.own) if m is not None and m.over]


def _asks(measure: Measure) -> tuple[bool, tuple[tuple[str, ...], ...]]:
    """Does the measure ask for groups, and for restrictions under which acts?"""
    lists = tuple(dict.fromkeys(c.words for c in (*measure.where, *measure.count) if c.op == "restricted_by"))
    return measure.of.endswith(".group"), lists


def _named(problem: Problem, measure: Measure) -> set[str]:
    """The parties that the problem's facts may name in the field asked about."""
    groups, lists = _asks(measure)
    if not groups and not lists:
        return set()
    bases = {measure.of.partition(".")[0]} if groups else set()
    bases |= {c.base for c in (*measure.where, *measure.count) if c.op == "restricted_by"}
    return {told[b] for item in problem.items for told in item.told for b in bases if b in told}


def _of(party: str, measure: Measure, ctx: Context) -> Iterator[Match]:
    parties = ctx.parties
    groups, lists = _asks(measure)
    holdings = tuple(r.id for f in parties.holdings_behind(party) for r in f.rows)
    for tie in parties.open_ties(party):
        other = tie.right if tie.left == party else tie.left
        asked = "is the same as" if tie in parties.merged.certain else "may be the same as"
        whom = other if party in tie.pair else f"{tie.left} and {tie.right}"
        yield Match(party, asked, f"{whom}, by {tie.by}: {'; '.join(tie.reasons)}", ())
    if groups and holdings:
        yield Match(party, "ultimate parent", " or ".join(sorted(parties.ultimate_parent(party).values)), holdings)
    for words in lists:
        acts = parties.designations(party, words)
        if acts:
            answer: Truth = parties.restricted(party, words)
            through = () if all(f.value("vendor").allowed.values == {party} for f in acts) else holdings  # type: ignore[union-attr]
            rows = tuple(r.id for f in acts for r in f.rows)
            yield Match(party, f"restricted by {' or '.join(words)}", ANSWERS[answer], (*rows, *through))
