"""The report as a PDF: Typst with the data as a file of JSON, so that no text is ever read as markup. Tagged, PDF/UA-1."""

import datetime as dt
import shutil
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

import orjson

from litmus.publish.export.files import ExportError
from litmus.publish.report.content import writable

_NOON = dt.time(12, tzinfo=dt.UTC)


def pdf(data: dict[str, Any]) -> bytes:
    """The PDF of ``content.report_data``. The same data give the same bytes. Raises ExportError without typst."""
    try:
        import typst
    except ImportError as err:
        msg = "a report as PDF needs typst: pip install 'litmus-monitor[report]'"
        raise ExportError(msg) from err
    day = dt.datetime.combine(dt.date.fromisoformat(data["about"]["as_of"]), _NOON)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with resources.as_file(resources.files("litmus.publish.report").joinpath("report.typ")) as template:
            shutil.copyfile(template, folder / "report.typ")
        (folder / "data.json").write_bytes(orjson.dumps(writable(data)))
        document, moment = str(folder / "report.typ"), int(day.timestamp())
        made: bytes = typst.compile(
            document, root=name, format="pdf", ignore_system_fonts=True, pdf_standards="ua-1", timestamp=moment
        )
    return made
