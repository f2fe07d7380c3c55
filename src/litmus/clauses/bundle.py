"""Bundles: what is payable for certain, what is possible, and which documents stand between the two.

The rule is that of the Reform and Growth Facility in outline: steps have weights, some are essential, payment follows
the weight that is met. Clauses may share facts, so the interval is sound (never too narrow), not always exact.
"""

from dataclasses import dataclass
from fractions import Fraction

from litmus.clauses.clause import Bundle
from litmus.clauses.settle import Need, Settling, fix, settle_toward
from litmus.clauses.verdict import Verdict
from litmus.core.interval import Interval
from litmus.core.truth import Truth, k_all
from litmus.measures.assess import assess


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

    A mixed-integer program chooses the clauses to certify and one finding per document; its choice is replayed through
    exact stage 1 before it is believed. Without a solver, or when the replay disagrees, a greedy union says so.
    """
    if found.truth is not None:
        return None
    options: dict[str, Settling] = {}
    for v in found.verdicts:
        if v.truth is None and (s := settle_toward(v.problem, goal=True)) is not None:
            options[v.clause.id] = s
    chosen = _program(found, options) if exact else None
    method = "milp" if chosen is not None and all(s.method == "exact" for s in options.values()) else "greedy"
    if chosen is None:
        chosen = _cheapest_first(found, options)
        method = "greedy"
    if chosen is None:
        return None
    needs: dict[str, Need] = {}
    for clause in chosen:
        for need in options[clause].needs:
            needs.setdefault(need.id, need)
    return Settling("MET", tuple(needs.values()), method) if _replays(found, chosen, needs) else None


def _must_and_may(found: Payment, options: dict[str, Settling]) -> tuple[list[str], list[str], Fraction] | None:
    """Clauses that must be certified, those that may be, and the weight still missing; None when it cannot be reached."""
    total = sum(m.weight for m in found.bundle.members)
    need = found.bundle.at_least_weight * total
    must, may = [], []
    for m, v in zip(found.bundle.members, found.verdicts, strict=True):
        if v.truth is True:
            need -= m.weight
        elif m.essential and m.clause not in options:
            return None
        elif m.essential:
            must.append(m.clause)
            need -= m.weight
        elif m.clause in options:
            may.append(m.clause)
    return must, may, need


def _program(found: Payment, options: dict[str, Settling]) -> list[str] | None:
    """Which clauses to certify so that the fewest documents are needed (documents shared between clauses count once)."""
    split = _must_and_may(found, options)
    if split is None:
        return None
    must, may, need = split
    from scipy.optimize import Bounds, LinearConstraint, milp

    clauses = must + may
    findings = sorted({(n.id, n.assume) for c in clauses for n in options[c].needs})
    documents = sorted({i for i, _ in findings})
    width = len(clauses) + len(documents)
    weights = {m.clause: m.weight for m in found.bundle.members}
    rows, low = [], []
    for i, c in enumerate(clauses):
        for n in options[c].needs:
            row = [0.0] * width
            row[len(clauses) + documents.index(n.id)], row[i] = 1.0, -1.0
            rows.append(row)
            low.append(0.0)
    rows.append([float(weights[c]) if c in may else 0.0 for c in clauses] + [0.0] * len(documents))
    low.append(float(max(Fraction(0), need)))
    rows += _conflicts(clauses, options, width)
    low += [-1.0] * (len(rows) - len(low))
    cost = [0.0] * len(clauses) + [1.0] * len(documents)
    bounds = Bounds([1.0 if c in must else 0.0 for c in clauses] + [0.0] * len(documents), [1.0] * width)
    result = milp(cost, constraints=LinearConstraint(rows, low, [float("inf")] * len(rows)), bounds=bounds, integrality=[1] * width)
    if result.status != 0 or result.x is None:
        return None
    return [c for i, c in enumerate(clauses) if result.x[i] > 0.5]


def _conflicts(clauses: list[str], options: dict[str, Settling], width: int) -> list[list[float]]:
    """Two clauses that need opposite findings of one document cannot both be certified by it."""
    rows = []
    for i, a in enumerate(clauses):
        for j in range(i + 1, len(clauses)):
            assumed = {n.id: n.assume for n in options[a].needs}
            if any(assumed.get(n.id, n.assume) != n.assume for n in options[clauses[j]].needs):
                row = [0.0] * width
                row[i] = row[j] = -1.0
                rows.append(row)
    return rows


def _cheapest_first(found: Payment, options: dict[str, Settling]) -> list[str] | None:
    split = _must_and_may(found, options)
    if split is None:
        return None
    must, may, need = split
    weights = {m.clause: m.weight for m in found.bundle.members}
    chosen = list(must)
    for clause in sorted(may, key=lambda c: Fraction(len(options[c].needs), weights[c])):
        if need <= 0:
            break
        chosen.append(clause)
        need -= weights[clause]
    return chosen if need <= 0 else None


def _replays(found: Payment, chosen: list[str], needs: dict[str, Need]) -> bool:
    by_clause = {v.clause.id: v for v in found.verdicts}
    return all(assess(fix(by_clause[c].problem, list(needs.values()))).truth is True for c in chosen)
