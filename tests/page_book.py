"""A small book for the tests of pages: two places, one with a footnote, one day; the shipped evidence, and two invented purchases."""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from litmus.app import Session, Source, open_session
from litmus.publish.model.book import Book, open_book
from litmus.publish.model.procured import Procured, page_name, read_procured

DAY = "2026-11-20"
PLACES = ("RS", "XK")
ADDRESSES = (
    "index", "verdicts", "clauses", "evidence/index", "evidence/sources", "evidence/parties", "evidence/conflicts", "evidence/deployment",
    "essay", "compare", "changes", "method", "downloads", "c/RS", "c/XK", "k/hrv-ran-share", "v/RS/hrv-ran-share", "v/XK/nis2-in-force",
    "v/RS/restricted-public-cameras", "p/huawei", "p/telekom-srbija", "procurement/index", f"o/{page_name('ocds-invented-1')}",
    f"b/{page_name('B')}", f"t/{page_name('S1')}", "flag/R018",
)  # fmt: skip


@cache
def session() -> Session:
    """The shipped evidence on one day."""
    return open_session("wb-digital", Source(("wb6", "eu27")), DAY, None)


def release(number: int, code: str | None = "32323500", name: str = "Invented cameras", **more: Any) -> dict[str, Any]:
    """A compiled release of an invented purchase."""
    items = [{"id": "1", "classification": {"scheme": "CPV", "id": code}}] if code else []
    supplier = {"id": more.pop("supplier", "S1"), "name": more.pop("supplier_name", "Invented firm")}
    award = {"id": "a", "status": "active", "value": {"amount": 1000.5, "currency": "EUR"}, "suppliers": [supplier]}
    told = {"ocid": f"ocds-invented-{number}", "id": "r", "date": "2025-06-01T00:00:00Z", "tag": ["compiled"]}
    tender = {"title": name, "items": items} | more.pop("tender", {})
    return told | {"tender": tender, "buyer": {"id": "B", "name": "Invented town"}, "awards": [award]} | more


def procured(folder: Path, *releases: dict[str, Any], everything: bool = False) -> Procured:
    """Some releases as pages know them."""
    from litmus.cli_procurement_views import read_book

    file = folder / "invented.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in releases), "utf-8")
    with read_book((str(file),), None, None) as found:
        return read_procured(found, everything=everything)


@cache
def book() -> Book:
    """The pages' book."""
    one_bid = {"procurementMethod": "open", "numberOfTenderers": 1, "tenderPeriod": {"startDate": "2025-03-01", "endDate": "2025-03-08"}}
    lots = {"lots": [{"id": "1", "title": "Invented lot"}], "documents": [{"id": "1", "documentType": "biddingDocuments"}]}
    with tempfile.TemporaryDirectory() as folder:
        found = procured(Path(folder), release(1, tender=one_bid), release(2, tender=lots))
    return open_book(session(), PLACES, "", found)


@cache
def one_of_each() -> tuple[str, ...]:
    """An address of every kind of page, with a fact, a source and the snapshot."""
    made = book()
    fact = next(i for i, tiles in made.used_by.items() if tiles and i in made.facts)
    return (*ADDRESSES, f"f/{fact}", f"s/{made.facts[fact].values['source']}", f"snapshot/{made.edition.short}")


def write_some(out: Path, addresses: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """The pages at some addresses with what they need, as ``litmus publish`` would write them."""
    from litmus.publish.model.contents import build
    from litmus.publish.site.write import ASSETS, asset, files_of, fonts, sites

    made = sites(book(), languages)
    files = [(n, asset(n)) for n in ASSETS] + [(f"fonts/{n}", asset(n)) for n in fonts()]
    for address in addresses:
        files += files_of(book(), made, build(book(), address))
    for name, body in files:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
