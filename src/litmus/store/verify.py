"""Checking a store from its own files: every commit, every file that a commit names, every row."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litmus.facts.schema import tables
from litmus.store.batch import segment_files
from litmus.store.layout import Store, StoreError, hash_file, open_store
from litmus.store.log import Commit, Segment, commit_path, read_commit
from litmus.store.rehash import wrong_rows
from litmus.store.schemas import check_schemas, read_schema
from litmus.store.segment import connect, hashes, logical_hash

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def verify(path: Path, *, rows: bool = True) -> list[str]:
    """What is wrong with a store, a line for each file, naming it; nothing when all is as it was written.

    Rehashes every file that the log names, adds up every commit, and (``rows``) recomputes the hash of every row from its
    cells. Raises StoreError where there is no store.
    """
    store = open_store(path)
    log, found = _log(store)
    try:
        check_schemas(store, [c.draft.schema for c in log])
        read_schemas = {c.draft.schema: read_schema(store, c.draft.schema) for c in log}
    except (StoreError, ValueError) as err:
        found.append(str(err))
        read_schemas = {}
    checked: dict[Path, str] = {}
    con = connect(store)
    try:
        for commit in log:
            found += _files(store, commit, checked)
            for one in commit.segments:
                target = store.file("segments", one.sha256, one.table)
                if not checked[target]:
                    found += _segment(con, store, commit, one, read_schemas.get(commit.draft.schema) if rows else None)
        for table, files in segment_files(store, log).items():
            sound = [f for f in files if not checked[f]]
            found += _repeated(con, table, sound)
    finally:
        con.close()
    return found


def _log(store: Store) -> tuple[list[Commit], list[str]]:
    """The commits that can be read, and what is wrong with the others."""
    log: list[Commit] = []
    found: list[str] = []
    before = {""}
    for number in sorted(int(p.stem) for p in (store.root / "commits").glob("*.json") if p.stem.isdigit()):
        path = commit_path(store, number)
        try:
            commit = read_commit(path)
        except (StoreError, ValueError, KeyError, TypeError) as err:
            found.append(str(err) if isinstance(err, StoreError) else f"{path}: not a commit ({err}); bring it back from a copy")
            continue
        if commit.parent not in before or (commit.parent == "" and log):
            found.append(f"{path}: follows commit {commit.parent[:12] or 'none'}, which is missing or damaged")
        if not commit.tally.adds_up or commit.tally.rows != sum(s.rows for s in commit.segments):
            found.append(f"{path}: its records do not add up ({commit.tally})")
        before.add(commit.id)
        log.append(commit)
    return log, found


def _files(store: Store, commit: Commit, checked: dict[Path, str]) -> Iterator[str]:
    """Each file that the commit names, hashed once."""
    draft = commit.draft
    named = [(store.file("segments", s.sha256, s.table), s.sha256) for s in draft.segments]
    named += [(store.file("raw", s.sha256), s.sha256) for s in draft.sources]
    named += [(store.file("faults", f.sha256), f.sha256) for f in (draft.faults, draft.resolved) if f]
    named.append((store.file("schemas", draft.schema), draft.schema))
    for path, digest in named:
        if path not in checked:
            problem = "" if path.is_file() else "missing"
            if not problem and hash_file(path) != digest:
                problem = "changed since it was written (its hash differs)"
            checked[path] = problem
            if problem:
                yield f"{path}: {problem}; named by commit {commit.number}; bring it back from a copy"


def _segment(con: "DuckDBPyConnection", store: Store, commit: Commit, one: Segment, schema: Any) -> Iterator[str]:
    path = store.file("segments", one.sha256, one.table)
    told: Any = con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    if told[0] != one.rows:
        yield f"{path}: {told[0]} rows, where commit {commit.number} has {one.rows}"
    if logical_hash(con, [path]) != one.logical:
        yield f"{path}: its rows are not those of commit {commit.number} (their common hash differs)"
    if schema and one.table in tables():
        yield from (f"{path}: {problem}" for problem in wrong_rows(con, path, one.table, schema))


def _repeated(con: "DuckDBPyConnection", table: str, files: list[Path]) -> Iterator[str]:
    """A row that two segments hold would count twice."""
    last, twice = b"", 0
    for chunk in hashes(con, files) if files else ():
        for one in chunk:
            twice += one == last
            last = one
    if twice:
        yield f"segments/{table}: {twice} rows stand in more than one segment"
