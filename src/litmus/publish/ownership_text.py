"""Ownership, control and exposure in plain text and as records: the answer, the ways with their dates and sources, what is open."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from litmus.core.dates import FIRST_DAY, LAST_DAY, Days, show_day, show_when
from litmus.core.interval import Interval
from litmus.core.truth import Truth
from litmus.facts.evidence import Fact
from litmus.facts.row import Row
from litmus.parties.answers import Answers, Controlled, Owned, PartyList
from litmus.parties.control import RULES, Rule
from litmus.parties.edges import WHOLE
from litmus.parties.explain import Step, Ways, weakest_links
from litmus.parties.exposure import TIERS, Counter, Exposure, Route, Tie

SAID = {True: "yes", False: "no", None: "open"}
AMLR = Fraction(1, 4)
GAPS = 5


def show_share(x: Fraction | float) -> str:
    """A share in per cent with at most three decimals; never rounded to a whole or to nothing that it is not."""
    value = Fraction(x) * 100
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    if text == "0" and value > 0:
        return "under 0.001 %"
    return "over 99.999 %" if text == "100" and value < 100 else f"{text} %"


def show_span(span: Interval) -> str:
    """A share, or from where to where."""
    low, high = show_share(span.lo), show_share(span.hi)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def name_of(ask: Answers, party: str) -> str:
    """A party's name, with its id where they differ."""
    row = next((r for r in ask.evidence.dossier.rows["party"] if r.id == party), None)
    return str(row.values["name"]) if row else party


def cited(ask: Answers, facts: Iterable[Fact], told: set[str], first: str = "", before: str = "  ") -> Iterator[str]:
    """Every row of these facts: id, dates, what it says, grade, source with its address; what was ``told`` before by id alone.

    ``first``: the interest whose rows come first, because the step rests on them.
    """
    rows = by_interest((r for f in facts for r in f.rows), first)
    yield from (before + _cite_row(ask, r) for r in rows if r.id not in told)
    again = [r.id for r in rows if r.id in told]
    if again:
        yield f"{before}as above: {', '.join(again)}"
    told |= {r.id for r in rows}


def _cite_row(ask: Answers, row: Row) -> str:
    v = row.values
    source = next((r for r in ask.evidence.dossier.rows["source"] if r.id == v["source"]), None)
    where = f"{source.values['publisher']}, {source.values['address']}" if source else str(v["source"])
    words = ", ".join(x for x in (says(row), _since(row)) if x)
    caveat = f"; {v['note']}" if v.get("interest") == "control" and v["note"] else ""
    return f"[{row.id}] {words}; {v['reliability']}{v['credibility']}; {where}{caveat}"


def by_interest(rows: Iterable[Row], first: str) -> list[Row]:
    """Rows of one interest first, then shares, then the rest."""
    return sorted(rows, key=lambda r: (r.values.get("interest") != first, r.values.get("interest") != "equity"))


def says(row: Row) -> str:
    """What a row says of a holding: its interest and share; and whether it denies."""
    v = row.values
    said = f"{v['interest']} {_stated(v)}".strip() if row.table == "ownership" else ""
    return f"denies {said}".strip() if v["stance"] == "denies" else said


def _stated(v: dict[str, Any]) -> str:
    if v["share_lo"] is None:
        return "" if v["interest"] == "control" else "share not stated"
    return show_span(Interval(Fraction(v["share_lo"], WHOLE), Fraction(v["share_hi"] or v["share_lo"], WHOLE)))


def _since(row: Row) -> str:
    return ", ".join(x for x in (dates_of(row), f"known {show_when(row.values['known_from'])}") if x)


def dates_of(row: Row) -> str:
    """From when to when a row holds, as far as it says."""
    begins = "" if row.begins == Days(FIRST_DAY, FIRST_DAY) else f"from {show_when(row.begins)}"
    ends = "" if row.ends.hi == LAST_DAY else f"until {show_when(row.ends)}"
    return " ".join(x for x in (begins, ends) if x)


def _head(ask: Answers, found: PartyList, party: str) -> str:
    day = show_day(ask.as_of)
    known = "" if ask.known_at == ask.as_of else f", known by {show_day(ask.known_at)}"
    return f"{found.title} → {name_of(ask, party)} ({party}), as of {day}{known}"


