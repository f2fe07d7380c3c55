"""Judgements about names, whole tables of suppliers, the verbs who, resolve and judge, and the page about them."""

from __future__ import annotations

import csv
import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.cli import main
from litmus.parties.names.decide import Asked, decide
from litmus.parties.names.judgements import Judgement, append, check, node, read_judgements
from litmus.parties.names.resolve import ANSWER, answers, find_columns
from litmus.parties.names.vocabulary import thresholds, vocabulary
from matching_names import dossier_list, line, party

# --- judgements


def test_a_judgement_joins_and_a_later_line_takes_it_back(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    append(file, line("Zubac Trade Zemun", "party:macchina-security", "same"))  # invented
    judged = read_judgements(file)
    found = decide(Asked("ZUBAC TRADE, ZEMUN"), dossier_list(), judged)
    assert (found.outcome, found.match and found.match.party) == ("accept", "macchina-security")
    assert found.match is not None
    assert found.match.by == "judgement"
    append(file, line("party:macchina-security", "Zubac Trade Zemun", "unsure"))
    assert decide(Asked("Zubac Trade Zemun"), dossier_list(), read_judgements(file)).outcome == "reject"
    assert len(file.read_text("utf-8").splitlines()) == 3  # nothing was rewritten


def test_not_same_is_a_hard_constraint(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    assert party("Hikvision") == ("accept", "hikvision")
    append(file, line("Hikvision", "party:hikvision", "not_same"))
    found = decide(Asked("Hikvision"), dossier_list(), read_judgements(file))
    assert found.outcome == "reject"
    assert "judged not the same" in found.runners[0].reasons[0]
    assert party("Hikvision Co. Ltd.")[0] == "accept"  # a line speaks for its name only


def test_not_same_holds_through_what_is_joined(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    append(file, line("Invented One Ltd", "Invented Two Ltd", "same"))
    append(file, line("Invented Two Ltd", "party:huawei", "same"))
    append(file, line("Invented One Ltd", "party:zte", "not_same"))
    judged = read_judgements(file)
    found = decide(Asked("Invented One Ltd"), dossier_list(), judged)
    assert found.match is not None
    assert (found.outcome, found.match.party) == ("accept", "huawei")
    assert judged.bars("Invented Two Ltd", ["party:zte"]) is not None


def test_conflicts_are_reported_and_nothing_rests_on_them(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    append(file, line("Invented A", "Invented B", "same"))
    append(file, line("Invented B", "party:huawei", "same"))
    append(file, line("Invented A", "party:huawei", "not_same"))
    judged = read_judgements(file)
    assert [c.line for c in judged.conflicts] == [4]
    assert decide(Asked("Invented A"), dossier_list(), judged).outcome == "reject"
    beside = decide(Asked("Invented B"), dossier_list(), judged)
    assert beside.outcome == "review"
    assert "conflict" in beside.reasons[0]


PARTIES = ("huawei", "zte", "hikvision")
LINES = st.lists(
    st.tuples(
        st.sampled_from(("Huawei", "ZTE Corporation", "Hikvision", "Invented X", "Invented Y")),
        st.sampled_from((*(f"party:{p}" for p in PARTIES), "Invented X", "Invented Y")),
        st.sampled_from(("same", "not_same", "unsure")),
    ).filter(lambda t: node(t[0]) != node(t[1])),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(LINES)
def test_what_is_judged_not_the_same_is_never_accepted(tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str]]) -> None:
    file = tmp_path_factory.mktemp("j") / "judgements.csv"
    for left, right, word in lines:
        append(file, line(left, right, word))
    judged = read_judgements(file)
    last = {frozenset((a, b)): w for a, b, w in lines}
    for name in ("Huawei", "ZTE Corporation", "Hikvision", "Invented X", "Invented Y"):
        found = decide(Asked(name, "CN"), dossier_list(), judged)
        if found.outcome == "accept" and found.match:
            assert last.get(frozenset((name, f"party:{found.match.party}"))) != "not_same"
            if found.match.by == "judgement":
                assert "same" in {w for a, b, w in lines}


def test_bad_lines_are_faults_and_the_rest_stands(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    append(file, line("Invented A", "party:huawei", "same"))
    with file.open("a", encoding="utf-8") as stream:
        stream.write("Invented B,party:huawei,maybe,x,2026-01-01,,because\nshort,line\nInvented C,party:zte,same,x,2026-02-31,,w\n")
    judged = read_judgements(file)
    assert (judged.lines, len(judged.faults), len(judged.said)) == (4, 3, 1)
    assert "expected same, not_same, unsure" in str(judged.faults[0])
    assert read_judgements(tmp_path / "none.csv").said == {}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (line("", "B", "same"), "names nobody"),
        (line("Alfa d.o.o.", "ALFA doo", "same"), "one name"),
        (line("A b", "C d", "maybe"), "unknown judgement"),
        (line("A b", "C d", "same", ""), "needs a reason"),
    ],
)
def test_a_judgement_that_cannot_stand_is_refused(bad: Judgement, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(bad)


# --- whole tables

TABLE = """nr,supplier,country,note
1,Хуавеј,,
2,Telekom Srbija a.d.,RS,"a, b"
3,Telekom Srbija a.d.,RS,
4,m:tel,,
5,Invented Nobody Knows,RS,
6,too few
7,Huawei,ZZ,
8,anuluar,,
"""


def table(tmp_path: Path, text: str = TABLE) -> Path:
    file = tmp_path / "suppliers.csv"
    file.write_text(text, "utf-8")
    return file


def test_a_table_keeps_its_cells_and_counts_every_line(tmp_path: Path) -> None:
    rows, tally = [], None
    for row, tally in answers(table(tmp_path), dossier_list()):  # noqa: B007
        rows.append(row)
    assert tally is not None
    assert tally.lines == 8 == sum(tally.outcomes.values()) + len(tally.faults)
    assert rows[0] == ["nr", "supplier", "country", "note", *ANSWER]
    found = [(r[0], r[4], r[5]) for r in rows[1:4]]
    assert found == [("1", "accept", "huawei"), ("2", "accept", "telekom-srbija"), ("3", "accept", "telekom-srbija")]
    assert rows[2][3] == "a, b"
    assert [f.line for f in tally.faults] == [7, 8]
    assert "expected 4 cells" in str(tally.faults[0])
    assert "unknown place" in str(tally.faults[1])


def test_resolving_again_is_resolving_from_scratch(tmp_path: Path) -> None:
    """After more rows, and after a judgement, byte for byte; only what changed is decided anew."""

    def run(previous: Path | None, judged: Path) -> tuple[list[list[str]], int]:
        out, tally = [], None
        for row, tally in answers(file, dossier_list(), read_judgements(judged), previous=previous):  # noqa: B007
            out.append(row)
        assert tally is not None
        return out, tally.reused

    file, judged, earlier = table(tmp_path), tmp_path / "judgements.csv", tmp_path / "earlier.csv"
    first, reused = run(None, judged)
    assert reused == 0
    with earlier.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(first)
    table(tmp_path, TABLE + "9,Macchina Security DOO,RS,\n")
    append(judged, line("Хуавеј", "party:huawei", "not_same"))
    again, reused = run(earlier, judged)
    scratch, none = run(None, judged)
    assert again == scratch
    assert (reused, none) == (5, 0)  # all but the new row and the judged one
    assert again[1][4] == "reject"


def test_columns_are_found_or_named(tmp_path: Path) -> None:
    assert find_columns(["Broj", "Naziv"], {}).name == 1
    assert find_columns(["x", "y"], {"name": "Y"}).name == 1
    with pytest.raises(ValueError, match="no column holds names"):
        find_columns(["x", "y"], {})
    with pytest.raises(ValueError, match="unknown column"):
        find_columns(["name"], {"name": "nam"})
    with pytest.raises(ValueError, match="empty"):
        list(answers(table(tmp_path, ""), dossier_list()))


# --- the command line


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_who_answers_a_human_and_a_program(tmp_path: Path) -> None:
    none = ["--judgements", str(tmp_path / "none.csv")]
    code, text = run("who", "Телеком", "Србија", *none)
    assert code == 0
    assert "ACCEPT" in text
    assert "telekom-srbija · Telekom Srbija a.d. · Serbia (RS)" in text
    assert "place in both: RS" in text
    code, text = run("who", "m:tel", *none)
    assert code == 2
    assert all(p in text for p in ("mtel-me", "mtel-mk", "telekom-srpske"))
    code, text = run("who", "Invented Nobody Knows", *none)
    assert code == 1
    assert "NOTHING" in text
    code, text = run("who", "vala", "--country", "XK", *none)
    assert "UNSCR 1244/1999" in text  # Kosovo's footnote travels with every table
    code, text = run("who", "华为", "--json", *none)
    record = json.loads(text)
    assert (code, record["match"]["party"], record["rules"]) == (0, "huawei", f"{vocabulary().version} {thresholds().version}")
    assert run("who", "x", "--country", "QQ", *none)[0] == 3
    assert run("who", "x", "--id", "123", *none)[0] == 3


def test_judge_writes_and_who_obeys(tmp_path: Path) -> None:
    file = ["--judgements", str(tmp_path / "judgements.csv")]
    code, text = run("judge", "Hikvision", "hikvision", "not-same", "--why", "a shop of that name", "--who", "tester", *file)
    assert code == 0
    assert "party:hikvision" in text
    assert run("who", "Hikvision", *file)[0] == 1
    assert run("judge", "Hikvision", "hikvision", "same", "--why", "it is the company after all", *file)[0] == 0
    assert run("who", "Hikvision", *file)[0] == 0
    assert run("judge", "Hikvision", "party:no-such", "same", "--why", "x", *file)[0] == 3


def test_resolve_writes_the_table_and_takes_over_what_it_can(tmp_path: Path) -> None:
    file, out = table(tmp_path), tmp_path / "out.csv"
    args = ["resolve", str(file), "--out", str(out), "--judgements", str(tmp_path / "none.csv")]
    code, text = run(*args)
    assert code == 3  # two faulty lines
    assert "8 lines: 3 accepted, 1 for review, 2 not on the list, 2 faults; 0 taken over" in text
    first = out.read_bytes()
    assert "6 taken over" in run(*args)[1]
    assert out.read_bytes() == first
    assert run("resolve", str(file), "--out", str(file))[0] == 3


def test_the_second_opinion_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from litmus.parties.names import second

    second._algorithm.cache_clear()
    monkeypatch.setitem(sys.modules, "followthemoney", None)
    code, text = run("who", "Huawei", "--second", "--judgements", str(tmp_path / "none.csv"))
    assert code == 3
    assert "litmus-monitor[logic-v2]" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("name;country\nHuawei;CN\n", "cells are kept apart by commas"),
        ("firm,place\nHuawei,CN\n", "no column holds names"),
    ],
)
def test_a_table_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path, text: str, says: str) -> None:
    file, out = table(tmp_path, text), tmp_path / "out.csv"
    code, said = run("resolve", str(file), "--out", str(out), "--judgements", str(tmp_path / "none.csv"))
    assert (code, [p.name for p in tmp_path.iterdir()]) == (3, ["suppliers.csv"])
    assert says in said


