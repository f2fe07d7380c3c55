"""Parties, holdings and designations as FollowTheMoney entities, one JSON object a line, for tools that read these.

Written without the FtM library; with the extra ``ftm`` a test holds every line against its schema. What FtM has no word for
(deployments, laws, verdicts) is not here. What a source denies, and what another row corrects, is left out: an entity cannot
say that something is not so.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from litmus.core.dates import Days, show_day
from litmus.facts.dossier import Dossier
from litmus.facts.row import Row
from litmus.parties.edges import WHOLE

SCHEMATA = {"company": "Company", "group": "Organization", "person": "Person", "fund": "Organization"}
PUBLIC = frozenset({"state", "public-body", "regulator", "court", "international"})
NUMBERS = {"LEI": "leiCode", "wikidata": "wikidataId"}
HOLDINGS = {"equity": "Ownership", "voting": "Ownership", "economic": "Ownership", "control": "Control"}


def lines(dossier: Dossier) -> Iterator[str]:
    """Every party, then every holding and designation that some row asserts and none corrects."""
    rows = dossier.rows
    gone = {i for found in rows.values() for r in found for i in r.values.get("supersedes") or ()}
    for party in rows["party"]:
        yield _line(_party(party, rows))
    for row in (*rows["ownership"], *rows["restriction"]):
        if row.values["stance"] != "denies" and row.id not in gone and (row.table == "ownership" or row.values["vendor"]):
            told = _holding(row, dossier) if row.table == "ownership" else _sanction(row, dossier)
            yield _line(told)


def _line(entity: dict[str, Any]) -> str:
    properties = {k: [v for v in values if v] for k, values in entity["properties"].items()}
    kept = {k: v for k, v in properties.items() if v}
    return json.dumps(entity | {"properties": kept}, ensure_ascii=False, sort_keys=True)


def _party(row: Row, rows: dict[str, list[Row]]) -> dict[str, Any]:
    v = row.values
    schema = SCHEMATA.get(v["kind"], "PublicBody" if v["kind"] in PUBLIC else "LegalEntity")
    aliases = [str(a.values["name"]) for a in rows["alias"] if a.values["party"] == row.id]
    found: dict[str, list[str]] = {"name": [str(v["name"])], "alias": aliases, "notes": [v["note"] or ""]}
    found["nationality" if schema == "Person" else "jurisdiction"] = [str(v["home"] or "")[:2].lower()]
    for one in rows["identifier"]:
        if one.values["party"] == row.id:
            name = NUMBERS.get(one.values["scheme"], "idNumber" if schema == "Person" else "registrationNumber")
            found.setdefault(name, []).append(str(one.values["value"]))
    return {"id": row.id, "schema": schema, "properties": found}


def _holding(row: Row, dossier: Dossier) -> dict[str, Any]:
    v = row.values
    schema = HOLDINGS[v["interest"]]
    names = ("owner", "asset") if schema == "Ownership" else ("controller", "controlled")
    ends = dict(zip(names, ([v["owner"]], [v["owned"]]), strict=True))
    kind = {} if v["interest"] in {"equity", "control"} else {"ownershipType": [v["interest"]]}
    share = {"percentage": [_percent(v["share_lo"], v["share_hi"])]} if schema == "Ownership" else {}
    return {"id": row.id, "schema": schema, "properties": ends | kind | share | _common(row, dossier)}


def _percent(low: int | None, high: int | None) -> str:
    if low is None:
        return ""
    if high is None or low == high:
        return _number(low)
    if high == WHOLE and low > 0:
        return f">{_number(low - 1)}"
    return f"{_number(low)}-{_number(high)}"


def _number(ppm: int) -> str:
    whole, rest = divmod(Fraction(ppm), 10_000)
    return f"{whole}.{int(rest):04d}".rstrip("0").rstrip(".")


def _sanction(row: Row, dossier: Dossier) -> dict[str, Any]:
    v = row.values
    names = {r.id: str(r.values["name"]) for r in dossier.rows["party"]}
    authority = names.get(str(v["authority"]), str(v["authority"] or ""))
    found = {"entity": [v["vendor"] or ""], "authority": [authority], "program": [v["instrument"] or ""], "reason": [v["ground"] or ""]}
    return {"id": row.id, "schema": "Sanction", "properties": found | _common(row, dossier)}


def _common(row: Row, dossier: Dossier) -> dict[str, list[str]]:
    """Dates, source and its address; a date that is known by its month or year alone is written so."""
    v = row.values
    source = next((r.values for r in dossier.rows["source"] if r.id == v["source"]), {})
    address = str(source.get("address") or "")
    return {
        "startDate": [_date(v["valid_from"] or v.get("listed"))],
        "endDate": [_date(v["valid_to"] or v.get("until"))],
        "publisher": [str(source.get("publisher") or "")],
        "sourceUrl": [address] if address.startswith(("http://", "https://")) else [],
        "description": [v["note"] or ""],
    }


def _date(days: Days | None) -> str:
    if days is None:
        return ""
    low, high = show_day(days.lo), show_day(days.hi)
    return low if low == high else low[:7] if low[:7] == high[:7] else low[:4] if low[:4] == high[:4] else ""
