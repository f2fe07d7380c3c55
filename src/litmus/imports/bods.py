"""Beneficial Ownership Data Standard 0.4 (Open Ownership): statements in a JSON list, a package, or JSON lines.

``rows(stream, source)`` yields a row for every party, name, identifier and direct interest. What must stay out of the sums is
kept as what it is: an interest declared as indirect, or declared in a record that is made of component records, becomes a
statement (added to the direct ones it would count a share twice); an owner who is not specified becomes a gap with the reason
given; seats, roles and rights under a contract become ties. A newer statement about a record ends what the older one said on
the newer one's date; ``closed`` ends it for good. A bound that is excluded is moved by one millionth.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from litmus.core.dates import Days
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.party_rows import RefusedError, Seen, Source, day, gap, home, in_order, kebab, party_id, ppm, row, span, tie
from litmus.imports.records import Found, json_records

INTERESTS = {
    "shareholding": "equity",
    "votingRights": "voting",
    "appointmentOfBoard": "control",
    "otherInfluenceOrControl": "control",
    "controlViaCompanyRulesOrArticles": "control",
    "controlByLegalFramework": "control",
    "trustee": "control",
    "rightsToProfitOrIncome": "economic",
    "rightsToSurplusAssetsOnDissolution": "economic",
    "rightToProfitOrIncomeFromAssets": "economic",
    "enjoymentAndUseOfAssets": "economic",
    "beneficiaryOfLegalArrangement": "economic",
}
TIES = frozenset(
    {
        "boardMember", "boardChair", "seniorManagingOfficial", "nominee", "nominator", "settlor", "protector",
        "rightsGrantedByContract", "conditionalRightsGrantedByContract",
    }
)  # fmt: skip
UNKNOWN = frozenset({"unknownInterest", "unpublishedInterest", ""})
ENDED = "-ended"
KINDS = {"state": "state", "stateBody": "public-body", "registeredEntity": "company", "legalEntity": "company"}
PUBLIC = frozenset({"governmentDepartment", "stateAgency"})


@dataclass
class _Reader:
    """What was read so far: parties, and what the newest statement about each record said."""

    source: Source
    seen: Seen = field(default_factory=Seen)
    said: dict[str, tuple[Days, tuple[Row, ...]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def fresh(self, *parts: str) -> str:
        """A row id that is not yet in use."""
        stem = party_id("bods", "-".join(parts))[:74]
        ident, n = stem, 1
        while ident in self.used:
            n += 1
            ident = f"{stem}-{n}"
        self.used.add(ident)
        return ident


def rows(stream: BinaryIO, source: Source) -> Iterator[Row | Fault]:
    """Rows and faults of a file of statements; every statement gives at least one row, or one fault."""
    reader = _Reader(source)
    for found in json_records(stream, source.file or source.id, "statements"):
        if isinstance(found, Fault):
            yield found
            continue
        try:
            made = list(_statement(found, reader))
        except RefusedError as err:
            yield err.fault(source, found.line, found.offset)
            continue
        yield from made
    yield from reader.seen.stubs(source)


def _mapping(value: object, column: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedError(column, value, "expected an object here")
    return value


def _list(value: object, column: str) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise RefusedError(column, value, "expected a list of objects here")
    return value


def _statement(found: Found, reader: _Reader) -> Iterator[Row]:
    value = found.value
    if "statementType" in value or ("recordType" not in value and "statementID" in value):
        raise RefusedError("statementType", value.get("statementType"), "a statement of BODS before 0.4; convert it to 0.4 first")
    details = _mapping(value.get("recordDetails"), "recordDetails")
    kind, record = value.get("recordType"), str(value.get("recordId") or "")
    if not record:
        raise RefusedError("recordId", "", "a statement needs the id of the record that it is about")
    if kind == "entity":
        yield from _entity(found.line, record, details, reader)
    elif kind == "person":
        yield from _person(found.line, record, details, reader)
    elif kind == "relationship":
        yield from _relationship(found, record, details, reader)
    else:
        raise RefusedError("recordType", kind, "expected entity, person or relationship")


def _entity(line: int, record: str, details: dict[str, Any], reader: _Reader) -> Iterator[Row]:
    shape = _mapping(details.get("entityType"), "entityType")
    kind = "public-body" if shape.get("subtype") in PUBLIC else KINDS.get(str(shape.get("type")), "unknown")
    where = _mapping(details.get("jurisdiction"), "jurisdiction").get("code")
    yield from _described(line, record, details, reader, str(details.get("name") or ""), kind, where, "unspecifiedEntityDetails")
    for other in details.get("alternateNames") or ():
        yield row("alias", reader.source, line, party=party_id("bods", record), name=str(other), kind="alternate")


def _person(line: int, record: str, details: dict[str, Any], reader: _Reader) -> Iterator[Row]:
    names = [str(n.get("fullName") or n.get("familyName") or "") for n in _list(details.get("names"), "names")]
    names = [n for n in names if n]
    nations = _list(details.get("nationalities"), "nationalities")
    where = nations[0].get("code") if len(nations) == 1 else None
    yield from _described(line, record, details, reader, names[0] if names else "", "person", where, "unspecifiedPersonDetails")
    for other in names[1:]:
        yield row("alias", reader.source, line, party=party_id("bods", record), name=other)


def _described(
    line: int, record: str, details: dict[str, Any], reader: _Reader, name: str, kind: str, where: object, why: str
) -> Iterator[Row]:
    ident, source = party_id("bods", record), reader.source
    yield from reader.seen.describe(source, line, ident, name or f"(name not given) {record}", kind, home=home(where))
    for one in _list(details.get("identifiers"), "identifiers"):
        if one.get("id"):
            scheme = str(one.get("scheme") or one.get("schemeName") or "not stated")
            yield row("identifier", source, line, party=ident, scheme=scheme, value=str(one["id"]))
    missing = _mapping(details.get(why), why)
    if missing.get("reason"):
        text = f"{name or record} is not described: {missing['reason']}. {missing.get('description') or ''}".strip()
        yield gap(source, line, reader.fresh(record, "gap"), ident, str(missing["reason"]), text)


@dataclass(frozen=True)
class _Told:
    """One relationship statement: who, whom, since when it is known, and what it says."""

    line: int
    record: str
    owner: str
    owned: str
    known: Days
    dated: Days
    closed: bool


def _relationship(found: Found, record: str, details: dict[str, Any], reader: _Reader) -> Iterator[Row]:
    value, source = found.value, reader.source
    published = day(_mapping(value.get("publicationDetails"), "publicationDetails").get("publicationDate"), "publicationDate")
    dated = day(value.get("statementDate"), "statementDate") or published or source.known_from
    known = max((d for d in (published, dated) if d), key=lambda d: d.lo)
    subject, party = details.get("subject"), details.get("interestedParty")
    if isinstance(subject, dict) or not subject:
        raise RefusedError("subject", subject, "a relationship without a subject says nothing of anybody; name the subject's record")
    owned = reader.seen.end(party_id("bods", str(subject)), str(subject), found.line)
    interests = _list(details.get("interests"), "interests")
    if isinstance(party, dict) or not party:
        yield _unspecified(found.line, record, party or {}, owned, interests, known, reader)
        return
    owner = reader.seen.end(party_id("bods", str(party)), str(party), found.line)
    told = _Told(found.line, record, owner, owned, known, dated, value.get("recordStatus") == "closed")
    made = [r for i in interests for r in _interest(i, bool(details.get("componentRecords")), told, reader)]
    if not interests:
        text = f"{party} is declared as an interested party of {subject}; no interest is stated."
        made = [_said(told, reader, "declared-relationship", text)]
    yield from _turned(told, made, reader)


def _unspecified(
    line: int, record: str, party: dict[str, Any], owned: str, interests: list[dict[str, Any]], known: Days, reader: _Reader
) -> Row:
    reason = str(party.get("reason") or "unknown")
    what = ", ".join(f"{i.get('type') or 'interest'} {_share_text(i)}".strip() for i in interests)
    parts = (f"The interested party is not specified: {reason}.", str(party.get("description") or ""), f"Declared: {what}." if what else "")
    return gap(reader.source, line, reader.fresh(record, "gap"), owned, reason, " ".join(p for p in parts if p), known_from=known)


def _share_text(interest: dict[str, Any]) -> str:
    share = interest.get("share")
    return ", ".join(f"{k} {v} %" for k, v in share.items()) if isinstance(share, dict) else ""


def _interest(interest: dict[str, Any], composed: bool, told: _Told, reader: _Reader) -> Iterator[Row]:
    kind, way = str(interest.get("type") or ""), interest.get("directOrIndirect")
    begin, end = day(interest.get("startDate"), "startDate"), day(interest.get("endDate"), "endDate")
    in_order(begin, end, "endDate")
    if told.closed and end is None:
        end = told.dated
    when = {"valid_from": begin, "valid_to": _last_day(begin, end), "known_from": told.known}
    if kind not in INTERESTS and kind not in TIES and kind not in UNKNOWN:
        raise RefusedError("interests.type", kind, "expected an interest type of BODS 0.4")
    if way == "indirect" or (composed and way != "direct"):
        text = f"{told.owner} is declared to hold {kind or 'an interest'} {_share_text(interest)} of {told.owned} indirectly."
        yield _said(told, reader, "indirect-interest", text.replace("  ", " "), **when)
    elif kind in TIES:
        yield tie(reader.source, told.line, reader.fresh(told.record, kebab(kind)), told.owned, told.owner, kind, **when)
    else:
        share, note = _share(interest), "" if kind not in UNKNOWN else "The kind of interest is not stated, so its size in shares is open."
        known = INTERESTS.get(kind, "equity")
        lo, hi = share if share and kind not in UNKNOWN and known != "control" else (None, None)
        ident = reader.fresh(told.record, known)
        ends = {"owner": told.owner, "owned": told.owned, "interest": known, "share_lo": lo, "share_hi": None if lo == hi else hi}
        yield row("ownership", reader.source, told.line, id=ident, note=note or f"BODS {kind}", **ends, **when)


def _last_day(begin: Days | None, end: Days | None) -> Days | None:
    """An interest that ceased on a day was held until the day before: its successor begins on the day itself."""
    if end is None or not end.is_point or (begin and end.lo <= begin.hi):
        return end
    return Days(end.lo - 1, end.hi - 1)


def _said(told: _Told, reader: _Reader, topic: str, text: str, **cells: Any) -> Row:
    told_cells = {"id": reader.fresh(told.record, topic), "party": told.owned, "topic": topic, "text": text, "known_from": told.known}
    return row("statement", reader.source, told.line, **told_cells | cells)


def _share(interest: dict[str, Any]) -> tuple[int, int] | None:
    share = _mapping(interest.get("share"), "share")
    if not share:
        return None
    if share.get("exact") is not None:
        return ppm(share["exact"], "share.exact"), ppm(share["exact"], "share.exact", up=True)
    above, below = share.get("exclusiveMinimum"), share.get("exclusiveMaximum")
    low, high = share.get("minimum", above), share.get("maximum", below)
    if low is None and high is None:
        return None
    return span(low, high, "share", above="minimum" not in share and above is not None, below="maximum" not in share and below is not None)


def _turned(told: _Told, made: list[Row], reader: _Reader) -> Iterator[Row]:
    """The new rows, and the old ones ended on the day of the new statement where they said something else."""
    before, old = reader.said.get(told.record, (None, ()))
    if before and told.dated.hi < before.lo:
        expected = "an older statement stands behind a newer one of the same record; put the file in order of time"
        raise RefusedError("statementDate", "", expected)
    left, final = list(old), []
    for new in made:
        twin = next((o for o in left if _subject(o) == _subject(new)), None)
        if twin is None:
            final.append(new)
            continue
        left.remove(twin)
        changed = _changed(twin, new, told)
        if _size(twin) == _size(new) or twin.begins.hi >= changed.lo:
            begin = twin.values["valid_from"] if twin.begins.lo > new.begins.lo else new.values["valid_from"]
            final.append(_with(new, supersedes=(twin.id,), valid_from=begin))
        else:
            final += [_ended(twin, told, changed, reader), _with(new, valid_from=changed)]
    gone = [_ended(o, told, told.dated, reader) for o in left]
    reader.said[told.record] = (told.dated, tuple(r for r in final if not r.id.endswith(ENDED)))
    yield from (*final, *gone)


def _subject(r: Row) -> tuple[Any, ...]:
    return (r.table, r.values.get("interest"), r.values.get("instrument"), r.values.get("topic"))


def _size(r: Row) -> tuple[Any, ...]:
    return (r.values.get("share_lo"), r.values.get("share_hi"), r.values.get("text"))


def _changed(old: Row, new: Row, told: _Told) -> Days:
    """When the new share began: on its own first day where that is a later one than the old share's, else on the statement's."""
    begin: Days | None = new.values["valid_from"]
    return begin if begin and begin.lo > old.begins.lo else told.dated


def _ended(r: Row, told: _Told, changed: Days, reader: _Reader) -> Row:
    last = Days(max(changed.lo - 1, r.begins.lo), max(changed.hi - 1, r.begins.hi))
    cells = {"id": reader.fresh(r.id.removeprefix("bods-")[:60], "") + ENDED, "valid_to": r.values["valid_to"] or last}
    return _with(replace(r, line=told.line), supersedes=(r.id,), known_from=told.known, **cells)


def _with(r: Row, **cells: Any) -> Row:
    return replace(r, id=cells.get("id", r.id), values=r.values | cells)
