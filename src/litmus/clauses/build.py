"""A clause at a place on a day, with its evidence: items, unseen rows, parts, target."""

from dataclasses import replace
from typing import Any

from litmus.clauses.clause import Clause, Parts
from litmus.clauses.counted import Counted, contradicted, counted, in_period, places_left, sources_of
from litmus.core.interval import INF, Interval, Number
from litmus.core.place import parts as parts_of
from litmus.core.place import within
from litmus.core.sets import Names, Numbers
from litmus.facts.evidence import Evidence, Fact, Policy, domain
from litmus.facts.schema import tables
from litmus.measures.assess import assess
from litmus.measures.items import Item, build_items
from litmus.measures.problem import Problem, Tail, Target
from litmus.measures.spec import Condition, Measure
from litmus.measures.ways import Context
from litmus.parties.group import Parties


def context(clause: Clause, evidence: Evidence, parties: Parties, exempt: frozenset[str] = frozenset()) -> Context:
    """Everything that reading the clause's evidence needs. ``parties`` fixes the two days."""
    return Context(evidence, parties, parties.as_of, parties.known_at, clause.policy, exempt)


def parts_rule(clause: Clause, place: str) -> Parts:
    """The clause's rule for a place, or the place as one."""
    return clause.parts.get(place) or Parts((place,), "pooled")


def build(clause: Clause, place: str, ctx: Context, target: Target | None = None) -> Problem:
    """The problem of one clause at one place."""
    rule = parts_rule(clause, place)
    parts = (place,) if rule.combine == "pooled" else rule.of
    needed = rule.k if rule.combine == "k-of-n" else len(parts)
    measure = clause.measure
    count = counted(measure, ctx, parts)
    if count is not None:
        return _by_count(clause, place, ctx, target or clause.target, count)
    if measure.population and measure.population.counted_by:  # until a count says which days are judged, no row can decide
        tails = _tails(measure, ctx, place, parts, [])
        waiting = tuple(dict.fromkeys(r for i in build_items(measure, ctx, place, parts) for r in i.rows))
        return Problem(measure, (), tuple(tails), parts, needed, target or clause.target, clause.empty, waiting=waiting)
    if clause.window is not None and measure.over:
        measure = _windowed(clause)
    floor: Number = 0
    if measure.kind == "level":
        floor = measure.domain[0] if measure.domain else domain(measure.over, measure.value).lo  # type: ignore[union-attr]
    if measure.kind == "compare":
        assert measure.own is not None  # noqa: S101 - the loader gives every comparison its inner measure
        all_parts = (place, *(p for p in measure.peers if p != place))
        measure = replace(measure, peers=all_parts[1:])
        assert measure.own is not None  # noqa: S101
        items = [i for p in all_parts for i in build_items(measure.own, ctx, p, (p,))]
        tails = [t for p in all_parts for t in _tails(measure.own, ctx, p, (p,), items)]
        return Problem(measure, tuple(items), tuple(tails), (place,), 1, target or clause.target, clause.empty)
    if measure.kind == "quotient":
        items, tails = _quotient(measure, ctx, place, parts)
    else:
        items = build_items(measure, ctx, place, parts)
        tails = _tails(measure, ctx, place, parts, items)
    return Problem(measure, tuple(items), tuple(tails), parts, needed, target or clause.target, clause.empty, floor)


def _by_count(clause: Clause, place: str, ctx: Context, target: Target, count: Counted) -> Problem:
    """The problem over the period of a count. Rows of two sources may be the same row under two numbers, so that only those of
    one source take up places; whichever source shows most is used. Where two decide against each other, they contradict the count.
    """
    rule = parts_rule(clause, place)
    parts = (place,) if rule.combine == "pooled" else rule.of
    needed = rule.k if rule.combine == "k-of-n" else len(parts)
    measure = in_period(clause.measure, count)
    days = (count.first, count.last)
    items = build_items(measure, replace(ctx, memo_key=(ctx.memo_key, days)), place, parts)
    found = []
    for source in sources_of(measure, ctx, count) or [""]:
        kept, tails = places_left(measure, ctx, count, items, source)
        problem = Problem(measure, tuple(kept), tuple(tails), parts, needed, target, clause.empty, closing=count.rows, period=days)
        found.append((assess(problem), problem))
    if {True, False} <= {a.truth for a, _ in found}:
        tails = [contradicted(measure, count, part) for part in parts]
        return replace(found[0][1], items=(), tails=tuple(tails))
    return min(found, key=lambda pair: (pair[0].truth is None, _width(pair[0].shown)))[1]


