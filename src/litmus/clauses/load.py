"""Clause packs: folders of YAML 1.2 files, read into clauses and bundles, with every error named by file, line and key."""

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from litmus.clauses.clause import COMBINE, NORMS, STATUSES, Basis, Bundle, Clause, Member, Moment, Parts, Waivers
from litmus.clauses.measure import MEASURE, read_bound, read_measure
from litmus.clauses.nodes import ClauseError, Node, Problem, parse_documents, read_text
from litmus.clauses.shape import BOOL, DAY, NUMBER, PERIOD, RATIO, TEXT, Either, Errors, Keep, ListOf, MapOf, Record, Scalar, word
from litmus.core.grade import parse_minimum
from litmus.core.place import expand, place, within
from litmus.core.place import parts as parts_of
from litmus.core.words import expected_word, word_list
from litmus.facts.evidence import Policy
from litmus.facts.parse import identifier, money
from litmus.facts.schema import tables
from litmus.measures.problem import Target
from litmus.measures.spec import Measure


def _known_places(text: str) -> tuple[str, ...]:
    return expand(text)


_ID = Scalar(identifier, {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]*$"})
_PLACE = Scalar(lambda t: place(t).code, {"type": "string"})
_PLACES = Scalar(_known_places, {"type": "string"})
_WHOLE = Scalar(lambda t: int(t) if t.isascii() and t.isdigit() and len(t) <= 18 else _bad(t), {"type": "integer"})
_MOMENT = Either(DAY, Record({"event": _ID, "plus": PERIOD}, required=("event",)))
_BASIS = Record(
    {"ref": TEXT, "kind": word("acquis", "soft-law", "national-law", "agreement", "proposal", "precedent", what="kind of basis"),
     "locator": TEXT, "url": TEXT},
    required=("ref", "kind"),
)  # fmt: skip
_TITLE = Either(TEXT, MapOf(str, TEXT, least=1))
_PARTS = Record({"of": ListOf(_PLACE), "combine": word(*COMBINE, what="way to combine"), "k": _WHOLE}, required=("combine",))
_EVIDENCE = Record(
    {"min_grade": Scalar(parse_minimum, {"type": "string", "pattern": "^[A-E][1-5]$"}), "max_age": PERIOD,
     "contested": word("every-reading", "best-tier", "hull", what="reading of conflicts")}
)  # fmt: skip
_WAIVERS = Record({"needs": ListOf(TEXT), "effect": word("exempt-rows"), "cap": RATIO}, required=("cap",))
_VEHICLE = Record({"kind": word(*word_list("vehicle"), what="vehicle"), "chapter": _WHOLE, "gate": TEXT, "name": TEXT}, required=("kind",))
_TARGET = Record({k: Keep({"type": ["number", "string", "object"]}) for k in ("at_least", "at_most", "equals")})

CLAUSE = Record(
    {
        "litmus": word("clause/1", "bundle/1", what="document type"),
        "id": _ID,
        "version": _WHOLE,
        "status": word(*STATUSES, what="status"),
        "in_force": DAY,
        "repealed": DAY,
        "title": _TITLE,
        "summary": TEXT,
        "group": TEXT,
        "basis": ListOf(_BASIS),
        "vehicle": _VEHICLE,
        "norm": word(*NORMS, what="norm"),
        "measure": Keep(MEASURE.schema()),
        "target": Keep(_TARGET.schema()),
        "empty": word("met", "not-met"),
        "deadline": _MOMENT,
        "from": _MOMENT,
        "path": Either(word("linear"), MapOf(str, NUMBER)),
        "baseline": MapOf(str, NUMBER),
        "grace": PERIOD,
        "window": PERIOD,
        "parts": MapOf(lambda t: place(t).code, _PARTS),
        "evidence": _EVIDENCE,
        "waivers": _WAIVERS,
        "applies_to": ListOf(_PLACES),
        "context": ListOf(TEXT),
    },
    required=("litmus", "id", "version", "status", "title", "basis", "norm", "measure", "target", "empty"),
    what="key of a clause",
)
_MEMBER = Record({"id": _ID, "weight": _WHOLE, "essential": BOOL}, required=("id", "weight"))
BUNDLE = Record(
    {
        "litmus": word("clause/1", "bundle/1", what="document type"),
        "id": _ID,
        "version": _WHOLE,
        "status": word(*STATUSES, what="status"),
        "title": _TITLE,
        "basis": ListOf(_BASIS),
        "clauses": ListOf(_MEMBER),
        "combine": Record({"at_least_weight": RATIO}, required=("at_least_weight",)),
        "release": Record(
            {"amount": Scalar(money, {"type": "number"}), "currency": word(*word_list("currency"), what="currency"),
             "rule": word("proportional-to-met-weight", "all-or-nothing", what="release rule")},
            required=("amount", "currency", "rule"),
        ),
    },
    required=("litmus", "id", "version", "status", "title", "basis", "clauses", "combine", "release"),
    what="key of a bundle",
)  # fmt: skip


def _bad(text: str) -> int:
    msg = f"expected a whole number, found {text[:60]!r}"
    raise ValueError(msg)


@dataclass(frozen=True)
class Regime:
    """A clause pack: clauses and bundles by id, in the order of their files."""

    name: str
    clauses: dict[str, Clause]
    bundles: dict[str, Bundle]


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of clause and bundle files, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Litmus clause or bundle",
            "oneOf": [CLAUSE.schema(), BUNDLE.schema()]}  # fmt: skip


