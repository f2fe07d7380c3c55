"""The words of Litmus and their arithmetic, as examples and as laws."""

import calendar
import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from operator import or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmus.core import dates
from litmus.core.dates import FIRST_DAY, LAST_DAY, Days, parse_day, parse_days, parse_period, shift, show_day, show_days
from litmus.core.grade import parse_minimum, passes
from litmus.core.interval import INF, Interval, exact, show_number
from litmus.core.place import ancestors, expand, footnotes, groups, parts, place, places, show_place, within
from litmus.core.sets import ANY_NAME, ANY_NUMBER, OTHER, Names, Numbers, names, numbers
from litmus.core.truth import Truth, k_all, k_any, k_at_least, k_not
from litmus.core.words import expected_word, ladder, nearest, taxonomy, word_list

TRUTHS = (True, False, None)
truths = st.lists(st.sampled_from(TRUTHS), max_size=6)
fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
intervals = st.tuples(fractions, fractions).map(lambda p: Interval(min(p), max(p)))
days = st.integers(FIRST_DAY + 1, LAST_DAY - 1)

# --- interval


def test_decimal_text_is_exact() -> None:
    assert exact("0.60") == Fraction(3, 5)
    assert exact("58.11") * 100 == 5811
    assert exact(7) == 7
    assert exact(INF) == INF


@pytest.mark.parametrize("value", [0.6, float("nan"), True, "sixty", None, ""])
def test_what_is_not_an_exact_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"float|expected a number|Invalid literal"):
        exact(value)


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins: 2 > 1"):
        Interval(2, 1)


@given(intervals, intervals, st.fractions(0, 1, max_denominator=4), st.fractions(0, 1, max_denominator=4))
def test_arithmetic_holds_every_value_and_reaches_its_ends(a: Interval, b: Interval, s: Fraction, t: Fraction) -> None:
    x, y = a.lo + s * (a.hi - a.lo), b.lo + t * (b.hi - b.lo)
    operations: list[tuple[Interval, Callable[[Fraction, Fraction], Fraction]]] = [
        (a + b, lambda p, q: p + q),
        (a - b, lambda p, q: p - q),
        (a * b, lambda p, q: p * q),
    ]
    if b.lo > 0:
        operations.append((a.over(b), lambda p, q: p / q))
    for result, op in operations:
        assert op(x, y) in result
        corners = [op(p, q) for p, q in product((a.lo, a.hi), (b.lo, b.hi))]
        assert (result.lo, result.hi) == (min(corners), max(corners))


@given(intervals, intervals, fractions)
def test_meet_is_and_hull_is_the_smallest_cover(a: Interval, b: Interval, x: Fraction) -> None:
    both = a.meet(b)
    assert (x in a and x in b) is (both is not None and x in both)
    hull = a.hull(b)
    assert (hull.lo, hull.hi) == (min(a.lo, b.lo), max(a.hi, b.hi))


def test_unbounded_intervals() -> None:
    assert Interval(0, 2) * Interval(1, INF) == Interval(0, INF)
    assert Interval(1, 2).over(Interval(1, INF)) == Interval(0, 2)
    assert -Interval(3, INF) == Interval(-INF, -3)
    assert (Interval(0, 0) * Interval(-INF, INF)).is_point
    with pytest.raises(ValueError, match="divisor above zero"):
        Interval(1, 2).over(Interval(0, 1))


@pytest.mark.parametrize(
    ("x", "text"),
    [(Fraction(2, 3), "0.6667"), (Fraction(1, 2), "0.5"), (3, "3"), (Fraction(4, 2), "2"), (INF, "∞"), (-INF, "−∞"),
     (Fraction(-1, 4), "-0.25"), (Fraction(1, 10**6), "0")],
)  # fmt: skip
def test_numbers_for_people(x: Fraction, text: str) -> None:
    assert show_number(x) == text


# --- truth


def completions(items: list[Truth]) -> list[list[bool]]:
    return [list(c) for c in product(*[(i,) if i is not None else (True, False) for i in items])]


@given(truths, st.integers(0, 7))
def test_connectives_answer_exactly_when_every_completion_agrees(items: list[Truth], k: int) -> None:
    """Independent items: strong Kleene loses nothing, so unknown means that both answers can happen."""
    for found, ask in (
        (k_all(items), all),
        (k_any(items), any),
        (k_at_least(k, items), lambda c: sum(c) >= k),
    ):
        answers = {bool(ask(c)) for c in completions(items)}  # type: ignore[operator]
        assert found is (answers.pop() if len(answers) == 1 else None)


