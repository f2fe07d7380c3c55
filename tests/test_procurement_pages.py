"""Procurement in the explorer: invented releases, and the real registers and notices where they are at hand."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from litmus.cli import main
from litmus.cli_procurement_views import read_book
from litmus.procurement import views
from litmus.publish.model.book import Book, open_book
from litmus.publish.model.contents import addresses, build
from litmus.publish.model.parts import SheetPage, plain
from litmus.publish.model.procured import Procured, page_name, read_procured
from litmus.publish.site.write import files_of, sites
from page_book import PLACES, procured, release, session

SHARED = Path(__file__).parents[2] / "shared" / "data"
NASTY = "<script>alert(1)</script>&\"'"


def book_of(found: Procured) -> Book:
    return open_book(session(), PLACES, "", found)


def ours(book: Book) -> list[str]:
    return [a for a in addresses(book) if a.split("/")[0] in {"procurement", "o", "b", "t", "flag"}]


def written(book: Book, languages: tuple[str, ...] = ("en",)) -> dict[str, str]:
    made = sites(book, languages)
    files = (f for a in ours(book) for f in files_of(book, made, build(book, a)))
    return {name: body.decode() for name, body in files}


def test_a_book_without_records_has_no_procurement() -> None:
    book = open_book(session(), PLACES)
    assert ours(book) == []
    with pytest.raises(KeyError):
        build(book, "procurement/index")


def test_only_digital_processes_have_a_page_and_the_rest_is_counted(tmp_path: Path) -> None:
    rows = (release(1), release(2, "03111000", "Invented seeds"), release(3, None, "Invented goods"))
    found = procured(tmp_path, *rows)
    assert [p["process"] for p in found.shown.values()] == ["ocds-invented-1"]
    page = build(book_of(found), "procurement/index")
    assert "3 records were read: 3 rows and 0 faults. 1 processes have a page; 2 have none" in plain(page.head.lede)
    assert len(procured(tmp_path, *rows, everything=True).shown) == 3


def test_a_process_page_says_what_litmus_process_says(tmp_path: Path) -> None:
    found = procured(tmp_path, release(1))
    (name, told), *_ = found.shown.items()
    with read_book((str(tmp_path / "invented.jsonl"),), None, None) as records:
        assert json.loads(json.dumps(told, default=str)) == json.loads(json.dumps(views.process(records, "ocds-invented-1"), default=str))
    page = build(book_of(found), f"o/{name}")
    assert isinstance(page, SheetPage)
    grids = {g.id: g for g in page.grids}
    assert plain(grids["awards"].rows[0][1]) == "Invented firm"
    assert plain(grids["awards"].rows[0][2]) == "1,000.50 EUR"
    assert {f["code"] for f in told["flags"]} == {plain(r[0]).split()[0] for r in grids["flags"].rows}
    assert [plain(r[0]) for r in grids["missing"].rows] and {plain(r[0]) for r in grids["missing"].rows} == set(told["missing"])  # noqa: PT018


def test_what_a_record_does_not_tell_is_not_shown_as_nought(tmp_path: Path) -> None:
    bare = release(1)
    del bare["awards"][0]["value"]
    page = build(book_of(procured(tmp_path, bare)), f"o/{page_name('ocds-invented-1')}")
    assert isinstance(page, SheetPage)
    awards = next(g for g in page.grids if g.id == "awards")
    assert plain(awards.rows[0][2]) == "not told"


def test_every_link_between_the_pages_leads_to_a_page(tmp_path: Path) -> None:
    book = book_of(procured(tmp_path, release(1), release(2, supplier="S2", supplier_name="Invented other")))
    known = {f"{a}.{end}" for a in addresses(book) for end in ("html", "json", "csv")}
    known |= {"style.css", "litmus.js", "icon.svg"}
    for name, text in written(book).items():
        if name.endswith(".html"):
            for link in re.findall(r'(?:href|src)="([^"#]+)', text):
                if not link.startswith(("http://", "https://")):
                    target = (Path("/") / Path(name).parent / link).resolve().relative_to("/").as_posix()
                    assert target in known, (name, link)


def test_names_of_the_records_stay_text(tmp_path: Path) -> None:
    bad = release(1, name=NASTY, supplier=NASTY, supplier_name=NASTY, buyer={"id": f"../{NASTY}", "name": NASTY}, ocid=f"../../{NASTY}")
    bad["awards"][0]["documents"] = [{"id": "1", "documentType": "awardNotice", "title": NASTY, "url": "javascript:alert(1)"}]
    for name, text in written(book_of(procured(tmp_path, bad))).items():
        assert ".." not in name
        assert re.fullmatch(r"[a-zA-Z0-9/._-]+", name)
        if name.endswith(".html"):
            assert "<script>alert" not in text
            assert 'href="javascript:' not in text


@given(st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=8, unique=True))
def test_two_ids_never_share_a_file_on_any_disk(ids: list[str]) -> None:
    names = [page_name(i) for i in ids]
    assert len({n.lower() for n in names}) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", n) and len(n) < 60 for n in names)


def test_a_supplier_that_is_a_party_of_the_record_leads_to_its_page(tmp_path: Path) -> None:
    """The firm is real, the contract is invented."""
    found = procured(tmp_path, release(1, supplier="X", supplier_name="Huawei Technologies Co. Ltd."))
    page = build(book_of(found), f"t/{page_name('X')}")
    assert isinstance(page, SheetPage)
    party = dict(page.facets)["party on record"]
    assert party[0].to in {"p/huawei", ""}
    assert (party[0].to == "p/huawei") == (next(iter(found.suppliers.values())).party == "huawei")


def test_the_words_of_the_frame_are_translated_and_the_records_are_not(tmp_path: Path) -> None:
    made = written(book_of(procured(tmp_path, release(1))), ("en", "sq", "mk"))
    name = f"o/{page_name('ocds-invented-1')}.html"
    assert "Flamuj të kuq" in made[f"sq/{name}"]
    assert "Црвени знамиња" in made[f"mk/{name}"]
    assert "Invented firm" in made[f"mk/{name}"]


def test_the_verb_publishes_them(tmp_path: Path) -> None:
    file, out = tmp_path / "r.jsonl", tmp_path / "site"
    file.write_text(json.dumps(release(1)) + "\n", "utf-8")
    result = CliRunner().invoke(main, ["publish", str(out), "--place", "XK", "--language", "sq", "--procurement", str(file)])
    assert result.exit_code == 0, result.output
    assert 'href="procurement/index.html">Procurement' in (out / "index.html").read_text("utf-8")
    assert (out / f"o/{page_name('ocds-invented-1')}.html").is_file()


# -- real records -----------------------------------------------------------------------------------------------------------------

real = pytest.mark.skipif(not SHARED.exists(), reason="the real procurement files are not on this machine")


@cache
def real_book() -> Book:
    with read_book((str(SHARED / "kosovo"), str(SHARED / "ted")), None, None) as found:
        return book_of(read_procured(found))


@real
def test_the_real_registers_and_notices_have_light_pages_with_their_footnote() -> None:
    book = real_book()
    found = book.procured
    assert found is not None
    assert (found.records, found.faults, len(found.shown)) == (4171, 7, 47)
    pages = written(book)
    heavy = {n: len(t.encode()) for n, t in pages.items() if n.startswith("o/") and n.endswith(".html") and len(t.encode()) > 20_000}
    assert not heavy
    kosovo = [n for n, t in pages.items() if n.startswith("o/xk-") and n.endswith(".html")]
    assert len(kosovo) == 40
    assert all("UNSCR 1244" in pages[n] for n in kosovo)
    assert all(str(SHARED) not in text for text in pages.values())


@real
def test_sums_of_a_real_buyer_are_those_of_the_list() -> None:
    found = real_book().procured
    assert found is not None
    town = found.buyers[page_name("XK-MUN-gjakova")]
    page = build(real_book(), f"b/{page_name('XK-MUN-gjakova')}")
    assert isinstance(page, SheetPage)
    facets = {k: plain(v) for k, v in page.facets}
    assert facets["awarded"] == f"{views.money(town.row['values']['EUR'], 'EUR')}; {town.row['values_unknown']} of unknown sum"
    assert facets["processes"].startswith("490 on file, 7 digital")
