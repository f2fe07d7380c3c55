# ruff: noqa: E501 - an error text stands on one line, as it is printed
"""The 5G toolbox as data: complete, tied to clauses that exist, honest about what is not verified."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from litmus.app import lint_paths
from litmus.clauses.load import load_regime, locate_regime
from litmus.clauses.nodes import ClauseError
from litmus.clauses.toolbox import MEASURE_CODES, RISK_CODES, load_toolbox, locate_toolbox
from litmus.cli import main
from litmus.core.words import taxonomy
from litmus.measures.spec import KINDS
from litmus.publish.toolbox import coverage_text, page

ROOT = Path(__file__).parents[1]
TOOLBOX = load_toolbox(locate_toolbox())
CLAUSES = load_regime(locate_regime("wb-digital")).clauses


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


# --- the toolbox that ships


def test_every_number_is_there_exactly_once() -> None:
    text = "\n".join(p.read_text("utf-8") for p in sorted(locate_toolbox().glob("*.yaml")))
    listed = re.findall(r"code: ([A-Z]+\d+)", text)
    expected = [*(f"SM{n:02d}" for n in range(1, 9)), *(f"TM{n:02d}" for n in range(1, 12)), *(f"SA{n:02d}" for n in range(1, 11)),
                *(f"R{n}" for n in range(1, 10))]  # fmt: skip
    assert sorted(listed) == sorted(expected)
    assert list(TOOLBOX.measures) == list(MEASURE_CODES)
    assert list(TOOLBOX.risks) == list(RISK_CODES)


def test_every_clause_it_names_exists_and_every_measure_kind_too() -> None:
    for m in TOOLBOX.measures.values():
        assert {t.clause for t in m.tests} <= set(CLAUSES)
        assert set(m.measures) <= set(KINDS)
        assert bool(m.tests) != bool(m.untested)


def test_a_clause_whose_basis_names_a_measure_is_listed_under_it() -> None:
    for clause in CLAUSES.values():
        for code in {c for b in clause.basis for c in re.findall(r"\b(?:SM|TM|SA)\d\d\b", b.ref)}:
            assert clause.id in {t.clause for t in TOOLBOX.measures[code].tests}, (clause.id, code)


def test_every_source_resolves_to_an_address() -> None:
    items = [*TOOLBOX.measures.values(), *TOOLBOX.risks.values(), *TOOLBOX.assets]
    for item in items:
        assert item.cited.sources
        for source in item.cited.sources:
            assert TOOLBOX.sources[source].address
    for m in TOOLBOX.measures.values():
        assert TOOLBOX.sources[m.mapping.check].address.startswith("https://")


def test_own_readings_are_marked_and_say_where_to_check_them() -> None:
    for m in TOOLBOX.measures.values():
        if m.mapping.basis == "own-reading":
            assert not m.mapping.verified
            assert m.mapping.locator


def test_sensitivities_agree_with_the_layers_that_verdicts_use() -> None:
    layers = taxonomy()["layers"]
    graded = {layer: a.sensitivity for a in TOOLBOX.assets for layer in a.layers}
    assert graded == {n: x["sensitivity"] for n, x in layers.items() if x["basis"] != "proposal"}


def test_every_risk_is_answered_by_a_measure() -> None:
    assert all(TOOLBOX.answers(risk) for risk in RISK_CODES)


# --- broken inputs: each spoils one thing in a file that loads

GOOD = """\
litmus: toolbox-measures/1
family: strategic
cited: {source: toolbox-summary-2020, verified: false}
mapping: {basis: own-reading, verified: false, check: scribd}
measures:
  - {code: SM05, title: Several suppliers, risks: [R4], measures: [max-share], tested_by: [{clause: vendor-share-cap, covers: part}]}
  - {code: SM08, title: Capacity, untested: A task of the Union}
