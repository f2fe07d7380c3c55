"""What the list that closes a population may turn out to say: nothing further, one row, or many small ones.

Each finding is a definite set of rows, so that stage 1 can certify what would follow from it. Rows of suppliers that
nobody has seen are the only way in which an open list can *lower* a concentration: one of them is never enough.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from litmus.clauses.needs import BIG, Need
from litmus.core.dates import FIRST_DAY, show_day
from litmus.core.interval import INF, Number
from litmus.core.sets import OTHER
from litmus.measures.assess import possible_cells
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem, Tail

PPM = 1_000_000
UNSEEN = "(unseen vendor)"
NONE_FURTHER = "it lists no further row"
MANY = 20
MOST = 1000
Cell = tuple[str, ...]


def list_findings(problem: Problem, tail: Tail) -> Iterator[Need]:
    """Everything that the list is tried to say: no further row, one row (or one kind of row), then many small ones."""
    if tail.lo == 0:
        yield Need(tail.id, tail.label, NONE_FURTHER)
    cells = possible_cells(problem, tail.part) or [(tail.part, *(f"(unseen {b})" for b in problem.measure.by))]
    places = [(cell, local) for cell in cells if (local := tail.within(cell)) is not None]
    for cell, local in places:
        if problem.measure.kind == "date":
            yield from _acts(problem, tail, cell)
        else:
            yield from _one_kind(problem, tail, cell, local)
    for cell, local in places:
        if problem.measure.of:
            yield from _spread(problem, tail, cell, local)


def rows_need(problem: Problem, tail: Tail, cell: Cell, yes: bool, group: str, size: Number) -> Need:
    """The list adds rows of one kind with this weight in all."""
    unit = tuple(f"(unseen {u})" for u in problem.measure.unit)
    counted = not (problem.measure.weight or problem.measure.value)
    answer = " that counts" if problem.measure.of else f" that counts as {'yes' if yes else 'no'}"
    words = f"it lists a row{answer}"
    if counted and size >= BIG:
        words = f"it lists so many rows{answer.replace('counts', 'count')} that they outweigh the rest"
    elif counted and size > 1:
        words = f"it lists {_shown(problem, size)} rows{answer.replace('counts', 'count')}"
    if problem.measure.of:
        words += f", of {_whose(problem, group)}"
    row = _row(problem, tail, 0, Outcome((*cell, *unit), yes, group), size)
    return Need(tail.id, tail.label, words, rows=(row,))


def _row(problem: Problem, tail: Tail, number: int, outcome: Outcome, size: Number) -> Item:
    return Item(f"unseen:{tail.id}:{number}", (outcome,), size, size, side="top/" if problem.measure.kind == "quotient" else "")


def _acts(problem: Problem, tail: Tail, cell: Cell) -> Iterator[Need]:
    """One act dated on the last day that helps, on either side of the target: an earlier (a later) one does as well."""
    bound = problem.target.bound_for(cell)
    if bound is None:
        return
    early, late = (int(bound), int(bound) + 1) if problem.target.op == "at_most" else (ceil(bound) - 1, ceil(bound))
    for day, words in ((early, f"an act dated {_day(early)} or earlier"), (late, f"an act, and none dated before {_day(late)}")):
        row = _row(problem, tail, 0, Outcome(cell), day)
        yield Need(tail.id, tail.label, f"it lists {words}", rows=(row,))


def _day(day: int) -> str:
    return show_day(day) if day >= FIRST_DAY else str(day)


def _one_kind(problem: Problem, tail: Tail, cell: Cell, local: Tail) -> Iterator[Need]:
    groups = sorted({o.group for i in problem.items for o in i.outcomes if o.cell}) if problem.measure.of else []
    answers = (True,) if problem.measure.of or problem.measure.kind in {"count", "sum", "quotient"} else (True, False)
    for size in _sizes(problem, tail, cell, local):
        for yes in answers:
            for group in [*groups, UNSEEN] if problem.measure.of else [""]:
                yield rows_need(problem, tail, cell, yes, group, size)


def _sizes(problem: Problem, tail: Tail, cell: Cell, local: Tail) -> list[Number]:
    """Weights worth trying for listed rows: the ends; for rows that count one each also one, and enough for the target."""
    if problem.measure.share_form:
        return _rest(problem, cell)
    ends = {tail.lo, local.hi if local.hi != INF else BIG}
    if not (problem.measure.weight or problem.measure.value):
        ends.add(1)
        bound = problem.target.bound_for(cell)
        if problem.measure.kind == "count" and bound is not None:
            ends |= {ceil(bound), int(bound) + 1}
    return sorted(s for s in ends if s > 0 and tail.lo <= s and (s <= local.hi or s == BIG))


def _spread(problem: Problem, tail: Tail, cell: Cell, local: Tail) -> Iterator[Need]:
    """Rows of many suppliers that are not on record; where a loss is measured, of one unit that two of them serve."""
    if problem.measure.share_form:
        sizes = _rest(problem, cell)
    else:
        sizes = sorted(s for s in {tail.lo, local.hi if local.hi != INF else BIG} if s > 0 and tail.lo <= s)
    for size in sizes:
        tried = set()
        for number in _numbers(problem, cell):
            weights = _even(size, number)
            if len(weights) > 1 and len(weights) not in tried:
                tried.add(len(weights))
                yield _spread_need(problem, tail, cell, weights)


def _numbers(problem: Problem, cell: Cell) -> list[int]:
    """How many suppliers to try: two, as many as keep each (or their index) below the bound, and twenty."""
    if problem.measure.kind == "n-minus-1":
        return [2]
    bound = problem.target.bound_for(cell) or Fraction(1)
    enough = min(MOST, ceil(1 / Fraction(bound)))
    return sorted({2, max(2, enough), min(MOST, enough + 1), MANY})


def _even(size: Number, number: int) -> list[Number]:
    """The size in so many nearly equal parts, whole where the size is whole: a site is not cut in two."""
    if size >= BIG:
        return [size] * number
    if Fraction(size).denominator != 1:
        return [Fraction(size) / number] * number
    number = min(number, int(size))
    return sorted((int(size) + n) // number for n in range(number))


def _rest(problem: Problem, cell: Cell) -> list[Number]:
    """Where rows carry shares of a whole: what is left of it, if every row that may be in the cell is settled."""
    here = [i for i in problem.items if any(o.cell == cell for o in i.outcomes)]
    rest = PPM - sum(i.lo for i in here)
    return [rest] if rest > 0 and all(i.settled for i in here) else []


def _spread_need(problem: Problem, tail: Tail, cell: Cell, weights: list[Number]) -> Need:
    unit = tuple(f"(unseen {u})" for u in problem.measure.unit)
    rows = tuple(_row(problem, tail, n, Outcome((*cell, *unit), True, f"{UNSEEN} {n}"), w) for n, w in enumerate(weights))
    least, most = _shown(problem, weights[0]), _shown(problem, weights[-1])
    span = least if least == most else f"{least} to {most}"
    each = "alike in weight, and they outweigh the rest" if weights[0] >= BIG else f"with {span} each"
    where = f" in {' · '.join(cell[1:])}" if cell[1:] else ""
    shared = f", of one further {problem.measure.unit[0]} that all of them serve" if problem.measure.unit else ""
    words = f"it lists rows of {len(weights)} further {_noun(problem)}s{where}, none of them on record yet{shared}, {each}"
    return Need(tail.id, tail.label, words, rows=rows)


def _whose(problem: Problem, group: str) -> str:
    if group.startswith("(new "):
        return f"the {_noun(problem)} of {group[5:-1]}, whoever that is"
    return {UNSEEN: f"one {_noun(problem)} that is not on record yet", OTHER: f"a {_noun(problem)} that no record names"}.get(group, group)


def _noun(problem: Problem) -> str:
    return problem.measure.of.partition(".")[0]


def _shown(problem: Problem, weight: Number) -> str:
    if problem.measure.share_form:
        return f"{float(weight) / 10_000:g} %"
    if problem.measure.weight in {"value", "amount"}:
        return f"{float(weight) / 100:,.2f}"
    return str(weight) if Fraction(weight).denominator == 1 else f"about {float(weight):.3g}"
