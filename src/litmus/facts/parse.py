"""Cell text to typed value, by column type. Every parser raises ValueError with what was expected."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any

from litmus.core.dates import parse_days
from litmus.core.place import place
from litmus.core.words import expected_word, ladder, word_list
from litmus.facts.schema import Column, tables

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}\Z")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,12})?\Z")
PPM = 1_000_000


def _decimal(text: str, what: str) -> Decimal:
    if not _NUMBER.match(text):
        msg = f"expected {what}, found {text!r}"
        raise ValueError(msg)
    try:
        return Decimal(text)
    except InvalidOperation as err:  # pragma: no cover - the pattern admits only decimals
        msg = f"expected {what}, found {text!r}"
        raise ValueError(msg) from err


def _scaled(text: str, scale: int, what: str) -> int:
    value = _decimal(text, what) * scale
    if value < 0 or value != value.to_integral_value():
        msg = f"expected {what}, found {text!r}"
        raise ValueError(msg)
    return int(value)


def percent(text: str) -> int:
    """Per cent to ppm: ``58.11`` is 581,100. At most four decimals, 0 to 100."""
    value = _scaled(text, 10_000, "a share in per cent from 0 to 100 with at most four decimals")
    if value > PPM:
        msg = f"expected a share in per cent from 0 to 100, found {text!r}"
        raise ValueError(msg)
    return value


def money(text: str) -> int:
    """Major to minor units: ``12.50`` is 1,250. At most two decimals, no separators, not below zero, below 2^63 minor units."""
    value = _scaled(text, 100, "an amount as plain digits with at most two decimals (no separators, no currency sign)")
    if value >= 2**63:
        msg = f"expected an amount below 92,233,720,368,547,758 (it is stored as a 64-bit number), found {text!r}"
        raise ValueError(msg)
    return value


def count(text: str) -> int:
    """A whole number, not below zero."""
    return _scaled(text, 1, "a whole number")


def number(text: str) -> Fraction:
    """An exact decimal."""
    return Fraction(_decimal(text, "a decimal number such as 12.5"))


def identifier(text: str) -> str:
    """A permanent name: lower-case letters, digits, dot, dash, underscore; at most 80."""
    if not _ID.match(text):
        msg = f"expected an id of lower-case letters, digits, '.', '-' or '_' (at most 80), found {text[:80]!r}"
        raise ValueError(msg)
    return text


def id_list(text: str) -> tuple[str, ...]:
    """Ids separated by ``|``."""
    return tuple(identifier(part.strip()) for part in text.split("|"))


def _word(options: tuple[str, ...], what: str) -> Callable[[str], str]:
    known = frozenset(options)

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(expected_word(text, options, what))
        return text

    return parse


def _rung(options: tuple[str, ...], what: str) -> Callable[[str], int]:
    index = {word: i for i, word in enumerate(options)}

    def parse(text: str) -> int:
        if text not in index:
            raise ValueError(expected_word(text, options, what))
        return index[text]

    return parse


def _place(text: str) -> str:
    return place(text).code


@cache
def parser(kind: str, of: str) -> Callable[[str], Any]:
    """The parser of a column type."""
    if kind == "word":
        options = tuple(tables()) if of == "table" else word_list(of)
        return _word(options, of.replace("_", " "))
    if kind == "ladder":
        return _rung(ladder(of), f"{of} rung")
    simple: dict[str, Callable[[str], Any]] = {
        "text": str,
        "id": identifier,
        "party": identifier,
        "source": identifier,
        "parties": id_list,
        "ids": id_list,
        "place": _place,
        "day": parse_days,
        "percent": percent,
        "money": money,
        "count": count,
        "number": number,
    }
    return simple[kind]


def show_cell(column: Column, value: Any) -> str:
    """A stored number as the file writes it: ppm as per cent, minor units as major ones, a rung by its word."""
    if column.kind == "ladder":
        return str(ladder(column.of)[value])
    scaled = Fraction(value) / {"percent": 10_000, "money": 100}.get(column.kind, 1)
    return f"{Decimal(scaled.numerator) / Decimal(scaled.denominator):f}"


def parse_cell(column: Column, text: str) -> Any:
    """The typed value of a cell; blank gives the column's default, or None. Raises ValueError."""
    text = text.strip() or column.default
    if not text:
        if column.required:
            msg = "a value is required here; fill it in"
            raise ValueError(msg)
        return None
    return parser(column.kind, column.of)(text)
