"""What sources say, side by side: every reading of a contested fact, with its row."""

from fractions import Fraction
from typing import Any

from litmus.clauses.verdict import Verdict
from litmus.core.dates import Days, show_days
from litmus.core.interval import INF
from litmus.core.sets import Names, Numbers
from litmus.core.words import ladder
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.row import Row
from litmus.facts.schema import Column, tables

Reading = tuple[str, Row]


def conflicts_of(verdict: Verdict, evidence: Evidence) -> list[tuple[Fact, str, list[Reading]]]:
    """The contested fields of the facts behind a verdict, each with every reading."""
    wanted = set(verdict.evidence)
    measure = verdict.clause.measure
    inner = [m for m in (measure, measure.top, measure.bottom, measure.own) if m is not None and m.over]
    found, seen = [], set()
    for table in dict.fromkeys(m.over for m in inner):
        for fact in evidence.near(table, verdict.clause.policy, verdict.as_of, verdict.known_at, verdict.place):
            if fact.id in seen or not wanted & {r.id for r in fact.rows}:
                continue
            seen.add(fact.id)
            for name, value in fact.values.items():
                if value.why == "contested":
                    found.append((fact, name, [(show_allowed(fact.table, name, r.allowed), r.row) for r in value.readings]))
            if fact.exists is None and fact.why == "contested":
                found.append((fact, "whether it is so", [(r.values["stance"], r) for r in fact.rows]))
    return found


def context_facts(verdict: Verdict, evidence: Evidence) -> list[Fact]:
    """Facts that the clause names as context: series, instruments or topics of the place that do not decide the verdict."""
    wanted = set(verdict.clause.context)
    found = []
    for table in ("observation", "alignment", "law", "statement", "contract"):
        for fact in evidence.near(table, Policy(), verdict.as_of, verdict.known_at, verdict.place):
            words = {w for k in tables()[table].keys[1:] if isinstance(a := fact.value(k).allowed, Names) for w in a.values}
            if wanted & words and not set(verdict.evidence) & {r.id for r in fact.rows}:
                found.append(fact)
    return found


def show_allowed(table: str, name: str, allowed: Names | Numbers) -> str:
    """What one claim leaves possible, in words."""
    column = next(c for c in tables()[table].columns if name in {c.name, c.pair})
    if isinstance(allowed, Names):
        words = " or ".join(sorted(allowed.values)) or "nothing"
        return f"anything but {words}" if allowed.but else words
    shown = []
    for piece in allowed.pieces:
        lo, hi = _show(column, piece.lo), _show(column, piece.hi)
        shown.append(lo if lo == hi else f"{lo} … {hi}")
    return " or ".join(shown)


def _show(column: Column, x: Any) -> str:
    if column.kind == "ladder":
        return ladder(column.of)[int(x)]
    if column.kind == "day":
        return show_days(Days(int(x), int(x)))
    if column.kind == "money":
        return f"{x / 100:,.2f}"
    if column.kind == "percent":
        return f"{x / 10_000:g} %"
    return exact_text(x)


def exact_text(x: Any) -> str:
    """A number as people write it: thousands apart, no more decimals than it has (four at most), never a power of ten."""
    if isinstance(x, Fraction) and x.denominator != 1:
        return f"{float(x):,.4f}".rstrip("0").rstrip(".")
    return f"{int(x):,}" if x not in (INF, -INF) else ("∞" if x > 0 else "−∞")


def row_says(row: Row) -> str:
    """One row in a line: its filled columns in words."""
    table = tables()[row.table]
    shown = []
    for c in table.columns:
        value = row.values.get(c.name)
        if c.role == "meta" or value is None or c.name == "place":
            continue
        if isinstance(value, Days):
            text = show_days(value)
        elif isinstance(value, tuple):
            text = " or ".join(value)
        elif isinstance(value, str):
            text = value
        else:
            text = _show(c, value)
        shown.append(text if c.role == "key" else f"{c.name} {text}")
    prefix = "denies: " if row.values.get("stance") == "denies" else ""
    return f"{row.place} {row.table}: {prefix}" + ", ".join(shown)
