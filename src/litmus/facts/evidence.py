"""From claims to facts: what each fact may still be, on a day, given what was known on a day, under a policy.

A fact's admissible set is the intersection of the admissible claims about it; without any, its whole domain; when
they exclude each other, their union, flagged as contested. More admissible evidence can only narrow a set, except by
opening a conflict: that is the monotonicity on which the verdicts rest.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from litmus.core.dates import FIRST_DAY, LAST_DAY, Days, Period, shift
from litmus.core.grade import passes
from litmus.core.interval import INF
from litmus.core.place import ancestors, within
from litmus.core.sets import ANY_NAME, Names, Numbers, numbers
from litmus.core.truth import Truth
from litmus.core.words import ladder, word_list
from litmus.facts.dossier import Dossier
from litmus.facts.parse import PPM
from litmus.facts.row import Row
from litmus.facts.schema import Column, Table, tables

Allowed = Names | Numbers


@dataclass(frozen=True, slots=True)
class Policy:
    """What is admissible: least grade, greatest age, and how conflicts are read (every-reading, best-tier, hull)."""

    min_grade: tuple[str, str] | None = None
    max_age: Period | None = None
    contested: str = "every-reading"


@dataclass(frozen=True, slots=True)
class Reading:
    """One admissible claim: the set it leaves, and the row that makes it."""

    allowed: Allowed
    row: Row


@dataclass(frozen=True, slots=True)
class Value:
    """What one field may still be, why it is not settled (missing, stale, contested, inadmissible), and the readings."""

    allowed: Allowed
    why: str = ""
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One fact: rows that agree on every key column. ``exists`` is None when no admissible row asserts it."""

    table: str
    place: str
    id: str
    values: dict[str, Value]
    exists: Truth
    why: str
    rows: tuple[Row, ...]

    def value(self, name: str) -> Value:
        """The field's value. Raises KeyError for a field that the table lacks."""
        return self.values[name]


@cache
def domain(table: str, name: str) -> Allowed:
    """Everything a field could be when nothing is known."""
    column = next(c for c in tables()[table].columns if name in {c.name, c.pair})
    if column.kind == "word":
        return Names(frozenset(word_list(column.of)) if column.of != "table" else frozenset(tables()))
    if column.kind == "ladder":
        return numbers(0, len(ladder(column.of)) - 1)
    if column.kind == "day":
        return numbers(FIRST_DAY, LAST_DAY)
    if column.kind == "percent":
        return numbers(0, PPM)
    if column.kind == "count":
        return numbers(1 if column.pair == "weight" else 0, INF)
    if column.kind == "money":
        return numbers(0, INF)
    return numbers(-INF, INF) if column.kind == "number" else ANY_NAME


def _claim(row: Row, table: Table, name: str) -> Allowed | None:
    """The set that a row's cell leaves for a field; None when the row does not speak of it."""
    v = row.values
    columns = _columns(table.name)[name]
    if len(columns) == 2:
        lo, hi = v[columns[0].name], v[columns[1].name]
        if lo is None:
            return None
        found: Allowed = numbers(lo, lo if hi is None else hi)
    else:
        value = v[columns[0].name]
        if value is None:
            return None
        found = _cell(value)
    if v["stance"] != "denies":
        return found
    left = _denied(found, table.name, name)
    return None if left.empty else left


def _cell(value: Any) -> Allowed:
    if isinstance(value, Days):
        return numbers(value.lo, value.hi)
    if isinstance(value, tuple):
        return Names(frozenset(value))
    return Names(frozenset({value})) if isinstance(value, str) else numbers(value)


def _denied(found: Allowed, table: str, name: str) -> Allowed:
    whole = domain(table, name)
    if isinstance(found, Names) and isinstance(whole, Names):
        return whole & ~found
    if not (isinstance(found, Numbers) and isinstance(whole, Numbers)):
        return whole
    step = 0 if tables()[table].column(_columns(table)[name][0].name).kind == "number" else 1
    below, above = found.lo - step, found.hi + step
    left = numbers(whole.lo, below) if below >= whole.lo else None
    right = numbers(above, whole.hi) if above <= whole.hi else None
    if left and right:
        return left | right
    return left or right or Numbers(())


@cache
def _columns(table: str) -> dict[str, tuple[Column, ...]]:
    """Columns by field: one, or the two ends of a pair."""
    found: dict[str, tuple[Column, ...]] = {}
    for c in tables()[table].columns:
        if c.role != "meta":
            found[c.pair or c.name] = (*found.get(c.pair or c.name, ()), c)
    return found


