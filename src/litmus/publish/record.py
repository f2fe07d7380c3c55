"""A verdict as plain data: exact numbers as text, every fact by its id. Keys are documented in docs/records.md."""

from typing import Any

from litmus.clauses.search import World
from litmus.clauses.settle import Settling, settle
from litmus.clauses.verdict import Verdict
from litmus.core.dates import show_day
from litmus.core.interval import INF, Interval, Number
from litmus.core.words import ladder
from litmus.facts.schema import tables


def number_text(x: Number) -> str:
    """Exact text of a number: an integer, a fraction n/d, or inf."""
    return ("inf" if x > 0 else "-inf") if x in (INF, -INF) else str(x)


def scale(verdict: Verdict) -> str:
    """How a clause's numbers are read: ratio, number, money, date, or the name of a ladder."""
    measure = verdict.clause.measure
    if measure.kind in {"ratio", "share", "max-share", "n-minus-1", "hhi"}:
        return "ratio"
    if measure.kind == "date":
        return "date"
    inner = measure.own or measure
    if inner.currency and measure.kind == "sum":
        return "money"
    if measure.kind == "quotient":
        return "ratio"
    if inner.value:
        column = next(c for c in tables()[inner.over].columns if inner.value in {c.name, c.pair})
        if column.kind == "ladder":
            return column.of
        return {"day": "date", "money": "money"}.get(column.kind, "number")
    return "number"


def show_value(verdict: Verdict, x: Number) -> str:
    """One end of an interval for people, in the clause's own scale."""
    kind = scale(verdict)
    if kind == "date":
        return "never" if x == INF else show_day(int(x))
    if kind == "ratio":
        return "over 1 000 %" if 10 < x < INF else f"{_short(x * 100)} %"
    if kind == "money":
        return "∞" if x == INF else _short(x / 100)
    if kind == "number":
        return _short(x)
    return ladder(kind)[int(x)]


def _short(x: Number) -> str:
    if x in (INF, -INF):
        return "∞" if x > 0 else "−∞"
    value = float(x)
    return f"{value:,.0f}".replace(",", " ") if value == int(value) or abs(value) >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")


def show_interval(verdict: Verdict, interval: Interval | None) -> str:
    """An interval for people."""
    if interval is None:
        return "nothing to measure"
    if interval.is_point:
        return show_value(verdict, interval.lo)
    return f"{show_value(verdict, interval.lo)} … {show_value(verdict, interval.hi)}"


def world_record(verdict: Verdict, world: World | None) -> dict[str, Any] | None:
    """A witness as data: the finding assumed for each open fact, and the rows that nobody has seen."""
    if world is None:
        return None
    assumed = []
    for item in verdict.problem.items:
        if item.settled:
            continue
        outcome, weight = world.choices[item.id]
        told = item.told[item.outcomes.index(outcome)]
        chosen = {k: v for k, v in told.items() if k in item.open_fields or k == "exists"}
        assumed.append({
            "fact": item.id, "label": item.label, "findings": chosen, "counts_in": list(outcome.cell) if outcome.cell else None,
            "as": "yes" if outcome.yes else "no", "group": outcome.group, "weight": number_text(weight),
        })  # fmt: skip
    unseen = [
        {"cell": list(r.cell), "as": "yes" if r.yes else "no", "group": r.group, "weight": number_text(r.weight)} for r in world.unseen
    ]
    return {"assumed": assumed, "unseen": unseen}


def settle_record(found: Settling) -> dict[str, Any]:
    """A settling set as data."""
    return {
        "towards": found.towards,
        "method": found.method,
        "facts": [{"fact": n.id, "label": n.label, "finding": n.assume} for n in found.needs],
    }


def record(verdict: Verdict, deep: bool = True) -> dict[str, Any]:
    """One verdict as data. ``deep`` adds witnesses and settling sets, which take longer."""
    interval = verdict.interval
    known, needed = verdict.coverage
    clause = verdict.clause
    return {
        "clause": clause.id,
        "clause_version": clause.version,
        "clause_sha256": clause.digest,
        "title": clause.title,
        "place": verdict.place,
        "verdict": verdict.name,
        "label": verdict.label,
        "interval": None if interval is None else [number_text(interval.lo), number_text(interval.hi)],
        "shown": show_interval(verdict, interval),
        "target": clause.target_text,
        "scale": scale(verdict),
        "exact": verdict.assessment.exact or verdict.stage == 2,
        "stage": verdict.stage,
        "proposal": clause.is_proposal,
        "reasons": list(verdict.reasons),
        "parts": {p: {True: "MET", False: "NOT_MET", None: "UNDETERMINED"}[t] for p, t in verdict.assessment.parts.items()},
        "settle": [settle_record(s) for s in settle(verdict.problem, verdict.truth)] if deep and not _waits(verdict) else [],
        "witnesses": {"meets": world_record(verdict, verdict.meets), "breaks": world_record(verdict, verdict.breaks)}
        if deep and verdict.truth is None
        else {"meets": None, "breaks": None},
        "evidence": list(verdict.evidence),
        "waived": sorted(verdict.waived),
        "coverage": {"known": known, "needed": needed},
        "as_of": show_day(verdict.as_of),
        "known_at": show_day(verdict.known_at),
    }


def _waits(verdict: Verdict) -> bool:
    return bool({"event-not-occurred", "norm-not-in-force"} & set(verdict.reasons))
