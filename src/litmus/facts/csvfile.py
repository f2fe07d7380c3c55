"""A CSV file as records and faults: UTF-8, RFC 4180 quoting, one bad record never spoils the next.

Python's csv module is given one record at a time, so that a stray quote costs one record and not the rest of the file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from litmus.facts.fault import Fault

MAX_LINE = 1_000_000
MAX_CELL = 131_072
MAX_RECORD_LINES = 50
UNCLOSED = "quote opened and never closed; double a quote inside a quoted cell"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its first line (from 1), the byte offset of that line, and its cells."""

    line: int
    offset: int
    cells: list[str]


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each line; a line over the limit is cut, its rest skipped."""
    offset = 0
    while True:
        raw = stream.readline(MAX_LINE + 1)
        if not raw:
            return
        start, size = offset, len(raw)
        if len(raw) > MAX_LINE and not raw.endswith(b"\n"):
            while True:
                more = stream.readline(MAX_LINE)
                size += len(more)
                if not more or more.endswith(b"\n"):
                    break
        offset += size
        yield start, raw


def decode_line(raw: bytes, name: str, line: int, offset: int) -> str | Fault:
    """The text of a line, or why it has none."""
    if len(raw) > MAX_LINE:
        return Fault(name, line, "", "", f"line longer than {MAX_LINE} bytes; split it or fix the quoting", offset)
    if b"\x00" in raw:
        return Fault(name, line, "", "", "NUL byte in the line; save the file as UTF-8 text", offset)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as err:
        bad = raw[err.start : err.start + 4].hex(" ")
        return Fault(name, line, "", bad, f"invalid UTF-8 at byte {err.start + 1} of the line; save as UTF-8", offset)


def _cells(text: str) -> list[str]:
    rows = list(csv.reader([text], strict=True))
    # Not left to the csv module: its limit is one for the whole process, and other libraries change it.
    if rows and any(len(cell) > MAX_CELL for cell in rows[0]):
        msg = "field larger than field limit"
        raise csv.Error(msg)
    return rows[0] if rows else []


def read_records(path: Path, name: str) -> Iterator[Record | Fault]:
    """Records and faults of a file, in order; ``name`` is the file's name in messages. Blank lines are skipped."""
    with path.open("rb") as stream:
        yield from records_of(stream, name)


def records_of(stream: BinaryIO, name: str) -> Iterator[Record | Fault]:
    """Records and faults of an open stream; see ``read_records``."""
    pending: list[tuple[int, int, str]] = []
    for number, (offset, raw) in enumerate(read_lines(stream), start=1):
        body = raw[len(BOM) :] if number == 1 and raw.startswith(BOM) else raw
        text = decode_line(body, name, number, offset)
        if isinstance(text, Fault):
            yield from _give_up(pending, name)
            pending = []
            yield text
            continue
        pending.append((number, offset, text))
        joined = "".join(t for _, _, t in pending)
        if joined.count('"') % 2 == 0:
            yield from _finish(pending, joined, name)
            pending = []
        elif len(pending) >= MAX_RECORD_LINES:
            yield from _give_up(pending, name)
            pending = []
    yield from _give_up(pending, name)


def _finish(pending: list[tuple[int, int, str]], joined: str, name: str) -> Iterator[Record | Fault]:
    line, offset, _ = pending[0]
    if not joined.strip():
        return
    try:
        yield Record(line, offset, _cells(joined))
    except csv.Error as err:
        if len(pending) > 1:
            yield from _give_up(pending, name)
            return
        yield Fault(name, line, "", joined.strip(), _why(str(err)), offset)


def _why(problem: str) -> str:
    """The csv module's complaint in the words of someone who can mend the file."""
    if "field limit" in problem:
        return f"cell longer than {MAX_CELL} characters; shorten it or fix the quoting"
    if "new-line" in problem:
        return "line break inside an unquoted cell; end lines with LF or CRLF, and quote a cell that holds a line break"
    return f"stray quote ({problem}); double a quote inside a quoted cell"


def _give_up(pending: list[tuple[int, int, str]], name: str) -> Iterator[Record | Fault]:
    """An unclosed quote: its own line is the fault, the lines it swallowed are read again on their own."""
    if not pending:
        return
    line, offset, text = pending[0]
    yield Fault(name, line, "", text.strip(), UNCLOSED, offset)
    rest = pending[1:]
    while rest:
        for end in range(1, len(rest) + 1):
            joined = "".join(t for _, _, t in rest[:end])
            if joined.count('"') % 2 == 0:
                yield from _finish(rest[:end], joined, name)
                rest = rest[end:]
                break
        else:
            line, offset, text = rest[0]
            yield Fault(name, line, "", text.strip(), UNCLOSED, offset)
            rest = rest[1:]
