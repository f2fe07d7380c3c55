"""Pages to HTML. Templates are compiled once; what every page shares is rendered once for each depth and language."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from litmus.core.place import places
from litmus.publish.model.cite import cite
from litmus.publish.model.parts import (
    ClausePage,
    ComparePage,
    CountryPage,
    Edition,
    EssayPage,
    Grid,
    Head,
    Line,
    MatrixRow,
    Page,
    RegionPage,
    SheetPage,
    Text,
    VerdictPage,
    plain,
)  # fmt: skip
from litmus.publish.site.inline import Way, inliner
from litmus.publish.site.languages import LANGUAGES, Catalogue, alphabet, catalogue
from litmus.publish.site.svg import SYMBOLS, chart_svg, map_svg, timeline_svg

NAV = ("region", "verdicts", "clauses", "evidence", "parties", "procurement", "compare", "essay", "changes", "method", "downloads")
_TO = {"region": "index", "evidence": "evidence/index", "parties": "evidence/parties", "procurement": "procurement/index"}
_TEMPLATES = {
    VerdictPage: "verdict.html", RegionPage: "region.html", CountryPage: "country.html", ClausePage: "clause.html", EssayPage: "essay.html",
    ComparePage: "compare.html",
}  # fmt: skip
#: Pages whose title is a name or a sentence of the record.
_OF_THE_RECORD = {"party", "fact", "source", "process", "buyer", "supplier", "flag"}
_BY_NAME = {"evidence/parties", "evidence/sources"}


@cache
def strings(language: str = "en") -> SimpleNamespace:
    """The words of the pages' frame in a language; English where the catalogue has none."""
    text = resources.files("litmus.publish.site").joinpath("strings_en.toml").read_text("utf-8")
    word = catalogue(language).word
    return SimpleNamespace(**{k: word(v) for k, v in tomllib.loads(text).items()})


