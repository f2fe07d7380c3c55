"""What a country report holds, as plain data: the same page model as the site, in the order in which a minister reads.

The document's own text (headings, labels) stands in the template; this gives the facts. Sources are numbered in the order in
which they are first cited, and every verdict and every fact carries its numbers.
"""

from collections.abc import Iterator
from typing import Any

from litmus.core.dates import show_when
from litmus.core.place import footnotes, place, within
from litmus.facts.row import Row
from litmus.publish.export.files import about
from litmus.publish.model.book import GROUP_TITLES, Book
from litmus.publish.model.country import country_page
from litmus.publish.model.parts import Chart, Grid, Line, Settle, VerdictPage, Witness, plain
from litmus.publish.model.verdict import verdict_page
from litmus.publish.model.words import grade, says

FACTS, LINES = 8, 4
WORDS = {"met": "met", "not": "not met", "open": "open"}


class Numbers:
    """Sources by the number under which they are cited, in order of first use."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.order: dict[str, int] = {}

    def of(self, row: Row) -> int | None:
        """The number of a row's source; None for a row without one."""
        source = str(row.values["source"] or "")
        return self.order.setdefault(source, len(self.order) + 1) if source in self.book.sources else None

    def listed(self) -> Iterator[dict[str, Any]]:
        """The sources, with where and when they were read."""
        for name, number in self.order.items():
            v = self.book.sources[name].values
            days = {k: show_when(v[k]) for k in ("published", "retrieved") if v[k] is not None}
            yield {"n": number, "publisher": v["publisher"], "title": v["title"] or "", "address": v["address"] or "", **days}


def report_data(book: Book, code: str) -> dict[str, Any]:
    """Everything that the report of one place says. KeyError for a place without verdicts."""
    page = country_page(book, code)
    numbers = Numbers(book)
    verdicts = [_verdict(book, verdict_page(book, code, v.clause.id), numbers) for v in book.of_place(code)]
    contested = [_row(book, r, numbers) for r in _contested(book, code)]
    replies = [{"party": book.names.get(str(r.values["party"]), ""), "text": str(r.values["text"])} for r in _replies(book, code)]
    return {
        "about": about(book.edition) | {"facts": book.edition.facts, "sources": book.edition.sources, "clauses": book.edition.clauses},
        "place": place(code).name,
        "code": code,
        "summary": plain(page.head.lede),
        "counts": _counts(book, code),
        "asks": _grid(page.asks),
        "groups": [
            {"title": GROUP_TITLES.get(g, g), "verdicts": [v for v in verdicts if v["group"] == g]}
            for g in dict.fromkeys(v["group"] for v in verdicts)
        ],
        "contested": contested,
        "replies": replies,
        "footnotes": footnotes(tuple(dict.fromkeys((code, "XK")))) if within(code, "XK") else footnotes(("XK",)),
        "sources": list(numbers.listed()),
    }


def _counts(book: Book, code: str) -> dict[str, int]:
    found = [v.truth for v in book.of_place(code)]
    return {"met": found.count(True), "not": found.count(False), "open": found.count(None)}


def _contested(book: Book, code: str) -> list[Row]:
    found: dict[str, Row] = {}
    for v in book.of_place(code):
        if "contested" in v.reasons:
            for fact in v.problem.items:
                if "contested" in fact.why:
                    found |= {i: book.rows[i] for i in fact.rows if i in book.rows}
    return list(found.values())


def _replies(book: Book, code: str) -> list[Row]:
    return [r for r in book.dossier.rows.get("reply", []) if within(r.place, code)]


def _row(book: Book, r: Row, numbers: Numbers) -> dict[str, Any]:
    return {"id": r.id, "says": plain(says(r, book.names)), "grade": grade(r), "source": numbers.of(r), "note": str(r.values["note"] or "")}


def _verdict(book: Book, page: VerdictPage, numbers: Numbers) -> dict[str, Any]:
    v = book.verdicts[page.tile.place, page.tile.clause]
    rows = [book.facts[i] for i in v.evidence if i in book.facts]
    return {
        "clause": v.clause.id,
        "title": v.clause.title,
        "group": v.clause.group,
        "mark": page.tile.mark,
        "state": WORDS[page.tile.mark],
        "label": page.tile.label,
        "finding": page.finding,
        "summary": page.summary,
        "target": page.target,
        "shown": page.shown,
        "proposal": page.proposal,
        "clock": [f"{k}: {x}" for k, x in page.clock],
        "reasons": list(page.reasons),
        "basis": [plain(b) for b in page.basis],
        "chart": _chart(page.chart),
        "settle": [_settle(s) for s in page.settle],
        "witnesses": [_witness(w) for w in page.witnesses],
        "evidence": [_row(book, r, numbers) for r in rows[:FACTS]],
        "more": max(0, len(rows) - FACTS),
    }


def _chart(chart: Chart | None) -> dict[str, Any] | None:
    if chart is None:
        return None
    bars = [{"label": b.label, "lo": b.lo, "hi": b.hi, "shown": b.shown, "mark": b.mark, "target": b.target} for b in chart.bars[:6]]
    return {"bars": bars, "more": max(0, len(chart.bars) - 6) + chart.more, "side": chart.side, "alt": chart.alt}


def _lines(found: tuple[Line, ...], more: int) -> dict[str, Any]:
    return {"lines": [plain(x) for x in found[:LINES]], "more": more + max(0, len(found) - LINES)}


def _settle(s: Settle) -> dict[str, Any]:
    return {"towards": s.towards, "how": s.how, **_lines(s.findings, s.more)}


def _witness(w: Witness) -> dict[str, Any]:
    return {"meets": w.meets, **_lines(w.lines, w.more)}


def _grid(g: Grid) -> dict[str, Any]:
    return {"columns": list(g.columns), "rows": [[plain(c) for c in row] for row in g.rows], "note": plain(g.note), "empty": g.empty}
