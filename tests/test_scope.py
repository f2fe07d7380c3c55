"""Which processes buy digital infrastructure: by code, by words, by a person's word; and what stays open."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litmus.procurement.scope import (
    IN,
    OUTSIDE,
    UNKNOWN,
    Scope,
    ScopeError,
    by_code,
    by_text,
    decide,
    digits,
    read_manual,
    read_rules,
    rules,
)

CPV = Path(__file__).parent.parent.parent / "shared" / "data" / "cpv_en.txt"
CODES = st.from_regex(r"[0-9]{2,8}", fullmatch=True)


@pytest.mark.parametrize(
    ("code", "state", "layers"),
    [
        ("32412000-3", IN, ("core", "ran", "transport", "fixed-access")),
        ("32412000", IN, ("core", "ran", "transport", "fixed-access")),
        ("45232340-0", IN, ("ran",)),  # the longest code decides: a base station, though other works of its class are sewers
        ("45232410", OUTSIDE, ()),  # sewerage
        ("32323500-8", IN, ("cctv",)),
        ("35121000", OUTSIDE, ()),  # 35120000 stands for itself
        ("35125300", IN, ("cctv",)),
        ("32", UNKNOWN, ()),  # a register's class: cameras and radio sets are both in it
        ("32000000", UNKNOWN, ()),
        ("45", UNKNOWN, ()),
        ("03111000-2", OUTSIDE, ()),
        ("03", OUTSIDE, ()),
        ("", UNKNOWN, ()),
        (None, UNKNOWN, ()),
        ("n/a", UNKNOWN, ()),
        ("324120003", UNKNOWN, ()),  # nine digits: the check digit without its stroke could be any of them
    ],
)
def test_a_code_is_in_outside_or_open(code: str | None, state: str, layers: tuple[str, ...]) -> None:
    found = by_code(code)
    assert (found.state, found.layers) == (state, layers)


@given(CODES)
def test_a_check_digit_and_padding_change_nothing(code: str) -> None:
    assert by_code(f" {code}-7 ") == by_code(code)
    assert by_code(code.ljust(8, "0")).state in {by_code(code).state, IN, UNKNOWN}


@given(CODES, st.from_regex(r"[0-9]", fullmatch=True))
def test_a_longer_code_never_brings_into_scope_what_a_shorter_one_excluded(code: str, more: str) -> None:
    """What is outside stays outside when the code is told more exactly, and what is in stays in."""
    if len(code) == 8:
        return
    short, long = by_code(code), by_code(code + more)
    if short.state == OUTSIDE and code.rstrip("0") == code:
        assert long.state == OUTSIDE
    if short.state == IN:
        assert long.state == IN


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("Furnizim me kamera vëzhgimi për shkolla", "cctv"),
        ("Набавка опреме за видео надзор", "cctv"),
        ("Nabavka i ugradnja videonadzora", "cctv"),
        ("Одржување на видео надзор", "cctv"),
        ("Kamerë e sigurisë", "cctv"),
        ("Shtrirja e fibrës optike", "transport"),
        ("Izgradnja optičke mreže", "transport"),
        ("Mirëmbajtja e radio-lidhjeve", "ran"),
        ("Supply of SERVER ROOM equipment", "data-centre"),
        ("Pametni grad, faza II", "smart-city"),
    ],
)
def test_words_are_found_in_every_alphabet_of_the_region(text: str, layer: str) -> None:
    found = by_text([text])
    assert found is not None
    assert layer in found.layers
    assert found.basis == "text"


WITHIN = ["Servis vozila", "Kamp za djecu", "Comorbid", "Observerat e zgjedhjeve", "Kamerier", "servertim", "", "Furnizim me ushqim"]


@pytest.mark.parametrize("text", WITHIN)
def test_words_within_other_words_do_not_count(text: str) -> None:
    assert by_text([text]) is None


def test_words_count_where_the_code_is_wrong_and_the_basis_says_so() -> None:
    found = decide(["50"], ["Mirëmbajtja e kamerave"])
    assert (found.state, found.basis) == (IN, "text")
    assert decide(["03111000"], ["Mirëmbajtja e kamerave"]).basis == "text"
    assert decide(["32323500"], []).basis == "code"
    assert decide(["03"], ["Bukë"]) == Scope(OUTSIDE, "code", (), "03")
    assert decide(["03", "45"], []).state == UNKNOWN
    assert decide([], []).state == UNKNOWN


@given(st.lists(CODES, max_size=4), CODES)
def test_one_more_code_never_takes_a_process_out_of_scope(codes: list[str], more: str) -> None:
    if decide(codes, []).state == IN:
        assert decide([*codes, more], []).state == IN
    if codes and decide(codes, []).state == UNKNOWN:
        assert decide([*codes, more], []).state in {UNKNOWN, IN}


def test_a_person_decides_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "scope.csv"
    path.write_text("process,layer,why\np1,cctv|smart-city,read the contract (invented)\np2,,a chamber of commerce (invented)\n", "utf-8")
    found = read_manual(path)
    assert found["p1"] == Scope(IN, "manual", ("cctv", "smart-city"), "read the contract (invented)")
    assert found["p2"].state == OUTSIDE
    for text, said in [
        ("process,layer\n", "no column why"),
        ("process,layer,why\np1,cctv,\n", "line 2: a decision needs a process and a reason"),
        ("process,layer,why\np1,camera,x\n", "'camera' is no layer"),
        ("process,layer,why\np1,cctv,x\np1,,y\n", "line 3: p1 was decided above"),
    ]:
        path.write_text(text, "utf-8")
        with pytest.raises(ScopeError, match=said):
            read_manual(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[group.a]\nlayers = ["ran"]\ncodes = ["3241-3"]', "is no CPV code"),
        ('[group.a]\nlayers = ["radio"]\ncodes = ["3241"]', "'radio' is no layer"),
        ('[group.a]\nlayers = ["ran"]\ncodes = ["3241", "3241"]', "3241 is listed twice"),
        ('[[words]]\nlayers = ["ran"]\nsq = ["Antenë"]', "in folded letters: 'antene'"),
    ],
)
def test_a_scope_file_that_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(ScopeError, match=said):
        read_rules(text, "invented.toml")


@pytest.mark.skipif(not CPV.exists(), reason="the list of CPV codes is not part of the project")
def test_every_listed_code_is_a_code_of_the_vocabulary_and_the_great_groups_have_their_size() -> None:
    vocabulary = [line[:8] for line in CPV.read_text("utf-8").splitlines() if digits(line[:8])]
    assert [c for c in rules().codes if not any(v.startswith(c) for v in vocabulary)] == []
    network = ("3226", "3227", "32344", "324", "3251", "3252", "3253", "3254", "3255", "3256", "3257", "3258")
    assert sum(v.startswith(network) for v in vocabulary) == 122
    assert sum(by_code(v).state == IN for v in vocabulary) == 489