def owned_lines(ask: Answers, found: PartyList, answer: Owned) -> Iterator[str]:
    """The share, the ways to it, what is open."""
    names, a = ask.graph.names, answer.answer
    party = names[a.party]
    yield _head(ask, found, party)
    yield f"owned: {show_span(a.share)}" + ("" if a.exact else " (proved bounds of a numeric solve)")
    if a.open > a.share.hi:
        yield f"  up to {show_share(a.open)} if every holder who is not on record belonged to the list"
    yield f"  25 % or more (Regulation (EU) 2024/1624, Article 52): {SAID[a.at_least(AMLR)]}"
    ways = answer.explain()
    yield from _ways(ask, ways)
    if not ways.complete or ways.told.lo < a.share.lo:
        rest = max(Fraction(a.share.lo) - Fraction(ways.told.lo), Fraction(0))
        yield f"  further ways and circles: {show_share(rest)} at least"
    rights = weakest_links(ways)
    if rights.is_point and any(len(w.shares) > 1 for w in ways.paths):
        yield f"  each of these ways at its weakest link, added up: {show_share(rights.lo)} (a convention; no law tests it)"
    yield from _open(ask, party)


def _ways(ask: Answers, ways: Ways) -> Iterator[str]:
    names = ask.graph.names
    told: set[str] = set()
    for i, way in enumerate(ways.paths, start=1):
        chain = names[way.parties[0]]
        for share, nxt in zip(way.shares, way.parties[1:], strict=True):
            chain += f" –{show_span(share)}→ {names[nxt]}"
        yield f"way {i}: {show_span(way.share)}: {chain}"
        for a, b in zip(way.parties, way.parties[1:], strict=False):
            yield from cited(ask, ask.graph.facts.get((a, b), ()), told, "equity")
            yield from cited(ask, ask.graph.facts.get((b, b), ()), told, "equity", "  own shares, which do not count: ")


def _open(ask: Answers, party: str) -> Iterator[str]:
    """What is not on record about the party and about whoever stands above it."""
    g = ask.graph
    above = np.flatnonzero(g.equity.reach(np.array([ask.party(party)]), down=False)).tolist()
    gaps = [(WHOLE - int(g.equity.sum_lo[c]), g.names[c]) for c in above if not g.closed[c] and g.equity.sum_lo[c] < WHOLE]
    first = sorted(gaps, key=lambda gap: (gap[1] != party, -gap[0], gap[1]))
    if first:
        told = [f"{show_share(Fraction(left, WHOLE))} of {name}" for left, name in first[:GAPS]]
        more = f" and parts of {len(first) - GAPS} more" if len(first) > GAPS else ""
        yield f"not on record: who holds {', '.join(told)}{more}"
    for text in ask.unknown_about(party):
        yield f"note: {text}"


def control_lines(ask: Answers, found: PartyList, answer: Controlled, *, joint: bool = True) -> Iterator[str]:
    """Whether, under which rule, by which votes."""
    names, party = ask.graph.names, ask.graph.names[answer.party]
    yield _head(ask, found, party)
    truth = answer.rounds.truth(answer.party)
    over = answer.rounds.truth(answer.party, open_holders=True)
    words = {True: "certainly", False: "no", None: "possibly, through holders on record"}[truth]
    if truth is False and over is None:
        words = "not through anyone on record; possibly if holders who are not on record belonged to the list"
    yield f"controlled: {words}"
    yield f"  rule {answer.rule.name}: {answer.rule.basis}; members of the list {'together' if joint else 'each alone'}"
    if answer.rounds.sure[answer.party] == 0:
        yield "  it stands on the list itself"
    told: set[str] = set()
    for step in answer.explain(possible=truth is None) if truth is not False else ():
        yield from _step(ask, step, names, told)
    yield from _open(ask, party)


def _step(ask: Answers, step: Step, names: tuple[str, ...], told: set[str]) -> Iterator[str]:
    by = " + ".join(f"{names[o]} {_by(lo, hi, hard)}" for o, lo, hi, hard in step.by)
    yield f"round {step.round}: {names[step.company]} ← {by}"
    for owner in dict.fromkeys(o for o, *_ in step.by):
        first = "control" if any(hard for o, _, _, hard in step.by if o == owner) else "voting"
        yield from cited(ask, ask.graph.facts.get((owner, step.company), ()), told, first)


def _by(lo: int, hi: int, hard: bool) -> str:
    if hard:
        return "(named as in control)" if lo else "(perhaps in control: sources differ, or the date is not settled)"
    return show_span(Interval(Fraction(lo, WHOLE), Fraction(hi, WHOLE)))


def exposure_lines(ask: Answers, found: PartyList, answer: Exposure) -> Iterator[str]:
    """The best way by the kind of its weakest tie, and what speaks against it."""
    yield _head(ask, found, answer.party)
    told: set[str] = set()
    for word, route in (("exposed", answer.certain), ("possibly exposed", answer.possible)):
        if route is not None:
            yield from _route(ask, word, route, told)
    if answer.certain is None and answer.possible is None:
        yield "exposed: no tie on record"
    for counter in answer.counter:
        yield f"against: {counter.text}"
        yield from cited(ask, counter.facts, told)


