"""A second reading of who stands above whom: climbing holdings of more than half, one at a time. The oracle of test_parties.

It sees neither votes that several companies of one group hold together, nor own shares that rest, nor what other holders'
shares leave over: where none of these matters it must say the same as ``litmus.parties.group``.
"""

from __future__ import annotations

from litmus.core.sets import Names, Numbers
from litmus.core.truth import Truth, k_any
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.parse import PPM
from litmus.parties.group import designated

HALF = PPM // 2
COMPANIES = frozenset({"company", "group", "unknown"})
OPEN = Policy()


def name(fact: Fact, column: str) -> str:
    allowed = fact.value(column).allowed
    return next(iter(allowed.values), "") if isinstance(allowed, Names) and not allowed.but else ""


def majority(fact: Fact) -> Truth:
    """Is this holding more than half, or command?"""
    if name(fact, "interest") == "economic" or fact.exists is False:
        return False
    if name(fact, "interest") == "control":
        return fact.exists
    share = fact.value("share")
    assert isinstance(share.allowed, Numbers)
    if not share.readings:
        return None
    more = share.allowed.at_least(HALF + 1)
    return more if fact.exists else (None if more is not False else False)


class Climber:
    """Parents and restrictions on one day, by single majorities."""

    def __init__(self, evidence: Evidence, as_of: int, known_at: int) -> None:
        self.evidence, self.as_of, self.known_at = evidence, as_of, known_at
        kinds = {r.id: r.values["kind"] for r in evidence.dossier.rows["party"]}
        by_interest: dict[tuple[str, str], list[tuple[str, Truth]]] = {}
        for fact in evidence.facts("ownership", OPEN, as_of, known_at):
            if (more := majority(fact)) is not False:
                by_interest.setdefault((name(fact, "owned"), name(fact, "interest")), []).append((name(fact, "owner"), more))
        self.owners: dict[str, list[tuple[str, Truth]]] = {}
        for (owned, interest), links in by_interest.items():
            certain = [] if interest == "control" else [link for link in links if link[1]]
            self.owners.setdefault(owned, []).extend(link for link in certain or links if kinds.get(link[0]) in COMPANIES)

    def reach(self, party: str, *, sure: bool) -> set[str]:
        found: set[str] = set()
        waiting = [party]
        while waiting:
            for owner, certain in self.owners.get(waiting.pop(), []):
                if (certain or not sure) and owner not in found:
                    found.add(owner)
                    waiting.append(owner)
        return found

    def ring(self, party: str, *, sure: bool) -> set[str]:
        return {party, *(n for n in self.reach(party, sure=sure) if party in self.reach(n, sure=sure))}

    def ultimate_parent(self, party: str) -> set[str]:
        return self._climb(party, ())

    def _climb(self, party: str, path: tuple[str, ...]) -> set[str]:
        ring = self.ring(party, sure=True)
        here = min(ring)
        if here in path:
            least = min(path[path.index(here) :])
            return {n for n in self.ring(here, sure=False) if n <= least}
        links = [link for member in ring for link in self.owners.get(member, []) if link[0] not in ring]
        found = set() if any(sure for _, sure in links) else {here}
        for owner, _ in links:
            found |= self._climb(owner, (*path, here))
        return found

    def restricted(self, vendor: str, instrument: str) -> Truth:
        members, sure = {vendor} | self.reach(vendor, sure=False), {vendor} | self.reach(vendor, sure=True)
        answers: list[Truth] = []
        for fact in self.evidence.facts("restriction", OPEN, self.as_of, self.known_at):
            if name(fact, "instrument") == instrument and name(fact, "vendor") in members:
                held = designated(fact, self.as_of)
                answers.append(held if name(fact, "vendor") in sure or held is False else None)
        found = k_any(answers)
        lists = self.evidence.facts("population", OPEN, self.as_of, self.known_at)
        closed = any(name(f, "over") == "restriction" and name(f, "scope") == instrument and f.exists for f in lists)
        return None if found is False and not closed else found
