"""The evidence that ships: cited, mapped to the essay and to the research, conflicts in plain sight."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from litmus.core.dates import parse_day
from litmus.facts.dossier import bundled, read_dossier
from litmus.facts.evidence import Evidence, Policy
from litmus.facts.schema import tables
from litmus.publish.essay import page, read_essay

ROOT = Path(__file__).parent.parent
CLAIMS = ROOT.parent / "shared" / "evidence" / "claims.csv"
DOSSIER = read_dossier([bundled("wb6"), bundled("eu27")])
FACTS = {r.id: r for name, rows in DOSSIER.rows.items() if tables()[name].is_fact for r in rows}


def rows_of(name: str) -> list[dict[str, str]]:
    found = []
    for path in sorted([*bundled("wb6").rglob(name), *bundled("eu27").rglob(name)]):
        with path.open(encoding="utf-8", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found


@pytest.mark.parametrize("names", [("wb6",), ("eu27",), ("wb6", "eu27")])
def test_each_dossier_is_free_of_faults(names: tuple[str, ...]) -> None:
    assert [str(f) for f in read_dossier([bundled(n) for n in names]).faults] == []


def test_it_is_as_large_as_it_claims() -> None:
    assert len(FACTS) >= 900
    assert sum(1 for s in DOSSIER.rows["source"] if s.values["address"].startswith("http")) >= 450


def test_every_fact_has_a_source_and_every_source_is_used() -> None:
    used = {r.values["source"] for r in FACTS.values()}
    sources = {s.id for s in DOSSIER.rows["source"]}
    assert used <= sources
    mirrored = {s.values["mirrors"] for s in DOSSIER.rows["source"]}
    assert sources - used - mirrored == set()


def test_every_claim_of_the_essay_is_accounted_for() -> None:
    claims = read_essay(bundled("wb6") / "essay.csv")
    assert [c.id for c in claims] == [f"S{n:03d}" for n in range(1, 168)]
    for c in claims:
        assert c.facts or c.why_not, c.id
        assert set(c.facts) <= set(FACTS), c.id
        assert c.status == "not-checkable" or c.record, c.id
    assert sum(c.status != "not-checkable" for c in claims) >= 154


def test_the_essay_page_is_in_step() -> None:
    assert (ROOT / "docs" / "essay.md").read_text("utf-8").strip() == page(read_essay(bundled("wb6") / "essay.csv")).strip(), (
        "run `make docs`"
    )


def test_research_lines_name_facts_that_exist() -> None:
    lines = rows_of("research.csv")
    assert len(lines) == len({row["claim"] for row in lines})
    for row in lines:
        facts = [f for f in row["facts"].split("|") if f]
        assert set(facts) <= set(FACTS), row
        assert facts or row["note"], row


def test_conflicts_are_contested_facts_or_say_why_not() -> None:
    evidence = Evidence(DOSSIER)
    contested: set[str] = set()
    for year in range(2015, 2027):
        day = parse_day(f"{year}-11-23")
        for table in tables().values():
            if table.is_fact:
                for fact in evidence.facts(table.name, Policy(), day, parse_day("2026-11-23")):
                    if any(v.why == "contested" for v in fact.values.values()):
                        contested |= {r.id for r in fact.rows}
    lines = rows_of("conflicts.csv")
    assert len(lines) == 47
    for row in lines:
        named = {f for f in row["facts"].split("|") if f}
        assert named <= set(FACTS), row["id"]
        assert named & contested or row["note"], row["id"]
    assert sum(1 for row in lines if {f for f in row["facts"].split("|") if f} & contested) >= 20


@pytest.mark.skipif(not CLAIMS.exists(), reason="the research file is not beside this checkout")
def test_no_address_was_invented() -> None:
    """Every address stands in the research, or its row says when and how it was read."""
    with CLAIMS.open(encoding="utf-8", newline="") as stream:
        claims = list(csv.DictReader(stream))
    known = {c["source_url"].strip() for c in claims}
    for s in DOSSIER.rows["source"]:
        if s.values["address"].startswith("http") and s.values["address"] not in known:
            assert s.values["note"], f"{s.id}: {s.values['address']} is not in the research and its row does not say how it was read"
    assert {row["claim"] for row in rows_of("research.csv")} >= {c["id"] for c in claims}
