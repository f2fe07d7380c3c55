"""Importing generated (invented) contracts, and reading a large store under a small memory limit.

    .venv/bin/python bench/run.py importing                     200,000 and 2,000,000 lines, then 1,000,000 contracts read
    .venv/bin/python bench/run.py importing 10000000            ten million contracts read as well
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from litmus.store import add, make_store, open_store

RATE_LIMIT = 40_000
PEAK_LIMIT = 1.3
SMALL, LARGE = 200_000, 2_000_000
BAD_EVERY = 1_000
READ_MEMORY = "2GB"
PLACES = ("RS", "ME", "MK", "AL", "XK", "BA")
SECTORS = ("telecom", "it", "cctv")
QUERIES = {
    "rows by place and sector": "SELECT place, sector, count(*) FROM contract GROUP BY ALL ORDER BY ALL",
    "value by place and year": (
        "SELECT place, extract(year FROM signed_lo), sum(value_lo), sum(value_hi) FROM contract GROUP BY ALL ORDER BY ALL"
    ),
    "one bid for certain, or possibly": (
        "SELECT place, count(*) FILTER (bids_lo = 1 AND bids_hi = 1), count(*) FILTER (bids_lo IS NULL OR bids_lo <= 1) "
        "FROM contract GROUP BY ALL ORDER BY ALL"
    ),
    "median value by place": "SELECT place, median(value_lo) FROM contract GROUP BY ALL ORDER BY ALL",
    "hundred largest": "SELECT id, value_lo FROM contract ORDER BY value_lo DESC NULLS LAST, id LIMIT 100",
    "ids that stand twice": "SELECT count(*) FROM (SELECT id FROM contract GROUP BY id HAVING count(*) > 1)",
}


@dataclass(frozen=True)
class Run:
    """One import in a process of its own."""

    lines: int
    megabytes: float
    seconds: float
    cpu: float
    peak: int
    faults: int

    @property
    def rate(self) -> float:
        """Lines a second of one core's time."""
        return self.lines / self.cpu


def words(kind: str) -> list[str]:
    from litmus.core.words import ladder, word_list

    return list(ladder("project") if kind == "project" else word_list(kind))


