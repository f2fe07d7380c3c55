"""Which parties are certainly one, and which may be one: what a verdict may rest on where an identity is not settled.

Certain merges bound from below, possible merges from above. Certain is what an identifier or a person says; a name alone,
however like, only makes a merge possible. So a judgement about a possible pair can settle a verdict and never turn it round.
A world is a way to sort all parties into blocks that keeps every certain merge, keeps barred pairs apart, and puts parties
together only along possible ties.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from litmus.parties.names.decide import ACCEPT, REJECT, Asked, Match, compare
from litmus.parties.names.form import forms
from litmus.parties.names.judgements import PARTY, Judgement, Judgements, node
from litmus.parties.names.listing import NameList

Two = frozenset[str]
_EXACT = 8


@dataclass(frozen=True, slots=True)
class Tie:
    """Two parties (ids in order) and what was decided about them.

    ``by``: identifier, judgement, or name. ``outcome`` and ``relation`` as in ``decide``; ``reasons`` in words, so that a
    verdict which rests on the tie can name it.
    """

    left: str
    right: str
    by: str
    outcome: str
    relation: str
    score: int
    reasons: tuple[str, ...]

    @property
    def pair(self) -> Two:
        """The two ids."""
        return frozenset((self.left, self.right))

    def __str__(self) -> str:
        return f"{self.left} — {self.right} by {self.by}: {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Merges:
    """Ties by kind, each sorted. ``contested``: judged the same and not the same; nothing rests on them, so they are possible too."""

    parties: tuple[str, ...]
    certain: tuple[Tie, ...] = ()
    possible: tuple[Tie, ...] = ()
    barred: tuple[Tie, ...] = ()
    contested: tuple[Tie, ...] = ()

    @cached_property
    def _blocks(self) -> dict[str, frozenset[str]]:
        return _components(self.parties, (t.pair for t in self.certain))

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        return _components(self.parties, (t.pair for t in (*self.certain, *self.possible)))

    def same(self, party: str) -> frozenset[str]:
        """The parties that are certainly this one, itself among them."""
        return self._blocks.get(party, frozenset({party}))

    @cached_property
    def _apart(self) -> frozenset[Two]:
        """Barred pairs of blocks, each by its first id."""
        return frozenset(frozenset(min(self.same(p)) for p in t.pair) for t in self.barred)

    def may_be(self, party: str) -> frozenset[str]:
        """The parties that may be this one, directly or through others, itself among them; possibly some too many, never too few."""
        mine = min(self.same(party))
        found = self._reach.get(party, frozenset({party}))
        return frozenset(p for p in found if frozenset((mine, min(self.same(p)))) not in self._apart)

    def names_of(self, party: str) -> frozenset[str]:
        """The ids by which the party may go when every block goes by its first id in the alphabet; one id when that is settled."""
        first = min(self.same(party))
        return frozenset(name for p in self.may_be(party) if (name := min(self.same(p))) <= first)

    def why(self, party: str) -> tuple[Tie, ...]:
        """The open ties of the party and of what is certainly it: what a person would have to judge."""
        mine = self.same(party)
        return tuple(t for t in self.possible if t.pair & mine)

    def worlds(self, among: Iterable[str]) -> Iterator[tuple[frozenset[str], ...]]:
        """Every world of some parties, with the whole of their blocks. Exponential: for small sets and for tests."""
        whole = sorted({self.same(p) for p in among}, key=min)
        links = {frozenset(min(self.same(p)) for p in t.pair) for t in self.possible}
        yield from _sorted_into(tuple(whole), links, self._apart)

    def largest(self, weights: Mapping[str, int]) -> tuple[int, int, bool]:
        """Bounds of the largest block's weight, in the unit of the weights (none negative), and whether both are attained.

        That is proved for up to eight blocks in reach of each other; beyond, the whole reach counts as one block from above.
        """
        return self._bounds(weights, lambda blocks: max(blocks, default=0), max)

    def squares(self, weights: Mapping[str, int]) -> tuple[int, int, bool]:
        """The same for the sum of squared block weights: what a Herfindahl-Hirschman index divides by the squared total."""
        return self._bounds(weights, lambda blocks: sum(b * b for b in blocks), int.__add__)

    def _bounds(
        self, weights: Mapping[str, int], measure: Callable[[list[int]], int], join: Callable[[int, int], int]
    ) -> tuple[int, int, bool]:
        """Merging never lessens either measure: as few merges as possible give the lower bound, each reach by itself the upper."""
        low = high = 0
        exact = True
        for reach in {self._reach.get(p, frozenset({p})) for p in weights}:
            blocks = {self.same(p) for p in reach}
            least = measure([_weight(b, weights) for b in blocks])
            if len(blocks) <= _EXACT:
                most = max(measure([_weight(b, weights) for b in world]) for world in self.worlds(reach))
            else:
                most, exact = measure([_weight(reach, weights)]), False
            low, high = join(low, least), join(high, most)
        return low, high, exact


def _weight(block: frozenset[str], weights: Mapping[str, int]) -> int:
    return sum(weights.get(p, 0) for p in block)


def _components(parties: Iterable[str], pairs: Iterable[Two]) -> dict[str, frozenset[str]]:
    """The connected set of each party."""
    near: dict[str, set[str]] = {p: {p} for p in parties}
    for a, b in (sorted(pair) for pair in pairs):
        if near[a] is not near[b]:
            small, large = sorted((near[a], near[b]), key=len)
            large |= small
            for p in small:
                near[p] = large
    frozen = {id(found): frozenset(found) for found in near.values()}
    return {p: frozen[id(found)] for p, found in near.items()}


def _sorted_into(blocks: tuple[frozenset[str], ...], links: set[Two], apart: frozenset[Two]) -> Iterator[tuple[frozenset[str], ...]]:
    """Every way to join blocks along links without joining two that are kept apart."""
    if not blocks:
        yield ()
        return
    first, rest = blocks[0], blocks[1:]
    for size in range(len(rest) + 1):
        for chosen in combinations(rest, size):
            heads = [min(b) for b in (first, *chosen)]
            if any(frozenset(p) in apart for p in combinations(heads, 2)) or not _connected(heads, links):
                continue
            left = tuple(b for b in rest if b not in chosen)
            for others in _sorted_into(left, links, apart):
                yield (frozenset().union(first, *chosen), *others)


def _connected(heads: list[str], links: set[Two]) -> bool:
    inside = (link for link in links if len(link) == 2 and link <= set(heads))
    return len(_components(heads, inside)[heads[0]]) == len(heads)


def merges(
    names: NameList,
    judged: Judgements | None = None,
    curated: Collection[str] = (),
    likely: bool = False,
    editors: Mapping[str, str] | None = None,
) -> Merges:
    """Sort all pairs of parties on a list by what identifiers, people and names say about them.

    ``curated`` are ids that an editor keeps apart, as one dossier's parties are: between two of them a name is no doubt.
    ``editors`` gives the editor of each id where there are several; a blank is nobody.
    ``likely`` takes accepted names as certain too; then a later judgement may turn a verdict round, and the tie must be named.
    """
    judged = judged or Judgements()
    said, contradicted = _said(names, judged)
    barred = {p: t for p, t in said.items() if t.outcome == REJECT}
    sure = {**_registered(names), **{p: t for p, t in said.items() if t.outcome == ACCEPT}}
    contested = _inside(names, sure, {*barred, *contradicted})
    certain = {p: t for p, t in sure.items() if p not in contested}
    like = _alike(names, editors or dict.fromkeys(curated, "one"))
    if likely:
        more = {p: t for p, t in like.items() if t.outcome == ACCEPT and p not in contested}
        doubtful = _inside(names, {**more, **certain}, set(barred))
        certain = {**{p: t for p, t in more.items() if p not in doubtful}, **certain}
    whole = _components(names.by_party, certain)
    kept_apart = {frozenset(min(whole[x]) for x in p) for p in barred}
    doubts = {p: t for p, t in said.items() if t.outcome not in {ACCEPT, REJECT}}
    open_ties = {
        p: t
        for p, t in {**like, **doubts, **contested}.items()
        if len(heads := frozenset(min(whole[x]) for x in p)) == 2 and heads not in kept_apart
    }
    return Merges(tuple(sorted(names.by_party)), *(_in_order(t) for t in (certain, open_ties, barred, contested)))


def _inside(names: NameList, ties: dict[Two, Tie], apart: set[Two]) -> dict[Two, Tie]:
    """The ties of every connected set that holds two parties which are kept apart."""
    blocks = _components(names.by_party, ties)
    broken = {blocks[a] for a, b in (sorted(p) for p in apart) if blocks[a] == blocks[b]}
    return {p: t for p, t in ties.items() if blocks[min(p)] in broken}


def _in_order(ties: dict[Two, Tie]) -> tuple[Tie, ...]:
    return tuple(sorted(ties.values(), key=lambda t: (t.left, t.right)))


def _tie(pair: Two, by: str, match: Match) -> Tie:
    left, right = sorted(pair)
    return Tie(left, right, by, match.outcome, match.relation, match.score, match.reasons)


def _said(names: NameList, judged: Judgements) -> tuple[dict[Two, Tie], set[Two]]:
    """Judgements about two parties, by their ids or by names that only one party has; names in between join what they join.

    Also the pairs that stand in a set which is joined and kept apart at once.
    """
    stands_for = _standing(names)
    keys = {key for pair in judged.said for key in pair}
    joined = _components(keys, (p for p, line in judged.said.items() if line.judgement == "same" and len(p) == 2))
    members: dict[str, list[str]] = {}
    for key in sorted(keys):
        if key in stands_for:
            members.setdefault(min(joined[key]), []).append(stands_for[key])
    found: dict[Two, Tie] = {}
    contradicted: set[Two] = set()
    lines = sorted(judged.said.values(), key=lambda j: j.line)
    for line in (j for word in ("unsure", "same", "not_same") for j in lines if j.judgement == word):
        ends = [node(line.left), node(line.right)]
        a, b = (members.get(min(joined[end]), []) for end in ends)
        named = frozenset(stands_for[end] for end in ends if end in stands_for)
        pairs = {frozenset((x, y)) for x in a for y in b if x != y}
        if line.judgement == "not_same" and joined[ends[0]] == joined[ends[1]]:
            contradicted |= pairs
            pairs &= {named}
        for pair in pairs:
            if pair not in found or named == pair or _OUTCOME[line.judgement] != found[pair].outcome:
                found[pair] = _spoken(pair, line)
    return found, contradicted


def _standing(names: NameList) -> dict[str, str]:
    """Which party a side of a judgement stands for: an id, or a name that no other party has."""
    owners: dict[str, set[str]] = {}
    for entry in names.entries:
        owners.setdefault(node(entry.name), set()).add(entry.party)
    found = {key: next(iter(parties)) for key, parties in owners.items() if len(parties) == 1}
    return found | {f"{PARTY}{party}": party for party in names.by_party}


_OUTCOME = {"same": ACCEPT, "not_same": REJECT, "unsure": "review"}


def _spoken(pair: Two, line: Judgement) -> Tie:
    left, right = sorted(pair)
    return Tie(left, right, "judgement", _OUTCOME[line.judgement], "same", 1000, (str(line),))


def _registered(names: NameList) -> dict[Two, Tie]:
    """Parties for which one identifier is registered."""
    found: dict[Two, Tie] = {}
    for identifier, parties in sorted(names.by_identifier.items()):
        for pair in combinations(sorted(parties), 2):
            why = f"identifier {identifier} is registered for both"
            found.setdefault(frozenset(pair), Tie(*pair, "identifier", ACCEPT, "same", 1000, (why,)))
    return found


def _alike(names: NameList, editors: Mapping[str, str]) -> dict[Two, Tie]:
    """Pairs whose names or relatives' names come near enough that a person should look; asked from both sides."""
    best: dict[Two, Tie] = {}
    for entry in names.entries:
        asked = Asked(entry.name, entry.country, entry.town, entry.identifiers)
        near = {names.reading(n)[0] for form in forms(entry.name) for n in names.candidates(form, entry.country)}
        for other in sorted(near, key=lambda e: (e.party, e.name)):
            pair = frozenset((entry.party, other.party))
            if len(pair) == 1 or (editors.get(entry.party, "") and editors.get(entry.party) == editors.get(other.party)):
                continue
            match = compare(asked, other, names)
            if match.outcome != REJECT and (pair not in best or _rank(match) < _rank(best[pair])):
                best[pair] = _tie(pair, "name", match)
    return best


def _rank(found: Match | Tie) -> tuple[bool, int]:
    return found.outcome != ACCEPT, -found.score