"""
CASES = [
    ("family: strategic", "family: strategy", "t.yaml:2, family: unknown family 'strategy'; did you mean 'strategic'?"),
    ("family: strategic", "family: technical",
     "t.yaml:6, measures[0].code: SM05 is not a technical measure; those begin with TM\n"
     "t.yaml:7, measures[1].code: SM08 is not a technical measure; those begin with TM"),
    ("litmus: toolbox-measures/1", "litmus: toolbox-measure/1",
     "t.yaml:1, litmus: unknown document type 'toolbox-measure/1'; did you mean 'toolbox-measures/1'?"),
    ("code: SM05", "code: SM09", "t.yaml:6, measures[0].code: unknown measure of the toolbox 'SM09'; did you mean 'TM09'?"),
    ("code: SM08", "code: SM05", "t.yaml:7, measures[1].code: SM05 is listed twice; keep one"),
    ("risks: [R4]", "risks: [R10]", "t.yaml:6, measures[0].risks[0]: unknown risk 'R10'; did you mean 'R1'?"),
    ("measures: [max-share]", "measures: [maxshare]", "t.yaml:6, measures[0].measures[0]: unknown measure 'maxshare'; did you mean 'max-share'?"),
    ("clause: vendor-share-cap", "clause: vendor-cap", "t.yaml:6, measures[0].tested_by[0].clause: unknown clause 'vendor-cap'; did you mean 'vendor-share-cap'?"),
    ("covers: part", "covers: some", "t.yaml:6, measures[0].tested_by[0].covers: unknown extent 'some'; expected one of whole, part"),
    (", untested: A task of the Union", "",
     "t.yaml:7, measures[1]: a measure has 'tested_by', or 'untested' with the reason; SM08 has neither"),
    ("tested_by: [", "untested: Not yet, tested_by: [",
     "t.yaml:6, measures[0]: a measure has 'tested_by', or 'untested' with the reason; SM05 has both"),
    ("own-reading, verified: false", "own-reading",
     "t.yaml:4, mapping: an own reading has not been checked against the text; add 'verified: false', or cite the official text"),
    ("basis: own-reading, verified: false", "basis: official-text",
     "t.yaml:4, mapping: a mapping by the official text needs its 'source' and 'locator'; add them"),
    ("check: scribd", "check: scribt", "t.yaml:4, mapping.check: unknown source 'scribt'; did you mean 'scribd'?"),
    ("2020, verified: false", "2020",
     "t.yaml:3, cited.source: rests on one secondary text (toolbox-summary-2020, other); add 'verified: false', or a second source"),
    ("title: Capacity, ", "", "t.yaml:7, measures[1].title: 'title' is required here; add it"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "error"), CASES)
def test_a_broken_toolbox_names_file_line_key_and_fix(tmp_path: Path, written: str, instead: str, error: str) -> None:
    assert GOOD.count(written) == 1
    file = tmp_path / "t.yaml"
    file.write_text(GOOD, "utf-8")
    assert set(load_toolbox(file).measures) == {"SM05", "SM08"}
    file.write_text(GOOD.replace(written, instead), "utf-8")
    with pytest.raises(ClauseError) as caught:
        load_toolbox(file)
    assert str(caught.value) == error


def test_a_folder_must_list_every_number(tmp_path: Path) -> None:
    root = tmp_path / "toolbox"
    root.mkdir()
    for file in locate_toolbox().glob("*.yaml"):
        text = file.read_text("utf-8").replace('  - {code: R6, title: "Organised crime uses the network against its users"}\n', "")
        (root / file.name).write_text(text, "utf-8")
    with pytest.raises(ClauseError, match=r"^toolbox: no risk R6; each of 9 is listed, also where nothing tests it: add it$"):
        load_toolbox(root)


# --- the command line, the lint, the pages


def test_the_table_says_the_gaps_openly() -> None:
    code, text = run("toolbox")
    assert code == 0
    flat = " ".join(text.split())
    gaps = TOOLBOX.untested()
    assert f"no clause tests {len(gaps)}: {', '.join(m.code for m in gaps)}" in flat
    assert "not verified" in flat


def test_one_measure_in_full() -> None:
    code, text = run("toolbox", "sm3")
    assert code == 0
    assert "hrv-core-phase-out (part)" in text
    assert "our own reading, not verified" in text
    assert "https://" in text
    assert "no clause. The role" in run("toolbox", "SM04")[1]


def test_a_wrong_code_ends_with_code_3_and_the_nearest_one() -> None:
    code, text = run("toolbox", "SM88")
    assert code == 3
    assert "did you mean 'SM08'" in text


def test_lint_accepts_the_folder() -> None:
    lines, faults = lint_paths((str(locate_toolbox()),))
    assert faults == 0
    assert lines[0].endswith("toolbox: 29 measures, 9 risks, 6 kinds of asset, 0 faults")


def test_the_table_page_is_in_step() -> None:
    assert (ROOT / "docs" / "toolbox-table.md").read_text("utf-8").strip() == page(TOOLBOX).strip(), "run `make docs`"


def test_the_worked_example_of_the_docs_gives_the_answers_printed_there(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "toolbox.md").read_text("utf-8")
    body = re.findall(r"^```yaml \S+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "t.yaml").write_text(body, "utf-8")
    found = load_toolbox(tmp_path / "t.yaml")
    asked = re.findall(r"^\| (S[MA]\d\d) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert len(asked) == 2
    for code, tested, by in asked:
        m = found.measures[code]
        assert coverage_text(m) == tested
        assert (", ".join(t.clause for t in m.tests) or m.untested) == by
