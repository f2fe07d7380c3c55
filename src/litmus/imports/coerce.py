"""Values of other people's records, typed: what could not be taken as it stands is told as a fault that does not hold the row."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from litmus.facts.fault import Fault

MINOR = 100
LIMIT = 9 * 10**15
_STRICT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:?\d\d)\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIGITS = re.compile(r"-?\d+\Z", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Json = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """Reads typed values of one record, and keeps what it had to say about them."""

    file: str
    line: int
    offset: int = 0
    faults: list[Fault] = field(default_factory=list)

    def tell(self, path: str, value: object, expected: str) -> None:
        self.faults.append(Fault(self.file, self.line, path, str(value)[:200], expected, self.offset, holds_row=False))

    def text(self, data: Json, key: str, path: str) -> str | None:
        """A text; a number is taken by its digits, and told."""
        found = data.get(key)
        if found is None or isinstance(found, str):
            return found or None
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            self.tell(path + key, found, "expected a text; the number was taken by its digits")
            return str(found)
        self.tell(path + key, type(found).__name__, "expected a text; left out")
        return None

    def object(self, data: Json, key: str, path: str) -> Json:
        """An object; what is none is told and taken as empty."""
        found = data.get(key)
        if found is None:
            return {}
        if isinstance(found, dict):
            return found
        self.tell(path + key, type(found).__name__, "expected an object; left out")
        return {}

    def objects(self, data: Json, key: str, path: str) -> list[Json]:
        """A list of objects; one object alone counts as a list of it, and is told."""
        found = data.get(key)
        if found is None:
            return []
        if isinstance(found, dict):
            self.tell(path + key, "object", "expected a list; the object was taken as its only entry")
            return [found]
        if not isinstance(found, list):
            self.tell(path + key, type(found).__name__, "expected a list; left out")
            return []
        kept = [one for one in found if isinstance(one, dict)]
        if len(kept) < len(found):
            self.tell(path + key, f"{len(found) - len(kept)} entries", "expected objects; entries of other types were left out")
        return kept

    def texts(self, data: Json, key: str, path: str) -> list[str]:
        """A list of texts."""
        found = data.get(key)
        if found is None:
            return []
        if isinstance(found, str):
            self.tell(path + key, found, "expected a list; the text was taken as its only entry")
            return [found]
        if not isinstance(found, list):
            self.tell(path + key, type(found).__name__, "expected a list of texts; left out")
            return []
        kept = [str(one) for one in found if isinstance(one, (str, int))]
        if len(kept) < len(found):
            self.tell(path + key, f"{len(found) - len(kept)} entries", "expected texts; entries of other types were left out")
        return kept

    def count(self, data: Json, key: str, path: str) -> int | None:
        """A whole number, not below zero."""
        found = data.get(key)
        if found is None:
            return None
        if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < LIMIT:
            return found
        if isinstance(found, float) and found.is_integer() and 0 <= found < LIMIT:
            self.tell(path + key, found, "expected a whole number; the decimal places were zero")
            return int(found)
        if isinstance(found, str) and _DIGITS.match(found) and 0 <= int(found[:17]) < LIMIT and len(found) < 17:
            self.tell(path + key, found, "expected a number; the text was read as one")
            return int(found)
        self.tell(path + key, found, "expected a whole number not below zero; left out")
        return None

    def flag(self, data: Json, key: str, path: str) -> bool | None:
        """True or false."""
        found = data.get(key)
        if found is None or isinstance(found, bool):
            return found
        self.tell(path + key, found, "expected true or false; left out")
        return None

    def amount(self, data: Json, key: str, path: str) -> tuple[int, int] | None:
        """An exact amount: parts, and how many of them make one unit."""
        found = data.get(key)
        if found is None:
            return None
        if isinstance(found, str):
            self.tell(path + key, found, "expected a number; the text was read as one if it is a plain decimal")
        elif isinstance(found, bool) or not isinstance(found, (int, float)):
            self.tell(path + key, type(found).__name__, "expected a number; left out")
            return None
        parts = exact(repr(found) if not isinstance(found, str) else found)
        if parts is None:
            self.tell(path + key, found, "expected an amount below 90 trillion with at most 12 decimals; left out")
        return parts

    def money(self, data: Json, key: str, path: str) -> tuple[int | None, str | None]:
        """Minor units and currency of a value object."""
        value = self.object(data, key, path)
        if not value:
            return None, None
        where = f"{path}{key}/"
        found = self.amount(value, "amount", where)
        return self.minor(found, where + "amount"), self.text(value, "currency", where)

    def minor(self, found: tuple[int, int] | None, path: str) -> int | None:
        """An exact amount in minor units; what is finer is rounded, and told."""
        if found is None:
            return None
        whole, rest = divmod(found[0] * MINOR, found[1])
        if rest:
            self.tell(path, f"{found[0]}/{found[1]}", "finer than a hundredth of the currency; rounded half to even")
            whole += (2 * rest > found[1]) or (2 * rest == found[1] and whole % 2 == 1)
        return whole

    def moment(self, data: Json, key: str, path: str, name: str) -> Json:
        """The three columns of a moment."""
        found = self.text(data, key, path)
        told = moment(found, name)
        if found and told[f"{name}_day"] is None:
            self.tell(path + key, found, "expected a date such as 2026-11-23 or 2026-11-23T10:00:00Z; kept as text, not used")
        return told


def moment(text: str | None, name: str) -> Json:
    """A moment as three columns: as printed, seconds from 1970 in UTC (only with a time and its zone), the day printed."""
    day = at = None
    if text and _DAY.match(text):
        try:
            day = date.fromisoformat(text[:10]).isoformat()
            if _STRICT.match(text):
                at = (datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(seconds=1)
        except ValueError:
            at = None
    return {name: text, f"{name}_at": at, f"{name}_day": day}


def exact(text: str) -> tuple[int, int] | None:
    """A decimal as parts and how many make one unit (100 or a larger power of ten); None for what is no plain number."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or abs(number) >= LIMIT:
        return None
    exponent = number.as_tuple().exponent
    scale = MINOR if not isinstance(exponent, int) or exponent >= -2 else 10**-exponent
    if scale > 10**12:
        return None
    parts = int(number * scale)
    return (parts, scale) if parts < 2**62 else None
