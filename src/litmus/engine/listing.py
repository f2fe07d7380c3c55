"""What ``litmus engines`` prints: tiers, files, and comparisons line by line."""

from collections.abc import Iterator, Sequence

from litmus.engine.compare import CONTROL, Outcome, compare
from litmus.engine.engines import CHECKED_ENGINES, Engine
from litmus.engine.invent import invent, merged
from litmus.engine.query import bundled

#: Files that are not portable, and why.
NATIVE_ONLY = {
    "measures/bulk_sums.sql": "a template over list columns, compiled for one clause at a time; engine/sql/restricted_share.sql is its "
    "portable counterpart, and a test holds the two to the same numbers",
    "measures/bulk_max_share.sql": "the same; engine/sql/vendor_max_share.sql is its portable counterpart",
}


def tiers() -> Iterator[str]:
    """The engines by what is known about them, and whether they are here."""
    import duckdb

    count = len(bundled())
    yield f"native                 DuckDB {duckdb.__version__}: {count} portable .sql files, and {len(NATIVE_ONLY)} that need its lists"
    for engine in CHECKED_ENGINES.values():
        yield f"checked                {engine.title}: {engine.missing() or 'here'}"
    yield f"transpiles, unchecked  {', '.join(_unchecked())}: `litmus run FILE --print NAME` writes the text; nobody has compared its rows"
    for name, why in NATIVE_ONLY.items():
        yield f"DuckDB only            {name}: {why}"
    yield "`litmus engines --compare` compares every file on the checked engines that are here"


def _unchecked() -> Sequence[str]:
    from importlib.util import find_spec

    if find_spec("sqlglot") is None:
        return ["nothing without SQLGlot (pip install 'litmus-monitor[engines]')"]
    from litmus.engine.transpile import UNCHECKED

    return UNCHECKED


def files() -> Iterator[str]:
    """Every portable file: its name, its title, the parameters with their defaults, and the rules that it may break."""
    for query in bundled():
        yield f"{query.name:22} {query.title}"
        for param in query.params:
            yield f"{'':22}   {param.name} = {param.default}: {param.doc}"
        for rule, why in query.exceptions:
            yield f"{'':22}   may break {rule}: {why}"


def compared(engines: Sequence[Engine], rows: int, shown: int) -> Iterator[tuple[str, bool]]:
    """Lines of a comparison, and whether each is as it should be. The tables are made once for all engines."""
    import duckdb

    queries = bundled()
    tables = merged(queries)
    con = duckdb.connect()
    try:
        con.execute("SET enable_progress_bar = false")
        total = invent(con, tables, rows)
        yield f"{len(queries)} files over {total:,} invented rows in {len(tables)} tables", True
        for engine in engines:
            yield engine.title, True
            for outcome in compare(con, queries, tables, engine):
                yield from _told(outcome, shown)
    finally:
        con.close()


def _told(outcome: Outcome, shown: int) -> Iterator[tuple[str, bool]]:
    differ = len(outcome.differences)
    told = f"  {outcome.query:22} {outcome.rows:>8,} rows  {differ:>6,} differ"
    if outcome.query == CONTROL.name:
        fine = differ > 0 and not outcome.error
        yield f"{told}  control: floats averaged and summed, which must differ", fine
        return
    here, there = outcome.seconds
    yield f"{told}  {here:6.2f} s here  {there:6.2f} s there", outcome.same
    if outcome.error:
        yield f"    {outcome.error}", True
    for one in outcome.differences[:shown]:
        yield f"    {one.key}: {one.expected or 'no row'} on DuckDB, {one.found or 'no row'} there", True
