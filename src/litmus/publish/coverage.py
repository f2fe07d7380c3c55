"""What the record knows, cell by cell: operator × layer × generation, and which missing facts are worth most."""

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from litmus.clauses.settle import settle
from litmus.clauses.verdict import Verdict
from litmus.core.sets import Names
from litmus.core.words import expected_word, word_list
from litmus.facts.evidence import Evidence, Fact, Policy

STATES = ("known", "contested", "stale", "missing")
FRESH = 2


@dataclass(frozen=True, slots=True)
class Network:
    """One operating network: its place, operator, and the generations it runs."""

    place: str
    operator: str
    generations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """One cell: state, the vendors that may be there, and the rows that say so."""

    network: Network
    layer: str
    generation: str
    state: str
    vendors: tuple[str, ...]
    rows: tuple[str, ...]


def read_networks(path: Path) -> list[Network]:
    """Operating networks from networks.csv (place, operator, generations with |, note). ValueError names the line."""
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            generations = tuple(row["generations"].split("|"))
            for g in generations:
                if g not in word_list("generation"):
                    msg = f"{path.name}:{line}: {expected_word(g, word_list('generation'), 'generation')}"
                    raise ValueError(msg)
            found.append(Network(row["place"], row["operator"], generations))
    return found


def cells(
    networks: list[Network], layers: tuple[str, ...], evidence: Evidence, policy: Policy, as_of: int, known_at: int
) -> list[Coverage]:
    """Every cell of every network. ``policy.max_age`` makes a cell stale whose newest claim is older."""
    fresh = _by_cell(evidence, policy, as_of, known_at)
    ever = _by_cell(evidence, Policy(policy.min_grade), as_of, known_at)
    found = []
    for network in networks:
        for layer in layers:
            for generation in network.generations:
                key = (network.operator, layer, generation)
                found.append(_cell(network, layer, generation, fresh.get(key, []), ever.get(key, [])))
    return found


def _by_cell(evidence: Evidence, policy: Policy, as_of: int, known_at: int) -> dict[tuple[str, str, str], list[Fact]]:
    found: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in evidence.facts("deployment", policy, as_of, known_at):
        words = [fact.value(n).allowed for n in ("operator", "layer", "generation")]
        if all(isinstance(w, Names) and w.is_point for w in words):
            key = tuple(next(iter(w.values)) for w in words if isinstance(w, Names))
            found.setdefault(key, []).append(fact)  # type: ignore[arg-type]
    return found


def _cell(network: Network, layer: str, generation: str, fresh: list[Fact], ever: list[Fact]) -> Coverage:
    def named(facts: list[Fact]) -> list[Fact]:
        return [f for f in facts if f.value("vendor").readings]

    facts = named(fresh) or named(ever)
    if not facts:
        return Coverage(network, layer, generation, "missing", (), ())
    contested = any(f.value("vendor").why == "contested" for f in facts)
    state = "stale" if not named(fresh) else "contested" if contested else "known"
    allowed = [f.value("vendor").allowed for f in facts]
    vendors = tuple(sorted({v for a in allowed if isinstance(a, Names) and not a.but for v in a.values}))
    return Coverage(network, layer, generation, state, vendors, tuple(r.row.id for f in facts for r in f.value("vendor").readings))


def percent_known(found: list[Coverage]) -> int:
    """Share of cells with a vendor on record that is neither stale nor contested, in whole per cent, rounded down."""
    return 0 if not found else 100 * sum(c.state == "known" for c in found) // len(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A missing fact: how many open verdicts it helps to settle, and its weight (one over the size of each set)."""

    id: str
    label: str
    verdicts: tuple[str, ...]
    weight: Fraction


def most_wanted(verdicts: list[Verdict], top: int = 10) -> list[Wanted]:
    """The missing facts that settle most. Each open verdict shares one point over its smallest settling set."""
    weight: dict[str, Fraction] = {}
    labels: dict[str, str] = {}
    where: dict[str, list[str]] = {}
    for v in verdicts:
        if v.truth is not None or {"event-not-occurred", "norm-not-in-force"} & set(v.reasons):
            continue
        sets = settle(v.problem, v.truth, budget=40)
        if not sets:
            continue
        smallest = sets[0].needs
        for need in smallest:
            key = need.id.partition("@")[0] if not need.id.startswith("population:") else need.id
            key = key.removeprefix("top/").removeprefix("bottom/")
            weight[key] = weight.get(key, Fraction(0)) + Fraction(1, len(smallest))
            labels[key] = need.label
            where.setdefault(key, []).append(f"{v.clause.id} ({v.place})")
    return [Wanted(k, labels[k], tuple(where[k]), w) for k, w in sorted(weight.items(), key=lambda kw: (-kw[1], kw[0]))[:top]]
