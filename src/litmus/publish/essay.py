"""The essay that started the record, claim by claim: what it says, and what the record shows."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

STATUSES = ("corroborated", "contested", "contradicted", "asserted", "not-found", "not-checkable")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the essay: our words for it, its status, what the record shows, the facts, and any correction."""

    id: str
    paragraph: int
    says: str
    status: str
    record: str
    facts: tuple[str, ...]
    correction: str
    why_not: str


def read_essay(path: Path) -> list[Claim]:
    """The claims of essay.csv. ValueError names the line and what was expected."""
    found = []
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            if row["status"] not in STATUSES:
                msg = f"{path.name}:{line}, status: expected one of {', '.join(STATUSES)}, found {row['status']!r}"
                raise ValueError(msg)
            facts = tuple(f for f in row["facts"].split("|") if f)
            found.append(
                Claim(
                    row["claim"],
                    int(row["paragraph"] or 0),
                    row["says"],
                    row["status"],
                    row["record"],
                    facts,
                    row["correction"],
                    row["why_not"],
                )
            )
    return found


def summary(claims: list[Claim]) -> Counter[str]:
    """Claims by status, and how many rest on facts, carry a correction, or cannot be typed."""
    count = Counter(c.status for c in claims)
    count["claims"] = len(claims)
    count["with facts"] = sum(bool(c.facts) for c in claims)
    count["corrected"] = sum(bool(c.correction) for c in claims)
    count["not expressible"] = sum(bool(c.why_not) for c in claims)
    return count


def page(claims: list[Claim]) -> str:
    """The documentation page: what the essay says, what the record shows."""
    out = [
        "# What the essay says, what the record shows", "",
        "The essay that started Litmus, claim by claim, in our words. Made from `essay.csv` of the dossier (`make docs`); a test keeps "
        "it in step. Facts are rows of the dossier: `litmus why <id>` shows each with its sources.", "",
    ]  # fmt: skip
    for paragraph in sorted({c.paragraph for c in claims}):
        out += [f"## Paragraph {paragraph}", "", "| claim | the essay says | status | the record shows | facts |", "|---|---|---|---|---|"]
        for c in (c for c in claims if c.paragraph == paragraph):
            shows = " ".join(x for x in (c.record, f"**Correction:** {c.correction}" if c.correction else "", c.why_not) if x)
            facts = ", ".join(f"`{f}`" for f in c.facts[:4]) + (f" and {len(c.facts) - 4} more" if len(c.facts) > 4 else "")
            out.append(f"| {c.id} | {_cell(c.says)} | {c.status} | {_cell(shows)} | {facts} |")
        out.append("")
    return "\n".join(out)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
