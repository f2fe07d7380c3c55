"""Plain lists for people who look for a story: buyers, suppliers, one process with every flag and every field that is missing.

All read the procurement tables after ``native.judge`` has left ``flag_rows``. Counts keep what is not known apart: a process
whose flag could not be computed is neither flagged nor clear, and a supplier without a name is counted as unnamed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litmus.core.words import nearest
from litmus.parties.group import Parties
from litmus.parties.names.listing import NameList
from litmus.parties.suppliers import SupplierParent
from litmus.procurement.native import judge
from litmus.procurement.parents import fill_parents
from litmus.procurement.scope import Scope, scopes

Row = dict[str, Any]
HUNDRED = 100


class NoProcessError(ValueError):
    """No process of that id; the message names the nearest."""


@dataclass(frozen=True, slots=True)
class Book:
    """A connection whose flags were judged and whose processes have a scope."""

    con: Any
    scope: Mapping[str, Scope]
    parents: Mapping[str, SupplierParent]
    records: int = 0
    faults: int = 0


Known = tuple[NameList, Parties]


def open_book(con: Any, known: Known | None = None, manual: Mapping[str, Scope] | None = None) -> Book:
    """Judge every flag, decide every scope, and leave both as tables (``flag_rows``, ``scope_rows``).

    ``known``: names and holdings on record, in which ultimate parents are looked for; None leaves every parent unknown.
    """
    parents = fill_parents(con, *known) if known else {}
    judge(con)
    found = dict(scopes(con, manual))
    con.execute("CREATE OR REPLACE TEMP TABLE scope_rows (process VARCHAR, state VARCHAR, basis VARCHAR)")
    if found:
        con.executemany("INSERT INTO scope_rows VALUES (?, ?, ?)", [(p, s.state, s.basis) for p, s in found.items()])
    con.execute(_PROCESS_FLAGS)
    return Book(con, found, parents)


_PROCESS_FLAGS = """
CREATE OR REPLACE TEMP TABLE process_flags AS
SELECT f.id AS process, f.code AS code,
  CASE WHEN bool_or(f.state = 'flagged') THEN 'flagged' WHEN bool_or(f.state = 'unknown') THEN 'unknown'
    WHEN bool_or(f.state = 'clear') THEN 'clear' ELSE 'not-applicable' END AS state
FROM flag_rows AS f WHERE f.grp = 'OCID' GROUP BY f.id, f.code
"""

_COUNTS = """
  count(DISTINCT x.process) AS processes,
  count(DISTINCT x.process) FILTER (s.state = 'in') AS digital,
  count(DISTINCT x.process) FILTER (s.state = 'unknown') AS scope_unknown,
  count(DISTINCT x.process) FILTER (g.flagged > 0) AS flagged,
  coalesce(max(t.codes), '') AS flags
