"""Pages say what the record says: every verdict follows from its interval, every link leads somewhere, every number has an address."""

import csv
import io
import json
import re
from dataclasses import fields, is_dataclass, replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litmus.clauses.verdict import Verdict, judge
from litmus.cli import main
from litmus.core.interval import Interval
from litmus.measures.problem import Target
from litmus.parties.group import Parties
from litmus.publish.model.contents import addresses, build
from litmus.publish.model.parts import Grid, Page, RegionPage, Text, VerdictPage
from litmus.publish.model.plainly import found, listed, periods
from litmus.publish.site import data, tables
from litmus.publish.site.languages import LANGUAGES, alphabet, catalogue, latin, read_po
from litmus.publish.site.render import render, strings
from litmus.publish.site.svg import card_svg
from litmus.publish.site.write import NotOurs, freeze, publish, sites
from page_book import ADDRESSES, PLACES, book, one_of_each, session

FOOTNOTE = "UNSCR 1244"
HOLD = {"event-not-occurred", "norm-not-in-force"}


# Every verdict on a page follows from its interval, its target and its days.


def says(interval: Interval, target: Target, cell: tuple[str, ...]) -> bool | None:
    """What an interval says of a bound, written anew: every value satisfies, none does, or it is open."""
    bound = target.bound_for(cell)
    if bound is None:
        return None
    lo, hi = interval.lo, interval.hi
    if target.op == "at_most":
        return True if hi <= bound else False if lo > bound else None
    if target.op == "at_least":
        return True if lo >= bound else False if hi < bound else None
    return True if lo == hi == bound else False if bound < lo or bound > hi else None


def expected_label(v: Verdict) -> set[str]:
    """The labels that the verdict and its days allow."""
    due, start, norm = v.clock.due, v.clock.start, v.clause.norm
    path = {"on track", "off track", "open"} if v.clause.path else set()
    if v.clock.waiting_for:
        return {"not due"}
    if norm != "achieve":
        early = start is not None and v.as_of < start
        return {"not due", *path} if early else {{True: "holding", False: "breached", None: "open"}[v.assessment.truth], v_word(v)}
    assert due is not None
    if v.as_of <= due:
        return {"met early"} if v.truth else path or ({"open"} if v.truth is None else {"not yet due"})
    return {"met"} if v.truth else {"open"} if v.truth is None else {"late", "breached"}


def v_word(v: Verdict) -> str:
    return {True: "holding", False: "breached", None: "open"}[v.truth]


def hold(v: Verdict) -> None:
    """The law: cells follow from intervals, the verdict from its cells, the label from the verdict and the days."""
    for cell, bounds in v.assessment.cells.items():
        if bounds.interval is not None and v.clause.target.bound_for(cell) is not None:
            simple = says(bounds.interval, v.clause.target, cell)
            assert simple is None or bounds.truth == simple, (v.clause.id, v.place, cell)
    if HOLD & set(v.reasons):
        assert v.truth is None
    elif v.stage == 1:
        assert v.truth == v.assessment.truth
    if v.truth is None:
        assert v.reasons
    assert v.label in expected_label(v), (v.clause.id, v.place, v.label)


def test_every_verdict_on_a_page_follows_from_its_interval_target_and_days() -> None:
    assert len(book().verdicts) > 50
    for (code, clause), v in book().verdicts.items():
        hold(v)
        page = build(book(), f"v/{code}/{clause}") if clause in {"hrv-ran-share", "single-bid-ceiling", "nis2-in-force"} else None
        if isinstance(page, VerdictPage):
            assert page.tile.mark == {True: "met", False: "not", None: "open"}[v.truth]
            assert page.record["verdict"] == v.name
            assert page.record["label"] == page.tile.label


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(book().verdicts)), st.integers(book().session.as_of - 2200, book().session.as_of + 2600))
def test_it_follows_on_every_other_day_too(key: tuple[str, str], day: int) -> None:
    code, clause = key
    s = session()
    hold(judge(s.regime.clauses[clause], code, s.evidence, Parties(s.evidence, day, day)))


# Every link leads somewhere; every number has an address.


