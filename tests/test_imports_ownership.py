"""GLEIF, FollowTheMoney, OpenSanctions and plain tables, read into the dossier's tables: nothing lost, nothing counted twice.

The published samples of GLEIF are read where they are at hand (a folder named in LITMUS_SAMPLES, or ``../shared/data``
beside the project); everything else here is invented.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.core.dates import parse_day, parse_days
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.party_rows import RefusedError, party_id, read_percent
from litmus.imports.records import xml_records
from ownership_files import SAMPLES, asked, dossier, faults_of, read, rows_of, thing

CHILD, PARENT = "00EHHQ2ZHDCFXJCPCL46", "YVC19L6NOWRA51XIKW06"


def relation(kind: str = "IS_DIRECTLY_CONSOLIDATED_BY", status: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    periods = [{"StartDate": "2010-01-01T00:00:00Z", "EndDate": "2010-12-31T00:00:00Z", "PeriodType": "ACCOUNTING_PERIOD"}]
    periods.append({"StartDate": "2012-11-29T00:00:00.000Z", "PeriodType": "RELATIONSHIP_PERIOD"})
    told = {"StartNode": {"NodeID": CHILD}, "EndNode": {"NodeID": PARENT}, "RelationshipType": kind, "RelationshipStatus": status}
    registration = {"LastUpdateDate": "2023-05-18T15:41:20Z", "RegistrationStatus": "PUBLISHED"} | more
    return {"Relationship": told | {"RelationshipPeriods": periods}, "Registration": registration}


def test_a_direct_parent_commands_and_holds_no_share() -> None:
    found = read("gleif", [relation()])
    told = rows_of(found, "ownership")[0]
    assert (told["owner"], told["owned"]) == (f"lei-{PARENT.lower()}", f"lei-{CHILD.lower()}")
    assert (told["interest"], told["share_lo"]) == ("control", None)
    assert told["valid_from"] == parse_days("2012-11-29")  # the relationship's own period, not the accounting period


def test_the_ultimate_parent_adds_nothing_and_a_fund_manager_owns_nothing() -> None:
    found = read("gleif", [relation("IS_ULTIMATELY_CONSOLIDATED_BY"), relation("IS_FUND-MANAGED_BY"), relation("IS_SUBFUND_OF")])
    assert not rows_of(found, "ownership")
    assert rows_of(found, "statement")[0]["topic"] == "ultimate-parent"
    assert len(rows_of(found, "alignment")) == 2


def test_what_has_ended_ends_and_what_was_withdrawn_is_a_fault() -> None:
    ended = rows_of(read("gleif", [relation(status="INACTIVE")]), "ownership")[0]
    assert ended["valid_to"].hi == parse_day("2023-05-18")
    assert len(faults_of(read("gleif", [relation(RegistrationStatus="ANNULLED")]))) == 1
    assert len(faults_of(read("gleif", [relation("IS_FRIEND_OF")]))) == 1


def test_columns_of_the_csv_name_their_period_by_type() -> None:
    head = "Relationship.StartNode.NodeID,Relationship.EndNode.NodeID,Relationship.RelationshipType,Relationship.RelationshipStatus,"
    head += "Relationship.Period.1.startDate,Relationship.Period.1.endDate,Relationship.Period.1.periodType,"
    head += "Relationship.Period.2.startDate,Relationship.Period.2.endDate,Relationship.Period.2.periodType\n"
    line = f"{CHILD},{PARENT},IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE,2010-01-01,2010-12-31,ACCOUNTING_PERIOD,2012-11-29,,RELATIONSHIP_PERIOD\n"
    assert rows_of(read("gleif", head + line + "too,few\n"), "ownership")[0]["valid_from"] == parse_days("2012-11-29")
    assert len(faults_of(read("gleif", head + line + "too,few\n"))) == 1


def test_a_reporting_exception_is_a_gap() -> None:
    told = [{"LEI": CHILD, "ExceptionCategory": "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT", "ExceptionReason": "NO_KNOWN_PERSON"}]
    found = read("gleif", told)
    assert rows_of(found, "statement")[0]["topic"] == "ownership-gap-no-known-person"
    csv = f"LEI,Exception.Category,Exception.Reason.1\n{CHILD},DIRECT_ACCOUNTING_CONSOLIDATION_PARENT,NO_KNOWN_PERSON\n"
    assert rows_of(read("gleif", csv), "statement")[0]["text"] == rows_of(found, "statement")[0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x><Exception>&a;</Exception></x>',
        '<!DOCTYPE x SYSTEM "file:///etc/hosts"><x/>',
        "<x>" + "<y>" * 60 + "</y>" * 60 + "</x>",
        "<x><Exception>" + "a" * 2_000_000 + "</Exception></x>",
        "<x><Exception>",
    ],
)
def test_hostile_xml_is_refused_and_never_crashes(text: str) -> None:
    found = list(xml_records(io.BytesIO(text.encode()), "x", frozenset({"Exception"})))
    assert [type(f) for f in found] == [Fault]


GLEIF = sorted(p for p in (SAMPLES / "gleif").glob("*") if "-out" not in p.name)


@pytest.mark.skipif(not GLEIF, reason="the samples of GLEIF are not at hand (LITMUS_SAMPLES)")
def test_the_samples_of_gleif_are_read_without_loss_and_alike_from_json_and_xml() -> None:
    said: dict[str, Counter[tuple[str, str]]] = {}
    for path in GLEIF:
        found = read("gleif", path.read_bytes())
        assert not faults_of(found), path.name
        assert not dossier(*found).faults, path.name
        said[path.name] = Counter((r.table, r.id) for r in found if isinstance(r, Row))
        if path.suffix == ".json":
            assert len({x.line for x in found}) == len(json.loads(path.read_text("utf-8")))
    both = [name for name in said if name.endswith(".json") and name.replace(".json", ".xml") in said]
    assert len(both) == 9
    assert all(said[name] == said[name.replace(".json", ".xml")] for name in both)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("58.06", (580_600, 580_600)),
        (">50", (500_001, 1_000_000)),
        (">= 50 %", (500_000, 1_000_000)),
        ("<25%", (0, 249_999)),
        ("25-50", (250_000, 500_000)),
        ("25,5 – 50 %", (255_000, 500_000)),
        ("a majority", None),
    ],
)
def test_percentages_are_free_text(text: str, expected: tuple[int, int] | None) -> None:
    assert read_percent(text, "percentage") == expected


def test_ownership_control_and_links_from_ftm() -> None:
    found = read(
        "ftm",
        [
            thing("Company", "NK-a", name="Alfa", country="rs", leiCode=CHILD, alias=["Alpha", "Алфа"]),
            thing("Company", "NK-b", name="Beta"),
            thing("Ownership", "o1", owner="NK-a", asset="NK-b", percentage="58.06", startDate="2019"),
            thing("Ownership", "o2", owner="NK-a", asset="NK-b", percentage="90", ownershipType="ultimate beneficial"),
            thing("Control", "c1", controller="NK-a", controlled="NK-b"),
            thing("UnknownLink", "u1", subject="NK-a", object="NK-z", role="met"),
            thing("Debt", "d1", creditor="NK-z", debtor="NK-b", amount="12.5", currency="EUR"),
            thing("Contract", "k1", title="Cameras", authority="NK-z"),
            thing("ContractAward", "w1", supplier="NK-b", contract="k1"),
            thing("Address", "x1", full="Somewhere 1"),
            thing("Ownership", "o3", owner="NK-a"),
        ],
    )
    assert [f.line for f in faults_of(found)] == [10, 11]
    assert {x.line for x in found} == set(range(1, 12))
    owned = rows_of(found, "ownership")
    assert [(o["interest"], o["share_lo"]) for o in owned] == [("equity", 580_600), ("control", None)]
    assert rows_of(found, "statement")[0]["topic"] == "indirect-interest"
    assert rows_of(found, "loan")[0]["amount_lo"] == 1_250
    assert not dossier(*found).faults
    ask = asked(*found)
    assert ask.exposed_to(ask.list_of(party_id("ftm", "NK-z")), party_id("ftm", "NK-b")).certain.tier == 2  # type: ignore[union-attr]


def sanctioned() -> list[dict[str, Any]]:
    sanction = thing("Sanction", "s1", entity="NK-a", authority="Office of Lists", program="Chips", startDate="2021-03-12")
    return [thing("Company", "NK-a", name="Alfa", topics="sanction"), sanction]


def test_a_sanction_is_a_restriction_and_names_its_list() -> None:
    found = read("opensanctions", sanctioned())
    told = rows_of(found, "restriction")[0]
    assert (told["instrument"], told["entity_named"], told["authority"]) == ("chips", "yes", "os-authority-office-of-lists")
    ask = asked(*found)
    assert ask.list_of("chips").sure == (party_id("os", "NK-a"),)


def test_the_nested_file_repeats_neighbours_and_each_is_read_once() -> None:
    company, sanction = sanctioned()
    company["properties"]["sanctions"] = [sanction]
    other = thing("Company", "NK-b", name="Beta", sanctions=[sanction])
    found = read("opensanctions", [company, other])
    assert len(rows_of(found, "restriction")) == 1
    assert not faults_of(found)
    assert not dossier(*found).faults


def test_the_simple_table_of_targets() -> None:
    text = "id,schema,name,aliases,countries,identifiers,sanctions,dataset\n"
    text += 'NK-a,Company,Alfa,"Alpha;""Al;fa""",cn,123,Listed 2021,Some List\n'
    text += "NK-v,Vessel,Boat,,,,,Some List\n"
    found = read("opensanctions", text)
    assert [a["name"] for a in rows_of(found, "alias")] == ["Alpha", "Al;fa"]
    assert rows_of(found, "restriction")[0]["instrument"] == "some-list"
    assert [f.line for f in faults_of(found)] == [3]


