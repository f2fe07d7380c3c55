"""The store: what was added once is there for good, under an identity that no order, batch or thread changes."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import litmus.store.batch
import litmus.store.log
from litmus.cli import main
from litmus.cli_store import progress_line
from litmus.core import words
from litmus.facts import schema
from litmus.facts.dossier import Dossier, bundled, read_dossier
from litmus.facts.identity import evidence_id, row_hash
from litmus.facts.schema import Column, Table, tables
from litmus.store import Progress, Store, StoreError, add, faults, make_store, open_store, retry, segment, sweep, verify
from litmus.store.log import Tally, read_log
from litmus.store.schemas import drift, schema_text

USUAL = {"place": "RS", "known_from": "2024-01-01", "source": "s", "reliability": "B", "credibility": "2"}
SOURCE = {"table": "source", "id": "s", "publisher": "Gazette (invented)", "address": "https://example.org", "kind": "official"}


def law(name: str, **more: object) -> dict[str, object]:
    return {"table": "law", "id": name, **USUAL, "topic": "nis2", "name": f"Invented act {name}", **more}


def lines(*rows: object) -> bytes:
    return b"".join((r if isinstance(r, bytes) else json.dumps(r).encode()) + b"\n" for r in rows)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path / "store")


def put(store: Store, *rows: object, name: str = "rows.jsonl", **how: Any) -> Any:
    """Add one file of JSON lines."""
    path = store.root.parent / name
    path.write_bytes(lines(*rows))
    return add(store, [path], **how)


def told(dossier: Dossier) -> set[tuple[str, bytes]]:
    """What a body of evidence says."""
    return {(table, row_hash(r)) for table, rows in dossier.rows.items() for r in rows}


# --- what goes in comes out -------------------------------------------------------------------------------------------


def test_the_bundled_dossiers_come_back_as_they_are(store: Store) -> None:
    """Same evidence id, same typed rows, same faults; the snapshot's own id is the evidence id, for all rows stand the checks."""
    receipt = add(store, [bundled("wb6"), bundled("eu27")])
    folder, snapshot = read_dossier([bundled("wb6"), bundled("eu27")]), store.snapshot()
    kept = snapshot.dossier()
    assert snapshot.id == evidence_id(folder.rows) == evidence_id(kept.rows)
    by_id = {(r.table, r.id): r for rows in folder.rows.values() for r in rows if r.id}
    for rows in kept.rows.values():
        for row in rows:
            if row.id:
                other = by_id[row.table, row.id]
                assert row.values == other.values
                assert (row.file, row.line) == (other.file, other.line) or row.table in {"source", "party"}
    assert kept.faults == folder.faults == []
    assert receipt.records == folder.records == receipt.rows + receipt.faults + receipt.duplicates
    assert verify(store.root) == []


def test_every_type_of_cell_survives(store: Store, tmp_path: Path) -> None:
    """Also the last day, the greatest amount, words that SQL knows, quotation marks, and line breaks."""
    odd = 'He said "no";\n\'1\'; DROP TABLE law; -- 中兴 Хуавеј'
    rows = [
        SOURCE,
        law("a", valid_to="9999", note=odd, supersedes="b|c"),
        law("b", adopted="2019-11", rung_lo="signed", rung_hi="complied"),
        law("c"),
        {"table": "contract", "id": "k", **USUAL, "name": odd, "sector": "telecom", "value_lo": "92233720368547758.07", "currency": "EUR"},
        {"table": "observation", "id": "o", **USUAL, "series": "gdp", "unit": "percent", "value_lo": "-3.000000000001"},
        {"table": "population", "id": "p", **USUAL, "over": "law", "closed_by": "register", "total_lo": 10**18 - 1},
        {"table": "ownership", "id": "w", **USUAL, "owner": "x", "owned": "y", "interest": "equity", "share_lo": "58.1131"},
        {"table": "party", "id": "x", "name": "X (invented)", "kind": "company"},
        {"table": "party", "id": "y", "name": "Y (invented)", "kind": "company"},
    ]
    put(store, *rows)
    assert faults(store) == []
    for row in rows:
        table = str(row["table"])
        cells = {k: str(v) for k, v in row.items() if k != "table"}
        path = tmp_path / "dossier" / f"{table}.{row['id']}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(",".join(cells) + "\n" + ",".join('"' + v.replace('"', '""') + '"' for v in cells.values()) + "\n", "utf-8")
    expected, kept = read_dossier([tmp_path / "dossier"]), store.snapshot().dossier()
    assert not expected.faults, expected.faults
    assert told(kept) == told(expected)
    assert {r.id: r.values for rs in kept.rows.values() for r in rs} == {r.id: r.values for rs in expected.rows.values() for r in rs}
    assert verify(store.root) == []


