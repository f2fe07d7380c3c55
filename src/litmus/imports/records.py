"""Records of JSON, JSON lines, CSV and XML files as plain mappings, one by one, with their place in the file.

XML is read without documents types, entities or anything fetched: a file that declares one is refused. Nothing here knows what
a record means.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

import orjson

from litmus.facts.fault import Fault

LINE_LIMIT = 32 << 20
WHOLE_LIMIT = 512 << 20
DEPTH, TEXT_LIMIT, CHUNK = 40, 1 << 20, 1 << 16
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Found:
    """One record: its number in the file (a line, or its turn in a list), the byte offset where known, and what it holds."""

    line: int
    offset: int
    value: dict[str, Any]


def begins_with(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first bytes that are not blank, and a stream that still holds everything."""
    buffered: Any = stream if hasattr(stream, "peek") else io.BufferedReader(stream)
    return buffered.peek(4096)[:4096].removeprefix(BOM).lstrip(), buffered


def json_records(stream: BinaryIO, name: str, key: str = "") -> Iterator[Found | Fault]:
    """The objects of a JSON list, of a list under ``key``, or of JSON lines; a bad one is a fault, the rest are read."""
    head, stream = begins_with(stream)
    if not head:
        return
    first_line = head.split(b"\n", 1)[0].strip()
    if head[:1] == b"{" and (first_line.endswith(b"}") or len(head) >= 4000):
        yield from _lines(stream, name, key)
        return
    data = stream.read(WHOLE_LIMIT + 1)
    if len(data) > WHOLE_LIMIT:
        yield Fault(name, 0, "", "", f"a JSON list of more than {WHOLE_LIMIT} bytes; save it as JSON lines", holds_row=False)
        return
    try:
        whole = orjson.loads(data.removeprefix(BOM))
    except orjson.JSONDecodeError as err:
        yield Fault(name, err.lineno, "", "", f"no valid JSON ({err.msg}); mend it, or save it as JSON lines", err.pos, holds_row=False)
        return
    yield from _members(whole, name, key)


def _members(whole: Any, name: str, key: str, line: int = 0) -> Iterator[Found | Fault]:
    found = whole.get(key) if isinstance(whole, dict) and isinstance(whole.get(key), list) else whole
    for number, one in enumerate(found if isinstance(found, list) else [found], start=1):
        if isinstance(one, dict):
            yield Found(line or number, 0, one)
        else:
            yield Fault(name, line or number, "", str(one)[:60], "expected an object here; remove or mend it")


def _lines(stream: BinaryIO, name: str, key: str) -> Iterator[Found | Fault]:
    offset, line = 0, 0
    while raw := stream.readline(LINE_LIMIT + 1):
        line += 1
        begin, offset = offset, offset + len(raw)
        if len(raw) > LINE_LIMIT:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LINE_LIMIT)
                offset += len(raw)
            yield Fault(name, line, "", "", f"line longer than {LINE_LIMIT} bytes; split it", begin)
            continue
        text = raw.removeprefix(BOM).strip()
        if not text:
            continue
        try:
            one = orjson.loads(text)
        except orjson.JSONDecodeError as err:
            yield Fault(name, line, "", text[:60].decode("utf-8", "replace"), f"no valid JSON ({err.msg})", begin)
            continue
        if isinstance(one, dict) and key and isinstance(one.get(key), list):
            yield from _members(one, name, key)
        elif isinstance(one, dict):
            yield Found(line, begin, one)
        else:
            yield Fault(name, line, "", text[:60].decode("utf-8", "replace"), "expected an object on each line", begin)


def csv_records(stream: BinaryIO, name: str) -> Iterator[Found | Fault]:
    """Rows of a CSV file by the names of its columns, blanks left out; a row of another width is a fault."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
    reader = csv.reader(text)
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as err:
            yield Fault(name, reader.line_num + 1, "", "", f"unreadable line ({err}); save the file as UTF-8 CSV")
            if isinstance(err, UnicodeDecodeError):
                return
            continue
        if not any(c.strip() for c in cells):
            continue
        if header is None:
            header = [c.strip() for c in cells]
        elif len(cells) != len(header):
            expected = f"expected {len(header)} cells as in the header, found {len(cells)}; check commas and quotes"
            yield Fault(name, reader.line_num, "", ",".join(cells)[:60], expected)
        else:
            yield Found(reader.line_num, 0, {h: c.strip() for h, c in zip(header, cells, strict=True) if c.strip()})


class RefusedXmlError(ValueError):
    """XML that is not read: a document type, an entity, a depth or a text over the limit."""


@dataclass
class _Builder:
    """Elements of the wanted names as mappings: children by name, several of one name as a list, text under ``""``."""

    wanted: frozenset[str]
    line: Callable[[], int]
    ready: deque[Found] = field(default_factory=deque)
    stack: list[tuple[str, dict[str, Any], list[str]]] = field(default_factory=list)
    depth: int = 0
    size: int = 0
    begun: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            msg = f"elements nested deeper than {DEPTH}"
            raise RefusedXmlError(msg)
        name = tag.rpartition(":")[2]
        if self.stack or name in self.wanted:
            if not self.stack:
                self.begun, self.size = self.line(), 0
            told = {"@" + k.rpartition(":")[2]: v for k, v in attributes.items() if not k.startswith("xmlns")}
            self.stack.append((name, told, []))

    def text(self, data: str) -> None:
        self.size += len(data)
        if self.stack and self.size > TEXT_LIMIT:
            msg = f"a record of more than {TEXT_LIMIT} letters"
            raise RefusedXmlError(msg)
        if self.stack:
            self.stack[-1][2].append(data)

    def end(self, _: str) -> None:
        self.depth -= 1
        if not self.stack:
            return
        name, told, parts = self.stack.pop()
        text = "".join(parts).strip()
        if text:
            told[""] = text
        value: Any = text if not told or set(told) == {""} else told
        if not self.stack:
            self.ready.append(Found(self.begun, 0, {"#": name, **told}))
            return
        above = self.stack[-1][1]
        if name in above:
            above[name] = [*above[name], value] if isinstance(above[name], list) else [above[name], value]
        else:
            above[name] = value


def xml_records(stream: BinaryIO, name: str, wanted: frozenset[str]) -> Iterator[Found | Fault]:
    """Elements of these local names, in order, under ``#`` their name. What is refused ends the reading with a fault."""
    parser = expat.ParserCreate()
    builder = _Builder(wanted, lambda: parser.CurrentLineNumber)

    def refuse(*_: Any) -> None:
        raise RefusedXmlError("a document type or entity is declared; remove it")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = builder.start, builder.end, builder.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    while True:
        chunk = stream.read(CHUNK)
        try:
            parser.Parse(chunk, not chunk)
        except (expat.ExpatError, RefusedXmlError) as err:
            yield from builder.ready
            expected = f"the XML is not read on: {err} (the records before it are in)"
            yield Fault(name, parser.CurrentLineNumber, "", "", expected, parser.CurrentByteIndex, holds_row=False)
            return
        while builder.ready:
            yield builder.ready.popleft()
        if not chunk:
            return
