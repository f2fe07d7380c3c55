"""Many clauses at many places on many days: stage 1 only, with everything reused that does not change.

Between two days on which no row near a place changes, its answer is the same; two clauses with the same measure and
evidence policy share their items; places without any row near share one answer. Agrees with ``judge(deep=False)``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from litmus.clauses.build import build, context, exempted, parts_rule
from litmus.clauses.clause import Clause
from litmus.clauses.labels import Clock, clock, label
from litmus.clauses.verdict import not_binding
from litmus.core.interval import Interval
from litmus.core.truth import Truth
from litmus.facts.evidence import Evidence, Policy
from litmus.measures.assess import Assessment, assess
from litmus.measures.problem import Problem, Target
from litmus.measures.spec import Measure
from litmus.parties.group import Parties

_ANY = Policy()


class Cell(NamedTuple):
    """One answer: clause, place, day (ordinal), truth, label, interval."""

    clause: str
    place: str
    day: int
    truth: Truth
    label: str
    interval: Interval | None


@dataclass
class _Work:
    """What is kept between answers."""

    evidence: Evidence
    known_at: int
    parties: dict[int, Parties]
    problems: dict[Any, Problem]
    answers: dict[Any, Assessment]


def judge_many(
    clauses: Sequence[Clause], places: Sequence[str], days: Sequence[int], evidence: Evidence, known_at: int
) -> Iterator[Cell]:
    """Every combination, clause by clause. Clauses that are not addressed to a place are left out."""
    work = _Work(evidence, known_at, {d: Parties(evidence, d, known_at) for d in days}, {}, {})
    for clause in clauses:
        stamps = {d: _stamp(clause, evidence, d) for d in days}
        labels: dict[Any, str] = {}
        eventful = bool((clause.start and clause.start.event) or (clause.deadline and clause.deadline.event))
        for place in places:
            if not clause.applies(place):
                continue
            for day in days:
                key = _key(clause, place, day, stamps[day], evidence)
                found = work.answers.get((key, clause.target, clause.empty))
                if found is None:
                    found = work.answers[key, clause.target, clause.empty] = assess(_problem(work, key, clause, place, day))
                named = (day, found.truth, place if eventful or clause.path else "")
                if named not in labels:
                    labels[named] = _label(work, key, clause, place, day, found.truth)
                shown = labels[named]
                truth = None if shown.startswith("(") else found.truth
                yield Cell(clause.id, place, day, truth, shown.strip("()"), found.shown)


def _measures(clause: Clause) -> list[Measure]:
    m = clause.measure
    return [x for x in (m, m.top, m.bottom, m.own) if x is not None and x.over]


def _stamp(clause: Clause, evidence: Evidence, day: int) -> tuple[Any, ...]:
    """What of the whole body of evidence a day selects: designations and ownership, and the day itself for clocks."""
    fields = [c.field for m in _measures(clause) for c in (*m.where, *m.count)] + [m.of for m in _measures(clause)]
    vendors = any("." in f for f in fields)
    running = clause.window or any(m.duty or any(c.period for c in m.where) for m in _measures(clause))
    return (
        evidence.epoch("restriction", _ANY, day) if vendors else 0,
        evidence.epoch("ownership", _ANY, day) if vendors else 0,
        evidence.epoch("population", _ANY, day) if vendors else 0,
        evidence.epoch("assessment", _ANY, day) if "assessed" in fields else 0,
        day if running else 0,
    )


def _key(clause: Clause, place: str, day: int, stamp: tuple[Any, ...], evidence: Evidence) -> tuple[Any, ...]:
    """Equal keys have equal problems, but for the target. A place without rows near shares the key of all such."""
    measure = clause.measure
    rule = parts_rule(clause, place)
    shape = (rule.combine, rule.k, len(rule.of), measure, clause.policy, clause.window)
    if measure.kind == "compare" and measure.own:
        peers = tuple(evidence.place_epoch(measure.own.over, clause.policy, p, day) for p in measure.peers)
        return (shape, place, stamp, peers, evidence.place_epoch(measure.own.over, clause.policy, place, day))
    near = tuple(evidence.place_epoch(m.over, clause.policy, place, day) for m in _measures(clause))
    lists = evidence.place_epoch("population", _closing_policy(clause), place, day)
    waived = evidence.place_epoch("waiver", _ANY, place, day) if clause.waivers else -1
    if lists == waived == -1 and not any(n != -1 for n in near):
        return (shape, rule.of if rule.combine not in {"pooled"} else (), stamp)
    return (shape, place, stamp, near, lists, waived, clause.id if waived != -1 else "")


def _closing_policy(clause: Clause) -> Policy:
    closing = clause.measure.population or (clause.measure.top.population if clause.measure.top else None)
    return Policy(max_age=closing.max_age if closing else None)


def _problem(work: _Work, key: Any, clause: Clause, place: str, day: int) -> Problem:
    problem = work.problems.get(key)
    if problem is None:
        ctx = context(clause, work.evidence, work.parties[day])
        waived = exempted(clause, ctx, place)
        ctx = context(clause, work.evidence, work.parties[day], frozenset(waived)) if waived else ctx
        problem = work.problems[key] = build(clause, place, ctx)
    return replace(problem, target=clause.target, empty=clause.empty)


def _label(work: _Work, key: Any, clause: Clause, place: str, day: int, truth: Truth) -> str:
    """The label; in brackets where the norm does not bind yet and the verdict stays open."""
    when: Clock = clock(clause, place, work.evidence, day, work.known_at)
    hold = not_binding(clause, when, day)

    def on_path(target: Target) -> Truth:
        return assess(replace(_problem(work, key, clause, place, day), target=target)).truth

    shown = label(clause, when, day, truth, on_path)
    return f"({shown})" if hold else shown
