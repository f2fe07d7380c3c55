"""The plain evaluator: one complete world, two truth values, no intervals.

It shares no code with the bounds. Witnesses are replayed through it, and the proofs use it as the oracle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import mean

from litmus.core.interval import INF, Number
from litmus.measures.problem import Problem, Target


@dataclass(frozen=True, slots=True)
class WorldRow:
    """One row of a complete world, inside the measure's population: its cell, answer, vendor group and weight."""

    cell: tuple[str, ...]
    yes: bool
    group: str
    weight: Number
    side: str = ""


def cell_value(problem: Problem, rows: Sequence[WorldRow]) -> Number | None:
    """The measure over the rows of one cell; None where it is undefined (nothing to divide by)."""
    kind = problem.measure.kind
    total = sum(r.weight for r in rows)
    if kind in {"count", "sum"}:
        return total
    if kind == "date":
        return min((r.weight for r in rows), default=INF)
    if kind == "level":
        pick = min if problem.measure.pick == "worst" else max
        return pick((r.weight for r in rows), default=problem.floor)
    if kind == "quotient":
        bottom = sum(r.weight for r in rows if r.side == "bottom/")
        return None if bottom == 0 else Fraction(sum(r.weight for r in rows if r.side == "top/")) / bottom
    if total == 0:
        return None
    if kind in {"ratio", "share"}:
        return Fraction(sum(r.weight for r in rows if r.yes)) / total
    if kind == "n-minus-1":
        return _loss(problem, rows, total)
    shares = [Fraction(sum(r.weight for r in rows if r.group == g)) / total for g in {r.group for r in rows}]
    return max(shares) if kind == "max-share" else sum(s * s for s in shares)


def _loss(problem: Problem, rows: Sequence[WorldRow], total: Number) -> Fraction:
    """Greatest share of weight in units that one vendor alone serves."""
    width = 1 + len(problem.measure.by)
    units: dict[tuple[str, ...], list[WorldRow]] = {}
    for r in rows:
        units.setdefault(r.cell[width:], []).append(r)
    lost: dict[str, Number] = {}
    for members in units.values():
        groups = {r.group for r in members}
        if len(groups) == 1:
            vendor = groups.pop()
            lost[vendor] = lost.get(vendor, 0) + sum(r.weight for r in members)
    return Fraction(max(lost.values(), default=0)) / Fraction(total)


def meets_target(value: Number, target: Target, cell: tuple[str, ...]) -> bool | None:
    """Does the value meet the target of its cell? None where the target sets no number for the cell."""
    bound = target.bound_for(cell)
    if bound is None:
        return None
    if target.op == "at_least":
        return value >= bound
    return value <= bound if target.op == "at_most" else value == bound


def satisfied(problem: Problem, rows: Iterable[WorldRow]) -> bool:
    """Does the complete world satisfy the clause?"""
    rows = list(rows)
    if problem.measure.kind == "compare":
        return _compare(problem, rows)
    answers = [_part(problem, part, [r for r in rows if r.cell[0] == part]) for part in problem.parts]
    return sum(answers) >= problem.needed


def _part(problem: Problem, part: str, rows: list[WorldRow]) -> bool:
    width = 1 + len(problem.measure.by)
    cells = {r.cell[:width] for r in rows if "*" not in r.cell[:width]}
    cells |= set(problem.listed_cells(part))
    if not problem.measure.by:
        cells = {(part,)}
    shared = [r for r in rows if "*" in r.cell[:width]]
    seen = False
    for cell in cells:
        value = cell_value(problem, [r for r in rows if r.cell[:width] == cell] + shared)
        if value is None:
            continue
        answer = meets_target(value, problem.target, cell)
        if answer is None:
            continue
        seen = True
        if not answer:
            return False
    return seen or problem.empty


def _compare(problem: Problem, rows: list[WorldRow]) -> bool:
    own = cell_value(problem.inner(), [r for r in rows if r.cell[0] == problem.parts[0]])
    peers = [cell_value(problem.inner(), [r for r in rows if r.cell[0] == p]) for p in problem.measure.peers]
    known = [p for p in peers if p is not None]
    if own is None or not known:
        return problem.empty
    level = statistic(known, problem.measure.statistic)
    return own >= level if problem.target.op == "at_least" else own <= level


def statistic(values: Sequence[Number], name: str) -> Number:
    """Median, mean, least or greatest of the peers' values; exact. The median of an even number is the midpoint."""
    ordered = sorted(values)
    if name in {"min", "max"}:
        return ordered[0] if name == "min" else ordered[-1]
    if name == "mean":
        infinite = next((v for v in ordered if v in {INF, -INF}), None)
        return mean([Fraction(v) for v in ordered]) if infinite is None else infinite
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    low, high = ordered[middle - 1], ordered[middle]
    if low == -INF or high == INF:
        return low if low == -INF else high
    return (Fraction(low) + Fraction(high)) / 2
