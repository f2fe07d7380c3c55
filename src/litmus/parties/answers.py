"""Three questions about a list and a party, asked of the evidence: owned, controlled, exposed. Each answers with its reasons.

A list is a party, a restriction instrument (everyone whom it designates on the day), ``state:CN`` (the state of a place) or
``public:CN`` (the state and the public bodies seated there). Each question is asked as of a day, from what was known by another.
"""

from dataclasses import dataclass
from functools import cached_property

from litmus.core.place import place
from litmus.core.words import expected_word
from litmus.facts.evidence import Evidence, Policy
from litmus.parties import control, explain, exposure, ownership
from litmus.parties.graph import OPEN, Graph, Members, from_evidence, named
from litmus.parties.group import designated


@dataclass(frozen=True, slots=True)
class PartyList:
    """A list by name: who certainly stands on it, who may, what it is in words, and whether it also names others we cannot tell."""

    name: str
    title: str
    sure: tuple[str, ...]
    maybe: tuple[str, ...] = ()
    others: bool = False


@dataclass(frozen=True, slots=True)
class Owned:
    """A share, with its reasons on demand."""

    answer: ownership.Owned
    ask: "Answers"
    members: Members

    def explain(self) -> explain.Ways:
        """The ways from the list to the company, best first."""
        return explain.owned_paths(self.ask.graph, self.members, self.answer.party)


@dataclass(frozen=True, slots=True)
class Controlled:
    """Control of one party by a list under a rule, with its reasons on demand."""

    party: int
    rounds: control.Control
    rule: control.Rule
    ask: "Answers"

    def explain(self, *, possible: bool = False) -> tuple[explain.Step, ...]:
        """Whose votes made each step; for possible control, whose votes could."""
        rounds = self.rounds.maybe if possible else self.rounds.sure
        return explain.control_steps(self.ask.graph, rounds, self.party, self.rule)


@dataclass(frozen=True)
class Answers:
    """Build one per (evidence, as_of, known_at, policy) and reuse it."""

    evidence: Evidence
    as_of: int
    known_at: int
    policy: Policy = OPEN

    @cached_property
    def graph(self) -> Graph:
        """The holdings of the day."""
        return from_evidence(self.evidence, self.as_of, self.known_at, self.policy)

    @cached_property
    def ties(self) -> exposure.Ties:
        """Ties of every kind on the day."""
        return exposure.all_ties(self.evidence, self.as_of, self.known_at, self.policy)

    def party(self, name: str) -> int:
        """The number of a party. ValueError names the nearest."""
        if name not in self.graph.index:
            raise ValueError(expected_word(name, self.graph.names, "party"))
        return self.graph.index[name]

    def list_of(self, name: str) -> PartyList:
        """A list by party, instrument, ``state:PLACE`` or ``public:PLACE``. ValueError says what was expected."""
        rows = self.evidence.dossier.rows["party"]
        kind, colon, where = name.partition(":")
        if colon:
            return _public(kind, place(where).code, {r.id: (r.values["kind"], r.values["home"]) for r in rows}, name)
        if name in self.graph.index:
            title = next((r.values["name"] for r in rows if r.id == name), name)
            return PartyList(name, str(title), (name,))
        facts = self.evidence.facts("restriction", self.policy, self.as_of, self.known_at)
        found = [f for f in facts if named(f, "instrument") == name]
        if not found:
            known = sorted({named(f, "instrument") for f in facts} | set(self.graph.names))
            raise ValueError(expected_word(name, known, "party or restriction instrument") + "; or state:PLACE, public:PLACE")
        held: dict[str, set[bool | None]] = {}
        for f in found:
            held.setdefault(named(f, "vendor"), set()).add(designated(f, self.as_of))
        others = bool(held.pop("", set()) - {False})
        sure = tuple(sorted(v for v, answers in held.items() if True in answers))
        maybe = tuple(sorted(v for v, answers in held.items() if None in answers and True not in answers))
        return PartyList(name, f"those designated under {name}", sure, maybe, others)

    def members(self, found: PartyList) -> Members:
        """The list as numbers."""
        numbers = (frozenset(self.graph.index[n] for n in some if n in self.graph.index) for some in (found.sure, found.maybe))
        return Members(*numbers)

    def owned_by(self, found: PartyList, party: str) -> Owned:
        """How much of a party belongs to the list. Raises ``solve.Unsettled`` when it cannot be proved."""
        members = self.members(found)
        return Owned(ownership.owned_by(self.graph, members, self.party(party)), self, members)

    def control(self, found: PartyList, rule: str = "majority", *, joint: bool = True) -> control.Control:
        """What the list controls, all parties at once."""
        return control.controlled_by(self.graph, self.members(found), control.rule(rule), joint=joint)

    def controlled_by(self, found: PartyList, party: str, rule: str = "majority", *, joint: bool = True) -> Controlled:
        """Does the list control a party?"""
        return Controlled(self.party(party), self.control(found, rule, joint=joint), control.rule(rule), self)

    def exposed_to(self, found: PartyList, party: str) -> exposure.Exposure:
        """By which kind of tie is a party exposed to the list?"""
        self.party(party)
        return exposure.exposed_to(self.evidence, self.ties, found.sure, found.maybe, party, (self.as_of, self.known_at))

    def unknown_about(self, party: str) -> tuple[str, ...]:
        """What an answer about a company leaves out: gaps on record, refused shares, votes that are only assumed."""
        number = self.party(party)
        found = [self.graph.refused[number]] if number in self.graph.refused else []
        if self.graph.votes_assumed(number):
            found.append("no source speaks of its votes; they are taken to follow its shares")
        said = self.evidence.facts("statement", self.policy, self.as_of, self.known_at)
        gaps = (named(f, "text") for f in said if named(f, "party") == party and named(f, "topic").startswith("ownership-gap"))
        return (*found, *gaps)


def _public(kind: str, code: str, parties: dict[str, tuple[str, str | None]], name: str) -> PartyList:
    if kind not in {"state", "public"}:
        raise ValueError(expected_word(kind, ("state", "public"), "kind of list") + " (state:PLACE or public:PLACE)")
    wanted = exposure.PUBLIC if kind == "public" else {"state"}
    found = tuple(sorted(p for p, (k, home) in parties.items() if k in wanted and home == code))
    if not found:
        msg = f"no party of kind {' or '.join(sorted(wanted))} is seated in {code}; add it to party.csv first"
        raise ValueError(msg)
    title = f"the state of {place(code).name}" + (" and its public bodies" if kind == "public" else "")
    return PartyList(name, title, found)
