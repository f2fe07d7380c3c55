"""Verbs of the store: add, faults, log, sweep."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litmus.cli_common import FAULT, fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from litmus.imports.declared import Declaration
    from litmus.store import Progress, Receipt
    from litmus.store.log import Commit

_STORE = click.option("--store", "folder", metavar="DIR", required=True, help="The store's folder.")
_TTY_SECONDS, _PLAIN_SECONDS = 0.5, 10.0
_BAR = 20


@click.command()
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--store", "folder", metavar="DIR", required=True, help="The store's folder; made when it is new.")
@click.option("--threads", type=click.IntRange(1), default=1, show_default=True, help="Threads for writing segments.")
@click.option("--as", "format_", metavar="FORMAT", help="Parties and holdings of others: bods, gleif, ftm, opensanctions, holdings.")
@click.option("--source", "ident", metavar="ID", default="", help="With --as: the id of the files' row in source.csv.")
@click.option("--known-from", metavar="DAY", default="", help="With --as: since when this is known, where a record has no date.")
@click.option("--grade", metavar="A1…F6", default="", help="With --as: how reliable the source is, and how credible what it says.")
@click.option("--place", metavar="CODE", default="XW", show_default=True, help="With --as: the place of the facts.")
@click.option("--described-elsewhere", is_flag=True, help="With --as: other files describe the parties that these only name.")
def add(names: tuple[str, ...], folder: str, threads: int, format_: str | None, **told: Any) -> None:
    """Add evidence to a store: dossier folders (or names that ship), CSV, XLSX and JSON-lines tables, also packed with gzip.

    With --as, records of others: BODS 0.4, GLEIF (entities, relationships, reporting exceptions), FollowTheMoney lines,
    OpenSanctions exports, a plain table of holdings; their source and grade must be said, and source.csv must name the source.

    A file is named after its table; each line of JSON may name its own under "table", each sheet of a workbook is named after
    one. What cannot be read is kept as a fault: lines in = rows + faults + duplicates. Adding a file twice adds nothing, and
    an import that was cut off goes on where it stopped. Exit code 3 when there are faults.
    """
    from litmus.facts.dossier import locate
    from litmus.store import add as add_files
    from litmus.store import make_store

    try:
        told_of = _declaration(format_, **told)
        paths = [Path(n) if Path(n).is_file() else locate(n) for n in names]
        done = add_files(make_store(Path(folder)), paths, _teller(), threads=threads, told=told_of)
    except (ValueError, OSError) as err:
        fail(str(err))
        return
    except KeyboardInterrupt:
        fail("stopped; what was committed is in, run the same command again to go on from there")
        return
    for line in _receipt(done, folder):
        click.echo(line)
    sys.exit(FAULT if done.faults or done.notes else 0)


def _declaration(format_: str | None, ident: str, known_from: str, grade: str, place: str, described_elsewhere: bool) -> Declaration | None:
    """What the files were said to be. Raises ValueError when it was said by half."""
    from litmus.imports.declared import declaration

    if format_ is None:
        if ident or known_from or grade:
            msg = "--source, --known-from and --grade speak of records of others; say what they are with --as"
            raise ValueError(msg)
        return None
    if not (ident and known_from and grade):
        msg = "--as needs --source, --known-from and --grade: nothing about a source is guessed"
        raise ValueError(msg)
    return declaration(format_, ident, known_from, grade, place, described=not described_elsewhere)


def _receipt(done: Receipt, folder: str) -> list[str]:
    lines = [f"{done.records:,} records = {done.rows:,} rows + {done.faults:,} faults + {done.duplicates:,} duplicates"]
    if done.skipped:
        lines.append(f"{done.skipped:,} files were in already")
    if done.notes:
        lines.append(f"{done.notes:,} faults that hold no record back (a file, a column)")
    if done.faults or done.notes:
        lines.append(f"`litmus faults --store {folder}` lists the faults")
    if done.commit is None:
        lines.append("nothing to add; no commit")
    else:
        lines.append(f"commit {done.commit.number}, {done.commit.id[:16]}")
    return lines


def _teller() -> Callable[[Progress], None]:
    """Progress on standard error: a line that redraws itself on a terminal, a line now and then elsewhere."""
    terminal = sys.stderr.isatty()
    began = last = time.monotonic()

    def tell(at: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        final = at.bytes >= at.total and not at.file
        if now - last < (_TTY_SECONDS if terminal else _PLAIN_SECONDS) and not (final and terminal):
            return
        last = now
        line = progress_line(at, now - began)
        if terminal:
            sys.stderr.write("\r\033[K" + ("" if final else line[:100]))
            sys.stderr.flush()
        else:
            sys.stderr.write(line + "\n")

    return tell


def progress_line(at: Progress, seconds: float) -> str:
    """Bytes, rows, faults, and how long it will still take at the pace so far."""
    part = min(1.0, at.bytes / at.total) if at.total else 1.0
    left = f"{seconds * (1 - part) / part:.0f} s left" if part > 0 and seconds > 0 else "…"
    bar = "█" * int(_BAR * part) + "░" * (_BAR - int(_BAR * part))
    size = f"{at.bytes / 1e6:,.1f} of {at.total / 1e6:,.1f} MB"
    return f"{bar} {part:4.0%} {size} · {at.rows:,} rows · {at.faults:,} faults · {left} · {at.file}"


@click.command()
@_STORE
@click.option("--retry", "again", is_flag=True, help="Read what was held back once more, and add what can now be read.")
@click.option("--raw", is_flag=True, help="Show each line as it stands in the input.")
def faults(folder: str, again: bool, raw: bool) -> None:
    """List what could not be read: file, line, column, what was found, what was expected. Exit code 3 when there is any."""
    from litmus.store import StoreError, open_store, retry
    from litmus.store import faults as open_faults
    from litmus.store.faultlog import raw_bytes

    try:
        store = open_store(Path(folder))
        if again:
            for line in _receipt(retry(store), folder):
                click.echo(line)
        found = open_faults(store)
        for kept in found:
            click.echo(f"{kept.fault}  (commit {kept.commit})")
            if raw and kept.fault.line:
                click.echo("    " + raw_bytes(store, kept).decode("utf-8", "backslashreplace").rstrip("\r\n")[:500])
    except StoreError as err:
        fail(str(err))
        return
    held = len({kept.place for kept in found if kept.fault.holds_row})
    click.echo(f"{len(found):,} faults, {held:,} records held back" if found else "no faults")
    sys.exit(FAULT if found else 0)


@click.command()
@_STORE
@click.option("--files", is_flag=True, help="Name the inputs of each commit.")
def log(folder: str, files: bool) -> None:
    """List the commits of a store, oldest first: what each added, and the snapshot as of it."""
    from litmus.store import StoreError, open_store

    try:
        store = open_store(Path(folder))
        for commit in store.commits():
            click.echo(f"{commit.number:>5}  {commit.made}  snapshot {store.snapshot(commit.number).id[:16]}  {_commit_line(commit)}")
            for source in commit.draft.sources if files else ():
                so_far = "" if source.complete else f", read to line {source.line}"
                click.echo(f"         {source.name}  {source.bytes:,} bytes  sha256 {source.sha256[:16]}{so_far}")
    except StoreError as err:
        fail(str(err))


def _commit_line(commit: Commit) -> str:
    tally, files = commit.tally, len({s.name for s in commit.draft.sources})
    told = [f"{tally.rows:,} rows"]
    told += [f"{tally.faults:,} faults"] if tally.faults else []
    told += [f"{tally.duplicates:,} duplicates"] if tally.duplicates else []
    return f"{', '.join(told)} from {files} file{'' if files == 1 else 's'}"


@click.command()
@_STORE
@click.option("--list", "only_list", is_flag=True, help="Name the files, remove nothing.")
def sweep(folder: str, only_list: bool) -> None:
    """Remove what killed imports left behind: files that no commit names and that are older than a day."""
    from litmus.store import StoreError, open_store
    from litmus.store import sweep as sweep_store

    try:
        store = open_store(Path(folder))
        found = sweep_store(store, remove=not only_list)
    except StoreError as err:
        fail(str(err))
        return
    for path in found:
        click.echo(path.relative_to(store.root))
    click.echo(f"{len(found)} files {'could be removed' if only_list else 'removed'}")
