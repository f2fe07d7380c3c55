"""What a document may turn out to say, and a problem with that in evidence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from litmus.core.interval import INF, Number
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem
from litmus.measures.spec import Measure

BIG = 10**15


@dataclass(frozen=True, slots=True)
class Left:
    """What a finding leaves of one fact or list in one clause, which is known by its measure and the parts it looks at.

    Of a fact the outcomes and the weight that are still possible; of a list the rows that it adds, and whether more may
    follow. One document speaks to several clauses, and each reads its own ``Left`` from it, never another clause's.
    """

    measure: Measure
    parts: tuple[str, ...]
    element: str
    outcomes: tuple[Outcome, ...] = ()
    lo: Number = 0
    hi: Number = 0
    rows: tuple[Item, ...] = ()
    more: bool = False

    def bears_on(self, problem: Problem) -> bool:
        """Is it said of this problem's clause?"""
        return self.measure == problem.measure and self.parts == problem.parts


@dataclass(frozen=True, slots=True)
class Need:
    """One fact or list to obtain: its id, what it is in words, and the finding that is assumed.

    Within one clause ``fix`` says how the fact counts, or ``rows`` what the list adds (none: it lists no further row).
    A finding for several clauses has ``lefts`` instead.
    """

    id: str
    label: str
    assume: str
    fix: tuple[Outcome, Number] | None = None
    rows: tuple[Item, ...] = ()
    lefts: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Settling:
    """A set that settles the verdict toward MET or NOT_MET.

    ``method``: exact (no smaller set exists), milp (the same, proved by an integer program), small (the smallest that
    stage 1 certifies among the findings tried; a smaller one might do), or greedy (found by assuming and pruning).
    """

    towards: str
    needs: tuple[Need, ...]
    method: str


def fix(problem: Problem, needs: Iterable[Need]) -> Problem:
    """The problem with the assumed findings in evidence."""
    needs = tuple(needs)
    said = {left.element: left for n in needs for left in n.lefts if left.bears_on(problem)}
    said |= {n.id: _own(problem, n) for n in needs if not n.lefts}
    return put(problem, said) if said else problem


def _own(problem: Problem, need: Need) -> Left:
    if need.fix is None:
        return Left(problem.measure, problem.parts, need.id, rows=need.rows)
    return Left(problem.measure, problem.parts, need.id, (need.fix[0],), need.fix[1], need.fix[1])


def put(problem: Problem, said: dict[str, Left]) -> Problem:
    """The problem with what is left of each element that was spoken of."""
    items = [told(i, said[i.id]) if i.id in said else i for i in problem.items]
    tails = [t for t in problem.tails if t.id not in said or said[t.id].more]
    items += [r for t in problem.tails if t.id in said for r in said[t.id].rows]
    return problem.with_items(tuple(items), tuple(tails))


def told(item: Item, left: Left) -> Item:
    """The fact with only the outcomes and the weight left; untouched where the finding leaves nothing to it."""
    return replace(item, outcomes=left.outcomes, lo=left.lo, hi=left.hi) if left.outcomes else item


def in_words(item: Item, outcome: Outcome, weight: Number) -> str:
    """The finding, in words: the values that make the outcome."""
    index = item.outcomes.index(outcome)
    values = {k: v for k, v in item.told[index].items() if k in item.open_fields or k in {"exists", "value"}}
    shown = [f"{k} = {v}" if k else v for k, v in values.items() if v not in {"", "any"}]
    if item.lo != item.hi and outcome.cell is not None and weight > item.lo and item.hi == INF:
        shown.append("it outweighs the rest")
    elif item.lo != item.hi and outcome.cell is not None:
        shown.append(f"value {weight}" if "weight" not in item.open_fields else f"weight {weight}")
    return ", ".join(shown) or ("it counts" if outcome.cell else "it does not count")
