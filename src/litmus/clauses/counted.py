"""Populations that a count closes: notices, lots and awards, of which somebody else published how many there were.

A count covers a period, and that period is what is judged: the newest that is over. The rows in evidence that certainly lie
in it take up so many places of the count; what is left are rows that nobody has seen, and each of them may be anything. A row
that may lie outside the period is one of those that the free places stand for. So a row that is taken away gives its place to
an unseen one, and the interval can only widen: leaving notices out never improves a verdict. Without a count nothing bounds
what is unseen, and the interval of a ratio is the whole from 0 to 1. More rows than the count allows contradict it: such a
count closes nothing. That a count counts what the table's rows are, and that the rows of one source are different ones, is taken
as given (docs/decisions/0011).
"""

from dataclasses import dataclass, replace

from litmus.core.dates import show_day
from litmus.core.interval import INF, Number
from litmus.core.place import show_place
from litmus.core.sets import Names, Numbers
from litmus.facts.evidence import Fact, Policy
from litmus.measures.items import Item, belongs
from litmus.measures.problem import Tail
from litmus.measures.spec import Condition, Measure
from litmus.measures.ways import Context

UNIT = "count"


@dataclass(frozen=True, slots=True)
class Counted:
    """The days that are judged, both included, and for each part the fact that counts its rows in them."""

    first: int
    last: int
    counts: dict[str, Fact]

    @property
    def rows(self) -> tuple[str, ...]:
        """Ids of the rows that give the counts."""
        return tuple(r.row.id for f in self.counts.values() for r in f.value("value").readings)


def counted(measure: Measure, ctx: Context, parts: tuple[str, ...]) -> Counted | None:
    """The newest period for which every part has a count. None: there is none, or the parts have none in common."""
    asked = measure.population.counted_by if measure.population else None
    if asked is None or measure.population is None:
        return None
    policy = Policy(ctx.policy.min_grade, measure.population.max_age, ctx.policy.contested)
    found: dict[str, tuple[tuple[int, int], Fact]] = {}
    for part in parts:
        near = ctx.evidence.near("observation", policy, ctx.as_of, ctx.known_at, part)
        able = [(days, f) for f in near if f.place == part and _counts(f, asked.series) and (days := _period(f, ctx.as_of))]
        if not able:
            return None
        found[part] = max(able, key=lambda pair: (pair[0][1], pair[0][0], _most(pair[1]), pair[1].id))
    periods = {days for days, _ in found.values()}
    if len(periods) != 1:
        return None
    first, last = periods.pop()
    return Counted(first, last, {part: fact for part, (_, fact) in found.items()})


def _counts(fact: Fact, series: tuple[str, ...]) -> bool:
    """Is it a whole count of one of the series: not of a subject within the place, not of a part of the rows?"""
    whole = all(_word(fact, name) == "" for name in ("subject", "denominator"))
    return fact.exists is True and whole and _word(fact, "series") in series and _word(fact, "unit") == UNIT


def _word(fact: Fact, name: str) -> str | None:
    allowed = fact.value(name).allowed
    return next(iter(allowed.values), "") if isinstance(allowed, Names) and not allowed.but and len(allowed.values) < 2 else None


def _period(fact: Fact, as_of: int) -> tuple[int, int] | None:
    """The days that the readings count, where all of them count the same days and these are over."""
    spans = set()
    for reading in fact.value("value").readings:
        begins, ends = reading.row.values["valid_from"], reading.row.values["valid_to"]
        if begins is None:
            return None
        spans.add((begins.lo, (ends or begins).hi))
    return spans.pop() if len(spans) == 1 and max(last for _, last in spans) <= as_of else None


def _most(fact: Fact) -> Number:
    allowed = fact.value("value").allowed
    return allowed.hi if isinstance(allowed, Numbers) else INF


def in_period(measure: Measure, found: Counted) -> Measure:
    """The measure over the rows of the period."""
    assert measure.population  # noqa: S101 - a count was found by it
    assert measure.population.counted_by  # noqa: S101
    date = measure.population.counted_by.date
    ends = (Condition(date, "at_least", bound=found.first), Condition(date, "at_most", bound=found.last))
    return replace(measure, where=(*measure.where, *ends))


def sources_of(measure: Measure, ctx: Context, found: Counted) -> list[str]:
    """Ids of the sources whose rows certainly lie in the period."""
    sure = (f for part in found.counts for f in _sure(measure, ctx, found, part))
    return sorted({str(r.values["source"]) for f in sure for r in f.rows})


def places_left(measure: Measure, ctx: Context, found: Counted, items: list[Item], source: str) -> tuple[list[Item], list[Tail]]:
    """The items that certainly take up a place of the count, by what one source says, and for each part the places that are left."""
    kept: set[str] = set()
    tails = []
    for part, count in found.counts.items():
        sure = [f for f in _sure(measure, ctx, found, part) if source in {r.values["source"] for r in f.rows}]
        kept |= {r.id for f in sure for r in f.rows}
        left = _most(count) - len(sure)
        if left < 0:
            tails.append(contradicted(measure, found, part))
        elif left:
            days = f"{show_day(found.first)} to {show_day(found.last)}"
            label = f"the other {measure.over} rows that are counted for {show_place(part)}, {days}"
            tails.append(Tail(f"population:{measure.over}@{part}", part, 0, left, label))
    return [i for i in items if set(i.rows) & kept], tails


def contradicted(measure: Measure, found: Counted, part: str) -> Tail:
    """The unseen rows of a part whose count cannot be true: it bounds nothing."""
    label = f"{measure.over} rows of {show_place(part)}: those on record contradict the count of {show_day(found.first)}"
    return Tail(f"population:{measure.over}@{part}", part, 0, INF, label)


def _sure(measure: Measure, ctx: Context, found: Counted, part: str) -> list[Fact]:
    """The facts that certainly are rows of the table in the part and the period, whether the clause asks about them or not."""
    assert measure.population  # noqa: S101 - a count was found by it
    assert measure.population.counted_by  # noqa: S101
    sure = []
    for fact in ctx.evidence.near(measure.over, ctx.policy, ctx.as_of, ctx.known_at, part):
        day = fact.value(measure.population.counted_by.date).allowed
        inside = isinstance(day, Numbers) and found.first <= day.lo and day.hi <= found.last
        if fact.exists is True and inside and belongs(fact, part) is True:
            sure.append(fact)
    return sure
