"""The closed word lists (taxonomy.toml) and the nearest valid word to a wrong one."""

import difflib
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any


@cache
def taxonomy() -> dict[str, Any]:
    """The taxonomy file as plain data."""
    return tomllib.loads(resources.files("litmus.core").joinpath("taxonomy.toml").read_text("utf-8"))


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The words of one list, in their own order. Raises KeyError for an unknown list."""
    data = taxonomy()
    if name == "layer":
        return tuple(data["layers"])
    return tuple(data["words"][name])


@cache
def ladder(name: str) -> tuple[str, ...]:
    """The rungs of one ladder, lowest first. Raises KeyError for an unknown ladder."""
    return tuple(taxonomy()["ladders"][name])


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word most like ``word``, or None when nothing is near."""
    folded = {option.casefold(): option for option in valid}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def expected_word(word: str, valid: Iterable[str], what: str) -> str:
    """The message for a word outside its list: what was expected, and the nearest valid word."""
    options = list(valid)
    hint = nearest(word, options)
    if hint:
        return f"unknown {what} {word!r}; did you mean {hint!r}?"
    listed = ", ".join(options[:12]) + (" …" if len(options) > 12 else "")
    return f"unknown {what} {word!r}; expected one of {listed}"
