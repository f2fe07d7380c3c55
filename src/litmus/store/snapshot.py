"""A snapshot: the rows of all commits up to one, with an identity that no order of import changes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from duckdb import Error as DuckDBError

from litmus.core.dates import Days
from litmus.facts.check import cross_check
from litmus.facts.dossier import Dossier
from litmus.facts.identity import evidence_id, snapshot_id, table_hash
from litmus.facts.row import Row
from litmus.facts.schema import Table, tables
from litmus.store.batch import segment_files
from litmus.store.faultlog import open_faults
from litmus.store.layout import Store, StoreError, scratch
from litmus.store.log import Commit, read_log
from litmus.store.schemas import check_schemas, quoted_name, view
from litmus.store.segment import connect, logical_hash

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FETCH = 10_000


@dataclass(frozen=True)
class Snapshot:
    """The evidence as of one commit (None: an empty store). ``tables`` gives the segments of each table."""

    store: Store
    commits: tuple[Commit, ...] = field(repr=False)
    tables: Mapping[str, Sequence[Path]] = field(repr=False)

    @property
    def commit(self) -> Commit | None:
        """The last commit of the snapshot."""
        return self.commits[-1] if self.commits else None

    @cached_property
    def id(self) -> str:
        """The snapshot id of ``facts.identity``, over all rows. Streams their hashes; the answer is kept in ``cache/``."""
        con = connect(self.store)
        try:
            return snapshot_id({table: self._table_hash(con, table) for table in self.tables})
        finally:
            con.close()

    def _table_hash(self, con: "DuckDBPyConnection", table: str) -> str:
        parts = sorted({s.logical for c in self.commits for s in c.segments if s.table == table})
        if len(parts) == 1:
            return parts[0]
        kept = self.store.root / "cache" / f"{sha256(orjson.dumps([table, parts])).hexdigest()}.txt"
        if kept.is_file() and len(text := kept.read_text("ascii")) == len(table_hash(())):
            return text
        found = logical_hash(con, self.tables[table])
        with suppress(OSError):  # a store may be read where it cannot be written
            made = scratch(self.store)
            made.write_text(found, "ascii")
            made.replace(kept)
        return found

    @property
    def rows(self) -> int:
        """How many rows it holds: a row is stored once, however often it was imported."""
        return sum(c.tally.rows for c in self.commits)

    def dossier(self) -> Dossier:
        """Typed rows, as a dossier folder gives them, checked against each other; in the order of ids, then of hashes.

        Faults are those of the imports that are still open and those of the checks. Holds all rows in memory.
        """
        found = Dossier()
        try:
            con = self.connect()
            try:
                for table in tables().values():
                    found.rows[table.name] = list(_rows(con, table))
            finally:
                con.close()
        except DuckDBError as err:
            found_by = "`litmus verify --store` names every damaged file"
            msg = f"{self.store.root}: a segment cannot be read ({str(err).splitlines()[0]}); {found_by}"
            raise StoreError(msg) from err
        faults = [kept.fault for kept in open_faults(self.store, self.commits)]
        found.records = sum(map(len, found.rows.values())) + sum(f.holds_row for f in faults)
        found.faults = faults
        cross_check(found.rows, found.faults)
        return found

    def connect(self) -> "DuckDBPyConnection":
        """A DuckDB connection with one view a table: the columns of `litmus schema ddl`, and row_hash, file, line. Close it after use."""
        con = connect(self.store)
        for table in tables().values():
            files = [str(p) for p in self.tables.get(table.name, ())]
            con.execute(f"CREATE VIEW {quoted_name(table.name)} AS {view(table, files)}")
        return con


def _rows(con: "DuckDBPyConnection", table: Table) -> Iterator[Row]:
    chosen = ["file", "line"]
    for c in table.columns:
        if c.kind == "day":
            chosen += [f"date_diff('day', DATE '0001-01-01', {c.name}_{end}) + 1" for end in ("lo", "hi")]
        else:
            chosen.append(quoted_name(c.name))
    order = '"id", row_hash' if any(c.name == "id" for c in table.columns) else "row_hash"
    found = con.execute(f"SELECT {', '.join(chosen)} FROM {quoted_name(table.name)} ORDER BY {order}")
    names: dict[str, str] = {}
    while chunk := found.fetchmany(_FETCH):
        for file, line, *cells in chunk:
            values = typed(table, iter(cells))
            yield Row(table.name, values.get("id") or "", names.setdefault(file, file), line, values)


def typed(table: Table, cells: Iterator[Any]) -> dict[str, Any]:
    """Cells of a segment as the values of a row: days as ordinals (two cells), exact numbers as ``p/q``."""
    values: dict[str, Any] = {}
    for c in table.columns:
        value = next(cells)
        if c.kind == "day":
            last = next(cells)
            value = None if value is None else Days(value, last)
        elif value is not None and c.kind == "number":
            value = Fraction(value)
        elif value is not None and c.kind in {"ids", "parties"}:
            value = tuple(value)
        values[c.name] = value
    return values


def find_snapshot(store: Store, name: str | int | None = None) -> Snapshot:
    """The snapshot of this name (see ``Store.snapshot``). Raises StoreError when there is none, or more than one."""
    log = read_log(store)
    check_schemas(store, [c.draft.schema for c in log])
    if name is None:
        return _upto(store, log)
    text = str(name).strip().lower()
    if text.isdigit() and len(text) <= 10:
        if int(text) in {c.number for c in log}:
            return _upto(store, [c for c in log if c.number <= int(text)])
    elif len(text) >= 6 and not set(text) - set("0123456789abcdef"):
        found = [_upto(store, log[: n + 1]) for n, c in enumerate(log) if c.id.startswith(text)] or _by_id(store, log, text)
        if found:
            return found[-1]
    newest = f"commit {log[-1].number}" if log else "none, it is empty"
    expected = f"give a commit number, or six digits or more of an id (`litmus log` lists them; newest: {newest})"
    msg = f"{store.root}: no snapshot {name!r}; {expected}"
    raise StoreError(msg)


def _by_id(store: Store, log: Sequence[Commit], text: str) -> list[Snapshot]:
    """The last state whose snapshot id begins so.

    A record names the rows that its verdicts could use: a whole id may also be that of the rows left after the checks.
    """
    states = [_upto(store, log[: n + 1]) for n in range(len(log))]
    found = {s.id: s for s in states if s.id.startswith(text)}
    if len(found) > 1:
        msg = f"{store.root}: {text!r} begins {len(found)} snapshot ids; give more digits"
        raise StoreError(msg)
    if found or len(text) < 64:
        return list(found.values())
    distinct = {s.id: s for s in states}
    return [s for s in reversed(list(distinct.values())) if evidence_id(s.dossier().rows) == text][:1]


def _upto(store: Store, log: Sequence[Commit]) -> Snapshot:
    return Snapshot(store, tuple(log), segment_files(store, log))
