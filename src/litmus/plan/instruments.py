"""The catalogue of instruments: a folder of YAML 1.2 files, every error named by file, line and key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from litmus.clauses.load import load_regime, locate_regime
from litmus.clauses.nodes import ClauseError, Node, Problem, parse_documents, read_text
from litmus.clauses.shape import TEXT, Either, Errors, ListOf, MapOf, Record, Scalar, word
from litmus.clauses.sources import CITED, DAYS, ID, Citation, Source, at, dossier_sources, read_citation, read_sources
from litmus.core.dates import Days
from litmus.core.place import expand, groups, place
from litmus.core.words import expected_word, ladder, word_list
from litmus.facts.parse import identifier, money
from litmus.plan.instrument import Amount, Answer, Catalogue, Gap, Instrument, Requirement, Span, Step, show_when

AMOUNT_KINDS = ("envelope", "grants", "loans", "guaranteed", "mobilised", "call", "award", "prefinancing", "paid", "cost")
REQUIREMENT_KINDS = ("pre-condition", "legal-alignment", "agreement", "project", "security", "consortium", "reform-steps", "association")
REASONS = (
    "missing", "contested", "stale", "inadmissible", "open-population", "unresolved-identity", "norm-not-in-force",
    "event-not-occurred", "nothing-to-measure",
)  # fmt: skip
_SUMS = ("exactly", "at_least", "at_most", "between")


def _place_or_group(text: str) -> str:
    return text if text in groups() else place(text).code


_RUNGS = ladder("event")
_PLACES = Scalar(expand, {"type": "string"})
_MONEY = Scalar(money, {"type": "number"})
_VERSION = Scalar(lambda t: int(t) if t.isascii() and t.isdigit() and len(t) < 10 else _no_version(t), {"type": "integer"})
_KIND = word("instrument/1", "gaps/1", "sources/1", what="document type")
_AMOUNT = Record(
    {"what": TEXT, "kind": word(*AMOUNT_KINDS, what="kind of amount"), "place": Scalar(lambda t: place(t).code, {"type": "string"}),
     "exactly": _MONEY, "at_least": _MONEY, "at_most": _MONEY, "between": ListOf(_MONEY, least=2),
     "currency": word(*word_list("currency"), what="currency"), **CITED},
    required=("what", "kind", "currency", "source"), what="key of an amount",
)  # fmt: skip
_ANSWER = Record(
    {"can": word("yes", "no", "unknown", what="answer"), "from": DAYS, "until": DAYS, "why": TEXT, **CITED},
    required=("can", "from", "why", "source"),
    what="key of an answer",
)
_REQUIREMENT = Record(
    {"what": TEXT, "kind": word(*REQUIREMENT_KINDS, what="kind of requirement"), "places": ListOf(_PLACES), **CITED},
    required=("what", "kind", "source"),
    what="key of a requirement",
)
_STEP = Record(
    {"rung": word(*_RUNGS, what="rung"), "date": DAYS, "what": TEXT, **CITED},
    required=("rung", "date", "what", "source"),
    what="key of a status step",
)
_RUNS = Record({"from": DAYS, "until": DAYS, **CITED}, required=("from", "source"), what="key of runs")
INSTRUMENT = Record(
    {"litmus": _KIND, "id": ID, "version": _VERSION, "title": Either(TEXT, MapOf(str, TEXT, least=1)),
     "summary": TEXT, "closes": ListOf(ID), "status": ListOf(_STEP), "runs": _RUNS, "amounts": ListOf(_AMOUNT, least=0),
     "eligible": MapOf(_place_or_group, ListOf(_ANSWER)), "requires": ListOf(_REQUIREMENT, least=0)},
    required=("litmus", "id", "version", "title", "summary", "closes", "status", "eligible"), what="key of an instrument",
)  # fmt: skip
_GAP = Record(
    {"title": TEXT, "clauses": ListOf(ID, least=0), "reasons": ListOf(word(*REASONS, what="reason"), least=0)},
    required=("title",),
    what="key of a gap",
)
GAPS = Record(
    {"litmus": _KIND, "gaps": MapOf(identifier, _GAP, least=1)},
    required=("litmus", "gaps"),
    what="key of gaps",
)


def _no_version(text: str) -> int:
    msg = f"expected a whole number, found {text[:60]!r}"
    raise ValueError(msg)


def locate_instruments(name: str = "instruments") -> Path:
    """The bundled catalogue by name, or a folder. Raises ClauseError."""
    return locate_regime(name)


def load_instruments(path: Path, regime: str = "wb-digital") -> Catalogue:
    """Every instrument under a folder, with its gaps and sources. Raises ClauseError listing every problem in every file."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    documents: list[tuple[Node, Errors]] = []
    problems: list[Problem] = []
    for file in files:
        name = str(file.relative_to(path.parent)) if path.is_dir() else file.name
        try:
            documents += [(node, Errors(name)) for node in parse_documents(read_text(file, name), name)]
        except ClauseError as err:
            problems += err.problems
    if not files:
        problems.append(Problem(str(path), 0, "", "no .yaml file here"))
    by_kind: dict[str, list[tuple[Node, Errors]]] = {"sources/1": [], "gaps/1": [], "instrument/1": []}
    for node, errors in documents:
        kind = node.get("litmus") if node.kind == "map" else None
        by_kind.get(kind.text if kind else "", by_kind["instrument/1"]).append((node, errors))
    sources = dict(dossier_sources())
    for node, errors in by_kind["sources/1"]:
        sources |= read_sources(node, errors, sources)
    gaps = _gaps(by_kind["gaps/1"], set(load_regime(locate_regime(regime)).clauses))
    found: dict[str, Instrument] = {}
    for node, errors in by_kind["instrument/1"]:
        one = _instrument(node, errors, sources, gaps)
        if one is not None and one.id in found:
            errors.add(at(node, "id"), "id", f"{one.id!r} is used twice in this catalogue; give it its own id")
        if one is not None:
            found[one.id] = one
    problems += [p for _, errors in documents for p in errors.found]
    if problems:
        raise ClauseError(problems)
    return Catalogue(found, gaps, sources)


