"""A CSV or XLSX table of any columns, by a small YAML map that says which column is what.

```yaml
litmus: map/1
process: al-app-2024        # begins the ids of the processes; the line number follows
country: AL
currency: ALL
buyer: {id: AL-1, name: A buyer}      # where every line is of one buyer
sheet: Data                 # XLSX: default the first
header: 1                   # line of the header
columns:                    # ours: theirs (several for annexes and payments)
  title: Objekti
  price: Vlera
  annex_amount: [Aneksi 1, Aneksi 2]
values:                     # their words: the standard's
  method: {"E hapur": open, "Negociim": limited}
```
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from litmus.core.words import expected_word
from litmus.facts.csvfile import Record, records_of
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.coerce import Reader
from litmus.imports.flat import FIELDS, MANY, Setting, flat_rows
from litmus.imports.lines import open_bytes
from litmus.imports.sheets import cell_texts, workbook_of

KEYS = ("litmus", "process", "country", "currency", "buyer", "sheet", "header", "columns", "values")
NEEDED = ("process", "country", "currency", "columns")
TABLE_LIMIT = 256 << 20
ZIP = b"PK\x03\x04"


class MapError(ValueError):
    """A map that cannot be used; the message names file, key, and the fix."""


@dataclass(frozen=True, slots=True)
class Map:
    """What a map says: columns as ours → theirs, words as ours → theirs → the standard's."""

    setting: Setting
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    sheet: str
    header: int


def read_map(path: Path) -> Map:
    """The map of a YAML file. Raises MapError, or OSError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError) as err:
        msg = f"{path}: expected YAML: {str(err).splitlines()[0]}"
        raise MapError(msg) from err
    if not isinstance(found, dict) or found.get("litmus") != "map/1":
        msg = f"{path}: expected 'litmus: map/1' and the keys {', '.join(NEEDED)}"
        raise MapError(msg)
    for key in found:
        if key not in KEYS:
            raise MapError(f"{path}: " + expected_word(str(key), list(KEYS), "key"))
    for key in NEEDED:
        if not found.get(key):
            msg = f"{path}: {key} is missing; a map needs {', '.join(NEEDED)}"
            raise MapError(msg)
    return _map(found, path)


def _map(found: dict[str, Any], path: Path) -> Map:
    columns: dict[str, tuple[str, ...]] = {}
    for name, theirs in _words(found["columns"], path, "columns").items():
        if name not in FIELDS and name not in MANY:
            raise MapError(f"{path}: columns: " + expected_word(name, [*FIELDS, *MANY], "field"))
        several = tuple(str(t) for t in theirs) if isinstance(theirs, list) else (str(theirs),)
        if len(several) > 1 and name not in MANY:
            msg = f"{path}: columns.{name} names several columns; only {', '.join(MANY)} may"
            raise MapError(msg)
        columns[name] = several
    given = _words(found.get("values") or {}, path, "values")
    values = {name: {a: str(b) for a, b in _words(w, path, f"values.{name}").items()} for name, w in given.items()}
    for name in values:
        if name not in columns:
            raise MapError(f"{path}: values: " + expected_word(name, list(columns), "mapped field"))
    buyer = _words(found.get("buyer") or {}, path, "buyer")
    setting = Setting(
        str(found["process"]),
        str(found["country"]),
        str(found["currency"]),
        str(buyer.get("id", "")),
        str(buyer.get("name", "")),
        {name: theirs[0] for name, theirs in columns.items()},
    )
    header = found.get("header", 1)
    if not isinstance(header, int) or header < 1:
        msg = f"{path}: header is {header!r}; write the number of the header's line, from 1"
        raise MapError(msg)
    return Map(setting, columns, values, str(found.get("sheet") or ""), header)


def _words(found: Any, path: Path, key: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        msg = f"{path}: {key} is {type(found).__name__}; write 'name: value' lines"
        raise MapError(msg)
    return {str(k): v for k, v in found.items()}


def rows(path: Path, mapping: Path, source: str) -> Iterator[Row | Fault]:
    """Rows of the procurement tables, and faults. Raises MapError for a map that cannot be used."""
    chosen = read_map(mapping)
    with open_bytes(path) as stream:
        head = stream.read(4)
        stream.seek(0)
        records = _sheet(stream, chosen, source) if head == ZIP else records_of(stream, source)
        names: list[str] | None = None
        for record in records:
            if isinstance(record, Fault):
                yield record
            elif names is None:
                if record.line < chosen.header:
                    continue
                names = [c.strip() for c in record.cells]
                missing = [t for theirs in chosen.columns.values() for t in theirs if t not in names]
                if missing:
                    expected = expected_word(missing[0], names, "column of this table") + "; mend the map"
                    yield Fault(source, record.line, missing[0], "", expected)
                    return
            elif len(record.cells) > len(names):
                expected = f"expected {len(names)} cells, found {len(record.cells)}; check the quoting"
                yield Fault(source, record.line, "", ",".join(record.cells)[:200], expected, record.offset)
            else:
                yield from _line(record, names, chosen, source)


def _line(record: Record, names: list[str], chosen: Map, source: str) -> Iterator[Row | Fault]:
    r = Reader(source, record.line, record.offset)
    told = dict(zip(names, [*record.cells, *("" for _ in range(len(names) - len(record.cells)))], strict=True))
    cells: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    for name, theirs in chosen.columns.items():
        if name in MANY:
            many[name] = [told[t] for t in theirs]
            continue
        text = told[theirs[0]].strip()
        words = chosen.values.get(name)
        if words is not None and text:
            if text not in words:
                r.tell(theirs[0], text, f"the map has no word for it under values.{name}; left out")
            text = words.get(text, "")
        cells[name] = text
    yield from flat_rows(cells, many, chosen.setting, r)


def _sheet(stream: BinaryIO, chosen: Map, source: str) -> Iterator[Record | Fault]:
    """The rows of one sheet of a workbook. Raises ValueError without openpyxl."""
    size = stream.seek(0, 2)
    if size > TABLE_LIMIT:
        yield Fault(source, 0, "", "", f"expected a workbook of at most {TABLE_LIMIT >> 20} MB; save the sheet as CSV")
        return
    book = workbook_of(stream, data_only=True)
    if isinstance(book, str):
        yield Fault(source, 0, "", "", f"not a workbook that can be read ({book}); save it anew")
        return
    name = chosen.sheet or book.sheetnames[0]
    if name not in book.sheetnames:
        yield Fault(source, 0, "sheet", name, expected_word(name, book.sheetnames, "sheet"))
        return
    for line, row in enumerate(book[name].iter_rows(), start=1):
        cells, _ = cell_texts(row, ())
        if any(c.strip() for c in cells):
            yield Record(line, 0, cells)
