"""A query for another engine: what SQLGlot writes, after the rewrites that keep the numbers equal.

SQLGlot alone is not enough. ClickHouse estimates a median, sums nothing to 0, wraps on overflow, divides whole numbers as
floats and keeps days from 1970 only; PostgreSQL sorts text by the server's language, sums to numeric and adds only small
whole numbers to days. Each rewrite below closes one such gap; docs/engine.md lists them with what they would do unclosed.
"""

from collections.abc import Callable, Mapping

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from litmus.engine.query import Query, Value
from litmus.engine.typed import is_date, is_text, is_whole, typed

#: Engines on which ``litmus engines --compare`` proves every file, with the name of their dialect in SQLGlot.
CHECKED = {"postgres": "postgres", "clickhouse": "clickhouse", "spark": "spark"}
#: Dialects that SQLGlot writes and nobody has compared.
UNCHECKED = ("athena", "databricks", "redshift", "snowflake", "trino")

_CLICKHOUSE_SETTINGS = {"join_use_nulls": 1, "prefer_column_name_to_alias": 1, "union_default_mode": "ALL"}


def transpile(query: Query, dialect: str, values: Mapping[str, Value] | None = None, *, pretty: bool = False) -> str:
    """The query's text for an engine, with the parameters' values written in.

    Raises ValueError for a dialect that is not offered, NotTypedError and SqlglotError as ``typed`` does, and
    UnsupportedError when the dialect cannot say it.
    """
    if dialect not in {*CHECKED, *UNCHECKED, "duckdb"}:
        msg = f"no dialect {dialect!r}; offered: {', '.join(['duckdb', *CHECKED, *UNCHECKED])}"
        raise ValueError(msg)
    tree = typed(query, values)
    if dialect != "duckdb":
        tree = _ordered_outside(tree, by_bytes=dialect in {"postgres", "redshift"})
    # Children first, so that a rewrite meets its operands as they will stand.
    for node in reversed(list(tree.walk())) if dialect in _NODES else ():
        found = _NODES[dialect](node)
        if found is not node:
            found.type = node.type
            node.replace(found)
    text = tree.sql(dialect=dialect, comments=False, pretty=pretty, unsupported_level=ErrorLevel.RAISE)
    if dialect == "clickhouse":
        settings = ", ".join(f"{name} = {value!r}" for name, value in _CLICKHOUSE_SETTINGS.items())
        text += ("\n" if pretty else " ") + f"SETTINGS {settings}"
    return text


def _func(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[a.copy() for a in args])


_ARGS = {exp.Left: ("this", "expression"), exp.StrPosition: ("this", "substr")}


def _counts(node: exp.Expr) -> bool:
    """Is the node a count with all that belongs to it? Counts have no sign in ClickHouse, and mix with nothing that has."""
    inner = node.this if isinstance(node, exp.Window) else node
    inner = inner.this if isinstance(inner, exp.Filter) else inner
    counting = isinstance(inner, exp.Count | exp.RowNumber | exp.Rank | exp.DenseRank)
    return counting and not isinstance(node.parent, exp.Filter | exp.Window)


def _clickhouse(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Median):
        return exp.ParameterizedAgg(
            this="quantileExactInclusiveOrNull", expressions=[exp.Literal.number("0.5")], params=[_func("toInt64", node.this)]
        )  # fmt: skip
    if isinstance(node, exp.Sum):
        return _func("sumOrNull", _func("toInt128", node.this))
    if isinstance(node, exp.Min | exp.Max):
        return _func("minOrNull" if isinstance(node, exp.Min) else "maxOrNull", node.this)
    if isinstance(node, exp.Mul) and is_whole(node.left) and is_whole(node.right):
        node.set("this", _func("toInt128", node.left))
        return node
    if isinstance(node, exp.IntDiv):
        return _func("intDiv", _func("toInt128", node.left), node.right)
    if isinstance(node, exp.Extract | exp.DateDiff) or _counts(node):
        return _func("toInt64", node)
    if isinstance(node, exp.Left | exp.StrPosition):  # these count bytes there
        return _func("leftUTF8" if isinstance(node, exp.Left) else "positionUTF8", *(node.args[a] for a in _ARGS[type(node)]))
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.BIGINT:
        return _func("accurateCast", node.this, exp.Literal.string("Nullable(Int64)"))
    if isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.DATE:
        return _func("toDate32", node.this)
    if isinstance(node, exp.Window) and node.args.get("spec") and node.args.get("order"):
        for one in node.args["order"].expressions:  # a frame over wide whole numbers is not implemented there
            if is_whole(one.this):
                one.set("this", _func("toInt64", one.this))
    return node


def _postgres(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Extract | exp.DateDiff):
        return exp.cast(node.copy(), "BIGINT")
    if isinstance(node, exp.IntDiv):
        return exp.cast(node.copy(), "BIGINT")
    if isinstance(node, exp.Add | exp.Sub) and is_date(node.left):
        node.set("expression", exp.cast(node.right, "INT"))
        return node
    if isinstance(node, exp.Left):
        node.set("expression", exp.cast(node.expression, "INT"))
        return node
    if isinstance(node, exp.Min | exp.Max) and is_text(node):
        node.set("this", exp.Collate(this=node.this, expression=exp.to_identifier("C", quoted=True)))
        return node
    in_window = isinstance(node, exp.Ordered) and node.parent is not None and isinstance(node.parent.parent, exp.Window)
    if in_window and is_text(node.this):
        node.set("this", exp.Collate(this=node.this, expression=exp.to_identifier("C", quoted=True)))
    return node


def _spark(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Add | exp.Sub) and is_date(node.left):
        name = "DATE_ADD" if isinstance(node, exp.Add) else "DATE_SUB"
        return _func(name, node.left, exp.cast(node.right, "INT"))
    if isinstance(node, exp.DateDiff | exp.Extract):
        return exp.cast(node.copy(), "BIGINT")
    return node


_NODES: Mapping[str, Callable[[exp.Expr], exp.Expr]] = {"clickhouse": _clickhouse, "postgres": _postgres, "spark": _spark}


def _ordered_outside(tree: exp.Query, *, by_bytes: bool) -> exp.Query:
    """The last ORDER BY around the whole query, where a name can only be the output column of that name."""
    order, limit = tree.args.get("order"), tree.args.get("limit")
    if order is None:
        return tree
    tree.set("order", None)
    tree.set("limit", None)
    texts = {e.alias for e in tree.selects if is_text(e)}
    keys = []
    for one in order.expressions:
        name = one.this.name  # the dialect orders by output columns only
        column: exp.Expr = exp.column(name, table="answer")
        if by_bytes and name in texts:
            column = exp.Collate(this=column, expression=exp.to_identifier("C", quoted=True))
        keys.append(exp.Ordered(this=column, desc=one.args.get("desc"), nulls_first=one.args.get("nulls_first")))
    whole = exp.select("*").from_(exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("answer"))))
    whole.set("order", exp.Order(expressions=keys))
    if limit is not None:
        whole.set("limit", limit)
    return whole
