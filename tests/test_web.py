"""The live pages read only, answer to their own name, ask nobody, and refuse what they do not know."""

import re
from functools import cache

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httpx", reason="starlette's test client needs httpx")

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validate
from starlette.testclient import TestClient

from litmus.publish.model.contents import build
from litmus.publish.site import data
from litmus.web.app import allowed_hosts, make_app
from litmus.web.search import LONGEST, MOST, make_index, search
from page_book import book

LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def client() -> TestClient:
    return TestClient(make_app(book()), raise_server_exceptions=True)


def get(path: str, **more: object) -> httpx.Response:
    found: httpx.Response = client().get(path, **more)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"), ("/index.html", "text/html"), ("/c/RS.html", "text/html"), ("/v/XK/nis2-in-force.html", "text/html"),
        ("/v/XK/nis2-in-force.json", "application/json"), ("/v/XK/nis2-in-force.csv", "text/csv"),
        ("/v/XK/nis2-in-force.svg", "image/svg+xml"), ("/c/XK.atom", "application/atom+xml"), ("/style.css", "text/css"),
        ("/litmus.js", "text/javascript"), ("/data/facts.csv", "text/csv"), ("/sr-Cyrl/c/RS.html", "text/html"), ("/mk/", "text/html"),
        ("/fonts/OFL-source-sans-3.txt", "text/plain"), ("/search?q=huawei", "text/html"), ("/compare?place=RS", "text/html"),
        ("/openapi.json", "application/json"),
    ],
)  # fmt: skip
def test_what_stands_at_an_address(path: str, kind: str) -> None:
    found = get(path)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith(kind)
    assert found.headers["x-content-type-options"] == "nosniff"
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'unsafe" not in policy


def test_pages_hold_no_inline_script_or_style_and_call_nobody() -> None:
    for path in ("/", "/c/RS.html", "/v/RS/hrv-ran-share.html", "/p/huawei.html", "/compare?place=RS&place=XK", "/search?q=a"):
        text = get(path).text
        assert re.findall(r"<script\b[^>]*>", text) == re.findall(r'<script src="[^":]*litmus\.js" defer>', text)
        assert "<style" not in text
        assert not re.search(r'\s(style|on\w+)="', text)
        assert not re.search(r'<(?:link|script|img|iframe)[^>]+(?:src|href)="https?:', text)


def test_the_data_are_those_of_the_static_site() -> None:
    page = build(book(), "v/RS/hrv-ran-share")
    assert get("/v/RS/hrv-ran-share.json").content == data.page_json(page, book().edition)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.html", "/v/RS/nothing.html", "/xx/index.html", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/fonts/../style.css%00",
        "/fonts/style.css", "/c/RS", "/c/RS.exe", "/data/secret.csv", "/f/%3Cscript%3E.html", "/sq/c/RS.json", "/.git/config", "/xx/search",
        "//etc/passwd", "/c/RS.html/x",
    ],
)  # fmt: skip
def test_nothing_else_is_served(path: str) -> None:
    found = get(path)
    assert found.status_code == 404
    assert found.headers["content-type"].startswith("text/plain")
    assert "root:" not in found.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_it_reads_only(method: str) -> None:
    for path in ("/", "/api/verdicts", "/search"):
        assert client().request(method, path).status_code == 405


def test_it_answers_to_its_own_name_only() -> None:
    assert get("/", headers={"host": "evil.example"}).status_code == 421
    assert get("/", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert get("/", headers={"host": "[::1]:8000"}).status_code == 200
    assert "litmus.example" in allowed_hosts("127.0.0.1", "https://litmus.example/records")
    assert "litmus.example" in allowed_hosts("127.0.0.1", "https://litmus.example:8443")


def test_what_the_asker_has_is_not_sent_again() -> None:
    first = get("/c/RS.html")
    assert get("/c/RS.html", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client().head("/c/RS.html").content == b""


def test_compare_shows_the_places_chosen_and_no_others() -> None:
    text = get("/compare?place=RS").text
    assert 'value="RS" checked' in text
    assert 'value="XK" checked' not in text
    assert get("/compare?place=nowhere").status_code == 200


@pytest.mark.parametrize(("asked", "first"), [("huawei", "p/huawei"), ("хуавеј", "p/huawei"), ("serbia", "c/RS"), ("华为", "p/huawei")])
def test_a_search_reads_every_script(asked: str, first: str) -> None:
    hits = search(make_index(book()), asked)
    assert first in [h.to for h in hits[:3]]


@LIGHT
@given(st.text(max_size=300))
def test_no_question_breaks_the_search_or_becomes_markup(asked: str) -> None:
    found = get("/search", params={"q": asked})
    assert found.status_code == 200
    assert len(re.findall("<script", found.text)) == 1
    assert found.text.count("<li>") < 200


def test_a_question_is_bounded() -> None:
    index = make_index(book())
    assert len(search(index, "a")) <= MOST
    assert search(index, "x " * 5000) == search(index, ("x " * 5000)[:LONGEST])


# The JSON API holds to its own description, whatever it is asked.

KNOWN = ["RS", "XK", "MET", "law", "hrv-ran-share", "", "1", "100"]
ANY = st.one_of(st.text(max_size=30), st.integers(-5, 10**9).map(str), st.sampled_from(KNOWN))
NAMES = st.sampled_from(["place", "clause", "state", "table", "source", "limit", "offset", "q", "other"])


@LIGHT
@given(st.sampled_from(["verdicts", "facts", "search"]), st.dictionaries(NAMES, ANY, max_size=4))
def test_the_api_holds_to_its_description(name: str, asked: dict[str, str]) -> None:
    described = get("/openapi.json").json()["paths"][f"/api/{name}"]["get"]
    found = get(f"/api/{name}", params=asked)
    assert str(found.status_code) in described["responses"]
    assert found.headers["content-type"] == "application/json"
    validate(found.json(), described["responses"][str(found.status_code)]["content"]["application/json"]["schema"])
    allowed = {p["name"]: p for p in described["parameters"]}
    good = set(asked) <= set(allowed) and all(_fits(asked[k], allowed[k]["schema"]) for k in asked) and (name != "search" or "q" in asked)
    assert (found.status_code == 200) == good


def _fits(text: str, schema: dict[str, object]) -> bool:
    if schema["type"] == "integer":
        return text.isascii() and text.isdigit() and len(text) <= 7 and schema["minimum"] <= int(text) <= schema["maximum"]  # type: ignore[operator]
    return len(text) <= int(str(schema.get("maxLength", 10**6))) and ("enum" not in schema or text in schema["enum"])  # type: ignore[operator]


def test_the_api_counts_and_pages_as_the_book_does() -> None:
    whole = get("/api/verdicts?limit=100").json()
    assert whole["total"] == len(book().verdicts)
    met = get("/api/verdicts?state=MET&place=RS").json()
    assert {(i["place"], i["verdict"]) for i in met["items"]} <= {("RS", "MET")}
    assert met["total"] == sum(v.name == "MET" and p == "RS" for (p, _), v in book().verdicts.items())
    first, second = (get(f"/api/facts?table=law&limit=5&offset={n}").json()["items"] for n in (0, 5))
    assert not {i["id"] for i in first} & {i["id"] for i in second}
    for item in first:
        assert get(f"/{item['address']}.html").status_code == 200
