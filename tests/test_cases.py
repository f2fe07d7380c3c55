"""The worked cases show what the verbs print today. Run as a script (`make docs` does), this file writes the output into the pages."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from litmus.cli import main
from litmus.facts.dossier import locate, read_dossier

CASES = Path(__file__).parent.parent / "docs" / "cases"
BLOCK = re.compile(r"```console\n\$ litmus (?P<verb>[^\n]*)\n(?P<output>.*?)```", re.DOTALL)
PAGES = [CASES.parent / "ownership.md", *sorted(CASES.glob("*.md"))]
NAMES = ["4ig-one-albania", "elinc", "macchina", "one-crna-gora", "telekom-srbija"]


def output(verb: str) -> str:
    result = CliRunner().invoke(main, shlex.split(verb))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def written(text: str) -> str:
    """The page with today's output under every command."""
    return BLOCK.sub(lambda m: f"```console\n$ litmus {m['verb']}\n{output(m['verb'])}```", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_shows_what_the_verbs_print(page: Path) -> None:
    text = page.read_text("utf-8")
    assert len(BLOCK.findall(text)) >= 3
    assert text == written(text), "run `make docs`"


def test_every_case_is_looked_at() -> None:
    assert [p.stem for p in PAGES[1:]] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_that_a_case_names_is_on_record(name: str) -> None:
    known = read_dossier([locate("wb6"), locate("eu27")]).by_id()
    prose = BLOCK.sub("", (CASES / f"{name}.md").read_text("utf-8"))
    named = re.findall(r"`([a-z0-9_-]+-\d{3})`", prose)
    assert named
    assert [n for n in named if n not in known] == []


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(written(page.read_text("utf-8")), "utf-8")
        sys.stdout.write(f"{page.name}\n")
