"""What is open, what would settle it, and what is paid meanwhile: stage 2, witnesses, settling sets and bundles.

The oracle lists every world of a small problem, and for settling sets every subset of documents and every finding.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.clauses.search import find_world, replay
from litmus.clauses.settle import Need, fix, settle, settle_toward
from litmus.clauses.verdict import _second
from litmus.measures.assess import assess
from litmus.measures.problem import Problem
from litmus.measures.worlds import satisfied
from small_problems import ask, completions, item, no, problems, unseen, yes

steady = settings(max_examples=120, deadline=None, derandomize=True)
SPLIT = ["ratio", "count", "max-share", "hhi", "n-minus-1", "level", "date"]


def finite(problem: Problem, points: bool = False) -> Problem:
    """The same problem with weights that have an upper end (or, as points, are known)."""
    items = (replace(i, hi=i.lo if points else min(i.hi, i.lo + 2)) for i in problem.items)
    return problem.with_items(tuple(items))


def answers(problem: Problem) -> set[bool]:
    """The clause's answer in every world."""
    return {satisfied(problem, rows) for rows in completions(problem)}


# --- stage 2: facts that count in more than one place


def test_a_row_of_unknown_layer_breaks_one_cap_or_the_other() -> None:
    layers = [item("a", yes("RS", "core")), item("b", yes("RS", "ran")), item("c", yes("RS", "core"), yes("RS", "ran"))]
    problem = ask("count", "at_most", "1", *layers, by=("layer",))
    assert assess(problem).truth is None, "each cell alone may keep its cap"
    assert _second(problem, assess(problem))[:2] == (False, 2)


def test_an_unknown_vendor_makes_one_of_the_two_too_large() -> None:
    vendors = [item("a", yes(of="v1"), lo=3), item("b", yes(of="v2"), lo=3), item("c", yes(of="v1"), yes(of="v2"), lo=2)]
    problem = ask("max-share", "at_most", "0.6", *vendors)
    assert assess(problem).truth is None
    assert _second(problem, assess(problem))[:2] == (False, 2)


@pytest.mark.parametrize("kind", SPLIT)
@steady
@given(data=st.data())
def test_with_known_weights_stage_two_equals_enumeration(kind: str, data: st.DataObject) -> None:
    problem = finite(data.draw(problems(kind)), points=True)
    truth, _, _ = _second(problem, assess(problem))
    found = answers(problem)
    assert truth == (found.pop() if len(found) == 1 else None)


@pytest.mark.parametrize("kind", [*SPLIT, "sum", "quotient"])
@steady
@given(data=st.data(), tails=st.booleans())
def test_stage_two_never_contradicts_a_world(kind: str, data: st.DataObject, tails: bool) -> None:
    problem = data.draw(problems(kind, tails=tails))
    truth, _, _ = _second(problem, assess(problem))
    assert truth is None or answers(problem) == {truth}


# --- witnesses


@pytest.mark.parametrize("kind", SPLIT)
@steady
@given(data=st.data())
def test_an_open_verdict_has_two_witnesses_that_replay(kind: str, data: st.DataObject) -> None:
    problem = finite(data.draw(problems(kind)), points=True)
    if len(answers(problem)) == 2:
        for goal in (True, False):
            world = find_world(problem, goal).world
            assert world is not None
            assert replay(problem, world) is goal
            assert all(world.choices[i.id][0] in i.outcomes for i in problem.items)


@pytest.mark.parametrize("kind", [*SPLIT, "sum", "quotient"])
@steady
@given(data=st.data(), goal=st.booleans())
def test_a_witness_invents_no_more_than_the_list_leaves_open(kind: str, data: st.DataObject, goal: bool) -> None:
    problem = data.draw(problems(kind, tails=True))
    world = find_world(problem, goal).world
    if world is None:
        return
    assert replay(problem, world) is goal
    for part in problem.parts:
        rows, tail = [r for r in world.unseen if r.cell[0] == part], problem.tail(part)
        assert tail is not None or not rows
        if tail is not None and kind != "date":
            assert tail.lo <= sum(r.weight for r in rows) <= tail.hi
            for r in rows:
                local = tail.within(r.cell[: 1 + len(problem.measure.by)])
                assert local is not None
                assert r.weight <= local.hi


# --- settling sets


def findings(problem: Problem, name: str) -> list[Need]:
    """Everything that one document may turn out to say."""
    one = next(i for i in problem.items if i.id == name)
    weights = [one.lo + n for n in range(int(one.hi - one.lo) + 1)]
    return [Need(name, "", "", (o, w)) for o in one.outcomes for w in (weights if o.cell else [one.lo])]


def smallest(problem: Problem, goal: bool) -> int | None:
    """Fewest documents that force the answer in every world left, over all subsets and all findings."""
    names = [i.id for i in problem.items if not i.settled]
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            for needs in product(*(findings(problem, n) for n in chosen)):
                if answers(fix(problem, list(needs))) == {goal}:
                    return size
    return None


@pytest.mark.parametrize("kind", ["ratio", "count", "sum", "level", "date", "max-share", "hhi", "n-minus-1"])
@steady
@given(data=st.data(), goal=st.booleans())
def test_a_settling_set_called_exact_is_as_small_as_brute_force_finds(kind: str, data: st.DataObject, goal: bool) -> None:
    problem = finite(data.draw(problems(kind, ops=("at_least", "at_most"))), points=kind in {"max-share", "hhi", "n-minus-1"})
    if _second(problem, assess(problem))[0] is not None:
        return
    got, least = settle_toward(problem, goal), smallest(problem, goal)
    assert got is not None
    assert least is not None
    assert answers(fix(problem, list(got.needs))) == {goal}
    assert len(got.needs) == least if got.method == "exact" else len(got.needs) >= least


def test_the_heaviest_unknown_settles_first() -> None:
    facts = [item("big", yes(), no(), lo=6), item("small", yes(), no(), lo=1), item("sure", yes(), lo=3)]
    best = settle(ask("ratio", "at_least", "0.6", *facts), None)[0]
    assert ([n.id for n in best.needs], best.towards, best.method) == (["big"], "MET", "exact")


def test_a_decided_verdict_needs_no_paper() -> None:
    assert settle(ask("count", "at_least", "1", item("a", yes())), truth=True) == []


def test_an_open_list_is_the_paper_that_settles_an_upper_limit() -> None:
    best = settle(ask("count", "at_most", "1", item("a", yes()), tails=(unseen(),)), None)
    assert {(s.towards, n.id, n.assume) for s in best for n in s.needs} == {
        ("MET", "population:RS", "it lists no further row"),
        ("NOT_MET", "population:RS", "it lists a row that counts as yes"),
    }


@pytest.mark.xfail(strict=True, reason="B21: the finding 'several small rows' is never offered")
def test_many_small_suppliers_may_settle_a_cap() -> None:
    problem = ask("max-share", "at_most", "0.5", item("a", yes(of="v1"), lo=2), tails=(unseen(4, 4),))
    assert settle_toward(problem, goal=True) is not None


@pytest.mark.xfail(strict=True, reason="B26: only the ends of a weight are tried, yet the set is called exact")
def test_a_weight_between_its_ends_may_settle_alone() -> None:
    problem = ask("max-share", "at_least", "0.8", item("a", yes(of="v1"), lo=1, hi=4), item("b", yes(of="v2"), lo=1, hi=4))
    got = settle_toward(problem, goal=False)
    assert got is not None
    assert len(got.needs) == 1 or got.method != "exact"
