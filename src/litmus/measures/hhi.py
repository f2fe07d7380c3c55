"""Sharp bounds of the Herfindahl–Hirschman index when shares are only known to lie in intervals.

``l <= s <= u`` and the shares add up to a whole. All arithmetic is in integers (or Fractions scaled to integers).

* Minimum: water-filling. The optimality conditions give ``s_i = clip(level, l_i, u_i)``; the level is found by walking
  the sorted breakpoints. Exact, O(n log n).
* Maximum: a convex function has its maximum at a vertex, where at most one share lies strictly inside its interval.
  Raising share i from l to u gains ``(u-l)(l+u)``, so filling by ``l+u`` descending gives a feasible value, and
  replacing each parabola by its chord gives a bound ``(u_k - s_k)(s_k - l_k)`` above it, k being the one share left
  part-filled. The general problem is weakly NP-hard (subset sum), so the bracket is closed by branch and bound,
  splitting k's interval at s_k.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

NODE_LIMIT = 2_500


@dataclass(frozen=True, slots=True)
class HhiBounds:
    """Least and greatest index, as fractions of one; ``exact`` is False when the search stopped at its limit."""

    lo: Fraction
    hi: Fraction
    exact: bool
    nodes: int


def hhi_bounds(intervals: Sequence[tuple[int | Fraction, int | Fraction]], whole: int | Fraction = 1) -> HhiBounds:
    """Bounds of sum((s_i/whole)^2). Raises ValueError when no shares can add up to the whole."""
    scale = lcm(Fraction(whole).denominator, *(Fraction(x).denominator for pair in intervals for x in pair))
    low = [int(Fraction(a) * scale) for a, _ in intervals]
    high = [int(Fraction(b) * scale) for _, b in intervals]
    total = int(Fraction(whole) * scale)
    if not sum(low) <= total <= sum(high):
        msg = f"no shares within these intervals add up to the whole: {sum(low)} … {sum(high)} against {total}"
        raise ValueError(msg)
    square = total * total
    best, exact, nodes = _greatest(low, high, total)
    return HhiBounds(least(low, high, total) / square, Fraction(best, square), exact, nodes)


def fill_level(low: Sequence[int], high: Sequence[int], total: int) -> Fraction:
    """The level at which clip(level, l, u) adds up to the total."""
    points = sorted({*low, *high})
    opens, closes = sorted(low), sorted(high)
    filled, below = sum(low), points[0]
    for point in points:
        active = bisect_right(opens, below) - bisect_right(closes, below)
        step = active * (point - below)
        if filled + step >= total:
            return Fraction(point) if active == 0 else below + Fraction(total - filled, active)
        filled, below = filled + step, point
    return Fraction(points[-1])


def least(low: Sequence[int], high: Sequence[int], total: int) -> Fraction:
    """Sum of squares of the water-filled shares."""
    if not low:
        return Fraction(0)
    level = fill_level(low, high, total)
    squares, active = 0, 0
    for a, b in zip(low, high, strict=True):
        if a >= level:
            squares += a * a
        elif b <= level:
            squares += b * b
        else:
            active += 1
    return squares + active * level * level


class _Fill:
    """Fractional fill in order of l+u, with a few intervals changed from the base; O(changes · log n) a node."""

    def __init__(self, low: Sequence[int], high: Sequence[int], room: int) -> None:
        order = sorted((i for i in range(len(low)) if high[i] > low[i]), key=lambda i: low[i] + high[i], reverse=True)
        self.low = [low[i] for i in order]
        self.high = [high[i] for i in order]
        self.rank = [-(low[i] + high[i]) for i in order]
        self.room = room
        self.width, self.gain = [0], [0]
        for a, b in zip(self.low, self.high, strict=True):
            self.width.append(self.width[-1] + b - a)
            self.gain.append(self.gain[-1] + (b - a) * (a + b))

    def solve(self, changed: dict[int, tuple[int, int]]) -> tuple[int, int, int, int] | None:
        """(upper bound, attained, index of the part-filled share, its value), relative to the base's lower ends.

        None when the changed intervals leave no solution.
        """
        room, base = self.room, 0
        for i, (a, _) in changed.items():
            room -= a - self.low[i]
            base += a * a - self.low[i] * self.low[i]
        if room < 0:
            return None
        extra = sorted((-(a + b), i, a, b) for i, (a, b) in changed.items())
        holes = sorted(changed)
        position, hole = 0, 0
        for rank, i, a, b in [*extra, (1, -1, 0, 0)]:
            end = len(self.rank) if i < 0 else bisect_left(self.rank, rank)
            while position < end:
                stop = min(end, holes[hole] if hole < len(holes) else end)
                if stop > position:
                    target = self.width[position] + room
                    if self.width[stop] > target:
                        k = bisect_right(self.width, target, position, stop + 1) - 1
                        base += self.gain[k] - self.gain[position]
                        left = target - self.width[k]
                        return self._partial(base, k, self.low[k], self.high[k], left)
                    base += self.gain[stop] - self.gain[position]
                    room -= self.width[stop] - self.width[position]
                    position = stop
                if hole < len(holes) and holes[hole] == position and position < end:
                    position += 1
                    hole += 1
                elif hole < len(holes) and holes[hole] < position:
                    hole += 1
            if i >= 0:
                if b - a > room:
                    return self._partial(base, i, a, b, room)
                base += (b - a) * (a + b)
                room -= b - a
        return (base, base, -1, 0) if room == 0 else None

    @staticmethod
    def _partial(base: int, k: int, a: int, b: int, left: int) -> tuple[int, int, int, int]:
        return base + left * (a + b), base + left * (2 * a + left), k, a + left


def _greatest(low: Sequence[int], high: Sequence[int], total: int) -> tuple[int, bool, int]:
    """Best-first branch and bound. Returns (greatest sum of squares or a bound above it, exact, nodes)."""
    squares = sum(a * a for a in low)
    fill = _Fill(low, high, total - sum(low))
    root = fill.solve({})
    assert root is not None  # noqa: S101 - feasibility was checked by the caller
    best, nodes, tick = root[1], 1, 0
    heap: list[tuple[int, int, dict[int, tuple[int, int]], int, int]] = [(-root[0], 0, {}, root[2], root[3])]
    while heap:
        upper, _, changed, k, s = heapq.heappop(heap)
        if -upper <= best:
            break
        if nodes >= NODE_LIMIT:
            return squares - upper, False, nodes
        a, b = changed.get(k, (fill.low[k], fill.high[k]))
        for half in ((a, s), (s, b)):
            child = {**changed, k: half}
            found = fill.solve(child)
            nodes += 1
            if found is None:
                continue
            best = max(best, found[1])
            if found[0] > best and found[2] >= 0:
                tick += 1
                heapq.heappush(heap, (-found[0], tick, child, found[2], found[3]))
    return squares + best, True, nodes
