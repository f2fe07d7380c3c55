"""A whole table of names, one decision a row: streamed, each distinct question decided once, and only what changed decided anew.

A row's ``key`` is the hash of everything its decision rests on: the list, the rules, the judgements that speak of the name,
and what was asked. A row of an earlier answer with the same key is taken over as it stands, so that resolving again after
adding rows, or after one judgement, gives byte for byte what resolving from scratch gives.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from litmus.core.place import places
from litmus.core.words import expected_word
from litmus.facts.csvfile import Record, read_records
from litmus.facts.fault import Fault
from litmus.parties.names.decide import Asked, Decision, decide
from litmus.parties.names.judgements import Judgements
from litmus.parties.names.listing import NameList, identifier_key
from litmus.parties.names.vocabulary import thresholds, vocabulary

ANSWER = ("outcome", "party", "party_name", "relation", "score", "by", "reasons", "runners_up", "list", "rules", "key")
_HEADS = {
    "name": ("name", "supplier", "supplier_name", "company", "naziv", "ponudjac", "emri"),
    "country": ("country", "place", "country_code"),
    "town": ("town", "city", "seat"),
    "identifier": ("identifier", "id_number", "registration_number"),
}
_KEEP = 200_000


@dataclass(frozen=True)
class Columns:
    """Where a table says what: positions from 0; None where the table has no such column."""

    name: int
    country: int | None = None
    town: int | None = None
    identifier: int | None = None


@dataclass
class Tally:
    """Lines in = rows answered + faults, always. ``reused`` rows were taken over from an earlier answer."""

    lines: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reused: int = 0
    faults: list[Fault] = field(default_factory=list)


def find_columns(header: list[str], asked: dict[str, str]) -> Columns:
    """Columns by the names asked for, or by their usual names. ValueError when the name column is not found."""
    titles = [h.strip().casefold() for h in header]
    found: dict[str, int | None] = {}
    for what, usual in _HEADS.items():
        wanted = asked.get(what, "").strip().casefold()
        if wanted and wanted not in titles:
            raise ValueError(expected_word(asked[what], header, "column"))
        at = titles.index(wanted) if wanted else next((titles.index(u) for u in usual if u in titles), None)
        found[what] = at
    if found["name"] is None:
        msg = f"no column holds names; expected one of {', '.join(_HEADS['name'])}, or say which with --name-column"
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            msg = f"the header is one cell, {header[0]!r}; cells are kept apart by commas: save the table as comma-separated"
        raise ValueError(msg)
    return Columns(found["name"], found["country"], found["town"], found["identifier"])


def key_of(asked: Asked, names: NameList, judged: Judgements | None) -> str:
    """Hash of all that a decision rests on."""
    spoken = judged.version if judged is not None and judged.knows(asked.name) else ""
    parts = (names.version, vocabulary().version, thresholds().version, spoken, asked.name, asked.country, asked.town, *asked.identifiers)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def cells(decision: Decision, key: str) -> tuple[str, ...]:
    """The answer as the cells of ``ANSWER``."""
    m = decision.match
    runners = " | ".join(f"{r.party} ({r.outcome} {r.score}: {r.reasons[0] if r.reasons else ''})" for r in decision.runners)
    head = (m.party, m.name, m.relation, str(m.score), m.by) if m else ("", "", "", "", "")
    return (decision.outcome, *head, "; ".join(decision.reasons), runners, decision.list_version, decision.rules, key)


def answers(
    table: Path, names: NameList, judged: Judgements | None = None, asked: dict[str, str] | None = None, previous: Path | None = None
) -> Iterator[tuple[list[str], Tally]]:
    """Rows of the answered table, its header first, with the running tally. ValueError when the header cannot be used.

    A bad row is a fault in the tally and is not answered.
    """
    tally = Tally()
    known = _earlier(previous)
    memory: dict[str, tuple[str, ...]] = {}
    columns: Columns | None = None
    width = 0
    for item in read_records(table, table.name):
        if columns is None:
            if isinstance(item, Fault):
                raise ValueError(str(item))
            columns, width = find_columns(item.cells, asked or {}), len(item.cells)
            yield [*item.cells, *ANSWER], tally
            continue
        tally.lines += 1
        question = item if isinstance(item, Fault) else _question(item, columns, width, table.name)
        if isinstance(question, Fault):
            tally.faults.append(question)
            continue
        key = key_of(question, names, judged)
        found = known.get(key)
        if found is not None:
            tally.reused += 1
        else:
            found = memory.get(key)
        if found is None:
            found = cells(decide(question, names, judged), key)
            if len(memory) >= _KEEP:
                memory.clear()
            memory[key] = found
        tally.outcomes[found[0]] += 1
        assert isinstance(item, Record)  # noqa: S101
        yield [*item.cells, *found], tally
    if columns is None:
        msg = f"{table.name}: the file is empty; expected a header with a column of names"
        raise ValueError(msg)


def _question(item: Record, columns: Columns, width: int, file: str) -> Asked | Fault:
    if len(item.cells) != width:
        expected = f"expected {width} cells as in the header, found {len(item.cells)}; check commas and quotes"
        return Fault(file, item.line, "", ",".join(item.cells), expected, item.offset)

    def cell(at: int | None) -> str:
        return item.cells[at].strip() if at is not None else ""

    country = cell(columns.country).upper()
    if country and country not in places():
        expected = expected_word(cell(columns.country), places(), "place")
        return Fault(file, item.line, "country", cell(columns.country), expected, item.offset)
    try:
        identifiers = read_identifiers(cell(columns.identifier))
    except ValueError as err:
        return Fault(file, item.line, "identifier", cell(columns.identifier), str(err), item.offset)
    return Asked(cell(columns.name), country, cell(columns.town), identifiers)


def read_identifiers(text: str) -> tuple[str, ...]:
    """``SCHEME:VALUE|SCHEME:VALUE`` as compared. ValueError names what was expected."""
    found = []
    for part in filter(None, (p.strip() for p in text.split("|"))):
        scheme, colon, value = part.partition(":")
        if not colon or not scheme.strip() or not any(c.isalnum() for c in value):
            msg = f"expected SCHEME:VALUE (LEI:…, RS-APR:…), found {part!r}"
            raise ValueError(msg)
        found.append(identifier_key(scheme, value))
    return tuple(found)


def is_lei(text: str) -> bool:
    """Twenty letters and digits with the check digits of ISO 17442 (mod 97 of the number that its letters spell is 1)."""
    code = text.strip().upper()
    return len(code) == 20 and code.isascii() and code.isalnum() and int("".join(str(int(c, 36)) for c in code)) % 97 == 1


def _earlier(previous: Path | None) -> dict[str, tuple[str, ...]]:
    """Answers of an earlier run by key; a row that does not fit is simply decided anew."""
    found: dict[str, tuple[str, ...]] = {}
    if previous is None or not previous.is_file():
        return found
    with previous.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows, [])
        if tuple(header[-len(ANSWER) :]) != ANSWER:
            return found
        for row in rows:
            if len(row) == len(header):
                answer = tuple(row[-len(ANSWER) :])
                found[answer[-1]] = answer
    return found
