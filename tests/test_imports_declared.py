"""`litmus add --as`: other publishers' records of parties and holdings in a store, and asked from there. All companies are invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from litmus.cli import main
from litmus.facts.check import NAMED_ONLY
from litmus.imports.declared import FORMATS, declaration, declared_inputs
from litmus.imports.read import reading
from litmus.store import add, make_store, open_store
from ownership_files import SAMPLES, holding, statement, thing

SOURCES = "id,publisher,title,address,kind\nregister,Invented Register,Owners,https://example.org/owners,database\n"
TOLD = {"source": "register", "known_from": "2024-01-01", "grade": "B2"}


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def fill(folder: Path, name: str, records: list[Any], *words: str) -> tuple[int, str]:
    (folder / "source.csv").write_text(SOURCES, "utf-8")
    (folder / name).write_text(json.dumps(records), "utf-8")
    store = str(folder / "store")
    run("add", str(folder / "source.csv"), "--store", store)
    return run("add", str(folder / name), "--store", store, *words)


def owners(n: int) -> list[dict[str, Any]]:
    """A chain of companies, each holding 60 % of the next; the last end is only named."""
    share = {"type": "shareholding", "directOrIndirect": "direct", "share": {"exact": 60}}
    parties = [statement("entity", f"c{i}", name=f"Company {i}", entityType={"type": "registeredEntity"}) for i in range(n)]
    return parties + [holding(f"c{i}", f"c{i + 1}", share) for i in range(n)]


SAID = ("--source", "register", "--known-from", "2024-01-01", "--grade", "B2")


def test_records_of_others_are_added_and_asked_from_the_store(tmp_path: Path) -> None:
    code, told = fill(tmp_path, "owners.json", owners(3), "--as", "bods", *SAID)
    assert (code, told.splitlines()[0]) == (0, "7 records = 7 rows + 0 faults + 0 duplicates")
    store = ("--store", str(tmp_path / "store"), "--as-of", "2026-01-01")
    code, told = run("owns", "bods-c0", "bods-c3", *store)
    assert code == 0
    assert "owned: 21.6 %" in told
    assert "[bods-c0-c1-equity] equity 60 %, known 2024-01-01; B2; Invented Register, https://example.org/owners" in told
    assert "controlled: certainly" in run("controls", "bods-c0", "bods-c3", *store)[1]
    assert "tier 1, owned or controlled" in run("exposed", "bods-c0", "bods-c3", *store)[1]


def test_every_record_is_a_row_a_fault_or_a_duplicate(tmp_path: Path) -> None:
    broken = holding("c0", "c1", {"type": "shareholding", "share": {"exact": 101}})
    code, told = fill(tmp_path, "owners.json", [*owners(1), broken], "--as", "bods", *SAID)
    assert (code, told.splitlines()[0]) == (3, "4 records = 3 rows + 1 faults + 0 duplicates")
    assert "owners.json:3, column share.exact: found '101'; expected a share" in run("faults", "--store", str(tmp_path / "store"))[1]
    again = run("add", str(tmp_path / "owners.json"), "--store", str(tmp_path / "store"), "--as", "bods", *SAID)[1]
    assert again.splitlines()[0] == "4 records = 0 rows + 0 faults + 4 duplicates"


def test_an_import_that_goes_on_where_it_stopped_says_the_same(tmp_path: Path) -> None:
    """Batches of one record, so that every commit is a place to stop; a reading begun behind any line gives the rest."""
    (tmp_path / "owners.json").write_text(json.dumps(owners(6)), "utf-8")
    told = declaration("bods", **TOLD)
    source = declared_inputs([tmp_path / "owners.json"], told)[0]
    with reading(source) as (items, _):
        whole = list(items)
    for after in range(14):
        with reading(source, after) as (items, _):
            assert list(items) == [i for i in whole if i.line > after]
    said = []
    for name, batch in (("whole", 100_000), ("pieces", 1)):
        store = make_store(tmp_path / name)
        add(store, [tmp_path / "owners.json"], batch=batch, told=told)
        said.append(store.snapshot().id)
    assert said[0] == said[1]
    assert len(open_store(tmp_path / "pieces").commits()) == 12  # the last two rows are of one record


def test_a_packed_file_is_read_like_its_text(tmp_path: Path) -> None:
    text = json.dumps(owners(2))
    (tmp_path / "a.json").write_text(text, "utf-8")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(text.encode()))
    said = set()
    for name in ("a.json", "b.json.gz"):
        store = make_store(tmp_path / name.replace(".", "-"))
        add(store, [tmp_path / name], told=declaration("bods", **TOLD))
        said.add(store.snapshot().id)
    assert len(said) == 1


def test_a_party_that_one_file_only_names_gives_way_to_the_one_that_describes_it(tmp_path: Path) -> None:
    tied = [thing("Ownership", "o", owner="NK-a", asset="NK-b", percentage="60")]
    fill(tmp_path, "ties.json", tied, "--as", "ftm", *SAID)
    described = [thing("Company", "NK-a", name="Alfa"), thing("Company", "NK-b", name="Beta")]
    fill(tmp_path, "parties.json", described, "--as", "ftm", *SAID)
    found = open_store(tmp_path / "store").snapshot().dossier()
    assert sorted(str(p.values["name"]) for p in found.rows["party"]) == ["Alfa", "Beta"]
    assert not found.faults


def test_ends_that_are_described_elsewhere_give_no_party(tmp_path: Path) -> None:
    tied = [thing("Ownership", "o", owner="NK-a", asset="NK-b", percentage="60")]
    (tmp_path / "ties.json").write_text(json.dumps(tied), "utf-8")
    notes = []
    for described in (True, False):
        store = make_store(tmp_path / str(described))
        add(store, [tmp_path / "ties.json"], told=declaration("ftm", **TOLD, described=described))
        notes.append(NAMED_ONLY in str([p.values for p in store.snapshot().dossier().rows["party"]]))
    assert notes == [True, False]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--as", "bodz", *SAID), "did you mean 'bods'"),
        (("--as", "bods"), "nothing about a source is guessed"),
        (("--source", "register"), "say what they are with --as"),
        (("--as", "bods", "--source", "a b", "--known-from", "2024", "--grade", "B2"), "expected the id of a row of source.csv"),
        (("--as", "bods", "--source", "register", "--known-from", "2024", "--grade", "Z9"), "such as B2"),
        (("--as", "bods", "--source", "register", "--known-from", "soon", "--grade", "B2"), "soon"),
        (("--as", "bods", *SAID, "--place", "QQ"), "QQ"),
        ((), "need --as"),
    ],
)
def test_what_a_file_is_must_be_said_in_full(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    code, told = fill(tmp_path, "owners.json", owners(1), *words)
    assert code == 3
    assert expected in told


def test_every_format_has_a_reader() -> None:
    from importlib import import_module

    assert all(callable(import_module(module).rows) for module in FORMATS.values())


@pytest.mark.skipif(not (SAMPLES / "bods").is_dir(), reason="the published samples are not at hand (LITMUS_SAMPLES)")
def test_all_published_samples_stand_in_one_store(tmp_path: Path) -> None:
    """19 packages of BODS and every JSON sample of GLEIF, updates among them: what is left over is told."""
    (tmp_path / "source.csv").write_text(SOURCES, "utf-8")
    store = make_store(tmp_path / "store")
    add(store, [tmp_path / "source.csv"])
    taken = add(store, [SAMPLES / "bods"], told=declaration("bods", **TOLD))
    gleif = sorted(p for p in (SAMPLES / "gleif").glob("*.json") if "-out" not in p.name)
    more = add(store, gleif, told=declaration("gleif", **TOLD))
    for one in (taken, more):
        assert one.records == one.rows + one.duplicates
        assert (one.faults, one.notes) == (0, 0)
    told = [f.expected for f in store.snapshot().dossier().faults]
    assert sum("add up to 110 %" in t for t in told) == 2  # equity and votes of one company, on the few days when two statements overlap
    assert sum("duplicate id" in t for t in told) == 1  # one entity whose description changed between two files
    assert len(told) == 3
