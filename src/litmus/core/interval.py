"""Closed intervals over exact rationals.

Bounds are ``fractions.Fraction`` (or int, a special case of it); ``INF`` and ``-INF`` mark an unbounded side. ``INF``
is the only float that ever appears in a bound; Python compares it with a Fraction exactly, and no other float may
enter (``exact`` refuses them).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

INF: float = math.inf
Number = Fraction | int | float


def exact(value: object) -> Number:
    """Return ``value`` as an exact bound.

    Accepts int, Fraction, decimal text such as ``"0.60"`` and the infinities. Raises ValueError for any other float:
    a binary float has already lost what the source said.
    """
    if isinstance(value, bool):
        msg = f"expected a number, found {value!r}"
        raise ValueError(msg)
    if isinstance(value, int | Fraction):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            return value
        msg = f"binary float {value!r} refused: write the number as text"
        raise ValueError(msg)
    return Fraction(str(value))


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``lo`` to ``hi``, ends included. Raises ValueError when ``lo > hi``."""

    lo: Number
    hi: Number

    def __post_init__(self) -> None:
        if self.lo > self.hi:
            msg = f"interval ends before it begins: {self.lo} > {self.hi}"
            raise ValueError(msg)

    @property
    def is_point(self) -> bool:
        """True when exactly one number is left."""
        return self.lo == self.hi

    def __contains__(self, x: Number) -> bool:
        return self.lo <= x <= self.hi

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.lo + other.lo, self.hi + other.hi)

    def __neg__(self) -> "Interval":
        return Interval(-self.hi, -self.lo)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + (-other)

    def __mul__(self, other: "Interval") -> "Interval":
        ends = [_times(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Interval(min(ends), max(ends))

    def over(self, other: "Interval") -> "Interval":
        """Quotient; the divisor must lie above zero (ValueError otherwise)."""
        if other.lo <= 0:
            msg = "division needs a divisor above zero"
            raise ValueError(msg)
        inverse = Interval(Fraction(0) if other.hi == INF else Fraction(1) / other.hi, Fraction(1) / other.lo)
        return self * inverse

    def meet(self, other: "Interval") -> "Interval | None":
        """Intersection, or None when they are disjoint."""
        lo, hi = max(self.lo, other.lo), min(self.hi, other.hi)
        return Interval(lo, hi) if lo <= hi else None

    def hull(self, other: "Interval") -> "Interval":
        """Smallest interval that holds both."""
        return Interval(min(self.lo, other.lo), max(self.hi, other.hi))


def _times(a: Number, b: Number) -> Number:
    """Product in which zero times an infinite bound is zero: the factor is a limit of finite numbers."""
    return 0 if a == 0 or b == 0 else a * b


def show_number(x: Number, digits: int = 4) -> str:
    """Short decimal text for people; exact values stay in the record."""
    if x in (INF, -INF):
        return "∞" if x > 0 else "−∞"
    if isinstance(x, int) or x.denominator == 1:  # type: ignore[union-attr]
        return str(int(x))
    scale = 10**digits
    rounded = Fraction(round(x * scale), scale)
    return f"{rounded.numerator / rounded.denominator:.{digits}f}".rstrip("0").rstrip(".")