def _combine(readings: list[Reading], policy: Policy, blank: Allowed, why_blank: str) -> Value:
    if not readings:
        return Value(blank, why_blank)
    met = readings[0].allowed
    for r in readings[1:]:
        met = met & r.allowed  # type: ignore[operator]
    if not met.empty:
        return Value(met, "" if met.is_point else "missing", tuple(readings))
    if policy.contested == "best-tier":
        best = min((r.row.values["reliability"], r.row.values["credibility"]) for r in readings)
        kept = [r for r in readings if (r.row.values["reliability"], r.row.values["credibility"]) == best]
        if len(kept) < len(readings):
            return _combine(kept, policy, blank, why_blank)
    union = readings[0].allowed
    for r in readings[1:]:
        union = union | r.allowed  # type: ignore[operator]
    if policy.contested == "hull" and isinstance(union, Numbers):
        union = numbers(union.lo, union.hi)
    return Value(union, "contested", tuple(readings))


def _in_time(row: Row, table: Table, as_of: int) -> Truth:
    """Did the row's fact hold on the day? Period measurements hold from their beginning on."""
    begins, ends = row.begins, row.ends
    if begins.lo > as_of or (table.latest != "period" and ends.hi < as_of):
        return False
    sure = begins.hi <= as_of and (table.latest == "period" or ends.lo >= as_of)
    return True if sure else None


def _admissible(row: Row, policy: Policy, cutoff: int) -> str:
    """Empty when admissible; otherwise why not."""
    v = row.values
    if policy.min_grade and not passes(v["reliability"], v["credibility"], policy.min_grade):
        return "inadmissible"
    return "stale" if cutoff and v["known_from"].lo < cutoff else ""


def _newest(rows: list[Row], latest: str) -> list[Row]:
    """The rows of the newest state or period; dates of different precision that may coincide stay together."""
    if not latest or len(rows) < 2:
        return rows

    def moment(row: Row) -> Days:
        return row.ends if latest == "period" and row.values.get("valid_to") else row.begins

    newest = max(moment(r).lo for r in rows)
    return [r for r in rows if moment(r).hi >= newest]


Pins = tuple[tuple[str, tuple[str, ...]], ...]


def bears(row: Row, pins: Pins) -> bool:
    """May the row's key be one of those pinned? A blank key may be any."""
    return all(row.values[name] is None or str(row.values[name]) in words for name, words in pins)


@dataclass
class Evidence:
    """A dossier seen from a day: ``facts`` reconciles claims, with results kept between the days that change them."""

    dossier: Dossier
    _facts: dict[tuple[Any, ...], tuple[Fact, ...]] = field(default_factory=dict)
    _breaks: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    _same: dict[tuple[Any, ...], Fact] = field(default_factory=dict)
    _near_rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    _by_place: dict[tuple[Any, ...], dict[str, tuple[Fact, ...]]] = field(default_factory=dict)
    #: What other rooms worked out of the rows, by a key that names all it rests on.
    kept: dict[Any, Any] = field(default_factory=dict)

    def epoch(self, table: str, policy: Policy, as_of: int) -> int:
        """Number of the stretch of days, without any change in this table, in which ``as_of`` lies."""
        key = (table, policy.max_age)
        breaks = self._breaks.get(key)
        if breaks is None:
            breaks = self._breaks[key] = _change_days(self.dossier.rows[table], policy)
        return bisect_right(breaks, as_of)

    def place_breaks(self, table: str, policy: Policy, place: str, pins: Pins = (), columns: tuple[str, ...] = ()) -> list[int]:
        """The days on which rows that may concern a place (and bear a pinned key) change; empty where there are none.

        ``columns``: dates beside those of validity that matter to the question.
        """
        key = (table, policy.max_age, place, pins, columns)
        breaks = self._breaks.get(key)
        if breaks is None:
            rows = [r for r in self._rows_near(table, place) if bears(r, pins)]
            breaks = self._breaks[key] = _change_days(rows, policy, ("valid_from", "valid_to", *columns))
            if rows and not breaks:
                breaks.append(FIRST_DAY)
        return breaks

    def _rows_near(self, table: str, place: str) -> list[Row]:
        key = (table, place)
        found = self._near_rows.get(key)
        if found is None:
            up = {place, *ancestors(place)}
            found = self._near_rows[key] = [r for r in self.dossier.rows[table] if r.place in up or within(r.place, place)]
        return found

    def facts(self, table: str, policy: Policy, as_of: int, known_at: int) -> tuple[Fact, ...]:
        """Every fact of a table as of one day, from what was known by another."""
        key = (table, policy, self.epoch(table, policy, as_of), known_at)
        found = self._facts.get(key)
        if found is None:
            made = _reconcile(self.dossier.rows[table], tables()[table], policy, as_of, known_at)
            found = self._facts[key] = tuple(self._same.setdefault(_content(f), f) for f in made)
        return found

    def near(self, table: str, policy: Policy, as_of: int, known_at: int, place: str) -> tuple[Fact, ...]:
        """The facts that may concern a place: its own, its parts', and those of the places that hold it."""
        key = (table, policy, self.epoch(table, policy, as_of), known_at)
        index = self._by_place.get(key)
        if index is None:
            grouped: dict[str, list[Fact]] = {}
            for fact in self.facts(table, policy, as_of, known_at):
                grouped.setdefault(fact.place, []).append(fact)
            index = self._by_place[key] = {p: tuple(f) for p, f in grouped.items()}
        if not index:
            return ()
        wanted = _related(place, tuple(index))
        return tuple(f for p in wanted for f in index[p]) if wanted else ()


