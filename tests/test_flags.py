"""Red flags: every page's example is run, Cardinal's semantics are held case by case and against an independent fold.

Longer than 400 lines because the cases of eleven indicators stand in one table each, where they can be compared with the reference.
"""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litmus.imports import ocds
from litmus.procurement.cardinal import SettingsFault, check_settings, indicators, output
from litmus.procurement.corpus import opened
from litmus.procurement.load import loaded
from litmus.procurement.native import check_parameters, judge, report
from litmus.procurement.runner import CARDINAL, flags

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))
from cardinal_plain import plain  # noqa: E402 - the benchmark's own folder

DOCS = ROOT / "docs" / "flags"
BLOCK = re.compile(r"^```(jsonl|settings|expect)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATOR = ROOT.parent / "shared" / "bench" / "ocds_gen.py"
#: A folder with Cardinal's own `tests/fixtures/indicators`, for who has a copy of it.
FIXTURES = os.environ.get("LITMUS_CARDINAL_FIXTURES", "")
CASES = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(max_examples=5, deadline=None)
Row = tuple[str, str, str, str, float | None, str | None]


def native(text: bytes, given: dict[str, Any] | None = None, only: str = "", threads: int = 0) -> list[Row]:
    with loaded(ocds.rows(io.BytesIO(text), "example.jsonl"), threads=threads) as (con, receipt):
        assert receipt.held == 0
        judge(con, given, only=[only] if only else None)
        found: list[Row] = con.execute("SELECT grp, id, lot, state, value, missing FROM flag_rows ORDER BY code, grp, id, lot").fetchall()
        return found


def cardinal(text: bytes, wanted: dict[str, Any], folder: Path, threads: int = 0) -> dict[str, Any]:
    file = folder / "example.jsonl"
    file.write_bytes(text)
    with opened([file], cache=None, threads=threads) as corpus:
        assert corpus.tally.lines == corpus.tally.releases + corpus.tally.fault_count
        return output(indicators(corpus, check_settings(wanted)), wanted)


def lines(*releases: Any) -> bytes:
    return b"\n".join(orjson.dumps(r) for r in releases)


def bid(n: int, who: str | list[str], amount: float | None = None, status: str | None = "valid", currency: str = "EUR") -> dict[str, Any]:
    told: dict[str, Any] = {"id": f"b{n}", "tenderers": [{"id": w} for w in ([who] if isinstance(who, str) else who)]}
    if status is not None:
        told["status"] = status
    if amount is not None:
        told["value"] = {"amount": amount, "currency": currency}
    return told


def award(who: str | list[str], status: str = "active") -> dict[str, Any]:
    return {"id": "a", "status": status, "suppliers": [{"id": w} for w in ([who] if isinstance(who, str) else who)]}


# --- pages ------------------------------------------------------------------------------------------------------------


def page(code: str) -> dict[str, str]:
    return dict(BLOCK.findall((DOCS / f"{code}.md").read_text("utf-8")))


def shown(row: Row) -> str:
    grp, name, lot, state, value, missing = row
    return " ".join(x for x in (grp, name, lot, state, "" if value is None else f"{value:g}", missing or "") if x)


@pytest.mark.parametrize("code", sorted(flags()))
def test_the_example_of_a_page_gives_the_answers_printed_there(code: str) -> None:
    blocks = page(code)
    found = native(blocks["jsonl"].encode(), json.loads(blocks.get("settings", "{}")), code)
    assert [shown(r) for r in found if r[3] != "figure"] == blocks["expect"].splitlines()
    assert len({"flagged", "clear", "unknown", "not-applicable"} & {r[3] for r in found}) > 1, "the example shows too little"


@pytest.mark.parametrize("code", CARDINAL)
def test_on_the_example_of_a_page_both_modes_flag_the_same(code: str, tmp_path: Path) -> None:
    blocks = page(code)
    own = json.loads(blocks.get("settings", "{}")).get(code, {})
    wanted = {code: {k: json.loads(v) if isinstance(v, str) else v for k, v in own.items()}}
    theirs = cardinal(blocks["jsonl"].encode(), wanted, tmp_path)
    ours = {(g, i): v for g, i, _, state, v, _ in native(blocks["jsonl"].encode(), {code: own}, code) if state == "flagged"}
    assert {(g, i): c[code] for g, names in theirs.items() if g != "Meta" for i, c in names.items()} == ours


def test_every_flag_has_a_page_with_all_its_parameters_and_a_line_in_the_index() -> None:
    assert {p.stem for p in DOCS.glob("*.md")} == {*flags(), "README"}
    index = (DOCS / "README.md").read_text("utf-8")
    for code, query in flags().items():
        text = (DOCS / f"{code}.md").read_text("utf-8")
        assert text.startswith(f"# {code}: {query.title}\n")
        assert "invented" in text
        assert f"| [{code}]({code}.md) | {query.title} |" in index
        for param in query.params:
            if param.name not in {"every", "lenient"} and (param.name != "currency" or code == "L08"):
                assert f"| `{param.name}` | `{param.default}` |" in text


# --- Cardinal, case by case -------------------------------------------------------------------------------------------


def one(code: str, release: dict[str, Any], folder: Path, own: dict[str, Any] | None = None, **top: Any) -> dict[str, Any]:
    found = cardinal(lines({"ocid": "x", **release}), {code: own or {}, **top}, folder)
    return {g: {i: c[code] for i, c in names.items()} for g, names in found.items() if g != "Meta"}


def period(start: str, end: str) -> dict[str, Any]:
    return {"tender": {"procurementMethod": "open", "tenderPeriod": {"startDate": start, "endDate": end}}}


@pytest.mark.parametrize(
    ("start", "end", "flagged"),
    [
        ("2031-03-01T00:00:00Z", "2031-03-15T23:59:59Z", True),
        ("2031-03-01T00:00:00Z", "2031-03-16T00:00:00Z", False),
        ("2031-03-01T00:00:00+02:00", "2031-03-15T22:00:00Z", False),
        ("2031-03-11T00:00:00Z", "2031-03-01T00:00:00Z", True),  # a negative period is short
        ("2031-03-01", "2031-03-02", False),  # no strict RFC 3339: passed over
        ("2031-03-01T00:00:00", "2031-03-02T00:00:00", False),
        ("2031-02-30T00:00:00Z", "2031-03-02T00:00:00Z", False),
    ],
)
def test_r003_takes_strict_moments_only(start: str, end: str, *, flagged: bool, tmp_path: Path) -> None:
    assert one("R003", period(start, end), tmp_path) == ({"OCID": {"x": 1.0}} if flagged else {})


def test_r003_has_a_threshold_by_procedure_and_by_the_national_name(tmp_path: Path) -> None:
    ten = period("2031-03-01T00:00:00Z", "2031-03-11T00:00:00Z")
    assert one("R003", ten, tmp_path, {"threshold": 10}) == {}
    assert one("R003", ten, tmp_path, {"procurement_methods": "selective"}) == {}
    ten["tender"]["procurementMethodDetails"] = "Urgent"
    assert one("R003", ten, tmp_path, {"procurement_method_details": {"Urgent": 5}}) == {}
    assert one("R003", ten, tmp_path, {"procurement_method_details": {"Urgent": 11}}) == {"OCID": {"x": 1.0}}


@pytest.mark.parametrize(
    ("count", "method", "flagged"), [(1, "open", True), (1, "selective", True), (1, "limited", False), (1.0, "open", False)]
)
def test_r018_wants_a_whole_one_and_a_competitive_procedure(count: float, method: str, *, flagged: bool, tmp_path: Path) -> None:
    found = one("R018", {"tender": {"procurementMethod": method, "numberOfTenderers": count}}, tmp_path)
    assert found == ({"OCID": {"x": 1.0}} if flagged else {})


def priced(*bids: dict[str, Any], awards: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"bids": {"details": list(bids)}, "awards": [award("W")] if awards is None else awards}


@pytest.mark.parametrize(
    ("release", "ratio"),
    [
        (priced(bid(1, "W", 100), bid(2, "L", 103)), 0.03),
        (priced(bid(1, "W", 200), bid(2, "W", 100), bid(3, "L", 103)), 0.03),  # the winner's price is its lowest
        (priced(bid(1, "W", 100), bid(2, "L", 103), bid(3, "M", 99)), None),  # a loser was cheaper
        (priced(bid(1, "W", 100), bid(2, ["L", "M"], 103)), None),  # joint bids are left out
        (priced(bid(1, "W", 100), bid(2, "L", 103), awards=[award("W"), award("W")]), None),
        (priced(bid(1, "W", 100), bid(2, "L", 103), awards=[award("W"), award("M", "pending")]), None),
        (priced(bid(1, "W", 100), bid(2, "L", 103), awards=[award("W"), award("M", "cancelled")]), 0.03),
        (priced(bid(1, "W", 100), bid(2, "L", 103), awards=[award(["W", "V"])]), None),
        (priced(bid(1, "W", 100), bid(2, "L", 103, "disqualified")), None),
        (priced(bid(1, "W", 100), bid(2, "L", 103, currency="USD")), None),
    ],
)
def test_r024_and_r058_compare_the_winner_with_the_next(release: dict[str, Any], ratio: float | None, tmp_path: Path) -> None:
    near = one("R024", release, tmp_path, {"threshold": 0.05})
    assert near == ({} if ratio is None else {"OCID": {"x": ratio}, "Tenderer": {"W": 0.0, "L": 0.0}})
    far = one("R058", release, tmp_path, {"threshold": 0.01})
    assert far == ({} if ratio is None else {"OCID": {"x": ratio}, "Tenderer": {"W": 0.0}})


def test_prices_are_compared_only_where_the_settings_say(tmp_path: Path) -> None:
    release = {**priced(bid(1, "W", 100), bid(2, "L", 103)), "tender": {"procurementMethodDetails": "NPC"}}
    threshold = {"threshold": 0.05}
    assert one("R024", release, tmp_path, threshold, no_price_comparison_procurement_methods="NPC|Other") == {}
    assert one("R024", release, tmp_path, threshold, price_comparison_procurement_methods="NPC") != {}
    assert one("R024", release, tmp_path, threshold, exclusions={"procurement_method_details": "NPC"}) == {}
    assert one("R024", release, tmp_path, threshold, currency="USD") == {}


@pytest.mark.parametrize(
    ("bids", "flagged"),
    [
        ([bid(1, "A", 5), bid(2, "B", 5)], True),
        ([bid(1, "A", 5), bid(2, "A", 5)], False),
        ([bid(1, ["A", "B"], 5), bid(2, ["B", "A"], 5)], False),
        ([bid(1, "A", 5, "pending"), bid(2, "B", 5, "strange")], True),  # whatever is not withdrawn or invited is submitted
        ([bid(1, "A", 5, "withdrawn"), bid(2, "B", 5)], False),
        ([bid(1, "A", 5), bid(2, "B", 5, currency="USD")], False),
        ([bid(1, "A", 5), bid(2, "B", 5, None)], False),
    ],
)
def test_r028_sees_equal_prices_of_different_tenderers(bids: list[dict[str, Any]], *, flagged: bool, tmp_path: Path) -> None:
    assert bool(one("R028", {"bids": {"details": bids}}, tmp_path)) == flagged


@pytest.mark.parametrize(
    ("moment", "flagged"), [("2031-03-20T13:00:00Z", True), ("2031-03-20T12:00:00Z", False), ("2031-03-20T12:00:00+09:00", False)]
)
def test_r030_compares_texts_in_the_profile_and_moments_natively(moment: str, *, flagged: bool, tmp_path: Path) -> None:
    release = {
        "ocid": "x",
        "tender": {"tenderPeriod": {"endDate": "2031-03-20T12:00:00Z"}},
        **priced({**bid(1, "W", 1), "date": moment}),
    }
    assert bool(one("R030", release, tmp_path)) == flagged
    assert (native(lines(release), only="R030")[0][3] == "flagged") == flagged
    late = {**release, **priced({**bid(1, "W", 1), "date": "2031-03-20T11:30:00-05:00"})}
    assert one("R030", late, tmp_path) == {}
    assert native(lines(late), only="R030")[0][3] == "flagged"


def test_r035_r036_and_r038_count_what_was_thrown_out(tmp_path: Path) -> None:
    release = priced(bid(1, "W", 100), bid(2, "L", 90, "disqualified"), bid(3, "M", 95, "disqualified")) | {"buyer": {"id": "B"}}
    assert one("R035", release, tmp_path) == {"OCID": {"x": 2.0}, "Tenderer": {"W": 0.0}}
    assert one("R035", release, tmp_path, {"threshold": 3}) == {}
    assert one("R036", release, tmp_path) == {"OCID": {"x": 1.0}}
    assert one("R038", release, tmp_path, {"threshold": 0.5}) == {"Buyer": {"B": 2 / 3}}
    assert one("R038", release, tmp_path, {"threshold": 0.5, "minimum_contracting_processes": 4}) == {}


def test_fences_follow_the_r8_quartiles_and_meta_shows_four_decimals(tmp_path: Path) -> None:
    gaps = [1, 20, 21, 22, 23, 24, 25, 26]
    corpus = lines(*({"ocid": f"x{n}", **priced(bid(1, "W", 100), bid(2, "L", 100 + g))} for n, g in enumerate(gaps)))
    found = cardinal(corpus, {"R024": {}}, tmp_path)
    # n = 8: h = (8 + 1/3)/4 + 1/3 = 2.4167 and 6.5833, so q1 = 0.204167 and q3 = 0.245833; the fence 0.204167 - 1.5 · 0.041667.
    assert found["Meta"]["R024"] == {"lower_fence": 0.1417, "q1": 0.2042, "q3": 0.2458}
    assert found["OCID"] == {"x0": {"R024": 0.01}}


def test_cancelled_calls_and_releases_without_an_ocid_stay_out(tmp_path: Path) -> None:
    short = period("2031-03-01T00:00:00Z", "2031-03-02T00:00:00Z")
    short["tender"]["status"] = "cancelled"
    assert one("R003", short, tmp_path) == {}
    with_faults = lines({"ocid": 1}, {}, {"ocid": "x", **period("2031-03-01T00:00:00Z", "2031-03-02T00:00:00Z")})
    assert cardinal(with_faults, {"R003": {}}, tmp_path)["OCID"] == {"x": {"R003": 1.0}}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"R03": {}}, "R03"),
        ({"R003": {"treshold": 1}}, "threshold"),
        ({"R018": 1}, "is an object"),
        ({"R028": {"threshold": 1}}, "no parameters"),
        ({"R003": {"threshold": True}}, "whole number"),
    ],
)
def test_a_setting_that_is_not_known_is_an_error(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsFault, match=message):
        check_settings(wanted)


