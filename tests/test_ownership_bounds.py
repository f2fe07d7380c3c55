"""Shares and control between bounds, held against every corner of what the record leaves open."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.parties import solve
from litmus.parties.control import RULES, certain, controlled_by
from litmus.parties.graph import Members, from_arrays
from litmus.parties.ownership import owned_all, owned_by
from ownership_worlds import WHOLE, Span, as_graph, controls, graph, group_of, random_holdings, some, vertices, worth


def test_interval_shares_are_sharp_against_every_corner() -> None:
    """250 random graphs: the bounds are reached by some completion, and no completion is outside them."""
    open_ones = checked = 0
    for seed in range(250):
        r = Random(seed)
        n = r.randint(2, 4)
        holdings = random_holdings(r, n)
        g = as_graph(holdings, n)
        corners = {c: vertices(held) for c, held in holdings.items()}
        if np.prod([len(v) for v in corners.values()] or [1]) > 4_000:
            continue
        checked += 1
        worths = [worth(dict(zip(corners, choice, strict=True)), {0}, n) for choice in product(*corners.values())]
        for c in range(1, n):
            found = owned_by(g, Members(frozenset({0})), c).share
            assert found.lo == min(w[c] for w in worths), (seed, c)
            assert found.hi == max(w[c] for w in worths), (seed, c)
            open_ones += found.lo != found.hi
    assert checked >= 200
    assert open_ones >= 150


def test_the_remainder_could_be_anyone() -> None:
    """The open bound is what comes out when all that is not on record is given to the list, company by company."""
    for seed in range(200):
        r = Random(seed)
        n = r.randint(2, 5)
        holdings = {c: {o: (lo, lo) for o, (lo, _) in held.items()} for c, held in random_holdings(r, n).items()}
        closed = [False, *(r.random() < 0.3 for _ in range(n - 1))]
        given_away = {c: dict.fromkeys(range(n), 0) | {o: lo for o, (lo, _) in holdings.get(c, {}).items()} for c in range(1, n)}
        for c, held in given_away.items():
            if not closed[c]:
                held[0] += WHOLE - sum(held.values())
        expected = worth(given_away, {0}, n)
        for c in range(n):
            assert owned_by(as_graph(holdings, n, closed), Members(frozenset({0})), c).open == expected[c]


def test_the_numeric_solve_agrees_with_fractions_within_its_proved_error() -> None:
    for seed in range(200):
        r = Random(seed)
        n = r.randint(2, 7)
        g = as_graph(random_holdings(r, n, 5), n, [r.random() < 0.2 for _ in range(n)])
        members = Members(frozenset({0}), frozenset({1}) if n > 3 else frozenset())
        bulk = owned_all(g, members, with_anyone=True)
        assert bulk.anyone is not None
        for c in range(n):
            one = owned_by(g, members, c)
            for exact, solved in ((one.share.lo, bulk.least), (one.share.hi, bulk.most), (one.open, bulk.anyone)):
                assert abs(float(exact) - solved.value[c]) <= solved.error[c] + 1e-12
                assert solved.error[c] < 1e-6


SHARES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 333_333), max_size=12)


@given(SHARES, st.data())
@settings(max_examples=150, deadline=None)
def test_more_of_a_listed_share_never_means_less(shares: dict[tuple[int, int], int], data: st.DataObject) -> None:
    """Monotone in the list's own holdings, always between nothing and all."""
    holdings: dict[int, dict[int, Span]] = {}
    for (o, c), w in shares.items():
        if sum(s[0] for s in holdings.get(c, {}).values()) + w <= WHOLE:
            holdings.setdefault(c, {})[o] = (w, w)
    before = [owned_by(as_graph(holdings, 5), Members(frozenset({0})), c).share.lo for c in range(5)]
    company = data.draw(st.integers(1, 4))
    held = holdings.setdefault(company, {})
    now = held.get(0, (0, 0))[0]
    more = data.draw(st.integers(now, WHOLE - sum(s[0] for o, s in held.items() if o != 0)))
    held[0] = (more, more)
    after = [owned_by(as_graph(holdings, 5), Members(frozenset({0})), c).share.lo for c in range(5)]
    assert all(0 <= a <= b <= 1 for a, b in zip(before, after, strict=True))


