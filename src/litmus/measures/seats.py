"""An item's place in one cell: how it may count there, and whether it may count elsewhere or not at all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from operator import itemgetter

from litmus.core.interval import INF, Number
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Tail


@dataclass(frozen=True, slots=True)
class Seat:
    """The outcomes of an item inside one cell, and ``leaves``: it has others, elsewhere or outside."""

    item: Item
    inside: tuple[Outcome, ...]
    leaves: bool
    lo: Number
    hi: Number

    @property
    def part(self) -> str:
        """The part in which it counts."""
        cell = self.inside[0].cell
        return cell[0] if cell else ""

    def may(self, yes: bool) -> bool:
        """May it count as a yes (or a no) here?"""
        return any(o.yes is yes for o in self.inside)


def seats_in(items: Iterable[Item], cell: tuple[str, ...]) -> list[Seat]:
    """The seats of one cell. A ``*`` in an outcome's cell stands for every cell (a shared denominator)."""
    return seated(items, len(cell))(cell)


def seated(items: Iterable[Item], width: int) -> Callable[[tuple[str, ...]], list[Seat]]:
    """The seats of each cell of a problem, from one walk over its items. Cells are looked at in their first ``width`` words."""
    found: dict[tuple[str, ...], list[tuple[int, Seat]]] = {}
    everywhere: list[tuple[int, Seat]] = []
    for n, item in enumerate(items):
        inside: dict[tuple[str, ...], list[Outcome]] = {}
        for o in item.outcomes:
            if o.cell is not None:
                inside.setdefault(o.cell[:width], []).append(o)
        for cell, outcomes in inside.items():
            seat = Seat(item, tuple(outcomes), len(outcomes) < len(item.outcomes), item.lo, item.hi)
            (everywhere if "*" in cell else found.setdefault(cell, [])).append((n, seat))

    def seats(cell: tuple[str, ...]) -> list[Seat]:
        own = found.get(cell, [])
        shared = [(n, s) for n, s in everywhere if s.part == cell[0]]
        return [s for _, s in (sorted([*own, *shared], key=itemgetter(0)) if shared else own)]

    return seats


def times(k: Number, w: Number) -> Number:
    """Product in which zero wins over infinity."""
    return 0 if k == 0 or w == 0 else k * w


def term_range(seat: Seat, yes: Number, no: Number) -> tuple[Number, Number]:
    """Least and greatest of the seat's term when a yes counts ``yes`` and a no counts ``no`` per unit of weight."""
    values: list[Number] = [0] if seat.leaves else []
    for k in {yes if o.yes else no for o in seat.inside}:
        values.append(times(k, seat.lo))
        if seat.hi != seat.lo:
            values.append(times(k, seat.hi))
    return min(values), max(values)


def tail_range(tail: Tail | None, yes: Number, no: Number) -> tuple[Number, Number]:
    """The same for unseen rows, which may all be yes or all be no."""
    if tail is None:
        return 0, 0
    low, high = min(yes, no), max(yes, no)
    return min(times(low, tail.lo), times(low, tail.hi)), max(times(high, tail.lo), times(high, tail.hi))


def margin_range(
    seats: list[Seat], tail: Tail | None, yes: Number, no: Number, constant: Number, rows_only: bool = False
) -> tuple[Number, Number]:
    """Least and greatest of ``sum(yes·w over yeses) + sum(no·w over noes) + constant`` over all completions. Exact.

    ``rows_only``: unseen rows can only be yeses (rows of a quotient's numerator).
    """
    lo, hi = tail_range(tail, yes, yes if rows_only else no)
    lo, hi = lo + constant, hi + constant
    for seat in _added_up(seats):
        a, b = term_range(seat, yes, no)
        lo, hi = lo + a, hi + b
    return lo, hi


def filled_range(seats: list[Seat], yes: Number, no: Number) -> tuple[Number, Number]:
    """Least and greatest of the seats' terms over the completions in which at least one of them counts. Exact."""
    inside = [term_range(replace(s, leaves=False), yes, no) for s in seats]
    least = sum(min(lo, 0) for lo, _ in inside) if any(lo <= 0 for lo, _ in inside) else min(lo for lo, _ in inside)
    most = sum(max(hi, 0) for _, hi in inside) if any(hi >= 0 for _, hi in inside) else max(hi for _, hi in inside)
    return least, most


def _added_up(seats: list[Seat]) -> Iterable[Seat]:
    """Seats of one standing as one: where no weight is negative, the same choice is the least (or greatest) for all."""
    found: dict[tuple[bool, bool, bool], Seat] = {}
    for s in seats:
        if s.lo < 0:
            return seats
        key = (s.leaves, s.may(yes=True), s.may(yes=False))
        known = found.get(key)
        found[key] = Seat(s.item, s.inside, s.leaves, known.lo + s.lo, known.hi + s.hi) if known else s
    return found.values()


def ratio_end(seats: list[Seat], tail: Tail | None, toward: bool) -> Number | None:
    """The end of a ratio's interval toward yes (greatest) or toward no (least share of yes).

    Each row that can stand on the side goes there with its full weight; a row that cannot stays out if it may, else
    weighs as little as it can. None when no row need exist on either side.
    """
    toward_weight: Number = 0
    against: Number = 0
    for seat in seats:
        if seat.may(toward):
            toward_weight += seat.hi
        elif not seat.leaves:
            against += seat.lo
    if tail is not None:
        toward_weight += tail.hi
    whole = toward_weight + against
    if whole == 0:
        return None
    if toward_weight == INF:
        share: Number = 1
    else:
        from fractions import Fraction

        share = Fraction(toward_weight) / whole
    return share if toward else 1 - share
