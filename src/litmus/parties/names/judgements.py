"""What people decided about pairs of names: an append-only CSV. A later line about a pair replaces an earlier one.

``same`` joins, transitively; ``not_same`` is a hard constraint on the two joined sets; ``unsure`` keeps a pair for review.
A ``not_same`` inside one joined set is a conflict: it is reported, the constraint holds, and nothing rests on that set.
Sides are names as written, or ``party:ID``. Names are compared by their normal form, so a line speaks for its spellings.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from litmus.core.dates import parse_day
from litmus.facts.csvfile import Record, read_records
from litmus.facts.fault import Fault
from litmus.parties.names.form import is_nobody, normal

COLUMNS = ("left", "right", "judgement", "who", "when", "source", "why")
WORDS = ("same", "not_same", "unsure")
PARTY = "party:"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the file."""

    left: str
    right: str
    judgement: str
    who: str
    when: str
    source: str
    why: str
    line: int = 0

    def __str__(self) -> str:
        said = {"same": "judged the same", "not_same": "judged not the same", "unsure": "judged unsure"}[self.judgement]
        return f"{said} by {self.who or 'someone'} on {self.when}: {self.why}"


def node(side: str) -> str:
    """What a side is compared by: a party's id, or the normal form of a name."""
    text = side.strip()
    return text if text.startswith(PARTY) else f"name:{normal(text).key}"


@dataclass
class Judgements:
    """The file as read. ``said`` holds the line in force for each pair; ``faults`` the lines that could not be used."""

    said: dict[frozenset[str], Judgement] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    roots: dict[str, str] = field(default_factory=dict)
    barred: dict[frozenset[str], Judgement] = field(default_factory=dict)
    conflicts: list[Judgement] = field(default_factory=list)
    version: str = ""

    def knows(self, name: str) -> bool:
        """Does any line in force speak about the name?"""
        return bool(self.roots) and node(name) in self.roots

    def root(self, key: str) -> str:
        """The joined set that a node is in."""
        while self.roots.get(key, key) != key:
            key = self.roots[key]
        return key

    def bars(self, name: str, sides: list[str]) -> Judgement | None:
        """The line that forbids the name to be any of the sides (nodes of one party), if there is one."""
        mine = node(name)
        for side in sides:
            direct = self.said.get(frozenset((mine, side)))
            if direct is not None and direct.judgement == "not_same":
                return direct
            roots = frozenset((self.root(mine), self.root(side)))
            if len(roots) == 2 and roots in self.barred:
                return self.barred[roots]
        return None

    def joins(self, name: str, sides: list[str]) -> Judgement | None:
        """A ``same`` line that joins the name to one of the sides."""
        mine = self.root(node(name))
        if mine not in self.roots or not any(s in self.roots and self.root(s) == mine for s in sides):
            return None
        lines = [j for j in self.said.values() if j.judgement == "same" and self.root(node(j.left)) == mine]
        touching = [j for j in lines if node(name) in {node(j.left), node(j.right)}]
        return max(touching or lines, key=lambda j: j.line, default=None)

    def doubts(self, name: str, sides: list[str]) -> Judgement | None:
        """An ``unsure`` line about the name and one of the sides, or a conflict in the name's joined set."""
        mine = node(name)
        for side in sides:
            line = self.said.get(frozenset((mine, side)))
            if line is not None and line.judgement == "unsure":
                return line
        return self.barred.get(frozenset((self.root(mine),)))


def read_judgements(path: Path | None) -> Judgements:
    """Read the file; a missing file is an empty one. A bad line is a fault and is not used."""
    found = Judgements()
    if path is not None and path.is_file():
        for item in read_records(path, path.name):
            if isinstance(item, Fault):
                found.faults.append(item)
                found.lines += 1
            elif found.lines or tuple(c.strip() for c in item.cells) != COLUMNS:
                found.lines += 1
                line = _line(item, path.name)
                if isinstance(line, Fault):
                    found.faults.append(line)
                else:
                    found.said[frozenset((node(line.left), node(line.right)))] = line
    _join(found)
    return found


def judged_by(lines: Iterable[Judgement]) -> Judgements:
    """Lines that stand in no file, in order. ValueError as ``check``."""
    found = Judgements()
    for number, line in enumerate(lines, start=1):
        check(line)
        found.said[frozenset((node(line.left), node(line.right)))] = replace(line, line=number)
        found.lines += 1
    _join(found)
    return found


def _line(item: Record, name: str) -> Judgement | Fault:
    if len(item.cells) != len(COLUMNS):
        expected = f"expected {len(COLUMNS)} cells ({', '.join(COLUMNS)}), found {len(item.cells)}; check commas and quotes"
        return Fault(name, item.line, "", ",".join(item.cells), expected, item.offset)
    cells = [c.strip() for c in item.cells]
    line = Judgement(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], item.line)
    try:
        check(line)
    except ValueError as err:
        return Fault(name, item.line, "", ",".join(cells), str(err), item.offset)
    return line


def check(line: Judgement) -> None:
    """ValueError when a judgement cannot stand: an empty side, a side against itself, an unknown word, no reason, no day."""
    for side in (line.left, line.right):
        if is_nobody(side):
            msg = f"{side!r} names nobody; write a name or {PARTY}ID"
            raise ValueError(msg)
    if node(line.left) == node(line.right):
        msg = "both sides are one name; name two different ones"
        raise ValueError(msg)
    if line.judgement not in WORDS:
        msg = f"unknown judgement {line.judgement!r}; expected {', '.join(WORDS)}"
        raise ValueError(msg)
    if not line.why:
        msg = "a judgement needs a reason (why)"
        raise ValueError(msg)
    parse_day(line.when)


def _join(found: Judgements) -> None:
    for pair, line in found.said.items():
        for key in pair:
            found.roots.setdefault(key, key)
        if line.judgement == "same":
            low, high = sorted(found.root(key) for key in pair) if len(pair) == 2 else (min(pair), min(pair))
            found.roots[high] = low
    for pair, line in found.said.items():
        if line.judgement == "not_same":
            sides = frozenset(found.root(key) for key in pair)
            found.barred[sides] = line
            if len(sides) == 1:
                found.conflicts.append(line)
    digest = hashlib.sha256()
    for line in sorted(found.said.values(), key=lambda j: j.line):
        digest.update("\x1f".join((line.left, line.right, line.judgement, line.why)).encode() + b"\x1e")
    found.version = digest.hexdigest()[:16] if found.said else ""


def append(path: Path, line: Judgement) -> None:
    """Add one line, under a lock, flushed to the disk; nothing already written is touched. ValueError as ``check``."""
    check(line)
    cells = [" ".join(c.split()) for c in (line.left, line.right, line.judgement, line.who, line.when, line.source, line.why)]
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        size = os.fstat(handle).st_size
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if size == 0:
            writer.writerow(COLUMNS)
        elif os.pread(handle, 1, size - 1) != b"\n":
            text.write("\n")
        writer.writerow(cells)
        os.write(handle, text.getvalue().encode())
        os.fsync(handle)
    finally:
        os.close(handle)
