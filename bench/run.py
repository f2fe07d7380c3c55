"""All benchmarks: `make bench`, or `.venv/bin/python bench/run.py [rows] [matrix] [concentration] [importing [SIZE …]] [ownership]
[matching] [pages]`.

Prints the figures with their limits, and exits with 1 when a limit is not kept. Competing ways are run in turns, so that
a busy machine slows both; figures are medians. Peak memory is the resident maximum of a fresh process that does one
thing once.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import concentration
import rows

RATIO_LIMIT = 1.5
HHI_LIMIT_MS = 50.0
MATRIX_LIMIT_S = 5.0
TURNS = 15


def run_rows() -> bool:
    """One clause over a million rows, against SQL by hand."""
    con = rows.table()
    kept = True
    for kind in ("share", "max-share"):
        ours = {cell: found.interval for cell, found in rows.bulk(con, kind).cells.items()}
        theirs = rows.intervals_by_hand(rows.by_hand(con, kind), kind)
        if ours != theirs:
            sys.exit(f"rows, {kind}: the bounds differ")
        bulk, hand = [], []
        for _ in range(TURNS):
            began = time.perf_counter()
            rows.bulk(con, kind)
            middle = time.perf_counter()
            rows.by_hand(con, kind)
            bulk.append(middle - began)
            hand.append(time.perf_counter() - middle)
        ratio = statistics.median(bulk) / statistics.median(hand)
        pairs = statistics.median(b / h for b, h in zip(bulk, hand, strict=True))
        peaks = {way: _peak(kind, way) for way in ("table", "bulk", "hand")}
        print(f"rows, {kind}: {rows.ROWS:,} rows, {len(ours)} cells, the same bounds both ways")
        print(f"  time: bulk {_ms(bulk)}, by hand {_ms(hand)}, ratio {ratio:.2f} (pair by pair {pairs:.2f}), limit {RATIO_LIMIT}")
        print(f"  peak memory: bulk {peaks['bulk']} MB, by hand {peaks['hand']} MB, the table alone {peaks['table']} MB")
        kept = kept and ratio <= RATIO_LIMIT
    con.close()
    return kept


def _ms(seconds: list[float]) -> str:
    return f"{1e3 * statistics.median(seconds):.0f} ms ({1e3 * min(seconds):.0f}–{1e3 * max(seconds):.0f})"


def _peak(kind: str, way: str) -> int:
    """Resident maximum in MB of a process that builds the table and answers once in one way."""
    command = [sys.executable, str(Path(__file__)), "--peak", kind, way]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak(kind: str, way: str) -> int:
    """What ``_peak`` measures, inside its process."""
    con = rows.table()
    if way != "table":
        (rows.bulk if way == "bulk" else rows.by_hand)(con, kind)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run_matrix() -> bool:
    """600 clauses × 40 places × 12 dates."""
    import matrix

    said, median = matrix.main()
    print(f"{said} (limit {MATRIX_LIMIT_S:.0f} s)")
    return median <= MATRIX_LIMIT_S


def run_concentration() -> bool:
    """HHI bounds for 1,000 vendors."""
    done = concentration.main()
    for shape in done:
        print(f"concentration, {shape.name}: {concentration.VENDORS:,} vendors, {shape.runs} draws")
        print(f"  median {shape.median_ms:.1f} ms, slowest {shape.slowest_ms:.0f} ms; median {shape.nodes:.0f} nodes searched")
        print(f"  maximum proved exact in {shape.exact}, bracketed in {shape.runs - shape.exact}")
    print(f"concentration: limit {HHI_LIMIT_MS:.0f} ms for the median of each shape")
    return all(shape.median_ms <= HHI_LIMIT_MS for shape in done)


def run_importing() -> bool:
    """JSON lines into a store, and a large store read under a memory limit; numbers among the arguments are sizes to read."""
    import importing

    with tempfile.TemporaryDirectory() as folder:
        return importing.main([int(a) for a in sys.argv[1:] if a.isdigit()], Path(folder))


def run_ownership() -> bool:
    """A million holdings: control, shares and explanations; ten million with `bench/ownership.py 10000000`."""
    import ownership

    return ownership.main(1_000_000)


def run_matching() -> bool:
    """Names against 80,000; the whole million with `bench/matching.py`."""
    import matching

    return matching.run_speed(100_000, 80_000)


def run_pages() -> bool:
    """Weight, rendering, painting and serving of the pages; needs `litmus[bench]`, chromium and wrk for the last two."""
    import pages

    return pages.main()


def run_procurement() -> bool:
    """Cardinal's eleven indicators over invented releases; a number among the arguments is how many."""
    import procurement

    with tempfile.TemporaryDirectory() as folder:
        file, delta = Path(folder) / "corpus.jsonl", Path(folder) / "delta.jsonl"
        count = next((int(a) for a in sys.argv[1:] if a.isdigit()), 30_000)
        procurement.invented(file, count)
        procurement.invented(delta, max(count // 100, 1), seed=8)
        return procurement.main(file, Path(folder), delta)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        print(peak(sys.argv[2], sys.argv[3]))
        sys.exit(0)
    runs = {"rows": run_rows, "matrix": run_matrix, "concentration": run_concentration, "importing": run_importing}
    runs["procurement"] = run_procurement
    runs["ownership"] = run_ownership
    runs["matching"] = run_matching
    runs["pages"] = run_pages
    wanted = [a for a in sys.argv[1:] if not a.isdigit()] or list(runs)
    answers = [runs[name]() for name in wanted]
    sys.exit(0 if all(answers) else 1)
