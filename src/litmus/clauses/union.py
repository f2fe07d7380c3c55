"""Documents for a bundle put together clause by clause, and said in as few words as will do."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from litmus.clauses.documents import Document, Finding, with_findings
from litmus.clauses.needs import Need
from litmus.clauses.program import Proposal, Question
from litmus.clauses.settle import settle_toward
from litmus.measures.assess import assess
from litmus.measures.items import OUT

Fitting = dict[int, list[Finding]]


def union(questions: Sequence[Question], waiting: Sequence[Document], need: Fraction) -> Proposal | None:
    """The sets of single clauses joined, those first that cost least for their weight; None where they exclude each other."""
    places = {spot: d for d, doc in enumerate(waiting) for f in doc.findings for spot in f.lefts}
    sets = {q.clause: s.needs for q in questions if (s := settle_toward(q.problem, goal=True)) is not None}
    fitting: Fitting = {}
    chosen: list[Question] = []
    for q in sorted(questions, key=lambda q: (not q.must, Fraction(len(sets.get(q.clause, ())), q.weight))):
        if not q.must and need <= 0:
            break
        joined = _joined(q, sets[q.clause], waiting, places, fitting) if q.clause in sets else None
        if joined is None and q.must:
            return None
        if joined is not None:
            fitting |= joined
            chosen.append(q)
            need -= 0 if q.must else q.weight
    said = {d: found[0] for d, found in fitting.items()}
    if need > 0 or not certifies(said.values(), chosen):
        return None
    for d in list(said):
        fewer = {k: f for k, f in said.items() if k != d}
        said = fewer if certifies(fewer.values(), chosen) else said
    return Proposal(said, tuple(q.clause for q in chosen))


def _joined(
    question: Question, needs: Sequence[Need], waiting: Sequence[Document], places: dict[tuple[int, str], int], fitting: Fitting
) -> Fitting | None:
    """What each document may still say once this clause's set is asked of it too; None where one would have to say two things."""
    found: Fitting = {}
    for need in needs:
        spot = (question.clause, need.id)
        d = places.get(spot)
        if d is None:
            return None
        able = found.get(d) or fitting.get(d) or waiting[d].findings
        found[d] = sorted((f for f in able if _fits(f, question, need)), key=lambda f: len(f.lefts[spot].outcomes))
        if not found[d]:
            return None
    return found


def _fits(finding: Finding, question: Question, need: Need) -> bool:
    left = finding.lefts.get((question.clause, need.id))
    if left is None:
        return False
    if need.fix is None:
        said, wanted = ([(r.outcomes, r.lo) for r in rows] for rows in (left.rows, need.rows))
        return said == wanted and not left.outcomes
    return need.fix[0] in left.outcomes and (need.fix[0] == OUT or left.lo == left.hi == need.fix[1])


def certifies(said: Iterable[Finding], questions: Sequence[Question]) -> bool:
    """Do the findings force every one of the clauses to be met?"""
    findings = tuple(said)
    return all(assess(with_findings(q.problem, q.clause, findings)).truth is True for q in questions)


def shortest(best: Proposal, questions: Sequence[Question], waiting: Sequence[Document]) -> dict[int, Finding]:
    """The same documents, each saying only what is needed: a field that may have any value is not asked for."""
    said = dict(best.chosen)
    for d, finding in best.chosen.items():
        if not waiting[d].table:
            continue
        touched = [q for q in questions if any(n == q.clause for n, _ in finding.lefts)]
        for name in finding.words:
            kept = {k: w for k, w in said[d].words.items() if k != name}
            said_less = said | {d: waiting[d].saying(kept)}
            if kept and certifies(said_less.values(), touched):
                said = said_less
    return said
