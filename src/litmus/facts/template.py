"""A template row for analysts: the header of a table and one row with the next free id."""

import csv
import io
import re

from litmus.core.words import expected_word, ladder, word_list
from litmus.facts.dossier import Dossier
from litmus.facts.schema import Column, tables


def new_fact(table: str, place: str, dossier: Dossier) -> str:
    """CSV text: the header, and a row whose required cells say what they expect. ValueError for an unknown table."""
    if table not in tables():
        raise ValueError(expected_word(table, tables(), "table"))
    spec = tables()[table]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.name for c in spec.columns])
    cells = {"id": next_id(table, place, dossier), "place": place, "stance": ""}
    writer.writerow([cells.get(c.name, f"<{expects(c)}>" if c.required else "") for c in spec.columns])
    return out.getvalue()


def next_id(table: str, place: str, dossier: Dossier) -> str:
    """The next free id of the form place-table-nnn."""
    stem = f"{place.lower()}-{table}-"
    used = [int(m.group(1)) for r in dossier.rows.get(table, []) if (m := re.fullmatch(re.escape(stem) + r"(\d+)", r.id))]
    return f"{stem}{max(used, default=0) + 1:03d}"


def expects(column: Column) -> str:
    """What a cell of the column takes, in a few words."""
    if column.kind == "word" and column.of not in {"table", "reliability", "credibility"}:
        return "one of " + " ".join(word_list(column.of)[:6]) + (" ..." if len(word_list(column.of)) > 6 else "")
    if column.kind == "ladder":
        return "one of " + " ".join(ladder(column.of))
    words = {
        "day": "YYYY, YYYY-MM or YYYY-MM-DD", "party": "id of party.csv", "source": "id of sources.csv", "percent": "per cent",
        "money": "amount in plain digits", "count": "whole number", "number": "decimal number", "id": "id",
        "text": "text", "ids": "ids with |",
    }  # fmt: skip
    return {"reliability": "A to F", "credibility": "1 to 6"}.get(column.of) or words.get(column.kind, column.kind)
