"""Files of any supported format into the procurement tables of one DuckDB connection.

What the importers say is first kept as it came (``raw_notice``, ``raw_lot`` …). Of it the tables that queries read are made:
where several records speak of one process, a later compiled release takes the place of all before it, and otherwise the
latest record that says something counts, column by column where the schema says ``merge``. ``notice`` keeps every record;
``process`` has one row each; ``covers`` says which lots a bid or an award is for, ``team`` who makes or gets it together.
"""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import orjson

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.procurement.tables import Table, tables

FAULTS_KEPT = 1000
MEMORY = "300MB"
BUFFER = 1 << 20
Importer = Callable[[Path], Iterator[Row | Fault]]


@dataclass(slots=True)
class Receipt:
    """What became of the records: ``records`` = ``notices`` + ``held``; ``superseded`` of the notices gave way to a later
    compiled release of their process. ``coerced`` counts, by column and reason, values that
    were taken with help or left out; ``faults`` keeps the first thousand.
    """

    records: int = 0
    notices: int = 0
    held: int = 0
    superseded: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    coerced: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, found: Fault) -> None:
        """Count a fault."""
        if found.holds_row:
            self.records += 1
            self.held += 1
        else:
            self.coerced[found.column, found.expected] += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(found)


class Sink:
    """Rows on their way into the tables: a file of JSON lines for each, so that memory stays small."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.streams: dict[str, BinaryIO] = {}
        self.receipt = Receipt()
        self.seq = 0

    def take(self, items: Iterable[Row | Fault]) -> None:
        """Keep rows and faults as they come."""
        for item in items:
            if isinstance(item, Fault):
                self.receipt.fault(item)
                continue
            self.receipt.rows[item.table] += 1
            if item.table == "notice":
                self.receipt.records += 1
                self.receipt.notices += 1
            self.seq += 1
            told = {k: v for k, v in item.values.items() if v is not None}
            for name in _lists(item.table):
                if name in told:
                    told[name] = "|".join(told[name]) or None
            told |= {"file": item.file, "line": item.line, "seq": self.seq, "record": self.receipt.notices}
            stream = self.streams.get(item.table) or self._open(item.table)
            stream.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def _open(self, table: str) -> BinaryIO:
        stream = self.streams[table] = (self.folder / f"{table}.jsonl").open("wb", buffering=BUFFER)
        return stream

    def close(self) -> None:
        for stream in self.streams.values():
            stream.close()


def _lists(table: str) -> list[str]:
    return [c.name for c in tables()[table].columns if c.kind == "texts"]


@contextlib.contextmanager
def loaded(items: Iterable[Row | Fault], *, threads: int = 0) -> Iterator[tuple[Any, Receipt]]:
    """A connection with the tables of what importers yield, and the receipt."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        sink = Sink(folder)
        try:
            sink.take(items)
        finally:
            sink.close()
        con = duckdb.connect(config={"temp_directory": str(folder / "spill")})
        stack.callback(con.close)
        con.execute(f"SET memory_limit = '{MEMORY}'")
        con.execute("SET preserve_insertion_order = true")
        if threads:
            con.execute(f"SET threads = {int(threads)}")
        fill(con, folder)
        resolve(con)
        sink.receipt.superseded = int(con.execute("SELECT count(*) FROM superseded").fetchall()[0][0])
        yield con, sink.receipt


def fill(con: Any, folder: Path) -> None:
    """The raw tables, from the files of a sink."""
    for table in tables().values():
        columns = (*table.sql, ("file", "VARCHAR"), ("line", "BIGINT"), ("seq", "BIGINT"), ("record", "BIGINT"))
        file = folder / f"{table.name}.jsonl"
        if file.exists():
            typed = ", ".join(f"'{n}': '{t}'" for n, t in columns)
            quoted = str(file).replace("'", "''")
            source = f"read_json('{quoted}', format = 'newline_delimited', columns = {{{typed}}}, maximum_object_size = 67108864)"
            con.execute(f"CREATE TABLE raw_{table.name} AS SELECT * FROM {source} ORDER BY seq")
        else:
            con.execute(f"CREATE TABLE raw_{table.name} ({', '.join(f'{n} {t}' for n, t in columns)})")


