"""The house dialect, linted on the SQLGlot tree: what a ``.sql`` file may say so that every engine answers alike.

Each rule has a number, a message with file and line, and the fix; docs/engine.md explains them with an example each.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from litmus.engine.keys import Unique, cte_keys, table_keys, unique_in
from litmus.engine.query import Query
from litmus.engine.typed import NotTypedError, is_date, is_double, is_text, is_whole, parse, type_of, typed

RULES = {
    "D01": "one SELECT and nothing else; every column by name",
    "D02": "whole numbers: BIGINT for money, shares and counts; no decimals, no casts that read or print text",
    "D03": "no float aggregates and no avg(): whole sums, cast to BIGINT, and counts",
    "D04": "every division guards against zero with nullif; `/` casts an operand to DOUBLE, `//` divides whole numbers",
    "D05": "a DOUBLE becomes a whole number only by floor or ceil",
    "D06": "days only by date_diff('day', …), extract(year or month), day + whole number, and comparison",
    "D07": "a month is year * 12 + month - 1; frames are RANGE over a whole number",
    "D08": "a total order in every ORDER BY: ASC or DESC, NULLS FIRST or LAST, and a tie-break that is unique",
    "D09": "no case folding, patterns or order of texts: importers do that",
    "D10": "every column of every SELECT is named with AS",
    "D11": "no named windows",
    "D12": "where relations are joined, every column names its relation",
    "D13": "nothing outside the words of the dialect",
    "D14": "the header says what the query does: tables, columns, parameters, types",
}
_WORDS = (
    "Select With CTE TableAlias Alias Column Identifier Table From Join Where Group Having Order Ordered Limit Union Subquery Exists "
    "Literal Null Boolean Placeholder Cast DataType Case If And Or Not Paren Tuple EQ NEQ GT GTE LT LTE Is In Between "
    "Add Sub Mul Div IntDiv Mod Neg Abs Floor Ceil Coalesce Nullif Least Greatest DPipe Left StrPosition Var "
    "Count Sum Min Max Median Distinct Star Filter Window WindowSpec RowNumber Rank DenseRank Lag Lead DateDiff Extract"
)
_ALLOWED = tuple(getattr(exp, word) for word in _WORDS.split())
_ELSEWHERE = {
    "D03": (
        "Avg Stddev StddevPop StddevSamp Variance VariancePop Corr CovarPop CovarSamp Quantile PercentileCont ApproxDistinct "
        "ApproxQuantile Mode GroupConcat ArrayAgg AnyValue First Last",
        "count and sum whole numbers, and divide where the figure is shown",
    ),
    "D05": ("Round Trunc", "use floor or ceil"),
    "D06": (
        "Interval CurrentDate CurrentTimestamp DateAdd DateSub DateTrunc TimestampTrunc DayOfWeek DayOfWeekIso DayOfMonth DayOfYear "
        "Week Month Year Quarter TsOrDsAdd DateFromParts StrToDate StrToTime TimeToStr MonthsBetween LastDay",
        "use date_diff('day', a, b), extract(year FROM d), extract(month FROM d) or d + n; a day of today is a parameter",
    ),
    "D09": (
        "Lower Upper Like ILike RegexpLike RegexpFullMatch RegexpExtract RegexpReplace SimilarTo Substring Trim Replace Collate Initcap",
        "let the importer write a column with the normal form",
    ),
}
_MONTH = re.compile(r"EXTRACT\(YEAR FROM (.+?)\) \* 12 \+ EXTRACT\(MONTH FROM \1\) - 1")
_ORDERED_FUNCTIONS = (exp.RowNumber, exp.Lag, exp.Lead)


class _NullsSmall(DuckDB):
    NULL_ORDERING = "nulls_are_small"


class _NullsLarge(DuckDB):
    NULL_ORDERING = "nulls_are_large"


@dataclass(frozen=True, slots=True)
class Breach:
    """One sentence that breaks a rule."""

    rule: str
    path: str
    line: int
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.what}; {self.fix}"


Found = tuple[str, exp.Expr | int, str, str]


def lint(query: Query) -> list[Breach]:
    """Every breach of the dialect in a file, in order of lines, without those that its header excepts. Empty: none."""
    found = [Breach(rule, query.path, at if isinstance(at, int) else _line(at), what, fix) for rule, at, what, fix in _lint(query)]
    kept = {(b.rule, b.line, b.what): b for b in found if b.rule not in dict(query.exceptions)}
    return sorted(kept.values(), key=lambda b: (b.line, b.rule, b.what))


def _lint(query: Query) -> Iterator[Found]:
    try:
        trees = parse(query)
    except SqlglotError as err:
        line = next((e["line"] for e in getattr(err, "errors", [])), 1)
        yield "D01", line, f"cannot be read as SQL: {str(err).splitlines()[0]}", "write one SELECT of the house dialect"
        return
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        yield "D01", (trees[1] if len(trees) > 1 else 1), "is not one SELECT", "keep one SELECT in a file"
        return
    tree = trees[0]
    yield from _vocabulary(tree)
    for select in tree.find_all(exp.Select):
        yield from _names(select)
    yield from _orders(query, tree)
    for name in sorted({p.name for p in tree.find_all(exp.Placeholder)} - {p.name for p in query.params}):
        yield "D14", 1, f"${name} is not declared", f"add '-- param: {name} TYPE = DEFAULT -- what it means'"
        return
    try:
        known = typed(query)
    except NotTypedError as err:
        yield "D14", 1, str(err), "declare the table and column in 'in:', or name it as the header does"
        return
    for node in known.walk():
        for rule in _TYPED:
            yield from rule(node)
    yield from _header(query, tree, known)


def _line(node: exp.Expr) -> int:
    here: exp.Expr | None = node
    while here is not None:
        lines = [n.meta["line"] for n in here.walk() if "line" in n.meta]
        if lines:
            return int(min(lines))
        here = here.parent
    return 1


def _show(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb", comments=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _type_name(node: exp.Expr) -> str:
    found = type_of(node)
    return found.value if found else "of no known type"


# --- on the tree as it is written -------------------------------------------------------------------------------------


def _vocabulary(tree: exp.Query) -> Iterator[Found]:
    for node in tree.walk():
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            yield "D01", node, "* stands for columns that nobody named", "name every column"
        if isinstance(node, exp.Select) and node.args.get("windows"):
            yield "D11", node.args["windows"][0], "a named window", "write the window where it is used"
        if isinstance(node, exp.Distinct) and node.args.get("on"):
            yield "D13", node, "DISTINCT ON", "number the rows with row_number() and keep the first"
        if isinstance(node, exp.Join) and (node.args.get("using") or node.args.get("method")):
            yield "D12", node, "a join that does not say which columns it compares", "write ON a.x = b.x"
        if isinstance(node, _ALLOWED) or (isinstance(node, exp.Null | exp.Condition) and type(node) is exp.Condition):
            continue
        name = type(node).__name__
        rule, fix = next(((r, fix) for r, (words, fix) in _ELSEWHERE.items() if name in words.split()), ("D13", ""))
        what = f"{_show(node)} ({name}) is not in the dialect"
        yield rule, node, what, fix or "say it with the words that docs/engine.md lists"


def _names(select: exp.Select) -> Iterator[Found]:
    inside_test = isinstance(select.parent, exp.Exists | exp.In)
    for one in select.selects:
        if not isinstance(one, exp.Alias | exp.Star) and not inside_test:
            yield "D10", one, f"{_show(one)} has no name of its own", "write ... AS name"
    if not select.args.get("joins"):
        return
    skipped = {id(c) for c in select.args["order"].find_all(exp.Column)} if select.args.get("order") else set()
    for column in select.find_all(exp.Column):
        if not column.table and id(column) not in skipped and column.find_ancestor(exp.Select) is select:
            yield "D12", column, f"{column.name} does not say which relation it is of", f"write relation.{column.name}"


def _orders(query: Query, tree: exp.Query) -> Iterator[Found]:
    (small,), (large,) = ([s for s in one().parse(query.text) if s is not None] for one in (_NullsSmall, _NullsLarge))
    for here, there in zip(small.find_all(exp.Ordered), large.find_all(exp.Ordered), strict=True):
        if here.args.get("nulls_first") != there.args.get("nulls_first"):
            yield "D08", here, f"ORDER BY {_show(here.this)} does not say where NULL stands", "add NULLS FIRST or NULLS LAST"
        if here.args.get("desc") is None:
            yield "D08", here, f"ORDER BY {_show(here.this)} does not say which way", "add ASC or DESC"
        if isinstance(here.this, exp.Literal):
            yield "D08", here, "ORDER BY a number", "name the column"
    yield from _final_order(query, tree)
    relations = table_keys(query)
    for select in tree.find_all(exp.Select):
        chain = [s for s in (select, *_ancestors(select)) if s.args.get("with_")]
        known: dict[str, Unique] = dict(relations)
        for one in reversed(chain):
            known |= cte_keys(one, known)
        yield from _tie_breaks(select, known)


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


def _final_order(query: Query, tree: exp.Query) -> Iterator[Found]:
    order = tree.args.get("order")
    if order is None:
        if query.key:
            yield "D08", tree, "the answer has no order", f"end with ORDER BY {', '.join(query.key)}"
        return
    alias_of = {e.this: e.alias for e in tree.selects if isinstance(e, exp.Alias)}
    names = set()
    for one in order.expressions:
        name = one.this.name if isinstance(one.this, exp.Column) else ""
        if name not in tree.named_selects or (one.this.table and alias_of.get(one.this) != name):
            yield "D08", one, f"the answer is ordered by {_show(one.this)}, which is no column of it", "order by output columns"
        names.add(name)
    missing = [k for k in query.key if k not in names]
    if missing:
        yield "D08", order, f"the order of the answer leaves out {', '.join(missing)}", "name every column of 'key:'"


def _tie_breaks(select: exp.Select, relations: dict[str, Unique]) -> Iterator[Found]:
    for window in select.find_all(exp.Window):
        if not isinstance(window.this, _ORDERED_FUNCTIONS) or window.find_ancestor(exp.Select) is not select:
            continue
        name = type(window.this).__name__
        if window.args.get("order") is None:
            yield "D08", window, f"{name} without ORDER BY", "add ORDER BY with a unique tie-break"
            continue
        needed = unique_in(select, relations)
        if select.args.get("group") is not None:
            needed = None
        if needed is None:
            yield "D08", window, f"nothing shows which columns are unique where {name} is used", "select or group by a key one step before"
            continue
        keys = [*(window.args.get("partition_by") or []), *(o.this for o in window.args["order"].expressions)]
        given = {(c.table, c.name) for c in keys if isinstance(c, exp.Column)}
        bare = set() if select.args.get("joins") else {c for t, c in given if not t}
        missing = sorted(c for t, c in needed if (t, c) not in given and c not in bare)
        if missing:
            yield "D08", window, f"{name} may meet ties", f"end its ORDER BY with {', '.join(missing)}"


# --- on the tree with types -------------------------------------------------------------------------------------------


def _whole(node: exp.Expr) -> Iterator[Found]:
    decimal = isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit()
    if decimal and not (isinstance(node.parent, exp.Cast) and is_double(node.parent)):
        yield "D02", node, f"{node.name} is a decimal", "use whole minor units or ppm, or CAST(... AS DOUBLE) in a division"
    if not isinstance(node, exp.Cast):
        return
    target, inner = node.to.sql(dialect="duckdb"), node.this
    good = {
        "BIGINT": is_whole(inner) or is_double(inner) or type_of(inner) is exp.DataType.Type.BOOLEAN,
        "DOUBLE": is_whole(inner) or is_double(inner) or isinstance(inner, exp.Literal),
        "DATE": isinstance(inner, exp.Literal) or is_date(inner),
    }
    if isinstance(inner, exp.Null) and target in {*good, "TEXT", "VARCHAR", "BOOLEAN"}:
        return
    if target not in good:
        yield "D02", node, f"{_show(node)} casts to {target}", "use BIGINT, DOUBLE (for a division) or DATE (of a text as '2026-11-23')"
    elif not good[target]:
        yield "D02", node, f"{_show(node)} reads a number or day out of a text", "let the importer write the column"


def _aggregate(node: exp.Expr) -> Iterator[Found]:
    if isinstance(node, exp.Sum | exp.Median):
        inner = node.this.this if isinstance(node.this, exp.Distinct) else node.this
        if not is_whole(inner):
            yield "D03", node, f"{_show(node)} is over {_type_name(inner)}", "aggregate whole numbers"
    if isinstance(node, exp.Sum):
        holder = node.parent
        while isinstance(holder, exp.Filter | exp.Window | exp.Paren):
            holder = holder.parent
        if not (isinstance(holder, exp.Cast) and is_whole(holder)):
            yield "D03", node, f"{_show(node)} has a width of its own on each engine", "write CAST(sum(...) AS BIGINT)"


def _division(node: exp.Expr) -> Iterator[Found]:
    if not isinstance(node, exp.Div | exp.IntDiv | exp.Mod):
        return
    sign = {exp.Div: "/", exp.IntDiv: "//", exp.Mod: "%"}[type(node)]
    divisor = node.right.unnest()
    while isinstance(divisor, exp.Cast):
        divisor = divisor.this.unnest()
    constant = isinstance(divisor, exp.Literal) and float(divisor.name) != 0
    if not constant and not (isinstance(divisor, exp.Nullif) and divisor.expression.name == "0"):
        yield "D04", node, f"{sign} by {_show(divisor)} may divide by zero", f"write {sign} nullif({_show(divisor)}, 0)"
    if isinstance(node, exp.Div) and not (is_double(node.left) or is_double(node.right)):
        yield "D04", node, f"/ of whole numbers: {_show(node)}", "write CAST(a AS DOUBLE) / nullif(b, 0), or a // nullif(b, 0)"
    if not isinstance(node, exp.Div) and not (is_whole(node.left) and is_whole(node.right)):
        yield "D04", node, f"{sign} of what is no whole number: {_show(node)}", "divide whole numbers"


def _rounding(node: exp.Expr) -> Iterator[Found]:
    if isinstance(node, exp.Cast) and is_whole(node) and is_double(node.this) and not isinstance(node.this.unnest(), exp.Floor | exp.Ceil):
        yield "D05", node, f"{_show(node)} rounds as the engine likes", "write CAST(floor(...) AS BIGINT) or CAST(ceil(...) AS BIGINT)"


def _days(node: exp.Expr) -> Iterator[Found]:
    if isinstance(node, exp.DateDiff) and node.text("unit").upper() not in {"DAY", "DAYS"}:
        yield "D06", node, f"date_diff in {node.text('unit').lower()}s", "use date_diff('day', a, b)"
    if isinstance(node, exp.Extract) and node.name.upper() not in {"YEAR", "MONTH"}:
        yield "D06", node, f"extract({node.name.lower()})", "use extract(year FROM d) or extract(month FROM d)"
    if not isinstance(node, exp.Add | exp.Sub):
        return
    if (is_date(node.left) or is_date(node.right)) and not (is_date(node.left) and is_whole(node.right)):
        yield "D06", node, f"{_show(node)} is not a day and a whole number", "write d + n, or date_diff('day', a, b)"


def _months(node: exp.Expr) -> Iterator[Found]:
    if isinstance(node, exp.WindowSpec):
        order = node.parent.args.get("order") if node.parent else None
        keys = order.expressions if order else []
        if node.args.get("kind") != "RANGE":
            fix = "use RANGE BETWEEN n PRECEDING AND CURRENT ROW over the number of the month"
            yield "D07", node, "a frame of rows skips empty months", fix
        elif len(keys) != 1 or not is_whole(keys[0].this):
            yield "D07", node, "a RANGE frame over what is no single whole number", "order by the number of the month"
    arithmetic = exp.Add | exp.Sub | exp.Mul
    if isinstance(node, arithmetic) and not isinstance(node.parent, arithmetic | exp.Paren):
        units = {e.name.upper() for e in node.find_all(exp.Extract)}
        if units >= {"YEAR", "MONTH"} and not _MONTH.fullmatch(node.sql(dialect="duckdb")):
            yield "D07", node, f"{_show(node)} is no number of a month", "write extract(year FROM d) * 12 + extract(month FROM d) - 1"


def _texts(node: exp.Expr) -> Iterator[Found]:
    compared = node.left if isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE) else node.this if isinstance(node, exp.Between) else None
    if compared is not None and is_text(compared):
        yield "D09", node, f"{_show(node)} compares texts by order", "compare numbers or days, or let the importer write a rank"


_TYPED: tuple[Callable[[exp.Expr], Iterator[Found]], ...] = (_whole, _aggregate, _division, _rounding, _days, _months, _texts)


def _header(query: Query, tree: exp.Query, known: exp.Query) -> Iterator[Found]:
    used = {p.name for p in tree.find_all(exp.Placeholder)}
    for param in query.params:
        if param.name not in used:
            yield "D14", 1, f"parameter {param.name} is not used", "use it, or take it out of the header"
    wanted, names = [c.name for c in query.out], list(known.named_selects)
    if wanted != names:
        what = f"'out:' says {', '.join(wanted)} and the query gives {', '.join(names)}"
        yield "D14", 1, what, "make the two the same, in the same order"
    families = {"BIGINT": is_whole, "VARCHAR": is_text, "DATE": is_date, "DOUBLE": is_double}
    for column, node in zip(query.out, known.selects, strict=False):
        fits = families.get(column.type, lambda n: type_of(n) is exp.DataType.Type.BOOLEAN)
        if not fits(node):
            yield "D14", node, f"{column.name} is {_type_name(node)}, not {column.type}", "correct 'out:', or cast"
    read = {source.name for scope in traverse_scope(known) for source in scope.sources.values() if isinstance(source, exp.Table)}
    for table in sorted(set(query.tables) - read):
        yield "D14", 1, f"{table} is declared and never read", "take it out of 'in:'"


__all__ = ["RULES", "Breach", "lint"]