def test_verdicts_are_the_same_from_the_folder_and_from_the_store(tmp_path: Path) -> None:
    where, day = str(tmp_path / "s"), "2026-11-23"
    runner = CliRunner()
    runner.invoke(main, ["add", "wb6", "eu27", "--store", where])
    args = ["why", "vendor-share-cap", "BA", "--as-of", day]
    plain, stored = runner.invoke(main, args), runner.invoke(main, [*args, "--store", where, "--snapshot", "1"])
    assert stored.output == plain.output
    assert stored.exit_code == plain.exit_code == 2


# --- identity ---------------------------------------------------------------------------------------------------------

ROWS = st.lists(st.integers(0, 12), min_size=1, max_size=24)


@settings(max_examples=14, deadline=None)
@given(
    rows=ROWS,
    cuts=st.lists(st.integers(0, 24), max_size=4),
    batch=st.integers(1, 9),
    threads=st.sampled_from([1, 2]),
    seed=st.integers(0, 99),
)
def test_no_interleaving_batch_order_or_thread_changes_the_snapshot(
    rows: list[int], cuts: list[int], batch: int, threads: int, seed: int
) -> None:
    """Brute force: the identity of the same rows as read from one file, in one batch."""
    rng = random.Random(seed)
    content = [law(f"r{n}") if n % 3 else {"table": "contract", "id": f"c{n}", **USUAL, "name": f"N{n}", "sector": "telecom"} for n in rows]
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = make_store(Path(folder, "whole")), make_store(Path(folder, "parts"))
        put(whole, SOURCE, *content)
        shuffled = [SOURCE, *content]
        rng.shuffle(shuffled)
        ends = [0, *sorted(cuts), len(shuffled)]
        pieces = [shuffled[a:b] for a, b in pairwise(ends)]
        receipts = [put(parts, *piece, name=f"{n}.jsonl", batch=batch, threads=threads) for n, piece in enumerate(pieces)]
        assert parts.snapshot().id == whole.snapshot().id
        kept = parts.snapshot().dossier()
        assert evidence_id(kept.rows) == parts.snapshot().id
        assert [r.id for r in kept.rows["law"]] == [r.id for r in whole.snapshot().dossier().rows["law"]]
        assert sum(r.rows for r in receipts) == len(set(rows)) + 1 == parts.snapshot().rows
        assert verify(parts.root) == []


def test_another_row_gives_another_snapshot(store: Store) -> None:
    put(store, SOURCE, law("a"))
    first = store.snapshot().id
    put(store, law("b"))
    assert store.snapshot().id != first
    assert store.snapshot(1).id == store.snapshot(first[:8]).id == first
    assert store.snapshot(store.commits()[0].id[:12]).id == first
    assert len(store.snapshot(1).dossier().rows["law"]) == 1


def test_the_cache_may_be_deleted_and_is_not_believed_blindly(store: Store) -> None:
    put(store, SOURCE, law("a"))
    put(store, law("b"))
    first = store.snapshot().id
    for path in (store.root / "cache").iterdir():
        path.write_text("torn")
    assert store.snapshot().id == first
    shutil.rmtree(store.root / "cache")
    (store.root / "cache").mkdir()
    assert store.snapshot().id == first


