"""Sources of the packs that are not facts (instruments, toolbox): the pack's own, and those of the bundled dossiers.

Every figure, answer and mapping of such a pack cites at least one. What rests on a single secondary text must say so:
``verified: false`` is demanded by the reader, not left to good intentions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.clauses.nodes import Node
from litmus.clauses.shape import BOOL, TEXT, Errors, ListOf, Record, Scalar, Shape, word
from litmus.core.dates import parse_days
from litmus.core.words import expected_word, word_list
from litmus.facts.dossier import read_dossier
from litmus.facts.parse import identifier

# Kinds whose text is the act, or the statement of the body that acted. All others report what someone else did.
PRIMARY = frozenset({"official", "court", "regulator", "operator", "vendor", "lender", "international"})
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+/\S+\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is written: its address, who published it, what kind it is, and which source it copies."""

    id: str
    publisher: str
    address: str
    kind: str
    mirrors: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """What an item rests on. ``verified`` is False for what only one secondary text says, or nobody has checked."""

    sources: tuple[str, ...]
    verified: bool
    locator: str = ""
    note: str = ""


def at(node: Node, key: str) -> Node:
    """The node of a key where it is there, else the map itself: where a problem is reported."""
    return node.get(key) or node


def _address(text: str) -> str:
    if not _ADDRESS.match(text):
        msg = f"expected a full web address such as https://example.org/page, found {text[:60]!r}; a site's name alone cannot be checked"
        raise ValueError(msg)
    return text


ID = Scalar(identifier, {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"})
DAYS = Scalar(parse_days, {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"})
CITED: dict[str, Shape] = {"source": ListOf(ID, single=True), "locator": TEXT, "note": TEXT, "verified": BOOL}
SOURCE = Record(
    {"id": ID, "publisher": TEXT, "address": Scalar(_address, {"type": "string", "format": "uri"}),
     "kind": word(*word_list("source_kind"), what="kind of source"), "published": DAYS, "retrieved": DAYS, "mirrors": ID,
     "language": TEXT, "note": TEXT},
    required=("id", "publisher", "address", "kind"), what="key of a source",
)  # fmt: skip
SOURCES = Record(
    {"litmus": word("sources/1", what="document type"), "sources": ListOf(SOURCE)},
    required=("litmus", "sources"),
    what="key of a source list",
)


def read_sources(node: Node, errors: Errors, known: Mapping[str, Source]) -> dict[str, Source]:
    """The sources of a pack, each under an id of its own; problems go to ``errors``."""
    before = len(errors.found)
    raw = SOURCES.read(node, "", errors)
    if len(errors.found) > before:
        return {}
    found: dict[str, Source] = {}
    items = at(node, "sources").items
    for i, one in enumerate(raw["sources"]):
        if one["id"] in found or one["id"] in known:
            errors.add(items[i], f"sources[{i}].id", f"{one['id']!r} is a source already; cite that one, or give this its own id")
        found[one["id"]] = Source(one["id"], one["publisher"], one["address"], one["kind"], one.get("mirrors", ""), one.get("note", ""))
    return found


@cache
def dossier_sources() -> Mapping[str, Source]:
    """The sources of every dossier that ships, by id."""
    root = Path(str(resources.files("litmus") / "dossiers"))
    dossier = read_dossier(sorted(root.rglob("sources*.csv")))
    return {
        r.id: Source(r.id, r.values["publisher"], r.values["address"], r.values["kind"], r.values["mirrors"] or "", r.values["note"] or "")
        for r in dossier.rows["source"]
    }


def read_citation(node: Node, path: str, raw: Mapping[str, Any], known: Mapping[str, Source], errors: Errors) -> Citation:
    """The citation of one item. Unknown sources, and a lone secondary text that is not marked, are problems."""
    ids = tuple(i for i in raw.get("source", ()) if i is not None)
    where = at(node, "source")
    unknown = [i for i in ids if i not in known]
    for one in unknown:
        errors.add(where, f"{path}.source", expected_word(one, known, "source"))
    verified = raw.get("verified", True)
    if ids and not unknown and verified and not _firm(ids, known):
        kind = known[ids[0]].kind
        errors.add(where, f"{path}.source", f"rests on one secondary text ({ids[0]}, {kind}); add 'verified: false', or a second source")
    return Citation(ids, verified, raw.get("locator", ""), raw.get("note", ""))


def _firm(ids: Iterable[str], known: Mapping[str, Source]) -> bool:
    """One primary source, or two secondary ones that do not copy each other."""
    cited = [known[i] for i in ids]
    return any(s.kind in PRIMARY for s in cited) or len({s.mirrors or s.id for s in cited}) > 1
