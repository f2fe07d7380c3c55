"""What a party's page shows of ownership, control and exposure: the three parties of the essay, from the dossier."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from litmus.core.dates import parse_day
from litmus.facts.dossier import locate, read_dossier
from litmus.facts.evidence import Evidence
from litmus.parties.answers import Answers
from litmus.publish.party_ways import SHOWN, PartyWays, party_ways

DAY = parse_day("2026-11-23")


@pytest.fixture(scope="module")
def ask() -> Answers:
    return Answers(Evidence(read_dossier([locate("wb6"), locate("eu27")])), DAY, DAY)


def found(ask: Answers, party: str) -> dict[str, PartyWays]:
    return {w.anchor: w for w in party_ways(ask, party)}


def test_telekom_srbija_belongs_to_the_state_beyond_its_printed_share(ask: Answers) -> None:
    ways = found(ask, "telekom-srbija")
    assert list(ways) == ["controlled-state-rs", "owned-state-rs", "exposed-huawei"]
    assert ways["owned-state-rs"].answer.startswith("72.638 % of Telekom Srbija a.d. belongs to Republic of Serbia")
    assert "own shares set aside" in ways["owned-state-rs"].svg
    assert "rs-ownership-001 · equity 58.11 %" in ways["owned-state-rs"].svg


def test_one_albania_is_controlled_by_word_and_exposed_through_its_owner(ask: Answers) -> None:
    ways = found(ask, "one-albania")
    assert "rests on a source that names who is in control" in ways["controlled-4ig"].answer
    assert "Against it" in ways["exposed-huawei"].svg
    assert "c-2023-4049" in ways["exposed-huawei"].answer


def test_of_macchina_security_nothing_is_certain(ask: Answers) -> None:
    ways = found(ask, "macchina-security")
    assert "Nobody on record" in ways["controlled"].answer
    assert "may be exposed to Zhejiang Dahua" in ways["exposed-dahua"].answer
    assert "stroke-dasharray" in ways["exposed-dahua"].svg


def test_every_party_of_the_record_has_its_ways_and_each_drawing_its_words(ask: Answers) -> None:
    for party in (r.id for r in ask.evidence.dossier.rows["party"]):
        ways = party_ways(ask, party)
        assert ways
        assert len(ways) <= 3 * SHOWN + 1
        for one in ways:
            assert one.answer.endswith(".")
            if one.svg:
                assert ET.fromstring(one.svg).attrib["aria-label"]  # noqa: S314 - our own drawing


NASTY = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=alert(1)>", "]]>&lt;b&gt;"]


@pytest.mark.parametrize("name", NASTY)
def test_a_hostile_name_stays_a_name_in_every_drawing(name: str) -> None:
    dossier = read_dossier([locate("wb6"), locate("eu27")])
    for row in dossier.rows["party"]:
        row.values["name"] = name
    asked = Answers(Evidence(dossier), DAY, DAY)
    drawings = [w.svg for party in ("telekom-srbija", "one-albania", "macchina-security") for w in party_ways(asked, party) if w.svg]
    assert drawings
    for svg in drawings:
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()}  # noqa: S314 - our own drawing
        assert tags <= {"svg", "title", "desc", "rect", "text", "line", "path", "g"}
        assert "<script" not in svg
        assert "<img" not in svg
