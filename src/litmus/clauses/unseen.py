"""Rows that nobody has seen, where the population is open: the ways in which they could decide a clause."""

from collections.abc import Iterator
from fractions import Fraction

from litmus.core.interval import INF, Number
from litmus.measures.assess import possible_cells
from litmus.measures.bounds import linear_form
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import times
from litmus.measures.worlds import WorldRow

PPM = 1_000_000
MANY = 20
Cell = tuple[str, ...]


def unseen_options(problem: Problem, rows: list[WorldRow]) -> Iterator[tuple[WorldRow, ...]]:
    """Sets of unseen rows to try beside ``rows``: none, then one kind everywhere, then one kind in one cell."""
    tails = [t for t in problem.tails if t.hi > 0]
    if all(t.lo == 0 for t in tails):
        yield ()
    places = [
        (t, c)
        for t in tails
        for c in dict.fromkeys((*possible_cells(problem, t.part), *(new_cells(problem, t.part) if t.opens_cells else ())))
    ]
    ways = ("spread", "one", "own") if problem.measure.of else ("yes", "no", "yes exactly", "no exactly", "yes least", "no least")
    for way in ways:
        everywhere = [_rows(problem, t, c, way, rows) for t, c in places]
        if len(places) > 1:
            yield tuple(r for made in everywhere for r in made)
            known = [m for m, (_, c) in zip(everywhere, places, strict=True) if not c[-1].startswith("(unseen")]
            yield tuple(r for made in known for r in made)
        for made in everywhere:
            if made:
                yield tuple(made)


def new_cells(problem: Problem, part: str) -> list[Cell]:
    """Cells that nobody has seen; for a target by layer, one in each layer of which it speaks."""
    layered = next((n for n in problem.measure.by if n in {"layer", "generation"}), "")
    named = [key for key, _ in problem.target.by_cell] if layered else []
    return [(part, *(key if key and n == layered else f"(unseen {n})" for n in problem.measure.by)) for key in named or [""]]


def _rows(problem: Problem, tail: Tail, cell: Cell, way: str, rows: list[WorldRow]) -> list[WorldRow]:
    local = tail.within(cell)
    if local is None or local.hi == 0:
        return []
    here = [r for r in rows if r.cell[: len(cell)] == cell]
    if problem.measure.share_form:
        if here:
            return []
        size: Number = PPM
    else:
        size = _size(problem, local, here, cell, way)
    if size <= 0:
        return []
    side = "top/" if problem.measure.kind == "quotient" else ""
    if way == "spread":
        piece = Fraction(size) / MANY
        unit = tuple("(unseen unit)" for _ in problem.measure.unit)
        return [WorldRow((*cell, *unit), True, f"(unseen vendor {i})", piece, side) for i in range(MANY)]
    unit = tuple("(unseen unit)" for _ in problem.measure.unit)
    group = "(unseen vendor)" if problem.measure.of else ""
    if way == "own" and here:
        group = max(sorted({r.group for r in here}), key=lambda g: sum(r.weight for r in here if r.group == g))
        unit = next(r.cell[len(cell) :] for r in here if r.group == group)
    return [WorldRow((*cell, *unit), way.startswith("yes"), group, size, side)]


def _size(problem: Problem, tail: Tail, here: list[WorldRow], cell: Cell, way: str) -> Number:
    """As much as the list leaves open; where that is unbounded, enough to decide; "exactly" hits the target."""
    if problem.measure.kind == "date":
        return 1
    bound = problem.target.bound_for(cell)
    form = linear_form(problem.measure.kind, "at_least", bound) if bound is not None else None
    if way.endswith("exactly") and form:
        slope = form[0] if way.startswith("yes") else form[1]
        margin = form[2] + sum(times(form[0] if r.yes else form[1], r.weight) for r in here)
        needed = -Fraction(margin) / Fraction(slope) if slope else Fraction(0)
        return needed if tail.lo <= needed <= tail.hi else 0
    if way.endswith("least"):
        return tail.lo
    if tail.hi != INF:
        return tail.hi
    known: Number = 0
    for r in here:
        known += r.weight
    return max(tail.lo, (known + 1) * 10_000 + (abs(Fraction(bound)) if bound else 1) * 10)


def fill_whole(problem: Problem, cell: Cell, left: Number, toward: bool) -> list[WorldRow]:
    """The undisclosed rest of a whole of one: with one unseen vendor, or spread over many."""
    if problem.measure.of and not toward:
        return [WorldRow(cell, False, f"(unseen vendor {i})", Fraction(left) / MANY) for i in range(MANY)]
    return [WorldRow(cell, toward, "(unseen vendor)", left)]
