"""The pages live, as a small Starlette application. It reads only, asks nobody, and remembers what it has made.

Addresses are those of the static site, so a link works in both. A page is made when it is first asked for, in a thread,
and kept; the number of addresses is fixed by the edition, so what is kept is bounded. Every header is set here.
"""

import hashlib
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from litmus.publish.model.book import Book
from litmus.publish.model.contents import addresses, build
from litmus.publish.model.general import compare_page
from litmus.publish.model.parts import VerdictPage
from litmus.publish.site.languages import LANGUAGES
from litmus.publish.site.render import Site, render, render_search
from litmus.publish.site.write import ASSETS, asset, beside, fonts, sites, whole_data
from litmus.web.search import LONGEST, Index, make_index, search

KEPT_COMPARISONS = 64
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()", "cache-control": "no-cache",
}  # fmt: skip
KINDS = {
    "html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv; charset=utf-8; header=present",
    "atom": "application/atom+xml; charset=utf-8", "svg": "image/svg+xml; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "woff2": "font/woff2", "txt": "text/plain; charset=utf-8",
}  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]", "testserver")


@dataclass(frozen=True, slots=True)
class Kept:
    """A body that was made once, with its type and its tag."""

    body: bytes
    kind: str
    tag: str


@dataclass
class Pages:
    """Everything that can be asked for, made when it is asked for."""

    book: Book
    made: dict[str, Kept] = field(default_factory=dict)
    compared: dict[tuple[str, ...], Kept] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    @cached_property
    def sites(self) -> dict[str, Site]:
        """The frames of every language."""
        return sites(self.book, LANGUAGES, live=True)

    @cached_property
    def known(self) -> frozenset[str]:
        """Every address of the edition."""
        return frozenset(addresses(self.book))

    @cached_property
    def index(self) -> Index:
        """What a search looks through."""
        with self.lock:
            return make_index(self.book)

    @cached_property
    def files(self) -> dict[str, str]:
        """The fixed files by address, with their names among the assets."""
        return {**{n: n for n in ASSETS}, **{f"fonts/{n}": n for n in fonts()}}

    def get(self, path: str) -> Kept | None:
        """What stands at a path, or None. Only addresses of the edition and the fixed files are looked at."""
        with self.lock:
            if path not in self.made:
                self._make(path)
            return self.made.get(path)

    def _make(self, path: str) -> None:
        if path in self.files:
            self.made[path] = keep(asset(self.files[path]), path)
            return
        if path.startswith("data/"):
            wanted = self._records() if path == "data/verdicts.json" else []
            found = dict(whole_data(self.book, wanted))
            if path in found:
                self.made[path] = keep(found[path], path)
            return
        language, _, rest = path.partition("/")
        code, rest = (language, rest) if language in LANGUAGES and language != "en" else ("en", path)
        address, dot, ending = rest.rpartition(".")
        if not dot or address not in self.known or (code != "en" and ending != "html"):
            return
        page = build(self.book, address)
        if ending == "html":
            self.made[path] = keep(render(self.sites[code], page).encode(), path)
        else:
            self.made |= {name: keep(body, name) for name, body in beside(self.book, page)}

    def _records(self) -> list[dict[str, object]]:
        pages = (build(self.book, f"v/{p}/{c}") for p, c in self.book.verdicts)
        return [p.record for p in pages if isinstance(p, VerdictPage)]

    def compare(self, chosen: tuple[str, ...], language: str) -> Kept:
        """Places side by side, those chosen; the newest comparisons are kept."""
        key = (language, *chosen)
        with self.lock:
            if key not in self.compared:
                page = compare_page(self.book, chosen)
                if len(self.compared) >= KEPT_COMPARISONS:
                    self.compared.pop(next(iter(self.compared)))
                self.compared[key] = keep(render(self.sites[language], page).encode(), "compare.html")
            return self.compared[key]

    def found(self, question: str, language: str) -> Kept:
        """The page of a search."""
        hits = search(self.index, question)
        head = self.book.head("search", "search", "Search", places=self.book.places)
        return keep(render_search(self.sites[language], head, question[:LONGEST], hits).encode(), "search.html")


def keep(body: bytes, name: str) -> Kept:
    """A body with its type, which its ending tells, and its tag."""
    return Kept(body, KINDS[name.rpartition(".")[2]], f'"{hashlib.sha256(body).hexdigest()[:24]}"')


def answer(found: Kept | None, request: Request) -> Response:
    """A response, or 304 when the asker has it, or 404."""
    if found is None:
        return Response("There is no such page.\n", 404, {**HEADERS, "content-type": "text/plain; charset=utf-8"})
    headers = {**HEADERS, "etag": found.tag, "content-type": found.kind}
    if found.kind.startswith("image/svg"):
        # A card may be shown by another page; as a document of its own it may run nothing.
        headers |= {
            "cross-origin-resource-policy": "cross-origin",
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        }
    if request.headers.get("if-none-match") == found.tag:
        return Response(None, 304, headers)
    return Response(found.body, 200, headers)


Endpoint = Callable[[Request], Awaitable[Response]]


def _language(request: Request) -> str | None:
    code = str(request.path_params.get("language", "en"))
    return code if code in LANGUAGES else None


def _pages(pages: Pages) -> list[Route]:
    async def page(request: Request) -> Response:
        path = str(request.path_params["path"])
        if path.rpartition("/")[2] == "":
            path += "index.html"
        return answer(pages.made.get(path) or await run_in_threadpool(pages.get, path), request)

    async def compare(request: Request) -> Response:
        language = _language(request)
        asked = request.query_params.getlist("place")
        chosen = tuple(p for p in pages.book.places if p in asked)
        if language is None:
            return answer(None, request)
        return answer(await run_in_threadpool(pages.compare, chosen, language), request)

    async def find(request: Request) -> Response:
        language = _language(request)
        if language is None:
            return answer(None, request)
        return answer(await run_in_threadpool(pages.found, request.query_params.get("q", ""), language), request)

    both: list[tuple[str, Endpoint]] = [("/compare", compare), ("/search", find), ("/compare.html", compare), ("/search.html", find)]
    prefixed = [(f"/{{language}}{path}", made) for path, made in both]
    return [Route(path, made, methods=["GET"]) for path, made in (*both, *prefixed, ("/{path:path}", page))]


def allowed_hosts(host: str, base_url: str) -> frozenset[str]:
    """The host names that a request may carry: a page elsewhere must not reach this server under a name of its own."""
    own = base_url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return frozenset({*LOOPBACK, host.lower(), own.rpartition(":")[0] or own}) - {""}


def _name_of(header: str) -> str:
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0].lower()


def make_app(book: Book, host: str = "127.0.0.1") -> ASGIApp:
    """The application. It answers to loopback names, to ``host`` and to the host of the book's ``base_url``, and to no other name."""
    from litmus.web.api import api_routes

    pages = Pages(book)
    inner = Starlette(routes=[*api_routes(pages), *_pages(pages)])
    names = allowed_hosts(host, book.base_url)
    anyone = host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not anyone:
            carried = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"host"), "")
            if _name_of(carried) not in names:
                await Response("This server does not answer to that name.\n", 421, HEADERS)(scope, receive, send)
                return
        await inner(scope, receive, send)

    return guarded
