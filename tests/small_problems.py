"""Small questions built by hand or at random, and every completion of them: the brute-force oracle of the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

from hypothesis import strategies as st

from litmus.core.interval import INF, Number
from litmus.measures.items import OUT, Item, Outcome
from litmus.measures.problem import Problem, Tail, Target
from litmus.measures.spec import Measure
from litmus.measures.worlds import WorldRow, cell_value

PPM = 1_000_000
TENTH = PPM // 10
MANY = 10**6
OF_VENDORS = {"max-share", "hhi", "n-minus-1"}
OF_AMOUNTS = {"count", "sum", "date", "level", "quotient"}
Rows = list[WorldRow]
Cell = tuple[str, ...]


def item(name: str, *outcomes: Outcome, lo: Number = 1, hi: Number | None = None, side: str = "") -> Item:
    """A fact with its possible outcomes and the interval of its weight or value (``hi`` blank: exactly ``lo``)."""
    told = tuple({"case": str(n)} for n in range(len(outcomes)))
    return Item(name, outcomes, lo, lo if hi is None else hi, told=told, label=name, side=side, open_fields=("case",))


def yes(*cell: str, of: str = "") -> Outcome:
    """It counts, in this cell (part, then the values it is cut by, then the unit), for this vendor."""
    return Outcome(cell or ("RS",), yes=True, group=of)


def no(*cell: str) -> Outcome:
    """It is in the denominator only."""
    return Outcome(cell or ("RS",), yes=False)


def ask(kind: str, op: str, bound: str, *items: Item, tails: tuple[Tail, ...] = (), **changes: object) -> Problem:
    """One question about one place. ``by``, ``weight``, ``pick`` go to the measure, other changes to the problem."""
    mine = {k: changes.pop(k) for k in ("by", "weight", "pick", "population") if k in changes}
    unit = ("operator",) if kind == "n-minus-1" else ()
    measure = Measure(kind, "deployment", of="vendor" if kind in OF_VENDORS else "", unit=unit)
    problem = Problem(replace(measure, **mine), items, tails, ("RS",), 1, Target(op, Fraction(bound)), empty=True)
    return replace(problem, **changes)


def unseen(lo: Number = 0, hi: Number = INF, part: str = "RS", closed: tuple[tuple[str, Number], ...] = ()) -> Tail:
    """Rows that nobody has seen; ``closed`` gives layers that a narrower list closes, with what it leaves there."""
    return Tail(f"population:{part}", part, lo, hi, "a list", tuple((((1, name),), 0, left) for name, left in closed))


def _weights(one: Item) -> list[Number]:
    if one.hi == INF:
        return [one.lo, one.lo + 1, MANY]
    return [one.lo + n for n in range(int(one.hi - one.lo) + 1)]


def _cells(problem: Problem, tail: Tail) -> list[Cell]:
    part = tail.part
    if not problem.measure.by:
        return [(part,)]
    seen = {o.cell[:2] for i in problem.items for o in i.outcomes if o.cell and o.cell[0] == part and "*" not in o.cell}
    return sorted(seen | ({(part, "core"), (part, "new")} if tail.opens_cells else set()))


def _unseen_rows(problem: Problem, tail: Tail) -> Iterator[Rows]:
    """Ways in which an unseen tail may turn out: in one cell or two, of one vendor or many, light or heavy."""
    if tail.lo == 0:
        yield []
    if problem.measure.kind == "date":
        yield from ([WorldRow((tail.part,), yes=True, group="", weight=day)] for day in (1, 3, 9))
        return
    side = "top/" if problem.measure.kind == "quotient" else ""
    units = [("o1",), ("o-new",)] if problem.measure.unit else [()]
    groups = ("v1", "v2", "v-new") if problem.measure.of else ("",)
    answers = (True,) if problem.measure.of or side else (True, False)
    totals = {tail.lo, tail.hi, Fraction(tail.lo + tail.hi) / 2} if tail.hi != INF else {tail.lo, tail.lo + 1, MANY}
    room = {c: t.hi for c in _cells(problem, tail) if (t := tail.within(c)) is not None}
    for total in totals - {0}:
        for cell, unit, group, answer in product(room, units, groups, answers):
            if total <= room[cell]:
                yield [WorldRow((*cell, *unit), answer, group, total, side)]
        for cell in room if problem.measure.of else ():
            if total <= room[cell]:
                small = Fraction(total) / 8
                yield [WorldRow((*cell, *units[-1]), yes=True, group=f"v-{n}", weight=small) for n in range(8)]
        for pair in combinations(room, 2):
            if total <= 2 * min(room[c] for c in pair):
                half = Fraction(total) / 2
                yield [WorldRow((*c, *units[-1]), yes=True, group=groups[-1], weight=half, side=side) for c in pair]


def completions(problem: Problem) -> Iterator[Rows]:
    """Every world of the problem on a grid that holds all ends of all weights."""
    share = problem.measure.share_form
    facts: list[list[WorldRow | None]] = []
    for one in problem.items:
        weights = range(int(one.lo), int(min(one.hi, PPM)) + 1, TENTH) if share else _weights(one)
        inside = [WorldRow(o.cell, o.yes, o.group, w, one.side) for o in one.outcomes if o.cell for w in weights]
        facts.append([*inside, *(None for o in one.outcomes if o.cell is None)])
    tails = [list(_unseen_rows(problem, t)) for t in problem.tails if t.hi > 0 and not share]
    for chosen in product(*facts):
        known = [r for r in chosen if r is not None]
        for extra in product(*(_rests(problem, known) if share else tails)):
            yield [*known, *(r for rows in extra for r in rows)]


def _rests(problem: Problem, rows: Rows) -> list[list[Rows]]:
    """Where shares of a cell must add up to one: the ways to fill each cell, none where it cannot be filled."""
    sums: dict[Cell, Number] = defaultdict(int)
    for r in rows:
        sums[r.cell] += r.weight
    return [_rest(problem, cell, PPM - total) for cell, total in sums.items() if total != PPM]


def _rest(problem: Problem, cell: Cell, left: Number) -> list[Rows]:
    if left < 0 or problem.tail(cell[0]) is None:
        return []
    if not problem.measure.of:
        return [[WorldRow(cell, answer, "", left)] for answer in (True, False)]
    small = [WorldRow(cell, yes=True, group=f"v-{n}", weight=Fraction(left) / 9) for n in range(9)]
    return [small, *([WorldRow(cell, yes=True, group=g, weight=left)] for g in ("v1", "v-new"))]


def cell_values(problem: Problem, rows: Rows) -> dict[Cell, Number]:
    """The measure in every cell of one world of which the target speaks."""
    width = 1 + len(problem.measure.by)
    found = {}
    for part in problem.parts:
        mine = [r for r in rows if r.cell[0] == part]
        shared = [r for r in mine if "*" in r.cell[:width]]
        for cell in {r.cell[:width] for r in mine if r not in shared} if problem.measure.by else {(part,)}:
            value = cell_value(problem, [r for r in mine if r.cell[:width] == cell] + shared)
            if value is not None and problem.target.bound_for(cell) is not None:
                found[cell] = value
    return found


@st.composite
def _facts(draw: st.DrawFn, kind: str, parts: Cell, by: Cell, *, most: int, share: bool) -> list[Item]:
    units = [st.sampled_from(["o1", "o2"])] if kind == "n-minus-1" else []
    cells = st.tuples(st.sampled_from(parts), *(st.sampled_from(["core", "ran"]) for _ in by), *units)
    answers = st.sampled_from([True] if kind in OF_VENDORS | OF_AMOUNTS else [True, False])
    groups = st.sampled_from(["v1", "v2"] if kind in OF_VENDORS else [""])
    lows = [n * TENTH for n in range(7)] if share else [0, 1, 2, 3] if kind in {"sum", "level"} else [1, 2, 3]
    widths = [0, TENTH, 3 * TENTH, PPM] if share else [0, 0, 1, 2, *([INF] if kind != "level" else [])]
    found = []
    for n in range(draw(st.integers(0, most))):
        outcomes = draw(st.lists(st.builds(Outcome, cells, answers, groups), min_size=1, max_size=2, unique=True))
        outcomes += [OUT] if draw(st.integers(0, 3)) == 0 else []
        lo, width = draw(st.sampled_from(lows)), draw(st.sampled_from(widths))
        found.append(item(f"d{n}", *outcomes, lo=lo, hi=lo + width, side="top/" if kind == "quotient" else ""))
    for part in parts if kind == "quotient" else ():
        lo, everywhere = draw(st.integers(1, 3)), ("*" for _ in by)
        found.append(item(f"gdp-{part}", no(part, *everywhere), lo=lo, hi=lo + draw(st.integers(0, 2)), side="bottom/"))
    return found


@st.composite
def problems(draw: st.DrawFn, kind: str, tails: bool = False, share: bool = False, ops: Cell = ()) -> Problem:
    """Any small problem of one kind: several cells and parts, facts that may lie in two places or not exist."""
    by = ("layer",) if kind not in {"date", "level"} and draw(st.booleans()) else ()
    parts = ("A", "B") if draw(st.integers(0, 3)) == 0 else ("A",)
    found = draw(_facts(kind, parts, by, most=2 if tails else 3, share=share))
    kept = []
    for part in parts[: 1 if kind in OF_VENDORS else 2] if tails and kind != "level" else ():
        lo, hi = (0, INF) if share else draw(st.sampled_from([(0, INF), (0, 2), (1, 3), (2, 2), (1, INF)]))
        closed = (("core", draw(st.integers(0, 1))),) if by and not share and draw(st.booleans()) else ()
        kept.append(unseen(lo, hi, part, closed))
    numbers = [str(n) for n in range(8)] if kind in OF_AMOUNTS else ["0.1", "0.3", "0.5", "0.6", "0.8", "1"]
    op, bound = draw(st.sampled_from(ops or ("at_least", "at_most", "equals"))), draw(st.sampled_from(numbers))
    of_core_only = by and draw(st.integers(0, 3)) == 0
    target = Target(op, None, (("core", Fraction(bound)),)) if of_core_only else Target(op, Fraction(bound))
    return ask(
        kind, op, bound, *found, tails=tuple(kept), by=by, target=target, empty=draw(st.booleans()), parts=parts,
        needed=draw(st.integers(1, len(parts))), weight="share" if share else "",
        pick=draw(st.sampled_from(["best", "worst"])),
    )  # fmt: skip
