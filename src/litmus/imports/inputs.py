"""Which files to read, as what: the format by the ending, the table by the name up to the first dot."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from litmus.facts.dossier import SIDE_FILES

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
EXPECTED = "expected .csv, .jsonl, .ndjson or .xlsx, each also as .gz; records of BODS, GLEIF and the like need --as"


@dataclass(frozen=True, slots=True)
class Input:
    """One file, or one sheet of a workbook: where it is, its name in messages, its format, whether it is packed with gzip, and
    the file's own name, from which the table follows.
    """

    path: Path
    name: str
    format: str
    packed: bool
    file: str
    sheet: str = ""

    @property
    def reading(self) -> str:
        """How the bytes are read: the same bytes read as another table are another input."""
        sheet = f"#{self.sheet}" if self.sheet else ""
        return f"{self.format}{'.gz' if self.packed else ''}:{self.file.partition('.')[0]}{sheet}"


def as_input(path: Path, name: str) -> Input | None:
    """The file as an input, or None when its ending is none that is read."""
    packed = path.suffix.lower() == ".gz"
    ending = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    known = FORMATS.get(ending)
    return Input(path, name, known, packed, path.name) if known else None


def again(path: Path, name: str, reading: str) -> Input:
    """An input by what was kept of it: its bytes at ``path``, read as before."""
    kind, _, rest = reading.partition(":")
    stem, _, sheet = rest.partition("#")
    return Input(path, name, kind.removesuffix(".gz"), kind.endswith(".gz"), stem, sheet)


def find_inputs(paths: Iterable[Path]) -> list[Input]:
    """Files, and what folders hold, in order. Raises ValueError for a path that is not there or a file that nothing here reads."""
    found: list[Input] = []
    for path in paths:
        if path.is_dir():
            found += _within(path)
            continue
        if not path.is_file():
            msg = f"{path}: no such file or folder"
            raise ValueError(msg)
        one = as_input(path, path.name)
        if one is None:
            msg = f"{path}: this kind of file is not read here; {EXPECTED}"
            raise ValueError(msg)
        found.append(one)
    return found


def _within(root: Path) -> Iterator[Input]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.name.partition(".")[0] not in SIDE_FILES:
            one = as_input(path, f"{root.name}/{path.relative_to(root).as_posix()}")
            if one is not None:
                yield one


@contextmanager
def opened(source: Input) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The stream to read, and the file below it, whose position says how far the reading is."""
    with source.path.open("rb") as file:
        if not source.packed:
            yield file, file
            return
        with gzip.open(file, "rb") as stream:
            yield cast("BinaryIO", stream), file
