"""Why a share is what it is, and why control is where it is: the ways, best first, and the votes that made each step.

A way's share is the product of its holdings, own shares set aside. What the listed ways do not explain (further ways, and
what runs in circles) is told as a remainder, so that a short list never passes for the whole.
"""

import heapq
from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from litmus.core.interval import Interval
from litmus.parties.control import Rounds, Rule, voters
from litmus.parties.edges import WHOLE, Floats, view
from litmus.parties.graph import Graph, Members

WAYS, STEPS, LOOKS, OWNERS = 5, 40, 200, 64


@dataclass(frozen=True, slots=True)
class Way:
    """From a member of the list down to the company; ``shares`` of each holding, ``share`` of the whole way."""

    parties: tuple[int, ...]
    shares: tuple[Interval, ...]
    share: Interval


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways found, best first; ``complete`` when there are no others that do not turn in circles."""

    paths: tuple[Way, ...]
    complete: bool

    @property
    def told(self) -> Interval:
        """What the listed ways add up to."""
        return Interval(sum((w.share.lo for w in self.paths), Fraction(0)), sum((w.share.hi for w in self.paths), Fraction(0)))


@dataclass(frozen=True, slots=True)
class Step:
    """One company joins the controlled set: in which round, and the members whose votes or command made it (owner, lo, hi, hard)."""

    company: int
    round: int
    by: tuple[tuple[int, int, int, bool], ...]


def owned_paths(graph: Graph, members: Members, party: int, worth: Floats | None = None, ways: int = WAYS) -> Ways:
    """The best ways from the list to a company. ``worth``: how much of each party is the list's, where it is already known.

    Best first by the share that a way can still bring; circles are left out. At most ``LOOKS`` parties are looked at, and
    of each its ``OWNERS`` owners worth most: a way of hundreds of steps explains nothing, and is told as a remainder.
    """
    listed = members.sure | members.maybe
    if worth is None:
        worth = graph.equity.reach(np.array(sorted(listed), dtype=np.int64), down=True).astype(np.float64)
    found: list[Way] = []
    waiting: list[tuple[float, tuple[int, ...], tuple[int, ...]]] = [(-1.0, (party,), ())]
    looks, cut = 0, False
    while waiting and len(found) < ways and looks < LOOKS:
        bound, parties, steps = heapq.heappop(waiting)
        here = parties[0]
        if here in listed and len(parties) > 1:
            found.append(_way(graph, parties, steps))
            continue
        looks += 1
        owners, left_out = _owners(graph, here, worth)
        cut = cut or left_out
        before = -bound / (float(worth[here]) or 1.0)
        for value, owner, at in owners:
            if owner not in parties:
                heapq.heappush(waiting, (-before * value, (owner, *parties), (at, *steps)))
    return Ways(tuple(found), not waiting and not cut)


def _owners(graph: Graph, company: int, worth: Floats) -> tuple[list[tuple[float, int, int]], bool]:
    """What each holding can bring of the list, its owner and its position; and whether any was left out."""
    e = graph.equity
    begin, end = int(e.above[company]), int(e.above[company + 1])
    if end - begin > OWNERS:
        value = e.hi[begin:end] * worth[e.owner[begin:end]]
        value[e.owner[begin:end] == company] = 0
        some = np.flatnonzero(value > 0)
        top = some if len(some) <= OWNERS else some[np.argpartition(-value[some], OWNERS)[:OWNERS]]
        return [(float(value[i]) / WHOLE, int(e.owner[begin + i]), begin + int(i)) for i in top], len(some) > OWNERS
    owner, high = view(e.owner), view(e.hi)
    held = [(high[i], owner[i], i) for i in range(begin, end)]
    rest = 1 - sum(h for h, o, _ in held if o == company) / WHOLE
    scale = WHOLE * rest if rest > 0 else WHOLE
    bring = [(h * float(worth[o]) / scale, o, i) for h, o, i in held if o != company and h > 0]
    return [b for b in bring if b[0] > 0], False


def _way(graph: Graph, parties: tuple[int, ...], steps: tuple[int, ...]) -> Way:
    """The shares of a way, exactly: each holding in what is left when own shares are set aside."""
    e = graph.equity
    whole = Interval(Fraction(1), Fraction(1))
    shares = []
    for company, at in zip(parties[1:], steps, strict=True):
        begin, end = int(e.above[company]), int(e.above[company + 1])
        own = begin + np.flatnonzero(e.owner[begin:end] == company)
        low, high = WHOLE - int(e.lo[own].sum()), max(WHOLE - int(e.hi[own].astype(np.int64).sum()), 1)
        least, most = (min(Fraction(int(x), y), Fraction(1)) for x, y in ((e.lo[at], low), (e.hi[at], high)))
        shares.append(Interval(least, max(least, most)))
        whole = whole * shares[-1]
    return Way(parties, tuple(shares), whole)


def control_steps(graph: Graph, rounds: Rounds, party: int, line: Rule, steps: int = STEPS) -> tuple[Step, ...]:
    """How the set came to hold a party: each company on the way with the fewest members that made it, nearest first.

    At most ``steps`` companies; those further up are where the last listed members stand.
    """
    found: list[Step] = []
    seen = {party}
    waiting = deque([party])
    while waiting and len(found) < steps:
        company = waiting.popleft()
        by = _enough(graph, company, voters(graph, rounds, company, line), line)
        if rounds[company] > 0:
            found.append(Step(company, int(rounds[company]), by))
        for owner, *_ in by:
            if owner not in seen and rounds[owner] > 0:
                seen.add(owner)
                waiting.append(owner)
    return tuple(found)


def _enough(graph: Graph, company: int, by: list[tuple[int, int, int, bool]], line: Rule) -> tuple[tuple[int, int, int, bool], ...]:
    """The largest votes until the line is passed; where they do not pass it, the first that a source names as in control.

    Where control is only possible, everybody who may have made it.
    """
    rest = int(graph.treasury[0][company]) if line.votes else 0
    held, found = 0, []
    for one in by:
        if one[3]:
            continue
        found.append(one)
        held += one[1]
        part, need = held * WHOLE, line.share * (WHOLE - rest)
        if part > need or (part == need and held and not line.strict):
            return tuple(found)
    return (by[0],) if by and by[0][3] and by[0][1] else tuple(by)


def weakest_links(ways: Ways) -> Interval:
    """What the listed ways add up to when each counts as its smallest holding: control rights by the weakest link.

    A convention of the literature (La Porta et al.; Claessens et al.), told beside shares. No verdict rests on it: no law does.
    """
    least = (min((x.lo for x in w.shares), default=Fraction(0)) for w in ways.paths)
    most = (min((x.hi for x in w.shares), default=Fraction(0)) for w in ways.paths)
    return Interval(min(sum(least, Fraction(0)), Fraction(1)), min(sum(most, Fraction(0)), Fraction(1)))
