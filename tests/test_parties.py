"""Who belongs to whom, and who is restricted by which act: the two questions that verdicts ask of parties."""

from __future__ import annotations

from itertools import pairwise, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.core.dates import parse_day, parse_days
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.group import Parties
from random_worlds import row

EARLY = {"known_from": parse_days("2019")}
COMPANIES = [row("party", name, kind="company", name=name) for name in ("alfa", "beta", "gama", "mm", "nn")]
OTHERS = [row("party", kind, kind=kind, name=kind) for kind in ("state", "fund", "person", "public-body")]


def parties(*rows: Row, day: str = "2026-11-23", known: str = "") -> Parties:
    """What these rows say of parties on a day, from what was known by another."""
    dossier = Dossier()
    for one in (*COMPANIES, *OTHERS, *rows):
        dossier.rows[one.table].append(one)
    return Parties(Evidence(dossier), parse_day(day), parse_day(known or day))


def holds(owner: str, owned: str, lo: int | None = 1_000_000, hi: int | None = None, interest: str = "equity", **more: Any) -> Row:
    """A holding, in millionths."""
    key = {"owner": owner, "owned": owned, "interest": interest}
    return row("ownership", f"{owner}-{owned}-{interest}", "EU", **key, share_lo=lo, share_hi=hi, **EARLY | more)


def parent(found: Parties, name: str) -> str:
    """The possible ultimate parents, in words."""
    return " or ".join(sorted(found.ultimate_parent(name).values))


# --- ultimate parents


@pytest.mark.parametrize(
    ("lo", "hi", "expected"),
    [
        (500_001, None, "alfa"),
        (500_000, None, "beta"),  # one half is not a majority
        (400_000, 600_000, "alfa or beta"),
        (500_001, 1_000_000, "alfa"),
        (0, 500_000, "beta"),
        (None, None, "alfa or beta"),  # a holding of unknown size may be a majority
    ],
)
def test_more_than_half_makes_a_parent(lo: int | None, hi: int | None, expected: str) -> None:
    assert parent(parties(holds("alfa", "beta", lo, hi)), "beta") == expected


def test_a_party_of_whom_no_holder_is_on_record_is_its_own_parent() -> None:
    assert parent(parties(), "beta") == "beta"
    assert parent(parties(), "never heard of") == "never heard of"


@pytest.mark.parametrize(("interest", "expected"), [("voting", "alfa"), ("control", "alfa"), ("economic", "beta")])
def test_votes_and_control_count_and_a_mere_economic_interest_does_not(interest: str, expected: str) -> None:
    assert parent(parties(holds("alfa", "beta", interest=interest)), "beta") == expected


@pytest.mark.parametrize("owner", ["state", "fund", "person", "public-body"])
def test_two_companies_of_one_state_are_not_one_supplier(owner: str) -> None:
    found = parties(holds(owner, "alfa"), holds(owner, "beta"))
    assert (parent(found, "alfa"), parent(found, "beta")) == ("alfa", "beta")


def test_majorities_are_climbed_to_the_top() -> None:
    found = parties(holds("alfa", "beta", 600_000), holds("beta", "gama", 600_000))
    assert parent(found, "gama") == "alfa"  # though its share multiplied through is 36 per cent
    open_top = parties(holds("alfa", "beta", 400_000, 600_000), holds("beta", "gama"))
    assert parent(open_top, "gama") == "alfa or beta"


def test_companies_that_own_each_other_are_one_group_under_one_name() -> None:
    found = parties(holds("mm", "nn", 600_000), holds("nn", "mm", 600_000))
    assert parent(found, "mm") == parent(found, "nn") == "mm"


def test_a_company_owned_by_a_ring_belongs_to_the_ring() -> None:
    found = parties(holds("mm", "nn", 600_000), holds("nn", "mm", 600_000), holds("nn", "alfa"))
    assert parent(found, "alfa") == parent(found, "mm")


def test_where_one_holds_the_shares_and_another_the_votes_both_may_be_the_parent() -> None:
    rows = [holds("alfa", "gama", 600_000), holds("beta", "gama", 600_000, interest="voting")]
    assert {parent(parties(*order), "gama") for order in permutations(rows)} == {"alfa or beta"}


def test_who_surely_holds_the_majority_leaves_no_room_for_another() -> None:
    """The state holds 58 per cent: a holder of whom only the name is known can't have more than half, so no company stands above."""
    found = parties(holds("state", "gama", 580_000), holds("beta", "gama", None))
    assert parent(found, "gama") == "gama"
    assert parent(parties(holds("beta", "gama", None)), "gama") == "beta or gama"


NAMES = ("alfa", "beta", "gama", "mm")


def parents_in_one_world(links: set[tuple[str, str]], name: str) -> set[str]:
    """Every top above a company when each link is a majority; a ring goes by its first name."""
    reach = {a: {a} for a in NAMES}
    for _ in NAMES:
        for owner, owned in links:
            for below in NAMES:
                if owned in reach[below]:
                    reach[below] |= reach[owner]
    ring = {a: {b for b in reach[a] if a in reach[b]} for a in NAMES}
    return {min(ring[a]) for a in reach[name] if reach[a] == ring[a]}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), st.booleans(), max_size=6))
