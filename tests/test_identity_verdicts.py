"""Unsettled identities in verdicts: certain merges bound from below, possible ones from above, and the verdict names the tie."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.clauses.load import load_regime, load_text, locate_regime
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import Days, parse_day, parse_days
from litmus.core.truth import Truth
from litmus.facts.dossier import Dossier, bundled, read_dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.group import Parties
from litmus.parties.identity import identities
from litmus.parties.names.merges import Merges, Tie
from random_worlds import row

DAY = parse_day("2026-11-23")
EARLY = {"known_from": parse_days("2026-01-01")}
ACT = "c-2023-4049"


def party(name: str, title: str, file: str = "mine/party.csv", kind: str = "company") -> Row:
    found = row("party", name, name=title, kind=kind)
    return Row("party", name, file, 1, found.values)


def holds(owner: str, owned: str, share: int) -> Row:
    told = {"owner": owner, "owned": owned, "interest": "equity", "share_lo": share * 10_000, "share_hi": share * 10_000}
    return row("ownership", f"{owner}-{owned}", "EU", **told, **EARLY)


def lists(vendor: str) -> Row:
    listed = parse_days("2023-06-15")
    told = {"vendor": vendor, "authority": "boss", "instrument": ACT, "listed": listed, "rung": None}
    return row("restriction", f"r-{vendor}", "EU", **told, **EARLY)


CLOSED = row("population", "p-list", "EU", over="restriction", closed_by="published-list", scope=ACT, **EARLY)


def says(left: str, right: str, same: str | None) -> Row:
    return row("identity", f"i-{left}-{right}", "EU", party=left, other=right, same=same, note="the register says so", **EARLY)


def evidence(*rows: Row) -> Evidence:
    dossier = Dossier()
    for one in rows:
        dossier.rows[one.table].append(one)
    return Evidence(dossier)


def asked(*rows: Row, identity: Merges | None = None) -> Parties:
    return Parties(evidence(*rows), DAY, DAY, identity)


# Invented: a firm of the records whose name is that of a listed one.
LISTED = (party("zubavest", "Zubavest Technologies Ltd."), lists("zubavest"), CLOSED)
FIRM = party("firm-1", "ZUBAVEST TECHNOLOGIES", "register/party.procurement.csv", "unknown")


def test_a_name_alone_leaves_a_clearance_open() -> None:
    found = asked(*LISTED, FIRM)
    assert found.restricted("firm-1", (ACT,)) is None
    assert found.doubtful("firm-1", (ACT,))
    assert [t.by for t in found.open_ties("firm-1")] == ["name"]
    assert asked(*LISTED, party("firm-1", "Kordivan", "register/x.csv", "unknown")).restricted("firm-1", (ACT,)) is False


def test_a_row_that_says_who_it_is_settles_it_either_way() -> None:
    assert asked(*LISTED, FIRM, says("firm-1", "zubavest", "yes")).restricted("firm-1", (ACT,)) is True
    assert asked(*LISTED, FIRM, says("zubavest", "firm-1", "no")).restricted("firm-1", (ACT,)) is False
    assert asked(*LISTED, FIRM, says("firm-1", "zubavest", None)).restricted("firm-1", (ACT,)) is None


def test_rows_that_contradict_each_other_settle_nothing() -> None:
    two = says("firm-1", "zubavest", "no")
    other = Row("identity", "i-2", "random", 2, {**says("firm-1", "zubavest", "yes").values, "source": "t", "id": "i-2"})
    assert asked(*LISTED, FIRM, two, other).restricted("firm-1", (ACT,)) is None


def test_a_shared_number_in_a_register_is_certain() -> None:
    numbers = [row("identifier", f"n-{p}", party=p, scheme="LEI", value="X1") for p in ("firm-1", "zubavest")]
    other = party("firm-1", "Another name altogether", "register/party.procurement.csv", "unknown")
    assert asked(*LISTED, other, *numbers).restricted("firm-1", (ACT,)) is True


def test_parties_of_one_dossier_are_kept_apart_by_its_editor() -> None:
    near = party("zubavest-2", "Zubavest Technologies")
    assert asked(*LISTED, near).restricted("zubavest-2", (ACT,)) is False


def test_stakes_that_may_be_in_one_hand_may_control() -> None:
    """Two holders of 30 per cent each: alone neither decides; as one they do, and one of them may be listed."""
    split = (holds("firm-1", "daughter", 30), holds("zubavest", "daughter", 30), party("daughter", "Invented daughter"))
    assert asked(*LISTED, *split, party("firm-1", "Kordivan", "r/x.csv", "unknown")).restricted("daughter", (ACT,)) is False
    assert asked(*LISTED, *split, FIRM).restricted("daughter", (ACT,)) is None


CAMERAS = """{litmus: clause/1, id: test, version: 1, status: model, title: T, basis: [{ref: invented, kind: proposal}], norm: maintain,
  measure: {kind: count, over: deployment, where: {layer: cctv, vendor.restricted_by: [c-2023-4049]}, population: {closed_by: inventory}},
  target: {at_most: 0}, empty: met}"""


def verdict(*rows: Row) -> Verdict:
    camera = row("deployment", "d1", "RS", operator="city", layer="cctv", asset="a", vendor=("firm-1",), **EARLY)
    inventory = row("population", "p-rs", "RS", over="deployment", closed_by="inventory", **EARLY)
    seen = evidence(*LISTED, camera, inventory, *rows)
    clause = load_text(CAMERAS, "test.yaml")[0]
    return judge(clause, "RS", seen, Parties(seen, DAY, DAY))  # type: ignore[arg-type]


def test_the_verdict_is_open_says_why_and_names_the_match() -> None:
    v = verdict(FIRM)
    assert (v.name, v.reasons) == ("UNDETERMINED", ("unresolved-identity",))
    tie = next(m for m in v.matches if m.asked == "may be the same as")
    assert tie.answer.startswith("zubavest, by name: ")
    assert verdict(FIRM, says("firm-1", "zubavest", "no")).name == "MET"
    settled = verdict(FIRM, says("firm-1", "zubavest", "yes"))
    assert settled.name == "NOT_MET"
    assert any(m.asked == "is the same as" and "the register says so" in m.answer for m in settled.matches)


def test_the_record_that_ships_has_no_open_identity() -> None:
    shipped = Evidence(read_dossier([bundled("wb6"), bundled("eu27")]))
    found = identities(shipped, DAY, DAY)
    assert (found.certain, found.possible) == ((), ())
    assert load_regime(locate_regime("wb-digital")).clauses


# -- every world of small graphs, each as if its parties had been one id from the beginning ----------------------------------------

NAMES = ("a", "b", "c", "d", "e")


def merged_rows(rows: list[Row], world: tuple[frozenset[str], ...]) -> list[Row]:
    """The rows of a world: every id is the first of its block. Stakes that two ids hold are two stakes of one; what one holds
    of two ids is one stake told twice.
    """
    first = {p: min(block) for block in world for p in block}
    stakes: dict[tuple[str, str], dict[str, int]] = {}
    out: dict[str, Row] = {}
    for r in rows:
        if r.table == "party":
            out.setdefault(first[r.id], party(first[r.id], f"Invented {first[r.id]}"))
        elif r.table == "ownership":
            told = stakes.setdefault((first[r.values["owner"]], first[r.values["owned"]]), {})
            told[r.values["owner"]] = max(told.get(r.values["owner"], 0), r.values["share_lo"] // 10_000)
        elif r.table == "restriction":
            out[f"r{first[r.values['vendor']]}"] = lists(first[r.values["vendor"]])
        else:
            out[r.id] = r
    return [*out.values(), *(holds(a, b, sum(told.values())) for (a, b), told in stakes.items())]


def possible_world(rows: list[Row]) -> bool:
    """Nobody is owned beyond the whole: two ids whose owners cannot both be right are not one party."""
    held: dict[str, int] = {}
    for r in rows:
        if r.table == "ownership":
            held[r.values["owned"]] = held.get(r.values["owned"], 0) + r.values["share_lo"]
    return all(total <= 1_000_000 for total in held.values())


def small(draw: random.Random) -> tuple[list[Row], Merges]:
    rows = [party(n, f"Invented {n}") for n in NAMES]
    for owned in NAMES:
        left = 100
        for owner in draw.sample([n for n in NAMES if n != owned], draw.randint(0, 2)):
            share = draw.choice([10, 30, 40, 60])
            if share <= left:
                rows.append(holds(owner, owned, share))
                left -= share
    rows += [lists(n) for n in draw.sample(NAMES, draw.randint(0, 2))]
    rows += [CLOSED] if draw.random() < 0.8 else []
    pairs = [(x, y) for x in NAMES for y in NAMES if x < y]
    kinds: dict[str, list[Tie]] = {"certain": [], "possible": [], "barred": []}
    for x, y in draw.sample(pairs, draw.randint(0, 3)):
        kinds[draw.choice(["certain", "possible", "possible", "barred"])].append(Tie(x, y, "name", "review", "same", 1, ("invented",)))
    if kinds["certain"]:
        kinds["barred"] = []
    return rows, Merges(NAMES, *(tuple(v) for v in kinds.values()))


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9))
def test_answers_hold_in_every_world(seed: int) -> None:
    rows, who = small(random.Random(seed))
    ours = asked(*rows, identity=who)
    plain = Merges(NAMES)
    for world in who.worlds(NAMES):
        there = merged_rows(rows, world)
        if not possible_world(there):
            continue
        first = {p: min(block) for block in world for p in block}
        oracle = asked(*there, identity=plain)
        for p in NAMES:
            said: Truth = ours.restricted(p, (ACT,))
            truly = oracle.restricted(first[p], (ACT,))
            assert said is None or said is truly, (p, world)
            assert oracle.ultimate_parent(first[p]).values <= ours.ultimate_parent(p).values, (p, world)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_one_more_possible_tie_never_settles_anything(seed: int) -> None:
    draw = random.Random(seed)
    rows, who = small(draw)
    x, y = sorted(draw.sample(NAMES, 2))
    more = Merges(NAMES, who.certain, (*who.possible, Tie(x, y, "name", "review", "same", 1, ("invented",))), who.barred)
    few, many = asked(*rows, identity=who), asked(*rows, identity=more)
    for p in NAMES:
        before, after = few.restricted(p, (ACT,)), many.restricted(p, (ACT,))
        assert after in {before, None}
        assert few.ultimate_parent(p).values <= many.ultimate_parent(p).values or before is after


def test_without_ties_nothing_changes() -> None:
    draw = random.Random(3)
    for _ in range(50):
        rows, _ = small(draw)
        plain, empty = asked(*rows), asked(*rows, identity=Merges(NAMES))
        for p in NAMES:
            assert plain.restricted(p, (ACT,)) is empty.restricted(p, (ACT,))
            assert plain.ultimate_parent(p) == empty.ultimate_parent(p)


def test_the_days_of_an_identity_row_count() -> None:
    late: dict[str, Any] = {"known_from": Days(DAY + 1, DAY + 1)}
    told = row("identity", "i", "EU", party="firm-1", other="zubavest", same="yes", **late)
    seen = evidence(*LISTED, FIRM, told)
    assert Parties(seen, DAY, DAY).restricted("firm-1", (ACT,)) is None
    assert Parties(seen, DAY + 1, DAY + 1).restricted("firm-1", (ACT,)) is True
    with pytest.raises(KeyError):
        _ = Parties(seen, DAY, DAY).graph.index["nobody"]
