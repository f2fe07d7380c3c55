"""A dossier: a folder of CSV files, one per table, read into typed rows and faults.

A file's table is its name up to the first dot: ``deployment.csv``, ``deployment.2025.csv`` or ``RS/deployment.csv``.
Sub-folders are for the analyst's convenience and mean nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.core.words import expected_word
from litmus.facts.check import cross_check
from litmus.facts.csvfile import Record, read_records
from litmus.facts.fault import Fault
from litmus.facts.parse import parse_cell
from litmus.facts.row import Row
from litmus.facts.schema import Column, Table, tables

SIDE_FILES = frozenset({"essay", "research", "conflicts", "networks", "README", "secrets"})


@dataclass
class Dossier:
    """Rows by table, the faults, and how many records were read (records = rows + faults that hold a row)."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in tables()})
    faults: list[Fault] = field(default_factory=list)
    records: int = 0

    @property
    def fact_count(self) -> int:
        """Rows of the fact tables (sources, parties and names are not facts)."""
        return sum(len(rows) for name, rows in self.rows.items() if tables()[name].is_fact)

    def by_id(self) -> dict[str, Row]:
        """Every row that has an id."""
        return {row.id: row for rows in self.rows.values() for row in rows if row.id}


def bundled(name: str) -> Path:
    """The folder of a dossier shipped with Litmus; ValueError names those there are."""
    root = Path(str(resources.files("litmus") / "dossiers"))
    name = name.removeprefix("dossiers/").rstrip("/")
    if (root / name).is_dir() and name not in {"", ".", ".."} and "/" not in name:
        return root / name
    have = sorted(p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith("_"))
    raise ValueError(expected_word(name, have, "dossier"))


def locate(name: str) -> Path:
    """A bundled dossier given by name, or a folder given by path; ValueError when it is neither.

    A bare name means the dossier that ships, whatever folder the user happens to stand in: `./wb6` is the folder.
    """
    try:
        return bundled(name)
    except ValueError:
        if Path(name).is_dir():
            return Path(name)
        raise


def read_dossier(paths: Iterable[Path]) -> Dossier:
    """Read one or more folders (or single CSV files) as one body of evidence. Faults are collected, never raised."""
    dossier = Dossier()
    for root in paths:
        for path, name in _files(root):
            _read_file(path, name, dossier)
    cross_check(dossier.rows, dossier.faults)
    return dossier


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    if root.is_file():
        yield root, root.name
        return
    for path in sorted(root.rglob("*.csv")):
        if path.name.partition(".")[0] not in SIDE_FILES:
            yield path, f"{root.name}/{path.relative_to(root).as_posix()}"


def table_of(file: str, name: str) -> Table | Fault:
    """The table that a file is named after: its name up to the first dot (``sources`` is ``source``)."""
    stem = file.partition(".")[0]
    table = tables().get("source" if stem == "sources" else stem)
    if table is None:
        return Fault(name, 0, "", stem, expected_word(stem, tables(), "table") + " (a file is named after its table)", holds_row=False)
    return table


def empty_file(table: Table, name: str) -> Fault:
    """A file without even a header."""
    expected = f"the file is empty; write the header of {table.name} (`litmus new fact {table.name}` prints it)"
    return Fault(name, 1, "", "", expected, holds_row=False)


def _read_file(path: Path, name: str, dossier: Dossier) -> None:
    table = table_of(path.name, name)
    if isinstance(table, Fault):
        dossier.faults.append(table)
        return
    header: list[Column | None] | None = None
    for item in read_records(path, name):
        if header is None:
            if isinstance(item, Fault):
                dossier.faults.append(replace(item, holds_row=False))
                return
            header = read_header(item, table, name, dossier.faults)
            if header is None:
                return
            continue
        dossier.records += 1
        if isinstance(item, Fault):
            dossier.faults.append(item)
            continue
        row = read_row(item, header, table, name, dossier.faults)
        if row is not None:
            dossier.rows[table.name].append(row)
    if header is None:
        dossier.faults.append(empty_file(table, name))


def read_header(item: Record, table: Table, name: str, faults: list[Fault]) -> list[Column | None] | None:
    """Columns in the file's order, None for one that is unknown; None in all when the header cannot be used. Adds to ``faults``."""
    columns = {c.name: c for c in table.columns}
    found: list[Column | None] = []
    usable = True
    seen: set[str] = set()
    for cell in item.cells:
        title = cell.strip()
        column = columns.get(title)
        if column is None:
            shown = ("", title) if len(title) > 40 else (title, "")
            faults.append(Fault(name, item.line, *shown, _unknown_column(title, table), holds_row=False))
        if title in seen:
            faults.append(Fault(name, item.line, title, "", "column appears twice; keep one", holds_row=False))
            usable = False
        seen.add(title)
        found.append(column)
    for c in table.columns:
        if c.required and c.name not in seen:
            faults.append(Fault(name, item.line, c.name, "", "required column is missing; add it", holds_row=False))
            usable = False
    return found if usable else None


def _unknown_column(title: str, table: Table) -> str:
    if not title:
        return "a column without a name; name it, or remove the extra comma"
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if title.count(mark) > 1:
            return f"cells separated by {word}; save the file with commas"
    return expected_word(title, [c.name for c in table.columns], f"column of {table.name}")


def read_row(item: Record, header: list[Column | None], table: Table, name: str, faults: list[Fault]) -> Row | None:
    """The typed row of a record, or None with a fault for each wrong cell in ``faults``."""
    if len(item.cells) != len(header):
        expected = f"expected {len(header)} cells as in the header, found {len(item.cells)}; check commas and quotes"
        faults.append(Fault(name, item.line, "", ",".join(item.cells), expected, item.offset))
        return None
    values: dict[str, Any] = {}
    bad = False
    for column, text in zip(header, item.cells, strict=True):
        if column is None:
            continue
        try:
            values[column.name] = parse_cell(column, text)
        except ValueError as err:
            expected = str(err).removesuffix(f", found {text.strip()!r}")  # the fault shows the cell itself
            faults.append(Fault(name, item.line, column.name, text, expected, item.offset, holds_row=not bad))
            bad = True
    if bad:
        return None
    for column in table.columns:
        if column.name not in values:
            values[column.name] = column.default or None
    return Row(table.name, values.get("id") or "", name, item.line, values)
