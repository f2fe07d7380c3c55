"""One line of a register as rows of the procurement tables: the fields that a spreadsheet may have, by name.

A line is taken as a process of its own: the numbering of registers repeats and has gaps. A supplier without an identifier
gets one made of its name (``name:…``), which sees repetition and proves no identity.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.coerce import Json, Reader, exact, moment
from litmus.imports.messy import amount, day, is_blank, name_key

FIELDS = (
    "number", "title", "description", "buyer_id", "buyer_name", "method", "method_details", "category", "code", "code_scheme",
    "value", "price", "published", "tender_start", "tender_end", "award_date", "award_published", "cancelled", "signed",
    "supplier_name", "supplier_id", "supplier_country", "bids_received", "bids_refused", "complaints", "funding", "shortened",
    "criteria", "rationale", "regime", "brand", "status", "currency", "text_url", "url", "supplier_town", "supplier_founded",
)  # fmt: skip
#: Fields that may stand several times: annexes as (amount, day), payments likewise.
MANY = ("annex_amount", "annex_date", "paid_amount", "paid_date")


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every line of a file."""

    process: str
    country: str
    currency: str
    buyer_id: str = ""
    buyer_name: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def flat_rows(cells: Mapping[str, str], many: Mapping[str, list[str]], setting: Setting, r: Reader) -> Iterator[Row | Fault]:
    """The rows of one line. A line that says nothing is a fault that holds it."""
    told = {k: v.strip() for k, v in cells.items() if v.strip()}
    if not any(not is_blank(told.get(k, "")) for k in ("title", "supplier_name", "price", "value")):
        shown = ";".join(f"{k}={v}" for k, v in told.items())[:200]
        yield Fault(r.file, r.line, "", shown, "expected a title, a supplier or a price; the line has none", r.offset)
        return
    process = f"{setting.process}/{r.line}"
    read = _Cells(told, r, setting.names)
    notice = told.get("number") or process
    for table, name, values in _rows(read, many, process, setting):
        yield Row(table, name, r.file, r.line, {"notice": notice, **values})
    yield from r.faults


class _Cells:
    """Typed reading of one line's cells."""

    def __init__(self, told: Mapping[str, str], r: Reader, names: Mapping[str, str]) -> None:
        self.told, self.r, self.names = told, r, names

    def text(self, key: str) -> str | None:
        found = self.told.get(key, "")
        return None if is_blank(found) else found

    def _tell(self, key: str, value: str, expected: str) -> None:
        self.r.tell(self.names.get(key, key), value, expected)

    def moment(self, key: str, name: str) -> Json:
        return self.moment_of(self.told.get(key, ""), key, name)

    def moment_of(self, text: str, key: str, name: str) -> Json:
        if is_blank(text):
            return moment(None, name)
        found, why = day(text)
        if why:
            self._tell(key, text, why)
        return {name: text, f"{name}_at": None, f"{name}_day": found}

    def money_of(self, text: str, key: str) -> int | None:
        if is_blank(text):
            return None
        found, why = amount(text)
        if why and not why.startswith("separators"):
            self._tell(key, text, why)
        return self.r.minor(exact(found), self.names.get(key, key)) if found else None

    def money(self, key: str) -> int | None:
        return self.money_of(self.told.get(key, ""), key)

    def count(self, key: str) -> int | None:
        found = self.told.get(key, "")
        if is_blank(found):
            return None
        if found.isascii() and found.isdigit() and len(found) < 10:
            return int(found)
        self._tell(key, found, "expected a whole number; left out")
        return None

    def flag(self, key: str) -> bool | None:
        found = self.told.get(key, "").casefold()
        if is_blank(found):
            return None
        if found in {"yes", "true", "1", "po", "da", "да"}:
            return True
        if found in {"no", "false", "0", "jo", "ne", "не"}:
            return False
        self._tell(key, found, "expected yes or no; left out")
        return None


