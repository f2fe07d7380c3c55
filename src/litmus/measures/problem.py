"""A question with all its evidence in hand: items, unseen rows, parts, and the target to compare with."""

from dataclasses import dataclass, replace
from itertools import product

from litmus.core.interval import Number
from litmus.measures.items import Item
from litmus.measures.spec import Measure


@dataclass(frozen=True, slots=True)
class Target:
    """at_least, at_most or equals a number; or one number for each value of a ``by`` field (a target by layer)."""

    op: str
    bound: Number | None = None
    by_cell: tuple[tuple[str, Number], ...] = ()

    def bound_for(self, cell: tuple[str, ...]) -> Number | None:
        """The number that a cell must keep; None when the target does not speak of it."""
        if not self.by_cell:
            return self.bound
        return next((bound for key, bound in self.by_cell if key in cell[1:]), None)


@dataclass(frozen=True, slots=True)
class Tail:
    """Rows that may exist unseen in one part: their total weight lies from ``lo`` to ``hi``, in any cell and group.

    ``closed`` lists the cells that a narrower list closes (one operator's filing): the ``by`` values that it fixes, by
    position in the cell, and the unseen weight that its total still leaves there. ``opens_cells`` is False for the mere
    tolerance of a list: it adds weight to cells that are known, not cells that nobody named.
    """

    id: str
    part: str
    lo: Number
    hi: Number
    label: str
    closed: tuple[tuple[tuple[tuple[int, str], ...], Number, Number], ...] = ()
    opens_cells: bool = True

    def within(self, cell: tuple[str, ...]) -> "Tail | None":
        """The unseen rows of one cell. Of several cells none must hold them: only a total for the cell itself binds it."""
        for fixed, lo, hi in self.closed:
            if all(cell[i] == value for i, value in fixed):
                sure = lo if len(fixed) == len(cell) - 1 else 0
                return replace(self, lo=sure, hi=hi, closed=()) if hi > 0 else None
        return self if len(cell) == 1 else replace(self, lo=0)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One clause at one place on one day. ``needed`` of the parts must satisfy the target; ``empty`` is the answer
    where there is nothing to measure; ``floor`` the lowest value of an ordinal scale; ``closing`` the rows of the lists and
    counts that bound the population; ``period`` the days that such a count covers, where it is these that are judged; ``waiting``
    the rows that cannot be judged until a count says which days are.
    """

    measure: Measure
    items: tuple[Item, ...]
    tails: tuple[Tail, ...]
    parts: tuple[str, ...]
    needed: int
    target: Target
    empty: bool
    floor: Number = 0
    closing: tuple[str, ...] = ()
    period: tuple[int, int] | None = None
    waiting: tuple[str, ...] = ()

    def tail(self, part: str) -> Tail | None:
        """The unseen rows of a part, if its population is open."""
        return next((t for t in self.tails if t.part == part and t.hi > 0), None)

    def tail_in(self, cell: tuple[str, ...]) -> Tail | None:
        """The unseen rows of a cell, if its population is open."""
        tail = self.tail(cell[0])
        return tail.within(cell) if tail else None

    def listed_cells(self, part: str) -> list[tuple[str, ...]]:
        """Where every ``by`` field is fixed to words, the cells of all these words: each is judged, filled or not."""
        words = {c.field: c.words for c in self.measure.where if c.op == "in"}
        if not self.measure.by or any(b not in words for b in self.measure.by):
            return []
        return [(part, *combo) for combo in product(*(words[b] for b in self.measure.by))]

    def inner(self) -> "Problem":
        """For a comparison: the same problem asked with the inner measure."""
        assert self.measure.own is not None  # noqa: S101 - the loader gives every comparison its inner measure
        return replace(self, measure=self.measure.own)

    def with_items(self, items: tuple[Item, ...], tails: tuple[Tail, ...] | None = None) -> "Problem":
        """The same question on other evidence."""
        return replace(self, items=items, tails=self.tails if tails is None else tails)