def test_a_line_of_ten_megabytes_is_a_fault_and_the_rest_is_answered(tmp_path: Path) -> None:
    file = table(tmp_path, "name,country\nHuawei,CN\n" + "x" * 10_000_000 + ",RS\nZTE,CN\n")
    code, said = run("resolve", str(file), "--out", str(tmp_path / "out.csv"), "--judgements", str(tmp_path / "none.csv"))
    assert code == 3
    assert "suppliers.csv:3: line longer than" in said
    assert "3 lines: 2 accepted, 0 for review, 0 not on the list, 1 faults" in said


def test_a_name_that_fills_pages_is_shown_shortened(tmp_path: Path) -> None:
    code, said = run("who", "Invented " * 5000, "--judgements", str(tmp_path / "none.csv"))
    assert code == 1
    assert len(said) < 1000


# --- the page

PAGE = Path(__file__).parents[1] / "docs" / "matching.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCK.findall(PAGE.read_text("utf-8")), ids=lambda b: b.splitlines()[0][2:40])
def test_every_example_of_the_page_answers_as_printed(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in order, in an empty folder; the list's version changes with the evidence and is printed as dots."""
    monkeypatch.chdir(tmp_path)
    shown = []
    for command in (text[2:] for text in block.splitlines() if text.startswith("$ ")):
        _, said = run(*shlex.split(command)[1:])
        shown.append(f"$ {command}\n" + re.sub(r"list [0-9a-f]{16}", "list …", said))
    assert "".join(shown) == block