_ORDER = """
CREATE TABLE record_order AS
SELECT n.process AS process, n.record AS record,
  row_number() OVER (
    PARTITION BY n.process
    ORDER BY n.published_at ASC NULLS FIRST, n.published_day ASC NULLS FIRST, n.seq ASC
  ) AS place,
  contains('|' || coalesce(n.form, '') || '|', '|compiled|') AS whole
FROM raw_notice AS n
"""
_SUPERSEDED = """
CREATE TABLE superseded AS
SELECT r.record AS record
FROM record_order AS r
INNER JOIN (SELECT process, max(place) AS last FROM record_order WHERE whole GROUP BY process) AS w
  ON w.process = r.process AND r.place < w.last
"""


def resolve(con: Any) -> None:
    """The tables that queries read, of the raw ones."""
    con.execute(_ORDER)
    con.execute(_SUPERSEDED)
    for table in tables().values():
        if table.name == "notice":
            con.execute(f"CREATE TABLE notice AS SELECT {_plain(table, 'n')} FROM raw_notice AS n {_KEPT} ORDER BY n.seq")
        elif table.name == "parent":
            con.execute(table.ddl())
        elif table.merge:
            con.execute(_merged(table, f"raw_{table.name}", table.one, table.name))
        else:
            con.execute(_latest(table))
    con.execute(_merged(tables()["notice"], "raw_notice", ("process",), "process"))
    con.execute(_COVERS)
    con.execute(_TEAMS)


def _plain(table: Table, alias: str) -> str:
    return ", ".join(f"{alias}.{n} AS {n}" for n, _ in (*table.sql, ("file", ""), ("line", "")))


_KEPT = "INNER JOIN record_order AS r ON r.record = n.record ANTI JOIN superseded AS s ON s.record = n.record"


def _key(names: Iterable[str]) -> str:
    """The columns of a key; a row that lacks one of them stands for itself."""
    return ", ".join(f"coalesce(n.{name}, '#' || n.seq)" for name in names)


def _latest(table: Table) -> str:
    """Of several records, the rows of the latest that has any under the same key."""
    return (
        f"CREATE TABLE {table.name} AS SELECT {_plain(table, 'x')} FROM (SELECT n.*, r.place AS place_of_record, "
        f"max(r.place) OVER (PARTITION BY {_key(table.one)}) AS last FROM raw_{table.name} AS n {_KEPT}) AS x "
        "WHERE x.place_of_record = x.last ORDER BY x.seq"
    )


def _merged(table: Table, raw: str, key: tuple[str, ...], name: str) -> str:
    """One row for each key: of each value the latest that is given; a moment, and an amount with its currency, from one record."""
    rank = "(r.place, n.seq)"
    chosen = []
    for column in table.columns:
        money = _amount_of(table, column.name)
        given = f"n.{money} IS NOT NULL" if money else f"n.{column.name} IS NOT NULL"
        chosen += [f"arg_max_null(n.{c}, {rank}) FILTER ({given}) AS {c}" for c, _ in column.sql]
    chosen += [f"arg_max(n.file, {rank}) AS file", f"arg_max(n.line, {rank}) AS line", "min(n.seq) AS first_seq", "count(*) AS records"]
    return f"CREATE TABLE {name} AS SELECT {', '.join(chosen)} FROM {raw} AS n {_KEPT} GROUP BY {_key(key)} ORDER BY first_seq"


def _amount_of(table: Table, column: str) -> str:
    """The amount that a currency column belongs to, and the parts of a bid's price; empty for other columns."""
    names = {c.name for c in table.columns}
    pairs = {"currency": "amount" if "amount" in names else "value", "parts": "amount", "budget_currency": "budget"}
    found = pairs.get(column, "")
    return found if found in names else ""


_COVERS = "CREATE TABLE covers AS " + " UNION ALL ".join(
    f"SELECT x.process AS process, '{of}' AS of, x.{of} AS of_id, unnest(string_split(x.lots, '|')) AS lot FROM {of} AS x "
    "WHERE x.lots IS NOT NULL"
    for of in ("bid", "award")
)
_TEAMS = """
CREATE TABLE team AS
SELECT p.process AS process, p.of AS of, p.of_id AS of_id, count(*) AS members, count(p.party) AS known,
  CASE WHEN count(*) = 1 THEN max(p.party) END AS alone,
  string_agg(DISTINCT p.party, '|' ORDER BY p.party) AS parties
FROM part AS p
WHERE (p.of = 'bid' AND p.role = 'tenderer') OR (p.of = 'award' AND p.role = 'supplier')
GROUP BY p.process, p.of, p.of_id
"""
