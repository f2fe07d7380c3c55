"""Time labels: where a verdict stands against its clock. A separate axis from the verdict; never a forecast."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from litmus.clauses.clause import Clause, Moment
from litmus.core.dates import Period, shift
from litmus.core.interval import Number
from litmus.core.place import ancestors
from litmus.core.sets import Numbers
from litmus.core.truth import Truth
from litmus.facts.evidence import Evidence, Policy
from litmus.measures.problem import Target

_NO_TIME = Period(0, 0, "P0D")


@dataclass(frozen=True, slots=True)
class Clock:
    """The clause's days in one place: when it begins to bind and when it is due; None where no event has set them."""

    start: int | None
    due: int | None
    waiting_for: str = ""


def clock(clause: Clause, place: str, evidence: Evidence, as_of: int, known_at: int) -> Clock:
    """Fixed days, or days counted from an event in evidence: of the place, of a place that holds it, or of the EU."""
    near = {place, *ancestors(place), "EU", "XW"}
    start, wait_start = _day(clause.start, near, evidence, as_of, known_at)
    due, wait_due = _day(clause.deadline, near, evidence, as_of, known_at)
    return Clock(start, due, wait_start or wait_due)


def _day(moment: Moment | None, near: set[str], evidence: Evidence, as_of: int, known_at: int) -> tuple[int | None, str]:
    if moment is None or moment.day is not None:
        return (moment.day if moment else None), ""
    for fact in evidence.facts("event", Policy(), as_of, known_at):
        name = fact.value("event").allowed
        date = fact.value("date")
        if moment.event in name and fact.place in near and fact.exists and date.readings:  # type: ignore[operator]
            assert isinstance(date.allowed, Numbers)  # noqa: S101
            return shift(int(date.allowed.hi), moment.plus or _NO_TIME), ""
    return None, moment.event


def label(clause: Clause, when: Clock, as_of: int, truth: Truth, on_path: Callable[[Target], Truth]) -> str:
    """The label of a verdict. ``on_path`` answers the same question against a milestone's target."""
    if when.waiting_for:
        return "not due"
    if clause.norm == "achieve":
        return _achieve(clause, when, as_of, truth, on_path)
    if when.start is not None and as_of < when.start:
        target = milestone(clause, as_of, when.start)
        return "not due" if target is None else _track(on_path(target))
    return {True: "holding", False: "breached", None: "open"}[truth]


def _achieve(clause: Clause, when: Clock, as_of: int, truth: Truth, on_path: Callable[[Target], Truth]) -> str:
    assert when.due is not None  # noqa: S101 - the loader requires a deadline, and no event is awaited
    if as_of <= when.due:
        if truth is True:
            return "met early"
        target = milestone(clause, as_of, when.due)
        if target is not None:
            return _track(on_path(target))
        return "open" if truth is None else "not yet due"
    if truth is None:
        return "open"
    if truth:
        return "met"
    return "late" if clause.grace is not None and as_of <= shift(when.due, clause.grace) else "breached"


def _track(truth: Truth) -> str:
    return {True: "on track", False: "off track", None: "open"}[truth]


def milestone(clause: Clause, as_of: int, due: int) -> Target | None:
    """The target that the path sets for a day: the latest milestone passed, or a straight line from the baseline."""
    if not clause.path:
        return None
    if clause.path_linear:
        return _on_line(clause, as_of, due)
    passed = [bound for day, bound in clause.path if day <= as_of]
    return Target(clause.target.op, passed[-1]) if passed else None


def _on_line(clause: Clause, as_of: int, due: int) -> Target | None:
    begin, base = clause.path[0]
    if as_of < begin or due <= begin:
        return None
    done = Fraction(min(as_of, due) - begin, due - begin)

    def between(end: Number) -> Number:
        return base + (Fraction(end) - Fraction(base)) * done

    target = clause.target
    if target.by_cell:
        return Target(target.op, None, tuple((k, between(b)) for k, b in target.by_cell))
    return None if target.bound is None else Target(target.op, between(target.bound))
