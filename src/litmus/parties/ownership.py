"""How much of a company belongs to a list: the probability that a share of it, traced upward, ends with a member.

``h = 1`` on the list, otherwise ``h = sum of share × h`` over the owners, least solution. In [0, 1]; nobody is counted twice;
defined for circular holdings, where for one owner it equals Y/(1+Y) of integrated ownership (S. Baldone et al. 1998). A
company's shares in itself lead back to it, which drops them and rescales the rest. Shares multiply; control does not, and is
another question (``control``). The answer is an interval with three ends: what is certain; the most that holders on record
can make it; and the most if every holder who is not on record belonged to the list.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from litmus.core.interval import Interval
from litmus.core.truth import Truth
from litmus.parties import exact
from litmus.parties.edges import WHOLE, Flags, Longs
from litmus.parties.graph import Graph, Members

if TYPE_CHECKING:
    from litmus.parties.solve import Solved

#: With more companies than these between the list and the party, numbers with a proved error take the place of fractions.
EXACT_COMPANIES = 120
LISTED = -1


@dataclass(frozen=True, slots=True)
class Owned:
    """The share of one company that ends in a list.

    ``share``: from what is certain to the most through holders on record. ``open``: the most if every holder who is not on
    record belonged to the list. ``exact``: in exact fractions; otherwise widened by the proved error of the solve.
    """

    party: int
    share: Interval
    open: Fraction
    exact: bool

    def at_least(self, threshold: Fraction, *, open_holders: bool = True) -> Truth:
        """Is the share at least this much? None when the record leaves it open."""
        if self.share.lo >= threshold:
            return True
        return None if (self.open if open_holders else self.share.hi) >= threshold else False


@dataclass(frozen=True, slots=True)
class OwnedAll:
    """The same for every party of a graph, as floats with their proved errors."""

    least: "Solved"
    most: "Solved"
    anyone: "Solved | None"


def owned_by(graph: Graph, members: Members, party: int) -> Owned:
    """The share of one party that ends in the list. Raises ``solve.Unsettled`` when it cannot be proved."""
    if party in members.sure:
        return Owned(party, Interval(Fraction(1), Fraction(1)), Fraction(1), exact=True)
    stop = members.flags(graph, possible=False)
    between = graph.equity.reach(np.array([party]), down=False, stop=stop)
    companies = np.flatnonzero(between & ~stop)
    companies = companies[(graph.equity.above[companies + 1] > graph.equity.above[companies]) | ~graph.closed[companies]]
    if len(companies) <= EXACT_COMPANIES:
        return _exactly(graph, members, party, companies)
    return _proved(graph, members, party, between)


def _exactly(graph: Graph, members: Members, party: int, companies: Longs) -> Owned:
    surely = small(graph, companies, members.sure)
    maybe = small(graph, companies, members.sure | members.maybe) if members.maybe else surely
    low = exact.least(surely).get(party, Fraction(0))
    high = exact.most(maybe).get(party, Fraction(0))
    return Owned(party, Interval(low, high), exact.anyone(maybe).get(party, Fraction(0)), exact=True)


def small(graph: Graph, companies: Longs, sources: frozenset[int]) -> exact.Small:
    """These companies with their holders, ready for exact arithmetic: the list's members as one, outsiders as room that is taken."""
    e = graph.equity
    inside, listed = np.zeros(e.n, dtype=bool), np.zeros(e.n, dtype=bool)
    inside[companies], listed[list(sources)] = True, True
    holders: exact.Holders = {}
    room: dict[int, int] = {}
    for c in companies.tolist():
        at = np.arange(e.above[c], e.above[c + 1])
        owner = e.owner[at]
        room[c] = WHOLE - int(e.lo[at].sum())
        here, theirs = at[inside[owner] & ~listed[owner]], at[listed[owner]]
        holders[c] = [(int(e.owner[i]), int(e.lo[i]), int(e.hi[i])) for i in here]
        if len(theirs):
            holders[c].append((LISTED, int(e.lo[theirs].sum()), int(e.hi[theirs].astype(np.int64).sum())))
    shut = frozenset(c for c in companies.tolist() if graph.closed[c])
    return exact.Small(holders, room, sources | {LISTED}, shut)


def _proved(graph: Graph, members: Members, party: int, between: Flags) -> Owned:
    found = _all(graph, members, between, with_anyone=True)
    assert found.anyone is not None  # noqa: S101
    low = Fraction(float(found.least.value[party])) - Fraction(float(found.least.error[party]))
    high, over = (Fraction(float(s.value[party])) + Fraction(float(s.error[party])) for s in (found.most, found.anyone))
    span = Interval(max(low, Fraction(0)), min(high, Fraction(1)))
    return Owned(party, span, max(min(over, Fraction(1)), Fraction(span.hi)), exact=False)


def owned_all(graph: Graph, members: Members, *, with_anyone: bool = False) -> OwnedAll:
    """The shares of all parties at once. Raises ``solve.Unsettled`` when they cannot be proved."""
    return _all(graph, members, None, with_anyone=with_anyone)


def _all(graph: Graph, members: Members, only: Flags | None, *, with_anyone: bool) -> OwnedAll:
    from litmus.parties import solve  # SciPy takes a third of a second to load, and few questions need it

    surely, maybe = members.flags(graph, possible=False), members.flags(graph, possible=True)
    low = solve.least(graph.equity, surely, only)
    high = solve.most(graph.equity, maybe, only, None if members.maybe else low)
    return OwnedAll(low, high, solve.anyone(graph.equity, maybe, graph.closed, only) if with_anyone else None)
