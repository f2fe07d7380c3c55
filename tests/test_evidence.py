"""What claims leave of a fact: agreement, conflict, denial, grade, age, newest state, corrections, and time travel."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.core.dates import parse_day, parse_period, show_days
from litmus.core.grade import passes
from litmus.core.sets import Names, Numbers, names, numbers
from litmus.core.words import ladder, word_list
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence, Fact, Policy, Value, domain
from test_facts import LAW, OWNED, RUNGS, Claim, read, table

OPEN = Policy()
TODAY = parse_day("2026-01-01")
CHAPTER = {"chapter": "10"}
SERIES = {"series": "gdp", "unit": "EUR"}
PLANT = {"operator": "alfa", "layer": "core"}


def dossier(name: str, key: Claim, *claims: Claim) -> Dossier:
    found = read(**{name: table(claims, key)})
    assert not found.faults, "\n".join(map(str, found.faults))
    return found


def only(found: Dossier, name: str, policy: Policy = OPEN, as_of: int = TODAY, known_at: int = TODAY) -> Fact:
    """The single fact of a table on a day."""
    (fact,) = Evidence(found).facts(name, policy, as_of, known_at)
    return fact


def rung(*claims: Claim, **asked: Any) -> Value:
    """What claims about one law leave of its rung."""
    return only(dossier("law", LAW, *claims), "law", **asked).value("rung")


def left(value: Value) -> set[str]:
    """The rungs that are left, as words."""
    assert isinstance(value.allowed, Numbers)
    return {word for word, i in RUNGS.items() if i in value.allowed}


# --- one fact, several claims


def test_without_a_claim_everything_is_possible() -> None:
    value = rung({})
    assert left(value) == set(RUNGS)
    assert (value.why, value.readings) == ("missing", ())


def test_one_exact_claim_settles() -> None:
    value = rung({"rung_lo": "signed"})
    assert left(value) == {"signed"}
    assert value.why == ""


def test_claims_that_overlap_narrow_each_other() -> None:
    value = rung({"rung_lo": "proposed", "rung_hi": "signed"}, {"rung_lo": "signed", "rung_hi": "in-force"})
    assert left(value) == {"signed"}
    assert [r.row.id for r in value.readings] == ["r1", "r2"]


def test_claims_that_exclude_each_other_are_kept_apart() -> None:
    value = rung({"rung_lo": "proposed"}, {"rung_lo": "in-force"})
    assert value.why == "contested"
    assert left(value) == {"proposed", "in-force"}
    hull = rung({"rung_lo": "proposed"}, {"rung_lo": "in-force"}, policy=Policy(contested="hull"))
    assert left(hull) == {"proposed", "pledged", "signed", "adopted", "in-force"}
    assert hull.why == "contested"


def test_the_better_graded_claim_wins_only_where_the_policy_says_so() -> None:
    said = {"B": "proposed", "A": "in-force", "C": "signed"}
    claims = [{"rung_lo": word, "reliability": grade} for grade, word in said.items()]
    best = rung(*claims, policy=Policy(contested="best-tier"))
    assert (left(best), best.why) == ({"in-force"}, "")
    assert left(rung(*claims)) == {"proposed", "in-force", "signed"}
    tie = rung(*claims, {"rung_lo": "none", "reliability": "A"}, policy=Policy(contested="best-tier"))
    assert (left(tie), tie.why) == ({"in-force", "none"}, "contested")


def test_a_denial_leaves_the_rest() -> None:
    value = rung({"rung_lo": "signed", "rung_hi": "in-force", "stance": "denies"})
    assert left(value) == {"none", "proposed", "pledged", "applicable", "complied"}


def test_a_denial_against_a_claim_is_a_conflict() -> None:
    value = rung({"rung_lo": "signed"}, {"rung_lo": "signed", "stance": "denies"})
    assert value.why == "contested"
    assert left(value) == set(RUNGS)


def test_one_of_several_vendors_and_which_it_is_not() -> None:
    either = dossier("deployment", PLANT, {"vendor": "alfa|beta"}, {"vendor": "beta", "stance": "denies"})
    assert only(either, "deployment").value("vendor").allowed == names("alfa")
    neither = dossier("deployment", PLANT, {"vendor": "alfa", "stance": "denies"})
    assert only(neither, "deployment").value("vendor").allowed == Names(frozenset({"alfa"}), but=True)


def test_an_empty_key_may_mean_not_known_which() -> None:
    fact = only(dossier("deployment", PLANT, {"generation": ""}), "deployment")
    assert fact.value("generation").allowed == names(*word_list("generation"))
    assert fact.value("asset").allowed == names("")
    assert fact.value("layer").allowed == names("core")


def test_a_fact_exists_when_asserted_and_not_when_only_denied() -> None:
    assert only(dossier("law", LAW, {}), "law").exists is True
    assert only(dossier("law", LAW, {"stance": "denies"}), "law").exists is False
    both = only(dossier("law", LAW, {}, {"stance": "denies"}), "law")
    assert (both.exists, both.why) == (None, "contested")
    # Denying a value is not denying the fact.
    assert only(dossier("law", LAW, {"stance": "denies", "rung_lo": "complied"}), "law").exists is None


# --- what is admissible


def test_a_claim_below_the_minimum_grade_says_nothing() -> None:
    policy = Policy(min_grade=("C", "3"))
    poor = {"rung_lo": "in-force", "reliability": "D"}
    assert left(rung({"rung_lo": "signed"}, poor, policy=policy)) == {"signed"}
    alone = only(dossier("law", LAW, poor), "law", policy)
    assert (alone.exists, alone.why) == (None, "inadmissible")
    assert (left(alone.value("rung")), alone.value("rung").why) == (set(RUNGS), "inadmissible")


def test_a_claim_grows_stale() -> None:
    found = dossier("law", LAW, {"rung_lo": "signed", "known_from": "2025-01-01"})
    year = Policy(max_age=parse_period("P1Y"))
    assert only(found, "law", year, parse_day("2026-01-01")).exists is True
    old = only(found, "law", year, parse_day("2026-01-02"))
    assert (old.exists, old.why) == (None, "stale")


def test_a_date_that_may_lie_on_either_side_of_the_day_leaves_existence_open() -> None:
    found = dossier("law", LAW, {"rung_lo": "signed", "valid_from": "2025", "valid_to": "2027"})
    for day, exists in (("2025-06-01", None), ("2026-01-01", True), ("2027-06-01", None)):
        assert only(found, "law", as_of=parse_day(day)).exists is exists
    for day in ("2024-12-31", "2028-01-01"):
        assert not Evidence(found).facts("law", OPEN, parse_day(day), TODAY)
    one_day = dossier("law", LAW, {"valid_from": "2025-06-01", "valid_to": "2025-06-01"})
    assert only(one_day, "law", as_of=parse_day("2025-06-01")).exists is True


# --- newest state, newest period


def test_the_newest_state_of_a_chapter_counts() -> None:
    opened = {"state": "open", "valid_from": "2021-12-14"}
    found = dossier("chapter", CHAPTER, opened, {"state": "provisionally-closed", "valid_from": "2025-06"})
    for day, state in (("2025-05-31", "open"), ("2025-07-01", "provisionally-closed")):
        assert only(found, "chapter", as_of=parse_day(day)).value("state").allowed == names(state)


def test_a_newer_row_that_is_silent_about_a_field_leaves_the_older_one_standing() -> None:
    claims = ({"state": "open", "valid_from": "2021"}, {"progress": "good", "valid_from": "2025"})
    found = dossier("chapter", CHAPTER, *claims)
    assert only(found, "chapter").value("state").allowed == names("open")


def test_the_newest_period_counts_even_when_it_is_over() -> None:
    rows = [{"value_lo": str(10 * i), "valid_from": f"202{i}-01-01", "valid_to": f"202{i}-12-31"} for i in (1, 3, 2)]
    found = dossier("observation", SERIES, *rows)
    assert only(found, "observation").value("value").allowed == numbers(30)
    assert only(found, "observation", as_of=parse_day("2022-06-01")).value("value").allowed == numbers(20)


def test_the_newest_state_is_the_last_begun_the_newest_period_the_last_ended() -> None:
    long, short = {"valid_from": "2024-01-01", "valid_to": "2026-12-31"}, {"valid_from": "2024-07-01", "valid_to": "2026-09-30"}
    states = dossier("chapter", CHAPTER, {"state": "open", **long}, {"state": "closed", **short})
    assert only(states, "chapter").value("state").allowed == names("closed")
    periods = dossier("observation", SERIES, {"value_lo": "1", **long}, {"value_lo": "2", **short})
    assert only(periods, "observation").value("value").allowed == numbers(1)


def test_two_measurements_of_the_newest_period_stand_side_by_side() -> None:
    rows = [{"value_lo": v, "valid_from": "2024-01-01", "valid_to": "2024-12-31"} for v in ("1", "2")]
    value = only(dossier("observation", SERIES, *rows), "observation").value("value")
    assert (value.allowed, value.why) == (numbers(1) | numbers(2), "contested")


def test_a_law_has_no_newest_row_both_are_kept() -> None:
    """Only tables that say ``latest`` prefer the newer row: elsewhere an end date is needed."""
    claims = ({"rung_lo": "signed", "valid_from": "2020"}, {"rung_lo": "in-force", "valid_from": "2024"})
    assert rung(*claims).why == "contested"


# --- corrections and time travel

CORRECTED = (
    {"rung_lo": "in-force", "known_from": "2024-03-01"},
    {"rung_lo": "signed", "known_from": "2025-03-01", "supersedes": "r1"},
)


def test_a_correction_replaces_from_the_day_it_is_known() -> None:
    assert left(rung(*CORRECTED)) == {"signed"}
    assert left(rung(*CORRECTED, known_at=parse_day("2025-02-28"))) == {"in-force"}
    assert not Evidence(dossier("law", LAW, *CORRECTED)).facts("law", OPEN, TODAY, parse_day("2024-02-29"))


def test_the_day_of_the_world_and_the_day_of_knowledge_are_two() -> None:
    late = dossier("law", LAW, {"rung_lo": "in-force", "valid_from": "2020-01-01", "known_from": "2025-01-01"})
    assert only(late, "law", as_of=parse_day("2021-01-01"), known_at=TODAY).exists is True
    assert not Evidence(late).facts("law", OPEN, TODAY, parse_day("2021-01-01"))


# --- laws, on random claims

LAST = len(RUNGS) - 1
GRADES = st.sampled_from([("A", "1"), ("B", "2"), ("C", "3"), ("D", "3"), ("F", "6")])
KNOWN = ["2023-01-31", "2023-02-28", "2024-01-01", "2024-02-29", "2025-06-01"]


@st.composite
def claim(draw: st.DrawFn) -> Claim:
    lo, hi = sorted(draw(st.tuples(st.integers(0, LAST), st.integers(0, LAST))))
    denies = draw(st.booleans()) and (lo, hi) != (0, LAST)  # denying everything is E6
    reliability, credibility = draw(GRADES)
    words = ladder("event")
    return {
        "rung_lo": words[lo], "rung_hi": words[hi], "stance": "denies" if denies else "asserts",
        "reliability": reliability, "credibility": credibility, "known_from": draw(st.sampled_from(KNOWN)),
    }  # fmt: skip


def meaning(one: Claim) -> set[int]:
    """The rungs that a claim leaves, by listing them."""
    said = set(range(RUNGS[one["rung_lo"]], RUNGS[one["rung_hi"]] + 1))
    return set(range(LAST + 1)) - said if one["stance"] == "denies" else said


def as_set(value: Value) -> set[int]:
    assert isinstance(value.allowed, Numbers)
    return {i for i in range(LAST + 1) if i in value.allowed}


@settings(deadline=None)
@given(st.lists(claim(), min_size=1, max_size=4), st.sampled_from([None, ("C", "3"), ("A", "2")]))
def test_claims_combine_as_sets(claims: list[Claim], minimum: tuple[str, str] | None) -> None:
    value = rung(*claims, policy=Policy(min_grade=minimum))
    heard = [meaning(c) for c in claims if not minimum or passes(c["reliability"], c["credibility"], minimum)]
    if not heard:
        assert (as_set(value), value.why) == (set(range(LAST + 1)), "inadmissible")
        return
    common = set.intersection(*heard)
    assert as_set(value) == (common or set.union(*heard))
    assert value.why == ("contested" if not common else "" if len(common) == 1 else "missing")


@settings(deadline=None)
@given(st.lists(claim(), min_size=1, max_size=4), claim())
def test_one_more_claim_narrows_or_contests(claims: list[Claim], more: Claim) -> None:
    """The monotonicity on which verdicts rest: nothing that was excluded comes back without an open conflict."""
    before, after = rung(*claims), rung(*claims, more)
    assert as_set(after) <= as_set(before) or after.why == "contested"
    if before.why == "contested":
        assert after.why == "contested"
        assert as_set(after) >= as_set(before)


@settings(deadline=None)
@given(st.lists(claim(), min_size=1, max_size=4), st.sampled_from(KNOWN), st.data())
def test_knowledge_of_a_day_is_the_dossier_of_that_day(claims: list[Claim], known: str, data: st.DataObject) -> None:
    for i, one in enumerate(claims[1:], start=1):
        one["supersedes"] = data.draw(st.sampled_from(["", f"r{i}"]))
    then, found = parse_day(known), dossier("law", LAW, *claims)
    printed = Dossier({**found.rows, "law": [r for r in found.rows["law"] if r.values["known_from"].lo <= then]})
    assert answers(found, OPEN, [TODAY], then) == answers(printed, OPEN, [TODAY])


def answers(found: Dossier, policy: Policy, days: list[int], known_at: int = TODAY) -> list[list[Any]]:
    """What one view of the evidence says of each day, asked in that order."""
    evidence = Evidence(found)
    asked = (evidence.facts("law", policy, day, known_at) for day in days)
    return [[(f.exists, f.why, f.rows, f.value("rung").allowed) for f in facts] for facts in asked]


@settings(deadline=None)
@given(
    st.lists(st.tuples(claim(), st.sampled_from(["", *KNOWN, "2024", "2024-02"])), min_size=1, max_size=3),
    st.lists(st.integers(parse_day("2022-12-01"), parse_day("2026-12-31")), min_size=2, max_size=5),
    st.sampled_from([None, "P30D", "P400D"]),
)
def test_order_of_questions_changes_nothing(claims: list[tuple[Claim, str]], days: list[int], age: str | None) -> None:
    found = dossier("law", LAW, *({**c, "valid_from": start} for c, start in claims))
    policy = Policy(max_age=parse_period(age) if age else None)
    assert answers(found, policy, days) == [answers(found, policy, [d])[0] for d in days]


def test_a_leap_day_does_not_keep_a_claim_fresh() -> None:
    found = dossier("law", LAW, {"rung_lo": "signed", "known_from": "2023-02-28"})
    days = [parse_day("2024-02-29"), parse_day("2025-06-01")]
    policy = Policy(max_age=parse_period("P1Y"))
    assert answers(found, policy, days)[1] == answers(found, policy, days[1:])[0]


def test_denying_everything_leaves_something_to_show() -> None:
    value = rung({"rung_lo": "none", "rung_hi": "complied", "stance": "denies"})
    assert not value.allowed.empty


def test_facts_near_a_place_are_its_own_its_parts_and_those_above_it() -> None:
    found = dossier("law", LAW, *({"place": p} for p in ("BA", "BA-SRP", "BA-BIH", "RS", "EU")))
    evidence = Evidence(found)

    def near(place: str) -> set[str]:
        return {f.place for f in evidence.near("law", OPEN, TODAY, TODAY, place)}

    assert near("BA") == {"BA", "BA-SRP", "BA-BIH"}
    assert near("BA-SRP") == {"BA", "BA-SRP"}
    assert near("AT") == {"EU"}
    assert near("AL") == set()


def test_the_domain_of_a_field_is_everything_its_column_admits() -> None:
    assert domain("law", "rung") == numbers(0, LAST)
    assert domain("ownership", "share") == numbers(0, 1_000_000)
    assert domain("chapter", "state") == names(*word_list("chapter_state"))
    assert 0 not in domain("deployment", "weight")  # an asset that weighs nothing is no asset
    with pytest.raises(KeyError):
        only(dossier("ownership", {**OWNED, "owner": "alfa"}, {}), "ownership").value("colour")


def test_dates_of_a_claim_are_days() -> None:
    value = only(dossier("law", LAW, {"adopted": "2025-02"}), "law").value("adopted")
    assert isinstance(value.allowed, Numbers)
    assert show_days(value.readings[0].row.values["adopted"]) == "2025-02-01…2025-02-28"
    assert value.allowed == numbers(parse_day("2025-02-01"), parse_day("2025-02-28"))