def locate_regime(name: str) -> Path:
    """A folder (or file) given by path, or a bundled regime by name. Raises ClauseError."""
    path = Path(name)
    if path.exists():
        return path
    root = Path(str(resources.files("litmus") / "regimes"))
    if name and "/" not in name and (root / name).is_dir():
        return root / name
    have = sorted(p.name for p in root.iterdir() if p.is_dir())
    raise ClauseError([Problem(name, 0, "", expected_word(name, have, "regime"))])


def load_regime(path: Path) -> Regime:
    """Every clause and bundle under a folder. Raises ClauseError listing every problem in every file."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    clauses: dict[str, Clause] = {}
    bundles: dict[str, Bundle] = {}
    problems: list[Problem] = []
    paths: dict[str, Path] = {}
    broken: set[str] = set()
    for file in files:
        name = str(file.relative_to(path.parent)) if path.is_dir() else file.name
        paths[name] = file
        try:
            for one in load_file(file, name):
                box: dict[str, Any] = clauses if isinstance(one, Clause) else bundles
                if one.id in clauses or one.id in bundles:
                    line = _line(file, one.id, "id")
                    problems.append(Problem(name, line, "id", f"{one.id!r} is used twice in this regime; give it its own id"))
                box[one.id] = one
        except ClauseError as err:
            problems += err.problems
            broken |= _ids(file)
    for bundle in bundles.values():
        unknown = [m.clause for m in bundle.members if m.clause not in clauses and m.clause not in broken]
        line = _line(paths[bundle.file], bundle.id, "clauses") if unknown else 0
        problems += [Problem(bundle.file, line, "clauses", expected_word(c, clauses, "clause")) for c in unknown]
    if not files:
        problems.append(Problem(str(path), 0, "", "no .yaml file here"))
    if problems:
        raise ClauseError(problems)
    return Regime(path.stem if path.is_file() else path.name, clauses, bundles)


def _ids(path: Path) -> set[str]:
    """Ids in a file that could not be used: its clauses are broken, not unknown."""
    try:
        nodes = parse_documents(read_text(path, path.name), path.name)
    except ClauseError:
        return {path.stem}
    return {one.text for n in nodes if n.kind == "map" and (one := n.get("id")) is not None}


def _line(path: Path, of: str, key: str) -> int:
    """Line of a key in the document with this id: problems between documents are found after reading."""
    for node in parse_documents(read_text(path, path.name), path.name):
        name, value = node.get("id"), node.get(key)
        if name is not None and name.text == of and value is not None:
            return value.line
    return 1


def load_file(path: Path, name: str) -> list[Clause | Bundle]:
    """The clauses and bundles of one file. Raises ClauseError."""
    return load_text(read_text(path, name), name)


def load_text(text: str, name: str) -> list[Clause | Bundle]:
    """The clauses and bundles of a text. Raises ClauseError listing every problem."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    errors = Errors(name)
    found: list[Clause | Bundle] = []
    documents = parse_documents(text, name)
    if not documents:
        raise ClauseError([Problem(name, 0, "", "the file is empty; a clause begins with 'litmus: clause/1'")])
    for node in documents:
        kind = node.get("litmus") if node.kind == "map" else None
        one = _bundle(node, errors, digest) if kind is not None and kind.text == "bundle/1" else _clause(node, errors, digest)
        if one is not None:
            found.append(one)
    if errors.found:
        raise ClauseError(errors.found)
    return found


def _basis(raw: dict[str, Any]) -> tuple[Basis, ...]:
    return tuple(Basis(b["ref"], b["kind"], b.get("locator", ""), b.get("url", "")) for b in raw["basis"])


def _title(raw: Any) -> str:
    return str(raw.get("en", next(iter(raw.values()), "")) if isinstance(raw, dict) else raw)


