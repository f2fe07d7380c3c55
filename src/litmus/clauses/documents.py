"""The documents that open clauses of a bundle wait for, and what each may turn out to say to all of them at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from litmus.clauses.listed import list_says
from litmus.clauses.needs import BIG, Left, in_words, put
from litmus.clauses.reading import (
    DUTY,
    ELSEWHERE,
    EXISTS,
    LISTED,
    NEW,
    PLACE,
    Atom,
    Reader,
    Values,
    all_weights,
    atoms,
    duty_name,
    readers_of,
)
from litmus.clauses.verdict import Verdict
from litmus.core.interval import INF
from litmus.core.sets import OTHER
from litmus.facts.evidence import Fact, Policy
from litmus.measures.items import OUT, Item
from litmus.measures.problem import Problem
from litmus.measures.ways import show, test

MOST = 4000
Spot = tuple[int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One thing that a document may say: its words, field by field, and what it leaves to each clause and element.

    ``odd``: how far-fetched it is; among sets of one size the plain ones come first.
    """

    words: dict[str, str]
    lefts: dict[Spot, Left]
    odd: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A fact or a list. ``table`` holds every combination of values with what it leaves, to say no more than is needed.

    ``whole``: the findings are all that there are, so that what none of them certifies, nothing does.
    """

    id: str
    label: str
    findings: tuple[Finding, ...]
    table: tuple[Finding, ...] = ()
    whole: bool = True
    full: dict[Spot, Left] = field(default_factory=dict)
    weighs: dict[Spot, str] = field(default_factory=dict)

    def saying(self, words: dict[str, str]) -> Finding:
        """The finding that says only this much: whatever the other values may be."""
        lefts: dict[Spot, Left] = {}
        agreeing = [f for f in self.table if words.items() <= f.words.items()]
        for spot, full in self.full.items():
            here = [f.lefts[spot] for f in agreeing]
            kept = {o for left in here for o in left.outcomes}
            ends = {(left.lo, left.hi) for left in here if left.outcomes != (OUT,)}
            lo, hi = min(ends) if self.weighs.get(spot) in words and ends else (full.lo, full.hi)
            lefts[spot] = Left(full.measure, full.parts, full.element, tuple(o for o in full.outcomes if o in kept), lo, hi)
        return Finding(words, lefts)


def bare(element: str) -> str:
    """The row behind an item's id: one document, whichever side or part of a clause reads it."""
    return element.removeprefix("top/").removeprefix("bottom/").partition("@")[0]


def documents(verdicts: Sequence[Verdict], asked: Sequence[int]) -> list[Document]:
    """Every document that an open clause (by its number in ``verdicts``) waits for."""
    readings: dict[str, list[tuple[int, Item]]] = {}
    for n in asked:
        for item in verdicts[n].problem.items:
            if not item.settled:
                readings.setdefault(bare(item.id), []).append((n, item))
    facts = _Facts(verdicts)
    found = [_fact_document(name, mine, verdicts, facts) for name, mine in readings.items()]
    return found + _list_documents(verdicts, asked)


@dataclass
class _Facts:
    """The facts that the clauses read, by row id; and, for a row, every clause's item of it, open or not."""

    verdicts: Sequence[Verdict]
    _known: dict[tuple[str, Policy], dict[str, Fact]] = field(default_factory=dict)

    def of(self, clause: int, item: Item) -> dict[str, Fact]:
        """The facts of the table that one clause measures."""
        v = self.verdicts[clause]
        measure = v.problem.measure
        over = (({"top/": measure.top, "bottom/": measure.bottom}.get(item.side)) or measure.own or measure).over
        if v.ctx is None:
            return {}
        key = (over, v.ctx.policy)
        if key not in self._known:
            self._known[key] = {f.id: f for f in v.ctx.evidence.facts(over, v.ctx.policy, v.ctx.as_of, v.ctx.known_at)}
        return self._known[key]


def _fact_document(name: str, mine: list[tuple[int, Item]], verdicts: Sequence[Verdict], facts: _Facts) -> Document:
    label, full = mine[0][1].label, {}
    readers: list[Reader] = []
    for n, item in mine:
        problem, ctx = verdicts[n].problem, verdicts[n].ctx
        full[n, item.id] = Left(problem.measure, problem.parts, item.id, item.outcomes, item.lo, item.hi)
        reader = readers_of(problem, item, n, ctx, facts.of(n, item)) if ctx is not None else None
        if reader is not None:
            readers.append(reader)
    if len(readers) == len(mine):
        table = _table(readers)
        if table and all({o for f in table for o in f.lefts[s].outcomes} == set(left.outcomes) for s, left in full.items()):
            findings = _distinct(table)
            sure = all(len(left.outcomes) == 1 for f in findings for left in f.lefts.values())
            weighs = {(r.clause, r.item.id): r.weight_field for r in readers if r.weight_field}
            sure = sure and all(all_weights([r for r in readers if r.weight_field == w]) for w in weighs.values())
            return Document(name, label, findings, table, sure, full, weighs)
    return _unread(name, label, mine, verdicts)


