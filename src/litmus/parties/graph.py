"""Who holds what of whom on one day, as a graph: equity, votes and hard control kept apart, with the facts behind each.

Three layers that are never added up: equity (who is owed the share), votes (who decides), control (board majority, golden
share, consolidation, a state over its ministry: named by a source, whatever the shares). Where no source speaks of a
company's votes they are taken to follow its equity, and every answer that rests on that says so. What cannot be true (a
share over the whole, certain shares that add up to more than the whole) is refused: the company's shares count as unknown,
and the fault is told; nothing is ever rescaled to fit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from litmus.core.sets import Names, Numbers
from litmus.core.truth import Truth
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.parties.edges import WHOLE, Edges, Flags, Ints, Longs, edges

OPEN = Policy()
#: Parties that nobody owns; a share that ends with them ends for good.
TERMINAL = frozenset({"state", "public-body", "person", "regulator", "court", "international"})


@dataclass(frozen=True, eq=False)
class Graph:
    """One day's holdings. ``treasury``: own shares whose votes rest, (lo, hi) in ppm by party.

    ``refused``: companies whose recorded shares cannot be true, with the reason. ``assumed``: companies whose votes are taken
    from their equity. ``facts``: what stands behind a holding, by (owner, owned).
    """

    names: tuple[str, ...]
    index: dict[str, int]
    equity: Edges
    votes: Edges
    control: Edges
    treasury: tuple[Ints, Ints]
    closed: Flags
    refused: dict[int, str] = field(default_factory=dict)
    assumed: frozenset[int] | None = frozenset()
    facts: dict[tuple[int, int], tuple[Fact, ...]] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """The number of a party. Raises KeyError."""
        return self.index[name]

    def votes_assumed(self, company: int) -> bool:
        """Are the company's votes taken from its equity?"""
        return self.assumed is None or company in self.assumed


@dataclass(frozen=True, slots=True)
class Members:
    """A list as numbers of parties: who certainly stands on it, and who may."""

    sure: frozenset[int]
    maybe: frozenset[int] = frozenset()

    def flags(self, graph: Graph, *, possible: bool) -> Flags:
        """Marks on every party of the graph."""
        found = np.zeros(graph.equity.n, dtype=bool)
        found[list(self.sure | self.maybe if possible else self.sure)] = True
        return found


@dataclass(frozen=True, slots=True)
class Holding:
    """What the record says of one owner, one company and one interest, in all places together; ppm."""

    owner: str
    owned: str
    interest: str
    lo: int
    hi: int
    sure: Truth
    why: str
    facts: tuple[Fact, ...]