@pytest.mark.parametrize("name", ["7", "abcdef", "x", "", "zz" * 32, "0" * 64])
def test_a_snapshot_that_is_not_there_is_named(store: Store, name: str) -> None:
    put(store, law("a"))
    with pytest.raises(StoreError, match="no snapshot"):
        store.snapshot(name)


def test_the_id_in_a_record_finds_its_snapshot_when_a_row_fell_in_the_checks(store: Store) -> None:
    """Records name the rows that verdicts could use; here the source of one row is missing."""
    put(store, SOURCE, law("a"), law("b", source="nobody"))
    left = evidence_id(store.snapshot().dossier().rows)
    assert left != store.snapshot().id
    assert store.snapshot(left).commit == store.commits()[0]


# --- every line is accounted for --------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(
    junk=st.lists(st.binary(max_size=30) | st.sampled_from([lines(law("a")), lines(law("b")), b"\n", b'{"table":1}']), max_size=10),
    batch=st.integers(1, 4),
)
def test_lines_in_are_rows_and_faults_and_duplicates_on_hostile_bytes(junk: list[bytes], batch: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder, "s"))
        for name in ("law.jsonl", "law.csv", "law.jsonl.gz"):
            path = Path(folder, name)
            path.write_bytes(gzip.compress(b"".join(junk)) if name.endswith("gz") else b"".join(junk))
            done = add(store, [path], batch=batch)
            assert done.records == done.rows + done.faults + done.duplicates
        total = sum((c.tally for c in store.commits()), Tally())
        assert total.adds_up
        assert total.faults == sum(k.fault.holds_row for k in {(k.place, k.fault.holds_row): k for k in faults(store)}.values())
        assert verify(store.root) == []


def test_a_commit_that_does_not_add_up_is_not_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that the database engine swallows is neither a row nor a duplicate."""
    write = segment.write
    monkeypatch.setattr(segment, "write", lambda con, store, table, path, names: write(con, store, table, halved(path), names))
    with pytest.raises(StoreError, match="2 records are not 1 rows"):
        put(store, law("a"), law("b"))
    assert store.commits() == []


def halved(path: Path) -> Path:
    """Only the first line of a file."""
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    return path


# --- adding twice, going on, racing -----------------------------------------------------------------------------------


def test_the_same_file_twice_adds_nothing(store: Store) -> None:
    first = put(store, SOURCE, law("a"), b"{")
    again = put(store, SOURCE, law("a"), b"{")
    assert (first.rows, first.faults, first.commit is not None) == (2, 1, True)
    assert (again.rows, again.faults, again.duplicates, again.skipped, again.commit) == (0, 0, 3, 1, None)
    shuffled = put(store, law("a"), SOURCE, law("c"))
    assert (shuffled.rows, shuffled.duplicates) == (1, 2)
    empty = put(store, law("c"), law("a"))
    assert (empty.rows, empty.duplicates) == (0, 2)
    assert empty.commit is not None
    assert empty.commit.segments == ()
    assert len(faults(store)) == 1


def test_the_same_bytes_are_another_input_under_another_table(store: Store, tmp_path: Path) -> None:
    (tmp_path / "law.jsonl").write_bytes(lines({k: v for k, v in law("a").items() if k != "table"}))
    (tmp_path / "event.jsonl").write_bytes((tmp_path / "law.jsonl").read_bytes())
    assert add(store, [tmp_path / "law.jsonl"]).rows == 1
    assert add(store, [tmp_path / "event.jsonl"]).faults == 1


class PulledPlugError(Exception):
    """Stands for a kill."""


def test_an_import_that_was_cut_off_goes_on_where_it_stopped(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [SOURCE, *(law(f"r{n}") for n in range(9)), b"{", law("last")]
    made: list[int] = []

    real = litmus.store.batch.publish

    def publish(store: Store, draft: Any, known: Any, by: str, again: Any) -> Any:
        if len(made) == 2:
            raise PulledPlugError
        made.append(1)
        return real(store, draft, known, by, again)

    monkeypatch.setattr(litmus.store.batch, "publish", publish)
    with pytest.raises(PulledPlugError):
        put(store, *rows, batch=3)
    assert store.snapshot().rows == 6
    monkeypatch.setattr(litmus.store.batch, "publish", real)
    rest = put(store, *rows, batch=3)
    assert (rest.records, rest.rows, rest.faults, rest.duplicates) == (6, 5, 1, 0), "what was in is not read again"
    assert put(store, *rows).skipped == 1
    assert sum((c.tally for c in store.commits()), Tally()).records == 12
    assert verify(store.root) == []
    assert not [p for p in sweep(store, older_than=-1) if p.parent.name == "commits"]
    assert verify(store.root) == []


@pytest.mark.parametrize("links", [True, False])
def test_two_writers_with_the_same_rows_do_not_add_them_twice(store: Store, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """Another writer publishes at the last moment, with hard links and without."""
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    real: Callable[..., Any] = litmus.store.log._try
    rivals = [("one.jsonl", [law("a"), law("b")]), ("two.jsonl", [law("c"), law("x")]), ("three.jsonl", [law("z")])]

    def late(store: Store, *rest: Any) -> Any:
        if rivals:
            name, rows = rivals.pop(0)
            put(store, *rows, name=name)
        return real(store, *rest)

    monkeypatch.setattr(litmus.store.log, "_try", late)
    done = put(store, SOURCE, law("a"), law("b"), law("c"), law("d"))
    assert (done.rows, done.duplicates) == (2, 3)
    assert [c.number for c in store.commits()] == [1, 2, 3, 4]
    assert store.snapshot().rows == 7
    assert verify(store.root) == []


def _no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_writer_that_died_with_a_claim_blocks_nobody(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    claim = store.root / "commits" / "0000000001.claim"
    claim.touch()
    os.utime(claim, (time.time() - 60, time.time() - 60))
    assert put(store, law("a")).commit.number == 2
    assert put(store, law("b")).commit.number == 3
    assert verify(store.root) == []


def test_killed_writers_lose_nothing_that_was_acknowledged() -> None:
    """A slice of `make kill`, with its control."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kill.py")), "--kills", "9"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "never went back" in done.stdout


