"""FollowTheMoney entities as JSON lines, read without the FtM library: one entity a line, properties as lists of texts.

Parties with their names and numbers; Ownership as equity (indirect, ultimate and beneficial holdings stay out of the sums and
are kept as statements); Control as a hard edge; seats, memberships and links of unknown kind as ties; debts as loans;
contracts and their awards with their parties. Percentages are free text and are read as intervals where they are numbers.
Entities of other schemata (addresses, passports, ships) have no table here: each is a fault that says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from litmus.core.words import word_list
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.party_rows import RefusedError, Seen, Source, day, home, in_order, party_id, read_percent, row, texts, tie
from litmus.imports.records import Found, json_records

KINDS = {
    "Company": "company", "Organization": "company", "LegalEntity": "unknown", "PublicBody": "public-body", "Person": "person",
    "Thing": "unknown",
}  # fmt: skip
NUMBERS = ("leiCode", "registrationNumber", "taxNumber", "vatCode", "ogrnCode", "innCode", "idNumber", "wikidataId", "opencorporatesUrl",
           "swiftBic", "isinCode", "uniqueEntityId", "npiCode", "dunsCode", "uscCode", "bvdId", "permId")  # fmt: skip
NAMES = ("name", "alias", "weakAlias", "previousName", "abbreviation")
PLACES = ("jurisdiction", "country", "mainCountry", "nationality", "citizenship")
TIES = {
    "Directorship": ("director", "organization", "director"),
    "Membership": ("member", "organization", "member"),
    "Employment": ("employee", "employer", "employee"),
    "Representation": ("agent", "client", "agent"),
    "UnknownLink": ("subject", "object", "link"),
    "Associate": ("associate", "person", "associate"),
    "Family": ("relative", "person", "relative"),
    "Succession": ("predecessor", "successor", "predecessor"),
}
APART = re.compile(r"indirect|ultimate|beneficial", re.IGNORECASE)
AMOUNT = re.compile(r"\d{1,15}(?:\.\d{1,2})?\Z")


@dataclass
class Reader:
    """The source, the prefix of its ids, and who was met so far."""

    source: Source
    prefix: str = "ftm"
    seen: Seen = field(default_factory=Seen)

    def ident(self, raw: str) -> str:
        """A party's id."""
        return party_id(self.prefix, raw)

    def end(self, raw: str, line: int) -> str:
        """An end of a tie."""
        return self.seen.end(self.ident(raw), raw, line)


Handler = Callable[[Found, str, dict[str, Any], Reader], Iterator[Row]]


def rows(stream: BinaryIO, source: Source) -> Iterator[Row | Fault]:
    """Rows and faults of a file of entities; every line gives at least one row, or one fault."""
    yield from read(json_records(stream, source.file or source.id), Reader(source), {})


def read(found: Iterator[Found | Fault], reader: Reader, more: dict[str, Handler]) -> Iterator[Row | Fault]:
    """The same for records from anywhere; ``more``: what to do with further schemata."""
    for one in found:
        if isinstance(one, Fault):
            yield one
            continue
        try:
            made = list(entity(one, reader, more))
        except RefusedError as err:
            yield err.fault(reader.source, one.line, one.offset)
            continue
        yield from made
    yield from reader.seen.stubs(reader.source)


def entity(found: Found, reader: Reader, more: dict[str, Handler]) -> Iterator[Row]:
    """The rows of one entity. Raises ``RefusedError``."""
    raw, schema, properties = str(found.value.get("id") or ""), str(found.value.get("schema") or ""), found.value.get("properties")
    if not raw or not schema or not isinstance(properties, dict):
        raise RefusedError("id", raw, "expected an entity with id, schema and properties")
    handler = more.get(schema) or HANDLERS.get(schema)
    if handler:
        return handler(found, raw, properties, reader)
    if schema in KINDS:
        return party(found, raw, properties, reader)
    if schema in TIES:
        return _tie(found, raw, properties, reader)
    raise RefusedError("schema", schema, "no table holds entities of this schema; left out")


