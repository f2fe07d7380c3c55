"""Reading a measure: which keys each kind takes, and conditions on the fields of its table."""

from fractions import Fraction
from typing import Any

from litmus.clauses.nodes import Node
from litmus.clauses.shape import DAY, NUMBER, PERIOD, RATIO, TEXT, Errors, Keep, ListOf, MapOf, Record, Shape, word
from litmus.core.place import expand
from litmus.core.words import expected_word, ladder, word_list
from litmus.facts.parse import money, parser, percent
from litmus.facts.schema import Column, tables
from litmus.measures.spec import DERIVED, KINDS, THROUGH_VENDOR, Condition, Count, Duty, Measure, Population

_WHERE = MapOf(str, Keep({}), least=1)
_COUNT = Record({"series": ListOf(TEXT, single=True, least=1), "date": TEXT}, required=("series", "date"))
_POPULATION = Record(
    {
        "closed_by": ListOf(word(*word_list("closure"), what="closure"), single=True),
        "counted_by": _COUNT,
        "max_age": PERIOD,
        "tolerance": RATIO,
    },
)
_DUTY = Record({"from": TEXT, "done": TEXT, "within": PERIOD}, required=("from", "done", "within"))
BLANK = "(blank)"
_FACTS = tuple(name for name, t in tables().items() if t.is_fact)

_KEYS: dict[str, Shape] = {
    "kind": word(*KINDS, what="measure"),
    "over": word(*_FACTS, what="table"),
    "where": _WHERE,
    "count": _WHERE,
    "duty": _DUTY,
    "of": TEXT,
    "by": ListOf(TEXT),
    "unit": ListOf(TEXT),
    "weight": TEXT,
    "value": TEXT,
    "pick": word("best", "worst", "earliest"),
    "currency": word(*word_list("currency"), what="currency"),
    "domain": ListOf(NUMBER, least=2),
    "population": _POPULATION,
    "top": Keep({"type": "object"}),
    "bottom": Keep({"type": "object"}),
    "own": Keep({"type": "object"}),
    "peers": TEXT,
    "statistic": word("median", "mean", "min", "max", what="statistic"),
}
_ROWS = ("over", "where", "population")
ALLOWED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # kind: (required keys, further keys allowed)
    "ratio": (("over",), (*_ROWS, "count", "duty", "by", "weight", "currency")),
    "share": (("over", "count", "weight"), (*_ROWS, "by", "currency")),
    "max-share": (("over", "of"), (*_ROWS, "by", "weight", "currency")),
    "hhi": (("over", "of"), (*_ROWS, "by", "weight", "currency")),
    "n-minus-1": (("over", "of", "unit"), (*_ROWS, "by", "weight")),
    "count": (("over",), (*_ROWS, "by", "weight")),
    "sum": (("over", "value"), (*_ROWS, "by", "currency", "domain")),
    "date": (("over", "value"), (*_ROWS, "pick")),
    "level": (("over", "value"), (*_ROWS, "pick", "domain")),
    "quotient": (("top", "bottom"), ("by",)),
    "compare": (("own", "peers", "statistic"), ()),
}
MEASURE = Record(_KEYS, required=("kind",), what="key of a measure")


def read_measure(node: Node, path: str, errors: Errors) -> Measure | None:
    """The measure, or None after noting what is wrong."""
    before = len(errors.found)
    raw = MEASURE.read(node, path, errors)
    kind = raw.get("kind")
    if kind is None:
        return None
    required, optional = ALLOWED[kind]
    for key, _ in node.pairs:
        if key.text in _KEYS and key.text not in {"kind", *required, *optional}:
            errors.add(key, f"{path}.{key.text}", f"a {kind} measure has no {key.text!r}; remove it")
    for name in required:
        if name not in raw:
            errors.add(node, f"{path}.{name}", f"a {kind} measure needs {name!r}; add it")
    if kind == "ratio" and ("count" in raw) == ("duty" in raw):
        errors.add(
            node,
            path,
            "a ratio measure needs either 'count' or 'duty', not both; keep one"
            if "count" in raw
            else "a ratio measure needs either 'count' or 'duty'; add one",
        )
    if len(errors.found) > before:
        return None
    return _nested(raw, node, path, errors) if kind in {"quotient", "compare"} else _flat(raw, node, path, errors)


