"""Statements of the Beneficial Ownership Data Standard, read into the dossier's tables: nothing lost, nothing counted twice.

The published examples of Open Ownership are read where they are at hand (a folder named in LITMUS_SAMPLES, or
``../shared/data`` beside the project); everything else here is invented.
"""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from litmus.facts.row import Row
from ownership_files import SAMPLES, asked, dossier, faults_of, holding, read, rows_of, statement


@pytest.mark.parametrize(
    ("share", "lo", "hi"),
    [
        ({"exact": 50}, 500_000, None),
        ({"exact": 33.33333}, 333_333, 333_334),  # more digits than are kept: outward
        ({"minimum": 25, "exclusiveMaximum": 50}, 250_000, 499_999),
        ({"exclusiveMinimum": 50, "maximum": 75}, 500_001, 750_000),  # over one half, so a majority
        ({"minimum": 50}, 500_000, 1_000_000),  # one half may be all: no majority
    ],
)
def test_bounds_of_a_share_keep_their_open_ends(share: dict[str, Any], lo: int, hi: int | None) -> None:
    found = read("bods", [holding("a", "b", {"type": "shareholding", "directOrIndirect": "direct", "share": share})])
    assert [(o["share_lo"], o["share_hi"]) for o in rows_of(found, "ownership")] == [(lo, hi)]


@pytest.mark.parametrize("share", [{"exact": 101}, {"exact": -1}, {"exact": "many"}, {"exact": "NaN"}, {"minimum": 60, "maximum": 40}])
def test_what_is_no_share_is_a_fault(share: dict[str, Any]) -> None:
    found = read("bods", [holding("a", "b", {"type": "shareholding", "share": share})])
    assert len(faults_of(found)) == 1
    assert not rows_of(found, "ownership")


