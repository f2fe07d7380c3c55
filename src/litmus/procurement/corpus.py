"""Files of compiled releases, read once: tables that flags run on, kept so that another threshold costs no second reading.

What is kept of a file stands under the file's path, size and time of change: 35 MB for 1.8 GB of releases. A file that changed
is read again, a second file is added beside the first. Answers are kept too, by the text of the query and its parameters.
"""

import contextlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import orjson

from litmus.engine import Query
from litmus.facts.fault import Fault
from litmus.procurement import base
from litmus.procurement.runner import Row, make_table, values
from litmus.procurement.scan import FAULTS_KEPT, Tally, scan

VERSION = 3
KEPT_DAYS = 30
MEMORY = "128MB"
MORE_MEMORY = "1GB"


@dataclass(slots=True)
class Corpus:
    """A connection with the tables ``all_unit``, ``all_unit_bid`` …; what became of the lines, and what was coerced."""

    con: Any
    tally: Tally
    told: Counter[str]
    state: str = ""

    def rows(self, query: Query, given: Mapping[str, Any]) -> list[Row]:
        """The rows of a flag, from the last time if nothing that it depends on changed."""
        name = "answer_" + self._key(query, given)
        if not self._has(name):
            self._make(query, given, f"work.{name}")
        found: list[Row] = self.con.execute(f"SELECT * FROM work.{name}").fetchall()
        return found

    def step(self, query: Query, given: Mapping[str, Any]) -> None:
        """Make the table of a step, or take it from the last time."""
        name = "step_" + self._key(query, given)
        if not self._has(name):
            self._make(query, given, f"work.{name}")
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {query.name} AS SELECT * FROM work.{name}")

    def _make(self, query: Query, given: Mapping[str, Any], name: str) -> None:
        """A table of a query. Where all threads together need more memory than they may take, one does the work alone, then with more."""
        threads = self.con.execute("SELECT current_setting('threads')").fetchone()[0]
        for alone, memory in ((threads, MEMORY), (1, MEMORY), (1, MORE_MEMORY)):
            self.con.execute(f"SET threads = {int(alone)}")
            self.con.execute(f"SET memory_limit = '{memory}'")
            try:
                make_table(self.con, query, given, name)
            except duckdb.OutOfMemoryException:
                if memory == MORE_MEMORY:
                    raise
                continue
            break
        self.con.execute(f"SET threads = {int(threads)}")
        self.con.execute(f"SET memory_limit = '{MEMORY}'")

    def _key(self, query: Query, given: Mapping[str, Any]) -> str:
        told = orjson.dumps([query.text, values(query, given), self.state], option=orjson.OPT_SORT_KEYS)
        return sha256(told).hexdigest()[:24]

    def _has(self, name: str) -> bool:
        found = self.con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'work' AND table_name = $name", {"name": name}
        ).fetchone()
        return bool(found[0])