class Links(HTMLParser):
    """The links, ids and tags of a page, and the cells of figures without a link."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.bare: list[str] = []
        self._cell: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, tuple(k for k, _ in attrs)))
        self.ids |= {str(found["id"])} if "id" in found else set()
        self.links += [str(found[k]) for k in ("href", "src") if k in found]
        if tag == "td":
            self._cell = [found.get("class") == "n", "", False]
        if tag == "a" and self._cell:
            self._cell[2] = True

    def handle_data(self, data: str) -> None:
        if self._cell:
            self._cell[1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "td" and self._cell:
            figures, text, linked = self._cell
            if figures and re.search(r"\d", text) and not linked:
                self.bare.append(text)
            self._cell = []


def read(text: str) -> Links:
    parser = Links()
    parser.feed(text)
    return parser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = publish(book(), out, languages=("en", "sr-Cyrl"))
    assert done.pages == len(list(addresses(book())))
    return out


def test_every_link_of_every_page_resolves_from_the_disk(site: Path) -> None:
    files = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    texts = {name: (site / name).read_text("utf-8") for name in files if name.endswith(".html")}
    ids = {name: set(re.findall(r"""\bid=["']([^"']+)""", text)) for name, text in texts.items()}
    broken = []
    for name, text in texts.items():
        for link in set(re.findall(r"""\b(?:href|src)=["']([^"']+)""", text)):
            if link.startswith(("http://", "https://")):
                continue
            path, _, fragment = unescape(link).partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            if path and not fragment:
                broken += [] if target in files else [(name, link)]
            elif fragment not in ids.get(target, set()):
                broken.append((name, link))
    assert not broken, broken[:10]


def test_every_figure_in_a_table_has_an_address(site: Path) -> None:
    for path in [*site.glob("*.html"), *site.glob("[ckv]/**/*.html"), *site.glob("evidence/*.html")]:
        assert not read(path.read_text("utf-8")).bare, path


def test_every_number_of_the_first_sentence_has_an_address_and_is_true() -> None:
    page = build(book(), "index")
    assert isinstance(page, RegionPage)
    titles = [c.title for c in book().session.clauses]
    for run in page.sentence:
        said = run.text
        for title in titles:
            said = said.replace(title, "")
        assert run.to or not re.search(r"\d", said), run
    every = list(book().verdicts.values())
    firm = [v for v in every if v.truth is False]
    text = "".join(r.text for r in page.sentence)
    assert text.startswith(f"The evidence on record settles {sum(v.truth is not None for v in every)} of {len(every)} verdicts")
    assert f"{len(firm)} not met" in text
    assert all(v.clause.title in text for v in firm)


def test_a_page_has_its_data_beside_it(site: Path) -> None:
    for path in site.rglob("*.html"):
        if path.relative_to(site).parts[0] == "sr-Cyrl":
            continue
        whole = json.loads(path.with_suffix(".json").read_text("utf-8"))
        assert whole["edition"]["snapshot"] == book().edition.snapshot
        assert whole["cite"]["version"] == book().edition.snapshot
        assert path.with_suffix(".csv").is_file()
    for feed in (*site.glob("c/*.atom"), *site.glob("k/*.atom")):
        assert ET.fromstring(feed.read_text("utf-8")).tag.endswith("feed")  # noqa: S314 - our own file
    assert len(list(site.glob("v/*/*.svg"))) == len(book().verdicts)
    for card in site.glob("v/*/*.svg"):
        ET.fromstring(card.read_text("utf-8"))  # noqa: S314 - our own file


def test_pages_stay_light(site: Path) -> None:
    assert (site / "index.html").stat().st_size <= 60_000
    assert (site / "sr-Cyrl" / "index.html").stat().st_size <= 60_000
    heavy = [(str(p), p.stat().st_size) for p in site.glob("**/v/*/*.html") if p.stat().st_size > 20_000]
    assert not heavy


# Kosovo's footnote and the note on borders stand wherever they must.


def test_kosovo_carries_its_footnote_everywhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        if "Kosovo*" in text or "Косово*" in text:
            assert FOOTNOTE in text, path
        if 'class="map"' in text:
            assert "Natural Earth" in text
    for path in (*site.glob("*/XK.*"), *site.glob("v/XK/*"), site / "index.csv", site / "index.json", site / "index.atom"):
        assert FOOTNOTE in path.read_text("utf-8"), path
    for name in ("verdicts.csv", "facts.csv"):
        for row in csv.DictReader(io.StringIO((site / "data" / name).read_text("utf-8"))):
            assert (FOOTNOTE in row["footnote"]) == row["place"].startswith("XK")


def test_empty_is_unknown_and_never_zero() -> None:
    for row in csv.DictReader(io.StringIO(tables.verdicts_csv(book()))):
        v = book().verdicts[(row["place"], row["clause"])]
        assert (row["lo"] == "") == (v.interval is None)
        assert row["state"] in {"MET", "NOT_MET", "UNDETERMINED"}


# No name becomes markup.

NASTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "</title><svg onload=alert(1)>", "{{ 7*7 }}",
    "javascript:alert(1)", "&lt;b&gt;", "\u202e<b>", "]]><script>", "</style><!--",
)  # fmt: skip
KEPT = {"svg", "address", "kind", "to", "mark", "id", "feed", "place", "code", "kinds", "side", "status", "record", "crumbs", "meets"}


