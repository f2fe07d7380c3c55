"""Lines of text as markup. Every name and note of the record passes through ``escape`` here or in a template."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from litmus.publish.model.parts import Line

FILES = (".csv", ".json", ".atom", ".svg")
GLYPHS = {"met": "m", "not": "n", "open": "o", "na": "x"}
SIGNS = {"known": "● ", "contested": "≠ ", "stale": "○ "}
#: Runs that lead here are names, ids and quotations of the record: no catalogue touches them.
OF_THE_RECORD = ("p/", "f/", "s/", "http://", "https://")


@dataclass(frozen=True, slots=True)
class Way:
    """From a page to the root of its language (``root``) and to the root of the site (``base``), where data and styles lie."""

    root: str
    base: str


def href(to: str, way: Way) -> str:
    """The address to write into an attribute; only our own pages and web addresses are followed."""
    if to.startswith(("http://", "https://")):
        return str(escape(to))
    path, mark, fragment = to.partition("#")
    is_file = path.endswith(FILES)
    return str(escape(f"{way.base if is_file else way.root}{path}{'' if is_file else '.html'}{mark}{fragment}"))


def glyph(mark: str) -> str:
    """The sign of an answer: a disc (met), a square (not met), a half disc with hatch (open), a dash (not addressed)."""
    return f'<svg class="g {mark}"><use href="#{GLYPHS[mark]}"/></svg>'


@lru_cache(maxsize=100_000)
def _run(text: str, to: str, mark: str, way: Way) -> str:
    inner = str(escape(SIGNS.get(mark, "") + text))
    if mark in GLYPHS:
        inner = f"{glyph(mark)}{inner}"
    if to:
        kind = f' class="{mark}"' if mark else ""
        if to.startswith(("http://", "https://")):
            return f'<a{kind} rel="external noreferrer" href="{href(to, way)}">{inner}</a>'
        return f'<a{kind} href="{href(to, way)}">{inner}</a>'
    if mark == "strong":
        return f"<strong>{inner}</strong>"
    return f'<span class="{mark}">{inner}</span>' if mark else inner


def inliner(way: Way, word: Callable[[str], str]) -> Callable[[Line], Markup]:
    """The function that turns a line into markup, for pages that lie at a depth, in a language."""

    def inline(runs: Line) -> Markup:
        shown = [_run(r.text if r.to.startswith(OF_THE_RECORD) else word(r.text), r.to, r.mark, way) for r in runs]
        return Markup("".join(shown))  # noqa: S704 - _run escapes every text

    return inline
