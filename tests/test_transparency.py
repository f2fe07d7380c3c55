"""Transparency rules: every page's example is run, withheld is not missing, and publishing less never helps."""

import io
import json
import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from litmus.imports import ocds
from litmus.imports.procured import read_files
from litmus.procurement.demands import ProfileFault, demands, parameters, profile_names, read_profile
from litmus.procurement.load import loaded
from litmus.procurement.transparency import STATES, Tally, Total, TotalFault, judge_rules, share_met, tally, transparency_rules, with_total

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "transparency"
REAL = ROOT.parent / "shared" / "data"
DAY = date(2026, 11, 24)
CODES = sorted(transparency_rules())
BLOCK = re.compile(r"^```(jsonl|expect)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Shrinking a case that fails would take minutes: each judges a hundred releases by 22 rules.
FEW = settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
Row = tuple[str, str, str, str, str | None, str | None, int | None]


def judged(
    told: Sequence[Any] | bytes, only: Sequence[str] = CODES, total: Total | None = None, threads: int = 0
) -> tuple[list[Row], dict[str, Tally]]:
    text = told if isinstance(told, bytes) else b"\n".join(orjson.dumps(r) for r in told)
    with loaded(ocds.rows(io.BytesIO(text), "example.jsonl"), threads=threads) as (con, receipt):
        assert receipt.held == 0
        judge_rules(con, only=only)
        rows = con.execute("SELECT code, id, lot, state, reason, missing, value FROM rule_rows ORDER BY code, id, lot").fetchall()
        return rows, tally(con, only, total)


# --- pages ------------------------------------------------------------------------------------------------------------


def shown(row: Row) -> str:
    _, name, lot, state, reason, missing, value = row
    return " ".join(x for x in (name, lot, state, reason or "", "" if value is None else str(value), missing or "") if x)


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_page_gives_the_answers_printed_there(code: str) -> None:
    blocks = dict(BLOCK.findall((DOCS / f"{code}.md").read_text("utf-8")))
    rows, _ = judged(blocks["jsonl"].encode(), [code])
    assert [shown(r) for r in rows] == blocks["expect"].splitlines()
    assert len({r[3] for r in rows}) > 1, "the example shows too little"
    if code != "T22":
        assert "withheld" in {r[4] for r in rows}, "every page shows what withheld does"


def test_every_rule_has_a_page_its_words_and_a_line_in_the_index() -> None:
    assert [f"T{n:02}" for n in range(1, 23)] == CODES == sorted(demands())
    assert {p.stem for p in DOCS.glob("*.md")} == {*CODES, "README"}
    index = (DOCS / "README.md").read_text("utf-8")
    for code, query in transparency_rules().items():
        text, demand = (DOCS / f"{code}.md").read_text("utf-8"), demands()[code]
        assert text.startswith(f"# {code}: {query.title}\n")
        assert f"| [{code}]({code}.md) | {query.title} |" in index
        assert "invented" in text
        assert query.title == demand.title
        assert all(f"- `{path}`" in text for path in demand.needs)
        assert all((f"[read here]({b.address})" in text) if b.address else f"- {b.ref}: not verified" in text for b in demand.basis)
        for param in query.params:
            default = str(param.default).lower() if isinstance(param.default, bool) else param.default
            assert f"| `{param.name}` | `{default}` |" in text


def test_pages_say_what_absence_does_and_the_examples_bear_it_out() -> None:
    for code in CODES:
        text = (DOCS / f"{code}.md").read_text("utf-8")
        lines = dict(BLOCK.findall(text))["expect"].splitlines()
        if "**Never not met**" in text:
            assert not [line for line in lines if "not-met" in line]
        if " absent" in "".join(lines):
            assert "**Absence counts here**" in text


# --- terms by place ---------------------------------------------------------------------------------------------------


def test_a_place_whose_law_was_not_read_inherits_the_directives_unverified() -> None:
    assert profile_names() == ["al", "ba", "eu", "me", "mk", "rs", "xk"]
    base = read_profile("eu", DAY)
    assert {n: v.verified for n, v in parameters(base, "T09").items()} == {"days": True, "paper_days": False}
    for name in profile_names():
        profile = read_profile(name, DAY)
        for own in profile.values.values():
            for value in own.values():
                assert value.address or not value.verified, "verified means: read at an address"
                assert name == "eu" or (value.inherited and not value.verified)


def test_a_profile_of_ones_own_is_dated_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "invented.toml"
    old = 'inherits = "eu"\n[[value]]\nrule = "T08"\nname = "days"\nvalue = 60\nuntil = "2020"\nsource = "Invented law"\nverified = false\n'
    file.write_text(old + old.partition("\n")[2].replace("60", "10").replace('until = "2020"', 'from = "2021-05-01"'))
    assert parameters(read_profile(str(file), date(2019, 1, 1)), "T08")["days"].value == 60
    assert parameters(read_profile(str(file), DAY), "T08")["days"].value == 10
    assert parameters(read_profile(str(file), DAY), "T09")["days"].inherited
    for wrong, message in (
        (old.replace("T08", "T8"), "unknown rule"),
        (old.replace('"days"', '"day"'), "days"),
        (old.replace("60", '"60"'), "whole number"),
        (old.replace("verified = false", "verified = true"), "without an address"),
        (old.replace("source =", "sorce ="), "source"),
        (old.replace('"eu"', '"xx"'), "inherits"),
        ("value = 1 2", "TOML"),
    ):
        file.write_text(wrong)
        with pytest.raises(ProfileFault, match=message):
            read_profile(str(file), DAY)
    with pytest.raises(ProfileFault, match="profile"):
        read_profile("zz", DAY)


# --- withheld ---------------------------------------------------------------------------------------------------------


def limited(**held: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"ocid": "x", "date": "2031-06-01T00:00:00Z", "tag": ["compiled"], "tender": {"procurementMethod": "limited"}}
    if held:
        told["withheldInformation"] = [{"id": "1", **held}]
    return told


@pytest.mark.parametrize(
    ("held", "state", "reason"),
    [
        ({}, "not-met", "absent"),
        ({"field": "tender/procurementMethodRationale", "rationale": "Invented ground"}, "unknown", "withheld"),
        ({"field": "dir-awa-jus", "rationaleClassification": "oth-int", "availabilityDate": "2031-06-02"}, "unknown", "withheld"),
        ({"field": "tender/procurementMethodRationale"}, "not-met", "absent"),  # no ground
        ({"field": "dir-awa-jus", "rationale": "Invented ground", "availabilityDate": "2031-06-01"}, "not-met", "absent"),  # over
        ({"field": "tender/value", "rationale": "Invented ground"}, "not-met", "absent"),  # another field
    ],
)
def test_withheld_is_not_missing_and_neither_is_met(held: dict[str, Any], state: str, reason: str) -> None:
    rows, tallies = judged([limited(**held)], ["T03"])
    assert [(r[3], r[4]) for r in rows] == [(state, reason)]
    assert (tallies["T03"].withheld, tallies["T03"].met) == (int(reason == "withheld"), 0)


def test_a_lot_is_withheld_alone_and_the_lots_of_a_process_count_together() -> None:
    lots = [{"id": n, "procurementMethod": "limited"} for n in "12"]
    told = {**limited(field="dir-awa-tex", rationale="Invented ground", lot="1"), "tender": {"procurementMethod": "limited", "lots": lots}}
    rows, tallies = judged([told], ["T03"])
    assert [(r[2], r[3], r[4]) for r in rows] == [("1", "unknown", "withheld"), ("2", "not-met", "absent")]
    assert tallies["T03"] == Tally(not_met=1)


# --- the share --------------------------------------------------------------------------------------------------------

COUNTS = st.builds(Tally, *(st.integers(0, 6) for _ in STATES), st.integers(0, 3))


@given(COUNTS, st.integers(0, 9), st.sampled_from([*(s.replace("-", "_") for s in STATES), "cancelled"]), st.sampled_from(CODES))
def test_taking_a_process_away_only_widens_the_bounds(one: Tally, more: int, gone: str, code: str) -> None:
    from dataclasses import replace

    if not getattr(one, gone):
        return
    total = Total(one.seen + more, "https://example.org/invented")
    before = share_met(code, with_total(one, total))
    after = share_met(code, with_total(replace(one, **{gone: getattr(one, gone) - 1}), total))
    assert after is not None
    if before is not None:
        assert after.floor <= before.floor
        if code == "T22" and gone not in {"not_applicable", "cancelled"}:
            assert after.ceiling <= before.ceiling
        elif code != "T22":
            assert after.ceiling >= before.ceiling


@given(COUNTS, st.sampled_from(CODES))
def test_without_a_count_the_bounds_say_nothing(one: Tally, code: str) -> None:
    share = share_met(code, one)
    assert share is not None
    assert (share.floor, share.ceiling) == (0, 1)
    assert "floor is 0" in share.why


@given(COUNTS, st.integers(0, 9))
def test_the_bounds_hold_every_completion_and_touch_the_outermost(one: Tally, more: int) -> None:
    share = share_met("T06", with_total(one, Total(one.seen + more, "x")))
    open_ones = one.unknown + one.withheld + more
    of = one.met + one.not_met + open_ones
    if not of:
        assert share is None
        return
    completions = {Fraction(one.met + k, of) for k in range(open_ones + 1)}
    assert share is not None
    assert (share.floor, share.ceiling) == (min(completions), max(completions))


def test_a_count_that_the_records_contradict_is_refused() -> None:
    with pytest.raises(TotalFault, match="less than the 2 processes"):
        judged([{"ocid": "a"}, {"ocid": "b", "tender": {"status": "cancelled"}}], ["T03"], Total(1, "x"))


# --- records taken away, fields taken away ----------------------------------------------------------------------------

DAYS = st.sampled_from(["2031-01-05T00:00:00Z", "2031-02-10T00:00:00+02:00", "2031-03-20", "2031-05-25"])
MAYBE = st.one_of(st.none(), DAYS)
RELEASES = st.lists(
    st.builds(
        lambda method, count, start, end, decided, signed, shown, url, status, code: {
            "date": "2031-06-01T00:00:00Z",
            "tag": ["compiled"],
            "tender": {
                "procurementMethod": method,
                "numberOfTenderers": count,
                "tenderPeriod": {"endDate": end},
                "documents": [
                    {"id": "1", "documentType": "tenderNotice", "datePublished": start},
                    {"id": "2", "documentType": "biddingDocuments", "url": url, "datePublished": start},
                ],
                "items": [{"id": "1", "classification": {"scheme": "CPV", "id": code}}],
            },
            "awards": [
                {
                    "id": "a1",
                    "status": status,
                    "date": decided,
                    "suppliers": [{"id": "XX-1"}],
                    "documents": [{"id": "1", "documentType": "awardNotice", "datePublished": shown}],
                },
                {"id": "a2", "status": "active", "date": decided, "suppliers": [{"id": "XX-2"}]},
            ],
            "contracts": [
                {"id": f"c{n}", "awardID": f"a{n}", "dateSigned": day, "documents": [{"documentType": "contractSigned", "url": url}]}
                for n, day in ((1, signed), (2, decided))
            ],
        },
        st.sampled_from(["open", "selective", "limited"]),
        st.sampled_from([None, 0, 1, 3]),
        MAYBE,
        MAYBE,
        MAYBE,
        MAYBE,
        MAYBE,
        st.sampled_from([None, "https://example.org/invented"]),
        st.sampled_from(["active", "cancelled", "pending"]),
        st.sampled_from(["32412100", "32", "15810000", "3241"]),
    ),
    min_size=1,
    max_size=4,
)
DELETABLE: list[tuple[str | int, ...]] = [
    ("tender",), ("tender", "procurementMethod"), ("tender", "numberOfTenderers"), ("tender", "tenderPeriod"), ("tender", "documents"),
    ("tender", "items"), ("tender", "documents", 1, "datePublished"), ("tender", "documents", 1, "url"), ("awards",), ("contracts",),
    ("awards", 0, "date"), ("awards", 0, "status"), ("awards", 0, "documents"), ("awards", 0, "suppliers"), ("awards", 1, "status"),
    ("contracts", 0), ("contracts", 0, "dateSigned"), ("contracts", 0, "documents"), ("contracts", 1, "awardID"),
]  # fmt: skip


def without(release: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(release))
    holder: Any = found
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return found


@FEW
@given(RELEASES)
def test_taking_a_field_away_never_helps(releases: list[dict[str, Any]]) -> None:
    told = []
    for n, release in enumerate(releases):
        told.append({"ocid": f"x{n}", **release})
        told += [{**without(release, path), "ocid": f"x{n}/{k}"} for k, path in enumerate(DELETABLE)]
    rows, _ = judged(told)
    states = {(code, name): (state, reason) for code, name, _, state, reason, _, _ in rows}
    for (code, name), (state, reason) in states.items():
        whole, _, cut = name.partition("/")
        if not cut:
            continue
        before, place = states[code, whole][0], (code, DELETABLE[int(cut)], releases[int(whole[1:])])
        if state == "met":
            assert before == "met", place
        if state == "not-applicable":
            assert before == "not-applicable", place
        if state == "not-met" and before != "not-met":
            # The other way round: adding a field makes no answer unknown, but one that rested on the absence of that field.
            assert reason == "absent", place


@FEW
@given(RELEASES, st.integers(0, 3))
def test_leaving_a_process_out_never_raises_a_floor(releases: list[dict[str, Any]], which: int) -> None:
    told = [{"ocid": f"x{n}", **r} for n, r in enumerate(releases)]
    total = Total(len(told) + 1, "https://example.org/invented")
    shorter = [r for n, r in enumerate(told) if n != which % len(told)]
    all_of, fewer = judged(told, total=total)[1], judged(shorter, total=total)[1]
    for code in CODES:
        before, after = share_met(code, all_of[code]), share_met(code, fewer[code])
        assert after is not None
        if before is not None:
            assert after.floor <= before.floor, code


@FEW
@given(RELEASES, st.randoms(use_true_random=False))
def test_answers_do_not_hang_on_the_order_of_lines_or_on_threads(releases: list[dict[str, Any]], shuffler: Any) -> None:
    told = [{"ocid": f"x{n}", **r} for n, r in enumerate(releases)]
    first = judged(told, threads=1)
    shuffler.shuffle(told)
    assert judged(told, threads=2) == first


def test_every_process_has_one_state_under_every_rule() -> None:
    told = [{"ocid": "x"}, {"ocid": "gone", "tender": {"status": "cancelled"}}, limited()]
    told[2] = {**limited(), "ocid": "y"}
    for one in judged(told)[1].values():
        assert (one.seen, one.cancelled) == (3, 1)


@pytest.mark.parametrize("form", ["can-modif", "register", "can-standard"])
def test_only_a_record_that_could_hold_a_field_shows_that_it_is_absent(form: str) -> None:
    deal = {"id": "c1", "awardID": "a1", "dateSigned": "2031-01-01"}
    told = {"ocid": "x", "date": "2031-06-01", "awards": [{"id": "a1", "status": "active"}], "contracts": [deal]}
    with loaded(ocds.rows(io.BytesIO(orjson.dumps(told)), "example.jsonl")) as (con, _):
        con.execute("UPDATE process SET form = $form", {"form": form})
        judge_rules(con, only=["T06", "T08", "T10"])
        states = {state for (state,) in con.execute("SELECT state FROM rule_rows").fetchall()}
    assert states == ({"not-met"} if form == "can-standard" else {"unknown"})


# --- the verb ---------------------------------------------------------------------------------------------------------


def verb(*arguments: str) -> Any:
    from click.testing import CliRunner

    from litmus.cli import main

    return CliRunner().invoke(main, ["transparency", *arguments])


def test_the_verb_prints_counts_and_writes_both_forms(tmp_path: Path) -> None:
    file, out, table = tmp_path / "r.jsonl", tmp_path / "o.json", tmp_path / "o.csv"
    file.write_bytes(orjson.dumps(limited()))
    done = verb(str(file), "--rule", "T03", "--place", "BA-BIH", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "floor of every share is 0" in done.output
    found = json.loads(out.read_bytes())
    assert found["profile"]["name"] == "ba"
    assert found["rules"]["T03"]["processes"]["not-met"] == 1
    assert found["rules"]["T03"]["share_met"]["floor"] == "0"
    assert found["processes"]["x"][""]["T03"] == {"state": "not-met", "reason": "absent", "missing": ["tender/procurementMethodRationale"]}
    done = verb(str(file), "--rule", "t03", "--total", "4", "--total-source", "https://example.org/invented", "--out", str(table))
    assert "[0, 3/4]" in done.output
    assert table.read_text() == "rule,process,lot,state,reason,missing,value\nT03,x,,not-met,absent,tender/procurementMethodRationale,\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rule", "T99"), "--rule"),
        (("--place", "ZZ"), "--profile"),
        (("--place", "XK", "--profile", "eu"), "give one"),
        (("--total", "3"), "belong together"),
        (("--total", "0", "--total-source", "x"), "less than"),
        (("--as-of", "soon"), "--as-of"),
    ],
)
def test_the_verb_says_what_is_wrong(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    file.write_bytes(orjson.dumps(limited()))
    done = verb(str(file), *arguments)
    assert (done.exit_code, message in done.output) == (3, True), done.output


# --- real files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("folder", "title"), [("kosovo", "Municipal registers of Kosovo"), ("ted", "Sixty-one eForms notices from TED")])
def test_the_counts_of_the_real_files_are_those_of_the_page(folder: str, title: str) -> None:
    if not (REAL / folder).exists():
        pytest.skip(f"the real files ({folder}) are not here")
    with loaded(read_files([REAL / folder])) as (con, receipt):
        assert receipt.records == receipt.notices + receipt.held
        judge_rules(con)
        found = tally(con, CODES)
    page = (ROOT / "docs" / "procurement-real-files.md").read_text("utf-8").partition("## What the transparency rules could answer")[2]
    section = page.partition(f"### {title}")[2].partition("\n### ")[0]
    for code, one in found.items():
        line = f"| {code} | {one.met:,} | {one.not_met:,} | {one.unknown:,} | {one.withheld:,} | {one.not_applicable:,} |"
        assert line in section, line
