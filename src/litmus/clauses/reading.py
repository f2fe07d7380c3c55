"""How each clause reads the same document: from exact values of a fact's fields to the outcomes that they leave.

Two clauses may ask different things of one fact. What a document says is therefore kept as field values (the maker is
v1, the row does not exist), never as an outcome of one clause: "it counts" means something else in the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import ceil

from litmus.clauses.needs import BIG, Left
from litmus.core.dates import shift
from litmus.core.interval import INF, Number
from litmus.core.sets import OTHER, Names, Numbers, names
from litmus.core.truth import Truth, k_all
from litmus.facts.evidence import Fact, domain
from litmus.measures.derived import derived_value
from litmus.measures.items import OUT, Item, Outcome, belongs, pinned
from litmus.measures.problem import Problem
from litmus.measures.spec import DERIVED, Condition, Measure
from litmus.measures.ways import Context, test

Atom = str | Number
Values = dict[str, Atom]
EXISTS, PLACE, LISTED, DUTY = "exists", "place", "restricted", "duty"
ELSEWHERE, NEW = "elsewhere", "(new)"
FEW = 12


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """One clause's item of a fact. ``fact`` is None for a fact that must exist though no row tells of it."""

    clause: int
    problem: Problem
    item: Item
    measure: Measure
    ctx: Context
    fact: Fact | None
    here: tuple[tuple[str, Truth], ...]
    pins: dict[str, str]

    @property
    def tests(self) -> tuple[Condition, ...]:
        """The conditions that the document may speak to; the key of a fact without a row is given."""
        return tuple(c for c in (*self.measure.where, *self.measure.count) if c.base not in self.pins)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that decide how the fact counts."""
        cells = [] if self.fact is None else [*self.measure.by, *self.measure.unit, *([self.measure.of] if self.measure.of else [])]
        return tuple(dict.fromkeys([c.base for c in self.tests] + [b.partition(".")[0] for b in cells]))

    @property
    def grouped(self) -> str:
        """The field that says whose the row is."""
        return self.measure.of.partition(".")[0] if self.fact is not None else ""

    @property
    def weight_field(self) -> str:
        """The value that the row weighs, where it is open."""
        m = self.measure
        if self.item.lo == self.item.hi:
            return ""
        name = m.value or (m.weight if m.weight in {"value", "amount"} else f"weight in {m.weight}")
        return f"{name} in {m.currency}" if m.currency else name

    def allowed(self, name: str) -> Names | Numbers:
        """Everything that the field may still be in this clause's reading of the evidence."""
        if self.fact is None:
            return names("true", "false") if name in DERIVED.get(self.measure.over, ()) else domain(self.measure.over, name)
        derived = derived_value(self.fact, name, self.ctx)
        return derived if derived is not None else self.fact.value(name).allowed

    def left(self, values: Values) -> Left | None:
        """What the values leave to this clause; None where they contradict what it has in evidence."""
        mine = set(self._outcomes(values))
        kept = tuple(o for o in self.item.outcomes if o in mine)
        if not kept:
            return None
        lo, hi = self.item.lo, self.item.hi
        if self.weight_field in values:
            weight = values[self.weight_field]
            if isinstance(weight, str) or not lo <= weight <= hi:
                return None
            lo = hi = weight
        if kept == (OUT,):
            hi = lo = self.item.lo
        return Left(self.problem.measure, self.problem.parts, self.item.id, kept, lo, hi)

    def _outcomes(self, values: Values) -> Iterator[Outcome]:
        if values.get(EXISTS) == "no":
            yield OUT
            return
        inside = k_all(self._passes(c, values) for c in self.measure.where if c.base not in self.pins)
        if inside is not True:
            yield OUT
        if inside is False:
            return
        parts = [p for p, sure in self.here if sure is not None or values.get(PLACE, p) == p]
        if not parts or (all(sure is None for _, sure in self.here) and PLACE not in values):
            yield OUT
        answers, running = self._answers(values)
        if running:
            yield OUT
        for part, yes, group in product(parts, answers, self._groups(values)):
            yield self._placed((part, *self._cell(values)), yes, group)

    def _passes(self, c: Condition, values: Values) -> Truth:
        atom = OTHER if values[c.base] == NEW else values[c.base]
        found = test(c, atom, self.ctx)
        return found if found is not None or LISTED not in values else values[LISTED] == "yes"

    def _answers(self, values: Values) -> tuple[tuple[bool, ...], bool]:
        """Yes, no or both, and whether the clock of a duty may still run."""
        duty = self.measure.duty
        if duty is None:
            counted = k_all(self._passes(c, values) for c in self.measure.count if c.base not in self.pins)
            return ((True, False) if counted is None else (counted,)), False
        key, _, state = str(values.get(DUTY, "")).partition(": ")
        if key != duty_name(self.measure):
            return (True, False), True
        return {"done": (True,), "late": (False,)}.get(state, ()), state == "running"

    def _cell(self, values: Values) -> tuple[str, ...]:
        if self.fact is None:
            return tuple(self.pins.get(b, "(unknown)") for b in (*self.measure.by, *self.measure.unit))
        found = []
        for n, b in enumerate((*self.measure.by, *self.measure.unit), start=1):
            name = OTHER if values[b.partition(".")[0]] == NEW else str(values[b.partition(".")[0]])
            known = {o.cell[n] for o in self.item.outcomes if o.cell is not None}
            found.append(name if name in known else OTHER)
        return tuple(found)

    def _groups(self, values: Values) -> tuple[str, ...]:
        if not self.grouped or self.fact is None:
            return ("",)
        name, own = str(values[self.grouped]), f"(new {self.fact.id})"
        known = {o.group for o in self.item.outcomes if o.cell is not None}
        if name == NEW:
            return (own,)
        climbs = name != OTHER and self.measure.of.endswith(".group")
        found = sorted(self.ctx.parties.ultimate_parent(name).values) if climbs else [name]
        return tuple(dict.fromkeys(g for f in found for g in ((f,) if f in known and f != OTHER else (OTHER, own))))

    def _placed(self, cell: tuple[str, ...], yes: bool, group: str) -> Outcome:
        if self.item.side == "bottom/":
            return Outcome((cell[0], *("*" for _ in self.problem.measure.by)), False, group)
        return Outcome(cell, yes, group)


