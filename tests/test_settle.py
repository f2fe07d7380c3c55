"""What is open, what would settle it, and what is paid meanwhile: stage 2, witnesses, settling sets and bundles.

The oracle lists every world of a small problem, and for settling sets every subset of documents and every finding.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.clauses.bundle import Payment, payment, settle_bundle
from litmus.clauses.clause import Basis, Bundle, Member
from litmus.clauses.search import find_world, replay
from litmus.clauses.settle import Need, fix, settle, settle_toward
from litmus.clauses.verdict import Verdict, _second
from litmus.core.interval import Interval
from litmus.facts.row import Row
from litmus.measures.assess import assess
from litmus.measures.items import OUT
from litmus.measures.problem import Problem, Target
from litmus.measures.worlds import satisfied
from prove import prove
from small_problems import ask, completions, item, no, problems, unseen, yes
from test_clauses import LISTED, camera, clause, verdict

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


def test_many_small_suppliers_may_settle_a_cap() -> None:
    problem = ask("max-share", "at_most", "0.5", item("a", yes(of="v1"), lo=2), tails=(unseen(4, 4),))
    assert settle_toward(problem, goal=True) is not None


def test_a_layer_that_may_stay_empty_needs_no_paper() -> None:
    layers = [item("a", yes("RS", "core"), OUT), item("b", yes("RS", "core"), OUT), item("c", yes("RS", "ran"), OUT, lo=2)]
    got = settle_toward(ask("count", "at_least", "2", *layers, by=("layer",)), goal=True)
    assert got is not None
    assert [n.id for n in got.needs] == ["a", "b"], "c either supplies two or leaves a layer that nobody judges"


def test_a_weight_between_its_ends_may_settle_alone() -> None:
    problem = ask("max-share", "at_least", "0.8", item("a", yes(of="v1"), lo=1, hi=4), item("b", yes(of="v2"), lo=1, hi=4))
    got = settle_toward(problem, goal=False)
    assert got is not None
    assert len(got.needs) == 1 or got.method != "exact"


Members = list[tuple[int, bool, bool | None]]

# --- bundles: what is payable for certain, what at most, and what stands between


def bundle(rule: str, at_least: str, *members: tuple[int, bool]) -> Bundle:
    """A bundle of 1,000.00 EUR over clauses c0, c1 … with these weights; True marks an essential one."""
    mine = tuple(Member(f"c{n}", weight, essential) for n, (weight, essential) in enumerate(members))
    basis = (Basis("invented", "proposal"),)
    return Bundle("b", 1, "model", "b", basis, mine, Fraction(at_least), 1000_00, "EUR", rule, "", "")


def supplied(name: str, rest: str, *rows: Row) -> Verdict:
    """A verdict on a rest such as "v1 at_least 1 of a b": how many of these cameras a maker supplied."""
    vendor, op, number, _, *pick = rest.split()
    text = (
        "norm: maintain, empty: met, target: {" + f"{op}: {number}" + "}, measure: {kind: count, over: deployment,\n"
        "  where: {vendor: " + vendor + ", asset: [" + ", ".join(pick) + "]}, population: {closed_by: inventory}}"
    )
    return verdict(replace(clause(text), id=name), *rows, LISTED)


def paid(found: Bundle, *rests: str) -> Payment:
    """The payment where every camera's maker is unknown."""
    rows = [camera(name) for name in "abc"]
    return payment(found, "RS", {f"c{n}": supplied(f"c{n}", rest, *rows) for n, rest in enumerate(rests)})


def test_an_open_clause_leaves_its_weight_hanging() -> None:
    known = bundle("proportional-to-met-weight", "0.5", (1, False), (3, False))
    got = paid(known, "v1 at_most 1 of a", "v1 at_most 0 of b")
    assert (got.truth, got.amount, got.hanging) == (None, Interval(250_00, 1000_00), 750_00)


