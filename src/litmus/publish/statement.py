"""A verdict as a statement that anyone can recompute: the record, and the hashes of all that it rests on."""

from collections.abc import Mapping
from typing import Any

import litmus
from litmus.clauses.verdict import Verdict
from litmus.core.place import within
from litmus.facts.dossier import Dossier
from litmus.facts.identity import row_hash, snapshot_id, table_hash
from litmus.facts.row import Row
from litmus.publish.record import record

KIND = "litmus/verdict/1"


def table_hashes(rows: Mapping[str, list[Row]], disclosed: frozenset[str] = frozenset()) -> dict[str, str]:
    """The hash of each table that has rows. Rows that are withheld from the public do not count: their commitments do."""
    found = {}
    for table, all_rows in rows.items():
        public = [row_hash(r) for r in all_rows if table == "withheld" or r.id not in disclosed]
        if public:
            found[table] = table_hash(public)
    return found


def statement(verdict: Verdict, dossier: Dossier, disclosed: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The record of a verdict with the snapshot, the hash of every cited row, and the withheld rows that bear on it."""
    tables = table_hashes(dossier.rows, disclosed)
    by_id = dossier.by_id()
    cited = [by_id[i] for i in sorted(verdict.evidence) if i in by_id and i not in disclosed]
    return {
        **record(verdict),
        "litmus": KIND,
        "engine": litmus.__version__,
        "snapshot": snapshot_id(tables),
        "tables": tables,
        "cited": [{"id": r.id, "table": r.table, "sha256": row_hash(r).hex()} for r in cited],
        "withheld": [
            {"id": r.id, "of_table": r.values["of_table"], "commitment": r.values["commitment"], "attested_by": r.values["attested_by"],
             "read": r.id in disclosed}
            for r in bearing(verdict, dossier)
        ],
    }  # fmt: skip


def bearing(verdict: Verdict, dossier: Dossier) -> list[Row]:
    """Withheld rows that may bear on a verdict: of a table that the clause reads, about the place or one that holds it."""
    m = verdict.clause.measure
    read = {x.over for x in (m, m.top, m.bottom, m.own) if x is not None and x.over} | {"population", "waiver"}
    if m.population is not None and m.population.counted_by is not None:
        read.add("observation")
    near = [
        r for r in dossier.rows["withheld"]
        if r.values["of_table"] in read and (within(verdict.place, r.place) or within(r.place, verdict.place))
    ]  # fmt: skip
    return sorted(near, key=lambda r: r.id)


def differences(signed: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """What a recomputation found otherwise than the signed record says, from causes to consequences."""
    found = []
    if signed.get("clause_sha256") != again["clause_sha256"]:
        both = f"sha256 {_short(signed.get('clause_sha256'))}, here {_short(again['clause_sha256'])}"
        found.append(f"clause {again['clause']}: the file's text differs from the one judged ({both})")
    found += _evidence(signed, again)
    if signed.get("engine") != again["engine"]:
        found.append(f"engine: judged by Litmus {signed.get('engine')}, recomputed by {again['engine']}")
    explained = {"clause_sha256", "snapshot", "tables", "cited", "engine", "litmus"}
    for key in sorted(set(signed) | set(again)):
        if key not in explained and signed.get(key) != again.get(key):
            found.append(f"{key}: signed {_brief(signed.get(key))}, recomputed {_brief(again.get(key))}")
    return found


def _evidence(signed: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    if signed.get("snapshot") == again["snapshot"]:
        return []
    found = [f"snapshot: signed on {_short(signed.get('snapshot'))}, this evidence is {_short(again['snapshot'])}"]
    before, now = signed.get("tables", {}), again["tables"]
    found += [f"table {t}: its rows are not the same" for t in sorted(set(before) | set(now)) if before.get(t) != now.get(t)]
    here = {c["id"]: c["sha256"] for c in again["cited"]}
    for one in signed.get("cited", []):
        if one["id"] not in here:
            found.append(f"row {one['id']} ({one['table']}): cited then, not among what the verdict reads now")
        elif here[one["id"]] != one["sha256"]:
            found.append(f"row {one['id']} ({one['table']}): what it says has changed")
    cited = {c["id"] for c in signed.get("cited", [])}
    found += [f"row {c['id']} ({c['table']}): read now, not cited then" for c in again["cited"] if c["id"] not in cited]
    return found


def _short(digest: object) -> str:
    return f"{str(digest)[:16]}…" if digest else "none"


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= 90 else text[:87] + "…"
