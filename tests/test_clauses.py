"""Clauses as a desk officer meets them: norms, clocks, duties, parts, waivers, conflicts, silence and totals."""

from __future__ import annotations

from typing import Any

import pytest

from litmus.clauses.clause import Clause
from litmus.clauses.load import load_regime, load_text, locate_regime
from litmus.clauses.nodes import ClauseError
from litmus.clauses.search import replay
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day, parse_days, show_day
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.group import Parties
from random_worlds import row

HEAD = "{litmus: clause/1, id: test, version: 1, status: model, title: T, basis: [{ref: invented, kind: proposal}],\n"
BA_EACH = "{of: [BA-BIH, BA-SRP, BA-BRC], combine: each}"
RAN = {"layer": "ran", "weight_unit": "sites"}
EARLY = {"known_from": parse_days("2019-12-31")}


def clause(text: str) -> Clause:
    """A clause from the part of it that matters."""
    found = load_text(f"{HEAD}{text}}}", "test.yaml")[0]
    assert isinstance(found, Clause)
    return found


def verdict(text: str | Clause, *rows: Row, place: str = "RS", day: str = "2026-11-23", deep: bool = True) -> Verdict:
    """Judge a clause on these rows and nothing else."""
    dossier = Dossier()
    for one in rows:
        dossier.rows[one.table].append(one)
    evidence, when = Evidence(dossier), parse_day(day)
    return judge(clause(text) if isinstance(text, str) else text, place, evidence, Parties(evidence, when, when), deep)


def camera(name: str, place: str = "RS", **more: Any) -> Row:
    return row("deployment", name, place, **{"operator": "city", "layer": "cctv", "asset": name} | EARLY | more)


def listed(place: str, **more: Any) -> Row:
    """An inventory that closes the deployments of a place."""
    return row("population", f"p-{place}", place, over="deployment", closed_by="inventory", **EARLY | more)


LISTED = listed("RS")


def cameras(rest: str, at_most: str = "0") -> str:
    """At most so many public cameras."""
    return (
        "measure: {kind: count, over: deployment, where: {layer: cctv}, population: {closed_by: inventory}},\n"
        f"target: {{at_most: {at_most}}}, empty: met,\n{rest}"
    )


# --- norms and time labels

NONE, ONE, UNKNOWN = [LISTED], [camera("a"), LISTED], []
STATE = {"none": NONE, "one": ONE, "unknown": UNKNOWN}
ACHIEVE = "norm: achieve, deadline: 2026-12-31, grace: P6M"


@pytest.mark.parametrize(
    ("rest", "day", "state", "expected"),
    [
        (ACHIEVE, "2026-06-01", "none", "MET met early"),
        (ACHIEVE, "2026-06-01", "one", "NOT_MET not yet due"),
        (ACHIEVE, "2026-06-01", "unknown", "UNDETERMINED open"),
        (ACHIEVE, "2026-12-31", "none", "MET met early"),
        (ACHIEVE, "2027-01-01", "none", "MET met"),
        (ACHIEVE, "2027-01-01", "one", "NOT_MET late"),
        (ACHIEVE, "2027-06-30", "one", "NOT_MET late"),
        (ACHIEVE, "2027-07-01", "one", "NOT_MET breached"),
        (ACHIEVE, "2027-07-01", "unknown", "UNDETERMINED open"),
        ("norm: achieve, deadline: 2026-12-31", "2027-01-01", "one", "NOT_MET breached"),
        ("norm: maintain", "2026-06-01", "none", "MET holding"),
        ("norm: maintain", "2026-06-01", "one", "NOT_MET breached"),
        ("norm: maintain", "2026-06-01", "unknown", "UNDETERMINED open"),
        ("norm: avoid", "2026-06-01", "none", "MET holding"),
        ("norm: avoid", "2026-06-01", "one", "NOT_MET breached"),
        ("norm: avoid, from: 2026-12-31", "2026-12-30", "one", "UNDETERMINED not due"),
        ("norm: avoid, from: 2026-12-31", "2026-12-31", "one", "NOT_MET breached"),
        ("norm: avoid, in_force: 2026-12-31", "2026-12-30", "one", "UNDETERMINED breached"),
        ("norm: avoid, repealed: 2026-01-01", "2026-01-01", "one", "UNDETERMINED breached"),
    ],
)
def test_a_label_says_where_a_verdict_stands_against_its_clock(rest: str, day: str, state: str, expected: str) -> None:
    got = verdict(cameras(rest), *STATE[state], day=day)
    assert f"{got.name} {got.label}" == expected


