"""The fewest documents for a bundle: a mixed-integer program proposes, exact stage 1 disposes.

The program only knows conditions that every certificate must fulfil. Of clauses whose margin is linear these are the
margins; all others, and whatever a margin does not say, are learnt one by one: when a proposal does not certify a
clause, it is widened as far as it still does not, and at least one finding outside of it must be chosen. A proposal that
is certified is therefore smallest. Numbers reach the solver as floats, but margins are loosened on the way, so that
rounding can only let a wrong proposal through to the exact test, never shut a right one out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from litmus.clauses.documents import Document, Finding, with_findings
from litmus.clauses.needs import BIG, told
from litmus.core.interval import INF, Number
from litmus.measures.assess import assess, possible_cells
from litmus.measures.bounds import linear_form
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem, Tail
from litmus.measures.seats import seats_in, times

ROUNDS = 60
TESTS = 2500
NODES = 5000
SLACK = Fraction(1, 10**6)
HUGE = BIG // 10**4
Pair = tuple[int, int]
Row = tuple[dict[int, Number], Number]
"""Coefficients by column, and what they must add up to at least."""
_Effect = tuple[int, str, tuple[Item, ...], tuple[Tail, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """An open clause: its number, its problem, what it weighs, and whether nothing is paid without it."""

    clause: int
    problem: Problem
    weight: int
    must: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Chosen findings by document, and the clauses that they certify."""

    chosen: dict[int, Finding]
    clauses: tuple[int, ...]


class GaveUp(Exception):
    """The program ran into its limits: it has no answer, which says nothing about whether there is one."""


