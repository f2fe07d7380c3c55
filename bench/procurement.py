"""Red flags over many releases: `bench/run.py procurement [COUNT] [FILE]`, or `bench/procurement.py FILE [DELTA]`.

Cold: from JSON lines to Cardinal's answer with all eleven indicators, nothing kept. Warm: the same file with other thresholds, what
was read is kept. Delta: the reading of a second, small file. Floor: every line parsed by orjson, nothing done with it. Fold: the same
indicators the straightforward way (cardinal_plain). CPU seconds of the process and its children; peak is the greatest of any one process.
Without FILE a corpus of COUNT invented releases is made in a temporary folder.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import orjson

CARDINAL = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
LARGE = 300_000
RATIO, WARM, DELTA, PEAK_MB, CORE_SECONDS = 3.0, 8.0, 0.03, 350, 6.0
CODES = ("32323500", "32412000", "48820000", "72400000", "15000000", "33600000", "45210000", "85100000")
FILLER = "supply installation maintenance network equipment municipal works services framework agreement region hospital school road " * 12


@dataclass(frozen=True)
class Run:
    """Wall and CPU seconds, peak of one process in MB."""

    wall: float
    cpu: float
    peak: int


def invented(file: Path, count: int, seed: int = 7) -> None:
    """Releases of about 6 kB with bids, awards and much that no indicator reads. All invented."""
    chance = random.Random(seed)
    with file.open("wb", buffering=1 << 22) as stream:
        for n in range(count):
            stream.write(orjson.dumps(_release(chance, n, seed)) + b"\n")


def _release(chance: random.Random, n: int, seed: int) -> dict[str, object]:
    day, length, price = chance.randrange(1, 28), chance.randrange(5, 60), round(chance.lognormvariate(11, 1.5), 2)
    end = f"2031-{1 + length // 28:02}-{1 + length % 28:02}T12:00:00Z"
    who = sorted({int(60_000 * chance.random() ** 2.5) for _ in range(1 + min(11, int(chance.expovariate(0.45))))})
    win = chance.choice(who)
    bids = []
    for k, t in enumerate(who):
        amount = round(price * (1 if t == win else 1 + abs(chance.gauss(0.12, 0.1))), 2)
        status = "valid" if t == win else chance.choice(("valid",) * 8 + ("disqualified", "withdrawn"))
        bids.append(
            {
                "id": f"b{k}",
                "date": end,
                "status": status,
                "tenderers": [{"id": f"XX-TEN-{t}"}],
                "value": {"amount": amount, "currency": "EUR"},
            }
        )
    items = [{"id": f"{k}", "description": FILLER[:80], "classification": {"scheme": "CPV", "id": chance.choice(CODES)}} for k in range(3)]
    parties = [{"id": f"XX-TEN-{t}", "name": f"Invented company {t}", "address": {"streetAddress": FILLER[:60]}} for t in who]
    period = {"startDate": f"2031-01-{day:02}T09:00:00Z", "endDate": end}
    tender = {
        "id": f"t{n}", "title": FILLER[:60], "description": FILLER[:900], "status": "cancelled" if chance.random() < 0.03 else "complete",
        "procurementMethod": chance.choice(("open", "open", "selective", "limited")), "items": items, "tenderPeriod": period,
        "numberOfTenderers": len(who), "eligibilityCriteria": FILLER[:400], "procuringEntity": {"id": f"XX-PE-{chance.randrange(5000)}"},
        "documents": [{"id": f"d{k}", "title": FILLER[:40], "url": f"https://portal.example.test/{n}/{k}"} for k in range(8)],
    }  # fmt: skip
    award = {
        "id": "a",
        "status": "active",
        "suppliers": [{"id": f"XX-TEN-{win}"}],
        "items": items,
        "value": {"amount": price, "currency": "EUR"},
    }
    return {
        "ocid": f"ocds-invented{seed}-{n:08}", "tag": ["compiled"], "buyer": {"id": f"XX-BUY-{int(3000 * chance.random() ** 2.5)}"},
        "parties": parties, "tender": tender, "bids": {"details": bids}, "awards": [award],
    }  # fmt: skip


_TIMED = """
import json, resource, runpy, sys, time
began = time.perf_counter()
sys.argv = sys.argv[1:]
try:
    if sys.argv[0] == "litmus":
        from litmus.cli import run
        run()
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit:
    pass
