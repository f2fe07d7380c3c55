"""What each transparency rule demands (``rules.toml``), and the terms that hold in a place (``profiles/*.toml``).

A value is ``verified`` only where the text of the law, or an official page, was read at the address it cites. A place that
inherits a value of the European Union's directive does so unverified: its own law was not read for it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.core.words import expected_word
from litmus.engine import Query
from litmus.procurement.runner import folder

BASE = "eu"
KEYS = {"rule", "name", "value", "from", "until", "source", "address", "verified"}


class ProfileFault(ValueError):
    """A profile that cannot be used; the message names the file, the key and the fix."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis: ``verified`` where its text, or an official page, was read at ``address``."""

    ref: str
    address: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule in words: what it demands, on what basis, and which fields it reads."""

    code: str
    title: str
    demand: str
    basis: tuple[Basis, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value with where it comes from; ``since`` and ``until`` are days, months or years, or empty."""

    value: int | bool
    since: str
    until: str
    source: str
    address: str
    verified: bool
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """The values of a place, by rule and parameter, and a note on its law."""

    name: str
    title: str
    checked: str
    note: str
    values: Mapping[str, Mapping[str, Value]]


@cache
def demands() -> Mapping[str, Demand]:
    """Every rule in words, by code."""
    read: dict[str, Any] = tomllib.loads((resources.files("litmus.procurement") / "rules" / "rules.toml").read_text("utf-8"))
    return {
        code: Demand(
            code,
            one["title"],
            one["demand"],
            tuple(Basis(b["ref"], b.get("address", ""), bool(b["verified"])) for b in one["basis"]),
            tuple(one["needs"]),
        )
        for code, one in read.items()
    }


def profile_names() -> list[str]:
    """The profiles that ship."""
    return sorted(p.stem for p in _shipped().glob("*.toml"))


def _shipped() -> Path:
    return Path(str(resources.files("litmus.procurement"))) / "profiles"


def read_profile(name: str, day: date) -> Profile:
    """A profile that ships, by name, or a file, as it stood on a day. Raises ProfileFault, or OSError for a file."""
    path = Path(name) if name.endswith(".toml") else _shipped() / f"{name.lower()}.toml"
    if not name.endswith(".toml") and name.lower() not in profile_names():
        raise ProfileFault("--profile: " + expected_word(name.lower(), profile_names(), "profile"))
    try:
        read: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as err:
        msg = f"{path}: expected TOML: {err}"
        raise ProfileFault(msg) from err
    found: dict[str, dict[str, Value]] = {}
    if above := str(read.get("inherits", "")):
        if above == path.stem or above not in profile_names():
            msg = f"{path}: inherits {above!r}; name one of {', '.join(profile_names())}"
            raise ProfileFault(msg)
        inherited = read_profile(above, day).values
        found = {code: {n: replace(v, verified=False, inherited=True) for n, v in own.items()} for code, own in inherited.items()}
    for number, one in enumerate(read.get("value", ()), 1):
        value = _value(one, f"{path}: value {number}", folder("rules"))
        if (not value.since or value.since <= str(day)) and (not value.until or str(day) <= value.until):
            found.setdefault(one["rule"], {})[one["name"]] = value
    return Profile(path.stem, str(read.get("title", path.stem)), str(read.get("checked", "")), str(read.get("note", "")), found)


def _value(one: Mapping[str, Any], where: str, rules: Mapping[str, Query]) -> Value:
    for key in sorted(set(one) - KEYS):
        raise ProfileFault(f"{where}: " + expected_word(key, sorted(KEYS), "key"))
    for key in sorted({"rule", "name", "value", "source", "verified"} - set(one)):
        msg = f"{where}: no '{key}'; every value names its rule, its parameter, its source, and whether that was read"
        raise ProfileFault(msg)
    if one["rule"] not in rules:
        raise ProfileFault(f"{where}: " + expected_word(str(one["rule"]), list(rules), "rule"))
    params = {p.name: p.type for p in rules[one["rule"]].params}
    if one["name"] not in params:
        raise ProfileFault(f"{where}: {one['rule']}: " + expected_word(str(one["name"]), list(params), "parameter"))
    wanted = bool if params[one["name"]] == "BOOLEAN" else int
    if type(one["value"]) is not wanted:
        msg = f"{where}: {one['rule']}.{one['name']} is {one['value']!r}; write {'true or false' if wanted is bool else 'a whole number'}"
        raise ProfileFault(msg)
    if one["verified"] and not one.get("address"):
        msg = f"{where}: verified without an address; say where it was read, or write verified = false"
        raise ProfileFault(msg)
    ends = (str(one.get("from", "")), str(one.get("until", "")))
    return Value(one["value"], *ends, str(one["source"]), str(one.get("address", "")), bool(one["verified"]))


def parameters(profile: Profile, code: str) -> dict[str, Value]:
    """Every parameter of a rule: the profile's value, else the rule's own default, which is this project's."""
    own = profile.values.get(code, {})
    default = "this project's own"
    return {
        p.name: own.get(p.name) or Value(p.default, "", "", default, "", verified=False)  # type: ignore[arg-type]
        for p in folder("rules")[code].params
    }
