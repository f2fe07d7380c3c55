"""A batch being gathered: rows go to one file of JSON lines a table, then as segments into one commit."""

import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import orjson

from litmus.facts.fault import Fault
from litmus.facts.schema import tables
from litmus.imports.claim import Bad, Claim, Item, hashed_text
from litmus.store import segment
from litmus.store.layout import Store, hash_file, keep, remove, scratch
from litmus.store.log import Commit, Draft, FaultFile, Segment, SourceFile, Tally, publish, read_log
from litmus.store.schemas import keep_schema

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH_RECORDS = 100_000
BATCH_BYTES = 1 << 27
# More of a wrong value is in the raw input, which is kept whole.
KEPT_VALUE = 65_536


@dataclass(slots=True)
class Part:
    """The rows of one table in the batch: a file of JSON lines, and the hashes in it."""

    path: Path
    stream: BinaryIO
    seen: set[bytes] = field(default_factory=set)


@dataclass
class Job:
    """One import in progress: the batch being gathered, and what was committed so far. Made by ``work``."""

    store: Store
    con: "DuckDBPyConnection"
    log: Sequence[Commit]
    batch: int
    schema: str
    total: Tally = field(default_factory=Tally)
    notes: int = 0
    skipped: int = 0
    last: Commit | None = None
    parts: dict[str, Part] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    faults: list[bytes] = field(default_factory=list)
    resolved: list[bytes] = field(default_factory=list)
    line: int = -1
    start: int = 0
    records: int = 0
    rows: int = 0
    held: int = 0
    repeated: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self._known = sources(self.log)

    @property
    def rows_so_far(self) -> int:
        """Rows read; those of the open batch before the store was asked for duplicates."""
        return self.total.rows + self.rows

    @property
    def faults_so_far(self) -> int:
        """Records held back so far."""
        return self.total.faults + self.held

    def seen(self, digest: str, how: str) -> SourceFile | None:
        """How far the store has read this input, over all its commits."""
        return self._known.get((digest, how))

    def skip(self, digest: str, how: str) -> None:
        """Count an input that is in already."""
        found = self._known[digest, how]
        self.skipped += 1
        self.total += Tally(records=found.records, duplicates=found.records)

    def begin(self, source: SourceFile) -> None:
        """The items that follow belong to this input."""
        self.files.append(source)
        self.start, self.line = self.records, source.line

    def end(self, *, complete: bool = True) -> None:
        """The input was read to its end, or so far."""
        self.files[-1] = replace(self.files[-1], records=self.records - self.start, line=self.line, complete=complete)

    def put(self, item: Item) -> None:
        """Take one item; commit when the batch is full and a new record begins."""
        if item.line != self.line:
            if self.records >= self.batch or self.size >= BATCH_BYTES:
                self.end(complete=False)
                here = self.files[-1]
                self.commit()
                self.begin(replace(here, records=0))
            self.line = item.line
        if isinstance(item, Claim):
            self._row(item)
        else:
            self._bad(item)

    def _row(self, item: Claim) -> None:
        self.records += 1
        part = self.parts.get(item.table)
        if part is None:
            path = scratch(self.store, ".jsonl")
            part = self.parts[item.table] = Part(path, path.open("xb"))
        digest = sha256(hashed_text(item.table, item.body))
        one = digest.digest()
        if one in part.seen:
            self.repeated += 1
            return
        part.seen.add(one)
        self.rows += 1
        head = b'{"_h":"%s","_f":%d,"_l":%d,' % (digest.hexdigest().encode(), len(self.files) - 1, item.line)
        self.size += part.stream.write(head + item.body[1:] + b"\n")

    def _bad(self, item: Bad) -> None:
        if item.holds_row:
            self.records += 1
            self.held += 1
        for fault in item.faults:
            self.notes += not item.holds_row
            text = _fault_text(fault, self.files[-1])
            self.size += len(text)
            self.faults.append(text)

    def commit(self) -> None:
        """Publish what was gathered; without an input there is nothing to say, and no commit."""
        if not self.files and not self.resolved:
            return
        held = segment_files(self.store, self.log)
        segments: list[Segment] = []
        # Rows and duplicates are counted apart, where they are written and where they are found: a row lost between the
        # two must not pass for a duplicate.
        tally = Tally(self.records, 0, self.held, self.repeated)
        for table, part in self.parts.items():
            part.stream.close()
            made, rows = segment.write(self.con, self.store, tables()[table], part.path, [f.name for f in self.files])
            rest, left, known = segment.without(self.con, self.store, made, rows, held.get(table, ()))
            if rest is not None:
                segments.append(segment.place(self.con, self.store, table, rest, left))
            tally += Tally(rows=left, duplicates=known)
            remove([part.path, made])
        faults, resolved = self._kept(self.faults, self.held), self._kept(self.resolved, len(self.resolved))
        draft = Draft(self.schema, tally, tuple(segments), tuple(self.files), faults, resolved)
        self.last = publish(self.store, draft, self.log, made_by(), self._again)
        self.log = read_log(self.store, self.log)
        self.total += self.last.tally
        self._known = sources(self.log)
        self._clear()

    def _again(self, draft: Draft, fresh: Sequence[Commit]) -> Draft:
        """Other writers were first: rows that they added are no longer ours to add."""
        held, tally = segment_files(self.store, fresh), draft.tally
        segments: list[Segment] = []
        for one in draft.segments:
            mine = self.store.file("segments", one.sha256, one.table)
            rest, left, known = segment.without(self.con, self.store, mine, one.rows, held.get(one.table, ()))
            if rest is not None:
                segments.append(one if rest == mine else segment.place(self.con, self.store, one.table, rest, left))
            tally += Tally(rows=left - one.rows, duplicates=known)
        return replace(draft, segments=tuple(segments), tally=tally)

    def _kept(self, lines: Sequence[bytes], held: int) -> FaultFile | None:
        if not lines:
            return None
        made = scratch(self.store, ".jsonl")
        with made.open("xb") as stream:
            stream.writelines(lines)
        digest = hash_file(made)
        keep(self.store, "faults", made, digest)
        return FaultFile(digest, len(lines), held)

    def _clear(self) -> None:
        self.parts, self.files, self.faults, self.resolved = {}, [], [], []
        self.start = self.records = self.rows = self.held = self.repeated = self.size = 0

    def drop(self) -> None:
        """Leave nothing behind of a batch that was not committed."""
        for part in self.parts.values():
            part.stream.close()
        remove([part.path for part in self.parts.values()])


