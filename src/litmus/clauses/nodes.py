"""YAML 1.2 text to plain nodes that remember their lines.

Scalars stay text: ``NO`` is Norway, ``0.60`` is exactly 3/5, ``2029-12-31`` is read as a day by whoever expects one.
Anchors, aliases, tags and merge keys are refused: they hide what a clause says and let a small file grow without bound.
"""

from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 200_000
MAX_DEPTH = 20
_FIXES = {
    r"character '\t'": "indent with spaces, not tabs",
    "cannot start any token": "put the value in double quotes",
    "mapping values are not allowed": "indent like the lines above, or put a value that holds a colon in double quotes",
    "unexpected end of stream": "close the quote that is opened here",
    "expected ',' or": "close the bracket that is opened here",
    "incompatible YAML document": "write %YAML 1.2, or leave that line out",
    "expected <block end>": "line this key up with the keys above it",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: file, line (from 1), the key's path, what was expected and the fix."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        key = f", {self.key}" if self.key else ""
        return f"{self.file}:{self.line}{key}: {self.message}" if self.line else f"{self.file}{key}: {self.message}"


class ClauseError(ValueError):
    """A clause file that cannot be used. ``problems`` lists everything wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(p) for p in problems))


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar (text), a list of nodes, or a map of (key node, node) pairs."""

    kind: str
    line: int
    text: str = ""
    plain: bool = False
    items: tuple["Node", ...] = ()
    pairs: tuple[tuple["Node", "Node"], ...] = ()

    def get(self, key: str) -> "Node | None":
        """The value of a key of a map."""
        return next((v for k, v in self.pairs if k.text == key), None)


def read_text(path: Path, name: str) -> str:
    """The file's text. Raises ClauseError for an unreadable, oversized, binary or wrongly encoded file."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            msg = f"file has {size} bytes; a clause file has at most {MAX_BYTES}: split it"
            raise ClauseError([Problem(name, 0, "", msg)])
        raw = path.read_bytes()
    except OSError as err:
        raise ClauseError([Problem(name, 0, "", f"cannot be read: {err.strerror}")]) from err
    if b"\x00" in raw:
        line = raw[: raw.index(b"\x00")].count(b"\n") + 1
        raise ClauseError([Problem(name, line, "", "NUL byte; save the file as UTF-8 text")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw[: err.start].count(b"\n") + 1
        msg = f"invalid UTF-8 (byte 0x{raw[err.start]:02x}); save the file as UTF-8"
        raise ClauseError([Problem(name, line, "", msg)]) from err


def parse_documents(text: str, name: str) -> list[Node]:
    """The documents of a YAML text as nodes. Raises ClauseError with the line."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    documents: list[Node] = []
    try:
        events = YAML(typ="safe", pure=True).parse(text)
        stack: list[tuple[str, int, list[Node]]] = []
        for event in events:
            _refuse(event, name)
            done = _step(event, stack, name)
            if done is not None:
                if stack:
                    stack[-1][2].append(done)
                else:
                    documents.append(done)
    except MarkedYAMLError as err:
        fix = _fix(str(err.problem))
        mark = (err.context_mark if "opened" in fix else err.problem_mark) or err.context_mark or err.problem_mark
        msg = f"not valid YAML: {err.problem}{fix}"
        raise ClauseError([Problem(name, mark.line + 1 if mark else 0, "", msg)]) from err
    except YAMLError as err:
        at = getattr(err, "position", None)
        line = text.count("\n", 0, at) + 1 if isinstance(at, int) else 0
        what = f"control character 0x{ord(text[at]):02x}; delete it" if isinstance(at, int) else str(err).splitlines()[0]
        raise ClauseError([Problem(name, line, "", f"not valid YAML: {what}")]) from err
    return documents


def _fix(problem: str) -> str:
    """What to do about the commonest mistakes; the parser names only what it stumbled on."""
    for clue, fix in _FIXES.items():
        if clue in problem:
            return f"; {fix}"
    return ""


def _refuse(event: object, name: str) -> None:
    line = event.start_mark.line + 1 if getattr(event, "start_mark", None) else 0  # type: ignore[attr-defined]
    kind = type(event).__name__
    if kind == "AliasEvent" or getattr(event, "anchor", None):
        raise ClauseError([Problem(name, line, "", "anchors and aliases are not allowed; write the value out")])
    if getattr(event, "tag", None) not in {None, "!"} and kind != "DocumentStartEvent":
        raise ClauseError([Problem(name, line, "", f"tag {event.tag!r} is not allowed; write plain values")])  # type: ignore[attr-defined]


def _step(event: object, stack: list[tuple[str, int, list[Node]]], name: str) -> Node | None:
    """Advance by one event; a finished node is returned."""
    kind = type(event).__name__
    line = event.start_mark.line + 1 if getattr(event, "start_mark", None) else 0  # type: ignore[attr-defined]
    if kind in {"MappingStartEvent", "SequenceStartEvent"}:
        if len(stack) >= MAX_DEPTH:
            raise ClauseError([Problem(name, line, "", f"nested deeper than {MAX_DEPTH} levels; flatten it")])
        stack.append(("map" if kind.startswith("Map") else "list", line, []))
        return None
    if kind == "ScalarEvent":
        return Node("scalar", line, text=event.value, plain=event.style is None)  # type: ignore[attr-defined]
    if kind == "SequenceEndEvent":
        _, start, found = stack.pop()
        return Node("list", start, items=tuple(found))
    if kind == "MappingEndEvent":
        _, start, found = stack.pop()
        pairs = tuple(zip(found[::2], found[1::2], strict=True))
        seen: set[str] = set()
        for key, _value in pairs:
            if key.kind != "scalar":
                raise ClauseError([Problem(name, key.line, "", "a key must be a word")])
            if key.text in seen:
                raise ClauseError([Problem(name, key.line, key.text, "key appears twice; keep one")])
            seen.add(key.text)
        return Node("map", start, pairs=pairs)
    return None