def _gaps(documents: list[tuple[Node, Errors]], clauses: set[str]) -> dict[str, Gap]:
    found: dict[str, Gap] = {}
    for node, errors in documents:
        before = len(errors.found)
        raw = GAPS.read(node, "", errors)
        if len(errors.found) > before:
            continue
        listed = at(node, "gaps")
        for name, gap in raw["gaps"].items():
            for clause in gap.get("clauses", ()):
                if clause not in clauses:
                    where = at(at(listed, name), "clauses")
                    errors.add(where, f"gaps.{name}.clauses", expected_word(clause, clauses, "clause"))
            found[name] = Gap(name, gap["title"], gap.get("clauses", ()), gap.get("reasons", ()))
    return found


def _instrument(node: Node, errors: Errors, sources: Mapping[str, Source], gaps: Mapping[str, Gap]) -> Instrument | None:
    before = len(errors.found)
    raw = INSTRUMENT.read(node, "", errors)
    if len(errors.found) > before:
        return None
    for i, gap in enumerate(raw["closes"]):
        if gap not in gaps:
            errors.add(at(node, "closes").items[i], f"closes[{i}]", expected_word(gap, gaps, "gap type"))

    def each(key: str) -> list[tuple[Node, str, dict[str, Any], Citation]]:
        items = zip(at(node, key).items, raw.get(key, ()), strict=True) if key in raw else ()
        return [
            (item, path, one, read_citation(item, path, one, sources, errors))
            for i, (item, one) in enumerate(items)
            for path in [f"{key}[{i}]"]
        ]

    runs = node.get("runs")
    found = Instrument(
        raw["id"], raw["version"], _title(raw["title"]), raw["summary"], raw["closes"],
        status=tuple(Step(_RUNGS.index(one["rung"]), one["date"], one["what"], cited) for _, _, one, cited in each("status")),
        runs=_span(runs, "runs", raw["runs"], errors) if runs else None,
        runs_cited=read_citation(runs, "runs", raw["runs"], sources, errors) if runs else None,
        amounts=tuple(_amount(*item, errors) for item in each("amounts")),
        answers=_answers(node, raw, sources, errors),
        requirements=tuple(
            Requirement(one["what"], one["kind"], tuple(c for codes in one.get("places", ()) for c in codes), cited)
            for _, _, one, cited in each("requires")
        ),
        file=errors.file,
    )  # fmt: skip
    return found if len(errors.found) == before else None


def _title(raw: Any) -> str:
    return str(raw.get("en", next(iter(raw.values())))) if isinstance(raw, dict) else str(raw)


def _span(node: Node, path: str, raw: dict[str, Any], errors: Errors) -> Span:
    start: Days = raw["from"]
    until: Days | None = raw.get("until")
    if until is not None and until.hi < start.lo:
        message = f"ends {show_when(until)}, before it begins ({show_when(start)}); swap or mend the dates"
        errors.add(at(node, "until"), f"{path}.until", message)
    return Span(start, until)


def _amount(node: Node, path: str, raw: dict[str, Any], cited: Citation, errors: Errors) -> Amount:
    given = [k for k in _SUMS if k in raw]
    lo = hi = None
    if len(given) != 1:
        has = " and ".join(given) or "none"
        errors.add(node, path, f"an amount has exactly one of {', '.join(_SUMS)}; found {has}. Leave out an amount that nobody gives")
    elif given == ["between"]:
        if len(raw["between"]) != 2 or raw["between"][0] > raw["between"][1]:
            errors.add(at(node, "between"), f"{path}.between", "expected [lower, upper], the lower one first")
        lo, hi = raw["between"][0], raw["between"][-1]
    else:
        lo = raw.get("exactly", raw.get("at_least"))
        hi = raw.get("exactly", raw.get("at_most"))
    if given and 0 in {lo, hi}:
        errors.add(at(node, given[0]), f"{path}.{given[0]}", "zero is not an amount; leave out what nobody gives, it is unknown")
    return Amount(raw["what"], raw["kind"], raw.get("place", ""), lo, hi, raw["currency"], cited)


def _answers(node: Node, raw: dict[str, Any], sources: Mapping[str, Source], errors: Errors) -> tuple[Answer, ...]:
    found: list[Answer] = []
    told: dict[str, str] = {}
    for key, answers in at(node, "eligible").pairs:
        for code in expand(key.text):
            if code in told:
                errors.add(key, f"eligible.{key.text}", f"{code} is named under {told[code]} too; name each place once")
            told[code] = key.text
        for i, (item, one) in enumerate(zip(answers.items, raw["eligible"][key.text], strict=True)):
            path = f"eligible.{key.text}[{i}]"
            cited = read_citation(item, path, one, sources, errors)
            span = _span(item, path, one, errors)
            can = {"yes": True, "no": False, "unknown": None}[one["can"]]
            found += [Answer(code, can, span, one["why"], cited) for code in expand(key.text)]
    return tuple(found)
