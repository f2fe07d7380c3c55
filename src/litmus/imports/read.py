"""Any supported file as a stream of claims and bad records."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from litmus.facts.fault import Fault
from litmus.imports.claim import Bad, Item
from litmus.imports.csvtable import read_csv
from litmus.imports.declared import FORMATS, read_declared
from litmus.imports.inputs import Input, opened
from litmus.imports.jsonlines import read_jsonlines
from litmus.imports.sheets import read_workbook, sheets

READERS: dict[str, Callable[[BinaryIO, Input, int], Iterator[Item]]] = {
    "csv": read_csv,
    "jsonl": read_jsonlines,
    "xlsx": read_workbook,
    **dict.fromkeys(FORMATS, read_declared),
}


@contextmanager
def reading(source: Input, after: int = 0) -> Iterator[tuple[Iterator[Item], Callable[[], int]]]:
    """The items of a file behind line ``after``, and a function that says how many bytes of it are read."""
    with opened(source) as (stream, file):
        yield _items(stream, source, after), file.tell


def _items(stream: BinaryIO, source: Input, after: int) -> Iterator[Item]:
    """The reader's items; a packed file that breaks off is a fault, not a crash."""
    line = after
    try:
        for item in READERS[source.format](stream, source, after):
            line = item.line
            yield item
    except (EOFError, gzip.BadGzipFile, zlib.error) as err:
        expected = f"the packed file breaks off or is damaged behind line {line} ({err}); pack it again (the lines before it are in)"
        yield Bad(line + 1, (Fault(source.name, line + 1, "", "", expected, holds_row=False),))


def parts(source: Input) -> list[Input]:
    """A workbook's sheets; any other file as it is."""
    return sheets(source) if source.format == "xlsx" else [source]
