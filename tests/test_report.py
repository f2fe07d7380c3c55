"""The report of a country: complete, cited, the same bytes twice, and no text of the record is read as markup."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from litmus.app import open_session
from litmus.cli import main
from litmus.publish.model.book import Book, open_book
from litmus.publish.report.content import report_data
from litmus.publish.report.pdf import pdf

pytest.importorskip("typst", reason="pip install 'litmus-monitor[report]'")
pypdf = pytest.importorskip("pypdf", reason="pip install pypdf")
DAY = "2026-11-23"


@pytest.fixture(scope="module")
def book() -> Book:
    session = open_session("wb-digital", ("wb6", "eu27"), DAY, None)
    return open_book(session, session.places(()))


@pytest.fixture(scope="module")
def data(book: Book) -> dict[str, Any]:
    return report_data(book, "XK")


@pytest.fixture(scope="module")
def made(data: dict[str, Any]) -> bytes:
    return pdf(data)


def words(found: bytes) -> str:
    return " ".join(" ".join((page.extract_text() or "").split()) for page in pypdf.PdfReader(io.BytesIO(found)).pages)


def test_every_clause_is_there_with_its_verdict_and_every_citation_has_its_source(book: Book, data: dict[str, Any]) -> None:
    told = [v for g in data["groups"] for v in g["verdicts"]]
    assert {(v["clause"], v["state"]) for v in told} == {
        (v.clause.id, {True: "met", False: "not met", None: "open"}[v.truth]) for v in book.of_place("XK")
    }
    assert sum(data["counts"].values()) == len(told)
    cited = {r["source"] for v in told for r in v["evidence"] if r["source"]} | {r["source"] for r in data["contested"] if r["source"]}
    assert cited == {s["n"] for s in data["sources"]}
    assert all(v["settle"] or v["reasons"] for v in told if v["state"] == "open")


def test_the_pdf_is_tagged_has_a_title_and_ten_to_twenty_five_pages(made: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert 10 <= len(reader.pages) <= 25
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert "Kosovo" in reader.metadata.title


@pytest.mark.parametrize("place", ["BA", "ME", "MK"])
def test_the_longest_and_the_shortest_report_keep_to_ten_to_twenty_five_pages(book: Book, place: str) -> None:
    assert 10 <= len(pypdf.PdfReader(io.BytesIO(pdf(report_data(book, place)))).pages) <= 25


def test_the_footnote_stands_on_every_page(made: bytes) -> None:
    for page in pypdf.PdfReader(io.BytesIO(made)).pages:
        assert "UNSCR 1244" in " ".join((page.extract_text() or "").split())


def test_headings_and_the_whole_snapshot_id_are_printed(made: bytes, data: dict[str, Any]) -> None:
    text = words(made)
    for heading in ("Every clause at a glance", "Evidence requested", "Clause by clause", "Contested evidence", "Replies", "Sources"):
        assert heading in text
    assert data["about"]["snapshot"] in text.replace(" ", "")
    assert data["summary"] in text


def test_the_same_data_give_the_same_bytes(made: bytes, data: dict[str, Any]) -> None:
    assert pdf(data) == made


def test_text_of_the_record_is_never_read_as_markup(data: dict[str, Any]) -> None:
    nasty = '#panic("x") $ [ ] * _ \\ @cite <label> `raw` = heading'
    spoilt = {**data, "summary": nasty, "place": nasty, "footnotes": [nasty], "replies": [{"party": nasty, "text": nasty}]}
    spoilt["groups"] = [{"title": nasty, "verdicts": [{**v, "finding": nasty, "title": nasty} for v in data["groups"][0]["verdicts"]]}]
    assert '#panic("x")' in words(pdf(spoilt))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("RS", "x.odt"), "name a file that ends in .pdf, .docx or .html"),
        (("RS", "x.html", "--pdf"), "leave out the flag"),
        (("RX", "x.pdf"), "did you mean"),
        (("WB6", "x.pdf"), "is a group"),
        (("DE", "x.pdf"), "no clause is addressed"),
        (("RS", "nowhere/x.pdf"), "nowhere/x.pdf"),
    ],
)
def test_faults_end_with_three_and_name_the_fix(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", args[0], "-o", str(tmp_path / args[1]), *args[2:], "--as-of", DAY])
    assert result.exit_code == 3, result.output
    assert said in result.output
