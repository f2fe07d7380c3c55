"""The commit log: one file a commit, published whole or not at all.

A writer writes the commit beside the log, syncs it, and gives it the next free number with link(2), which fails when another
writer was first; it then looks at what the other wrote and tries the next number. Where the file system has no hard links, a
writer claims the number with O_EXCL and moves the finished file into place. Either way a reader sees a whole commit or none.

A commit is one line of JSON and the SHA-256 of that line; it names the commit before it by that hash.
"""

import errno
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import orjson

from litmus.store.layout import Store, StoreError, remove, scratch, sync_folder

FORMAT = "litmus-store/1"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
# A claim older than this belongs to a writer that died between claim and move.
_CLAIM_SECONDS = 30.0
_LISTINGS = 3


class _GapError(StoreError):
    """A commit whose parent is not there."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of one table in one file: how many, the file's hash (integrity) and the rows' hash (identity)."""

    table: str
    rows: int
    sha256: str
    logical: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An input, or the part of it in this commit: its hash, how it was read, records in this commit, and the last line read.

    ``again``: the records were counted before, as faults, and are read a second time.
    """

    name: str
    sha256: str
    reading: str
    bytes: int
    records: int
    line: int
    complete: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class FaultFile:
    """Faults, one JSON object a line: how many, and how many of the records they hold back."""

    sha256: str
    faults: int
    held: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the records of a commit; records = rows + faults + duplicates (rows that the store held already)."""

    records: int = 0
    rows: int = 0
    faults: int = 0
    duplicates: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.records + other.records, self.rows + other.rows, self.faults + other.faults, self.duplicates + other.duplicates
        )

    @property
    def adds_up(self) -> bool:
        """No record went missing."""
        return self.records == self.rows + self.faults + self.duplicates


@dataclass(frozen=True, slots=True)
class Draft:
    """What a commit says, before it has a number."""

    schema: str
    tally: Tally
    segments: tuple[Segment, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    faults: FaultFile | None = None
    resolved: FaultFile | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """One entry of the log. ``made`` is the writer's clock (UTC), for people; nothing is decided by it."""

    number: int
    id: str
    parent: str
    made: str
    by: str
    draft: Draft = field(repr=False)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments that this commit adds."""
        return self.draft.segments

    @property
    def tally(self) -> Tally:
        """What came of its records."""
        return self.draft.tally


def commit_path(store: Store, number: int) -> Path:
    """Where the commit of this number lies."""
    return store.root / "commits" / f"{number:010}.json"


def read_log(store: Store, known: Sequence[Commit] = ()) -> list[Commit]:
    """The whole log, oldest first; commits ``known`` from an earlier reading are not read again. StoreError when damaged."""
    for again in range(_LISTINGS):
        try:
            return _listed(store, known)
        except _GapError:
            # A folder that is listed while others add to it may show a later commit and not yet the one before it.
            if again == _LISTINGS - 1:
                raise
    raise AssertionError


def _listed(store: Store, known: Sequence[Commit]) -> list[Commit]:
    have = {c.number: c for c in known}
    numbers = sorted(int(p.stem) for p in (store.root / "commits").glob("*.json") if p.stem.isdigit())
    if missing := set(have) - set(numbers):
        msg = f"{commit_path(store, min(missing))}: the commit is gone; bring the file back from a copy"
        raise StoreError(msg)
    found: list[Commit] = []
    before = {""}
    for number in numbers:
        commit = have.get(number) or read_commit(commit_path(store, number))
        if commit.parent not in before:
            msg = f"{commit_path(store, number)}: follows commit {commit.parent[:12]}, which is not in the log; bring the missing file back"
            raise _GapError(msg)
        before.add(commit.id)
        found.append(commit)
    return found


def read_commit(path: Path) -> Commit:
    """One commit. Raises StoreError when its bytes are not those that were published."""
    body, _, rest = path.read_bytes().partition(b"\n")
    if rest != sha256(body).hexdigest().encode() + b"\n":
        msg = f"{path}: damaged, it is not what was published; bring it back from a copy"
        raise StoreError(msg)
    told = orjson.loads(body)
    if told.get("format") != FORMAT or told["number"] != int(path.stem):
        msg = f"{path}: expected commit {int(path.stem)} of a {FORMAT}, found {told.get('number')} of {told.get('format')!r}"
        raise StoreError(msg)
    draft = Draft(
        schema=told["schema"],
        tally=Tally(**told["tally"]),
        segments=tuple(Segment(**s) for s in told["segments"]),
        sources=tuple(SourceFile(**s) for s in told["sources"]),
        faults=FaultFile(**told["faults"]) if told["faults"] else None,
        resolved=FaultFile(**told["resolved"]) if told["resolved"] else None,
    )
    return Commit(told["number"], sha256(body).hexdigest(), told["parent"], told["made"], told["by"], draft)


def publish(store: Store, draft: Draft, known: Sequence[Commit], by: str, again: Callable[[Draft, Sequence[Commit]], Draft]) -> Commit:
    """Add a commit; returns when it is on disk. ``again`` mends the draft in the light of commits that came in between.

    Raises StoreError when records went missing on the way: a commit that does not add up is never published.
    """
    log = read_log(store, known)
    while True:
        fresh = [c for c in log if c.number not in {k.number for k in known}]
        draft = again(draft, fresh) if fresh else draft
        known = log
        if not draft.tally.adds_up:
            t = draft.tally
            msg = f"{t.records} records are not {t.rows} rows + {t.faults} faults + {t.duplicates} duplicates; nothing was committed"
            raise StoreError(msg)
        commit = _try(store, draft, _next_number(store, log), log[-1].id if log else "", by)
        if commit is not None:
            return commit
        log = read_log(store, known)


def _next_number(store: Store, log: Sequence[Commit]) -> int:
    """The number behind the log as it was read: had another writer taken it since, publishing must fail."""
    number = log[-1].number + 1 if log else 1
    while _dead(commit_path(store, number).with_suffix(".claim")) and not commit_path(store, number).exists():
        number += 1
    return number


def _dead(claim: Path) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - claim.stat().st_mtime >= _CLAIM_SECONDS
    return False


def _try(store: Store, draft: Draft, number: int, parent: str, by: str) -> Commit | None:
    """Publish under this number; None when another writer was first."""
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told = {"format": FORMAT, "number": number, "parent": parent, "made": made, "by": by, **asdict(draft)}
    body = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    temporary = scratch(store, ".commit")
    with temporary.open("xb") as stream:
        stream.write(body + b"\n" + sha256(body).hexdigest().encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        if not _place(temporary, commit_path(store, number)):
            return None
    finally:
        remove([temporary])
    sync_folder(store.root / "commits")
    return Commit(number, sha256(body).hexdigest(), parent, made, by, draft)


def _place(temporary: Path, target: Path) -> bool:
    """Give the finished file its number; False when the number is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError as err:
        if err.errno not in _NO_LINKS:
            raise
        return _claim(temporary, target)
    return True


def _claim(temporary: Path, target: Path) -> bool:
    """Without hard links: an exclusive claim on the number, then a move, which readers see at once or not at all."""
    claim = target.with_suffix(".claim")
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        with suppress(FileNotFoundError):
            while not target.exists() and not _dead(claim):
                time.sleep(0.005)
        return False
    if target.exists():
        return False
    temporary.replace(target)
    return True
