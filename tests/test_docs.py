"""The worked examples in docs/clauses and docs/measures are run here: what a page says is what Litmus answers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from litmus.clauses.clause import Clause
from litmus.clauses.load import load_regime, load_text, locate_regime
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day
from litmus.core.interval import Interval
from litmus.facts.dossier import read_dossier
from litmus.facts.evidence import Evidence
from litmus.measures.spec import KINDS
from litmus.parties.group import Parties

DOCS = Path(__file__).parents[1] / "docs"
REGIME = load_regime(locate_regime("wb-digital"))
PAGES = sorted(p for folder in ("clauses", "measures") for p in (DOCS / folder).glob("*.md") if p.stem != "README")
BLOCK = re.compile(r"^```(csv \w+|yaml clause|expect)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"(\S+) (\S+) (MET|NOT_MET|UNDETERMINED) (.+?) (-|\[.+\])(?: (\S+))?\Z")
LINK = re.compile(r"\]\((?:\.\./)?(?:clauses/)?([a-z0-9-]+)\.md\)")


def read_evidence(page: str, folder: Path) -> Evidence:
    """All tables printed on a page, as one dossier without a fault."""
    for number, (kind, body) in enumerate(BLOCK.findall(page)):
        if kind.startswith("csv"):
            (folder / f"{kind.split()[1]}.{number}.csv").write_text(body, "utf-8")
    dossier = read_dossier([folder])
    assert not dossier.faults, "\n".join(map(str, dossier.faults))
    return Evidence(dossier)


def expectations(page: str) -> Iterator[tuple[Clause, str]]:
    """Each expected line with its clause: the one printed above it, or the shipped one that it names."""
    clause: Clause | None = None
    for kind, body in BLOCK.findall(page):
        if kind == "yaml clause":
            clause = load_text(body, "page")[0]  # type: ignore[assignment]
        elif kind == "expect":
            for line in body.splitlines():
                if line.startswith("clause "):
                    clause = REGIME.clauses[line.removeprefix("clause ")]
                else:
                    assert clause is not None, f"no clause for: {line}"
                    yield clause, line


def judged(clause: Clause, line: str, evidence: Evidence) -> str:
    """The expected line as Litmus would write it."""
    found = EXPECTED.match(line)
    assert found, f"not an expected line: {line}"
    day = parse_day(found[2])
    return written(judge(clause, found[1], evidence, Parties(evidence, day, day)), found[2])


def written(verdict: Verdict, day: str) -> str:
    interval = verdict.interval
    shown = f"[{interval.lo}, {interval.hi}]" if isinstance(interval, Interval) else "-"
    return f"{verdict.place} {day} {verdict.name} {verdict.label} {shown} {','.join(verdict.reasons)}".rstrip()


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_example_of_a_page_gives_the_verdict_printed_there(path: Path, tmp_path: Path) -> None:
    page = path.read_text("utf-8")
    evidence = read_evidence(page, tmp_path)
    lines = list(expectations(page))
    assert lines, "the page has no example"
    assert [judged(clause, line, evidence) for clause, line in lines] == [line for _, line in lines]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_says_invented_and_names_only_clauses_and_pages_that_exist(path: Path) -> None:
    page = path.read_text("utf-8")
    assert "invented" in page.lower()
    known = {*REGIME.clauses, *REGIME.bundles, *KINDS, "README"}
    assert {*LINK.findall(page), *re.findall(r"^clause (\S+)$", page, re.MULTILINE)} <= known


def test_every_shipped_clause_and_every_measure_has_a_page_and_a_line_in_its_index() -> None:
    for folder, names in (("clauses", set(REGIME.clauses)), ("measures", set(KINDS))):
        assert {p.stem for p in PAGES if p.parent.name == folder} == names
        assert names <= set(LINK.findall((DOCS / folder / "README.md").read_text("utf-8")))


def test_every_clause_page_runs_the_clause_it_is_named_after() -> None:
    for path in PAGES:
        if path.parent.name == "clauses":
            assert f"\nclause {path.stem}\n" in path.read_text("utf-8")
