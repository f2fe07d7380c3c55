"""The place tree: states, entities, districts, groups, and the footnote that travels with Kosovo."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from litmus.core.words import expected_word


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its code, English name, kind, the code of the place it is part of, and its footnote."""

    code: str
    name: str
    kind: str
    parent: str | None
    footnote: str | None


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("litmus.core").joinpath("places.toml").read_text("utf-8"))


@cache
def places() -> dict[str, Place]:
    """Every place by code."""
    data = _data()
    notes = data["footnotes"]
    return {code: Place(code, row["name"], row["kind"], row.get("parent"), notes.get(code)) for code, row in data["places"].items()}


def place(code: str) -> Place:
    """The place with this code; ValueError names the nearest one."""
    found = places().get(code)
    if found is None:
        raise ValueError(expected_word(code, [*places(), *groups()], "place"))
    return found


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Named groups of places: WB6, EU27, CANDIDATES, POTENTIAL-CANDIDATES."""
    return {name: tuple(codes) for name, codes in _data()["groups"].items()}


def expand(code: str) -> tuple[str, ...]:
    """The places that a code or a group name stands for."""
    return groups().get(code) or (place(code).code,)


@cache
def parts(code: str) -> tuple[str, ...]:
    """Direct parts of a place, in the file's order."""
    return tuple(p.code for p in places().values() if p.parent == code)


@cache
def ancestors(code: str) -> tuple[str, ...]:
    """The places that hold this one, nearest first."""
    found: list[str] = []
    up = place(code).parent
    while up:
        found.append(up)
        up = place(up).parent
    return tuple(found)


@cache
def within(inner: str, outer: str) -> bool:
    """True when ``inner`` is ``outer`` or a part of it."""
    return inner == outer or outer in ancestors(inner)


def show_place(code: str) -> str:
    """Name for people; Kosovo carries its asterisk, whose footnote must stand on the same page."""
    return place(code).name


def footnotes(codes: list[str] | tuple[str, ...]) -> list[str]:
    """The footnotes that a page showing these places must print."""
    return [f"* {place(c).footnote}" for c in codes if place(c).footnote]


def row_footnote(code: str) -> str:
    """The footnote that a row on this place carries wherever it is shown; empty for most."""
    return " ".join(footnotes(("XK",))) if within(code, "XK") else ""
