"""Procurement in the explorer: what was read of the records, so that pages can be made of it after the records are closed.

Pages stand for processes in digital scope, unless all are asked for, and for every buyer and supplier of one of them. A page's name is made
of the id in the records: letters and digits as they are, and eight digits of its hash, so that two ids never share a file on any disk.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litmus.procurement import views
from litmus.procurement.evidence import COUNTRIES
from litmus.procurement.scope import IN, UNKNOWN

UNNAMED = "(not named)"
_ODD = re.compile(r"[^a-z0-9]+")


def page_name(ident: str) -> str:
    """A file name for an id: safe on every disk, the same on every run, and another one for another id."""
    plain = unicodedata.normalize("NFKD", ident.casefold()).encode("ascii", "ignore").decode()
    return f"{_ODD.sub('-', plain).strip('-')[:48]}-{hashlib.sha256(ident.encode()).hexdigest()[:8]}".lstrip("-")


@dataclass(frozen=True, slots=True)
class Trader:
    """A buyer or a supplier as the lists count it, with its shown processes and those on the other side of them."""

    row: Mapping[str, Any]
    processes: tuple[str, ...]
    party: str = ""
    others: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The name, or the key where the records give none."""
        return str(self.row["name"] or self.row["key"])


@dataclass(frozen=True, slots=True)
class Procured:
    """Records = rows read + faults. ``scope`` counts processes by state and basis; ``shown`` are the processes that have a page,
    by page name; buyers and suppliers are those of a shown process, by page name.
    """

    records: int
    faults: int
    scope: Mapping[tuple[str, str], int]
    shown: Mapping[str, Mapping[str, Any]]
    buyers: Mapping[str, Trader]
    suppliers: Mapping[str, Trader]

    @property
    def total(self) -> int:
        """How many processes the records hold."""
        return sum(self.scope.values())


def read_procured(book: views.Book, *, everything: bool = False) -> Procured:
    """Take out of the records what the pages show. ``everything``: also processes outside digital scope or of unknown scope."""
    chosen = sorted(p for p, s in book.scope.items() if everything or s.state == IN)
    shown = {p: views.process(book, p) for p in chosen}
    pairs = Counter((buyer_key(told), s) for told in shown.values() for s in supplier_keys(told))
    buying: dict[str, list[str]] = {}
    selling: dict[str, list[str]] = {}
    for p, told in shown.items():
        buying.setdefault(buyer_key(told), []).append(p)
        for s in supplier_keys(told):
            selling.setdefault(s, []).append(p)
    buyers, suppliers = {}, {}
    for row in views.buyers(book):
        if row["key"] in buying:
            others = sorted(((s, n) for (b, s), n in pairs.items() if b == row["key"]), key=lambda x: (-x[1], x[0]))
            buyers[page_name(row["key"])] = Trader(row, tuple(buying[row["key"]]), "", tuple(others))
    for row in views.suppliers(book):
        if row["key"] in selling:
            known = book.parents.get(row["key"])
            others = sorted(((b, n) for (b, s), n in pairs.items() if s == row["key"]), key=lambda x: (-x[1], x[0]))
            party = (known.party or "") if known else ""
            suppliers[page_name(row["key"])] = Trader(row, tuple(selling[row["key"]]), party, tuple(others))
    scope = Counter((s.state, s.basis or ("no code or word tells" if s.state == UNKNOWN else "")) for s in book.scope.values())
    return Procured(book.records, book.faults, scope, {page_name(p): t for p, t in shown.items()}, buyers, suppliers)


def buyer_key(told: Mapping[str, Any]) -> str:
    """The buyer as the lists call it."""
    return str(told.get("buyer") or told.get("buyer_name") or UNNAMED)


def supplier_keys(told: Mapping[str, Any]) -> list[str]:
    """The suppliers of a process's awards, each once, in the order of the record."""
    parts = (p for p in told["tables"]["part"] if p.get("of") == "award" and p.get("role") == "supplier")
    return list(dict.fromkeys(str(p.get("party") or p.get("name") or UNNAMED) for p in parts))


def place_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The place of a process, where the record names one that is known here."""
    code = COUNTRIES.get(str(told.get("country") or "").upper())
    return (code,) if code else ()