def duty_name(measure: Measure) -> str:
    """A duty in words: what must follow what, and how soon."""
    assert measure.duty  # noqa: S101 - only asked of measures with a duty
    p = measure.duty.within
    within = " ".join(f"{n} {word}" for n, word in ((p.months, "months"), (p.days, "days")) if n)
    return f"{measure.duty.done} within {within} of {measure.duty.start}"


def readers_of(problem: Problem, item: Item, clause: int, ctx: Context, facts: dict[str, Fact]) -> Reader | None:
    """How a clause reads one of its items; None where that cannot be told from the item."""
    measure = {"top/": problem.measure.top, "bottom/": problem.measure.bottom}.get(item.side, problem.measure.own or problem.measure)
    if measure is None:
        return None
    if item.side == "top/":
        from dataclasses import replace

        measure = replace(measure, by=problem.measure.by)
    parts = tuple({o.cell[0] for o in item.outcomes if o.cell is not None}) if problem.measure.own else problem.parts
    name = item.id.removeprefix(item.side)
    if name.startswith(f"{measure.over}?"):
        return _silent(problem, item, clause, ctx, measure, parts)
    fact = facts.get(name)
    for part in parts:
        if fact is None and name.endswith(f"@{part}"):
            fact, parts = facts.get(name.removesuffix(f"@{part}")), (part,)
    if fact is None:
        return None
    here = tuple((p, b) for p in parts if (b := belongs(fact, p)) is not False)
    return Reader(clause, problem, item, measure, ctx, fact, here, {})


