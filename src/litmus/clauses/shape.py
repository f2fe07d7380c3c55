"""Shapes: one description of what a clause file may hold, used to read it, to explain errors, and as JSON Schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from litmus.clauses.nodes import Node, Problem
from litmus.core.dates import Period, parse_day, parse_period
from litmus.core.words import expected_word


@dataclass
class Errors:
    """Where problems are collected while a file is read on."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, node: Node, path: str, message: str) -> None:
        """Note one problem."""
        self.found.append(Problem(self.file, node.line, path, message))


class Shape(Protocol):
    """Reads a node (None after noting a problem) and describes itself as JSON Schema."""

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        """The typed value."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the same shape."""


@dataclass(frozen=True)
class Scalar:
    """A single value, converted by ``convert``, which raises ValueError with what was expected."""

    convert: Callable[[str], Any]
    json: Mapping[str, Any]

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        if node.kind != "scalar":
            errors.add(node, path, f"expected a single value, found a {node.kind}")
            return None
        try:
            return self.convert(node.text)
        except ValueError as err:
            errors.add(node, path, str(err))
            return None

    def schema(self) -> dict[str, Any]:
        return dict(self.json)


def _exact(text: str) -> Fraction:
    try:
        return Fraction(text) if "/" not in text and "e" not in text.lower() and text.strip() == text else _no(text)
    except (ValueError, ZeroDivisionError):
        return _no(text)


def _no(text: str) -> Fraction:
    msg = f"expected a number such as 0.60, found {text[:60]!r}"
    raise ValueError(msg)


def _ratio(text: str) -> Fraction:
    value = _exact(text)
    if not 0 <= value <= 1:
        msg = f"expected a share between 0 and 1; write 60 % as 0.60, found {text!r}"
        raise ValueError(msg)
    return value


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        msg = f"expected true or false, found {text!r}"
        raise ValueError(msg)
    return text == "true"


def _day(text: str) -> int:
    try:
        return parse_day(text)
    except ValueError as err:
        msg = f"expected a day of the calendar as YYYY-MM-DD, found {text[:60]!r}"
        raise ValueError(msg) from err


def _nonblank(text: str) -> str:
    if not text.strip():
        msg = "expected some text, found nothing"
        raise ValueError(msg)
    return text


TEXT = Scalar(_nonblank, {"type": ["string", "number", "boolean"]})
NUMBER = Scalar(_exact, {"type": "number"})
RATIO = Scalar(_ratio, {"type": "number", "minimum": 0, "maximum": 1})
BOOL = Scalar(_truth, {"type": "boolean"})
DAY = Scalar(_day, {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})
PERIOD = Scalar(parse_period, {"type": "string", "pattern": r"^P(?=\d)(\d+Y)?(\d+M)?(\d+D)?$"})
RAW = Scalar(_nonblank, {"type": ["string", "number", "boolean"]})
PeriodValue = Period


def word(*options: str, what: str = "word") -> Scalar:
    """One of a closed list of words."""

    def convert(text: str) -> str:
        if text not in options:
            raise ValueError(expected_word(text, options, what))
        return text

    return Scalar(convert, {"enum": list(options)})


@dataclass(frozen=True)
class ListOf:
    """A list of one shape; ``single`` also admits one value without the brackets."""

    of: Shape
    single: bool = False
    least: int = 1

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        if node.kind != "list":
            if self.single:
                return (self.of.read(node, path, errors),)
            errors.add(node, path, f"expected a list such as [a, b], found a {_kind(node)}")
            return ()
        if len(node.items) < self.least:
            least = "one entry" if self.least == 1 else f"{self.least} entries"
            errors.add(node, path, f"expected at least {least}, found {len(node.items) or 'an empty list'}")
        return tuple(self.of.read(item, f"{path}[{i}]", errors) for i, item in enumerate(node.items))

    def schema(self) -> dict[str, Any]:
        many = {"type": "array", "items": self.of.schema(), "minItems": self.least}
        return {"anyOf": [self.of.schema(), many]} if self.single else many


@dataclass(frozen=True)
class MapOf:
    """A map with free keys, each checked by ``key``, and values of one shape."""

    key: Callable[[str], str]
    of: Shape
    least: int = 0

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        if node.kind != "map":
            errors.add(node, path, f"expected a map of keys and values, found a {_kind(node)}")
            return {}
        if len(node.pairs) < self.least:
            errors.add(node, path, "expected at least one key, found an empty map")
        found = {}
        for key, value in node.pairs:
            try:
                name = self.key(key.text)
            except ValueError as err:
                errors.add(key, f"{path}.{key.text}", str(err))
                continue
            found[name] = self.of.read(value, f"{path}.{key.text}", errors)
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.of.schema(), "minProperties": self.least}


@dataclass(frozen=True)
class Record:
    """A map with a closed set of keys. An unknown key is an error that names the nearest known one."""

    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    what: str = "key"

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        if node.kind != "map":
            keys = list(self.keys)
            listed = ", ".join(keys[:8]) + (" …" if len(keys) > 8 else "")
            errors.add(node, path, f"expected a map with {listed}; found a {_kind(node)}")
            return {}
        found: dict[str, Any] = {}
        for key, value in node.pairs:
            here = f"{path}.{key.text}" if path else key.text
            shape = self.keys.get(key.text)
            if shape is None:
                errors.add(key, here, expected_word(key.text, self.keys, self.what))
                continue
            found[key.text] = shape.read(value, here, errors)
        for name in self.required:
            if node.get(name) is None:
                errors.add(node, f"{path}.{name}" if path else name, f"{name!r} is required here; add it")
        return found

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {k: s.schema() for k, s in self.keys.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Either:
    """A scalar read by one shape, a map or list by another."""

    scalar: Shape
    other: Shape

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        return (self.scalar if node.kind == "scalar" else self.other).read(node, path, errors)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.scalar.schema(), self.other.schema()]}


@dataclass(frozen=True)
class Keep:
    """The node itself, to be read later in the light of other keys."""

    json: Mapping[str, Any]

    def read(self, node: Node, path: str, errors: Errors) -> Any:
        del path, errors
        return node

    def schema(self) -> dict[str, Any]:
        return dict(self.json)


def _kind(node: Node) -> str:
    shown = node.text if len(node.text) <= 60 else node.text[:57] + "…"
    return {"scalar": f"single value {shown!r}", "map": "map", "list": "list"}[node.kind]
