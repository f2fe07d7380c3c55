"""The normal form of a name: its own words, and beside them legal form, places, towns and branch words. Nothing is thrown away.

Versioned by words.toml: two forms are comparable only under one version.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from litmus.parties.names.script import fold, is_han, letters, sound
from litmus.parties.names.vocabulary import known_word, vocabulary

LETTER = r"[^\W\d_]"
_DOTTED = re.compile(
    rf"(?<!{LETTER})(?:(?:{LETTER}{{1,2}}\.\s){{1,3}}{LETTER}\.(?!{LETTER})|(?:{LETTER}{{1,2}}\.){{2,}}(?:{LETTER}{{1,3}}(?!{LETTER}))?)"
    rf"|(?<!\w){LETTER}\.{LETTER}(?!\w)"
)
_INNER = re.compile(rf"(?<={LETTER})[:'’](?={LETTER})")
_QUOTES = re.compile("\"|,,|''|[“”„«»‘]|(?<!\\w)['’]|['’](?!\\w)")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_WORDS = re.compile(r"[^\W_]+")
_MIN_GLUED = 3
_SURE_FORM = 4


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` is the word in its one known spelling, ``raw`` as written; ``kind``: name, activity, filler or mark (a letter, a number)."""

    text: str
    sound: str
    kind: str
    raw: str


T = TypeVar("T")


class Once(Generic[T]):
    """A property worked out once. The library's own takes a lock before Python 3.12; a form is made millions of times."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __get__(self, form: object, _kind: type | None = None) -> T:
        if form is None:
            return self  # type: ignore[return-value]
        found = self.work(form)
        form.__dict__[self.work.__name__] = found
        return found


@dataclass(frozen=True)
class Form:
    """One reading of a name. ``text`` is as written; ``about`` words stand for people around a company, not the company."""

    text: str
    words: tuple[Word, ...] = ()
    legal: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()
    branch: str = ""
    others: str = ""
    around: tuple[Word, ...] = ()
    joint: bool = False

    @Once
    def compact(self) -> str:
        """The name's own words as written, without gaps."""
        return "".join(w.raw for w in self.words)

    @Once
    def squeezed(self) -> str:
        """The sound of the name's own words, without gaps."""
        return sound(self.compact)

    @property
    def key(self) -> str:
        """What two spellings of one name share: words in order, legal forms, places, towns. For caches and judgements."""
        parts = (self.words, sorted(self.legal), sorted(self.places), sorted(self.towns), self.branch, self.others)
        return " ".join(w.text for w in self.words) + "|" + "|".join(",".join(p) if isinstance(p, list) else str(p) for p in parts[1:])

    @Once
    def short(self) -> int:
        """Letters of the name's own words."""
        return sum(letters(w.text) for w in self.words)


@lru_cache(maxsize=1 << 18)
def _word(text: str) -> Word:
    if len(text) == 1 or text.isdigit():
        return Word(text, text, "mark", text)
    known = known_word(text)
    if known:
        return Word(known[0], sound(known[0]), known[1], text)
    return Word(text, sound(text), "name", text)


def _unglue(word: str) -> tuple[str, str]:
    """A legal mark written together with the name: (mark or nothing, the rest)."""
    v = vocabulary()
    if word.startswith(v.glued_before):
        for mark in v.glued_before:
            if word.startswith(mark) and len(word) - len(mark) >= _MIN_GLUED:
                return mark, word[len(mark) :]
    if word.endswith(v.glued_after):
        for mark in v.glued_after:
            if word.endswith(mark) and len(word) - len(mark) >= _MIN_GLUED:
                return mark, word[: -len(mark)]
    return "", word


def _runs(words: list[str]) -> list[str]:
    """Single letters in a row are one word: A & G, 3 D, S 6 G."""
    found: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isascii():
            run.append(word)
            continue
        if run:
            found += ["".join(run)]
            run = []
        if word:
            found.append(word)
    return found


@cache
def _han_words() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(spelled) for spelled, _, _ in vocabulary().han if is_han(spelled)))


def _split_han(text: str) -> str:
    """Spaces around the Han words that have a meaning of their own; Chinese is written without gaps."""
    return _han_words().sub(lambda m: f" {m.group()} ", text)


@dataclass
class _Reading:
    words: list[str]
    legal: set[str]
    places: set[str]
    towns: set[str]
    branch: str = ""
    others: str = ""


def _read(text: str, describes: bool = False) -> _Reading:
    """Words with a meaning of their own are set aside; a short legal form counts only at an end of the name."""
    raw = _runs(_WORDS.findall(_INNER.sub("", text).replace("&", " ")))
    found = _Reading([], set(), set(), set())
    phrases = vocabulary().phrases
    held: list[tuple[int, str, str]] = []
    i = 0
    while i < len(raw):
        known = phrases.get(raw[i])
        match = next((p for p in known if raw[i : i + len(p[0])] == list(p[0])), None) if known else None
        if match is None:
            mark, rest = _unglue(raw[i])
            if mark:
                held.append((len(found.words), mark, "legal-sure"))
            found.words.append(rest)
            i += 1
            continue
        words, meaning, value = match
        _set_aside(found, held, meaning, value, " ".join(words))
        i += len(words)
    _place_legal(found, held, describes)
    return found


