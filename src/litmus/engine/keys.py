"""Which columns tell the rows of a relation apart, as far as its text shows: what a total order must end with."""

from collections.abc import Mapping

from sqlglot import exp

from litmus.engine.query import Query

#: Output columns that are unique together; None where the text does not show any. Empty: at most one row.
Unique = frozenset[str] | None
Pair = tuple[str, str]


def unique_in(select: exp.Select, relations: Mapping[str, Unique]) -> frozenset[Pair] | None:
    """(source, column) pairs that tell apart the rows which a SELECT reads, before grouping; None where that is not shown.

    A source that is joined on all of its unique columns adds no rows, and nothing is needed from it.
    """
    joins = select.args.get("joins") or []
    sources = [select.args["from_"].this, *(j.this for j in joins)] if select.args.get("from_") else []
    tests: list[exp.Expr | None] = [None] * bool(sources) + [j.args.get("on") for j in joins]
    needed: set[Pair] = set()
    for source, test in zip(sources, tests, strict=True):
        unique = _unique_of(source, relations)
        if unique is None:
            return None
        name = source.alias_or_name
        if test is None or not unique <= _equated(test, name):
            needed |= {(name, column) for column in unique}
    return frozenset(needed)


def _unique_of(source: exp.Expr, relations: Mapping[str, Unique]) -> Unique:
    if isinstance(source, exp.Subquery):
        return unique_out(source.this, relations)
    return relations.get(source.name) if isinstance(source, exp.Table) else None


def _equated(test: exp.Expr, source: str) -> set[str]:
    """Columns of a source that a join's test equates with something outside the source."""
    found: set[str] = set()
    for one in test.flatten() if isinstance(test, exp.And) else [test]:
        if isinstance(one, exp.EQ):
            for side, other in ((one.left, one.right), (one.right, one.left)):
                outside = all(c.table and c.table != source for c in other.find_all(exp.Column))
                if isinstance(side, exp.Column) and side.table == source and outside:
                    found.add(side.name)
    return found


def unique_out(query: exp.Expr, relations: Mapping[str, Unique]) -> Unique:
    """Output columns of a query that are unique together."""
    if not isinstance(query, exp.Select):
        return None
    relations = {**relations, **cte_keys(query, relations)}
    alias_of: dict[object, str] = {}
    for one in query.selects:
        if isinstance(one, exp.Alias):
            alias_of.setdefault(one.this, one.alias)
    if query.args.get("distinct"):
        return frozenset(alias_of.values())
    group = query.args.get("group")
    if group is not None:
        names = [alias_of.get(g) for g in group.expressions]
        return None if None in names else frozenset(n for n in names if n)
    if any(_aggregates(one) for one in query.selects):
        return frozenset()
    needed = unique_in(query, relations)
    if needed is None:
        return None
    found = set()
    for source, column in needed:
        alias = alias_of.get(exp.column(column, table=source)) or (None if query.args.get("joins") else alias_of.get(exp.column(column)))
        if alias is None:
            return None
        found.add(alias)
    return frozenset(found)


def _aggregates(node: exp.Expr) -> bool:
    return any(not isinstance(a.parent, exp.Window) and a.find_ancestor(exp.Window) is None for a in node.find_all(exp.AggFunc))


def cte_keys(query: exp.Expr, relations: Mapping[str, Unique]) -> dict[str, Unique]:
    """The unique columns of each relation in a query's WITH."""
    found: dict[str, Unique] = {}
    clause = query.args.get("with_")
    for cte in clause.expressions if clause else ():
        found[cte.alias] = unique_out(cte.this, {**relations, **found})
    return found


def table_keys(query: Query) -> dict[str, Unique]:
    """The unique columns of each table that the header declares; None for one without a key."""
    return {t: frozenset(c.name for c in columns if c.key) or None for t, columns in query.tables.items()}
