"""Kill writers of a store at random moments, and look at what is left: `make kill`, or `python tests/kill.py --kills 220`.

Three writers add invented files at the same time; each is killed (SIGKILL) at a random moment and started anew, where it goes
on with the file that was not acknowledged. Beside them a reader reads without pause. In the end nothing that was acknowledged
may be missing, nothing may be there by half, every file must have its hash, and the snapshot must be that of the same files
added once, in one go, without a kill. A control that writes in place goes through the same: it must be damaged, or the test
proves nothing. What a kill leaves in the page cache of the system is not lost: this does not test a loss of power.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from litmus.store import Store, StoreError, add, make_store, open_store, sweep, verify

WRITERS = 3
ROWS = 24
BATCH = 8
BLOCKED_SECONDS = 20.0


@dataclass
class Worker:
    """A child process, what it runs, and how often it was killed."""

    run: Callable[[], None]
    pid: int = 0
    kills: int = 0

    def start(self) -> None:
        self.pid = os.fork()
        if self.pid:
            return
        try:
            self.run()
            os._exit(0)
        except BaseException as err:  # noqa: BLE001 - a child must end here whatever happens, and say why
            print(f"child ended: {type(err).__name__}: {err}", file=sys.stderr, flush=True)
            os._exit(1)

    def kill(self) -> None:
        """Kill it now, if it still runs; a child that ended by itself has failed."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(f"a writer ended before it was killed (status {status})")
        self.kills += 1

    def wait(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        if status:
            sys.exit(f"a child failed (status {status})")


def content(writer: int, number: int) -> bytes:
    """An invented file: rows of its own, rows that other writers bring too, rows that stand twice, and lines that are no rows."""
    rng = random.Random(writer * 1_000_003 + number)
    lines = []
    for n in range(rng.randint(1, ROWS)):
        shared = rng.random() < 0.3
        name = f"shared-{rng.randrange(60)}" if shared else f"w{writer}-{number}-{n}"
        row = {"id": name, "place": "RS", "topic": "nis2", "name": f"Invented act {name}", "known_from": "2024-01-01"}
        row |= {"source": "s", "reliability": "B", "credibility": "2"}
        lines.append(json.dumps(row).encode() if rng.random() > 0.05 else b'{"id": "no row')
    return b"\n".join(lines) + b"\n"


def acks(folder: Path, writer: int) -> list[tuple[int, int, str]]:
    """What a writer was told to be safe: number of the file, number and id of the commit ('-' where nothing was new)."""
    path = folder / f"acks-{writer}.txt"
    told = path.read_text().splitlines() if path.exists() else []
    return [(int(n), int(c), i) for n, c, i in (line.split() for line in told)]


def write_files(folder: Path, writer: int) -> None:
    """Add one file after another until told to stop; acknowledge each once the store says that it is in."""
    store = make_store(folder / "store")
    done = acks(folder, writer)
    handle = os.open(folder / f"acks-{writer}.txt", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    number = done[-1][0] + 1 if done else 0
    # One file at least: the one that a kill cut off is finished even when all is over.
    while True:
        path = folder / f"in-{writer}" / f"law.{number}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content(writer, number))
        receipt = add(store, [path], batch=BATCH)
        commit = receipt.commit
        os.write(handle, f"{number} {commit.number if commit else 0} {commit.id if commit else '-'}\n".encode())
        number += 1
        if (folder / "stop").exists():
            return


def read_on(folder: Path) -> None:
    """Read the newest snapshot again and again: it must hold what its commits say, and never less than before."""
    store = open_store(folder / "store")
    seen, slowest, reads = 0, 0.0, 0
    while not (folder / "stop").exists():
        began = time.perf_counter()
        snapshot = store.snapshot()
        con = snapshot.connect()
        ((rows,),) = con.execute("SELECT count(DISTINCT row_hash) FROM law").fetchall()
        con.close()
        slowest, reads = max(slowest, time.perf_counter() - began), reads + 1
        number = snapshot.commit.number if snapshot.commit else 0
        if rows != snapshot.rows or number < seen:
            sys.exit(f"the reader saw {rows} rows where commit {number} has {snapshot.rows}; before that commit {seen}")
        seen = number
        (folder / "reader.json").write_text(json.dumps({"reads": reads, "slowest": slowest, "commits": seen}))


def kill_at_random(workers: list[Worker], kills: int, rng: random.Random) -> None:
    """Kill one writer after another, each at a moment of its own, and start it anew."""
    for worker in workers:
        worker.start()
    for n in range(kills):
        time.sleep(rng.uniform(0.02, 0.7))
        worker = workers[n % len(workers)]
        worker.kill()
        worker.start()


def hammer(folder: Path, kills: int, seed: int) -> Store:
    """Writers, reader and killer; returns the store they leave."""
    make_store(folder / "store")
    writers = [Worker(lambda w=w: write_files(folder, w)) for w in range(WRITERS)]  # type: ignore[misc]
    reader = Worker(lambda: read_on(folder))
    reader.start()
    kill_at_random(writers, kills, random.Random(seed))
    (folder / "stop").touch()
    for worker in [*writers, reader]:
        worker.wait()
    return open_store(folder / "store")


def judge(folder: Path, store: Store) -> list[str]:
    """What is wrong with the store that is left; nothing when all is as promised."""
    wrong = verify(store.root)
    commits = {c.number: c.id for c in store.commits()}
    files = 0
    for writer in range(WRITERS):
        told = acks(folder, writer)
        files += len(told)
        wrong += [f"writer {writer}: acknowledged commit {c} is not in the log" for _, c, i in told if i != "-" and commits.get(c) != i]
        if [n for n, _, _ in told] != list(range(len(told))):
            wrong.append(f"writer {writer}: files were left out")
    clean = make_store(folder / "clean")
    for writer in range(WRITERS):
        paths = [folder / f"in-{writer}" / f"law.{n}.jsonl" for n, _, _ in acks(folder, writer)]
        add(clean, paths)
    # Read to the end: a file of which half the batches are in is finished by its writer before it stops.
    if clean.snapshot().id != store.snapshot().id:
        wrong.append(f"{store.snapshot().rows} rows, where the same {files} files added once give {clean.snapshot().rows}")
    before = store.snapshot().id
    left = len(sweep(store, older_than=0.0))
    wrong += [f"after sweep: {w}" for w in verify(store.root)]
    if store.snapshot().id != before:
        wrong.append("sweep changed the snapshot")
    reader = json.loads((folder / "reader.json").read_text())
    if reader["slowest"] > BLOCKED_SECONDS:
        wrong.append(f"a read took {reader['slowest']:.1f} s")
    print(f"  {files} files acknowledged in {len(commits)} commits, {store.snapshot().rows:,} rows; {left} leftovers swept")
    print(f"  reader: {reader['reads']} reads, slowest {reader['slowest']:.2f} s, never went back")
    return wrong


def write_in_place(folder: Path) -> None:
    """The control: data straight to its place, then the list of all of it over the old one."""
    manifest = folder / "manifest.json"
    try:
        known = json.loads(manifest.read_text())
    except (OSError, ValueError):
        known = []
    while True:
        number = len(known)
        text = json.dumps([f"invented row {number}-{n}" for n in range(3000)])
        with (folder / f"{number}.json").open("w") as stream:
            for start in range(0, len(text), 4096):
                stream.write(text[start : start + 4096])
        known.append([f"{number}.json", sha256(text.encode()).hexdigest()])
        with manifest.open("w") as stream:
            json.dump(known, stream)


def control(folder: Path, kills: int, seed: int) -> int:
    """After how many kills the control's list could not be read, or named what is not there."""
    rng = random.Random(seed)
    damaged = 0
    for _ in range(kills):
        worker = Worker(lambda: write_in_place(folder))
        worker.start()
        time.sleep(rng.uniform(0.02, 0.12))
        worker.kill()
        try:
            known = json.loads((folder / "manifest.json").read_text()) if (folder / "manifest.json").exists() else []
            damaged += any(sha256((folder / name).read_bytes()).hexdigest() != digest for name, digest in known)
        except (OSError, ValueError):
            damaged += 1
    return damaged


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=220)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(f"{asked.kills} kills over {WRITERS} writers", flush=True)
        try:
            wrong = judge(folder, hammer(folder, asked.kills, asked.seed))
        except StoreError as err:
            wrong = [str(err)]
        for line in wrong:
            print(f"  WRONG: {line}")
        shutil.rmtree(folder / "clean", ignore_errors=True)
        (folder / "control").mkdir()
        tries = max(20, asked.kills // 3)
        damaged = control(folder / "control", tries, asked.seed)
        print(f"control that writes in place: damaged after {damaged} of {tries} kills")
        if damaged == 0:
            print("  WRONG: the control came through unharmed; this test cannot fail")
    print(f"{'FAILED' if wrong or not damaged else 'kept'}, {time.perf_counter() - began:.0f} s")
    return 1 if wrong or not damaged else 0


if __name__ == "__main__":
    sys.exit(main())
