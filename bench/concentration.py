"""Bounds of the Herfindahl–Hirschman index over 1,000 vendors whose shares are only known to lie in intervals.

Three shapes of evidence: shares of a whole (ppm) known within a few per cent, shares mostly unknown up to a cap, and a
few giants over a long tail. Each shape is drawn afresh for every run; the maximum is closed by branch and bound.
"""

from __future__ import annotations

import random
import statistics
import time

from litmus.measures.hhi import HhiBounds, hhi_bounds

VENDORS = 1_000
WHOLE = 1_000_000
SHAPES = ("known within 10 %", "half unknown", "giants and a tail")


def spans(shape: str, seed: int) -> list[tuple[int, int]]:
    """Share intervals in ppm around a true split of the whole, so that they can always add up."""
    r = random.Random(f"{shape} {seed}")
    power = 3 if shape == "giants and a tail" else 1
    raw = [r.random() ** power + 1e-9 for _ in range(VENDORS)]
    true = [int(WHOLE * x / sum(raw)) for x in raw]
    true[0] += WHOLE - sum(true)
    if shape == "half unknown":
        return [(0, min(WHOLE, 3 * s + r.randint(0, 2_000))) if r.random() < 0.5 else (s, s) for s in true]
    return [(s - r.randint(0, s // 10), s + r.randint(0, s // 10)) for s in true]


def timed(shape: str, seed: int) -> tuple[float, HhiBounds]:
    """Seconds, and what came out."""
    intervals = spans(shape, seed)
    began = time.perf_counter()
    found = hhi_bounds(intervals, WHOLE)
    return time.perf_counter() - began, found


def main(runs: int = 41) -> list[dict[str, object]]:
    """One record per shape: median and slowest milliseconds, nodes searched, how many maxima were proved exact."""
    records: list[dict[str, object]] = []
    for shape in SHAPES:
        done = [timed(shape, seed) for seed in range(runs)]
        seconds = [t for t, _ in done]
        records.append({
            "shape": shape, "median ms": 1e3 * statistics.median(seconds), "slowest ms": 1e3 * max(seconds),
            "median nodes": statistics.median(b.nodes for _, b in done), "exact": sum(b.exact for _, b in done), "runs": runs,
        })  # fmt: skip
    return records


if __name__ == "__main__":
    for record in main():
        print(record)