def _change_days(rows: Iterable[Row], policy: Policy, columns: tuple[str, ...] = ()) -> list[int]:
    """Every day on which what these rows say may change; by these columns, or by all."""
    days: set[int] = set()
    for row in rows:
        for value in [row.values[c] for c in columns] if columns else row.values.values():
            if isinstance(value, Days):
                days.update((value.lo, value.hi, value.lo + 1, value.hi + 1))
        if policy.max_age:
            days.update(shift(row.values["known_from"].lo, policy.max_age) + d for d in range(-3, 5))
    return sorted(days)


@lru_cache(maxsize=10_000)
def _related(place: str, present: tuple[str, ...]) -> tuple[str, ...]:
    up = {place, *ancestors(place)}
    return tuple(p for p in present if p in up or within(p, place))


def _reconcile(rows: Iterable[Row], table: Table, policy: Policy, as_of: int, known_at: int) -> Iterable[Fact]:
    visible = [r for r in rows if r.values["known_from"].lo <= known_at]
    gone = {i for r in visible for i in (r.values["supersedes"] or ())}
    groups: dict[tuple[Any, ...], list[tuple[Row, Truth]]] = {}
    keys = table.keys
    for row in visible:
        if row.id in gone:
            continue
        holds = _in_time(row, table, as_of)
        if holds is not False:
            groups.setdefault(tuple(row.values[k] for k in keys), []).append((row, holds))
    cutoff = shift(as_of, policy.max_age, -1) if policy.max_age else 0
    for members in groups.values():
        yield _fact(members, table, policy, cutoff)


def _fact(members: list[tuple[Row, Truth]], table: Table, policy: Policy, cutoff: int) -> Fact:
    good: list[Row] = []
    why = ""
    for row, holds in members:
        reason = "missing" if holds is None else _admissible(row, policy, cutoff)
        if reason:
            why = why or reason
        else:
            good.append(row)
    first = members[0][0]
    keys = set(table.keys)
    values: dict[str, Value] = {}
    for name, columns in _columns(table.name).items():
        if name in keys:
            values[name] = _key_value(first, table, columns[0])
            continue
        speaking = [(r, c) for r in good if (c := _claim(r, table, name)) is not None]
        if columns[0].kind == "money" or name == "currency":
            speaking = _one_currency(speaking)
        newest = {id(r) for r in _newest([r for r, _ in speaking], table.latest)}
        readings = [Reading(c, r) for r, c in speaking if id(r) in newest]
        values[name] = _combine(readings, policy, domain(table.name, name), why or "missing")
    asserted = any(r.values["stance"] == "asserts" for r in good)
    denied = any(r.values["stance"] == "denies" and not _says_something(r, table) for r in good)
    exists = None if asserted and denied else True if asserted else False if denied else None
    if asserted and denied:
        why = "contested"
    return Fact(table.name, first.place, first.id, values, exists, why or "missing", tuple(r for r, _ in members))


def _one_currency(speaking: list[tuple[Row, Allowed]]) -> list[tuple[Row, Allowed]]:
    """Amounts in two currencies do not contradict each other: those in the best-graded row's currency are compared."""
    if len({r.values["currency"] for r, _ in speaking}) < 2:
        return speaking
    best = min(speaking, key=lambda pair: (pair[0].values["reliability"], pair[0].values["credibility"], pair[0].id))[0]
    return [(r, c) for r, c in speaking if r.values["currency"] == best.values["currency"]]


def _content(fact: Fact) -> tuple[Any, ...]:
    """What makes two facts of different days the same, so that what was worked out for one serves the other."""
    values = tuple((v.allowed, v.why, tuple(id(r.row) for r in v.readings)) for v in fact.values.values())
    return (fact.table, fact.id, fact.exists, fact.why, tuple(id(r) for r in fact.rows), values)


def _says_something(row: Row, table: Table) -> bool:
    return any(row.values[c.name] is not None for c in table.columns if c.role == "value")


def _key_value(row: Row, table: Table, column: Column) -> Value:
    value = row.values[column.name]
    if value is None:
        if column.blank == "unknown":
            return Value(domain(table.name, column.name), "missing")
        return Value(Names(frozenset({""})))
    return Value(_cell(value))