# --- verify -----------------------------------------------------------------------------------------------------------


def full(store: Store) -> Store:
    """A store with a file of every kind in it."""
    put(store, SOURCE, law("a"), b"{", name="one.jsonl")
    put(store, law("b"), law("c"), name="two.jsonl")
    return store


def test_one_flipped_byte_anywhere_is_found_and_its_file_named(store: Store) -> None:
    full(store)
    rng = random.Random(7)
    kinds = set()
    for path in sorted(p for p in store.root.rglob("*") if p.is_file() and p.parent.name != "cache"):
        kinds.add(path.relative_to(store.root).parts[0])
        content = path.read_bytes()
        for at in {0, len(content) - 1, rng.randrange(len(content))}:
            path.chmod(0o644)
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert any(str(path) in line for line in verify(store.root)), f"{path} at byte {at}"
        path.write_bytes(content)
    assert kinds == {"commits", "segments", "faults", "raw", "schemas"}
    assert verify(store.root) == []


def test_a_file_that_is_gone_is_named(store: Store) -> None:
    full(store)
    for path in sorted(p for p in store.root.rglob("*") if p.is_file() and p.parent.name != "cache"):
        last = path.parent.name == "commits" and path.stem.endswith("2")
        away = path.rename(store.root.parent / "away")
        # The newest commit is named by nothing: its absence cannot be seen from within.
        assert bool(verify(store.root)) != last, path
        away.rename(path)
    assert verify(store.root) == []