def _nested(raw: dict[str, Any], node: Node, path: str, errors: Errors) -> Measure | None:
    if raw["kind"] == "compare":
        own = read_measure(raw["own"], f"{path}.own", errors)
        try:
            peers = expand(raw["peers"])
        except ValueError as err:
            errors.add(node.get("peers") or node, f"{path}.peers", str(err))
            return None
        if own is None or own.kind in {"compare", "n-minus-1", "max-share", "hhi"} or own.by:
            if own is not None:
                errors.add(raw["own"], f"{path}.own", "compare takes a ratio, share, count, sum, level or date without 'by'")
            return None
        return Measure("compare", own.over, own=own, peers=peers, statistic=raw["statistic"])
    top = read_measure(raw["top"], f"{path}.top", errors)
    bottom = read_measure(raw["bottom"], f"{path}.bottom", errors)
    if top is None or bottom is None:
        return None
    for name, one in (("top", top), ("bottom", bottom)):
        if one.kind not in {"sum", "count"} or one.by:
            errors.add(raw[name], f"{path}.{name}", "a quotient is made of a sum or a count without 'by'")
            return None
    if bottom.domain is None or bottom.domain[0] <= 0:
        errors.add(raw["bottom"], f"{path}.bottom.domain", "the denominator needs a domain above zero, such as [1, 1000000000]")
        return None
    by = tuple(raw.get("by", ()))
    cells = tables()[top.over].keys[1:]
    for n in by:
        if n not in cells:
            errors.add(_at(node, "by"), f"{path}.by.{n}", f"cells are cut by key fields; {expected_word(n, cells, f'key of {top.over}')}")
            return None
    return Measure("quotient", top.over, top=top, bottom=bottom, by=by, population=top.population)


def _flat(raw: dict[str, Any], node: Node, path: str, errors: Errors) -> Measure | None:
    table = raw["over"]
    duty = raw.get("duty")
    names = [("by", n) for n in raw.get("by", ())] + [("unit", n) for n in raw.get("unit", ())] + [("of", n) for n in (raw.get("of"),) if n]
    checked = [check_field(table, n, _at(node, key), f"{path}.{key}", errors) for key, n in names]
    fine = all(checked)
    cells = tables()[table].keys[1:]
    for key, n in names:
        if fine and key != "of" and n not in cells:
            errors.add(_at(node, key), f"{path}.{key}.{n}", f"cells are cut by key fields; {expected_word(n, cells, f'key of {table}')}")
            fine = False
    if duty:
        for end in ("from", "done"):
            column = _column(table, duty[end])
            if column is None or column.kind != "day" or column.role == "meta":
                dates = [c.name for c in tables()[table].columns if c.kind == "day" and c.role != "meta"]
                errors.add(_at(_at(node, "duty"), end), f"{path}.duty.{end}", expected_word(duty[end], dates, f"date of {table}"))
                fine = False
    weight = raw.get("weight", "")
    if weight and weight not in {"value", "amount"} and (table != "deployment" or weight not in word_list("unit")):
        errors.add(_at(node, "weight"), f"{path}.weight", expected_word(weight, [*word_list("unit"), "value", "amount"], "weight"))
        fine = False
    if weight in {"value", "amount"} and ("currency" not in raw or not _has(table, weight)):
        lacks = "needs a 'currency' such as EUR; add it" if _has(table, weight) else f"needs that column, which {table} lacks"
        errors.add(_at(node, "weight"), f"{path}.weight", f"weighing by {weight} {lacks}")
        fine = False
    value = raw.get("value", "")
    if value and not _has(table, value):
        errors.add(_at(node, "value"), f"{path}.value", expected_word(value, tables()[table].fields, f"field of {table}"))
        fine = False
    if tables()[table].unique and "population" in raw:
        errors.add(_at(node, "population"), f"{path}.population", f"the key of {table} fixes the fact; remove 'population'")
        fine = False
    fine = _population(raw, node, path, errors) and fine
    fine = fine and _valued(raw, node, path, errors)
    where = read_conditions(raw.get("where", {}), table, f"{path}.where", errors)
    count = read_conditions(raw.get("count", {}), table, f"{path}.count", errors)
    if not fine:
        return None
    domain = raw.get("domain")
    if domain and raw.get("currency"):
        domain = [d * 100 for d in domain]
    closed = raw.get("population")
    return Measure(
        kind=raw["kind"],
        over=table,
        where=where,
        count=count,
        duty=Duty(duty["from"], duty["done"], duty["within"]) if duty else None,
        by=tuple(raw.get("by", ())),
        of=raw.get("of", ""),
        weight=weight,
        value=value,
        pick=raw.get("pick", ""),
        currency=raw.get("currency", ""),
        unit=tuple(raw.get("unit", ())),
        population=_closing(closed) if closed else None,
        domain=(domain[0], domain[1]) if domain else None,
    )


