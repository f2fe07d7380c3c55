"""What lies beside each page: its JSON, its CSV, its Atom feed. Empty means unknown, never zero."""

import csv
import io
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

import orjson

from litmus.core.place import place
from litmus.publish.model.book import Book
from litmus.publish.model.cite import cite
from litmus.publish.model.parts import (
    ClausePage,
    ComparePage,
    CountryPage,
    Edition,
    EssayPage,
    Grid,
    Head,
    Matrix,
    MatrixRow,
    Page,
    RegionPage,
    SheetPage,
    VerdictPage,
    line,
    plain,
)

ENTRIES = 40


def page_json(page: Page, edition: Edition) -> bytes:
    """The page's model as it stands; a verdict's page gives its record."""
    body: Any = page.record if isinstance(page, VerdictPage) else page
    cited = cite(page.head, edition)
    whole = {
        "litmus": "page/1",
        "address": page.head.address,
        "edition": edition,
        "cite": cited.csl,
        "notes": page.head.notes,
        "page": body,
    }
    if isinstance(page, VerdictPage):
        whole["history"] = page.history
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def page_csv(page: Page) -> str:
    """The page's tables, one under the other, with the table's name in the first column and each row's address in the last."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    for g in grids(page):
        write.writerow(["table", *g.columns, "address"])
        write.writerows([g.id, *(plain(c) for c in row), next((x.to for c in row for x in c if x.to), "")] for row in g.rows)
    write.writerows(["footnote", n] for n in page.head.notes)
    return out.getvalue()


def grids(page: Page) -> list[Grid]:
    """Every table of a page, in order; the particulars of a page are a table too."""
    if isinstance(page, VerdictPage):
        about = ((("verdict", page.name), ("label", page.tile.label), ("lies in", page.shown), ("target", page.target)), page.head.address)
        first = Grid("verdict", "", ("what", "is"), tuple((line(k), line(v, about[1])) for k, v in about[0]))
        return [first, *page.conflicts, page.evidence, page.context]
    if isinstance(page, RegionPage):
        return [_matrix(page.matrix), page.wanted]
    if isinstance(page, CountryPage):
        every = tuple(r for _, found in page.verdicts for r in found)
        return [_list(every), page.asks, page.networks, *([page.timeline.table] if page.timeline else []), *page.grids]
    if isinstance(page, ClausePage):
        return [Grid("particulars", "", ("what", "is"), tuple((line(k), v) for k, v in page.facets)), page.places]
    if isinstance(page, ComparePage):
        return [*page.grids, _matrix(page.matrix)]
    if isinstance(page, EssayPage):
        rows = tuple(
            (*(line(x) for x in (c.id, str(n), c.says, c.status, c.record, c.correction)), c.facts)
            for n, found in page.paragraphs
            for c in found
        )
        return [Grid("claims", "", ("claim", "paragraph", "says", "status", "record", "correction", "facts"), rows)]
    return _sheet(page)


def _sheet(page: SheetPage) -> list[Grid]:
    facets = [Grid("particulars", "", ("what", "is"), tuple((line(k), v) for k, v in page.facets))] if page.facets else []
    ways = tuple((line(d.title), line(d.answer)) for d in page.drawings)
    drawn = [Grid("ways", "Control, ownership and exposure", ("question", "answer"), ways)] if ways else []
    return [*facets, *drawn, *page.grids]


def _matrix(m: Matrix) -> Grid:
    rows = tuple(
        (line(r.clause.text, r.clause.to), *(line(x.label, x.to) if x else line("not addressed") for x in r.tiles), (r.settled,))
        for r in m.rows
    )
    return Grid("matrix", "", ("clause", *(p.text for p in m.places), "facts settled"), rows)


def _list(rows: tuple[MatrixRow, ...]) -> Grid:
    made = tuple(
        (line(r.clause.text, x.to), line(r.title), line({"met": "met", "not": "not met"}.get(x.mark, "open")), line(x.label))
        for r in rows
        for x in r.tiles
        if x
    )
    return Grid("verdicts", "", ("clause", "title", "verdict", "label"), made)


def feed(head: Head, edition: Edition, entries: Iterable[tuple[str, str, str, str]]) -> str:
    """An Atom feed of (address, title, day, text). Names of entries are uuids of what they say, so that a change is a new entry."""
    base = f"{edition.base_url}/" if edition.base_url else "../" * head.address.count("/")
    found = list(entries)[:ENTRIES]
    out = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>Litmus: {escape(head.title)}</title>",
        f"<id>{_urn(head.address)}</id>",
        f"<updated>{edition.as_of}T00:00:00Z</updated>",
        "<author><name>Litmus</name></author>",
        *(f"<rights>{escape(n)}</rights>" for n in head.notes[:1]),
        f'<link rel="alternate" href={quoteattr(f"{base}{head.address}.html")}/>',
    ]
    for address, title, day, text in found:
        out.append(
            f"<entry><id>{_urn(f'{address} {day} {text}')}</id><title>{escape(title)}</title><updated>{day}T00:00:00Z</updated>"
            f'<link rel="alternate" href={quoteattr(f"{base}{address}.html")}/><summary>{escape(text)}</summary></entry>'
        )
    return "\n".join([*out, "</feed>", ""])


def _urn(text: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, 'litmus:' + text)}"


def feed_entries(book: Book, address: str) -> list[tuple[str, str, str, str]]:
    """What a feed tells: how the verdicts of a place or clause moved, newest first, and where they stand."""
    from litmus.publish.model.verdict import history

    kind, _, name = address.partition("/")
    chosen = [
        v for (p, c), v in book.verdicts.items() if (kind == "c" and p == name) or (kind == "k" and c == name) or kind not in {"c", "k"}
    ]
    found = [
        (
            f"v/{v.place}/{v.clause.id}",
            f"{v.clause.title}: {place(v.place).name}",
            past.since,
            f"{past.label}; the measure lies in {past.shown}",
        )
        for v in chosen
        for past in history(book, v)[:3]
    ]
    return sorted(found, key=lambda x: (x[2], x[0]), reverse=True)
