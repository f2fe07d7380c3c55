"""Files whose meaning must be said: records of parties and holdings in formats of other publishers, as claims for a store.

A file of ours is named after its table; a file of BODS or GLEIF is not, and says neither which source it is nor how far it is
to be trusted. ``Declaration`` says it, and becomes part of the way of reading, so that the same bytes are read the same way
again from the store alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from litmus.core.dates import parse_days, show_when
from litmus.core.place import places
from litmus.core.words import expected_word
from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.claim import Bad, Item
from litmus.imports.compiled import given
from litmus.imports.inputs import Input
from litmus.imports.party_rows import Source

#: Every format of parties and holdings: the module whose ``rows(stream, source)`` reads it. A new format is one line.
FORMATS = {name: f"litmus.imports.{name}" for name in ("bods", "gleif", "ftm", "opensanctions", "holdings")}
_SIGN, _ELSEWHERE = "@", "elsewhere"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file is: its format, the id of its source, when it became known, its grade (``B2``), the place of its facts.

    ``described``: does the file itself describe the parties that it names? Otherwise another file does, and an end of a
    holding that is only named gives no party row.
    """

    format: str
    source: str
    known_from: str
    grade: str
    place: str = "XW"
    described: bool = True

    @property
    def text(self) -> str:
        """The declaration as the way of reading keeps it."""
        more = () if self.described else (_ELSEWHERE,)
        return _SIGN.join((self.source, self.known_from, self.grade, self.place, *more))


def declaration(format_: str, source: str, known_from: str, grade: str, place: str = "XW", *, described: bool = True) -> Declaration:
    """A checked declaration. Raises ValueError, naming what is wrong and what was expected."""
    if format_ not in FORMATS:
        raise ValueError(expected_word(format_, FORMATS, "format"))
    if not source or any(sign in source for sign in "@.# :"):
        msg = f"source {source!r}: expected the id of a row of source.csv, without @, #, colon, dot or space"
        raise ValueError(msg)
    if len(grade) != 2 or grade[0] not in "ABCDEF" or grade[1] not in "123456":
        msg = f"grade {grade!r}: expected reliability and credibility, such as B2"
        raise ValueError(msg)
    if place not in places():
        raise ValueError(expected_word(place, places(), "place"))
    return Declaration(format_, source, show_when(parse_days(known_from)), grade, place, described)


def declared_inputs(paths: Iterable[Path], told: Declaration) -> list[Input]:
    """Files, and what folders hold, in order, each read as declared. Raises ValueError for a path that is not there."""
    found: list[Input] = []
    for path in paths:
        if path.is_file():
            found.append(_declared(path, path.name, told))
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file())
            found += [_declared(p, f"{path.name}/{p.relative_to(path).as_posix()}", told) for p in inside]
        else:
            msg = f"{path}: no such file or folder"
            raise ValueError(msg)
    return found


def _declared(path: Path, name: str, told: Declaration) -> Input:
    return Input(path, name, told.format, path.suffix.lower() == ".gz", told.text)


def read_declared(stream: BinaryIO, source: Input, after: int) -> Iterator[Item]:
    """Claims and bad records behind line ``after``, in order; the lines before are read too, since later ones may end them."""
    ident, known, grade, place, *more = source.file.split(_SIGN)
    told = Source(ident, parse_days(known), grade[0], grade[1], source.name, place, stubs=_ELSEWHERE not in more)
    rows: Callable[[BinaryIO, Source], Iterator[Row | Fault]] = import_module(FORMATS[source.format]).rows
    line = 0
    for found in rows(stream, told):
        line = max(line, found.line)
        if line <= after:
            continue
        if isinstance(found, Fault):
            yield Bad(line, (found,))
        else:
            yield from given(found, line, source.name, 0)
