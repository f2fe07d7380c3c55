"""Frames as files: CSV, JSON, XLSX, Parquet, and a Frictionless data package (Data Package 1.0, Table Schema 1.0)."""

import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from litmus.core.place import footnotes
from litmus.publish.export.frames import Cell, Column, Frame
from litmus.publish.model.parts import Edition

_PARQUET = {"string": "VARCHAR", "integer": "BIGINT", "date": "DATE"}
_SHEET_LIMIT = 32_767


class ExportError(ValueError):
    """An export that cannot be made here; the message says what to install or to change."""


def about(edition: Edition) -> dict[str, Any]:
    """What every export says of itself."""
    return {
        "snapshot": edition.snapshot,
        "as_of": edition.as_of,
        "known_at": edition.known_at,
        "regime": edition.regime,
        "litmus_version": edition.engine,
        "empty": "unknown or not applicable, never zero; a state column beside it says which",
        "notes": footnotes(("XK",)),
    }


def csv_text(frame: Frame) -> str:
    """A frame as CSV (RFC 4180, UTF-8, line feeds)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([c.name for c in frame.columns])
    writer.writerows(["" if x is None else x for x in row] for row in frame.rows)
    return out.getvalue()


def json_bytes(frames: tuple[Frame, ...], edition: Edition) -> bytes:
    """Every frame in one JSON object; unknown is null."""
    return orjson.dumps({"about": about(edition), **{f.name: f.records() for f in frames}}, option=orjson.OPT_INDENT_2) + b"\n"


def write_csv(frames: tuple[Frame, ...], edition: Edition, out: Path) -> list[Path]:
    """A CSV for each frame, and about.json."""
    made = [out / f"{f.name}.csv" for f in frames]
    for frame, path in zip(frames, made, strict=True):
        path.write_text(csv_text(frame), "utf-8")
    (out / "about.json").write_bytes(orjson.dumps(about(edition), option=orjson.OPT_INDENT_2) + b"\n")
    return [*made, out / "about.json"]


def write_package(frames: tuple[Frame, ...], edition: Edition, out: Path) -> list[Path]:
    """CSVs with a datapackage.json that says what every column means."""
    made = write_csv(frames, edition, out)
    (out / "datapackage.json").write_bytes(orjson.dumps(package(frames, edition), option=orjson.OPT_INDENT_2) + b"\n")
    return [*made, out / "datapackage.json"]


def package(frames: tuple[Frame, ...], edition: Edition) -> dict[str, Any]:
    """The descriptor of a Frictionless data package."""
    return {
        "profile": "tabular-data-package",
        "name": f"litmus-{edition.regime}",
        "title": f"Litmus verdicts, {edition.regime}, as of {edition.as_of}",
        "id": f"urn:sha256:{edition.snapshot}",
        "version": edition.as_of,
        "description": " ".join(["Empty cells are unknown or not applicable, never zero.", *about(edition)["notes"]]),
        "litmus": about(edition),
        "resources": [_resource(f) for f in frames],
    }


def _resource(frame: Frame) -> dict[str, Any]:
    text = csv_text(frame).encode()
    return {
        "profile": "tabular-data-resource",
        "name": frame.name,
        "title": frame.title,
        "path": f"{frame.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(text),
        "hash": f"sha256:{sha256(text).hexdigest()}",
        "schema": {"fields": [_field(c, frame.key) for c in frame.columns], "primaryKey": list(frame.key), "missingValues": [""]},
    }


def _field(column: Column, key: tuple[str, ...]) -> dict[str, Any]:
    kept = {"constraints": {"required": True}} if column.name in key else {}
    return {"name": column.name, "type": column.type, "description": column.doc, **kept}


def write_parquet(frames: tuple[Frame, ...], edition: Edition, out: Path) -> list[Path]:
    """A Parquet file for each frame; what about.json says stands in its metadata too."""
    import duckdb

    made = []
    told = orjson.dumps(about(edition)).decode().replace("'", "''")
    for frame in frames:
        con = duckdb.connect()
        try:
            con.execute(f"CREATE TABLE t ({', '.join(_quoted(c.name) + ' ' + _PARQUET[c.type] for c in frame.columns)})")
            if frame.rows:
                con.executemany(f"INSERT INTO t VALUES ({', '.join('?' for _ in frame.columns)})", [list(row) for row in frame.rows])  # noqa: S608 - our own column names
            made.append(out / f"{frame.name}.parquet")
            path = str(made[-1]).replace("'", "''")
            con.execute(f"COPY t TO '{path}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{litmus: '{told}'}})")
        finally:
            con.close()
    return made


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_xlsx(frames: tuple[Frame, ...], edition: Edition, out: Path) -> list[Path]:
    """One workbook: a sheet for each frame, one that says what the columns mean, one about the edition.

    Text stays text: a cell that begins with = is not taken for a formula. Raises ExportError without openpyxl.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as err:
        msg = "XLSX needs openpyxl: pip install 'litmus-monitor[xlsx]'"
        raise ExportError(msg) from err
    book = Workbook()
    book.remove(book.active)
    for frame in frames:
        sheet = book.create_sheet(frame.name)
        _put(sheet, [tuple(c.name for c in frame.columns), *frame.rows])
        sheet.freeze_panes = "A2"
    columns = [(f.name, c.name, c.type, c.doc) for f in frames for c in f.columns]
    _put(book.create_sheet("columns"), [("table", "column", "type", "what it means"), *columns])
    told = [(k, " ".join(v) if isinstance(v, list) else str(v)) for k, v in about(edition).items()]
    _put(book.create_sheet("about"), [("what", "is"), *told])
    path = out / "litmus.xlsx"
    book.save(path)
    return [path]


def _put(sheet: Any, rows: list[tuple[Cell, ...]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped,import-not-found,unused-ignore]

    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(r, c)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:_SHEET_LIMIT] if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"


def write_json(frames: tuple[Frame, ...], edition: Edition, out: Path) -> list[Path]:
    """One JSON file."""
    path = out / "litmus.json"
    path.write_bytes(json_bytes(frames, edition))
    return [path]
