"""Measures against brute force: every completion of small evidence is listed, and the bounds must hold them all.

The oracle is the plain evaluator (``measures.worlds``), which knows nothing of intervals. Bounds must contain every
completion; where a cell says that it is exact, both of its ends must be reached; and where an answer says that it is
exact, an open one must really be open.
"""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from litmus.clauses.build import build
from litmus.clauses.clause import Basis, Clause
from litmus.core.interval import INF, Interval, Number
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Policy
from litmus.facts.row import Row
from litmus.measures.assess import Assessment, assess
from litmus.measures.bounds import max_share_reachable
from litmus.measures.hhi import hhi_bounds
from litmus.measures.items import OUT
from litmus.measures.problem import Problem, Target
from litmus.measures.spec import EXACTNESS, KINDS, Condition, Measure, Population
from litmus.measures.worlds import satisfied, statistic
from random_worlds import context_for, row
from small_problems import OF_VENDORS, TENTH, ask, cell_values, completions, item, no, problems, unseen, yes

ROWS = [k for k in KINDS if k not in {"share", "compare"}]
steady = settings(max_examples=150, deadline=None, derandomize=True)
third, half = Fraction(1, 3), Fraction(1, 2)


def check(problem: Problem) -> Assessment:
    """Assess the problem and hold the result against every completion."""
    got = assess(problem)
    answers: set[bool] = set()
    reached: dict[tuple[str, ...], set[Number]] = defaultdict(set)
    for rows in completions(problem):
        answers.add(satisfied(problem, rows))
        values = cell_values(problem, rows)
        for cell, value in values.items():
            reached[cell].add(value)
            assert cell not in got.cells or value in got.cells[cell].interval, (cell, value, rows)
        if values and problem.target.op != "equals":
            worst = (min if problem.target.op == "at_least" else max)(values.values())
            assert got.shown is not None
            assert worst in got.shown, rows
    if answers:  # empty: shares that cannot add up leave nothing to compare with
        assert got.truth is None or answers == {got.truth}, (got.truth, answers)
        vanishing = any(c.may_vanish for c in got.cells.values())
        if got.exact and got.truth is None and _all_listed(problem) and not vanishing:
            assert answers == {True, False}
    for cell, values in reached.items():
        if not problem.tails and got.cells[cell].exact:
            _both_ends_reached(problem, got.cells[cell].interval, values, may_vanish=got.cells[cell].may_vanish)
    return got


def _all_listed(problem: Problem) -> bool:
    """Does the grid hold every world that could decide? Not where rows are unseen or weights have no upper end."""
    return not problem.tails and all(one.hi != INF for one in problem.items)


def _both_ends_reached(problem: Problem, found: Interval | None, values: set[Number], *, may_vanish: bool) -> None:
    assert found is not None
    if any(one.hi == INF for one in problem.items):  # an end at an infinite weight is approached, not reached
        assert found.hi == INF or found.hi - max(values) < Fraction(1, 1000)
        return
    assert found.hi in values
    if problem.measure.share_form and problem.measure.of:  # the level of a water-filled minimum is seldom a tenth
        assert min(values) - found.lo <= Fraction(1, 10)
    else:  # an absent cell of a count or a sum weighs nothing, but is not a value of the cell
        assert found.lo in values or (may_vanish and found.lo == 0)


# --- one readable example of each kind


def test_a_ratio_counts_the_unknown_both_ways() -> None:
    facts = [item("a", yes()), item("b", no()), item("c", yes(), no()), item("d", yes(), OUT)]
    assert check(ask("ratio", "at_least", "0.5", *facts)).shown == Interval(third, Fraction(3, 4))


def test_a_share_of_a_whole_uses_what_the_others_leave() -> None:
    facts = [item("a", yes(), lo=2 * TENTH, hi=5 * TENTH), item("b", no(), lo=4 * TENTH, hi=7 * TENTH)]
    assert check(ask("share", "at_most", "0.6", *facts, weight="share")).shown == Interval(Fraction(3, 10), half)


def test_an_unknown_vendor_may_be_the_largest_or_somebody_else() -> None:
    facts = [item("a", yes(of="v1"), lo=3), item("b", yes(of="v1"), yes(of="v2"))]
    got = check(ask("max-share", "at_most", "0.8", *facts))
    assert (got.truth, got.shown) == (None, Interval(Fraction(3, 4), 1))


