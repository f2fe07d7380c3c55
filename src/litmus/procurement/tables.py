"""The procurement tables of ``schema.toml``: their columns, their DDL, and their description as a page."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

SQL = {"text": "VARCHAR", "texts": "VARCHAR", "count": "BIGINT", "share": "BIGINT", "money": "BIGINT", "flag": "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the schema; a moment stands for three columns in SQL."""

    name: str
    kind: str
    doc: str

    @property
    def sql(self) -> tuple[tuple[str, str], ...]:
        """Names and SQL types."""
        if self.kind == "moment":
            return (self.name, "VARCHAR"), (f"{self.name}_at", "BIGINT"), (f"{self.name}_day", "DATE")
        return ((self.name, SQL[self.kind]),)


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``one``: see the head of schema.toml; ``merge``: its columns name a single row."""

    name: str
    title: str
    doc: str
    columns: tuple[Column, ...]
    one: tuple[str, ...] = ()
    merge: bool = False

    @property
    def sql(self) -> tuple[tuple[str, str], ...]:
        """Names and SQL types of the columns, in order."""
        return tuple(pair for column in self.columns for pair in column.sql)

    def ddl(self, name: str = "") -> str:
        """CREATE TABLE, with the place where each row stands."""
        columns = ", ".join(f"{n} {t}" for n, t in (*self.sql, ("file", "VARCHAR"), ("line", "BIGINT")))
        return f"CREATE TABLE {name or self.name} ({columns})"


@cache
def tables() -> Mapping[str, Table]:
    """Every table, by name."""
    read: dict[str, Any] = tomllib.loads((resources.files("litmus.procurement") / "schema.toml").read_text("utf-8"))
    return {
        name: Table(
            name,
            found["title"],
            found["doc"],
            tuple(Column(c["name"], c["type"], c["doc"]) for c in found["columns"]),
            tuple(found.get("one", ())),
            bool(found.get("merge", False)),
        )
        for name, found in read.items()
    }


def dictionary() -> str:
    """The tables as Markdown, for docs/procurement-tables.md."""
    lines = ["# Procurement tables", "", "Made from `src/litmus/procurement/schema.toml`; don't edit.", ""]
    for table in tables().values():
        lines += [f"## {table.name}: {table.title.lower()}", "", table.doc, "", "| column | type | holds |", "|---|---|---|"]
        lines += [f"| {c.name} | {c.kind} | {c.doc} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)