@contextmanager
def work(store: Store, log: Sequence[Commit], threads: int, batch: int = BATCH_RECORDS) -> Iterator[Job]:
    """An import: a connection that is closed, and temporary files that are removed, whatever happens."""
    con = segment.connect(store, threads)
    job = Job(store, con, log, batch, keep_schema(store))
    try:
        yield job
    finally:
        job.drop()
        con.close()


def sources(log: Iterable[Commit]) -> dict[tuple[str, str], SourceFile]:
    """How far each input was read, by its hash and the way of reading: records in all, the last line, complete or not."""
    found: dict[tuple[str, str], SourceFile] = {}
    for commit in log:
        for one in commit.draft.sources:
            key = (one.sha256, one.reading)
            old = found.get(key, replace(one, records=0, line=-1, complete=False))
            counted = old.records + (0 if one.again else one.records)
            found[key] = replace(
                old, records=counted, line=max(old.line, one.line), complete=old.complete or one.complete, again=False
            )
    return found


def segment_files(store: Store, log: Iterable[Commit]) -> Mapping[str, Sequence[Path]]:
    """The segments of some commits by table, each once."""
    found: dict[str, dict[Path, None]] = {}
    for commit in log:
        for one in commit.segments:
            found.setdefault(one.table, {})[store.file("segments", one.sha256, one.table)] = None
    return {table: list(paths) for table, paths in found.items()}


def _fault_text(fault: Fault, source: SourceFile) -> bytes:
    told = {
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
        "value": fault.value[:KEPT_VALUE],
        "expected": fault.expected[:KEPT_VALUE],
        "offset": fault.offset,
        "holds_row": fault.holds_row,
        "source": source.sha256,
        "reading": source.reading,
    }
    return orjson.dumps(told) + b"\n"


def made_by() -> str:
    """Which versions wrote a commit."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("litmus-monitor", "duckdb"))
