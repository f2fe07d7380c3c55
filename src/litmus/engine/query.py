"""A ``.sql`` file with its header: what it is for, its parameters, the tables it reads, the columns that come out.

The header's form is described in docs/engine.md. A fault in it is a ValueError that names file, line and the fix.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import NoReturn

TYPES = ("BIGINT", "VARCHAR", "DATE", "BOOLEAN")
OUT_TYPES = (*TYPES, "DOUBLE")
Value = int | str | date | bool

_NAME = r"[a-z][a-z0-9_]*"
_FIELD = re.compile(r"-- (litmus|title|purpose|source|param|in|out|key|except): (.+)")
_PARAM = re.compile(rf"({_NAME}) ([A-Z]+) = (.+?)(?: -- (.+))?")
_IN = re.compile(rf"({_NAME}) \((.+)\)")
_OUT = re.compile(rf"({_NAME}) ([A-Z]+)( null)?(?: -- (.+))?")
_COLUMN = re.compile(rf"({_NAME}) ([A-Z]+)( key)?( null)?")
_EXCEPT = re.compile(r"(D\d\d) -- (.+)")
_FORMS = {
    "param": "-- param: NAME TYPE = DEFAULT -- what it means",
    "in": "-- in: TABLE (COLUMN TYPE [key] [null], ...)",
    "out": "-- out: COLUMN TYPE [null] -- what it means",
    "except": "-- except: D02 -- why this file may break the rule",
}


class QueryFault(ValueError):
    """A ``.sql`` file that cannot be read; the message names file and line, what was expected, and the fix."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table or of the answer."""

    name: str
    type: str
    null: bool = False
    key: bool = False
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter, written ``$name`` in the query."""

    name: str
    type: str
    default: Value
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One ``.sql`` file. ``text`` is the whole file: it runs on DuckDB as it is.

    ``exceptions`` are rules of the dialect that the file breaks, each with the reason that its header gives.
    """

    name: str
    title: str
    purpose: str
    source: str
    params: tuple[Param, ...]
    tables: Mapping[str, tuple[Column, ...]]
    out: tuple[Column, ...]
    key: tuple[str, ...]
    text: str
    path: str
    exceptions: tuple[tuple[str, str], ...] = ()

    def values(self, given: Mapping[str, str | Value] | None = None) -> dict[str, Value]:
        """The value of each parameter: those given (texts are parsed), else the defaults.

        Raises ValueError for a parameter that the file does not declare, or a text that is not of its type.
        """
        known = {p.name: p for p in self.params}
        unknown = sorted(set(given or {}) - set(known))
        if unknown:
            msg = f"{self.name} has no parameter {unknown[0]}; its parameters are: {', '.join(known) or 'none'}"
            raise ValueError(msg)
        found = {name: p.default for name, p in known.items()}
        for name, value in (given or {}).items():
            found[name] = parse_value(value, known[name].type) if isinstance(value, str) else value
        return found


def parse_value(text: str, kind: str) -> Value:
    """A parameter's value from its text. Raises ValueError."""
    if kind == "VARCHAR":
        return text
    if kind == "BOOLEAN" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    try:
        if kind == "BIGINT":
            return int(text)
        if kind == "DATE":
            return date.fromisoformat(text)
    except ValueError:
        pass
    form = {"BIGINT": "a whole number", "DATE": "a day, as 2026-11-23", "BOOLEAN": "true or false"}[kind]
    msg = f"{text!r} is not {form}"
    raise ValueError(msg)


def load(path: str | Path) -> Query:
    """The query in a file. Raises QueryFault, or OSError when there is no such file."""
    return parse(Path(path).read_text("utf-8"), str(path))


