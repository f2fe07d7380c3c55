# ruff: noqa: E501 - an error text stands on one line, as it is printed
"""The catalogue of instruments as an analyst and a desk officer use it."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.app import lint_paths
from litmus.clauses.load import load_regime, locate_regime
from litmus.clauses.nodes import ClauseError
from litmus.clauses.sources import PRIMARY, Citation
from litmus.cli import main
from litmus.core.dates import Days, parse_day, parse_days
from litmus.core.place import groups
from litmus.plan.instrument import Amount, Answer, Instrument, Span, disputed, eligible, reached, rung_word, show_when
from litmus.plan.instruments import load_instruments, locate_instruments
from litmus.publish.instruments import page, records, show_sum

ROOT = Path(__file__).parents[1]
CATALOGUE = load_instruments(locate_instruments())
RGF = CATALOGUE.instruments["rgf"]
DEP = CATALOGUE.instruments["digital-europe"]
SIX = groups()["WB6"]
NONE = Citation(("s",), verified=True)


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def may(instrument: Instrument, place: str, day: str) -> str:
    return {True: "yes", False: "no", None: "unknown"}[eligible(instrument, place, parse_day(day)).can]


# --- the catalogue that ships


def test_it_loads_and_holds_the_instruments_of_the_reference() -> None:
    assert set(CATALOGUE.instruments) == {
        "global-gateway", "eip", "rgf", "wbif", "ipa3", "taiex-twinning", "digital-europe", "edih", "cef-digital", "eudi-wallet",
        "eu-roaming", "tech-business-offer", "edic", "cyber-reserve", "enisa", "wb3c",
    }  # fmt: skip


def test_every_item_cites_a_source_with_an_address_or_a_citation() -> None:
    for instrument in CATALOGUE.instruments.values():
        for cited in instrument.citations():
            assert cited.sources, instrument.id
            for source in cited.sources:
                assert CATALOGUE.sources[source].address, source


def test_sources_that_the_pack_adds_are_used_and_have_a_full_web_address() -> None:
    text = (locate_instruments() / "sources.yaml").read_text("utf-8")
    own = set(re.findall(r"- \{id: ([a-z0-9-]+),", text))
    used = {s for i in CATALOGUE.instruments.values() for c in i.citations() for s in c.sources}
    assert own <= used
    assert all(CATALOGUE.sources[s].address.startswith("http") for s in own)


def test_one_secondary_text_is_never_called_verified() -> None:
    for instrument in CATALOGUE.instruments.values():
        for cited in instrument.citations():
            if cited.verified and len(cited.sources) == 1:
                assert CATALOGUE.sources[cited.sources[0]].kind in PRIMARY, (instrument.id, cited.sources)


def test_amounts_are_whole_minor_units_and_never_zero() -> None:
    sums = [a for i in CATALOGUE.instruments.values() for a in i.amounts]
    assert len(sums) >= 45
    for a in sums:
        assert a.lo is not None or a.hi is not None
        assert all(isinstance(x, int) and x > 0 for x in (a.lo, a.hi) if x is not None)


def test_every_instrument_says_something_of_each_of_the_six() -> None:
    for instrument in CATALOGUE.instruments.values():
        assert {a.place for a in instrument.answers} == set(SIX), instrument.id


def test_every_clause_shows_a_gap_and_every_gap_has_an_instrument() -> None:
    shown = {c for g in CATALOGUE.gaps.values() for c in g.clauses}
    assert shown == set(load_regime(locate_regime("wb-digital")).clauses)
    assert {g for i in CATALOGUE.instruments.values() for g in i.closes} == set(CATALOGUE.gaps)


# --- who may use what, on either side of the dates


@pytest.mark.parametrize(
    ("instrument", "place", "day", "answer"),
    [
        ("rgf", "RS", "2024-10-22", "unknown"),
        ("rgf", "RS", "2024-10-23", "yes"),
        ("rgf", "RS", "2024-05-24", "no"),
        ("rgf", "RS", "2027-12-31", "yes"),
        ("rgf", "RS", "2028-01-01", "no"),
        ("rgf", "XK", "2026-02-12", "no"),
        ("rgf", "XK", "2026-02-13", "unknown"),
        ("rgf", "BA", "2025-12-03", "no"),
        ("rgf", "BA", "2025-12-04", "unknown"),
        ("digital-europe", "AL", "2024-12-31", "unknown"),
        ("digital-europe", "AL", "2025-01-01", "yes"),
        ("digital-europe", "BA", "2023-12-31", "no"),
        ("digital-europe", "BA", "2024-01-01", "unknown"),
        ("digital-europe", "XK", "2023-06-15", "unknown"),
        ("digital-europe", "XK", "2023-07-01", "no"),
        ("ipa3", "ME", "2020-12-31", "no"),
        ("ipa3", "ME", "2021-01-01", "yes"),
        ("wb3c", "MK", "2023-05-15", "unknown"),
        ("wb3c", "MK", "2023-05-31", "yes"),
        ("eu-roaming", "AL", "2026-03-01", "no"),
        ("eu-roaming", "AL", "2026-03-02", "unknown"),
    ],
)
def test_eligibility_turns_on_its_dates(instrument: str, place: str, day: str, answer: str) -> None:
    assert may(CATALOGUE.instruments[instrument], place, day) == answer


def test_a_part_asks_its_state_and_an_unnamed_place_is_unknown() -> None:
    assert may(RGF, "BA-SRP", "2025-12-03") == "no"
    found = eligible(RGF, "NO", parse_day("2025-01-01"))
    assert found.can is None
    assert found.why == "no source on record says whether Norway may use it"


def test_two_sources_that_differ_leave_it_open_and_both_are_printed() -> None:
    yes = Answer("RS", True, Span(parse_days("2025-01-01")), "paper says so", NONE)
    no = Answer("RS", False, Span(parse_days("2025-01-01")), "board denies it", NONE)
    found = eligible(dataclasses.replace(RGF, answers=(yes, no), runs=None), "RS", parse_day("2025-06-01"))
    assert found.can is None
    assert "paper says so" in found.why
    assert "board denies it" in found.why


DAYS = st.integers(1, 60)
PARTIAL = st.builds(lambda a, b: Days(min(a, b), max(a, b)), DAYS, DAYS)
SPANS = st.builds(lambda a, b: Span(a, b if b is None or b.hi >= a.lo else None), PARTIAL, st.none() | PARTIAL)
ANSWERS = st.lists(
    st.builds(lambda can, span: Answer("RS", can, span, "because", NONE), st.sampled_from([True, False, None]), SPANS), max_size=4
)


def narrowed(span: Span, data: st.DataObject) -> Span:
    """The same span with each partial date made exact."""
    ends = [data.draw(st.integers(d.lo, d.hi)) for d in ((span.start,) if span.until is None else (span.start, span.until))]
    return Span(*(Days(e, e) for e in ends))


@settings(max_examples=150, deadline=None)
@given(answers=ANSWERS, runs=st.none() | SPANS, day=DAYS, data=st.data())
def test_a_more_exact_date_never_turns_a_definite_answer_round(
    answers: list[Answer], runs: Span | None, day: int, data: st.DataObject
) -> None:
    rough = eligible(dataclasses.replace(RGF, answers=tuple(answers), runs=runs), "RS", day)
    exact = tuple(dataclasses.replace(a, span=narrowed(a.span, data)) for a in answers)
    fine = eligible(dataclasses.replace(RGF, answers=exact, runs=narrowed(runs, data) if runs else None), "RS", day)
    if rough.can is not None:
        assert fine.can is rough.can


# --- status and sums


def test_a_rung_is_reached_only_when_its_whole_date_is_past() -> None:
    assert reached(RGF, parse_day("2023-11-07")) is None
    for day, rung in (("2023-11-08", "proposed"), ("2024-05-14", "adopted"), ("2024-05-25", "in-force")):
        step = reached(RGF, parse_day(day))
        assert step is not None
        assert rung_word(step) == rung
    assert reached(CATALOGUE.instruments["cef-digital"], parse_day("2021-07-30")) is None


@pytest.mark.parametrize(
    ("lo", "hi", "shown"),
    [
        (600_000_000_000, 600_000_000_000, "EUR 6 bn"),
        (None, 3_000_000_000_000, "up to EUR 30 bn"),
        (88_200_000_000, 88_300_000_000, "EUR 882 m to 883 m"),
        (100_000_000, None, "at least EUR 1 m"),
        (13_902_646_800, 13_902_646_800, "EUR 139,026,468"),
        (1_416_200_000_000, 1_416_200_000_000, "EUR 14.162 bn"),
        (50, 50, "EUR 0.50"),
    ],
)
def test_sums_are_shown_exactly(lo: int | None, hi: int | None, shown: str) -> None:
    assert show_sum(lo, hi, "EUR") == shown


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=5))
def test_sums_are_disputed_exactly_when_none_fits_every_source(pairs: list[tuple[int, int]]) -> None:
    said = [Amount("fund", "call", "", min(p), max(p), "EUR", NONE) for p in pairs]
    fits = any(all((a.lo or 0) <= x <= (a.hi or 9) for a in said) for x in range(1, 10))
    assert bool(disputed(said)) is not fits


def test_the_contested_package_stands_with_both_sums() -> None:
    assert ("investment that the infrastructure part mobilises", "") in disputed(CATALOGUE.instruments["wbif"].amounts)


@pytest.mark.parametrize("text", ["2019", "2019-11", "2019-11-04"])
def test_a_date_is_shown_as_far_as_it_is_known(text: str) -> None:
    assert show_when(parse_days(text)) == text


# --- broken inputs: each spoils one thing in a folder that loads

GAPS = "litmus: gaps/1\ngaps:\n  evidence: {title: Facts, clauses: [nis2-applied], reasons: [missing]}\n"
SOURCES = """\
litmus: sources/1
sources:
  - {id: board, publisher: Board, kind: official, address: "https://example.org/decision"}
  - {id: paper, publisher: Paper, kind: press, address: "https://example.com/news"}
  - {id: copy, publisher: Copy, kind: press, mirrors: paper, address: "https://example.net/news"}
