"""The EU 5G toolbox as data: measures, the risks they answer, the assets they guard, and the clauses that test them.

A measure that no clause tests says why, and a mapping that is our own reading says so: both are demanded by the reader.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litmus.clauses.load import load_regime, locate_regime
from litmus.clauses.nodes import ClauseError, Node, Problem, parse_documents, read_text
from litmus.clauses.shape import TEXT, Errors, ListOf, Record, word
from litmus.clauses.sources import CITED, ID, Citation, Source, at, dossier_sources, read_citation, read_sources
from litmus.core.words import expected_word, word_list
from litmus.measures.spec import KINDS

FAMILIES = {"strategic": "SM", "technical": "TM", "supporting": "SA"}
_LAST = {"SM": 8, "TM": 11, "SA": 10}
MEASURE_CODES = tuple(f"{family}{n:02d}" for family, last in _LAST.items() for n in range(1, last + 1))
RISK_CODES = tuple(f"R{n}" for n in range(1, 10))

_CITATION = Record(CITED, required=("source",), what="key of a citation")
_MAPPING = Record(
    {"basis": word("own-reading", "official-text", what="basis of a mapping"), "check": ID, **CITED},
    required=("basis",),
    what="key of a mapping",
)
_TEST = Record(
    {"clause": ID, "covers": word("whole", "part", what="extent"), "note": TEXT}, required=("clause", "covers"), what="key of a test"
)
_MEASURE = Record(
    {"code": word(*MEASURE_CODES, what="measure of the toolbox"), "title": TEXT, "risks": ListOf(word(*RISK_CODES, what="risk")),
     "note": TEXT, "indicator": TEXT, "measures": ListOf(word(*KINDS, what="measure")), "tested_by": ListOf(_TEST), "untested": TEXT,
     "cited": _CITATION, "mapping": _MAPPING},
    required=("code", "title"), what="key of a measure",
)  # fmt: skip
_RISK = Record(
    {"code": word(*RISK_CODES, what="risk"), "title": TEXT, "cited": _CITATION}, required=("code", "title"), what="key of a risk"
)
_ASSET = Record(
    {"category": TEXT, "layers": ListOf(word(*word_list("layer"), what="layer")),
     "sensitivity": word(*word_list("sensitivity"), what="sensitivity"), "cited": _CITATION},
    required=("category", "layers", "sensitivity"), what="key of an asset",
)  # fmt: skip
_KIND = word("toolbox-measures/1", "toolbox-risks/1", "toolbox-assets/1", "sources/1", what="document type")
DOCUMENTS = {
    "toolbox-measures/1": Record(
        {"litmus": _KIND, "family": word(*FAMILIES, what="family"), "cited": _CITATION, "mapping": _MAPPING, "measures": ListOf(_MEASURE)},
        required=("litmus", "family", "cited", "mapping", "measures"), what="key of a measure list",
    ),
    "toolbox-risks/1": Record(
        {"litmus": _KIND, "cited": _CITATION, "risks": ListOf(_RISK)}, required=("litmus", "cited", "risks"), what="key of a risk list"
    ),
    "toolbox-assets/1": Record(
        {"litmus": _KIND, "cited": _CITATION, "assets": ListOf(_ASSET)}, required=("litmus", "cited", "assets"), what="key of an asset list"
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClauseTest:
    """A clause that asks for what a measure asks, wholly or in part."""

    clause: str
    whole: bool
    note: str


@dataclass(frozen=True, slots=True)
class RiskBasis:
    """What the risks of a measure rest on, whether that has been checked, and where it can be."""

    basis: str
    verified: bool
    check: str
    locator: str


@dataclass(frozen=True)
class ToolboxMeasure:
    """One measure or supporting action. ``untested`` says why no clause tests it."""

    code: str
    family: str
    title: str
    risks: tuple[str, ...]
    indicator: str
    measures: tuple[str, ...]
    tests: tuple[ClauseTest, ...]
    untested: str
    note: str
    cited: Citation
    mapping: RiskBasis


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk scenario."""

    code: str
    title: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Asset:
    """A category of network assets, the layers that it is, and how sensitive it is held to be."""

    category: str
    layers: tuple[str, ...]
    sensitivity: str
    cited: Citation


