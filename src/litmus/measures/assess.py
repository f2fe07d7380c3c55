"""Stage 1: cells, parts and comparisons put together with strong Kleene logic."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from litmus.core.interval import INF, Interval, Number
from litmus.core.truth import Truth, k_all, k_at_least
from litmus.measures.bounds import KIND_INTERVAL, CellBounds, cell_bounds, may_vanish
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import Seat, seated
from litmus.measures.worlds import statistic

Cell = tuple[str, ...]


class CellBounder(Protocol):
    """Bounds of one cell, given its unseen rows and the answer of a world in which the measure is undefined there."""

    def __call__(self, cell: Cell, tail: Tail | None, *, empty: bool) -> CellBounds: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer, the interval that stands for the clause (its worst cell), every cell's own, and what is exact.

    ``shown`` is None where there is nothing to measure in any completion.
    """

    truth: Truth
    shown: Interval | None
    cells: dict[Cell, CellBounds]
    parts: dict[str, Truth]
    exact: bool


def assess(problem: Problem) -> Assessment:
    """Bounds and answer from everything that may still be. Sound always; exact where ``exact`` says so."""
    if problem.measure.kind == "compare":
        return _compare(problem)

    seats = seated(problem.items, 1 + len(problem.measure.by))

    def bounds(cell: Cell, tail: Tail | None, *, empty: bool) -> CellBounds:
        return cell_bounds(problem, cell, seats(cell), tail, empty=empty)

    filled = {part: possible_cells(problem, part) for part in problem.parts}
    return put_together(problem, filled, bounds, shared=_shared(problem))


def put_together(problem: Problem, filled: dict[str, list[Cell]], bounds: CellBounder, *, shared: bool) -> Assessment:
    """The answer from the cells of each part. ``shared``: some fact may stand in more than one cell."""
    cells: dict[Cell, CellBounds] = {}
    parts: dict[str, Truth] = {}
    exact = True
    for part in problem.parts:
        found, truth = _part(problem, part, filled[part], bounds)
        cells.update(found)
        parts[part] = truth
        exact = exact and len([c for c in found.values() if c.truth is None]) <= 1
    truth = k_at_least(problem.needed, parts.values())
    exact = exact and all(c.exact for c in cells.values()) and not shared and len(problem.parts) == 1
    exact = exact and not (problem.measure.by and (problem.tails or not problem.empty))
    return Assessment(truth, _worst(problem, cells), cells, parts, exact)


def opens_cells(problem: Problem, part: str) -> bool:
    """May a cell exist that nobody has named?"""
    tail = problem.tail(part)
    return bool(problem.measure.by) and tail is not None and tail.opens_cells and not problem.listed_cells(part)


def _shared(problem: Problem) -> bool:
    """Does some fact possibly belong to more than one cell? Then cells are not independent."""
    width = 1 + len(problem.measure.by)
    return any(len({o.cell[:width] for o in i.outcomes if o.cell}) > 1 for i in problem.items)


def possible_cells(problem: Problem, part: str) -> list[Cell]:
    """The cells of a part that some completion fills; the single cell of the part when nothing is split."""
    if not problem.measure.by:
        return [(part,)]
    width = 1 + len(problem.measure.by)
    found = {o.cell[:width] for i in problem.items for o in i.outcomes if o.cell is not None and o.cell[0] == part}
    found |= set(problem.listed_cells(part))
    return sorted(c for c in found if "*" not in c)


def _part(problem: Problem, part: str, filled_cells: list[Cell], bounds: CellBounder) -> tuple[dict[Cell, CellBounds], Truth]:
    tail = problem.tail(part)
    cells: dict[Cell, CellBounds] = {}
    split = bool(problem.measure.by)
    filled: list[Truth] = []
    for cell in filled_cells:
        cells[cell] = bounds(cell, tail and tail.within(cell), empty=True if split else problem.empty)
        if problem.target.bound_for(cell) is not None:
            filled.append(None if cells[cell].may_vanish else True)
    truth = k_all(c.truth for c in cells.values())
    if split:
        if opens_cells(problem, part) and truth is True:
            truth = None
        if not problem.empty and True not in filled:
            truth = (None if truth is not False else False) if filled or opens_cells(problem, part) else False
    return cells, truth


def _worst(problem: Problem, cells: dict[Cell, CellBounds]) -> Interval | None:
    """The interval of the least favourable cell: both of its ends move with the target's direction."""
    spans = [c.interval for c in cells.values() if c.interval is not None]
    sure = [c.interval for c in cells.values() if c.interval is not None and not c.may_vanish]
    if any(opens_cells(problem, part) for part in problem.parts):
        unseen = Interval(0, INF if problem.measure.kind in {"count", "sum", "quotient"} else 1)
        spans = [*spans, unseen]
    if not spans:
        return None
    if not sure:
        return Interval(min(i.lo for i in spans), max(i.hi for i in spans))
    if problem.target.op == "at_least":
        return Interval(min(i.lo for i in spans), min(i.hi for i in sure))
    return Interval(max(i.lo for i in sure), max(i.hi for i in spans))


def _compare(problem: Problem) -> Assessment:
    """Own value against a statistic of the peers' values. Both are monotone, so end points decide."""
    inner = problem.inner()
    own_part = problem.parts[0]
    seats = seated(inner.items, 1)
    own = _interval(inner, own_part, seats)
    peers = {p: _interval(inner, p, seats) for p in problem.measure.peers}
    undefined = [p for p in (own_part, *peers) if may_vanish(inner, seats((p,)), inner.tail(p))]
    known = {p: i for p, i in peers.items() if i is not None}
    if own is None or not known:
        truth: Truth = problem.empty if not undefined or (own is None and not inner.tail(own_part)) else None
        return Assessment(truth, own, {}, {own_part: truth}, exact=False)
    level = Interval(
        statistic([i.lo for i in known.values()], problem.measure.statistic),
        statistic([i.hi for i in known.values()], problem.measure.statistic),
    )
    answer = _against(own, level, problem.target.op)
    if undefined:
        answer = None
    cells = {(own_part,): CellBounds(own, answer, exact=True), ("peers", problem.measure.statistic): CellBounds(level, None, True)}
    return Assessment(answer, own, cells, {own_part: answer}, exact=not undefined)


def _interval(inner: Problem, part: str, seats: Callable[[Cell], list[Seat]]) -> Interval | None:
    return KIND_INTERVAL[inner.measure.kind](inner, seats((part,)), inner.tail(part))[0]


def _against(own: Interval, level: Interval, op: str) -> Truth:
    if op == "at_least":
        return True if own.lo >= level.hi else False if own.hi < level.lo else None
    return True if own.hi <= level.lo else False if own.lo > level.hi else None


def difference(own: Interval, level: Interval) -> Interval:
    """Own minus peers, for display."""
    return own - level


def as_fraction(x: Number) -> Fraction:
    """The exact value of a finite bound."""
    return Fraction(x)