def _closing(raw: dict[str, Any]) -> Population:
    counted = raw.get("counted_by")
    return Population(
        tuple(raw.get("closed_by", ())),
        raw.get("max_age"),
        raw.get("tolerance") or Fraction(0),
        Count(tuple(counted["series"]), counted["date"]) if counted else None,
    )


def _population(raw: dict[str, Any], node: Node, path: str, errors: Errors) -> bool:
    """Does the population name what may close it: a list, or for a table of notices a count by somebody else?"""
    before = len(errors.found)
    closed, table = raw.get("population"), tables()[raw["over"]]
    at, here = _at(node, "population"), f"{path}.population"
    if closed is None:
        return True
    counted = closed.get("counted_by")
    if table.counted and (counted is None or "closed_by" in closed or "tolerance" in closed):
        message = f"only a count by somebody else closes {table.name}: give counted_by: {{series: …, date: …}} and no key but max_age"
        errors.add(at, here, message)
    elif not table.counted and ("closed_by" not in closed or counted is not None):
        errors.add(at, here, f"{table.name} is closed by a list: give closed_by" + (", and no counted_by" if counted else "; add it"))
    elif counted is not None:
        dates = [c.name for c in table.columns if c.kind == "day" and c.role == "value"]
        if counted["date"] not in dates:
            at = _at(_at(at, "counted_by"), "date")
            errors.add(at, f"{here}.counted_by.date", expected_word(counted["date"], dates, f"date of {table.name}"))
        if raw["kind"] != "ratio" or raw.get("weight") or raw.get("by"):
            errors.add(at, here, "counted_by closes a ratio of rows, without 'weight' and 'by'")
    return len(errors.found) == before


_ORDERED = {"sum": ("count", "number", "money", "percent"), "date": ("day",)}


def _valued(raw: dict[str, Any], node: Node, path: str, errors: Errors) -> bool:
    """Is the value of a kind that the measure can add up, date or rank, and its domain a pair in order?"""
    before = len(errors.found)
    column = _column(raw["over"], raw.get("value", ""))
    kinds = _ORDERED.get(raw["kind"], ())
    if column is not None and kinds and column.kind not in kinds:
        fits = [f for f in tables()[raw["over"]].fields if (c := _column(raw["over"], f)) is not None and c.kind in kinds]
        instead = f"take one of {', '.join(fits)}" if fits else f"{raw['over']} has nothing for it"
        message = f"a {raw['kind']} cannot be made of {column.pair or column.name}; {instead}"
        errors.add(_at(node, "value"), f"{path}.value", message)
    domain = raw.get("domain")
    if domain and (len(domain) != 2 or domain[0] > domain[1]):
        errors.add(_at(node, "domain"), f"{path}.domain", "a domain is two numbers, the lesser first, such as [0, 100]")
    return len(errors.found) == before


def _at(node: Node, key: str) -> Node:
    """The node of a key, for the line of its error; the map itself when the key is not there."""
    return node.get(key) or node


def _has(table: str, name: str) -> bool:
    return name in tables()[table].fields


def _column(table: str, name: str) -> Column | None:
    return next((c for c in tables()[table].columns if name in {c.name, c.pair}), None)