def test_a_segment_with_other_cells_is_found_even_under_its_own_hash(store: Store) -> None:
    """Somebody rewrites a segment, its name and the log: the rows' hashes tell."""
    import hashlib

    import duckdb
    import orjson

    put(store, SOURCE, law("a"))
    (old,) = (store.root / "segments" / "law").iterdir()
    made = store.root.parent / "made.parquet"
    duckdb.sql(f"COPY (SELECT * REPLACE ('Another act' AS name) FROM read_parquet('{old}')) TO '{made}' (FORMAT parquet)")
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    made.rename(old.with_name(f"{digest}.parquet"))
    log = store.root / "commits" / "0000000001.json"
    body = orjson.loads(log.read_bytes().split(b"\n")[0].replace(old.stem.encode(), digest.encode()))
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    log.chmod(0o644)
    log.write_bytes(text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n")
    (problem,) = verify(store.root)
    assert digest in problem
    assert "does not have the hash" in problem


def test_readers_refuse_a_damaged_log(store: Store) -> None:
    full(store)
    known = store.commits()
    path = store.root / "commits" / "0000000001.json"
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:-2])
    with pytest.raises(StoreError, match=r"0000000001\.json: damaged"):
        store.snapshot()
    path.unlink()
    with pytest.raises(StoreError, match="not in the log"):
        store.snapshot()
    with pytest.raises(StoreError, match="the commit is gone"):
        read_log(store, known)
    with pytest.raises(StoreError, match="no store here"):
        verify(store.root.parent / "nowhere")


# --- sweep ------------------------------------------------------------------------------------------------------------


def test_sweep_takes_old_orphans_and_nothing_that_a_commit_names(store: Store) -> None:
    full(store)
    old = time.time() - 90_000
    young = [store.root / "tmp" / "1.jsonl", store.root / "raw" / ("1" * 64)]
    orphans = [store.root / "tmp" / "0.jsonl", store.root / "segments" / "law" / f"{'0' * 64}.parquet", store.root / "raw" / ("0" * 64)]
    for path in [*young, *orphans]:
        path.write_bytes(b"left behind")
    for path in store.root.rglob("*"):
        if path.is_file() and path not in young:
            os.utime(path, (old, old))
    assert set(sweep(store, remove=False)) == set(orphans)
    assert set(sweep(store)) == set(orphans)
    assert not any(p.exists() for p in orphans)
    assert all(p.exists() for p in young)
    assert verify(store.root) == []


# --- faults and a second try ------------------------------------------------------------------------------------------