"""
FUND = """\
litmus: instrument/1
id: fund
version: 1
title: Fund
summary: Grants
closes: [evidence]
status:
  - {rung: adopted, date: 2025-03-01, what: Decision, source: board}
runs: {from: 2025-03-01, until: 2027, source: board}
amounts:
  - {what: all, kind: envelope, at_most: 40, currency: EUR, source: board}
eligible:
  ME: [{can: yes, from: 2025-06, why: In force, source: [paper, board]}]
requires:
  - {what: Agreement, kind: agreement, places: [ME], source: board}
"""
CASES = [
    ("id: fund", "id: Fund", "f/fund.yaml:2, id: expected an id of lower-case letters, digits, '.', '-' or '_' (at most 80), found 'Fund'"),
    ("litmus: instrument/1", "litmus: instrument/2", "f/fund.yaml:1, litmus: unknown document type 'instrument/2'; did you mean 'instrument/1'?"),
    ("version: 1", "version: one", "f/fund.yaml:3, version: expected a whole number, found 'one'"),
    ("summary: Grants\n", "", "f/fund.yaml:1, summary: 'summary' is required here; add it"),
    ("summary: Grants", "sumary: Grants",
     "f/fund.yaml:5, sumary: unknown key of an instrument 'sumary'; did you mean 'summary'?\nf/fund.yaml:1, summary: 'summary' is required here; add it"),
    ("closes: [evidence]", "closes: [evidance]", "f/fund.yaml:6, closes[0]: unknown gap type 'evidance'; did you mean 'evidence'?"),
    ("rung: adopted", "rung: adoptd", "f/fund.yaml:8, status[0].rung: unknown rung 'adoptd'; did you mean 'adopted'?"),
    ("date: 2025-03-01", "date: 2025-02-30", "f/fund.yaml:8, status[0].date: no such day: '2025-02-30' (expected YYYY, YYYY-MM or YYYY-MM-DD)"),
    ("what: Decision, source: board", "what: Decision, source: bord", "f/fund.yaml:8, status[0].source: unknown source 'bord'; did you mean 'board'?"),
    ("what: Decision, source: board", "what: Decision", "f/fund.yaml:8, status[0].source: 'source' is required here; add it"),
    ("what: Decision, source: board", "what: Decision, source: paper",
     "f/fund.yaml:8, status[0].source: rests on one secondary text (paper, press); add 'verified: false', or a second source"),
    ("what: Decision, source: board", "what: Decision, source: [paper, copy]",
     "f/fund.yaml:8, status[0].source: rests on one secondary text (paper, press); add 'verified: false', or a second source"),
    ("until: 2027", "until: 2024", "f/fund.yaml:9, runs.until: ends 2024, before it begins (2025-03-01); swap or mend the dates"),
    ("at_most: 40, ", "",
     "f/fund.yaml:11, amounts[0]: an amount has exactly one of exactly, at_least, at_most, between; found none. Leave out an amount that nobody gives"),
    ("at_most: 40", "at_most: 40, exactly: 40",
     "f/fund.yaml:11, amounts[0]: an amount has exactly one of exactly, at_least, at_most, between; found exactly and at_most. Leave out an amount that nobody gives"),
    ("at_most: 40", "at_most: 0", "f/fund.yaml:11, amounts[0].at_most: zero is not an amount; leave out what nobody gives, it is unknown"),
    ("at_most: 40", "between: [41, 40]", "f/fund.yaml:11, amounts[0].between: expected [lower, upper], the lower one first"),
    ("at_most: 40", "between: [40]", "f/fund.yaml:11, amounts[0].between: expected at least 2 entries, found 1"),
    ("at_most: 40", "at_most: 40m",
     "f/fund.yaml:11, amounts[0].at_most: expected an amount as plain digits with at most two decimals (no separators, no currency sign), found '40m'"),
    ("currency: EUR", "currency: EURO", "f/fund.yaml:11, amounts[0].currency: unknown currency 'EURO'; did you mean 'EUR'?"),
    ("kind: envelope", "kind: envelop", "f/fund.yaml:11, amounts[0].kind: unknown kind of amount 'envelop'; did you mean 'envelope'?"),
    ("  ME: [", "  MME: [", "f/fund.yaml:13, eligible.MME: unknown place 'MME'; did you mean 'ME'?"),
    ("can: yes", "can: soon", "f/fund.yaml:13, eligible.ME[0].can: unknown answer 'soon'; expected one of yes, no, unknown"),
    ("  ME: [", "  WB6: [{can: no, from: 2025, why: Closed, source: board}]\n  ME: [",
     "f/fund.yaml:14, eligible.ME: ME is named under WB6 too; name each place once"),
    ("kind: agreement", "kind: agrement", "f/fund.yaml:15, requires[0].kind: unknown kind of requirement 'agrement'; did you mean 'agreement'?"),
]  # fmt: skip


def folder(root: Path, fund: str = FUND, gaps: str = GAPS, sources: str = SOURCES) -> Path:
    found = root / "f"
    found.mkdir()
    for name, text in (("fund", fund), ("gaps", gaps), ("sources", sources)):
        (found / f"{name}.yaml").write_text(text, "utf-8")
    return found


def test_the_folder_that_is_spoilt_below_is_whole(tmp_path: Path) -> None:
    assert load_instruments(folder(tmp_path)).instruments["fund"].closes == ("evidence",)


@pytest.mark.parametrize(("written", "instead", "error"), CASES)
def test_a_broken_instrument_names_file_line_key_and_fix(tmp_path: Path, written: str, instead: str, error: str) -> None:
    assert FUND.count(written) == 1
    with pytest.raises(ClauseError) as caught:
        load_instruments(folder(tmp_path, FUND.replace(written, instead)))
    assert str(caught.value) == error


def test_broken_gaps_and_sources_too(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(
        ClauseError, match=r"^f/gaps.yaml:3, gaps.evidence.clauses: unknown clause 'nis2-aplied'; did you mean 'nis2-applied'\?$"
    ):
        load_instruments(folder(tmp_path / "a", gaps=GAPS.replace("nis2-applied", "nis2-aplied")))
    with pytest.raises(ClauseError) as caught:
        load_instruments(
            folder(tmp_path / "b", sources=SOURCES.replace("https://example.org/decision", "example.org").replace("id: copy", "id: paper"))
        )
    assert "f/sources.yaml:3, sources[0].address: expected a full web address such as https://example.org/page, found 'example.org'" in str(
        caught.value
    )


def test_an_id_is_used_once(tmp_path: Path) -> None:
    found = folder(tmp_path)
    (found / "zweit.yaml").write_text(FUND, "utf-8")
    with pytest.raises(ClauseError, match=r"^f/zweit.yaml:2, id: 'fund' is used twice in this catalogue; give it its own id$"):
        load_instruments(found)


# --- the command line, the lint, the pages


def test_the_region_at_a_glance_and_one_place_in_full() -> None:
    code, text = run("instruments", "--as-of", "2026-11-23")
    assert code == 0
    assert "16 instruments" in text
    assert "UNSCR 1244/1999" in text
    code, text = run("instruments", "--place", "RS", "--gap", "reform-incentive", "--as-of", "2026-11-23")
    assert code == 0
    assert "EUR 61 m first regular tranche" in text.replace("\n", " ")
    assert "EUR 57 m first regular tranche" in text
    assert "https://rks.news/?p=94622" in text


def test_wrong_words_end_with_code_3_and_the_nearest_one() -> None:
    for args, hint in (
        (("--gap", "evidance"), "'evidence'"),
        (("--place", "RSS"), "'RS'"),
        (("--as-of", "2026"), "exact day"),
        (("--pack", "instrument"), "'instruments'"),
    ):
        code, text = run("instruments", *args)
        assert code == 3
        assert hint in text


def test_records_keep_unknown_bounds_as_null(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert run("instruments", "--place", "XK", "--as-of", "2026-11-23", "--json", str(out))[0] == 0
    found = json.loads(out.read_text("utf-8"))
    assert found == records(CATALOGUE, list(CATALOGUE.instruments.values()), ("XK",), parse_day("2026-11-23"))
    eip = next(i for i in found["instruments"] if i["id"] == "eip")
    assert eip["amounts"][0]["lo"] is None
    assert found["footnotes"]
    cited = {s for i in found["instruments"] for a in i["amounts"] for s in a["sources"]}
    assert cited <= set(found["sources"])


def test_lint_accepts_the_folder_a_file_of_it_and_all_packs_together() -> None:
    regimes = locate_instruments().parent
    lines, faults = lint_paths((str(regimes), str(regimes / "instruments" / "rgf.yaml")))
    assert faults == 0
    assert sum("16 instruments" in x for line in lines for x in line.splitlines()) == 2


def test_the_catalogue_page_is_in_step() -> None:
    assert (ROOT / "docs" / "instruments-catalogue.md").read_text("utf-8").strip() == page(CATALOGUE).strip(), "run `make docs`"


def test_the_worked_example_of_the_docs_gives_the_answers_printed_there(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "instruments.md").read_text("utf-8")
    for name, body in re.findall(r"^```yaml (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(body, "utf-8")
    (tmp_path / "gaps.yaml").write_text((locate_instruments() / "gaps.yaml").read_text("utf-8"), "utf-8")
    fund = load_instruments(tmp_path).instruments["fibre-fund"]
    asked = re.findall(r"^\| (\w\w) (\d{4}-\d\d-\d\d) \| (\w+) \|$", text, re.MULTILINE)
    assert len(asked) == 5
    assert [may(fund, place, day) for place, day, _ in asked] == [answer for *_, answer in asked]