@given(st.lists(st.integers(1, WHOLE), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_shares_multiply_along_a_chain(shares: list[int]) -> None:
    n = len(shares) + 1
    g = from_arrays(n, range(n - 1), range(1, n), shares)
    expected = Fraction(1)
    for s in shares:
        expected *= Fraction(s, WHOLE)
    assert owned_by(g, Members(frozenset({0})), n - 1).share.lo == expected


@pytest.mark.parametrize("line", ["majority", "half"])
def test_control_is_the_least_closed_set(line: str) -> None:
    for seed in range(150):
        r = Random(seed)
        n = r.randint(2, 6)
        holdings = {c: {o: (lo, lo) for o, (lo, _) in held.items()} for c, held in random_holdings(r, n, 4).items()}
        g = as_graph(holdings, n)
        plain = {c: {o: s[0] for o, s in held.items()} for c, held in holdings.items()}
        seeds = set(r.sample(range(n), r.randint(1, 2)))
        rounds = certain(g, np.array(sorted(seeds)), RULES[line])
        assert {i for i in range(n) if rounds[i] >= 0} == group_of(plain, seeds, n, line), seed


def test_control_under_unknown_shares_holds_in_every_completion_and_is_reached_in_one() -> None:
    seen = {True: 0, False: 0, None: 0}
    for seed in range(300):
        r = Random(seed)
        n = r.randint(2, 4)
        holdings = random_holdings(r, n, 2)
        g = as_graph(holdings, n)
        corners = {c: vertices(held) for c, held in holdings.items()}
        if np.prod([len(v) for v in corners.values()] or [1]) > 2_000:
            continue
        groups = [group_of(dict(zip(corners, choice, strict=True)), {0}, n, "majority") for choice in product(*corners.values())]
        found = controlled_by(g, Members(frozenset({0})))
        for c in range(1, n):
            answers = {c in group for group in groups}
            assert found.truth(c) is (answers.pop() if len(answers) == 1 else None), (seed, c)
            seen[found.truth(c)] += 1
    assert all(count > 30 for count in seen.values()), seen


def test_undisclosed_holders_count_only_when_asked() -> None:
    g = graph(("X", "A", 30), ("B", "A", 25), closed="XB")
    found = controlled_by(g, some(g, "X"))
    assert found.truth(g.number("A")) is False
    assert found.truth(g.number("A"), open_holders=True) is None  # 45 % are not on record
    g = graph(("X", "A", 30), ("B", "A", 50), closed="XB")
    assert controlled_by(g, some(g, "X")).truth(g.number("A"), open_holders=True) is False


def test_members_act_together_or_each_alone() -> None:
    g = graph(("X", "A", 30), ("Y", "A", 30))
    assert (controls(g, "XY", "A"), controls(g, "XY", "A", joint=False)) == (True, False)


def test_a_list_with_doubtful_members_gives_doubtful_answers() -> None:
    g = graph(("X", "A", 60), closed="X")
    members = some(g, maybe=("X",))
    assert controlled_by(g, members).truth(g.number("A")) is None
    found = owned_by(g, members, g.number("A")).share
    assert (found.lo, found.hi) == (0, Fraction(6, 10))


# --- what a solve must prove


def test_a_solve_that_is_off_says_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Factors that are wrong by a thousandth, as those of a badly conditioned ring may be: the error told is never below the true one."""
    n, mutual = 42, 999_000
    ring = [(i, i ^ 1, mutual) for i in range(40)] + [(41, i, WHOLE - mutual) for i in range(40)]
    g = from_arrays(n, *([e[k] for e in ring] for k in range(3)), closed=[False] * 41 + [True])
    right = solve._forward
    monkeypatch.setattr(solve, "_forward", lambda p, blocks, b: right(p, blocks, b) * (1 + 1e-3))
    off = owned_all(g, Members(frozenset({41}))).least
    truth = np.array([1.0] * 40)
    assert np.abs(off.value[:40] - truth).max() <= off.error.max()
    assert off.error.max() > 1e-7


def test_a_solve_that_cannot_be_proved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    g = from_arrays(3, [0, 1, 2], [1, 2, 1], [500_000, 500_000, 500_000])
    monkeypatch.setattr(solve, "_forward", lambda _p, _blocks, b: np.zeros_like(b))
    with pytest.raises(solve.Unsettled, match="failed its check: residual"):
        owned_all(g, Members(frozenset({0})))


def test_what_looks_settled_after_many_rounds_is_far_off_and_ours_is_not() -> None:
    """Two firms own 99.99 % of each other: plain iteration moves by under 0.004 points a round, and is still wrong by a third."""
    held = 999_900
    g = from_arrays(3, [1, 0, 2, 2], [0, 1, 0, 1], [held, held, WHOLE - held, WHOLE - held], closed=[False, False, True])
    value, before = np.zeros(2), np.ones(2)
    rounds = 0
    while np.abs(value - before).max() > 4e-5:
        before, rounds = value, rounds + 1
        value = held / WHOLE * value[::-1] + (1 - held / WHOLE)
    assert rounds > 1_000
    assert value.max() < 0.7
    assert np.abs(owned_all(g, Members(frozenset({2}))).least.value[:2] - 1).max() < 1e-9
