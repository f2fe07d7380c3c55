"""The fact tables, read from schema.toml: one definition for validation, DDL and documentation."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

ROLES = ("key", "value", "info")
_SQL = {
    "text": "VARCHAR",
    "id": "VARCHAR",
    "place": "VARCHAR",
    "party": "VARCHAR",
    "source": "VARCHAR",
    "parties": "VARCHAR[]",
    "ids": "VARCHAR[]",
    "percent": "BIGINT",
    "money": "BIGINT",
    "count": "BIGINT",
    "number": "VARCHAR",
    "word": "VARCHAR",
    "ladder": "TINYINT",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type, role, and the pair it is an end of."""

    name: str
    type: str
    role: str
    doc: str
    required: bool = False
    default: str = ""
    pair: str = ""
    blank: str = ""

    @property
    def kind(self) -> str:
        """The type without its list: ``word`` for ``word:layer``."""
        return self.type.partition(":")[0]

    @property
    def of(self) -> str:
        """The list or ladder of the type, or an empty text."""
        return self.type.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Table:
    """One fact table. ``reach``, ``unique``, ``latest`` and ``counted`` are explained at the head of schema.toml."""

    name: str
    title: str
    doc: str
    columns: tuple[Column, ...]
    is_fact: bool
    reach: str
    unique: bool
    latest: str
    counted: bool = False

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that say what a row is about."""
        return tuple(c.name for c in self.columns if c.role == "key")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what a clause may ask of a row: a lo/hi pair is one field, named without its ending."""
        found = dict.fromkeys(c.pair or c.name for c in self.columns if c.role in {"key", "value", "info"})
        return tuple(found)


def _column(spec: dict[str, Any], role: str) -> Column:
    return Column(
        name=spec["name"],
        type=spec["type"],
        role=spec.get("role", role),
        doc=spec["doc"],
        required=spec.get("required", False),
        default=spec.get("default", ""),
        pair=spec.get("pair", ""),
        blank=spec.get("blank", ""),
    )


@cache
def tables() -> dict[str, Table]:
    """Every table by name, in the file's order."""
    text = resources.files("litmus.facts").joinpath("schema.toml").read_text("utf-8")
    data = tomllib.loads(text)
    common = tuple(_column(c, "meta") for c in data.pop("common"))
    head = (
        Column("id", "id", "meta", "Permanent name of this row.", required=True),
        Column("place", "place", "key", "Place that the fact is about.", required=True),
    )
    found: dict[str, Table] = {}
    for name, spec in data.items():
        is_fact = spec.get("common", True)
        own = tuple(_column(c, "info") for c in spec["columns"])
        found[name] = Table(
            name=name,
            title=spec["title"],
            doc=spec["doc"],
            columns=(*head, *own, *common) if is_fact else own,
            is_fact=is_fact,
            reach=spec.get("reach", ""),
            unique=spec.get("unique", False),
            latest=spec.get("latest", ""),
            counted=spec.get("counted", False),
        )
    return found


def ddl(table: Table) -> str:
    """CREATE TABLE in the house dialect: a partial date becomes two DATE columns, ``_lo`` and ``_hi``."""
    lines: list[str] = []
    for c in table.columns:
        if c.kind == "day":
            lines += [f"  {c.name}_lo DATE", f"  {c.name}_hi DATE"]
        else:
            lines.append(f"  {c.name} {_SQL[c.kind]}" + (" NOT NULL" if c.required else ""))
    return f"CREATE TABLE {table.name} (\n" + ",\n".join(lines) + "\n);"


def dictionary() -> str:
    """The data dictionary as Markdown (docs/facts.md is this text)."""
    out = ["# The fact tables", "", "Made from `src/litmus/facts/schema.toml`; a test keeps it in step.", ""]
    for t in tables().values():
        out += [f"## {t.name}: {t.title.lower()}", "", t.doc, ""]
        traits = [t.reach and f"reach: {t.reach}", t.unique and "unique", t.latest and f"latest {t.latest}", t.counted and "counted"]
        if any(traits):
            out += ["*" + ", ".join(str(x) for x in traits if x) + "*", ""]
        out += ["| column | type | role | what it holds |", "|---|---|---|---|"]
        for c in t.columns:
            need = " (required)" if c.required else ""
            out.append(f"| `{c.name}` | {c.type.replace('|', '/')} | {c.role} | {c.doc.replace('|', '/')}{need} |")
        out.append("")
    return "\n".join(out)