@dataclass
class _Program:
    questions: Sequence[Question]
    documents: Sequence[Document]
    need: Fraction
    pairs: list[Pair] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    tests: int = 0

    def __post_init__(self) -> None:
        self.pairs = [(d, f) for d, doc in enumerate(self.documents) for f in range(len(doc.findings))]
        self.columns = {p: n for n, p in enumerate(self.pairs)}
        for d, doc in enumerate(self.documents):
            self.rows.append((dict.fromkeys((self.columns[d, f] for f in range(len(doc.findings))), -1), -1))
        self.rows.append(({self.clause_column(n): q.weight for n, q in enumerate(self.questions) if not q.must}, max(0, ceil(self.need))))
        for n, question in enumerate(self.questions):
            effects = self._effects(question)
            for margin in _margins(question.problem):
                self._add_margin(n, question.problem, effects, margin)

    def clause_column(self, number: int) -> int:
        """The column that says whether a clause is to be certified."""
        return len(self.pairs) + number

    def finding(self, pair: Pair) -> Finding:
        """The finding of a pair of document and finding number."""
        return self.documents[pair[0]].findings[pair[1]]

    def certified(self, question: Question, pairs: Iterator[Pair] | Sequence[Pair]) -> bool:
        """Do these findings force the clause to be met? Exact stage 1 decides."""
        self.tests += 1
        return assess(with_findings(question.problem, question.clause, [self.finding(p) for p in pairs])).truth is True

    def touching(self, question: Question) -> list[Pair]:
        """The pairs that say anything to a clause."""
        return [p for p in self.pairs if any(n == question.clause for n, _ in self.finding(p).lefts)]

    def _effects(self, question: Question) -> list[_Effect]:
        """For each finding that speaks to a clause, each element that it speaks of, with what stands in its place."""
        items = {i.id: i for i in question.problem.items}
        tails = {t.id: t for t in question.problem.tails}
        found: list[_Effect] = []
        for pair in self.touching(question):
            for (n, element), left in self.finding(pair).lefts.items():
                if n == question.clause and element in items:
                    found.append((self.columns[pair], element, (told(items[element], left),), ()))
                elif n == question.clause:
                    found.append((self.columns[pair], element, left.rows, (tails[element],) if left.more else ()))
        return found

    def _add_margin(self, number: int, problem: Problem, effects: list[_Effect], margin: "_Margin") -> None:
        """The margin of one cell, whose lower end the findings lift, must reach zero if the clause is certified."""
        lows = {e.id: margin.low((e,), ()) for e in problem.items} | {t.id: margin.low((), (t,)) for t in problem.tails}
        base = margin.constant + sum(low for low in lows.values() if low != -INF)
        gains: dict[int, Number] = {}
        bounding: dict[str, dict[int, Number]] = {e: {} for e, low in lows.items() if low == -INF}
        for column, element, items, tails in effects:
            low = margin.low(items, tails)
            if low == -INF:
                continue
            if element in bounding:
                bounding[element][column] = 1
            gains[column] = gains.get(column, 0) + low - (0 if element in bounding else lows[element])
        clause = self.clause_column(number)
        self.rows += [(row | {clause: -1}, 0) for row in bounding.values()]
        gains, sunk = self._of_one_size(gains, base)
        missing = Fraction(sunk - min(base, 0))
        if missing > 0:
            row: dict[int, Number] = {c: min(Fraction(g), missing) / missing for c, g in gains.items() if g != 0}
            self.rows.append((row | {clause: Fraction(min(base, 0) - sunk) / missing}, -Fraction(sunk) / missing - SLACK))

    def _of_one_size(self, gains: dict[int, Number], base: Number) -> tuple[dict[int, Number], Number]:
        """Gains without the weights that only say "more than all others", and how far the margin may be sunk.

        A solver cannot tell one site from none beside a weight of that size. Losing more than all the rest could make
        good is losing just that much; gains are cut to what may be missing where they are used.
        """
        plain: dict[int, Number] = {}
        for c, g in gains.items():
            d = self.pairs[c][0]
            size: Number = abs(Fraction(g)) if -HUGE < g < HUGE else 0
            plain[d] = max(plain.get(d, 0), size)
        most = abs(Fraction(base)) + sum((Fraction(size) for size in plain.values()), start=Fraction(1))
        cut = {c: max(g, -most) for c, g in gains.items()}
        sunk: dict[int, Number] = {}
        for c, g in cut.items():
            sunk[self.pairs[c][0]] = max(sunk.get(self.pairs[c][0], 0), -g)
        return cut, sum(sunk.values(), start=Fraction(0))

    def learn(self, number: int, question: Question, pairs: list[Pair]) -> None:
        """Widen a set that does not certify a clause as far as it does not; a certificate has something outside of it."""
        wide = list(pairs)
        taken = {d for d, _ in wide}
        touching = self.touching(question)
        for pair in sorted(touching, key=lambda p: (p[0], p[1])):
            if pair[0] not in taken and not self.certified(question, [*wide, pair]):
                wide.append(pair)
                taken.add(pair[0])
        inside = [self.finding(p) for p in wide]
        outside = [p for p in touching if p not in wide and not self._says_no_more(p, inside, wide, question)]
        row: dict[int, Number] = {self.columns[p]: 1 for p in outside}
        self.rows.append((row | {self.clause_column(number): -1}, 0))

    def _says_no_more(self, pair: Pair, inside: list[Finding], wide: list[Pair], question: Question) -> bool:
        """Does a document's other finding leave at least as much to the clause as the one in the set?"""
        mine = next((f for f, (d, _) in zip(inside, wide, strict=True) if d == pair[0]), None)
        if mine is None:
            return False
        other = self.finding(pair)
        for spot, left in other.lefts.items():
            if spot[0] != question.clause:
                continue
            here = mine.lefts.get(spot)
            if here is None or here.rows or left.rows or here.more != left.more or not set(here.outcomes) <= set(left.outcomes):
                return False
            if not (left.lo <= here.lo and here.hi <= left.hi):
                return False
        return True

    def solve(self) -> tuple[list[Pair], list[int]] | None:
        """The program's choice of pairs and clauses; None where it has none. Raises GaveUp at the solver's limit."""
        # Among sets of one size the plainest findings: what is odd about all documents together weighs less than one more.
        all_odd = 1 + sum(max((f.odd for f in d.findings), default=0) for d in self.documents)
        costs = [1 + Fraction(self.finding(p).odd, all_odd) for p in self.pairs] + [Fraction(0)] * len(self.questions)
        must = {self.clause_column(n) for n, q in enumerate(self.questions) if q.must}
        chosen = _program(costs, self.rows, must)
        if chosen is None:
            return None
        clauses = [n for n in range(len(self.questions)) if self.clause_column(n) in chosen]
        return [p for n, p in enumerate(self.pairs) if n in chosen], clauses


