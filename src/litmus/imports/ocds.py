"""OCDS 1.1: compiled releases, release packages and record packages, as JSON lines or one JSON text, plain or gzip.

Extensions read: bids, lots, beneficial owners, subcontracting, finance, EU, withheld information. One line may hold a
release, a package or a list of either. A line that cannot be read is a fault that holds it; a value of another type is a
fault that does not.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.coerce import Json, Reader
from litmus.imports.lines import held_text, lines
from litmus.imports.ocds_release import release_rows

WHOLE_LIMIT = 256 << 20


def rows(stream: BinaryIO, source: str) -> Iterator[Row | Fault]:
    """Rows of the procurement tables, and faults. The stream must be seekable or be JSON lines."""
    head = _peek(stream)
    if _is_spread(head):
        yield from _whole(stream, source)
        return
    for found in lines(stream, source):
        if isinstance(found, Fault):
            yield found
            continue
        number, offset, raw = found
        yield from _line(raw, source, number, offset)


def _peek(stream: BinaryIO) -> bytes:
    if not stream.seekable():
        peek = getattr(stream, "peek", None)
        return peek(1 << 16)[: 1 << 16] if peek else b""
    head = stream.read(1 << 16)
    stream.seek(0)
    return head


def _is_spread(head: bytes) -> bool:
    """Is one JSON text spread over several lines?"""
    first, newline, rest = head.strip().partition(b"\n")
    first = first.strip()
    if not newline or not first or not rest.strip():
        return False
    if first == b"{":  # a bad line by itself, unless a key follows
        second = rest.lstrip().partition(b"\n")[0]
        return second[:1] == b'"' and not _parses(second)
    return first == b"[" or (first[:1] in b"{[" and first[-1:] in b",{[:")


def _parses(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _whole(stream: BinaryIO, source: str) -> Iterator[Row | Fault]:
    try:
        raw = _read(stream)
    except OSError as err:
        yield Fault(source, 1, "", "", f"expected a readable stream: {err}; unpack the file yourself and check it")
        return
    if len(raw) > WHOLE_LIMIT:
        msg = f"expected a JSON text of at most {WHOLE_LIMIT >> 20} MB; write one release a line, which has no limit"
        yield Fault(source, 1, "", held_text(raw), msg)
        return
    yield from _line(raw, source, 1, 0)


def _read(stream: BinaryIO) -> bytes:
    """All of a stream, up to the limit; a packed one gives it in pieces."""
    found: list[bytes] = []
    size = 0
    while size <= WHOLE_LIMIT and (more := stream.read(1 << 20)):
        found.append(more)
        size += len(more)
    return b"".join(found)


def _line(raw: bytes, source: str, line: int, offset: int) -> Iterator[Row | Fault]:
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as err:
        yield Fault(source, line, "", held_text(raw), f"expected one JSON object: {err}", offset)
        return
    count = 0
    for one in releases(data):
        count += 1
        yield from _release(one, source, line, offset)
    if not count:
        yield Fault(source, line, "", held_text(raw), "expected a release, or a package with releases or records", offset)


def releases(data: Any) -> Iterator[Any]:
    """The compiled releases of whatever a text holds: itself, a package's releases, a record's compiled release."""
    if isinstance(data, list):
        for one in data:
            yield from releases(one)
    elif isinstance(data, dict) and isinstance(data.get("records"), list):
        for record in data["records"]:
            if isinstance(record, dict):
                compiled = record.get("compiledRelease")
                yield compiled if isinstance(compiled, dict) else merged(record)
            else:
                yield record
    elif isinstance(data, dict) and isinstance(data.get("releases"), list) and "ocid" not in data:
        yield from data["releases"]
    elif isinstance(data, dict):
        yield data
    else:
        yield data


def merged(record: Json) -> Any:
    """The last release of a record that has no compiled one (a merge would need all its releases in full)."""
    found = [r for r in record.get("releases") or () if isinstance(r, dict) and "ocid" in r]
    return max(found, key=lambda r: str(r.get("date", ""))) if found else record


def _release(data: Any, source: str, line: int, offset: int) -> Iterator[Row | Fault]:
    if not isinstance(data, dict):
        yield Fault(source, line, "", type(data).__name__, "expected a release, which is a JSON object", offset)
        return
    ocid = data.get("ocid")
    if not isinstance(ocid, str) or not ocid:
        yield Fault(source, line, "ocid", str(ocid)[:200], "expected a release with an 'ocid' that is text", offset)
        return
    reader = Reader(source, line, offset)
    mark = data.get("id")
    notice = mark if isinstance(mark, str) and mark else ocid
    for table, name, values in release_rows(data, ocid, reader):
        yield Row(table, name, source, line, {"notice": notice, **values})
    yield from reader.faults
