"""From a supplier's name in a procurement record to the party it is, and on to that party's ultimate parent.

Each step is certain or not taken: a name that is only up for review, and a parent that is only possible, leave the parent
unknown. An unknown parent may be anybody's; what counts awards by parent must leave room for that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from litmus.parties.group import Parties
from litmus.parties.names.decide import ACCEPT, Asked, decide
from litmus.parties.names.judgements import Judgements
from litmus.parties.names.listing import NameList


@dataclass(frozen=True, slots=True)
class SupplierParent:
    """A supplier, the party it was matched with, that party's ultimate parent; None where it is not certain; and why."""

    supplier: str
    party: str | None
    parent: str | None
    why: str


def supplier_parents(
    suppliers: Iterable[tuple[str, Asked]], names: NameList, parties: Parties, judged: Judgements | None = None
) -> Iterator[SupplierParent]:
    """One answer for each supplier, in order. ``suppliers``: the record's own id, and the name with what is known beside it."""
    for supplier, asked in suppliers:
        decision = decide(asked, names, judged)
        match = decision.match
        if decision.outcome != ACCEPT or match is None or match.relation != "same":
            offered = f"; the nearest is {match.party}, {match.outcome}" if match else ""
            yield SupplierParent(supplier, None, None, f"not matched with a party of the record{offered}")
            continue
        reason = f"matched with {match.party} by {match.by} ({'; '.join(match.reasons[:2])})"
        yield _parent(supplier, match.party, reason, parties)


def _parent(supplier: str, party: str, reason: str, parties: Parties) -> SupplierParent:
    found = parties.ultimate_parent(party)
    if not found.is_point:
        return SupplierParent(supplier, party, None, f"{reason}; its parent may be {' or '.join(sorted(found.values))}")
    top = next(iter(found.values))
    rows = [r.id for f in parties.holdings_behind(party) for r in f.rows]
    if top == party and not parties.has_owners(party):
        return SupplierParent(supplier, party, None, f"{reason}; no owner of it is on record")
    return SupplierParent(supplier, party, top, f"{reason}; ultimate parent {top}" + (f" [{', '.join(rows)}]" if rows else ""))