def _moment(raw: Any) -> Moment | None:
    if raw is None:
        return None
    return Moment(day=raw) if isinstance(raw, int) else Moment(event=raw["event"], plus=raw.get("plus"))


def _clause(node: Node, errors: Errors, digest: str) -> Clause | None:
    before = len(errors.found)
    raw = CLAUSE.read(node, "", errors)
    measure = read_measure(raw["measure"], "measure", errors) if isinstance(raw.get("measure"), Node) else None
    target = _target(raw["target"], measure, errors) if measure and isinstance(raw.get("target"), Node) else None
    if len(errors.found) == before:
        _consistent(node, raw, errors)
    if len(errors.found) > before or measure is None or target is None:
        return None
    evidence = raw.get("evidence", {})
    policy = Policy(evidence.get("min_grade"), evidence.get("max_age"), evidence.get("contested", "every-reading"))
    path = _milestones(raw["baseline"]) if raw.get("path") == "linear" else _milestones(raw.get("path", {}))
    waivers = raw.get("waivers")
    vehicle = raw.get("vehicle", {})
    return Clause(
        id=raw["id"], version=raw["version"], status=raw["status"], title=_title(raw["title"]), basis=_basis(raw),
        norm=raw["norm"], measure=measure, target=target, empty=raw["empty"] == "met", policy=policy, digest=digest,
        file=errors.file, summary=raw.get("summary", ""), group=raw.get("group", ""),
        vehicle=" ".join(str(v) for v in vehicle.values()), deadline=_moment(raw.get("deadline")),
        start=_moment(raw.get("from")), in_force=raw.get("in_force"), repealed=raw.get("repealed"),
        path=path, path_linear=raw.get("path") == "linear",
        grace=raw.get("grace"), window=raw.get("window"),
        parts={p: Parts(v.get("of", (p,)), v["combine"], v.get("k", 0)) for p, v in raw.get("parts", {}).items()},
        waivers=Waivers(waivers.get("needs", ()), waivers["cap"]) if waivers else None,
        target_text=_target_text(raw["target"], measure.kind),
        applies_to=tuple(p for codes in raw.get("applies_to", ()) for p in codes), context=tuple(raw.get("context", ())),
    )  # fmt: skip


def _milestones(raw: dict[str, Any]) -> tuple[tuple[int, Any], ...]:
    return tuple(sorted((DAY.convert(day), bound) for day, bound in raw.items()))


def _target_text(node: Node, kind: str) -> str:
    """The target in words; shares in per cent."""

    def show(text: str) -> str:
        return f"{float(Fraction(text) * 100):g} %" if kind in {"ratio", "share", "max-share", "n-minus-1", "quotient"} else text

    words = {"at_least": "at least", "at_most": "at most", "equals": "exactly"}
    shown = []
    for key, value in node.pairs:
        if value.kind == "map":
            shown.append(f"{words[key.text]} " + ", ".join(f"{k.text} {show(v.text)}" for k, v in value.pairs))
        else:
            shown.append(f"{words[key.text]} {show(value.text)}")
    return "; ".join(shown)


def _target(node: Node, measure: Measure, errors: Errors) -> Target | None:
    before = len(errors.found)
    raw = _TARGET.read(node, "target", errors)
    if len(errors.found) > before:
        return None
    if len(raw) != 1:
        errors.add(node, "target", f"a target is exactly one of at_least, at_most, equals; found {' and '.join(raw) or 'none'}")
        return None
    op, value = next(iter(raw.items()))
    if measure.kind == "compare":
        if value.text != "peers" or op == "equals":
            errors.add(value, f"target.{op}", "a compare measure has the target 'at_least: peers' or 'at_most: peers'")
            return None
        return Target(op)
    if value.kind == "map":
        if not measure.by:
            errors.add(value, f"target.{op}", "a target by layer needs a measure with 'by'; add by: [layer]")
            return None
        valid = {w for b in measure.by for w in _cell_words(measure.over, b)}
        what = "value of " + " or ".join(b for b in measure.by if _cell_words(measure.over, b))
        bounds = []
        if not value.pairs:
            errors.add(value, f"target.{op}", "a target by layer names at least one, such as {core: 0.60}; found none")
        for key, one in value.pairs:
            if key.text not in valid:
                errors.add(key, f"target.{op}.{key.text}", expected_word(key.text, sorted(valid), what))
            bounds.append((key.text, _bound(one, measure, f"target.{op}.{key.text}", errors)))
        return Target(op, None, tuple(bounds)) if len(errors.found) == before else None
    bound = _bound(value, measure, f"target.{op}", errors)
    return Target(op, bound) if len(errors.found) == before else None


