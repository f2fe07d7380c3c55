"""Who controls whom: the least set that holds the list, every company in which the set jointly outvotes the rest, and whatever
a source says one of the set commands.

Control is a matter of steps, not of products: 51 % of 51 % of 51 % is a share of 13 % and full control (the company-control
rule of S. Ceri, G. Gottlob and L. Tanca, *Logic Programming and Databases*, 1990). Legal tests differ in where the line lies
and whether the line may be touched; each is a named rule. Everything is whole numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from litmus.core.truth import Truth
from litmus.core.words import expected_word
from litmus.parties.edges import NARROW, WHOLE, WIDE, Edges, Longs, distinct, view
from litmus.parties.graph import Graph, Members

Rounds = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line: ``share`` in ppm, to be passed (``strict``) or reached. ``hard``: do named commands count beside shares?

    ``votes``: votes count where known, otherwise shares; False: shares alone. ``basis``: where the line comes from.
    """

    name: str
    share: int
    strict: bool
    votes: bool
    hard: bool
    basis: str


RULES = {
    r.name: r
    for r in (
        Rule("majority", 500_000, True, True, True, "more than half of the votes; Regulation (EU) 2024/1624, Article 53: 50 % plus one"),
        Rule("half", 500_000, False, True, True, "half of the votes or more"),
        Rule("ofac-50", 500_000, False, False, False, "OFAC, 50 Percent Rule: shares of listed persons together, 50 % or more"),
        Rule("quarter", 250_000, False, False, True, "25 % or more at each level (one of the tests that EBA Q&A 2022_6622 finds in use)"),
    )
}


def rule(name: str) -> Rule:
    """The rule of this name; ValueError names the nearest."""
    if name not in RULES:
        raise ValueError(expected_word(name, RULES, "rule of control"))
    return RULES[name]


