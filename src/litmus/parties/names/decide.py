"""Accept, review or reject: identifiers first, then the name, then what may cap it. Every outcome says why, word by word.

*Same* (one legal person) and *of the group* are different answers: a branch, a local company of a foreign name or the
people around a company are never accepted as the company; they are offered for review with that relation.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from litmus.core.place import within
from litmus.parties.names.form import Form, Word, forms, is_nobody
from litmus.parties.names.judgements import PARTY, Judgements, node
from litmus.parties.names.listing import Entry, NameList
from litmus.parties.names.score import FULL, Alignment, align
from litmus.parties.names.vocabulary import Thresholds, thresholds, vocabulary

ACCEPT, REVIEW, REJECT = "accept", "review", "reject"
_RANK = {ACCEPT: 0, REVIEW: 1, REJECT: 2}


@dataclass(frozen=True)
class Asked:
    """A name as it was asked about, with what is known beside it. ``identifiers`` as ``identifier_key`` writes them."""

    name: str
    country: str = ""
    town: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """One party as an answer. ``relation``: same, branch-of, group-of or about; ``reasons`` in words, most telling first."""

    party: str
    name: str
    country: str
    outcome: str
    score: int
    relation: str
    reasons: tuple[str, ...]
    by: str = "name"


@dataclass(frozen=True)
class Decision:
    """The outcome, the party (none when nothing is offered), the runners-up with why not, and the versions it rests on."""

    asked: Asked
    outcome: str
    match: Match | None
    runners: tuple[Match, ...]
    reasons: tuple[str, ...]
    list_version: str
    rules: str = field(default_factory=lambda: f"{vocabulary().version} {thresholds().version}")


def compare(left: Asked, right: Entry, names: NameList) -> Match:
    """The best reading of a pair, with the frozen rarities of a list. What ``resolve`` decides each candidate with."""
    found = [_judge(left, a, right, b, names) for a in forms(left.name) for b in forms(right.name)]
    return min(found, key=_order)


def _order(match: Match) -> tuple[int, int, str, str]:
    return _RANK[match.outcome], -match.score, match.party, match.name


def decide(asked: Asked, names: NameList, judged: Judgements | None = None) -> Decision:
    """Identify one name against a list: identifiers, then judgements, then the name with what may cap it.

    A pair judged ``not_same`` is never accepted, whatever speaks for it.
    """
    if is_nobody(asked.name) and not asked.identifiers:
        return Decision(asked, REJECT, None, (), ("no supplier is named",), names.version)
    judged = judged if judged is not None and judged.knows(asked.name) else None
    found = _by_identifier(asked, names) or ranked(asked, names)
    if judged is not None:
        found = _judged(asked, found, names, judged)
    t = thresholds()
    best = _rivals(sorted((m for m in found if m.score >= t.review // 2 or m.by != "name"), key=_order), t.margin)
    if not best or best[0].outcome == REJECT:
        return Decision(asked, REJECT, None, tuple(best[: t.shown]), ("no party of the list has this name",), names.version)
    return Decision(asked, best[0].outcome, best[0], tuple(best[1 : 1 + t.shown]), best[0].reasons, names.version)


def ranked(asked: Asked, names: NameList) -> list[Match]:
    """The parties whose names come near, one match each, in no order."""
    t = thresholds()
    by_party: dict[str, Match] = {}
    readings = forms(asked.name)
    numbers = {n: None for form in readings for n in names.candidates(form, asked.country)}
    for number in numbers:
        entry, form = names.reading(number)
        if entry.party not in by_party and len(by_party) == t.candidates:
            continue
        found = min((_judge(asked, a, entry, form, names) for a in readings), key=_order)
        if entry.party not in by_party or _order(found) < _order(by_party[entry.party]):
            by_party[entry.party] = found
    return list(by_party.values())


def _rivals(best: list[Match], margin: int) -> list[Match]:
    """Two parties that are equally near are both a question for a person; a judgement has no rivals among names."""
    accepted = [m for m in best if m.outcome == ACCEPT]
    said = [m for m in accepted if m.by == "judgement"]
    near = said or [m for m in accepted if accepted[0].score - m.score < margin]
    if len(near) > 1:
        return [
            _capped(m, "as near as " + ", ".join(r.party for r in near if r is not m)) if m.outcome == ACCEPT else m for m in best
        ]
    return best


def _judged(asked: Asked, found: list[Match], names: NameList, judged: Judgements) -> list[Match]:
    """Apply what people decided, to what was found and to parties that only a judgement leads to."""
    have = {m.party: m for m in found}
    out: list[Match] = []
    for party, entries in names.by_party.items():
        sides = [f"{PARTY}{party}", *(node(e.name) for e in entries)]
        joined, barred, doubt = judged.joins(asked.name, sides), judged.bars(asked.name, sides), judged.doubts(asked.name, sides)
        match = have.get(party)
        if match is None and joined is None:
            continue
        main = entries[0]
        if joined is not None:
            match = Match(party, main.name, main.country, ACCEPT, FULL, "same", (str(joined),), "judgement")
        assert match is not None  # noqa: S101
        if barred is not None:
            match = _capped(match, str(barred), REJECT)
        elif doubt is not None and (joined is not None or doubt.judgement == "unsure"):
            conflict = "" if doubt.judgement == "unsure" else "judgements conflict: "
            match = _capped(match, conflict + str(doubt), REVIEW)
        out.append(match)
    return out


def _capped(match: Match, reason: str, outcome: str = REVIEW, relation: str = "") -> Match:
    worse = max(match.outcome, outcome, key=_RANK.__getitem__)
    return Match(match.party, match.name, match.country, worse, match.score, relation or match.relation, (reason, *match.reasons), match.by)


def _by_identifier(asked: Asked, names: NameList) -> list[Match]:
    """The parties for which an identifier is registered; several at once are for review."""
    parties = sorted({p for i in asked.identifiers for p in names.by_identifier.get(i, ())})
    said = ", ".join(i for i in asked.identifiers if i in names.by_identifier)
    found = []
    for p in parties:
        main = names.by_party[p][0]
        reason = f"identifier {said} is registered for it"
        found.append(Match(p, main.name, main.country, ACCEPT, FULL, "same", (reason,), "identifier"))
    return [_capped(m, "identifiers point to different parties") for m in found] if len(found) > 1 else found


def _judge(asked: Asked, left: Form, entry: Entry, right: Form, names: NameList) -> Match:
    """Score one pair of readings and apply what caps it."""
    t = thresholds()
    found = align(left, right, names)
    outcome = ACCEPT if found.score >= t.accept else REVIEW if found.score >= t.review else REJECT
    if not found.pairs:
        return Match(entry.party, entry.name, entry.country, REJECT, 0, "same", ("no word in common",))
    if found.score < t.review // 2:
        return Match(entry.party, entry.name, entry.country, REJECT, found.score, "same", ("they share too little", *told(found)))
    caps = _caps(asked, left, entry, right, found, t)
    caps += _slip_caps(asked, left, entry, right, found, names, bool(caps))
    outcome = max([outcome, *(c[0] for c in caps)], key=_RANK.__getitem__)
    relation = next((c[2] for c in reversed(caps) if c[2]), "same")
    telling = sorted(caps, key=lambda c: -_RANK[c[0]])
    reasons = (*(c[1] for c in telling), *told(found), *_shared(left, right))
    return Match(entry.party, entry.name, entry.country, outcome, found.score, relation, reasons)


def told(found: Alignment) -> tuple[str, ...]:
    """The alignment, word by word."""
    said = []
    for p in found.pairs:
        a, b = " ".join(w.text for w in p.left), " ".join(w.text for w in p.right)
        said.append(f"{a} = {b}" if a == b else f"{a} ≈ {b} ({_HOW[p.how]})")
    said += [f"{w.text}: only in the name asked" for w in found.left]
    said += [f"{w.text}: only in the party's name" for w in found.right]
    return tuple(said)


def _shared(left: Form, right: Form) -> list[str]:
    """What both names say beside their own words."""
    both = ((left.places & right.places, "place"), (left.towns & right.towns, "town"), (left.legal & right.legal, "legal form"))
    return [f"{what} in both: {_list(found)}" for found, what in both if found]


_HOW = {
    "exact": "same letters",
    "sound": "one sound",
    "joined": "written together",
    "ending": "ending",
    "typo": "one slip",
    "two_typos": "two slips",
    "cut": "cut off",
    "initials": "initials",
}
_Cap = tuple[str, str, str]


def _caps(asked: Asked, left: Form, entry: Entry, right: Form, found: Alignment, t: Thresholds) -> list[_Cap]:
    """(worst outcome allowed, why, relation) of everything that speaks against "same"."""
    caps = [*_place_caps(asked, left, entry, right, found), *_word_caps(left, right, found, t), *_register_caps(asked, left, entry, right)]
    if left.branch != right.branch and bool(left.branch) != bool(right.branch):
        caps.append((REVIEW, f"{left.branch or right.branch}: a branch belongs to a company, it is not the company", "branch-of"))
    if bool(left.others) != bool(right.others):
        caps.append((REJECT, f"“{left.others or right.others}”: people around a company, not the company", "about"))
    if _short(left, right, t) and found.pairs and not _confirmed(asked, left, entry, right, found):
        caps.append((REVIEW, f"{t.short_letters} letters or fewer need the exact word and a country, town or identifier", ""))
    theirs = {i.partition(":")[0]: i for i in entry.identifiers}
    clash = [i for i in asked.identifiers if theirs.get(i.partition(":")[0], i) != i]
    if clash:
        caps.append((REJECT, f"another number in one register: {clash[0]}, the party has {theirs[clash[0].partition(':')[0]]}", ""))
    return caps


def _short(left: Form, right: Form, t: Thresholds) -> bool:
    return min(left.short, right.short) <= t.short_letters


def _confirmed(asked: Asked, left: Form, entry: Entry, right: Form, found: Alignment) -> bool:
    """Exact word, and one place on both sides."""
    if not any(p.how == "exact" for p in found.named or found.pairs):
        return False
    ours = _known_places(asked.country, left)
    theirs = _known_places(entry.country, right)
    town = asked.town and any(n in _towns(asked.town) for n in (*right.towns, *_towns(entry.town)))
    return bool(town) or any(_fit(a, b) for a in ours for b in theirs)


def _known_places(country: str, form: Form) -> set[str]:
    return {*form.places, *({country} if country else ()), *(vocabulary().town_place[t] for t in form.towns if not form.places)}


def _fit(a: str, b: str) -> bool:
    return within(a, b) or within(b, a)


@lru_cache(maxsize=1 << 14)
def _towns(text: str) -> frozenset[str]:
    """Known towns that a seat column names."""
    return frozenset(t for f in forms(text) for t in f.towns) if text.strip() else frozenset()


def _place_caps(asked: Asked, left: Form, entry: Entry, right: Form, found: Alignment) -> list[_Cap]:
    caps: list[_Cap] = []
    if left.places and right.places:
        if not any(_fit(a, b) for a in left.places for b in right.places):
            caps.append((REJECT, f"{_list(left.places)} is not {_list(right.places)}", ""))
    elif left.places or right.places:
        named, country = (left.places, entry.country) if left.places else (right.places, asked.country)
        if not country:
            caps.append((REVIEW, f"{_list(named)} stands in one name only, and the other's country is not known", ""))
        elif not any(_fit(p, country) for p in named):
            outcome = REVIEW if any(p.how == "exact" for p in found.named) else REJECT
            caps.append((outcome, f"{_list(named)} stands in one name, the other is of {country}", "group-of"))
    if asked.country and entry.country and not _fit(asked.country, entry.country):
        caps.append((REVIEW, f"seat asked {asked.country}, the party's {entry.country}", "group-of"))
    towns, others = left.towns | _towns(asked.town), right.towns | _towns(entry.town)
    if towns and others and not towns & others:
        caps.append((REVIEW, f"{_list(towns)} is not {_list(others)}", ""))
    return caps


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _register_caps(asked: Asked, left: Form, entry: Entry, right: Form) -> list[_Cap]:
    """A legal form that the other side's country does not know: a local company of that name, not the company itself."""
    known = vocabulary().legal_places
    for form, country, other in ((left, entry.country, right), (right, asked.country, left)):
        homes = frozenset(p for legal in form.legal for p in known[legal])
        if not homes or not country:
            continue
        if not any(_fit(country, h) for h in homes) and not form.legal & other.legal:
            said = f"the legal form {_list(form.legal)} is not of {country}: a local company of that name"
            return [(REVIEW, said, "group-of")]
    return []


