"""The tables of a whole edition as CSV: one row a verdict, a fact, a source. Empty means unknown, never zero."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from litmus.core.place import row_footnote
from litmus.publish.model.book import Book, verdict_address
from litmus.publish.model.parts import plain
from litmus.publish.model.words import grade, says
from litmus.publish.record import number_text, show_interval


def _csv(rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    write: csv.DictWriter[str] | None = None
    for row in rows:
        if write is None:
            write = csv.DictWriter(out, list(row), lineterminator="\n")
            write.writeheader()
        write.writerow(row)
    return out.getvalue()


def verdicts_csv(book: Book) -> str:
    """Every verdict in a row. Bounds are exact text; a verdict with nothing to measure has empty bounds and says so."""
    return _csv(_verdicts(book))


def _verdicts(book: Book) -> Iterator[dict[str, Any]]:
    for v in book.verdicts.values():
        lo, hi = ("", "") if v.interval is None else (number_text(v.interval.lo), number_text(v.interval.hi))
        known, needed = v.coverage
        yield {
            "place": v.place, "clause": v.clause.id, "version": v.clause.version, "state": v.name, "label": v.label, "lo": lo, "hi": hi,
            "shown": show_interval(v, v.interval), "target": v.clause.target_text, "reasons": "|".join(v.reasons), "facts_settled": known,
            "facts_needed": needed, "as_of": book.edition.as_of, "known_at": book.edition.known_at,
            "address": f"{verdict_address(v.place, v.clause.id)}.html", "footnote": row_footnote(v.place),
        }  # fmt: skip


def facts_csv(book: Book) -> str:
    """Every fact in a row."""
    return _csv(
        {
            "id": r.id, "table": r.table, "place": r.place, "says": plain(says(r, book.names)), "stance": r.values["stance"],
            "grade": grade(r), "source": r.values["source"], "locator": r.values["locator"] or "", "note": r.values["note"] or "",
            "address": f"f/{r.id}.html", "footnote": row_footnote(r.place),
        }
        for r in book.facts.values()
    )  # fmt: skip


def sources_csv(book: Book) -> str:
    """Every source in a row."""
    return _csv(
        {
            "id": r.id, "publisher": r.values["publisher"], "title": r.values["title"] or "", "address": r.values["address"],
            "kind": r.values["kind"], "mirrors": r.values["mirrors"] or "", "facts": len(book.rows_of_source.get(r.id, [])),
            "page": f"s/{r.id}.html",
        }
        for r in book.sources.values()
    )  # fmt: skip
