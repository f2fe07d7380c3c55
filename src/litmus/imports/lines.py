"""Lines of a file of any size, in bounded memory: plain or gzip, with line numbers and byte offsets.

A line longer than ``LINE_LIMIT`` is passed over and reported; a gzip stream that unpacks to more than ``RATIO_LIMIT`` times
its size is not read on. Both are faults, never crashes.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from litmus.facts.fault import Fault

BLOCK = 1 << 17
LINE_LIMIT = 32 << 20
RATIO_LIMIT = 200
RATIO_FROM = 64 << 20
GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
SHOWN = 200
_PACKED, _GZIP_WINDOW = 1 << 16, 31


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines: the number of the first, its byte offset in the (unpacked) stream, and how many line ends there are."""

    line: int
    offset: int
    data: bytes
    ends: int = 0


class _Gzip(io.RawIOBase):
    """A gzip stream that gives what it can before it says that the rest is damaged, and stops at an implausible ratio."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw, self.packed, self.unpacked = raw, 0, 0
        self.member, self.begun = zlib.decompressobj(_GZIP_WINDOW), False
        self.waiting = self.held = b""

    def readable(self) -> bool:
        return True

    def peek(self, size: int = 1) -> bytes:
        """What comes next, without passing it: up to ``size`` bytes, fewer near the end or before damage."""
        while len(self.held) < size:
            try:
                more = self._more(BLOCK)
            except OSError:
                break
            if not more:
                break
            self.held += more
        return self.held

    def read(self, size: int = -1) -> bytes:
        want = size if size > 0 else BLOCK
        if self.held:
            given, self.held = self.held[:want], self.held[want:]
            return given
        return self._more(want)

    def _more(self, want: int) -> bytes:
        """The next bytes; empty at the end. Raises OSError for damage, a file that breaks off, or an implausible ratio."""
        while True:
            if not self.waiting:
                self.waiting = self.raw.read(_PACKED)
                self.packed += len(self.waiting)
                if not self.waiting:
                    if self.begun:
                        msg = "the packed file breaks off"
                        raise OSError(msg)
                    return b""
            try:
                data = self.member.decompress(self.waiting, want)
            except zlib.error as err:
                msg = f"the packed file is damaged ({err})"
                raise OSError(msg) from err
            self.begun, self.waiting = True, self.member.unconsumed_tail
            if self.member.eof:
                self.waiting, self.begun = self.member.unused_data.lstrip(b"\0"), False
                self.member = zlib.decompressobj(_GZIP_WINDOW)
            self.unpacked += len(data)
            if self.unpacked > RATIO_FROM and self.unpacked > RATIO_LIMIT * self.packed:
                msg = f"unpacks to more than {RATIO_LIMIT} times its size ({self.unpacked} bytes out of {self.packed})"
                raise OSError(msg)
            if data:
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
        except OSError as err:
            if held:
                yield Block(line, offset, held)
                line, offset = line + 1, offset + len(held)
            yield _unreadable(source, line, offset, err)
            return
        if not more:
            if held:
                yield Block(line, offset, held)
            return
        cut = more.rfind(b"\n")
        if cut < 0:
            held += more
            if len(held) > LINE_LIMIT:
                try:
                    skipped, held = _skip(stream, held, until, offset)
                except OSError as err:
                    yield _unreadable(source, line, offset, err)
                    return
                yield Fault(source, line, "", held_text(skipped[0]), too_long(skipped[1]), offset)
                line, offset = line + 1, offset + skipped[1]
            continue
        # One copy: joining three pieces, not slicing first and adding then.
        data = b"".join((held, memoryview(more)[: cut + 1]))
        count = data.count(b"\n")
        yield Block(line, offset, data, count)
        line, offset, held = line + count, offset + len(data), more[cut + 1 :]


def _unreadable(source: str, line: int, offset: int, err: OSError) -> Fault:
    return Fault(source, line, "", "", f"expected a readable stream: {err}; unpack the file yourself and check it", offset)


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
