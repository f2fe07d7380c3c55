"""The tables that every export is made of: verdicts, cells of settling sets, facts, sources. One place says what a column means.

An empty cell means unknown or not applicable, never zero and never no: the column ``state`` beside it says which.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litmus.core.dates import Days, show_day
from litmus.core.place import place, row_footnote
from litmus.facts.row import Row
from litmus.publish.model.book import Book, verdict_address
from litmus.publish.model.parts import plain
from litmus.publish.model.words import grade, says
from litmus.publish.record import number_text, scale, show_interval

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """``type``: string, integer or date (ISO 8601). Exact numbers are strings: an integer, a fraction n/d, inf or -inf."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A table: its key columns come first and are unique together."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """The rows by column name."""
        names = [c.name for c in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def _c(name: str, doc: str, kind: str = "string") -> Column:
    return Column(name, kind, doc)


_FOOT = _c("footnote", "The footnote that a row on this place must carry wherever it is shown")
VERDICT_COLUMNS = (
    _c("place", "Code of the place"),
    _c("clause", "Id of the clause"),
    _c("clause_version", "Version of the clause's text", "integer"),
    _c("place_name", "Name of the place"),
    _c("title", "Title of the clause"),
    _c("state", "MET: every completion of the evidence meets the clause; NOT_MET: none does; UNDETERMINED: the evidence leaves it open"),
    _c("label", "Where the verdict stands in time: met early, on track, breached …"),
    _c("measure_state", "measured, or nothing-to-measure; then lo and hi are empty"),
    _c("lo", "Lower end of the measure, exact"),
    _c("hi", "Upper end of the measure, exact; inf: no upper end is known"),
    _c("scale", "How lo and hi are read: ratio, number, money (minor units), date (days since 0001-01-01, which is 1), or a ladder's rung"),
    _c("shown", "The measure for people"),
    _c("target", "What the clause asks"),
    _c("proposal", "yes: the clause's number is a proposal of this project, no act's"),
    _c("reasons", "Why it is open, joined by |"),
    _c("facts_settled", "How many of the facts that the verdict needs are settled", "integer"),
    _c("facts_needed", "How many facts the verdict needs", "integer"),
    _c("as_of", "Day of the world", "date"),
    _c("known_at", "Day of the knowledge", "date"),
    _c("snapshot", "Id of the evidence"),
    _c("clause_sha256", "Hash of the clause's file"),
    _c("page", "Address of its page within a published site"),
    _FOOT,
)
SETTLE_COLUMNS = (
    _c("place", "Code of the place"),
    _c("clause", "Id of the clause"),
    _c("towards", "Verdict that the set would give: MET or NOT_MET"),
    _c("fact", "Id of the fact whose evidence is missing or open"),
    _c("label", "What the fact is about"),
    _c("finding", "What the evidence would have to show"),
    _c("method", "exact or milp: no smaller set does it; small, greedy: perhaps a smaller one would"),
    _FOOT,
)
FACT_COLUMNS = (
    _c("id", "Id of the row"),
    _c("table", "Table of the row (docs/facts.md)"),
    _c("place", "Code of the place"),
    _c("says", "The row in words"),
    _c("stance", "asserts or denies"),
    _c("state", "dated, or date-unknown; then valid_from and valid_to are empty"),
    _c("valid_from", "First day on which it may have begun to hold", "date"),
    _c("valid_to", "Last day on which it may have held; empty: no end is on record", "date"),
    _c("known_from", "Day since when it is known", "date"),
    _c("grade", "Reliability of the source and credibility of the claim, A1 to F6"),
    _c("source", "Id of the source"),
    _c("locator", "Where in the source"),
    _c("supersedes", "Ids of the rows that it corrects, joined by |"),
    _c("note", "Note"),
    _FOOT,
)
SOURCE_COLUMNS = (
    _c("id", "Id of the source"),
    _c("publisher", "Publisher"),
    _c("title", "Title"),
    _c("address", "Address, or the reference of a document that has none"),
    _c("kind", "official, court, regulator, operator, press, think-tank, mirror …"),
    _c("state", "dated, or date-unknown; then published is empty"),
    _c("published", "First day on which it may have been published", "date"),
    _c("retrieved", "Day on which it was read", "date"),
    _c("mirrors", "Id of the source that it repeats; such claims count once"),
    _c("facts", "How many rows of this edition rest on it", "integer"),
)


_NEED_KEY = ("place", "clause", "towards", "fact", "finding")


def frames(book: Book) -> tuple[Frame, ...]:
    """Every table of an edition."""
    return (
        Frame("verdicts", "Verdicts", ("place", "clause"), VERDICT_COLUMNS, tuple(_verdicts(book))),
        Frame("settling", "What would settle open verdicts", _NEED_KEY, SETTLE_COLUMNS, tuple(_settling(book))),
        Frame("facts", "Facts", ("id",), FACT_COLUMNS, tuple(_fact(book, r) for r in book.facts.values())),
        Frame("sources", "Sources", ("id",), SOURCE_COLUMNS, tuple(_source(book, r) for r in book.sources.values())),
    )


def _verdicts(book: Book) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    for v in book.verdicts.values():
        known, needed = v.coverage
        ends: tuple[Cell, Cell] = (None, None) if v.interval is None else (number_text(v.interval.lo), number_text(v.interval.hi))
        found.append((
            v.place, v.clause.id, v.clause.version, place(v.place).name, v.clause.title, v.name, v.label,
            "nothing-to-measure" if v.interval is None else "measured", *ends, scale(v), show_interval(v, v.interval), v.clause.target_text,
            "yes" if v.clause.is_proposal else "no", "|".join(v.reasons) or None, known, needed, book.edition.as_of, book.edition.known_at,
            book.edition.snapshot, v.clause.digest, f"{verdict_address(v.place, v.clause.id)}.html", row_footnote(v.place) or None,
        ))  # fmt: skip
    return found


def _settling(book: Book) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    for v in book.verdicts.values():
        if v.truth is not None:
            continue
        for way in book.settling[v.place, v.clause.id]:
            for need in way["facts"]:
                finding = need["finding"] if isinstance(need["finding"], str) else str(need["finding"])
                row = (v.place, v.clause.id, way["towards"], need["fact"], need["label"], finding, way["method"])
                found.append((*row, row_footnote(v.place) or None))
    return list(dict.fromkeys(found))


def _fact(book: Book, r: Row) -> tuple[Cell, ...]:
    v = r.values
    begins, ends = _first(v.get("valid_from")), _last(v.get("valid_to"))
    state = "dated" if begins or ends else "date-unknown"
    said = (r.id, r.table, r.place, plain(says(r, book.names)), v["stance"], state, begins, ends, _first(v.get("known_from")), grade(r))
    corrected = "|".join(v["supersedes"] or ()) or None
    return (*said, v["source"], v["locator"] or None, corrected, v["note"] or None, row_footnote(r.place) or None)


def _source(book: Book, r: Row) -> tuple[Cell, ...]:
    v = r.values
    published = _first(v.get("published"))
    return (
        r.id, v["publisher"], v["title"] or None, v["address"] or None, v["kind"], "dated" if published else "date-unknown", published,
        _first(v.get("retrieved")), v["mirrors"] or None, len(book.rows_of_source.get(r.id, [])),
    )  # fmt: skip


def _end(which: Callable[[Days], int], value: Any) -> str | None:
    return show_day(which(value)) if isinstance(value, Days) else None


def _first(value: Any) -> str | None:
    return _end(lambda d: d.lo, value)


def _last(value: Any) -> str | None:
    return _end(lambda d: d.hi, value)
