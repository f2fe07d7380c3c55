"""The JSON API: lists that can be narrowed and paged, each answer bounded, and an OpenAPI description that tests hold it to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from litmus.facts.schema import tables
from litmus.publish.model.book import Book, verdict_address
from litmus.publish.model.parts import plain
from litmus.publish.model.words import grade, says
from litmus.publish.record import number_text, show_interval
from litmus.web.search import LONGEST, MOST, search

if TYPE_CHECKING:
    from litmus.web.app import Pages

LIMIT = 100
FARTHEST = 1_000_000


class Refused(ValueError):
    """A parameter that is not one of those allowed; the message says what was expected."""


def _number(request: Request, name: str, default: int, most: int, least: int = 0) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 7 or not least <= int(text) <= most:
        msg = f"{name}: expected a whole number from {least} to {most}"
        raise Refused(msg)
    return int(text)


def _one_of(request: Request, name: str, allowed: Iterable[str]) -> str | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    known = sorted(allowed)
    if text not in known:
        msg = f"{name}: expected one of {', '.join(known[:40])}"
        raise Refused(msg)
    return text


def _only(request: Request, names: set[str]) -> None:
    odd = sorted(set(request.query_params) - names)
    if odd:
        msg = f"unknown parameter; expected {', '.join(sorted(names))}"
        raise Refused(msg)
    for name in names:
        if len(request.query_params.getlist(name)) > 1:
            msg = f"{name}: given more than once"
            raise Refused(msg)


def verdict_rows(book: Book, request: Request) -> dict[str, Any]:
    """Verdicts, narrowed by place, clause and state."""
    _only(request, {"place", "clause", "state", "limit", "offset"})
    at = _one_of(request, "place", book.places)
    clause = _one_of(request, "clause", book.session.regime.clauses)
    state = _one_of(request, "state", ("MET", "NOT_MET", "UNDETERMINED"))
    found = [v for (p, c), v in book.verdicts.items() if at in {None, p} and clause in {None, c} and state in {None, v.name}]
    return _paged(request, [{
        "address": verdict_address(v.place, v.clause.id), "place": v.place, "clause": v.clause.id, "verdict": v.name, "label": v.label,
        "interval": None if v.interval is None else [number_text(v.interval.lo), number_text(v.interval.hi)],
        "shown": show_interval(v, v.interval), "target": v.clause.target_text, "reasons": list(v.reasons),
    } for v in found])  # fmt: skip


def fact_rows(book: Book, request: Request) -> dict[str, Any]:
    """Facts, narrowed by table, place and source."""
    _only(request, {"table", "place", "source", "limit", "offset"})
    table = _one_of(request, "table", [t.name for t in tables().values() if t.is_fact])
    at = request.query_params.get("place")
    source = request.query_params.get("source")
    rows = [
        r for r in book.facts.values() if table in {None, r.table} and at in {None, r.place} and source in {None, str(r.values["source"])}
    ]
    start, most = _number(request, "offset", 0, FARTHEST), _number(request, "limit", LIMIT, LIMIT, 1)
    shown = [
        {"address": f"f/{r.id}", "id": r.id, "table": r.table, "place": r.place, "says": plain(says(r, book.names)), "grade": grade(r),
         "source": str(r.values["source"])}
        for r in rows[start : start + most]
    ]  # fmt: skip
    return {"total": len(rows), "offset": start, "items": shown}


def _paged(request: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    start, most = _number(request, "offset", 0, FARTHEST), _number(request, "limit", LIMIT, LIMIT, 1)
    return {"total": len(rows), "offset": start, "items": rows[start : start + most]}


def hit_rows(pages: "Pages", request: Request) -> dict[str, Any]:
    """What a search finds."""
    _only(request, {"q", "limit"})
    question = request.query_params.get("q")
    if question is None or len(question) > LONGEST:
        msg = f"q: expected a question of at most {LONGEST} characters"
        raise Refused(msg)
    hits = search(pages.index, question, _number(request, "limit", MOST, MOST, 1))
    return {"total": len(hits), "offset": 0, "items": [{"kind": h.kind, "title": h.title, "address": h.to, "text": h.text} for h in hits]}


def _parameter(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def description(book: Book) -> dict[str, Any]:
    """The OpenAPI description of the lists."""
    word: dict[str, Any] = {"type": "string"}
    limit = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT})
    offset = _parameter("offset", {"type": "integer", "minimum": 0, "maximum": FARTHEST})
    chosen = _parameter("place", {**word, "enum": list(book.places)})
    clauses = _parameter("clause", {**word, "enum": sorted(book.session.regime.clauses)})
    states = _parameter("state", {**word, "enum": ["MET", "NOT_MET", "UNDETERMINED"]})
    names = _parameter("table", {**word, "enum": sorted(t.name for t in tables().values() if t.is_fact)})
    question = _parameter("q", {**word, "maxLength": LONGEST}, required=True)
    few = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST})
    lists = {
        "/api/verdicts": ("Verdicts", [chosen, clauses, states, limit, offset]),
        "/api/facts": ("Facts", [names, _parameter("place", word), _parameter("source", word), limit, offset]),
        "/api/search": ("Search", [question, few]),
    }
    body = {"type": "object", "required": ["total", "offset", "items"], "properties": {
        "total": {"type": "integer", "minimum": 0}, "offset": {"type": "integer", "minimum": 0},
        "items": {"type": "array", "maxItems": LIMIT, "items": {"type": "object", "required": ["address"]}},
    }}  # fmt: skip
    wrong = {"type": "object", "required": ["error"], "properties": {"error": word}}

    def told(text: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": text, "content": {"application/json": {"schema": schema}}}

    paths = {
        path: {"get": {"summary": title, "parameters": given, "responses": {"200": told("a list", body), "400": told("refused", wrong)}}}
        for path, (title, given) in lists.items()
    }
    return {"openapi": "3.0.3", "info": {"title": "Litmus", "version": book.edition.engine}, "paths": paths}


def api_routes(pages: "Pages") -> list[Route]:
    """The routes of the API."""
    from litmus.web.app import HEADERS

    def reply(body: object, status: int = 200) -> Response:
        return Response(orjson.dumps(body), status, {**HEADERS, "content-type": "application/json"})

    def listed(request: Request) -> Response:
        name = request.url.path.removeprefix("/api/")
        try:
            with pages.lock:
                if name == "search":
                    return reply(hit_rows(pages, request))
                return reply((verdict_rows if name == "verdicts" else fact_rows)(pages.book, request))
        except Refused as err:
            return reply({"error": str(err)}, 400)

    async def ask(request: Request) -> Response:
        return await run_in_threadpool(listed, request)

    async def describe(_request: Request) -> Response:
        return reply(await run_in_threadpool(description, pages.book))

    return [*(Route(f"/api/{n}", ask, methods=["GET"]) for n in ("verdicts", "facts", "search")), Route("/openapi.json", describe)]