@given(truths, st.data())
def test_connectives_are_monotone_under_refinement(items: list[Truth], data: st.DataObject) -> None:
    refined = [data.draw(st.sampled_from(TRUTHS)) if i is None else i for i in items]
    k = data.draw(st.integers(0, 7))
    for connective in (k_all, k_any, lambda v: k_at_least(k, v)):
        before = connective(items)
        assert before is None or connective(refined) is before


@given(truths)
def test_de_morgan(items: list[Truth]) -> None:
    assert k_not(k_all(items)) is k_any(k_not(i) for i in items)
    assert k_not(k_any(items)) is k_all(k_not(i) for i in items)
    assert [k_not(k_not(i)) for i in items] == items


# --- dates


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def test_a_partial_date_is_an_interval_of_days() -> None:
    assert parse_days("2019") == Days(day("2019-01-01"), day("2019-12-31"))
    assert parse_days("2020-02") == Days(day("2020-02-01"), day("2020-02-29"))
    assert parse_days("2019-11-04") == Days(day("2019-11-04"), day("2019-11-04"))
    assert parse_days("2019-11-04").is_point
    assert not parse_days("2019-11").is_point


@pytest.mark.parametrize("text", ["2029-02-30", "2019-13", "2019-00", "0000", "2019-11-31", "2100-02-29"])
def test_a_day_that_does_not_exist(text: str) -> None:
    with pytest.raises(ValueError, match=f"no such day: '{text}'"):
        parse_days(text)


@pytest.mark.parametrize("text", ["", "19", "2019-1", "2019-1-1", "04.11.2019", "2019-11-04T00:00", " 2019", "2019\n"])
def test_a_text_that_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date as YYYY, YYYY-MM or YYYY-MM-DD"):
        parse_days(text)


def test_a_partial_date_where_a_day_is_needed() -> None:
    with pytest.raises(ValueError, match="expected an exact day as YYYY-MM-DD, found '2019-11'"):
        parse_day("2019-11")


@given(st.dates())
def test_iso_days_come_back(date: dt.date) -> None:
    one = parse_days(date.isoformat())
    assert one == Days(date.toordinal(), date.toordinal())
    assert show_days(one) == date.isoformat() or one.lo in {FIRST_DAY, LAST_DAY}
    month, year = parse_days(date.isoformat()[:7]), parse_days(date.isoformat()[:4])
    assert year.lo <= month.lo <= one.lo <= one.hi <= month.hi <= year.hi
    assert month.hi - month.lo + 1 == calendar.monthrange(date.year, date.month)[1]


def test_the_open_ends_are_words() -> None:
    assert (dt.date.min.toordinal(), dt.date.max.toordinal()) == (FIRST_DAY, LAST_DAY)
    assert show_days(dates.ANY_DAY) == "unknown…open"
    assert show_day(LAST_DAY) == "open"
    assert show_days(parse_days("2019-11")) == "2019-11-01…2019-11-30"


def test_years_are_folded_into_months() -> None:
    found = {text: (parse_period(text).months, parse_period(text).days) for text in ("P1Y", "P6M", "P30D", "P2Y3M4D")}
    assert found == {"P1Y": (12, 0), "P6M": (6, 0), "P30D": (0, 30), "P2Y3M4D": (27, 4)}


@pytest.mark.parametrize("text", ["", "P", "1Y", "P1W", "P1M1Y", "36 months", "P-1Y", "PT1H", "P1.5Y", "p1y"])
def test_a_text_that_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="expected a period such as P30D, P6M or P1Y"):
        parse_period(text)


@pytest.mark.parametrize(
    ("start", "period", "sign", "end"),
    [
        ("2025-01-31", "P1M", 1, "2025-02-28"),
        ("2024-01-31", "P1M", 1, "2024-02-29"),
        ("2024-02-29", "P1Y", 1, "2025-02-28"),
        ("2024-02-29", "P4Y", 1, "2028-02-29"),
        ("2025-03-31", "P1M", -1, "2025-02-28"),
        ("2025-01-15", "P1M", -1, "2024-12-15"),
        ("2024-12-31", "P1Y2M1D", 1, "2026-03-01"),
        ("2025-03-01", "P30D", -1, "2025-01-30"),
    ],
)
def test_a_period_is_cut_to_the_length_of_the_month(start: str, period: str, sign: int, end: str) -> None:
    assert show_day(shift(day(start), parse_period(period), sign)) == end