def _cell_words(table: str, by: str) -> tuple[str, ...]:
    column = next((c for c in tables()[table].columns if c.name == by), None)
    return word_list(column.of) if column and column.kind == "word" else ()


def _bound(node: Node, measure: Measure, path: str, errors: Errors) -> Any:
    if measure.kind in {"date", "level"}:
        return read_bound(node, measure.value, measure.over, path, errors)
    if measure.kind == "sum":
        bound = read_bound(node, measure.value, measure.over, path, errors)
        return bound * 100 if bound is not None and measure.currency and measure.over == "observation" else bound
    value = NUMBER.read(node, path, errors)
    if value is not None and measure.kind in {"ratio", "share", "max-share", "hhi", "n-minus-1"} and not 0 <= value <= 1:
        errors.add(node, path, f"a {measure.kind} lies between 0 and 1; write 60 % as 0.60, found {node.text!r}")
    return Fraction(value) if value is not None else None


def _consistent(node: Node, raw: dict[str, Any], errors: Errors) -> None:
    """Keys that need each other."""
    if raw["norm"] == "achieve" and "deadline" not in raw:
        errors.add(node, "deadline", "an achieve clause needs a 'deadline', such as 2029-12-31; add it")
    if raw["norm"] != "achieve" and "deadline" in raw:
        errors.add(node.get("deadline") or node, "deadline", f"a {raw['norm']} clause has no deadline; use 'from', or make it achieve")
    if (raw.get("path") == "linear") != ("baseline" in raw) or len(raw.get("baseline", {"": 0})) != 1:
        errors.add(
            node.get("baseline") or node.get("path") or node,
            "baseline",
            "path: linear needs one baseline such as {2026-01-01: 0.9}, and only it does",
        )
    for name in ("path", "baseline"):
        if isinstance(raw.get(name), dict):
            for key in raw[name]:
                try:
                    DAY.convert(key)
                except ValueError as err:
                    errors.add(node.get(name) or node, f"{name}.{key}", str(err))
    _days_and_window(node, raw, errors)
    _parts(node, raw, errors)


def _days_and_window(node: Node, raw: dict[str, Any], errors: Errors) -> None:
    if raw.get("in_force", 0) > raw.get("repealed", raw.get("in_force", 0)):
        errors.add(node.get("repealed") or node, "repealed", "repealed before it is in force; swap or mend the days")
    if "window" in raw and isinstance(raw.get("measure"), Node):
        over, duty = raw["measure"].get("over"), raw["measure"].get("duty")
        if over is not None and duty is None and not any(c.name == "signed" for c in tables()[over.text].columns):
            errors.add(
                node.get("window") or node, "window", f"rows of {over.text} have no signature day; a window needs a 'duty' or contracts"
            )


def _parts(node: Node, raw: dict[str, Any], errors: Errors) -> None:
    parts = node.get("parts") or node
    for code, rule in raw.get("parts", {}).items():
        here = parts.get(code) or parts
        if rule["combine"] == "k-of-n" and not 1 <= rule.get("k", 0) <= len(rule.get("of", ())):
            errors.add(
                here, f"parts.{code}.k", f"k-of-n needs a 'k' between 1 and {len(rule.get('of', ()))}, found {rule.get('k', 'none')}"
            )
        if rule["combine"] in {"each", "k-of-n", "competent"} and "of" not in rule:
            errors.add(here, f"parts.{code}.of", f"{rule['combine']} needs 'of', such as [BA-BIH, BA-SRP]; add it")
        for part in rule.get("of", ()):
            if part is not None and not within(part, code):
                errors.add(here, f"parts.{code}.of", f"{part} is not a part of {code}; expected {', '.join(parts_of(code)) or code}")
        if len(set(rule.get("of", ()))) < len(rule.get("of", ())):
            errors.add(here, f"parts.{code}.of", "a part is named twice; keep one")


def _bundle(node: Node, errors: Errors, digest: str) -> Bundle | None:
    before = len(errors.found)
    raw = BUNDLE.read(node, "", errors)
    if len(errors.found) > before:
        return None
    if not sum(m["weight"] for m in raw["clauses"]):
        errors.add(node.get("clauses") or node, "clauses", "the weights add up to nothing; give at least one clause a weight")
        return None
    release = raw["release"]
    return Bundle(
        raw["id"], raw["version"], raw["status"], _title(raw["title"]), _basis(raw),
        tuple(Member(m["id"], m["weight"], m.get("essential", False)) for m in raw["clauses"]),
        Fraction(raw["combine"]["at_least_weight"]), release["amount"], release["currency"], release["rule"], digest, errors.file,
    )  # fmt: skip
