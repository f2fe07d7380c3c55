"""CSV tables, packed or not: what ``facts.dossier`` reads of a folder, as a stream."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from litmus.facts.csvfile import Record, records_of
from litmus.facts.dossier import empty_file, read_header, read_row, table_of
from litmus.facts.fault import Fault
from litmus.facts.schema import Column, Table
from litmus.imports.claim import Bad, Claim, Item
from litmus.imports.compiled import Compiled, compiled, given
from litmus.imports.inputs import Input


def read_csv(stream: BinaryIO, source: Input, after: int) -> Iterator[Item]:
    """Claims and bad records behind line ``after``, in order. A file whose table or header is unknown yields its faults only."""
    table = table_of(source.file, source.name)
    if isinstance(table, Fault):
        yield Bad(0, (table,))
        return
    records = records_of(stream, source.name)
    first = next(records, None)
    if first is None:
        yield Bad(1, (empty_file(table, source.name),))
        return
    if isinstance(first, Fault):
        yield Bad(first.line, (replace(first, holds_row=False),))
        return
    faults: list[Fault] = []
    header = read_header(first, table, source.name, faults)
    if faults and after < first.line:
        yield Bad(first.line, tuple(faults))
    if header is None:
        return
    quick = compiled(table)
    for item in records:
        if item.line > after:
            yield from _item(item, header, table, quick, source.name)


def _item(item: Record | Fault, header: list[Column | None], table: Table, quick: Compiled, name: str) -> Iterator[Item]:
    if isinstance(item, Fault):
        yield Bad(item.line, (item,))
        return
    if len(item.cells) == len(header):
        try:
            body = quick.body({c.name: text for c, text in zip(header, item.cells, strict=True) if c is not None})
        except (TypeError, ValueError):
            pass
        else:
            yield Claim(table.name, item.line, body)
            return
    faults: list[Fault] = []
    row = read_row(item, header, table, name, faults)
    if faults:
        yield Bad(item.line, tuple(faults))
    yield from given(row, item.line, name, item.offset)