def test_a_norm_that_does_not_bind_yet_decides_nothing_and_says_so() -> None:
    got = verdict(cameras("norm: avoid, from: 2026-12-31"), *ONE, day="2026-06-01")
    assert (got.name, got.reasons) == ("UNDETERMINED", ("norm-not-in-force",))


MILESTONES = "norm: achieve, deadline: 2026-12-31, path: {2026-01-01: 3, 2026-07-01: 1}"
LINE = "norm: achieve, deadline: 2026-12-31, path: linear, baseline: {2026-01-01: 10}"
FROM = "norm: avoid, from: 2026-12-31, path: {2026-01-01: 1}"


@pytest.mark.parametrize(
    ("rest", "day", "count", "expected"),
    [
        (MILESTONES, "2025-12-31", 2, "not yet due"),
        (MILESTONES, "2026-03-01", 3, "on track"),
        (MILESTONES, "2026-03-01", 4, "off track"),
        (MILESTONES, "2026-07-01", 2, "off track"),
        (MILESTONES, "2026-07-01", 1, "on track"),
        (LINE, "2025-12-31", 9, "not yet due"),
        (LINE, "2026-07-02", 5, "on track"),  # half of the year is gone, and half of the way
        (LINE, "2026-07-02", 6, "off track"),
        (LINE, "2026-12-31", 1, "off track"),
        (FROM, "2026-06-01", 1, "on track"),
        (FROM, "2026-06-01", 2, "off track"),
    ],
)
def test_a_path_sets_what_is_enough_before_the_day(rest: str, day: str, count: int, expected: str) -> None:
    found = [camera(f"c{n}") for n in range(count)]
    assert verdict(cameras(rest), *found, LISTED, day=day).label == expected
    if expected == "on track":
        assert verdict(cameras(rest), *found, day=day).label == "open", "without a list nobody knows how many there are"


def test_a_straight_path_runs_to_the_target_of_each_layer() -> None:
    text = ("norm: achieve, deadline: 2026-12-31, path: linear, baseline: {2026-01-01: 10}, empty: met,\n"
            "measure: {kind: count, over: deployment, by: [layer], population: {closed_by: inventory}},\n"
            "target: {at_most: {cctv: 0, core: 8}}")  # fmt: skip
    core = [camera(f"c{n}", layer="core") for n in range(9)]  # halfway from 10 to 8
    public = [camera(f"x{n}") for n in range(6)]  # halfway from 10 to 0 would be 5
    assert verdict(text, *core, *public[:5], LISTED, day="2026-07-02").label == "on track"
    assert verdict(text, *core, *public, LISTED, day="2026-07-02").label == "off track"


EVENT = "norm: achieve, deadline: {event: hrs-listing, plus: P36M}"


@pytest.mark.parametrize(
    ("place", "date", "day", "expected"),
    [
        (None, None, "2026-06-01", "UNDETERMINED not due"),
        ("RS", "2020-01-01", "2022-12-31", "NOT_MET not yet due"),
        ("RS", "2020-01-01", "2023-01-02", "NOT_MET breached"),
        ("EU", "2020-01-01", "2023-01-02", "NOT_MET breached"),
        ("ME", "2020-01-01", "2023-01-02", "UNDETERMINED not due"),
        ("RS", "2020", "2023-06-01", "NOT_MET not yet due"),  # the event may have been on the last day of 2020
        ("RS", "2020", "2024-01-01", "NOT_MET breached"),
        ("RS", None, "2026-06-01", "UNDETERMINED not due"),  # it happened, nobody says when
    ],
)
def test_a_deadline_that_hangs_on_an_event(place: str | None, date: str | None, day: str, expected: str) -> None:
    when = parse_days(date) if date else None
    event = [row("event", "e", place, event="hrs-listing", date=when, **EARLY)] if place else []
    got = verdict(cameras(EVENT), camera("a"), LISTED, *event, day=day)
    assert f"{got.name} {got.label}" == expected
    assert ("event-not-occurred" in got.reasons) is (got.label == "not due")


# --- duties with their own clocks

AWARD = (
    "norm: perform-within, {more}measure: {{kind: ratio, over: contract,\n"
    "  duty: {{from: signed, done: award_published, within: P30D}}, population: {{closed_by: register}}}},\n"
    "target: {{at_least: 1}}, empty: met"
)
REGISTER = row("population", "reg", "RS", over="contract", closed_by="register")


