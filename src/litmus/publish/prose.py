"""Verdicts in plain English: what a desk officer would read out."""

from collections import Counter

from litmus.clauses.search import World
from litmus.clauses.verdict import Verdict
from litmus.core.place import places, show_place
from litmus.publish.record import show_interval

REASON_WORDS = {
    "missing": "facts are missing",
    "contested": "sources contradict each other",
    "stale": "the evidence is too old",
    "inadmissible": "the evidence is below the grade that the clause asks for",
    "open-population": "no independent list says that the rows are all there are",
    "unresolved-identity": "it is not settled who a supplier is or belongs to",
    "norm-not-in-force": "the norm does not bind yet",
    "event-not-occurred": "the event that starts the clock has not occurred",
    "nothing-to-measure": "there is nothing to measure",
}
VERDICT_WORDS = {"MET": "met", "NOT_MET": "not met", "UNDETERMINED": "open"}


def reading(place: str, verdicts: list[Verdict]) -> str:
    """One paragraph on one place: how many clauses stand where, and why the open ones are open."""
    count = Counter(v.name for v in verdicts)
    text = f"{show_place(place)}: {count['MET']} met, {count['NOT_MET']} not met, {count['UNDETERMINED']} open."
    firm = [f"{v.clause.id} ({v.label})" for v in verdicts if v.name == "NOT_MET"]
    if firm:
        text += f" Not met, whatever the missing evidence says: {', '.join(firm)}."
    why = Counter(r for v in verdicts if v.name == "UNDETERMINED" for r in v.reasons)
    if why:
        text += " Open mostly because " + "; ".join(f"{REASON_WORDS[r]} ({n})" for r, n in why.most_common(3)) + "."
    contested = [v.clause.id for v in verdicts if "contested" in v.reasons]
    if contested:
        text += f" Sources conflict on {', '.join(contested[:4])}" + (" and others." if len(contested) > 4 else ".")
    return text


def region_reading(by_place: dict[str, list[Verdict]]) -> str:
    """One paragraph under the matrix."""
    everything = [v for found in by_place.values() for v in found]
    count = Counter(v.name for v in everything)
    known, needed = (sum(v.coverage[i] for v in everything) for i in (0, 1))
    firm = Counter(v.clause.id for v in everything if v.name == "NOT_MET")
    met = Counter(v.clause.id for v in everything if v.name == "MET")
    text = (
        f"Of {len(everything)} verdicts, the evidence on record settles {count['MET'] + count['NOT_MET']}: {count['MET']} met and "
        f"{count['NOT_MET']} not met. {count['UNDETERMINED']} stay open, because facts that could decide them either way are not on "
        f"record ({known} of {needed} facts needed are settled)."
    )
    if firm:
        text += " Not met most often: " + ", ".join(f"{c} ({n} of {len(by_place)})" for c, n in firm.most_common(3)) + "."
    if met:
        text += " Met most often: " + ", ".join(f"{c} ({n} of {len(by_place)})" for c, n in met.most_common(3)) + "."
    why = Counter(r for v in everything if v.name == "UNDETERMINED" for r in v.reasons)
    if why:
        reason, n = why.most_common(1)[0]
        text += f" The most common reason for an open verdict: {REASON_WORDS[reason]} ({n})."
    return text


def finding(verdict: Verdict) -> str:
    """One sentence on one verdict."""
    where = show_place(verdict.place)
    seen = show_interval(verdict, verdict.interval)
    target = verdict.clause.target_text
    if verdict.name == "MET":
        return f"{where} meets the target ({target}): on every reading of the evidence the measure is {seen}."
    if verdict.name == "NOT_MET":
        late = " (the deadline has not passed)" if verdict.label in {"off track", "on track", "not yet due"} else ""
        return f"{where} does not meet the target ({target}){late}: on every reading of the evidence the measure is {seen}."
    if verdict.interval is None:
        return f"Open for {where}: no fact on record bears on the target ({target})."
    return f"Open for {where}: the measure lies somewhere in {seen}; the target is {target}."


def world_lines(verdict: Verdict, world: World | None) -> list[str]:
    """A witness, line by line: what would have to be true."""
    if world is None:
        return ["(no such world was constructed within the search limit; the verdict stays open)"]
    lines = []
    for item in verdict.problem.items:
        if item.settled:
            continue
        outcome, weight = world.choices[item.id]
        told = item.told[item.outcomes.index(outcome)]
        found = [f"{k} is {v}" if k else v for k, v in told.items() if k in item.open_fields and k != "weight" and v != "any"]
        if told.get("exists") == "no" and outcome.cell is None:
            found = ["it is not so at all, or no longer"]
        if "weight" in item.open_fields and outcome.cell is not None:
            found.append(f"its weight is {_plain(weight)}")
        elif item.lo != item.hi and outcome.cell is not None:
            found.append(f"its value is {_plain(weight)}")
        lines.append(f"{item.label}: {', '.join(found) or ('it counts' if outcome.cell else 'it stays outside')}")
    lines += [f"unseen: {_unseen(r.cell, r.group, r.yes)}" for r in world.unseen[:3]]
    if len(world.unseen) > 3:
        lines.append(f"unseen: {len(world.unseen) - 3} further rows of the same kind")
    return lines or ["nothing further is assumed"]


def _plain(x: object) -> str:
    text = str(x)
    return text if "/" not in text else f"about {float(x):.3g}"  # type: ignore[arg-type]


def _unseen(cell: tuple[str, ...], group: str, yes: bool) -> str:
    where = " · ".join(show_place(c) if c in places() else c for c in cell if c)
    who = f" of {group}" if group else ""
    return f"one more{who} in {where} that {'counts' if yes else 'does not count'}"
