"""The documents that a bundle hangs on, against brute force: every set of documents, everything that each may say.

The oracle knows nothing of items or bounds: a world is a maker and a layer for each camera, a clause counts cameras.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.app import open_session
from litmus.clauses import bundle as bundles
from litmus.clauses.bundle import Payment, payment, settle_bundle
from litmus.clauses.documents import documents
from litmus.clauses.needs import Settling, fix
from litmus.clauses.program import GaveUp
from litmus.clauses.verdict import Verdict
from litmus.core.dates import parse_days
from litmus.core.sets import OTHER
from litmus.facts.row import Row
from litmus.measures.assess import assess
from litmus.measures.items import OUT
from random_worlds import row
from test_clauses import LISTED, camera, clause, verdict
from test_settle import bundle, supplied

steady = settings(max_examples=100, deadline=None, derandomize=True)
World = dict[str, Any]
May = dict[str, list[Any]]
Tests = list[Callable[[World], bool]]
Asked = tuple[str, str, str, int, tuple[str, ...]]
"""Maker and layer asked for (blank: any), at_least or at_most, how many, of which cameras."""
MAKERS, LAYERS, CAMERAS = ("v1", "v2", "v3"), ("cctv", "core", "ran"), ("a", "b", "c")
BOTH = bundle("all-or-nothing", "1", (1, True), (1, True))


def asked(maker: str, layer: str, op: str, number: int, pick: tuple[str, ...]) -> str:
    """The clause that asks it."""
    where = [f"asset: [{', '.join(pick)}]", *([f"vendor: {maker}"] if maker else []), *([f"layer: {layer}"] if layer else [])]
    return (
        "norm: maintain, empty: met, target: {" + f"{op}: {number}" + "}, measure: {kind: count, over: deployment,\n"
        "  where: {" + ", ".join(where) + "}, population: {closed_by: inventory}}"
    )


def met(one: Asked, world: World) -> bool:
    """Is the clause met in a complete world, which has a maker and a layer for each camera, or None for no camera?"""
    maker, layer, op, number, pick = one
    count = sum(maker in ("", world[c][0]) and layer in ("", world[c][1]) for c in pick if world[c] is not None)
    return count >= number if op == "at_least" else count <= number


def fewest(found: Payment, tests: Tests, may_be: May) -> int | None:
    """Fewest documents after which enough clauses are met in every world left, over all sets and all that they may say."""
    every = [dict(zip(may_be, made, strict=True)) for made in product(*may_be.values())]
    held = [(w, [one(w) for one in tests]) for w in every]
    for size in range(len(may_be) + 1):
        for chosen in combinations(may_be, size):
            for said in product(*(may_be[c] for c in chosen)):
                left = [m for w, m in held if all(w[c] == s for c, s in zip(chosen, said, strict=True))]
                if enough(found, [all(m[n] for m in left) for n in range(len(tests))]):
                    return size
    return None


def enough(found: Payment, certain: list[bool]) -> bool:
    """Do the clauses that are certainly met make the bundle's conditions certain?"""
    members = found.bundle.members
    weight = sum(m.weight for m, ok in zip(members, certain, strict=True) if ok)
    return all(ok for m, ok in zip(members, certain, strict=True) if m.essential) and weight >= found.bundle.at_least_weight * sum(
        m.weight for m in members
    )


def agree(found: Payment, tests: Tests, may_be: May) -> Settling | None:
    """The bundle's documents, after comparison with the oracle: enough, no fewer would do, and None only where none do."""
    got, least = settle_bundle(found), fewest(found, tests, may_be)
    if found.truth is not None:
        assert got is None
        return None
    if got is None:
        assert least is None
        return None
    assert enough(found, [assess(fix(v.problem, got.needs)).truth is True for v in found.verdicts])
    assert least is not None
    assert len(got.needs) == least if got.method == "milp" else len(got.needs) >= least
    greedy = settle_bundle(found, exact=False)
    if greedy is not None:
        assert greedy.method == "greedy"
        assert len(greedy.needs) >= least
        assert enough(found, [assess(fix(v.problem, greedy.needs)).truth is True for v in found.verdicts])
    return got


def due(members: list[tuple[int, bool]], least: str, asks: list[Asked], rows: list[Row]) -> Payment:
    """The payment of clauses that ask this, on these rows and a list that closes them."""
    found = bundle("all-or-nothing", least, *members)
    judged = {f"c{n}": verdict(replace(clause(asked(*a)), id=f"c{n}"), *rows, LISTED) for n, a in enumerate(asks)}
    return payment(found, "RS", judged)


def counting(asks: list[Asked]) -> Tests:
    return [partial(met, one) for one in asks]