def generate(path: Path, lines: int) -> None:
    """Invented contracts as JSON lines; every thousandth is spoilt in one of four ways."""
    rng = random.Random(5)
    sectors = words("sector")
    stages, procedures, bases, answers = words("project"), words("procedure"), words("legal_basis"), words("yes_no")
    with path.open("w", encoding="utf-8") as out:
        for n in range(lines):
            place = PLACES[n % len(PLACES)]
            day = f"{2010 + n % 15}-{1 + n % 12:02d}-{1 + n % 28:02d}"
            value = rng.randrange(10_000, 50_000_000)
            row: dict[str, object] = {
                "id": f"{place.lower()}-contract-{n}",
                "place": place,
                "name": f"Invented contract {n} for equipment and services",
                "sector": sectors[n % len(sectors)],
                "stage": stages[n % len(stages)],
                "procedure": procedures[n % len(procedures)],
                "legal_basis": bases[n % len(bases)],
                "signed": day if n % 7 else day[:7],
                "notice_published": answers[n % len(answers)],
                "text_published": answers[n % 2],
                "bids_lo": 1 + n % 5,
                "bids_hi": 1 + n % 5 + n % 3,
                "value_lo": value,
                "value_hi": f"{value}.{n % 100:02d}",
                "currency": "EUR",
                "known_from": day,
                "source": f"invented-source-{n % 500}",
                "locator": f"p. {n % 90}",
                "reliability": "B",
                "credibility": "2",
            }
            if n % BAD_EVERY == BAD_EVERY - 1:
                out.write(_spoilt(row, n // BAD_EVERY % 4))
            else:
                out.write(json.dumps(row) + "\n")


def _spoilt(row: dict[str, object], how: int) -> str:
    if how == 0:
        return json.dumps(row)[:40] + "\n"
    changed: dict[str, object] = [{"sector": "telecoms"}, {"signed": "2020-02-31"}, {"value_lo": "12,50"}][how - 1]
    return json.dumps({**row, **changed}) + "\n"


def one_import(path: Path, folder: Path) -> dict[str, float]:
    """What ``_apart`` measures, inside its process."""
    began, cpu = time.perf_counter(), time.process_time()
    done = add(make_store(folder), [path])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if done.records != done.rows + done.faults + done.duplicates or done.duplicates:
        sys.exit(f"lines went missing: {done}")
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "peak": peak, "faults": done.faults}


def run_import(lines: int, where: Path) -> Run:
    """Import so many lines in a fresh process."""
    path, folder = where / f"{lines}" / "contract.jsonl", where / f"{lines}" / "store"
    path.parent.mkdir(parents=True)
    generate(path, lines)
    size = path.stat().st_size / 1e6
    found = _apart("import", str(path), str(folder))
    path.unlink()
    return Run(lines, size, found["seconds"], found["cpu"], int(found["peak"]), int(found["faults"]))


def grow(contracts: int, folder: Path) -> None:
    """A store of so many invented contracts for reading: made in SQL, in segments of the size that importing makes."""
    import duckdb

    from litmus.facts.schema import tables
    from litmus.store.batch import made_by
    from litmus.store.layout import scratch
    from litmus.store.log import Draft, Tally, publish, read_log
    from litmus.store.schemas import HIDDEN, keep_schema, quoted_name, stored_columns
    from litmus.store.segment import place

    store = make_store(folder)
    con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    made = {
        "row_hash": "unhex(sha256('invented' || i))",
        "file": "'contract.jsonl'",
        "line": "i + 1",
        "id": "'contract-' || i",
        "place": "['RS', 'ME', 'MK', 'AL', 'XK', 'BA'][1 + i % 6]",
        "name": "'Invented contract ' || i",
        "sector": "['telecom', 'cctv', 'cloud'][1 + i % 3]",
        "signed_lo": "DATE '2010-01-01' + CAST(i % 5400 AS INTEGER)",
        "signed_hi": "DATE '2010-01-01' + CAST(i % 5400 AS INTEGER)",
        "bids_lo": "CASE WHEN i % 11 = 0 THEN NULL ELSE 1 + i % 5 END",
        "bids_hi": "CASE WHEN i % 13 = 0 THEN NULL ELSE 1 + i % 5 END",
        "value_lo": "CASE WHEN i % 17 = 0 THEN NULL ELSE CAST(hash(i) % 5000000000 AS BIGINT) END",
        "currency": "'EUR'",
        "source": "'invented-source-' || (i % 500)",
    }
    columns = (*HIDDEN, *stored_columns(tables()["contract"]))
    chosen = ", ".join(f"CAST({made.get(n, 'NULL')} AS {t}) AS {quoted_name(n)}" for n, t in columns)
    step = 500_000
    for start in range(0, contracts, step):
        path, count = scratch(store, ".parquet"), min(step, contracts - start)
        con.execute(f"COPY (SELECT {chosen} FROM range({start}, {start + count}) r(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
        draft = Draft(keep_schema(store), Tally(count, count), (place(con, store, "contract", path, count),))
        publish(store, draft, read_log(store), made_by(), lambda draft, _: draft)
    con.close()


def read_all(folder: Path) -> dict[str, float]:
    """Answer every query under the memory limit; seconds each, the peak of the process, the most that was spilt to disk."""
    from litmus.store.segment import MEMORY

    found: dict[str, float] = {}
    con = open_store(folder).snapshot().connect()
    con.execute(f"SET memory_limit = '{READ_MEMORY}'")
    con.execute("SET threads = 2")
    with watched(folder / "tmp") as spill:
        for name, query in QUERIES.items():
            began = time.perf_counter()
            con.execute(query).fetchall()
            found[name] = time.perf_counter() - began
        con.close()
        began = time.perf_counter()
        open_store(folder).snapshot().id  # noqa: B018 - the id is worked out when it is asked for
        found[f"snapshot id, all row hashes in order (limit {MEMORY})"] = time.perf_counter() - began
    return {**found, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "spill": max(spill) // 1_000_000}


@contextmanager
def watched(folder: Path) -> Iterator[list[int]]:
    """Sizes that a folder of temporary files had, looked at fifty times a second."""
    sizes, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            with suppress(FileNotFoundError):
                sizes.append(sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        done.set()
        thread.join()


def _apart(*command: str) -> dict[str, float]:
    """Run one step in a fresh process, so that its peak memory is its own."""
    done = subprocess.run([sys.executable, __file__, *command], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(sizes: list[int], where: Path) -> bool:
    """Print the figures; True when the limits are kept."""
    runs = [run_import(lines, where) for lines in (SMALL, LARGE)]
    for run in runs:
        print(f"importing, {run.lines:,} lines ({run.megabytes:,.0f} MB, {run.faults:,} faults, every line accounted for)")
        print(f"  {run.rate:,.0f} lines/s of one core ({run.seconds:.1f} s by the clock), peak {run.peak} MB")
    ratio = runs[1].peak / runs[0].peak
    print(f"importing: limits {RATE_LIMIT:,} lines/s a core, peak ratio {ratio:.2f} of at most {PEAK_LIMIT}")
    for size in sizes or [1_000_000]:
        folder = where / f"read-{size}"
        began = time.perf_counter()
        _apart("grow", str(size), str(folder))
        stored = sum(p.stat().st_size for p in (folder / "segments").rglob("*.parquet")) / 1e6
        grown = time.perf_counter() - began
        print(f"reading, {size:,} contracts ({stored:,.0f} MB of segments, made in {grown:.0f} s), limit {READ_MEMORY}")
        found = _apart("read", str(folder))
        peak, spill = found.pop("peak"), found.pop("spill")
        for name, seconds in found.items():
            print(f"  {name}: {seconds:.2f} s")
        print(f"  peak {peak:.0f} MB, spilt to disk {spill:.0f} MB")
        shutil.rmtree(folder)
    return all(run.rate >= RATE_LIMIT for run in runs) and ratio <= PEAK_LIMIT


if __name__ == "__main__":
    step, first, *rest = sys.argv[1:]
    if step == "import":
        print(json.dumps(one_import(Path(first), Path(rest[0]))))
    elif step == "grow":
        grow(int(first), Path(rest[0]))
        print("{}")
    else:
        print(json.dumps(read_all(Path(first))))