def _unread(name: str, label: str, mine: list[tuple[int, Item]], verdicts: Sequence[Verdict]) -> Document:
    """A fact that cannot be read field by field: what it says to one clause is of no use to another."""
    findings = []
    for n, item in mine:
        problem = verdicts[n].problem
        for outcome in item.outcomes:
            ends = {item.lo, item.hi if item.hi != INF else max(item.lo, BIG)} if outcome.cell is not None else {item.lo}
            for weight in sorted(ends):
                left = Left(problem.measure, problem.parts, item.id, (outcome,), weight, weight)
                findings.append(Finding({"": in_words(item, outcome, weight)}, {(n, item.id): left}))
    return Document(name, label, tuple(findings), (), len(mine) == 1)


def _table(readers: Sequence[Reader]) -> tuple[Finding, ...]:
    """Every combination of values that contradicts no clause's evidence."""
    values = {name: atoms(readers, name) for name in dict.fromkeys(f for r in readers for f in (*r.fields, r.weight_field) if f)}
    values |= {k: list(v) for k, v in _beside(readers, values).items()}
    if prod(len(v) for v in values.values()) > MOST:
        return ()
    combos: list[Values] = [dict(zip(values, combo, strict=True)) for combo in product(*values.values())]
    if all(r.fact is not None and r.fact.exists is None for r in readers):
        combos.append({EXISTS: "no"})
    found = []
    for combo in combos:
        lefts = {(r.clause, r.item.id): r.left(combo) for r in readers}
        if all(left is not None for left in lefts.values()):
            odd = sum(1 for a in combo.values() if a == NEW or (not isinstance(a, str) and a >= BIG))
            found.append(Finding(_in_words(readers, combo), {s: left for s, left in lefts.items() if left is not None}, odd))
    return tuple(found)


def _beside(readers: Sequence[Reader], values: dict[str, list[Atom]]) -> dict[str, list[str]]:
    """Questions beside the row's own fields: is the maker listed, in which part does it lie, was the duty done in time."""
    found: dict[str, list[str]] = {}
    unsure = (test(c, OTHER if a == NEW else a, r.ctx) is None for r in readers for c in r.tests for a in values[c.base] if c.op != "in")
    if any(unsure):
        found[LISTED] = ["yes", "no"]
    lying = dict.fromkeys(p for r in readers for p, sure in r.here if sure is None)
    if lying:
        found[PLACE] = [*lying, ELSEWHERE]
    duties = dict.fromkeys(duty_name(r.measure) for r in readers if r.measure.duty is not None)
    if duties:
        found[DUTY] = [f"{d}: {state}" for d in duties for state in ("done", "late", "running")]
    return found


def _in_words(readers: Sequence[Reader], values: Values) -> dict[str, str]:
    weighed = {r.weight_field for r in readers}
    found = {}
    for name, atom in values.items():
        if name in weighed and not isinstance(atom, str):
            found[name] = "it outweighs the rest" if atom >= BIG else f"{name} = {show(readers[0].measure.over, name, atom)}"
        elif atom == NEW:
            found[name] = f"{name} = one not on record yet"
        elif name == DUTY:
            found[name] = str(atom)
        else:
            found[name] = f"{name} = {atom if isinstance(atom, str) else show(readers[0].measure.over, name, atom)}"
    return found


def _distinct(table: Sequence[Finding]) -> tuple[Finding, ...]:
    """One finding of each kind; those that leave the same to every clause are one, those that leave all are none."""
    found: dict[object, Finding] = {}
    for f in table:
        found.setdefault(tuple((left.outcomes, left.lo, left.hi) for left in f.lefts.values()), f)
    return tuple(found.values())


def _list_documents(verdicts: Sequence[Verdict], asked: Sequence[int]) -> list[Document]:
    lists: dict[tuple[str, str], list[int]] = {}
    for n in asked:
        for tail in verdicts[n].problem.tails:
            if tail.hi > 0:
                lists.setdefault((tail.id, tail.label), []).append(n)
    names = [name for name, _ in lists]
    found = []
    for (name, label), mine in lists.items():
        said, whole = list_says(name, {n: verdicts[n].problem for n in mine}, {n: verdicts[n].clause.id for n in mine})
        findings = tuple(Finding({"": words}, {(n, name): left for n, left in lefts.items()}, odd) for words, lefts, odd in said)
        unique = name if names.count(name) == 1 else f"{name} ({label})"
        found.append(Document(unique, label, findings, (), whole))
    return found


def with_findings(problem: Problem, clause: int, chosen: Iterator[Finding] | Sequence[Finding]) -> Problem:
    """One clause's problem with these findings in evidence."""
    said = {element: left for f in chosen for (n, element), left in f.lefts.items() if n == clause}
    return put(problem, said)
