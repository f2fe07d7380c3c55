"""Adding files: a stream of batches, each a commit. Memory is that of one batch, whatever the size of the input."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from litmus.imports.declared import Declaration, declared_inputs
from litmus.imports.inputs import Input, find_inputs
from litmus.imports.read import parts, reading
from litmus.store.batch import BATCH_RECORDS, Job, work
from litmus.store.layout import Store, hash_stream, keep, remove, scratch
from litmus.store.log import Commit, SourceFile, read_log
from litmus.store.schemas import check_schemas

_TELL_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: bytes of the inputs read and in all, rows and faults so far, the file being read."""

    bytes: int
    total: int
    rows: int
    faults: int
    file: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of an import: records = rows + faults + duplicates.

    ``duplicates`` are rows that the store held already, ``notes`` faults that held no row back (an unknown column),
    ``skipped`` files that were in already, whose records count as duplicates without being read again. ``commit`` is the
    last commit made, None when there was nothing to add.
    """

    records: int
    rows: int
    faults: int
    duplicates: int
    notes: int
    skipped: int
    commit: Commit | None


def add(
    store: Store,
    paths: Iterable[Path],
    on_progress: Callable[[Progress], None] | None = None,
    *,
    batch: int = BATCH_RECORDS,
    threads: int = 1,
    told: Declaration | None = None,
) -> Receipt:
    """Read files and folders into the store. A file that is in already is passed over; one that is in by half goes on there.

    ``batch`` is how many records make a commit. ``told``: what the files are, where they are not tables of ours. Raises
    ValueError for files that are not there or that nothing reads, and StoreError for a store that cannot be written.
    """
    sources = find_inputs(paths) if told is None else declared_inputs(paths, told)
    log = read_log(store)
    check_schemas(store, [c.draft.schema for c in log])
    with work(store, log, threads, batch) as job:
        total, done = sum(s.path.stat().st_size for s in sources), 0
        for source in sources:
            size = source.path.stat().st_size
            _add_file(job, source, _teller(job, on_progress, done, total, source.name))
            done += size
        job.commit()
        if on_progress:
            on_progress(Progress(done, total, job.total.rows, job.total.faults, ""))
        return receipt(job)


def receipt(job: Job) -> Receipt:
    """What came of an import."""
    t = job.total
    return Receipt(t.records, t.rows, t.faults, t.duplicates, job.notes, job.skipped, job.last)


def _teller(job: Job, told: Callable[[Progress], None] | None, done: int, total: int, name: str) -> Callable[[int], None]:
    def tell(position: int) -> None:
        if told is not None:
            told(Progress(done + position, total, job.rows_so_far, job.faults_so_far, name))

    return tell


def _add_file(job: Job, source: Input, tell: Callable[[int], None]) -> None:
    """One file, from a copy of its own bytes, so that what is hashed is what is read."""
    digest, size = _keep_raw(job.store, source.path)
    kept = replace(source, path=job.store.file("raw", digest))
    for part in parts(kept):
        before = job.seen(digest, part.reading)
        if before is not None and before.complete:
            job.skip(digest, part.reading)
            continue
        here = SourceFile(part.name, digest, part.reading, size, 0, before.line if before else -1, complete=False)
        job.begin(here)
        with reading(part, here.line) as (items, position):
            for count, item in enumerate(items):
                if count % _TELL_EVERY == 0:
                    tell(position())
                job.put(item)
        job.end()


def _keep_raw(store: Store, path: Path) -> tuple[str, int]:
    made = scratch(store)
    with path.open("rb") as stream, made.open("xb") as copy:
        digest = hash_stream(stream, [copy])
    size = made.stat().st_size
    if store.file("raw", digest).exists() and store.file("raw", digest).stat().st_size == size:
        remove([made])
        store.file("raw", digest).touch()
    else:
        keep(store, "raw", made, digest)
    return digest, size