def poisoned(part: Any, text: str, name: str = "") -> Any:
    """The same page with a text in place of every word, and every address as it was."""
    if isinstance(part, str):
        return part if name in KEPT or not part else text
    if isinstance(part, Grid):
        rows = tuple(tuple(poisoned(c, text) for c in row) for row in part.rows)
        return replace(part, title=text, columns=tuple(text for _ in part.columns), rows=rows, note=poisoned(part.note, text))
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{f.name: poisoned(getattr(part, f.name), text, f.name) for f in fields(part)})
    if isinstance(part, tuple):
        return tuple(poisoned(x, text, name) for x in part)
    return part


def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
    return read(html).tags


def pages() -> list[Page]:
    return [build(book(), a) for a in one_of_each()]


PAGES = pages()
SITE = sites(book(), ("en",))["en"]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.head.address)
@pytest.mark.parametrize("text", NASTY)
def test_a_hostile_name_in_every_field_changes_no_tag(page: Page, text: str) -> None:
    # The timeline reads its years as numbers; they come from the calendar, not from the record.
    bad = poisoned(page, text) if page.head.kind != "country" else replace(poisoned(page, text), timeline=page.timeline)  # type: ignore[arg-type]
    plain = page if page.head.kind != "country" else replace(page)
    assert shape(render(SITE, bad)) == shape(render(SITE, poisoned_like(plain, bad)))


def poisoned_like(page: Page, bad: Page) -> Page:
    """The page with a harmless word in the same fields: the shapes of the two must be one."""
    good = poisoned(page, "word")
    return replace(good, timeline=bad.timeline) if hasattr(bad, "timeline") else good  # type: ignore[call-arg]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40).filter(str.strip), st.sampled_from([p for p in PAGES if p.head.kind != "country"]))
def test_any_text_at_all_changes_no_tag(text: str, page: Page) -> None:
    assert shape(render(SITE, poisoned(page, text))) == shape(render(SITE, poisoned(page, "word")))


@pytest.mark.parametrize("text", NASTY)
def test_cards_and_feeds_stay_well_formed(text: str) -> None:
    page = build(book(), "v/XK/nis2-in-force")
    bad = poisoned(page, text)
    assert not ET.fromstring(card_svg(bad, book().edition)).findall(".//{*}script")  # noqa: S314 - our own text
    feed = data.feed(bad.head, book().edition, [("v/XK/nis2-in-force", text, "2026-01-01", text)])
    assert text in "".join(ET.fromstring(feed).itertext())  # noqa: S314 - our own text


def test_only_web_addresses_and_our_own_pages_are_followed() -> None:
    from litmus.publish.site.inline import Way, inliner

    inline = inliner(Way("../", "../"), str)
    assert 'href="../javascript:alert(1).html"' in inline((Text("x", "javascript:alert(1)"),))
    assert 'href="https://example.org/?a=1&amp;b=&#34;"' in inline((Text("x", 'https://example.org/?a=1&b="'),))


# Languages.


