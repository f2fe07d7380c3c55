"""The languages of the pages: gettext catalogues read as they are, a fixed transliteration, and local alphabetical order.

A catalogue translates words of the frame, titles, labels and places. Evidence and computed sentences stay in English: a
machine's reading of a finding would be a finding of its own. Parties' names are never translated or transliterated.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: Code of a catalogue: the name of the language in itself, and the tag that browsers know.
LANGUAGES: dict[str, tuple[str, str]] = {
    "en": ("English", "en"),
    "sq": ("shqip", "sq"),
    "bs": ("bosanski", "bs"),
    "hr": ("hrvatski", "hr"),
    "cnr": ("crnogorski", "cnr"),
    "sr-Latn": ("srpski", "sr-Latn"),
    "sr-Cyrl": ("српски", "sr-Cyrl"),
    "mk": ("македонски", "mk"),
}
_ENTRY = re.compile(r'^(msgid|msgstr)\s+"(.*)"$')
_MORE = re.compile(r'^"(.*)"$')
_ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\", "\\t": "\t"}
_DIGRAPHS = {"љ": "lj", "њ": "nj", "џ": "dž", "Љ": "Lj", "Њ": "Nj", "Џ": "Dž"}
_SINGLE = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
_LATIN = str.maketrans({**_DIGRAPHS, **_SINGLE, **{k.upper(): v.upper() for k, v in _SINGLE.items()}})
_ALPHABETS = {
    "sq": "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v x xh y z zh",
    "bs": "a b c č ć d dž đ e f g h i j k l lj m n nj o p q r s š t u v w x y z ž",
    "mk": "а б в г д ѓ е ж з ѕ и ј к л љ м н њ о п р с т ќ у ф х ц ч џ ш",
    "sr-Cyrl": "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш",
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language. ``reviewed`` is False until a speaker has read the machine's work."""

    code: str
    words: Mapping[str, str]
    reviewed: bool

    def word(self, text: str) -> str:
        """The text in this language, or as it is where the catalogue has no word for it."""
        return self.words.get(text) or text


def _unescape(text: str) -> str:
    return re.sub(r'\\[nt"\\]', lambda m: _ESCAPES[m[0]], text)


def read_po(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The header and the entries of a .po file. Plural forms and contexts are not used here; an odd line is a ValueError."""
    entries: dict[str, str] = {}
    current = {"msgid": "", "msgstr": ""}
    at = ""
    for number, written in enumerate([*text.splitlines(), 'msgid ""'], 1):
        said = written.strip()
        if not said or said.startswith("#"):
            continue
        if found := _ENTRY.match(said):
            if found[1] == "msgid":
                if at:
                    entries[current["msgid"]] = current["msgstr"]
                current = {"msgid": "", "msgstr": ""}
            at = found[1]
            current[at] = _unescape(found[2])
        elif (found := _MORE.match(said)) and at:
            current[at] += _unescape(found[1])
        else:
            msg = f"line {number}: expected msgid, msgstr or a quoted line, found {said[:40]}"
            raise ValueError(msg)
    header = dict(h.split(": ", 1) for h in entries.pop("", "").splitlines() if ": " in h)
    return header, entries


def latin(text: str) -> str:
    """Serbian Cyrillic in Latin letters: one letter is one sound, so this way round nothing is lost."""
    made = text.translate(_LATIN)
    return re.sub(r"(?<=[A-ZČĆĐŠŽ])(Lj|Nj|Dž)|(Lj|Nj|Dž)(?=[A-ZČĆĐŠŽ]{2})", lambda m: m[0].upper(), made)


@cache
def catalogue(code: str) -> Catalogue:
    """The catalogue of a language. KeyError for one that does not ship."""
    if code not in LANGUAGES:
        raise KeyError(code)
    if code == "en":
        return Catalogue("en", {}, reviewed=True)
    if code == "sr-Latn":
        base = catalogue("sr-Cyrl")
        return Catalogue(code, {k: latin(v) for k, v in base.words.items()}, base.reviewed)
    text = resources.files("litmus.publish.site").joinpath(f"locale/{code}.po").read_text("utf-8")
    header, entries = read_po(text)
    return Catalogue(code, entries, header.get("X-Reviewed") == "yes")


@cache
def alphabet(code: str) -> Callable[[str], tuple[int, ...]]:
    """A key that sorts as the language does: its digraphs are letters, letters it lacks stand with their base letter."""
    letters = _ALPHABETS.get({"hr": "bs", "cnr": "bs", "sr-Latn": "bs"}.get(code, code), " ".join("abcdefghijklmnopqrstuvwxyz"))
    order = {x: 100 + 10 * n for n, x in enumerate(letters.split())}
    pieces = re.compile("|".join(sorted(map(re.escape, order), key=len, reverse=True)) + "|.", re.DOTALL)

    def place_of(piece: str) -> int:
        if piece in order:
            return order[piece]
        bare = unicodedata.normalize("NFKD", piece)[0]
        if bare in order:
            return order[bare] + 1
        return 10 + int(piece.isdigit()) if not piece.isalpha() else 10_000 + ord(bare)

    def key(text: str) -> tuple[int, ...]:
        folded = unicodedata.normalize("NFC", text).casefold()
        return tuple(place_of(p) * 4096 + (ord(p) if p.isdigit() else 0) for p in pieces.findall(folded))

    return key
