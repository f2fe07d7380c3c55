"""What a country report holds, as plain data: the same page model as the site, in the order in which a minister reads.

The report's own text stands in ``words.toml``, once for every output; this gives the facts. Sources are numbered in the order in
which they are first cited, and every verdict and every fact carries its numbers.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, NamedTuple

from litmus.clauses.build import has_parts
from litmus.clauses.verdict import Verdict
from litmus.core.dates import show_when
from litmus.core.place import footnotes, place, within
from litmus.facts.row import Row
from litmus.publish.coverage import most_wanted
from litmus.publish.export.files import about
from litmus.publish.model.book import GROUP_TITLES, Book
from litmus.publish.model.country import country_page
from litmus.publish.model.parts import Chart, Line, Settle, VerdictPage, Witness, plain
from litmus.publish.model.plainly import asked
from litmus.publish.model.verdict import verdict_page
from litmus.publish.model.words import grade, says, short

PAPERS = 12


class Room(NamedTuple):
    """How many facts, lines of a list and bars of a chart a verdict may take."""

    facts: int
    lines: int
    bars: int


#: A country whose parts are judged each has three times as much to tell; both keep a report within 25 pages.
WHOLE, IN_PARTS = Room(7, 3, 5), Room(4, 2, 3)
WORDS = {"met": "met", "not": "not met", "open": "open"}
#: Characters that XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
            said = {k: v[k] or "" for k in ("publisher", "title", "address", "sha256")}
            yield {"n": number, **said, **days}


def report_data(book: Book, code: str) -> dict[str, Any]:
    """Everything that the report of one place says. KeyError for a place without verdicts."""
    page = country_page(book, code)
    numbers = Numbers(book)
    verdicts = [_verdict(book, verdict_page(book, code, v.clause.id), numbers) for v in book.of_place(code)]
    contested = _contested(book, code, numbers)
    replies = [{"party": book.names.get(str(r.values["party"]), ""), "text": str(r.values["text"])} for r in _replies(book, code)]
    edition = about(book.edition) | {"facts": book.edition.facts, "sources": book.edition.sources, "clauses": book.edition.clauses}
    words, requests = _words(edition, place(code).name), _requests(book, code)
    return {
        "about": edition,
        "words": words,
        "place": place(code).name,
        "code": code,
        "summary": plain(page.head.lede),
        "counts": _counts(book, code),
        "requests": requests,
        "wanted": _wanted(requests, words["wanted"]),
        "groups": [
            {"title": GROUP_TITLES.get(g, g), "verdicts": [v for v in verdicts if v["group"] == g]}
            for g in dict.fromkeys(v["group"] for v in verdicts)
        ],
        "contested": contested,
        "replies": replies,
        "footnotes": footnotes(tuple(dict.fromkeys((code, "XK")))) if within(code, "XK") else footnotes(("XK",)),
        "sources": list(numbers.listed()),
    }


def writable(data: Any) -> Any:
    """The data with every character that XML 1.0 forbids shown as the sign for an unreadable one."""
    if isinstance(data, str):
        return _FORBIDDEN.sub("\ufffd", data)
    if isinstance(data, dict):
        return {k: writable(v) for k, v in data.items()}
    return [writable(v) for v in data] if isinstance(data, list) else data


def _words(edition: dict[str, Any], name: str) -> dict[str, str]:
    """The report's own text, with the place and the edition filled in."""
    told = tomllib.loads(resources.files("litmus.publish.report").joinpath("words.toml").read_text("utf-8"))
    known = {k: edition[k] for k in ("as_of", "known_at", "regime", "facts", "sources", "snapshot")}
    known |= {"place": name, "short": edition["snapshot"][:12], "version": edition["litmus_version"]}
    return {k: v.format_map(known) for k, v in told.items()}


def _counts(book: Book, code: str) -> dict[str, int]:
    found = [v.truth for v in book.of_place(code)]
    return {"met": found.count(True), "not": found.count(False), "open": found.count(None)}


def _requests(book: Book, code: str) -> list[dict[str, Any]]:
    """The papers to ask for, most useful first, each with the open verdicts that it would help to settle."""
    titles = {f"{v.clause.id} ({v.place})": {"clause": v.clause.id, "title": v.clause.title} for v in book.of_place(code)}
    found = []
    for w in most_wanted(book.of_place(code), PAPERS):
        paper = plain((asked(w.id, w.label, book, code),)).removeprefix(f"{place(code).name}: ")
        found.append({"paper": paper[:1].upper() + paper[1:], "helps": [titles[name] for name in w.verdicts if name in titles]})
    return found


