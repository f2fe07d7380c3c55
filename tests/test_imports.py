"""Importers: a file gives the same rows and the same faults however it is written, and every line is accounted for."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.facts.dossier import Dossier, _read_file, bundled
from litmus.facts.fault import Fault
from litmus.facts.identity import row_bytes
from litmus.facts.parse import parser
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.imports.claim import Bad, Claim, claim, hashed_text
from litmus.imports.compiled import compiled
from litmus.imports.inputs import Input, again, as_input, find_inputs
from litmus.imports.read import parts, reading

USUAL = {"place": "RS", "known_from": "2024-01-01", "source": "s", "reliability": "B", "credibility": "2"}
CONTRACT = {"id": "c1", **USUAL, "name": "An invented contract", "sector": "telecom"}
LAW = {"id": "l1", **USUAL, "topic": "nis2", "name": "Invented act"}


def items(path: Path, after: int = -1) -> list[Claim | Bad]:
    """Everything that a file gives."""
    found: list[Claim | Bad] = []
    source = as_input(path, path.name)
    assert source is not None
    for part in parts(source):
        with reading(part, after) as (stream, _):
            found += stream
    return found


def written(name: str, content: bytes, after: int = -1) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of a file of this content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        found = items(path, after)
    return [i for i in found if isinstance(i, Claim)], [f for i in found if isinstance(i, Bad) for f in i.faults]


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in rows)


def sheet(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    columns = dict.fromkeys(c for r in rows for c in r)
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def one(row: dict[str, Any], name: str = "contract.jsonl") -> dict[str, Any]:
    """The canonical cells of one JSON line that has no fault."""
    claims, faults = written(name, lines(row))
    assert not faults, faults
    return json.loads(claims[0].body)  # type: ignore[no-any-return]


def folder_reads(name: str, content: bytes) -> Dossier:
    """The same file as a dossier folder reads it, before rows are checked against each other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        dossier = Dossier()
        _read_file(path, name, dossier)
        return dossier


def same_as_folder(name: str, content: bytes) -> None:
    """Rows with their lines, and faults, are those of the dossier reader."""
    claims, faults = written(name, content)
    expected = folder_reads(name, content)
    assert [(c.line, hashed_text(c.table, c.body)) for c in claims] == [
        (r.line, row_bytes(r.table, r.values)) for rows in expected.rows.values() for r in rows
    ]
    assert faults == expected.faults


def test_a_claim_is_the_canonical_text_of_its_row() -> None:
    for path in sorted(bundled("wb6").rglob("*.csv")):
        if path.name.partition(".")[0] in tables():
            same_as_folder(path.name, path.read_bytes())


WORDS = st.sampled_from(
    ["c1", "c2", "", " ", "RS", "ZZ", "telecom", "telecoms", "2024", "2024-02-30", "12.5", "-1", "1e3", "B", "9", "s", "a|b", '"', "é"]
)
JUNK = st.one_of(st.binary(max_size=40), st.sampled_from([b'"', b"\n", b",", b"\x00", b"\xff", b"\r\n", b"a,b\n"]))

LINES = st.binary(max_size=60).filter(lambda b: b"\n" not in b) | st.sampled_from([lines(CONTRACT)[:-1], b""])


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.dictionaries(st.sampled_from([c.name for c in tables()["contract"].columns]), WORDS), max_size=6))
def test_spoilt_cells_have_the_faults_of_a_dossier_folder(rows: list[dict[str, str]]) -> None:
    same_as_folder("contract.csv", sheet([CONTRACT, *({**CONTRACT, **r} for r in rows)]))


@settings(max_examples=150, deadline=None)
@given(junk=st.lists(JUNK, max_size=12))
def test_hostile_bytes_have_the_faults_of_a_dossier_folder(junk: list[bytes]) -> None:
    same_as_folder("contract.csv", sheet([CONTRACT]) + b"".join(junk))
    same_as_folder("contract.csv", b"".join(junk))