@dataclass(frozen=True, slots=True)
class Control:
    """Who is controlled, by the round in which it was found (0 for the list itself, -1 for nobody's).

    ``sure``: in every completion. ``maybe``: in some completion, through holders on record. ``anyone``: in some completion in
    which holders who are not on record belong to the list.
    """

    sure: Rounds
    maybe: Rounds
    anyone: Rounds

    def truth(self, party: int, *, open_holders: bool = False) -> Truth:
        """Is the party controlled? None when the record leaves it open; undisclosed holders count only when asked."""
        if self.sure[party] >= 0:
            return True
        return None if (self.anyone if open_holders else self.maybe)[party] >= 0 else False


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a set holds of each company, and what is certain in all, in ppm of all shares; own shares rest."""

    lo: Longs
    hi: Longs
    whole_lo: Longs
    rest_lo: Longs
    rest_hi: Longs


def _passes(line: Rule, part: Any, whole: Any) -> Any:
    return part * WHOLE > line.share * whole if line.strict else part * WHOLE >= line.share * whole


def _certainly(line: Rule, lo: Any, rest: Any) -> Any:
    """Does the certain part pass? Works on one number or on arrays; so does the next."""
    return _passes(line, lo, WHOLE - rest) & (lo > 0)


def _possibly(line: Rule, lo: Any, hi: Any, whole: Any, rest_lo: Any, rest_hi: Any, less: Any = np.minimum, more: Any = np.maximum) -> Any:
    """The most favourable completion: others at their least, own shares where they weigh most."""
    others = whole - lo
    rest = less(more(WHOLE - others - hi, rest_lo), rest_hi)
    part = less(hi, WHOLE - rest - others)
    return _passes(line, part, WHOLE - rest) & (part > 0)


def closure(edges: Edges, hard: Edges | None, seeds: Longs, sums: _Sums, line: Rule, *, possible: bool) -> Rounds:
    """The least set with the seeds that the rule and the hard edges close; each party with its round."""
    found = np.full(edges.n, -1, dtype=np.int32)
    front = np.unique(seeds).astype(np.int64)
    found[front] = 0
    count = 0
    while front.size:
        if front.size <= NARROW and int((edges.below[front + 1] - edges.below[front]).sum()) <= WIDE:
            front, count = _creep(edges, hard, front.tolist(), sums, line, possible, found, count)
            continue
        count += 1
        at = edges.under(front)
        held = edges.owned[at]
        np.add.at(sums.lo, held, edges.lo[at])
        np.add.at(sums.hi, held, edges.hi[at])
        touched = distinct(held[found[held] < 0], edges.n)
        s = (a[touched] for a in ((sums.lo, sums.hi, sums.whole_lo, sums.rest_lo, sums.rest_hi) if possible else (sums.lo, sums.rest_lo)))
        new = touched[(_possibly if possible else _certainly)(line, *s)]
        if hard is not None and len(hard):
            up = hard.under(front)
            commanded = hard.owned[up][(hard.lo[up] > 0) | possible]
            new = np.union1d(new, commanded[found[commanded] < 0])
        front = new.astype(np.int64)
        found[front] = count
    return found


def _creep(
    edges: Edges, hard: Edges | None, front: list[int], sums: _Sums, line: Rule, possible: bool, found: Rounds, count: int
) -> tuple[Longs, int]:
    """The same one by one while there are few: deep chains, where arrays of one would cost more than the sums."""
    lo, hi, whole, rest_lo, rest_hi = (view(a) for a in (sums.lo, sums.hi, sums.whole_lo, sums.rest_lo, sums.rest_hi))
    start, order = view(edges.below), view(edges.order)
    ends, low, high, rounds = view(edges.owned), view(edges.lo), view(edges.hi), view(found)
    commands = bool(hard is not None and len(hard))
    while front and len(front) <= NARROW and sum(start[x + 1] - start[x] for x in front) <= WIDE:
        count += 1
        touched: set[int] = set()
        after: set[int] = set()
        for x in front:
            for i in range(start[x], start[x + 1]):
                at = order[i]
                c = ends[at]
                lo[c] += low[at]
                hi[c] += high[at]
                touched.add(c)
            if commands and hard is not None:
                after.update(int(hard.owned[at]) for at in hard.under(np.array([x])) if possible or hard.lo[at] > 0)
        for c in touched:
            if possible:
                joins = _possibly(line, lo[c], hi[c], whole[c], rest_lo[c], rest_hi[c], min, max)
            else:
                joins = _certainly(line, lo[c], rest_lo[c])
            if joins:
                after.add(c)
        front = [c for c in after if rounds[c] < 0]
        for c in front:
            rounds[c] = count
    return np.array(sorted(front), dtype=np.int64), count


def _fresh(graph: Graph, line: Rule) -> tuple[Edges, _Sums]:
    edges = graph.votes if line.votes else graph.equity
    n = edges.n
    low, high = graph.treasury if line.votes else (np.zeros(n, dtype=np.int32),) * 2
    sums = _Sums(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), edges.sum_lo, low.astype(np.int64), high.astype(np.int64))
    return edges, sums


def certain(graph: Graph, seeds: Longs, line: Rule) -> Rounds:
    """What the seeds together control in every completion."""
    edges, sums = _fresh(graph, line)
    return closure(edges, graph.control if line.hard else None, seeds, sums, line, possible=False)


def possible(graph: Graph, seeds: Longs, line: Rule, *, open_holders: bool = False) -> Rounds:
    """What the seeds together control in some completion; with open holders, also what those not on record could bring."""
    edges, sums = _fresh(graph, line)
    if open_holders:
        room = WHOLE - sums.rest_lo - sums.whole_lo
        unknown = ~graph.closed & (room > 0) & _passes(line, room, WHOLE - sums.rest_lo)
        seeds = np.union1d(seeds, np.flatnonzero(unknown))
        sums.hi[:] = np.where(graph.closed, 0, room)
    return closure(edges, graph.control if line.hard else None, seeds, sums, line, possible=True)


def controlled_by(graph: Graph, members: Members, line: Rule = RULES["majority"], *, joint: bool = True) -> Control:
    """What a list controls. ``joint``: all its members act together; otherwise each alone, and any of them will do."""
    sure, maybe = (np.array(sorted(s), dtype=np.int64) for s in (members.sure, members.sure | members.maybe))
    if joint:
        return Control(certain(graph, sure, line), possible(graph, maybe, line), possible(graph, maybe, line, open_holders=True))
    nobody = np.full(graph.equity.n, -1, dtype=np.int32)
    low = _any([certain(graph, np.array([m]), line) for m in sure], nobody)
    high = _any([possible(graph, np.array([m]), line) for m in maybe], nobody)
    over = _any([possible(graph, np.array([m]), line, open_holders=True) for m in maybe], nobody)
    return Control(low, high, over)


def _any(found: list[Rounds], nobody: Rounds) -> Rounds:
    """Rounds of whoever is first."""
    best = nobody.copy()
    for one in found:
        better = (one >= 0) & ((best < 0) | (one < best))
        best[better] = one[better]
    return best


def voters(graph: Graph, control: Rounds, company: int, line: Rule) -> list[tuple[int, int, int, bool]]:
    """Who of the set made the company one of it: (owner, lo, hi in ppm, hard), the largest first.

    Only members found in an earlier round count: they are the reason, not the consequence.
    """
    edges = graph.votes if line.votes else graph.equity
    turn = control[company]
    if turn <= 0:
        return []
    found: list[tuple[int, int, int, bool]] = []
    for layer, hard in ((edges, False), (graph.control, True)):
        if hard and not line.hard:
            continue
        at = slice(int(layer.above[company]), int(layer.above[company + 1]))
        round_ = control[layer.owner[at]]
        member = (round_ >= 0) & (round_ < turn)
        columns = (layer.owner[at][member].tolist(), layer.lo[at][member].tolist(), layer.hi[at][member].tolist())
        found += [(owner, lo, hi, hard) for owner, lo, hi in zip(*columns, strict=True)]
    return sorted(found, key=lambda v: (not v[3], -v[1], -v[2], v[0]))
