"""What a row says, as a hash; what a body of evidence says, as one hash of those.

The hash of a row covers its table and every column that is not blank, never the file, the line or the order in which it
was read: the same claims have the same identity however they were imported, and a new nullable column changes nothing.
The method is plain: SHA-256 over canonical JSON (RFC 8785 for the values used here: whole numbers, text, lists).
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

import orjson

from litmus.core.dates import Days
from litmus.facts.row import Row


def canonical(value: Any) -> Any:
    """A cell as JSON: a partial date is its first and last day (proleptic ordinals), an exact number ``p/q``, a set a list."""
    if isinstance(value, Days):
        return [value.lo, value.hi]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    if isinstance(value, (tuple, list)):
        return [canonical(v) for v in value]
    return value


def row_bytes(table: str, values: Mapping[str, Any]) -> bytes:
    """The canonical text of a row: ``["law",{"id":…}]`` with keys in order and blanks left out."""
    told = {name: canonical(value) for name, value in values.items() if value is not None}
    return orjson.dumps([table, told], option=orjson.OPT_SORT_KEYS)


def row_hash(row: Row) -> bytes:
    """SHA-256 of a row's canonical text, 32 bytes."""
    return sha256(row_bytes(row.table, row.values)).digest()


def table_hash(rows: Iterable[bytes]) -> str:
    """One hash of a table from the hashes of its rows, in any order; a row that stands twice counts once."""
    whole = sha256()
    for one in sorted(set(rows)):
        whole.update(one)
    return whole.hexdigest()


def snapshot_id(tables: Mapping[str, str]) -> str:
    """One hash of a body of evidence from the hashes of its tables; tables without rows do not count."""
    empty = table_hash(())
    return sha256(orjson.dumps(sorted((t, h) for t, h in tables.items() if h != empty))).hexdigest()


def evidence_id(rows: Mapping[str, Iterable[Row]]) -> str:
    """The snapshot id of rows by table."""
    return snapshot_id({table: table_hash(row_hash(r) for r in found) for table, found in rows.items()})


def in_order(rows: Mapping[str, list[Row]]) -> None:
    """Put the rows of each table in the order of their ids: what rests on them is then the same however they were read."""
    for found in rows.values():
        found.sort(key=lambda r: (r.id, "") if r.id else ("", row_hash(r).hex()))