def parse(text: str, path: str) -> Query:
    """The query in a text; ``path`` is what error messages call it. Raises QueryFault."""
    fields = list(_fields(text, path))
    if not fields or fields[0][1:] != ("litmus", "query/1"):
        _fault(path, 1, f"starts with {text.splitlines()[0] if text else 'nothing'!r}", "make '-- litmus: query/1' the first line")
    one: dict[str, tuple[int, str]] = {}
    many: dict[str, list[tuple[int, str]]] = {name: [] for name in _FORMS}
    for line, name, value in fields[1:]:
        if name in many:
            many[name].append((line, value))
        elif name in one:
            _fault(path, line, f"a second '{name}:'", f"keep one (the first is in line {one[name][0]})")
        else:
            one[name] = (line, value)
    for name in ("title", "purpose", "key"):
        if name not in one:
            _fault(path, 1, f"no '{name}:' in the header", f"add '-- {name}: ...'")
    params = tuple(_param(path, *p) for p in many["param"])
    tables = dict(_table(path, *t) for t in many["in"])
    out = tuple(_out(path, *o) for o in many["out"])
    for found, name in ((tables, "in"), (out, "out")):
        if not found:
            _fault(path, 1, f"no '{name}:' in the header", f"add '{_FORMS[name]}'")
    for names, lines in (([p.name for p in params], many["param"]), ([o.name for o in out], many["out"])):
        if len(set(names)) < len(names):
            _fault(path, lines[0][0], f"a name stands twice among {', '.join(names)}", "give each its own name")
    line, keys = one["key"]
    key = () if keys == "none" else tuple(k.strip() for k in keys.split(","))
    if not set(key) <= {o.name for o in out}:
        _fault(path, line, f"key {keys!r} is not among the output columns", "name columns of 'out:', or write 'key: none'")
    source = one.get("source", (0, ""))[1]
    excepted = tuple(_excepted(path, *e) for e in many["except"])
    return Query(Path(path).stem, one["title"][1], one["purpose"][1], source, params, tables, out, key, text, path, excepted)


def bundled() -> list[Query]:
    """Every query file that ships with Litmus, in every room, by name."""
    root = Path(str(resources.files("litmus")))
    return [load(p) for p in sorted(root.rglob("*.sql")) if is_query(p)]


def is_query(path: Path) -> bool:
    """Has the file a query header? Templates (``bulk_*.sql``) have none."""
    with path.open(encoding="utf-8") as stream:
        return stream.readline().strip() == "-- litmus: query/1"


def _fields(text: str, path: str) -> Iterator[tuple[int, str, str]]:
    """(line, name, value) of each header field, continuation lines joined."""
    held: tuple[int, str, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("--"):
            break
        if held and line.startswith("--  "):
            held = (held[0], held[1], f"{held[2]} {line[2:].strip()}")
            continue
        if held:
            yield held
        match = _FIELD.fullmatch(line.rstrip())
        if not match:
            names = "litmus, title, purpose, source, param, in, out, key, except"
            _fault(path, number, f"{line!r} is no header field", f"write '-- NAME: ...' with a NAME of: {names}; put other comments below")
        held = (number, match[1], match[2])
    if held:
        yield held


def _param(path: str, line: int, text: str) -> Param:
    match = _PARAM.fullmatch(text)
    if not match:
        _fault(path, line, f"cannot read 'param: {text}'", f"write '{_FORMS['param']}'")
    kind = _type(path, line, match[2], TYPES)
    try:
        return Param(match[1], kind, parse_value(match[3], kind), match[4] or "")
    except ValueError as err:
        _fault(path, line, str(err), f"give {match[1]} a default of type {kind}")


def _table(path: str, line: int, text: str) -> tuple[str, tuple[Column, ...]]:
    match = _IN.fullmatch(text)
    columns = [_COLUMN.fullmatch(c.strip()) for c in match[2].split(",")] if match else []
    if not match or None in columns:
        _fault(path, line, f"cannot read 'in: {text}'", f"write '{_FORMS['in']}'")
    return match[1], tuple(
        Column(c[1], _type(path, line, c[2], TYPES), null=bool(c[4]), key=bool(c[3])) for c in columns if c
    )  # fmt: skip


def _out(path: str, line: int, text: str) -> Column:
    match = _OUT.fullmatch(text)
    if not match:
        _fault(path, line, f"cannot read 'out: {text}'", f"write '{_FORMS['out']}'")
    return Column(match[1], _type(path, line, match[2], OUT_TYPES), null=bool(match[3]), doc=match[4] or "")


def _excepted(path: str, line: int, text: str) -> tuple[str, str]:
    match = _EXCEPT.fullmatch(text)
    if not match:
        _fault(path, line, f"cannot read 'except: {text}'", f"write '{_FORMS['except']}'")
    return match[1], match[2]


def _type(path: str, line: int, found: str, allowed: tuple[str, ...]) -> str:
    if found not in allowed:
        _fault(path, line, f"{found} is no type of the house dialect", f"use one of {', '.join(allowed)}")
    return found


def _fault(path: str, line: int, what: str, fix: str) -> NoReturn:
    msg = f"{path}:{line}: {what}; {fix}"
    raise QueryFault(msg)
