"""Instruments as data, and the two questions a desk officer asks: may this place use it on that day, and how much is there.

Eligibility is strong Kleene: an answer holds for the days between its dates, a partial date leaves the days inside it
open, and a day of which no source speaks is unknown. A later, more exact date never turns a definite answer round.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from litmus.clauses.sources import Citation, Source
from litmus.core.dates import FIRST_DAY, LAST_DAY, Days, parse_days, show_day, show_days
from litmus.core.place import ancestors, show_place
from litmus.core.truth import Truth, k_all
from litmus.core.words import ladder


def show_when(days: Days) -> str:
    """A date as far as it is known: 2019, 2019-11 or 2019-11-04."""
    if days.lo > FIRST_DAY and days.hi < LAST_DAY:
        first = show_day(days.lo)
        for text in (first[:4], first[:7]):
            if parse_days(text) == days:
                return text
    return show_days(days)


@dataclass(frozen=True, slots=True)
class Span:
    """From some day to some day. No ``until`` means that no end is known."""

    start: Days
    until: Days | None = None

    def covers(self, day: int) -> Truth:
        """True or False where the dates decide it, None inside a partial date."""
        if day < self.start.lo or (self.until is not None and day > self.until.hi):
            return False
        return True if self.start.hi <= day and (self.until is None or day <= self.until.lo) else None

    def show(self) -> str:
        """The dates in words."""
        return f"from {show_when(self.start)}" + (f" to {show_when(self.until)}" if self.until else "")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money of one kind for one purpose. A missing bound is unknown; it is never zero. Minor units."""

    what: str
    kind: str
    place: str
    lo: int | None
    hi: int | None
    currency: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """What sources say about one place in one span of time: it may (True), it may not (False), or it is not settled (None)."""

    place: str
    can: Truth
    span: Span
    why: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must be done or true before money or access flows; for some places only, where ``places`` names them."""

    what: str
    kind: str
    places: tuple[str, ...]
    cited: Citation


@dataclass(frozen=True, slots=True)
class Step:
    """The rung of the event ladder that the instrument itself reached, and when."""

    rung: int
    day: Days
    what: str
    cited: Citation


@dataclass(frozen=True)
class Instrument:
    """One instrument. ``runs`` is the time in which it can be used at all, where a source gives it."""

    id: str
    version: int
    title: str
    summary: str
    closes: tuple[str, ...]
    status: tuple[Step, ...]
    runs: Span | None
    runs_cited: Citation | None
    amounts: tuple[Amount, ...]
    answers: tuple[Answer, ...]
    requirements: tuple[Requirement, ...]
    file: str

    def citations(self) -> list[Citation]:
        """Every citation in it."""
        found = [s.cited for s in self.status] + [a.cited for a in self.amounts] + [a.cited for a in self.answers]
        return found + [r.cited for r in self.requirements] + ([self.runs_cited] if self.runs_cited else [])


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind of gap: which clauses show it when they are not met, and which reasons of an open verdict."""

    id: str
    title: str
    clauses: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """Instruments and gap types by id, with every source that they cite."""

    instruments: dict[str, Instrument]
    gaps: dict[str, Gap]
    sources: dict[str, Source]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Yes, no or unknown for one place on one day, the reason in words, and the answers behind it."""

    can: Truth
    why: str
    answers: tuple[Answer, ...] = ()


def answers_for(instrument: Instrument, place: str) -> tuple[Answer, ...]:
    """What is said of a place itself; else of the nearest place that holds it."""
    for code in (place, *ancestors(place)):
        found = tuple(a for a in instrument.answers if a.place == code)
        if found:
            return found
    return ()


def eligible(instrument: Instrument, place: str, day: int) -> Eligibility:
    """May this place use the instrument on that day?"""
    runs = instrument.runs.covers(day) if instrument.runs else True
    if instrument.runs and runs is False:
        return Eligibility(False, f"outside its time ({instrument.runs.show()})")
    found = answers_for(instrument, place)
    sure = [a for a in found if a.span.covers(day)]
    maybe = [a for a in found if a.span.covers(day) is None]
    can, why = _weigh(sure, maybe, found, place)
    if runs is None and can is True:
        return Eligibility(None, f"whether it still runs on that day is not settled; {why}", (*sure, *maybe))
    return Eligibility(k_all([runs, can]), why, (*sure, *maybe))


def _weigh(sure: list[Answer], maybe: list[Answer], found: tuple[Answer, ...], place: str) -> tuple[Truth, str]:
    if not found:
        return None, f"no source on record says whether {show_place(place)} may use it"
    if not sure and not maybe:
        return None, "no source on record speaks of that day; nearest: " + "; ".join(f"{_word(a.can)} {a.span.show()}" for a in found)
    if not sure:
        return None, f"{_word(maybe[0].can)} begins or ends on a day of which only part is known ({maybe[0].span.show()})"
    said = {a.can for a in (*sure, *maybe)}
    if len(said) > 1:
        return None, "not settled: " + "; ".join(f"{_word(a.can)} {a.span.show()}: {a.why}" for a in (*sure, *maybe))
    return sure[0].can, "; ".join(dict.fromkeys(a.why for a in sure))


def _word(can: Truth) -> str:
    return {True: "yes", False: "no", None: "unknown"}[can]


def reached(instrument: Instrument, day: int) -> Step | None:
    """The highest rung that it has certainly reached by a day, and has not lost: rungs are never rounded up."""
    done = [s for s in instrument.status if s.day.hi <= day]
    return max(done, key=lambda s: (s.rung, s.day.hi), default=None)


def rung_word(step: Step) -> str:
    """The rung as the ladder spells it."""
    return ladder("event")[step.rung]


def amounts_for(instrument: Instrument, place: str | None) -> tuple[Amount, ...]:
    """A place's own amounts, and those for all; without a place, every amount."""
    if place is None:
        return instrument.amounts
    near = {"", place, *ancestors(place)}
    return tuple(a for a in instrument.amounts if a.place in near)


def disputed(amounts: Iterable[Amount]) -> frozenset[tuple[str, str]]:
    """The (what, place) pairs of which no single sum fits every source."""
    groups: dict[tuple[str, str], list[Amount]] = {}
    for a in amounts:
        groups.setdefault((a.what, a.place), []).append(a)
    return frozenset(key for key, said in groups.items() if _no_common_sum(said))


def _no_common_sum(said: list[Amount]) -> bool:
    lows = [a.lo for a in said if a.lo is not None]
    highs = [a.hi for a in said if a.hi is not None]
    return len({a.currency for a in said}) > 1 or bool(lows and highs and max(lows) > min(highs))


def requirements_for(instrument: Instrument, place: str | None) -> tuple[Requirement, ...]:
    """What is asked of a place; without a place, of any."""
    if place is None:
        return instrument.requirements
    near = {place, *ancestors(place)}
    return tuple(r for r in instrument.requirements if not r.places or near & set(r.places))