def _word_caps(left: Form, right: Form, found: Alignment, t: Thresholds) -> list[_Cap]:
    """Words without a partner: what tells two companies of like names apart."""
    if found.whole and found.whole != "initials":
        return [] if _tells(left, right) else [(REVIEW, "no word in it tells companies apart", "")]
    if found.whole == "initials":
        return [(REVIEW, "initials only", "")]
    caps: list[_Cap] = []
    ours, theirs = found.alone("name")
    if ours and theirs:
        caps.append((REJECT, "each has a name word that the other lacks", ""))
    elif ours or theirs:
        caps.append((REVIEW, "a name word stands on one side only", "group-of"))
    if not found.named:
        caps.append((REJECT if found.left or found.right else REVIEW, "they share no word that tells companies apart", ""))
    if sum(found.alone("mark")):
        caps.append((REVIEW, "a letter or number stands on one side only", ""))
    acts = found.alone("activity")
    if acts[0] and acts[1]:
        caps.append((REVIEW, "different activities", ""))
    elif sum(acts) and not (left.places or right.places) and not any(_strong(p.left, t) for p in found.named):
        caps.append((REVIEW, "an activity stands on one side only, and the name is short", ""))
    return caps


def _slip_caps(asked: Asked, left: Form, entry: Entry, right: Form, found: Alignment, names: NameList, doubted: bool) -> list[_Cap]:
    """What rests on slips alone must not rest on anything else that is doubtful: in a long list, near words are many."""
    if not found.slips:
        return []
    other = [w for p in found.slips for w in p.left if p.how != "cut" and w.sound in names.frozen]
    if other:
        return [(REJECT, f"{other[0].text} is a word of other names on the list", "")]
    if doubted:
        return [(REJECT, "it rests on a slip, and something else speaks against it", "")]
    towns = (left.towns | _towns(asked.town)) & (right.towns | _towns(entry.town))
    letters = sum(min(sum(len(w.text) for w in p.left), sum(len(w.text) for w in p.right)) for p in found.slips)
    return [] if towns or letters >= thresholds().slip_letters else [(REVIEW, "it rests on a slip in a short word", "")]


def _strong(words: tuple[Word, ...], t: Thresholds) -> bool:
    return sum(len(w.text) for w in words if w.kind == "name") >= t.strong_letters or any(not w.text.isascii() for w in words)


def _tells(left: Form, right: Form) -> bool:
    """Does the name hold a word of its own, or an activity with its country or several activities?"""
    if any(w.kind == "name" for w in left.words) or len(left.words) > 1:
        return True
    return bool(left.places and right.places)