def test_a_period_stays_inside_the_calendar() -> None:
    century = parse_period("P9999Y")
    assert shift(day("2025-01-01"), century) == LAST_DAY
    assert shift(day("2025-01-01"), century, -1) == FIRST_DAY
    assert shift(day("9998-06-01"), parse_period("P1Y")) == day("9999-06-01")
    for end in (LAST_DAY, FIRST_DAY):  # an open end stays open
        assert shift(end, parse_period("P1D"), -1) == shift(end, parse_period("P1D")) == end
    assert shift(day("9999-12-30"), parse_period("P9D")) == LAST_DAY
    assert shift(day("0001-01-02"), parse_period("P9D"), -1) == FIRST_DAY


@given(days, days, st.integers(0, 60), st.integers(0, 400), st.sampled_from([1, -1]))
def test_shifting_keeps_the_order_of_days(a: int, b: int, months: int, in_days: int, sign: int) -> None:
    period = parse_period(f"P{months}M{in_days}D")
    assert (shift(min(a, b), period, sign)) <= shift(max(a, b), period, sign)
    assert sign * (shift(a, period, sign) - a) >= 0


# --- sets -------------------------------------------------------------------------------------------------------------

UNIVERSE = ("a", "b", "c", "d")
name_sets = st.builds(Names, st.frozensets(st.sampled_from(UNIVERSE[:3])), st.booleans())
pieces = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda p: numbers(min(p), max(p)))
number_sets = st.lists(pieces, max_size=3).map(lambda found: reduce(or_, found, Numbers(())))
PROBES = [Fraction(n, 2) for n in range(-2, 16)]


def members(found: Names) -> set[str]:
    return {n for n in UNIVERSE if n in found}


@given(name_sets, name_sets)
def test_names_are_sets_of_names(a: Names, b: Names) -> None:
    """``d`` is in no finite set: it stands for every name that nobody mentioned."""
    assert members(a & b) == members(a) & members(b)
    assert members(a | b) == members(a) | members(b)
    assert members(~a) == set(UNIVERSE) - members(a)
    assert a.empty is (not members(a))
    assert a.is_point is (len(members(a)) == 1 and "d" not in a)
    assert ~(a & b) == ~a | ~b
    assert a & ANY_NAME == a


@given(name_sets, st.sets(st.sampled_from(UNIVERSE)))
def test_atoms_represent_every_name(found: Names, interest: set[str]) -> None:
    atoms = found.atoms(interest)
    assert len(atoms) == len(set(atoms))
    for name in UNIVERSE:
        if name in found:
            assert name in atoms or OTHER in atoms
        else:
            assert name not in atoms
    assert {n for n in interest if n in found} <= set(atoms)


def test_one_of_two_names() -> None:
    either = names("huawei", "zte")
    assert not either.is_point
    assert (either & ~names("zte")).is_point
    assert ANY_NAME.atoms(["zte"]) == ["zte", OTHER]


@given(number_sets, number_sets)
def test_numbers_are_unions_of_intervals(a: Numbers, b: Numbers) -> None:
    for x in PROBES:
        assert (x in a & b) is (x in a and x in b)
        assert (x in a | b) is (x in a or x in b)
    for found in (a & b, a | b):
        assert list(found.pieces) == sorted(found.pieces, key=lambda p: p.lo)
    union = (a | b).pieces
    assert all(p.hi < q.lo for p, q in pairwise(union))
    assert a & ANY_NUMBER == a
    assert a.empty is (not any(x in a for x in PROBES))
    assert a.is_point is (sum(x in a for x in PROBES) == 1)


@given(number_sets.filter(lambda n: not n.empty), fractions)
def test_comparing_a_set_with_a_bound(a: Numbers, bound: Fraction) -> None:
    """Decided exactly when all members agree; the ends are members."""
    inside = [x for x in [*PROBES, a.lo, a.hi] if x in a]
    for found, ask in ((a.at_most(bound), lambda x: x <= bound), (a.at_least(bound), lambda x: x >= bound)):
        answers = {ask(x) for x in inside}
        assert found is (answers.pop() if len(answers) == 1 else None)


@given(number_sets.filter(lambda n: not n.empty), st.lists(st.integers(0, 6), max_size=3))
def test_samples_meet_every_region_between_breaks(a: Numbers, breaks: list[int]) -> None:
    """A test against the breaks can tell two members apart only if the samples can."""
    samples = a.samples(breaks)
    assert all(x in a for x in samples)

    def signature(x: Fraction) -> tuple[tuple[bool, bool], ...]:
        return tuple((x < c, x > c) for c in breaks)

    assert {signature(x) for x in PROBES if x in a} <= {signature(x) for x in samples}


