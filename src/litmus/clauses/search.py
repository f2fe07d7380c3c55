"""Worlds: finding one that meets a clause and one that breaks it, and proving that none does (stage 2).

One search does both. It walks the completions of the open facts depth first, asks stage 1 at every step whether the
rest can still reach the goal, and stops at the first world that does. Stage 1 is sound, so a walk that ends without
cutting anything short proves that no world reaches the goal. Arithmetic is exact throughout; a walk that hits its
limit proves nothing and leaves the verdict open.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from litmus.clauses.unseen import fill_whole, unseen_options
from litmus.core.interval import INF, Number
from litmus.measures.assess import assess, possible_cells
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem
from litmus.measures.worlds import WorldRow, satisfied

PPM = 1_000_000
LIMIT = 400


@dataclass(frozen=True, slots=True)
class World:
    """A completion: for each item the outcome and weight chosen, and the rows that nobody has seen."""

    choices: dict[str, tuple[Outcome, Number]]
    unseen: tuple[WorldRow, ...] = ()

    def rows(self, problem: Problem) -> list[WorldRow]:
        """The rows of the world, as the plain evaluator takes them."""
        found = []
        for item in problem.items:
            outcome, weight = self.choices[item.id]
            if outcome.cell is not None:
                found.append(WorldRow(outcome.cell, outcome.yes, outcome.group, weight, item.side))
        return [*found, *self.unseen]


@dataclass
class Search:
    """Result of a walk: the world found, and whether the walk was complete (so that None is a proof)."""

    world: World | None = None
    complete: bool = True
    steps: int = 0


def replay(problem: Problem, world: World) -> bool:
    """Does the world satisfy the clause? Through the plain evaluator, which knows nothing of bounds."""
    return satisfied(problem, world.rows(problem))


def find_world(problem: Problem, goal: bool, limit: int = LIMIT) -> Search:
    """A world that meets (goal True) or breaks (False) the clause, or what the walk can say when there is none."""
    search = Search()
    _walk(_Node(problem, problem, {}, ()), goal, search, limit)
    return search


@dataclass(frozen=True, slots=True)
class _Node:
    """``now`` has the items decided so far fixed; ``unseen`` rows are part of it as fixed items."""

    problem: Problem
    now: Problem
    decided: dict[str, tuple[Outcome, Number]]
    unseen: tuple[WorldRow, ...] = field(default=())


def _walk(node: _Node, goal: bool, search: Search, limit: int) -> bool:
    search.steps += 1
    truth = assess(node.now).truth
    if truth is (not goal):
        return False
    if search.steps > limit:
        search.complete = False
        return False
    done = _try_complete(node, goal)
    if done is not None:
        search.world = done
        return True
    for child in _branches(node, goal):
        if _walk(child, goal, search, limit):
            return True
        if search.steps > limit:
            # The siblings were not walked, whatever the child said: nothing is proved.
            search.complete = False
            return False
    if all(len(i.outcomes) == 1 for i in node.now.items):
        search.complete = False
    return False


def _try_complete(node: _Node, goal: bool) -> World | None:
    """Fill the rest in ways that favour the goal, and see whether the plain evaluator agrees."""
    items = [i for i in node.now.items if not i.id.startswith("unseen:")]
    for plan in plans(node.now, goal):
        choices = {**node.decided, **plan(items)}
        for unseen in unseen_options(node.now, World(choices, node.unseen).rows(node.now)):
            world = balanced(node.now, World(choices, (*node.unseen, *unseen)), goal)
            if world is not None and _lawful(node.problem, world) and replay(node.problem, world) is goal:
                return world
    return None


Plan = Callable[[list[Item]], dict[str, tuple[Outcome, Number]]]


def plans(problem: Problem, goal: bool) -> Iterator[Plan]:
    """Ways to complete all items at once. For measures of vendors: concentrate on one, or spread over many."""
    if not problem.measure.of:
        yield lambda items: {i.id: favoured(problem, i, goal) for i in items}
        if problem.measure.by:
            yield lambda items: {i.id: favoured(problem, i, goal, stay=True) for i in items}
        return
    if (problem.target.op == "at_least") is goal:
        weights: dict[str, Number] = {}
        for item in problem.items:
            for outcome in item.outcomes:
                weights[outcome.group] = weights.get(outcome.group, 0) + item.lo
        for group in sorted((g for g in weights if g), key=lambda g: -weights[g])[:4] or [""]:
            yield partial(_concentrate, group)
    else:
        yield partial(_spread, False)
        yield partial(_spread, True)
        yield _levelled


def _concentrate(group: str, items: list[Item]) -> dict[str, tuple[Outcome, Number]]:
    """Everything that may belong to one vendor does, at its heaviest; the rest stays out or light."""
    found = {}
    for item in items:
        own = next((o for o in item.outcomes if o.group == group and o.cell), None)
        out = next((o for o in item.outcomes if o.cell is None), None)
        found[item.id] = (own, _heavy(item)) if own else (out or item.outcomes[0], item.lo)
    return found


def _spread(heavy: bool, items: list[Item]) -> dict[str, tuple[Outcome, Number]]:
    """Each row goes to the vendor with the least weight in its cell so far, the heaviest rows first."""
    load: dict[tuple[object, str], Number] = {}
    found = {}
    for item in sorted(items, key=lambda i: (len(i.outcomes), -i.lo, i.id)):
        choice = min(item.outcomes, key=lambda o: (load.get((o.cell, o.group), 0) if o.cell else item.lo, o.cell is None))
        weight = _heavy(item) if heavy and not load.get((choice.cell, choice.group)) and item.hi != INF else item.lo
        if choice.cell:
            load[(choice.cell, choice.group)] = load.get((choice.cell, choice.group), 0) + weight
        found[item.id] = (choice, weight)
    return found


def _levelled(items: list[Item]) -> dict[str, tuple[Outcome, Number]]:
    """Spread, then raise the light vendors to the heaviest one's least weight: the most even whole there is."""
    found = _spread(False, items)
    load: dict[tuple[object, str], Number] = {}
    for outcome, weight in found.values():
        load[(outcome.cell, outcome.group)] = load.get((outcome.cell, outcome.group), 0) + weight
    for item in items:
        outcome, weight = found[item.id]
        top = max(w for (cell, _), w in load.items() if cell == outcome.cell)
        more = min(item.hi - weight, top - load[(outcome.cell, outcome.group)])
        if outcome.cell is not None and more > 0:
            found[item.id] = (outcome, weight + more)
            load[(outcome.cell, outcome.group)] += more
    return found