def test_every_catalogue_has_the_same_words_and_says_who_made_it() -> None:
    words = set(catalogue("sq").words)
    assert len(words) > 200
    for code in LANGUAGES:
        found = catalogue(code)
        if code != "en":
            assert set(found.words) == words
            assert all(found.words.values())
            assert not found.reviewed
    for c in book().session.clauses:
        assert c.title in words, f"{c.id} has no translated title"


def test_no_catalogue_mixes_scripts_within_a_word() -> None:
    for code in LANGUAGES:
        for text in catalogue(code).words.values():
            for word in re.findall(r"[^\W\d_]+", text):
                cyrillic = [bool(re.match("[\u0400-\u04ff]", ch)) for ch in word]
                assert all(cyrillic) or not any(cyrillic), (code, word)
                assert code in {"mk", "sr-Cyrl"} or not any(cyrillic)


def test_serbian_is_written_once_and_read_in_both_scripts() -> None:
    assert latin("Његош, Љубљана, Џеп, ЊУЈОРК, Ђаковица") == "Njegoš, Ljubljana, Džep, NJUJORK, Đakovica"
    assert catalogue("sr-Latn").word("North Macedonia") == "Severna Makedonija"


def test_names_sort_as_the_language_does() -> None:
    towns = ["Žabljak", "Đakovo", "Čačak", "Ćuprija", "Ljubljana", "Lovćen", "Zagreb", "Cetinje", "Dubrovnik", "Njivice", "Novi Sad"]
    right = ["Cetinje", "Čačak", "Ćuprija", "Dubrovnik", "Đakovo", "Lovćen", "Ljubljana", "Novi Sad", "Njivice", "Zagreb", "Žabljak"]
    assert sorted(towns, key=alphabet("hr")) == right
    right = ["dibër", "dhërmi", "elb", "ëndërr", "zi", "zhur"]
    assert sorted(sorted(right), key=alphabet("sq")) == right
    assert sorted(["ќе", "кот", "ѓон", "дом", "е"], key=alphabet("mk")) == ["дом", "ѓон", "е", "кот", "ќе"]


def test_every_page_offers_every_language_and_says_what_no_one_has_reviewed() -> None:
    made = sites(book(), LANGUAGES)
    for page in PAGES:
        for code, one in made.items():
            html = render(one, page)
            assert f'<html lang="{LANGUAGES[code][1]}"' in html
            assert all(name in html for name, _ in LANGUAGES.values())
            assert (strings(code).unreviewed in html) == (code != "en")


def test_an_odd_line_of_a_catalogue_is_named() -> None:
    assert read_po('msgid ""\nmsgstr ""\n"A: b\\n"\n\nmsgid "a \\"b\\""\nmsgstr "c"\n"d"\n') == ({"A": "b"}, {'a "b"': "cd"})
    with pytest.raises(ValueError, match="line 2: expected msgid"):
        read_po('msgid "a"\nmsgstrr "b"\n')


# Words, and the verb.


def test_findings_and_periods_read_as_words() -> None:
    assert periods("older than P2Y, within P30D, after P1M") == "older than 2 years, within 30 days, after 1 month"
    assert found("in_service = true, vendor = huawei, it outweighs the rest", book()) == (
        "it is in service, the vendor is Huawei Technologies Co. Ltd., it outweighs the rest"
    )
    right = "Serbia: a complete list of the laws in force (register or regulator list)"
    assert listed("register or regulator-list closing law rows of RS") == right
    assert listed("something else") == "something else"


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(NotOurs, match="name an empty folder"):
        publish(book(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_frozen_copy_is_never_written_again(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("first", "utf-8")
    kept = freeze(tmp_path, "2026-11-20-abc")
    (tmp_path / "index.html").write_text("second", "utf-8")
    assert (kept / "index.html").read_text("utf-8") == "first"
    assert not (kept / "at").exists()
    with pytest.raises(NotOurs, match="never written again"):
        freeze(tmp_path, "2026-11-20-abc")


def test_publish_names_the_nearest_language(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", str(tmp_path / "out"), "--language", "sr-Cyr"])
    assert done.exit_code == 3
    assert "sr-Cyrl" in done.output


def test_the_places_of_these_tests_are_in_every_index() -> None:
    assert set(PLACES) <= {a.partition("/")[2] for a in ADDRESSES}
