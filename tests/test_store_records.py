"""Records from a store: the same bytes whatever the way in, and one altered byte named wherever it stands."""

import csv
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from litmus.cli import main
from litmus.facts.dossier import locate
from litmus.store import add, make_store, open_store

DAY = "2026-11-23"
PAGE = Path(__file__).parent.parent / "docs" / "store.md"


def litmus(*args: str) -> str:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def signed(folder: Path, key: Path, *source: str) -> dict[str, bytes]:
    litmus("sign", "--as-of", DAY, "--key", str(key), "--out", str(folder), *source)
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.json"))}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stores of the same rows: one as they ship; one from shuffled files, in the other order, with two threads."""
    root = tmp_path_factory.mktemp("ways")
    rng = random.Random(3)
    folders = []
    for name in ("eu27", "wb6"):
        shutil.copytree(locate(name), root / "shuffled" / name)
        folders.append(root / "shuffled" / name)
        for path in folders[-1].rglob("*.csv"):
            with path.open(encoding="utf-8", newline="") as stream:
                head, *rows = list(csv.reader(stream))
            rng.shuffle(rows)
            with path.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([head, *rows])
    add(make_store(root / "plain"), [locate("wb6"), locate("eu27")])
    add(make_store(root / "other"), folders, threads=2)
    return root


def test_records_are_the_same_bytes_from_folders_and_from_any_store_of_the_same_rows(work: Path) -> None:
    key = work / "key.pem"
    records = signed(work / "a", key)
    assert len(records) > 100
    assert signed(work / "b", key, "--store", str(work / "plain")) == records
    assert signed(work / "c", key, "--store", str(work / "other")) == records
    assert open_store(work / "plain").snapshot().id == open_store(work / "other").snapshot().id


def test_a_record_is_recomputed_on_the_snapshot_that_it_names(work: Path) -> None:
    record = next(iter(sorted((work / "a").rglob("*.json"))), None)
    assert record is not None
    assert f"✓ {record}" in litmus("verify", str(record), "--store", str(work / "other"))


def test_one_byte_is_named_in_a_record_and_in_a_segment(work: Path) -> None:
    record = min((work / "a").rglob("*.json"))
    (segment, *_) = sorted((work / "other" / "segments" / "law").glob("*.parquet"))
    for path in (record, segment):
        kept = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(kept[: len(kept) // 2] + bytes([kept[len(kept) // 2] ^ 1]) + kept[len(kept) // 2 + 1 :])
        said = litmus("verify", str(record), "--store", str(work / "other"))
        assert f"✗ {path}" in said
        path.write_bytes(kept)
    segment.write_bytes(kept[: len(kept) // 2])
    said = litmus("why", "nis2-in-force", "ME", "--store", str(work / "other"))
    assert str(segment) in said
    segment.write_bytes(kept)
    assert "✗" not in litmus("verify", str(record), "--store", str(work / "other"))


def test_two_commits_of_a_store_are_compared(tmp_path: Path) -> None:
    """What one file of claims moved is told by `litmus diff` between the two states."""
    shutil.copytree(locate("wb6"), tmp_path / "wb6")
    late = tmp_path / "law.csv"
    (tmp_path / "wb6" / "ME" / "law.csv").rename(late)
    store = make_store(tmp_path / "store")
    add(store, [tmp_path / "wb6", locate("eu27")])
    add(store, [late])
    said = litmus("diff", "1", "2", "--store", str(store.root), "--place", "ME", "--as-of", DAY)
    assert "nis2-in-force" in said
    assert "me-law-009" in said
    assert "UNDETERMINED (open; 0 … ∞) → MET" in said


def test_the_page_names_every_folder_of_a_store_and_only_verbs_that_are() -> None:
    from litmus.store.layout import FOLDERS

    page = PAGE.read_text("utf-8")
    assert [name for name in FOLDERS if f"`{name}/" not in page] == []
    verbs = {line.split()[1] for line in page.splitlines() if line.startswith("litmus ")}
    assert verbs <= set(main.list_commands(None))  # type: ignore[arg-type]
