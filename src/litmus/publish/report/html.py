"""The report as one HTML file: no script, no font and no picture from elsewhere; every text of the record is escaped by the template."""

from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from litmus.publish.report.content import writable

GLYPHS = {"met": "●", "not": "■", "open": "◐"}
_NARROWEST = 0.6


def html(data: dict[str, Any]) -> bytes:
    """The page of ``content.report_data``, UTF-8. The same data give the same bytes."""
    said = writable(data)
    told = {v["clause"] for g in said["groups"] for v in g["verdicts"]}
    cited = {s["n"] for s in said["sources"]}
    return _template().render(d=said, w=said["words"], told=told, cited=cited, css=_css()).encode()


@cache
def _template() -> Template:
    room = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    room.globals |= {"glyphs": GLYPHS, "bar": _bar, "percent": _percent, "is_web": _is_web}
    return room.from_string(_read("report.html"))


@cache
def _css() -> Markup:
    return Markup(_read("report.css"))  # noqa: S704 - a file of ours


def _read(name: str) -> str:
    return resources.files("litmus.publish.report").joinpath(name).read_text("utf-8")


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _percent(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def _bar(bar: dict[str, Any], side: str) -> dict[str, Any]:
    """Where the parts of a bar begin and how wide they are, in per cent of the scale."""
    wide = max(_NARROWEST, (bar["hi"] - bar["lo"]) * 100)
    start = min(bar["lo"] * 100, 100 - wide)
    low, high = ("met", "not") if side == "low" else ("not", "met")
    line = None if bar["target"] is None else _percent(bar["target"])
    sided = line is not None and side != "point"
    rest = _percent(1 - bar["target"]) if sided else ""
    return {"x": _percent(start / 100), "wide": _percent(wide / 100), "line": line, "sided": sided, "rest": rest, "low": low, "high": high}
