"""Bundles: what is payable for certain, what is possible, and which documents stand between the two.

The rule is that of the Reform and Growth Facility in outline: steps have weights, some are essential, payment follows
the weight that is met. Clauses may share facts, so the interval is sound (never too narrow), not always exact.
"""

from dataclasses import dataclass
from fractions import Fraction

from litmus.clauses.clause import Bundle
from litmus.clauses.documents import Document, Finding, documents
from litmus.clauses.needs import Need, Settling
from litmus.clauses.program import GaveUp, Proposal, Question, fewest
from litmus.clauses.union import shortest, union
from litmus.clauses.verdict import Verdict
from litmus.core.interval import Interval
from litmus.core.truth import Truth, k_all
from litmus.measures.assess import assess

WAITING = frozenset({"event-not-occurred", "norm-not-in-force"})


@dataclass(frozen=True, slots=True)
class Payment:
    """Amount in minor units that is releasable for certain and at most; what hangs on documents; and the answer."""

    bundle: Bundle
    place: str
    amount: Interval
    truth: Truth
    verdicts: tuple[Verdict, ...]

    @property
    def hanging(self) -> Fraction:
        """The part of the amount that open verdicts still decide."""
        return Fraction(self.amount.hi) - Fraction(self.amount.lo)


def payment(bundle: Bundle, place: str, verdicts: dict[str, Verdict]) -> Payment:
    """The payment interval from the verdicts of the bundle's clauses at one place."""
    mine = [verdicts[m.clause] for m in bundle.members]
    essential = k_all(v.truth for v, m in zip(mine, bundle.members, strict=True) if m.essential)
    lo = _released(bundle, [v.truth is True for v in mine], essential is True)
    hi = _released(bundle, [v.truth is not False for v in mine], essential is not False)
    enough = _weight_truth(bundle, mine)
    return Payment(bundle, place, Interval(lo, hi), k_all((essential, enough)), tuple(mine))


def _released(bundle: Bundle, met: list[bool], essential: bool) -> Fraction:
    total = sum(m.weight for m in bundle.members)
    share = Fraction(sum(m.weight for m, ok in zip(bundle.members, met, strict=True) if ok), total)
    if not essential:
        return Fraction(0)
    if bundle.rule == "all-or-nothing":
        return Fraction(bundle.amount if share >= bundle.at_least_weight else 0)
    return share * bundle.amount


def _weight_truth(bundle: Bundle, verdicts: list[Verdict]) -> Truth:
    total = sum(m.weight for m in bundle.members)
    sure = sum(m.weight for m, v in zip(bundle.members, verdicts, strict=True) if v.truth is True)
    able = sum(m.weight for m, v in zip(bundle.members, verdicts, strict=True) if v.truth is not False)
    if Fraction(sure, total) >= bundle.at_least_weight:
        return True
    return False if Fraction(able, total) < bundle.at_least_weight else None


def settle_bundle(found: Payment, exact: bool = True) -> Settling | None:
    """The smallest set of documents that would make the bundle's conditions certain; None when they cannot be met.

    A mixed-integer program chooses the clauses to certify and one finding per document, and exact stage 1 replays its
    choice. ``method``: milp (no smaller set exists), small (none that stage 1 certifies among the findings tried), or
    greedy, where the program gave up: a union of the clauses' own sets, which may be larger than need be.
    """
    split = None if found.truth is not None else _questions(found)
    if split is None:
        return None
    questions, need = split
    waiting = documents(found.verdicts, [q.clause for q in questions])
    try:
        best = fewest(questions, waiting, need) if exact else union(questions, waiting, need)
        method = "greedy" if not exact else "milp" if best is not None and _sharp(best, questions, waiting) else "small"
    except GaveUp:
        best, method = union(questions, waiting, need), "greedy"
    if best is None:
        return None
    by_number = {q.clause: q for q in questions}
    said = shortest(best, [by_number[n] for n in best.clauses], waiting)
    needs = [_need(waiting[d], f) for d, f in sorted(said.items())]
    return Settling("MET", tuple(needs), method)


def _questions(found: Payment) -> tuple[list[Question], Fraction] | None:
    """The open clauses and the weight still missing beyond the essential ones; None when they cannot be enough.

    A norm that does not bind yet waits for a day or an event, not for a document about the facts.
    """
    need = found.bundle.at_least_weight * sum(m.weight for m in found.bundle.members)
    questions = []
    for n, (m, v) in enumerate(zip(found.bundle.members, found.verdicts, strict=True)):
        able = v.truth is None and not WAITING & set(v.reasons)
        if v.truth is True or (m.essential and able):
            need -= m.weight
        elif m.essential:
            return None
        if able:
            questions.append(Question(n, v.problem, m.weight, m.essential))
    return (questions, need) if need <= sum(q.weight for q in questions if not q.must) else None


def _sharp(best: Proposal, questions: list[Question], waiting: list[Document]) -> bool:
    """Is a set that the program calls smallest the smallest of all: stage 1 exact throughout, every finding tried?"""
    if len(best.chosen) <= 1:
        return True
    weighed = any(q.problem.measure.of and any(i.lo != i.hi for i in q.problem.items) for q in questions)
    return not weighed and all(d.whole for d in waiting) and all(assess(q.problem).exact for q in questions)


def _need(document: Document, finding: Finding) -> Need:
    return Need(document.id, document.label, ", ".join(finding.words.values()), lefts=tuple(finding.lefts.values()))
