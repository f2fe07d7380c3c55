"""The report as DOCX and HTML holds what the PDF holds; twice the same bytes; hostile names stay text."""

from __future__ import annotations

import copy
import io
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from litmus.app import open_session
from litmus.cli import main
from litmus.publish.model.book import open_book
from litmus.publish.report.content import report_data
from litmus.publish.report.html import html
from litmus.publish.report.word import docx

python_docx = pytest.importorskip("docx", reason="pip install 'litmus-monitor[docx]'")
HOSTILE = '<script>alert(1)</script> \u202egnp.exe\x00\x1b {x} & "q" ]]>'


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [v or "" for k, v in attrs if k == "id"]
        self.links += [v or "" for k, v in attrs if k == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_html(found: bytes) -> Reader:
    reader = Reader()
    reader.feed(found.decode())
    return reader


def squeeze(text: str) -> str:
    return "".join(text.split())


def read_docx(found: bytes) -> str:
    made = python_docx.Document(io.BytesIO(found))
    parts = (made.element.body, made.sections[0].footer._element)
    return squeeze("".join(t.text or "" for part in parts for t in part.iter(python_docx.oxml.ns.qn("w:t"))))


def read_pdf(found: bytes) -> str:
    pypdf = pytest.importorskip("pypdf", reason="pip install pypdf")
    return squeeze("".join(page.extract_text() or "" for page in pypdf.PdfReader(io.BytesIO(found)).pages))


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    session = open_session("wb-digital", ("wb6", "eu27"), "2026-11-23", None)
    return report_data(open_book(session, session.places(())), "RS")


def said(data: dict[str, Any]) -> list[str]:
    verdicts = [v for g in data["groups"] for v in g["verdicts"]]
    told = [x for v in verdicts for x in (v["title"], v["state"], v["shown"], v["target"], v["finding"], v["summary"])]
    told += [x for v in verdicts for s in (*v["settle"], *v["witnesses"]) for x in s["lines"]]
    told += [r["id"] for v in verdicts for r in v["evidence"]] + [r["paper"] for r in data["requests"]]
    told += [f"[{s['n']}]" for s in data["sources"]] + [s["address"] for s in data["sources"]]
    return [*told, *data["footnotes"], data["summary"], data["about"]["snapshot"]]


def test_docx_and_html_hold_everything(data: dict[str, Any]) -> None:
    for kind, text in (("docx", read_docx(docx(data))), ("html", squeeze("".join(read_html(html(data)).words)))):
        assert not [x for x in said(data) if squeeze(x) not in text], kind


def test_the_pdf_holds_the_same_titles_states_sources_and_footnotes(data: dict[str, Any]) -> None:
    pytest.importorskip("typst", reason="pip install 'litmus-monitor[report]'")
    from litmus.publish.report.pdf import pdf

    text = read_pdf(pdf(data))
    told = [x for g in data["groups"] for v in g["verdicts"] for x in (v["title"], v["state"], v["shown"])]
    told += [f"[{s['n']}]" for s in data["sources"]] + [data["about"]["snapshot"], *data["footnotes"]]
    assert not [x for x in told if squeeze(x) not in text]


def test_the_same_data_give_the_same_bytes(data: dict[str, Any]) -> None:
    assert docx(data) == docx(data)
    assert html(data) == html(data)


def test_the_docx_is_a_sound_zip_dated_by_the_edition_with_real_styles(data: dict[str, Any]) -> None:
    found = docx(data)
    with zipfile.ZipFile(io.BytesIO(found)) as packed:
        assert packed.testzip() is None
        assert {i.date_time[:3] for i in packed.infolist()} == {(2026, 11, 23)}
        assert not [n for n in packed.namelist() if n.endswith((".png", ".jpeg"))]
    made = python_docx.Document(io.BytesIO(found))
    assert made.core_properties.language == "en-GB"
    assert {"Title", "Heading 1", "Heading 2", "Heading 3", "List Number", "Caption"} <= {p.style.name for p in made.paragraphs}
    assert all("w:tblHeader" in t.rows[0]._tr.xml for t in made.tables)
    body, qn = made.element.body, python_docx.oxml.ns.qn
    names = [b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))]
    asked = {a for h in body.iter(qn("w:hyperlink")) if (a := h.get(qn("w:anchor")))}
    assert len(names) == len(set(names))
    assert asked <= set(names)


def test_the_html_has_no_script_and_every_link_inside_it_leads_somewhere(data: dict[str, Any]) -> None:
    reader = read_html(html(data))
    assert not {"script", "img", "link", "iframe", "object"} & set(reader.tags)
    assert len(reader.ids) == len(set(reader.ids))
    assert {x[1:] for x in reader.links if x.startswith("#")} <= set(reader.ids)
    assert all(x.startswith(("#", "http://", "https://")) for x in reader.links)


def test_hostile_names_stay_text(data: dict[str, Any]) -> None:
    bad = copy.deepcopy(data)
    verdict, source = bad["groups"][0]["verdicts"][0], bad["sources"][0]
    verdict |= {"title": HOSTILE, "finding": HOSTILE, "reasons": [HOSTILE], "replies": [{"party": HOSTILE, "text": HOSTILE}]}
    source |= {"publisher": HOSTILE, "title": HOSTILE, "address": "javascript:alert(1)"}
    bad |= {"summary": HOSTILE, "replies": [{"party": HOSTILE, "text": HOSTILE}]}
    kept = squeeze(HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd"))
    reader = read_html(html(bad))
    assert kept in squeeze("".join(reader.words))
    assert "script" not in reader.tags
    assert not [x for x in reader.links if x.startswith("javascript")]
    assert kept in read_docx(docx(bad))


def test_an_office_reads_the_docx(data: dict[str, Any], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine: the DOCX is not converted back")
    (tmp_path / "report.docx").write_bytes(docx(data))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    asked = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.docx")]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    text = read_pdf((tmp_path / "report.pdf").read_bytes())
    assert squeeze(data["footnotes"][0]) in text
    assert all(squeeze(v["finding"]) in text or squeeze(v["shown"]) in text for g in data["groups"] for v in g["verdicts"])


def test_the_verb_takes_the_kind_from_the_ending_or_a_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    days = ("--as-of", "2026-11-23")

    def run(*args: str) -> Result:
        return CliRunner().invoke(main, ["report", "MK", *days, *args])

    assert run("-o", "report.html").exit_code == 0
    assert (tmp_path / "report.html").read_bytes().startswith(b"<!doctype html>")
    assert run("--docx", "--html").exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["MK-2026-11-23.docx", "MK-2026-11-23.html", "report.html"]
    assert run("-o", "report.odt").exit_code != 0
    assert run("--docx", "-o", "report.html").exit_code != 0
