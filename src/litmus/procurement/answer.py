"""What the verb `flags` answers: Cardinal's form of output, or the native one, with what to say about the reading."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from litmus.imports.procured import find_files, read_files
from litmus.procurement.cardinal import EVERYTHING, indicators, output, read_settings, summary
from litmus.procurement.corpus import cache_folder, opened
from litmus.procurement.load import loaded
from litmus.procurement.native import judge, read_parameters, report

if TYPE_CHECKING:
    from litmus.procurement.views import Known

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of the answer, lines for standard error, and how many records were left out."""

    text: bytes
    said: list[str]
    held: int


def cardinal_answer(paths: list[Path], settings: Path | None, *, threads: int = 0, fresh: bool = False) -> Answer:
    """Cardinal's eleven indicators over files of compiled releases. Raises SettingsFault or OSError."""
    wanted = read_settings(settings) if settings else EVERYTHING
    with opened(paths, cache=None if fresh else cache_folder(), threads=threads) as corpus:
        found = output(indicators(corpus, wanted), wanted)
        tally, told = corpus.tally, corpus.told
    said = [f"{tally.lines:,} lines = {tally.releases:,} releases + {tally.fault_count:,} faults"]
    said += summary(told)
    said += [f"{n:,} × {path}: not of the type that the standard gives; left out" for path, n in sorted(tally.wrong.items())]
    said += [str(f) for f in tally.faults[:SHOWN]]
    if tally.fault_count > SHOWN:
        said.append(f"… and {tally.fault_count - SHOWN:,} more faults")
    return Answer(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE), said, tally.fault_count)


def native_answer(
    paths: list[Path], settings: Path | None, mapping: Path | None, *, threads: int = 0, known: "Known | None" = None
) -> Answer:
    """Every flag over files of any supported format, by process. Raises SettingsFault or OSError.

    ``known``: names and holdings in which the suppliers' ultimate parents are looked up; None leaves L07 unknown.
    """
    given = read_parameters(settings.read_bytes(), str(settings)) if settings else {}
    find_files(paths)
    with loaded(read_files(paths, mapping), threads=threads) as (con, receipt):
        if known:
            from litmus.procurement.parents import fill_parents

            fill_parents(con, *known)
        judge(con, given)
        found = report(con)
    said = [f"{receipt.records:,} records = {receipt.notices:,} rows + {receipt.held:,} faults"]
    if receipt.superseded:
        said.append(f"{receipt.superseded:,} × repeated ocid: only the last release counts")
    said += [f"{n:,} × {column}: {why}" for (column, why), n in receipt.coerced.most_common(SHOWN)]
    said += [str(f) for f in receipt.faults if f.holds_row][:SHOWN]
    return Answer(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE), said, receipt.held)