def test_the_concentration_of_two_equal_vendors_is_one_half() -> None:
    facts = [item("a", yes(of="v1")), item("b", yes(of="v2"))]
    assert check(ask("hhi", "at_most", "0.5", *facts)).truth is True
    assert check(ask("hhi", "at_most", "0.5", *facts, tails=(unseen(),))).truth is None


def test_a_count_over_its_limit_stays_over_it_whatever_else_turns_up() -> None:
    assert check(ask("count", "at_most", "1", item("a", yes()), item("b", yes()), tails=(unseen(),))).truth is False
    assert check(ask("sum", "at_most", "9", item("a", yes(), lo=4), tails=(unseen(),))).truth is None


def test_more_loans_only_make_a_debt_ratio_worse() -> None:
    facts = [item("loan", yes(), lo=6, side="top/"), item("gdp", no(), lo=5, hi=10, side="bottom/")]
    assert check(ask("quotient", "at_most", "0.5", *facts, tails=(unseen(),))).truth is False
    assert check(ask("quotient", "at_most", "1", *facts)).shown == Interval(Fraction(3, 5), Fraction(6, 5))


def test_a_quotient_with_a_signed_top_keeps_its_ends_in_order() -> None:
    facts = [item("balance", yes(), lo=-10, hi=4, side="top/"), item("gdp", no(), lo=2, hi=5, side="bottom/")]
    assert check(ask("quotient", "at_most", "0.5", *facts)).shown == Interval(-5, 2)
    missing = [item("balance", yes(), lo=-INF, hi=INF, side="top/"), facts[1]]
    assert assess(ask("quotient", "at_most", "0.5", *missing)).shown == Interval(-INF, INF)


def test_the_earliest_of_the_acts_that_may_exist() -> None:
    facts = [item("a", yes(), lo=4, hi=7), item("b", yes(), OUT, lo=2)]
    assert check(ask("date", "at_most", "5", *facts)).shown == Interval(2, 7)


def test_the_worst_level_and_the_best() -> None:
    facts = [item("a", yes(), lo=2, hi=3), item("b", yes(), lo=1, hi=5)]
    assert check(ask("level", "at_least", "2", *facts, pick="worst")).shown == Interval(1, 3)
    assert check(ask("level", "at_least", "2", *facts, pick="best")).shown == Interval(2, 5)


def test_a_unit_with_two_vendors_survives_the_loss_of_one() -> None:
    alone, second = item("a", yes("RS", "o1", of="v1")), item("b", yes("RS", "o1", of="v2"))
    assert check(ask("n-minus-1", "at_most", "0", alone)).truth is False
    assert check(ask("n-minus-1", "at_most", "0", alone, second)).truth is True


def test_unseen_rows_that_must_exist_need_not_stand_in_the_cell_we_look_at() -> None:
    one_seen = item("a", yes("RS", "core"))
    got = check(ask("count", "at_most", "4", one_seen, tails=(unseen(5, 5),), by=("layer",), target=_core_at_most_4()))
    assert got.truth is None


def _core_at_most_4() -> Target:
    return Target("at_most", None, (("core", Fraction(4)),))


def test_the_only_row_of_a_whole_is_the_whole() -> None:
    only = item("a", yes(of="v1"), lo=0, hi=10 * TENTH)
    assert check(ask("max-share", "at_most", "0.9", only, weight="share")).truth is False


def test_a_layer_that_may_not_exist_either_keeps_the_target_or_is_not_judged() -> None:
    perhaps = item("a", yes("RS", "core"), OUT, lo=2)
    assert check(ask("count", "at_least", "2", perhaps, by=("layer",))).truth is True


def test_nothing_lent_over_an_output_that_may_be_unknown_never_reaches_a_floor() -> None:
    gdp = item("gdp", no(), OUT, lo=2, side="bottom/")
    assert check(ask("quotient", "at_least", "0.5", gdp, empty=False)).truth is False


# --- every kind against every completion


@pytest.mark.parametrize("kind", ROWS)
@steady
@given(data=st.data())
def test_bounds_hold_every_completion_and_exact_ends_are_reached(kind: str, data: st.DataObject) -> None:
    check(data.draw(problems(kind)))