def test_native_parameters_are_checked_too() -> None:
    for wrong in ({"R99": {}}, {"L02": {"over": 1}}, {"L02": {"over_ppm": 0.5}}, {"L02": 3}, []):
        with pytest.raises(SettingsFault):
            check_parameters(wrong)


# --- against the independent fold -------------------------------------------------------------------------------------

WHO = st.sampled_from(["A", "B", "C", "D"])
SOME = st.one_of(st.none(), st.sampled_from(["valid", "disqualified", "withdrawn", "invited", "pending", "odd"]))
BIDS = st.lists(
    st.builds(
        lambda who, amount, status, currency, date: {**bid(0, who, amount, status, currency), "date": date},
        st.lists(WHO, min_size=0, max_size=2),
        st.one_of(st.none(), st.integers(90, 110), st.sampled_from([100.5, 0, 99.99])),
        SOME,
        st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
        st.sampled_from(["2031-03-01T00:00:00Z", "2031-04-01T00:00:00Z"]),
    ),
    max_size=5,
)
AWARDS = st.lists(
    st.builds(
        lambda who, status, code: {**award(who, status), "items": [{"classification": {"id": code}}]},
        st.lists(WHO, min_size=1, max_size=2),
        st.sampled_from(["active", "active", "active", "cancelled", "pending"]),
        st.sampled_from(["32420000", "15500000"]),
    ),
    max_size=2,
)
RELEASES = st.lists(
    st.fixed_dictionaries(
        {
            "tender": st.fixed_dictionaries(
                {
                    "procurementMethod": st.sampled_from(["open", "limited"]),
                    "numberOfTenderers": st.integers(0, 3),
                    "tenderPeriod": st.fixed_dictionaries(
                        {
                            "startDate": st.sampled_from(["2031-03-01T00:00:00Z", "2031-03-01"]),
                            "endDate": st.sampled_from(["2031-03-10T00:00:00Z", "2031-03-16T00:00:00+01:00", "2031-02-01T00:00:00Z"]),
                        }
                    ),
                    "status": st.sampled_from(["complete", "cancelled"]),
                    "procuringEntity": st.fixed_dictionaries({"id": st.sampled_from(["P1", "P2"])}),
                }
            ),
            "buyer": st.fixed_dictionaries({"id": st.sampled_from(["B1", "B2"])}),
        },
        optional={"bids": st.fixed_dictionaries({"details": BIDS}), "awards": AWARDS},
    ),
    min_size=1,
    max_size=16,
)


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    meta, theirs = found.pop("Meta"), expected.pop("Meta")
    assert found == expected
    assert {c: f for c, f in meta.items() if any(v is not None for v in f.values())} == theirs