own, kids = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = own.ru_utime + own.ru_stime + kids.ru_utime + kids.ru_stime
print(json.dumps([time.perf_counter() - began, cpu, max(own.ru_maxrss, kids.ru_maxrss) // 1024]), file=sys.stderr)
"""


def timed(*arguments: str, cache: Path | None = None) -> Run:
    """A fresh process that runs a module or a file of Python."""
    env = {**os.environ, **({"LITMUS_CACHE": str(cache)} if cache else {})}
    done = subprocess.run([sys.executable, "-c", _TIMED, *arguments], check=True, capture_output=True, text=True, env=env)
    return Run(*json.loads(done.stderr.strip().splitlines()[-1]))


def flags(files: list[Path], out: Path, settings: Path, cache: Path | None) -> Run:
    more = [] if cache else ["--fresh"]
    names = [str(f) for f in files]
    return timed("litmus", "flags", *names, "--profile", "cardinal", "--settings", str(settings), "--out", str(out), *more, cache=cache)


def main(file: Path, folder: Path, delta: Path | None = None) -> bool:
    """Print the figures; are the limits kept?"""
    first, second = folder / "first.json", folder / "second.json"
    first.write_text(json.dumps({c: {} for c in CARDINAL}))
    second.write_text(
        json.dumps({**{c: {} for c in CARDINAL}, "R003": {"threshold": 10}, "R024": {"threshold": 0.01}, "R035": {"threshold": 2}})
    )
    size = file.stat().st_size
    begun = time.perf_counter()
    with file.open("rb") as stream:
        count = sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    reading = time.perf_counter() - begun
    cold = flags([file], folder / "cold.json", first, None)
    fold = timed(__file__, "--fold", str(file), str(folder / "fold.json"))
    floor = timed(__file__, "--floor", str(file))
    again = flags([file], folder / "again.json", first, None)
    kept = flags([file], folder / "kept.json", first, folder)
    warm = flags([file], folder / "warm.json", second, folder)
    added = timed(__file__, "--import", str(delta), str(folder)) if delta else None
    if not _same(folder):
        sys.exit("procurement: the answers differ")
    cores, best = os.cpu_count() or 1, min(cold, again, key=lambda r: r.wall)
    print(f"procurement: {count:,} releases, {size / 1e6:,.0f} MB, {cores} cores; reading alone {reading:.2f} s; the same answer both ways")
    for name, run in (
        ("floor", floor),
        ("fold", fold),
        ("cold", cold),
        ("cold again", again),
        ("cold, kept", kept),
        ("warm", warm),
        ("delta", added),
    ):
        if run:
            print(f"  {name:10} {run.wall:6.2f} s, {run.cpu:6.2f} CPU s, peak {run.peak} MB")
    # On a machine that others use too, CPU time says more than the clock.
    ratio, quicker = fold.wall / best.wall, best.cpu / warm.cpu
    print(f"  cold: {count / best.wall:,.0f} releases a second, {ratio:.1f} × the fold (limit {RATIO})")
    print(f"  cold: {best.cpu / cores:.1f} CPU s a core (limit {CORE_SECONDS} for 300,000 releases; either limit will do)")
    print(f"  CPU for CPU: {fold.cpu / best.cpu:.1f} × the fold; warm {quicker:.1f} × less CPU time than cold (limit {WARM})")
    if added:
        share = added.cpu / best.cpu
        print(f"  import of a delta: {share:.1%} of the CPU time of cold, starting up included (limit {DELTA:.0%})")
    print(f"  peak {best.peak} MB a process (limit {PEAK_MB})")
    if count < LARGE:
        print(f"  limits are for {LARGE:,} releases or more; starting up weighs too much here")
        return best.peak <= PEAK_MB
    return (ratio >= RATIO or best.cpu / cores <= CORE_SECONDS) and quicker >= WARM and best.peak <= PEAK_MB


def _same(folder: Path) -> bool:
    ours, again, theirs = (json.loads((folder / f"{n}.json").read_bytes()) for n in ("cold", "again", "fold"))
    for found in (ours, again):  # the fold leaves out figures of an indicator that found nothing to measure
        found["Meta"] = {c: f for c, f in found["Meta"].items() if any(v is not None for v in f.values())}
    return bool(ours == again == theirs)


def fold(file: Path, out: Path) -> None:
    from cardinal_plain import plain

    with file.open("rb") as stream:
        out.write_bytes(orjson.dumps(plain(stream)))


def floor(file: Path) -> None:
    with file.open("rb") as stream:
        for line in stream:
            orjson.loads(line)


if __name__ == "__main__":
    if sys.argv[1] == "--fold":
        sys.path.insert(0, str(Path(__file__).parent))
        fold(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1] == "--floor":
        floor(Path(sys.argv[2]))
    elif sys.argv[1] == "--import":
        from litmus.procurement.corpus import opened

        with opened([Path(sys.argv[2])], cache=Path(sys.argv[3])):
            pass
    else:
        with tempfile.TemporaryDirectory() as name:
            sys.exit(0 if main(Path(sys.argv[1]), Path(name), Path(sys.argv[2]) if sys.argv[2:] else None) else 1)
