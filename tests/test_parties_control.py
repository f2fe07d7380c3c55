"""Verdicts ask of parties through control: the same answers as single majorities on the dossier, and right where those are blind."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from litmus.clauses.clause import Clause
from litmus.clauses.load import load_text
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day
from litmus.facts.dossier import Dossier, locate, read_dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.group import Parties
from ownership_worlds import EARLY, asked, group_of, holds, random_holdings, vertices
from random_worlds import row
from single_majorities import Climber

KNOWN = "2026-11-23"
NAMES = ("alfa", "beta", "gama", "delta")


def parties(*rows: Row) -> Parties:
    ask = asked(*rows)
    return Parties(ask.evidence, ask.as_of, ask.known_at)


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read_dossier([locate("wb6"), locate("eu27")])


@pytest.mark.parametrize("day", [f"{year}-03-10" for year in range(2006, 2027, 2)] + ["2022-03-25", "2024-06-01", "2025-11-19", KNOWN])
@pytest.mark.parametrize("known", ["", KNOWN])
def test_on_the_dossier_control_and_single_majorities_say_the_same(dossier: Dossier, day: str, known: str) -> None:
    """Two readings that share no code, on every party, list and day: the verdicts of the bundled record did not move."""
    days = (parse_day(day), parse_day(known or day))
    evidence = Evidence(dossier)
    plain, ours = Climber(evidence, *days), Parties(evidence, *days)
    lists = sorted({str(r.values["instrument"]) for r in dossier.rows["restriction"]})
    for party in (r.id for r in dossier.rows["party"]):
        assert ours.ultimate_parent(party).values == plain.ultimate_parent(party), party
        for one in lists:
            assert ours.restricted(party, (one,)) is plain.restricted(party, one), (party, one)


def test_where_each_company_has_one_holder_control_is_a_chain_of_single_majorities() -> None:
    """500 forests of exact and doubtful holdings: with one holder a company there is nothing to hold together."""
    for seed in range(500):
        r = Random(seed)
        rows = []
        for n, owned in enumerate(NAMES[1:], start=1):
            if r.random() < 0.8:
                lo = r.choice([10, 50, 51, 100, None])
                hi = None if lo is None or r.random() < 0.5 else r.randint(lo, 100)
                rows.append(holds(r.choice(NAMES[:n]), owned, lo, hi, r.choice(["equity", "voting", "equity"])))
        ask = asked(*rows)
        plain, ours = Climber(ask.evidence, ask.as_of, ask.known_at), Parties(ask.evidence, ask.as_of, ask.known_at)
        for name in NAMES:
            assert ours.ultimate_parent(name).values == plain.ultimate_parent(name), (seed, name)


def test_votes_that_one_group_holds_together_make_a_parent() -> None:
    rows = [holds("alfa", "beta", 60), holds("alfa", "gama", 30), holds("beta", "gama", 30)]
    found = parties(*rows)
    assert found.ultimate_parent("gama").values == {"alfa"}
    ask = asked(*rows)
    assert Climber(ask.evidence, ask.as_of, ask.known_at).ultimate_parent("gama") == {"gama"}  # single majorities do not see it
    assert found.controls("alfa", "gama") is True
    assert len(found.holdings_behind("gama")) == 3


def test_own_shares_do_not_vote() -> None:
    """42 % beside 20 % own shares is 52.5 % of the votes."""
    rows = [holds("alfa", "beta", 42), holds("beta", "beta", 20)]
    assert parties(*rows).ultimate_parent("beta").values == {"alfa"}
    assert parties(rows[0]).ultimate_parent("beta").values == {"beta"}


def test_what_others_hold_leaves_less_room() -> None:
    """At most 60 %, but half are the state's: no majority is possible."""
    rows = [holds("alfa", "gama", 0, 60), holds("state-rs", "gama", 50)]
    assert parties(rows[0]).ultimate_parent("gama").values == {"alfa", "gama"}
    assert parties(*rows).ultimate_parent("gama").values == {"gama"}


def test_a_designation_reaches_what_the_company_holds_together_with_its_daughters() -> None:
    listed = row("restriction", "r1", "EU", vendor="alfa", authority="office", instrument="some-list", rung_lo=5, **EARLY)
    below = [holds("alfa", "beta", 60), holds("alfa", "gama", 30), holds("beta", "gama", 30)]
    found = parties(listed, *below)
    assert found.restricted("gama", ("some-list",)) is True
    assert [f.id for f in found.designations("gama", ("some-list",))] == ["r1"]
    doubtful = parties(listed, below[0], below[1], holds("beta", "gama", 10, 30))
    assert doubtful.restricted("gama", ("some-list",)) is None


def test_who_only_votes_is_judged_by_votes() -> None:
    assert parties(holds("alfa", "beta", 10, interest="voting")).ultimate_parent("beta").values == {"beta"}
    assert parties(holds("alfa", "beta", 60, interest="voting")).ultimate_parent("beta").values == {"alfa"}


