"""Faults that imports left behind, and a second try after the words or the rules have changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson

from litmus.facts.fault import Fault
from litmus.imports.claim import Bad, Claim, Item
from litmus.imports.inputs import Input, again, opened
from litmus.imports.read import reading
from litmus.store.add import Receipt, receipt
from litmus.store.batch import Job, sources, work
from litmus.store.layout import Store, StoreError
from litmus.store.log import Commit, FaultFile, SourceFile, read_log
from litmus.store.schemas import check_schemas

_RAW = 65_536


@dataclass(frozen=True, slots=True)
class KeptFault:
    """A fault, the commit that told it, and the input (by hash) in which it stands, read in this way."""

    fault: Fault
    commit: int
    source: str
    reading: str

    @property
    def place(self) -> tuple[str, str, int]:
        """The record that the fault is about."""
        return self.source, self.reading, self.fault.line


def faults(store: Store) -> list[KeptFault]:
    """Every fault of the imports that is still open, oldest first. Raises StoreError for a damaged log."""
    return list(open_faults(store, read_log(store)))


def open_faults(store: Store, log: Iterable[Commit]) -> Iterator[KeptFault]:
    """Faults of some commits without those whose record was read later."""
    log = list(log)
    done = {(told["source"], told["reading"], told["line"], c.number) for c in log for told in _lines(store, c.draft.resolved)}
    last = {place[:3]: place[3] for place in sorted(done)}
    for commit in log:
        for told in _lines(store, commit.draft.faults):
            source, how = told.pop("source"), told.pop("reading")
            if commit.number >= last.get((source, how, told["line"]), 0):
                yield KeptFault(Fault(**told), commit.number, source, how)


def _lines(store: Store, file: FaultFile | None) -> Iterator[dict[str, Any]]:
    if file:
        path = store.file("faults", file.sha256)
        if not path.is_file():
            msg = f"{path}: missing; bring it back from a copy"
            raise StoreError(msg)
        with path.open("rb") as stream:
            yield from map(orjson.loads, stream)


def raw_bytes(store: Store, kept: KeptFault) -> bytes:
    """What stands in the input where the fault is: at most 64 KiB from the beginning of its line. Nothing for a workbook."""
    source = again(store.file("raw", kept.source), kept.fault.file, kept.reading)
    if source.format == "xlsx":
        return b""
    with opened(source) as (stream, _):
        stream.seek(kept.fault.offset)
        return stream.readline(_RAW)


def retry(store: Store, *, threads: int = 1) -> Receipt:
    """Read every record that was held back once more, from the input as it was kept; those that now give a row are added.

    A file of which nothing could be read (an unknown table, a header that lacked a column) is read as a whole. Records that
    are still faulty stay as they are. Rows that were read while a column was unknown stay without it.
    """
    log = read_log(store)
    check_schemas(store, [c.draft.schema for c in log])
    read = sources(log)
    wanted: dict[tuple[str, str], set[int]] = {}
    for kept in open_faults(store, log):
        key = (kept.source, kept.reading)
        if kept.fault.holds_row or read[key].records == 0:
            wanted.setdefault(key, set()).add(kept.fault.line)
    with work(store, log, threads) as job:
        for key, lines in wanted.items():
            if read[key].records == 0:
                _read_whole(job, read[key], lines)
            else:
                _read_lines(job, read[key], lines)
        job.commit()
        return receipt(job)


def _read_lines(job: Job, source: SourceFile, lines: set[int]) -> None:
    """The records of these lines, as far as they now give rows."""
    begun = False
    with reading(_kept_input(job.store, source)) as (items, _):
        for item in items:
            if item.line in lines and isinstance(item, Claim):
                if not begun:
                    job.begin(replace(source, records=0, line=-1, again=True))
                    begun = True
                job.put(item)
                job.resolved.append(_resolved(source, item.line))
    if begun:
        job.end(complete=source.complete)


def _read_whole(job: Job, source: SourceFile, lines: set[int]) -> None:
    """A file that could not be read at all: everything in it, when now it can."""
    notes: list[Item] = []
    begun = False
    with reading(_kept_input(job.store, source)) as (items, _):
        for item in items:
            if not begun and isinstance(item, Bad) and not item.holds_row:
                notes.append(item)
                continue
            if not begun:
                job.begin(replace(source, records=0, line=-1))
                job.resolved += [_resolved(source, line) for line in sorted(lines)]
                begun = True
                for note in notes:
                    job.put(note)
            job.put(item)
    if begun:
        job.end()


def _kept_input(store: Store, source: SourceFile) -> Input:
    return again(store.file("raw", source.sha256), source.name, source.reading)


def _resolved(source: SourceFile, line: int) -> bytes:
    return orjson.dumps({"source": source.sha256, "reading": source.reading, "line": line}) + b"\n"