def test_an_indirect_holding_is_kept_and_never_added() -> None:
    """A owns B owns C; C also declares A as its indirect owner. Added up, C would belong to A twice."""
    whole = {"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 60}}
    apart = {"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 36}}
    parties = [statement("entity", n, name=n, entityType={"type": "registeredEntity"}) for n in "abc"]
    found = read("bods", [*parties, holding("a", "b", whole), holding("b", "c", whole), holding("a", "c", apart)])
    ask = asked(*found)
    assert ask.owned_by(ask.list_of("bods-a"), "bods-c").answer.share.hi == Fraction(36, 100)
    assert [s["topic"] for s in rows_of(found, "statement")] == ["indirect-interest"]
    assert "36" in rows_of(found, "statement")[0]["text"]


def test_a_record_of_components_gives_only_its_direct_part() -> None:
    one = holding("a", "c", {"type": "shareholding", "share": {"exact": 36}}, componentRecords=["x", "y"])
    assert not rows_of(read("bods", [one]), "ownership")
    one["recordDetails"]["interests"][0]["directOrIndirect"] = "direct"
    assert len(rows_of(read("bods", [one]), "ownership")) == 1


def test_an_owner_who_is_not_specified_is_a_gap_with_its_reason() -> None:
    gap = statement("relationship", "r", subject="a", interestedParty={"reason": "subjectExemptFromDisclosure", "description": "Listed."})
    found = read("bods", [statement("entity", "a", name="Alfa"), gap])
    told = rows_of(found, "statement")[0]
    assert told["topic"] == "ownership-gap-subject-exempt-from-disclosure"
    assert told["party"] == "bods-a"
    assert "Listed." in told["text"]
    assert told["text"] in asked(*found).unknown_about("bods-a")


def test_a_change_of_shares_ends_the_old_one_the_day_before() -> None:
    def says(day: str, share: int, **more: Any) -> dict[str, Any]:
        interest = {"type": "shareholding", "directOrIndirect": "direct", "startDate": "2019-01-01", "share": {"exact": share}}
        return holding("a", "b", interest, statementDate=day, **more)

    found = read("bods", [says("2019-02-01", 100), says("2022-03-10", 40), says("2023-05-05", 40, recordStatus="closed")])
    shares = {}
    for day in ("2020-01-01", "2022-03-09", "2022-03-10", "2023-05-04", "2023-05-05"):
        ask = asked(*found, day=day)
        shares[day] = ask.owned_by(ask.list_of("bods-a"), "bods-b").answer.share.lo
    assert list(shares.values()) == [1, 1, Fraction(2, 5), Fraction(2, 5), 0]
    assert not dossier(*found).faults


def test_seats_and_roles_are_ties_and_not_shares() -> None:
    found = read("bods", [holding("a", "b", {"type": "boardMember", "share": {"exact": 50}})])
    assert not rows_of(found, "ownership")
    assert rows_of(found, "alignment")[0]["instrument"] == "bods-a-board-member"
    ask = asked(*found)
    assert ask.exposed_to(ask.list_of("bods-a"), "bods-b").certain.tier == 3  # type: ignore[union-attr]


def test_an_older_standard_and_nonsense_are_refused_by_line() -> None:
    found = read("bods", [{"statementID": "x", "statementType": "entityStatement"}, {"recordType": "entity"}, statement("ghost", "g")])
    assert [f.line for f in faults_of(found)] == [1, 2, 3]
    assert "convert it to 0.4" in faults_of(found)[0].expected


def test_a_broken_line_costs_one_line() -> None:
    found = read("bods", json.dumps(statement("entity", "a", name="A")) + "\n{broken\n" + json.dumps(statement("entity", "b", name="B")))
    assert [f.line for f in faults_of(found)] == [2]
    assert [p["name"] for p in rows_of(found, "party")] == ["A", "B"]


def test_a_package_a_list_and_lines_say_the_same() -> None:
    objects = [statement("entity", n, name=n) for n in "ab"] + [holding("a", "b", {"type": "shareholding", "share": {"exact": 5}})]
    shapes = ["\n".join(map(json.dumps, objects)), json.dumps(objects), json.dumps({"statements": objects}, indent=1)]
    said = [[(r.table, r.id, r.values) for r in read("bods", text) if isinstance(r, Row)] for text in shapes]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 3


BODS = sorted((SAMPLES / "bods").glob("*.json"))


@pytest.mark.skipif(not BODS, reason="the examples of Open Ownership are not at hand (LITMUS_SAMPLES)")
def test_the_published_examples_are_read_without_loss() -> None:
    seen = Counter()
    over = []
    for path in BODS:
        count = len(json.loads(path.read_text("utf-8")))
        found = read("bods", path.read_bytes())
        assert {x.line for x in found} == set(range(1, count + 1)), path.name
        assert not faults_of(found), path.name
        over += [path.name for f in dossier(*found).faults if "add up to" in f.expected]
        seen += Counter(r.table for r in found if isinstance(r, Row))
    assert len(BODS) == 19
    assert set(over) == {"tecido.json"}  # its newest statements overlap by a few days, and the overlap is told
    assert seen["statement"] == 9  # six indirect interests, two gaps with a reason, one relationship without interests


@pytest.mark.skipif(not BODS, reason="the examples of Open Ownership are not at hand (LITMUS_SAMPLES)")
def test_the_finnish_state_company_is_wholly_the_states() -> None:
    """Republic → ministry (commanded) → Gasgrid, 76.5 % through a company and 23.5 % directly: all of it."""
    ask = asked(*read("bods", (SAMPLES / "bods" / "bods-package-fi-soe.json").read_bytes()))
    republic, ministry, gasgrid = "bods-05ce06ec97b1", "bods-7ff95ba3682c", "bods-19f1c5afe9d7"
    assert ask.owned_by(ask.list_of(ministry), gasgrid).answer.share.lo == 1
    assert ask.owned_by(ask.list_of(republic), gasgrid).answer.share.lo == 0  # it commands the ministry, and holds no share
    for above in (republic, ministry):
        assert ask.controlled_by(ask.list_of(above), gasgrid).rounds.truth(ask.party(gasgrid)) is True
