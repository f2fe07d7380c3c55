"""What the tests of ownership importers share: reading a text, and the rows and faults that came of it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

from litmus.core.dates import parse_day, parse_days
from litmus.facts.check import cross_check
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports import bods, ftm, gleif, holdings, opensanctions
from litmus.imports.party_rows import Source, row
from litmus.parties.answers import Answers

SAMPLES = Path(os.environ.get("LITMUS_SAMPLES", Path(__file__).parent.parent.parent / "shared" / "data"))

SOURCE = Source("sample", parse_days("2024-01-01"), "B", "2", file="sample")

READERS = {"bods": bods.rows, "gleif": gleif.rows, "ftm": ftm.rows, "opensanctions": opensanctions.rows, "holdings": holdings.rows}


def read(kind: str, text: str | bytes | list[Any], source: Source = SOURCE) -> list[Row | Fault]:
    """What an importer makes of a text, or of objects as JSON lines."""
    if isinstance(text, list):
        text = "\n".join(json.dumps(one) for one in text)
    data = text.encode() if isinstance(text, str) else text
    return list(READERS[kind](io.BytesIO(data), source))


def dossier(*items: Row | Fault) -> Dossier:
    """The rows as a checked body of evidence."""
    found = Dossier()
    found.rows["source"].append(row("source", SOURCE, 0, id="sample", publisher="invented", address="invented", kind="database"))
    for one in items:
        if isinstance(one, Row):
            found.rows[one.table].append(one)
    cross_check(found.rows, found.faults)
    return found


def asked(*items: Row | Fault, day: str = "2024-06-01") -> Answers:
    return Answers(Evidence(dossier(*items)), parse_day(day), parse_day("2026-01-01"))


def rows_of(items: list[Row | Fault], table: str) -> list[dict[str, Any]]:
    return [r.values for r in items if isinstance(r, Row) and r.table == table]


def faults_of(items: list[Row | Fault]) -> list[Fault]:
    return [f for f in items if isinstance(f, Fault)]


def statement(kind: str, record: str, **details: Any) -> dict[str, Any]:
    more = {k: details.pop(k) for k in ("statementDate", "recordStatus") if k in details}
    return {"statementId": record, "recordId": record, "recordType": kind, "recordDetails": details, **more}


def holding(owner: str, owned: str, interest: dict[str, Any], **more: Any) -> dict[str, Any]:
    return statement("relationship", f"{owner}-{owned}", subject=owned, interestedParty=owner, interests=[interest], **more)


def thing(schema: str, ident: str, **properties: Any) -> dict[str, Any]:
    return {"id": ident, "schema": schema, "properties": {k: v if isinstance(v, list) else [v] for k, v in properties.items()}}
