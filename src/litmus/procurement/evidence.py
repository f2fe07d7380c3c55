"""Procurement records as rows of a dossier: calls, lots and awards, each with the file and line that says so.

A clause judges evidence, and evidence is graded. What grade a register deserves, and who published it, is for the analyst to
say once; the rows carry it. Nothing is made certain on the way: a scope that no code or word tells stays blank, a procedure
that the standard's word does not decide stays blank, and so does a supplier where several share an award. A day that is printed
without its time leaves the number of days between two of them open by one.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from litmus.core.words import word_list
from litmus.facts.schema import tables
from litmus.parties.suppliers import SupplierParent
from litmus.procurement.native import make_units
from litmus.procurement.scope import IN, UNKNOWN, Scope

Cells = dict[str, str]
DAY_SECONDS = 86_400
#: Codes of countries as eForms prints them, and what registers print, to places.
COUNTRIES = {"ALB": "AL", "BIH": "BA", "MKD": "MK", "MNE": "ME", "SRB": "RS", "XKX": "XK", "1A0": "XK"}
COUNTRIES |= {code: code for code in ("AL", "BA", "MK", "ME", "RS", "XK")}
PROCEDURES = {
    "open": "open", "selective": "restricted", "restricted": "restricted", "neg-w-call": "negotiated",
    "neg-wo-call": "negotiated-without-notice", "direct": "direct-award",
}  # fmt: skip
REGIMES = {"iga": "intergovernmental-agreement", "special-law": "special-law", "defence": "security-exemption"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the analyst says of the records: their source, its grade, and the place and day where a record names none."""

    source: Cells
    grade: str
    place: str = ""
    known_from: str = ""


