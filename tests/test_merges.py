"""Which parties are certainly one and which may be one, as examples of use, and the laws that verdicts rest on."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.parties.names.judgements import Judgement, Judgements, judged_by
from litmus.parties.names.listing import Entry, NameList, build
from litmus.parties.names.merges import Merges, merges
from matching_names import dossier_list, line

#: Invented: four spellings that may be one firm, two firms of another name, one with a number in a register.
FIRMS = build(
    [
        Entry("a", "Zubavest Telekom d.o.o.", "RS"),
        Entry("b", "Zubavest Security d.o.o.", "RS"),
        Entry("c", "Zubavest d.o.o.", "RS"),
        Entry("d", "Zubavest", ""),
        Entry("e", "Kordivan d.o.o.", "RS", identifiers=("RS-APR:1",)),
        Entry("f", "Something else d.o.o.", "RS", identifiers=("RS-APR:1",)),
    ]
)
IDS = tuple(sorted(FIRMS.by_party))


def judged(*said: tuple[str, str, str]) -> Judgements:
    return judged_by([line(f"party:{a}", f"party:{b}", word) for a, b, word in said])


def ties(found: Merges, kind: str) -> set[str]:
    return {t.left + t.right for t in getattr(found, kind)}


def test_identifiers_and_people_are_certain_and_names_are_not() -> None:
    found = merges(FIRMS)
    assert ties(found, "certain") == {"ef"}
    assert "RS-APR:1 is registered for both" in found.certain[0].reasons[0]
    assert {"cd"} <= ties(found, "possible") <= {"ab", "ac", "ad", "bc", "bd", "cd"}
    said = merges(FIRMS, judged(("c", "d", "same")))
    assert ties(said, "certain") == {"cd", "ef"}
    assert "judged the same by tester on 2026-01-01" in str(next(t for t in said.certain if t.left == "c"))


def test_every_open_tie_says_why() -> None:
    for tie in merges(FIRMS).possible:
        assert tie.by == "name"
        assert tie.outcome in {"accept", "review"}
        assert any("zubavest" in reason for reason in tie.reasons)
        assert str(tie).startswith(f"{tie.left} — {tie.right} by name: ")


def test_likely_takes_accepted_names_as_certain_until_a_person_says_no() -> None:
    assert "cd" in ties(merges(FIRMS, likely=True), "certain")
    no = merges(FIRMS, judged(("c", "d", "not_same")), likely=True)
    assert "cd" not in ties(no, "certain") | ties(no, "possible")
    assert "cd" in ties(no, "barred")


def test_what_one_dossier_keeps_apart_is_not_in_doubt() -> None:
    names = dossier_list()
    assert merges(names).possible
    kept = merges(names, curated=names.by_party)
    assert (kept.possible, kept.certain) == ((), ())
    more = build([*names.entries, Entry("row-1", "Huawei Technologies d.o.o. Beograd", "RS")])
    found = merges(more, curated=names.by_party)
    assert [(t.pair, t.relation) for t in found.possible] == [({"huawei", "row-1"}, "group-of")]
    assert found.names_of("row-1") == {"huawei", "row-1"}
    assert found.why("row-1") == found.possible


def test_not_same_holds_through_what_is_joined() -> None:
    found = merges(FIRMS, judged(("a", "c", "same"), ("a", "d", "not_same")))
    assert not ties(found, "possible") & {"ad", "cd"}
    assert "d" not in found.may_be("c")


def test_a_contradiction_makes_a_set_doubtful_and_keeps_the_bar() -> None:
    found = merges(FIRMS, judged(("a", "b", "same"), ("b", "c", "same"), ("a", "c", "not_same")))
    assert not ties(found, "certain") & {"ab", "bc", "ac"}
    assert {"ab", "bc"} <= ties(found, "possible")
    assert "ac" not in ties(found, "possible")
    assert {"ab", "bc"} <= ties(found, "contested")
    assert ties(merges(FIRMS, judged(("e", "f", "not_same"))), "certain") == set()


def test_a_name_that_two_parties_have_speaks_for_neither() -> None:
    two = build([Entry("x", "Invented Toni", "RS"), Entry("y", "Invented Toni", "XK"), Entry("z", "Kordivan", "RS")])
    assert merges(two, judged_by([line("Invented Toni", "party:z", "same")])).certain == ()
    assert ties(merges(two, judged_by([line("Kordivan", "party:x", "same")])), "certain") == {"xz"}


def test_shares_that_hang_on_an_identity() -> None:
    """Six invented firms; the largest group holds 40 for certain, and up to 70 if the open ties are real."""
    weights = {"a": 10, "b": 10, "c": 20, "d": 20, "e": 25, "f": 15}
    found = merges(FIRMS, judged(("a", "b", "not_same")))
    low, high, exact = found.largest(weights)
    assert (low, exact) == (40, True)
    assert high == max(40, *(sum(weights[p] for p in block) for world in found.worlds(IDS) for block in world))
    assert high < sum(weights[p] for p in "abcd")  # a and b are never together
    assert found.largest({"e": 25, "f": 15}) == (40, 40, True)


# --- laws

WORDS = st.sampled_from(("same", "not_same"))
PAIRS = st.sampled_from(tuple(combinations(IDS, 2)))
SAID = st.lists(st.tuples(PAIRS, WORDS).map(lambda t: (*t[0], t[1])), max_size=4, unique_by=lambda t: t[:2])
WEIGHTS = st.fixed_dictionaries({p: st.integers(0, 50) for p in IDS})


def worlds(found: Merges) -> set[frozenset[frozenset[str]]]:
    return {frozenset(world) for world in found.worlds(IDS)}


def brute(found: Merges) -> set[frozenset[frozenset[str]]]:
    """Every partition of all parties, kept when it obeys the definition."""
    sure, may, apart = ({t.pair for t in kind} for kind in (found.certain, found.possible, found.barred))

    def obeys(blocks: list[list[str]]) -> bool:
        where = {p: i for i, block in enumerate(blocks) for p in block}
        if any(len({where[p] for p in pair}) > 1 for pair in sure) or any(len({where[p] for p in pair}) == 1 for pair in apart):
            return False
        return all(linked(set(block), sure | may) for block in blocks)

    return {frozenset(frozenset(b) for b in blocks) for blocks in partitions(list(IDS)) if obeys(blocks)}


def linked(block: set[str], links: set[frozenset[str]]) -> bool:
    reached = {min(block)}
    while more := {p for link in links if link & reached and link <= block for p in link} - reached:
        reached |= more
    return reached == block


def partitions(items: list[str]) -> list[list[list[str]]]:
    if not items:
        return [[]]
    found = []
    for rest in partitions(items[1:]):
        found.append([[items[0]], *rest])
        found += [[*rest[:i], [items[0], *rest[i]], *rest[i + 1 :]] for i in range(len(rest))]
    return found


@settings(max_examples=60, deadline=None)
@given(SAID, WEIGHTS)
def test_worlds_and_bounds_are_those_of_brute_force(said: list[tuple[str, str, str]], weights: dict[str, int]) -> None:
    found = merges(FIRMS, judged(*said))
    every = brute(found)
    assert worlds(found) == every
    tops = [max(sum(weights[p] for p in block) for block in world) for world in every]
    squares = [sum(sum(weights[p] for p in block) ** 2 for block in world) for world in every]
    assert found.largest(weights) == (min(tops), max(tops), True)
    assert found.squares(weights) == (min(squares), max(squares), True)
    for p in IDS:
        together = {q for world in every for block in world if p in block for q in block}
        assert together <= found.may_be(p)
        assert {min(block) for world in every for block in world if p in block} <= found.names_of(p)


@settings(max_examples=120, deadline=None)
@given(SAID, st.tuples(PAIRS, WORDS))
def test_more_judgements_only_shrink_what_is_possible(said: list[tuple[str, str, str]], more: tuple[tuple[str, str], str]) -> None:
    """A line that contradicts no other. About a possible pair it also leaves no new world: a verdict is settled, never turned round."""
    pair = frozenset(more[0])
    said = [s for s in said if frozenset(s[:2]) != pair]
    before, after = merges(FIRMS, judged(*said)), merges(FIRMS, judged(*said, (*more[0], more[1])))
    if before.contested or after.contested:
        return
    assert {t.pair for t in after.possible} <= {t.pair for t in before.possible}
    if more[1] == "not_same":
        assert pair not in {t.pair for t in after.possible} | {t.pair for t in after.certain}
        assert worlds(after) <= worlds(before)
    elif pair in {t.pair for t in before.possible}:
        assert pair in {t.pair for t in after.certain}
        assert worlds(after) <= worlds(before)


@pytest.mark.parametrize("size", [9, 12])
def test_a_long_row_of_likenesses_is_bounded_as_one(size: int) -> None:
    """Beyond eight blocks the upper bound is sound and says that it may not be attained."""
    names: NameList = build([Entry(f"p{i:02}", f"Zubavest d.o.o. {i}", "RS") for i in range(size)])
    lines: list[Judgement] = [line(f"party:p{i:02}", f"party:p{i + 1:02}", "unsure") for i in range(size - 1)]
    low, high, exact = merges(names, judged_by(lines)).largest(dict.fromkeys(names.by_party, 1))
    assert (low, high, exact) == (1, size, False)