@CASES
@given(RELEASES)
def test_the_profile_agrees_with_a_fold_in_plain_python(tmp_path: Path, releases: list[dict[str, Any]]) -> None:
    text = lines(*({"ocid": f"x{n}", **r} for n, r in enumerate(releases)))
    same(cardinal(text, {"currency": "EUR", **{c: {} for c in CARDINAL}}, tmp_path), plain(text.splitlines(), "EUR"))


@pytest.mark.parametrize("several", [False, True])
def test_a_generated_corpus_gives_one_answer_at_any_number_of_threads(tmp_path: Path, *, several: bool) -> None:
    if not GENERATOR.exists():
        pytest.skip("the generator of releases is not here")
    file = tmp_path / "corpus.jsonl"
    count = os.environ.get("LITMUS_CORPUS", "2000")
    subprocess.run([sys.executable, str(GENERATOR), str(file), count, "7", *(["--multicur"] if several else [])], check=True)
    wanted: dict[str, Any] = {c: {} for c in CARDINAL}
    answers = []
    for threads in (1, 2, 2):
        with opened([file], cache=None, threads=threads, workers=threads) as corpus:
            answers.append(orjson.dumps(output(indicators(corpus, wanted), wanted)))
    assert answers[0] == answers[1] == answers[2]
    with file.open("rb") as stream:
        same(orjson.loads(answers[0]), plain(stream))


