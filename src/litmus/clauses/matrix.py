"""Many clauses at many places on many days: stage 1 only, with everything reused that does not change.

Between two days on which no row near a place changes, its answer is the same; two clauses with the same measure and
evidence policy share their items; places without any row near share one answer. Agrees with ``judge(deep=False)``.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from litmus.clauses.build import build, context, exempted, parts_rule
from litmus.clauses.clause import Clause
from litmus.clauses.labels import clock, label
from litmus.clauses.verdict import not_binding
from litmus.core.interval import Interval
from litmus.core.truth import Truth
from litmus.facts.evidence import Evidence, Policy
from litmus.facts.schema import tables
from litmus.measures.assess import assess
from litmus.measures.derived import RESTS_ON
from litmus.measures.items import pinned
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
    """What is kept between answers. Clauses that read the same evidence in the same way share a number (``way``).

    Clauses that only ask the same of it, under another evidence policy, share the items of facts that both policies read alike.
    """

    evidence: Evidence
    known_at: int
    days: tuple[int, ...]
    parties: dict[int, Parties]
    ways: dict[Any, int] = field(default_factory=dict)
    epochs: dict[tuple[int, str], tuple[int, ...]] = field(default_factory=dict)
    stamps: dict[Any, int] = field(default_factory=dict)
    problems: dict[Any, int] = field(default_factory=dict)
    alike: dict[Any, int] = field(default_factory=dict)
    distinct: list[Problem] = field(default_factory=list)
    answers: dict[Any, tuple[Truth, Interval | None]] = field(default_factory=dict)
    vendors: tuple[str, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict)


def judge_many(clauses: Sequence[Clause], places: Sequence[str], days: Sequence[int], evidence: Evidence, known_at: int) -> Iterator[Cell]:
    """Every combination, clause by clause. Clauses that are not addressed to a place are left out."""
    work = _Work(evidence, known_at, tuple(days), {d: Parties(evidence, d, known_at) for d in days})
    for clause in clauses:
        yield from _one_clause(clause, places, work)


def _one_clause(clause: Clause, places: Sequence[str], work: _Work) -> Iterator[Cell]:
    way = work.ways.setdefault((clause.measure, clause.policy, clause.window, clause.waivers and clause.id), len(work.ways))
    stamps = [_stamp(clause, work, d) for d in work.days]
    asked = work.ways.setdefault((clause.measure, clause.window), len(work.ways))
    aim = work.stamps.setdefault((clause.target, clause.empty), len(work.stamps))
    eventful = bool((clause.start and clause.start.event) or (clause.deadline and clause.deadline.event))
    shown: dict[Any, tuple[str, bool]] = {}
    for place in places:
        if not clause.applies(place):
            continue
        rule = parts_rule(clause, place)
        shape = (rule.combine, rule.k, rule.of if rule.combine != "pooled" else ())
        epochs = work.epochs.get((way, place)) or _epochs(clause, way, place, work)
        for n, day in enumerate(work.days):
            key = (way, shape, place if epochs[n] >= 0 else "", epochs[n], stamps[n])
            number = work.problems.get(key)
            if number is None:
                number = work.problems[key] = _number(_problem(clause, place, day, (asked, stamps[n]), work), way, work)
            answer = work.answers.get((number, aim)) or _answer(number, aim, clause.target, clause.empty, work)
            named = (n, answer[0], place if eventful else "", number if clause.path else -1)
            if named not in shown:
                shown[named] = _label(clause, place, day, answer[0], number, work)
            text, binds = shown[named]
            yield Cell(clause.id, place, day, answer[0] if binds else None, text, answer[1])


def _measures(clause: Clause) -> list[Measure]:
    m = clause.measure
    return [x for x in (m, m.top, m.bottom, m.own) if x is not None and x.over]


def _stamp(clause: Clause, work: _Work, day: int) -> int:
    """A number for what a day says of all vendors that the clause asks about, and for the day itself where clocks run."""
    measures = _measures(clause)
    tests = [c for m in measures for c in (*m.where, *m.count)]
    lists = tuple(sorted({c.words for c in tests if c.op == "restricted_by"}))
    groups = any(m.of.endswith(".group") for m in measures)
    running = clause.window or any(m.duty for m in measures) or any(c.period for c in tests)
    assessed = work.evidence.epoch("assessment", _ANY, day) if any(c.field == "assessed" for c in tests) else 0
    asked = ("day", day, lists, groups, assessed, bool(running))
    found = work.stamps.get(asked)
    if found is None:
        said = _said_of_vendors(work, day, lists, groups)
        found = work.stamps[asked] = work.stamps.setdefault((said, assessed, day if running else 0), len(work.stamps))
    return found


def _said_of_vendors(work: _Work, day: int, lists: tuple[tuple[str, ...], ...], groups: bool) -> tuple[Any, ...]:
    if not work.vendors:
        rows = work.evidence.dossier.rows
        seen = {v for r in rows["deployment"] for v in (r.values["vendor"] or ())} | {r.values["vendor"] for r in rows["restriction"]}
        work.vendors = tuple(sorted(v for v in seen if v))
    parties = work.parties[day]
    return (
        tuple(parties.restricted(v, words) for words in lists for v in work.vendors),
        tuple(parties.ultimate_parent(v) for v in work.vendors) if groups else (),
    )


def _epochs(clause: Clause, way: int, place: str, work: _Work) -> tuple[int, ...]:
    """For each day the number of the stretch in which nothing near the place changes; -1 where no row is near."""
    evidence, breaks = work.evidence, []
    near = [place, *clause.measure.peers]
    covered = tuple(sorted({m.over for m in _measures(clause)}))
    for m in _measures(clause):
        for p in near:
            breaks += evidence.place_breaks(m.over, clause.policy, p, pinned(m), _dates(m))
    for p in near:
        breaks += evidence.place_breaks("population", _closing_policy(clause), p, (("over", covered),))
        for asked in (m.population.counted_by for m in _measures(clause) if m.population and m.population.counted_by):
            breaks += evidence.place_breaks("observation", _closing_policy(clause), p, (("series", asked.series),))
    if clause.waivers:
        breaks += evidence.place_breaks("waiver", _ANY, place)
    ordered = sorted(set(breaks))
    found = tuple(bisect_right(ordered, d) if ordered else -1 for d in work.days)
    work.epochs[way, place] = found
    return found


def _dates(measure: Measure) -> tuple[str, ...]:
    """The date columns that the measure's derived fields compare with the day."""
    tested = [c.field for c in (*measure.where, *measure.count)]
    columns = {c.name for c in tables()[measure.over].columns if c.kind == "day"}
    return tuple(n for f in tested for n in RESTS_ON.get(f, ()) if n in columns)


