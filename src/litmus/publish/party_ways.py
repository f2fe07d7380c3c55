"""What a party's page shows of ownership, control and exposure: each question with its answer in a sentence and the ways drawn.

``party_ways(ask, party)`` gives the sections in order; pages place them. Who is asked about follows from the record: whoever
certainly controls the party and is controlled by nobody, and every vendor that an act on record names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from litmus.parties.answers import Answers, PartyList
from litmus.parties.exposure import TIERS, Exposure
from litmus.parties.graph import OPEN, named
from litmus.publish.ownership_text import name_of, show_share, show_span
from litmus.publish.paths_svg import drawn_control, drawn_exposure, drawn_owned

#: No page draws more ways than these to one kind of answer; the verbs tell all.
SHOWN = 4


@dataclass(frozen=True, slots=True)
class PartyWays:
    """One section: an anchor, a heading, the answer in a sentence, the drawing (empty where nothing is on record)."""

    anchor: str
    title: str
    answer: str
    svg: str = ""


def party_ways(ask: Answers, party: str) -> tuple[PartyWays, ...]:
    """Control, ownership and exposure of a party, as far as the record goes. ValueError for a party that is not on record."""
    tops = _tops(ask, party)
    found = [*_controlled(ask, party, tops), *_owned(ask, party, tops), *_exposed(ask, party)]
    return tuple(found)


def _tops(ask: Answers, party: str) -> list[str]:
    """Whoever certainly controls the party and is certainly controlled by nobody else."""
    g, here = ask.graph, ask.party(party)
    above = g.equity.reach(np.array([here]), down=False) | g.votes.reach(np.array([here]), down=False)
    above |= g.control.reach(np.array([here]), down=False)
    names = [g.names[i] for i in np.flatnonzero(above) if i != here]
    over = {x: ask.control(ask.list_of(x)) for x in names}
    sure = [x for x in names if over[x].truth(here)]
    return [x for x in sure if not any(y != x and over[y].truth(ask.party(x)) for y in sure)]


def _controlled(ask: Answers, party: str, tops: list[str]) -> Iterator[PartyWays]:
    name = name_of(ask, party)
    if not tops:
        yield PartyWays("controlled", "Who controls it", f"Nobody on record certainly controls {name}.")
    for top in tops[:SHOWN]:
        found = ask.list_of(top)
        answer = ask.controlled_by(found, party)
        by_word = any(hard for step in answer.explain() for *_, hard in step.by)
        why = "a step of it rests on a source that names who is in control" if by_word else answer.rule.basis
        sentence = f"{name_of(ask, top)} controls {name}: {why}."
        yield PartyWays(f"controlled-{top}", "Who controls it", sentence, drawn_control(ask, found, answer))


def _owned(ask: Answers, party: str, tops: list[str]) -> Iterator[PartyWays]:
    for top in tops[:SHOWN]:
        found = ask.list_of(top)
        answer = ask.owned_by(found, party)
        share = answer.answer
        sentence = f"{show_span(share.share)} of {name_of(ask, party)} belongs to {name_of(ask, top)} through holders on record."
        if share.share.lo == 0 and share.share.hi == 1:
            sentence = f"How much of {name_of(ask, party)} belongs to {name_of(ask, top)} is not on record: it may be nothing, or all."
        elif share.open > share.share.hi:
            sentence += f" It could be up to {show_share(share.open)} if every holder who is not on record belonged to it."
        svg = drawn_owned(ask, found, answer) if answer.explain().paths else ""
        yield PartyWays(f"owned-{top}", "How much of it belongs to whom", sentence, svg)


def _exposed(ask: Answers, party: str) -> Iterator[PartyWays]:
    answers = [(v, acts, ask.exposed_to(PartyList(v, name_of(ask, v), (v,)), party)) for v, acts in _vendors(ask) if v != party]
    met = sorted((a for a in answers if a[2].certain or a[2].possible), key=lambda a: (_rank(a[2]), a[0]))
    if not met:
        yield PartyWays("exposed", "What it is exposed to", "No tie to a vendor that an act on record names.")
    for vendor, acts, answer in met[:SHOWN]:
        found = PartyList(vendor, name_of(ask, vendor), (vendor,))
        sentence = f"{_exposure(ask, party, answer, found)} {found.title} is named under {_acts(acts)}."
        yield PartyWays(f"exposed-{vendor}", "What it is exposed to", sentence, drawn_exposure(ask, found, answer))
    if len(met) > SHOWN:
        more = ", ".join(name_of(ask, v) for v, _, _ in met[SHOWN:])
        yield PartyWays("exposed-more", "What it is exposed to", f"Ties are on record to {more} as well.")


def _acts(acts: tuple[str, ...]) -> str:
    return ", ".join(acts) if len(acts) <= SHOWN else f"{', '.join(acts[: SHOWN - 1])} and {len(acts) - SHOWN + 1} more acts"


def _rank(answer: Exposure) -> tuple[int, int]:
    best = [(r.tier, n) for n, r in enumerate((answer.certain, answer.possible)) if r]
    return min(best)


def _exposure(ask: Answers, party: str, answer: Exposure, found: PartyList) -> str:
    name = name_of(ask, party)
    told = f"{name} is exposed to {found.title}: {TIERS[answer.certain.tier]}." if answer.certain else ""
    if answer.possible:
        told += f" {'It' if told else name} may be exposed{'' if told else f' to {found.title}'}: {TIERS[answer.possible.tier]}."
    return told.strip()


def _vendors(ask: Answers) -> list[tuple[str, tuple[str, ...]]]:
    """Every vendor that a restriction on record names, with the instruments."""
    found: dict[str, set[str]] = {}
    for fact in ask.evidence.facts("restriction", OPEN, ask.as_of, ask.known_at):
        if (vendor := named(fact, "vendor")) and fact.exists is not False:
            found.setdefault(vendor, set()).add(named(fact, "instrument"))
    return [(v, tuple(sorted(acts))) for v, acts in sorted(found.items())]
