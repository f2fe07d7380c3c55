"""What the importers of parties and holdings share: typed rows with permanent ids, shares, dates, ends that nobody describes.

Every record of a file gives at least one row, or one fault that holds it: records in = records with rows + faults. An id is made
from the publisher's own, so that the same record gives the same row however often it is read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from litmus.core.dates import Days, parse_days
from litmus.core.place import places
from litmus.facts.check import NAMED_ONLY
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.facts.schema import tables

PPM = 1_000_000
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_PERCENT = re.compile(r"(?P<sign>[<>]=?|≥|≤)?\s*(?P<a>\d{1,3}(?:[.,]\d+)?)\s*%?(?:\s*(?:-|–|to)\s*(?P<b>\d{1,3}(?:[.,]\d+)?)\s*%?)?\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from: the id of its row in source.csv, its name in messages, when it became known, its grade.

    ``place``: what facts without a place of their own are about. ``stubs``: also give a party row for whoever is only named as
    an end of a holding; switch it off where another file describes the parties.
    """

    id: str
    known_from: Days
    reliability: str
    credibility: str
    file: str = ""
    place: str = "XW"
    stubs: bool = True


class RefusedError(ValueError):
    """A record that gives no row: the column, what was found, what was expected."""

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(expected)
        self.column, self.value, self.expected = column, "" if value is None else str(value), expected

    def fault(self, source: Source, line: int, offset: int = 0) -> Fault:
        """The fault that holds the record."""
        return Fault(source.file or source.id, line, self.column, self.value, self.expected, offset)


def party_id(prefix: str, raw: str) -> str:
    """A party's permanent id from the publisher's: ``lei-5493…``; a short hash is added where letters had to change."""
    text = raw.strip()
    if not text:
        raise RefusedError("id", raw, "a party without an id; the record cannot be tied to anybody")
    plain = f"{prefix}-{text.lower()}"
    if _PLAIN.match(plain) and len(plain) <= 80 and (text == text.lower() or text == text.upper()):
        return plain
    clean = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-")[:66]
    return f"{clean}-{sha256(text.encode()).hexdigest()[:10]}"


def kebab(word: str) -> str:
    """``noBeneficialOwners`` and ``NO_KNOWN_PERSON`` as ``no-beneficial-owners`` and ``no-known-person``."""
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", word).lower()).strip("-")


def home(code: object) -> str | None:
    """The place of a country or subdivision code, where the place tree has it."""
    text = str(code or "").upper()
    return next((c for c in (text, text[:2]) if c in places()), None)


def row(table: str, source: Source, line: int, **cells: Any) -> Row:
    """A typed row; columns that are not given are blank, or have their default."""
    spec = tables()[table]
    values: dict[str, Any] = {c.name: c.default or None for c in spec.columns}
    if spec.is_fact:
        values |= {"place": source.place, "known_from": source.known_from, "source": source.id}
        values |= {"reliability": source.reliability, "credibility": source.credibility}
    unknown = cells.keys() - values.keys()
    if unknown:
        msg = f"{table} has no column {', '.join(sorted(unknown))}"
        raise KeyError(msg)
    values |= {k: v for k, v in cells.items() if v is not None or values[k] is None}
    return Row(table, values.get("id") or "", source.file or source.id, line, values)


def day(text: object, column: str) -> Days | None:
    """A date or time stamp as a day, month or year; None for nothing. Raises ``RefusedError``."""
    written = str(text or "").strip()
    if not written:
        return None
    try:
        return parse_days(written[:10] if "T" in written or len(written) > 10 else written)
    except ValueError as err:
        raise RefusedError(column, written, str(err)) from err


def in_order(begin: Days | None, end: Days | None, column: str) -> None:
    """Raises ``RefusedError`` when something ends before it begins."""
    if begin and end and end.hi < begin.lo:
        raise RefusedError(column, "", "ends before it begins; swap or mend the dates")


def ppm(value: object, column: str, *, up: bool = False) -> int:
    """Per cent to millionths, rounded outward. Raises ``RefusedError`` for what is no share."""
    try:
        share = Decimal(str(value).replace(",", ".")) * 10_000
    except InvalidOperation as err:
        raise RefusedError(column, value, "expected a share in per cent") from err
    if not share.is_finite() or not 0 <= share <= PPM:
        raise RefusedError(column, value, "expected a share in per cent from 0 to 100")
    return int(share.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))


def span(low: object, high: object, column: str, *, above: bool = False, below: bool = False) -> tuple[int, int]:
    """A share between two bounds; ``above`` and ``below`` shut the bound itself out, by one millionth."""
    lo = 0 if low is None else ppm(low, column) + above
    hi = PPM if high is None else ppm(high, column, up=True) - below
    if lo > hi:
        raise RefusedError(column, f"{low}–{high}", "the upper bound is below the lower bound; swap them")
    return lo, hi


def read_percent(text: str, column: str) -> tuple[int, int] | None:
    """Free text such as ``58.06``, ``>50``, ``25-50 %``; None where it is no number. Raises ``RefusedError`` for no share."""
    found = _PERCENT.match(text.strip())
    if not found:
        return None
    sign, a, b = found["sign"], found["a"], found["b"]
    if b:
        return span(a, b, column)
    if sign in {">", ">=", "≥"}:
        return span(a, None, column, above=sign == ">")
    if sign in {"<", "<=", "≤"}:
        return span(None, a, column, below=sign == "<")
    return span(a, a, column)


@dataclass
class Seen:
    """Parties met so far: who is described, and who is only named as an end."""

    described: dict[str, str] = field(default_factory=dict)
    named: dict[str, tuple[str, int]] = field(default_factory=dict)

    def end(self, ident: str, raw: str, line: int) -> str:
        """Note an end of a holding; returns its id."""
        self.named.setdefault(ident, (raw, line))
        return ident

    def describe(self, source: Source, line: int, ident: str, name: str, kind: str, **cells: Any) -> Iterator[Row]:
        """The party's row; a party that was described before keeps its first name, and a new one becomes an alias."""
        first = self.described.setdefault(ident, name)
        if first == name:
            yield row("party", source, line, id=ident, name=name, kind=kind, **cells)
        else:
            yield row("alias", source, line, party=ident, name=name, kind="later")

    def stubs(self, source: Source) -> Iterator[Row]:
        """Rows for whoever is named and never described."""
        if source.stubs:
            for ident, (raw, line) in self.named.items():
                if ident not in self.described:
                    yield row("party", source, line, id=ident, name=raw, kind="unknown", note=NAMED_ONLY)


def gap(source: Source, line: int, ident: str, party: str, reason: str, text: str, **cells: Any) -> Row:
    """A gap with its reason, as a fact: why an owner is not named."""
    return row("statement", source, line, id=ident, party=party, topic=f"ownership-gap-{kebab(reason)}"[:80], text=text, **cells)


def tie(source: Source, line: int, ident: str, party: str, other: str, word: str, **cells: Any) -> Row:
    """A link that is neither a share nor control: an alignment named after its other side."""
    rung = 5
    instrument = f"{other}-{kebab(word)}"
    if len(instrument) > 80:
        raise RefusedError("id", instrument, "the link's name is over 80 letters; shorten the party's id")
    return row("alignment", source, line, id=ident, party=party, instrument=instrument, rung_lo=rung, **cells)


def texts(properties: Mapping[str, Any], name: str) -> list[str]:
    """The values of a property that may be a text, a list of texts, or missing."""
    value = properties.get(name)
    found = value if isinstance(value, list) else [value]
    return [str(v).strip() for v in found if v is not None and not isinstance(v, (dict, list)) and str(v).strip()]
