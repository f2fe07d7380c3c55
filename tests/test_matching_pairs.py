"""Names on real pairs of organisations, and the laws that every name keeps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.parties.names.decide import Asked, compare, decide
from litmus.parties.names.form import forms, normal
from litmus.parties.names.listing import Entry, NameList, build, rarity
from litmus.parties.names.score import align
from litmus.parties.names.script import fold
from matching_names import dossier_list, pairs, registered

# --- real pairs


HELD_OUT = ("holdout", "fresh")


def named_words(rows: list[dict[str, str]]) -> set[str]:
    """Whole names and the words that tell companies apart, in every reading."""
    found: set[str] = set()
    for form in (f for r in rows for side in ("left", "right") for f in forms(r[side])):
        found |= {form.squeezed, *(w.sound for w in form.words if w.kind == "name" and len(w.sound) > 2)}
    return found


def test_the_labelled_set_is_what_it_says() -> None:
    everything = pairs("tune", "seen", *HELD_OUT)
    assert len(everything) >= 600
    assert len(pairs(*HELD_OUT)) >= 250
    assert {r["label"] for r in everything} == {"same", "subsidiary", "different"}
    assert all(r["left_source"] and r["right_source"] and r["basis"] for r in everything)
    assert len({r["id"] for r in everything}) == len(everything)


def test_no_word_of_a_name_stands_on_both_sides_of_the_split() -> None:
    """Not the written name alone: no telling word of it, in any spelling of one sound."""
    assert not named_words(pairs("tune", "seen")) & named_words(pairs("holdout"))
    assert not named_words(pairs("tune", "seen", "holdout")) & named_words(pairs("fresh"))


@pytest.mark.parametrize(
    ("halves", "floor"), [(("tune",), 0.90), (("holdout",), 0.80), (("fresh",), 0.80), (HELD_OUT, 0.80), (("seen", *HELD_OUT), 0.80)]
)
def test_precision_and_recall_on_real_pairs(halves: tuple[str, ...], floor: float) -> None:
    """Names, countries and towns alone; former names and translations are the alias table's work and measured below."""
    rows = [r for r in pairs(*halves) if r["stratum"] != "renamed"]
    names = build([*dossier_list().entries, *(Entry(r["id"], r["right"], r["right_place"], r["right_town"]) for r in rows)])
    accepted, same = [], 0
    for r in rows:
        entry = Entry("it", r["right"], r["right_place"], r["right_town"])
        found = compare(Asked(r["left"], r["left_place"], r["left_town"]), entry, names)
        same += r["label"] == "same"
        if found.outcome == "accept":
            accepted.append(r["label"])
        if r["label"] == "subsidiary":
            assert found.outcome != "accept", (r["left"], r["right"])
    assert accepted.count("same") / len(accepted) >= 0.95
    assert accepted.count("same") / same >= floor


def test_other_names_are_the_alias_tables_work() -> None:
    """Former, translated and Chinese names: strings can't tell, the alias table does; short ones still ask for a country."""
    rows = [r for r in pairs("tune", "seen", "holdout") if r["stratum"] == "renamed"]
    names = dossier_list()
    owner = {e.name: e.party for e in names.entries}
    right = 0
    for r in rows:
        found = decide(Asked(r["right"], r["right_place"]), names)
        assert found.match is None or owner[r["right"]] == found.match.party or found.outcome == "review", r["right"]
        right += found.outcome == "accept" and found.match is not None and found.match.party == owner[r["right"]]
    assert right >= len(rows) - 2


def test_no_party_of_the_dossier_is_taken_for_another() -> None:
    """Every name on the list, asked with its country, is accepted for no other party."""
    names = dossier_list()
    for e in names.entries:
        found = decide(Asked(e.name, e.country), names)
        if found.outcome == "accept":
            assert found.match is not None
            assert found.match.party == e.party, (e.name, found.match)


# --- laws

