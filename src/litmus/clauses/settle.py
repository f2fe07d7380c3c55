"""The smallest set of facts that would settle an open verdict, if they turned out favourably.

A certificate is a set of (fact, value) that forces the verdict whatever the remaining facts are: a minimum prime
implicant. For one threshold it is exact to reveal the facts with the largest swing first (each fact adds its own term
to a linear margin). For several independent cells the sets add up. Otherwise every subset is tried in order of size as
long as that is affordable, and after that a greedy set is pruned and marked as such.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from litmus.clauses.lists import list_findings
from litmus.clauses.needs import BIG, Need, Settling, fix, in_words
from litmus.clauses.search import plans
from litmus.core.interval import INF, Number
from litmus.measures.assess import assess, possible_cells
from litmus.measures.bounds import linear_form
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import seats_in, tail_range, term_range

__all__ = ["Need", "Settling", "fix", "in_words", "settle", "settle_toward"]

BUDGET = 400
LISTS = 60
STARTS = 12


def settle(problem: Problem, truth: bool | None, budget: int = BUDGET) -> list[Settling]:
    """The sets that would settle an open verdict, smallest first; empty when it is settled."""
    if truth is not None:
        return []
    found = [s for goal in (True, False) if (s := settle_toward(problem, goal, budget)) is not None]
    return sorted(found, key=lambda s: (len(s.needs), s.towards != "MET"))


def settle_toward(problem: Problem, goal: bool, budget: int = BUDGET) -> Settling | None:
    """The smallest set toward one answer; None when no findings could give it."""
    name = "MET" if goal else "NOT_MET"
    terms = _linear_cells(problem)
    if terms is not None:
        chosen = _by_swing(problem, terms, goal)
        swung = None if chosen is None else _certified(problem, chosen, goal)
        if swung is not None:
            return Settling(name, tuple(swung), "exact")
    found = _by_size(problem, goal, budget)
    if found is not None:
        weighed = bool(problem.measure.of) and any(i.lo != i.hi for i in problem.items)
        sharp = len(found) == 1 or (assess(problem).exact and not weighed)
        return Settling(name, tuple(found), "exact" if sharp else "small")
    rough = _greedy(problem, goal)
    return Settling(name, tuple(rough), "greedy") if rough is not None else None


@dataclass(frozen=True, slots=True)
class _Term:
    """What one element adds to a cell's margin: at worst and at best."""

    id: str
    low: Number
    high: Number


def _linear_cells(problem: Problem) -> list[list[_Term]] | None:
    """Terms of each cell's margin, with the constant first; None when the clause is not a plain conjunction of these."""
    kind, op = problem.measure.kind, problem.target.op
    linear = linear_form(kind, op, 1) and not problem.measure.share_form and op != "equals"
    if not linear or problem.needed != len(problem.parts):
        return None
    if not problem.empty and (problem.measure.by or kind != "quotient"):
        return None
    cells = []
    for part in problem.parts:
        for cell in possible_cells(problem, part):
            bound = problem.target.bound_for(cell)
            if bound is None:
                continue
            form = linear_form(kind, op, bound)
            assert form  # noqa: S101 - the kind is linear
            if form[2] < 0 and problem.measure.by and cell not in problem.listed_cells(part):
                # An empty cell is not judged, though its margin would be below zero.
                return None
            tail = problem.tail_in(cell)
            terms = [_Term("", form[2], form[2])]
            terms += [_Term(s.item.id, *term_range(s, form[0], form[1])) for s in seats_in(problem.items, cell)]
            if tail:
                terms.append(_Term(tail.id, *tail_range(tail, form[0], form[0] if kind == "quotient" else form[1])))
            cells.append(terms)
    seen: set[str] = set()
    for terms in cells:
        ids = {t.id for t in terms if t.id and not t.id.startswith("population:") and t.low != t.high}
        if ids & seen:
            return None
        seen |= ids
    return cells


def _by_swing(problem: Problem, cells: list[list[_Term]], goal: bool) -> set[str] | None:
    """The fewest elements whose best values decide every cell (or, to break the clause, any one of them)."""
    if goal:
        chosen: set[str] = {t.id for t in problem.tails if t.hi > 0 and problem.measure.by}
        chosen |= {t.id for terms in cells for t in terms if t.low == -INF}
        for terms in cells:
            more = _cell_swing(terms, chosen)
            if more is None:
                return None
            chosen |= more
        return chosen
    options = [_cell_swing([_Term(t.id, -t.high, -t.low) for t in terms], set(), strict=True) for terms in cells]
    return min((o for o in options if o is not None), key=len, default=None)


