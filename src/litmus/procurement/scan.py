"""Cardinal's fields out of JSON lines, quickly: byte ranges of a file, read by as many processes as there are cores.

Each range becomes one file of columns. A line that is no release is a fault with its line and byte offset, a field of
the wrong type is left out and counted; lines in = releases + faults, always. Runs as a program for the other processes:
``python -m litmus.procurement.scan PATH START END OUT`` prints the tally as JSON.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import orjson

from litmus.facts.fault import Fault
from litmus.imports.lines import BOM, GZIP, LINE_LIMIT, Block, blocks, held_text, open_bytes, too_long
from litmus.procurement.columns import Columns
from litmus.procurement.release import Release, decode, decode_lines, tolerant

RANGE = 256 << 20
FAULTS_KEPT = 1000


@dataclass(slots=True)
class Tally:
    """What became of the lines. ``faults`` keeps the first thousand; ``fault_count`` counts all."""

    lines: int = 0
    releases: int = 0
    newlines: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def fault(self, found: Fault) -> None:
        self.lines += 1
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(found)


def scan(path: Path, folder: Path, workers: int = 0) -> tuple[list[Path], Tally]:
    """Files of columns for a file of releases, in order, and the tally. ``workers`` 0: one for each core. Raises OSError."""
    with path.open("rb") as stream:
        packed = stream.read(2) == GZIP
    size = path.stat().st_size
    workers = workers or os.cpu_count() or 1
    if packed or size <= RANGE or workers == 1:
        out = folder / "00000.columns"
        with open_bytes(path) as stream:
            return [out], scan_stream(stream, path.name, out)
    cuts = _cuts(path, size, max(workers, -(-size // RANGE)))
    jobs = [(path, a, b, folder / f"{n:05}.columns") for n, (a, b) in enumerate(pairwise(cuts))]
    with ThreadPoolExecutor(workers) as pool:
        tallies = list(pool.map(lambda job: _in_process(*job), jobs))
    return [job[3] for job in jobs], _total(tallies)


def _cuts(path: Path, size: int, parts: int) -> list[int]:
    """Byte offsets of lines' beginnings that part a file about evenly."""
    cuts = [0]
    with path.open("rb") as stream:
        for n in range(1, parts):
            stream.seek(max(size * n // parts, cuts[-1]))
            while (more := stream.read(1 << 20)) and b"\n" not in more:
                continue
            cut = stream.tell() - len(more) + more.find(b"\n") + 1 if more else size
            if cuts[-1] < cut < size:
                cuts.append(cut)
    return [*cuts, size]


def _in_process(path: Path, start: int, end: int, out: Path) -> Tally:
    """One range, read by a process of its own. Raises OSError when that process fails."""
    command = [sys.executable, "-m", "litmus.procurement.scan", str(path), str(start), str(end), str(out)]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program, no shell
    if done.returncode:
        msg = f"{path}: reading bytes {start} to {end} failed: {done.stderr.decode('utf-8', 'replace')[-500:]}"
        raise OSError(msg)
    told = orjson.loads(done.stdout)
    faults = [Fault(**f) for f in told.pop("faults")]
    return Tally(**told | {"faults": faults, "wrong": Counter(told["wrong"])})


def _total(tallies: list[Tally]) -> Tally:
    """The sum of the ranges; lines are numbered through."""
    whole = Tally()
    for one in tallies:
        kept = [Fault(f.file, f.line + whole.newlines, f.column, f.value, f.expected, f.offset, f.holds_row) for f in one.faults]
        whole.faults += kept[: FAULTS_KEPT - len(whole.faults)]
        whole.lines += one.lines
        whole.releases += one.releases
        whole.newlines += one.newlines
        whole.fault_count += one.fault_count
        whole.wrong += one.wrong
    return whole


def scan_stream(stream: BinaryIO, source: str, out: Path, start: int = 0, until: int | None = None) -> Tally:
    """Write the columns of a stream to ``out``; the tally."""
    tally, columns = Tally(), Columns()
    was_on = gc.isenabled()
    gc.disable()  # releases hold no cycles, and the collector would walk them again and again
    try:
        for block in blocks(stream, source, offset=start, until=until):
            if isinstance(block, Fault):
                tally.fault(block)
                tally.newlines += 1
            else:
                columns.add(_releases(block, source, tally), block.offset)
    finally:
        if was_on:
            gc.enable()
    with out.open("wb") as sink:
        pickle.dump((list(columns.texts), columns.ocids, columns.tables, columns.amounts), sink, protocol=5)
    return tally


def _releases(block: Block, source: str, tally: Tally) -> list[Release]:
    """The releases of a block: all at once where every line is one, else line by line."""
    count = block.ends + (not block.data.endswith(b"\n"))
    tally.newlines += count
    found: list[Release] = []
    if _is_utf8(block.data):
        try:
            found = decode_lines(block.data)
        except (ValueError, RecursionError):
            found = []
    if len(found) != count or any(r.ocid is None for r in found):
        found = list(_line_by_line(block, source, tally))
    tally.lines += len(found)
    tally.releases += len(found)
    return found


def _line_by_line(block: Block, source: str, tally: Tally) -> Iterator[Release]:
    offset = block.offset
    for number, raw in enumerate(block.data.split(b"\n"), block.line):
        text = raw.strip().removeprefix(BOM)
        if text:
            try:
                yield _release(text, tally.wrong)
            except (ValueError, RecursionError) as err:
                tally.fault(Fault(source, number, "", held_text(text), str(err), offset))
        offset += len(raw) + 1


def _release(text: bytes, wrong: Counter[str]) -> Release:
    """The release of one line. Raises ValueError with what was expected."""
    if len(text) > LINE_LIMIT:
        raise ValueError(too_long(len(text)))
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as err:
        msg = f"expected UTF-8: {err.reason} at byte {err.start} of the line; convert the file to UTF-8"
        raise ValueError(msg) from err
    try:
        release = decode(text)
    except (msgspec.DecodeError, RecursionError):
        try:
            release = tolerant(text, wrong)
        except ValueError as err:
            msg = f"expected a JSON object on one line: {err}"
            raise ValueError(msg) from err
    if release.ocid is None:
        msg = "expected an 'ocid' that is text; without one a release cannot be told from others"
        raise ValueError(msg)
    return release


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or data.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _main(path: str, start: str, end: str, out: str) -> None:
    file = Path(path)
    with file.open("rb") as stream:
        stream.seek(int(start))
        tally = scan_stream(stream, file.name, Path(out), int(start), int(end))
    told: dict[str, Any] = {name: getattr(tally, name) for name in ("lines", "releases", "newlines", "fault_count", "wrong")}
    columns = ("file", "line", "column", "value", "expected", "offset", "holds_row")
    told["faults"] = [{n: getattr(f, n) for n in columns} for f in tally.faults]
    sys.stdout.buffer.write(orjson.dumps(told))


if __name__ == "__main__":
    _main(*sys.argv[1:])