def _set_aside(found: _Reading, held: list[tuple[int, str, str]], meaning: str, value: str, written: str) -> None:
    if meaning == "legal":
        held.append((len(found.words), value, written))
    elif meaning == "place":
        found.places.add(value)
    elif meaning == "town":
        found.towns.add(value)
    elif meaning == "branch":
        found.branch = found.branch or written
    elif meaning == "others":
        found.others = found.others or written
    elif meaning == "same":
        found.words.extend(value.split() if " " in written else [written])


def _place_legal(found: _Reading, held: list[tuple[int, str, str]], describes: bool) -> None:
    """Legal forms at an end of the name are set aside; a short one in the middle, or the only word, is a word of the name."""
    if held and not found.words and not describes:
        alone = min(held, key=lambda h: len(h[2]))
        held.remove(alone)
        found.words.extend(alone[2].split())
    size = len(found.words)
    for at, value, written in reversed(held):
        if written == "legal-sure":
            found.legal.add("shpk" if value == "shpk" else "sole-xk" if value != "dooel" else value)
        elif describes or (at in {0, size} or len(written) >= _SURE_FORM):
            found.legal.add(value)
        else:
            found.words[at:at] = written.split()


def _form(text: str, folded: str, descriptor: str = "", joint: bool = False) -> Form:
    main = _read(folded)
    around = _read(descriptor, describes=True) if descriptor.strip() else _Reading([], set(), set(), set())
    words = tuple(_word(w) for w in main.words)
    places, towns = main.places | around.places, main.towns | around.towns
    legal = main.legal | around.legal
    outside = tuple(_word(w) for w in around.words)
    if not words:
        words, outside = outside, ()
    if not words:
        words = tuple(Word(t, sound(t), "name", t) for t in _WORDS.findall(folded))
    branch, others = main.branch or around.branch, main.others or around.others
    return Form(text, words, frozenset(legal), frozenset(places), frozenset(towns), branch, others, outside, joint)


def _quoted(folded: str) -> tuple[str, str, bool]:
    """(name, descriptor, is it several names): words outside one pair of quotes describe, they do not name."""
    parts = _QUOTES.split(folded)
    if len(parts) == 1:
        return folded, "", False
    inside = [p for p in parts[1::2] if _WORDS.search(p)]
    outside = " ".join(parts[0::2])
    if len(inside) == 1 and "&" not in outside:
        return inside[0], outside, False
    return " ".join(parts), "", len(inside) > 1 and "&" in outside


def _described(folded: str) -> tuple[str, str]:
    """(name, what stands before it and says what the company does); no description when nothing would be left."""
    v = vocabulary()
    if not folded.lstrip().startswith(v.opening):
        return folded, ""
    words = folded.split()
    opener = next((o for o in v.openers if tuple(words[: len(o)]) == o), None)
    if opener is None:
        return folded, ""
    end = len(opener)
    while end < len(words) and words[end].strip(",;-") in v.described:
        end += 1
    rest = " ".join(words[end:])
    return (rest, " ".join(words[:end])) if normal_words(rest) else (folded, "")


def normal_words(folded: str) -> bool:
    """Does folded text hold a word, a place or a town of its own?"""
    reading = _read(folded)
    return bool(reading.words or reading.places)


@lru_cache(maxsize=1 << 16)
def forms(name: str) -> tuple[Form, ...]:
    """Every reading of a name: the name itself first, then what stands in brackets as a name of its own."""
    folded = fold(name)
    if not folded.isascii() and is_han(folded):
        folded = _split_han(folded)
    if "." in folded:
        folded = _DOTTED.sub(lambda m: re.sub(r"[.\s]", "", m.group()) + " ", folded)
    inner = [b for b in _BRACKETS.findall(folded) if _WORDS.search(b)] if "(" in folded else []
    bare = _BRACKETS.sub(" ", folded) if inner else folded
    main, descriptor, joint = _quoted(bare)
    if not descriptor:
        main, descriptor = _described(main)
    first = _form(name, main, descriptor, joint)
    more: list[Form] = []
    for text in inner:
        extra = _form(name, text)
        own_place = all(w.sound == sound(w.text) for w in extra.words) and (extra.places or extra.towns) and _only_place(text)
        if own_place:
            first = replace(first, places=first.places | extra.places, towns=first.towns | extra.towns)
        else:
            more.append(extra)
    more = [replace(f, places=f.places or first.places, towns=f.towns or first.towns) for f in more]
    return (first, *more)


def _only_place(text: str) -> bool:
    reading = _read(text)
    return not reading.words and bool(reading.places or reading.towns)


def normal(name: str) -> Form:
    """The main reading of a name."""
    return forms(name)[0]


def is_nobody(name: str) -> bool:
    """Is it one of the things that registers write where there is no supplier, or no name at all?"""
    text = " ".join(_WORDS.findall(fold(name)))
    return not text or text in vocabulary().nobody
