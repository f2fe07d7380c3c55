"""From a supplier's printed name to its ultimate parent: nothing is taken for certain that is not. All companies are invented."""

from __future__ import annotations

from litmus.parties.group import Parties
from litmus.parties.names.decide import Asked
from litmus.parties.names.listing import from_rows
from litmus.parties.suppliers import SupplierParent, supplier_parents
from ownership_worlds import EARLY, asked, holds
from random_worlds import row

NAMED = {
    "velgora": "Velgora Tehnika d.o.o.",
    "brenta": "Brenta Sistemi d.o.o.",
    "kopren": "Kopren Invest d.o.o.",
    "sama": "Samodiva Servis d.o.o.",
}


def answers(*suppliers: str) -> list[SupplierParent]:
    ask = asked(
        *(row("party", i, kind="company", name=n, home="RS") for i, n in NAMED.items()),
        row("identifier", "i1", party="velgora", scheme="RS-MB", value="20123456", **EARLY),
        holds("kopren", "velgora", 60),
        holds("kopren", "brenta", 40, 60),
        holds("state-rs", "kopren", 100),
    )
    parties = Parties(ask.evidence, ask.as_of, ask.known_at)
    names = from_rows(ask.evidence.dossier.rows)
    return list(supplier_parents(((s, Asked(s, "RS")) for s in suppliers), names, parties))


def test_a_supplier_is_matched_and_climbs_to_its_parent_with_the_rows() -> None:
    found = answers("VELGORA TEHNIKA DOO")[0]
    assert (found.party, found.parent) == ("velgora", "kopren")
    assert "kopren-velgora-equity" in found.why


def test_script_and_case_do_not_hide_a_parent() -> None:
    assert answers("Велгора Техника д.о.о.")[0].parent == "kopren"


def test_what_is_not_certain_stays_unknown() -> None:
    doubtful, ownerless, nobody = answers("Brenta Sistemi d.o.o.", "Samodiva Servis d.o.o.", "Ljuljan Promet d.o.o.")
    assert (doubtful.party, doubtful.parent) == ("brenta", None)
    assert "brenta or kopren" in doubtful.why
    assert (ownerless.party, ownerless.parent) == ("sama", None)
    assert "no owner of it is on record" in ownerless.why
    assert (nobody.party, nobody.parent) == (None, None)


def test_a_company_of_a_state_is_its_own_group() -> None:
    assert answers("Kopren Invest d.o.o.")[0].parent == "kopren"
