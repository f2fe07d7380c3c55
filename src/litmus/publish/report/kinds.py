"""The kinds of file that a report can be."""

from typing import Any

from litmus.publish.report.html import html
from litmus.publish.report.pdf import pdf
from litmus.publish.report.word import docx

KINDS = {"pdf": pdf, "docx": docx, "html": html}


def made(data: dict[str, Any], kind: str) -> bytes:
    """The bytes of ``content.report_data`` as ``pdf``, ``docx`` or ``html``. ExportError where a package is missing."""
    return KINDS[kind](data)
