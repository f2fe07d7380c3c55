"""What one list may say to several clauses at once, where each asks for another kind of row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from litmus.clauses.lists import list_findings
from litmus.clauses.needs import Left, Need
from litmus.core.interval import INF
from litmus.core.sets import Names
from litmus.facts.evidence import domain
from litmus.measures.bounds import linear_form
from litmus.measures.derived import RESTS_ON
from litmus.measures.problem import Problem, Tail
from litmus.measures.spec import DERIVED, Condition, Measure

EACH = 8
MOST = 200
Said = tuple[str, dict[int, Left], int]


class _Kind:
    """Clauses that ask the same of the list, and what it may say to them."""

    def __init__(self, members: Sequence[int], problem: Problem, tail: Tail, title: str, *, alone: bool) -> None:
        self.members, self.problem, self.tail, self.title = tuple(members), problem, tail, title
        measure = problem.measure
        self.measure: Measure = measure.own or measure.top or measure
        found = list(list_findings(problem, tail))
        if not alone:
            found = [n for n in found if _useful(problem, n)]
        self.cut = len(found) > EACH
        self.options: list[tuple[str, Left]] = [(n.assume, self._left(n)) for n in found[:EACH]]
        if tail.lo == 0 and tail.hi == INF and _helped_by_more(problem):
            self.options += [(words, replace(left, more=True)) for words, left in self.options if left.rows]

    def _left(self, need: Need) -> Left:
        return Left(self.problem.measure, self.problem.parts, self.tail.id, rows=need.rows)


def _useful(problem: Problem, need: Need) -> bool:
    """Can the finding bring the clause nearer to being met? Of a linear clause only rows on its side, and enough of them."""
    form = linear_form(problem.measure.kind, problem.target.op, 1)
    if not need.rows or form is None or problem.target.op == "equals":
        return True
    row = need.rows[0]
    slope = form[0] if row.outcomes[0].yes else form[1]
    return slope > 0 or (slope == 0) or problem.tails[0].lo > 0


def _helped_by_more(problem: Problem) -> bool:
    """Can a listed row decide the clause although more may follow?"""
    lower = problem.measure.kind in {"count", "sum", "quotient"} and problem.target.op == "at_least"
    return not problem.measure.by and (lower or (problem.measure.kind == "date" and problem.target.op == "at_most"))


def list_says(name: str, problems: dict[int, Problem], titles: dict[int, str]) -> tuple[list[Said], bool]:
    """What the list may say (words, what it leaves to each clause, how odd it is); and whether that is all that matters.

    A list that is closed for all is one finding. Rows of one kind may stand beside rows of another where neither counts
    as the other, or where both clauses are content that more may follow.
    """
    kinds = _kinds(name, problems, titles)
    found: list[Said] = []
    cut = any(k.cut for k in kinds)
    for combo in _combos(kinds, ()):
        if len(found) >= MOST:
            cut = True
            break
        said = [(k, option) for k, option in zip(kinds, combo, strict=True) if option is not None]
        if said:
            odd = sum(1 + k.options.index(option) for k, option in said if option[1].rows)
            found.append((_words(said, len(kinds)), {n: left for k, (_, left) in said for n in k.members}, odd))
    return found, len(kinds) == 1 and not cut


def _kinds(name: str, problems: dict[int, Problem], titles: dict[int, str]) -> list[_Kind]:
    alike: dict[tuple[object, ...], list[int]] = {}
    for n, p in problems.items():
        tail = next(t for t in p.tails if t.id == name)
        alike.setdefault((p.measure, p.parts, p.target, tail), []).append(n)
    found = []
    for mine in alike.values():
        problem = problems[mine[0]]
        found.append(_Kind(mine, problem, next(t for t in problem.tails if t.id == name), titles[mine[0]], alone=len(alike) == 1))
    return found


Option = tuple[str, Left] | None


def _combos(kinds: Sequence[_Kind], chosen: tuple[Option, ...]) -> Iterator[tuple[Option, ...]]:
    if len(chosen) == len(kinds):
        yield chosen
        return
    now = kinds[len(chosen)]
    for option in (*now.options, None):
        if all(_together(k, o, now, option) for k, o in zip(kinds, chosen, strict=False)):
            yield from _combos(kinds, (*chosen, option))


def _together(a: _Kind, x: Option, b: _Kind, y: Option) -> bool:
    """May one list say both?"""
    if x is None or y is None:
        return True
    rows_x, rows_y = x[1].rows, y[1].rows
    if not rows_x and not rows_y:
        return True
    if rows_x and rows_y and (a.tail.hi != INF or b.tail.hi != INF):
        return False
    if rows_x and rows_y and x[1].more and y[1].more:
        return True
    beside_a = x[1].more or not rows_y or apart(b.measure, a.measure)
    return beside_a and (y[1].more or not rows_x or apart(a.measure, b.measure))


def apart(rows_of: Measure, other: Measure) -> bool:
    """Can rows of the one measure be such that they do not count in the other? A test that only the other makes sees to it."""
    if rows_of.over != other.over:
        return True
    asked = {b.partition(".")[0] for b in (*rows_of.by, *rows_of.unit, rows_of.of)} | {c.base for c in (*rows_of.where, *rows_of.count)}
    asked |= {stored for name in asked for stored in RESTS_ON.get(name, ())}
    for c in other.where:
        if c.op != "in" or c.field != c.base:
            continue
        rests = RESTS_ON.get(c.base, ())
        if not asked & {c.base, *rests} and (rests or _leaves_room(other.over, c)):
            return True
        if any(d.op == "in" and d.field == c.field and not set(d.words) & set(c.words) for d in rows_of.where):
            return True
    return False


def _leaves_room(table: str, test: Condition) -> bool:
    """Is there a value of a stored field that fails the test?"""
    if test.base in DERIVED.get(table, ()):
        return False
    whole = domain(table, test.base)
    return isinstance(whole, Names) and (whole.but or not whole.values <= set(test.words))


def _words(said: Sequence[tuple[_Kind, tuple[str, Left]]], kinds: int) -> str:
    texts = {text for _, (text, _) in said}
    if kinds == 1 or (len(said) == kinds and len(texts) == 1 and not any(left.rows for _, (_, left) in said)):
        return said[0][1][0]
    return "; ".join(f"for {k.title}: {text}" for k, (text, _) in said)
