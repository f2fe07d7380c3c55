"""How alike two forms are: their words are aligned, each pair weighed by frozen rarity. Symmetric, in whole numbers."""

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from litmus.parties.names.form import Form, Word
from litmus.parties.names.listing import NameList, initials
from litmus.parties.names.vocabulary import Thresholds, thresholds

FULL = 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of both names that agree: ``how`` and how well (per mille)."""

    left: tuple[Word, ...]
    right: tuple[Word, ...]
    how: str
    quality: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """``score`` per mille: agreeing weight over all weight of both names (Dice), where weight is rarity by kind."""

    score: int
    pairs: tuple[Pair, ...]
    left: tuple[Word, ...]
    right: tuple[Word, ...]
    whole: str = ""

    def alone(self, kind: str) -> tuple[int, int]:
        """How many words of a kind have no partner, on the left and on the right."""
        return sum(w.kind == kind for w in self.left), sum(w.kind == kind for w in self.right)

    @property
    def named(self) -> tuple[Pair, ...]:
        """The pairs that hold a word which tells companies apart."""
        return tuple(p for p in self.pairs if any(w.kind == "name" for w in (*p.left, *p.right)))

    @property
    def slips(self) -> tuple[Pair, ...]:
        """The named pairs, when every one of them needs a slip or a cut to agree; else none."""
        named = self.named
        return named if all(p.how in {"typo", "two_typos", "cut"} for p in named) else ()


def align(left: Form, right: Form, names: NameList) -> Alignment:
    """Align the words of two forms. ``align(a, b)`` and ``align(b, a)`` have one score and mirrored pairs."""
    t = thresholds()
    same = _whole(left, right)
    if same:
        how, quality = same, t.quality[same]
        return Alignment(quality, (Pair(left.words, right.words, how, quality),), (), (), how)
    ours, theirs, rest_left, rest_right = _exact(left.words, right.words)
    found = tuple(Pair((a,), (b,), "exact", FULL) for a, b in zip(ours, theirs, strict=True))
    if rest_left and rest_right:
        more = _pairs(rest_left, rest_right, t)
        used_left = {i for p in more for i in p[1]}
        used_right = {j for p in more for j in p[2]}
        found += tuple(Pair(tuple(rest_left[i] for i in p[1]), tuple(rest_right[j] for j in p[2]), p[3], p[0]) for p in more)
        rest_left = tuple(w for i, w in enumerate(rest_left) if i not in used_left)
        rest_right = tuple(w for j, w in enumerate(rest_right) if j not in used_right)
    if not found and _are_initials(left, right):
        return Alignment(t.review, (Pair(left.words, right.words, "initials", t.review),), (), (), "initials")
    if right.around:
        rest_left = _beside(rest_left, right)
    if left.around:
        rest_right = _beside(rest_right, left)
    agree = total = 0
    for p in found:
        weight = _weight(p.left, names, t) + _weight(p.right, names, t)
        agree += p.quality * weight
        total += weight
    total += _weight(rest_left, names, t) + _weight(rest_right, names, t)
    return Alignment(agree // total if total else 0, found, rest_left, rest_right)


_Words = tuple[Word, ...]


def _exact(left: _Words, right: _Words) -> tuple[_Words, _Words, _Words, _Words]:
    """Words that both have, one for one (the left's, the right's, in step), and the rest of each side in its order."""
    shared = {w.text for w in left} & {w.text for w in right}
    if not shared:
        return (), (), left, right
    counts = {text: min(sum(w.text == text for w in left), sum(w.text == text for w in right)) for text in shared}
    ours, rest_left = _take(left, dict(counts))
    theirs, rest_right = _take(right, counts)
    return ours, theirs, rest_left, rest_right


def _take(words: _Words, left_to_take: dict[str, int]) -> tuple[_Words, _Words]:
    """The first so many of each text, sorted by text, and the rest as it stands."""
    taken, rest = [], []
    for w in words:
        if left_to_take.get(w.text, 0):
            left_to_take[w.text] -= 1
            taken.append(w)
        else:
            rest.append(w)
    return tuple(sorted(taken, key=lambda w: w.text)), tuple(rest)


def _beside(rest: tuple[Word, ...], other: Form) -> tuple[Word, ...]:
    """Words without a partner, but for those that the other name has beside its quotes, as a description."""
    return tuple(w for w in rest if not any(agree(w.text, a.text, w.sound, a.sound) for a in other.around))


def _whole(left: Form, right: Form) -> str:
    if not left.words or not right.words:
        return ""
    if left.compact == right.compact:
        return "exact"
    return "sound" if left.squeezed == right.squeezed else ""


def _are_initials(left: Form, right: Form) -> bool:
    one, many = sorted((left, right), key=lambda f: len(f.words))
    return len(one.words) == 1 and len(many.words) > 2 and one.compact == initials(many)


def _weight(words: tuple[Word, ...], names: NameList, t: Thresholds) -> int:
    total = 0
    for w in words:
        total += names.frozen.get(w.sound, names.unheard) * t.weight[w.kind]
    return total


_Found = tuple[int, tuple[int, ...], tuple[int, ...], str]


def _pairs(left: tuple[Word, ...], right: tuple[Word, ...], t: Thresholds) -> list[_Found]:
    """The best pairs first, each word at most once. Ties are broken alike from both sides."""
    offers: list[tuple[int, tuple[str, ...], _Found]] = []
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            how = agree(a.text, b.text, a.sound, b.sound)
            if how:
                quality = t.quality[how]
                order = (*sorted((a.text, b.text)), *sorted((f"{i:03}", f"{j:03}")))
                offers.append((-quality, order, (quality, (i,), (j,), how)))
    offers += _joined(left, right, t, mirrored=False)
    offers += _joined(right, left, t, mirrored=True)
    if not offers:
        return []
    chosen: list[_Found] = []
    seen_left: set[int] = set()
    seen_right: set[int] = set()
    for _, _, offer in sorted(offers):
        if seen_left.isdisjoint(offer[1]) and seen_right.isdisjoint(offer[2]):
            chosen.append(offer)
            seen_left.update(offer[1])
            seen_right.update(offer[2])
    return chosen


def _joined(many: tuple[Word, ...], one: tuple[Word, ...], t: Thresholds, mirrored: bool) -> list[tuple[int, tuple[str, ...], _Found]]:
    """Two words in a row on one side that are one word on the other."""
    found: list[tuple[int, tuple[str, ...], _Found]] = []
    for i in range(len(many) - 1):
        text, key = many[i].text + many[i + 1].text, many[i].sound + many[i + 1].sound
        for j, b in enumerate(one):
            if key == b.sound or text == b.text:
                quality = t.quality["joined"]
                sides = ((j,), (i, i + 1)) if mirrored else ((i, i + 1), (j,))
                found.append((-quality, (text, b.text, f"{i:03}", f"{j:03}"), (quality, *sides, "joined")))
    return found


@lru_cache(maxsize=1 << 17)
def agree(text: str, other: str, a: str, b: str) -> str:
    """How two words agree, by their letters and then by their sounds: exact, sound, ending, typo, two_typos, cut, or blank. Symmetric."""
    if text == other:
        return "exact"
    if a == b:
        return "sound"
    if a[0] != b[0] or not (a.isascii() and b.isascii()) or a.isdigit() or b.isdigit():
        return ""
    short, long = sorted((a, b), key=lambda w: (len(w), w))
    rules = thresholds().typo
    if long.startswith(short):
        return _cut(short, long, rules)
    if len(long) - len(short) > 2 or len(short) < rules["inner_letters"] or a[-1] != b[-1]:
        return ""
    slips = OSA.distance(a, b, score_cutoff=2)
    if slips == 1 and (len(short) >= rules["letters"] or len(long) > len(short)):
        return "typo"
    return "two_typos" if slips == 2 and len(short) >= rules["two_letters"] else ""


def _cut(short: str, long: str, rules: dict[str, int]) -> str:
    missing = len(long) - len(short)
    if missing == 1 and len(short) >= rules["letters"] and long[-1] in "aieus":
        return "ending"
    return "cut" if missing >= 3 and len(short) >= rules["cut_letters"] else ""
