"""The Kosovo municipal registers: 16 columns without a header (2010 to 2014), and Prishtina's detailed table (2017, 2018).

Codes stand for words in both; those that the register's own key does not explain stay as printed. The detailed table has the
day on which bids were opened, which is taken as the end of the submission period, and how many bids came in.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from litmus.facts.csvfile import Record, records_of
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.coerce import Reader
from litmus.imports.flat import Setting, flat_rows
from litmus.imports.messy import name_key

COLUMNS = (
    "funding", "number", "category", "band", "procedure", "code", "title", "signed", "value", "price", "annex_amount",
    "supplier_name", "supplier_town", "operator", "shortened", "criteria",
)  # fmt: skip
CATEGORY = {"1": "goods", "2": "services", "3": "services", "4": "services", "5": "works", "6": "works"}
PROCEDURE = {
    "1": "open procedure",
    "2": "restricted procedure",
    "3": "design contest",
    "4": "negotiated after notice",
    "5": "negotiated without notice",
    "6": "price quotation",
    "7": "minimal value",
}
#: Only where the standard's word is beyond doubt; a price quotation may be open to all or to three.
METHOD = {"1": "open", "2": "selective", "4": "selective", "5": "limited"}
FUNDING = {"1": "own revenue", "2": "state budget", "3": "donor"}
BAND = {"1": "large", "2": "medium", "3": "small", "4": "minimal"}
#: Beginnings of the Albanian headers of the detailed table, folded; those that stand several times are lists.
HEADERS = {
    "buxheti": "funding",
    "numri prokurimit": "number",
    "lloji i prokurimit": "category",
    "vlera e prokurimit": "band",
    "procedura e prokut": "procedure",
    "klasifikimi": "code",
    "titulli i aktivitetit": "title",
    "data e publikimit të njoftimit për kontratë": "tender_start",
    "data e hapjes së ofertave": "tender_end",
    "nr. i oe që kanë dorëzuar ofertat": "bids_received",
    "numri i ofertave të refuzuara": "bids_refused",
    "data e publikimit të njoftimit për dhënie": "award_published",
    "data e publikimit të anulimit": "cancelled",
    "vlera e parashikuar": "value",
    "afati kohor për pranimin": "shortened",
    "kriteret për dhënie": "criteria",
    "emri i oe të cilit": "supplier_name",
    "data e nënshkrimit të kontratës": "signed",
    "vlera totale e kontratës": "price",
    "vlera totale e aneks": "annex_amount",
    "data e nënshkrimit të aneks": "annex_date",
    "data e pagesës së situacionit": "paid_date",
    "shuma e pagesës së situacionit": "paid_amount",
    "selia e oe": "supplier_town",
}
#: Notes in the supplier's cell, folded: no contract was signed, cancelled.
NO_SUPPLIER = {"nuk eshte nenshkrue kontrata", "nuk eshte nenshkru kontrata", "anuluar"}
COMPLAINTS = "ankesat në oshp"
LISTS = {"annex_amount", "annex_date", "paid_amount", "paid_date"}
_CODE = re.compile(r"[0-9+,./ ]{0,9}\Z")
_WHERE = re.compile(r"(?:.*/)?([a-z-]+)/(\d{4})\.csv\Z", re.IGNORECASE)


def is_register(head: bytes) -> bool:
    """Does a file begin like one of the two families: 16 cells of which the first is a code, or the Albanian header?"""
    if b"titulli i aktivitetit" in head.lower():
        return True
    first = next(csv.reader(io.StringIO(head.decode("utf-8", "replace"))), [])
    return len(first) == len(COLUMNS) and bool(_CODE.match(first[0].strip()))


def rows(stream: BinaryIO, source: str) -> Iterator[Row | Fault]:
    """Rows of the procurement tables, and faults. ``source`` ends in ``CITY/YEAR.csv``, which names the buyer."""
    match = _WHERE.match(source)
    city, year = (match[1].lower().removesuffix("-detailed"), match[2]) if match else (source, "")
    setting = Setting(f"xk-{city}-{year}".strip("-"), "XK", "EUR", f"XK-MUN-{city}", f"Municipality of {city.replace('-', ' ').title()}")
    header: list[str] | None = None
    for record in records_of(stream, source):
        if isinstance(record, Fault):
            yield record
        elif header is None and _is_header(record):
            header = [_field(c) for c in record.cells]
        elif header is None and len(record.cells) == len(COLUMNS):
            yield from _line(record, list(COLUMNS), setting, source)
        elif header is not None and len(record.cells) == len(header):
            yield from _line(record, header, setting, source)
        else:
            expected = f"expected {len(header or COLUMNS)} cells, found {len(record.cells)}; check the quoting"
            yield Fault(source, record.line, "", ",".join(record.cells)[:200], expected, record.offset)


def _is_header(record: Record) -> bool:
    return any(c.strip().casefold().startswith("titulli i aktivitetit") for c in record.cells)


def _field(name: str) -> str:
    folded = name.strip().casefold()
    if folded == COMPLAINTS:
        return "complaints"
    found = [f for start, f in HEADERS.items() if folded.startswith(start)]
    return found[0] if found else ""


def _line(record: Record, names: list[str], setting: Setting, source: str) -> Iterator[Row | Fault]:
    r = Reader(source, record.line, record.offset)
    cells: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    complaints: list[int] = []
    for name, text in zip(names, record.cells, strict=True):
        if name in LISTS:
            many.setdefault(name, []).append(text)
        elif name == "complaints":
            complaints += [int(text)] if text.strip().isdigit() else []
        elif name:
            cells[name] = text
    if complaints:
        cells["complaints"] = str(sum(complaints))
    _words(cells, r)
    yield from flat_rows(cells, many, setting, r)


def _words(cells: dict[str, str], r: Reader) -> None:
    """Codes to words, in place; a code that the key does not have is told."""
    procedure = cells.pop("procedure", "").strip()
    cells["method"] = METHOD.get(procedure, "")
    cells["method_details"] = PROCEDURE.get(procedure, procedure)
    if procedure and procedure not in PROCEDURE:
        r.tell("procedure", procedure, f"expected one of {', '.join(PROCEDURE)}; kept as printed")
    category = cells.get("category", "").strip()
    if category and category not in CATEGORY:
        r.tell("category", category, f"expected one of {', '.join(CATEGORY)} or 7; immovable property is none of goods, services, works")
    cells["category"] = CATEGORY.get(category, "")
    cells["criteria"] = f"code {c}" if (c := cells.get("criteria", "").strip()) else ""
    cells["shortened"] = {"1": "no", "2": "yes"}.get(cells.get("shortened", "").strip(), "")
    cells["funding"] = "; ".join(FUNDING[d] for d in re.findall(r"\d", cells.get("funding", "")) if d in FUNDING)
    band = cells.pop("band", "").strip()
    if cells.get("method_details") and band in BAND:
        cells["method_details"] += f", {BAND[band]} value"
    if name_key(cells.get("supplier_name", "")) in NO_SUPPLIER:
        r.tell("supplier_name", cells["supplier_name"], "a note that there is no contract stands for a supplier; read as no award")
        cells["supplier_name"] = cells["price"] = ""
    code = cells.get("code", "").strip()
    if len(code) == 1 and code.isdigit():
        cells["code"] = f"0{code}"
        r.tell("code", code, "expected two digits; a leading zero was added")
    cells["code_scheme"] = "CPV division"
    if cells.pop("operator", "").strip() == "1":
        cells["supplier_country"] = "XK"
