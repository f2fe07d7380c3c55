"""Letters: one Latin form for what the region writes in Latin, Serbian and Macedonian Cyrillic, and one sound for its spellings.

The Cyrillic table is the one-to-one reading of the Serbian and Macedonian alphabets; letters of other Cyrillic alphabets
get their usual Latin reading. Han characters are kept: their readings are aliases, not letters.
"""

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = dict(
    zip(
        "абвгдђѓежзѕијкќлљмнњопрстћуфхцчџшйъыэёюящьіїєґ",
        re.split(" ", "a b v g d dj gj e z z dz i j k kj l lj m n nj o p r s t c u f h c c dz s j a i e e ju ja st  i i e g"),
        strict=True,
    )
)
_LATIN = {"đ": "dj", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "€": "e", "$": "s", "ə": "e"}
_TABLE = str.maketrans({**_CYRILLIC, **_LATIN})
_HAN = re.compile("[\u3400-\u9fff]")
_MARKS = re.compile("[\u0300-\u036f]")
_SOUND_PAIRS = (("ph", "f"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("ck", "k"), ("qu", "k"))
_SOUNDS = str.maketrans({"w": "v", "y": "i", "j": "i", "c": "k", "q": "k", "z": "s", "x": "ks"})
_DOUBLE = re.compile(r"(.)\1+")
_SILENT_E = 6


def fold(text: str) -> str:
    """Compatibility form, case folded, in Latin letters without marks. Idempotent on its own output."""
    if text.isascii():
        return text.casefold().replace("$", "s")
    whole = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    return _MARKS.sub("", unicodedata.normalize("NFKD", whole)).translate(_TABLE)


def is_han(text: str) -> bool:
    """Does it hold a Han character?"""
    return _HAN.search(text) is not None


@lru_cache(maxsize=1 << 18)
def sound(word: str) -> str:
    """One key for the spellings of one sound: Vizion and Vision, Komerc and Commerc, Хуавеј and Huawei."""
    if not word.isascii() and is_han(word):
        return word
    for pair, one in _SOUND_PAIRS:
        if pair in word:
            word = word.replace(pair, one)
    word = _DOUBLE.sub(r"\1", word.translate(_SOUNDS))
    return word[:-1] if len(word) >= _SILENT_E and word.endswith("e") else word


def letters(word: str) -> int:
    """How much a word says, in letters; a Han character says about as much as three."""
    return len(word) + 2 * len(_HAN.findall(word)) if not word.isascii() else len(word)