def from_arrays(
    n: int,
    owner: npt.ArrayLike,
    owned: npt.ArrayLike,
    lo: npt.ArrayLike,
    hi: npt.ArrayLike | None = None,
    *,
    names: tuple[str, ...] = (),
    closed: npt.ArrayLike | None = None,
    control: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> Graph:
    """A graph of numbered parties with shares in ppm; votes follow equity. ``closed``: parties that nobody owns."""
    low = np.asarray(lo)
    equity, refused = _checked(n, np.asarray(owner), np.asarray(owned), low, low if hi is None else np.asarray(hi))
    shut = np.zeros(n, dtype=bool) if closed is None else np.asarray(closed, dtype=bool)
    hard = edges(n, *(control or ([], [])), *2 * [np.full(len(np.asarray(control[0])) if control else 0, WHOLE)])
    votes, treasury = _without_own_shares(equity)
    index = {name: i for i, name in enumerate(names)}
    return Graph(names, index, equity, votes, hard, treasury, shut, refused, assumed=None)


def _checked(n: int, owner: Longs, owned: Longs, lo: Longs, hi: Longs) -> tuple[Edges, dict[int, str]]:
    """Holdings that can be true; the others count as unknown, and their companies are named with the reason."""
    refused: dict[int, str] = {}
    wrong = (lo < 0) | (hi > WHOLE) | (lo > hi)
    for at in np.flatnonzero(wrong):
        refused[int(owned[at])] = f"a share from {lo[at] / 10_000:g} to {hi[at] / 10_000:g} % is no share; correct the row"
    made = edges(n, owner, owned, np.where(wrong, 0, lo), np.where(wrong, WHOLE, hi)) if refused else edges(n, owner, owned, lo, hi)
    for c in np.flatnonzero(made.sum_lo > WHOLE):
        refused[int(c)] = f"certain shares add up to {made.sum_lo[c] / 10_000:g} %, over the whole; end-date or correct a row"
    if refused:
        unknown = np.isin(made.owned, np.array(list(refused)))
        made = Edges(n, made.owner, made.owned, np.where(unknown, 0, made.lo), np.where(unknown, WHOLE, made.hi))
    room = (WHOLE - made.sum_lo)[made.owned]
    return replace(made, hi=_at_most(made.hi, made.lo, room)), refused


def _at_most(high: Ints, low: Ints, room: Longs) -> Ints:
    """No holding can exceed what the certain shares of the others leave."""
    tight: Ints = np.minimum(high, low + room).astype(np.int32)
    return tight


def _without_own_shares(equity: Edges) -> tuple[Edges, tuple[Ints, Ints]]:
    """Votes that follow equity: a company's shares in itself do not vote."""
    own = equity.owner == equity.owned
    low, high = np.zeros(equity.n, dtype=np.int32), np.zeros(equity.n, dtype=np.int32)
    if not own.any():
        return equity, (low, high)
    np.add.at(low, equity.owned[own], equity.lo[own])
    np.add.at(high, equity.owned[own], equity.hi[own])
    keep = ~own
    votes = Edges(equity.n, equity.owner[keep], equity.owned[keep], equity.lo[keep], equity.hi[keep])
    return votes, (low, np.minimum(high, WHOLE))


def holdings(evidence: Evidence, as_of: int, known_at: int, policy: Policy = OPEN) -> list[Holding]:
    """Every holding that may stand on the day, reconciled over places: sources that agree narrow it, a conflict widens it."""
    grouped: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in evidence.facts("ownership", policy, as_of, known_at):
        grouped.setdefault((named(fact, "owner"), named(fact, "owned"), named(fact, "interest")), []).append(fact)
    found = (_holding(key, facts) for key, facts in grouped.items())
    return sorted((h for h in found if h.sure is not False), key=lambda h: (h.owned, h.owner, h.interest))


def _holding(key: tuple[str, str, str], facts: list[Fact]) -> Holding:
    answers = {f.exists for f in facts}
    sure: Truth = None if {True, False} <= answers else True if True in answers else False if answers == {False} else None
    stated = [f for f in facts if f.value("share").readings and f.exists is not False]
    pieces = [f.value("share").allowed for f in stated]
    whys = {f.value("share").why for f in facts} - {"", "missing"}
    lo, hi = 0, WHOLE
    if pieces:
        met = pieces[0]
        for p in pieces[1:]:
            met = met & p  # type: ignore[operator]
        if met.empty:
            whys.add("contested")
            for p in pieces:
                met = met | p  # type: ignore[operator]
        assert isinstance(met, Numbers)  # noqa: S101
        lo, hi = int(met.lo), int(met.hi)
    if sure is not True:
        lo = 0
    return Holding(*key, lo, hi, sure, ", ".join(sorted(whys)), tuple(facts))


def from_evidence(evidence: Evidence, as_of: int, known_at: int, policy: Policy = OPEN) -> Graph:
    """The graph of one day, from what was known by another, under a policy."""
    found = holdings(evidence, as_of, known_at, policy)
    kinds = {r.id: r.values["kind"] for r in evidence.dossier.rows["party"]}
    names = tuple(sorted({*kinds, *(h.owner for h in found), *(h.owned for h in found)}))
    index = {name: i for i, name in enumerate(names)}
    n = len(names)
    by_interest = {i: {(index[h.owner], index[h.owned]): h for h in found if h.interest == i} for i in ("equity", "voting", "control")}
    equity, refused = _equity(n, by_interest)
    votes, treasury, more, spoken = _votes(n, by_interest, equity)
    refused |= {c: why for c, why in more.items() if c not in refused}
    hard = sorted(by_interest["control"].items(), key=lambda kv: (kv[0][1], kv[0][0]))
    surely = [WHOLE if h.sure else 0 for _, h in hard]
    control = edges(n, [k[0] for k, _ in hard], [k[1] for k, _ in hard], surely, [WHOLE] * len(hard))
    closed = np.array([kinds.get(name) in TERMINAL for name in names], dtype=bool)
    facts: dict[tuple[int, int], tuple[Fact, ...]] = {}
    for h in found:
        key = (index[h.owner], index[h.owned])
        facts[key] = (*facts.get(key, ()), *h.facts)
    assumed = frozenset({key[1] for key in by_interest["equity"]} - spoken)
    return Graph(names, index, equity, votes, control, treasury, closed, refused, assumed, facts)


Keyed = dict[str, dict[tuple[int, int], Holding]]


def _equity(n: int, by: Keyed) -> tuple[Edges, dict[int, str]]:
    """Equity on record; who only votes or controls may hold any share, so its share is open."""
    spans = {key: (h.lo, h.hi) for key, h in by["equity"].items()}
    for key in (*by["voting"], *by["control"]):
        if key[0] != key[1]:
            spans.setdefault(key, (0, WHOLE))
    owner, owned = _ends(spans)
    lo, hi = (np.array([s[i] for s in spans.values()], dtype=np.int64) for i in (0, 1))
    return _checked(n, owner, owned, lo, hi)


def _ends(keys: Iterable[tuple[int, int]]) -> tuple[Longs, Longs]:
    both = np.array(list(keys), dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _votes(n: int, by: Keyed, equity: Edges) -> tuple[Edges, tuple[Ints, Ints], dict[int, str], set[int]]:
    """Votes on record; of a company whose votes no source speaks of, its equity without own shares.

    Where a source gives the votes of some holders only, a holder known by equity alone may have any of the votes left.
    """
    spoken = {key[1] for key in by["voting"]}
    plain, (low, high) = _without_own_shares(equity)
    ours = np.isin(plain.owned, np.array(sorted(spoken), dtype=np.int64)) if spoken else np.zeros(len(plain), dtype=bool)
    spans = {(int(a), int(b)): (0, WHOLE) for a, b in zip(plain.owner[ours], plain.owned[ours], strict=True)}
    spans |= {key: (h.lo, h.hi) for key, h in by["voting"].items() if key[0] != key[1]}
    owner, owned = _ends(spans)
    lo, hi = (np.array([s[i] for s in spans.values()], dtype=np.int64) for i in (0, 1))
    told, refused = _checked(n, owner, owned, lo, hi)
    keep = ~ours
    joined = edges(
        n,
        np.concatenate((plain.owner[keep], told.owner)),
        np.concatenate((plain.owned[keep], told.owned)),
        np.concatenate((plain.lo[keep], told.lo)),
        np.concatenate((plain.hi[keep], told.hi)),
    )
    at = np.array(sorted(spoken), dtype=np.int64)
    low[at], high[at] = 0, 0
    return joined, (low, high), refused, spoken


def named(fact: Fact, column: str) -> str:
    """The one name that a column of a fact holds; empty when it holds none, or may hold several."""
    allowed = fact.value(column).allowed
    return next(iter(allowed.values), "") if isinstance(allowed, Names) and allowed.is_point else ""
