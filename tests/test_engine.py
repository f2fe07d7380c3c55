"""One .sql file on one engine or on four: the same rows, the templates' own numbers, and no way out for a stranger's query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.clauses.clause import Basis, Clause, Moment
from litmus.cli import main
from litmus.engine import Query, bundled
from litmus.engine.compare import CONTROL, by_key, compare, differences
from litmus.engine.data import DataError, check, locked, opened, split_lists
from litmus.engine.engines import CHECKED_ENGINES, native
from litmus.engine.invent import invent, merged
from litmus.engine.query import Column, parse
from litmus.engine.run import RefusedError, run
from litmus.facts.evidence import Policy
from litmus.measures.bulk import question
from litmus.measures.bulk_compile import Listing, compile_query
from litmus.measures.problem import Target
from litmus.measures.spec import Condition, Measure

pytest.importorskip("sqlglot", reason="pip install 'litmus-monitor[engines]'")

FILES = {q.name: q for q in bundled()}
ROWS = 1_000
OPEN: list[Any] = ["RS", "ran"]


@pytest.fixture(scope="module")
def invented() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    invent(con, merged(FILES.values()), ROWS)
    yield con
    con.close()


@pytest.mark.parametrize("query", FILES.values(), ids=FILES)
def test_every_file_runs_and_keeps_what_its_header_promises(query: Query, invented: duckdb.DuckDBPyConnection) -> None:
    """The key is unique, nothing is NULL that may not be, the answer is in order, and the invented tables reach it."""
    rows = native(invented)(query, None)
    assert by_key(query, rows)
    described = invented.execute(query.text, query.values()).description or []
    assert [d[0] for d in described] == [c.name for c in query.out]


# --- the same numbers as the templates --------------------------------------------------------------------------------

IN_RAN = (Condition("layer", "in", ("ran",)), Condition("in_service", "in", ("true",)))
RELATION = """
CREATE OR REPLACE VIEW deployments AS
SELECT d.* EXCLUDE (deployment_id), v.vendor AS vendor
FROM deployment AS d
LEFT JOIN (SELECT deployment_id, list(vendor ORDER BY vendor) AS vendor FROM deployment_vendor GROUP BY ALL) AS v USING (deployment_id)
"""


def compiled(measure: Measure, con: duckdb.DuckDBPyConnection, *, closed: bool = True) -> list[dict[str, Any]]:
    """The rows of a template that is compiled for one clause."""
    clause = Clause(
        id="sample", version=1, status="model", title="", basis=(Basis("a test", "proposal"),), norm="achieve", measure=measure,
        target=Target("at_most", Fraction(1, 2)), empty=True, policy=Policy(), digest="", file="", deadline=Moment(1),
    )  # fmt: skip
    vendors = con.execute("SELECT vendor, certain FROM restricted_vendor").fetchall()
    sure, perhaps = (frozenset(v for v, certain in vendors if certain is answer) for answer in (True, False))
    listing = {"list": Listing(sure, perhaps, closed=closed)}
    con.execute(RELATION)
    found = con.execute(compile_query(question(clause, "RS", ()), "RS", "deployments", listing, {}))
    names = [d[0] for d in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def portable(name: str, con: duckdb.DuckDBPyConnection, **values: Any) -> list[dict[str, Any]]:
    rows = native(con)(FILES[name], {**FILES[name].values(), **values})
    return [dict(zip([c.name for c in FILES[name].out], row, strict=True)) for row in rows]


@pytest.mark.parametrize("closed", [True, False])
def test_the_restricted_share_is_that_of_the_template(invented: duckdb.DuckDBPyConnection, closed: bool) -> None:
    count = (Condition("vendor.restricted_by", "restricted_by", ("list",)),)
    measure = Measure("share", "deployment", IN_RAN, count, by=("operator", "generation"), weight="sites")
    theirs = compiled(measure, invented, closed=closed)
    ours = portable("restricted_share", invented, list_closed=closed)
    assert len(ours) > 50
    assert [{k: row[k] for k in ours[0]} for row in theirs] == ours


def test_the_ratio_and_the_totals_are_those_of_the_template(invented: duckdb.DuckDBPyConnection) -> None:
    by = ("operator", "layer", "generation")
    count = (Condition("vendor.restricted_by", "restricted_by", ("list",)),)
    theirs = compiled(Measure("ratio", "deployment", IN_RAN[1:], count, by=by), invented)
    ours = portable("restricted_ratio", invented)
    keys = list(ours[0])
    assert sorted([tuple(row[k] for k in keys) for row in theirs]) == sorted(tuple(row.values()) for row in ours)
    theirs = compiled(Measure("sum", "deployment", IN_RAN[1:], value="weight", by=by), invented)
    sums = {tuple(row[k] for k in by): (row["rows_certain"], row["weight_certain"], row["hi_num"]) for row in theirs}
    ours = portable("deployment_totals", invented)
    assert sums == {tuple(r[k] for k in by): (r["assets_certain"], r["weight_certain"], r["weight_possible"]) for r in ours}


def test_the_greatest_share_is_that_of_the_template(invented: duckdb.DuckDBPyConnection) -> None:
    theirs = compiled(Measure("max-share", "deployment", IN_RAN, of="vendor", by=("operator",), weight="sites"), invented)
    ours = portable("vendor_max_share", invented)
    assert len(ours) > 100
    assert [{k: row[k] for k in ours[0]} for row in theirs] == ours


# --- small worlds, counted by hand ------------------------------------------------------------------------------------

DAYS = st.dates(date(2022, 11, 1), date(2024, 2, 5))


def filled(query: Query, **tables: Sequence[tuple[Any, ...]]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table, columns in query.tables.items():
        con.execute(f"CREATE TABLE {table} ({', '.join(f'{c.name} {c.type}' for c in columns)})")
        if tables[table]:
            con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})", tables[table])
    return con


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["b1", "b2", None]), DAYS, st.none() | st.integers(0, 9)), min_size=1, max_size=12))
def test_twelve_months_count_empty_months(contracts: list[tuple[str | None, date, int | None]]) -> None:
    query = FILES["monthly_contracts"]
    chain = {t: [(f"{t}{i}", f"{o}{i}") for i in range(len(contracts))] for t, o in (("award", "lot"), ("lot", "notice"))}
    notices = [(f"notice{i}", b) for i, (b, _, _) in enumerate(contracts)]
    rows = [(f"c{i}", f"award{i}", day, eur) for i, (_, day, eur) in enumerate(contracts)]
    found = native(filled(query, contract=rows, award=chain["award"], lot=chain["lot"], notice=notices))(query, None)
    month = {i: day.year * 12 + day.month - 1 for i, (_, day, _) in enumerate(contracts)}
    for buyer, m, count, _, year_count, year_eur in found:
        same = [i for i, (b, _, _) in enumerate(contracts) if b == buyer]
        window = [i for i in same if m - 11 <= month[i] <= m]
        values = [v for i in window if (v := contracts[i][2]) is not None]
        assert count == sum(month[i] == m for i in same)
        assert (year_count, year_eur) == (len(window), sum(values) if values else None)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_bitemporal_read_is_that_of_a_loop(data: st.DataObject) -> None:
    query = FILES["claim_as_of"]
    days = st.dates(date(2024, 1, 1), date(2024, 1, 9))
    claims = []
    for i in range(data.draw(st.integers(0, 8))):
        ends = (data.draw(st.none() | days), data.draw(st.none() | days))
        retracts = data.draw(st.sampled_from([None, None, None, f"c{data.draw(st.integers(0, 8))}"]))
        claims.append((f"c{i}", data.draw(st.sampled_from("st")), "p", None, i, *ends, data.draw(days), retracts))
    known_at, as_of = data.draw(days), data.draw(days)
    found = native(filled(query, claim=claims))(query, {"known_at": known_at, "as_of": as_of})
    known = [c for c in claims if c[7] <= known_at]
    gone = {c[8] for c in known if c[8]}
    newest: dict[str, Any] = {}
    for c in sorted((c for c in known if c[8] is None and c[0] not in gone), key=lambda c: (c[7], c[0])):
        newest[c[1]] = c
    held = {s: c[0] for s, c in newest.items() if (c[5] is None or c[5] <= as_of) and (c[6] is None or c[6] > as_of)}
    assert {row[0]: row[2] for row in found} == held


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["s1", "s2", "s3", None]), st.none() | st.integers(0, 50)), min_size=1, max_size=8))
def test_concentration_lies_between_its_bounds(contracts: list[tuple[str | None, int | None]]) -> None:
    query = FILES["buyer_concentration"]
    rows = [(f"c{i}", "a", s, eur) for i, (s, eur) in enumerate(contracts)]
    con = filled(query, contract=rows, award=[("a", "l")], lot=[("l", "n")], notice=[("n", "b")])
    ((_, n, incomplete, suppliers, *numbers),) = native(con)(query, None)
    spent: dict[str, int] = defaultdict(int)
    for supplier, eur in contracts:
        if supplier and eur is not None:
            spent[supplier] += eur
    total = sum(spent.values())
    assert (n, incomplete, suppliers) == (len(contracts), sum(s is None or e is None for s, e in contracts), len(spent))
    if not total:
        assert numbers[2:] == [None] * 4
        return
    shares = [Fraction(v, total) * 1_000_000 for v in spent.values()]
    assert numbers[:2] == [total, max(spent.values())]
    assert numbers[2] <= max(shares) <= numbers[3] <= numbers[2] + 1
    assert numbers[4] <= sum(s * s for s in shares) / 1_000_000 <= numbers[5]


# --- a stranger's query -----------------------------------------------------------------------------------------------

COUNT = FILES["procedure_mix"]
NOTICES = [("n1", date(2024, 1, 1), "open"), ("n2", None, None)]


def test_a_locked_connection_has_no_way_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with locked(filled(COUNT, notice=NOTICES), COUNT.tables) as con:
        assert len(native(con)(COUNT, None)) == 2
        for escape in (
            f"SELECT * FROM read_csv('{secret}')",
            f"COPY notice TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            "CREATE TABLE mine (a INTEGER)",
            "DELETE FROM notice",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                con.execute(escape).fetchall()
    assert not (tmp_path / "out.csv").exists()


def test_a_query_that_breaks_the_dialect_is_refused() -> None:
    escape = COUNT.text[: COUNT.text.index("WITH dated")] + "SELECT * FROM read_csv('/etc/passwd')"
    with pytest.raises(RefusedError, match="D01"):
        run(parse(escape, "theirs.sql"), filled(COUNT, notice=NOTICES), "duckdb", {})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        ("CREATE TABLE other AS SELECT 1 AS x", "no table notice, which the query reads"),
        ("CREATE TABLE notice AS SELECT 'n' AS notice_id", "notice has no column published, which the query reads; it has notice_id"),
        ("CREATE TABLE notice AS SELECT 'n' AS notice_id, '2024' AS published, 'o' AS procedure", "notice.published is VARCHAR, and the"),
        ("CREATE TABLE notice AS SELECT NULL::VARCHAR AS notice_id, NULL::DATE AS published, 'o' AS procedure", "is NULL in 1 rows"),
        (
            "CREATE TABLE notice AS SELECT unnest(['n', 'n']) AS notice_id, NULL::DATE AS published, 'o' AS procedure",
            "more than one row for \"notice_id\" = ('n',)",
        ),
    ],
)
def test_data_that_are_not_as_declared_are_refused(make: str, message: str) -> None:
    con = duckdb.connect()
    con.execute(make)
    with pytest.raises(DataError) as found:
        run(COUNT, con, "duckdb", {})
    assert message in str(found.value)


def test_data_come_from_parquet_folders_and_duckdb_files(tmp_path: Path) -> None:
    con = filled(COUNT, notice=NOTICES)
    (tmp_path / "notice").mkdir()
    con.execute(f"COPY (SELECT * FROM notice WHERE procedure IS NULL) TO '{tmp_path}/notice/1.parquet'")
    con.execute(f"COPY (SELECT * FROM notice WHERE procedure IS NOT NULL) TO '{tmp_path}/notice/2.parquet'")
    con.execute(f"ATTACH '{tmp_path}/all.duckdb' AS other")
    con.execute("CREATE TABLE other.notice AS SELECT * FROM notice")
    con.execute("DETACH other")
    expected = native(con)(COUNT, None)
    for path in (tmp_path, tmp_path / "all.duckdb"):
        with opened(path, COUNT.tables) as data:
            assert run(COUNT, data, "duckdb", {}) == expected
    with pytest.raises(DataError, match=r"no lot\.parquet and no folder lot"), opened(tmp_path, {"lot": ()}):
        pass


def test_lists_of_a_store_are_read_as_a_table_of_their_own() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE deployment AS SELECT 'd' AS id, ['a', 'b'] AS vendor")
    columns = (Column("id", "VARCHAR", key=True), Column("vendor", "VARCHAR", key=True))
    split_lists(con, {"deployment_vendor": columns})
    check(con, "deployment_vendor", columns)
    assert sorted(con.execute("SELECT * FROM deployment_vendor").fetchall()) == [("d", "a"), ("d", "b")]


# --- engines ----------------------------------------------------------------------------------------------------------


def test_a_difference_is_seen() -> None:
    rows = [(2024, "open", 1, 1, 1.0), (None, None, 1, 1, 1.0)]
    assert differences(COUNT, rows, list(reversed(rows))) == []
    changed = [rows[0], (None, None, 1, 1, 1.0000000000000002)]
    assert [d.key for d in differences(COUNT, rows, changed)] == [(None, None)]
    assert [d.found for d in differences(COUNT, rows, rows[:1])] == [None]
    with pytest.raises(ValueError, match="two rows have the key"):
        differences(COUNT, rows, [rows[0], rows[0]])
    with pytest.raises(ValueError, match="notices is NULL"):
        differences(COUNT, rows, [(2024, "open", None, 1, 1.0)])


ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in CHECKED_ENGINES]


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_gives_the_same_rows(name: str) -> None:
    """Every file; and the control of floats, which differs: the comparison can fail."""
    engine = CHECKED_ENGINES[name]
    if gone := engine.missing():
        pytest.skip(f"{engine.title} is {gone}")
    con = duckdb.connect()
    tables = merged(FILES.values())
    invent(con, tables, 5_000 if name != "spark" else 1_000)
    found = {o.query: o for o in compare(con, list(FILES.values()), tables, engine)}
    control = found.pop(CONTROL.name)
    assert {name: (o.error, o.differences[:3]) for name, o in found.items() if not o.same} == {}
    assert len(found) == len(FILES)
    assert control.differences


@pytest.mark.parametrize("name", [p for p in ENGINES if "spark" not in p.values])
def test_sqlglot_alone_is_not_enough(name: str) -> None:
    """What is rewritten needs it: the same expressions, carried over by SQLGlot alone, fail or differ."""
    import sqlglot

    engine = CHECKED_ENGINES[name]
    if gone := engine.missing():
        pytest.skip(f"{engine.title} is {gone}")
    con = duckdb.connect()
    names = "['Ž', 'a', 'B', 'z'][1 + i % 4]"
    con.execute(f"CREATE TABLE t AS SELECT i AS i, 4611686018427387904 + i AS big, {names} AS name FROM range(4) AS r (i)")
    tables = {"t": (Column("i", "BIGINT", key=True), Column("big", "BIGINT"), Column("name", "VARCHAR"))}
    early = "DATE '1912-03-01' + CAST(i AS INTEGER)"
    wrong = {
        "clickhouse": ["big // 3", "sum(big) FILTER (WHERE i > 9)", early, "strpos(name, 'a') + left(name, 1)"],
        "postgres": ["left(name, i)"],
    }[name]
    with engine.opened(con, tables) as raw:
        for expression in wrong:
            text = f"SELECT i AS i, {expression} AS x FROM t" + (" GROUP BY i" if "sum" in expression else "")
            try:
                (carried,) = sqlglot.transpile(text, read="duckdb", write=name)
                there = {int(i): str(x) for i, x in raw(carried)}
            except Exception:  # noqa: BLE001, S112
                continue
            assert there != {i: str(x) for i, x in con.execute(text).fetchall()}, expression


# --- the command line -------------------------------------------------------------------------------------------------


def litmus(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_run_prints_rows_and_says_that_they_are_invented() -> None:
    code, text = litmus("run", "procedure_mix", "--invented", "300", "--format", "csv")
    assert code == 0
    assert "invented data: nothing here is evidence" in text
    assert "year,procedure,notices,notices_of_year,part" in text
    code, text = litmus("run", "claim_as_of", "--print", "postgres", "--param", "as_of=2024-02-01")
    assert code == 0
    assert "CAST('2024-02-01' AS DATE)" in text


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("run", "single_bids", "--invented", "9"), "did you mean 'single_bid'?"),
        (("run", "single_bid"), "one of --data PATH, --store DIR and --invented ROWS"),
        (("run", "single_bid", "--invented", "9", "--param", "lots=3"), "single_bid has no parameter lots; its parameters are: min_lots"),
        (("run", "single_bid", "--invented", "9", "--param", "min_lots=few"), "'few' is not a whole number"),
        (("run", "no_such_file.sql", "--invented", "9"), "no_such_file.sql"),
        (("run", "single_bid", "--print", "dbase"), "no dialect 'dbase'; offered: duckdb, postgres"),
    ],
)
def test_faults_end_with_three_and_name_the_fix(args: tuple[str, ...], message: str) -> None:
    code, text = litmus(*args)
    assert code == 3
    assert message in text


def test_tiers_are_listed_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {n: replace(e, missing=lambda: "not here: pip install 'litmus-monitor[x]'") for n, e in CHECKED_ENGINES.items()}
    monkeypatch.setattr("litmus.engine.engines.CHECKED_ENGINES", gone)
    monkeypatch.setattr("litmus.engine.listing.CHECKED_ENGINES", gone)
    code, text = litmus("engines")
    assert code == 0
    for word in ("native", "checked", "unchecked", "DuckDB only", "not here: pip install"):
        assert word in text
    code, text = litmus("engines", "--compare", "--engine", "postgres")
    assert (code, text.strip()) == (3, "PostgreSQL: not here: pip install 'litmus-monitor[x]'")
    assert "monthly_contracts" in litmus("engines", "--files")[1]
