"""Facts that must exist though nobody told us: where a table's key fixes the fact, silence is a missing value.

A chapter has a state and a pledge a rung, recorded or not. For each key that a clause asks for and the record lacks,
a placeholder stands in with the whole domain, so that silence can never read as "no".
"""

from itertools import product

from litmus.core.interval import INF
from litmus.core.place import within
from litmus.core.sets import Names, Numbers
from litmus.facts.evidence import Fact, Pins, domain
from litmus.facts.schema import tables
from litmus.measures.items import Item, Outcome, pinned
from litmus.measures.spec import Measure


def placeholders(measure: Measure, facts: tuple[Fact, ...], parts: tuple[str, ...], side: str) -> list[Item]:
    """One item for each key asked for, in each part, of which no row is on record."""
    if not tables()[measure.over].unique:
        return []
    pins = pinned(measure)
    asked = [(part, words) for part in parts for words in product(*(w for _, w in pins))]
    silent = [(p, w) for p, w in asked if not any(_speaks(f, p, pins, w) for f in facts)]
    return [_placeholder(measure, part, words, side) for part, words in silent]


def _speaks(fact: Fact, part: str, pins: Pins, words: tuple[str, ...]) -> bool:
    if fact.place != part and not within(part, fact.place):
        return False
    for (name, _), word in zip(pins, words, strict=True):
        allowed = fact.value(name).allowed
        if isinstance(allowed, Names) and word not in allowed:
            return False
        if isinstance(allowed, Numbers) and not (allowed.is_point and str(allowed.lo) == word):
            return False
    return True


def _placeholder(measure: Measure, part: str, words: tuple[str, ...], side: str) -> Item:
    pins = dict(zip((n for n, _ in pinned(measure)), words, strict=True))
    others = [c for c in measure.where if c.base not in pins]
    cell = (part, *(pins.get(b, "(unknown)") for b in (*measure.by, *measure.unit)))
    inside = [Outcome(cell, yes) for yes in ((True, False) if measure.count or measure.duty else (True,))]
    outcomes = (*inside, Outcome(None)) if others else tuple(inside)
    lo, hi = _span(measure)
    named = ", ".join(w for w in words if w) or measure.over
    told = tuple({"": ("counts as yes" if o.yes else "counts as no") if o.cell else "does not count"} for o in outcomes)
    return Item(f"{side}{measure.over}?{part}:{named}", outcomes, lo, hi, (), frozenset({"missing"}), told,
                f"{measure.over}: {named} ({part}), not on record", side, ("",))  # fmt: skip


def _span(measure: Measure) -> tuple[int | float, int | float]:
    if measure.domain:
        return measure.domain  # type: ignore[return-value]
    if not measure.value:
        return (1, INF) if measure.weight else (1, 1)
    whole = domain(measure.over, measure.value)
    return (whole.lo, whole.hi) if isinstance(whole, Numbers) else (0, INF)  # type: ignore[return-value]
