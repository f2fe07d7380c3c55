"""A session: one clause pack and one body of evidence on one pair of days. What the command line and notebooks share."""

import datetime as dt
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from litmus.clauses.bundle import payment, settle_bundle
from litmus.clauses.clause import Clause
from litmus.clauses.load import Regime, load_regime, locate_regime
from litmus.clauses.naive import shortcuts
from litmus.clauses.nodes import ClauseError, parse_documents, read_text
from litmus.clauses.toolbox import Toolbox, load_toolbox, locate_toolbox
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day
from litmus.core.place import expand, show_place
from litmus.core.words import expected_word
from litmus.facts.dossier import locate, read_dossier
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.identity import in_order
from litmus.facts.schema import tables
from litmus.facts.withheld import Disclosed, disclose
from litmus.parties.group import Parties
from litmus.plan.instrument import Catalogue
from litmus.plan.instruments import load_instruments, locate_instruments


class UsageFault(ValueError):
    """Something the user asked for cannot be had; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where evidence comes from: dossiers by name or folder, or a state of a store; and rows that the public does not have."""

    dossiers: tuple[str, ...] = ("wb6", "eu27")
    store: str | None = None
    snapshot: str | None = None
    confidential: str | None = None


@dataclass
class Session:
    """Verdicts on demand. Build it with ``open_session``. ``disclosed``: ids of withheld rows that this reader holds."""

    regime: Regime
    evidence: Evidence
    as_of: int
    known_at: int
    disclosed: frozenset[str] = frozenset()
    parties: Parties = field(init=False)

    def __post_init__(self) -> None:
        self.parties = Parties(self.evidence, self.as_of, self.known_at)

    def places(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """Places of codes and groups, in order; the Western Balkans six by default. ValueError names the nearest."""
        return tuple(dict.fromkeys(p for a in asked or ("WB6",) for p in expand(a)))

    def judge(self, clause: str, place: str) -> Verdict:
        """One verdict. Raises ValueError for an unknown clause or place."""
        if clause not in self.regime.clauses:
            raise ValueError(expected_word(clause, self.regime.clauses, "clause"))
        codes = expand(place)
        if len(codes) == 1 and not self.regime.clauses[clause].applies(codes[0]):
            msg = f"{clause} is addressed to {', '.join(self.regime.clauses[clause].applies_to)} only, not to {place}"
            raise ValueError(msg)
        if len(codes) != 1:
            msg = f"{place} is a group of places; name one of {', '.join(codes)}"
            raise ValueError(msg)
        return judge(self.regime.clauses[clause], codes[0], self.evidence, self.parties)

    def judge_all(self, places: tuple[str, ...] | None = None) -> dict[str, list[Verdict]]:
        """Every clause at every place, clauses grouped as the pack groups them."""
        return {p: [judge(c, p, self.evidence, self.parties) for c in self.clauses if c.applies(p)] for p in places or self.places(())}

    @property
    def clauses(self) -> list[Clause]:
        """The clauses in the order of their groups."""
        return sorted(self.regime.clauses.values(), key=lambda c: (GROUPS.get(c.group, 99), c.group, c.id))

    def fact(self, name: str) -> list[Fact]:
        """The facts that a row id, or a part of one, or a key word names. Raises ValueError when there is none."""
        found = [
            f
            for table in tables().values()
            if table.is_fact
            for f in self.evidence.facts(table.name, Policy(), self.as_of, self.known_at)
            if any(r.id == name for r in f.rows)
        ]
        if not found:
            known = [r.id for rows in self.evidence.dossier.rows.values() for r in rows if r.id]
            raise ValueError(expected_word(name, known, "fact"))
        return found

    def write_records(self, places: tuple[str, ...], out: str) -> list[Verdict]:
        """Write verdict records as JSON; progress goes to standard error."""
        from litmus.publish.record import record

        verdicts = [v for found in self.judge_all(places).values() for v in found]
        records = []
        for n, v in enumerate(verdicts, 1):
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{n}/{len(verdicts)} {v.place} {v.clause.id:40.40}")
            records.append(record(v))
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        text = json.dumps(records, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if out == "-":
            sys.stdout.write(text)
        else:
            Path(out).write_text(text, "utf-8")
        return verdicts

    def payment_lines(self, bundle: str, places: tuple[str, ...]) -> list[str]:
        """A bundle's payment interval for each place, in words. ValueError for an unknown bundle."""
        if bundle not in self.regime.bundles:
            raise ValueError(expected_word(bundle, self.regime.bundles, "bundle"))
        found = self.regime.bundles[bundle]
        lines = [f"{found.title} ({found.status}; release {found.rule} of {_money(found.amount, found.currency)})"]
        for p in places:
            verdicts = {m.clause: self.judge(m.clause, p) for m in found.members}
            due = payment(found, p, verdicts)
            text = f"{show_place(p)}: {_money(due.amount.lo, '')}–{_money(due.amount.hi, found.currency)} releasable"
            settling = settle_bundle(due)
            if settling:
                text += f"; {_money(due.hanging, found.currency)} hangs on these {len(settling.needs)} documents ({settling.method}):"
                lines += [text, *(f"  □ {n.label}: {n.assume}" for n in settling.needs)]
            else:
                lines.append(text + ("." if due.hanging == 0 else f"; {_money(due.hanging, found.currency)} is open."))
        return lines

    def shortcuts(self) -> tuple[Counter[str], int]:
        """Counts of what the shortcuts assert, and how many verdicts were compared."""
        counts: Counter[str] = Counter()
        total = 0
        for found in self.judge_all().values():
            for verdict in found:
                both = shortcuts(verdict)
                if both is None:
                    continue
                total += 1
                for key, answer in (("no", both.unknown_is_no), ("drop", both.drop_unknown)):
                    counts[f"{key}-met" if answer else f"{key}-not"] += 1
                    counts[f"{key}-wrong"] += both.unsupported(answer)
        return counts, total

    def tell_faults(self) -> None:
        """Faults never pass in silence."""
        faults = self.evidence.dossier.faults
        if faults:
            sys.stderr.write(f"{len(faults)} faults in the evidence; `litmus lint` lists them. First: {faults[0]}\n")


GROUPS = {"toolbox": 1, "diversification": 2, "infrastructure": 3, "procurement": 4, "law": 5, "accession": 6}


def _money(minor: object, currency: str) -> str:
    return f"{float(Fraction(str(minor))) / 100_000_000:.2f} m {currency}".strip()


def read_evidence(source: Source) -> Disclosed:
    """The rows of a source, in an order that no import changes. Raises ValueError with the nearest name."""
    if source.store is None:
        folders = [locate(d) for d in source.dossiers]
        found = disclose(folders, Path(source.confidential)) if source.confidential else Disclosed(read_dossier(folders))
    else:
        from litmus.store import open_store

        if source.confidential:
            raise ValueError("--confidential goes with dossiers in folders, not with --store")
        found = Disclosed(open_store(Path(source.store)).snapshot(source.snapshot).dossier())
    in_order(found.dossier.rows)
    return found


def open_session(regime: str, source: Source | tuple[str, ...], as_of: str | None, known_at: str | None) -> Session:
    """Load a clause pack and evidence. Raises UsageFault with every problem in words."""
    try:
        day = parse_day(as_of) if as_of else dt.datetime.now(tz=dt.UTC).date().toordinal()
        known = parse_day(known_at) if known_at else day
        pack = load_regime(locate_regime(regime))
        read = read_evidence(source if isinstance(source, Source) else Source(source))
    except (ClauseError, ValueError) as err:
        raise UsageFault(str(err)) from err
    return Session(pack, Evidence(read.dossier), day, known, read.ids)


def open_catalogue(pack: str, place: str | None, as_of: str | None) -> tuple[Catalogue, tuple[str, ...], int]:
    """The instruments, the places asked for and the day. Raises UsageFault with every problem in words."""
    try:
        day = parse_day(as_of) if as_of else dt.datetime.now(tz=dt.UTC).date().toordinal()
        return load_instruments(locate_instruments(pack)), expand(place or "WB6"), day
    except ValueError as err:
        raise UsageFault(str(err)) from err


def open_toolbox(pack: str) -> Toolbox:
    """The 5G toolbox. Raises UsageFault with every problem in words."""
    try:
        return load_toolbox(locate_toolbox(pack))
    except ClauseError as err:
        raise UsageFault(str(err)) from err


def _kinds(path: Path) -> set[str]:
    """What sorts of document a folder holds; a file that cannot be read is left to its loader."""
    kinds: set[str] = set()
    for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
        try:
            nodes = parse_documents(read_text(file, file.name), file.name)
        except ClauseError:
            continue
        kinds |= {k.text.partition("/")[0].partition("-")[0] for n in nodes if n.kind == "map" and (k := n.get("litmus")) is not None}
    return kinds


def _lint_pack(path: Path) -> str:
    """Load one pack, whatever its kind; the line to print. A file of instruments or of the toolbox is read with its folder."""
    folder = path if path.is_dir() else path.parent
    kinds = _kinds(folder)
    if kinds & {"clause", "bundle"} and kinds & {"instrument", "gaps", "toolbox"} and path.is_dir():
        return "\n".join(_lint_pack(p) for p in sorted(folder.iterdir()) if p.is_dir() and any(p.rglob("*.yaml")))
    if kinds & {"instrument", "gaps"}:
        catalogue = load_instruments(folder)
        return f"{path}: {len(catalogue.instruments)} instruments, {len(catalogue.gaps)} kinds of gap, 0 faults"
    if "toolbox" in kinds:
        toolbox = load_toolbox(folder)
        return f"{path}: {len(toolbox.measures)} measures, {len(toolbox.risks)} risks, {len(toolbox.assets)} kinds of asset, 0 faults"
    pack = load_regime(path)
    return f"{path}: {len(pack.clauses)} clauses, {len(pack.bundles)} bundles, 0 faults"


def lint_paths(paths: tuple[str, ...]) -> tuple[list[str], int]:
    """Lint dossiers and packs of every kind. Returns the lines to print and the number of faults. Raises UsageFault."""
    lines: list[str] = []
    folders: list[Path] = []
    faults = 0
    for name in paths:
        path = Path(name)
        try:
            if path.suffix in {".yaml", ".yml"} or (path.is_dir() and any(path.rglob("*.yaml"))):
                lines.append(_lint_pack(path))
            else:
                folders.append(path if path.is_file() else locate(name))
        except ClauseError as err:
            lines += [str(p) for p in err.problems]
            faults += len(err.problems)
        except ValueError as err:
            raise UsageFault(str(err)) from err
    if folders:
        dossier = read_dossier(folders)
        lines += [str(f) for f in dossier.faults]
        faults += len(dossier.faults)
        lines.append(f"{dossier.records} records, {dossier.fact_count} facts, {len(dossier.faults)} faults")
    return lines, faults
