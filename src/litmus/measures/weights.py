"""How much a fact weighs in a measure, or which value it brings: the hull of what is admissible, and why it is open."""

from dataclasses import replace

from litmus.core.interval import Interval, Number
from litmus.core.sets import Numbers, names
from litmus.facts.evidence import Fact, Value, domain
from litmus.measures.spec import Measure


def weight_of(fact: Fact, measure: Measure) -> tuple[Number, Number, str]:
    """Hull of the weight (or of the value, for measures of a value), and why it is open."""
    if measure.value:
        value = _money(fact, measure) if measure.currency else fact.value(measure.value)
        allowed = value.allowed
        assert isinstance(allowed, Numbers)  # noqa: S101
        lo, hi = allowed.lo, allowed.hi
        if measure.domain and not value.readings:
            lo, hi = measure.domain
        return lo, hi, "" if lo == hi else value.why or "missing"
    if not measure.weight:
        return 1, 1, ""
    if measure.weight in {"value", "amount"}:
        value = _money(fact, measure)
        assert isinstance(value.allowed, Numbers)  # noqa: S101
        return value.allowed.lo, value.allowed.hi, "" if value.allowed.is_point else value.why or "missing"
    unit = fact.value("weight_unit").allowed
    value = fact.value("weight")
    if unit != names(measure.weight):
        value = Value(domain(measure.over, "weight"), "missing")
    assert isinstance(value.allowed, Numbers)  # noqa: S101
    hi = min(value.allowed.hi, 1_000_000) if measure.share_form else value.allowed.hi
    return value.allowed.lo, hi, "" if value.allowed.lo == hi else value.why or "missing"


def _money(fact: Fact, measure: Measure) -> Value:
    """An amount in minor units. In another currency it is an unknown amount until a cited rate is in evidence."""
    name = measure.value or measure.weight
    value = fact.value(name)
    if measure.currency and "currency" in fact.values and fact.value("currency").allowed != names(measure.currency):
        return Value(domain(measure.over, name), "missing")
    if measure.currency and "unit" in fact.values:
        if fact.value("unit").allowed != names(measure.currency):
            return Value(domain(measure.over, name), "missing")
        assert isinstance(value.allowed, Numbers)  # noqa: S101
        return replace(value, allowed=Numbers(tuple(Interval(p.lo * 100, p.hi * 100) for p in value.allowed.pieces)))
    return value
