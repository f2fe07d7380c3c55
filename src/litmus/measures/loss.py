"""N-1: the share of weight that is lost when one vendor disappears, because it alone serves a unit.

A unit (an operator without national roaming, an area, a site) survives when a second vendor serves it, so the loss is
at most the vendor's share. Units are bounded independently: the result is sound, not always exact, because one
undecided row can weigh on two units at once.
"""

from dataclasses import dataclass
from fractions import Fraction

from litmus.core.interval import INF, Interval, Number
from litmus.core.truth import Truth
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import Seat, times


@dataclass(frozen=True, slots=True)
class _Unit:
    """One unit as one vendor sees it: may it be lost, may it survive, may it be absent; its weight's hull."""

    lost: bool
    kept: bool
    absent: bool
    lo: Number
    hi: Number


def loss_bounds(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    """Interval of the greatest loss over vendors."""
    if not seats:
        return (Interval(0, 1) if tail else None), True
    los, his = [], []
    for vendor in _vendors(seats):
        units = _units(problem, seats, tail, vendor)
        los.append(_end(units, tail, toward=False))
        his.append(_end(units, tail, toward=True))
    return Interval(max(los), max(his)), False


def loss_truth(problem: Problem, seats: list[Seat], tail: Tail | None, bound: Number) -> Truth:
    """Is the loss at most ``bound`` whichever vendor disappears?"""
    answers: list[Truth] = []
    for vendor in _vendors(seats):
        units = _units(problem, seats, tail, vendor)
        worst: Number = times(bound - 1, tail.hi) if tail else 0
        best: Number = times(bound, tail.hi) if tail else 0
        for u in units:
            terms = [times(bound - 1, w) for w in (u.lo, u.hi) if u.lost]
            terms += [times(bound, w) for w in (u.lo, u.hi) if u.kept] + ([0] if u.absent else [])
            worst += min(terms)
            best += max(terms)
        answers.append(True if worst >= 0 else False if best < 0 else None)
    if tail and not answers and bound < 1:
        answers.append(None)
    if tail:
        known = sum((0 if u.absent else times(bound, u.lo) for u in _units(problem, seats, tail, "")), 0)
        answers.append(True if times(bound - 1, tail.hi) + known >= 0 else None)
    return False if False in answers else None if None in answers else True


def _vendors(seats: list[Seat]) -> list[str]:
    return sorted({o.group for s in seats for o in s.inside})


def _units(problem: Problem, seats: list[Seat], tail: Tail | None, vendor: str) -> list[_Unit]:
    width = 1 + len(problem.measure.by)
    keys = sorted({o.cell[width:] for s in seats for o in s.inside if o.cell is not None})
    found = []
    for key in keys:
        here = [(s, [o for o in s.inside if o.cell is not None and o.cell[width:] == key]) for s in seats]
        mine = [(s, o, s.leaves or len(o) < len(s.inside)) for s, o in here if o]
        must = [(s, o) for s, o, leaves in mine if not leaves]
        may_lose = all(any(x.group == vendor for x in o) for _, o in must) and any(any(x.group == vendor for x in o) for _, o, _ in mine)
        may_keep = any(any(x.group != vendor for x in o) for _, o, _ in mine) or tail is not None
        lo = sum(s.lo for s, _ in must) if must else min(s.lo for s, _, _ in mine)
        found.append(_Unit(may_lose, may_keep, not must, lo, sum(s.hi for s, _, _ in mine)))
    return found


def _end(units: list[_Unit], tail: Tail | None, toward: bool) -> Number:
    """Greatest (or least) share of lost weight."""
    side: Number = tail.hi if tail else 0
    other: Number = 0
    for u in units:
        if u.lost if toward else u.kept:
            side += u.hi
        elif not u.absent:
            other += u.lo
    if side == INF:
        return 1 if toward else 0
    if side + other == 0:
        return 0
    share = Fraction(side) / Fraction(side + other)
    return share if toward else 1 - share