@pytest.mark.skipif(not FIXTURES, reason="LITMUS_CARDINAL_FIXTURES names no folder with Cardinal's fixtures")
def test_cardinals_own_fixtures(tmp_path: Path) -> None:
    pairs = sorted(Path(FIXTURES).glob("*.jsonl"))
    assert pairs
    for file in pairs:
        code, *rest = file.stem.replace("+", "|").split("-")
        own: dict[str, Any] = {}
        if len(rest) == 2:
            own = {rest[0]: int(rest[1]) if rest[1].isdigit() else rest[1]}
        elif len(rest) > 2:
            own = {rest[0]: {k: int(v) for k, v in zip(rest[1::2], rest[2::2], strict=True)}}
        wanted = {code: own, "no_price_comparison_procurement_methods": "NPC", "exclusions": {"procurement_method_details": "EXC"}}
        found = cardinal(file.read_bytes(), wanted, tmp_path)
        assert {k: v for k, v in found.items() if k != "Meta"} == json.loads(file.with_suffix(".expected").read_text("utf-8")), file.stem


# --- native -----------------------------------------------------------------------------------------------------------


@FEW
@given(RELEASES, st.randoms(use_true_random=False))
def test_native_answers_do_not_hang_on_the_order_of_lines_or_on_threads(releases: list[dict[str, Any]], shuffler: Any) -> None:
    told = [{"ocid": f"x{n}", **r} for n, r in enumerate(releases)]
    first = native(lines(*told), threads=1)
    shuffler.shuffle(told)
    assert native(lines(*told), threads=2) == first


