"""The record as FollowTheMoney entities: read back it says the same, and every line fits the schema."""

from __future__ import annotations

import json
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from litmus.cli import main
from litmus.core.dates import parse_day, parse_days
from litmus.facts.dossier import Dossier, locate, read_dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.imports import opensanctions
from litmus.imports.party_rows import Source
from litmus.parties.answers import Answers
from litmus.publish.ftm_lines import lines
from ownership_worlds import asked, holds

DAY = parse_day("2026-11-23")
SOURCE = Source("copy", parse_days("2019"), "B", "2")


def read_back(found: Dossier) -> Dossier:
    again = Dossier()
    for one in opensanctions.rows(BytesIO("\n".join(lines(found)).encode()), SOURCE):
        assert isinstance(one, Row), one
        again.rows[one.table].append(one)
    return again


@pytest.mark.parametrize("interest", ["equity", "voting"])
@pytest.mark.parametrize("span", [(60, None), (40, 60), (50, 100), (0, 25), (None, None), (100, None)])
def test_a_share_comes_back_as_it_went(span: tuple[int | None, int | None], interest: str) -> None:
    ask = asked(holds("alfa", "beta", *span, interest=interest))
    row = read_back(ask.evidence.dossier).rows["ownership"][0].values
    lo, hi = (None if x is None else x * 10_000 for x in span)
    assert (row["interest"], row["owner"], row["owned"]) == (interest, "os-alfa", "os-beta")
    assert (row["share_lo"], row["share_hi"]) == (lo, hi) or (lo == 0 and row["share_lo"] == 0 and row["share_hi"] == hi)


def test_the_dossier_read_back_gives_the_same_answers() -> None:
    found = read_dossier([locate("wb6"), locate("eu27")])
    again = Answers(Evidence(read_back(found)), DAY, DAY)
    state, group = again.list_of("os-state-rs"), ("telekom-srbija", "telekom-srpske", "mtel-me")
    first = Answers(Evidence(found), DAY, DAY)
    for party in group:
        ours = first.owned_by(first.list_of("state:RS"), party).answer.share.lo
        assert again.owned_by(state, f"os-{party}").answer.share.lo == ours > Fraction(2, 5)
        assert again.controlled_by(state, f"os-{party}").rounds.truth(again.party(f"os-{party}")) is True


def test_what_is_denied_or_corrected_is_left_out() -> None:
    later = holds("alfa", "gama", 20, supersedes=("alfa-gama-equity-EU-10",))
    ask = asked(holds("alfa", "beta", 60, stance="denies"), holds("alfa", "gama", 10), later)
    told = [json.loads(line) for line in lines(ask.evidence.dossier)]
    assert [e["properties"]["percentage"] for e in told if e["schema"] == "Ownership"] == [["20"]]


def test_the_verb_writes_a_file(tmp_path: Path) -> None:
    out = str(tmp_path / "entities.ftm.json")
    done = CliRunner().invoke(main, ["ftm", "--out", out])
    assert done.exit_code == 0
    count = sum(1 for line in Path(out).read_text("utf-8").splitlines() if json.loads(line)["id"])
    assert done.output.startswith(f"{count:,} entities")


def test_every_line_fits_the_schema_of_ftm() -> None:
    ftm = pytest.importorskip("followthemoney", reason="the extra 'ftm' is not installed")
    for line in lines(read_dossier([locate("wb6"), locate("eu27")])):
        entity = json.loads(line)
        schema = ftm.model.schemata[entity["schema"]]
        for name, values in entity["properties"].items():
            prop = schema.properties[name]
            for value in values:
                assert prop.type.name == "entity" or prop.type.clean(value) is not None, (entity["id"], name, value)
