"""A whole site into a folder."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import orjson

from litmus.publish.model.book import Book
from litmus.publish.model.contents import addresses, build
from litmus.publish.model.parts import Page, VerdictPage
from litmus.publish.site import data, tables
from litmus.publish.site.languages import LANGUAGES
from litmus.publish.site.render import Site, folder, make_site, render
from litmus.publish.site.svg import card_svg

ASSETS = ("style.css", "litmus.js", "icon.svg")


class NotOurs(ValueError):
    """The folder holds something that Litmus did not write."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written."""

    pages: int
    files: int
    size: int


def asset(name: str) -> bytes:
    """One of the files that every page uses."""
    return resources.files("litmus.publish.site").joinpath(f"assets/{name}").read_bytes()


def fonts() -> list[str]:
    """The font files and their licences."""
    folder = resources.files("litmus.publish.site").joinpath("assets")
    return sorted(f.name for f in folder.iterdir() if f.name.endswith(".woff2") or f.name.startswith("OFL-"))


def sites(book: Book, languages: Iterable[str], *, live: bool = False) -> dict[str, Site]:
    """The same edition in each language, English always and first. KeyError for a language that does not ship."""
    codes = tuple(c for c in LANGUAGES if c == "en" or c in set(languages))
    procurement = book.procured is not None
    return {c: make_site(book.edition, live=live, language=c, languages=codes, procurement=procurement) for c in codes}


def files_of(book: Book, made: dict[str, Site], page: Page) -> Iterator[tuple[str, bytes]]:
    """A page in every language, with everything beside it."""
    address = page.head.address
    for code, site in made.items():
        yield f"{folder(code)}{address}.html", render(site, page).encode()
    yield from beside(book, page)


def beside(book: Book, page: Page) -> Iterator[tuple[str, bytes]]:
    """What lies beside a page: its data, its feed, its card."""
    address = page.head.address
    yield f"{address}.json", data.page_json(page, book.edition)
    yield f"{address}.csv", data.page_csv(page).encode()
    if page.head.feed:
        yield page.head.feed, data.feed(page.head, book.edition, data.feed_entries(book, address)).encode()
    if isinstance(page, VerdictPage):
        yield f"{address}.svg", card_svg(page, book.edition).encode()


def whole_data(book: Book, records: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """The tables of the whole edition."""
    yield "data/verdicts.csv", tables.verdicts_csv(book).encode()
    yield "data/verdicts.json", orjson.dumps(records, option=orjson.OPT_INDENT_2)
    yield "data/facts.csv", tables.facts_csv(book).encode()
    yield "data/sources.csv", tables.sources_csv(book).encode()


def publish(
    book: Book, out: Path, tell: Callable[[int, str], None] = lambda _n, _a: None, languages: Iterable[str] = LANGUAGES
) -> Published:
    """Write the site. The folder must be empty, absent, or an earlier site of ours. Raises NotOurs."""
    if out.exists() and any(out.iterdir()) and not (out / "litmus-site.json").is_file():
        msg = f"{out} is not empty and holds no earlier Litmus site; name an empty folder"
        raise NotOurs(msg)
    out.mkdir(parents=True, exist_ok=True)
    made_sites = sites(book, languages)
    pages = count = size = 0
    records = []
    made: set[Path] = set()

    def put(name: str, body: bytes) -> None:
        nonlocal count, size
        path = out / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(body)
        count, size = count + 1, size + len(body)

    for n, address in enumerate(addresses(book)):
        tell(n, address)
        page = build(book, address)
        pages += 1
        if isinstance(page, VerdictPage):
            records.append(page.record)
        for name, body in files_of(book, made_sites, page):
            put(name, body)
    for name in ASSETS:
        put(name, asset(name))
    for name in fonts():
        put(f"fonts/{name}", asset(name))
    for name, body in whole_data(book, records):
        put(name, body)
    put("litmus-site.json", orjson.dumps(book.edition, option=orjson.OPT_INDENT_2))
    return Published(pages, count, size)


def freeze(out: Path, edition_name: str) -> Path:
    """A dated copy of a published site that later editions leave alone. Raises NotOurs when there is one already."""
    target = out / "at" / edition_name
    if target.exists():
        msg = f"{target} exists already; a frozen edition is never written again"
        raise NotOurs(msg)
    shutil.copytree(out, target, ignore=lambda folder, _names: ["at"] if Path(folder) == out else [])
    return target
