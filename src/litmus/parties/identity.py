"""Who may be who among the parties of a body of evidence, on a day: what verdicts rest on where an identity is not settled.

Certain is what an identifier, or a row of the table ``identity``, says. A name alone makes a merge possible, and only between
parties that no one editor keeps apart: those of one dossier stand there as different parties because somebody put them there
so, and the dossiers that ship are one. Parties drawn from records (kind ``unknown``) were put there by nobody.
"""

from typing import Any

from litmus.core.dates import show_day
from litmus.core.sets import Names
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.row import Row
from litmus.parties.graph import named
from litmus.parties.names.judgements import PARTY, Judgement, judged_by
from litmus.parties.names.listing import identifier_key
from litmus.parties.names.merges import Merges, merges

SHIPPED = frozenset({"wb6", "eu27"})
_WORDS = {True: "same", False: "not_same", None: "unsure"}


def identities(evidence: Evidence, as_of: int, known_at: int) -> Merges:
    """The certain, possible and barred merges of the parties. Kept with the evidence: days with the same rows share the work."""
    said = tuple(_said(f) for f in evidence.facts("identity", Policy(), as_of, known_at))
    key = ("identities", said)
    found: Merges | None = evidence.kept.get(key)
    if found is None:
        found = evidence.kept[key] = _sorted_out(evidence.dossier.rows, said)
    return found


def _sorted_out(rows: dict[str, list[Row]], said: tuple[Judgement, ...]) -> Merges:
    apart = {r.id: editor(r) for r in rows["party"]}
    if not said and not _shared_number(rows) and len(set(apart.values())) < 2 and "" not in apart.values():
        return Merges(tuple(sorted(apart)))
    from litmus.parties.names.listing import from_rows

    return merges(from_rows(rows), judged_by(said), editors=apart)


def _shared_number(rows: dict[str, list[Row]]) -> bool:
    owner: dict[str, Any] = {}
    numbers = ((identifier_key(str(r.values["scheme"]), str(r.values["value"])), r.values["party"]) for r in rows["identifier"])
    return any(owner.setdefault(number, party) != party for number, party in numbers)


def editor(row: Row) -> str:
    """Who keeps the party apart from others: its dossier; nobody, where it was drawn from records."""
    folder = row.file.partition("/")[0]
    if folder in SHIPPED:
        return "shipped"
    return "" if row.values["kind"] == "unknown" else folder


def _said(fact: Fact) -> Judgement:
    """A row that says whether two ids are one party, as a judgement; what is contested or denied is unsure."""
    row, allowed = fact.rows[-1], fact.value("same").allowed
    one = next(iter(allowed.values)) if isinstance(allowed, Names) and len(allowed.values) == 1 and not allowed.but else ""
    answer = {"yes": True, "no": False}.get(one) if fact.exists is True else None
    sides = sorted((named(fact, "party"), named(fact, "other")))
    why = str(row.values["note"] or "") or f"row {row.id}"
    when = show_day(row.values["known_from"].lo)
    return Judgement(PARTY + sides[0], PARTY + sides[1], _WORDS[answer], str(row.values["source"]), when, row.id, why)