def test_samples_of_unbounded_sets() -> None:
    assert ANY_NUMBER.samples([]) == [0]
    assert numbers(3, INF).samples([5]) == [3, 4, 5, 6]
    assert ANY_NUMBER.samples([5]) == [4, 5, 6]


# --- places


def test_no_is_norway() -> None:
    assert place("NO").name == "Norway"
    assert all(isinstance(code, str) for code in places())


def test_groups_stand_for_their_places() -> None:
    assert set(expand("WB6")) == {"AL", "BA", "XK", "ME", "MK", "RS"}
    assert expand("RS") == ("RS",)
    assert len(expand("EU27")) == len(set(expand("EU27"))) == 27
    assert not set(expand("EU27")) & set(expand("WB6"))


def test_bosnia_and_herzegovina_has_three_parts() -> None:
    assert parts("BA") == ("BA-BIH", "BA-SRP", "BA-BRC")
    assert ancestors("BA-SRP") == ("BA",)
    assert within("BA-SRP", "BA")
    assert within("BA", "BA")
    assert not within("BA", "BA-SRP")
    assert not within("RS", "BA")


def test_kosovo_carries_its_footnote_wherever_it_is_shown() -> None:
    assert show_place("XK") == "Kosovo*"
    (note,) = footnotes(["RS", "XK"])
    assert note.startswith("* ")
    assert "UNSCR 1244/1999" in note
    assert "ICJ Opinion" in note
    assert footnotes(["RS", "ME"]) == []


def test_the_tree_is_a_tree() -> None:
    for code, one in places().items():
        assert one.parent is None or code in parts(one.parent)
        assert code not in ancestors(code)
    for members_of_group in groups().values():
        assert all(code in places() for code in members_of_group)


@pytest.mark.parametrize(("code", "near"), [("BA-SPR", "BA-SRP"), ("no", "NO"), ("WB-6", "WB6")])
def test_an_unknown_place_names_the_nearest(code: str, near: str) -> None:
    with pytest.raises(ValueError, match=rf"^unknown place '{code}'; did you mean '{near}'\?$"):
        place(code)


# --- grades


@pytest.mark.parametrize("text", ["", "C", "3C", "F1", "A6", "G1", "C3 ", "c3"])
def test_a_minimum_grade_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="expected a minimum grade from A1 to E5"):
        parse_minimum(text)


def test_both_axes_must_pass() -> None:
    found = {r + c for r, c in product("ABCDEF", "123456") if passes(r, c, parse_minimum("C3"))}
    assert found == {r + c for r, c in product("ABC", "123")}


def test_what_cannot_be_judged_fails_every_minimum() -> None:
    least = parse_minimum("E5")
    assert passes("E", "5", least)
    assert not passes("F", "1", least)
    assert not passes("A", "6", least)


# --- words


def test_layers_carry_a_known_sensitivity_and_its_basis() -> None:
    assert "core" in word_list("layer")
    for spec in taxonomy()["layers"].values():
        assert spec["sensitivity"] in word_list("sensitivity")
        assert spec["basis"]


def test_no_list_and_no_ladder_says_a_word_twice() -> None:
    lists = [word_list(n) for n in (*taxonomy()["words"], "layer")] + [ladder(n) for n in taxonomy()["ladders"]]
    assert all(len(found) == len(set(found)) for found in lists)


def test_events_climb_a_ladder() -> None:
    rungs = ladder("event")
    said = ["proposed", "pledged", "signed", "adopted", "in-force", "applicable", "complied"]
    assert [r for r in rungs if r in said] == said
    assert len(ladder("preparedness")) == 9


def test_an_unknown_word_names_the_nearest_or_the_list() -> None:
    assert nearest("rann", word_list("layer")) == "ran"
    assert nearest("HUAWEI", ["huawei", "zte"]) == "huawei"
    assert nearest("xyzzy", ["ran"]) is None
    assert expected_word("rann", ["core", "ran"], "layer") == "unknown layer 'rann'; did you mean 'ran'?"
    assert expected_word("xyzzy", ["core", "ran"], "layer") == "unknown layer 'xyzzy'; expected one of core, ran"
    assert expected_word("?", [f"w{i}" for i in range(20)], "word").endswith("w11 …")
    with pytest.raises(KeyError):
        word_list("colour")
