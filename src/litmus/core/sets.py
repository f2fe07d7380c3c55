"""What a value may still be: sets of names (finite, or all but a few) and unions of intervals.

Both are closed under intersection, union and complement, so that claims, denials and conflicts combine exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from litmus.core.interval import INF, Interval, Number
from litmus.core.truth import Truth

OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class Names:
    """A set of names: exactly ``values``, or every name but those when ``but`` is set."""

    values: frozenset[str]
    but: bool = False

    @property
    def is_point(self) -> bool:
        """True when one name is left."""
        return not self.but and len(self.values) == 1

    @property
    def empty(self) -> bool:
        """True when nothing is left."""
        return not self.but and not self.values

    def __contains__(self, name: str) -> bool:
        return (name in self.values) is not self.but

    def __and__(self, other: "Names") -> "Names":
        if self.but and other.but:
            return Names(self.values | other.values, but=True)
        if self.but:
            return Names(other.values - self.values)
        if other.but:
            return Names(self.values - other.values)
        return Names(self.values & other.values)

    def __or__(self, other: "Names") -> "Names":
        return ~(~self & ~other)

    def __invert__(self) -> "Names":
        return Names(self.values, not self.but)

    def atoms(self, interest: Iterable[str]) -> list[str]:
        """Representatives: each member of interest or of a finite set, and OTHER for all that remain alike."""
        if not self.but:
            return sorted(self.values)
        return [*sorted(set(interest) - self.values), OTHER]


ANY_NAME = Names(frozenset(), but=True)


def names(*values: str) -> Names:
    """The finite set of these names."""
    return Names(frozenset(values))


@dataclass(frozen=True, slots=True)
class Numbers:
    """A union of disjoint closed intervals in ascending order."""

    pieces: tuple[Interval, ...]

    @property
    def is_point(self) -> bool:
        """True when one number is left."""
        return len(self.pieces) == 1 and self.pieces[0].is_point

    @property
    def empty(self) -> bool:
        """True when nothing is left."""
        return not self.pieces

    @property
    def lo(self) -> Number:
        """Least member."""
        return self.pieces[0].lo

    @property
    def hi(self) -> Number:
        """Greatest member."""
        return self.pieces[-1].hi

    def __contains__(self, x: Number) -> bool:
        return any(x in p for p in self.pieces)

    def __and__(self, other: "Numbers") -> "Numbers":
        met = (a.meet(b) for a in self.pieces for b in other.pieces)
        return Numbers(tuple(sorted((m for m in met if m is not None), key=lambda p: p.lo)))

    def __or__(self, other: "Numbers") -> "Numbers":
        merged: list[Interval] = []
        for piece in sorted((*self.pieces, *other.pieces), key=lambda p: p.lo):
            if merged and piece.lo <= merged[-1].hi:
                merged[-1] = merged[-1].hull(piece)
            else:
                merged.append(piece)
        return Numbers(tuple(merged))

    def at_most(self, bound: Number) -> Truth:
        """Is the number at most ``bound``?"""
        if self.hi <= bound:
            return True
        return False if self.lo > bound else None

    def at_least(self, bound: Number) -> Truth:
        """Is the number at least ``bound``?"""
        if self.lo >= bound:
            return True
        return False if self.hi < bound else None

    def samples(self, breaks: Iterable[Number]) -> list[Number]:
        """One member from each region that the break points cut the set into: the ends, the breaks, points between."""
        cuts = sorted(set(breaks))
        found: set[Number] = set()
        for piece in self.pieces:
            inside = [piece.lo, *(c for c in cuts if piece.lo < c < piece.hi), piece.hi]
            found.update(inside)
            for a, b in pairwise(inside):
                if a != b:
                    found.add(_between(a, b))
        return sorted(x for x in found if x not in (INF, -INF))


def _between(a: Number, b: Number) -> Number:
    if a == -INF:
        return 0 if b == INF else b - 1
    return a + 1 if b == INF else (Fraction(a) + Fraction(b)) / 2


def numbers(lo: Number, hi: Number | None = None) -> Numbers:
    """One interval, or one number."""
    return Numbers((Interval(lo, lo if hi is None else hi),))


ANY_NUMBER = numbers(-INF, INF)
