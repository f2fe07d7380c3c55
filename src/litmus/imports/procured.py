"""Which importer of procurement records reads a file: by what the file begins with, or by the map that is given for it."""

from collections.abc import Iterator
from pathlib import Path

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.lines import BOM, open_bytes

SUFFIXES = (".json", ".jsonl", ".ndjson", ".xml", ".csv", ".gz")


def find_files(paths: list[Path]) -> list[Path]:
    """The files named, and those of the folders named, in order of name. Raises OSError for a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES))
        elif path.is_file():
            found.append(path)
        else:
            msg = f"{path}: no such file or folder"
            raise FileNotFoundError(msg)
    return found


def read_files(paths: list[Path], mapping: Path | None = None) -> Iterator[Row | Fault]:
    """Rows and faults of files of any supported format. ``mapping``: the map for tables that are none of the known ones."""
    for path in find_files(paths):
        yield from read_file(path, mapping)


def read_file(path: Path, mapping: Path | None = None) -> Iterator[Row | Fault]:
    """Rows and faults of one file; a file that cannot be read is a fault."""
    from litmus.imports import eforms, kosovo, mapped, ocds

    name = "/".join(path.parts[-2:]) if path.suffix == ".csv" else path.name
    if mapping is not None and not path.name.lower().endswith((".xml", ".json", ".jsonl", ".ndjson")):
        yield from mapped.rows(path, mapping, name)
        return
    try:
        with open_bytes(path) as stream:
            head = stream.read(1 << 16).removeprefix(BOM).lstrip()
        with open_bytes(path) as stream:
            if head[:1] == b"<" or head[:2] in {b"\xfe\xff", b"\xff\xfe"}:
                yield from eforms.rows(stream, name)
            elif head[:1] in {b"{", b"["} or path.suffix != ".csv":
                yield from ocds.rows(stream, name)
            elif kosovo.is_register(head):
                yield from kosovo.rows(stream, name)
            else:
                yield Fault(name, 1, "", head[:60].decode("utf-8", "replace"), _NO_MAP, holds_row=True)
    except OSError as err:
        yield Fault(name, 0, "", "", f"expected a readable file: {err}")


_NO_MAP = "a table of unknown columns: write a map (docs/procurement-formats.md) and give it with --map"
