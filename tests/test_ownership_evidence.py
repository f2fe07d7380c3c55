"""Ownership, control and exposure asked of evidence: dates, lists, ties, counter-evidence, drawings. All companies are invented."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from fractions import Fraction
from typing import Any

import pytest

from litmus.core.dates import parse_days
from litmus.facts.row import Row
from litmus.parties.answers import Answers
from litmus.publish.ownership_text import show_share
from litmus.publish.paths_svg import drawn_control, drawn_exposure, drawn_owned
from ownership_worlds import EARLY, asked, holds, span, truth
from random_worlds import row


def test_a_holding_is_true_from_one_day_and_known_from_another() -> None:
    bought = holds("alfa", "beta", 60, valid_from=parse_days("2020-03"), known_from=parse_days("2021-01-01"))
    assert truth(asked(bought, day="2020-02-01", known="2022-01-01"), "alfa", "beta") is False
    assert truth(asked(bought, day="2020-03-15", known="2022-01-01"), "alfa", "beta") is None  # some day of March
    assert truth(asked(bought, day="2020-05-01", known="2022-01-01"), "alfa", "beta") is True
    assert truth(asked(bought, day="2020-05-01"), "alfa", "beta") is False  # nobody could know it yet


def test_places_speak_of_one_holding() -> None:
    same = [holds("alfa", "beta", 60, place="RS"), holds("alfa", "beta", 55, 65, place="HU")]
    assert span(asked(*same), "alfa", "beta")[:2] == (Fraction(60, 100), Fraction(60, 100))
    contrary = [holds("alfa", "beta", 60, place="RS"), holds("alfa", "beta", 40, place="HU")]
    assert span(asked(*contrary), "alfa", "beta")[:2] == (Fraction(40, 100), Fraction(60, 100))
    assert truth(asked(*contrary), "alfa", "beta") is None


def test_votes_decide_where_a_source_speaks_of_them() -> None:
    shares = [holds("alfa", "gama", 60), holds("beta", "gama", 40)]
    ask = asked(*shares)
    assert truth(ask, "alfa", "gama") is True
    assert "votes" in ask.unknown_about("gama")[0]
    ask = asked(*shares, holds("beta", "gama", 70, interest="voting"))
    assert (truth(ask, "alfa", "gama"), truth(ask, "beta", "gama")) == (False, True)
    assert ask.unknown_about("gama") == ()


def test_command_without_a_share_leaves_the_share_open() -> None:
    ask = asked(holds("alfa", "beta", None, interest="control"), holds("gama", "beta", 30))
    assert truth(ask, "alfa", "beta") is True
    assert span(ask, "alfa", "beta") == (0, Fraction(7, 10), 1)  # gama may belong to anyone, alfa included


def test_a_denied_holding_is_no_holding() -> None:
    ask = asked(holds("alfa", "beta", None, interest="control", stance="denies"))
    assert truth(ask, "alfa", "beta") is False


def test_totals_over_the_whole_are_told_and_nothing_rests_on_them() -> None:
    ask = asked(holds("alfa", "gama", 80), holds("beta", "gama", 70))
    assert "150 %" in ask.unknown_about("gama")[0]
    assert truth(ask, "alfa", "gama") is None


def test_lists_are_parties_instruments_and_states() -> None:
    named = row("restriction", "r1", "EU", vendor="alfa", authority="office", instrument="some-list", listed=parse_days("2020"), **EARLY)
    open_ = row("restriction", "r2", "EU", vendor="beta", authority="office", instrument="some-list", rung_lo=1, rung_hi=7, **EARLY)
    others = row("restriction", "r3", "EU", authority="office", instrument="some-list", rung_lo=5, **EARLY)
    ask = asked(named, open_, others, holds("beta", "gama", 60))
    found = ask.list_of("some-list")
    assert (found.sure, found.maybe, found.others) == (("alfa",), ("beta",), True)
    assert truth(ask, "some-list", "gama") is None
    assert ask.list_of("state:RS").sure == ("state-rs",)
    assert ask.list_of("public:RS").sure == ("office", "state-rs")
    for wrong, words in (("alfy", "did you mean 'alfa'"), ("stat:RS", "did you mean 'state'"), ("state:FR", "no party of kind state")):
        with pytest.raises(ValueError, match=words):
            ask.list_of(wrong)


def supply(vendor: str | tuple[str, ...], operator: str, layer: str | None, **more: Any) -> Row:
    vendors = vendor if isinstance(vendor, tuple) else (vendor,)
    return row("deployment", f"d-{vendor}-{layer}", "RS", operator=operator, layer=layer, vendor=vendors, **EARLY | more)


def tier(ask: Answers, listed: str, party: str) -> tuple[int | None, int | None]:
    found = ask.exposed_to(ask.list_of(listed), party)
    return (found.certain and found.certain.tier, found.possible and found.possible.tier)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([holds("alfa", "beta", 60)], (1, None)),
        ([holds("alfa", "beta", 25)], (1, None)),  # an ownership interest
        ([holds("alfa", "beta", 24)], (3, None)),
        ([holds("alfa", "beta", 10, 60)], (3, 1)),
        ([holds("alfa", "beta", None)], (3, 1)),
        ([supply("alfa", "beta", "core")], (2, None)),
        ([supply("alfa", "beta", "smart-city")], (3, None)),
        ([supply("alfa", "beta", None)], (3, 2)),  # a layer that is not stated may be a critical one
        ([supply(("alfa", "gama"), "beta", "core")], (None, 2)),  # one of two makes
        ([row("loan", "l", "RS", name="l", lender="alfa", borrower="beta", quantity="contracted", **EARLY)], (2, None)),
        ([row("alignment", "m", "RS", party="beta", instrument="alfa-mou", rung_lo=3, rung_hi=7, **EARLY)], (3, None)),
        ([row("alignment", "m", "RS", party="beta", instrument="alfa-mou", rung_lo=1, rung_hi=3, **EARLY)], (None, 3)),
        ([], (None, None)),
    ],
)
def test_the_kind_of_a_tie_decides_the_tier(rows: list[Row], expected: tuple[int | None, int | None]) -> None:
    assert tier(asked(*rows), "alfa", "beta") == expected


def test_a_way_is_as_strong_as_its_weakest_tie_and_the_shortest_is_shown() -> None:
    partner = row("alignment", "m", "RS", party="beta", instrument="alfa-mou", rung_lo=3, **EARLY)
    ask = asked(partner, holds("beta", "gama", 100), supply("alfa", "delta", "core"), holds("delta", "gama", 100))
    found = ask.exposed_to(ask.list_of("alfa"), "gama").certain
    assert found is not None
    assert (found.tier, [t.target for t in found.ties]) == (2, ["delta", "gama"])


def test_the_partner_of_a_partner_is_nobodys_tie() -> None:
    first = row("alignment", "m1", "RS", party="beta", instrument="alfa-mou", rung_lo=3, **EARLY)
    second = row("alignment", "m2", "RS", party="gama", instrument="beta-mou", rung_lo=3, **EARLY)
    assert tier(asked(first, second), "alfa", "gama") == (None, None)
    assert tier(asked(first, second), "beta", "gama") == (3, None)


def test_what_a_state_buys_is_no_tie_of_its_companies() -> None:
    bought = row("deployment", "d", "RS", operator="state-rs", layer="cloud", vendor=("alfa",), **EARLY)
    ask = asked(bought, holds("state-rs", "beta", 100), holds("alfa", "gama", 60))
    assert tier(ask, "alfa", "state-rs") == (2, None)
    assert tier(ask, "alfa", "beta") == (None, None)
    assert tier(ask, "state:RS", "beta") == (1, None)  # what the state owns is the state's


def test_another_make_speaks_against_a_supplier_of_the_same_layer_only() -> None:
    ask = asked(supply("alfa", "gama", "core"), supply("delta", "gama", "core", asset="south"), supply("delta", "gama", "ran"))
    against = ask.exposed_to(ask.list_of("alfa"), "gama").counter
    assert [c.text for c in against] == ["gama, core network functions (south): on record as delta"]
    lent = row("loan", "l", "RS", name="l", lender="alfa", borrower="beta", quantity="contracted", **EARLY)
    owed = asked(lent, supply("delta", "beta", "core"))
    assert owed.exposed_to(owed.list_of("alfa"), "beta").counter == ()


def test_other_makes_and_denials_speak_against() -> None:
    partner = row("alignment", "m", "RS", party="beta", instrument="alfa-mou", rung_lo=3, **EARLY)
    found_on = asked(partner, holds("beta", "gama", 100), supply("delta", "gama", "ran"))
    against = found_on.exposed_to(found_on.list_of("alfa"), "gama").counter
    assert [c.text for c in against] == ["gama, radio access network: on record as delta"]
    denied = asked(holds("alfa", "beta", 60), holds("alfa", "beta", 90, stance="denies"))
    assert "denies" in denied.exposed_to(denied.list_of("alfa"), "beta").counter[0].text


def test_the_brand_behind_a_reseller() -> None:
    contract = row("contract", "c", "RS", name="cameras", sector="cctv", layer="cctv", stage=4, **EARLY)
    parts = [
        row("contract_party", f"p-{party}", "RS", contract="cameras", party=party, role=role, **EARLY)
        for party, role in (("alfa", "manufacturer"), ("beta", "reseller"), ("office", "buyer"))
    ]
    ask = asked(contract, *parts)
    assert tier(ask, "alfa", "office") == (2, None)
    assert tier(ask, "alfa", "beta") == (3, None)


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert [show_share(x) for x in (0, 1, Fraction(1, 10**9), 1 - Fraction(1, 10**9), Fraction(1, 3))] == [
        "0 %", "100 %", "under 0.001 %", "over 99.999 %", "33.333 %",
    ]  # fmt: skip


def test_drawings_say_in_words_what_they_draw() -> None:
    rows = [holds("alfa", "beta", 60), holds("beta", "gama", 0, 70, valid_from=parse_days("2020-03"))]
    partner = row("alignment", "m", "RS", party="alfa", instrument="delta-mou", rung_lo=3, **EARLY)
    ask = asked(*rows, partner)
    found = ask.list_of("alfa")
    drawings = [drawn_owned(ask, found, ask.owned_by(found, "gama")), drawn_control(ask, found, ask.controlled_by(found, "gama"))]
    drawings.append(drawn_exposure(ask, found, ask.exposed_to(found, "gama")))
    for text in drawings:
        root = ET.fromstring(text)  # noqa: S314 - our own drawing
        words = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text"))
        alt = root.attrib["aria-label"]
        for name in ("alfa", "beta", "gama"):
            assert name in words
            assert name in alt
        assert "from 2020-03" in words
        assert "beta-gama-equity" in words
    assert "may control" in drawings[1]
    assert "stroke-dasharray" in drawings[1]
    nobody = ask.list_of("delta")
    with pytest.raises(ValueError, match="nothing to draw"):
        drawn_owned(ask, nobody, ask.owned_by(nobody, "gama"))
