"""600 clauses × 40 places × 12 dates on the bundled evidence: one matrix, stage 1, labels and intervals.

The clauses vary as a real programme of steps would: legal steps on many topics, quotas by layer, generation and policy,
procurement ratios, debt ceilings, each with several thresholds.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from dataclasses import replace
from fractions import Fraction
from itertools import product

from litmus.app import open_session
from litmus.clauses.clause import Clause
from litmus.clauses.matrix import judge_many
from litmus.core.dates import parse_day, parse_period
from litmus.core.place import expand
from litmus.facts.evidence import Evidence, Policy
from litmus.measures.problem import Target
from litmus.measures.spec import Condition

LAYERS = ("core", "ran", "transport", "cctv", "cloud", "data-centre", "emergency", "fixed-access")
POLICIES = (Policy(("C", "3")), Policy(("C", "3"), parse_period("P5Y")), Policy(("D", "4"), parse_period("P2Y")))


def many_clauses(shipped: dict[str, Clause], topics: list[str]) -> list[Clause]:
    """600 clauses: 200 legal steps, 280 quotas and bans on deployments, 120 on contracts, chapters and loans."""
    found: list[Clause] = []
    law = shipped["eecc-in-force"]
    for i, (topic, policy) in enumerate(product(topics * 10, POLICIES[:2])):
        if i >= 200:
            break
        where = (Condition("topic", "in", (topic,)), *law.measure.where[1:])
        found.append(replace(law, id=f"law-{i}", measure=replace(law.measure, where=where), policy=policy))
    bases = [
        "hrv-ran-share",
        "vendor-share-cap",
        "operator-multi-vendor",
        "sole-supplier-5g",
        "restricted-public-cameras",
        "n-minus-1-loss",
        "sm03-assessment-coverage",
    ]
    for i, (base, layer, policy, bound) in enumerate(product(bases, LAYERS, POLICIES, (30, 40, 50, 60, 70))):
        if len(found) >= 480:
            break
        clause = shipped[base]
        if i % 3 == 0:  # spread over kinds and layers instead of taking the first 280
            where = tuple(c if c.base != "layer" else Condition("layer", "in", (layer,)) for c in clause.measure.where)
            target = Target(clause.target.op, Fraction(bound, 100) if clause.measure.kind != "count" else Fraction(bound // 30))
            found.append(replace(clause, id=f"net-{i}", measure=replace(clause.measure, where=where), policy=policy, target=target))
    rest = [
        "award-published-30d",
        "beneficial-owners-named",
        "one-lender-digital-debt",
        "exempt-award-share",
        "chapter-10-kept-closed",
        "pledge-complied",
    ]
    for i, (base, policy, bound) in enumerate(product(rest, POLICIES, range(5, 100, 5))):
        if len(found) >= 600:
            break
        clause = shipped[base]
        found.append(replace(clause, id=f"rest-{i}", policy=policy, target=Target(clause.target.op, Fraction(bound, 100))))
    return found


def once(clauses: list[Clause], places: list[str], days: list[int]) -> tuple[float, int]:
    """Seconds for the whole matrix from freshly read evidence held in memory, and the number of answers."""
    session = open_session("wb-digital", ("wb6", "eu27"), "2026-11-23", None)
    evidence = Evidence(session.evidence.dossier)
    began = time.perf_counter()
    count = sum(1 for _ in judge_many(clauses, places, days, evidence, session.known_at))
    return time.perf_counter() - began, count


def main(runs: int = 5) -> tuple[str, float]:
    """What was measured in words, and the median in seconds."""
    session = open_session("wb-digital", ("wb6", "eu27"), "2026-11-23", None)
    topics = sorted({r.values["topic"] for r in session.evidence.dossier.rows["law"]})
    clauses = many_clauses(session.regime.clauses, topics)
    distinct = len({(c.measure, c.policy) for c in clauses})
    places = [*expand("WB6"), "BA-BIH", "BA-SRP", "BA-BRC", *expand("EU27"), "GB", "NO", "TR", "UA"][:40]
    days = [parse_day(f"{y}-{m:02d}-01") for y in (2024, 2025, 2026) for m in (1, 4, 7, 10)]
    times = [once(clauses, places, days) for _ in range(runs)]
    median = statistics.median(t for t, _ in times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts = session.evidence.dossier.fact_count
    said = (
        f"matrix: 600 clauses ({distinct} distinct measures and policies) × 40 places × 12 dates "
        f"= {times[0][1]:,} answers on {facts:,} facts: "
        f"median {median:.2f} s of {runs} runs ({min(t for t, _ in times):.2f}–{max(t for t, _ in times):.2f}), peak memory {peak:.0f} MB"
    )
    return said, median


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)[0])