def _program(costs: Sequence[Fraction], rows: Sequence[Row], must: set[int]) -> set[int] | None:
    """The columns that a cheapest choice of zeros and ones sets to one; None where none fulfils the rows."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    width = len(costs)
    entries = [(r, c, float(v)) for r, (row, _) in enumerate(rows) for c, v in row.items()]
    where = ([r for r, _, _ in entries], [c for _, c, _ in entries])
    matrix: Any = coo_array(([v for _, _, v in entries], where), shape=(len(rows), width)).tocsr()
    result = milp(
        [float(c) for c in costs],
        constraints=LinearConstraint(matrix, [float(least) for _, least in rows], [INF] * len(rows)),
        bounds=Bounds([int(n in must) for n in range(width)], [1] * width),
        integrality=[1] * width,
        options={"node_limit": NODES, "mip_rel_gap": 0},
    )
    if result.status == 2:
        return None
    if result.status != 0 or result.x is None:
        raise GaveUp
    return {n for n in range(width) if result.x[n] > 0.5}


@dataclass(frozen=True, slots=True)
class _Margin:
    """A sum over the rows of one cell that must not be negative if the clause is met, whatever is chosen."""

    cell: tuple[str, ...]
    yes: Number
    no: Number
    constant: Number
    tail_slope: Number
    group: str | None = None

    def slope(self, outcome: Outcome) -> Number:
        """What a row adds per unit of weight; for one vendor's share, that vendor's rows against all others'."""
        if self.group is not None:
            return self.yes if outcome.group == self.group else self.no
        return self.yes if outcome.yes else self.no

    def low(self, items: Sequence[Item], tails: Sequence[Tail]) -> Number:
        """The least that these elements may add."""
        total: Number = 0
        for seat in seats_in(items, self.cell):
            total += min([times(self.slope(o), w) for o in seat.inside for w in (seat.lo, seat.hi)] + ([0] if seat.leaves else []))
        for tail in tails:
            local = tail.within(self.cell) if tail.part == self.cell[0] else None
            if local is not None:
                total += min(times(self.tail_slope, local.lo), times(self.tail_slope, local.hi))
        return total


def _margins(problem: Problem) -> Iterator[_Margin]:
    """The margins that any certificate must lift to zero; none where the clause has no linear ones."""
    measure, op = problem.measure, problem.target.op
    if measure.share_form or problem.needed != len(problem.parts) or measure.kind == "compare":
        return
    for part in problem.parts:
        listed = problem.listed_cells(part)
        for cell in possible_cells(problem, part):
            bound = problem.target.bound_for(cell)
            if bound is None:
                continue
            for one in ("at_least", "at_most") if op == "equals" else (op,):
                form = linear_form(measure.kind, one, bound)
                # A cell that nobody need fill is not judged when it is empty, so that its margin binds only at or above zero.
                if form and (form[2] >= 0 or not measure.by or cell in listed):
                    yes, no = form[0], form[0] if measure.kind == "quotient" else form[1]
                    yield _Margin(cell, form[0], form[1], form[2], min(yes, no))
            if measure.kind == "max-share" and op == "at_most":
                groups = sorted({o.group for i in problem.items for o in i.outcomes if o.cell is not None and o.cell[: len(cell)] == cell})
                for group in groups:
                    yield _Margin(cell, bound - 1, bound, 0, bound - 1, group)


def fewest(questions: Sequence[Question], documents: Sequence[Document], need: Fraction) -> Proposal | None:
    """The fewest findings that certify what must be and enough of the rest; None where none do. Raises GaveUp at its limits."""
    program = _Program(questions, documents, need)
    for _ in range(ROUNDS):
        found = program.solve()
        if found is None:
            return None
        pairs, clauses = found
        failed = [n for n in clauses if not program.certified(questions[n], pairs)]
        if not failed:
            return Proposal({d: program.finding((d, f)) for d, f in pairs}, tuple(questions[n].clause for n in clauses))
        for n in failed:
            program.learn(n, questions[n], pairs)
        if program.tests > TESTS:
            break
    raise GaveUp