def party(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    """A party, its other names and its numbers."""
    line, source, ident = found.line, reader.source, reader.ident(raw)
    names = [n for prop in NAMES for n in texts(properties, prop)]
    where = next((h for prop in PLACES for c in texts(properties, prop) if (h := home(c))), None)
    name = names[0] if names else str(found.value.get("caption") or f"(name not given) {raw}")
    yield from reader.seen.describe(source, line, ident, name, KINDS[str(found.value["schema"])], home=where)
    for other in dict.fromkeys(n for n in names[1:] if n != name):
        yield row("alias", source, line, party=ident, name=other)
    for prop in NUMBERS:
        for number in texts(properties, prop):
            yield row("identifier", source, line, party=ident, scheme="LEI" if prop == "leiCode" else prop, value=number)
    for old in texts(found.value, "referents"):
        yield row("identifier", source, line, party=ident, scheme=f"{reader.prefix} referent", value=old)


def ends(found: Found, properties: dict[str, Any], names: tuple[str, str], reader: Reader) -> list[tuple[str, str]]:
    """Every pair of ends of a tie. Raises ``RefusedError`` when an end is missing."""
    pairs = [(a, b) for a in texts(properties, names[0]) for b in texts(properties, names[1])]
    if not pairs:
        raise RefusedError(" or ".join(names), "", "a tie with an end missing says nothing of anybody")
    return [(reader.end(a, found.line), reader.end(b, found.line)) for a, b in pairs]


def when(properties: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """The dates of a tie: earliest start, latest end. Raises ``RefusedError``."""
    begins = [d for t in texts(properties, "startDate") if (d := day(t, "startDate"))]
    stops = [d for t in texts(properties, "endDate") if (d := day(t, "endDate"))]
    begin, end = min(begins, key=lambda d: d.lo, default=None), max(stops, key=lambda d: d.hi, default=None)
    in_order(begin, end, "endDate")
    known = [d for t in texts(properties, "publishDate") if (d := day(t, "publishDate"))]
    return {"valid_from": begin, "valid_to": end, "known_from": max(known, key=lambda d: d.lo, default=reader.source.known_from)}


def _numbered(raw: str, reader: Reader, pairs: int, n: int) -> str:
    return party_id(f"{reader.prefix}-tie", raw) if pairs == 1 else party_id(f"{reader.prefix}-tie", f"{raw}-{n}")


def _ownership(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    pairs, dates = ends(found, properties, ("owner", "asset"), reader), when(properties, reader)
    kind = " ".join(texts(properties, "ownershipType"))
    written = texts(properties, "percentage")
    spans = [s for t in written if (s := read_percent(t, "percentage"))]
    odd = [t for t in written if read_percent(t, "percentage") is None]
    interest = next((i for i in ("voting", "economic") if i in kind.lower()), "equity")
    for n, (owner, asset) in enumerate(pairs):
        ident = _numbered(raw, reader, len(pairs), n)
        if APART.search(kind):
            text = f"{owner} is said to hold {', '.join(written) or 'an unstated share'} of {asset} as {kind} owner."
            yield row("statement", reader.source, found.line, id=ident, party=asset, topic="indirect-interest", text=text, **dates)
            continue
        lo, hi = (max(s[0] for s in spans), min(s[1] for s in spans)) if spans else (None, None)
        if lo is not None and hi is not None and lo > hi:
            lo, hi = min(s[0] for s in spans), max(s[1] for s in spans)
        note = f"Percentage as printed: {'; '.join(written)}." if odd or len(spans) > 1 else None
        cells = {"owner": owner, "owned": asset, "interest": interest, "share_lo": lo, "share_hi": None if lo == hi else hi, "note": note}
        yield row("ownership", reader.source, found.line, id=ident, **cells, **dates)


def _control(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    pairs, dates = ends(found, properties, ("controller", "controlled"), reader), when(properties, reader)
    note = "; ".join((*texts(properties, "controlType"), *texts(properties, "role"))) or None
    for n, (owner, owned) in enumerate(pairs):
        cells = {"id": _numbered(raw, reader, len(pairs), n), "owner": owner, "owned": owned, "interest": "control", "note": note}
        yield row("ownership", reader.source, found.line, **cells, **dates)


def _tie(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    first, second, word = TIES[str(found.value["schema"])]
    pairs, dates = ends(found, properties, (first, second), reader), when(properties, reader)
    role = next(iter(texts(properties, "role") or texts(properties, "relationship")), None)
    for n, (a, b) in enumerate(pairs):
        yield tie(reader.source, found.line, _numbered(raw, reader, len(pairs), n), b, a, word, note=role, **dates)


def money(properties: dict[str, Any]) -> dict[str, Any]:
    """The amount in minor units and its currency, where both are plain; otherwise nothing, and the text as a note."""
    amounts, currency = texts(properties, "amount"), next(iter(texts(properties, "currency")), "").upper()
    if len(amounts) == 1 and AMOUNT.match(amounts[0]) and currency in word_list("currency"):
        whole, _, cents = amounts[0].partition(".")
        return {"lo": int(whole) * 100 + int(cents.ljust(2, "0") or 0), "currency": currency, "note": None}
    said = " ".join((*amounts, currency)).strip()
    return {"lo": None, "currency": None, "note": f"Amount as printed: {said}." if said else None}


def _debt(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    pairs, dates = ends(found, properties, ("creditor", "debtor"), reader), when(properties, reader)
    sum_ = money(properties)
    for n, (lender, borrower) in enumerate(pairs):
        cells = {"id": _numbered(raw, reader, len(pairs), n), "name": f"debt {raw}", "lender": lender, "borrower": borrower}
        cells |= {"quantity": "outstanding", "amount_lo": sum_["lo"], "currency": sum_["currency"], "note": sum_["note"]}
        yield row("loan", reader.source, found.line, **cells, **dates)


def _contract(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    title, sum_ = next(iter(texts(properties, "title") or texts(properties, "name")), None), money(properties)
    ident = party_id(f"{reader.prefix}-contract", raw)
    note = " ".join(x for x in (title, sum_["note"]) if x) or None
    known = {"known_from": day(next(iter(texts(properties, "contractDate")), ""), "contractDate") or reader.source.known_from}
    cells = {"name": f"contract {raw}", "sector": "other", "value_lo": sum_["lo"], "currency": sum_["currency"], "note": note}
    yield row("contract", reader.source, found.line, id=ident, **cells, **known)
    for n, authority in enumerate(texts(properties, "authority")):
        buyer = {"contract": f"contract {raw}", "party": reader.end(authority, found.line), "role": "buyer"}
        yield row("contract_party", reader.source, found.line, id=party_id(f"{reader.prefix}-buyer", f"{raw}-{n}"), **buyer)


def _award(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    pairs = [(s, c) for s in texts(properties, "supplier") for c in texts(properties, "contract")]
    if not pairs:
        raise RefusedError("supplier or contract", "", "an award needs its supplier and its contract")
    for n, (supplier, contract) in enumerate(pairs):
        cells = {"contract": f"contract {contract}", "party": reader.end(supplier, found.line), "role": "supplier"}
        yield row("contract_party", reader.source, found.line, id=party_id(f"{reader.prefix}-award", f"{raw}-{n}"), **cells)


HANDLERS: dict[str, Handler] = {
    "Ownership": _ownership,
    "Control": _control,
    "Debt": _debt,
    "Contract": _contract,
    "ContractAward": _award,
}
