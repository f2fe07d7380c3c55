"""Buyers, suppliers and one process, from invented releases: counts keep what is not known apart."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from litmus.cli import main


def release(number: int, buyer: str, code: str, title: str, **more: Any) -> dict[str, Any]:
    tender = {
        "id": f"t{number}",
        "title": title,
        "procurementMethod": "open",
        "items": [{"id": "1", "classification": {"scheme": "CPV", "id": code}}],
        **more.pop("tender", {}),
    }
    told = {"ocid": f"ocds-invented-{number}", "id": f"r{number}", "date": f"2024-0{number}-01T00:00:00Z", "tag": ["compiled"]}
    return {**told, "buyer": {"id": buyer, "name": f"Invented {buyer}"}, "tender": tender, **more}


def award(ident: str, suppliers: list[str], amount: float | None) -> dict[str, Any]:
    value = {} if amount is None else {"value": {"amount": amount, "currency": "EUR"}}
    return {"id": ident, "status": "active", "suppliers": [{"id": s, "name": f"Invented firm {s}"} for s in suppliers], **value}


RELEASES = [
    release(1, "B1", "32323500-8", "Cameras for schools", tender={"numberOfTenderers": 1}, awards=[award("a1", ["S1"], 1000.5)]),
    release(2, "B1", "32", "Equipment", tender={"numberOfTenderers": 3}, awards=[award("a2", ["S1", "S2"], 500)]),
    release(3, "B2", "03111000", "Seeds", awards=[award("a3", ["S2"], None)]),
    release(4, "B2", "03111000", "Одржување на видео надзор", awards=[award("a4", ["S2"], 0.01)]),
]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "invented.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in RELEASES), "utf-8")
    return str(path)


def litmus(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_buyers_are_listed_with_scope_flags_and_sums(file: str) -> None:
    _, out, err = litmus("buyers", file, "--format", "json")
    one, two = json.loads(out)
    assert "4 records = 4 rows + 0 faults" in err
    assert (one["key"], one["processes"], one["digital"], one["scope_unknown"]) == ("B1", 2, 1, 1)
    assert (two["key"], two["processes"], two["digital"], two["scope_unknown"]) == ("B2", 2, 1, 0)
    assert one["values"] == {"EUR": 150_050}
    assert (two["values"], two["values_unknown"]) == ({"EUR": 1}, 1)
    assert "R018 1" in one["flags"]


def test_a_shared_sum_counts_for_no_supplier_and_an_unknown_sum_is_no_zero(file: str) -> None:
    found = {r["key"]: r for r in json.loads(litmus("suppliers", file, "--format", "json")[1])}
    assert found["S1"]["values"] == {"EUR": 100_050}
    assert found["S1"]["values_shared"] == found["S2"]["values_shared"] == 1
    assert found["S2"]["values"] == {"EUR": 1}
    assert found["S2"]["values_unknown"] == 1
    assert found["S2"]["name"] == "Invented firm S2"


def test_only_what_is_digital_most_of_it_first(file: str, tmp_path: Path) -> None:
    _, out, _ = litmus("suppliers", file, "--format", "json", "--digital")
    assert [r["key"] for r in json.loads(out)] == ["S2", "S1"]
    decisions = tmp_path / "scope.csv"
    decisions.write_text("process,layer,why\nocds-invented-4,,not a camera (invented)\n", "utf-8")
    _, out, _ = litmus("suppliers", file, "--format", "json", "--digital", "--scope", str(decisions))
    assert [r["key"] for r in json.loads(out)] == ["S1"]


def test_one_process_shows_every_flag_and_every_missing_field(file: str) -> None:
    _, out, _ = litmus("process", "ocds-invented-1", file)
    for said in (
        "Cameras for schools",
        "Invented B1",
        "in: cctv (by code: 32323500)",
        "Invented firm S1: 1,000.50 EUR",
        "estimate   sum unknown",
        "R018  flagged",
        f"record     {Path(file).name}:1",
        "missing fields: ",
    ):
        assert said in out, said
    found = json.loads(litmus("process", "ocds-invented-1", file, "--json")[1])
    states = {f["code"]: f["state"] for f in found["flags"]}
    assert len(states) > 15
    assert set(found["missing"]) >= {p for f in found["flags"] if f["state"] == "unknown" for p in f["missing"].split(";")}


def test_a_supplier_on_record_has_its_ultimate_parent_and_nobody_else_has_one(tmp_path: Path) -> None:
    """The names of the first two are real parties of the record; the awards are invented."""
    named = [("S1", "Telekom Srbija a.d."), ("S2", "ONE Albania"), ("S3", "Invented Ljuljan Promet")]
    told = {**award("a1", [], 1), "suppliers": [{"id": i, "name": n} for i, n in named]}
    path = tmp_path / "invented.jsonl"
    path.write_text(json.dumps(release(1, "B1", "32412000", "Network", awards=[told])) + "\n", "utf-8")
    found = {r["key"]: r for r in json.loads(litmus("suppliers", str(path), "--format", "json")[1])}
    assert found["S1"]["parent"] == "telekom-srbija" or "telekom-srbija" in found["S1"]["parent_why"]
    assert "one-albania" in found["S2"]["parent_why"]
    assert (found["S3"]["parent"], "not matched" in found["S3"]["parent_why"]) == (None, True)
    assert "parent     S3: not certain" in litmus("process", "ocds-invented-1", str(path))[1]


def test_forms_hold_the_same_rows(file: str, tmp_path: Path) -> None:
    assert litmus("buyers", file, "--format", "csv", "--out", str(tmp_path / "b.csv"))[0] == 0
    assert litmus("buyers", file, "--format", "parquet", "--out", str(tmp_path / "b.parquet"))[0] == 0
    with (tmp_path / "b.csv").open(encoding="utf-8", newline="") as stream:
        plain = [(r["key"], r["processes"], r["value_minor_EUR"]) for r in csv.DictReader(stream)]
    packed = duckdb.sql(f"SELECT key, processes, value_minor_EUR FROM '{tmp_path}/b.parquet'").fetchall()
    assert plain == [tuple(map(str, row)) for row in packed] == [("B1", "2", "150050"), ("B2", "2", "1")]
    _, table, _ = litmus("buyers", file)
    assert "A flag is a question" in table


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("process", "ocds-invented-11"), "did you mean 'ocds-invented-1'?"),
        (("buyers", "--format", "parquet"), "name a file with --out"),
        (("buyers", "--scope", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_faults_end_with_three_and_name_the_fix(file: str, args: tuple[str, ...], said: str) -> None:
    code, _, err = litmus(*args, file)
    assert code == 3
    assert said in err


def test_a_file_that_is_not_there_is_named() -> None:
    code, _, err = litmus("buyers", "no-such-file.jsonl")
    assert code == 3
    assert "no-such-file.jsonl" in err


def test_a_query_that_needs_too_much_memory_is_done_by_one_thread_and_then_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 300,000 releases two threads together ran out of what they may take; one did not."""
    from litmus.procurement import corpus
    from litmus.procurement.corpus import MEMORY, MORE_MEMORY, Corpus
    from litmus.procurement.runner import flags

    con, tried = duckdb.connect(), []

    def scarce(con: Any, *_: Any) -> None:
        told = con.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchone()
        tried.append(told)
        if len(tried) < 3:
            raise duckdb.OutOfMemoryException

    monkeypatch.setattr(corpus, "make_table", scarce)
    con.execute("SET threads = 2")
    con.execute(f"SET memory_limit = '{MEMORY}'")
    before = con.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchone()
    Corpus(con, None, None)._make(flags()["R018"], {}, "x")  # type: ignore[arg-type]
    assert [t[0] for t in tried] == [2, 1, 1]
    assert tried[0][1] == tried[1][1] != tried[2][1]
    assert con.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchone() == before
    assert MEMORY != MORE_MEMORY
