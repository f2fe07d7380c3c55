"""The verdict of one clause at one place: MET when every world satisfies it, NOT_MET when none does, else UNDETERMINED."""

from dataclasses import dataclass, field
from functools import cached_property

from litmus.clauses.build import build, context, exempted, parts_rule
from litmus.clauses.clause import Clause
from litmus.clauses.labels import Clock, clock, label
from litmus.clauses.matches import Match, matches
from litmus.clauses.search import World, find_world
from litmus.core.interval import Interval
from litmus.core.truth import Truth
from litmus.facts.evidence import Evidence, Fact
from litmus.measures.assess import Assessment, assess
from litmus.measures.items import Item
from litmus.measures.problem import Problem, Target
from litmus.measures.ways import Context
from litmus.parties.group import Parties

QUICK = 40
NAMES = {True: "MET", False: "NOT_MET", None: "UNDETERMINED"}
REASONS = (
    "missing", "contested", "stale", "inadmissible", "open-population", "unresolved-identity", "norm-not-in-force",
    "event-not-occurred", "nothing-to-measure",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """One verdict, with everything it rests on. Witnesses and settling sets are worked out when they are asked for.

    ``ctx`` is how the evidence was read: what one document says to several clauses is read the same way.
    """

    clause: Clause
    place: str
    as_of: int
    known_at: int
    truth: Truth
    label: str
    assessment: Assessment
    problem: Problem
    clock: Clock
    reasons: tuple[str, ...]
    stage: int = 1
    waived: dict[str, Fact] = field(default_factory=dict)
    without_waivers: Truth = None
    _found: dict[bool, World] = field(default_factory=dict)
    ctx: Context | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """MET, NOT_MET or UNDETERMINED."""
        return NAMES[self.truth]

    @property
    def interval(self) -> Interval | None:
        """The interval of the least favourable cell; None when there is nothing to measure."""
        return self.assessment.shown

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of the rows that the verdict looked at: those it measures, those that count them, those that say who a party belongs to."""
        measured = (*(r for i in self.problem.items for r in i.rows), *self.problem.closing, *self.problem.waiting)
        return tuple(dict.fromkeys((*measured, *(r for m in self.matches for r in m.rows))))

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """What the verdict takes parties to be, with the ownership and restriction rows behind it."""
        return matches(self.problem, self.ctx) if self.ctx is not None else ()

    @property
    def coverage(self) -> tuple[int, int]:
        """(facts settled, facts needed): every item, and each open population as one fact more."""
        items = self.problem.items
        return sum(1 for i in items if i.settled), len(items) + len(self.problem.tails)

    @property
    def open_items(self) -> list[Item]:
        """Facts that are not settled."""
        return [i for i in self.problem.items if not i.settled]

    @cached_property
    def meets(self) -> World | None:
        """A replayable world in which the clause is satisfied."""
        return self._witness(goal=True)

    @cached_property
    def breaks(self) -> World | None:
        """A replayable world in which it is not."""
        return self._witness(goal=False)

    def _witness(self, goal: bool) -> World | None:
        if self.truth is (not goal):
            return None
        return self._found.get(goal) or find_world(self.problem, goal).world


def judge(clause: Clause, place: str, evidence: Evidence, parties: Parties, deep: bool = True) -> Verdict:
    """Judge one clause at one place on the days that ``parties`` fixes. ``deep`` allows the exact second stage."""
    ctx = context(clause, evidence, parties)
    waived = exempted(clause, ctx, place)
    when = clock(clause, place, evidence, parties.as_of, parties.known_at)
    reading = context(clause, evidence, parties, frozenset(waived))
    problem = build(clause, place, reading)
    assessment = assess(problem)
    truth, stage, found = _second(problem, assessment) if deep else (assessment.truth, 1, {})
    bare = assess(build(clause, place, ctx)).truth if waived else truth
    hold = not_binding(clause, when, parties.as_of)
    if hold:
        truth = None
    current = label(clause, when, parties.as_of, truth if not hold else assessment.truth, lambda t: _on_path(problem, t))
    why = tuple(r for r in REASONS if r in (_reasons(problem, assessment) if truth is None else set()) | hold)
    if not why and assessment.shown is None:
        why = ("nothing-to-measure",)
    return Verdict(
        clause, place, parties.as_of, parties.known_at, truth, current, assessment, problem, when, why, stage, waived, bare, found, reading
    )


def _second(problem: Problem, assessment: Assessment) -> tuple[Truth, int, dict[bool, World]]:
    """Stage 2: where stage 1 gave up and is not exact, look for both worlds; a completed walk without one decides."""
    if assessment.truth is not None or assessment.exact:
        return assessment.truth, 1, {}
    found: dict[bool, World] = {}
    for goal in (True, False):
        search = find_world(problem, goal, QUICK)
        if search.world is not None:
            found[goal] = search.world
        elif search.complete:
            return not goal, 2, {}
    return None, 2, found


def _on_path(problem: Problem, target: Target) -> Truth:
    from dataclasses import replace

    return assess(replace(problem, target=target)).truth


def not_binding(clause: Clause, when: Clock, as_of: int) -> set[str]:
    """Why the norm does not bind on the day: it waits for an event, has not begun, or was repealed. Empty: it binds."""
    found = set()
    if when.waiting_for:
        found.add("event-not-occurred")
    if (when.start is not None and as_of < when.start) or (clause.in_force is not None and as_of < clause.in_force):
        found.add("norm-not-in-force")
    if clause.repealed is not None and as_of >= clause.repealed:
        found.add("norm-not-in-force")
    return found


def _reasons(problem: Problem, assessment: Assessment) -> set[str]:
    found = {w for i in problem.items if not i.settled for w in i.why}
    if any(t.hi > 0 for t in problem.tails):
        found.add("open-population")
    return found or ({"missing"} if assessment.truth is None else set())


def combine_word(clause: Clause, place: str) -> str:
    """How the place's parts are combined, for display."""
    return parts_rule(clause, place).combine
