"""Holdings from a plain table: owner, company, share, dates, one holding a line.

Columns, in any order: ``owner`` and ``owned`` (names or ids), then as far as there are any ``share`` (``58.11``, ``>50``,
``25-50 %``), or ``share_lo`` and ``share_hi``; ``interest`` (equity, voting, control, economic; equity when blank);
``valid_from``, ``valid_to``, ``note``. Every line gives rows, or one fault.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from litmus.core.words import expected_word, word_list
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.party_rows import RefusedError, Seen, Source, day, in_order, party_id, read_percent, row, span
from litmus.imports.records import Found, csv_records

COLUMNS = ("owner", "owned", "share", "share_lo", "share_hi", "interest", "valid_from", "valid_to", "note")


def rows(stream: BinaryIO, source: Source) -> Iterator[Row | Fault]:
    """Rows and faults of a table of holdings."""
    seen = Seen()
    for found in csv_records(stream, source.file or source.id):
        if isinstance(found, Fault):
            yield found
            continue
        try:
            made = list(_holding(found, source, seen))
        except RefusedError as err:
            yield err.fault(source, found.line, found.offset)
            continue
        yield from made


def _holding(found: Found, source: Source, seen: Seen) -> Iterator[Row]:
    value = found.value
    for column in value:
        if column not in COLUMNS:
            raise RefusedError(column, value[column], expected_word(column, COLUMNS, "column"))
    for column in ("owner", "owned"):
        if column not in value:
            raise RefusedError(column, "", "a holding needs its owner and its company; fill it in")
    interest = value.get("interest", "equity")
    if interest not in word_list("interest"):
        raise RefusedError("interest", interest, expected_word(interest, word_list("interest"), "interest"))
    begin, end = day(value.get("valid_from"), "valid_from"), day(value.get("valid_to"), "valid_to")
    in_order(begin, end, "valid_to")
    lo, hi = _share(value)
    ends = {column: party_id("table", value[column]) for column in ("owner", "owned")}
    for column, ident in ends.items():
        yield from seen.describe(source, found.line, ident, value[column], "unknown")
    cells: dict[str, Any] = {"interest": interest, "share_lo": lo, "share_hi": None if lo == hi else hi, "note": value.get("note")}
    cells |= {"valid_from": begin, "valid_to": end, "id": f"{source.id[:60]}-{found.line}"}
    yield row("ownership", source, found.line, **ends, **cells)


def _share(value: dict[str, Any]) -> tuple[int | None, int | None]:
    if "share" in value:
        found = read_percent(value["share"], "share")
        if found is None:
            raise RefusedError("share", value["share"], "expected a share such as 58.11, >50 or 25-50 %")
        return found
    if "share_lo" not in value:
        return None, None
    return span(value["share_lo"], value.get("share_hi", value["share_lo"]), "share_lo")