@cache
def environment(language: str = "en") -> Environment:
    """The templates. Everything is escaped; a name that a template does not know is an error."""
    env = Environment(
        loader=PackageLoader("litmus.publish.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False,
    )  # fmt: skip
    word = catalogue(language).word
    env.filters["groupby_order"] = _grouped
    env.filters["w"] = word
    env.globals["t"] = strings(language)
    env.globals["lang"] = LANGUAGES[language][1]
    env.globals["en"] = "" if language == "en" else Markup(' lang="en"')
    env.globals["names"] = {code: word(p.name) for code, p in places().items()}
    return env


def _grouped(rows: Iterable[MatrixRow]) -> list[tuple[str, list[MatrixRow]]]:
    return [(name, list(found)) for name, found in groupby(rows, key=lambda r: r.group)]


@dataclass(frozen=True, slots=True)
class Depth:
    """What pages of one depth share: the way up to the roots, the frame around the page, and the functions that draw."""

    way: Way
    shared: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """An edition ready to be rendered in one of its languages. ``live`` pages have a search and a form."""

    edition: Edition
    live: bool
    words: Catalogue
    languages: tuple[str, ...]
    depths: tuple[Depth, ...]
    templates: dict[str, Template]
    procurement: bool = False


def make_site(
    edition: Edition, *, live: bool = False, language: str = "en", languages: tuple[str, ...] = ("en",), procurement: bool = False
) -> Site:
    """Compile the templates and render the frames. ``languages`` are those that the switch offers."""
    env = environment(language)
    names = [*_TEMPLATES.values(), "sheet.html", "search.html"]
    made = Site(edition, live, catalogue(language), languages, (), {n: env.get_template(n) for n in names}, procurement)
    return replace(made, depths=tuple(_depth(d, made) for d in range(3)))


def folder(language: str) -> str:
    """Where the pages of a language lie: English at the root, the others in a folder of their own."""
    return "" if language == "en" else f"{language}/"


def _depth(depth: int, site: Site) -> Depth:
    code = site.words.code
    root = "../" * depth
    way = Way(root, root + "../" * (code != "en"))
    env = environment(code)
    t = strings(code)
    links = [(getattr(t, f"nav_{n}"), _TO.get(n, n)) for n in NAV if n != "procurement" or site.procurement]
    common = {"root": root, "base": way.base, "e": site.edition, "live": site.live, "links": links, "reviewed": site.words.reviewed}
    common["symbols"] = Markup(SYMBOLS)  # noqa: S704 - our own constant
    frame = SimpleNamespace(**{n: Markup(env.get_template(f"frame_{n}.html").render(common)) for n in ("top", "foot")})  # noqa: S704 - rendered
    inline = inliner(way, site.words.word)
    switch = [(LANGUAGES[c], way.base + folder(c)) for c in site.languages if c != code]
    return Depth(way, {
        **common, "frame": frame, "inline": inline, "say": inliner(way, str), "chart": lambda c: chart_svg(c, site.words.word),
        "map": lambda m: map_svg(m, way, site.words.word), "timeline": lambda x: timeline_svg(x, way, site.words.word),
        "rows": rows_of(inline, site.words.word), "none_section": _none(t), "switch": switch, "own": LANGUAGES[code][0],
    })  # fmt: skip


def _none(t: SimpleNamespace) -> Markup:
    return Markup("<section id='evidence'><h2>{}</h2><p class='none'>{}</p></section>").format(t.nav_evidence, t.verdict_evidence_none)


def rows_of(inline: Callable[[Line], Markup], word: Callable[[str], str]) -> Callable[[Grid], Markup]:
    """A table's section, written without a template: verdict pages are many."""

    def rows(g: Grid) -> Markup:
        if not g.rows:
            return Markup("")
        head = "".join([f'<th scope="col">{escape(word(c))}</th>' for c in g.columns])
        seen: set[str] = set()
        body = "".join(["<tr><td>" + "</td><td>".join([inline(_first(c, seen)) for c in row]) + "</td></tr>\n" for row in g.rows])
        note = f'<p class="key">{inline(g.note)}</p>' if g.note else ""
        table = f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        return Markup(f'<section id="{escape(g.id)}"><h2>{escape(word(g.title))}</h2>{table}{note}</section>')  # noqa: S704 - all escaped

    return rows


def _first(runs: Line, seen: set[str]) -> Line:
    """The line with a party linked where the table first names it: the same link in row after row is only weight and stops."""
    shown = tuple(Text(r.text, "", r.mark) if r.to in seen else r for r in runs)
    seen.update(r.to for r in runs if r.to.startswith("p/"))
    return shown


def _title(site: Site, page: Page) -> str:
    word = site.words.word
    if isinstance(page, VerdictPage):
        return f"{word(page.clause.text)}: {word(page.place.text)}"
    return page.head.title if page.head.kind in _OF_THE_RECORD else word(page.head.title)


def _sorted(site: Site, page: Page) -> Page:
    """Registers of names in the alphabetical order of the language."""
    if not isinstance(page, SheetPage) or page.head.address not in _BY_NAME:
        return page
    key = alphabet(site.words.code)
    return replace(page, grids=tuple(replace(g, rows=tuple(sorted(g.rows, key=lambda r: key(plain(r[0]))))) for g in page.grids))


def render(site: Site, page: Page, **more: Any) -> str:
    """The HTML of a page."""
    page = _sorted(site, page)
    return _render(site, page.head, _title(site, page), _TEMPLATES.get(type(page), "sheet.html"), page=page, **more)


def render_search(site: Site, head: Head, query: str, hits: list[Any]) -> str:
    """The HTML of what a search found."""
    return _render(site, head, site.words.word(head.title), "search.html", query=query, hits=hits)


def _render(site: Site, head: Head, title: str, template: str, **more: Any) -> str:
    cited = cite(head, site.edition)
    shared = site.depths[head.address.count("/")].shared
    return site.templates[template].render(shared, head=head, title=title, cited=cited, **more)