def test_prices_of_one_process_are_compared_lot_by_lot() -> None:
    lots = [{"id": "1"}, {"id": "2"}]
    bids = [
        {**bid(1, "A", 100), "relatedLots": ["1"]},
        {**bid(2, "B", 100), "relatedLots": ["2"]},
        {**bid(3, "C", 70), "relatedLots": ["2"]},
        {**bid(4, "D", 70), "relatedLots": ["2"]},
    ]
    awards = [{**award("A"), "id": "a1", "relatedLots": ["1"]}, {**award("C"), "id": "a2", "relatedLots": ["2"]}]
    release = {"ocid": "x", "tag": ["compiled"], "tender": {"lots": lots}, "bids": {"details": bids}, "awards": awards}
    states = {(i, lot): s for g, i, lot, s, _, _ in native(lines(release), only="R028") if g == "OCID"}
    assert states == {("x", "1"): "clear", ("x", "2"): "flagged"}
    # One bid that does not say its lot, and the process is judged as a whole.
    del bids[0]["relatedLots"]
    assert {lot for g, _, lot, _, _, _ in native(lines(release), only="R028") if g == "OCID"} == {""}


def test_a_bid_for_two_lots_has_no_price_for_either() -> None:
    bids = [{**bid(1, "A", 100), "relatedLots": ["1", "2"]}, {**bid(2, "B", 100), "relatedLots": ["1"]}]
    awards = [{**award("A"), "relatedLots": ["1", "2"]}]
    release = {
        "ocid": "x",
        "tag": ["compiled"],
        "tender": {"lots": [{"id": "1"}, {"id": "2"}]},
        "bids": {"details": bids},
        "awards": awards,
    }
    found = {lot: (s, m) for g, _, lot, s, _, m in native(lines(release), only="R028") if g == "OCID"}
    assert found == {"1": ("unknown", "bids/details/value"), "2": ("clear", None)}