@settings(max_examples=200, deadline=None)
@given(row=st.dictionaries(st.sampled_from([c.name for c in tables()["contract"].columns]), WORDS))
def test_a_line_of_json_reads_as_the_same_cells_in_csv(row: dict[str, str]) -> None:
    """Every column is named, so that both files lack none."""
    full = {c.name: "" for c in tables()["contract"].columns} | CONTRACT | row
    from_csv, csv_faults = written("contract.csv", sheet([full]))
    from_json, json_faults = written("contract.jsonl", lines(full))
    assert [c.body for c in from_json] == [c.body for c in from_csv]
    assert [(f.column, f.value, f.expected) for f in json_faults] == [(f.column, f.value, f.expected) for f in csv_faults]


@settings(max_examples=300, deadline=None)
@given(junk=st.lists(LINES, max_size=8))
def test_every_line_of_json_is_a_row_or_a_fault(junk: list[bytes]) -> None:
    content = b"\n".join(junk)
    claims, faults = written("contract.jsonl", content)
    told = [n for n, raw in enumerate(content.split(b"\n"), 1) if raw.removeprefix(b"\xef\xbb\xbf" if n == 1 else b"").strip()]
    assert sorted({c.line for c in claims} | {f.line for f in faults if f.holds_row}) == [n for n in told if not blank(content, n)]
    assert len(claims) == len({c.line for c in claims})


def blank(content: bytes, number: int) -> bool:
    """A line of white space as Unicode knows it holds no record."""
    try:
        return not content.split(b"\n")[number - 1].removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").decode().strip()
    except UnicodeDecodeError:
        return False


def test_the_quick_reader_has_no_rules_of_its_own() -> None:
    """Whatever it answers, the parser of the dossier answers too; where it gives up, nothing is lost but time."""
    rng = random.Random(4)
    pool = ["", " ", "2019", "2019-11", "12", "12.50", "0.00001", "yes", "withheld", "telecom", "RS", "huawei|zte", "A", "1"]
    pool += ["asserts", "x y"]
    for table in tables().values():
        quick = compiled(table)
        for column in table.columns:
            for text in [*pool, *rng.sample(pool, 8)]:
                try:
                    expected: Any = parser(column.kind, column.of)(text.strip()) if text.strip() else None
                except ValueError:
                    with pytest.raises((ValueError, TypeError)):
                        quick.readers[column.name][1](text)
                    continue
                if text.strip():
                    again_read = quick.readers[column.name][1](text)
                    row = json.loads(row_bytes("t", {"x": expected}))[1]
                    assert row["x"] == (list(again_read) if isinstance(again_read, tuple) else again_read)


def test_numbers_may_stand_without_quotation_marks_and_keep_their_digits() -> None:
    assert one({**CONTRACT, "value_lo": 1234.56, "value_hi": 2000, "currency": "EUR", "bids_lo": 3})["value_lo"] == 123456
    assert one({**CONTRACT, "value_lo": "1234.56", "currency": "EUR"})["value_lo"] == 123456
    # 58.110000000000001 is the same floating-point number as 58.11, and not the same number.
    raw = lines(CONTRACT).replace(b"}", b', "value_lo": 58.110000000000001, "currency": "EUR"}')
    claims, faults = written("contract.jsonl", raw)
    assert not claims
    assert "at most two decimals" in faults[0].expected
    assert faults[0].value == "58.110000000000001"


def test_an_amount_that_no_64_bit_number_holds_is_a_fault() -> None:
    for value in ("92233720368547758.08", 10**17):
        claims, faults = written("contract.jsonl", lines({**CONTRACT, "value_lo": value, "currency": "EUR"}))
        assert not claims
        assert "64-bit" in faults[0].expected
    assert one({**CONTRACT, "value_lo": "92233720368547758.07", "currency": "EUR"})["value_lo"] == 2**63 - 1


