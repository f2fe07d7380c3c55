"""Fields that follow from others on the as-of day: in service, in force, assessed. Each is a set of yes and no."""

from typing import TYPE_CHECKING

from litmus.core.place import within
from litmus.core.sets import Names, Numbers, names
from litmus.core.truth import Truth, k_all, k_any, k_not
from litmus.core.words import ladder
from litmus.facts.evidence import Fact, Policy
from litmus.parties.group import designated

if TYPE_CHECKING:
    from litmus.measures.ways import Context

#: The stored fields that a derived one is read from.
RESTS_ON = {
    "in_service": ("in_service_from", "in_service_to"),
    "in_force_now": ("in_force", "repealed", "rung"),
    "applies_now": ("applicable", "in_force", "repealed", "rung"),
    "stands": ("listed", "until", "rung"),
}
YES, NO, EITHER = names("true"), names("false"), names("true", "false")


def _set(truth: Truth) -> Names:
    return EITHER if truth is None else YES if truth else NO


def derived_value(fact: Fact, name: str, ctx: "Context") -> Names | None:
    """The derived field, or None when the field is a stored one."""
    if name == "in_service":
        return _set(_in_service(fact, ctx.as_of))
    if name == "in_force_now":
        return _set(_in_force(fact, ctx.as_of, "in_force", "in-force"))
    if name == "applies_now":
        return _set(_in_force(fact, ctx.as_of, "applicable", "applicable"))
    if name == "stands":
        return _set(designated(fact, ctx.as_of))
    if name == "assessed":
        return _set(_assessed(fact, ctx))
    return None


def _numbers(fact: Fact, name: str) -> Numbers:
    allowed = fact.value(name).allowed
    assert isinstance(allowed, Numbers)  # noqa: S101
    return allowed


def _in_service(fact: Fact, as_of: int) -> Truth:
    """In service when the record holds on the day and no date says otherwise; an inadmissible record leaves it open."""
    if not fact.exists:
        return None
    began: Truth = True
    if fact.value("in_service_from").readings:
        began = _numbers(fact, "in_service_from").at_most(as_of)
    over: Truth = False
    if fact.value("in_service_to").readings:
        over = k_not(_numbers(fact, "in_service_to").at_least(as_of))
    return k_all((began, k_not(over)))


def _in_force(fact: Fact, as_of: int, date: str, rung: str) -> Truth:
    """By date where one is on record, else by rung; a repealed act is not in force."""
    if not fact.exists:
        return None
    alive: Truth = True
    if fact.value("repealed").readings:
        alive = k_not(_numbers(fact, "repealed").at_most(as_of))
    if fact.value(date).readings:
        return k_all((_numbers(fact, date).at_most(as_of), alive))
    if date == "applicable" and fact.value("in_force").readings:
        began = _numbers(fact, "in_force").at_most(as_of)
        return k_all((None if began is not False else False, alive))
    if fact.value("rung").readings:
        return k_all((_numbers(fact, "rung").at_least(ladder("event").index(rung)), alive))
    return None


def _assessed(fact: Fact, ctx: "Context") -> Truth:
    """Is a completed, valid assessment of this operator and layer on record?

    Silence is a "no" only where a list of all assessments of the place is in evidence (a population row over
    assessment); elsewhere it leaves the question open.
    """
    operator, layer = fact.value("operator").allowed, fact.value("layer").allowed
    lists = ctx.evidence.near("population", Policy(), ctx.as_of, ctx.known_at, fact.place)
    closed = any(p.exists and p.value("over").allowed == names("assessment") and within(fact.place, p.place) for p in lists)
    found: list[Truth] = [False if closed else None]
    for done in ctx.evidence.facts("assessment", Policy(), ctx.as_of, ctx.known_at):
        if done.value("operator").allowed != operator:
            continue
        scope = done.value("layer")
        if scope.readings and scope.allowed != layer:
            continue
        stage = _numbers(done, "stage").at_least(ladder("assessment").index("completed"))
        until = done.value("valid_until")
        valid = k_not(_numbers(done, "valid_until").at_most(ctx.as_of - 1)) if until.readings else True
        found.append(k_all((done.exists, stage if done.value("stage").readings else None, valid)))
    return k_any(found)