@pytest.mark.parametrize("kind", [k for k in ROWS if k != "level"])
@steady
@given(data=st.data())
def test_bounds_hold_every_row_that_nobody_has_seen(kind: str, data: st.DataObject) -> None:
    check(data.draw(problems(kind, tails=True)))


@pytest.mark.parametrize("kind", ["ratio", "share", "max-share", "hhi"])
@steady
@given(data=st.data(), is_open=st.booleans())
def test_shares_that_add_up_to_one_are_bounded_sharply(kind: str, data: st.DataObject, is_open: bool) -> None:
    check(data.draw(problems(kind, tails=is_open, share=True)))


@pytest.mark.parametrize(("kind", "op"), list(product(["sum", "ratio"], ["at_least", "at_most"])))
@steady
@given(
    spans=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=2, max_size=4),
    name=st.sampled_from(["median", "mean", "min", "max"]),
)
def test_a_comparison_with_peers_equals_enumeration(spans: "Spans", name: str, op: str, kind: str) -> None:
    places = ("RS", "AL", "ME", "MK")[: len(spans)]
    amounts = [item(p, yes(p), lo=lo, hi=lo + more) for p, (lo, more) in zip(places, spans, strict=True)]
    shares = [item(p, *[yes(p), no(p)][: 1 + more]) for p, (_, more) in zip(places, spans, strict=True)]
    own = Measure(kind, "observation")
    measure = Measure("compare", own=own, peers=places[1:], statistic=name)
    problem = Problem(measure, tuple(amounts if kind == "sum" else shares), (), ("RS",), 1, Target(op), empty=True)
    answers = {satisfied(problem, rows) for rows in completions(problem)}
    assert assess(problem).truth == (answers.pop() if len(answers) == 1 else None)


def test_the_median_of_even_peers_is_the_midpoint_and_an_unknown_peer_leaves_it_open() -> None:
    assert statistic([1, 4, 2, 10], "median") == 3
    assert (statistic([-INF, 5], "median"), statistic([5, INF], "median")) == (-INF, INF)
    assert (statistic([-INF, 5], "mean"), statistic([5, INF], "mean")) == (-INF, INF)


def test_every_kind_says_whether_it_is_exact() -> None:
    assert set(EXACTNESS) == set(KINDS)


# --- concentration and the greatest share

spans = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).map(sorted).map(tuple), min_size=1, max_size=5)
Spans = list[tuple[int, int]]


@settings(steady, max_examples=300)
@given(spans, st.integers(0, 40))
def test_concentration_bounds_equal_the_best_vertex_and_the_best_level(found: Spans, pick: int) -> None:
    low, high = sum(a for a, _ in found), sum(b for _, b in found)
    whole = low + pick % (high - low + 1)
    assume(whole > 0)
    vertices, levels = [], []
    for k, (a, b) in enumerate(found):
        corners = product(*(pair for i, pair in enumerate(found) if i != k))
        vertices += [(whole - sum(c)) ** 2 + sum(x * x for x in c) for c in corners if a <= whole - sum(c) <= b]
    for ends in product(*((a, b, None) for a, b in found)):
        free = [pair for pair, end in zip(found, ends, strict=True) if end is None]
        fixed = [end for end in ends if end is not None]
        level = Fraction(whole - sum(fixed), len(free)) if free else Fraction(0)
        if all(a <= level <= b for a, b in free) and sum(fixed) + level * len(free) == whole:
            levels.append(sum(x * x for x in fixed) + level**2 * len(free))
    got = hhi_bounds(found, whole)
    assert got.exact
    assert (got.lo, got.hi) == (Fraction(min(levels), whole**2), Fraction(max(vertices), whole**2))


def test_shares_that_cannot_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="no shares within these intervals add up"):
        hhi_bounds([(0, 1), (1, 2)], 9)


