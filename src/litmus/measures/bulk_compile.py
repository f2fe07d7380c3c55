"""A clause's row measure as one SQL query over a relation of reconciled deployments: the texts that fill the templates.

For each field that the clause reads, four questions are compiled to explicit booleans: may the row be inside, may it
be a yes, may it be a no, may it be outside? A vendor is a set of names, so each question is whether two sets meet; a
blank is answered here, from the field's whole domain, and SQL's NULL logic never decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import resources
from operator import and_
from string import Template

from litmus.core.place import ancestors, places, within
from litmus.core.place import parts as parts_of
from litmus.core.sets import ANY_NAME, Names
from litmus.core.words import word_list
from litmus.measures.problem import Problem
from litmus.measures.spec import Condition, Measure

SUMS = frozenset({"ratio", "share", "count", "sum"})
WORDS = {"operator": ("",), "layer": word_list("layer"), "generation": word_list("generation")}
PPM = 1_000_000
_FEW = 8
_BLANK_NAME = "list_count(deployment.vendor) < len(deployment.vendor)"


class NotInBulkError(ValueError):
    """The clause asks something that the bulk path does not compute; the message says what."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Restricted vendors under one instrument: certain, possible; ``closed``: who is neither is not restricted."""

    certain: frozenset[str]
    possible: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """The four questions about one field, as SQL booleans over one row."""

    inside: str
    yes: str
    no: str
    leaves: str


def refuse(measure: Measure) -> None:
    """Raise NotInBulkError for anything but a row measure over the deployment relation's own columns."""
    unknown = [c.field for c in (*measure.where, *measure.count) if c.base not in {*WORDS, "vendor", "in_service"}]
    other_ops = [c.field for c in (*measure.where, *measure.count) if c.op not in {"in", "restricted_by"}]
    faults = {
        f"a {measure.kind} measure": measure.kind not in {*SUMS, "max-share"},
        f"rows of {measure.over or 'no table'}": measure.over != "deployment",
        f"a test of {', '.join(unknown)}": bool(unknown),
        f"a comparison of {', '.join(other_ops)}": bool(other_ops),
        f"cells by {', '.join(measure.by)}": not set(measure.by) <= set(WORDS),
        f"concentration of {measure.of}": bool(measure.of) and measure.of not in {"vendor", "vendor.group"},
        "a vendor share of a whole of one": measure.kind == "max-share" and measure.share_form,
        f"a sum of {measure.value}": measure.kind == "sum" and measure.value != "weight",
        "a duty or a domain": measure.duty is not None or measure.domain is not None,
    }
    found = [what for what, fault in faults.items() if fault]
    if found:
        msg = f"the bulk path does not compute {found[0]}; judge the clause row by row instead"
        raise NotInBulkError(msg)


def compile_query(problem: Problem, place: str, relation: str, lists: Mapping[str, Listing], parents: Mapping[str, Sequence[str]]) -> str:
    """The query for a problem without items. Raises NotInBulkError, or ValueError for an instrument without a list."""
    measure = problem.measure
    refuse(measure)
    asked = [_vendor(measure, lists)] if _reads(measure, "vendor") else []
    asked += [_word(name, measure) for name in WORDS if name not in measure.by and _reads(measure, name)]
    asked += [_service(measure)] if _reads(measure, "in_service") else []
    near = _near(place)
    inside = [f"deployment.place IN ({_list(near)})", *(_by_inside(n, measure) for n in measure.by)]
    inside += [a.inside for a in asked]
    texts = {
        "relation": _identifier(relation),
        "place": _text(place) if near == [place] else "deployment.place",
        "inside": _every(inside),
        "yes": _every(a.yes for a in asked),
        "no": _some(a.no for a in asked),
        "leaves": _some(a.leaves for a in asked),
        "standing": _standing(near, problem.parts),
        "lost": f"deployment.place IS NULL OR deployment.place NOT IN ({_list(places())})",
        "faulty": _faulty(measure),
        **_weights(measure),
        **_by(measure),
    }
    if measure.kind == "max-share":
        texts |= _vendors(measure, lists, parents)
    texts |= _ends(measure)
    name = "bulk_max_share.sql" if measure.kind == "max-share" else "bulk_sums.sql"
    return Template(resources.files("litmus.measures").joinpath(name).read_text("utf-8")).substitute(texts)


def _reads(measure: Measure, name: str) -> bool:
    return any(c.base == name for c in (*measure.where, *measure.count))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _list(values: Iterable[str]) -> str:
    return ", ".join(_text(v) for v in sorted(values))


