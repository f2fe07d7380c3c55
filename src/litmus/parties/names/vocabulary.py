"""The data files of names, read once: legal forms, places, kinds of word, spellings of one word, and the thresholds."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from rapidfuzz.distance import OSA

from litmus.parties.names.script import fold, sound

Phrase = tuple[str, ...]
MEANINGS = ("legal", "place", "town", "branch", "others", "stop", "same")
_CUT = 5
_SLIP = 7
_TWO_SLIPS = 10


@dataclass(frozen=True)
class Vocabulary:
    """``phrases``: first word → longest first (words, meaning, value). ``kinds``: word → activity or filler."""

    version: str
    phrases: dict[str, tuple[tuple[Phrase, str, str], ...]]
    kinds: dict[str, str]
    sounds: dict[str, str]
    legal_places: dict[str, frozenset[str]]
    town_place: dict[str, str]
    glued_before: tuple[str, ...]
    glued_after: tuple[str, ...]
    openers: tuple[Phrase, ...]
    opening: tuple[str, ...]
    described: frozenset[str]
    nobody: frozenset[str]
    han: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Thresholds:
    """Per mille and counts; see thresholds.toml for what each means."""

    version: str
    accept: int
    review: int
    margin: int
    short_letters: int
    strong_letters: int
    slip_letters: int
    candidates: int
    shown: int
    weight: dict[str, int]
    quality: dict[str, int]
    typo: dict[str, int]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("litmus.parties.names").joinpath(name).read_text("utf-8"))


@cache
def thresholds() -> Thresholds:
    """The thresholds that ship with this version."""
    return Thresholds(**_read("thresholds.toml"))


def _meanings(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(spelling, meaning, value) of every spelling with a meaning of its own."""
    found = [(s, "legal", form) for form, row in data["legal"].items() for s in row["spelled"]]
    found += [(s, "place", code) for code, names in data["place"].items() for s in names]
    found += [(s, "town", names[0]) for towns in data["town"].values() for names in towns for s in names]
    found += [(s, kind, s) for kind in ("branch", "others", "stop") for s in data["kind"][kind]]
    found += [(s, "same", word) for word, names in data["same"].items() for s in names]
    return found


@cache
def vocabulary() -> Vocabulary:
    """The words that ship with this version."""
    data = _read("words.toml")
    meanings = _meanings(data)
    phrases: dict[str, list[tuple[Phrase, str, str]]] = {}
    for spelled, meaning, value in meanings:
        words = tuple(fold(spelled).split())
        phrases.setdefault(words[0], []).append((words, meaning, value))
    kinds = {w: kind for kind in ("activity", "filler") for w in data["kind"][kind]}
    han = [m for m in meanings if not fold(m[0]).isascii()]
    return Vocabulary(
        version=data["version"],
        phrases={k: tuple(sorted(v, key=lambda p: (-len(p[0]), MEANINGS.index(p[1]), p[2]))) for k, v in phrases.items()},
        kinds=kinds,
        sounds={sound(w): w for w in sorted({*kinds, *(s for s, m, v in meanings if m == "same" and v in kinds and " " not in s)})},
        legal_places={form: frozenset(row["places"]) for form, row in data["legal"].items()},
        town_place={names[0]: place for place, towns in data["town"].items() for names in towns},
        glued_before=tuple(data["glued"]["before"]),
        glued_after=tuple(data["glued"]["after"]),
        openers=tuple(sorted((tuple(o.split()) for o in data["kind"]["openers"]), key=lambda o: -len(o))),
        opening=tuple(sorted({o.split()[0] for o in data["kind"]["openers"]})),
        described=frozenset(data["kind"]["described"]),
        nobody=frozenset(data["kind"]["nobody"]),
        han=tuple(sorted(han, key=lambda m: (-len(m[0]), m[0]))),
    )


@cache
def _starts() -> dict[str, str]:
    """Every start of a known word that is long enough to stand for it; the first in the alphabet where several begin alike."""
    found: dict[str, str] = {}
    for word in sorted(vocabulary().sounds.values()):
        for end in range(_CUT, len(word)):
            found.setdefault(word[:end], word)
    return found


@cache
def _long_words() -> dict[str, tuple[str, ...]]:
    """Known words that may hold a slip, by first letter."""
    found: dict[str, list[str]] = {}
    for word in sorted(vocabulary().sounds.values()):
        if len(word) >= _SLIP:
            found.setdefault(word[0], []).append(word)
    return {letter: tuple(words) for letter, words in found.items()}


@lru_cache(maxsize=1 << 18)
def known_word(word: str) -> tuple[str, str] | None:
    """The word and its kind when it is an activity or filler word, in a known spelling, cut off, or with a slip in it."""
    v = vocabulary()
    if word in v.kinds:
        return word, v.kinds[word]
    near = v.sounds.get(sound(word)) if len(word) > 3 or not word.isascii() else None
    if near is None and len(word) >= _CUT:
        near = _starts().get(word) or (_nearest(word) if len(word) >= _SLIP else None)
    if near is None:
        return None
    for _, meaning, value in v.phrases.get(near, ()):
        if meaning == "same":
            return value, v.kinds[value]
    return near, v.kinds[near]


def _nearest(word: str) -> str | None:
    """The known word one or two slips away, or that the word begins with one slip."""
    near: list[tuple[int, str]] = []
    for w in _long_words().get(word[0], ()):
        allowed = 2 if len(word) >= _TWO_SLIPS and len(w) >= _TWO_SLIPS else 1
        slips = OSA.distance(word, w, score_cutoff=allowed)
        if len(w) > len(word) and slips > allowed:
            slips, allowed = 2 * OSA.distance(word, w[: len(word)], score_cutoff=1), 2
        if slips <= allowed:
            near.append((slips, w))
    return min(near)[1] if near else None
