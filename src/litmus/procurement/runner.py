"""Run flag files: steps first, each once, then the flags over them."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.engine import Query, load

CARDINAL = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
Row = tuple[str, str, str, str, float | None, str | None]


@cache
def folder(name: str) -> dict[str, Query]:
    """The query files of ``flags``, ``steps`` or ``rules``, by name."""
    root = Path(str(resources.files("litmus.procurement"))) / name
    return {p.stem: load(p) for p in sorted(root.glob("*.sql"))}


def flags() -> dict[str, Query]:
    """Every red flag, by code."""
    return folder("flags")


def steps_of(wanted: Iterable[Query]) -> list[Query]:
    """The steps whose tables the wanted queries read, each after those that it reads itself."""
    found: dict[str, Query] = {}
    for query in wanted:
        for table in query.tables:
            if table in folder("steps") and table not in found:
                step = folder("steps")[table]
                found |= {s.name: s for s in steps_of([step])}
                found[table] = step
    return list(found.values())


def make_table(con: Any, query: Query, given: Mapping[str, Any], name: str = "") -> None:
    """One step as a table, of its own name if no other is given."""
    con.execute(f"CREATE OR REPLACE {'' if name else 'TEMP '}TABLE {name or query.name} AS {_bare(query)}", values(query, given))


def run_flag(con: Any, query: Query, given: Mapping[str, Any]) -> list[Row]:
    """The rows of one flag."""
    found: list[Row] = con.execute(query.text, values(query, given)).fetchall()
    return found


def values(query: Query, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a query among those given, the others by default."""
    known = {p.name for p in query.params}
    return query.values({k: v for k, v in given.items() if k in known})


def _bare(query: Query) -> str:
    """The query without its header, for use inside another statement."""
    return "\n".join(line for line in query.text.splitlines() if not line.startswith("--"))
