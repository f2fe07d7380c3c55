"""The JSON Schema for editors and the loader agree: both take what is shipped, both refuse what is broken."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from litmus.clauses.load import json_schema, load_text, locate_regime
from litmus.clauses.nodes import ClauseError, Node, parse_documents

FILES = sorted(locate_regime("wb-digital").rglob("*.yaml"))
SCHEMA = json_schema()
CHECK = Draft202012Validator(SCHEMA)
ROOT = Path(__file__).parent.parent


def plain(node: Node) -> Any:
    """The document as JSON has it. A day stays text, as an editor's YAML 1.2 core schema reads it."""
    if node.kind == "map":
        return {k.text: plain(v) for k, v in node.pairs}
    if node.kind == "list":
        return [plain(n) for n in node.items]
    if not node.plain:
        return node.text
    try:
        return json.loads(node.text)
    except ValueError:
        return node.text


def documents(path: Path) -> list[Any]:
    return [plain(n) for n in parse_documents(path.read_text("utf-8"), path.name)]


def loads(document: Any) -> bool:
    """Does the loader take it? JSON is YAML."""
    try:
        load_text(json.dumps(document), "x.yaml")
    except ClauseError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_shipped_file_is_valid_for_both(path: Path) -> None:
    for document in documents(path):
        assert not list(CHECK.iter_errors(document))
        assert loads(document)


def _drop(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda d: d.pop(key)


def _put(value: Any, *keys: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = value

    return change


BROKEN = [
    *(_drop(key) for key in ("litmus", "id", "version", "status", "title", "basis", "norm", "measure", "target", "empty")),
    _put("clause/2", "litmus"), _put("Not An Id", "id"), _put("one", "version"), _put("draft", "status"), _put("ban", "norm"),
    _put([], "basis"), _put("perhaps", "empty"), _put("2029-13", "deadline"), _put("soon", "grace"), _put("1", "colour"),
    _put("biggest-share", "measure", "kind"), _put("yes", "measure", "colour"), _put({"min_grade": "Z9"}, "evidence"),
    _put({"combine": "averaged"}, "parts", "BA"), _put({"cap": "half"}, "waivers"), _put({}, "waivers"),
]  # fmt: skip


@pytest.mark.parametrize("change", BROKEN, ids=range(len(BROKEN)))
def test_what_one_refuses_the_other_refuses(change: Callable[[dict[str, Any]], None]) -> None:
    document = copy.deepcopy(documents(next(p for p in FILES if p.stem == "vendor-share-cap"))[0])
    assert loads(document)
    change(document)
    assert list(CHECK.iter_errors(document))
    assert not loads(document)


def test_the_printed_schema_is_the_one_in_use() -> None:
    assert json.loads((ROOT / "docs" / "clause.schema.json").read_text("utf-8")) == SCHEMA