@pytest.mark.parametrize(
    ("spoilt", "column", "expected"),
    [
        (b'{"id": "c1", ', "", "not valid JSON at character"),
        (b"[1, 2]", "", "expected one JSON object"),
        (b"NaN", "", "NaN is not a JSON number"),
        (b'{"id": "\xff"}', "", "invalid UTF-8 at byte 9"),
        (b'{"id": "c1", "id": "c2"}', "", "key appears twice"),
        (lines({**CONTRACT, "notice_published": True})[:-1], "notice_published", "expected a text, a number, or a list"),
        (lines({**CONTRACT, "note": {"a": 1}})[:-1], "note", "expected a text, a number, or a list"),
        (lines({**CONTRACT, "supersedes": ["a|b"]})[:-1], "supersedes", "expected a text, a number, or a list"),
        (lines({**CONTRACT, "note": "a\x00b"})[:-1], "note", "NUL"),
        (lines({**CONTRACT, "note": "LONE"})[:-1].replace(b"LONE", rb"\ud800"), "", "not valid Unicode"),
        (lines({"table": "contracts"})[:-1], "table", "did you mean 'contract'?"),
        (lines({k: v for k, v in CONTRACT.items() if k != "sector"})[:-1], "sector", "a value is required here"),
        (b"[" * 100_000, "", "not valid JSON"),
    ],
)
def test_a_spoilt_line_names_what_was_expected(spoilt: bytes, column: str, expected: str) -> None:
    claims, faults = written("contract.jsonl", lines(CONTRACT) + spoilt + b"\n" + lines({**CONTRACT, "id": "c3"}))
    assert [c.line for c in claims] == [1, 3], "its neighbours are read"
    assert faults[0].line == 2
    assert (faults[0].column, expected in faults[0].expected) == (column, True), faults


def test_a_line_may_name_its_own_table() -> None:
    claims, faults = written("mixed.jsonl", lines({"table": "law", **LAW}, {"table": "contract", **CONTRACT}, LAW))
    assert [c.table for c in claims] == ["law", "contract"]
    assert "names no table" in faults[0].expected
    assert written("contract.jsonl", lines({"table": "law", **LAW}))[0][0].table == "law"


def test_an_unknown_key_is_told_once_and_holds_no_row_back() -> None:
    claims, faults = written("law.jsonl", lines({**LAW, "topics": "x"}, {**LAW, "topics": "y"}))
    assert len(claims) == 2
    assert [(f.column, f.holds_row, f.line) for f in faults] == [("topics", False, 1)]
    assert "did you mean 'topic'?" in faults[0].expected


def test_lists_of_ids_may_be_lists() -> None:
    assert one({**LAW, "supersedes": ["a", "b"]}, "law.jsonl")["supersedes"] == ["a", "b"]
    assert one({**LAW, "supersedes": "a|b"}, "law.jsonl")["supersedes"] == ["a", "b"]


@pytest.mark.parametrize(("name", "content"), [("contract.csv", sheet([CONTRACT])), ("contract.ndjson", lines(CONTRACT))])
def test_packed_files_read_like_plain_ones_and_say_when_they_break_off(name: str, content: bytes) -> None:
    plain, packed = written(name, content), written(f"{name}.gz", gzip.compress(content))
    assert packed == (plain[0], [])
    rng = random.Random(1)
    long = content + content[content.index(b"\n") + 1 :] * 5 if name.endswith("csv") else content * 500
    cut = gzip.compress(long + bytes(rng.randbytes(5000).hex(), "ascii"))[:-1000]
    _, faults = written(f"{name}.gz", cut)
    assert any("breaks off" in f.expected and not f.holds_row for f in faults)
    assert "breaks off" in written(f"{name}.gz", b"not packed")[1][0].expected


def test_reading_goes_on_behind_a_line() -> None:
    rows = [{**LAW, "id": f"l{n}"} for n in range(5)]
    assert [c.line for c in written("law.jsonl", lines(*rows), after=3)[0]] == [4, 5]
    assert [c.line for c in written("law.csv", sheet(rows), after=3)[0]] == [4, 5, 6]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        here = book.create_sheet(title)
        for row in rows:
            here.append(row)
    book.save(path)
    return path


