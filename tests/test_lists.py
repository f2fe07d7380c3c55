"""What an open list may turn out to say, and whether that decides: against every completion of small problems."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.clauses.needs import fix
from litmus.clauses.settle import settle_toward
from litmus.measures.assess import assess
from litmus.measures.problem import Problem
from small_problems import TENTH, ask, item, problems, unseen, yes
from test_settle import answers

steady = settings(max_examples=120, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ask("max-share", "at_most", "0.5", item("a", yes(of="v1"), lo=2), tails=(unseen(4, 4),)), "rows of 2 further vendors"),
        (ask("hhi", "at_most", "0.25", item("a", yes(of="v1")), tails=(unseen(),)), "rows of 4 further vendors"),
        (ask("n-minus-1", "at_most", "0.5", item("a", yes("RS", "o1", of="v1")), tails=(unseen(4, 4),)), "one further operator that all"),
        (ask("max-share", "at_most", "0.5", item("a", yes(of="v1"), lo=TENTH), tails=(unseen(),), weight="share"), "with 45 % each"),
        (ask("date", "at_most", "739000", item("a", yes(), lo=740000), tails=(unseen(),)), "an act dated 2024-04-24 or earlier"),
        (ask("count", "at_least", "3", tails=(unseen(),)), "3 rows that count as yes"),
        (ask("count", "at_most", "2", item("a", yes()), tails=(unseen(1, 3),)), "it lists a row that counts as yes"),
    ],
)
def test_a_list_is_offered_in_words_that_say_what_would_stand_in_it(problem: Problem, words: str) -> None:
    got = settle_toward(problem, goal=True)
    assert got is not None
    assert [n.id for n in got.needs] == ["population:RS"]
    assert words in got.needs[0].assume
    assert answers(fix(problem, got.needs)) == {True}


@pytest.mark.parametrize("kind", ["ratio", "count", "sum", "date", "max-share", "hhi", "n-minus-1", "quotient"])
@steady
@given(data=st.data(), goal=st.booleans())
def test_what_a_list_is_said_to_hold_decides_and_fits_its_total(kind: str, data: st.DataObject, goal: bool) -> None:
    problem = data.draw(problems(kind, tails=True))
    got = settle_toward(problem, goal) if assess(problem).truth is None else None
    if got is not None:
        assert answers(fix(problem, got.needs)) == {goal}
        for n in got.needs:
            tail = next((t for t in problem.tails if t.id == n.id), None)
            assert tail is None or kind == "date" or tail.lo <= sum(r.lo for r in n.rows) <= tail.hi