def test_nothing_is_payable_for_certain_while_an_essential_clause_is_open() -> None:
    got = paid(bundle("proportional-to-met-weight", "0.5", (3, False), (1, True)), "v1 at_most 1 of a", "v1 at_most 0 of b")
    assert got.amount == Interval(0, 1000_00)
    failed = paid(bundle("proportional-to-met-weight", "0.5", (3, False), (1, True)), "v1 at_most 1 of a", "v1 at_least 2 of b")
    assert (failed.truth, failed.amount) == (False, Interval(0, 0))


def test_all_or_nothing_pays_at_the_threshold() -> None:
    assert paid(bundle("all-or-nothing", "0.75", (3, False), (1, False)), "v1 at_most 1 of a", "v1 at_most 0 of b").amount.lo == 1000_00
    assert paid(bundle("all-or-nothing", "0.76", (3, False), (1, False)), "v1 at_most 1 of a", "v1 at_most 0 of b").amount.lo == 0


@steady
@given(
    st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.sampled_from([True, False, None])), min_size=1, max_size=4),
    st.sampled_from(["proportional-to-met-weight", "all-or-nothing"]), st.sampled_from(["0.25", "0.5", "0.8", "1"]),
)  # fmt: skip
def test_the_payment_interval_holds_every_outcome_and_both_ends(members: Members, rule: str, least: str) -> None:
    found = bundle(rule, least, *((w, e) for w, e, _ in members))
    one = supplied("c", "v1 at_most 0 of a", camera("a"))
    got = payment(found, "RS", {f"c{n}": replace(one, truth=t) for n, (_, _, t) in enumerate(members)})
    paid_out, done = set(), set()
    for met in product(*((True, False) if t is None else (t,) for _, _, t in members)):
        share = Fraction(sum(w for (w, _, _), ok in zip(members, met, strict=True) if ok), sum(w for w, _, _ in members))
        essentials = all(ok for (_, e, _), ok in zip(members, met, strict=True) if e)
        enough = share >= Fraction(least)
        done.add(essentials and enough)
        paid_out.add(0 if not essentials else 1000_00 * share if rule.startswith("prop") else 1000_00 * enough)
    assert (got.amount.lo, got.amount.hi) == (min(paid_out), max(paid_out))
    assert got.truth == (done.pop() if len(done) == 1 else None)


def fewest(found: Payment) -> int | None:
    """Fewest documents that make the bundle's conditions certain, over all subsets and all findings."""
    names = sorted({i.id for v in found.verdicts for i in v.problem.items if not i.settled})
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            for makers in product((True, False), repeat=size):
                told = dict(zip(chosen, makers, strict=True))
                met = [answers(fix(v.problem, said(v.problem, told))) == {True} for v in found.verdicts]
                if _enough(found.bundle, met):
                    return size
    return None


def said(problem: Problem, told: dict[str, bool]) -> list[Need]:
    """Findings on the maker, as one clause's problem reads them: v1 counts, anybody else does not."""
    mine = [i for i in problem.items if i.id in told]
    return [Need(i.id, "", "", (next(o for o in i.outcomes if (o.cell is not None) is told[i.id]), i.lo)) for i in mine]


def _enough(found: Bundle, met: list[bool]) -> bool:
    weight = sum(m.weight for m, ok in zip(found.members, met, strict=True) if ok)
    return all(ok for m, ok in zip(found.members, met, strict=True) if m.essential) and weight >= found.at_least_weight * sum(
        m.weight for m in found.members
    )


def test_one_document_may_serve_two_clauses() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    found = paid(both, "v1 at_least 2 of a b", "v1 at_least 1 of b")
    got = settle_bundle(found)
    assert got is not None
    assert (sorted(n.id for n in got.needs), got.method) == (["a", "b"], "milp")
    assert len(got.needs) == fewest(found)


def test_the_cheapest_clauses_are_certified_first() -> None:
    half = bundle("all-or-nothing", "0.5", (2, False), (2, False))
    found = paid(half, "v1 at_least 2 of a b", "v1 at_least 1 of c")
    got = settle_bundle(found)
    assert got is not None
    assert [n.id for n in got.needs] == ["c"]
    assert fewest(found) == 1


