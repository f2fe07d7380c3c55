"""The command line as its users meet it. Run as a script, this file prints docs/cli.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from litmus.cli import main

ROOT = Path(__file__).parent.parent
DAY = "2026-11-23"


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def help_pages() -> str:
    """Every verb's help, as the documentation page."""
    out = ["# The command line", "", "Made from the commands' own help (`make docs`); a test keeps it in step.", ""]
    whole = click.Context(main)
    verbs = {name: command for name in main.list_commands(whole) if (command := main.get_command(whole, name))}
    verbs["new fact"] = main.commands["new"].commands["fact"]  # type: ignore[attr-defined]
    for name, command in sorted(verbs.items()):
        context = click.Context(command, info_name=f"litmus {name}", terminal_width=100, max_content_width=100)
        out += [f"## litmus {name}", "", "```", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(out)


def test_the_help_page_is_in_step() -> None:
    assert (ROOT / "docs" / "cli.md").read_text("utf-8").strip() == help_pages().strip(), "run `make docs`"


def test_help_imports_nothing_heavy() -> None:
    """--help must stay quick: no rich, no scipy, no duckdb, no YAML until a command needs them."""
    import subprocess

    code = (
        "import sys; from litmus.cli import main; heavy = {'rich', 'scipy', 'duckdb', 'ruamel', 'numpy'}; "
        "bad = heavy & {m.split('.')[0] for m in sys.modules}; sys.exit(repr(bad) if bad else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True).stderr == ""


def test_the_demo_prints_the_matrix_and_a_reading() -> None:
    code, text = run("demo")
    assert code == 0
    assert "Of " in text
    assert "stay open" in text
    assert "UNSCR 1244/1999" in text  # Kosovo's footnote travels with every table


def test_exit_codes_say_what_was_found() -> None:
    assert run("why", "vendor-share-cap", "BA", "--as-of", DAY)[0] == 2
    assert run("why", "no-such-clause", "BA")[0] == 3
    assert run("assess", "--place", "ZZ")[0] == 3
    assert run("assess", "--as-of", "2026-02-30")[0] == 3
    assert run("assess", "--place", "RS", "--as-of", DAY)[0] == 1


def test_errors_name_the_nearest_word() -> None:
    assert "did you mean 'vendor-share-cap'" in run("why", "vendor-share-caps", "BA")[1]


def test_norway_is_a_place() -> None:
    code, text = run("why", "vendor-share-cap", "NO", "--as-of", DAY)
    assert code == 2
    assert "Norway" in text


def test_records_carry_all_that_a_reader_needs(tmp_path: Path) -> None:
    out = tmp_path / "verdicts.json"
    code, _ = run("assess", "--place", "RS", "--as-of", DAY, "--json", str(out))
    records = json.loads(out.read_text("utf-8"))
    assert code == 1
    assert len(records) >= 20
    needed = {
        "clause",
        "place",
        "verdict",
        "label",
        "interval",
        "target",
        "reasons",
        "settle",
        "witnesses",
        "evidence",
        "coverage",
        "as_of",
        "known_at",
    }
    for r in records:
        assert needed <= set(r)
        assert r["verdict"] in {"MET", "NOT_MET", "UNDETERMINED"}
        assert set(r["witnesses"]) == {"meets", "breaks"}
        assert (r["verdict"] == "UNDETERMINED") == bool(r["reasons"]) or r["reasons"] == ["nothing-to-measure"]


@pytest.mark.parametrize(("clause", "place"), [("pledge-complied", "RS"), ("sole-supplier-5g", "AL")])
def test_why_prints_every_reading_of_a_contested_fact_with_its_source(clause: str, place: str) -> None:
    _, text = run("why", clause, place, "--as-of", DAY)
    assert "conflict" in text or "≠" in text
    assert "European Guanxi" in text  # the essay's reading
    assert "https://" in text


def test_entities_are_judged_each() -> None:
    _, text = run("why", "vendor-share-cap", "BA", "--as-of", DAY)
    for part in ("Federation of Bosnia and Herzegovina", "Republika Srpska", "Brčko District"):
        assert part in text
    assert "each" in text


def test_a_fact_shows_every_reading() -> None:
    _, text = run("why", "rs-alignment-001", "--as-of", DAY)
    assert "rs-alignment-002" in text
    assert "≠" in text


def test_coverage_reproduces_the_table_of_radio_vendors() -> None:
    _, text = run("coverage", "--as-of", DAY)
    assert "of 61 cells have a vendor on record" in text
    assert "most valuable missing facts" in text


def test_the_essay_is_accounted_for() -> None:
    code, text = run("essay", "--summary")
    assert code == 0
    assert "  167  claims" in text


def test_a_template_row_has_the_next_free_id() -> None:
    code, text = run("new", "fact", "law", "--place", "ME")
    assert code == 0
    assert text.startswith("id,place,topic,name")
    assert text.splitlines()[1].startswith("me-law-")
    assert run("new", "fact", "lawn")[0] == 3


def test_shortcuts_are_counted() -> None:
    code, text = run("naive", "--as-of", DAY)
    assert code == 0
    assert "unknown = no" in text


def test_the_readme_states_the_same_counts() -> None:
    _, text = run("naive", "--as-of", DAY)
    readme = (ROOT / "README.md").read_text("utf-8")
    for line in text.splitlines():
        if line.strip().startswith('"'):
            assert f"**{line.split()[-3]} of {line.split()[-1]}**" in readme, "put the figures of `litmus naive` into README.md"


def test_a_bundle_pays_an_interval() -> None:
    code, text = run("pay", "ch10-secure-connectivity", "RS", "--as-of", DAY)
    assert code == 0
    assert "releasable" in text


if __name__ == "__main__":
    sys.stdout.write(help_pages())
