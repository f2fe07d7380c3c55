"""XLSX workbooks: each sheet that is named after a table, or the only sheet of a file that is.

Cells are read as a CSV file would hold them. A formula counts by the value that the spreadsheet program stored; one without
a stored value is a fault, not a blank.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from typing import Any, BinaryIO, cast

from litmus.core.words import expected_word
from litmus.facts.csvfile import Record
from litmus.facts.dossier import empty_file, read_header, read_row, table_of
from litmus.facts.fault import Fault
from litmus.facts.schema import Column, Table, tables
from litmus.imports.claim import Bad, Item
from litmus.imports.compiled import given
from litmus.imports.inputs import Input, opened

NEEDS = "XLSX workbooks need the extra `xlsx`: pip install 'litmus-monitor[xlsx]', or save the sheets as CSV"


def sheets(source: Input) -> list[Input]:
    """Each sheet of a workbook as an input of its own; the workbook itself where it cannot be read. ValueError without openpyxl."""
    with opened(source) as (stream, _), _seekable(stream, source) as whole:
        found = _load(whole, data_only=True)
        if isinstance(found, str):
            return [source]
        titles = [sheet.title for sheet in found.worksheets]
    return [replace(source, sheet=title, name=f"{source.name}#{title}") for title in titles]


def read_workbook(stream: BinaryIO, source: Input, after: int) -> Iterator[Item]:
    """Claims and bad records of one sheet behind row ``after``, in order. ValueError without openpyxl."""
    with _seekable(stream, source) as whole:
        values, formulas = _load(whole, data_only=True), _load(whole, data_only=False)
        if isinstance(values, str) or isinstance(formulas, str):
            yield Bad(0, (Fault(source.name, 0, "", "", f"not a workbook that can be read ({values}); save it anew", holds_row=False),))
            return
        table = _table(source, alone=len(values.sheetnames) == 1)
        if isinstance(table, Fault):
            yield Bad(0, (table,))
            return
        for item in _sheet(values[source.sheet], formulas[source.sheet], table, source.name):
            if item.line > after:
                yield item


@contextmanager
def _seekable(stream: BinaryIO, source: Input) -> Iterator[BinaryIO]:
    if not source.packed:
        yield stream
        return
    with tempfile.TemporaryFile() as whole:
        shutil.copyfileobj(stream, whole)
        yield cast("BinaryIO", whole)


def _load(stream: BinaryIO, *, data_only: bool) -> Any:
    """The workbook, or the name of what is wrong with it."""
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as err:
        raise ValueError(NEEDS) from err
    stream.seek(0)
    try:
        return load_workbook(stream, read_only=True, data_only=data_only)
    except Exception as err:  # noqa: BLE001 - openpyxl raises whatever its zip and XML parsers do
        return type(err).__name__


def _table(source: Input, *, alone: bool) -> Table | Fault:
    wanted = source.sheet.strip().casefold()
    named = tables().get("source" if wanted == "sources" else wanted)
    if named is None and alone:
        return table_of(source.file, source.name)
    expected = expected_word(source.sheet, tables(), "table") + " (a sheet is named after its table); this sheet was not read"
    return named or Fault(source.name, 0, "", source.sheet, expected, holds_row=False)


def _sheet(sheet: Any, formulas: Any, table: Table, name: str) -> Iterator[Item]:
    header: list[Column | None] | None = None
    for line, (row, raw) in enumerate(zip_longest(sheet.iter_rows(), formulas.iter_rows(), fillvalue=()), start=1):
        cells, wrong = _texts(row, raw)
        if not any(cells) and not wrong:
            continue
        if header is None:
            faults: list[Fault] = []
            header = read_header(Record(line, 0, cells), table, name, faults)
            if faults:
                yield Bad(line, tuple(faults))
            if header is None:
                return
            continue
        yield from _row(cells, wrong, header, table, name, line)
    if header is None:
        yield Bad(1, (empty_file(table, name),))


def _row(
    cells: list[str], wrong: list[tuple[int, str, str]], header: list[Column | None], table: Table, name: str, line: int
) -> Iterator[Item]:
    if wrong:
        faults = [
            Fault(name, line, c.name if at < len(header) and (c := header[at]) else "", value, expected, holds_row=n == 0)
            for n, (at, value, expected) in enumerate(wrong)
        ]
        yield Bad(line, tuple(faults))
        return
    # Spreadsheets leave out the blank cells at the end of a row, or add some.
    cells += [""] * (len(header) - len(cells))
    found: list[Fault] = []
    row = read_row(Record(line, 0, cells), header, table, name, found)
    if found:
        yield Bad(line, tuple(found))
    yield from given(row, line, name, 0)


def _texts(row: Any, raw: Any) -> tuple[list[str], list[tuple[int, str, str]]]:
    """The cells as text without the blank ones at the end; and those that hold no value: place, what is there, the fix."""
    cells: list[str] = []
    wrong: list[tuple[int, str, str]] = []
    for at, cell in enumerate(row):
        value = cell.value
        if value is None:
            formula = raw[at].value if at < len(raw) else None
            if isinstance(formula, str) and formula.startswith("="):
                wrong.append((at, formula, "formula without a stored value; open and save the workbook in a spreadsheet program"))
            cells.append("")
        elif getattr(cell, "data_type", "") == "e":
            wrong.append((at, str(value), "the spreadsheet shows an error in this cell; mend it or leave it blank"))
            cells.append("")
        else:
            cells.append(_text(value))
    while cells and not cells[-1].strip():
        cells.pop()
    return cells, wrong


def _text(value: Any) -> str:
    """A value as a CSV file would hold it: days without the time that spreadsheets add, numbers by their digits."""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


#: For importers of tables that are none of ours: the workbook of a stream (or what is wrong with it), and a row's cells as text.
workbook_of, cell_texts = _load, _texts