def _cell_swing(terms: list[_Term], given: set[str], strict: bool = False) -> set[str] | None:
    """Fewest elements whose best values lift the margin to 0 (above 0 when strict), the others at their worst."""
    chosen = {t.id for t in terms if t.low == -INF and t.id}
    total: Number = sum(t.high if t.id in chosen | given else t.low for t in terms)
    rest = sorted((t for t in terms if t.id and t.id not in chosen | given), key=lambda t: t.high - t.low, reverse=True)
    for t in rest:
        if total > 0 or (total == 0 and not strict):
            break
        total += t.high - t.low
        chosen.add(t.id)
    return chosen if total > 0 or (total == 0 and not strict) else None


def _certified(problem: Problem, chosen: set[str], goal: bool) -> list[Need] | None:
    """The findings of these elements that force the goal; a list may have to speak in one of several ways."""
    best = []
    for item in sorted((i for i in problem.items if i.id in chosen), key=lambda i: i.id):
        outcome, weight = _best(problem, item, goal)
        best.append(Need(item.id, item.label, in_words(item, outcome, weight), (outcome, weight)))
    said = [list(list_findings(problem, t)) for t in problem.tails if t.id in chosen]
    for told in islice(product(*said), LISTS):
        if assess(fix(problem, [*best, *told])).truth is goal:
            return [*best, *told]
    return None


def _best(problem: Problem, item: Item, goal: bool) -> tuple[Outcome, Number]:
    """The completion of one item that adds most (least) to the margin of its cell."""
    op = problem.target.op
    scored = []
    for outcome in item.outcomes:
        for weight in (item.lo, item.hi if item.hi != INF else max(item.lo, BIG)):
            bound = problem.target.bound_for(outcome.cell or ("",))
            form = linear_form(problem.measure.kind, op, bound if bound is not None else 1)
            assert form  # noqa: S101
            value = 0 if outcome.cell is None or bound is None else (form[0] if outcome.yes else form[1]) * weight
            scored.append((value, outcome.cell is not None, weight, outcome))
    value, _, weight, outcome = (max if goal else min)(scored, key=lambda s: (s[0], s[1], -s[2]))
    return outcome, weight


def _choices(problem: Problem, element: Item | Tail) -> Iterator[Need]:
    if isinstance(element, Item):
        ends = {element.lo, element.hi if element.hi != INF else max(element.lo, BIG)}
        for outcome in element.outcomes:
            for weight in sorted(ends) if outcome.cell is not None else [element.lo]:
                yield Need(element.id, element.label, in_words(element, outcome, weight), (outcome, weight))
        return
    yield from list_findings(problem, element)


def _by_size(problem: Problem, goal: bool, budget: int) -> list[Need] | None:
    """Every set in order of size, within the budget; None when the budget ends or no set exists."""
    elements: list[Item | Tail] = [i for i in problem.items if not i.settled]
    elements += [t for t in problem.tails if t.hi > 0]
    options = {e.id: list(_choices(problem, e)) for e in elements}
    spent = 0
    for size in range(1, len(elements) + 1):
        for chosen in combinations(elements, size):
            for needs in product(*(options[e.id] for e in chosen)):
                spent += 1
                if spent > budget:
                    return None
                if assess(fix(problem, list(needs))).truth is goal:
                    return list(needs)
    return None


def _greedy(problem: Problem, goal: bool) -> list[Need] | None:
    """Assume favourable findings one after another until the verdict is forced, then drop those that were not needed."""
    heavy = sorted((i for i in problem.items if not i.settled), key=lambda i: (i.hi, i.lo, i.id), reverse=True)
    lists = [list(list_findings(problem, t)) for t in problem.tails if t.hi > 0]
    for plan in plans(problem, goal):
        found = plan(heavy)
        assumed = [Need(i.id, i.label, in_words(i, *found[i.id]), found[i.id]) for i in heavy]
        for start in islice(product(*lists), STARTS):
            attempt = [*start, *assumed]
            if assess(fix(problem, attempt)).truth is goal:
                # More findings only narrow what may be, so the shortest forcing stretch can be found by halving.
                enough = bisect_left(range(len(attempt)), True, key=lambda n: assess(fix(problem, attempt[:n])).truth is goal)
                return _pruned(problem, attempt[:enough], goal)
    return None


def _pruned(problem: Problem, needs: list[Need], goal: bool) -> list[Need]:
    kept = list(needs)
    for need in needs:
        fewer = [n for n in kept if n is not need]
        if assess(fix(problem, fewer)).truth is goal:
            kept = fewer
    return kept