@settings(steady, max_examples=250)
@given(spans, st.integers(0, 6), st.fractions(Fraction(1, 12), Fraction(11, 12), max_denominator=12))
def test_a_greatest_share_is_reachable_exactly_when_weights_reach_it(found: Spans, more: int, bound: Fraction) -> None:
    """Against a linear program (every w_i - bound * sum(w) at most 0) and, where it is small, against a grid."""
    found = [(a, b) for a, b in found if b > 0]
    assume(found)
    got = max_share_reachable(found, unseen(0, more) if more else None, bound)
    n, part = len(found), float(bound)
    kept = [[float(i == j) - part for j in range(n)] + [-part] for i in range(n)]
    best = linprog([-1.0] * (n + 1), A_ub=kept, b_ub=[0.0] * n, bounds=[*found, (0, more)])
    assert got is (best.status == 0 and -best.fun > 1e-9)
    if n <= 3:
        halves = [[a + Fraction(step, 2) for step in range(2 * (b - a) + 1)] for a, b in found]
        grid = product(*halves, (0, Fraction(more, 2), more))
        assert got or not any(sum(w) and max(w[:-1]) <= bound * sum(w) for w in grid)


# --- lists that close a population: publishing less must never help

DEPLOYED = st.fixed_dictionaries({
    "operator": st.sampled_from(["o1", "o2"]), "layer": st.just("ran"), "generation": st.sampled_from(["4g", "5g"]),
    "vendor": st.sampled_from([("v1",), ("v2",)]), "weight_lo": st.integers(1, 4),
})  # fmt: skip
CLOSED = ["open", "total", "tolerance", "one operator", "whole list"]


def assessed(rows: list[Row], measure: Measure, target: Target) -> Assessment:
    """The answer to one question on a dossier of these rows."""
    dossier = Dossier()
    for one in rows:
        dossier.rows[one.table].append(one)
    clause = Clause("c", 1, "model", "c", (Basis("invented", "proposal"),), "maintain", measure, target,
                    empty=True, policy=Policy(), digest="", file="")  # fmt: skip
    return assess(build(clause, "RS", context_for(dossier, clause)))


@st.composite
def questions(draw: st.DrawFn, closed: str) -> tuple[Measure, Target]:
    """A measure weighed by sites, with a list that may close it, and a target."""
    kind = draw(st.sampled_from(["ratio", "count", "max-share", "hhi", "n-minus-1"]))
    tolerance = Fraction(1, 10) if closed == "tolerance" else Fraction(0)
    measure = Measure(
        kind, "deployment", count=(Condition("vendor", "in", ("v1",)),) if kind == "ratio" else (),
        of="vendor" if kind in OF_VENDORS else "", by=draw(st.sampled_from([(), ("operator",)])), weight="sites",
        unit=("generation",) if kind == "n-minus-1" else (),
        population=Population(("operator-filing",), None, tolerance),
    )  # fmt: skip
    bound = Fraction(draw(st.integers(0, 10)), 1 if kind == "count" else 10)
    return measure, Target(draw(st.sampled_from(["at_least", "at_most"])), bound)


@pytest.mark.parametrize("closed", CLOSED)
@steady
@given(data=st.data())
def test_publishing_less_never_helps(closed: str, data: st.DataObject) -> None:
    """One row (or the list itself) is hidden: the answer may open, never change sides; the interval only widens."""
    found = data.draw(st.lists(DEPLOYED, min_size=1, max_size=4))
    found = [row("deployment", f"d{n}", "RS", **f, asset=f"a{n}", weight_unit="sites") for n, f in enumerate(found)]
    only: dict[str, object] = {"operator": "o1"} if closed == "one operator" else {}
    seen = sum(r.values["weight_lo"] for r in found if r.values["operator"] == "o1" or not only)
    if closed != "whole list":
        only |= {"total_lo": seen + data.draw(st.integers(0, 3)), "unit": "sites"}
    filing = row("population", "p", "RS", over="deployment", closed_by="operator-filing", **only)
    lists = [] if closed == "open" else [filing]
    measure, target = data.draw(questions(closed))
    hidden = filing if closed == "whole list" else data.draw(st.sampled_from(found))
    more = assessed([*found, *lists], measure, target)
    less = assessed([r for r in [*found, *lists] if r is not hidden], measure, target)
    assert less.truth in {None, more.truth}
    if more.shown is not None:
        assert less.shown is not None
        assert less.shown.lo <= more.shown.lo <= more.shown.hi <= less.shown.hi