def _route(ask: Answers, word: str, route: Route, told: set[str]) -> Iterator[str]:
    if not route.ties:
        yield f"{word}: it stands on the list itself"
        return
    yield f"{word}: tier {route.tier}, {TIERS[route.tier]}"
    for tie in route.ties:
        yield f"  {tie.source} {tie.kind} {tie.target}" + ("" if tie.sure or tie.kind.startswith("may ") else " (may be so)")
        yield from cited(ask, tie.facts, told, before="    ")


def table_lines(ask: Answers, found: PartyList, parties: tuple[str, ...], rule: Rule | None = None, *, joint: bool = True) -> Iterator[str]:
    """One line for each company of a place: share, control, exposure."""
    line = rule or RULES["majority"]
    control = ask.control(found, line.name, joint=joint)
    width = max((len(p) for p in parties), default=0)
    yield f"{found.title}, as of {show_day(ask.as_of)} (rule {line.name})"
    yield f"{'party':{width}}  {'owned':>22}  {'controlled':10}  exposed"
    for party in parties:
        share = ask.owned_by(found, party).answer
        exposed = ask.exposed_to(found, party)
        tier = f"tier {exposed.certain.tier}" if exposed.certain else "no tie on record"
        tier += f", possibly {exposed.possible.tier}" if exposed.possible else ""
        yield f"{party:{width}}  {show_span(share.share):>22}  {SAID[control.truth(ask.party(party))]:10}  {tier}"
    yield "owned: through holders on record; holders not on record may belong to the list and are told for each party alone"


def owned_record(ask: Answers, found: PartyList, answer: Owned) -> dict[str, Any]:
    """The share as plain data; exact shares as fractions."""
    a, names = answer.answer, ask.graph.names
    ways = answer.explain()
    return _base(ask, found, names[a.party]) | {
        "question": "owned",
        "share": {"lo": str(a.share.lo), "hi": str(a.share.hi), "open": str(a.open), "exact": a.exact},
        "ways": [
            {
                "parties": [names[p] for p in w.parties],
                "share": [str(w.share.lo), str(w.share.hi)],
                "facts": [
                    r.id for step in zip(w.parties, w.parties[1:], strict=False) for f in ask.graph.facts.get(step, ()) for r in f.rows
                ],
            }
            for w in ways.paths
        ],
        "all_ways": ways.complete,
    }


def control_record(ask: Answers, found: PartyList, answer: Controlled) -> dict[str, Any]:
    """Control as plain data: sure, possible through holders on record, possible through others."""
    names = ask.graph.names
    truth: Truth = answer.rounds.truth(answer.party)
    return _base(ask, found, names[answer.party]) | {
        "question": "controlled",
        "rule": answer.rule.name,
        "controlled": SAID[truth],
        "with_undisclosed": SAID[answer.rounds.truth(answer.party, open_holders=True)],
        "steps": [
            {"company": names[s.company], "round": s.round, "by": [[names[o], lo, hi, hard] for o, lo, hi, hard in s.by]}
            for s in answer.explain(possible=truth is None)
        ],
    }


def exposure_record(ask: Answers, found: PartyList, answer: Exposure) -> dict[str, Any]:
    """Exposure as plain data."""

    def told(route: Route | None) -> dict[str, Any] | None:
        return None if route is None else {"tier": route.tier, "ties": [_tie(t) for t in route.ties]}

    return _base(ask, found, answer.party) | {
        "question": "exposed",
        "certain": told(answer.certain),
        "possible": told(answer.possible),
        "against": [_against(c) for c in answer.counter],
    }


def _tie(t: Tie) -> dict[str, Any]:
    rows = [r.id for f in t.facts for r in f.rows]
    return {"from": t.source, "to": t.target, "kind": t.kind, "tier": t.tier, "sure": t.sure, "facts": rows}


def _against(c: Counter) -> dict[str, Any]:
    return {"text": c.text, "facts": [r.id for f in c.facts for r in f.rows]}


def _base(ask: Answers, found: PartyList, party: str) -> dict[str, Any]:
    listed = {"name": found.name, "sure": list(found.sure), "maybe": list(found.maybe), "names_others": found.others}
    day = {"as_of": show_day(ask.as_of), "known_at": show_day(ask.known_at)}
    return {"litmus": "party-answer/1", "list": listed, "party": party, **day, "unknown": list(ask.unknown_about(party))}