def _rows(read: _Cells, many: Mapping[str, list[str]], process: str, setting: Setting) -> Iterator[tuple[str, str, Json]]:
    currency = read.text("currency") or setting.currency
    cancelled = read.moment("cancelled", "cancelled")["cancelled"]
    received = read.count("bids_received")
    status = read.text("status") or ("cancelled" if cancelled else None)
    yield "notice", f"{process}/notice", {
        "process": process,
        "form": "register",
        **read.moment("published", "published"),
        **moment(None, "sent"),
        "country": setting.country,
        "language": None,
        "legal_basis": None,
        "title": read.text("title"),
        "description": read.text("description"),
        "buyer": read.text("buyer_id") or setting.buyer_id or (f"name:{name_key(b)}" if (b := read.text("buyer_name")) else None),
        "buyer_name": read.text("buyer_name") or setting.buyer_name or None,
        "entity": None,
        "status": status,
        "method": read.text("method"),
        "method_details": read.text("method_details"),
        "rationale": read.text("rationale"),
        "rationale_codes": [],
        "regime": read.text("regime"),
        "category": read.text("category"),
        "value": read.money("value"),
        "currency": currency,
        "budget": None,
        "budget_currency": None,
        **read.moment("tender_start", "tender_start"),
        **read.moment("tender_end", "tender_end"),
        "shortened": read.flag("shortened"),
        "bids_received": received,
        "bids_listed": False,
        "awards_listed": not is_blank(read.told.get("supplier_name", "")) or None,
        "electronic": None,
        "criteria": read.text("criteria"),
        "criteria_details": None,
        "weights": None,
        "complaints": read.count("complaints"),
        "funding": read.text("funding"),
        "framework": None,
        "url": read.text("url"),
    }  # fmt: skip
    if code := read.text("code"):
        yield "item", f"{process}/item", {
            "process": process,
            "of": "tender",
            "of_id": "",
            "lot": "",
            "item": "1",
            "scheme": read.text("code_scheme") or "CPV",
            "code": code,
            "description": read.text("title"),
            "brand": read.text("brand"),
        }  # fmt: skip
    yield from _outcome(read, many, process, currency, cancelled is not None)


_NO_CHANGE: Json = {**moment(None, "published"), "reason": None, "before": None, "after": None}


def _final(price: int | None, read: _Cells, many: Mapping[str, list[str]]) -> int | None:
    """The price with its annexes, where a cell for them is filled in (a nought says that there are none)."""
    cells = [text for text in many.get("annex_amount", []) if not is_blank(text)]
    quiet = _Cells({}, Reader(read.r.file, read.r.line), {})
    found = [quiet.money_of(text, "annex_amount") for text in cells]
    if price is None or not found or any(f is None for f in found):
        return None
    return price + sum(f for f in found if f is not None)


def _outcome(read: _Cells, many: Mapping[str, list[str]], process: str, currency: str, cancelled: bool) -> Iterator[tuple[str, str, Json]]:
    supplier, price = read.text("supplier_name"), read.money("price")
    if supplier is None and not price:
        return
    yield "award", f"{process}/award", {
        "process": process,
        "award": "1",
        "lots": [],
        "status": "cancelled" if cancelled else "active",
        **read.moment("award_date", "date"),
        **read.moment("award_published", "published"),
        "value": price,
        "currency": currency,
        "reason": None,
    }  # fmt: skip
    if supplier is not None:
        party = read.text("supplier_id") or f"name:{name_key(supplier)}"
        of = {"process": process, "of": "award", "of_id": "1", "role": "supplier", "place": 0, "party": party, "name": supplier}
        yield "part", f"{process}/supplier", of
        yield "firm", f"{process}/firm", {
            "process": process,
            "party": party,
            "name": supplier,
            "scheme": None,
            "number": read.text("supplier_id"),
            "country": read.text("supplier_country"),
            "town": read.text("supplier_town"),
            "scale": None,
            **read.moment("supplier_founded", "founded"),
            "owners_listed": None,
        }  # fmt: skip
    yield "deal", f"{process}/deal", {
        "process": process,
        "deal": "1",
        "award": "1",
        "status": None,
        **read.moment("signed", "signed"),
        "value": price,
        "currency": currency,
        **moment(None, "published"),
        **moment(None, "starts"),
        **moment(None, "ends"),
        "text_url": read.text("text_url"),
        "final_value": _final(price, read, many),
    }  # fmt: skip
    for kind, table, name in (("annex", "change", "added"), ("paid", "payment", "amount")):
        dates = many.get(f"{kind}_date", [])
        for n, text in enumerate(many.get(f"{kind}_amount", [])):
            found = read.money_of(text, f"{kind}_amount")
            if found:
                when = read.moment_of(dates[n] if n < len(dates) else "", f"{kind}_date", "date")
                values = {"process": process, "deal": "1", **when, name: found, "currency": currency}
                yield table, f"{process}/{table}/{n}", values if table == "payment" else {**values, **_NO_CHANGE}
