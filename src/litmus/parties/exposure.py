"""What a party is exposed to: the best way from a list over ties of any kind, judged by the kind of its weakest tie.

Three tiers, never added up and never turned into a score: (1) owned or controlled; (2) a supplier of layers that the taxonomy
rates critical or high (by the EU risk assessment of 2019, or as a proposal; it says which), or a financier; (3) a smaller
supplier, a small shareholder, a partner, a link of unknown kind. Ties run from whoever can bear upon the other: owner to
company, supplier to user, lender to borrower; partners both ways. A way counts as its weakest tie; among ways of one tier the
shortest is shown.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from litmus.core.dates import FIRST_DAY, show_when
from litmus.core.sets import Names, Numbers
from litmus.core.words import ladder, taxonomy
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.parties.edges import WHOLE
from litmus.parties.graph import OPEN, Holding, holdings, named

TIERS = {1: "owned or controlled", 2: "critical supplier or financier", 3: "partner, smaller supplier or unknown link"}
SELLERS = frozenset({"supplier", "manufacturer", "integrator", "reseller", "managed-service"})
USERS = frozenset({"buyer", "operator", "tenant"})
BRAND_SELLERS = frozenset({"reseller", "integrator"})
FUNDERS = frozenset({"funder", "guarantor"})
PUBLIC = frozenset({"state", "public-body", "regulator", "court"})
PARTNER = "partner"
ANY_LAYER = "(any)"
#: An ownership interest in the sense of Regulation (EU) 2024/1624, Article 52.
INTEREST = WHOLE // 4


@dataclass(frozen=True, slots=True)
class Tie:
    """``source`` can bear upon ``target``. ``sure``: in every completion; otherwise it may be so."""

    source: str
    target: str
    kind: str
    tier: int
    sure: bool
    facts: tuple[Fact, ...] = ()

    @property
    def is_partner(self) -> bool:
        """Is it a tie of two equals?"""
        return self.kind.startswith(PARTNER)


@dataclass(frozen=True, slots=True)
class Route:
    """Ties from a member of the list to the party, and the tier of the weakest."""

    tier: int
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Counter:
    """Evidence on the way that speaks against the exposure."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """The best way that certainly stands, and a better one that may; counter-evidence met on either."""

    party: str
    certain: Route | None
    possible: Route | None
    counter: tuple[Counter, ...]


@dataclass(frozen=True, slots=True)
class Ties:
    """Every tie of one day by its source. ``public``: states and public bodies."""

    below: dict[str, list[Tie]] = field(default_factory=dict)
    public: frozenset[str] = frozenset()

    def add(self, tie: Tie) -> None:
        """Keep a tie between two different parties."""
        if tie.source and tie.target and tie.source != tie.target:
            self.below.setdefault(tie.source, []).append(tie)


def all_ties(evidence: Evidence, as_of: int, known_at: int, policy: Policy = OPEN) -> Ties:
    """Ties from ownership, deployments, contracts, loans and the alignments of parties, as of one day."""
    kinds = {r.id: r.values["kind"] for r in evidence.dossier.rows["party"]}
    found = Ties(public=frozenset(p for p, kind in kinds.items() if kind in PUBLIC))
    states = {r.values["home"]: r.id for r in evidence.dossier.rows["party"] if r.values["kind"] == "state"}
    parties = set(kinds)

    def facts(table: str) -> Iterable[Fact]:
        return (f for f in evidence.facts(table, policy, as_of, known_at) if f.exists is not False)

    for h in holdings(evidence, as_of, known_at, policy):
        for tie in _of_holding(h):
            found.add(tie)
    for fact in facts("deployment"):
        for tie in _of_deployment(fact, as_of):
            found.add(tie)
    for tie in _of_contracts(list(facts("contract")), list(facts("contract_party"))):
        found.add(tie)
    for fact in facts("loan"):
        found.add(Tie(named(fact, "lender"), named(fact, "borrower"), "lends to", 2, fact.exists is True, (fact,)))
    for fact in facts("alignment"):
        for tie in _of_alignment(fact, states, parties):
            found.add(tie)
    return found


def _of_holding(h: Holding) -> Iterator[Tie]:
    sure = h.sure is True
    if h.interest == "control":
        yield Tie(h.owner, h.owned, "controls", 1, sure, h.facts)
        return
    if h.hi <= 0:
        return
    if h.lo >= INTEREST:
        yield Tie(h.owner, h.owned, "owns", 1, sure, h.facts)
        return
    yield Tie(h.owner, h.owned, "holds shares of", 3, sure, h.facts)
    if h.hi >= INTEREST:
        yield Tie(h.owner, h.owned, "may own", 1, False, h.facts)


def _grave(layer: str) -> bool:
    return bool(layer) and taxonomy()["layers"][layer]["sensitivity"] in {"critical", "high"}


def _of_deployment(fact: Fact, as_of: int) -> Iterator[Tie]:
    vendors, until = fact.value("vendor").allowed, fact.value("in_service_to")
    assert isinstance(vendors, Names) and isinstance(until.allowed, Numbers)  # noqa: S101, PT018
    if vendors.but or (until.readings and until.allowed.hi < as_of):
        return
    sure = fact.exists is True and vendors.is_point and not (until.readings and until.allowed.lo < as_of)
    layer = named(fact, "layer")
    for vendor in sorted(vendors.values):
        for user in {named(fact, "operator"), named(fact, "network_owner")}:
            kind = f"supplies {layer or 'an unstated layer'} to"
            yield Tie(vendor, user, kind, 2 if _grave(layer) else 3, sure, (fact,))
            if not layer:
                yield Tie(vendor, user, "may supply a critical layer to", 2, False, (fact,))
    if named(fact, "network_owner"):
        yield Tie(named(fact, "network_owner"), named(fact, "operator"), "owns the network of", 2, fact.exists is True, (fact,))


def _of_contracts(contracts: list[Fact], parts: list[Fact]) -> Iterator[Tie]:
    by_name = {(f.place, named(f, "name")): f for f in contracts}
    grouped: dict[tuple[str, str], list[Fact]] = {}
    for part in parts:
        grouped.setdefault((part.place, named(part, "contract")), []).append(part)
    for key, members in grouped.items():
        contract = by_name.get(key)
        if contract is not None:
            yield from _of_contract(contract, members)


def _of_contract(contract: Fact, members: list[Fact]) -> Iterator[Tie]:
    stage = contract.value("stage")
    assert isinstance(stage.allowed, Numbers)  # noqa: S101
    rungs = ladder("project")
    signed, ended = rungs.index("signed"), rungs.index("terminated")
    if stage.readings and (stage.allowed.lo >= ended or stage.allowed.hi < 1):
        return
    done = bool(stage.readings) and stage.allowed.lo >= signed and stage.allowed.hi < ended
    tier = 2 if _grave(named(contract, "layer")) else 3
    for a in members:
        for b in members:
            role, other = named(a, "role"), named(b, "role")
            sure = done and a.exists is True and b.exists is True
            facts = (contract, a, b)
            if role in SELLERS and other in USERS:
                yield Tie(named(a, "party"), named(b, "party"), f"{role} under a contract to", tier, sure, facts)
            elif role in FUNDERS and other in USERS:
                yield Tie(named(a, "party"), named(b, "party"), "funds", 2, sure, facts)
            elif role == "manufacturer" and other in BRAND_SELLERS:
                yield Tie(named(a, "party"), named(b, "party"), "is the brand sold by", 3, sure, facts)
            elif role == "host-network" and other in USERS:
                yield Tie(named(a, "party"), named(b, "party"), "carries the traffic of", 2, sure, facts)


def _of_alignment(fact: Fact, states: dict[str, str], parties: set[str]) -> Iterator[Tie]:
    """A memorandum or link named after its other side: ``huawei-mou`` is a tie with ``huawei``."""
    instrument = named(fact, "instrument")
    words = instrument.split("-")
    other = next((p for i in range(len(words) - 1, 0, -1) if (p := "-".join(words[:i])) in parties), "")
    party = named(fact, "party") or states.get(fact.place, "")
    rung = fact.value("rung")
    if not other or not party or not rung.readings:
        return
    assert isinstance(rung.allowed, Numbers)  # noqa: S101
    steps = ladder("event")
    if rung.allowed.hi < steps.index("pledged"):
        return
    sure = fact.exists is True and rung.allowed.lo >= steps.index("signed")
    kind = PARTNER + " (" + "-".join(words[len(other.split("-")) :]) + ") of"
    yield Tie(other, party, kind, 3, sure, (fact,))
    yield Tie(party, other, kind, 3, sure, (fact,))


def route(ties: Ties, begin: Iterable[str], party: str, *, possible: bool) -> Route | None:
    """The best way: of the lowest tier that reaches the party, the one with fewest ties; by name where they are alike.

    A partnership counts only for whoever is a partner, or is controlled by one: the partner of a partner is nobody's tie. What
    a state buys, borrows or signs ends with it: its companies are not exposed to whoever supplies an office of the state.
    """
    start = [(name, True) for name in sorted(begin)]
    for tier in TIERS:
        came: dict[tuple[str, bool], tuple[Tie, tuple[str, bool]] | None] = dict.fromkeys(start)
        waiting = deque(start)
        while waiting:
            here, held = waiting.popleft()
            if here == party:
                return Route(tier, _back(came, (here, held)))
            if here in ties.public and not held:
                continue
            for tie in sorted(ties.below.get(here, ()), key=lambda t: (not t.sure, t.tier, t.target, t.kind)):
                there = (tie.target, held and tie.tier == 1)
                fits = tie.tier <= tier and (tie.sure or possible) and (held or not tie.is_partner)
                if fits and there not in came:
                    came[there] = (tie, (here, held))
                    waiting.append(there)
    return None


def _back(came: dict[tuple[str, bool], tuple[Tie, tuple[str, bool]] | None], end: tuple[str, bool]) -> tuple[Tie, ...]:
    found: list[Tie] = []
    step = came[end]
    while step is not None:
        found.append(step[0])
        step = came[step[1]]
    return tuple(reversed(found))


def exposed_to(evidence: Evidence, ties: Ties, sure: Iterable[str], maybe: Iterable[str], party: str, day: tuple[int, int]) -> Exposure:
    """How a party is exposed to a list, with what speaks against it. ``day``: as of, and known at."""
    begin = sorted(sure)
    certain = route(ties, begin, party, possible=False)
    possible = route(ties, {*begin, *maybe}, party, possible=True)
    if certain and possible and possible.tier >= certain.tier:
        possible = None
    routes = tuple(r for r in (certain, possible) if r)
    counter = [*_other_makes(evidence, routes, {*begin, *maybe}, day), *_denials(routes)]
    return Exposure(party, certain, possible, tuple(counter))


def _other_makes(evidence: Evidence, routes: tuple[Route, ...], listed: set[str], day: tuple[int, int]) -> Iterator[Counter]:
    """Makes other than the list's in the networks on the way: of the layers supplied, or of any where the tie is a partnership."""
    users = {t.target for r in routes if r.tier > 1 for t in r.ties} - listed
    makers = listed | {t.source for r in routes for t in r.ties}
    names = {r.id: str(r.values["name"]) for r in evidence.dossier.rows["party"]}
    layers = set().union(*(_layers(t) for r in routes for t in r.ties))
    for fact in evidence.facts("deployment", OPEN, *day):
        vendors, operator = fact.value("vendor").allowed, named(fact, "operator")
        assert isinstance(vendors, Names)  # noqa: S101
        if not layers & {named(fact, "layer"), ANY_LAYER}:
            continue
        if operator in users and fact.exists and vendors.values and not vendors.but and not vendors.values & {*makers, operator}:
            makes = " or ".join(names.get(v, v) for v in sorted(vendors.values))
            first = min((r.begins for r in fact.rows), key=lambda d: d.lo)
            since = f" since {show_when(first)}" if first.lo > FIRST_DAY else ""
            yield Counter(f"{names.get(operator, operator)}, {_network(fact)}: on record as {makes}{since}", (fact,))


