"""A reader per table, made once: cells as JSON or text to the row's canonical object, many thousands a second.

It takes the usual cells only, with answers that ``facts.parse`` gave before; for anything else it gives up on the row, and
the row is read again by ``facts.dossier.read_row``, which alone says what is wrong. So a file has the same faults here as in
a dossier folder, and the quick way cannot have rules of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from litmus.facts.csvfile import Record
from litmus.facts.dossier import read_row
from litmus.facts.fault import Fault
from litmus.facts.identity import canonical
from litmus.facts.parse import parse_cell, parser
from litmus.facts.row import Row
from litmus.facts.schema import Column, Table
from litmus.imports.claim import Bad, Item, claim, dumped

Reader = Callable[[Any], Any]
_REMEMBERED = 16_384
_MONEY_END = 2**63 // 100
_COUNT_END = 10**18


class UnusualError(ValueError):
    """The quick reader does not vouch for this row; read it the careful way."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Readers by column with the answers they gave before, the columns that every row has, and what blank ones stand for."""

    readers: Mapping[str, tuple[dict[str, Any], Reader]]
    required: frozenset[str]
    defaults: tuple[tuple[str, Any], ...]

    def body(self, cells: Mapping[str, Any]) -> bytes:
        """The canonical object of a row. Raises KeyError, TypeError or ValueError (UnusualError) for any but a usual one."""
        readers = self.readers
        told = {}
        for name, value in cells.items():
            known, read = readers[name]
            # Only texts are remembered: to a dictionary, true, 1 and 1.0 are one key.
            found = known.get(value) if type(value) is str else None
            if found is None:
                found = read(value)
            if found is not None:
                told[name] = found
        for name, default in self.defaults:
            if name not in told:
                told[name] = default
        if not told.keys() >= self.required:
            raise UnusualError
        return dumped(told)


@cache
def compiled(table: Table) -> Compiled:
    """The reader of a table."""
    return Compiled(
        {c.name: _reader(c) for c in table.columns},
        frozenset(c.name for c in table.columns if c.required),
        tuple((c.name, canonical(parse_cell(c, ""))) for c in table.columns if c.default),
    )


def _reader(column: Column) -> tuple[dict[str, Any], Reader]:
    """A cell's canonical value, or None for a blank one; TypeError or ValueError for what it does not know."""
    known: dict[str, Any] = {}
    if column.kind == "text":
        return known, _text(column)
    whole = {"money": (_MONEY_END, 100), "count": (_COUNT_END, 1)}.get(column.kind)
    parse = parser(column.kind, column.of)
    # An id is new in each row: remembering it would only fill the memory.
    remembers = column.name != "id"

    def read(value: Any) -> Any:
        if whole is not None and type(value) is int and 0 <= value < whole[0]:
            return value * whole[1]
        if value is None:
            return None
        if type(value) is list and column.kind in {"ids", "parties"}:
            return canonical(parse_cell(column, listed(value)))
        if type(value) is int:
            return canonical(parse_cell(column, str(value)))
        if type(value) is not str:
            raise UnusualError
        text = value.strip()
        found = canonical(parse(text) if text else parse_cell(column, ""))
        if remembers:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[value] = found
        return found

    return known, read


def _text(column: Column) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is str:
            stripped = value.strip()
            if stripped and "\x00" not in stripped:
                return stripped
            if not stripped:
                return column.default or None
        if value is None:
            return None
        raise UnusualError

    return read


def listed(values: Sequence[Any]) -> str:
    """A list of ids as a cell writes it. Raises UnusualError for members that are no plain texts."""
    if not all(type(v) is str and v and "|" not in v for v in values):
        raise UnusualError
    return "|".join(values)


def careful(line: int, offset: int, cells: Mapping[str, str], table: Table, name: str, *, more: Sequence[str] = ()) -> list[Item]:
    """A row read the way a dossier folder is: the claim, or the faults of its record. ``more``: columns that the record lacks."""
    columns = {c.name: c for c in table.columns}
    header: list[Column | None] = [columns.get(n) for n in (*cells, *more)]
    faults: list[Fault] = []
    row = read_row(Record(line, offset, [*cells.values(), *("" for _ in more)]), header, table, name, faults)
    return [*([Bad(line, tuple(faults))] if faults else []), *given(row, line, name, offset)]


def given(row: Row | None, line: int, name: str, offset: int) -> list[Item]:
    """The claim of a row; text that no file could hold is a fault."""
    if row is None:
        return []
    for column, value in row.values.items():
        if isinstance(value, str) and "\x00" in value:
            return [Bad(line, (Fault(name, line, column, value[:60], "NUL character in the text; remove it", offset),))]
    try:
        return [claim(row)]
    except TypeError:
        return [Bad(line, (Fault(name, line, "", "", "text that is not valid Unicode; save the file as UTF-8", offset),))]
