"""Many verdicts at once agree with one at a time."""

from __future__ import annotations

from litmus.app import open_session
from litmus.clauses.matrix import judge_many
from litmus.clauses.verdict import judge
from litmus.core.dates import parse_day
from litmus.core.place import expand
from litmus.parties.group import Parties

DAYS = [parse_day(d) for d in ("2021-03-01", "2024-07-15", "2025-06-28", "2026-01-01", "2026-11-23", "2028-01-01")]


def test_the_matrix_agrees_with_single_verdicts() -> None:
    session = open_session("wb-digital", ("wb6", "eu27"), "2026-11-23", None)
    places = [*expand("WB6"), "BA-SRP", "DE", "NO"]
    seen = 0
    for cell in judge_many(session.clauses, places, DAYS, session.evidence, session.known_at):
        clause = session.regime.clauses[cell.clause]
        v = judge(clause, cell.place, session.evidence, Parties(session.evidence, cell.day, session.known_at), deep=False)
        assert (v.truth, v.label, v.interval) == (cell.truth, cell.label, cell.interval), (cell, v.reasons)
        seen += 1
    assert seen == sum(c.applies(p) for c in session.clauses for p in places) * len(DAYS)
