"""What the tests of names share: the list of the shipped dossiers, the labelled pairs, and the two questions."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from litmus.facts.dossier import bundled, read_dossier
from litmus.parties.names import decide as d
from litmus.parties.names.decide import Asked, compare, decide
from litmus.parties.names.judgements import Judgement
from litmus.parties.names.listing import Entry, NameList, build, from_rows

PAIRS = Path(__file__).parent / "data" / "matching" / "pairs.csv"


@cache
def dossier_list() -> NameList:
    return from_rows(read_dossier([bundled("wb6"), bundled("eu27")]).rows)


def pair(left: str, right: str, left_country: str = "", right_country: str = "", **more: str) -> d.Match:
    entry = Entry("it", right, right_country, more.get("right_town", ""))
    return compare(Asked(left, left_country, more.get("town", "")), entry, dossier_list())


def party(name: str, country: str = "") -> tuple[str, str]:
    found = decide(Asked(name, country), dossier_list())
    return found.outcome, found.match.party if found.match else ""


def registered() -> NameList:
    """Invented companies and numbers."""
    return build(
        [
            Entry("alfa", "Alfa Invented d.o.o.", "RS", identifiers=("RS-APR:0123",)),
            Entry("beta", "Beta Invented d.o.o.", "RS", identifiers=("RS-APR:0999",)),
        ]
    )


def pairs(*halves: str) -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        return [r for r in csv.DictReader(stream) if r["split"] in halves]


def line(left: str, right: str, word: str, why: str = "seen in the register") -> Judgement:
    return Judgement(left, right, word, "tester", "2026-01-01", "", why)
