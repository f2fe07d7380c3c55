"""What verdicts ask of parties, answered through control: ultimate parents, and designations of vendors.

Certain control gives a certain answer, possible control a possible one. Control is that of ``control`` under the rule
``majority``: single majorities, votes that companies of one group hold together, own shares that do not vote, named commands,
and what undisclosed shares leave open. Where one company may hold the shares and another the votes, either may be the parent.
States, funds, persons and public bodies end a chain without joining it: two companies of one state are not one supplier.
Identity assumption, in words: holders who are not on record are nobody's, so that a party of whom no majority holder is on
record counts as its own parent. A designation reaches what the designated company alone controls.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from litmus.core.sets import Names, Numbers
from litmus.core.truth import Truth, k_any
from litmus.core.words import ladder
from litmus.facts.evidence import Evidence, Fact
from litmus.parties.control import RULES, certain, possible
from litmus.parties.edges import Edges, Flags
from litmus.parties.graph import OPEN, Graph, from_evidence, named
from litmus.parties.identity import identities
from litmus.parties.names.merges import Merges, Tie

_COMPANIES = frozenset({"company", "group", "unknown"})
_MAJORITY = RULES["majority"]
_OF_SHARES = replace(_MAJORITY, name="majority of shares", votes=False)


@dataclass
class Parties:
    """Answers about parties as of one day; build one per (evidence, as_of, known_at) and reuse it."""

    evidence: Evidence
    as_of: int
    known_at: int
    identity: Merges | None = None
    _below: dict[tuple[int, bool], Flags] = field(default_factory=dict)
    _parents: dict[str, Names] = field(default_factory=dict)
    _stood: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    _restricted: dict[tuple[str, tuple[str, ...]], Truth] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """The holdings of companies on the day."""
        whole = from_evidence(self.evidence, self.as_of, self.known_at)
        kinds = {r.id: r.values["kind"] for r in self.evidence.dossier.rows["party"]}
        company = np.array([kinds.get(name) in _COMPANIES for name in whole.names], dtype=bool)
        equity = _on_record(whole).of(company)
        return replace(whole, equity=equity, votes=whole.votes.of(company), control=whole.control.of(company))

    def controls(self, owner: str, company: str) -> Truth:
        """Does one company control another, through any number of steps? Each controls itself."""
        a, b = self.graph.index.get(owner), self.graph.index.get(company)
        if a is None or b is None or a == b:
            return owner == company
        if self._under(a, sure=True)[b]:
            return True
        return None if self._under(a, sure=False)[b] else False

    def _under(self, owner: int, *, sure: bool) -> Flags:
        """What a party controls. Possible control counts a majority of shares beside one of votes."""
        key = (owner, sure)
        if key not in self._below:
            seed = np.array([owner])
            found: Flags = certain(self.graph, seed, _MAJORITY) >= 0
            if not sure:
                found = (possible(self.graph, seed, _MAJORITY) >= 0) | (possible(self.graph, seed, _OF_SHARES) >= 0)
            self._below[key] = found
        return self._below[key]

    def _above(self, company: int) -> list[int]:
        """Every company that may stand above, and itself: whoever has any share, vote or command of it, up to the top."""
        g, found = self.graph, np.zeros(self.graph.equity.n, dtype=bool)
        found[company] = True
        while True:
            here = np.flatnonzero(found)
            more = g.equity.reach(here, down=False) | g.votes.reach(here, down=False) | g.control.reach(here, down=False)
            if (more == found).all():
                return here.tolist()
            found = more

    @cached_property
    def merged(self) -> Merges:
        """Which parties certainly are one, and which may be."""
        return self.identity or identities(self.evidence, self.as_of, self.known_at)

    @cached_property
    def _settled(self) -> bool:
        return not self.merged.certain and not self.merged.possible

    def _standing(self, party: str, *, sure: bool) -> frozenset[str]:
        """The party, who it certainly (or possibly) is besides, who certainly (or possibly) controls any of these, and so on up.

        Possibly: of those above with any stake, whoever may be somebody else belongs to it, since two stakes may then be one hand's;
        and all of them, where what the party may be has owners under two of its ids, whose stakes would add up, or holds itself.
        """
        if (party, sure) in self._stood:
            return self._stood[party, sure]
        names, who = self.graph.names, self.merged
        found: set[str] = {party}
        todo = [party]
        while todo:
            one = todo.pop()
            more = set(who.same(one) if sure else who.may_be(one))
            here = self.graph.index.get(one)
            above = [] if here is None else self._above(here)
            mixed = not sure and self._mixed(who.may_be(one))
            for a in above:
                if mixed or self._under(a, sure=sure)[here] or (not sure and len(who.may_be(names[a])) > 1):
                    more.add(names[a])
            todo += more - found
            found |= more
        return self._stood.setdefault((party, sure), frozenset(found))

    def _mixed(self, ids: frozenset[str]) -> bool:
        """Have several of the ids owners on record, or does one of them hold another?"""
        if len(ids) == 1:
            return False
        names, known = self.graph.names, [self.graph.index[i] for i in ids if i in self.graph.index]
        above = [{names[a] for a in self._above(n) if a != n} for n in known]
        return sum(map(bool, above)) > 1 or any(found & ids for found in above)

    def open_ties(self, party: str) -> tuple[Tie, ...]:
        """The ties on which the party's answers rest, for citation: those that are open, and those that are certain."""
        if self._settled:
            return ()
        near = self._standing(party, sure=False)
        ties = (*self.merged.certain, *self.merged.possible)
        return tuple(t for t in ties if t.pair & near)

    def ultimate_parent(self, party: str) -> Names:
        """The parties that may be the ultimate parent; one name when it is certain.

        Companies that control each other are one group, named by the first of them in the alphabet. A name falls out when
        another certainly stands above it, unless the two may be one group that goes by this very name.
        """
        if party not in self._parents:
            self._parents[party] = Names(frozenset(self._tops(party) if self._settled else self._merged_tops(party)))
        return self._parents[party]

    def _merged_tops(self, party: str) -> set[str]:
        """The same over merged parties, each block by the first of its ids. Who may stand above falls out when somebody else
        certainly stands above it, unless that somebody may, in turn, be under it or be it.
        """
        who, near = self.merged, self._standing(party, sure=False)
        if all(len(who.may_be(x)) == 1 for x in near):
            return self._tops(party)
        found: set[str] = set()
        for x in near:
            over = (u for u in self._standing(x, sure=True) if u not in who.may_be(x))
            if not any(x not in self._standing(u, sure=False) for u in over):
                found |= who.names_of(x)
        return found

    def _tops(self, party: str) -> set[str]:
        here = self.graph.index.get(party)
        if here is None:
            return {party}
        names, above = self.graph.names, self._above(here)
        found = set()
        for x in (x for x in above if x == here or self._under(x, sure=False)[here]):
            over = (y for y in above if y != x and self._under(y, sure=True)[x])
            if not any(names[y] < names[x] or not self._under(x, sure=False)[y] for y in over):
                found.add(names[x])
        return found

    def restricted(self, vendor: str, instruments: tuple[str, ...]) -> Truth:
        """Is the vendor, or a company that controls it, designated under one of the instruments?

        Not being listed counts as "no" only where a closed list is in evidence (a population row that names the
        instrument in its scope): silence of an open record is not clearance.
        """
        key = (vendor, instruments)
        if key not in self._restricted:
            self._restricted[key] = k_any(self._under_any_name(vendor, one) for one in instruments)
        return self._restricted[key]

    def _under_any_name(self, vendor: str, instrument: str) -> Truth:
        """Whoever the vendor certainly is besides is restricted with it; whoever it may be leaves a clearance open."""
        own = self._under_one(vendor, instrument)
        if own is True or self._settled:
            return own
        if any(self._under_one(x, instrument) is True for x in self._standing(vendor, sure=True)):
            return True
        free = own is False and all(self._under_one(x, instrument) is False for x in self._standing(vendor, sure=False))
        return False if free else None

    def _under_one(self, vendor: str, instrument: str) -> Truth:
        answers: list[Truth] = []
        for fact in self._designating(instrument):
            over = self.controls(named(fact, "vendor"), vendor)
            if over is not False:
                held = designated(fact, self.as_of)
                answers.append(held if over or held is False else None)
        found = k_any(answers)
        return None if found is False and not self._closed(instrument) else found

    def doubtful(self, vendor: str, instruments: tuple[str, ...]) -> bool:
        """May a designated company control the vendor, without it being certain?"""
        listed = [named(f, "vendor") for i in instruments for f in self._designating(i)]
        if any(self.controls(x, vendor) is None for x in listed):
            return True
        if self._settled or any(self.controls(x, vendor) for x in listed):
            return False
        near = self._standing(vendor, sure=False) - self._standing(vendor, sure=True)
        return any(x in near or any(self.controls(x, y) is not False for y in near) for x in listed)

    def named_under(self, instrument: str) -> tuple[str, ...]:
        """The vendors that any record names under an instrument."""
        return tuple(v for f in self._designating(instrument) if (v := named(f, "vendor")))

    @cached_property
    def _owned(self) -> frozenset[int]:
        return frozenset(b for _, b in self.graph.facts)

    @cached_property
    def _by_instrument(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.evidence.facts("restriction", OPEN, self.as_of, self.known_at):
            found.setdefault(named(fact, "instrument"), []).append(fact)
        return found

    def _designating(self, instrument: str) -> list[Fact]:
        return self._by_instrument.get(instrument, [])

    @cached_property
    def _closed_lists(self) -> frozenset[str]:
        facts = self.evidence.facts("population", OPEN, self.as_of, self.known_at)
        return frozenset(named(f, "scope") for f in facts if named(f, "over") == "restriction" and f.exists)

    def _closed(self, instrument: str) -> bool:
        return instrument in self._closed_lists

    def designations(self, vendor: str, instruments: tuple[str, ...]) -> list[Fact]:
        """The restriction facts on which ``restricted`` rests, for citation."""
        found = (f for i in instruments for f in self._designating(i))
        near = {vendor} if self._settled else self._standing(vendor, sure=False)
        return [f for f in found if any(self.controls(named(f, "vendor"), x) is not False for x in near)]

    def has_owners(self, party: str) -> bool:
        """Is any owner of the party on record, be it a company, a state or a person?"""
        return self.graph.index.get(party) in self._owned

    def holdings_behind(self, vendor: str) -> list[Fact]:
        """The ownership facts on which the vendor's possible parents rest, for citation."""
        here = self.graph.index.get(vendor)
        if here is None:
            return []
        tops = [self.graph.index[name] for name in self.ultimate_parent(vendor).values]
        group = {x for x in self._above(here) if any(self._under(top, sure=False)[x] for top in tops)}
        return [f for (a, b), facts in sorted(self.graph.facts.items()) if a in group and b in group for f in facts]


def _on_record(graph: Graph) -> Edges:
    """Shares that a source speaks of: who is known by votes or command alone is judged by these, not by shares it may have."""
    e = graph.equity
    ends = zip(e.owner.tolist(), e.owned.tolist(), strict=True)
    keep = np.array([any(named(f, "interest") == "equity" for f in graph.facts[pair]) for pair in ends], dtype=bool)
    return replace(e, owner=e.owner[keep], owned=e.owned[keep], lo=e.lo[keep], hi=e.hi[keep])


def designated(fact: Fact, as_of: int) -> Truth:
    """Does a designation stand on the day: adopted or further, begun, not ended?"""
    if fact.exists is False:
        return False
    rung, listed, until = (fact.value(n).allowed for n in ("rung", "listed", "until"))
    assert isinstance(rung, Numbers) and isinstance(listed, Numbers) and isinstance(until, Numbers)  # noqa: S101, PT018
    if fact.value("until").readings and until.hi < as_of:
        return False
    if fact.value("listed").readings and listed.lo > as_of:
        return False
    if fact.value("rung").readings:
        return rung.at_least(ladder("event").index("adopted")) if fact.exists else None
    return True if fact.exists and fact.value("listed").readings and listed.hi <= as_of else None
