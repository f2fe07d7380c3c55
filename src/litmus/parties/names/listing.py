"""The list of parties that names are matched against: every name of every party, an index of their words, frozen rarities.

A word's rarity is log2(names / names with the word), in sixteenths of a bit, computed in whole numbers. It is frozen with
the list: a pair's score never depends on what else is in the table, and names added later are weighed as if unheard-of.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

from rapidfuzz.distance import OSA

from litmus.core.place import within
from litmus.facts.row import Row
from litmus.parties.names.form import Form, forms
from litmus.parties.names.vocabulary import thresholds, vocabulary

SIXTEENTHS = 16
_COMMON = 400
_POOL = 24
_REMEMBERED = 1 << 17


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one party. ``country`` is the place of the party's seat, blank when unknown; ``kind`` main or an alias kind."""

    party: str
    name: str
    country: str = ""
    town: str = ""
    kind: str = "main"
    identifiers: tuple[str, ...] = ()


@dataclass
class NameList:
    """Built by ``build``. ``version`` is the hash of the names, the word file and the thresholds."""

    entries: list[Entry] = field(default_factory=list)
    version: str = ""
    frozen: dict[str, int] = field(default_factory=dict)
    unheard: int = SIXTEENTHS
    by_identifier: dict[str, set[str]] = field(default_factory=dict)
    by_party: dict[str, list[Entry]] = field(default_factory=dict)
    readings: list[tuple[int, Form]] = field(default_factory=list)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    by_compact: dict[str, list[int]] = field(default_factory=dict)
    by_initials: dict[str, list[int]] = field(default_factory=dict)
    deletions: array[int] = field(default_factory=lambda: array("Q"))
    seen: bytearray = field(default_factory=lambda: bytearray(1 << 21))
    words: list[str] = field(default_factory=list)
    near: dict[str, tuple[str, ...]] = field(default_factory=dict)
    home: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def rarity(self, sound: str) -> int:
        """Sixteenths of a bit; a word that the list does not have is as rare as a word of one name."""
        return self.frozen.get(sound, self.unheard)

    def reading(self, number: int) -> tuple[Entry, Form]:
        """The entry and the form behind a candidate."""
        at, form = self.readings[number]
        return self.entries[at], form

    def candidates(self, form: Form, country: str = "") -> list[int]:
        """Numbers of the readings most worth scoring: by the rarity of shared words, the same letters and the same places.

        A party whose words are only near is no candidate when its seat is elsewhere: a slip and another country are two doubts.
        """
        pool: dict[int, int] = dict.fromkeys(self.by_compact.get(form.squeezed, ())[:_COMMON], 2 * self.unheard)
        if len(form.words) == 1:
            for number in self.by_initials.get(form.compact, ())[:_COMMON]:
                pool[number] = pool.get(number, 0) + self.unheard
        for opens, weight, numbers in self._postings(form, country):
            if opens and (len(numbers) <= _COMMON or not pool):
                for number in numbers[:_COMMON]:
                    pool[number] = pool.get(number, 0) + weight
            elif pool:
                for number in pool:
                    at = bisect_left(numbers, number)
                    if at < len(numbers) and numbers[at] == number:
                        pool[number] += weight
        if len(pool) == 1:
            return list(pool)
        return sorted(pool, key=lambda n: (-self._worth(pool[n], form, self.readings[n][1]), n))[:_POOL]

    def _postings(self, form: Form, country: str) -> list[tuple[bool, int, list[int]]]:
        """(may it bring candidates, weight, readings) of each word of the name and of the words near to it.

        Near words are looked for only where no name word is on the list: a known word is not a slip of another.
        Activities, places and towns only add to candidates that the name's own words bring, unless it has no such word:
        parties that share nothing else would be rejected anyway.
        """
        named = [w.sound for w in form.words if w.kind == "name"]
        weak = {w.sound for w in form.words if w.kind != "name"} if named else ()
        found = []
        for key in _keys(form):
            numbers = self.by_word.get(key)
            if numbers:
                found.append((key not in weak and (key[0] != "@" or not named), self.rarity(key), numbers))
        if named and not any(key in self.by_word for key in named):
            for near in (near for key in named for near in self._nearby(key)):
                numbers = self._at_home(near, country) if country else self.by_word[near]
                if numbers:
                    found.append((True, self.rarity(near), numbers))
        found.sort(key=lambda f: (not f[0], -f[1], len(f[2]), f[2][0]))
        return found

    def _at_home(self, word: str, country: str) -> list[int]:
        """The readings with a word whose seat is in the country, around it or within it, or not known."""
        found = self.home.get((word, country))
        if found is None:
            homes = ((n, self.entries[self.readings[n][0]].country) for n in self.by_word[word])
            found = [n for n, home in homes if not home or home == country or within(home, country) or within(country, home)]
            if len(self.home) >= _REMEMBERED:
                self.home.clear()
            self.home[word, country] = found
        return found

    def _worth(self, weight: int, asked: Form, form: Form) -> int:
        if form.places != asked.places:
            weight -= self.unheard if asked.places else 3 * self.unheard
        return weight * 64 // (8 + len(form.words))

    def _nearby(self, key: str) -> tuple[str, ...]:
        """Words of the list one or two slips away: they share a form with one letter left out."""
        if len(key) < thresholds().typo["inner_letters"]:
            return ()
        found = self.near.get(key)
        if found is None:
            hits: set[int] = set()
            seen, deletions = self.seen, self.deletions
            for code in {crc32(left.encode()) for left in _left_out(key)}:
                if not seen[code >> 11] >> (code & 7) & 1:
                    continue
                at = bisect_left(deletions, code << 32)
                end = bisect_left(deletions, code + 1 << 32, at)
                hits.update(d & 0xFFFFFFFF for d in deletions[at:end])
            words = (self.words[h] for h in hits)
            found = tuple(sorted(w for w in words if w != key and OSA.distance(w, key, score_cutoff=2) <= 2))
            if len(self.near) >= _REMEMBERED:
                self.near.clear()
            self.near[key] = found
        return found


