"""A small XML text as a tree, in bounded time and memory: no document type, no entity, nothing fetched.

Refused, each with a reason: a document type (and with it every entity, internal or external), a text above ``SIZE``, nesting
above ``DEPTH``, more than ``NODES`` elements, an encoding other than UTF-8 or UTF-16.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

SIZE = 32 << 20
DEPTH = 64
NODES = 500_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class XmlError(ValueError):
    """A text that is refused; the message says why, and what was expected. ``line`` is where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class Node:
    """An element: its local name, its attributes, its text (of a leaf), its elements."""

    __slots__ = ("attributes", "children", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.text = ""
        self.children: list[Node] = []

    def all(self, path: str) -> list["Node"]:
        """The elements under a path of local names."""
        found = [self]
        for name in path.split("/"):
            found = [c for n in found for c in n.children if c.name == name]
        return found

    def first(self, path: str) -> "Node | None":
        """The first of them."""
        found = self.all(path)
        return found[0] if found else None

    def get(self, path: str) -> str | None:
        """The text of the first of them; None where it is blank or not there."""
        found = self.first(path)
        return (found.text.strip() or None) if found else None

    def walk(self) -> Iterator["Node"]:
        """All elements below, in order."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def read_tree(stream: BinaryIO) -> Node:
    """The root of the text. Raises XmlError."""
    try:
        data = _pieces(stream)
    except OSError as err:
        msg = f"expected a readable stream: {err}"
        raise XmlError(msg) from err
    if len(data) > SIZE:
        msg = f"expected an XML text of at most {SIZE >> 20} MB"
        raise XmlError(msg)
    text = _decoded(data)
    for mark in ("<!DOCTYPE", "<!ENTITY"):
        if mark in text:
            msg = f"expected XML without {mark}: document types and entities are not read; remove the declaration"
            raise XmlError(msg, text.count("\n", 0, text.index(mark)) + 1)
    return _Builder().parse(text)


def _pieces(stream: BinaryIO) -> bytes:
    found: list[bytes] = []
    size = 0
    while size <= SIZE and (more := stream.read(1 << 20)):
        found.append(more)
        size += len(more)
    return b"".join(found)


def _decoded(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(name)
            except UnicodeDecodeError as err:
                msg = f"expected {name} throughout: {err.reason} at byte {err.start}"
                raise XmlError(msg) from err
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as err:
        msg = f"expected UTF-8: {err.reason} at byte {err.start}; convert the file"
        raise XmlError(msg, data.count(b"\n", 0, err.start) + 1) from err


class _Builder:
    """Builds the tree out of the parser's events."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.buffer_text = True
        self.open: list[Node] = []
        self.pieces: list[str] = []
        self.root: Node | None = None
        self.count = 0

    def parse(self, text: str) -> Node:
        try:
            self.parser.Parse(text.encode("utf-8", "strict"), True)
        except expat.ExpatError as err:
            msg = f"expected well-formed XML: {expat.errors.messages[err.code]}"
            raise XmlError(msg, err.lineno) from err
        except UnicodeEncodeError as err:
            msg = "expected text without lone surrogates"
            raise XmlError(msg) from err
        if self.root is None:
            msg = "expected an XML element"
            raise XmlError(msg)
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if len(self.open) >= DEPTH or self.count > NODES:
            msg = f"expected at most {DEPTH} levels and {NODES} elements"
            raise XmlError(msg, line)
        node = Node(name.rpartition("}")[2], attributes, line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        self.pieces = []

    def _end(self, _name: str) -> None:
        node = self.open.pop()
        if not node.children:
            node.text = "".join(self.pieces)
        self.pieces = []

    def _text(self, text: str) -> None:
        self.pieces.append(text)