def questions(makers: tuple[str, ...], layers: tuple[str, ...], cameras: tuple[str, ...]) -> st.SearchStrategy[Asked]:
    pick = st.sets(st.sampled_from(cameras), min_size=1).map(lambda s: tuple(sorted(s)))
    return st.tuples(st.sampled_from(makers), st.sampled_from(layers), st.sampled_from(["at_least", "at_most"]), st.integers(0, 2), pick)


def weights(number: int) -> st.SearchStrategy[list[tuple[int, bool]]]:
    return st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=number, max_size=number)


@steady
@given(data=st.data(), least=st.sampled_from(["0.5", "0.7", "1"]))
def test_a_set_called_smallest_is_as_small_as_brute_force_finds(data: st.DataObject, least: str) -> None:
    """Makers are unknown, or one of two, or known; clauses ask for different makers of overlapping cameras."""
    asks = data.draw(st.lists(questions(("v1", "v2"), ("",), CAMERAS), min_size=1, max_size=3))
    makers = {c: data.draw(st.sampled_from([None, None, None, ("v1", "v2"), ("v1",)])) for c in CAMERAS}
    rows = [camera(c, **({} if m is None else {"vendor": m})) for c, m in makers.items()]
    shape = data.draw(weights(len(asks)))
    found = due(shape, least, asks, rows)
    got = agree(found, counting(asks), {c: [(m, "cctv") for m in (known or MAKERS)] for c, known in makers.items()})
    if got is not None:
        assert got.method == "milp"
        told = {n.id: n.assume.removeprefix("vendor = ").replace("(other)", "v3") for n in got.needs}
        found_out = [camera(c, vendor=(m,), id=f"{c}2") for c, m in told.items()]
        assert due(shape, least, asks, [*rows, *found_out]).truth is True, "with the documents in evidence it is payable"


@steady
@given(data=st.data(), least=st.sampled_from(["0.5", "1"]))
def test_one_clause_asks_for_the_maker_and_another_for_the_layer(data: st.DataObject, least: str) -> None:
    pair = CAMERAS[:2]
    asks = data.draw(st.lists(questions(("", "v1", "v2"), ("", "cctv", "core"), pair), min_size=1, max_size=3))
    rows = [row("deployment", c, "RS", operator="city", asset=c, known_from=parse_days("2019-12-31")) for c in pair]
    found = due(data.draw(weights(len(asks))), least, asks, rows)
    agree(found, counting(asks), {c: list(product(MAKERS, LAYERS)) for c in pair})


@steady
@given(data=st.data())
def test_a_camera_that_may_not_exist_is_told_of_in_one_way(data: st.DataObject) -> None:
    """A row that is too old to be admissible leaves its existence open: the document may say that there is no such camera."""
    pair = CAMERAS[:2]
    asks = data.draw(st.lists(questions(("", "v1"), ("",), pair), min_size=1, max_size=3))
    rows = [row("deployment", c, "RS", operator="city", layer="cctv", asset=c, reliability="F") for c in pair]
    found = bundle("all-or-nothing", "1", *[(1, True)] * len(asks))
    texts = [asked(*a) + ", evidence: {min_grade: C3}" for a in asks]
    judged = {f"c{n}": verdict(replace(clause(t), id=f"c{n}"), *rows, LISTED) for n, t in enumerate(texts)}
    agree(payment(found, "RS", judged), counting(asks), {c: [*((m, "cctv") for m in MAKERS), None] for c in pair})


def share(op: str, bound: str, maker: str, world: World) -> bool:
    """Is the share of a maker's weight in all weight as asked?"""
    mine = Fraction(sum(w for m, w in world.values() if m == maker), sum(w for _, w in world.values()))
    return mine >= Fraction(bound) if op == "at_least" else mine <= Fraction(bound)


SHARES = st.tuples(st.sampled_from(["at_least", "at_most"]), st.sampled_from(["0.3", "0.6"]), st.sampled_from(["v1", "v2"]))


@steady
@given(st.lists(SHARES, min_size=2, max_size=2), st.integers(1, 4))
def test_a_weight_is_told_once_for_all_clauses(asks: list[tuple[str, str, str]], dear: int) -> None:
    """Two clauses weigh the same unknown value: no set may need it to be high for one and low for the other."""
    texts = [
        "norm: maintain, empty: met, target: {" + f"{op}: {bound}" + "}, measure: {kind: share, over: deployment, weight: sites,\n"
        "  where: {asset: [a, b]}, count: {vendor: " + maker + "}, population: {closed_by: inventory}}"
        for op, bound, maker in asks
    ]
    spans = {"a": (1, dear), "b": (2, 2)}
    rows = [camera(c, weight_lo=lo, weight_hi=hi, weight_unit="sites") for c, (lo, hi) in spans.items()]
    judged = {f"c{n}": verdict(replace(clause(t), id=f"c{n}"), *rows, LISTED) for n, t in enumerate(texts)}
    may_be: May = {c: [(m, w) for m in MAKERS for w in range(spans[c][0], spans[c][1] + 1)] for c in "ab"}
    agree(payment(BOTH, "RS", judged), [partial(share, *one) for one in asks], may_be)