def _left_out(key: str) -> Iterator[str]:
    yield key
    for i in range(len(key)):
        yield key[:i] + key[i + 1 :]


def rarity(names: int, having: int) -> int:
    """floor(16·log2(names/having)), exactly; at least 1."""
    ratio: int = names**SIXTEENTHS // having**SIXTEENTHS
    return max(1, ratio.bit_length() - 1)


def build(entries: Iterable[Entry], frozen: NameList | None = None) -> NameList:
    """The list of the entries; with ``frozen``, the rarities of an earlier list are kept (names were only added since)."""
    found = NameList(sorted(set(entries), key=lambda e: (e.party, e.kind != "main", e.name, e.country, e.town, e.identifiers, e.kind)))
    counts: dict[str, int] = {}
    for at, entry in enumerate(found.entries):
        found.by_party.setdefault(entry.party, []).append(entry)
        for form in forms(entry.name):
            number = len(found.readings)
            found.readings.append((at, form))
            _index(found, number, form)
            for key in _keys(form):
                counts[key] = counts.get(key, 0) + 1
        for identifier in entry.identifiers:
            found.by_identifier.setdefault(identifier, set()).add(entry.party)
    size = max(2, len(found.readings))
    if frozen is None:
        found.frozen = {key: rarity(size, n) for key, n in counts.items()}
        found.unheard = rarity(size, 1)
    else:
        found.frozen, found.unheard = frozen.frozen, frozen.unheard
    minimum = thresholds().typo["inner_letters"]
    found.words = sorted(w for w in found.by_word if len(w) >= minimum)
    found.deletions = array("Q", sorted((crc32(left.encode()) << 32) | n for n, w in enumerate(found.words) for left in set(_left_out(w))))
    for code in found.deletions:
        found.seen[code >> 43] |= 1 << (code >> 32 & 7)
    found.version = _version(found)
    return found


def _keys(form: Form) -> list[str]:
    """What a form is found by: its words, two words written together, its places and towns."""
    keys = [w.sound for w in form.words]
    joined = (a + b for a, b in pairwise(keys))
    return list(dict.fromkeys([*keys, *joined, *(f"@{p}" for p in form.places), *(f"@{t}" for t in form.towns)]))


def _index(found: NameList, number: int, form: Form) -> None:
    keys = [w.sound for w in form.words]
    for key in _keys(form):
        found.by_word.setdefault(key, []).append(number)
    found.by_compact.setdefault(form.squeezed, []).append(number)
    if len(keys) > 1:
        found.by_initials.setdefault(initials(form), []).append(number)


def initials(form: Form) -> str:
    """The first letters of the name's own words."""
    return "".join(w.raw[0] for w in form.words)


def _version(found: NameList) -> str:
    digest = hashlib.sha256()
    for part in (vocabulary().version, thresholds().version, str(found.unheard)):
        digest.update(part.encode() + b"\x00")
    for e in found.entries:
        digest.update("\x1f".join((e.party, e.name, e.country, e.town, e.kind, *e.identifiers)).encode() + b"\x1e")
    for key, weight in sorted(found.frozen.items()):
        digest.update(f"{key}={weight}\x1e".encode())
    return digest.hexdigest()[:16]


def from_rows(rows: dict[str, list[Row]]) -> NameList:
    """The parties, aliases and identifiers of a dossier as a list. Stand-ins and groups of people are parties too."""
    home = {r.id: str(r.values.get("home") or "") for r in rows["party"]}
    known: dict[str, list[str]] = {}
    for r in rows["identifier"]:
        known.setdefault(str(r.values["party"]), []).append(identifier_key(str(r.values["scheme"]), str(r.values["value"])))
    ids = {party: tuple(sorted(found)) for party, found in known.items()}
    entries = [Entry(r.id, str(r.values["name"]), home[r.id], "", "main", ids.get(r.id, ())) for r in rows["party"]]
    for r in rows["alias"]:
        party, kind = str(r.values["party"]), str(r.values.get("kind") or "alias")
        entries.append(Entry(party, str(r.values["name"]), home.get(party, ""), "", kind, ids.get(party, ())))
    return build(entries)


def identifier_key(scheme: str, value: str) -> str:
    """Scheme and value as compared: capitals and digits only. Leading zeros are part of a number."""
    return f"{scheme.strip().upper()}:{''.join(c for c in value.upper() if c.isalnum())}"
