"""Invented tables on which engines are compared. Nothing in them is evidence: every name and number is made up.

They are made to be awkward: blanks everywhere that the header allows, ties, names that differ in case, accent or script
only, days before 1970 and after 2149, amounts from nothing to tens of millions. The same rows on every machine and
DuckDB version, since each value comes from an MD5 of its table, column and row.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from litmus.core.words import word_list
from litmus.engine.query import Column, Query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SIZE = {"notice": 0.5, "bid": 2.0}
_NAMES = "['huawei', 'zte', 'ericsson', 'nokia', 'samsung'] || [('vendor-' || n) FOR n IN range(20)]"
_FIRMS = "['Firma', 'firma', 'Žica', 'zica', 'Zica', 'Ђорђе', 'ßtahl', 'STAHL', 'A', 'Ω']"
_WORDS = {
    "layer": ["core", "ran", "ran", "ran", "transport", "transport"],
    "generation": ["2g", "4g", "4g", "5g", "5g"],
    "place": ["RS", "RS", "RS", "RS", "RS", "RS", "ME", "AL"],
    "status": ["valid", "valid", "valid", "withdrawn", "excluded"],
    "procedure": ["open", "open", "restricted", "negotiated", "direct", "Direct"],
    "predicate": ["owner", "vendor", "status"],
    "currency": ["EUR", "EUR", "RSD", "BAM"],
    "method": ["open", "open", "selective", "direct"],
    "state": ["value", "value", "value", "not-applicable", "unknown"],
    "unit_award.status": ["active", "active", "active", "cancelled", "pending"],
    "unit_bid.status": ["valid", "valid", "valid", "disqualified", "withdrawn", "invited"],
}
_FEW = dict.fromkeys(("supplier", "tenderer", "winner", "runner_up"), 3000)
_POOLS = {"buyer_id": 300, "supplier_id": 3000, "party_id": 3000, "operator": 40, "subject": 20_000, **_FEW}
#: Columns with a shape of their own: unique together without being the key, or the key of names that other tables use.
_RECIPES = {
    "unit.process": "'process-' || (i // 3)",
    "unit.lot": "'lot-' || (i % 3)",
    "unit.details": "'details-' || (i % 50)",
    "details_days.details": "'details-' || i",
    "bidder_record.tenderer": f"{_FIRMS}[1 + i % 10] || '-' || i",
    "supplier_range.supplier": f"{_FIRMS}[1 + i % 10] || '-' || i",
    "unit_award.suppliers": "CASE WHEN i % 9 = 0 THEN 2 ELSE 1 END",
    "unit_bid.parts": "CASE WHEN i % 9 = 0 THEN 1000 ELSE 100 END",
    "unit_bid.currency": "CASE WHEN i % 50 = 0 THEN 'RSD' WHEN i % 37 <> 0 THEN 'EUR' END",
    # Records of procurement: four bids and four awards a process, three lots; some cover no lot, some one, some two.
    "lot.process": "'process-' || (i // 3)",
    "lot.lot": "'lot-' || (i % 3)",
    "notice.process": "'process-' || (i // 2)",
    "notice.form": "['cn-standard', 'pin-cfc-social', 'can-standard', 'compiled'][1 + i % 4]",
    "document.process": "'process-' || (i // 3)",
    "document.of": "['tender', 'award', 'tender'][1 + i % 3]",
    "document.of_id": "['', 'award-0', ''][1 + i % 3]",
    "document.type": "['tenderNotice', 'awardNotice', 'awardNotice'][1 + i % 3]",
    **{
        f"{table}.{column}": value
        for table in ("bid", "award")
        for column, value in (
            ("first_seq", "i"),
            ("process", "'process-' || (i // 4)"),
            (table, f"'{table}-' || (i % 4)"),
        )
    },
    "covers.process": "'process-' || (i // 24)",
    "covers.of": "CASE WHEN i % 3 = 0 OR i % 3 = 2 AND i // 3 % 2 = 1 THEN 'bid' ELSE 'award' END",
    "covers.of_id": "CASE WHEN i % 3 = 0 OR i % 3 = 2 AND i // 3 % 2 = 1 THEN 'bid-' ELSE 'award-' END || (i // 3 % 4)",
    "covers.lot": "'lot-' || ((i // 3 + i) % 3)",
    "team.process": "'process-' || (i // 8)",
    "team.of": "CASE WHEN i % 8 < 4 THEN 'bid' ELSE 'award' END",
    "team.of_id": "CASE WHEN i % 8 < 4 THEN 'bid-' ELSE 'award-' END || (i % 4)",
    "part.process": "'process-' || (i // 16)",
    "part.of": "CASE WHEN i % 16 < 8 THEN 'bid' ELSE 'award' END",
    "part.of_id": "CASE WHEN i % 16 < 8 THEN 'bid-' ELSE 'award-' END || (i // 2 % 4)",
    "part.role": "CASE WHEN i % 16 < 8 THEN 'tenderer' ELSE 'supplier' END",
    "part.place": "i % 2",
    "item.process": "'process-' || (i // 6)",
    "item.of": "CASE WHEN i // 6 % 3 = 0 AND i % 2 = 0 THEN 'award' ELSE 'tender' END",
    "item.of_id": "CASE WHEN i // 6 % 3 = 0 AND i % 2 = 0 THEN 'award-' || (i % 3) ELSE '' END",
    "item.lot": "['lot-0', 'lot-1', 'lot-2', ''][1 + i % 4]",
    "unit_bid.name": "'bid-' || (i % 3)",
    "unit_award.name": "'award-' || (i % 3)",
    "price_gap.winner": f"{_FIRMS}[1 + i % 10] || '-' || (i % 700)",
    "price_gap.runner_up": f"{_FIRMS}[1 + i % 7] || '-' || (i % 500)",
    "price_gap.price_parts": "100",
    "price_gap.other_parts": "CASE WHEN i % 9 = 0 THEN 1000 ELSE 100 END",
}
#: Tables that are not drawn but given, or drawn from another one.
_GIVEN = {
    "restricted_vendor": "SELECT unnest(['huawei', 'zte', 'vendor-7', 'vendor-9']) AS vendor, unnest([TRUE, TRUE, TRUE, FALSE]) AS certain",
    "layer_word": f"SELECT unnest({list(word_list('layer'))}) AS layer",
    "generation_word": f"SELECT unnest({list(word_list('generation'))}) AS generation",
    "deployment_vendor": """
      SELECT 'deployment-' || i AS deployment_id, names[1 + (r // 1000 + 7 * j) % 25] AS vendor
      FROM (
        SELECT i, CAST(md5_number_lower('deployment_vendor ' || i) % 1000000000000000 AS BIGINT) AS r, NAMES AS names
        FROM range(ROWS) AS t (i)
      ), range(3) AS u (j)
      WHERE j < [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3][1 + r % 12]
    """.replace("NAMES", _NAMES),
}


def merged(queries: Iterable[Query]) -> dict[str, tuple[Column, ...]]:
    """Every table that the queries read, with all columns that any of them reads.

    Raises ValueError when two files declare one column differently.
    """
    tables: dict[str, dict[str, tuple[Column, str]]] = {}
    for query in queries:
        for table, columns in query.tables.items():
            known = tables.setdefault(table, {})
            for column in columns:
                before, where = known.setdefault(column.name, (column, query.path))
                if (before.type, before.key, before.null) != (column.type, column.key, column.null):
                    msg = f"{query.path}: {table}.{column.name} is declared otherwise in {where}; make the two lines say the same"
                    raise ValueError(msg)
    return {table: tuple(column for column, _ in known.values()) for table, known in tables.items()}


def invent(con: "DuckDBPyConnection", tables: Mapping[str, tuple[Column, ...]], rows: int) -> int:
    """Fill the database with invented tables of about ``rows`` rows each; the number of rows in all."""
    sizes = {table: max(1, int(rows * _SIZE.get(table, 1))) for table in tables}
    total = 0
    for table, columns in tables.items():
        if table in _GIVEN:
            source = f"({_GIVEN[table].replace('ROWS', str(rows))})"
            chosen = ", ".join(c.name for c in columns)
        else:
            source = f"range({sizes[table]}) AS t (i)"
            keys = [c.name for c in columns if c.key and f"{table}.{c.name}" not in _RECIPES]
            chosen = ", ".join(f"{_value(table, c, keys, sizes)} AS {c.name}" for c in columns)
        con.execute(f"CREATE TABLE {table} ({', '.join(f'{c.name} {c.type}' for c in columns)})")
        con.execute(f"INSERT INTO {table} SELECT {chosen} FROM {source} ORDER BY ALL")  # noqa: S608
        ((count,),) = con.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608
        total += count
    return total


def _value(table: str, column: Column, keys: list[str], sizes: Mapping[str, int]) -> str:
    """The SQL of one column's value in row ``i``."""
    if f"{table}.{column.name}" in _RECIPES:
        return _RECIPES[f"{table}.{column.name}"]
    if column.name in keys:
        return _key(table, column, keys)
    draw = _draw(table, column.name)
    value = _drawn(table, column, draw, sizes)
    if not column.null:
        return value
    return f"CASE WHEN {draw} % 1000 < 70 THEN NULL ELSE {value} END"


def _key(table: str, column: Column, keys: list[str]) -> str:
    """Unique together: each key column but the first counts to three within what stands before it."""
    after = 3 ** (len(keys) - 1 - keys.index(column.name))
    number = f"(i // {after})" if column.name == keys[0] else f"(i // {after} % 3)"
    if column.type == "DATE":
        return f"DATE '2015-01-01' + CAST({number} AS INTEGER)"
    name = column.name.removesuffix("_id") if len(keys) > 1 else table
    return f"'{name}-' || ({number})" if column.type == "VARCHAR" else number


def _draw(table: str, name: str) -> str:
    return f"CAST(md5_number_lower('{table}.{name} ' || i) % 1000000000000000 AS BIGINT)"


def _drawn(table: str, column: Column, draw: str, sizes: Mapping[str, int]) -> str:
    name, spread = column.name, f"({draw} // 1000)"
    other = name.removesuffix("_id")
    if name == "retracts":
        return f"CASE WHEN {spread} % 20 = 0 THEN '{table}-' || ({spread} % {sizes[table]}) END"
    if name.endswith("_id") and other in sizes:
        return f"'{other}-' || ({spread} % {sizes[other]})"
    if column.type == "VARCHAR" and (words := _WORDS.get(f"{table}.{name}") or _WORDS.get(name)):
        return f"({words})[1 + {spread} % {len(words)}]"
    if name in _POOLS:  # the product of two draws: a few names often, many seldom
        rank = f"(({spread} % 1000) * ({spread} // 1000 % 1000) * {_POOLS[name]} // 1000000)"
        return f"{_FIRMS}[1 + {rank} % 10] || '-' || {rank}"
    if column.type == "DATE":
        odd = "['1969-12-31', '1912-03-01', '2150-01-01', '2024-02-29', '2023-12-31']"
        usual = f"DATE '2015-01-01' + CAST({spread} % 3650 AS INTEGER)"
        return f"CASE WHEN {spread} % 400 = 1 THEN CAST({odd}[1 + {spread} // 400 % 5] AS DATE) ELSE {usual} END"
    if column.type == "BOOLEAN":
        return f"{spread} % 17 > 2"
    return _number(table, name, spread) if column.type == "BIGINT" else f"'{name}-' || ({spread} % 50)"


def _number(table: str, name: str, spread: str) -> str:
    if name == "weight_hi":  # never below the lower end, and mostly the same
        low = f"1 + ({_draw(table, 'weight_lo')} // 1000) % 400"
        return f"{low} + CASE WHEN {spread} % 5 = 0 THEN {spread} // 5 % 9 ELSE 0 END"
    if name.endswith(("_minor", "_amount")) or name in {"amount", "value"}:
        return f"{spread} // 10 % CAST([1, 10000, 100000, 1000000, 10000000, 100000000, 1000000000][1 + {spread} % 7] AS BIGINT)"
    most = 8 if "bids" in name else 400 if name.startswith("weight") else 1000
    return f"{0 if 'bids' in name else 1} + {spread} % {most}"
