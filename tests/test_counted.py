"""Populations that only a count closes: what is left out of a register never helps, and what nobody counted stays open."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litmus.clauses.clause import Clause
from litmus.clauses.load import load_regime, load_text, locate_regime
from litmus.clauses.nodes import ClauseError
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day, parse_days
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.group import Parties
from random_worlds import row

TODAY = "2026-11-23"
KNOWN = {"known_from": parse_days("2026-02-01")}
YEAR = {"valid_from": parse_days("2025"), **KNOWN}
CLAUSES = load_regime(locate_regime("wb-digital")).clauses
WAYS = ("yes", "no", "outside")


def lot(
    name: str, *, digital: str | None, bids: int | None, awarded: str | None = "2025-05-01", place: str = "RS", source: str = "s"
) -> Row:
    """A lot; what is None is not told."""
    told = {"process": f"{source}-{name}", "digital": digital, "bids_lo": bids, "bids_hi": bids, "source": source}
    return row("lot", f"{source}-{name}", place, **told, awarded=parse_days(awarded) if awarded else None, **KNOWN)


def count_of(number: int, place: str = "RS", series: str = "lots-awarded", **more: Any) -> Row:
    told = {"series": series, "unit": "count", "value_lo": number, "value_hi": number} | YEAR | more
    return row("observation", f"o-{place}-{number}-{len(str(more))}", place, **told)


def judged(clause: Clause | str, *rows: Row, place: str = "RS", day: str = TODAY) -> Verdict:
    dossier = Dossier()
    for one in rows:
        dossier.rows[one.table].append(one)
    when = parse_day(day)
    return judge(CLAUSES[clause] if isinstance(clause, str) else clause, place, Evidence(dossier), Parties(Evidence(dossier), when, when))


def ends(v: Verdict) -> tuple[Fraction, Fraction] | None:
    return (Fraction(v.interval.lo), Fraction(v.interval.hi)) if v.interval else None  # type: ignore[arg-type]


ONE, THREE, FARM = {"digital": "yes", "bids": 1}, {"digital": "yes", "bids": 3}, {"digital": "no", "bids": 1}


def test_the_places_that_no_row_takes_may_hold_anything() -> None:
    v = judged("single-bid-lots", lot("a", **ONE), lot("b", **THREE), lot("c", **FARM), count_of(4))
    assert ends(v) == (Fraction(1, 3), Fraction(2, 3))
    assert v.name == "NOT_MET"
    assert "o-RS-4-2" in v.evidence  # the count is cited


def test_without_a_count_a_ratio_lies_from_nought_to_one_whatever_is_published() -> None:
    v = judged("single-bid-lots", *(lot(str(i), **THREE) for i in range(50)))
    assert (ends(v), v.reasons) == ((0, 1), ("open-population",))


def test_a_list_that_says_these_are_all_closes_nothing() -> None:
    said = row("population", "p", "RS", over="lot", closed_by="register", total=1, **KNOWN)
    assert judged("single-bid-lots", lot("a", **THREE), said).name == "UNDETERMINED"
    text = """{litmus: clause/1, id: t, version: 1, status: model, title: T, basis: [{ref: invented, kind: proposal}], norm: maintain,
      measure: {kind: ratio, over: lot, count: {digital: yes}, population: {closed_by: register}}, target: {at_least: 1}, empty: met}"""
    with pytest.raises(ClauseError, match="counted_by"):
        load_text(text, "t.yaml")


def test_a_year_that_still_runs_is_not_judged() -> None:
    running = count_of(1, valid_from=parse_days("2026"))
    here = lot("a", **THREE, awarded="2026-05-01")
    assert judged("single-bid-lots", here, running).name == "UNDETERMINED"
    v = judged("single-bid-lots", here, lot("b", **ONE), running, count_of(1))
    assert (v.name, v.problem.period) == ("NOT_MET", (parse_day("2025-01-01"), parse_day("2025-12-31")))


def test_the_newest_year_that_is_counted_is_judged() -> None:
    old = count_of(1, valid_from=parse_days("2024"))
    rows = (lot("a", **THREE, awarded="2024-05-01"), lot("b", **ONE), old, count_of(1))
    assert judged("single-bid-lots", *rows).name == "NOT_MET"
    assert judged("single-bid-lots", *rows[:3]).name == "MET"


def test_more_rows_than_the_count_allows_contradict_it() -> None:
    v = judged("single-bid-lots", lot("a", **THREE), lot("b", **THREE), lot("c", **THREE), count_of(2))
    assert (v.name, ends(v)) == ("UNDETERMINED", (0, 1))
    assert any("contradict" in t.label for t in v.problem.tails)


def test_a_count_of_part_of_the_rows_or_of_something_else_closes_nothing() -> None:
    here = lot("a", **THREE)
    for other in (count_of(1, denominator="digital lots"), count_of(1, series="calls-published"), count_of(1, unit="percent")):
        assert judged("single-bid-lots", here, other).name == "UNDETERMINED"
    assert judged("single-bid-lots", here, count_of(1)).name == "MET"


def test_what_two_sources_number_differently_may_be_one_lot() -> None:
    """Two registers print the same lot; the count is of two. That both rows together fill it would be a guess."""
    twice = (lot("a", **THREE, source="register"), lot("a", **THREE, source="gazette"))
    assert judged("single-bid-lots", *twice, count_of(2)).name == "UNDETERMINED"
    assert judged("single-bid-lots", lot("a", **THREE), lot("b", **THREE), count_of(2)).name == "MET"


def test_two_sources_that_decide_against_each_other_contradict_the_count() -> None:
    v = judged("single-bid-lots", lot("a", **THREE, source="register"), lot("a", **ONE, source="gazette"), count_of(1))
    assert (v.name, ends(v)) == ("UNDETERMINED", (0, 1))


def test_each_part_of_a_country_needs_its_own_count() -> None:
    parts = ("BA-BIH", "BA-SRP", "BA-BRC")
    lots = [lot(p, **THREE, place=p) for p in parts]
    counts = [count_of(1, p) for p in parts]
    assert judged("single-bid-lots", *lots, *counts, place="BA").name == "MET"
    assert judged("single-bid-lots", *lots, *counts[:2], place="BA").name == "UNDETERMINED"
    assert judged("single-bid-lots", *lots, count_of(3, "BA"), place="BA").name == "UNDETERMINED"


# -- laws, on small worlds ------------------------------------------------------------------------------------------------------

LOTS = st.builds(
    lambda digital, bids, awarded: {"digital": digital, "bids": bids, "awarded": awarded},
    st.sampled_from(["yes", "yes", "no", None]),
    st.sampled_from([1, 3, 3, None]),
    st.sampled_from(["2025-05-01", "2025-05-01", "2024-05-01", None]),
)
BOUNDS = st.sampled_from(["0", "0.20", "0.5", "0.75", "1"])
ASKED = """{{litmus: clause/1, id: t, version: 1, status: model, title: T, basis: [{{ref: invented, kind: proposal}}], norm: maintain,
  measure: {{kind: ratio, over: lot, where: {{digital: yes}}, count: {{bids: {{at_most: 1}}}},
    population: {{counted_by: {{series: lots-awarded, date: awarded}}}}}}, target: {{{op}: {bound}}}, empty: {empty}}}"""
SMALL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asked(op: str, bound: str, empty: str) -> Clause:
    found = load_text(ASKED.format(op=op, bound=bound, empty=empty), "t.yaml")[0]
    assert isinstance(found, Clause)
    return found


def completions(lots: list[dict[str, Any]], number: int) -> set[tuple[int, int]]:
    """(yes, no) of every completion in which the year has exactly ``number`` lots: what is not told takes every value."""
    found = set()
    choices = [
        [
            (inside, digital, bids)
            for inside in ({None: (True, False), "2025-05-01": (True,)}.get(one["awarded"], (False,)))
            for digital in ((one["digital"],) if one["digital"] else ("yes", "no"))
            for bids in ((one["bids"],) if one["bids"] is not None else (1, 3))
        ]
        for one in lots
    ]
    for world in product(*choices):
        seen = [(d, b) for inside, d, b in world if inside]
        free = number - len(seen)
        if free < 0:
            continue
        known = [b == 1 for d, b in seen if d == "yes"]
        for more in combinations_with_replacement(WAYS, free):
            found.add((sum(known) + more.count("yes"), len(known) - sum(known) + more.count("no")))
    return found


def naive(lots: list[dict[str, Any]], number: int, op: str, bound: str, empty: str) -> bool | None:
    said = set()
    for yes, no in completions(lots, number):
        share = Fraction(yes, yes + no) if yes + no else None
        good = empty == "met" if share is None else share >= Fraction(bound) if op == "at_least" else share <= Fraction(bound)
        said.add(good)
    return said.pop() if len(said) == 1 else None


@SMALL
@given(st.lists(LOTS, max_size=4), st.integers(0, 3), st.sampled_from(["at_least", "at_most"]), BOUNDS, st.sampled_from(["met", "not-met"]))
def test_the_verdict_is_what_every_completion_says(lots: list[dict[str, Any]], free: int, op: str, bound: str, empty: str) -> None:
    number = sum(1 for one in lots if one["awarded"] == "2025-05-01") + free
    rows = [lot(str(i), **one) for i, one in enumerate(lots)]
    v = judged(asked(op, bound, empty), *rows, count_of(number))
    assert v.truth is naive(lots, number, op, bound, empty)


@SMALL
@given(st.lists(LOTS, min_size=1, max_size=6), st.integers(0, 3), st.sampled_from(["at_least", "at_most"]), BOUNDS, st.data())
def test_deleting_notices_never_improves_a_verdict(lots: list[dict[str, Any]], free: int, op: str, bound: str, data: st.DataObject) -> None:
    """Under a count that is true, a register with holes decides what the whole one decides, or nothing: never more, never else."""
    number = sum(1 for one in lots if one["awarded"] != "2024-05-01") + free
    rows = [lot(str(i), **one, source=data.draw(st.sampled_from("ab"))) for i, one in enumerate(lots)]
    keep = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=len(rows) - 1))
    rule = asked(op, bound, "met")
    whole, holed = judged(rule, *rows, count_of(number)), judged(rule, *(rows[i] for i in sorted(keep)), count_of(number))
    alone = whole.truth is None and any("contradict" in t.label for t in whole.problem.tails)
    if not alone:
        assert holed.truth in {whole.truth, None}
    if len({r.values["source"] for r in rows}) == 1 and whole.interval and holed.interval:
        assert holed.interval.lo <= whole.interval.lo
        assert holed.interval.hi >= whole.interval.hi


@SMALL
@given(st.lists(LOTS, max_size=5), st.sampled_from(["at_least", "at_most"]), BOUNDS)
def test_without_a_count_no_publication_decides(lots: list[dict[str, Any]], op: str, bound: str) -> None:
    rows = [lot(str(i), **one) for i, one in enumerate(lots)]
    v = judged(asked(op, bound, "met"), *rows)
    assert set(v.evidence) == {r.id for r in rows if r.values["digital"] != "no"}
    trivial = (op, bound) in {("at_least", "0"), ("at_most", "1")}
    assert v.truth is (True if trivial else None)