def _heavy(item: Item) -> Number:
    return item.hi if item.hi != INF else max(item.lo * 1000, 10**9)


def favoured(problem: Problem, item: Item, goal: bool, stay: bool = False) -> tuple[Outcome, Number]:
    """The outcome and weight of one item that lean most toward the goal (a guess; the replay decides)."""
    toward = (problem.target.op != "at_most") is goal
    kind = problem.measure.kind
    if kind == "compare" and item.outcomes[0].cell and item.outcomes[0].cell[0] != problem.parts[0]:
        toward = not toward
    if kind == "date":
        inside = [o for o in item.outcomes if o.cell is not None]
        out = next((o for o in item.outcomes if o.cell is None), None)
        return (inside[0] if inside and (not toward or out is None) else out or inside[0]), (item.hi if toward else item.lo)
    if item.side == "bottom/":
        return item.outcomes[0], item.lo if toward else _heavy(item)
    by_value = kind in {"sum", "count", "level"} or item.side == "top/"
    best = sorted(item.outcomes, key=lambda o: _lean(o, by_value=by_value, stay=stay), reverse=toward)[0]
    if by_value:
        return best, _heavy(item) if toward else item.lo
    return best, _heavy(item) if best.cell is not None and best.yes is toward else item.lo


def _lean(outcome: Outcome, by_value: bool, stay: bool) -> int:
    if outcome.cell is None:
        return 0 if by_value or stay else 1
    return 2 if outcome.yes else 0


def balanced(problem: Problem, world: World, goal: bool) -> World | None:
    """Where rows carry shares of a whole, move weight within the intervals until each cell adds up to one."""
    if not problem.measure.share_form:
        return world
    toward = (problem.target.op == "at_least") is goal
    cells: dict[tuple[str, ...], list[Item]] = {}
    for item in problem.items:
        outcome, _ = world.choices.get(item.id, (item.outcomes[0], 0))
        if outcome.cell is not None:
            cells.setdefault(outcome.cell, []).append(item)
    choices, unseen = dict(world.choices), list(world.unseen)
    for cell, members in cells.items():
        left: Number = PPM - sum(i.lo for i in members)
        if left < 0:
            return None
        order = sorted(members, key=lambda i: _priority(choices.get(i.id, (i.outcomes[0], 0))[0], problem, members, choices, toward))
        for item in order:
            more = min(left, item.hi - item.lo)
            choices[item.id] = (choices.get(item.id, (item.outcomes[0], 0))[0], item.lo + more)
            left -= more
        tail = problem.tail_in(cell[: 1 + len(problem.measure.by)])
        if left and tail is None:
            return None
        if left:
            unseen += fill_whole(problem, cell, left, toward)
    return World(choices, tuple(unseen))


def _priority(
    outcome: Outcome, problem: Problem, members: list[Item], choices: dict[str, tuple[Outcome, Number]], toward: bool
) -> tuple[int, ...]:
    """Who takes the free weight first: the side that the goal wants; for concentration the largest, or the smallest."""
    if not problem.measure.of:
        return (0 if outcome.yes is toward else 1,)
    mine = sum(i.lo for i in members if choices.get(i.id, (i.outcomes[0], 0))[0].group == outcome.group)
    return (int(-mine if toward else mine),)


def _lawful(problem: Problem, world: World) -> bool:
    """Weights within their intervals, outcomes among the possible, unseen rows only where the population is open."""
    for item in problem.items:
        outcome, weight = world.choices[item.id]
        if outcome not in item.outcomes or not (item.lo <= weight <= item.hi or outcome.cell is None):
            return False
    if problem.measure.share_form:
        return True
    width = 1 + len(problem.measure.by)
    for part in {t.part for t in problem.tails} | {r.cell[0] for r in world.unseen}:
        tail = problem.tail(part)
        mine = [r for r in world.unseen if r.cell[0] == part]
        if tail is None:
            if mine:
                return False
            continue
        total = sum(r.weight for r in mine)
        if problem.measure.kind != "date" and not (tail.lo <= total <= tail.hi):
            return False
        if any((local := tail.within(r.cell[:width])) is None or r.weight > local.hi for r in mine):
            return False
        if not tail.opens_cells and any(r.cell[:width] not in possible_cells(problem, part) for r in mine):
            return False
    return True


def _branches(node: _Node, goal: bool) -> Iterator[_Node]:
    """Split the heaviest open item into its outcomes, the most favourable first."""
    open_items = [i for i in node.now.items if len(i.outcomes) > 1]
    if not open_items:
        return
    item = max(open_items, key=lambda i: (i.lo, i.hi, i.id))
    first, _ = favoured(node.now, item, goal)
    for outcome in sorted(item.outcomes, key=lambda o: o != first):
        fixed = replace(item, outcomes=(outcome,))
        items = tuple(fixed if i is item else i for i in node.now.items)
        yield _Node(node.problem, node.now.with_items(items), node.decided, node.unseen)