def _silent(problem: Problem, item: Item, clause: int, ctx: Context, measure: Measure, parts: Sequence[str]) -> Reader | None:
    pins = pinned(measure)
    for part, words in product(parts, product(*(w for _, w in pins))):
        named = ", ".join(w for w in words if w) or measure.over
        if item.id == f"{item.side}{measure.over}?{part}:{named}":
            given = dict(zip((n for n, _ in pins), words, strict=True))
            return Reader(clause, problem, item, measure, ctx, None, ((part, True),), given)
    return None


def atoms(readers: Sequence[Reader], name: str) -> list[Atom]:
    """Values of a field that the clauses tell apart, the least telling first; only such as none of them excludes."""
    tests = [(c, r.ctx) for r in readers for c in r.tests if c.base == name]
    mine = [r for r in readers if name in r.fields]
    found: dict[Atom, None] = {}
    for r in mine:
        allowed = r.allowed(name)
        listed = allowed.samples(_breaks(tests)) if isinstance(allowed, Numbers) else allowed.atoms(_interest(mine, tests))
        found.update(dict.fromkeys(sorted(listed, key=lambda a: a != OTHER)))
    weighing = [r for r in readers if r.weight_field == name]
    found.update(dict.fromkeys(weights(weighing)))
    if OTHER in found and any(r.grouped == name for r in readers):
        found[NEW] = None
    kept: dict[object, Atom] = {}
    for atom in found:
        if all(_within(OTHER if atom == NEW else atom, r.allowed(name)) for r in mine):
            kept.setdefault(_signature(mine, tests, name, atom, weighed=bool(weighing)), atom)
    return list(kept.values())


def weights(readers: Sequence[Reader]) -> list[Number]:
    """Weights to try: the ends decide for one clause alone; two may need one between theirs, tried one by one if they are few."""
    ends = [(r.item.lo, r.item.hi if r.item.hi != INF else max(r.item.lo, BIG)) for r in readers]
    found = {end for pair in ends for end in pair}
    if len(readers) > 1:
        lo, hi = ceil(max(a for a, _ in ends)), int(min(b for _, b in ends))
        found |= set(range(lo, hi + 1)) if hi - lo <= FEW else set()
    return sorted(found)


def all_weights(readers: Sequence[Reader]) -> bool:
    """Are these weights all that matter?"""
    return len(readers) < 2 or all(r.item.hi - r.item.lo <= FEW for r in readers)


def _within(atom: Atom, allowed: Names | Numbers) -> bool:
    if isinstance(allowed, Names):
        return isinstance(atom, str) and atom in allowed
    return not isinstance(atom, str) and atom in allowed


def _breaks(tests: Sequence[tuple[Condition, Context]]) -> list[Number]:
    found: list[Number] = []
    for c, ctx in tests:
        bound = c.bound if c.bound is not None else shift(ctx.as_of, c.period, -1) if c.period else None
        named = [Fraction(w) for w in c.words if c.op == "in" and w.lstrip("-").replace(".", "", 1).isdigit()]
        found += [b + d for b in ([] if bound is None else [bound]) + named for d in (-1, 0, 1)]
        found += [ctx.as_of, ctx.as_of + 1] if c.period else []
    return found


def _interest(readers: Sequence[Reader], tests: Sequence[tuple[Condition, Context]]) -> list[str]:
    found = [w for c, _ in tests if c.op == "in" for w in c.words]
    found += [v for c, ctx in tests if c.op == "restricted_by" for w in c.words for v in ctx.parties.named_under(w)]
    return found + [n for r in readers for n in r.ctx.universe]


def _signature(
    readers: Sequence[Reader], tests: Sequence[tuple[Condition, Context]], name: str, atom: Atom, *, weighed: bool
) -> tuple[object, ...]:
    """All that any of the clauses can tell of a value: values with the same signature are one."""
    plain = OTHER if atom == NEW else atom
    cells = any(b.partition(".")[0] == name for r in readers for b in (*r.measure.by, *r.measure.unit))
    grouped = any(r.grouped == name for r in readers)
    return (*(test(c, plain, ctx) for c, ctx in tests), str(plain) if cells else "", str(atom) if grouped else "", atom if weighed else "")
