"""OpenSanctions exports: entities (FtM lines), nested targets, and the simple table of targets.

All that FtM holds (``ftm``), and designations on top: each Sanction is a restriction of the party it names, by the authority that
the record gives, under its programme. The nested file repeats neighbours inside every target; each is read once. The simple
table has no ties and only the programmes as text: prefer the entities file.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from litmus.core.dates import Days
from litmus.core.words import ladder
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.ftm import HANDLERS as FTM_HANDLERS
from litmus.imports.ftm import KINDS, TIES, Handler, Reader, read
from litmus.imports.party_rows import RefusedError, Source, day, home, in_order, kebab, party_id, row, texts
from litmus.imports.records import Found, begins_with, csv_records, json_records

IN_FORCE = ladder("event").index("in-force")
ADOPTED = ladder("event").index("adopted")
COLUMNS = frozenset({"id", "schema", "name"})


def rows(stream: BinaryIO, source: Source) -> Iterator[Row | Fault]:
    """Rows and faults of an export of any of the three shapes; every record gives at least one row, or one fault."""
    reader, name = Reader(source, "os"), source.file or source.id
    head, stream = begins_with(stream)
    if head[:1] in {b"{", b"["}:
        yield from read(_flat(json_records(stream, name)), reader, HANDLERS)
        return
    for found in csv_records(stream, name):
        if isinstance(found, Fault):
            yield found
            continue
        try:
            made = list(_simple(found, reader))
        except RefusedError as err:
            yield err.fault(source, found.line, found.offset)
            continue
        yield from made


def _flat(found: Iterator[Found | Fault]) -> Iterator[Found | Fault]:
    """Entities that stand inside others, as entities of their own; each once, under the line where it was first met."""
    met: set[str] = set()
    for one in found:
        if isinstance(one, Fault):
            yield one
            continue
        for value in _unfolded(one.value):
            ident = str(value.get("id") or "")
            if value is not one.value and ident in met:
                continue
            met.add(ident)
            yield Found(one.line, one.offset, value)


def _unfolded(value: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    properties = value.get("properties")
    if not isinstance(properties, dict) or depth > 8:
        yield value
        return
    inner = [v for held in properties.values() if isinstance(held, list) for v in held if isinstance(v, dict)]
    if inner:
        for name, held in properties.items():
            if isinstance(held, list):
                properties[name] = [v.get("id") if isinstance(v, dict) else v for v in held]
    yield value
    for one in inner:
        yield from (v for v in _unfolded(one, depth + 1) if str(v.get("schema")) in READ)


def _sanction(found: Found, raw: str, properties: dict[str, Any], reader: Reader) -> Iterator[Row]:
    authority = next(iter(texts(properties, "authority") or texts(properties, "publisher")), "authority not stated")
    by = party_id("os-authority", kebab(authority) or "not-stated")
    source = reader.source
    yield from reader.seen.describe(source, found.line, by, authority, "unknown")
    programme = next(iter(texts(properties, "programId") or texts(properties, "program") or texts(properties, "sourceUrl")), "")
    instrument = (kebab(programme) or kebab(next(iter(texts(found.value, "datasets")), "")) or "programme-not-stated")[:80]
    begin, listed, until = (_first(properties, name) for name in ("startDate", "listingDate", "endDate"))
    in_order(begin or listed, until, "endDate")
    place = next((h for c in texts(properties, "country") if (h := home(c))), source.place)
    named = texts(properties, "entity")
    if not named:
        raise RefusedError("entity", "", "a designation without the party it names; name it")
    for n, vendor in enumerate(reader.end(raw_party, found.line) for raw_party in named):
        cells: dict[str, Any] = {"vendor": vendor, "authority": by, "instrument": instrument, "entity_named": "yes", "place": place}
        cells |= {"rung_lo": ADOPTED, "rung_hi": IN_FORCE, "listed": listed or begin, "effective": begin, "until": until}
        cells |= {"ground": _joined(properties, "reason"), "note": _joined(properties, "program")}
        yield row("restriction", source, found.line, id=party_id("os-sanction", raw if n == 0 else f"{raw}-{n}"), **cells)


def _joined(properties: dict[str, Any], name: str) -> str | None:
    return "; ".join(texts(properties, name))[:400] or None


def _first(properties: dict[str, Any], name: str) -> Days | None:
    return next((d for t in texts(properties, name) if (d := day(t, name))), None)


def _simple(found: Found, reader: Reader) -> Iterator[Row]:
    value, source, line = found.value, reader.source, found.line
    if not value.keys() >= COLUMNS:
        raise RefusedError("", ", ".join(list(value)[:5]), "expected the columns id, schema and name of targets.simple.csv")
    if value["schema"] not in KINDS:
        raise RefusedError("schema", value["schema"], "no table holds entities of this schema; left out")
    ident = reader.ident(value["id"])
    where = next((h for c in _parts(value.get("countries")) if (h := home(c))), None)
    yield from reader.seen.describe(source, line, ident, value["name"], KINDS[value["schema"]], home=where)
    for other in _parts(value.get("aliases")):
        yield row("alias", source, line, party=ident, name=other)
    for number in _parts(value.get("identifiers")):
        yield row("identifier", source, line, party=ident, scheme="not stated", value=number)
    said = value.get("sanctions")
    if said:
        by = "os-authority-not-stated"
        yield from reader.seen.describe(source, line, by, "authority not stated", "unknown")
        instrument = (kebab(next(iter(_parts(value.get("program_ids") or value.get("dataset"))), "")) or "programme-not-stated")[:80]
        cells = {"vendor": ident, "authority": by, "instrument": instrument, "entity_named": "yes", "note": said[:400]}
        yield row("restriction", source, line, id=party_id("os-simple", value["id"]), rung_lo=ADOPTED, rung_hi=IN_FORCE, **cells)


def _parts(text: str | None) -> list[str]:
    """Cells of a cell: values between semicolons, quoted where they hold one."""
    return [p.strip() for p in next(csv.reader(io.StringIO(text or ""), delimiter=";"), []) if p.strip()]


HANDLERS: dict[str, Handler] = {"Sanction": _sanction}
READ = frozenset({*KINDS, *HANDLERS, *FTM_HANDLERS, *TIES})
