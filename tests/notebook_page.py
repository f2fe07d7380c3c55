"""Writes docs/notebook.ipynb with the output of its cells: `.venv/bin/python tests/notebook_page.py` (`make docs` does)."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent.parent / "docs" / "notebook.ipynb"
CELLS: list[tuple[str, str]] = [
    ("markdown", "# Litmus in ten lines\n\nEvery cell is run by the tests. The day is fixed, so that the output stays the same."),
    ("code", 'import litmus\n\ns = litmus.open(as_of="2026-11-23")\ns.snapshot'),
    ("markdown", "What is not met in Serbia, whatever the missing evidence says:"),
    ("code", 's.verdicts.where(place="RS", state="NOT_MET")'),
    ("markdown", "One verdict that is settled, and one that is open: why, and the papers that would settle it."),
    ("code", 's.verdict("nis2-in-force", "RS")'),
    ("code", 's.verdict("iga-contracts-published", "RS")'),
    ("markdown", "What to ask for, counted over the region:"),
    ("code", 'from collections import Counter\n\nCounter(r["label"] for r in s.settling.records()).most_common(5)'),
    ("markdown", "What was known at the end of 2020, and how many verdicts it would have settled:"),
    (
        "code",
        'then = litmus.open(as_of="2026-11-23", known_at="2020-12-31")\n'
        '[sum(r["state"] != "UNDETERMINED" for r in x.verdicts.records()) for x in (then, s)]',
    ),
]


def run(cells: list[str]) -> list[Any]:
    """The value of the last expression of each cell, run one after the other."""
    space: dict[str, Any] = {}
    values = []
    for text in cells:
        tree = ast.parse(text)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), space)  # noqa: S102 - our own cells
        values.append(eval(compile(ast.Expression(last.value), "cell", "eval"), space) if isinstance(last, ast.Expr) else None)  # noqa: S307
    return values


def shown(value: Any) -> dict[str, str]:
    """A value as a notebook shows it."""
    told = {"text/plain": repr(value) if not hasattr(value, "frame") else f"{len(value)} rows"}
    return told | ({"text/html": value._repr_html_()} if hasattr(value, "_repr_html_") else {})


def page() -> str:
    """The notebook as JSON (nbformat 4.5)."""
    values = iter(run([text for kind, text in CELLS if kind == "code"]))
    cells: list[dict[str, Any]] = []
    for n, (kind, text) in enumerate(CELLS):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{n}", "metadata": {}, "source": text.splitlines(keepends=True)}
        if kind == "code":
            count = sum(k == "code" for k, _ in CELLS[: n + 1])
            output = {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": shown(next(values))}
            cell |= {"execution_count": count, "outputs": [output]}
        cells.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    told = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
