"""The table of contents: every address of a book, and the page that stands there."""

from collections.abc import Callable, Iterator

from litmus.facts.schema import tables
from litmus.publish.model import general, party, registers
from litmus.publish.model.book import Book
from litmus.publish.model.clause import clause_page
from litmus.publish.model.country import country_page
from litmus.publish.model.parts import Page
from litmus.publish.model.procurement import procurement_addresses, procurement_page
from litmus.publish.model.region import region_page
from litmus.publish.model.verdict import verdict_page

PROCUREMENT = frozenset({"procurement", "o", "b", "t", "flag"})
SINGLE: dict[str, Callable[[Book], Page]] = {
    "index": region_page, "verdicts": general.verdicts_page, "clauses": general.clauses_page, "evidence/index": registers.evidence_index,
    "evidence/sources": registers.sources_page, "evidence/parties": party.parties_page, "evidence/conflicts": registers.conflicts_page,
    "essay": general.essay_page, "compare": general.compare_page, "changes": general.changes_page, "method": general.method_page,
    "downloads": general.downloads_page,
}  # fmt: skip


def build(book: Book, address: str) -> Page:
    """The page at an address. KeyError when there is none."""
    if address in SINGLE:
        return SINGLE[address](book)
    kind, _, name = address.partition("/")
    if kind == "v":
        code, _, clause = name.partition("/")
        return verdict_page(book, code, clause)
    if kind == "c":
        return country_page(book, name)
    if kind == "k":
        return clause_page(book, name)
    if kind == "f":
        return registers.fact_page(book, name)
    if kind == "s":
        return registers.source_page(book, name)
    if kind == "p" and name in book.names:
        return party.party_page(book, name)
    if kind == "evidence" and name in tables() and tables()[name].is_fact and book.dossier.rows[name]:
        return registers.table_page(book, name)
    if kind in PROCUREMENT:
        return procurement_page(book, kind, name)
    if address == f"snapshot/{book.edition.short}":
        return general.snapshot_page(book)
    raise KeyError(address)


def addresses(book: Book) -> Iterator[str]:
    """Every address, the lists first."""
    yield from SINGLE
    yield from (f"evidence/{t.name}" for t in tables().values() if t.is_fact and book.dossier.rows[t.name])
    yield f"snapshot/{book.edition.short}"
    yield from (f"c/{p}" for p in book.places)
    yield from (f"k/{c.id}" for c in book.session.clauses)
    yield from (f"v/{p}/{c}" for p, c in book.verdicts)
    yield from (f"f/{i}" for i in book.facts)
    yield from (f"s/{i}" for i in book.sources)
    yield from (f"p/{i}" for i in book.names)
    yield from procurement_addresses(book)
