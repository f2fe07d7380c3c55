"""The ultimate parents of the suppliers in procurement records, as far as names and holdings on record are certain."""

from typing import Any

from litmus.parties.group import Parties
from litmus.parties.names.decide import Asked
from litmus.parties.names.judgements import Judgements
from litmus.parties.names.listing import NameList, identifier_key
from litmus.parties.suppliers import SupplierParent, supplier_parents

_SUPPLIERS = """
SELECT coalesce(p.party, p.name) AS key, max(p.name) AS name, max(f.country) AS country, max(f.scheme) AS scheme, max(f.number) AS number
FROM part AS p LEFT JOIN firm AS f ON f.process = p.process AND f.party = p.party
WHERE p.role = 'supplier' AND coalesce(p.party, p.name) IS NOT NULL AND p.name IS NOT NULL
GROUP BY ALL ORDER BY ALL
"""
_ALPHA2 = 2


def fill_parents(con: Any, names: NameList, parties: Parties, judged: Judgements | None = None) -> dict[str, SupplierParent]:
    """Fill the table ``parent`` and return every supplier's answer by its key in the records (its id, else its name).

    A supplier whose records disagree about name, country or number is asked about once for each; only an answer that all of
    them give is taken. Where no parent is certain the table has no row, which counts as any group.
    """
    asked = [(key, _asked(*rest)) for key, *rest in con.execute(_SUPPLIERS).fetchall()]
    found: dict[str, SupplierParent] = {}
    for one in supplier_parents(asked, names, parties, judged):
        before = found.get(one.supplier)
        if before is not None and before.parent != one.parent:
            one = SupplierParent(one.supplier, None, None, f"its records disagree: {before.why}; {one.why}")  # noqa: PLW2901
        found[one.supplier] = one
    con.execute("DELETE FROM parent")
    certain = [(s.supplier, s.parent) for s in found.values() if s.parent]
    if certain:
        con.executemany("INSERT INTO parent (party, parent) VALUES (?, ?)", certain)
    return found


def _asked(name: str, country: str | None, scheme: str | None, number: str | None) -> Asked:
    ids = (identifier_key(scheme, number),) if scheme and number else ()
    return Asked(name, country if country and len(country) == _ALPHA2 else "", identifiers=ids)