def test_a_workbook_reads_like_csv(tmp_path: Path) -> None:
    """Numbers, days and blank ends as spreadsheets keep them; the sheets are tables."""
    row: list[object] = ["c1", "RS", "An invented contract", "telecom", dt.datetime(2024, 1, 1), "s", "B", 2, 1234.5, "EUR"]  # noqa: DTZ001
    head = "id place name sector known_from source reliability credibility value_lo currency note"
    sheets: dict[str, list[list[object]]] = {
        "contract": [list(head.split()), row, [], row[:-2]],
        "Law": [list(LAW), list(LAW.values())],
        "read me": [["x"]],
    }
    path = workbook(tmp_path / "filing.xlsx", sheets)
    found = items(path)
    claims = [i for i in found if isinstance(i, Claim)]
    expected = one({**CONTRACT, "value_lo": "1234.5", "currency": "EUR"})
    assert json.loads(claims[0].body) == expected
    assert [(c.table, c.line) for c in claims] == [("contract", 2), ("contract", 4), ("law", 2)]
    faults = [f for i in found if isinstance(i, Bad) for f in i.faults]
    assert [(f.file, f.holds_row) for f in faults] == [("filing.xlsx#read me", False)]
    assert "a sheet is named after its table" in faults[0].expected
    (tmp_path / "filing.xlsx.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert [i for i in items(tmp_path / "filing.xlsx.gz") if isinstance(i, Claim)] == claims


def test_a_formula_without_a_value_is_a_fault_and_not_a_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path / "law.xlsx", {"Sheet1": [[*LAW], [*list(LAW.values())[:-1], '="Invented " & "act"'], list(LAW.values())]})
    claims = [i for i in items(path) if isinstance(i, Claim)]
    faults = [f for i in items(path) if isinstance(i, Bad) for f in i.faults]
    assert [c.line for c in claims] == [3]
    assert [(f.line, f.column, f.holds_row) for f in faults] == [(2, "name", True)]
    assert "formula without a stored value" in faults[0].expected


def test_a_broken_workbook_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "law.xlsx").write_bytes(b"PK no workbook")
    (found,) = items(tmp_path / "law.xlsx")
    assert isinstance(found, Bad)
    assert "not a workbook" in found.faults[0].expected


def test_without_openpyxl_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "law.xlsx", {"law": [[*LAW]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ValueError, match=r"litmus-monitor\[xlsx\]"):
        items(path)


def test_inputs_are_found_by_their_endings(tmp_path: Path) -> None:
    for name in ("law.csv", "RS/contract.jsonl.gz", "README.md", "essay.csv", "secrets.csv", "a.txt", "book.XLSX"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [(i.name.partition("/")[2], i.format, i.packed) for i in find_inputs([tmp_path])] == [
        ("RS/contract.jsonl.gz", "jsonl", True),
        ("book.XLSX", "xlsx", False),
        ("law.csv", "csv", False),
    ]
    with pytest.raises(ValueError, match=r"expected \.csv, \.jsonl"):
        find_inputs([tmp_path / "a.txt"])
    with pytest.raises(ValueError, match="no such file"):
        find_inputs([tmp_path / "none.csv"])
    packed = Input(tmp_path, "n", "csv", packed=True, file="law.2024.csv.gz")
    for source in (packed, Input(tmp_path, "n", "xlsx", packed=False, file="f.xlsx", sheet="law")):
        assert again(tmp_path, "n", source.reading).reading == source.reading


def test_a_typed_row_is_a_claim_too() -> None:
    row = Row("law", "l1", "f", 7, {"id": "l1", "topic": "nis2", "note": None})
    assert hashed_text("law", claim(row).body) == row_bytes("law", row.values)