def test_faults_stay_until_their_record_can_be_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that is not in the list yet; the list grows; a retry adds the rows from the input as it was kept."""
    path = store.root.parent / "rows.jsonl"
    done = put(store, SOURCE, law("a", vehicle="treaty"), law("b"), b"{", law("c", vehicle="treaty"))
    path.unlink()
    assert (done.rows, done.faults) == (2, 3)
    assert retry(store).commit is None, "nothing has changed yet"
    grown = {**words.taxonomy(), "words": {**words.taxonomy()["words"], "vehicle": [*words.word_list("vehicle"), "treaty"]}}
    for _ in with_taxonomy(monkeypatch, grown):
        again = retry(store)
        assert (again.records, again.rows, again.faults, again.duplicates) == (2, 2, 0, 0)
        assert [k.fault.line for k in faults(store)] == [4]
        assert [r.line for r in store.snapshot().dossier().rows["law"]] == [2, 3, 5]
        assert retry(store).commit is None
        kept = store.snapshot().dossier()
        assert kept.records == 5
        assert verify(store.root) == []
        assert len(store.snapshot(1).dossier().faults) == 3, "the state before the retry stays what it was"


def test_a_file_that_could_not_be_read_at_all_is_read_as_a_whole(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "law.csv"
    path.write_text("id,place,topic,name,known_from,source,reliability,credibility\nl1,RS,nis2,Act,2024,s,B,2\nl2,RS,nis2,Act,x,s,B,2\n")
    needy = Column("court", "text", "info", "Court.", required=True)
    for _ in with_tables(monkeypatch, {"law": replace(tables()["law"], columns=(*tables()["law"].columns, needy))}):
        done = add(store, [path])
        assert (done.records, done.notes) == (0, 1)
    # A store written under a stricter schema opens under a laxer one only where no column is lost.
    with pytest.raises(StoreError, match=r"law\.court"):
        retry(store)


def with_taxonomy(monkeypatch: pytest.MonkeyPatch, data: dict[str, Any]) -> Iterator[None]:
    """For the time of one loop the word lists are these."""
    from litmus.facts import parse
    from litmus.imports import compiled
    from litmus.store import schemas

    caches = [words.word_list, words.ladder, parse.parser, compiled.compiled, schemas.from_json]
    with monkeypatch.context() as patch:
        for module in [m for n, m in sys.modules.items() if n.startswith("litmus.") and hasattr(m, "taxonomy")]:
            patch.setattr(module, "taxonomy", lambda: data)
        for one in caches:
            one.cache_clear()  # type: ignore[attr-defined]
        yield
    for one in caches:
        one.cache_clear()  # type: ignore[attr-defined]


def with_tables(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Table]) -> Iterator[None]:
    """For the time of one loop some tables are other ones."""
    real = schema.tables
    now = {**real(), **changed}
    with monkeypatch.context() as patch:
        for module in [m for n, m in sys.modules.items() if n.startswith("litmus.") and getattr(m, "tables", None) is real]:
            patch.setattr(module, "tables", lambda: now)
        yield


# --- schema drift -----------------------------------------------------------------------------------------------------


def test_a_store_of_an_older_schema_is_read_and_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older: law had no `vehicle` and no dates of repeal, and the ladder of events lacked a rung in the middle."""
    new = tables()["law"]
    old = replace(new, columns=tuple(c for c in new.columns if c.name not in {"vehicle", "repealed"}))
    rungs = words.ladder("event")
    fewer = {**words.taxonomy(), "ladders": {**words.taxonomy()["ladders"], "event": [r for r in rungs if r != rungs[1]]}}
    for _ in with_tables(monkeypatch, {"law": old}):
        for _ in with_taxonomy(monkeypatch, fewer):
            put(store, SOURCE, law("a", rung_lo=rungs[3]), law("plain"), name="old.jsonl")
            before = store.snapshot().id
            assert "vehicle" not in store.snapshot().dossier().rows["law"][0].values
    assert store.snapshot().id == before, "new nullable columns change no identity"
    put(store, law("b", rung_lo=rungs[3], vehicle="mou", repealed="2024"), law("plain"), name="new.jsonl")
    kept = {r.id: r.values for r in store.snapshot().dossier().rows["law"]}
    assert kept["a"]["vehicle"] is kept["a"]["repealed"] is None
    assert kept["a"]["rung_lo"] == kept["b"]["rung_lo"] == 3, "a rung is kept by its word"
    assert kept["b"]["vehicle"] == "mou"
    assert set(kept["a"]) == {c.name for c in new.columns}
    assert store.snapshot().rows == 4, "a row without the new columns is the same row"
    assert len({c.draft.schema for c in store.commits()}) == 2
    assert verify(store.root) == []
    con = store.snapshot().connect()
    assert con.execute("SELECT vehicle, rung_lo FROM law ORDER BY id").fetchall() == [(None, 3), ("mou", 3), (None, None)]


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schema_text())
    change(found)
    return found


COURT = {"type": "text", "required": False, "default": ""}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s["tables"].pop("law"), "a table law"),
        (lambda s: s["tables"]["law"].pop("topic"), "a column law.topic"),
        (lambda s: s["tables"]["law"]["topic"].update(type="text"), "law.topic was id and is now text"),
        (lambda s: s["tables"]["law"].update(court={**COURT, "required": True}), "law.court is new and may not be blank"),
        (lambda s: s["tables"]["law"].update(court={**COURT, "default": "none"}), "law.court is new and may not be blank"),
        (lambda s: s["words"]["yes_no"].remove("withheld"), "lost 'withheld'"),
        (lambda s: s["ladders"]["event"].remove("signed"), "lost 'signed'"),
        (lambda s: s["ladders"]["event"].reverse(), "the order of a ladder never changes"),
    ],
)
def test_what_the_rule_forbids_is_named(change: Callable[[dict[str, Any]], object], problem: str) -> None:
    (found, *_) = drift(json.loads(schema_text()), changed(change))
    assert problem in found


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["tables"].update(court={}),
        lambda s: s["tables"]["law"].update(court=COURT),
        lambda s: s["words"]["yes_no"].insert(0, "perhaps"),
        lambda s: s["ladders"]["event"].insert(2, "initialled"),
    ],
)
def test_what_the_rule_allows(change: Callable[[dict[str, Any]], object]) -> None:
    assert drift(json.loads(schema_text()), changed(change)) == []