def _width(shown: Interval | None) -> Number:
    return shown.hi - shown.lo if shown else INF


def _windowed(clause: Clause) -> Measure:
    """The window of a perform-within clause is a test on the day that starts the duty."""
    measure = clause.measure
    start = measure.duty.start if measure.duty else "signed"
    return replace(measure, where=(*measure.where, Condition(start, "within", period=clause.window)))


def _quotient(measure: Measure, ctx: Context, place: str, parts: tuple[str, ...]) -> tuple[list[Item], list[Tail]]:
    assert measure.top and measure.bottom  # noqa: S101, PT018 - the loader gives both
    top = replace(measure.top, by=measure.by)
    tops = build_items(top, ctx, place, parts, side="top/")
    bottoms = build_items(measure.bottom, ctx, place, parts, side="bottom/")
    low = measure.bottom.domain[0] if measure.bottom.domain else 1
    fixed = [
        replace(
            i,
            lo=max(i.lo, low),
            hi=max(i.hi, low),
            outcomes=tuple(replace(o, cell=(o.cell[0], *("*" for _ in measure.by)) if o.cell else None, yes=False) for o in i.outcomes),
        )
        for i in bottoms
    ]
    return tops + fixed, _tails(top, ctx, place, parts, tops)


def _tails(measure: Measure, ctx: Context, place: str, parts: tuple[str, ...], items: list[Item]) -> list[Tail]:
    """Unseen rows, part by part. A table whose key fixes the fact has none; a level has none by definition."""
    if tables()[measure.over].unique or measure.kind == "level":
        return []
    return [t for part in parts if (t := _tail(measure, ctx, place, part, items)) is not None]


def _tail(measure: Measure, ctx: Context, place: str, part: str, items: list[Item]) -> Tail | None:
    wanted = measure.population
    asked = " or ".join(wanted.closed_by) if wanted and wanted.closed_by else "an independent list"
    if wanted and wanted.counted_by:
        asked = f"a published count ({' or '.join(wanted.counted_by.series)})"
    tail = Tail(f"population:{measure.over}@{part}", part, 0, INF, f"{asked} closing {measure.over} rows of {part}")
    if wanted is None or wanted.counted_by:
        return tail
    closed = []
    for fact in _closing(measure, ctx, place, part):
        fixed = _fixes(measure, fact)
        if fixed is None:
            continue
        exempt = build_items(measure, replace(ctx, exempt=frozenset()), place, (part,)) if ctx.exempt else items
        mine = [i for i in exempt if any(_matches(o.cell, part, fixed) for o in i.outcomes)]
        lo, hi = _left(measure, fact, mine, part, fixed)
        if not fixed:
            counted = fact.value("total").readings
            return replace(tail, lo=lo, hi=hi, opens_cells=bool(counted)) if hi > 0 else None
        closed.append((fixed, lo, hi))
    return replace(tail, closed=tuple(closed))


def _matches(cell: tuple[str, ...] | None, part: str, fixed: tuple[tuple[int, str], ...]) -> bool:
    return cell is not None and cell[0] == part and all(cell[i] == v for i, v in fixed)


