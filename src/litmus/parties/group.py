"""Ultimate parents through majority holdings, and designations of vendors: the two questions that verdicts ask of parties.

A party's ultimate parent is found by climbing certain majorities: more than half of equity or votes, or a hard control
edge. Where one company holds the shares and another the votes or the control, either may be the parent. A holding that
may or may not be a majority leaves both answers possible, and whatever rests on it stays open.
States, funds and persons end a chain without joining it: two companies of one state are not one supplier.
Identity assumption, in words: a party of whom no majority holder is on record counts as its own parent.
"""

from dataclasses import dataclass, field

from litmus.core.sets import Names, Numbers
from litmus.core.truth import Truth, k_any
from litmus.core.words import ladder
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.parse import PPM

HALF = PPM // 2
_OPEN = Policy()
_COMPANIES = frozenset({"company", "group", "unknown"})
_EXCLUSIVE = frozenset({"equity", "voting"})


@dataclass
class Parties:
    """Answers about parties as of one day; build one per (evidence, as_of, known_at) and reuse it."""

    evidence: Evidence
    as_of: int
    known_at: int
    _parents: dict[str, Names] = field(default_factory=dict)
    _rings: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    _reached: dict[tuple[str, bool], frozenset[str]] = field(default_factory=dict)
    _restricted: dict[tuple[str, tuple[str, ...]], Truth] = field(default_factory=dict)
    _links: dict[str, list[tuple[str, Truth]]] | None = None
    _by_instrument: dict[str, list[Fact]] | None = None

    def ultimate_parent(self, party: str) -> Names:
        """The parties that may be the ultimate parent; one name when it is certain.

        Companies that own each other are one group, named by the first of them in the alphabet, whoever asks.
        """
        found = self._parents.get(party)
        if found is None:
            found = self._parents[party] = Names(frozenset(self._climb(party, ())))
        return found

    def _climb(self, party: str, path: tuple[str, ...]) -> set[str]:
        ring = self._ring(party, True)
        here = min(ring)
        if here in path:
            least = min(path[path.index(here) :])
            return {name for name in self._ring(here, False) if name <= least}
        links = [link for member in ring for link in self._owners().get(member, []) if link[0] not in ring]
        certain = any(sure for _, sure in links)
        found = set() if certain else {here}
        for owner, _ in links:
            found |= self._climb(owner, (*path, here))
        return found

    def _ring(self, party: str, sure: bool) -> frozenset[str]:
        """The companies that own the party and that it owns, through certain majorities only or through possible ones too."""
        key = (party, sure)
        if key not in self._rings:
            above = self._reach(party, sure)
            self._rings[key] = frozenset({party, *(name for name in above if party in self._reach(name, sure))})
        return self._rings[key]

    def _reach(self, party: str, sure: bool) -> frozenset[str]:
        key = (party, sure)
        if key not in self._reached:
            found: set[str] = set()
            waiting = [party]
            while waiting:
                for owner, certain in self._owners().get(waiting.pop(), []):
                    if (certain or not sure) and owner not in found:
                        found.add(owner)
                        waiting.append(owner)
            self._reached[key] = frozenset(found)
        return self._reached[key]

    def _owners(self) -> dict[str, list[tuple[str, Truth]]]:
        """Who certainly or possibly holds a majority of whom; two can't both hold one of the same interest."""
        if self._links is None:
            kinds = {r.id: r.values["kind"] for r in self.evidence.dossier.rows["party"]}
            by_interest: dict[tuple[str, str], list[tuple[str, Truth]]] = {}
            for fact in self.evidence.facts("ownership", _OPEN, self.as_of, self.known_at):
                majority = _majority(fact)
                if majority is not False:
                    by_interest.setdefault((_name(fact, "owned"), _name(fact, "interest")), []).append((_name(fact, "owner"), majority))
            self._links = {}
            for (owned, interest), links in by_interest.items():
                certain = [link for link in links if link[1]] if interest in _EXCLUSIVE else []
                companies = [link for link in certain or links if kinds.get(link[0]) in _COMPANIES]
                self._links.setdefault(owned, []).extend(companies)
        return self._links

    def restricted(self, vendor: str, instruments: tuple[str, ...]) -> Truth:
        """Is the vendor, or any company above it through majorities, designated under one of the instruments?

        Not being listed counts as "no" only where a closed list is in evidence (a population row that names the
        instrument in its scope): silence of an open record is not clearance.
        """
        key = (vendor, instruments)
        if key not in self._restricted:
            self._restricted[key] = k_any(self._under(vendor, one) for one in instruments)
        return self._restricted[key]

    def named_under(self, instrument: str) -> tuple[str, ...]:
        """The vendors that any record names under an instrument."""
        return tuple(v for f in self._designating(instrument) if (v := _name(f, "vendor")))

    def _designating(self, instrument: str) -> list[Fact]:
        if self._by_instrument is None:
            self._by_instrument = {}
            for fact in self.evidence.facts("restriction", _OPEN, self.as_of, self.known_at):
                self._by_instrument.setdefault(_name(fact, "instrument"), []).append(fact)
        return self._by_instrument.get(instrument, [])

    def _under(self, vendor: str, instrument: str) -> Truth:
        members, sure = {vendor} | self._reach(vendor, False), {vendor} | self._reach(vendor, True)
        verdicts: list[Truth] = []
        for fact in self._designating(instrument):
            target = _name(fact, "vendor")
            if target in members:
                held = designated(fact, self.as_of)
                verdicts.append(held if target in sure or held is False else None)
        found = k_any(verdicts)
        if found is False and not self._closed(instrument):
            return None
        return found

    def _closed(self, instrument: str) -> bool:
        facts = self.evidence.facts("population", _OPEN, self.as_of, self.known_at)
        return any(_name(f, "over") == "restriction" and _name(f, "scope") == instrument and f.exists for f in facts)

    def designations(self, vendor: str, instruments: tuple[str, ...]) -> list[Fact]:
        """The restriction facts on which ``restricted`` rests, for citation."""
        members = {vendor} | self._reach(vendor, False)
        return [f for i in instruments for f in self._designating(i) if _name(f, "vendor") in members]


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


def _majority(fact: Fact) -> Truth:
    if _name(fact, "interest") == "economic" or fact.exists is False:
        return False
    if _name(fact, "interest") == "control":
        return fact.exists
    share = fact.value("share")
    assert isinstance(share.allowed, Numbers)  # noqa: S101
    if not share.readings:
        return None
    more = share.allowed.at_least(HALF + 1)
    return more if fact.exists else (None if more is not False else False)


def _name(fact: Fact, column: str) -> str:
    allowed = fact.value(column).allowed
    return next(iter(allowed.values), "") if isinstance(allowed, Names) and not allowed.but else ""