def contract(name: str, signed: str | None, published: str | None, place: str = "RS", **more: Any) -> Row:
    days = {k: parse_days(v) for k, v in (("signed", signed), ("award_published", published)) if v}
    return row("contract", name, place, name=name, sector="cctv", **days, **more)


@pytest.mark.parametrize(
    ("signed", "published", "expected"),
    [
        ("2026-10-01", "2026-10-31", "MET"),  # the thirtieth day is in time
        ("2026-10-01", "2026-11-01", "NOT_MET"),
        ("2026-10-01", "2026-11", "NOT_MET"),  # any day of November is late
        ("2026-10", "2026-11-05", "UNDETERMINED"),  # in time if signed from the sixth on
        ("2026-10-01", None, "UNDETERMINED"),  # published or not: not known
        ("2026-11-20", None, "MET"),  # the clock still runs: no duty has failed
        (None, "2026-11-05", "UNDETERMINED"),
    ],
)
def test_each_duty_has_its_own_clock(signed: str | None, published: str | None, expected: str) -> None:
    assert verdict(AWARD.format(more=""), contract("c", signed, published), REGISTER).name == expected


@pytest.mark.parametrize(("age", "expected"), [(29, "MET"), (30, "MET"), (31, "NOT_MET")])
def test_a_running_clock_is_no_failure(age: int, expected: str) -> None:
    """Publication is announced for next month: a failure from the thirty-first day on, not before."""
    signed = show_day(parse_day("2026-11-23") - age)
    assert verdict(AWARD.format(more=""), contract("c", signed, "2026-12-24"), REGISTER).name == expected


def test_a_window_looks_at_recent_duties_only() -> None:
    old, new = contract("old", "2020-01-01", "2020-12-01"), contract("new", "2026-09-01", "2026-09-10")
    assert verdict(AWARD.format(more=""), old, new, REGISTER).name == "NOT_MET"
    assert verdict(AWARD.format(more="window: P1Y, "), old, new, REGISTER).name == "MET"


# --- parts of a place


def ran(place: str, v1: int, v2: int) -> list[Row]:
    """Radio sites of two vendors in one place, with the list that closes them."""
    found = [camera(f"{place}-{v}", place, vendor=(v,), weight_lo=w, **RAN) for v, w in (("v1", v1), ("v2", v2)) if w]
    return [*found, listed(place)]


def capped(parts: str) -> str:
    return (
        "norm: maintain, measure: {kind: max-share, over: deployment, of: vendor, weight: sites,\n"
        "  population: {closed_by: inventory}}, target: {at_most: 0.6}, empty: met, parts: {BA: " + parts + "}"
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (BA_EACH, "NOT_MET"),
        ("{combine: pooled}", "MET"),  # 55 of 100: the failure of one entity is hidden
        ("{of: [BA-BIH, BA-SRP, BA-BRC], combine: k-of-n, k: 2}", "MET"),
        ("{of: [BA-BIH, BA-SRP, BA-BRC], combine: k-of-n, k: 3}", "NOT_MET"),
        ("{of: [BA-SRP], combine: competent}", "NOT_MET"),
        ("{of: [BA-BIH], combine: competent}", "MET"),
    ],
)
def test_pooling_hides_what_each_part_shows(parts: str, expected: str) -> None:
    found = [*ran("BA-BIH", 25, 25), *ran("BA-SRP", 25, 15), *ran("BA-BRC", 5, 5)]
    assert verdict(capped(parts), *found, listed("BA"), place="BA").name == expected


def test_a_fact_of_the_whole_lies_in_some_part_and_nobody_knows_in_which() -> None:
    somewhere = camera("x", "BA", vendor=("v1",), weight_lo=30, **RAN)
    found = [*ran("BA-BIH", 30, 30), *ran("BA-SRP", 30, 30), *ran("BA-BRC", 5, 5)]
    assert verdict(capped(BA_EACH), *found, somewhere, place="BA").name == "NOT_MET"  # too much wherever it is
    assert verdict(capped(BA_EACH.replace("each", "k-of-n, k: 2")), *found, somewhere, place="BA").name == "MET"