def test_each_currency_has_its_own_fence() -> None:
    def release(n: int, gap: int, currency: str) -> dict[str, Any]:
        return {"ocid": f"{currency}{n}", **priced(bid(1, "W", 100, currency=currency), bid(2, "L", 100 + gap, currency=currency))}

    told = [release(n, g, "EUR") for n, g in enumerate((1, 20, 21, 22, 23, 24, 25, 26))] + [release(n, 1, "ALL") for n in range(8)]
    with loaded(ocds.rows(io.BytesIO(lines(*told)), "x.jsonl")) as (con, _):
        judge(con, only=["R024"])
        found = report(con)
    assert set(found["Meta"]["R024"]) == {"ALL", "EUR"}
    assert [p for p, lots in found["OCID"].items() if lots[""]["R024"]["state"] == "flagged"] == [*(f"ALL{n}" for n in range(8)), "EUR0"]


def test_awards_are_added_up_by_ultimate_parent_where_it_is_known() -> None:
    told = [{"ocid": f"x{n}", "buyer": {"id": "B"}, "awards": [award(w)]} for n, w in enumerate(("A", "B", "C", "D"))]
    given = {"L07": {"minimum_awards": 4, "threshold_ppm": 750000}}
    with loaded(ocds.rows(io.BytesIO(lines(*told)), "x.jsonl")) as (con, _):
        states = []
        for parents in (
            (),
            (("A", "P"), ("B", "P")),
            (("A", "P"), ("B", "P"), ("C", "Q"), ("D", "R")),
            (("A", "P"), ("B", "P"), ("C", "P")),
        ):
            con.execute("DELETE FROM parent")
            for party, parent in parents:
                con.execute("INSERT INTO parent (party, parent) VALUES ($a, $b)", {"a": party, "b": parent})
            judge(con, given, only=["L07"])
            states.append(con.execute("SELECT state FROM flag_rows").fetchall()[0][0])
    assert states == ["unknown", "unknown", "clear", "flagged"]


def test_the_report_names_what_is_missing_and_keeps_cancelled_calls_apart() -> None:
    told = [{"ocid": "x"}, {"ocid": "gone", "tender": {"status": "cancelled"}}]
    with loaded(ocds.rows(io.BytesIO(lines(*told)), "x.jsonl")) as (con, _):
        judge(con)
        found = report(con)
    assert found["Cancelled"] == ["gone"]
    assert found["OCID"]["x"][""]["R003"] == {"state": "unknown", "missing": ["tender/tenderPeriod"]}
    assert "gone" not in found["OCID"]
    for code, counts in found["Counts"].items():
        assert sum(counts.values()) == 1, code