def test_a_store_of_a_newer_schema_is_refused_with_the_reason(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    court = Column("court", "text", "info", "Court.")
    for _ in with_tables(monkeypatch, {"law": replace(tables()["law"], columns=(*tables()["law"].columns, court))}):
        put(store, SOURCE, law("a", court="Invented court"))
    with pytest.raises(StoreError, match=r"law\.court, which this version lacks"):
        store.snapshot()
    with pytest.raises(StoreError, match=r"law\.court"):
        put(store, law("b"))
    assert any("law.court" in line for line in verify(store.root))


# --- folders and verbs ------------------------------------------------------------------------------------------------


def test_a_store_is_never_made_in_a_folder_with_other_things(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="not empty and not a store"):
        make_store(tmp_path)
    with pytest.raises(StoreError, match="may not hold any of"):
        make_store(tmp_path / "a*b")
    with pytest.raises(StoreError, match="litmus add FILE --store"):
        open_store(tmp_path / "none")
    assert open_store(make_store(tmp_path / "new").root).commits() == []


def test_an_empty_store_is_a_body_of_evidence_without_rows(store: Store) -> None:
    assert store.snapshot().id == evidence_id({})
    assert store.snapshot().dossier().fact_count == 0
    assert verify(store.root) == []


def test_the_verbs_say_what_happened(tmp_path: Path) -> None:
    where, runner = str(tmp_path / "s"), CliRunner()
    run = partial(runner.invoke, main)
    path = tmp_path / "law.jsonl"
    path.write_bytes(lines({"table": "source", **SOURCE}, law("a"), b'{"id": "x"'))
    first = run(["add", str(path), "--store", where])
    assert first.exit_code == 3
    assert "3 records = 2 rows + 1 faults + 0 duplicates" in first.output
    again = run(["add", str(path), "--store", where])
    assert again.exit_code == 0
    assert "nothing to add; no commit" in again.output
    told = run(["faults", "--store", where, "--raw"])
    assert told.exit_code == 3
    assert 'law.jsonl:3: found \'{"id": "x"\'' in told.output
    assert '    {"id": "x"\n' in told.output
    assert "1 faults, 1 records held back" in told.output
    assert "nothing to add" in run(["faults", "--store", where, "--retry"]).output
    log = run(["log", "--store", where, "--files"])
    assert "2 rows, 1 faults from 1 file" in log.output
    assert open_store(Path(where)).snapshot().id[:16] in log.output
    assert "0 files removed" in run(["sweep", "--store", where]).output
    for verb in ("log", "faults", "sweep"):
        missing = run([verb, "--store", str(tmp_path / "none")])
        assert missing.exit_code == 3
        assert "no store here" in missing.output
    assert run(["add", str(tmp_path / "none.csv"), "--store", where]).exit_code == 3


def test_the_progress_line_says_how_far_and_how_long() -> None:
    line = progress_line(Progress(25_000_000, 100_000_000, 1234, 5, "law.jsonl"), seconds=10)
    assert " 25% 25.0 of 100.0 MB · 1,234 rows · 5 faults · 30 s left · law.jsonl" in line
    assert "100%" in progress_line(Progress(0, 0, 0, 0, ""), seconds=0)


def test_progress_reaches_the_end(store: Store) -> None:
    seen: list[Progress] = []
    put(store, SOURCE, law("a"), on_progress=seen.append)
    assert seen[-1].bytes == seen[-1].total > 0
    assert seen[-1].rows == 2