def _every(tests: Iterable[str]) -> str:
    found = list(dict.fromkeys(t for t in tests if t != "TRUE"))
    return "FALSE" if "FALSE" in found else " AND ".join(f"({t})" for t in found) or "TRUE"


def _some(tests: Iterable[str]) -> str:
    found = list(dict.fromkeys(t for t in tests if t != "FALSE"))
    return "TRUE" if "TRUE" in found else "(" + (" OR ".join(f"({t})" for t in found) or "FALSE") + ")"


def _bool(answer: object) -> str:
    return "TRUE" if answer else "FALSE"


def _sets(condition: Condition, lists: Mapping[str, Listing]) -> tuple[Names, Names]:
    """(the vendors that pass for certain, those that may pass)."""
    if condition.op == "in":
        words = Names(frozenset(condition.words))
        return words, words
    missing = [w for w in condition.words if w not in lists]
    if missing:
        msg = f"no list of restricted vendors given for {', '.join(missing)}"
        raise ValueError(msg)
    asked = [lists[w] for w in condition.words]
    sure = Names(frozenset().union(*(one.certain for one in asked)))
    if not all(one.closed for one in asked):
        return sure, ANY_NAME
    return sure, Names(frozenset().union(*(one.certain | one.possible for one in asked)))


def _vendor_sets(measure: Measure, lists: Mapping[str, Listing]) -> tuple[Names, Names, Names, Names]:
    """Vendors that may be inside, may be a yes, may be a no, may be outside."""
    where = [_sets(c, lists) for c in measure.where if c.base == "vendor"]
    count = [_sets(c, lists) for c in measure.count if c.base == "vendor"]
    inside = reduce(and_, (possible for _, possible in where), ANY_NAME)
    return (
        inside,
        reduce(and_, (possible for _, possible in count), inside),
        inside & ~reduce(and_, (sure for sure, _ in count), ANY_NAME),
        ~reduce(and_, (sure for sure, _ in where), ANY_NAME),
    )


def _vendor(measure: Measure, lists: Mapping[str, Listing]) -> _Asked:
    sets = _vendor_sets(measure, lists)
    named = frozenset().union(*(s.values for s in sets))
    blank = [not (Names(named) & s).empty for s in sets]
    where = [c for c in measure.where if c.base == "vendor"]
    count = [c for c in measure.count if c.base == "vendor"]
    # An unknown vendor may be one that nobody names: in no set of words, perhaps on any list of restrictions.
    inside = all(c.op == "restricted_by" for c in where)
    other = (inside, inside and all(c.op == "restricted_by" for c in count), inside and bool(count), bool(where))
    tests = [_meets(s, any(pair)) for s, pair in zip(sets, zip(blank, other, strict=True), strict=True)]
    # A set with a blank among its names is let in, to be counted as a fault.
    return _Asked(f"{tests[0]} OR coalesce({_BLANK_NAME}, FALSE)" if where else "TRUE", *tests[1:])


def _meets(wanted: Names, blank: bool) -> str:
    """Has the row's set of possible vendors a member among the wanted? ``blank`` answers for an unknown vendor."""
    if wanted.but and not wanted.values:
        return "TRUE" if blank else "NOT (coalesce(len(deployment.vendor), 0) = 0)"
    if wanted.empty:
        return "coalesce(len(deployment.vendor), 0) = 0" if blank else "FALSE"
    known = _any_of(wanted.values)
    if wanted.but:
        known = f"CASE WHEN {known} THEN NOT list_has_all([{_list(wanted.values)}], deployment.vendor) ELSE TRUE END"
    return f"CASE WHEN coalesce(len(deployment.vendor), 0) = 0 THEN {_bool(blank)} ELSE {known} END"


def _any_of(values: Iterable[str]) -> str:
    found = sorted(values)
    if len(found) > _FEW:
        return f"list_has_any(deployment.vendor, [{_list(found)}])"
    return "(" + " OR ".join(f"list_contains(deployment.vendor, {_text(v)})" for v in found) + ")"


def _words_of(name: str, conditions: Iterable[Condition]) -> frozenset[str] | None:
    """The words that pass every test of one field; None without a test."""
    found = [frozenset(c.words) for c in conditions if c.base == name]
    return frozenset.intersection(*found) if found else None


