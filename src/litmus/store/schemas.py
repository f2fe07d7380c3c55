"""Under which columns and words rows were read, and how rows of different times meet.

The rule: columns may be added when blank is allowed and means blank; lists and ladders may gain words anywhere; nothing else
changes. A rename is a new column; a change of type is a new column. Segments keep the words of a ladder, not their numbers,
so that a rung may be added in the middle. A store that breaks the rule is not opened, with the reason.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import orjson

from litmus.core.words import ladder, taxonomy, word_list
from litmus.facts.schema import Column, Table, tables
from litmus.store.layout import Store, StoreError, keep_text

# What a column of a segment holds. A partial date takes two columns, its first and its last day.
STORED = {
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
    "ladder": "VARCHAR",
}
HIDDEN = (("row_hash", "BLOB"), ("file", "VARCHAR"), ("line", "BIGINT"))


def schema_text() -> bytes:
    """The present schema as canonical JSON."""
    told = {t.name: {c.name: _told(c) for c in t.columns} for t in tables().values()}
    lists = {"words": {**taxonomy()["words"], "layer": word_list("layer")}, "ladders": taxonomy()["ladders"]}
    return orjson.dumps({"tables": told, **lists}, option=orjson.OPT_SORT_KEYS)


def _told(column: Column) -> dict[str, Any]:
    return {"type": column.type, "required": column.required, "default": column.default}


def keep_schema(store: Store) -> str:
    """The present schema's hash; its text is kept when the store does not have it yet."""
    text = schema_text()
    digest = sha256(text).hexdigest()
    return digest if store.file("schemas", digest).exists() else keep_text(store, "schemas", text)


def read_schema(store: Store, digest: str) -> dict[str, Any]:
    """A schema that a commit names. Raises StoreError when it is gone or changed."""
    path = store.file("schemas", digest)
    text = path.read_bytes() if path.exists() else b""
    if sha256(text).hexdigest() != digest:
        msg = f"{path}: {'damaged' if text else 'missing'}; bring it back from a copy"
        raise StoreError(msg)
    found: dict[str, Any] = orjson.loads(text)
    return found


def check_schemas(store: Store, digests: Sequence[str]) -> None:
    """Raise StoreError when rows read under one of these schemas cannot be read under the present one."""
    now = schema_text()
    for digest in dict.fromkeys(digests):
        if digest == sha256(now).hexdigest():
            continue
        problems = drift(read_schema(store, digest), orjson.loads(now))
        if problems:
            msg = f"{store.root}: its rows were read under another schema ({digest[:12]}): {'; '.join(problems[:3])}"
            raise StoreError(msg)


def drift(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What stands between the two schemas; an empty list when the rule was kept."""
    found = []
    for name, columns in old["tables"].items():
        present = new["tables"].get(name)
        if present is None:
            found.append(f"it has a table {name}, which this version lacks; use a newer version of Litmus")
            continue
        for column, was in columns.items():
            now = present.get(column)
            if now is None:
                found.append(f"it has a column {name}.{column}, which this version lacks; use a newer version, or keep the column")
            elif now["type"] != was["type"]:
                found.append(f"{name}.{column} was {was['type']} and is now {now['type']}; a change of type is a new column")
        fresh = sorted(c for c in present.keys() - columns.keys() if present[c]["required"] or present[c]["default"])
        found += [f"{name}.{c} is new and may not be blank; a new column must allow blanks and have no default" for c in fresh]
    for kind in ("words", "ladders"):
        for name, words in old[kind].items():
            lost = [w for w in words if w not in new[kind].get(name, ())]
            if lost:
                found.append(f"the {kind[:-1]} list {name} has lost {', '.join(map(repr, lost))}; lists only grow")
            order = [w for w in new[kind].get(name, ()) if w in words]
            if kind == "ladders" and not lost and order != list(words):
                found.append(f"the ladder {name} has other rungs below each other; the order of a ladder never changes")
    return found


def stored_columns(table: Table) -> tuple[tuple[str, str], ...]:
    """Names and types of a table's columns in a segment, without the hidden ones."""
    found: list[tuple[str, str]] = []
    for c in table.columns:
        found += [(f"{c.name}_lo", "DATE"), (f"{c.name}_hi", "DATE")] if c.kind == "day" else [(c.name, STORED[c.kind])]
    return tuple(found)


@cache
def from_json(table: Table) -> tuple[str, str]:
    """How DuckDB reads a table's claims: the columns of the JSON lines, and the select list that makes a segment of them."""
    columns = {"_h": "VARCHAR", "_f": "INTEGER", "_l": "BIGINT"}
    chosen = []
    for c in table.columns:
        columns[c.name] = {"day": "INTEGER[]", "ladder": "TINYINT"}.get(c.kind, STORED.get(c.kind, ""))
        if c.kind == "day":
            for end, at in (("lo", 1), ("hi", 2)):
                chosen.append(f"DATE '0001-01-01' + ({quoted_name(c.name)}[{at}] - 1) AS {c.name}_{end}")
        elif c.kind == "ladder":
            chosen.append(f"{_words(ladder(c.of))}[{quoted_name(c.name)} + 1] AS {quoted_name(c.name)}")
        else:
            chosen.append(quoted_name(c.name))
    listed = ", ".join(f"{quoted(n)}: {quoted(t)}" for n, t in columns.items())
    return f"{{{listed}}}", ", ".join(chosen)


def view(table: Table, files: Sequence[str]) -> str:
    """The select that puts all segments of a table together: the one place where versions meet.

    Columns are those of ``litmus schema ddl`` (a rung by its present number) with row_hash, file and line. Columns that a
    segment lacks are NULL.
    """
    stored = (*HIDDEN, *stored_columns(table))
    empty = "SELECT " + ", ".join(f"CAST(NULL AS {t}) AS {quoted_name(n)}" for n, t in stored) + " WHERE FALSE"
    names = ", ".join(map(quoted, files))
    union = f"{empty} UNION ALL BY NAME SELECT * FROM read_parquet([{names}], union_by_name = true)" if files else empty
    rungs = {c.name: ladder(c.of) for c in table.columns if c.kind == "ladder"}
    chosen = [
        f"CAST(list_position({_words(rungs[n])}, {quoted_name(n)}) - 1 AS TINYINT) AS {quoted_name(n)}" if n in rungs else quoted_name(n)
        for n, _ in stored
    ]
    return f"SELECT {', '.join(chosen)} FROM ({union})"


def _words(words: Sequence[str]) -> str:
    return "[" + ", ".join(map(quoted, words)) + "]"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """A column's name, safe where it is also a word of SQL (``over``, ``table``)."""
    return f'"{name}"'
