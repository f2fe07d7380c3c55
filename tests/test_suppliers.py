"""From a supplier's printed name to its ultimate parent: nothing is taken for certain that is not. All companies are invented."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from litmus.cli import main
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


def test_a_name_alone_settles_no_parent_for_a_flag(tmp_path: Path) -> None:
    """The firms are real, the contracts are invented: a dozen awards of one buyer to four firms in turn."""
    file = tmp_path / "r.jsonl"
    firms = ["Telekom Srbija a.d.", "Huawei Technologies Co. Ltd.", "ZTE Corporation", "Nokia Corporation"] * 3
    lines = []
    for n, name in enumerate(firms):
        value = {"amount": 10, "currency": "EUR"}
        award = {"id": "a", "status": "active", "suppliers": [{"id": f"S{n % 4}", "name": name}], "value": value}
        told = {"ocid": f"ocds-invented-{n}", "id": "r", "date": "2025-06-01T00:00:00Z", "tag": ["compiled"]}
        lines.append(told | {"buyer": {"id": "B", "name": "Invented town"}, "awards": [award]})
    file.write_text("".join(json.dumps(x) + "\n" for x in lines), "utf-8")
    found = []
    for more in ([], ["--parents"]):
        answer = json.loads(CliRunner().invoke(main, ["flags", str(file), *more]).stdout)
        found.append(answer["Buyer"]["B"][""]["L07"])
    assert found[0]["state"] == "unknown"
    assert "missing" in found[0]
    assert found[1] == found[0]  # a name is never certain (decision 0010); a number in a register would be
