"""Bounds of the Herfindahl–Hirschman index over 1,000 vendors whose shares are only known to lie in intervals.

Three shapes of evidence: shares of a whole (ppm) known within a few per cent, shares mostly unknown up to a cap, and a
few giants over a long tail. Each shape is drawn afresh for every run; the maximum is closed by branch and bound.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Shape:
    """What one shape took: seconds of each run, maxima proved exact, median nodes searched."""

    name: str
    seconds: tuple[float, ...]
    exact: int
    nodes: float

    @property
    def runs(self) -> int:
        return len(self.seconds)

    @property
    def median_ms(self) -> float:
        return 1e3 * statistics.median(self.seconds)

    @property
    def slowest_ms(self) -> float:
        return 1e3 * max(self.seconds)


def main(runs: int = 41) -> list[Shape]:
    """Every shape, ``runs`` times, each time drawn afresh."""
    found = []
    for name in SHAPES:
        done = [timed(name, seed) for seed in range(runs)]
        seconds = tuple(t for t, _ in done)
        found.append(Shape(name, seconds, sum(b.exact for _, b in done), statistics.median(b.nodes for _, b in done)))
    return found


if __name__ == "__main__":
    for shape in main():
        print(f"{shape.name}: {shape.median_ms:.1f} ms, slowest {shape.slowest_ms:.0f}, exact {shape.exact}/{shape.runs}")