def _number(problem: Problem, way: int, work: _Work) -> int:
    """The number of a problem; problems that differ only in names of places and facts share it where they can."""
    items = tuple((i.outcomes, i.lo, i.hi, i.side) for i in problem.items)
    tails = tuple((t.part, t.lo, t.hi, t.closed, t.opens_cells) for t in problem.tails)
    if not items and len(problem.parts) == 1:
        tails = tuple(("", *t[1:]) for t in tails)
        alike: Any = (way, tails)
    else:
        alike = (way, problem.parts, problem.needed, items, tails)
    number = work.alike.get(alike)
    if number is None:
        number = work.alike[alike] = len(work.distinct)
        work.distinct.append(problem)
    return number


def _closing_policy(clause: Clause) -> Policy:
    closing = clause.measure.population or (clause.measure.top.population if clause.measure.top else None)
    return Policy(max_age=closing.max_age if closing else None)


def _problem(clause: Clause, place: str, day: int, said: tuple[int, int], work: _Work) -> Problem:
    ctx = context(clause, work.evidence, work.parties[day])
    waived = frozenset(exempted(clause, ctx, place))
    return build(clause, place, replace(ctx, exempt=waived, memo=work.memo, memo_key=(said, waived)))


def _answer(number: int, aim: int, target: Target, empty: bool, work: _Work) -> tuple[Truth, Interval | None]:
    found = assess(replace(work.distinct[number], target=target, empty=empty))
    answer = work.answers[number, aim] = (found.truth, found.shown)
    return answer


def _label(clause: Clause, place: str, day: int, truth: Truth, number: int, work: _Work) -> tuple[str, bool]:
    """The label, and whether the norm binds: where it does not, the verdict stays open."""
    when = clock(clause, place, work.evidence, day, work.known_at)

    def on_path(target: Target) -> Truth:
        aim = work.stamps.setdefault((target, clause.empty), len(work.stamps))
        return (work.answers.get((number, aim)) or _answer(number, aim, target, clause.empty, work))[0]

    return label(clause, when, day, truth, on_path), not not_binding(clause, when, day)
