"""Facts to items: for each fact, the finite list of ways in which it may enter a measure.

An *outcome* says how a fact counts in one completion: outside, or inside a cell (part and ``by`` values) as a yes or a
no, for one group (vendor). An item keeps every outcome that its admissible values allow, so that a field used twice in
one clause is never read two ways at once. Items are independent of each other: that makes the bounds exact.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from litmus.core.dates import shift, show_day
from litmus.core.interval import Number
from litmus.core.place import within
from litmus.core.sets import OTHER, Names, Numbers
from litmus.core.truth import Truth, k_all
from litmus.core.words import ladder
from litmus.facts.evidence import Evidence, Fact, Pins, Policy, bears
from litmus.facts.schema import tables
from litmus.measures.derived import RESTS_ON, derived_value
from litmus.measures.spec import Condition, Measure
from litmus.measures.weights import weight_of
from litmus.parties.group import Parties

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a fact counts in one completion. ``cell`` is None when it stays outside; ``cell[0]`` is the part."""

    cell: Cell | None
    yes: bool = True
    group: str = ""


OUT = Outcome(None)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A fact as a measure sees it: its possible outcomes, the hull of its weight or value, and why it is open."""

    id: str
    outcomes: tuple[Outcome, ...]
    lo: Number
    hi: Number
    rows: tuple[str, ...] = ()
    why: frozenset[str] = frozenset()
    told: tuple[dict[str, str], ...] = ()
    label: str = ""
    side: str = ""
    open_fields: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """True when one completion is left."""
        return len(self.outcomes) == 1 and (self.lo == self.hi or self.outcomes[0].cell is None)


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


def pinned(measure: Measure) -> Pins:
    """The key columns that the clause fixes to words, with those words."""
    keys = set(tables()[measure.over].keys) - {"place"}
    return tuple((c.base, c.words) for c in measure.where if c.op == "in" and c.base in keys)


def belongs(fact: Fact, part: str) -> Truth:
    """Does the fact lie in the part? Unknown for a territorial fact of a larger place."""
    reach = tables()[fact.table].reach
    if reach == "exact":
        return fact.place == part
    if reach == "jurisdiction":
        return within(part, fact.place)
    if within(fact.place, part):
        return True
    return None if within(part, fact.place) else False


def build_items(measure: Measure, ctx: Context, place: str, parts: tuple[str, ...], side: str = "") -> list[Item]:
    """Items of one measure for a place cut into parts. Facts that can only stay outside are left out.

    A fact of a jurisdiction holds in each of its parts at once, so each part gets an item of its own.
    """
    near = ctx.evidence.near(measure.over, ctx.policy, ctx.as_of, ctx.known_at, place)
    pins = pinned(measure)
    facts = tuple(f for f in near if bears(f.rows[0], pins)) if pins else near
    if measure.of:
        base = measure.of.partition(".")[0]
        others = replace(measure, where=tuple(c for c in measure.where if c.base != base), count=(), of="", by=(), unit=())
        able = [f for f in facts if _kept(("may", f), f, others, ctx, partial(_may_pass, f, others, ctx))]
        ctx.universe = tuple(sorted({n for f in able for n in _known_names(f, base)}))
    found: list[Item] = []
    apart = len(parts) > 1 and tables()[measure.over].reach == "jurisdiction"
    for fact in facts:
        make = partial(_items, fact, measure, ctx, parts, side, apart=apart)
        found += _kept((fact, parts, side, ctx.universe), fact, measure, ctx, make)
    from litmus.measures.unique import placeholders

    return found + placeholders(measure, facts, parts, side)


def _kept(key: tuple[Any, ...], fact: Fact, measure: Measure, ctx: Context, make: Callable[[], Any]) -> Any:
    """What was worked out for the same fact on another day, when nothing it depends on has changed."""
    if ctx.memo is None:
        return make()
    derived = tuple(derived_value(fact, n, ctx) for n in _fields_used(measure) if n not in fact.values)
    key = (ctx.memo_key, key, derived)
    if key not in ctx.memo:
        ctx.memo[key] = make()
    return ctx.memo[key]


def _items(fact: Fact, measure: Measure, ctx: Context, parts: tuple[str, ...], side: str, *, apart: bool) -> list[Item]:
    if not apart:
        item = _item(fact, measure, ctx, parts, side)
        return [] if item is None else [item]
    one_by_one = [(p, _item(fact, measure, ctx, (p,), side)) for p in parts]
    return [replace(i, id=f"{i.id}@{p}") for p, i in one_by_one if i is not None]


def _may_pass(fact: Fact, measure: Measure, ctx: Context) -> bool:
    """May the fact pass every test that does not ask about the vendor?"""
    ways = (_ways(fact, name, measure, ctx) for name in _fields_used(measure))
    return all(any(w.where is not False for w in found) for found in ways)


def _known_names(fact: Fact, name: str) -> Iterable[str]:
    allowed = fact.value(name).allowed
    return () if not isinstance(allowed, Names) or allowed.but else allowed.values


@dataclass(frozen=True, slots=True)
class _Way:
    """One signature of one field: the tests it passes and fails, its cell and group values, a value that shows it."""

    where: Truth
    count: Truth
    by: tuple[tuple[str, str], ...]
    group: str
    shown: str


def _item(fact: Fact, measure: Measure, ctx: Context, parts: tuple[str, ...], side: str) -> Item | None:
    if fact.exists is False or any(r.id in ctx.exempt for r in fact.rows):
        return None
    here = [(p, b) for p in parts if (b := belongs(fact, p)) is not False]
    if not here:
        return None
    fields = _fields_used(measure)
    ways = {name: _ways(fact, name, measure, ctx) for name in fields}
    out_by = [name for name in fields if all(w.where is False for w in ways[name])]
    if out_by:
        return _kept_outside(fact, out_by, side)
    told: dict[Outcome, dict[str, str]] = {}
    for combo in product(*ways.values()):
        shown = {n: w.shown for n, w in zip(fields, combo, strict=True)}
        for outcome in _outcomes(combo, measure, fact, ctx, here):
            told.setdefault(outcome, shown)
    if fact.exists is None:
        told.setdefault(OUT, {"exists": "no"})
    if set(told) == {OUT}:
        return None
    lo, hi, weight_why = weight_of(fact, measure)
    open_fields = tuple(n for n in fields if len(ways[n]) > 1)
    why = _reasons(fact, open_fields, len(told) > 1, weight_why)
    return Item(
        f"{side}{fact.id}", tuple(told), lo, hi, tuple(r.id for r in fact.rows), why, tuple(told.values()),
        _label(fact), side, (*open_fields, *(("weight",) if lo != hi else ())),
    )  # fmt: skip


def _kept_outside(fact: Fact, out_by: list[str], side: str) -> Item | None:
    """A row that bears the key asked for but fails another test stays as evidence, outside the measure."""
    keys = set(tables()[fact.table].keys)
    if not tables()[fact.table].unique or not fact.exists or set(out_by) & keys:
        return None
    told = ({n: _shown(fact.table, n, _sample_of(fact, n)) for n in out_by},)
    return Item(f"{side}{fact.id}", (OUT,), 1, 1, tuple(r.id for r in fact.rows), frozenset(), told, _label(fact), side)


def _sample_of(fact: Fact, name: str) -> str | Number:
    allowed = fact.value(name).allowed if name in fact.values else Names(frozenset({""}))
    return allowed.lo if isinstance(allowed, Numbers) else next(iter(sorted(allowed.values)), "")


def _shown(table: str, name: str, atom: str | Number) -> str:
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


def _fields_used(measure: Measure) -> tuple[str, ...]:
    used = [c.base for c in (*measure.where, *measure.count)] + [b.partition(".")[0] for b in (*measure.by, *measure.unit)]
    if measure.of:
        used.append(measure.of.partition(".")[0])
    return tuple(dict.fromkeys(used))


def _outcomes(combo: tuple[_Way, ...], measure: Measure, fact: Fact, ctx: Context, here: Sequence[tuple[str, Truth]]) -> Iterator[Outcome]:
    inside = k_all(w.where for w in combo)
    if inside is not True:
        yield OUT
    if inside is False:
        return
    counted = k_all(w.count for w in combo)
    answers: tuple[bool, ...] = (True, False) if counted is None else (counted,)
    if measure.duty:
        states = _duty_states(fact, measure, ctx)
        if "running" in states:
            yield OUT
        answers = tuple(a for a, s in ((True, "done"), (False, "late")) if s in states)
    by = {k: v for w in combo for k, v in w.by}
    group = next((w.group for w in combo if w.group), "")
    keys = tuple(by.get(b, "") for b in (*measure.by, *measure.unit))
    if all(b is None for _, b in here) and not _parts_cover(here, fact):
        yield OUT
    for part, _ in here:
        for yes in answers:
            for name in (group, f"(new {fact.id})") if group == OTHER else (group,):
                yield Outcome((part, *keys), yes, name)


def _parts_cover(here: Sequence[tuple[str, Truth]], fact: Fact) -> bool:
    """A fact of the whole lies in one of its parts, when all parts are looked at."""
    from litmus.core.place import parts as parts_of

    return set(parts_of(fact.place)) <= {p for p, _ in here}


def _ways(fact: Fact, name: str, measure: Measure, ctx: Context) -> list[_Way]:
    """The distinct signatures of a field over everything it may be."""
    allowed = _allowed(fact, name, ctx)
    where = [c for c in measure.where if c.base == name]
    count = [c for c in measure.count if c.base == name]
    by = [b for b in (*measure.by, *measure.unit) if b.partition(".")[0] == name]
    grouped = measure.of if measure.of.partition(".")[0] == name else ""
    found: dict[tuple[object, ...], _Way] = {}
    for atom in _atoms(allowed, where + count, bool(grouped or by), ctx):
        groups = _group_names(atom, grouped, ctx) if grouped else ("",)
        w = k_all([test(c, atom, ctx) for c in where]) if where else True
        n = k_all([test(c, atom, ctx) for c in count]) if count else True
        for group in groups:
            key = (w,) if w is False else (w, n, group, str(atom) if by else "")
            if key not in found:
                cells = tuple((b, str(atom)) for b in by)
                found[key] = _Way(w, n, cells, group if w is not False else "", _shown(fact.table, name, atom))
    return list(found.values())


def _allowed(fact: Fact, name: str, ctx: Context) -> Names | Numbers:
    derived = derived_value(fact, name, ctx)
    return derived if derived is not None else fact.value(name).allowed


def _atoms(allowed: Names | Numbers, conditions: list[Condition], listed: bool, ctx: Context) -> list[str | Number]:
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


def _designated(conditions: list[Condition], ctx: Context) -> list[str]:
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


def _duty_states(fact: Fact, measure: Measure, ctx: Context) -> set[str]:
    """done, late, running: which of them some completion allows. A clock still running is no failure."""
    assert measure.duty  # noqa: S101
    start, done = fact.value(measure.duty.start).allowed, fact.value(measure.duty.done).allowed
    assert isinstance(start, Numbers) and isinstance(done, Numbers)  # noqa: S101, PT018
    first, last = (shift(int(d), measure.duty.within) for d in (start.lo, start.hi))
    states = set()
    if done.lo <= last:
        states.add("done")
    if done.hi > first and ctx.as_of > first:
        states.add("late")
    if done.hi > ctx.as_of and ctx.as_of <= last:
        states.add("running")
    return states


def _reasons(fact: Fact, open_fields: tuple[str, ...], several: bool, weight_why: str) -> frozenset[str]:
    why = {weight_why} if weight_why else set()
    if several:
        if fact.exists is None:
            why.add(fact.why)
        for name in open_fields:
            why |= _why_open(fact, name)
        if not open_fields and fact.exists is not None:
            why.add("missing")
    return frozenset(why - {""})


def _why_open(fact: Fact, name: str) -> set[str]:
    """Why a field is open; a derived field is open for the reasons of the stored ones it rests on."""
    if name in fact.values:
        return {fact.values[name].why or ("unresolved-identity" if name == "vendor" else "missing")}
    found = {fact.values[n].why for n in RESTS_ON.get(name, ()) if fact.values[n].readings} - {""}
    return found or {"missing"}


def _label(fact: Fact) -> str:
    shown = []
    for key in tables()[fact.table].keys:
        if key == "place":
            continue
        allowed = fact.value(key).allowed
        if isinstance(allowed, Names):
            one = next(iter(allowed.values)) if allowed.is_point else f"{key} unknown"
            if one:
                shown.append(one)
    return f"{fact.table}: " + " · ".join(shown) + f" ({fact.place})"