def _left(measure: Measure, fact: Fact, seen: list[Item], part: str, fixed: tuple[tuple[int, str], ...]) -> tuple[Number, Number]:
    """Unseen weight that a list leaves: its total less what is known, and the tolerance on top.

    Rows *must* be missing only where the list counts just what the clause counts: same place, unit and conditions.
    A total in another unit than the measure's weight bounds nothing.
    """
    assert measure.population  # noqa: S101 - only called for measures that name one
    tolerance = measure.population.tolerance
    high = sum(i.hi for i in seen)
    total = fact.value("total")
    if not total.readings:
        return 0, (tolerance * high if high != INF else INF) if tolerance else 0
    assert isinstance(total.allowed, Numbers)  # noqa: S101
    unit = _one(fact, "unit")
    if measure.value or measure.weight in {"value", "amount"}:
        certain = sum(1 for i in seen if all(_matches(o.cell, part, fixed) for o in i.outcomes))
        return (0, 0) if certain >= total.allowed.hi else (0, INF)
    if measure.weight and unit != measure.weight:
        return 0, INF
    sure = sum(i.lo for i in seen if all(_matches(o.cell, part, fixed) for o in i.outcomes))
    same = all(c.base in {"operator", "layer"} and c.words == (_one(fact, c.base),) for c in measure.where)
    whole = fact.place == part and same and unit == measure.weight
    lo = max(0, total.allowed.lo - high) if high != INF and whole and not tolerance else 0
    return lo, max(0, total.allowed.hi - sure) + (tolerance * total.allowed.hi if tolerance else 0)


def _closing(measure: Measure, ctx: Context, place: str, part: str) -> list[Fact]:
    """Lists of the asked kind that cover the measure's rows in the part."""
    assert measure.population  # noqa: S101
    policy = Policy(ctx.policy.min_grade, measure.population.max_age, ctx.policy.contested)
    asked = [set(c.words) for c in measure.where if c.op == "in"]
    found: list[Fact] = []
    scoped: list[Fact] = []
    for fact in ctx.evidence.near("population", policy, ctx.as_of, ctx.known_at, place):
        named = _one(fact, "over") == measure.over and _one(fact, "closed_by") in measure.population.closed_by
        if fact.exists and named and within(part, fact.place):
            (scoped if _one(fact, "scope") else found).append(fact)
    covered = {_one(f, "scope") for f in scoped}
    if any(words and words <= covered for words in asked):
        wanted = next(words for words in asked if words and words <= covered)
        mine = [f for f in scoped if _one(f, "scope") in wanted]
        if len(wanted) == 1 or not any(f.value("total").readings for f in mine):
            found += mine
    return found


def _fixes(measure: Measure, fact: Fact) -> tuple[tuple[int, str], ...] | None:
    """Which ``by`` values a list is limited to; empty when it covers everything measured; None when it cannot be used."""
    fixed = []
    for name in ("operator", "layer"):
        value = _one(fact, name)
        only = next((c.words for c in measure.where if c.base == name and c.op == "in"), ())
        if not value or only == (value,):
            continue
        if name not in measure.by:
            return None
        fixed.append((1 + measure.by.index(name), value))
    return tuple(fixed)


def _one(fact: Fact, name: str) -> str:
    allowed: Any = fact.value(name).allowed
    return next(iter(allowed.values), "") if isinstance(allowed, Names) and not allowed.but else ""


def exempted(clause: Clause, ctx: Context, place: str) -> dict[str, Fact]:
    """Rows that valid waivers exempt, up to the clause's cap by number of rows; row id to waiver."""
    if clause.waivers is None:
        return {}
    found: dict[str, Fact] = {}
    for fact in ctx.evidence.near("waiver", Policy(), ctx.as_of, ctx.known_at, place):
        row = fact.rows[-1].values
        if row["clause"] == clause.id and fact.exists and row["expires"].lo >= ctx.as_of:
            found.update(dict.fromkeys(row["exempts"], fact))
    rows = [r for f in ctx.evidence.near(clause.measure.over, clause.policy, ctx.as_of, ctx.known_at, place) for r in f.rows]
    limit = int(clause.waivers.cap * len(rows))
    return dict(sorted(found.items())[:limit])


def has_parts(place: str) -> bool:
    """Does the place have parts of its own?"""
    return bool(parts_of(place))
