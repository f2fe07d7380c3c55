"""Which processes buy digital infrastructure, for which layer, and on what basis: a code, words, or a person's word.

A CPV code arrives with or without its check digit, padded with zeros or cut short. A code counts when it begins with a
listed one (the longest decides). A code that is too general to tell (two digits of a register, or a division padded with
zeros, above a listed code) leaves the scope open: never outside. Rows are miscoded in practice, so words are looked for in
titles and descriptions as well, and the basis of each match is kept. CPV: Regulation (EC) No 213/2008.
"""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.core.words import word_list
from litmus.parties.names.script import fold

IN, UNKNOWN, OUTSIDE = "in", "unknown", "outside"
BASES = ("manual", "code", "text", "")
WHOLE = 8
_DIGITS = re.compile(r"^\s*(\d{2,8})(?:-\d)?\s*$")
_WORD = re.compile(r"[^\W_]+")


class ScopeError(ValueError):
    """A scope file or a list of manual decisions that cannot be used; the message names the place and the fix."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of one process.

    ``state``: in, unknown or outside. ``basis``: manual, code, text or nothing. ``layers``: those that it may stand for.
    ``because``: the code, the phrase or the reason.
    """

    state: str
    basis: str
    layers: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A scope file: layers by code, and patterns by layer."""

    codes: Mapping[str, tuple[str, ...]]
    words: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]


@cache
def rules() -> Rules:
    """The scope that ships, ``regimes/scope/digital.toml``."""
    return read_rules(resources.files("litmus").joinpath("regimes", "scope", "digital.toml").read_text("utf-8"), "digital.toml")


def read_rules(text: str, where: str) -> Rules:
    """A scope file. Raises ScopeError for a code that is none, a layer that is none, or a code that is listed twice."""
    told = tomllib.loads(text)
    codes: dict[str, tuple[str, ...]] = {}
    for name, group in told.get("group", {}).items():
        layers = _layers(group["layers"], f"{where}: group {name}")
        for code in group["codes"]:
            if not _DIGITS.match(code) or "-" in code:
                msg = f"{where}: group {name}: {code!r} is no CPV code; write two to eight digits without the check digit"
                raise ScopeError(msg)
            if code in codes:
                msg = f"{where}: group {name}: {code} is listed twice; keep one"
                raise ScopeError(msg)
            codes[code] = layers
    words = []
    for number, entry in enumerate(told.get("words", ()), 1):
        layers = _layers(entry["layers"], f"{where}: words {number}")
        for language, phrases in entry.items():
            if language != "layers":
                words += [(_pattern(p, f"{where}: words {number}, {language}"), p, layers) for p in phrases]
    return Rules(codes, tuple(words))


def _layers(found: list[str], where: str) -> tuple[str, ...]:
    for layer in found:
        if layer not in word_list("layer"):
            msg = f"{where}: {layer!r} is no layer; the layers are {', '.join(word_list('layer'))}"
            raise ScopeError(msg)
    return tuple(found)


def _pattern(phrase: str, where: str) -> re.Pattern[str]:
    if phrase != fold(phrase) or not phrase.strip():
        msg = f"{where}: write {phrase!r} in folded letters: {fold(phrase)!r}"
        raise ScopeError(msg)
    words = [re.escape(w[:-1]) + r"[^\W_]*" if w.endswith("*") else re.escape(w) for w in phrase.split()]
    return re.compile(r"(?<![^\W_])" + " ".join(words) + r"(?![^\W_])")


def digits(code: str | None) -> str:
    """The digits of a CPV code without the check digit; empty when it is none."""
    found = _DIGITS.match(code or "")
    return found.group(1) if found else ""


def by_code(code: str | None, known: Rules | None = None) -> Scope:
    """The scope of one code. A blank or malformed code tells nothing."""
    known, found = known or rules(), digits(code)
    if not found:
        return Scope(UNKNOWN, "", (), f"no CPV code in {code!r}" if code else "no code")
    fitting = [c for c in known.codes if found.startswith(c)]
    if fitting:
        longest = max(fitting, key=len)
        return Scope(IN, "code", known.codes[longest], found)
    general = found.rstrip("0").ljust(2, "0")
    if any(c.startswith(general) for c in known.codes):
        return Scope(UNKNOWN, "", (), f"code {found} is too general to tell")
    return Scope(OUTSIDE, "code", (), found)


def by_text(texts: Iterable[str | None], known: Rules | None = None) -> Scope | None:
    """The scope that words tell, or None: silence of a text says nothing. Phrases count at whole words, stems at beginnings."""
    known = known or rules()
    for text in texts:
        if not text:
            continue
        plain = " ".join(_WORD.findall(fold(text)))
        for pattern, phrase, layers in known.words:
            if hit := pattern.search(plain):
                return Scope(IN, "text", layers, f"{hit.group(0)} ({phrase})")
    return None


def decide(codes: Iterable[str | None], texts: Iterable[str | None], known: Rules | None = None) -> Scope:
    """One process: a code that counts, else words that count, else open when any code is open or there is none."""
    found = [by_code(c, known) for c in codes]
    inside = [s for s in found if s.state == IN]
    if inside:
        layers = tuple(layer for layer in word_list("layer") if any(layer in s.layers for s in inside))
        return Scope(IN, "code", layers, ", ".join(dict.fromkeys(s.because for s in inside)))
    told = by_text(texts, known)
    if told is not None:
        return told
    doubtful = [s for s in found if s.state == UNKNOWN]
    if doubtful or not found:
        return Scope(UNKNOWN, "", (), doubtful[0].because if doubtful else "no code")
    return Scope(OUTSIDE, "code", (), ", ".join(dict.fromkeys(s.because for s in found)))


def read_manual(path: Path) -> dict[str, Scope]:
    """A person's decisions: CSV with process, layer (several joined by |, empty: outside) and why. Raises ScopeError."""
    found: dict[str, Scope] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if missing := {"process", "layer", "why"} - set(reader.fieldnames or ()):
            msg = f"{path}: line 1: no column {', '.join(sorted(missing))}; expected process, layer, why"
            raise ScopeError(msg)
        for row in reader:
            where = f"{path}: line {reader.line_num}"
            if not (row["process"] or "").strip() or not (row["why"] or "").strip():
                msg = f"{where}: a decision needs a process and a reason; fill both"
                raise ScopeError(msg)
            layers = _layers([x.strip() for x in (row["layer"] or "").split("|") if x.strip()], where)
            if row["process"] in found:
                msg = f"{where}: {row['process']} was decided above; keep one line"
                raise ScopeError(msg)
            found[row["process"]] = Scope(IN if layers else OUTSIDE, "manual", layers, row["why"].strip())
    return found


_TEXTS = """
SELECT process, title AS text FROM process UNION ALL SELECT process, description FROM process
UNION ALL SELECT process, title FROM lot UNION ALL SELECT process, description FROM lot
UNION ALL SELECT process, description FROM item
"""


def scopes(con: Any, manual: Mapping[str, Scope] | None = None) -> Iterator[tuple[str, Scope]]:
    """Each process of the procurement tables with its scope, in order of ids."""
    texts: dict[str, list[str]] = {}
    for process, text in con.execute(f"SELECT DISTINCT process, text FROM ({_TEXTS}) WHERE text IS NOT NULL ORDER BY ALL").fetchall():
        texts.setdefault(process, []).append(text)
    codes: dict[str, list[str]] = {}
    for process, code in con.execute("SELECT DISTINCT process, code FROM item WHERE code IS NOT NULL ORDER BY ALL").fetchall():
        codes.setdefault(process, []).append(code)
    for (process,) in con.execute("SELECT process FROM process ORDER BY process").fetchall():
        decided = (manual or {}).get(process)
        yield process, decided or decide(codes.get(process, ()), texts.get(process, ()))