def cache_folder() -> Path:
    """Where kept files stand: LITMUS_CACHE, or the user's cache folder."""
    own = os.environ.get("LITMUS_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litmus" / "procurement"


@contextlib.contextmanager
def opened(paths: list[Path], *, cache: Path | None, workers: int = 0, threads: int = 0) -> Iterator[Corpus]:
    """A corpus of files of releases. ``cache`` None: nothing is kept. Raises OSError for a file that cannot be read."""
    with contextlib.ExitStack() as stack:
        if cache is None or not _usable(cache):
            cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _forget(cache)
        names = [_key_of(p) for p in paths]
        for path, name in zip(paths, names, strict=True):
            if not (cache / f"{name}.duckdb").exists():
                _build(path, cache, name, workers)
        con = duckdb.connect(config={"temp_directory": str(cache / "spill")})
        stack.callback(con.close)
        con.execute(f"SET memory_limit = '{MEMORY}'")
        if threads:
            con.execute(f"SET threads = {int(threads)}")
        for n, name in enumerate(names):
            con.execute(f"ATTACH '{_quoted(cache / name)}.duckdb' AS f{n} (READ_ONLY)")
        whole = sha256("".join(names).encode()).hexdigest()[:32]
        try:
            con.execute(f"ATTACH '{_quoted(cache / whole)}.work.duckdb' AS work")
        except duckdb.Error:  # another run holds it: answers of this run are not kept
            con.execute("ATTACH ':memory:' AS work")
        yield _corpus(con, len(names))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _usable(cache: Path) -> bool:
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(cache, os.W_OK)


def _forget(cache: Path) -> None:
    """Remove what nobody opened for a month."""
    limit = time.time() - KEPT_DAYS * 86_400
    for old in cache.glob("*.duckdb*"):
        with contextlib.suppress(OSError):
            if max(old.stat().st_atime, old.stat().st_mtime) < limit:
                old.unlink()


def _key_of(path: Path) -> str:
    stat = path.stat()
    told = [str(path.resolve()), stat.st_size, stat.st_mtime_ns, stat.st_ino, VERSION, duckdb.__version__]
    return sha256(orjson.dumps(told)).hexdigest()[:32]


def _build(path: Path, cache: Path, name: str, workers: int) -> None:
    """Read a file and keep its tables; a reading that breaks off leaves nothing behind."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        files, tally = scan(path, Path(folder), workers)
        temporary = Path(folder) / "base.duckdb"
        con = duckdb.connect(str(temporary), config={"temp_directory": str(Path(folder) / "spill")})
        try:
            con.execute(f"SET memory_limit = '{MEMORY}'")
            # In one transaction: columns are packed once, and nothing is written twice.
            con.execute("SET checkpoint_threshold = '8GB'")
            con.execute("BEGIN")
            base.create(con)
            base.from_releases(con, files, told)
            base.drop_repeats(con, told)
            con.execute("CREATE TABLE told (tally BLOB)")
            con.execute("INSERT INTO told VALUES ($tally)", {"tally": _pack(tally, told)})
            con.execute("COMMIT")
        finally:
            con.close()
        temporary.replace(cache / f"{name}.duckdb")


def _pack(tally: Tally, told: Counter[str]) -> bytes:
    faults = [[f.file, f.line, f.column, f.value, f.expected, f.offset] for f in tally.faults]
    counts = [tally.lines, tally.releases, tally.newlines, tally.fault_count]
    return orjson.dumps([counts, faults, dict(tally.wrong), dict(told)])


def _corpus(con: Any, count: int) -> Corpus:
    tally, told = Tally(), Counter[str]()
    for n in range(count):
        counts, faults, wrong, coerced = orjson.loads(con.execute(f"SELECT tally FROM f{n}.told").fetchone()[0])
        tally.lines += counts[0]
        tally.releases += counts[1]
        tally.newlines += counts[2]
        tally.fault_count += counts[3]
        tally.faults += [Fault(*f) for f in faults][: FAULTS_KEPT - len(tally.faults)]
        tally.wrong += Counter(wrong)
        told += Counter(coerced)
    for table in base.DDL:
        parts = [f"SELECT * REPLACE (unit + {n * base.FILE_STEP} AS unit) FROM f{n}.{table}" for n in range(count)]
        con.execute(f"CREATE TEMP VIEW all_{table} AS " + (f"SELECT * FROM f0.{table}" if count == 1 else " UNION ALL ".join(parts)))
    if count > 1:
        _across(con, told)
    return Corpus(con, tally, told)


def _across(con: Any, told: Counter[str]) -> None:
    """Of a process that stands in several files, the last file's release counts."""
    con.execute(
        "CREATE TEMP TABLE superseded AS SELECT u.unit AS unit FROM all_unit AS u INNER JOIN "
        "(SELECT process, max(unit) AS last FROM all_unit GROUP BY process HAVING count(*) > 1) AS r "
        "ON r.process = u.process AND u.unit <> r.last"
    )
    gone = con.execute("SELECT count(*) FROM superseded").fetchone()[0]
    if gone:
        told["repeated ocid: only the last release counts"] += gone


def with_settings(corpus: Corpus, settings: Mapping[str, Any]) -> Corpus:
    """The corpus, whose kept answers hang on these settings too."""
    return replace(corpus, state=orjson.dumps(settings, option=orjson.OPT_SORT_KEYS).decode())
