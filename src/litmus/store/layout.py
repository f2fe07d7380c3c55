"""A store on disk: its folders, and the few ways in which a file comes into being there.

| commits/0000000012.json | the log: one file a commit, never changed |
| segments/TABLE/SHA256.parquet | rows |
| faults/SHA256.jsonl | what could not be read |
| raw/SHA256 | every input, byte for byte |
| schemas/SHA256.json | the columns and word lists under which rows were read |
| cache/ | derived; may be deleted at any time |
| tmp/ | files being written |
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from litmus.store.log import Commit
    from litmus.store.snapshot import Snapshot

FOLDERS = ("commits", "segments", "faults", "raw", "schemas", "cache", "tmp")
_CHUNK = 1 << 20


class StoreError(ValueError):
    """A store that cannot be opened, read or written; the message names the file and the fix."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store by its folder. Nothing is held open: every call reads the log anew, so that a store can be shared freely."""

    root: Path

    def commits(self) -> list["Commit"]:
        """The log, oldest first. Raises StoreError for a log that is damaged."""
        from litmus.store.log import read_log

        return read_log(self)

    def snapshot(self, name: str | int | None = None) -> "Snapshot":
        """The evidence as of a commit: its number, or the beginning of its id or of the snapshot's id; None is the newest."""
        from litmus.store.snapshot import find_snapshot

        return find_snapshot(self, name)

    def file(self, kind: str, digest: str, table: str = "") -> Path:
        """Where the content of this hash lies."""
        endings = {"segments": ".parquet", "faults": ".jsonl", "schemas": ".json"}
        return self.root / kind / table / f"{digest}{endings.get(kind, '')}"


def open_store(path: Path) -> Store:
    """An existing store. Raises StoreError when there is none."""
    path = path.resolve()
    if not (path / "commits").is_dir():
        msg = f"{path}: no store here; `litmus add FILE --store {path}` makes one"
        raise StoreError(msg)
    return Store(path)


def make_store(path: Path) -> Store:
    """The store at ``path``, made when the folder is new or empty. Raises StoreError for a folder with something else in it."""
    path = path.resolve()
    if set(str(path)) & set("*?[]"):
        msg = f"{path}: a store's path may not hold any of * ? [ ]; choose another folder"
        raise StoreError(msg)
    # A store that another writer is making just now has some of the folders already.
    if path.exists() and (not path.is_dir() or not {p.name for p in path.iterdir()} <= set(FOLDERS)):
        msg = f"{path}: not empty and not a store; name a new folder"
        raise StoreError(msg)
    for name in FOLDERS:
        (path / name).mkdir(parents=True, exist_ok=True)
    sync_folder(path)
    return Store(path)


def scratch(store: Store, ending: str = "") -> Path:
    """A name for a file being written, that no other writer has."""
    return store.root / "tmp" / f"{os.getpid()}-{secrets.token_hex(8)}{ending}"


def keep(store: Store, kind: str, made: Path, digest: str, table: str = "") -> Path:
    """Give a finished file its place, durably: sync, move, sync the folder. Content that is there already stays as good as new."""
    target = store.file(kind, digest, table)
    target.parent.mkdir(exist_ok=True)
    made.chmod(0o444)
    sync_file(made)
    made.replace(target)
    # The same content may be old: a fresh date keeps `sweep` away until a commit names it.
    os.utime(target)
    sync_folder(target.parent)
    sync_folder(target.parent.parent)
    return target


def keep_text(store: Store, kind: str, text: bytes) -> str:
    """Keep a small file; returns its hash."""
    digest = sha256(text).hexdigest()
    made = scratch(store)
    made.write_bytes(text)
    keep(store, kind, made, digest)
    return digest


def hash_file(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hash_stream(stream, ())


def hash_stream(stream: BinaryIO, copies: Sequence[BinaryIO]) -> str:
    """SHA-256 of a stream, which is copied on the way."""
    digest = sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        for copy in copies:
            copy.write(chunk)
    return digest.hexdigest()


def sync_file(path: Path) -> None:
    """Bring a file's content to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Bring a folder's names to the disk; some systems cannot, and then nothing can be done about it."""
    with suppress(OSError):
        sync_file(path)


def remove(paths: Sequence[Path]) -> None:
    """Remove files of one's own that are no longer needed."""
    for path in paths:
        path.unlink(missing_ok=True)
