"""Lines of a file of any size, in bounded memory: plain or gzip, with line numbers and byte offsets.

A line longer than ``LINE_LIMIT`` is passed over and reported; a gzip stream that unpacks to more than ``RATIO_LIMIT`` times
its size is not read on. Both are faults, never crashes.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from litmus.facts.fault import Fault

BLOCK = 1 << 20
LINE_LIMIT = 32 << 20
RATIO_LIMIT = 200
RATIO_FROM = 64 << 20
GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: the number of the first, its byte offset in the (unpacked) stream, and how many line ends there are."""

    line: int
    offset: int
    data: bytes
    ends: int = 0


class _Gzip(io.RawIOBase):
    """A gzip stream that stops at an implausible ratio of unpacked to packed bytes."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.unpacked = 0
        self.reader = gzip.GzipFile(fileobj=raw)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.reader.read(size if size > 0 else BLOCK)
        self.unpacked += len(data)
        packed = max(self.raw.tell(), 1)
        if self.unpacked > RATIO_FROM and self.unpacked > RATIO_LIMIT * packed:
            msg = f"unpacks to more than {RATIO_LIMIT} times its size ({self.unpacked} bytes out of {packed})"
            raise OSError(msg)
        return data


def open_bytes(path: Path) -> BinaryIO:
    """A file's bytes, unpacked when it begins like gzip. The caller closes it. Raises OSError."""
    raw = path.open("rb")
    return unpacked(raw)


def unpacked(raw: BinaryIO) -> BinaryIO:
    """A seekable stream, unpacked when it begins like gzip."""
    head = raw.read(2)
    raw.seek(0)
    return _Gzip(raw) if head == GZIP else raw  # type: ignore[return-value]


def blocks(stream: BinaryIO, source: str, *, offset: int = 0, line: int = 1, until: int | None = None) -> Iterator[Block | Fault]:
    """Whole lines in blocks of about ``BLOCK`` bytes, up to the byte ``until``; over-long lines and read errors as faults."""
    held = b""
    while True:
        want = BLOCK if until is None else min(BLOCK, until - offset - len(held))
        try:
            more = stream.read(want) if want > 0 else b""
        except (OSError, EOFError, zlib.error) as err:
            yield Fault(source, line, "", "", f"expected a readable stream: {err}; unpack the file yourself and check it", offset)
            return
        if not more:
            if held:
                yield Block(line, offset, held)
            return
        cut = more.rfind(b"\n")
        if cut < 0:
            held += more
            if len(held) > LINE_LIMIT:
                skipped, held = _skip(stream, held, until, offset)
                yield Fault(source, line, "", held_text(skipped[0]), too_long(skipped[1]), offset)
                line, offset = line + 1, offset + skipped[1]
            continue
        # One copy: joining three pieces, not slicing first and adding then.
        data = b"".join((held, memoryview(more)[: cut + 1]))
        count = data.count(b"\n")
        yield Block(line, offset, data, count)
        line, offset, held = line + count, offset + len(data), more[cut + 1 :]


def too_long(length: int) -> str:
    """What is wrong with an over-long line."""
    return f"expected a line of at most {LINE_LIMIT >> 20} MB, found {length} bytes; write one release a line"


def held_text(raw: bytes) -> str:
    """The beginning of a raw line as text, for a fault."""
    return raw[:SHOWN].decode("utf-8", "replace")


def _skip(stream: BinaryIO, held: bytes, until: int | None, offset: int) -> tuple[tuple[bytes, int], bytes]:
    """Pass over the rest of a line: its beginning and length, and what was read of the next."""
    head, length = held[:SHOWN], len(held)
    while True:
        want = BLOCK if until is None else min(BLOCK, until - offset - length)
        more = stream.read(want) if want > 0 else b""
        cut = more.find(b"\n")
        if cut >= 0 or not more:
            return (head, length + cut + 1), more[cut + 1 :] if cut >= 0 else b""
        length += len(more)


def lines(stream: BinaryIO, source: str) -> Iterator[tuple[int, int, bytes] | Fault]:
    """(line, offset, bytes without the line's end) of each line that is not blank; faults as they come."""
    for block in blocks(stream, source):
        if isinstance(block, Fault):
            yield block
            continue
        offset = block.offset
        for number, raw in enumerate(block.data.split(b"\n"), block.line):
            text = raw.removeprefix(BOM).strip() if offset == 0 else raw.strip()
            if len(text) > LINE_LIMIT:
                yield Fault(source, number, "", held_text(text), too_long(len(text)), offset)
            elif text:
                yield number, offset, text
            offset += len(raw) + 1