# --- what one document says to each clause, against a row that says it

ASKS = [
    "kind: count, over: deployment, where: {{vendor: {v}, layer: {l}}}",
    "kind: count, over: deployment, by: [layer], where: {{vendor: {v}}}",
    "kind: share, over: deployment, weight: sites, where: {{layer: {l}}}, count: {{vendor: {v}}}",
    "kind: ratio, over: deployment, where: {{generation: [4g, 5g]}}, count: {{vendor: [v1, {v}], layer: {l}}}",
    "kind: max-share, over: deployment, of: vendor, by: [layer], weight: sites, where: {{generation: 5g}}",
    "kind: max-share, over: deployment, of: vendor.group, where: {{layer: {l}}}",
    "kind: n-minus-1, over: deployment, of: vendor, unit: [operator], where: {{layer: {l}}}",
    "kind: share, over: deployment, weight: sites, where: {{generation: 4g}}, count: {{layer: {l}}}",
]
KNOWN = {"vendor": [None, ("v1", "v2"), ("v1",)], "layer": [None, "core"], "generation": [None, "5g"], "weight": [(1, 4), (2, 2), None]}


def deployed(name: str, values: dict[str, Any]) -> Row:
    """A row for a network; a blank value is one that nobody knows."""
    weight = values.get("weight")
    sites = {"weight_lo": weight[0], "weight_hi": weight[1], "weight_unit": "sites"} if weight else {}
    named = {k: v for k, v in values.items() if k != "weight" and v is not None}
    return row("deployment", name, "RS", operator="o1", asset=name, known_from=parse_days("2019-12-31"), **named, **sites)


def reading(texts: list[str], rows: list[Row]) -> list[Verdict]:
    head = "norm: maintain, empty: met, target: {at_most: 0.5}, measure: {"
    return [verdict(clause(f"{head}{t}, population: {{closed_by: inventory}}}}"), *rows, LISTED) for t in texts]


def told(words: dict[str, str], known: dict[str, Any], name: str) -> Row:
    """The row that says what the finding says."""
    values = {k: w.partition(" = ")[2] for k, w in words.items() if " = " in w}
    maker = {"(other)": "v8", "one not on record yet": "v9"}.get(values.get("vendor", ""), values.get("vendor"))
    weight = values.get("weight in sites")
    sure = 10**15 if "it outweighs the rest" in words.values() else int(weight) if weight else None
    given = known | {k: values[k] for k in ("layer", "generation") if k in values} | ({"vendor": (maker,)} if maker else {})
    return deployed(name, given | ({"weight": (sure, sure)} if sure else {}))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_finding_leaves_to_each_clause_what_a_row_that_says_it_would(data: st.DataObject) -> None:
    drawn = st.tuples(*(st.sampled_from(of) for of in (ASKS, MAKERS, LAYERS[1:])))
    texts = [t.format(v=v, l=where) for t, v, where in data.draw(st.lists(drawn, min_size=2, max_size=3))]
    known = {k: data.draw(st.sampled_from(v)) for k, v in KNOWN.items()}
    beside = deployed("beside", {"vendor": ("v1",), "layer": "core", "generation": "5g", "weight": (2, 2)})
    verdicts = reading(texts, [deployed("x", known), beside])
    for document in documents(verdicts, list(range(len(texts)))):
        if not document.table:
            assert document.id != "x", "every such row can be read field by field"
            continue
        for finding in document.table:
            exact = reading(texts, [told(finding.words, known, "x"), beside])
            for (n, name), left in finding.lefts.items():
                found = next((i for i in exact[n].problem.items if i.id == "x"), None)
                known_names = {o.group for o in document.full[n, name].outcomes}
                for outcome in found.outcomes if found else (OUT,):
                    group = {"v8": OTHER, "v9": "(new x)"}.get(outcome.group, outcome.group)
                    may_be = {group} if group in known_names and group != OTHER else {OTHER, "(new x)"}
                    assert {replace(outcome, group=g) for g in may_be} & set(left.outcomes)
                if found and found.outcomes != (OUT,):
                    assert left.lo <= found.lo <= found.hi <= left.hi


