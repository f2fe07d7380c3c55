"""Facts to items: for each fact, the finite list of ways in which it may enter a measure.

An *outcome* says how a fact counts in one completion: outside, or inside a cell (part and ``by`` values) as a yes or a
no, for one group (vendor). An item keeps every outcome that its admissible values allow, so that a field used twice in
one clause is never read two ways at once. Items are independent of each other: that makes the bounds exact.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from litmus.core.dates import shift
from litmus.core.interval import Number
from litmus.core.place import within
from litmus.core.sets import OTHER, Names, Numbers
from litmus.core.truth import Truth, k_all
from litmus.facts.evidence import Fact, Pins, bears
from litmus.facts.schema import tables
from litmus.measures.derived import RESTS_ON, derived_value
from litmus.measures.spec import Measure
from litmus.measures.ways import Context, FieldUse, Way, fields_used, show, ways_of
from litmus.measures.weights import weight_of

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
        ctx.universe = ()
        able = [f for f in facts if _may_pass(f, fields_used(others, ctx, "others"), ctx)]
        ctx.universe = tuple(sorted({n for f in able for n in _known_names(f, base)}))
    found: list[Item] = []
    apart = len(parts) > 1 and tables()[measure.over].reach == "jurisdiction"
    uses = fields_used(measure, ctx, side)
    for fact in facts:
        found += _kept(fact, measure, uses, ctx, parts, side, apart=apart)
    from litmus.measures.unique import placeholders

    return found + placeholders(measure, facts, parts, side)


def _kept(
    fact: Fact, measure: Measure, uses: tuple[FieldUse, ...], ctx: Context, parts: tuple[str, ...], side: str, *, apart: bool
) -> list[Item]:
    """What was worked out for the same fact on another day, when nothing it depends on has changed."""
    if ctx.memo is None:
        return _items(fact, measure, uses, ctx, parts, side, apart=apart)
    derived = tuple(derived_value(fact, u.name, ctx) for u in uses if u.name not in fact.values)
    key = (ctx.memo_key, fact, parts, side, ctx.universe, derived)
    found: list[Item] | None = ctx.memo.get(key)
    if found is None:
        found = ctx.memo[key] = _items(fact, measure, uses, ctx, parts, side, apart=apart)
    return found


def _items(
    fact: Fact, measure: Measure, uses: tuple[FieldUse, ...], ctx: Context, parts: tuple[str, ...], side: str, *, apart: bool
) -> list[Item]:
    if not apart:
        item = _item(fact, measure, uses, ctx, parts, side)
        return [] if item is None else [item]
    one_by_one = [(p, _item(fact, measure, uses, ctx, (p,), side)) for p in parts]
    return [replace(i, id=f"{i.id}@{p}") for p, i in one_by_one if i is not None]


def _may_pass(fact: Fact, uses: tuple[FieldUse, ...], ctx: Context) -> bool:
    """May the fact pass every test that does not ask about the vendor?"""
    return all(any(w.where is not False for w in ways_of(fact, use, ctx)) for use in uses)


def _known_names(fact: Fact, name: str) -> Iterable[str]:
    allowed = fact.value(name).allowed
    return () if not isinstance(allowed, Names) or allowed.but else allowed.values


def _item(fact: Fact, measure: Measure, uses: tuple[FieldUse, ...], ctx: Context, parts: tuple[str, ...], side: str) -> Item | None:
    if fact.exists is False or any(r.id in ctx.exempt for r in fact.rows):
        return None
    here = [(p, b) for p in parts if (b := belongs(fact, p)) is not False]
    if not here:
        return None
    ways = {use.name: ways_of(fact, use, ctx) for use in uses}
    out_by = [name for name, found in ways.items() if all(w.where is False for w in found)]
    if out_by:
        return _kept_outside(fact, out_by, side)
    told: dict[Outcome, dict[str, str]] = {}
    for combo in product(*ways.values()):
        shown = {n: w.shown for n, w in zip(ways, combo, strict=True)}
        for outcome in _outcomes(combo, measure, fact, ctx, here):
            told.setdefault(outcome, shown | _duty_words(measure, outcome))
    if fact.exists is None:
        told.setdefault(OUT, {"exists": "no"})
    if set(told) == {OUT}:
        return None
    lo, hi, weight_why = weight_of(fact, measure)
    open_fields = tuple(n for n, found in ways.items() if len(found) > 1)
    if measure.duty and measure.duty.done not in open_fields and len({o.yes for o in told if o.cell}) > 1:
        open_fields = (*open_fields, measure.duty.done)
    why = _reasons(fact, open_fields, len(told) > 1, weight_why)
    if len(told) > 1 and any(_doubtful(use, ways[use.name], ctx) for use in uses):
        why = why - ({"missing"} if not open_fields and weight_why != "missing" else set()) | {"unresolved-identity"}
    return Item(
        f"{side}{fact.id}", tuple(told), lo, hi, tuple(r.id for r in fact.rows), why, tuple(told.values()),
        _label(fact), side, (*open_fields, *(("weight",) if lo != hi else ())),
    )  # fmt: skip


def _doubtful(use: FieldUse, found: list[Way], ctx: Context) -> bool:
    """Does a test stay open because it is not settled whether a restricted company controls the party?"""
    lists = [c.words for c in (*use.where, *use.count) if c.op == "restricted_by"]
    return any(ctx.parties.doubtful(w.shown, words) for words in lists for w in found if w.where is None or w.count is None)


def _kept_outside(fact: Fact, out_by: list[str], side: str) -> Item | None:
    """A row that bears the key asked for but fails another test stays as evidence, outside the measure."""
    keys = set(tables()[fact.table].keys)
    if not tables()[fact.table].unique or not fact.exists or set(out_by) & keys:
        return None
    told = ({n: show(fact.table, n, _sample_of(fact, n)) for n in out_by},)
    return Item(f"{side}{fact.id}", (OUT,), 1, 1, tuple(r.id for r in fact.rows), frozenset(), told, _label(fact), side)


def _sample_of(fact: Fact, name: str) -> str | Number:
    allowed = fact.value(name).allowed if name in fact.values else Names(frozenset({""}))
    return allowed.lo if isinstance(allowed, Numbers) else next(iter(sorted(allowed.values)), "")


def _outcomes(combo: tuple[Way, ...], measure: Measure, fact: Fact, ctx: Context, here: Sequence[tuple[str, Truth]]) -> Iterator[Outcome]:
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


def _duty_words(measure: Measure, outcome: Outcome) -> dict[str, str]:
    """Whether the duty is done, for a reader: the day itself is open."""
    return {measure.duty.done: "in time" if outcome.yes else "late"} if measure.duty and outcome.cell is not None else {}


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
