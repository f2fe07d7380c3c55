"""Findings, lists and periods in plain words: what a desk officer would write in a letter."""

import re

from litmus.core.place import place, places
from litmus.publish.model.book import Book
from litmus.publish.model.parts import Text
from litmus.publish.model.words import KINDS, label, short

_LISTS = {
    "deployment": "network equipment in use", "law": "the laws in force", "contract": "public contracts",
    "contract_party": "parties to contracts",
    "award": "awards", "lot": "lots awarded", "notice": "published calls",
    "loan": "public loans", "assessment": "security assessments", "restriction": "restrictions of suppliers", "alignment": "pledges",
}  # fmt: skip
_UNKNOWN = {"chapter": "where negotiating chapter {} stands", "observation": "a published figure ({})"}
_FIELDS = {
    "in_service": {"true": "it is in service", "false": "it is not in service"},
    "assessed": {"true": "it has a valid assessment", "false": "it has no valid assessment"},
    "in_force_now": {"true": "it is in force", "false": "it is not in force"},
    "applies_now": {"true": "it applies", "false": "it does not apply"},
}
_SAID = {
    "it lists no further row": "it holds nothing that is not on record already",
    "it lists a row that counts as yes": "it holds one more that counts",
    "it lists a row that counts as no": "it holds one more that does not count",
    "it lists so many rows that count as yes that they outweigh the rest": "it holds so many more that count that they outweigh the rest",
    "it lists so many rows that count as no that they outweigh the rest": (
        "it holds so many more that do not count that they outweigh the rest"
    ),
    "counts as yes": "it turns out so", "counts as no": "it turns out otherwise", "does not count": "it turns out otherwise",
    "its weight is 1000000000": "it outweighs the rest",
    "its value is 1000000000": "its value is far beyond the target",
}
_HUGE = re.compile(r"(?:its )?value (?:is )?10{9,}")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_PERIOD = re.compile(r"P(\d+)([YMWD])")
_WHERE = re.compile(r"(.*) \(([A-Z-]+)\)(, not on record)?")
_PAIR = re.compile(r"(\w+) (?:=|is) (.+)")


def periods(text: str) -> str:
    """A text with its ISO periods in words: P1Y is 1 year, P30D is 30 days."""
    return _PERIOD.sub(lambda m: f"{m[1]} {_UNITS[m[2]]}{'' if m[1] == '1' else 's'}", text)


def listed(text: str) -> str:
    """A closing list in words: what it lists, of which place. Other texts stay as they are."""
    kind, closing, rest = text.partition(" closing ")
    what, _, code = rest.rpartition(" of ")
    if not closing:
        return text
    try:
        where = place(code).name
    except ValueError:
        return text
    table = what.removesuffix(" rows")
    if kind.startswith("a published count"):
        return f"{where}: how many {_LISTS.get(table, table)} there were in a year, counted by somebody else than their publisher"
    return f"{where}: a complete list of {_LISTS.get(table, table.replace('_', ' '))} ({kind.replace('-', ' ')})"


def row_of(name: str) -> str:
    """The id of the row behind a fact's id: without its side and its part."""
    return name.removeprefix("top/").removeprefix("bottom/").partition("@")[0]


def asked(name: str, said: str, book: Book, at: str = "") -> Text:
    """What to ask for: a row by what it is about, a list by what it closes, else as it came. ``at`` goes without saying."""
    row = book.facts.get(row_of(name))
    if row is not None:
        where = "" if row.place == at else f"{place(row.place).name}: "
        return Text(f"{where}{KINDS[row.table].lower()}, {short(row, book.names)}", f"f/{row.id}")
    if " closing " in said:
        return Text(listed(said))
    kind, colon, rest = said.partition(": ")
    if not colon or kind not in KINDS:
        return Text(said)
    match = _WHERE.fullmatch(rest)
    if match is None or match[2] not in places():
        return Text(f"{KINDS[kind].lower()}: {rest}")
    where = "" if match[2] == at else f"{place(match[2]).name}: "
    if match[3] and kind in _UNKNOWN:
        return Text(f"{where}{_UNKNOWN[kind].format(match[1].strip())}, of which nothing is on record")
    return Text(f"{where}{KINDS[kind].lower()}, {match[1].strip()}{match[3] or ''}")


def found(text: str, book: Book) -> str:
    """A finding in words: names for ids, phrases for flags."""
    if text in _SAID:
        return _SAID[text]
    return ", ".join(_piece(p, book) for p in text.split(", "))


def _piece(text: str, book: Book) -> str:
    if text in _SAID:
        return _SAID[text]
    if _HUGE.fullmatch(text):
        return "its value is far beyond the target"
    match = _PAIR.fullmatch(text)
    if match is None or match[1] == "it":
        return text
    name, value = match[1], match[2]
    if name in _FIELDS and value in _FIELDS[name]:
        return _FIELDS[name][value]
    told = "someone else" if value == "(other)" else book.names.get(value, value)
    return f"the {label(name)} is {told}" if name not in {"its", "weight", "value"} else text
