"""GLEIF: legal entities (level 1), relationships (RR) and reporting exceptions (REPEX), each as CSV, JSON or XML.

Relationships are accounting consolidation, never shares: the direct parent becomes a hard control edge. The ultimate parent is
derived from direct ones by whoever files, so it is kept as a statement to check against, and adds nothing. Fund managers and
umbrella funds own nothing of the fund and become ties. A reporting exception is a gap with its reason. A relationship that has
ended keeps its dates; one that was withdrawn as wrong is a fault. Codes: Common Data File formats LEI-CDF 3.1, RR-CDF 2.1,
REPEX 2.1; the column names of the CSV reasons were not read in a primary text, so both spellings in use are taken.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, BinaryIO

from litmus.core.dates import FIRST_DAY, Days, show_when
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.party_rows import RefusedError, Seen, Source, day, gap, home, in_order, party_id, row, tie
from litmus.imports.records import Found, begins_with, csv_records, json_records, xml_records

TAGS = frozenset({"LEIRecord", "RelationshipRecord", "Exception"})
HEADER = "Header"
CATEGORIES = {
    "FUND": "fund",
    "SOLE_PROPRIETOR": "person",
    "INTERNATIONAL_ORGANIZATION": "international",
    "RESIDENT_GOVERNMENT_ENTITY": "public-body",
}
COMMAND = frozenset({"IS_DIRECTLY_CONSOLIDATED_BY", "IS_INTERNATIONAL_BRANCH_OF"})
DERIVED = frozenset({"IS_ULTIMATELY_CONSOLIDATED_BY"})
TIES = {"IS_FUND-MANAGED_BY": "fund-manager", "IS_SUBFUND_OF": "umbrella-fund", "IS_FEEDER_TO": "master-fund"}
WITHDRAWN = frozenset({"ANNULLED", "DUPLICATE", "ERRONEOUS"})
REASONS = {
    "NO_KNOWN_PERSON": "no person known who controls it",
    "NATURAL_PERSONS": "controlled by natural persons, without a legal entity above that consolidates it",
    "NON_CONSOLIDATING": "whoever controls it does not consolidate it",
    "NO_LEI": "the parent has no LEI, or does not consent to one",
    "NON_PUBLIC": "not public, for a legal or contractual reason",
    "BINDING_LEGAL_COMMITMENTS": "withheld under a binding legal commitment",
    "LEGAL_OBSTACLES": "withheld because of legal obstacles",
    "CONSENT_NOT_OBTAINED": "withheld because consent was not obtained",
    "DETRIMENT_NOT_EXCLUDED": "withheld because harm could not be ruled out",
    "DISCLOSURE_DETRIMENTAL": "withheld because disclosure would harm",
}


def rows(stream: BinaryIO, source: Source) -> Iterator[Row | Fault]:
    """Rows and faults of a file of any of the three kinds; every record gives at least one row, or one fault."""
    name, seen = source.file or source.id, Seen()
    for found in _records(stream, name):
        if isinstance(found, Fault):
            yield found
            continue
        try:
            made = list(_record(found, source, seen))
        except RefusedError as err:
            yield err.fault(source, found.line, found.offset)
            continue
        yield from made
    yield from seen.stubs(source)


def _records(stream: BinaryIO, name: str) -> Iterator[Found | Fault]:
    head, stream = begins_with(stream)
    if head[:1] == b"<":
        yield from _dated(xml_records(stream, name, TAGS | {HEADER}))
    elif head[:1] in {b"[", b"{"}:
        yield from json_records(stream, name)
    else:
        for found in csv_records(stream, name):
            yield found if isinstance(found, Fault) else Found(found.line, found.offset, _nested(found.value))


def _dated(found: Iterator[Found | Fault]) -> Iterator[Found | Fault]:
    """In XML the day of the content stands once, in the header; in JSON each exception bears it."""
    date = ""
    for one in found:
        if isinstance(one, Fault):
            yield one
        elif one.value["#"] == HEADER:
            date = _text(one.value, "ContentDate")
        else:
            yield replace(one, value={"ContentDate": date} | one.value)


def _nested(flat: dict[str, Any]) -> dict[str, Any]:
    """``Entity.LegalAddress.Country`` as a mapping in mappings."""
    whole: dict[str, Any] = {}
    for dotted, value in flat.items():
        here = whole
        *way, last = dotted.split(".")
        for part in way:
            below = here.setdefault(part, {})
            if not isinstance(below, dict):
                below = here[part] = {"": below}
            here = below
        if isinstance(here.get(last), dict):
            here[last][""] = value
        else:
            here[last] = value
    return whole


def _get(value: object, *way: str) -> Any:
    """What stands under these names; None where the way breaks off."""
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: object, *way: str) -> str:
    found = _get(value, *way)
    found = found.get("") if isinstance(found, dict) else found
    return "" if found is None else str(found).strip()


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _record(found: Found, source: Source, seen: Seen) -> Iterator[Row]:
    value = found.value
    if "Relationship" in value:
        return _relationship(found, source, seen)
    if "ExceptionCategory" in value or "ExceptionReason" in value or isinstance(value.get("Exception"), dict):
        return _exception(found, source, seen)
    if "Entity" in value:
        return _entity(found, source, seen)
    raise RefusedError("", ", ".join(list(value)[:4]), "expected a record of GLEIF: LEI with Entity, Relationship, or an exception")


def _lei(text: str, column: str) -> str:
    if len(text) != 20 or not text.isalnum() or not text.isascii():
        raise RefusedError(column, text, "expected an LEI of 20 letters and digits")
    return party_id("lei", text.upper())


def _entity(found: Found, source: Source, seen: Seen) -> Iterator[Row]:
    value, line = found.value, found.line
    code = _text(value, "LEI")
    ident, entity = _lei(code, "LEI"), value["Entity"]
    if _text(value, "Registration", "RegistrationStatus") in WITHDRAWN:
        status = _text(value, "Registration", "RegistrationStatus")
        raise RefusedError("RegistrationStatus", status, "the publisher withdrew this record; left out")
    name = _text(entity, "LegalName")
    if not name:
        raise RefusedError("LegalName", "", "a legal entity needs its name")
    kind = CATEGORIES.get(_text(entity, "EntityCategory"), "company")
    where = home(_text(entity, "LegalAddress", "Country") or _text(entity, "LegalAddress", "country") or _text(entity, "LegalJurisdiction"))
    note = f"Entity status {_text(entity, 'EntityStatus')}." if _text(entity, "EntityStatus") not in {"", "ACTIVE"} else None
    yield from seen.describe(source, line, ident, name, kind, home=where, note=note)
    yield row("identifier", source, line, party=ident, scheme="LEI", value=code.upper())
    number = _text(entity, "RegistrationAuthority", "RegistrationAuthorityEntityID")
    for part in ("RegistrationAuthorityID", "OtherRegistrationAuthorityID"):
        register = _text(entity, "RegistrationAuthority", part)
        if register and number:
            yield row("identifier", source, line, party=ident, scheme=f"GLEIF {register}", value=number)
    for other, how in _other_names(entity):
        yield row("alias", source, line, party=ident, name=other, kind=how)


def _other_names(entity: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for group, inner in (("OtherEntityNames", "OtherEntityName"), ("TransliteratedOtherEntityNames", "TransliteratedOtherEntityName")):
        held = _get(entity, group)
        for one in _many(held.get(inner) if isinstance(held, dict) and inner in held else held):
            text = one if isinstance(one, str) else str(one.get("") or one.get(inner) or "")
            how = "" if isinstance(one, str) else str(one.get("type") or one.get("@type") or "")
            if text:
                yield text, how.lower().replace("_", " ") or "other"


def _period(relationship: dict[str, Any]) -> tuple[Days | None, Days | None]:
    """The dates of the relationship itself; the first period of a file may be the accounting period."""
    held = _get(relationship, "RelationshipPeriods")
    periods = _many(held.get("RelationshipPeriod") if isinstance(held, dict) and "RelationshipPeriod" in held else held)
    numbered = _get(relationship, "Period")
    periods += list(numbered.values()) if isinstance(numbered, dict) else []
    for one in periods:
        if _text(one, "PeriodType") == "RELATIONSHIP_PERIOD" or _text(one, "periodType") == "RELATIONSHIP_PERIOD":
            begin = day(_text(one, "StartDate") or _text(one, "startDate"), "StartDate")
            end = day(_text(one, "EndDate") or _text(one, "endDate"), "EndDate")
            in_order(begin, end, "EndDate")
            return begin, end
    return None, None


def _relationship(found: Found, source: Source, seen: Seen) -> Iterator[Row]:
    value, line = found.value, found.line
    relationship = value["Relationship"]
    child, parent = _text(relationship, "StartNode", "NodeID"), _text(relationship, "EndNode", "NodeID")
    kind = _text(relationship, "RelationshipType")
    status = _text(value, "Registration", "RegistrationStatus")
    if status in WITHDRAWN:
        raise RefusedError("RegistrationStatus", status, "the publisher withdrew this relationship; left out")
    below, above = _lei(child, "StartNode.NodeID"), _lei(parent, "EndNode.NodeID")
    begin, end = _period(relationship)
    known = day(_text(value, "Registration", "LastUpdateDate"), "LastUpdateDate") or source.known_from
    if end is None and _text(relationship, "RelationshipStatus") not in {"", "ACTIVE"}:
        end = Days(begin.lo if begin else FIRST_DAY, known.hi)
    when = {"valid_from": begin, "valid_to": end, "known_from": known}
    seen.end(below, child, line)
    seen.end(above, parent, line)
    status = _initials(_text(relationship, "RelationshipStatus"))
    ident = party_id("rr", "-".join((child, parent, _initials(kind), status, _version(known))))
    if kind in COMMAND:
        ends = {"owner": above, "owned": below, "interest": "control"}
        yield row("ownership", source, line, id=ident, note=f"GLEIF {kind}: accounting consolidation, no share.", **ends, **when)
    elif kind in DERIVED:
        text = f"{parent} consolidates {child} as its ultimate parent, by its own filing."
        yield row("statement", source, line, id=ident, party=below, topic="ultimate-parent", text=text, **when)
    elif kind in TIES:
        yield tie(source, line, ident, below, above, TIES[kind], **when)
    else:
        raise RefusedError("RelationshipType", kind, f"expected one of {', '.join(sorted({*COMMAND, *DERIVED, *TIES}))}")


def _initials(words: str) -> str:
    """``IS_DIRECTLY_CONSOLIDATED_BY`` as ``IDCB``: an id has room for no more."""
    return "".join(w[0] for w in words.replace("-", "_").split("_") if w) or "X"


def _version(known: Days) -> str:
    """The day of the record's last update: an update is another claim, with an id of its own."""
    return show_when(known).replace("-", "")


def _exception(found: Found, source: Source, seen: Seen) -> Iterator[Row]:
    value, line = found.value, found.line
    held = value.get("Exception") if isinstance(value.get("Exception"), dict) else {}
    code = _text(value, "LEI")
    ident = seen.end(_lei(code, "LEI"), code, line)
    category = _text(value, "ExceptionCategory") or _text(held, "Category")
    reasons = [str(r).strip() for r in _many(value.get("ExceptionReason")) if str(r).strip()]
    numbered = _get(held, "Reason")
    reasons += [str(r) for r in chain(numbered.values() if isinstance(numbered, dict) else _many(numbered))]
    if not reasons:
        raise RefusedError("ExceptionReason", "", "an exception needs its reason")
    known = day(_text(value, "ContentDate"), "ContentDate") or source.known_from
    for reason in reasons:
        text = f"No {category.replace('_', ' ').lower() or 'parent'} is named: {REASONS.get(reason, reason)} ({reason})."
        yield gap(source, line, party_id("repex", f"{code}-{category}-{reason}-{_version(known)}"), ident, reason, text, known_from=known)
