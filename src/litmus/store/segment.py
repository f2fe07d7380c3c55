"""Segments: claims to Parquet and back to hashes, through DuckDB, without ever holding a table in memory."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from litmus.facts.identity import table_hash
from litmus.facts.schema import Table
from litmus.store.layout import Store, hash_file, keep, scratch
from litmus.store.log import Segment
from litmus.store.schemas import from_json, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FETCH = 20_000
_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
MEMORY = "1GB"


def connect(store: Store | None = None, threads: int | None = None) -> "DuckDBPyConnection":
    """A DuckDB connection in memory that spills into a folder below the store's tmp. ``threads``: None leaves it to DuckDB."""
    import duckdb

    con = duckdb.connect(config={"memory_limit": MEMORY, **({"threads": threads} if threads else {})})
    con.execute("SET preserve_insertion_order = false")
    if store is not None:
        # A folder of its own: two processes that spill into one folder would take each other's files.
        con.execute(f"SET temp_directory = {quoted(str(scratch(store, '.spill')))}")
    return con


def write(con: "DuckDBPyConnection", store: Store, table: Table, lines: Path, files: Sequence[str]) -> tuple[Path, int]:
    """Claims as JSON lines (``_h``, ``_f``, ``_l`` and the columns) to a Parquet file not yet in its place; and its rows.

    ``files`` are the names that ``_f`` counts through.
    """
    columns, chosen = from_json(table)
    target = scratch(store, ".parquet")
    names = "[" + ", ".join(map(quoted, files)) + "]"
    source = f"read_json({quoted(str(lines))}, format = 'newline_delimited', columns = {columns}, maximum_object_size = 67108864)"
    select = f"SELECT unhex(_h) AS row_hash, {names}[_f + 1] AS file, _l AS line, {chosen} FROM {source}"
    done = con.execute(f"COPY ({select}) TO {quoted(str(target))} {_PARQUET}").fetchone()
    return target, done[0] if done else 0


def without(con: "DuckDBPyConnection", store: Store, made: Path, rows: int, others: Sequence[Path]) -> tuple[Path | None, int, int]:
    """The file without the rows that ``others`` hold: the same file, a new one, or None when no row is left.

    With it the rows that are written, and those that ``others`` hold, each as counted: that they add up is for the commit to check.
    """
    if rows == 0:
        return None, 0, 0
    if not others:
        return made, rows, 0
    held = f"read_parquet([{', '.join(quoted(str(p)) for p in others)}])"
    mine = f"read_parquet({quoted(str(made))})"
    # The batch is the small side: the hashes of the store stream past it and are never held.
    con.execute(f"CREATE OR REPLACE TEMP TABLE known AS SELECT DISTINCT o.row_hash FROM {held} o SEMI JOIN {mine} m USING (row_hash)")
    found = con.execute("SELECT count(*) FROM known").fetchone()
    known = found[0] if found else 0
    if known == 0:
        return made, rows, 0
    if known == rows:
        return None, 0, known
    target = scratch(store, ".parquet")
    done = con.execute(f"COPY (SELECT m.* FROM {mine} m ANTI JOIN known USING (row_hash)) TO {quoted(str(target))} {_PARQUET}").fetchone()
    return target, done[0] if done else 0, known


def place(con: "DuckDBPyConnection", store: Store, table: str, made: Path, rows: int) -> Segment:
    """Give a finished Parquet file its place among the segments."""
    logical = logical_hash(con, [made])
    digest = hash_file(made)
    keep(store, "segments", made, digest, table)
    return Segment(table, rows, digest, logical)


def hashes(con: "DuckDBPyConnection", files: Sequence[Path]) -> Iterator[list[bytes]]:
    """Row hashes of some segments in order, in chunks."""
    found = con.execute(f"SELECT row_hash FROM read_parquet([{', '.join(quoted(str(p)) for p in files)}]) ORDER BY row_hash")
    while chunk := found.fetchmany(_FETCH):
        yield [h for (h,) in chunk]


def logical_hash(con: "DuckDBPyConnection", files: Sequence[Path]) -> str:
    """``facts.identity.table_hash`` of the rows of some segments, streamed; a row that stands twice counts once."""
    if not files:
        return table_hash(())
    whole = sha256()
    last = b""
    for chunk in hashes(con, files):
        distinct = [h for h, before in zip(chunk, [last, *chunk], strict=False) if h != before]
        whole.update(b"".join(distinct))
        last = chunk[-1]
    return whole.hexdigest()