def _wanted(requests: list[dict[str, Any]], pattern: str) -> str:
    """The paper that bears on most open verdicts, when it bears on more than one."""
    if not requests or len(requests[0]["helps"]) < 2:
        return ""
    paper = requests[0]["paper"]
    return pattern.format(paper=paper[:1].lower() + paper[1:], n=len(requests[0]["helps"]))


def _contested(book: Book, code: str, numbers: Numbers) -> list[dict[str, Any]]:
    """What sources contradict, each with its readings and the clauses that hang on it."""
    found: dict[tuple[str, ...], tuple[list[Row], list[Verdict]]] = {}
    for v in book.of_place(code):
        for fact in v.problem.items if "contested" in v.reasons else ():
            rows = [book.rows[i] for i in fact.rows if i in book.rows]
            if "contested" in fact.why and rows:
                found.setdefault(tuple(r.id for r in rows), (rows, []))[1].append(v)
    return [
        {
            "about": short(rows[0], book.names),
            "clauses": [{"clause": c, "title": t} for c, t in dict.fromkeys((v.clause.id, v.clause.title) for v in on)],
            "readings": [_row(book, r, numbers) for r in rows],
        }
        for rows, on in found.values()
    ]


def _replies(book: Book, code: str) -> list[Row]:
    return [r for r in book.dossier.rows.get("reply", []) if within(r.place, code)]


def _row(book: Book, r: Row, numbers: Numbers) -> dict[str, Any]:
    """A row in words. ``bare``: it says nothing beyond what it is about, so that only its note tells why it stands there."""
    said = plain(says(r, book.names))
    note = str(r.values["note"] or "")
    return {"id": r.id, "says": said, "grade": grade(r), "source": numbers.of(r), "note": note, "bare": ": " not in said}


def _verdict(book: Book, page: VerdictPage, numbers: Numbers) -> dict[str, Any]:
    v = book.verdicts[page.tile.place, page.tile.clause]
    rows = [book.facts[i] for i in v.evidence if i in book.facts]
    room = IN_PARTS if has_parts(v.place) else WHOLE
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
        "standing": _standing(page),
        "reasons": list(page.reasons),
        "basis": [plain(b) for b in page.basis],
        "chart": _chart(page.chart, page.target, room),
        "settle": [_settle(s, room) for s in page.settle],
        "witnesses": [_witness(w, room) for w in page.witnesses],
        "evidence": [_row(book, r, numbers) for r in rows[: room.facts]],
        "more": max(0, len(rows) - room.facts),
        "replies": [{"party": r.party.text, "text": r.text} for r in page.replies],
    }


def _standing(page: VerdictPage) -> list[str]:
    """Where the verdict stands in time, as short pieces; what the verdict's own word says already is left out."""
    first = [] if page.tile.label == WORDS[page.tile.mark] else [page.tile.label]
    return [*first, *(f"{k}: {x}" for k, x in page.clock)]


def _chart(chart: Chart | None, target: str, room: Room) -> dict[str, Any] | None:
    if chart is None:
        return None
    shown = chart.bars[: room.bars]
    bars = [
        {"label": b.label, "lo": b.lo, "hi": b.hi, "shown": b.shown, "mark": b.mark, "target": b.target, "target_shown": b.target_shown,
         "open_end": b.open_end}
        for b in shown
    ]  # fmt: skip
    said = "; ".join(f"{b.label + ': ' if b.label else ''}{b.shown}" for b in shown)
    more = max(0, len(chart.bars) - room.bars) + chart.more
    alt = f"The measure lies in {said}. The target is {target}."
    return {"bars": bars, "ticks": [list(t) for t in chart.ticks], "more": more, "side": chart.side, "alt": alt}


def _lines(found: tuple[Line, ...], more: int, room: Room) -> dict[str, Any]:
    return {"lines": [plain(x) for x in found[: room.lines]], "more": more + max(0, len(found) - room.lines)}


def _settle(s: Settle, room: Room) -> dict[str, Any]:
    return {"towards": s.towards, "how": s.how, **_lines(s.findings, s.more, room)}


def _witness(w: Witness, room: Room) -> dict[str, Any]:
    return {"meets": w.meets, **_lines(w.lines, w.more, room)}