def test_a_law_of_the_state_holds_in_every_entity() -> None:
    text = "norm: maintain, target: {at_least: 1}, empty: not-met, parts: {BA: " + BA_EACH + "},\n"
    text += "measure: {kind: count, over: law, where: {in_force_now: true}, population: {closed_by: register}}"
    state = row("law", "l", "BA", topic="nis2", name="L", in_force=parse_days("2020"))
    entity = row("law", "l", "BA-SRP", topic="nis2", name="L", in_force=parse_days("2020"))
    closing = row("population", "p", "BA", over="law", closed_by="register")
    assert verdict(text, state, closing, place="BA").name == "MET"
    assert verdict(text, entity, closing, place="BA").name == "NOT_MET"


# --- waivers

WAIVED = cameras("norm: avoid, waivers: {needs: [authority, reason, expires], effect: exempt-rows, cap: 0.5}")


def waiver(*exempts: str, expires: str = "2030-01-01", of: str = "test") -> Row:
    more = {"exempts": exempts, "reason": "invented", "expires": parse_days(expires)}
    return row("waiver", "w", "RS", clause=of, authority="regulator", **more, **EARLY)


def test_a_waiver_exempts_a_row_in_plain_sight() -> None:
    got = verdict(WAIVED, camera("a"), camera("b", layer="core"), LISTED, waiver("a"))
    assert (got.name, got.without_waivers, list(got.waived)) == ("MET", False, ["a"])
    assert got.waived["a"].rows[0].values["reason"] == "invented"


@pytest.mark.parametrize("useless", [waiver("a", expires="2026-11-22"), waiver("a", of="another-clause"), waiver("b")])
def test_a_waiver_that_does_not_apply_changes_nothing(useless: Row) -> None:
    assert verdict(WAIVED, camera("a"), camera("b", layer="core"), LISTED, useless).name == "NOT_MET"


def test_waivers_stop_at_the_cap() -> None:
    three = [camera("a"), camera("b"), camera("c")]
    got = verdict(WAIVED, *three, LISTED, waiver("a", "b", "c"))
    assert (got.name, list(got.waived)) == ("NOT_MET", ["a"])  # half of three rows is one


def test_a_waived_row_does_not_come_back_as_an_unseen_one() -> None:
    text = WAIVED.replace("over: deployment", "over: deployment, weight: sites")
    sites = {"weight_unit": "sites"}
    found = [camera("a", weight_lo=60, **sites), camera("b", layer="core", weight_lo=9, **sites)]
    assert verdict(text, *found, listed("RS", layer="cctv", total_lo=60, unit="sites"), waiver("a")).name == "MET"


# --- evidence: conflict, silence, lists

VENDOR = (
    "norm: avoid, target: {at_most: 0}, empty: met, evidence: {contested: READING},\n"
    "measure: {kind: ratio, over: deployment, count: {vendor: [v1]}, population: {closed_by: inventory}}"
)
GOOD, POOR = {"reliability": "A", "credibility": "1"}, {"reliability": "D", "credibility": "4"}


@pytest.mark.parametrize(
    ("reading", "said", "expected"),
    [
        ("every-reading", "v1 v2", "UNDETERMINED contested"),
        ("every-reading", "v2 v3", "MET"),  # whichever reading is right, the clause is kept
        ("best-tier", "v1 v2", "NOT_MET"),  # the first source is the better one
        ("best-tier", "v2 v1", "MET"),
    ],
)
def test_a_contested_fact_is_judged_under_every_reading(reading: str, said: str, expected: str) -> None:
    claims = [camera("a", vendor=(v,), **grade) for v, grade in zip(said.split(), (GOOD, POOR), strict=True)]
    got = verdict(VENDOR.replace("READING", reading), *claims, LISTED)
    assert " ".join([got.name, *got.reasons]) == expected


def test_two_figures_are_two_figures_and_a_hull_is_all_between() -> None:
    text = ("norm: avoid, measure: {kind: sum, over: observation, where: {series: s}, value: value},\n"
            "target: {equals: 5}, empty: met, evidence: {contested: hull}")  # fmt: skip
    said = [row("observation", f"s{v}", "RS", series="s", unit="count", value_lo=v, **EARLY) for v in (4, 6)]
    got = verdict(text, *said)
    assert (got.name, got.interval and (got.interval.lo, got.interval.hi)) == ("UNDETERMINED", (4, 6))


