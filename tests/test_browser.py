"""Every kind of page in a real browser: from the disk without a script, and live; with a keyboard, for a screen reader, in both themes."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from page_book import book, one_of_each, write_some

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
AXE = Path(axe.__file__).parent / "axe.min.js"
OTHER = "sr-Cyrl"
#: Long registers of the same kind as `evidence/conflicts`; axe takes seconds on each and sees the same rows again.
LONG = {"evidence/sources", "evidence/parties", "evidence/deployment", "verdicts", "c/RS", "p/huawei"}


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("disk")
    write_some(out, one_of_each(), ("en", OTHER))
    return out


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    import uvicorn

    from litmus.web.app import make_app

    server = uvicorn.Server(uvicorn.Config(make_app(book()), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


def test_every_page_opens_from_the_disk_without_a_script(browser: playwright.Browser, disk: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    for prefix in ("", f"{OTHER}/"):
        for address in one_of_each():
            page.goto(f"file://{disk}/{prefix}{address}.html")
            assert page.locator("h1").count() == 1, address
            assert page.locator("main").inner_text().strip()
            # The sheet was found and read: without it the page would be in the browser's own type.
            assert "Source" in page.locator("h1").evaluate("e => getComputedStyle(e).fontFamily")
    assert all(u.startswith("file://") for u in asked)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser: playwright.Browser, disk: Path, theme: str) -> None:
    context = browser.new_context(color_scheme=theme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    script = AXE.read_text("utf-8")
    found = []
    for address in (*(a for a in one_of_each() if a not in LONG), f"{OTHER}/index", f"{OTHER}/v/RS/hrv-ran-share"):
        page.goto(f"file://{disk}/{address}.html")
        page.evaluate(script)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
        found += [(address, v["id"], v["nodes"][0]["html"][:100]) for v in result["violations"]]
    assert not found
    assert not said
    context.close()


def test_a_phone_never_scrolls_sideways(browser: playwright.Browser, disk: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=True)
    page = context.new_page()
    for address in one_of_each():
        page.goto(f"file://{disk}/{address}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    context.close()


def test_the_keyboard_walks_the_matrix(browser: playwright.Browser, disk: Path) -> None:
    page = browser.new_page()
    page.goto(f"file://{disk}/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("[data-matrix] tbody td a").first.focus()
    start = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowRight")
    right = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("ArrowDown")
    down = page.evaluate("document.activeElement.getAttribute('href')")
    assert start.startswith("v/RS/")
    assert right == start.replace("v/RS/", "v/XK/")
    assert down.startswith("v/XK/")
    assert down != right
    page.close()


def test_search_compare_language_and_no_request_leaves_the_origin(browser: playwright.Browser, live: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    page.goto(f"{live}/")
    page.get_by_role("link", name="Search").click()
    page.locator("#q").fill("хуавеј")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Huawei Technologies Co. Ltd.", exact=True).first.click()
    assert "/p/huawei.html" in page.url
    page.goto(f"{live}/compare")
    page.get_by_label("Kosovo*").uncheck()
    page.get_by_role("button", name="Show").click()
    assert "place=RS" in page.url
    assert "place=XK" not in page.url
    page.goto(f"{live}/c/RS.html")
    page.locator("details.lang summary").click()
    page.get_by_role("link", name="српски").click()
    assert page.url.endswith(f"/{OTHER}/c/RS.html")
    assert page.locator("h1").inner_text() == "Србија"
    assert "није прегледао" in page.locator(".unreviewed").inner_text()
    assert all(u.startswith(live) for u in asked)
    assert not said
    context.close()
