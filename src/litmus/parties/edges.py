"""Holdings between numbered parties as arrays: the form in which millions of them are searched and added up.

Shares are whole millionths (ppm) from ``lo`` to ``hi``. Arrays are sorted by the company held, so that the owners of one
company stand together; a second order by owner serves the way down.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
WHOLE = 1_000_000
#: A front of so few parties is walked one by one, unless they have more than ``WIDE`` holdings.
NARROW, WIDE = 8, 400


@dataclass(frozen=True)
class Edges:
    """``owner[i]`` holds between ``lo[i]`` and ``hi[i]`` ppm of ``owned[i]``; sorted by ``owned``. Build with ``edges``.

    ``elsewhere``: certain shares of each company that are taken, but not told apart here.
    """

    n: int
    owner: Ints
    owned: Ints
    lo: Ints
    hi: Ints
    elsewhere: Longs | None = None

    def __len__(self) -> int:
        return len(self.owner)

    @cached_property
    def above(self) -> Longs:
        """Where the owners of each company begin: those of ``c`` are ``above[c]:above[c + 1]``."""
        return _starts(self.owned, self.n)

    @cached_property
    def _down(self) -> tuple[Longs, Ints]:
        order = np.argsort(self.owner, kind="stable").astype(np.int32)
        return _starts(self.owner[order], self.n), order

    @property
    def below(self) -> Longs:
        """Where the holdings of each owner begin in ``order``."""
        return self._down[0]

    @property
    def order(self) -> Ints:
        """Positions sorted by owner."""
        return self._down[1]

    def under(self, owners: Longs) -> Ints:
        """Positions of the holdings of these owners."""
        return self.order[_ranges(self.below[owners], self.below[owners + 1])]

    def over(self, companies: Longs) -> Longs:
        """Positions of the holdings in these companies."""
        return _ranges(self.above[companies], self.above[companies + 1])

    @cached_property
    def sum_lo(self) -> Longs:
        """Certain shares of each company, added up, in ppm."""
        told = np.bincount(self.owned, weights=self.lo, minlength=self.n).astype(np.int64)
        return told if self.elsewhere is None else told + self.elsewhere

    def of(self, owners: Flags) -> "Edges":
        """Only the holdings of these owners; what the others certainly hold stays taken."""
        keep = owners[self.owner]
        less = Edges(self.n, self.owner[keep], self.owned[keep], self.lo[keep], self.hi[keep])
        return replace(less, elsewhere=self.sum_lo - less.sum_lo)

    def reach(self, begin: Longs, *, down: bool, positive: bool = False, stop: Flags | None = None) -> Flags:
        """The parties met from ``begin`` (which count), down to companies held or up to owners.

        ``positive``: only along holdings that are certainly above nothing. ``stop``: parties that are met but not passed.
        """
        seen = np.zeros(self.n, dtype=bool)
        seen[begin] = True
        front = np.unique(begin).astype(np.int64)
        while front.size:
            starts = self.below if down else self.above
            if front.size <= NARROW and int((starts[front + 1] - starts[front]).sum()) <= WIDE:
                front = self._creep(front.tolist(), seen, down, positive, stop)
                continue
            if stop is not None:
                front = front[~stop[front]]
            at = self.under(front) if down else self.over(front)
            at = at[(self.lo[at] > 0) if positive else (self.hi[at] > 0)]
            there = (self.owned if down else self.owner)[at]
            front = distinct(there[~seen[there]], self.n)
            seen[front] = True
        return seen

    def _creep(self, front: list[int], seen: Flags, down: bool, positive: bool, stop: Flags | None) -> Longs:
        """One party after another while there are few: a chain of 100,000 companies is no place for arrays."""
        starts, order = self._down if down else (self.above, None)
        first, ends = view(starts), view(self.owned if down else self.owner)
        share, met = view(self.lo if positive else self.hi), view(seen)
        barred = view(stop) if stop is not None else None
        turn = view(order) if order is not None else None
        while front and len(front) <= NARROW and sum(first[x + 1] - first[x] for x in front) <= WIDE:
            after: list[int] = []
            for x in front:
                if barred is not None and barred[x]:
                    continue
                for i in range(first[x], first[x + 1]):
                    at = i if turn is None else turn[i]
                    there = ends[at]
                    if share[at] > 0 and not met[there]:
                        met[there] = True
                        after.append(there)
            front = after
        return np.array(front, dtype=np.int64)


def view(array: Any) -> Any:
    """The array's own memory: single numbers come out of it several times faster than out of the array."""
    return memoryview(array)


def edges(n: int, owner: npt.ArrayLike, owned: npt.ArrayLike, lo: npt.ArrayLike, hi: npt.ArrayLike) -> Edges:
    """Sorted holdings of ``n`` parties; several holdings of one owner in one company stay apart and add up."""
    a, b = np.asarray(owner, dtype=np.int32), np.asarray(owned, dtype=np.int32)
    low, high = np.asarray(lo, dtype=np.int32), np.asarray(hi, dtype=np.int32)
    if not len(a) == len(b) == len(low) == len(high):
        msg = f"expected as many owners as companies and shares, found {len(a)}, {len(b)}, {len(low)}, {len(high)}"
        raise ValueError(msg)
    if len(a) and (min(a.min(), b.min()) < 0 or max(a.max(), b.max()) >= n):
        msg = f"expected parties numbered from 0 to {n - 1}"
        raise ValueError(msg)
    if len(b) and (b[1:] < b[:-1]).any():
        order = np.argsort(b, kind="stable").astype(np.int32)
        a, b, low, high = a[order], b[order], low[order], high[order]
    return Edges(n, a, b, low, high)


def _starts(sorted_keys: Ints, n: int) -> Longs:
    found = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(sorted_keys, minlength=n), out=found[1:])
    return found


def _ranges(begin: Longs, end: Longs) -> Longs:
    """The whole numbers of several half-open ranges, one after another."""
    sizes = end - begin
    total = int(sizes.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    steps = np.repeat(begin - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return steps + np.arange(total)


def distinct(values: npt.NDArray[np.integer], n: int) -> Longs:
    """Each party once, in order."""
    if values.size < 4096:
        return np.unique(values).astype(np.int64)
    mark = np.zeros(n, dtype=bool)
    mark[values] = True
    return np.flatnonzero(mark)
