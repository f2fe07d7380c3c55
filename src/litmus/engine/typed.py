"""A query as a SQLGlot tree in which every column names its table and every expression has its type."""

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DType
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from litmus.engine.query import Query, Value

WHOLE = frozenset({DType[t] for t in ("BIGINT", "INT", "SMALLINT", "TINYINT", "INT128")})
TEXT = frozenset({DType.VARCHAR, DType.TEXT})
# SQLGlot leaves open what a median is; over whole numbers it is a float, exact below 2^53.
_METADATA = {**DuckDB.EXPRESSION_METADATA, exp.Median: {"returns": DType.DOUBLE}}


class NotTypedError(ValueError):
    """The query names a table or column that its header does not declare; the message says which."""


def parse(query: Query) -> list[exp.Expr]:
    """The statements of the file. Raises SqlglotError."""
    return [s for s in sqlglot.parse(query.text, read="duckdb") if s is not None]


def typed(query: Query, values: Mapping[str, Value] | None = None) -> exp.Query:
    """The typed tree, with the parameters' values written in. Raises NotTypedError, or SqlglotError for what is no SQL."""
    tree: Any
    (tree,) = parse(query)
    known = query.values(values)
    tree = tree.transform(lambda node: _literal(known[node.name]) if isinstance(node, exp.Placeholder) and node.name in known else node)
    schema: dict[str, object] = {table: {c.name: c.type for c in columns} for table, columns in query.tables.items()}
    try:
        tree = qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False, identify=False)
    except SqlglotError as err:
        raise NotTypedError(str(err).splitlines()[0]) from err
    found: exp.Query = annotate_types(tree, schema=schema, dialect="duckdb", expression_metadata=_METADATA)
    return found


def type_of(node: exp.Expr) -> DType | None:
    """The node's type, where it is known."""
    return node.type.this if isinstance(node.type, exp.DataType) else None


def is_whole(node: exp.Expr) -> bool:
    """Is the node a whole number?"""
    return type_of(node) in WHOLE


def is_text(node: exp.Expr) -> bool:
    """Is the node a text?"""
    return type_of(node) in TEXT


def is_date(node: exp.Expr) -> bool:
    """Is the node a day?"""
    return type_of(node) is DType.DATE


def is_double(node: exp.Expr) -> bool:
    """Is the node a float?"""
    return type_of(node) in {DType.DOUBLE, DType.FLOAT}


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.cast(exp.Literal.number(value), "BIGINT")
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
