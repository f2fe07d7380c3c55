"""A small book for the tests of pages: two places, one with a footnote, one day; the shipped evidence."""

from functools import cache
from pathlib import Path

from litmus.app import Session, Source, open_session
from litmus.publish.model.book import Book, open_book

DAY = "2026-11-20"
PLACES = ("RS", "XK")
ADDRESSES = (
    "index", "verdicts", "clauses", "evidence/index", "evidence/sources", "evidence/parties", "evidence/conflicts", "evidence/deployment",
    "essay", "compare", "changes", "method", "downloads", "c/RS", "c/XK", "k/hrv-ran-share", "v/RS/hrv-ran-share", "v/XK/nis2-in-force",
    "v/RS/restricted-public-cameras", "p/huawei", "p/telekom-srbija",
)  # fmt: skip


@cache
def session() -> Session:
    """The shipped evidence on one day."""
    return open_session("wb-digital", Source(("wb6", "eu27")), DAY, None)


@cache
def book() -> Book:
    """The pages' book."""
    return open_book(session(), PLACES)


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
