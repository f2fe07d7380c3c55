"""The house is one-way: a room imports only rooms above it. Files and functions stay small enough to know."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "litmus"
ROOMS = [
    "core",
    "facts",
    "imports",
    "store",
    "engine",
    "parties",
    "procurement",
    "measures",
    "clauses",
    "outlook",
    "plan",
    "publish",
    "web",
]
# Files of the top floor, which may import every room.
TOP = {"app", "cli", "__init__", "__main__"}
FILES = sorted(SOURCE.rglob("*.py"))


def imports(path: Path) -> list[tuple[str, int]]:
    """The rooms that a file imports, with the line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        found += [(n.split(".")[1], node.lineno) for n in names if n.startswith("litmus.")]
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append(("(relative import)", node.lineno))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if room in TOP or room.startswith(("cli_", "app_")):
        return
    assert room in ROOMS, f"{room} is not a room of the house"
    for other, line in imports(path):
        assert other in ROOMS, f"{path}:{line} imports {other}"
        assert ROOMS.index(other) <= ROOMS.index(room), f"{path}:{line}: {room} may not import {other}, which stands below it"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


def test_no_float_decides() -> None:
    """In the rooms that decide verdicts, float() is called only where a number is shown, or handed to the solver."""
    allowed = {"_shown", "_program", "_target_text", "show", "show_number"}
    for file in [*(SOURCE / "measures").glob("*.py"), *(SOURCE / "clauses").glob("*.py"), *(SOURCE / "core").glob("*.py")]:
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name in allowed:
                continue
            for node in ast.walk(function):
                calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
                assert not calls, f"{file.name}:{node.lineno} {function.name} turns a number into a float"
