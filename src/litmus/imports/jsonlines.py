"""JSON lines: one object a line, its keys the columns of a table.

The table is the file's, or the line's own under ``table``. Texts are read as cells of a CSV file are; whole and decimal
numbers may stand without quotation marks; lists of ids may be lists. A number is taken as its digits, never as a
floating-point number: where the quick parser would round, the line is parsed again with the digits kept.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from litmus.core.words import expected_word
from litmus.facts.csvfile import BOM, MAX_LINE, decode_line, read_lines
from litmus.facts.dossier import table_of
from litmus.facts.fault import Fault
from litmus.facts.schema import Table, tables
from litmus.imports.claim import Bad, Claim, Item
from litmus.imports.compiled import Compiled, UnusualError, careful, compiled, listed
from litmus.imports.inputs import Input

_TOLD_KEYS = 100
_NOT_USUAL = (KeyError, TypeError, ValueError)


class RepeatedKeyError(ValueError):
    """An object that gives one key twice; whichever were taken, the other would be lost without a word."""


def read_jsonlines(stream: BinaryIO, source: Input, after: int) -> Iterator[Item]:
    """Claims and bad records behind line ``after``, in order. Blank lines are skipped."""
    home = table_of(source.file, source.name)
    readers: dict[str, tuple[Table, Compiled]] = {name: (table, compiled(table)) for name, table in tables().items()}
    unknown: set[str] = set()
    own = readers[home.name] if isinstance(home, Table) else None
    for line, (offset, raw) in enumerate(read_lines(stream), start=1):
        if line <= after:
            continue
        try:
            cells = orjson.loads(raw)
            keys = len(cells)
            found = own if "table" not in cells else readers[cells.pop("table")]
            if found is None or raw.count(b'":') != keys or len(raw) > MAX_LINE:
                raise UnusualError
            yield Claim(found[0].name, line, found[1].body(cells))
        except (*_NOT_USUAL, AttributeError):
            yield from _again(raw, line, offset, source.name, home, unknown)


def _again(raw: bytes, line: int, offset: int, name: str, home: Table | Fault, unknown: set[str]) -> Iterator[Item]:
    """A line that the quick way gave up on: parsed with its digits and keys kept."""
    body = raw[len(BOM) :] if line == 1 and raw.startswith(BOM) else raw
    text = decode_line(body, name, line, offset)
    if isinstance(text, Fault):
        yield Bad(line, (text,))
        return
    if not text.strip():
        return
    try:
        cells = json.loads(text, parse_float=str, object_pairs_hook=_object, parse_constant=_constant)
    except RepeatedKeyError as err:
        yield _bad(name, line, offset, str(err), "key appears twice in the line; keep one")
        return
    except (ValueError, RecursionError) as err:
        at = f" at character {err.pos + 1}" if isinstance(err, json.JSONDecodeError) else ""
        yield _bad(name, line, offset, text.strip(), f"not valid JSON{at} ({_problem(err)}); write one object a line")
        return
    if not isinstance(cells, dict):
        yield _bad(name, line, offset, text.strip(), "expected one JSON object, with the columns of a table as its keys")
        return
    table = _table(cells, name, line, offset, home)
    yield from [Bad(line, (table,))] if isinstance(table, Fault) else _row(cells, table, name, line, offset, unknown)


def _table(cells: dict[str, Any], name: str, line: int, offset: int, home: Table | Fault) -> Table | Fault:
    if "table" in cells:
        wanted = cells.pop("table")
        known = tables().get(wanted) if isinstance(wanted, str) else None
        return known or Fault(name, line, "table", str(wanted), expected_word(str(wanted), tables(), "table"), offset)
    if isinstance(home, Table):
        return home
    expected = f'the line names no table, and the file is not named after one; add "table" ({home.expected})'
    return Fault(name, line, "table", "", expected, offset)


def _row(cells: dict[str, Any], table: Table, name: str, line: int, offset: int, unknown: set[str]) -> Iterator[Item]:
    """The quick way once more, now with exact digits; then the way of a dossier folder, which says what is wrong."""
    columns = {c.name for c in table.columns}
    strange = [k for k in cells if k not in columns]
    for key in strange:
        del cells[key]
        if (told := f"{table.name}.{key}") not in unknown and len(unknown) < _TOLD_KEYS:
            unknown.add(told)
            expected = expected_word(key, [c.name for c in table.columns], f"column of {table.name}") + " (told once a file)"
            yield Bad(line, (Fault(name, line, key[:40], "", expected, offset, holds_row=False),))
    try:
        yield Claim(table.name, line, compiled(table).body(cells))
        return
    except _NOT_USUAL:
        texts: dict[str, str] = {}
    for key, value in cells.items():
        try:
            texts[key] = _cell_text(value)
        except UnusualError:
            shown = json.dumps(value)[:60]
            yield _bad(name, line, offset, shown, "expected a text, a number, or a list of ids without '|'", key)
            return
    more = [c.name for c in table.columns if c.required and c.name not in cells]
    yield from careful(line, offset, texts, table, name, more=more)


def _cell_text(value: Any) -> str:
    """A JSON value as a cell of a CSV file would hold it."""
    if value is None:
        return ""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if type(value) is list:
        return listed(value)
    raise UnusualError


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [k for k, _ in pairs]
        raise RepeatedKeyError(next(k for k in keys if keys.count(k) > 1))
    return found


def _constant(text: str) -> Any:
    msg = f"{text} is not a JSON number"
    raise ValueError(msg)


def _problem(err: Exception) -> str:
    if isinstance(err, json.JSONDecodeError):
        return err.msg
    return "nested too deep" if isinstance(err, RecursionError) else str(err)


def _bad(name: str, line: int, offset: int, value: str, expected: str, column: str = "") -> Bad:
    return Bad(line, (Fault(name, line, column, value, expected, offset),))