def check_field(table: str, name: str, node: Node, path: str, errors: Errors) -> bool:
    """Is this a field of the table, a derived one, or a question about its vendor?"""
    base, _, through = name.partition(".")
    valid = [*tables()[table].fields, *DERIVED.get(table, ())]
    if base not in valid:
        errors.add(node, f"{path}.{name}", expected_word(base, valid, f"field of {table}"))
        return False
    if through and base not in {"vendor", "lender"}:
        errors.add(node, f"{path}.{name}", f"only vendor and lender can be asked for more; write {base!r} alone")
        return False
    if through and through not in THROUGH_VENDOR:
        errors.add(node, f"{path}.{name}", expected_word(through, THROUGH_VENDOR, f"question about {base}"))
        return False
    return True


def read_conditions(raw: dict[str, Node], table: str, path: str, errors: Errors) -> tuple[Condition, ...]:
    """The tests of a where or count map."""
    found: list[Condition] = []
    for name, node in raw.items():
        here = f"{path}.{name}"
        if not check_field(table, name, node, path, errors):
            continue
        if name.endswith(".restricted_by"):
            words = ListOf(TEXT, single=True).read(node, here, errors)
            found.append(Condition(name, "restricted_by", tuple(words)))
        elif node.kind == "map":
            found += _comparisons(name, node, table, here, errors)
        else:
            values = ListOf(TEXT, single=True).read(node, here, errors)
            words = tuple(_member(v, name, table, node, here, errors) for v in values if v is not None)
            found.append(Condition(name, "in", words))
    return tuple(found)


def _comparisons(name: str, node: Node, table: str, path: str, errors: Errors) -> list[Condition]:
    found = []
    if not node.pairs:
        errors.add(node, path, "a test needs at_least, at_most or within; found an empty map")
    for key, value in node.pairs:
        here = f"{path}.{key.text}"
        if key.text == "within":
            column = _column(table, name)
            if column is None or column.kind != "day":
                errors.add(key, here, f"{name} of {table} is no date, so it cannot lie within a period; use a date")
            period = PERIOD.read(value, here, errors)
            found.append(Condition(name, "within", period=period))
        elif key.text in {"at_least", "at_most"}:
            bound = read_bound(value, name, table, here, errors)
            found.append(Condition(name, key.text, bound=bound))
        else:
            errors.add(key, here, expected_word(key.text, ("at_least", "at_most", "within"), "comparison"))
    return found


def _member(text: str, name: str, table: str, node: Node, path: str, errors: Errors) -> str:
    """One word of a list test, checked against the field's own words."""
    column = _column(table, name.partition(".")[0])
    if text == BLANK:
        return ""
    if column is None:
        if text not in {"true", "false"}:
            errors.add(node, path, f"{name} is true or false, found {text!r}")
        return text
    if column.kind == "word" and text not in word_list(column.of):
        errors.add(node, path, expected_word(text, word_list(column.of), column.of.replace("_", " ")))
    if column.kind == "ladder":
        rungs = ladder(column.of)
        if text not in rungs:
            errors.add(node, path, expected_word(text, rungs, f"{column.of} rung"))
            return text
        return str(rungs.index(text))
    if column.kind not in {"word", "ladder"} and text:
        try:
            value = parser(column.kind, column.of)(text)
        except ValueError as err:
            errors.add(node, path, str(err))
            return text
        return str(value) if column.kind in {"percent", "money", "count", "number"} else text
    return text


def read_bound(node: Node, name: str, table: str, path: str, errors: Errors) -> Any:
    """A number to compare a field with, in the field's own stored unit (ppm, minor units, ordinals, rungs)."""
    column = _column(table, name)
    kind = column.kind if column else ""
    readers = {"percent": percent, "money": money, "day": DAY.convert}
    if column is None or kind not in {*readers, "ladder", "count", "number"}:
        errors.add(
            node, path, f"{name} of {table} has no order, so nothing can be at least or at most it; use a date, number, amount or rung"
        )
        return None
    if node.kind != "scalar":
        errors.add(node, path, f"expected a single value, found a {node.kind}")
        return None
    try:
        if kind == "ladder":
            rungs = ladder(column.of)
            if node.text not in rungs:
                raise ValueError(expected_word(node.text, rungs, f"{column.of} rung"))
            return rungs.index(node.text)
        return readers[kind](node.text) if kind in readers else NUMBER.convert(node.text)
    except ValueError as err:
        errors.add(node, path, str(err))
        return None