def test_one_document_cannot_say_two_things() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    found = paid(both, "v1 at_least 1 of a", "v1 at_most 0 of a")
    assert (settle_bundle(found), fewest(found)) == (None, None)


def test_a_clause_with_a_choice_of_documents_takes_the_one_that_is_needed_anyway() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    found = paid(both, "v1 at_least 1 of a b", "v1 at_least 1 of b")
    got = settle_bundle(found)
    assert got is not None
    assert len(got.needs) == fewest(found) == 1


def test_a_clause_with_a_choice_of_documents_avoids_the_one_that_must_say_otherwise() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    found = paid(both, "v1 at_least 1 of a b", "v1 at_most 0 of a")
    got = settle_bundle(found)
    assert got is not None
    assert len(got.needs) == fewest(found) == 2


def test_one_document_may_say_yes_to_one_question_and_no_to_another() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    got = settle_bundle(paid(both, "v1 at_least 1 of a", "v2 at_most 0 of a"))
    assert got is not None
    assert [(n.id, n.assume) for n in got.needs] == [("a", "vendor = v1")]


def test_one_maker_cannot_stand_in_for_another() -> None:
    both = bundle("all-or-nothing", "1", (1, True), (1, True))
    got = settle_bundle(paid(both, "v1 at_least 1 of a", "v2 at_least 1 of a b"))
    assert got is not None
    assert {(n.id, n.assume) for n in got.needs} == {("a", "vendor = v1"), ("b", "vendor = v2")}
    assert settle_bundle(paid(both, "v1 at_least 1 of a", "v2 at_least 2 of a b")) is None


RESTS = st.builds(
    lambda pick, op, n: f"v1 {op} {n} of {' '.join(sorted(pick))}",
    st.sets(st.sampled_from("abc"), min_size=1), st.sampled_from(["at_least", "at_most"]), st.integers(0, 2),
)  # fmt: skip


@steady
@given(st.lists(st.tuples(RESTS, st.integers(1, 3), st.booleans()), min_size=1, max_size=3), st.sampled_from(["0.5", "1"]))
def test_the_documents_of_a_bundle_are_enough(members: list[tuple[str, int, bool]], least: str) -> None:
    found = paid(bundle("all-or-nothing", least, *((w, e) for _, w, e in members)), *(rest for rest, _, _ in members))
    got = settle_bundle(found)
    if got is not None:
        met = [answers(fix(v.problem, list(got.needs))) == {True} for v in found.verdicts]
        assert _enough(found.bundle, met)
        least_needed = fewest(found)
        assert least_needed is not None
        assert len(got.needs) >= least_needed


# --- the proof, in a slice


def test_proof_slice() -> None:
    """Random clauses on random evidence: no completion overturns a verdict, no refinement flips it, witnesses replay."""
    tally = prove(4500, 30, seed=2026, deep_every=20)
    assert tally["worlds"] == 4500
    assert tally["completions"] > 100_000
    assert min(tally["MET"], tally["NOT_MET"], tally["witness"], tally["refinements"]) > 50


@pytest.mark.parametrize("limit", range(1, 40, 3))
def test_a_walk_that_was_cut_short_proves_nothing(limit: int) -> None:
    """The one world that meets it has both rows in the last of six layers: no limit may let a walk claim to have seen all."""
    places = [yes("RS", f"l{n}", of=v) for n in range(6) for v in ("v1", "v2")]
    last = Target("at_most", None, (("l5", Fraction(1, 2)),))
    problem = ask("max-share", "at_most", "0.5", item("a", *places), item("b", *places), by=("layer",), empty=False, target=last)
    assert any(satisfied(problem, rows) for rows in completions(problem))
    found = find_world(problem, goal=True, limit=limit)
    assert found.world is not None or not found.complete
