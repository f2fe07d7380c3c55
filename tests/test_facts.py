"""The fact tables, the dossier reader, the checks across rows, and what claims leave of a fact."""

import csv
import io
import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.core.dates import show_day
from litmus.core.words import ladder
from litmus.facts.dossier import Dossier, bundled, locate, read_dossier
from litmus.facts.parse import show_cell
from litmus.facts.schema import ROLES, ddl, dictionary, tables

SOURCES = "id,publisher,address,kind\ns,Gazette,https://example.org/s,official\n"
PARTIES = "id,name,kind\nalfa,Alfa (invented),company\nbeta,Beta (invented),company\n"
RUNGS = {word: i for i, word in enumerate(ladder("event"))}
LAW = {"topic": "nis2", "name": "Act 1"}
OWNED = {"owned": "beta", "interest": "equity"}
Claim = dict[str, str]


def read(**files: str | bytes) -> Dossier:
    """A dossier from the text of its files, with one source and two parties already in it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {"sources": SOURCES, "party": PARTIES, **files}.items():
            raw = text.encode() if isinstance(text, str) else text
            Path(folder, f"{name.replace('__', '.')}.csv").write_bytes(raw)
        return read_dossier([Path(folder)])


def table(claims: Iterable[Claim], key: Claim) -> str:
    """CSV text of claims about one thing in Serbia, graded B2 and known since 2024 unless they say otherwise."""
    usual = {"place": "RS", "known_from": "2024-01-01", "source": "s", "reliability": "B", "credibility": "2", **key}
    number = count(1)
    rows = [{"id": f"r{next(number)}", **usual, **claim} for claim in claims]
    out = io.StringIO()
    columns = dict.fromkeys(c for r in [{"id": "", **usual}, *rows] for c in r)
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def law(*claims: Claim) -> Dossier:
    """Claims about one law."""
    dossier = read(law=table(claims, LAW))
    assert not dossier.faults, "\n".join(map(str, dossier.faults))
    return dossier


def held(dossier: Dossier) -> bool:
    """Every record read is a row, or is held by exactly one fault."""
    return dossier.records == sum(map(len, dossier.rows.values())) + sum(f.holds_row for f in dossier.faults)


# --- schema


@pytest.mark.parametrize("name", tables())
def test_every_table_can_be_created(name: str) -> None:
    found = tables()[name]
    with duckdb.connect() as con:
        con.execute(ddl(found))
        made = {row[0]: row for row in con.execute(f"DESCRIBE {name}").fetchall()}
    wanted = [n for c in found.columns for n in ([f"{c.name}_lo", f"{c.name}_hi"] if c.kind == "day" else [c.name])]
    assert list(made) == wanted
    assert all(made[c.name][2] == "NO" for c in found.columns if c.required and c.kind != "day")


def test_the_data_dictionary_is_in_step() -> None:
    page = Path(__file__).parents[1] / "docs" / "facts.md"
    assert page.read_text("utf-8").rstrip() == dictionary().rstrip()


def test_every_fact_says_what_it_is_about_since_when_and_who_says_so() -> None:
    for found in tables().values():
        assert all(c.role in {*ROLES, "meta"} and c.doc for c in found.columns)
        for pair in {c.pair for c in found.columns} - {""}:
            assert [c.name for c in found.columns if c.pair == pair] == [f"{pair}_lo", f"{pair}_hi"]
        if found.is_fact:
            assert found.keys[0] == "place"
            assert found.reach in {"jurisdiction", "territory", "exact"}
            required = {c.name for c in found.columns if c.required}
            assert {"known_from", "source", "reliability", "credibility"} <= required


# --- reading


def test_a_file_is_named_after_its_table_and_folders_mean_nothing(tmp_path: Path) -> None:
    (tmp_path / "RS").mkdir()
    (tmp_path / "sources.csv").write_text(SOURCES)
    (tmp_path / "RS" / "law.2025.csv").write_text(table([{}], LAW))
    (tmp_path / "RS" / "research.csv").write_text("anything,at all\n")
    found = read_dossier([tmp_path])
    assert not found.faults
    assert [(r.file, r.line) for r in found.rows["law"]] == [(f"{tmp_path.name}/RS/law.2025.csv", 2)]
    assert found.fact_count == 1
    assert set(found.by_id()) == {"s", "r1"}


def test_cells_become_typed_values_and_blanks_stay_blank() -> None:
    row = law({"rung_lo": "signed", "adopted": "2025-02", "supersedes": ""}).rows["law"][0].values
    assert row["rung_lo"] == RUNGS["signed"]
    assert show_day(row["adopted"].hi) == "2025-02-28"
    assert row["rung_hi"] is row["repealed"] is row["supersedes"] is None
    assert row["stance"] == "asserts"


def test_amounts_are_minor_units_and_shares_are_ppm() -> None:
    lent = {"name": "L", "lender": "alfa", "quantity": "contracted", "currency": "EUR"}
    loan = table([{"amount_lo": "12.5", "amount_hi": "13"}], lent)
    share = table([{"id": "o1", "share_lo": "58.11"}], {"owner": "alfa", **OWNED})
    found = read(loan=loan, ownership=share)
    assert not found.faults
    assert (found.rows["loan"][0].values["amount_lo"], found.rows["loan"][0].values["amount_hi"]) == (1250, 1300)
    assert found.rows["ownership"][0].values["share_lo"] == 581_100
    assert show_cell(tables()["loan"].column("amount_lo"), 1250) == "12.5"
    assert show_cell(tables()["ownership"].column("share_lo"), 581_100) == "58.11"


def test_a_cell_may_hold_quotes_commas_and_line_breaks() -> None:
    found = law({"note": 'He said "no",\nthen left.'}, {"note": "next"})
    assert [r.values["note"] for r in found.rows["law"]] == ['He said "no",\nthen left.', "next"]
    assert [r.line for r in found.rows["law"]] == [2, 4]


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    found = read(sources=b"\xef\xbb\xbf" + SOURCES.replace("\n", "\r\n").encode())
    assert not found.faults
    assert found.rows["source"][0].values["kind"] == "official"


def test_one_bad_record_costs_only_itself() -> None:
    good = table([{}, {}, {}], LAW).encode()
    head, one, two, three = good.splitlines(keepends=True)
    for bad in (b"\xff\xfe\n", b"\x00\n", b'x,"never closed\n', b'"a"b\n', b"too,few\n", b"x" * 1_000_001 + b"\n"):
        found = read(law=head + one + bad + two + three)
        assert [r.id for r in found.rows["law"]] == ["r1", "r2", "r3"]
        assert [(f.line, f.offset, f.holds_row) for f in found.faults] == [(3, len(head + one), True)]
        assert held(found)


def test_two_stray_quotes_do_not_swallow_the_lines_between_them() -> None:
    claims = [{}, {"locator": "~"}, {}, {"locator": "~"}, {}]
    found = read(law=table(claims, LAW).replace("~", '5" pipe'))
    assert [r.id for r in found.rows["law"]] == ["r1", "r3", "r5"]


def test_an_unclosed_quote_gives_back_the_lines_it_swallowed() -> None:
    """Sixty rows follow it; one of them holds a line break of its own, whose two halves cannot be told apart any more."""
    claims: list[Claim] = [{"locator": "~"}, {}, {"note": "two\nlines"}, *({} for _ in range(60))]
    found = read(law=table(claims, LAW).replace("~", '"never closed'))
    assert [r.id for r in found.rows["law"]] == ["r2", *(f"r{i}" for i in range(4, 64))]
    assert [f.line for f in found.faults] == [2, 4, 5]
    assert held(found)


def test_a_line_may_be_a_megabyte_long_and_no_longer() -> None:
    head = table([], LAW).rstrip("\n")
    for size, said in ((1_000_000, "cell longer than"), (1_000_001, "line longer than 1000000 bytes")):
        (fault,) = read(law=f"{head}\n{'x' * (size - 1)}\n").faults
        assert fault.expected.startswith(said)


def test_the_length_of_a_cell_does_not_depend_on_what_other_libraries_set() -> None:
    before = csv.field_size_limit(10**9)
    try:
        (fault,) = read(law=f"{table([], LAW).rstrip(chr(10))}\n{'x' * 131_073}\n").faults
    finally:
        csv.field_size_limit(before)
    assert fault.expected.startswith("cell longer than 131072")


CELLS = ["r1", "r2", "RS", "nis2", "signed", "2024", "s", "B", "2", "", '"', "alfa", "-1"]
LINE = st.one_of(
    st.binary(max_size=30),
    st.text(st.sampled_from('a,"\r\n\t\0 é|-'), max_size=12).map(str.encode),
    st.lists(st.sampled_from(CELLS), min_size=9, max_size=9).map(lambda cells: ",".join(cells).encode()),
)
HEADS = {
    "law": b"id,place,topic,name,rung_lo,known_from,source,reliability,credibility\n",
    "ownership": b"id,place,owner,owned,interest,known_from,source,reliability,credibility\n",
    "sources": b"id,publisher,address,kind,published,title,mirrors,language,note\n",
}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(HEADS)), st.lists(LINE, max_size=8), min_size=1))
def test_garbage_never_raises_and_is_always_counted(files: dict[str, list[bytes]]) -> None:
    found = read(**{name: HEADS[name] + b"\n".join(lines) for name, lines in files.items()})
    assert held(found)
    assert all(f.file and f.line >= 0 and f.expected and str(f) for f in found.faults)
    assert all(tables()[name].column(c) for name, rows in found.rows.items() for row in rows for c in row.values)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30).filter(lambda b: b'"' not in b and b"\n" not in b), max_size=12))
def test_lines_in_are_rows_and_faults(lines: list[bytes]) -> None:
    def blank(line: bytes) -> bool:
        try:
            return not line.decode().strip() and b"\0" not in line
        except UnicodeDecodeError:
            return False

    found = read(law=HEADS["law"] + b"\n".join(lines))
    assert found.records == 3 + sum(not blank(line) for line in lines)
    assert held(found)


def test_an_unreadable_header_keeps_the_count() -> None:
    assert held(read(law=b"id,\xff\nx,y\n"))


# --- checks across rows


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({"law": table([{"source": "nobody"}, {}], LAW)}, ["r2"]),
        ({"ownership": table([{"owner": "nobody"}, {"owner": "alfa"}], OWNED)}, ["r2"]),
        ({"deployment": table([{"vendor": "alfa|gamma"}, {"vendor": "alfa|beta"}], {"operator": "beta"})}, ["r2"]),
        ({"law": table([{"supersedes": "gone"}, {}], LAW)}, ["r2"]),
        ({"law": table([{"id": "x"}, {"id": "x"}], LAW)}, ["x"]),
        ({"law": table([{}], LAW), "event": table([{}], {"event": "e"})}, ["r1"]),
        ({"contract_party": table([{"id": "p"}], {"contract": "C", "party": "alfa", "role": "buyer"})}, []),
        ({"law": table([{"valid_from": "2024", "valid_to": "2023"}], LAW)}, []),
        ({"law": table([{"rung_lo": "adopted", "rung_hi": "signed"}, {"rung_hi": "signed"}], LAW)}, []),
        ({"loan": table([{"amount_lo": "4"}], {"name": "L", "lender": "alfa", "quantity": "grant"})}, []),
        # A correction of a row that falls falls with it.
        ({"law": table([{"source": "nobody"}, {"supersedes": "r1"}, {"supersedes": "r2"}], LAW)}, []),
    ],
)  # fmt: skip
def test_a_row_that_cannot_stand_is_taken_out(files: dict[str, str], kept: list[str]) -> None:
    found = read(**files)
    assert [r.id for name, rows in found.rows.items() if tables()[name].is_fact for r in rows] == kept
    assert found.faults
    assert held(found)


def test_dates_that_may_be_in_order_are_left_alone() -> None:
    assert not read(law=table([{"valid_from": "2024-06", "valid_to": "2024"}], LAW)).faults


def test_two_dossiers_may_carry_the_same_source_but_not_two_of_one_name(tmp_path: Path) -> None:
    for folder, text in (("a", SOURCES), ("b", SOURCES), ("c", SOURCES.replace("Gazette", "Herald"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "sources.csv").write_text(text)
    assert not read_dossier([tmp_path / "a", tmp_path / "b"]).faults
    (fault,) = read_dossier([tmp_path / "a", tmp_path / "c"]).faults
    assert (fault.file, fault.line, fault.column, fault.value) == ("c/sources.csv", 2, "id", "s")
    assert fault.expected == "duplicate id, first used at a/sources.csv:2; give it its own"


def test_dangling_parties_are_found_when_there_is_no_party_at_all() -> None:
    assert read(party="id,name,kind\n", deployment=table([{}], {"operator": "nobody"})).faults


@pytest.mark.parametrize(
    ("holdings", "over"),
    [
        (["alfa 60", "beta 40"], False),
        (["alfa 60", "beta 40.0001"], True),
        (["alfa 60", "beta 60 from 2025"], True),
        (["alfa 60 to 2024-12-31", "beta 60 from 2025-01-01"], False),
        (["alfa 60 to 2025", "beta 60 from 2025"], False),  # the hand-over may lie on any day of 2025
        (["alfa 60", "alfa 70", "beta 40"], False),  # two readings of one holding: the lesser is certain
        (["alfa 90", "alfa 60 replaces r1", "beta 40"], False),
        (["alfa 60", "beta 60 says denies"], False),
    ],
)
def test_shares_of_one_whole_stay_within_it(holdings: list[str], *, over: bool) -> None:
    words = {"from": "valid_from", "to": "valid_to", "replaces": "supersedes", "says": "stance"}
    claims = []
    for owner, share, *rest in (h.split() for h in holdings):
        dated = {words[k]: v for k, v in zip(rest[::2], rest[1::2], strict=True)}
        claims.append({"owner": owner, "share_lo": share, **dated})
    found = read(ownership=table(claims, OWNED))
    assert [f.holds_row for f in found.faults] == [False] * over
    assert len(found.rows["ownership"]) == len(claims)


@pytest.mark.parametrize(
    ("links", "circle"),
    [("___", False), ("23_", False), ("21_", True), ("231", True), ("1__", True), ("_32", True), ("22_", True)],
)
def test_corrections_do_not_go_in_circles(links: str, *, circle: bool) -> None:
    """``links[i]`` is the row that row i + 1 supersedes."""
    claims = [{"supersedes": "" if up == "_" else f"r{up}"} for up in links]
    found = read(law=table(claims, LAW))
    assert ["in a circle" in f.expected and not f.holds_row for f in found.faults] == [True] * circle


def test_a_circle_through_the_second_superseded_row() -> None:
    claims = [{"supersedes": "r3|r2"}, {"supersedes": "r1"}, {}]
    assert read(law=table(claims, LAW)).faults


@pytest.mark.parametrize(
    ("links", "circles"),
    [("__", 0), ("2_", 0), ("21", 1), ("1_", 1), ("231", 1), ("2143", 2), ("232", 1)],
)
def test_sources_do_not_copy_each_other_in_circles(links: str, circles: int) -> None:
    head = "id,publisher,address,kind,mirrors\n"
    rows = [f"m{i},P,https://example.org,mirror,{up.strip('_') and 'm' + up}" for i, up in enumerate(links, start=1)]
    found = read(sources=head + "\n".join(rows))
    assert [f.column for f in found.faults] == ["mirrors"] * circles


# --- shipped dossiers


@pytest.mark.parametrize("name", ["wb6", "eu27"])
def test_the_shipped_dossiers_have_no_fault(name: str) -> None:
    found = read_dossier([locate(name)])
    assert not found.faults, "\n".join(map(str, found.faults))
    assert held(found)


def test_the_six_rest_on_cited_facts() -> None:
    found = read_dossier([bundled("wb6")])
    address = {row.id: row.values["address"] for row in found.rows["source"]}
    cited = [r for name, rows in found.rows.items() if tables()[name].is_fact for r in rows]
    assert len(cited) == found.fact_count >= 150
    assert all(address[row.values["source"]] for row in cited)
    assert sum(address[row.values["source"]].startswith("https://") for row in cited) >= 150


def test_both_dossiers_read_together() -> None:
    assert not read_dossier([bundled("wb6"), bundled("eu27")]).faults


@pytest.mark.parametrize("name", ["wb7", "", "..", "wb6/RS"])
def test_an_unknown_dossier_names_those_there_are(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="unknown dossier"):
        bundled(name)