@dataclass(slots=True)
class Drawn:
    """Cells by table, and what was left out, by reason."""

    rows: dict[str, list[Cells]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def draw(con: Any, scope: Mapping[str, Scope], told: Told, parties: Mapping[str, SupplierParent]) -> Drawn:
    """Rows for ``notice``, ``lot``, ``award``, ``source`` and ``party`` of a dossier, from the procurement tables of ``con``.

    ``parties``: suppliers by their key in the records, as names and numbers on record decide them. A supplier that is no party
    of a dossier gets a row of its own.
    """
    make_units(con)
    drawn = Drawn({"source": [told.source], "party": [], "notice": [], "lot": [], "award": []})
    heads = {h["process"]: h for h in _rows(con, _PROCESSES)}
    common = {}
    for name, head in heads.items():
        found = _common(head, told)
        if isinstance(found, str):
            drawn.left_out[found] += 1
        else:
            common[name] = found | _scope_cells(scope[name])
    for row in _rows(con, _CALLS):
        if row["process"] in common:
            drawn.rows["notice"].append(common[row["process"]] | _call(row, heads[row["process"]]))
    units = _rows(con, _LOTS)
    for row in units:
        if row["process"] in common:
            drawn.rows["lot"].append(common[row["process"]] | _lot(row))
    firms: dict[str, Cells] = {}
    for row in _rows(con, _AWARDS):
        if row["process"] in common:
            drawn.rows["award"].append(common[row["process"]] | _award(row, heads[row["process"]]) | _supplier(row, parties, firms))
    drawn.rows["party"] = [firms[k] for k in sorted(firms)]
    for table in ("notice", "lot", "award"):
        for cells in drawn.rows[table]:
            cells["id"] = row_id(table, cells)
    return drawn


def row_id(table: str, cells: Cells) -> str:
    """The permanent name of a row: it depends on what the row is about and who says it, not on the order of files."""
    about = "\x1f".join([table, cells["source"], *(cells.get(k, "") for k in tables()[table].keys)])
    return f"{table}-{hashlib.sha256(about.encode()).hexdigest()[:12]}"


def _rows(con: Any, query: str) -> list[dict[str, Any]]:
    found = con.execute(query)
    names = [d[0] for d in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _common(head: dict[str, Any], told: Told) -> Cells | str:
    """The cells that all rows of a process share; or why it has to be left out."""
    place = COUNTRIES.get((head["country"] or "").upper(), "") or told.place
    if not place:
        return f"the record names no place that is known here ({head['country'] or 'no country'}); give --place"
    known = str(head["published_day"] or "") or told.known_from
    if not known:
        return "the record has no day of publication; give --known-from"
    where = f"{head['file']}:{head['line']}" + (f" {head['url']}" if head["url"] else "")
    cells = {"place": place, "process": head["process"], "known_from": known, "source": told.source["id"], "locator": where}
    return cells | {"reliability": told.grade[0], "credibility": told.grade[1]}


def _scope_cells(scope: Scope) -> Cells:
    found = {"digital": "" if scope.state == UNKNOWN else "yes" if scope.state == IN else "no"}
    if len(scope.layers) == 1:
        found["layer"] = scope.layers[0]
    if scope.because:
        found["note"] = f"Scope by {scope.basis or 'nothing'}: {scope.because}"
    return found


def _procedure(method: str | None, details: str | None) -> str:
    return PROCEDURES.get((details or "").lower()) or PROCEDURES.get(method or "", "")


def _call(row: dict[str, Any], head: dict[str, Any]) -> Cells:
    cells = {
        "notice": row["notice"],
        "procedure": _procedure(head["method"], head["method_details"]),
        "published": str(row["published_day"] or ""),
        "submission_end": str(head["tender_end_day"] or ""),
        "shortened": {True: "yes", False: "no", None: ""}[head["shortened"]],
    }
    span = days_between(row["published_at"], row["published_day"], head["tender_end_at"], head["tender_end_day"])
    return cells | ({"advert_days_lo": str(span[0]), "advert_days_hi": str(span[1])} if span else {})


def days_between(start_at: int | None, start: date | None, end_at: int | None, end: date | None) -> tuple[int, int] | None:
    """Least and most whole days from one moment to another; None where one is not told, or the second is before the first."""
    if start_at is not None and end_at is not None:
        return ((end_at - start_at) // DAY_SECONDS,) * 2 if end_at >= start_at else None
    if start is None or end is None or end < start:
        return None
    days = (end - start).days
    return max(0, days - 1), days


def _lot(row: dict[str, Any]) -> Cells:
    cells = {"lot": row["lot"], "procedure": _procedure(row["method"], row["details"]), "awarded": str(row["awarded"] or "")}
    if row["tenderers"] is not None:
        cells["bids_lo"] = cells["bids_hi"] = str(row["tenderers"])
    return cells


def _award(row: dict[str, Any], head: dict[str, Any]) -> Cells:
    cells = {
        "award": row["award"],
        "procedure": _procedure(head["method"], head["method_details"]),
        "legal_basis": REGIMES.get(head["regime"] or "", ""),
        "awarded": str(row["awarded"] or ""),
        "signed": str(row["signed"] or ""),
        "call_published": str(row["call_published"] or ""),
        "award_published": str(row["award_published"] or ""),
        "text_published": "yes" if row["text_url"] else "withheld" if row["text_withheld"] else "",
    }
    if row["tenderers"] is not None:
        cells["bids_lo"] = cells["bids_hi"] = str(row["tenderers"])
    if row["value"] is not None and row["currency"] in word_list("currency"):
        cells["value_lo"] = f"{row['value'] // 100}.{row['value'] % 100:02d}"
        cells["currency"] = row["currency"]
    return cells


def _supplier(row: dict[str, Any], parties: Mapping[str, SupplierParent], firms: dict[str, Cells]) -> Cells:
    """The supplier as a party, where the award has one; its owner, where the record lists persons."""
    if row["suppliers"] != 1 or not row["supplier"]:
        return {}
    known = parties.get(row["supplier"])
    party = known.party if known and known.party else ""
    if not party:
        party = "firm-" + hashlib.sha256(row["supplier"].encode()).hexdigest()[:12]
        firms[party] = {"id": party, "name": row["supplier_name"] or row["supplier"], "kind": "unknown"}
        firms[party]["note"] = f"As a procurement record names it, under {row['supplier']}."
    return {"supplier": party} | ({"owner_named": "yes"} if row["owners"] else {})


_PROCESSES = """
SELECT process, country, published_day, method, method_details, regime, shortened, tender_end_at, tender_end_day, file, line, url
FROM process WHERE coalesce(status, '') <> 'cancelled' ORDER BY process
"""
_CALLED = """
SELECT n.process AS process, n.notice AS notice, n.published_at AS published_at, n.published_day AS published_day
FROM notice AS n WHERE starts_with(coalesce(n.form, ''), 'cn-') OR starts_with(coalesce(n.form, ''), 'pin-cfc')
UNION ALL
SELECT d.process, coalesce(d.notice, d.process), d.published_at, d.published_day FROM document AS d WHERE d.type = 'tenderNotice'
"""
_CALLS = f"""
SELECT p.process AS process, coalesce(c.notice, p.notice, p.process) AS notice, c.published_at AS published_at,
  c.published_day AS published_day
FROM process AS p LEFT JOIN (
  SELECT * FROM ({_CALLED}) QUALIFY row_number() OVER (PARTITION BY process ORDER BY published_day ASC NULLS LAST, notice ASC) = 1
) AS c ON c.process = p.process
WHERE c.process IS NOT NULL OR coalesce(p.method, '') NOT IN ('direct', 'limited')
ORDER BY p.process
"""
_LOTS = """
SELECT u.process AS process, u.lot AS lot, u.method AS method, u.details AS details, u.tenderers AS tenderers, min(a.day) AS awarded
FROM unit AS u LEFT JOIN unit_award AS a ON a.unit = u.unit AND coalesce(a.status, 'active') = 'active'
GROUP BY ALL ORDER BY u.process, u.lot
"""
_AWARDS = f"""
WITH calls AS (SELECT process, min(published_day) AS day FROM ({_CALLED}) GROUP BY process),
per_award AS (
  SELECT u.process AS process, a.name AS award, min(a.day) AS awarded, min(a.published_day) AS award_published,
    max(a.suppliers) AS suppliers, CASE WHEN count(*) = 1 THEN max(u.tenderers) END AS tenderers, min(a.award) AS seq
  FROM unit_award AS a INNER JOIN unit AS u ON u.unit = a.unit
  WHERE coalesce(a.status, 'active') = 'active' AND a.name IS NOT NULL GROUP BY u.process, a.name
),
alone AS (SELECT process, count(*) AS n FROM per_award GROUP BY process),
signed AS (
  SELECT p.process AS process, p.award AS award, min(d.signed_day) AS day, max(d.text_url) AS url
  FROM per_award AS p INNER JOIN alone AS n ON n.process = p.process
  INNER JOIN deal AS d ON d.process = p.process AND (d.award = p.award OR (d.award IS NULL AND n.n = 1))
  GROUP BY p.process, p.award
),
texts AS (SELECT process, max(url) AS url FROM document WHERE type = 'contractSigned' GROUP BY process HAVING count(*) > 0),
kept AS (
  SELECT DISTINCT process FROM withheld
  WHERE position('contract' IN lower(coalesce(path, ''))) > 0 AND position('document' IN lower(coalesce(path, ''))) > 0
),
makers AS (
  SELECT process, of_id AS award, max(coalesce(party, name)) AS supplier, max(name) AS name, max(party) AS party
  FROM part WHERE of = 'award' AND role = 'supplier' GROUP BY process, of_id
),
owned AS (SELECT process, party, count(*) AS n FROM owner WHERE name IS NOT NULL GROUP BY process, party)
SELECT p.process AS process, p.award AS award, p.awarded AS awarded, p.award_published AS award_published, p.suppliers AS suppliers,
  p.tenderers AS tenderers, c.day AS call_published, s.day AS signed, coalesce(s.url, CASE WHEN n.n = 1 THEN t.url END) AS text_url,
  k.process IS NOT NULL AS text_withheld, m.supplier AS supplier, m.name AS supplier_name, coalesce(o.n, 0) AS owners,
  a.value AS value, a.currency AS currency
FROM per_award AS p INNER JOIN alone AS n ON n.process = p.process
LEFT JOIN award AS a ON a.process = p.process AND a.award = p.award
LEFT JOIN calls AS c ON c.process = p.process
LEFT JOIN signed AS s ON s.process = p.process AND s.award = p.award
LEFT JOIN texts AS t ON t.process = p.process
LEFT JOIN kept AS k ON k.process = p.process
LEFT JOIN makers AS m ON m.process = p.process AND m.award = p.award
LEFT JOIN owned AS o ON o.process = p.process AND o.party = m.party
ORDER BY p.process, p.seq
"""


def write(drawn: Drawn, folder: Path) -> Iterator[Path]:
    """Write the rows as a folder that every verb reads with ``--dossier``. Yields the files. OSError where it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in drawn.rows.items():
        if not rows:
            continue
        path = folder / f"{table}.procurement.csv"
        _write_table(path, [c.name for c in tables()[table].columns], rows)
        yield path


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