def _word(name: str, measure: Measure) -> _Asked:
    """The questions about a field of one word; a blank may be any word of its list (for an operator: none).

    All but the first are asked of rows that may be inside: there a known word passes every test of ``where``.
    """
    where, count = _words_of(name, measure.where), _words_of(name, measure.count)
    whole = frozenset(WORDS[name])
    allowed = whole if where is None else where & whole

    def is_in(wanted: frozenset[str] | None, blank: object) -> str:
        if wanted is None:
            return "TRUE"
        known = f"deployment.{name} IN ({_list(wanted)})" if wanted else "FALSE"
        return f"CASE WHEN deployment.{name} IS NULL THEN {_bool(blank)} ELSE {known} END"

    no = "FALSE" if count is None else f"NOT ({is_in(count, not allowed - count)})"
    leaves = "FALSE" if where is None or whole <= where else f"deployment.{name} IS NULL"
    return _Asked(is_in(where, allowed), is_in(count, allowed & (count or whole)), no, leaves)


def _service(measure: Measure) -> _Asked:
    """The same for ``in_service``, which is true, false, or (NULL) one of them."""
    whole = frozenset({"true", "false"})
    where, count = _words_of("in_service", measure.where), _words_of("in_service", measure.count)
    where = whole if where is None else where & whole
    count = whole if count is None else count & whole

    def is_in(wanted: frozenset[str]) -> str:
        if wanted in (whole, frozenset()):
            return _bool(wanted)
        return f"coalesce({'' if 'true' in wanted else 'NOT '}deployment.in_service, TRUE)"

    leaves = "FALSE" if where == whole else "deployment.in_service IS NULL"
    return _Asked(is_in(where), is_in(where & count), is_in(where - count), leaves)


def _by_inside(name: str, measure: Measure) -> str:
    words = _words_of(name, measure.where)
    if words is None:
        return "TRUE"
    blank = _bool(bool(words & frozenset(WORDS[name])))
    known = f"deployment.{name} IN ({_list(words)})" if words else "FALSE"
    return f"CASE WHEN deployment.{name} IS NULL THEN {blank} ELSE {known} END"


def _by(measure: Measure) -> dict[str, str]:
    """What the templates say of the cells: blanks are spread over every word that a row may stand under."""
    by = measure.by
    open_ended = [n for n in by if len(WORDS[n]) > 1]
    cell_of = {n: f"{n}_choice.word" if n in open_ended else f"alike.{n}" for n in by}
    spread, several = [], []
    for name in open_ended:
        words = _words_of(name, measure.where)
        choice = [w for w in WORDS[name] if words is None or w in words]
        unknown = f"alike.{name} IS NULL"
        words_here = f"CASE WHEN {unknown} THEN [{_list(choice)}] ELSE [alike.{name}] END"
        spread.append(f"CROSS JOIN unnest({words_here}) AS {name}_choice (word)")
        several.append(unknown if len(choice) > 1 else "FALSE")
    counted = {n: words for n in by if (words := _words_of(n, measure.count)) is not None}
    tests = [f"{cell_of[n]} IN ({_list(words)})" if words else "FALSE" for n, words in counted.items()]
    known = {n: f"deployment.{n}" if n in open_ended else f"coalesce(deployment.{n}, '')" for n in by}
    return {
        "read_by": "".join(f"{known[n]} AS {n}, " for n in by),
        "spread_by": "".join(f"{cell_of[n]} AS {n}, " for n in by),
        "by": "".join(f"{n} AS {n}, " for n in by),
        "by_names": "".join(f"{n}, " for n in by),
        "by_also": "".join(f", {n}" for n in by),
        **{f"by_{t}": "".join(f"{t}.{n} AS {n}, " for n in by) for t in ("cell", "whole", "room")},
        "by_whole_also": "".join(f", whole.{n}" for n in by),
        "same_span": "".join(f" AND span.{n} = whole.{n}" for n in by),
        "same_own": "".join(f" AND own.{n} = room.{n}" for n in by),
        "same_spare": "".join(f" AND spare.{n} = own.{n}" for n in by),
        "spread": " ".join(spread),
        "by_several": _some(several),
        "by_unknown": _some(f"alike.{n} IS NULL" for n in open_ended),
        "by_yes": f"({_every(tests)})",
    }


def _near(place: str) -> list[str]:
    """The places whose rows may concern a place: itself, its parts, and those that hold it."""
    return [code for code in places() if code in ancestors(place) or within(code, place)]


def _standing(near: Sequence[str], parts: Sequence[str]) -> str:
    """The parts in which a row of each place may stand, and whether it may stand elsewhere or nowhere instead."""
    lines = []
    for code in near:
        here = [p for p in parts if within(code, p) or within(p, code)]
        sure = any(within(code, p) for p in here)
        elsewhere = len(here) > 1 or not (sure or set(parts_of(code)) <= set(here))
        lines += [f"({_text(code)}, {_text(p)}, {_bool(elsewhere)})" for p in here]
    return ", ".join(lines)