def test_no_world_has_a_parent_that_was_not_possible(links: dict[tuple[str, str], bool]) -> None:
    """Sure holdings are control edges (several may stand), doubtful ones are a share of up to 60 per cent."""
    links = {(a, b): sure for (a, b), sure in links.items() if a != b}
    rows = [holds(a, b, 0, 600_000) if not sure else holds(a, b, interest="control") for (a, b), sure in links.items()]
    found = parties(*rows)
    doubtful = [link for link, sure in links.items() if not sure]
    for choice in product((True, False), repeat=len(doubtful)):
        world = {link for link, sure in links.items() if sure} | {link for link, on in zip(doubtful, choice, strict=True) if on}
        for name in NAMES:
            assert parents_in_one_world(world, name) <= found.ultimate_parent(name).values


def test_a_holding_counts_from_when_it_held_and_from_when_it_was_known() -> None:
    sold = holds("alfa", "beta", valid_from=parse_days("2020"), valid_to=parse_days("2024-12-31"))
    assert parent(parties(sold, day="2024-06-01"), "beta") == "alfa"
    assert parent(parties(sold, day="2025-01-01"), "beta") == "beta"
    late = holds("alfa", "beta", known_from=parse_days("2026-06-01"))
    assert parent(parties(late, known="2026-05-31"), "beta") == "beta"
    assert parent(parties(late, known="2026-06-01"), "beta") == "alfa"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 5)), min_size=3, max_size=3))
def test_better_evidence_on_a_share_never_brings_in_a_new_parent(tenths: list[tuple[int, int]]) -> None:
    """A chain of three holdings, each between two bounds, then at the lower one."""
    chain = list(pairwise(["alfa", "beta", "gama", "mm"]))
    spans = [(lo * 100_000, min(lo + more, 10) * 100_000) for lo, more in tenths]
    vague = parties(*(holds(*pair, *span) for pair, span in zip(chain, spans, strict=True)))
    exact = parties(*(holds(*pair, lo) for pair, (lo, _) in zip(chain, spans, strict=True)))
    for name in ("beta", "gama", "mm"):
        assert exact.ultimate_parent(name).is_point
        assert exact.ultimate_parent(name).values <= vague.ultimate_parent(name).values


# --- restrictions


def listing(vendor: str, **more: Any) -> Row:
    values = {"vendor": vendor, "authority": "state", "instrument": "list-a", "listed": parse_days("2023-06-15")}
    return row("restriction", f"r-{vendor}", "EU", **EARLY | values | more)


CLOSED = row("population", "p", "EU", over="restriction", closed_by="published-list", scope="list-a", **EARLY)


def test_silence_of_an_open_record_is_not_clearance() -> None:
    assert parties(listing("alfa")).restricted("alfa", ("list-a",)) is True
    assert parties(listing("alfa")).restricted("beta", ("list-a",)) is None
    assert parties(listing("alfa"), CLOSED).restricted("beta", ("list-a",)) is False
    assert parties(listing("alfa"), CLOSED).restricted("alfa", ("list-b",)) is None


def test_one_of_several_instruments_is_enough() -> None:
    found = parties(listing("alfa"), CLOSED)
    assert found.restricted("alfa", ("list-b", "list-a")) is True
    assert found.restricted("beta", ("list-b", "list-a")) is None


def test_a_subsidiary_is_restricted_with_its_parent_and_not_the_other_way_round() -> None:
    found = parties(listing("alfa"), holds("alfa", "beta"), holds("beta", "gama"), CLOSED)
    assert [found.restricted(v, ("list-a",)) for v in ("beta", "gama")] == [True, True]
    below = parties(listing("beta"), holds("alfa", "beta"), CLOSED)
    assert [below.restricted(v, ("list-a",)) for v in ("alfa", "beta")] == [False, True]


def test_a_subsidiary_of_a_listed_company_is_restricted_whoever_owns_that_company() -> None:
    found = parties(listing("beta"), holds("alfa", "beta"), holds("beta", "gama"), CLOSED)
    assert found.restricted("gama", ("list-a",)) is True


def test_a_doubtful_parent_leaves_the_restriction_open() -> None:
    found = parties(listing("alfa"), holds("alfa", "beta", 400_000, 600_000), CLOSED)
    assert found.restricted("beta", ("list-a",)) is None


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        ({}, "2023-06-14", False),
        ({}, "2023-06-15", True),
        ({"listed": parse_days("2023")}, "2023-06-15", None),  # some day of 2023
        ({"until": parse_days("2025-06-30")}, "2025-06-30", True),
        ({"until": parse_days("2025-06-30")}, "2025-07-01", False),
        ({"listed": None}, "2026-01-01", None),  # designated, nobody says since when
        ({"listed": None, "rung_lo": 4}, "2026-01-01", True),
        ({"listed": None, "rung_lo": 1}, "2026-01-01", False),  # proposed is not adopted
        ({"listed": None, "rung_lo": 1, "rung_hi": 5}, "2026-01-01", None),
    ],
)
def test_a_designation_stands_from_its_day_to_its_last(more: dict[str, Any], day: str, expected: bool | None) -> None:
    assert parties(listing("alfa", **more), CLOSED, day=day).restricted("alfa", ("list-a",)) is expected


def test_a_denied_designation_is_none_and_a_disputed_one_is_open() -> None:
    said = {"listed": None}
    no = listing("alfa", stance="denies", **said)
    assert parties(no, CLOSED).restricted("alfa", ("list-a",)) is False
    both = parties(listing("alfa"), listing("alfa", stance="denies", **said), CLOSED)
    assert both.restricted("alfa", ("list-a",)) is None


def test_a_restriction_cites_the_act_it_rests_on() -> None:
    found = parties(listing("alfa"), listing("mm"), holds("alfa", "beta"))
    assert [f.id for f in found.designations("beta", ("list-a",))] == ["r-alfa"]
    assert found.designations("gama", ("list-a",)) == []
