"""Days and amounts as people write them in spreadsheets: each reading is safe or refused, and says when it had to help."""

import re
import unicodedata
from datetime import date

BLANK = frozenset({"", "n/a", "na", "nan", "-", "–", "/", "null", "none"})
_DAY = re.compile(r"(\d{1,2})\s*[.,/-]\s*(\d{1,2})\s*[.,/-]\s*(\d{4}|\d{2})\.?(?!\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_PLAIN = re.compile(r"\d+(?:\.\d+)?\Z")
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d{1,2}\Z")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}\Z")
_LAST_COMMA = re.compile(r"\d{1,3}(?:,\d{3})*,\d{2}\Z")
_NOT_NAME = re.compile(r"[^\w&]+")
CENTURY = 2000


def is_blank(text: str) -> bool:
    """Is the cell empty, or a way to write that it is?"""
    return text.strip().casefold() in BLANK


def day(text: str) -> tuple[str | None, str]:
    """An ISO day, and what had to be assumed; None and what was expected where it is no day. Day first, then month."""
    text = text.strip()
    if _ISO.match(text):
        try:
            return date.fromisoformat(text[:10]).isoformat(), "" if len(text) <= 10 else "the day was taken, the rest left out"
        except ValueError:
            return None, "expected a day of the calendar"
    match = _DAY.match(text)
    if not match:
        return None, "expected a day such as 23.11.2026; kept as text, not used"
    year = int(match[3]) + (CENTURY if len(match[3]) == 2 else 0)
    try:
        found = date(year, int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return None, "expected a day of the calendar, day before month; kept as text, not used"
    rest = text[match.end() :].strip(" .")
    if rest:
        return found, "the first day was taken, the rest left out"
    if len(match[3]) == 2:
        return found, "the year was taken to be in this century"
    return found, "" if match[0].count(".") >= 2 and "," not in match[0] and "/" not in match[0] else "read day before month"


def amount(text: str) -> tuple[str | None, str]:
    """A plain decimal, and what had to be assumed; None and what was expected where the cell is no amount."""
    bare = re.sub(r"[\s€$']|’|EUR|euro", "", text.strip())
    told = "" if bare == text.strip() else "currency sign or spaces left out"
    if _PLAIN.match(bare):
        return bare, told
    if _COMMAS.match(bare):
        return bare.replace(",", ""), told or "separators of thousands left out"
    if _DOTS.match(bare):
        return bare.replace(".", "").replace(",", "."), "dots were read as separators of thousands, the comma as decimal"
    if _DECIMAL_COMMA.match(bare):
        return bare.replace(",", "."), "the comma was read as decimal"
    if _LAST_COMMA.match(bare):
        head, _, tail = bare.rpartition(",")
        return head.replace(",", "") + "." + tail, "the last comma was read as decimal"
    return None, "expected an amount such as 1,234.56; left out"


def name_key(name: str) -> str:
    """The name without case, accents, quotes and punctuation: good enough to see a repeated name, not to identify a firm."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(_NOT_NAME.sub(" ", plain).split())
