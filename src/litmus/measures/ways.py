"""One field of a fact as a clause reads it: every way in which its admissible values may pass or fail the tests.

Values that no test, cell or group tells apart are one way. Facts that may be the same things share their ways: what was
worked out for one serves the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from litmus.core.dates import shift, show_day
from litmus.core.interval import Number
from litmus.core.sets import OTHER, Names, Numbers
from litmus.core.truth import Truth, k_all
from litmus.core.words import ladder
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.schema import tables
from litmus.measures.derived import derived_value
from litmus.measures.spec import Condition, Measure
from litmus.parties.group import Parties


@dataclass
class Context:
    """Everything items are built from: the evidence, the two days, the policy, and the answers about parties."""

    evidence: Evidence
    parties: Parties
    as_of: int
    known_at: int
    policy: Policy
    exempt: frozenset[str] = frozenset()
    universe: tuple[str, ...] = field(default=())
    memo: dict[Any, Any] | None = None
    memo_key: Any = None


@dataclass(frozen=True, slots=True)
class Way:
    """One signature of one field: the tests it passes and fails, its cell and group values, a value that shows it."""

    where: Truth
    count: Truth
    by: tuple[tuple[str, str], ...]
    group: str
    shown: str


@dataclass(frozen=True, slots=True, eq=False)
class FieldUse:
    """What a measure asks of one field, and the ways already worked out for each set of values it may have."""

    table: str
    name: str
    where: tuple[Condition, ...]
    count: tuple[Condition, ...]
    by: tuple[str, ...]
    grouped: str
    known: dict[Any, list[Way]]

    @property
    def of_parties(self) -> bool:
        """Do the ways depend on which other parties are on record?"""
        return bool(self.grouped or self.by) or any(c.op == "restricted_by" for c in (*self.where, *self.count))

    @property
    def of_the_day(self) -> bool:
        """Do they depend on the day or on who owns whom, beside the value?"""
        tested = any(c.op == "restricted_by" or c.period for c in (*self.where, *self.count))
        return tested or self.grouped.endswith(".group")


def fields_used(measure: Measure, ctx: Context, tag: str) -> tuple[FieldUse, ...]:
    """The fields that a measure reads. ``tag`` tells apart the measures of one clause where results are kept between days."""
    if ctx.memo is None:
        return tuple(_use(measure, name) for name in _names(measure))
    plan = ("fields", ctx.memo_key, tag)
    found: tuple[FieldUse, ...] | None = ctx.memo.get(plan)
    if found is None:
        found = ctx.memo[plan] = tuple(_shared_use(_use(measure, name), ctx.memo, ctx.memo_key) for name in _names(measure))
    return found


def _names(measure: Measure) -> tuple[str, ...]:
    used = [c.base for c in (*measure.where, *measure.count)] + [b.partition(".")[0] for b in (*measure.by, *measure.unit)]
    if measure.of:
        used.append(measure.of.partition(".")[0])
    return tuple(dict.fromkeys(used))


def _use(measure: Measure, name: str) -> FieldUse:
    return FieldUse(
        measure.over,
        name,
        tuple(c for c in measure.where if c.base == name),
        tuple(c for c in measure.count if c.base == name),
        tuple(b for b in (*measure.by, *measure.unit) if b.partition(".")[0] == name),
        measure.of if measure.of.partition(".")[0] == name else "",
        {},
    )


def _shared_use(use: FieldUse, memo: dict[Any, Any], memo_key: Any) -> FieldUse:
    """Clauses that ask the same of a field share what was worked out for it."""
    asked = ("use", use.table, use.name, use.where, use.count, use.by, use.grouped, memo_key if use.of_the_day else None)
    found: FieldUse = memo.setdefault(asked, use)
    return found


def ways_of(fact: Fact, use: FieldUse, ctx: Context) -> list[Way]:
    """The distinct signatures of a field over everything it may be."""
    derived = derived_value(fact, use.name, ctx)
    allowed = derived if derived is not None else fact.value(use.name).allowed
    key = (allowed, ctx.universe) if use.of_parties else allowed
    found = use.known.get(key)
    if found is None:
        found = use.known[key] = _worked_out(allowed, use, ctx)
    return found


def _worked_out(allowed: Names | Numbers, use: FieldUse, ctx: Context) -> list[Way]:
    found: dict[tuple[object, ...], Way] = {}
    for atom in _atoms(allowed, (*use.where, *use.count), bool(use.grouped or use.by), ctx):
        groups = _group_names(atom, use.grouped, ctx) if use.grouped else ("",)
        w = k_all([test(c, atom, ctx) for c in use.where])
        n = k_all([test(c, atom, ctx) for c in use.count])
        for group in groups:
            key = (w,) if w is False else (w, n, group, str(atom) if use.by else "")
            if key not in found:
                cells = tuple((b, str(atom)) for b in use.by)
                found[key] = Way(w, n, cells, group if w is not False else "", show(use.table, use.name, atom))
    return list(found.values())


def _atoms(allowed: Names | Numbers, conditions: Sequence[Condition], listed: bool, ctx: Context) -> list[str | Number]:
    if isinstance(allowed, Numbers):
        breaks: list[Number] = []
        for c in conditions:
            bound = c.bound if c.bound is not None else shift(ctx.as_of, c.period, -1) if c.period else None
            named = [Fraction(w) for w in c.words if c.op == "in" and w.lstrip("-").replace(".", "", 1).isdigit()]
            breaks += [b + d for b in ([] if bound is None else [bound]) + named for d in (-1, 0, 1)]
        return list(allowed.samples(breaks))
    interest = [w for c in conditions if c.op == "in" for w in c.words]
    if listed or any(c.op == "restricted_by" for c in conditions):
        interest += [*ctx.universe, *_designated(conditions, ctx)]
    return list(allowed.atoms(interest))


def _designated(conditions: Sequence[Condition], ctx: Context) -> list[str]:
    wanted = {w for c in conditions if c.op == "restricted_by" for w in c.words}
    return [v for instrument in sorted(wanted) for v in ctx.parties.named_under(instrument)]


def _group_names(atom: str | Number, of: str, ctx: Context) -> tuple[str, ...]:
    if of.endswith(".group") and atom != OTHER:
        return tuple(sorted(ctx.parties.ultimate_parent(str(atom)).values))
    return (str(atom),)


def test(condition: Condition, atom: str | Number, ctx: Context) -> Truth:
    """Does one exact value pass the test?"""
    if condition.op == "restricted_by":
        return None if atom == OTHER else ctx.parties.restricted(str(atom), condition.words)
    if condition.op == "in":
        return str(atom) in condition.words
    if isinstance(atom, str):
        return False
    if condition.op == "within" and condition.period:
        return shift(ctx.as_of, condition.period, -1) < atom <= ctx.as_of
    assert condition.bound is not None  # noqa: S101 - the loader gives every comparison its bound
    return atom >= condition.bound if condition.op == "at_least" else atom <= condition.bound


def show(table: str, name: str, atom: str | Number) -> str:
    """An exact value in words: rungs by name, days as dates."""
    column = next((c for c in tables()[table].columns if name in {c.name, c.pair}), None)
    if column is None or isinstance(atom, str):
        return str(atom)
    if column.kind == "ladder":
        return ladder(column.of)[int(atom)]
    if column.kind == "day":
        return show_day(int(atom))
    if column.kind == "percent":
        return f"{float(atom) / 10_000:g} %"
    return f"{float(atom) / 100:,.2f}" if column.kind == "money" else str(atom)