@pytest.mark.parametrize(("empty", "expected"), [("met", "MET"), ("not-met", "NOT_MET")])
def test_where_there_is_nothing_to_measure_the_clause_says_what_that_means(empty: str, expected: str) -> None:
    nothing = VENDOR.replace("READING", "hull").replace("empty: met", f"empty: {empty}")
    assert verdict(nothing, LISTED).name == expected
    assert verdict(nothing, LISTED).reasons == ("nothing-to-measure",)
    assert verdict(nothing).name == "UNDETERMINED", "without a list, nothing seen is not nothing there"


@pytest.mark.parametrize("place", ["RS", "BA", "XK"])
def test_without_evidence_no_clause_is_decided(place: str) -> None:
    for one in load_regime(locate_regime("wb-digital")).clauses.values():
        assert verdict(one, place=place).name == "UNDETERMINED", one.id


def _tested(table: str, where: str, count: str = "") -> str:
    kind = f"kind: ratio, count: {{{count}}}" if count else "kind: count"
    closed = "population: {closed_by: [register, inventory]}"
    measure = f"{{{kind}, over: {table}, where: {{{where}}}, {closed}}}"
    return f"norm: avoid, target: {{at_most: 0}}, empty: met, measure: {measure}"


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (_tested("contract", "stage: [signed, delivered]"), contract("c", None, None)),
        (_tested("contract", "sector: cctv", "bids: 2"), contract("c", None, None)),
        (_tested("contract", "sector: cctv", "bids: 2"), contract("c", None, None, bids_lo=1, bids_hi=5)),
        (_tested("contract", "signed: {within: P1Y}"), contract("c", "2026", None)),
        (_tested("deployment", "layer: ran"), camera("a", layer=None)),
        (_tested("deployment", "vendor: v9", "vendor.restricted_by: list-a"), camera("a")),
    ],
)
def test_a_row_whose_tested_field_is_unknown_may_count(text: str, fact: Row) -> None:
    assert verdict(text, fact, REGISTER, LISTED).name == "UNDETERMINED"


TEN = [camera("a", weight_lo=10, **RAN)]
SITES = ("norm: maintain, empty: met, parts: {BA: " + BA_EACH + "}, target: {at_least: 50}, measure: {kind: count,\n"
         "  over: deployment, where: {layer: ran}, weight: sites, population: {closed_by: inventory}}")  # fmt: skip


@pytest.mark.parametrize(
    ("place", "found", "expected"),
    [
        ("RS", [*TEN, listed("RS", layer="ran", total_lo=60, unit="sites")], "MET"),
        ("RS", [*TEN, listed("RS", layer="ran", total_lo=40, unit="sites")], "NOT_MET"),
        # a total of all layers, of another unit, or of a larger place does not say that rows are missing here
        ("RS", [*TEN, listed("RS", total_lo=60, unit="sites")], "UNDETERMINED"),
        ("RS", [*TEN, listed("RS", layer="ran", total_lo=60, unit="cameras")], "UNDETERMINED"),
        ("BA", [listed("BA", layer="ran", total_lo=160, unit="sites")], "UNDETERMINED"),
    ],
)
def test_a_total_speaks_of_what_it_counts_and_of_nothing_else(place: str, found: list[Row], expected: str) -> None:
    assert verdict(SITES, *found, place=place).name == expected


@pytest.mark.parametrize(("total", "expected"), [(1, "MET"), (3, "UNDETERMINED")])
def test_a_register_that_counts_loans_does_not_count_money(total: int, expected: str) -> None:
    text = "norm: avoid, target: {at_most: 200}, empty: met,\n"
    text += "measure: {kind: sum, over: loan, value: amount, currency: EUR, population: {closed_by: register}}"
    owed = {"lender": "bank", "quantity": "outstanding", "amount_lo": 100_00, "currency": "EUR"}
    loan = row("loan", "l", "RS", name="l", **owed, **EARLY)
    register = row("population", "p", "RS", over="loan", closed_by="register", total_lo=total, **EARLY)
    assert verdict(text, loan, register).name == expected


def test_cells_are_cut_by_keys_only() -> None:
    with pytest.raises(ClauseError, match="cells are cut by key fields"):
        clause(cameras("norm: avoid").replace("kind: count,", "kind: count, by: [vendor],"))


def test_an_open_verdict_shows_a_world_that_meets_it_and_one_that_breaks_it() -> None:
    got = verdict(VENDOR.replace("READING", "hull"), camera("a"), LISTED)
    assert got.meets is not None
    assert got.breaks is not None
    assert (replay(got.problem, got.meets), replay(got.problem, got.breaks)) == (True, False)
