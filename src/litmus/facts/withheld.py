"""Confidential evidence: the public sees that a row exists, who vouches for it and what rests on it; its holder can prove it.

A withheld row is replaced by a *commitment*, SHA-256 over a secret of 32 random bytes and the row's canonical text: the
secret keeps outsiders from guessing a row from its hash, and the hash keeps the holder from changing the row later. The
identity of the evidence covers the commitment, never the row, so that both sides speak of the same snapshot.
"""

import csv
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from litmus.facts.dossier import Dossier, read_dossier
from litmus.facts.fault import Fault
from litmus.facts.identity import row_bytes
from litmus.facts.row import Row
from litmus.facts.schema import tables

SECRETS = "secrets.csv"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Evidence with the withheld rows that its reader holds: their ids, and what did not fit."""

    dossier: Dossier
    ids: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = field(default=())


def commitment(secret: bytes, row: Row) -> str:
    """The commitment to a row, in hexadecimal."""
    return sha256(secret + row_bytes(row.table, row.values)).hexdigest()


def disclose(folders: Sequence[Path], confidential: Path) -> Disclosed:
    """Evidence together with a folder of rows that the public does not have. A row that does not fit its commitment is a fault."""
    dossier = read_dossier([*folders, confidential])
    stubs = {r.id: r for r in dossier.rows["withheld"]}
    keys, faults = _secrets(confidential / SECRETS)
    ids: set[str] = set()
    for table, rows in dossier.rows.items():
        kept = []
        for row in rows:
            if row.id not in keys or table == "withheld":
                kept.append(row)
                continue
            fault = _misfit(row, stubs.get(row.id), keys[row.id])
            if fault is None:
                ids.add(row.id)
                kept.append(row)
            else:
                faults.append(fault)
        dossier.rows[table] = kept
    here = {row.id for rows in dossier.rows.values() for row in rows}
    absent = "no row of this id in the folder; add its line to a table's file"
    faults += [Fault(f"{confidential.name}/{SECRETS}", 0, "id", name, absent, holds_row=False) for name in keys if name not in here]
    dossier.faults += faults
    return Disclosed(dossier, frozenset(ids), tuple(faults))


def _misfit(row: Row, stub: Row | None, secret: bytes) -> Fault | None:
    if stub is None:
        return Fault(row.file, row.line, "id", row.id, "no commitment to this row in the public evidence; it must not decide anything")
    if commitment(secret, row) != stub.values["commitment"]:
        said = f"the row is not the one that {stub.values['attested_by']} committed to ({stub.file}:{stub.line}); bring the original"
        return Fault(row.file, row.line, "id", row.id, said)
    return None


def _secrets(path: Path) -> tuple[dict[str, bytes], list[Fault]]:
    name = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        return {}, [Fault(name, 0, "", "", "the file of secrets is missing; it has the columns id, secret", holds_row=False)]
    found: dict[str, bytes] = {}
    faults = []
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), 2):
            try:
                found[row["id"]] = bytes.fromhex(row["secret"])
            except (KeyError, ValueError, TypeError):
                faults.append(Fault(name, line, "secret", str(row.get("secret")), "expected columns id, secret with hexadecimal text"))
    return found, faults


def withhold(folder: Path, ids: Iterable[str], authority: str, public: Path, keep: Path, day: str) -> int:
    """Split a folder: everything but the rows of these ids goes to ``public``, those rows and their secrets to ``keep``.

    Returns how many rows were withheld. Raises ValueError for an id that no row has, for a folder with faults, and for
    target folders that exist: nothing is overwritten.
    """
    wanted = set(ids)
    dossier = read_dossier([folder])
    rows = {r.id: r for t, found in dossier.rows.items() if tables()[t].is_fact for r in found if r.id in wanted}
    if missing := wanted - set(rows):
        msg = f"{folder}: no fact row has the id {', '.join(sorted(missing))}"
        raise ValueError(msg)
    for target in (public, keep):
        if target.exists():
            msg = f"{target} exists; name a new folder, nothing is overwritten"
            raise ValueError(msg)
    keep.mkdir(parents=True, mode=0o700)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        _split(path, path.relative_to(folder), wanted, public, keep)
    with (keep / SECRETS).open("w", encoding="utf-8", newline="") as stream:
        told = csv.writer(stream, lineterminator="\n")
        told.writerow(["id", "secret"])
        stubs = []
        for row in (rows[i] for i in sorted(rows)):
            secret = secrets.token_bytes(32)
            told.writerow([row.id, secret.hex()])
            stubs.append([row.id, row.place, row.table, commitment(secret, row), authority, day])
    target = public / "withheld.csv"
    fresh = not target.exists()
    with target.open("a", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        if fresh:
            out.writerow(["id", "place", "of_table", "commitment", "attested_by", "known_from"])
        out.writerows(stubs)
    return len(rows)


def _split(path: Path, name: Path, wanted: set[str], public: Path, keep: Path) -> None:
    """Copy a file; of a table's file the wanted rows go to the other side. Lines stay as they were written."""
    (public / name).parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".csv":
        (public / name).write_bytes(path.read_bytes())
        return
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    at = lines[0].index("id") if lines and "id" in lines[0] else None
    held = [line for line in lines[1:] if at is not None and len(line) > at and line[at] in wanted]
    _write(public / name, [line for line in lines if line not in held])
    if held:
        (keep / name).parent.mkdir(parents=True, exist_ok=True)
        _write(keep / name, [lines[0], *held])


def _write(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)