"""


def _listed(book: Book, source: str, values: str) -> list[Row]:
    """Counts by ``key`` of a source (key, name, process), the flags of each key, and sums of ``values`` by currency."""
    con = book.con
    con.execute(f"CREATE OR REPLACE TEMP TABLE view_source AS {source}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE view_flags AS SELECT key, string_agg(code || ' ' || n, ', ' ORDER BY n DESC, code) AS codes FROM ("
        "SELECT v.key AS key, f.code AS code, count(DISTINCT f.process) AS n FROM view_source AS v "
        "JOIN process_flags AS f ON f.process = v.process AND f.state = 'flagged' GROUP BY v.key, f.code) GROUP BY key"
    )
    found = con.execute(
        f"SELECT x.key AS key, arg_max(x.name, x.process) FILTER (x.name IS NOT NULL) AS name, {_COUNTS} FROM view_source AS x "
        "LEFT JOIN scope_rows AS s ON s.process = x.process "
        "LEFT JOIN (SELECT process, count(*) AS flagged FROM process_flags WHERE state = 'flagged' GROUP BY process) AS g "
        "ON g.process = x.process LEFT JOIN view_flags AS t ON t.key = x.key GROUP BY x.key ORDER BY processes DESC, x.key"
    )
    names = [d[0] for d in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for key, currency, total, blank in con.execute(values).fetchall():
        sums.setdefault(key, {})[currency or "?"] = (int(total or 0), int(blank))
    for row in rows:
        row["values"] = {c: minor for c, (minor, _) in sorted(sums.get(row["key"], {}).items()) if minor or c != "?"}
        row["values_unknown"] = sum(blank for _, blank in sums.get(row["key"], {}).values())
    return rows


def buyers(book: Book) -> list[Row]:
    """A row for each buyer, most processes first: processes, of them digital or open, flagged.

    Awarded sums are in minor units by currency, with how many awards have no sum. A process without a buyer stands under the
    key (not named).
    """
    source = "SELECT coalesce(p.buyer, p.buyer_name, '(not named)') AS key, p.buyer_name AS name, p.process AS process FROM process AS p"
    values = (
        "SELECT v.key, a.currency, sum(a.value), count(*) FILTER (a.value IS NULL) FROM view_source AS v JOIN award AS a "
        "ON a.process = v.process AND coalesce(a.status, 'active') NOT IN ('cancelled', 'unsuccessful') GROUP BY ALL ORDER BY ALL"
    )
    return _listed(book, source, values)


def suppliers(book: Book) -> list[Row]:
    """The same for each supplier of an award. A sum that several suppliers share is counted for none of them: ``values_shared``."""
    source = (
        "SELECT DISTINCT coalesce(p.party, p.name, '(not named)') AS key, p.name AS name, p.process AS process "
        "FROM part AS p WHERE p.of = 'award' AND p.role = 'supplier'"
    )
    alone = (
        "SELECT coalesce(p.party, p.name, '(not named)') AS key, a.currency AS currency, a.value AS value, "
        "count(*) OVER (PARTITION BY p.process, p.of_id) AS members FROM part AS p JOIN award AS a "
        "ON a.process = p.process AND a.award = p.of_id AND coalesce(a.status, 'active') NOT IN ('cancelled', 'unsuccessful') "
        "WHERE p.of = 'award' AND p.role = 'supplier'"
    )
    sums = f"SELECT key, currency, sum(value), count(*) FILTER (value IS NULL) FROM ({alone}) WHERE members = 1 GROUP BY ALL ORDER BY ALL"
    rows = _listed(book, source, sums)
    shared = dict(book.con.execute(f"SELECT key, count(*) FROM ({alone}) WHERE members > 1 GROUP BY key").fetchall())
    return [{**row, "values_shared": int(shared.get(row["key"], 0)), **_parent(book, row["key"])} for row in rows]


def _parent(book: Book, key: str) -> Row:
    found = book.parents.get(key)
    return {"parent": found.parent, "parent_why": found.why} if found else {"parent": None, "parent_why": "not looked for"}


_TABLES = ("notice", "lot", "bid", "award", "deal", "change", "payment", "item", "part", "document", "withheld")


def process(book: Book, ident: str) -> Row:
    """One process: what its records say, its scope with the basis, every flag with its state, and the fields that are missing.

    Raises NoProcessError with the nearest id.
    """
    con = book.con
    if not con.execute("SELECT count(*) FROM process WHERE process = ?", [ident]).fetchone()[0]:
        close = nearest(ident, [p for (p,) in con.execute("SELECT process FROM process ORDER BY process").fetchall()])
        msg = f"no process {ident!r} in these files" + (f"; did you mean {close!r}?" if close else "")
        raise NoProcessError(msg)
    told = {name: _rows(con, f"SELECT * FROM {name} WHERE process = ? ORDER BY ALL", ident) for name in _TABLES}
    flags = _rows(con, "SELECT code, lot, state, value, missing FROM flag_rows WHERE grp = 'OCID' AND id = ? ORDER BY code, lot", ident)
    scope = book.scope[ident]
    takers = {str(p.get("party") or p.get("name") or "") for p in told["part"]}
    missing = sorted({field for f in flags if f.get("state") == "unknown" for field in (f.get("missing") or "").split(";") if field})
    return {
        "process": ident,
        **{k: v for k, v in _rows(con, "SELECT * FROM process WHERE process = ?", ident)[0].items() if k not in {"process", "first_seq"}},
        "scope": {"state": scope.state, "basis": scope.basis, "layers": list(scope.layers), "because": scope.because},
        "flags": flags,
        "missing": missing,
        "parents": {key: _parent(book, key) for key in sorted(takers & set(book.parents))},
        "tables": told,
    }


def _rows(con: Any, query: str, ident: str) -> list[Row]:
    found = con.execute(query, [ident])
    names = [d[0] for d in found.description]
    return [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in found.fetchall()]


def money(minor: int | None, currency: str | None) -> str:
    """Minor units as a person reads them; an unknown sum is told as unknown."""
    if minor is None:
        return "sum unknown"
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // HUNDRED:,}.{abs(minor) % HUNDRED:02d} {currency or '(currency unknown)'}"


def flat(rows: Sequence[Row]) -> list[Row]:
    """Rows for CSV and Parquet: a column for each currency, in minor units; blank where nothing was awarded in it."""
    currencies = sorted({c for row in rows for c in row["values"]})
    return [
        {**{k: v for k, v in row.items() if k != "values"}, **{f"value_minor_{c}": row["values"].get(c) for c in currencies}}
        for row in rows
    ]
