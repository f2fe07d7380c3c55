"""The house dialect: for each rule a sentence that breaks it and one that keeps it, and every file of the package clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from litmus.engine import QueryFault, bundled
from litmus.engine.query import Query, parse

pytest.importorskip("sqlglot", reason="pip install 'litmus-monitor[engines]'")

from litmus.engine.dialect import RULES, lint
from litmus.engine.transpile import UNCHECKED, transpile

HEADER = """-- litmus: query/1
-- title: A sentence
-- purpose: To be linted.
{params}-- in: contract (contract_id VARCHAR key, buyer VARCHAR null, eur_minor BIGINT null, signed DATE null, open BOOLEAN null)
{tables}{out}
-- key: {key}
"""
LINES = HEADER.format(params="", tables="", out="-- out: x BIGINT null", key="none").count("\n")
LOT = "-- in: lot (lot_id VARCHAR key, contract_id VARCHAR)\n"


def sentence(sql: str, out: str = "x BIGINT null", key: str = "none", params: str = "", tables: str = "") -> Query:
    columns = "\n".join(f"-- out: {c}" for c in out.split(", "))
    return parse(HEADER.format(params=params, tables=tables, out=columns, key=key) + sql, "example.sql")


def of(expression: str, kind: str = "BIGINT") -> Query:
    """One expression over the rows of ``contract``."""
    return sentence(f"SELECT {expression} AS x FROM contract", f"x {kind} null")


ORDERED = "SELECT contract_id AS x FROM contract ORDER BY "
NUMBERED = """WITH n AS (SELECT {key}buyer AS buyer, row_number() OVER (PARTITION BY buyer ORDER BY {by}) AS place FROM contract)
SELECT count(*) AS x FROM n WHERE place = 1"""
ROLLING = "SELECT CAST(sum(eur_minor) OVER ({}) AS BIGINT) AS x FROM contract"
COUNTED = "SELECT count(*) AS x FROM contract WHERE "
JOINED = "SELECT {} AS x FROM lot INNER JOIN contract ON contract.contract_id = lot.contract_id"

# rule, a sentence that breaks it, a sentence that keeps it
EXAMPLES: list[tuple[str, Query, Query]] = [
    ("D01", sentence("SELECT * FROM contract"), of("eur_minor")),
    ("D01", sentence("DELETE FROM contract"), of("eur_minor")),
    ("D01", sentence("SELECT 1 AS x FROM contract; SELECT 2 AS x FROM contract"), of("1")),
    ("D01", sentence("SELECT FROM WHERE"), of("1")),
    ("D02", of("eur_minor * 0.2", "DOUBLE"), of("eur_minor * 20 // 100")),
    ("D02", of("CAST(eur_minor AS DECIMAL(18, 2))", "DOUBLE"), of("CAST(eur_minor AS DOUBLE)", "DOUBLE")),
    ("D02", of("CAST(buyer AS BIGINT)"), of("CAST(open AS BIGINT)")),
    ("D02", of("CAST(eur_minor AS VARCHAR)", "VARCHAR"), of("buyer", "VARCHAR")),
    ("D03", of("avg(eur_minor)", "DOUBLE"), of("CAST(sum(eur_minor) AS BIGINT)")),
    ("D03", of("sum(eur_minor)"), of("CAST(sum(eur_minor) AS BIGINT)")),
    ("D03", of("CAST(floor(sum(CAST(eur_minor AS DOUBLE))) AS BIGINT)"), of("CAST(sum(eur_minor) AS BIGINT)")),
    ("D03", of("stddev_pop(eur_minor)", "DOUBLE"), of("median(eur_minor)", "DOUBLE")),
    ("D04", of("CAST(1 AS DOUBLE) / eur_minor", "DOUBLE"), of("CAST(1 AS DOUBLE) / nullif(eur_minor, 0)", "DOUBLE")),
    ("D04", of("1 / nullif(eur_minor, 0)", "DOUBLE"), of("1 // nullif(eur_minor, 0)")),
    ("D04", of("7 // eur_minor"), of("eur_minor // 7")),
    ("D04", of("7 % eur_minor"), of("7 % nullif(eur_minor, 0)")),
    ("D05", of("CAST(CAST(eur_minor AS DOUBLE) / 3 AS BIGINT)"), of("CAST(floor(CAST(eur_minor AS DOUBLE) / 3) AS BIGINT)")),
    ("D05", of("round(CAST(eur_minor AS DOUBLE))", "DOUBLE"), of("ceil(CAST(eur_minor AS DOUBLE))", "DOUBLE")),
    ("D06", of("date_diff('month', signed, DATE '2026-01-01')"), of("date_diff('day', signed, DATE '2026-01-01')")),
    ("D06", of("date_trunc('month', signed)", "DATE"), of("signed + 30", "DATE")),
    ("D06", of("signed + INTERVAL 1 MONTH", "DATE"), of("signed - 30", "DATE")),
    ("D06", of("extract(dow FROM signed)"), of("extract(year FROM signed)")),
    ("D06", of("current_date", "DATE"), of("CAST('2026-11-23' AS DATE)", "DATE")),
    (
        "D07",
        of("extract(year FROM signed) * 100 + extract(month FROM signed)"),
        of("extract(year FROM signed) * 12 + extract(month FROM signed) - 1"),
    ),
    (
        "D07",
        sentence(ROLLING.format("ORDER BY eur_minor ASC NULLS LAST ROWS BETWEEN 11 PRECEDING AND CURRENT ROW")),
        sentence(ROLLING.format("ORDER BY eur_minor ASC NULLS LAST RANGE BETWEEN 11 PRECEDING AND CURRENT ROW")),
    ),
    (
        "D07",
        sentence(ROLLING.format("ORDER BY signed ASC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")),
        sentence(ROLLING.format("ORDER BY eur_minor ASC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")),
    ),
    ("D08", sentence(ORDERED + "x ASC", "x VARCHAR", "x"), sentence(ORDERED + "x ASC NULLS FIRST", "x VARCHAR", "x")),
    ("D08", sentence(ORDERED + "x NULLS LAST", "x VARCHAR", "x"), sentence(ORDERED + "x DESC NULLS LAST", "x VARCHAR", "x")),
    ("D08", sentence(ORDERED + "1 ASC NULLS LAST", "x VARCHAR", "x"), sentence(ORDERED + "x ASC NULLS LAST", "x VARCHAR", "x")),
    ("D08", sentence("SELECT contract_id AS x FROM contract", "x VARCHAR", "x"), of("count(*)")),
    ("D08", sentence(ORDERED + "signed ASC NULLS LAST", "x VARCHAR"), sentence(ORDERED + "x ASC NULLS LAST", "x VARCHAR")),
    (
        "D08",
        sentence(NUMBERED.format(key="", by="signed ASC NULLS LAST")),
        sentence(NUMBERED.format(key="", by="signed ASC NULLS LAST, contract_id ASC NULLS LAST")),
    ),
    ("D09", of("lower(buyer)", "VARCHAR"), of("coalesce(buyer, 'none')", "VARCHAR")),
    ("D09", sentence(COUNTED + "buyer < 'M'"), sentence(COUNTED + "buyer <> 'M'")),
    ("D09", sentence(COUNTED + "buyer LIKE 'M%'"), sentence(COUNTED + "buyer IN ('M')")),
    ("D10", sentence("SELECT eur_minor FROM contract", "eur_minor BIGINT null"), of("eur_minor")),
    (
        "D10",
        sentence("WITH a AS (SELECT eur_minor FROM contract) SELECT a.eur_minor AS x FROM a"),
        sentence("WITH a AS (SELECT eur_minor AS eur_minor FROM contract) SELECT a.eur_minor AS x FROM a"),
    ),
    (
        "D11",
        sentence(ROLLING.format("w") + " WINDOW w AS (PARTITION BY buyer)"),
        sentence(ROLLING.format("PARTITION BY buyer")),
    ),
    (
        "D12",
        sentence(JOINED.format("eur_minor"), tables=LOT),
        sentence(JOINED.format("contract.eur_minor"), tables=LOT),
    ),
    (
        "D12",
        sentence("SELECT lot.lot_id AS x FROM lot INNER JOIN contract USING (contract_id)", "x VARCHAR", tables=LOT),
        sentence(JOINED.format("lot.lot_id"), "x VARCHAR", tables=LOT),
    ),
    ("D13", of("list_contains([eur_minor], 1)", "BOOLEAN"), of("eur_minor IN (1, 2)", "BOOLEAN")),
    ("D13", of("hash(buyer)"), of("count(DISTINCT buyer)")),
    ("D13", sentence("SELECT unnest([1, 2]) AS x FROM contract"), of("1")),
    ("D14", of("eur_minor", "VARCHAR"), of("eur_minor")),
    ("D14", of("amount"), of("eur_minor")),
    ("D14", sentence("SELECT x.a AS x FROM secrets AS x"), of("eur_minor")),
    ("D14", sentence("SELECT eur_minor AS y FROM contract"), of("eur_minor")),
    ("D14", of("$n"), sentence("SELECT $n AS x FROM contract", params="-- param: n BIGINT = 3\n")),
    ("D14", sentence("SELECT 1 AS x FROM contract", params="-- param: n BIGINT = 3\n"), of("1")),
    ("D14", sentence("SELECT 1 AS x FROM contract", tables=LOT), of("1")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "breaks", "keeps"), EXAMPLES, ids=[f"{n}-{e[0]}" for n, e in enumerate(EXAMPLES)])
def test_each_rule_has_a_sentence_that_breaks_it_and_one_that_keeps_it(rule: str, breaks: Query, keeps: Query) -> None:
    found = lint(breaks)
    assert rule in {b.rule for b in found}, found
    assert lint(keeps) == []
    for breach in found:
        assert str(breach).startswith(f"example.sql:{breach.line}: {breach.rule} ")
        assert breach.fix


def test_every_rule_has_an_example() -> None:
    assert {rule for rule, _, _ in EXAMPLES} == set(RULES)


def test_a_breach_names_its_line() -> None:
    query = sentence("SELECT\n  buyer AS buyer,\n  avg(eur_minor) AS x\nFROM contract", "buyer VARCHAR null, x DOUBLE null")
    (breach,) = lint(query)
    assert breach.line == query.text[: query.text.index("avg")].count("\n") + 1


def test_an_exception_needs_a_reason_and_covers_its_rule_alone() -> None:
    broken = sentence("SELECT avg(lower(buyer)) AS x FROM contract", "x DOUBLE null")
    assert {b.rule for b in lint(broken)} == {"D03", "D09"}
    excepted = parse(broken.text.replace("-- key", "-- except: D03 -- an example\n-- key"), "example.sql")
    assert {b.rule for b in lint(excepted)} == {"D09"}
    with pytest.raises(QueryFault, match="cannot read 'except: D03'"):
        parse(broken.text.replace("-- key", "-- except: D03\n-- key"), "example.sql")


UNIQUE = """WITH dated AS (SELECT contract_id AS id, buyer AS buyer, signed AS signed FROM contract),
lots AS (
  SELECT lot.lot_id AS lot_id, dated.id AS id, dated.signed AS signed FROM lot INNER JOIN dated ON dated.id = lot.contract_id
),
n AS (SELECT lots.lot_id AS lot_id, row_number() OVER (ORDER BY {by}) AS place FROM lots)
SELECT count(*) AS x FROM n WHERE place = 1"""


@pytest.mark.parametrize(
    ("by", "fine"),
    [
        ("signed ASC NULLS LAST, lot_id ASC NULLS LAST", True),  # one contract a lot: the lot alone tells rows apart
        ("signed ASC NULLS LAST, id ASC NULLS LAST", False),  # a contract has several lots
        ("lot_id DESC NULLS FIRST", True),
    ],
)
def test_a_tie_break_is_followed_through_joins(by: str, fine: bool) -> None:
    query = sentence(UNIQUE.format(by=by), tables=LOT)
    assert [b.rule for b in lint(query)] == ([] if fine else ["D08"])


def test_a_join_on_less_than_the_key_multiplies_rows() -> None:
    """Rows of lots that are joined the other way round: each contract once for every lot of it."""
    sql = """WITH n AS (SELECT contract.contract_id AS id, row_number() OVER (ORDER BY contract.contract_id ASC NULLS LAST) AS place
    FROM contract INNER JOIN lot ON lot.contract_id = contract.contract_id) SELECT count(*) AS x FROM n WHERE place = 1"""
    assert [b.fix for b in lint(sentence(sql, tables=LOT))] == ["end its ORDER BY with lot_id"]


# --- the files of the package -----------------------------------------------------------------------------------------

FILES = bundled()


@pytest.mark.parametrize("query", FILES, ids=lambda q: q.name)
def test_every_file_keeps_the_dialect(query: Query) -> None:
    assert [str(b) for b in lint(query)] == []
    assert {rule for rule, _ in query.exceptions} <= set(RULES)


def test_every_sql_file_is_a_query_or_a_known_template() -> None:
    from litmus.engine.listing import NATIVE_ONLY
    from litmus.engine.query import is_query

    root = Path(__file__).parent.parent / "src" / "litmus"
    assert {str(p.relative_to(root)) for p in root.rglob("*.sql") if not is_query(p)} == set(NATIVE_ONLY)


@pytest.mark.parametrize("dialect", ["postgres", "clickhouse", "spark", *UNCHECKED])
def test_every_file_is_carried_to_every_dialect(dialect: str) -> None:
    for query in FILES:
        assert transpile(query, dialect).count("$") == 0


def test_the_page_lists_every_rule() -> None:
    page = (Path(__file__).parent.parent / "docs" / "engine.md").read_text("utf-8")
    for rule, text in RULES.items():
        assert f"| {rule} | {text} |" in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1", "1: starts with 'SELECT 1'; make '-- litmus: query/1' the first line"),
        ("-- litmus: query/1\n-- purpse: x", "2: '-- purpse: x' is no header field; write '-- NAME: ...'"),
        ("-- litmus: query/1\n-- title: x\n-- title: y", "3: a second 'title:'; keep one"),
        ("-- litmus: query/1\n-- title: x", "1: no 'purpose:' in the header; add"),
        ("-- litmus: query/1\n-- title: x\n-- purpose: y\n-- key: none\n-- in: t (a MONEY)", "5: MONEY is no type of the house dialect"),
        ("-- litmus: query/1\n-- title: x\n-- purpose: y\n-- key: b\n-- in: t (a DATE)\n-- out: a DATE", "4: key 'b' is not among"),
        ("-- litmus: query/1\n-- title: x\n-- purpose: y\n-- key: none\n-- param: d DATE = soon", "5: 'soon' is not a day"),
    ],
)
def test_a_fault_in_a_header_names_file_line_and_fix(text: str, message: str) -> None:
    with pytest.raises(QueryFault) as found:
        parse(text, "example.sql")
    assert str(found.value).startswith(f"example.sql:{message}")