def test_the_shipped_bundle_hangs_on_documents_that_would_release_it() -> None:
    session = open_session("wb-digital", ("wb6", "eu27"), "2026-11-23", None)
    found = session.regime.bundles["ch10-secure-connectivity"]
    for place in session.places(()):
        open_now = payment(found, place, {m.clause: session.judge(m.clause, place) for m in found.members})
        got = settle_bundle(open_now)
        assert (open_now.truth is None) is (got is not None), place
        if got is not None:
            assert enough(open_now, [v.truth is True or assess(fix(v.problem, got.needs)).truth is True for v in open_now.verdicts])
            assert got.method in {"milp", "small"}, "the program has enough steps for all that ships"


# --- lists that several clauses wait for


def open_list(*rests: str) -> Payment:
    """The payment where nothing is on record and no list closes it."""
    texts = [
        f"norm: maintain, empty: met, target: {{{rest.partition(' of ')[0]}}}, measure: {{kind: count, over: deployment,\n"
        f"  where: {{{rest.partition(' of ')[2]}}}, population: {{closed_by: inventory}}}}"
        for rest in rests
    ]
    judged = {f"c{n}": verdict(replace(clause(t), id=f"c{n}")) for n, t in enumerate(texts)}
    return payment(bundle("all-or-nothing", "1", *[(1, True)] * len(rests)), "RS", judged)


@pytest.mark.parametrize(
    ("rests", "words"),
    [
        (("at_most: 0 of layer: cctv", "at_most: 0 of vendor: v1"), "it lists no further row"),
        (
            ("at_least: 1 of layer: cctv", "at_least: 2 of layer: core"),
            "for c0: it lists a row that counts as yes; for c1: it lists 2 rows that count as yes",
        ),
        (
            ("at_least: 1 of layer: cctv", "at_most: 0 of layer: core"),
            "for c0: it lists a row that counts as yes; for c1: it lists no further row",
        ),
        (("at_least: 1 of layer: cctv", "at_most: 0 of layer: cctv"), None),
        (
            ("at_least: 1 of vendor: v1", "at_most: 0 of layer: cctv"),
            "for c0: it lists a row that counts as yes; for c1: it lists no further row",
        ),
        (("at_least: 1 of {layer: cctv, vendor: v1}", "at_most: 0 of layer: cctv"), None),
    ],
)
def test_one_list_says_one_thing_to_all(rests: tuple[str, ...], words: str | None) -> None:
    got = settle_bundle(open_list(*(r.replace("of {", "of ").rstrip("}") for r in rests)))
    assert (got and [n.assume for n in got.needs]) == (words and [words])


# --- what is no document's business, and what the program may not decide


def test_a_norm_that_does_not_bind_yet_waits_for_no_document() -> None:
    found = payment(BOTH, "RS", {f"c{n}": supplied(f"c{n}", "v1 at_least 1 of a", camera("a")) for n in range(2)})
    waiting = replace(found.verdicts[1], reasons=("norm-not-in-force",))
    assert settle_bundle(found) is not None
    assert settle_bundle(replace(found, verdicts=(found.verdicts[0], waiting))) is None


def test_where_the_program_gives_up_the_set_says_that_it_is_greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def tired(*_: Any) -> None:
        raise GaveUp

    monkeypatch.setattr(bundles, "fewest", tired)
    rows = [camera("a"), camera("b")]
    found = payment(BOTH, "RS", {f"c{n}": supplied(f"c{n}", f"v1 at_least 1 of {c}", *rows) for n, c in enumerate("ab")})
    got = settle_bundle(found)
    assert got is not None
    assert (got.method, sorted(n.id for n in got.needs)) == ("greedy", ["a", "b"])


def test_a_finding_asks_for_no_more_than_is_needed() -> None:
    """The maker decides for both clauses; the layer, which is unknown too, need not be told."""
    rows = [row("deployment", "a", "RS", operator="city", asset="a", known_from=parse_days("2019-12-31"))]
    found = due([(1, True), (1, True)], "1", [("v1", "", "at_least", 1, ("a",)), ("v2", "cctv", "at_most", 0, ("a",))], rows)
    got = settle_bundle(found)
    assert got is not None
    assert [(n.id, n.assume) for n in got.needs] == [("a", "vendor = v1")]


def test_half_of_the_weight_is_reached_by_the_cheaper_clauses() -> None:
    """Exact fractions: 0.7 of 3 is 2.1, which two of three equal clauses do not reach."""
    asks: list[Asked] = [("v1", "", "at_least", 1, (c,)) for c in CAMERAS]
    rows = [camera(c) for c in CAMERAS]
    for least, needed in (("0.5", 2), ("0.7", 3), (str(Fraction(1, 4)), 1)):
        got = settle_bundle(due([(1, False)] * 3, least, asks, rows))
        assert got is not None
        assert len(got.needs) == needed