def test_a_state_above_two_companies_does_not_make_them_one() -> None:
    below = [holds("alfa", "gama", 30), holds("beta", "gama", 30)]
    found = parties(holds("state-rs", "alfa", 100), holds("state-rs", "beta", 100), *below)
    for name in ("alfa", "beta", "gama"):
        assert found.ultimate_parent(name).values == {name}


def tops(companies: dict[int, dict[int, int]], x: int, n: int) -> set[int]:
    """Ultimate parents in one world: who controls x and is controlled by nobody outside its own ring."""
    under = {i: group_of(companies, {i}, n, "majority") for i in range(n)}
    above = {i for i in range(n) if x in under[i]}
    ring = {i: {j for j in range(n) if j in under[i] and i in under[j]} for i in range(n)}
    return {min(ring[i]) for i in above if all(j in ring[i] for j in range(n) if i in under[j])}


def test_no_world_has_a_parent_that_was_not_possible() -> None:
    """Every corner of the shares of 60 random records: who is the parent there was among the possible ones."""
    for seed in range(60):
        r = Random(seed)
        order = sorted(range(4), key=lambda i: NAMES[i])
        percent = {c: {o: (a // 10_000, b // 10_000) for o, (a, b) in held.items()} for c, held in random_holdings(r, 4, 2).items()}
        holdings = {c: {o: (a * 10_000, b * 10_000) for o, (a, b) in held.items()} for c, held in percent.items()}
        found = parties(*(holds(NAMES[order[o]], NAMES[order[c]], *ends) for c, held in percent.items() for o, ends in held.items()))
        corners = {c: vertices(held) for c, held in holdings.items()}
        for choice in product(*(r.sample(v, min(4, len(v))) for v in corners.values())):
            world = dict(zip(corners, choice, strict=True))
            for x in range(4):
                expected = {NAMES[order[i]] for i in tops(world, x, 4)}
                assert expected <= found.ultimate_parent(NAMES[order[x]]).values, (seed, world, x)


# --- in verdicts


def sites(name: str, vendor: str) -> Row:
    cells = {"operator": "office", "layer": "ran", "asset": name, "vendor": (vendor,), "weight_lo": 50, "weight_unit": "sites"}
    return row("deployment", name, "RS", **cells, **EARLY)


def judged(measure: str, *more: Row) -> Verdict:
    """A third of the sites each for alfa, beta and gama; alfa is on a closed list."""
    head = "litmus: clause/1, id: x, version: 1, status: model, title: T, basis: [{ref: invented, kind: proposal}]"
    clause = load_text(f"{{{head}, {measure}}}", "x.yaml")[0]
    assert isinstance(clause, Clause)
    lists = [
        row("restriction", "listed", "EU", vendor="alfa", authority="office", instrument="list-a", rung_lo=5, **EARLY),
        row("population", "p-list", "EU", over="restriction", closed_by="published-list", scope="list-a", **EARLY),
        row("population", "p-RS", "RS", over="deployment", closed_by="inventory", **EARLY),
    ]
    ask = asked(*lists, sites("d1", "alfa"), sites("d2", "beta"), sites("d3", "gama"), *more)
    return judge(clause, "RS", ask.evidence, Parties(ask.evidence, ask.as_of, ask.known_at))


RAN = "over: deployment, where: {layer: ran}, weight: sites, population: {closed_by: inventory}}"
GROUPS = f"norm: maintain, empty: met, target: {{at_most: 0.5}}, measure: {{kind: max-share, of: vendor.group, {RAN}"
LISTED = f"norm: maintain, empty: met, target: {{at_most: 0.5}}, measure: {{kind: share, count: {{vendor.restricted_by: list-a}}, {RAN}"


@pytest.mark.parametrize("measure", [GROUPS, LISTED], ids=["ultimate parent", "restricted by"])
@pytest.mark.parametrize(
    ("holding", "expected", "reasons"),
    [
        (holds("alfa", "beta", 60), "NOT_MET", False),
        (holds("alfa", "beta", 10, 60), "UNDETERMINED", True),  # a merger that is only possible leaves the verdict open
        (holds("alfa", "beta", 10), "MET", False),
    ],
)
def test_certain_mergers_decide_and_possible_ones_leave_open(measure: str, holding: Row, expected: str, reasons: bool) -> None:
    v = judged(measure, holding)
    assert v.name == expected
    assert ("unresolved-identity" in v.reasons) is reasons
    assert (holding.id in v.evidence) is (expected != "MET")
    if expected != "MET":
        assert "beta" in {m.party for m in v.matches}


def test_a_verdict_names_the_act_and_the_holdings_on_which_a_match_rests() -> None:
    """gama is alfa's only through beta: both holdings and the designation are cited."""
    chain = [holds("alfa", "beta", 60), holds("alfa", "gama", 30), holds("beta", "gama", 30)]
    v = judged(LISTED, *chain)
    found = {m.party: m for m in v.matches}
    assert (v.name, found["gama"].asked, found["gama"].answer) == ("NOT_MET", "restricted by list-a", "yes")
    assert set(found["gama"].rows) == {"listed", *(h.id for h in chain)}
    assert found["alfa"].rows == ("listed",)
