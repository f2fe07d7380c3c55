"""What two common shortcuts would have said: "unknown means no", and "leave the unknown out".

Both turn missing evidence into a finding. Counting how often they assert what the evidence does not bear is the
shortest account of why verdicts here have three values.
"""

from dataclasses import dataclass

from litmus.clauses.verdict import Verdict
from litmus.measures.items import Item
from litmus.measures.problem import Problem
from litmus.measures.worlds import WorldRow, satisfied


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """What each shortcut would assert for one verdict."""

    verdict: Verdict
    unknown_is_no: bool
    drop_unknown: bool

    def unsupported(self, shortcut: bool) -> bool:
        """Does the shortcut assert something that the evidence does not bear?"""
        return self.verdict.truth is not shortcut


def shortcuts(verdict: Verdict) -> Shortcuts | None:
    """Both shortcuts on the evidence of one verdict; None while the norm itself does not bind yet."""
    if {"event-not-occurred", "norm-not-in-force"} & set(verdict.reasons):
        return None
    problem = verdict.problem
    as_no = [row for item in problem.items if (row := _as_no(problem, item)) is not None]
    kept = [row for item in problem.items if item.settled and (row := _row(item)) is not None]
    return Shortcuts(verdict, satisfied(problem, as_no), satisfied(problem, kept))


def _row(item: Item) -> WorldRow | None:
    outcome = item.outcomes[0]
    if outcome.cell is None:
        return None
    return WorldRow(outcome.cell, outcome.yes, outcome.group, item.lo, item.side)


def _as_no(problem: Problem, item: Item) -> WorldRow | None:
    """A test that cannot be answered counts as failed; an unknown amount as its least; an unknown vendor as one more."""
    if item.settled:
        return _row(item)
    inside = [o for o in item.outcomes if o.cell is not None]
    if len(inside) < len(item.outcomes) or not inside:
        return None
    outcome = next((o for o in inside if not o.yes), inside[0])
    group = outcome.group if len({o.group for o in inside}) == 1 else f"(unknown {item.id})"
    assert outcome.cell is not None  # noqa: S101 - only inside outcomes are kept
    floor = problem.floor if problem.measure.kind == "level" else item.lo
    return WorldRow(outcome.cell, outcome.yes, group if problem.measure.of else "", floor, item.side)