@dataclass(frozen=True)
class Toolbox:
    """Measures and risks by code, asset categories, and every source that they cite."""

    measures: dict[str, ToolboxMeasure]
    risks: dict[str, Risk]
    assets: tuple[Asset, ...]
    sources: dict[str, Source]

    def measure(self, code: str) -> ToolboxMeasure:
        """One measure, as ``SM03`` or ``sm3``; ValueError names the nearest code."""
        found = self.measures.get(f"{code[:2].upper()}{code[2:].zfill(2)}")
        if found is None:
            raise ValueError(expected_word(code, self.measures, "measure of the toolbox"))
        return found

    def untested(self) -> tuple[ToolboxMeasure, ...]:
        """The measures that no clause tests: gaps, said openly."""
        return tuple(m for m in self.measures.values() if not m.tests)

    def answers(self, risk: str) -> tuple[ToolboxMeasure, ...]:
        """The measures that answer a risk."""
        return tuple(m for m in self.measures.values() if risk in m.risks)


def locate_toolbox(name: str = "toolbox") -> Path:
    """The bundled toolbox by name, or a folder. Raises ClauseError."""
    return locate_regime(name)


def load_toolbox(path: Path, regime: str = "wb-digital") -> Toolbox:
    """The toolbox of a folder. Raises ClauseError listing every problem, missing and doubled codes included."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    documents: list[tuple[Node, Errors]] = []
    problems: list[Problem] = []
    for file in files:
        name = str(file.relative_to(path.parent)) if path.is_dir() else file.name
        try:
            documents += [(node, Errors(name)) for node in parse_documents(read_text(file, name), name)]
        except ClauseError as err:
            problems += err.problems
    reader = _Reader(dict(dossier_sources()), frozenset(load_regime(locate_regime(regime)).clauses))
    for node, errors in sorted(documents, key=lambda d: _kind(d[0]) != "sources/1"):
        reader.read(node, errors)
    problems += [p for _, errors in documents for p in errors.found]
    if not files:
        problems.append(Problem(str(path), 0, "", "no .yaml file here"))
    elif path.is_dir() and not problems:
        problems += _missing(path.name, reader)
    if problems:
        raise ClauseError(problems)
    measures = {code: reader.measures[code] for code in MEASURE_CODES if code in reader.measures}
    return Toolbox(measures, {c: reader.risks[c] for c in RISK_CODES if c in reader.risks}, tuple(reader.assets), reader.sources)


def _kind(node: Node) -> str:
    kind = node.get("litmus") if node.kind == "map" else None
    return kind.text if kind else ""


def _missing(name: str, reader: "_Reader") -> Iterable[Problem]:
    for what, codes, have in (("measure", MEASURE_CODES, reader.measures), ("risk", RISK_CODES, reader.risks)):
        gone = [c for c in codes if c not in have]
        if gone:
            message = f"no {what} {', '.join(gone)}; each of {len(codes)} is listed, also where nothing tests it: add it"
            yield Problem(name, 0, "", message)


class _Reader:
    """Collects what the documents of a folder say."""

    def __init__(self, sources: dict[str, Source], clauses: frozenset[str]) -> None:
        self.sources = sources
        self.clauses = clauses
        self.measures: dict[str, ToolboxMeasure] = {}
        self.risks: dict[str, Risk] = {}
        self.assets: list[Asset] = []

    def read(self, node: Node, errors: Errors) -> None:
        """One document."""
        kind = _kind(node)
        if kind == "sources/1":
            self.sources |= read_sources(node, errors, self.sources)
            return
        before = len(errors.found)
        raw = DOCUMENTS.get(kind, DOCUMENTS["toolbox-measures/1"]).read(node, "", errors)
        if len(errors.found) > before:
            return
        key = {"toolbox-risks/1": "risks", "toolbox-assets/1": "assets"}.get(kind, "measures")
        common = read_citation(at(node, "cited"), "cited", raw["cited"], self.sources, errors)
        for i, (item, one) in enumerate(zip(at(node, key).items, raw[key], strict=True)):
            path = f"{key}[{i}]"
            own = item.get("cited")
            cited = read_citation(own, f"{path}.cited", one["cited"], self.sources, errors) if own else common
            if key == "assets":
                self.assets.append(Asset(one["category"], one["layers"], one["sensitivity"], cited))
            elif key == "risks":
                self._once(self.risks, one["code"], Risk(one["code"], one["title"], cited), item, path, errors)
            else:
                self._once(self.measures, one["code"], self._measure(item, path, one, cited, (node, raw), errors), item, path, errors)

    def _once(self, into: dict[str, Any], code: str, value: Any, node: Node, path: str, errors: Errors) -> None:
        if code in into:
            errors.add(at(node, "code"), f"{path}.code", f"{code} is listed twice; keep one")
        into[code] = value

    def _measure(
        self, node: Node, path: str, raw: Mapping[str, Any], cited: Citation, document: tuple[Node, Mapping[str, Any]], errors: Errors
    ) -> ToolboxMeasure:
        code, family = raw["code"], document[1]["family"]
        if not code.startswith(FAMILIES[family]):
            errors.add(at(node, "code"), f"{path}.code", f"{code} is not a {family} measure; those begin with {FAMILIES[family]}")
        own = node.get("mapping")
        mapping = self._mapping(own, f"{path}.mapping", raw["mapping"], errors) if own else self._mapping_of(document, errors)
        tests = raw.get("tested_by", ())
        for i, test in enumerate(tests):
            if test["clause"] not in self.clauses:
                errors.add(
                    at(node, "tested_by").items[i], f"{path}.tested_by[{i}].clause", expected_word(test["clause"], self.clauses, "clause")
                )
        if bool(tests) == ("untested" in raw):
            has = "both" if tests else "neither"
            errors.add(node, path, f"a measure has 'tested_by', or 'untested' with the reason; {code} has {has}")
        return ToolboxMeasure(
            code, family, raw["title"], raw.get("risks", ()), raw.get("indicator", ""), raw.get("measures", ()),
            tuple(ClauseTest(t["clause"], t["covers"] == "whole", t.get("note", "")) for t in tests),
            raw.get("untested", ""), raw.get("note", ""), cited, mapping,
        )  # fmt: skip

    def _mapping_of(self, document: tuple[Node, Mapping[str, Any]], errors: Errors) -> RiskBasis:
        """The mapping that a document gives for all its measures; its problems are told once, not once a measure."""
        node, raw = document
        quiet = Errors(errors.file)
        found = self._mapping(at(node, "mapping"), "mapping", raw["mapping"], quiet)
        errors.found += [p for p in quiet.found if p not in errors.found]
        return found

    def _mapping(self, node: Node, path: str, raw: Mapping[str, Any], errors: Errors) -> RiskBasis:
        verified = raw.get("verified", True)
        if raw["basis"] == "own-reading" and verified:
            errors.add(node, path, "an own reading has not been checked against the text; add 'verified: false', or cite the official text")
        if raw["basis"] == "official-text" and "source" not in raw:
            errors.add(node, path, "a mapping by the official text needs its 'source' and 'locator'; add them")
        check = raw.get("check", "")
        if check and check not in self.sources:
            errors.add(at(node, "check"), f"{path}.check", expected_word(check, self.sources, "source"))
        read_citation(node, path, raw, self.sources, errors)
        return RiskBasis(raw["basis"], verified, check, raw.get("locator", ""))
