"""Clearing away what writers left behind when they were killed. What a commit names is never touched."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from litmus.store.layout import Store
from litmus.store.log import Commit, read_log

DAY = 86_400.0


def sweep(store: Store, older_than: float = DAY, *, remove: bool = True) -> list[Path]:
    """Remove files that no commit names and that are older than so many seconds; returns them. StoreError for a damaged log.

    A writer gives each file a fresh date when it needs it, and commits a batch long before a day is over. The log is read
    after the files are listed, so that what was committed meanwhile is spared.
    """
    old = list(_older(store, time.time() - older_than))
    kept = named(store, read_log(store))
    found = [path for path in old if path not in kept and not path.with_suffix(".json").exists()]
    gone = []
    for path in found:
        # Another writer may have given the file a fresh date since.
        if not remove or (path.exists() and path.stat().st_mtime < time.time() - older_than):
            gone.append(path)
            if remove:
                path.unlink(missing_ok=True)
    return gone


def _older(store: Store, limit: float) -> Iterator[Path]:
    places = [store.root / kind for kind in ("tmp", "raw", "faults", "schemas")]
    places += [p for p in (store.root / "segments").iterdir() if p.is_dir()]
    files = [p for place in places for p in place.rglob("*")]
    files += (store.root / "commits").glob("*.claim")
    for path in files:
        try:
            if path.is_file() and path.stat().st_mtime < limit:
                yield path
        except FileNotFoundError:
            continue


def named(store: Store, log: Iterable[Commit]) -> set[Path]:
    """Every file that the log names."""
    found: set[Path] = set()
    for commit in log:
        draft = commit.draft
        found |= {store.file("segments", s.sha256, s.table) for s in draft.segments}
        found |= {store.file("raw", s.sha256) for s in draft.sources}
        found |= {store.file("faults", f.sha256) for f in (draft.faults, draft.resolved) if f}
        found.add(store.file("schemas", draft.schema))
    return found
