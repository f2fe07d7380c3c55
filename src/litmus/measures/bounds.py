"""The interval of a measure in one cell, and whether its target holds there: stage 1, O(data).

Threshold questions are decided on margins (linear in the rows), not on the displayed interval, because a margin also
knows whether an end is reached: with one certain failure an open population can bring a ratio close to 1, never to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from litmus.core.dates import FIRST_DAY
from litmus.core.interval import INF, Interval, Number
from litmus.core.truth import Truth, k_all
from litmus.measures.hhi import fill_level, hhi_bounds
from litmus.measures.loss import loss_bounds, loss_truth
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import Seat, filled_range, margin_range, ratio_end, times

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class CellBounds:
    """Interval of the measure in a cell (None where it must be undefined), the answer, and whether the bound is exact."""

    interval: Interval | None
    truth: Truth
    exact: bool
    may_vanish: bool = False


@lru_cache(maxsize=1_000)
def linear_form(kind: str, op: str, bound: Number) -> tuple[Number, Number, Number] | None:
    """(weight of a yes, of a no, constant) whose sum is at least 0 exactly when the target holds; None if not linear.

    A bound p/q is brought to whole numbers by q: the sign of a margin stays, and whole numbers are added much faster.
    """
    sign = 1 if op == "at_least" else -1
    top, below = (bound.numerator, bound.denominator) if isinstance(bound, Fraction) else (bound, 1)
    if kind in {"ratio", "share"}:
        return sign * (below - top), -sign * top, 0
    if kind in {"count", "sum"}:
        return sign * below, sign * below, -sign * top
    return (sign * below, -sign * top, 0) if kind == "quotient" else None


def cell_bounds(problem: Problem, cell: tuple[str, ...], seats: list[Seat], tail: Tail | None, empty: bool) -> CellBounds:
    """Interval and answer for one cell. ``empty`` is the answer of a world in which the measure is undefined there.

    The answer is None where stage 1 cannot tell.
    """
    bound = problem.target.bound_for(cell)
    if bound is None:
        return CellBounds(None, True, exact=True)
    interval, exact = KIND_INTERVAL[problem.measure.kind](problem, seats, tail)
    op = problem.target.op
    ops = ("at_least", "at_most") if op == "equals" else (op,)
    unlisted = bool(problem.measure.by) and cell not in problem.listed_cells(cell[0])
    truth = k_all(_answer(problem, seats, tail, one, bound, interval, filled=unlisted) for one in ops)
    return or_vanished(problem, cell, seats, tail, CellBounds(interval, truth, exact), empty=empty)


def or_vanished(
    problem: Problem, cell: tuple[str, ...], seats: list[Seat], tail: Tail | None, filled: CellBounds, *, empty: bool
) -> CellBounds:
    """The bounds of a filled cell, with the worlds added in which there is nothing to measure in it."""
    kind, op, bound = problem.measure.kind, problem.target.op, problem.target.bound_for(cell)
    assert bound is not None  # noqa: S101 - cells of which the target does not speak have been answered
    vanishes = may_vanish(problem, seats, tail) and not (kind in {"count", "sum"} and cell in problem.listed_cells(cell[0]))
    truth = _or_empty(problem, seats, tail, filled.truth, bound, empty=empty) if vanishes else filled.truth
    sharp = filled.exact and op != "equals" and not (vanishes and (problem.measure.by or kind == "quotient"))
    return CellBounds(filled.interval, truth, bool(sharp), vanishes)


def _answer(
    problem: Problem, seats: list[Seat], tail: Tail | None, op: str, bound: Number, interval: Interval | None, *, filled: bool
) -> Truth:
    """The answer over the worlds in which there is something to measure. ``filled``: a cell without rows is not judged."""
    kind = problem.measure.kind
    form = linear_form(kind, op, bound)
    if form and not (problem.measure.share_form and kind in {"ratio", "share"}):
        needed = _cannot_all_leave(kind, seats, tail, filled=filled)
        held = {s.item.id for s in needed}
        free = [s for s in seats if s.item.id not in held] if needed else seats
        lo, hi = margin_range(free, tail, *form, rows_only=kind == "quotient")
        if needed:
            least, most = filled_range(needed, form[0], form[1])
            lo, hi = lo + least, hi + most
        return True if lo >= 0 else False if hi < 0 else None
    if kind == "max-share" and not problem.measure.share_form:
        return _max_share_truth(seats, tail, op, bound, interval)
    if kind == "n-minus-1" and op == "at_most":
        return loss_truth(problem, seats, tail, bound)
    return _by_interval(interval, op, bound)


def _cannot_all_leave(kind: str, seats: list[Seat], tail: Tail | None, *, filled: bool) -> list[Seat]:
    """The seats of which each may leave, but not all: without any there is nothing to judge."""
    if kind == "quotient":
        some = [s for s in seats if s.item.side == "bottom/"]
    else:
        some = seats if filled and kind in {"count", "sum"} and tail is None else []
    return some if some and all(s.leaves for s in some) else []


def may_vanish(problem: Problem, seats: list[Seat], tail: Tail | None) -> bool:
    """Is there a completion in which the cell has nothing to measure: no row, or nothing to divide by?"""
    kind = problem.measure.kind
    if kind in {"count", "sum", "date", "level"}:
        return bool(problem.measure.by) and all(s.leaves for s in seats) and (tail is None or tail.lo == 0)
    if kind == "quotient":
        tops = [s for s in seats if s.item.side == "top/"]
        unfilled = bool(problem.measure.by) and all(s.leaves for s in tops) and (tail is None or tail.lo == 0)
        return unfilled or all(s.leaves or s.lo <= 0 for s in seats if s.item.side == "bottom/")
    may_be_nothing = not problem.measure.share_form
    return all(s.leaves or (may_be_nothing and s.lo == 0) for s in seats) and (tail is None or tail.lo == 0)


def _or_empty(problem: Problem, seats: list[Seat], tail: Tail | None, truth: Truth, bound: Number, *, empty: bool) -> Truth:
    if not any(True for s in seats) and tail is None:
        return empty
    if not empty and tail is None and problem.target.op != "equals":
        form = linear_form(problem.measure.kind, problem.target.op, bound)
        if form and problem.measure.kind != "quotient" and all((form[0] if o.yes else form[1]) < 0 for s in seats for o in s.inside):
            return False
    return truth if truth is empty else None


def _by_interval(interval: Interval | None, op: str, bound: Number) -> Truth:
    if interval is None:
        return True
    if op == "at_least":
        return True if interval.lo >= bound else False if interval.hi < bound else None
    return True if interval.hi <= bound else False if interval.lo > bound else None


def _ratio(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    if problem.measure.share_form:
        whole = _share_of_whole(seats, tail, lambda s: s.may(yes=True), lambda s: s.may(yes=False))
        return whole, not any(s.leaves for s in seats)
    lo, hi = ratio_end(seats, tail, toward=False), ratio_end(seats, tail, toward=True)
    if lo is None and hi is None:
        return None, True
    return Interval(hi if lo is None else lo, lo if hi is None else hi), True  # type: ignore[arg-type]


def _share_of_whole(seats: list[Seat], tail: Tail | None, may: Callable[[Seat], bool], may_not: Callable[[Seat], bool]) -> Interval | None:
    """Share of a group under bounds l <= s <= u, shares adding up to one: max(l(G), 1-u(not G)) … min(u(G), 1-l(not G)).

    Weights are ppm. Evidence that cannot add up to one leaves the whole range open.
    """
    low_in = sum(s.lo for s in seats if not s.leaves and not may_not(s))
    low_out = sum(s.lo for s in seats if not s.leaves and not may(s))
    high_in = sum(s.hi for s in seats if may(s)) + (INF if tail else 0)
    high_out = sum(s.hi for s in seats if may_not(s)) + (INF if tail else 0)
    if not seats:
        return Interval(0, 1) if tail else None
    lo, hi = max(low_in, PPM - high_out, 0), min(high_in, PPM - low_out, PPM)
    if lo > hi:
        return Interval(0, 1)
    return Interval(Fraction(lo) / PPM, Fraction(hi) / PPM)


def _groups(seats: list[Seat]) -> list[str]:
    return sorted({o.group for s in seats for o in s.inside})


def group_intervals(seats: list[Seat], merge: bool) -> list[tuple[Number, Number]]:
    """Weight interval of each vendor. ``merge``: an undecided row may add to any vendor it may belong to; otherwise it
    stands alone (certain merges bound concentration below, possible merges above).
    """
    found: dict[str, list[Number]] = {}
    for s in seats:
        names = sorted({o.group for o in s.inside})
        decided = len(names) == 1
        keys = names if decided or merge else [f"?{s.item.id}"]
        sure = (decided or not merge) and not s.leaves
        for name in keys:
            span = found.setdefault(name, [0, 0])
            span[0] += s.lo if sure else 0
            span[1] += s.hi
    return [(a, b) for a, b in found.values()]


def _max_share(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    if not seats and tail is None:
        return None, True
    decided = all(len({o.group for o in s.inside}) == 1 and not s.leaves for s in seats)
    alone = group_intervals(seats, merge=False)
    if problem.measure.share_form:
        ends = [_share_of_whole(seats, tail, *_belongs(g)) for g in _groups(seats)]
        hi: Number = max((e.hi for e in ends if e), default=1)
        lo = _least_maximum(alone, tail)
        return Interval(min(lo, hi), 1 if tail else hi), decided
    his = [_group_end(seats, tail, g) for g in _groups(seats)]
    hi = max((h for h in his if h is not None), default=1)
    top = max((a for a, _ in alone), default=0)
    room = sum(min(b, top) for _, b in alone) + (tail.hi if tail else 0)
    if tail is not None and tail.hi == INF:
        low: Number = 0
    elif top == 0 and tail is not None:
        low = 0
    elif top == 0:
        low = Fraction(1, max(1, sum(1 for _, b in alone if b > 0)))
    else:
        low = Fraction(top) / room
    hi = 1 if tail is not None and (tail.hi == INF or not his) else hi
    return Interval(min(low, hi), hi), decided


def _belongs(group: str) -> tuple[Callable[[Seat], bool], Callable[[Seat], bool]]:
    return (
        lambda s: any(o.group == group for o in s.inside),
        lambda s: any(o.group != group for o in s.inside),
    )


def _group_end(seats: list[Seat], tail: Tail | None, group: str) -> Number | None:
    """Greatest share of one vendor: all that may be its own, against the least of all that cannot."""
    own: Number = tail.hi if tail else 0
    other: Number = 0
    for s in seats:
        if any(o.group == group for o in s.inside):
            own += s.hi
        elif not s.leaves:
            other += s.lo
    if own == INF:
        return 1
    return None if own + other == 0 else Fraction(own) / (own + other)


def _least_maximum(spans: list[tuple[Number, Number]], tail: Tail | None) -> Number:
    """Least greatest share when shares add up to one: fill all to a common level."""
    top = max((a for a, _ in spans), default=0)
    if tail is not None or not spans:
        return Fraction(top) / PPM
    low, high = [int(a) for a, _ in spans], [int(min(b, PPM)) for _, b in spans]
    if not sum(low) <= PPM <= sum(high):
        return 0
    return max(Fraction(top), fill_level(low, high, PPM)) / PPM


def max_share_reachable(spans: list[tuple[Number, Number]], tail: Tail | None, bound: Number) -> bool:
    """Can weights within the spans keep every vendor at or below ``bound`` of the total?

    With all weights cut at a level t the total must reach t/bound. What is left over is concave in t and not negative at
    0, so if it is negative at the least level there is, the greatest certain weight, it is negative above it too.
    """
    if not spans or bound >= 1 or (tail is not None and tail.hi == INF and bound > 0):
        return True
    top = max(a for a, _ in spans)
    if bound <= 0:
        return top == 0
    extra = tail.hi if tail else 0
    if top == 0:
        return extra > 0 or sum(1 for _, b in spans if b > 0) * bound >= 1
    return (sum(min(b, top) for _, b in spans) + extra) * bound >= top


def _max_share_truth(seats: list[Seat], tail: Tail | None, op: str, bound: Number, interval: Interval | None) -> Truth:
    if op == "at_least" or interval is None:
        return _by_interval(interval, op, bound)
    if not max_share_reachable(group_intervals(seats, merge=False), tail, bound):
        return False
    top, below = (bound.numerator, bound.denominator) if isinstance(bound, Fraction) else (bound, 1)
    for group in [*_groups(seats), ""]:
        worst: Number = times(top - below, tail.hi) if tail else 0
        for s in seats:
            terms = [times(top - below if o.group == group else top, w) for o in s.inside for w in {s.lo, s.hi}]
            worst += min([*terms, 0] if s.leaves else terms)
        if worst < 0:
            return None
    return True


def _hhi(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    if not seats:
        return (Interval(0, 1) if tail else None), True
    decided = all(len({o.group for o in s.inside}) == 1 and not s.leaves for s in seats)
    alone, merged = group_intervals(seats, merge=False), group_intervals(seats, merge=True)
    if not problem.measure.share_form:
        if tail is not None or any(b == INF for _, b in merged):
            floor = 0 if tail else Fraction(1, max(1, len(alone)))
            return Interval(floor, 1), False
        points = all(a == b for a, b in alone)
        low, high = _as_shares(alone), _as_shares(merged)
        if not low:
            return Interval(0, 1), False
        return Interval(hhi_bounds(low).lo, hhi_bounds(high).hi), decided and points
    rest = PPM - sum(a for a, _ in alone)
    if rest < 0:
        return Interval(0, 1), False
    if tail is not None:
        low_side = sum(a * a for a, _ in alone)
        high_side: list[tuple[Number, Number]] = [*((a, min(PPM, b + rest)) for a, b in merged), (0, rest)]
        return Interval(Fraction(low_side) / PPM**2, _highest(high_side)), False
    if not sum(a for a, _ in alone) <= PPM <= sum(b for _, b in alone):
        return Interval(0, 1), False
    found = hhi_bounds(_capped(alone), PPM)
    top = hhi_bounds(_capped(merged), PPM)
    return Interval(found.lo, top.hi), decided and top.exact


def _capped(spans: list[tuple[Number, Number]]) -> list[tuple[int, int]]:
    return [(int(a), int(min(b, PPM))) for a, b in spans]


def _highest(spans: list[tuple[Number, Number]]) -> Fraction:
    return hhi_bounds(_capped(spans), PPM).hi


def _as_shares(spans: list[tuple[Number, Number]]) -> list[tuple[Fraction, Fraction]]:
    """Share interval of each vendor when the total is not fixed."""
    low, high = sum(a for a, _ in spans), sum(b for _, b in spans)
    if high == 0:
        return []
    found = []
    for a, b in spans:
        least = Fraction(a) / Fraction(a + high - b) if a else Fraction(0)
        most = Fraction(b) / Fraction(b + low - a) if b else Fraction(0)
        found.append((least, most))
    return found


def _total(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    del problem
    return Interval(*margin_range(seats, tail, 1, 1, 0)), True


def _quotient(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    del problem
    tops = [s for s in seats if s.item.side == "top/"]
    bottoms = [s for s in seats if s.item.side == "bottom/"]
    top, bottom = Interval(*margin_range(tops, tail, 1, 0, 0)), Interval(*margin_range(bottoms, None, 1, 1, 0))
    if bottom.hi == 0:
        return None, True
    low = min(_divide(top.lo, b) for b in (bottom.lo, bottom.hi))
    return Interval(low, max(_divide(top.hi, b) for b in (bottom.lo, bottom.hi))), True


def _divide(a: Number, b: Number) -> Number:
    """Quotient of two ends; a denominator that may be as small as zero or as large as can be gives the limit."""
    if a == 0 or b == INF:
        return 0
    if b == 0 or a in (INF, -INF):
        return INF if a > 0 else -INF
    return Fraction(a) / Fraction(b)


def _date(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    del problem
    lo = min((s.lo for s in seats), default=INF)
    hi = min((s.hi for s in seats if not s.leaves), default=INF)
    return Interval(FIRST_DAY if tail else lo, hi), True


def _level(problem: Problem, seats: list[Seat], tail: Tail | None) -> tuple[Interval | None, bool]:
    del tail
    worst = problem.measure.pick == "worst"
    pick = min if worst else max
    sure = [s for s in seats if not s.leaves]
    if worst:
        hi = pick((s.hi for s in sure), default=max((s.hi for s in seats), default=problem.floor))
        lo = pick((s.lo for s in seats), default=problem.floor)
        return Interval(min(lo, problem.floor) if not sure else lo, hi), True
    return Interval(pick((s.lo for s in sure), default=problem.floor), pick((s.hi for s in seats), default=problem.floor)), True


KIND_INTERVAL: dict[str, Callable[[Problem, list[Seat], Tail | None], tuple[Interval | None, bool]]] = {
    "ratio": _ratio,
    "share": _ratio,
    "max-share": _max_share,
    "hhi": _hhi,
    "count": _total,
    "sum": _total,
    "quotient": _quotient,
    "date": _date,
    "level": _level,
    "n-minus-1": loss_bounds,
}
