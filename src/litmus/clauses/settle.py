"""The smallest set of facts that would settle an open verdict, if they turned out favourably.

A certificate is a set of (fact, value) that forces the verdict whatever the remaining facts are: a minimum prime
implicant. For one threshold it is exact to reveal the facts with the largest swing first (each fact adds its own term
to a linear margin). For several independent cells the sets add up. Otherwise every subset is tried in order of size as
long as that is affordable, and after that a greedy set is pruned and marked as such.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

from litmus.clauses.search import plans
from litmus.core.interval import INF, Number
from litmus.measures.assess import assess, possible_cells
from litmus.measures.bounds import linear_form
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import seats_in, tail_range, term_range

BUDGET = 400
BIG = 10**15


@dataclass(frozen=True, slots=True)
class Need:
    """One fact or list to obtain: its id, what it is in words, and the finding that is assumed."""

    id: str
    label: str
    assume: str
    fix: tuple[Outcome, Number] | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """A set that settles the verdict toward MET or NOT_MET.

    ``method``: exact (no smaller set exists), small (the smallest that stage 1 certifies; a smaller one might do where
    stage 1 is not exact), or greedy (found by assuming and pruning).
    """

    towards: str
    needs: tuple[Need, ...]
    method: str


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
        needs = _by_swing(problem, terms, goal)
        if needs is not None:
            fixed = fix(problem, needs)
            if assess(fixed).truth is goal:
                return Settling(name, tuple(needs), "exact")
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


def _by_swing(problem: Problem, cells: list[list[_Term]], goal: bool) -> list[Need] | None:
    if goal:
        chosen: set[str] = {t.id for t in problem.tails if t.hi > 0 and problem.measure.by}
        chosen |= {t.id for terms in cells for t in terms if t.low == -INF}
        for terms in cells:
            more = _cell_swing(terms, chosen)
            if more is None:
                return None
            chosen |= more
    else:
        options = [_cell_swing([_Term(t.id, -t.high, -t.low) for t in terms], set(), strict=True) for terms in cells]
        able = [o for o in options if o is not None]
        if not able:
            return None
        best = min(range(len(options)), key=lambda i: len(options[i]) if options[i] is not None else 10**9)  # type: ignore[arg-type]
        chosen = options[best] or set()
        return [_need(problem, i, goal, cells[best]) for i in sorted(chosen)]
    return [_need(problem, i, goal, [t for terms in cells for t in terms]) for i in sorted(chosen)]


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


def _need(problem: Problem, element: str, goal: bool, terms: list[_Term]) -> Need:
    tail = next((t for t in problem.tails if t.id == element), None)
    if tail is not None:
        hopeful = _tail_helps(problem, tail, goal, terms)
        words = "it lists rows that decide the clause this way" if hopeful else "it lists no further row"
        return Need(tail.id, tail.label, words, None if not hopeful else (Outcome(None), 1))
    item = next(i for i in problem.items if i.id == element)
    outcome, weight = _best(problem, item, goal)
    return Need(item.id, item.label, in_words(item, outcome, weight), (outcome, weight))


def _tail_helps(problem: Problem, tail: Tail, goal: bool, terms: list[_Term]) -> bool:
    """Would unseen rows themselves have to speak for the goal, or is it enough that there are none?"""
    del problem
    found = next((t for t in terms if t.id == tail.id), None)
    return (not goal) if found is None else (found.low > 0 if goal else found.high > 0 and tail.lo > 0) or (not goal)


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


def in_words(item: Item, outcome: Outcome, weight: Number) -> str:
    """The finding, in words: the values that make the outcome."""
    index = item.outcomes.index(outcome)
    told = {k: v for k, v in item.told[index].items() if k in item.open_fields or k in {"exists", "value"}}
    shown = [f"{k} = {v}" if k else v for k, v in told.items() if v not in {"", "any"}]
    if item.lo != item.hi and outcome.cell is not None and weight > item.lo and item.hi == INF:
        shown.append("it outweighs the rest")
    elif item.lo != item.hi and outcome.cell is not None:
        shown.append(f"value {weight}" if "weight" not in item.open_fields else f"weight {weight}")
    return ", ".join(shown) or ("it counts" if outcome.cell else "it does not count")


def fix(problem: Problem, needs: list[Need]) -> Problem:
    """The problem with the assumed findings in evidence."""
    given = {n.id: n for n in needs}
    items = []
    for item in problem.items:
        need = given.get(item.id)
        if need is None or need.fix is None:
            items.append(item)
        else:
            items.append(replace(item, outcomes=(need.fix[0],), lo=need.fix[1], hi=need.fix[1]))
    tails = []
    for tail in problem.tails:
        need = given.get(tail.id)
        if need is None:
            tails.append(tail)
        elif need.fix is not None and need.fix[0].cell is not None:
            items.append(Item(f"unseen:{tail.id}", (need.fix[0],), need.fix[1], need.fix[1]))
    return problem.with_items(tuple(items), tuple(tails))


def _choices(problem: Problem, element: Item | Tail) -> Iterator[Need]:
    if isinstance(element, Item):
        ends = {element.lo, element.hi if element.hi != INF else max(element.lo, BIG)}
        for outcome in element.outcomes:
            for weight in sorted(ends) if outcome.cell is not None else [element.lo]:
                yield Need(element.id, element.label, in_words(element, outcome, weight), (outcome, weight))
        return
    if element.lo == 0:
        yield Need(element.id, element.label, "it lists no further row", None)
    cells = possible_cells(problem, element.part) or [(element.part, *(f"(unseen {b})" for b in problem.measure.by))]
    groups = sorted({o.group for i in problem.items for o in i.outcomes if o.cell}) if problem.measure.of else []
    for cell in cells:
        local = element.within(cell)
        if local is None:
            continue
        for size in _tail_sizes(problem, local):
            for yes in (True, False):
                for group in [*groups, "(unseen vendor)"] if problem.measure.of else [""]:
                    unit = tuple(f"(unseen {u})" for u in problem.measure.unit)
                    words = f"it lists a row that counts as {'yes' if yes else 'no'}" + (f" for {group}" if group else "")
                    yield Need(element.id, element.label, words, (Outcome((*cell, *unit), yes, group), size))


def _tail_sizes(problem: Problem, tail: Tail) -> list[Number]:
    """Weights worth trying for a listed row: the ends; for a date, a day before and a day after the target."""
    if problem.measure.kind == "date":
        day = problem.target.bound or 1
        return [day, day + 1]
    return sorted({tail.lo, tail.hi if tail.hi != INF else BIG} - {0})


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
    needs: list[Need] = [Need(t.id, t.label, "it lists no further row") for t in problem.tails if t.hi > 0 and t.lo == 0]
    heavy = sorted((i for i in problem.items if not i.settled), key=lambda i: (i.hi, i.lo, i.id), reverse=True)
    for plan in plans(problem, goal):
        attempt = list(needs)
        found = plan(heavy)
        for item in heavy:
            if assess(fix(problem, attempt)).truth is goal:
                break
            outcome, weight = found[item.id]
            attempt.append(Need(item.id, item.label, in_words(item, outcome, weight), (outcome, weight)))
        if assess(fix(problem, attempt)).truth is goal:
            return _pruned(problem, attempt, goal)
    return None


def _pruned(problem: Problem, needs: list[Need], goal: bool) -> list[Need]:
    kept = list(needs)
    for need in needs:
        fewer = [n for n in kept if n is not need]
        if assess(fix(problem, fewer)).truth is goal:
            kept = fewer
    return kept