def _network(fact: Fact) -> str:
    """What was deployed, in words: generation, layer, and the asset where it is told apart."""
    layer = named(fact, "layer")
    title = str(taxonomy()["layers"][layer]["title"]) if layer else "equipment"
    asset = named(fact, "asset")
    return f"{named(fact, 'generation').upper()} {title[:1].lower()}{title[1:]}".strip() + (f" ({asset})" if asset else "")


def _layers(tie: Tie) -> set[str]:
    """The layers in which another make would speak against a tie: none where it is no tie of supply."""
    if tie.is_partner:
        return {ANY_LAYER}
    supplied = (f for f in tie.facts if f.table in {"deployment", "contract"}) if tie.tier > 1 else ()
    return {named(f, "layer") or ANY_LAYER for f in supplied}


def _denials(routes: tuple[Route, ...]) -> Iterator[Counter]:
    """Denials and contradictions in the facts that a way rests on."""
    for fact, tie in dict.fromkeys((fact, t) for r in routes for t in r.ties for fact in t.facts):
        if any(row.values["stance"] == "denies" for row in fact.rows):
            yield Counter(f"{tie.source} {tie.kind} {tie.target}: a source denies part of it", (fact,))
        elif any(v.why == "contested" for v in fact.values.values()):
            yield Counter(f"{tie.source} {tie.kind} {tie.target}: sources contradict each other", (fact,))