DELETABLE = [
    ("tender", "procurementMethod"), ("tender", "numberOfTenderers"), ("tender", "tenderPeriod"), ("tender",), ("bids",), ("awards",),
    ("buyer",),
    ("bids", "details", 0, "status"), ("bids", "details", 0, "value"), ("bids", "details", 0, "tenderers"), ("bids", "details", 0, "date"),
    ("awards", 0, "status"), ("awards", 0, "suppliers"),
]  # fmt: skip
#: Flags of one lot alone, whose fields can be taken away one by one. L01 asks for a field's absence.
ALONE = ["R003", "R018", "R028", "R030", "R035", "R036", "L02", "L04", "L06", "L09", "L12"]


@FEW
@given(RELEASES)
def test_taking_a_field_away_never_turns_an_answer_round(releases: list[dict[str, Any]]) -> None:
    told = []
    for n, release in enumerate(releases):
        told.append({"ocid": f"x{n}", **release})
        told += [{**shorter, "ocid": f"x{n}/{k}"} for k, path in enumerate(DELETABLE) if (shorter := without(release, path)) is not None]
    with loaded(ocds.rows(io.BytesIO(lines(*told)), "x.jsonl")) as (con, _):
        judge(con, only=ALONE)
        states = {(i, c): s for c, i, s in con.execute("SELECT code, id, state FROM flag_rows WHERE grp = 'OCID'").fetchall()}
    for (name, code), state in states.items():
        whole, _, cut = name.partition("/")
        if cut:
            pair = (states.get((whole, code), "unknown"), state)
            assert pair not in {("flagged", "clear"), ("clear", "flagged")}, (code, DELETABLE[int(cut)], releases[int(whole[1:])])


def without(release: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The release without a field; None where it has none."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(release))
    holder: Any = found
    try:
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
    except (KeyError, IndexError):
        return None
    return found


# --- the verb ---------------------------------------------------------------------------------------------------------


def verb(*arguments: str, cache: Path) -> Any:
    from click.testing import CliRunner

    from litmus.cli import main

    return CliRunner().invoke(main, ["flags", *arguments], env={"LITMUS_CACHE": str(cache)})


def test_the_verb_writes_both_forms_and_says_what_it_left_out(tmp_path: Path) -> None:
    file, plan, out = tmp_path / "r.jsonl", tmp_path / "s.json", tmp_path / "o.json"
    single = {"ocid": "x", "tender": {"procurementMethod": "open", "numberOfTenderers": 1}}
    file.write_bytes(lines(single) + b"\n{\n")
    plan.write_text('{"R018": {}}')
    done = verb(str(file), "--profile", "cardinal", "--settings", str(plan), "--out", str(out), cache=tmp_path / "c")
    assert (done.exit_code, json.loads(out.read_bytes())) == (3, {"OCID": {"x": {"R018": 1.0}}, "Meta": {}})
    assert "2 lines = 1 releases + 1 faults" in done.output
    # What was read is kept: another threshold needs no second reading, a changed file does.
    assert len(list((tmp_path / "c").glob("*.duckdb"))) == 2
    file.write_bytes(lines(single))
    done = verb(str(file), "--profile", "cardinal", "--settings", str(plan), "--out", str(out), cache=tmp_path / "c")
    assert done.exit_code == 0
    done = verb(str(file), "--out", str(out), cache=tmp_path / "c")
    assert (done.exit_code, json.loads(out.read_bytes())["Counts"]["R018"]["flagged"]) == (0, 1)
    plan.write_text('{"R18": {}}')
    for profile in ((), ("--profile", "cardinal")):
        done = verb(str(file), "--settings", str(plan), *profile, cache=tmp_path / "c")
        assert done.exit_code == 3
        assert "R018" in done.output
    assert verb(str(tmp_path / "gone"), cache=tmp_path / "c").exit_code == 3