def _weights(measure: Measure) -> dict[str, str]:
    """Ends of the weight; a blank lower end is the least that a count can be, a blank upper end none."""
    if not measure.weight and measure.kind != "sum":
        return {"weight_lo": "1", "weight_hi": "1", "unbounded": "0"}
    lo = "coalesce(deployment.weight_lo, 1)"
    if measure.share_form:
        return {"weight_lo": lo, "weight_hi": f"least(coalesce(deployment.weight_hi, {PPM}), {PPM})", "unbounded": "0"}
    unbounded = "CASE WHEN deployment.weight_hi IS NULL THEN 1 ELSE 0 END"
    return {"weight_lo": lo, "weight_hi": "coalesce(deployment.weight_hi, 0)", "unbounded": unbounded}


def _faulty(measure: Measure) -> str:
    """Rows that cannot be read: weights that end before they begin, a blank or repeated name in a set of vendors."""
    tests = []
    if measure.weight or measure.kind == "sum":
        low = "coalesce(deployment.weight_lo, 1)"
        most = f" OR {low} > {PPM}" if measure.share_form else ""
        tests.append(f"{low} < 0 OR coalesce(deployment.weight_hi, {low}) < {low}{most}")
    if measure.of:  # one name is the common case, and a look at it is cheaper than a count of different names
        several, one = "list_unique(deployment.vendor) < len(deployment.vendor)", "deployment.vendor[1] IS NULL"
        size = "len(deployment.vendor)"
        tests.append(f"CASE WHEN {size} = 1 THEN {one} WHEN {size} > 1 THEN {several} ELSE FALSE END")
    elif _reads(measure, "vendor"):
        tests.append(_BLANK_NAME)
    return f"coalesce({_some(tests)}, FALSE)"


def _vendors(measure: Measure, lists: Mapping[str, Listing], parents: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The vendors (or their ultimate parents) that a row may count for; ``any_vendor`` where it may be anybody's."""
    inside = _vendor_sets(measure, lists)[0]
    where = [c for c in measure.where if c.base == "vendor"]
    open_ended = all(c.op == "restricted_by" for c in where)
    named = frozenset().union(*(s.values for c in where for s in _sets(c, lists)))
    blank = f"[{_list(_groups(Names(named) & inside, measure, parents))}]"
    known = "deployment.vendor"
    if inside != ANY_NAME:
        test = f"one {'NOT ' if inside.but else ''}IN ({_list(inside.values)})" if inside.values else "FALSE"
        known = f"[one for one in {known} if {test}]"
    mapped = {v: sorted(set(p)) for v, p in sorted(parents.items()) if tuple(p) != (v,)}
    if mapped and measure.of == "vendor.group":
        whens = " ".join(f"WHEN {_text(v)} THEN [{_list(p)}]" for v, p in mapped.items())
        grouped = f"list_distinct(flatten([CASE one {whens} ELSE [one] END for one in {known}]))"
        known = f"CASE WHEN {_any_of(mapped)} THEN {grouped} ELSE {known} END"
    unknown = "coalesce(len(deployment.vendor), 0) = 0"
    return {
        "vendors": known if open_ended else f"CASE WHEN {unknown} THEN CAST({blank} AS VARCHAR[]) ELSE {known} END",
        "any_vendor": unknown if open_ended else "FALSE",
    }


def _groups(vendors: Names, measure: Measure, parents: Mapping[str, Sequence[str]]) -> set[str]:
    grouped = measure.of == "vendor.group"
    return {g for v in vendors.values for g in (parents.get(v, (v,)) if grouped else (v,))}


def _ends(measure: Measure) -> dict[str, str]:
    """Numerators and denominators of both ends over the rows on record."""
    order = "".join(f"{'room' if measure.kind == 'max-share' else 'cell'}.{n} ASC NULLS FIRST, " for n in measure.by)
    if measure.kind == "max-share":
        return {"order_by": order}
    order = ", " + order.rstrip(", ") if order else ""
    if measure.kind in {"count", "sum"}:
        return {"lo_num": "cell.weight_certain", "lo_den": "1", "hi_den": "1", "order_by": order}
    whole = {"lo_den": "cell.yes_certain + cell.no_possible", "hi_den": "cell.yes_possible + cell.no_certain"}
    return {"lo_num": "cell.yes_certain", **whole, "order_by": order}
