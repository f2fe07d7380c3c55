"""The same shares in exact fractions, for one company and the few parties between it and the list.

A verdict must not hang on the last digit of a float: where a question is small, as those of a dossier are, it is answered
without any. Companies are eliminated one by one, those with fewest ties first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from litmus.parties.edges import WHOLE

Row = dict[int, Fraction]
Holders = dict[int, list[tuple[int, int, int]]]


@dataclass(frozen=True, slots=True)
class Small:
    """Companies with their holders (owner, lo, hi in ppm), and what no certain share of theirs takes up.

    ``sources``: the list. ``closed``: parties that nobody owns.
    """

    holders: Holders
    room: dict[int, int]
    sources: frozenset[int]
    closed: frozenset[int]


def solve(rows: dict[int, Row], b: dict[int, Fraction]) -> dict[int, Fraction]:
    """Least solution, nowhere negative, of ``h = P h + b``. What leads nowhere is zero."""
    users: dict[int, set[int]] = {}
    for x, row in rows.items():
        for y in row:
            users.setdefault(y, set()).add(x)
    live: set[int] = set()
    waiting = [x for x, v in b.items() if v > 0]
    while waiting:
        x = waiting.pop()
        if x not in live:
            live.add(x)
            waiting.extend(users.get(x, ()))
    left = {x: {y: w for y, w in rows.get(x, {}).items() if y in live and w} for x in live}
    value = {x: b.get(x, Fraction(0)) for x in live}
    users = {x: {u for u in users.get(x, ()) if u in live and x in left[u]} for x in live}
    done: list[tuple[int, Row]] = []
    while left:
        x = min(left, key=lambda i: (len(left[i]) * len(users[i]), i))
        row = left.pop(x)
        own = row.pop(x, Fraction(0))
        scale = 1 / (1 - own)
        row = {y: w * scale for y, w in row.items()}
        value[x] *= scale
        for u in users.pop(x) - {x}:
            w = left[u].pop(x)
            value[u] += w * value[x]
            for y, v in row.items():
                left[u][y] = left[u].get(y, Fraction(0)) + w * v
                users[y].add(u)
        for y in row:
            users[y].discard(x)
        done.append((x, row))
    found: dict[int, Fraction] = {}
    for x, row in reversed(done):
        found[x] = value[x] + sum((w * found[y] for y, w in row.items()), Fraction(0))
    return found


def _values(small: Small, share: Callable[[int, int], int], extra: dict[int, Fraction]) -> dict[int, Fraction]:
    """Worth of every party for given shares: ``share(company, position)`` in ppm."""
    rows: dict[int, Row] = {}
    b = dict(extra)
    for c, held in small.holders.items():
        if c in small.sources:
            continue
        row = rows.setdefault(c, {})
        for i, (owner, _, _) in enumerate(held):
            ppm = share(c, i)
            if owner in small.sources:
                b[c] = b.get(c, Fraction(0)) + Fraction(ppm, WHOLE)
            elif owner in small.holders and ppm:
                row[owner] = row.get(owner, Fraction(0)) + Fraction(ppm, WHOLE)
    return solve(rows, b) | dict.fromkeys(small.sources, Fraction(1))


def least(small: Small) -> dict[int, Fraction]:
    """Certain share of each company that ends in the list."""
    return _values(small, lambda c, i: small.holders[c][i][1], {})


def anyone(small: Small) -> dict[int, Fraction]:
    """The share that would end in the list if every holder not on record belonged to it."""
    extra = {c: Fraction(small.room[c], WHOLE) for c in small.holders if c not in small.closed and c not in small.sources}
    return _values(small, lambda c, i: small.holders[c][i][1], extra)


def most(small: Small) -> dict[int, Fraction]:
    """The largest share that can end in the list through holders on record."""
    chosen = {c: [lo for _, lo, _ in held] for c, held in small.holders.items()}
    while True:
        worth = _values(small, lambda c, i: chosen[c][i], {})
        changed = False
        for c, held in small.holders.items():
            if c in small.sources:
                continue
            better = greedy(held, small.room[c], [worth.get(o, Fraction(0)) for o, _, _ in held])
            if _total(held, better, worth) > _total(held, chosen[c], worth):
                chosen[c], changed = better, True
        if not changed:
            return worth


def greedy(held: list[tuple[int, int, int]], room: int, worth: list[Fraction]) -> list[int]:
    """Shares in ppm when slack goes first to the owner worth most."""
    found = [lo for _, lo, _ in held]
    for i in sorted(range(len(held)), key=lambda i: (-worth[i], held[i][0])):
        if worth[i] > 0:
            extra = min(held[i][2] - held[i][1], room)
            found[i] += extra
            room -= extra
    return found


def _total(held: list[tuple[int, int, int]], ppm: Iterable[int], worth: dict[int, Fraction]) -> Fraction:
    return sum((p * worth.get(o, Fraction(0)) for (o, _, _), p in zip(held, ppm, strict=True)), Fraction(0))
