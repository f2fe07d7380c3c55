"""What an importer yields: claims, which are rows in their canonical text, and bad records, which are faults."""

from typing import NamedTuple

import orjson

from litmus.facts.fault import Fault
from litmus.facts.identity import row_bytes
from litmus.facts.row import Row


class Claim(NamedTuple):
    """A row as its canonical JSON object (see ``facts.identity``): blanks left out, keys in order. Cheap to hash and to store."""

    table: str
    line: int
    body: bytes


class Bad(NamedTuple):
    """The faults of one record. When one of them holds a row, the record gave no claim; otherwise it may have."""

    line: int
    faults: tuple[Fault, ...]

    @property
    def holds_row(self) -> bool:
        """True when the record was kept out."""
        return any(f.holds_row for f in self.faults)


Item = Claim | Bad


def hashed_text(table: str, body: bytes) -> bytes:
    """What the hash of a row covers (``facts.identity.row_bytes``), from the row's canonical object."""
    return b'["' + table.encode() + b'",' + body + b"]"


def claim(row: Row) -> Claim:
    """A typed row as a claim: the bridge for importers that yield rows."""
    return Claim(row.table, row.line, row_bytes(row.table, row.values)[len(row.table) + 4 : -1])


def dumped(told: dict[str, object]) -> bytes:
    """Canonical JSON of the cells that are not blank. Raises TypeError for text that is not valid Unicode."""
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