def test_a_plain_table_of_holdings() -> None:
    text = "owner,owned,share,interest,valid_from,valid_to\nRepublika,Firma,58.11,,2021-07,\nBanka,Firma,>50,voting,,\n"
    text += "Banka,Firma,120,,,\nBanka,Firma,5,loot,,\nBanka,Firma,5,,2021,2019\nBanka,,5,,,\n"
    found = read("holdings", text)
    assert [(o["interest"], o["share_lo"], o["share_hi"]) for o in rows_of(found, "ownership")] == [
        ("equity", 581_100, None),
        ("voting", 500_001, 1_000_000),
    ]
    assert [(f.line, f.column) for f in faults_of(found)] == [(4, "share"), (5, "interest"), (6, "valid_to"), (7, "owned")]
    assert not dossier(*found).faults


@given(st.lists(st.text(min_size=1, max_size=100), unique=True, max_size=8))
@settings(max_examples=200, deadline=None)
def test_ids_of_different_parties_differ(names: list[str]) -> None:
    """Letter case alone does not make another party of one publisher (LEIs come in both); everything else does."""
    ids = {}
    for name in names:
        try:
            ids[name] = party_id("x", name)
        except RefusedError:
            assert not name.strip()
    alike = {n: n.strip().lower() for n in ids}
    assert len(set(ids.values())) >= len({alike[n] for n in ids if alike[n].isascii()} - {""}) or len(ids) <= 1


KEYS = (
    "recordType recordId recordDetails interests share exact type subject interestedParty id schema properties owner asset percentage "
    "LEI Entity Relationship StartNode NodeID"
)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.text(max_size=6),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), x, max_size=5),
    max_leaves=12,
)


@given(st.sampled_from(["bods", "gleif", "ftm", "opensanctions"]), st.lists(_JSON, min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_no_object_crashes_a_reader_or_passes_unseen(kind: str, objects: list[Any]) -> None:
    found = read(kind, "[" + ",".join(json.dumps(o) for o in objects) + "]")
    assert {x.line for x in found} >= set(range(1, len(objects) + 1))