LATIN_WORD = st.text("abdefghiklmnoprstvz", min_size=5, max_size=10)
NAME = st.lists(LATIN_WORD, min_size=1, max_size=3).map(" ".join)
ANY_NAME = st.one_of(NAME, st.text(max_size=30), st.sampled_from([e.name for e in dossier_list().entries]))
TO_CYRILLIC = str.maketrans("abdefghiklmnoprstvz", "абдефгхиклмнопрствз")


@settings(max_examples=150, deadline=None)
@given(ANY_NAME, ANY_NAME)
def test_the_score_is_symmetric(a: str, b: str) -> None:
    for left in forms(a):
        for right in forms(b):
            there, back = align(left, right, dossier_list()), align(right, left, dossier_list())
            assert there.score == back.score
            assert {w.text for w in there.left} == {w.text for w in back.right}
            assert 0 <= there.score <= 1000


@settings(max_examples=100, deadline=None)
@given(NAME, st.sampled_from(["d.o.o.", "a.d.", "sh.p.k.", "Zrt.", "GmbH", "DOOEL"]))
def test_case_script_and_the_place_of_the_legal_form_change_nothing(name: str, legal: str) -> None:
    plain = normal(f"{name} {legal}")
    for other in (f"{name} {legal}".upper(), f"{legal} {name}", f'"{name}" {legal}', f"{name}, {legal}"):
        assert normal(other).key == plain.key, other
    assert normal(name.translate(TO_CYRILLIC)).compact == normal(name).compact
    assert normal(name).words == plain.words


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_has_a_form_and_folding_settles(text: str) -> None:
    assert len(forms(text)) >= 1
    assert fold(fold(text)) == fold(text)
    decide(Asked(text), dossier_list())


@settings(max_examples=100, deadline=None)
@given(st.lists(NAME, min_size=2, max_size=8, unique_by=lambda n: normal(n).key))
def test_a_listed_name_is_found_again(listed: list[str]) -> None:
    names = build([Entry(f"p{i}", f"{n} d.o.o.", "RS") for i, n in enumerate(listed)])
    for i, n in enumerate(listed):
        found = decide(Asked(f"DOO {n.upper()}", "RS"), names)
        assert found.outcome in {"accept", "review"}
        assert f"p{i}" in {m.party for m in (found.match, *found.runners) if m}


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_rarity_is_the_exact_floor(names: int, having: int) -> None:
    having = min(names, having)
    found = rarity(names, having)
    assert found >= 1
    assert having**16 * 2**found <= names**16 or found == 1
    assert names**16 < having**16 * 2 ** (found + 1)


def test_rarities_are_frozen_with_the_list() -> None:
    first = registered()
    more = build([*first.entries, Entry("gama", "Gama Invented d.o.o.", "RS")], frozen=first)
    assert more.frozen == first.frozen
    assert more.version != first.version
    before = compare(Asked("Alfa Invented"), first.entries[0], first)
    assert compare(Asked("Alfa Invented"), first.entries[0], more) == before
    assert build(reversed(first.entries)).version == first.version  # the order of rows means nothing


def brute(asked: Asked, names: NameList) -> set[str]:
    """Every party that a comparison with every name would accept."""
    return {e.party for e in names.entries if compare(asked, e, names).outcome == "accept"}


def test_the_index_loses_nothing_that_would_be_accepted() -> None:
    """Against brute force over the whole list, on the real supplier names of the labelled pairs."""
    rows = pairs("tune")
    names = build([Entry(r["id"], r["right"], r["right_place"], r["right_town"]) for r in rows])
    missed = 0
    for r in rows[:150]:
        asked = Asked(r["left"], r["left_place"], r["left_town"])
        found = decide(asked, names)
        near = {m.party for m in (found.match, *found.runners) if m}
        accepted = brute(asked, names)
        missed += bool(accepted) and not accepted & near
    assert missed <= 1
