"""Everything that pages are made from, looked up once: verdicts, rows, names, and which verdict uses which row."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from typing import Any, Protocol

from litmus.clauses.clause import Clause
from litmus.clauses.load import Regime
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import parse_day, show_day
from litmus.core.place import expand, footnotes, place
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.identity import evidence_id
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.parties.answers import Answers
from litmus.parties.group import Parties
from litmus.plan.instrument import Catalogue
from litmus.plan.instruments import load_instruments, locate_instruments
from litmus.publish.model.parts import MARKS, Edition, Head, Line, Text, Tile
from litmus.publish.model.procured import Procured
from litmus.publish.record import record

GROUP_TITLES = {
    "toolbox": "5G Toolbox", "diversification": "Diversification", "infrastructure": "Public infrastructure", "procurement": "Procurement",
    "law": "Law", "accession": "Accession",
}  # fmt: skip
STATE_WORDS = {"met": "met", "not": "not met", "open": "open"}


class Judged(Protocol):
    """What pages need of a session."""

    regime: Regime
    evidence: Evidence
    as_of: int
    known_at: int
    parties: Parties

    @property
    def clauses(self) -> list[Clause]:
        """The clauses in the order of their groups."""


@dataclass
class Book:
    """The session, the places to show, and every index that a page asks for."""

    session: Judged
    places: tuple[str, ...]
    base_url: str = ""
    procured: Procured | None = None
    _verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    _past: dict[int, dict[tuple[str, str], Verdict]] = field(default_factory=dict)

    @property
    def dossier(self) -> Dossier:
        """The rows."""
        return self.session.evidence.dossier

    @cached_property
    def edition(self) -> Edition:
        """Which evidence, clauses and days these pages show."""
        s = self.session
        return Edition(
            evidence_id(self.dossier.rows), show_day(s.as_of), show_day(s.known_at), s.regime.name, metadata.version("litmus-monitor"),
            self.dossier.fact_count, len(self.dossier.rows["source"]), len(s.regime.clauses), self.base_url.rstrip("/"),
        )  # fmt: skip

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """Every verdict by place and clause."""
        s = self.session
        return {(p, c.id): judge(c, p, s.evidence, s.parties) for p in self.places for c in s.clauses if c.applies(p)}

    def of_place(self, code: str) -> list[Verdict]:
        """The verdicts of one place, in the clauses' order."""
        return [v for (p, _), v in self.verdicts.items() if p == code]

    def of_clause(self, clause: str) -> list[Verdict]:
        """The verdicts on one clause, in the places' order."""
        return [v for (_, c), v in self.verdicts.items() if c == clause]

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Every row that has an id."""
        return self.dossier.by_id()

    @cached_property
    def facts(self) -> dict[str, Row]:
        """The rows of the fact tables by id, table by table."""
        return {r.id: r for name, rows in self.dossier.rows.items() if tables()[name].is_fact for r in rows}

    @cached_property
    def names(self) -> dict[str, str]:
        """Parties' names by id."""
        return {r.id: str(r.values["name"]) for r in self.dossier.rows["party"]}

    @cached_property
    def short_names(self) -> dict[str, str]:
        """Parties' short names in Latin letters by id, where the record has one, else their names."""
        aliases = (r for r in self.dossier.rows["alias"] if r.values["kind"] == "short" and r.values["script"] == "Latn")
        return self.names | {str(r.values["party"]): str(r.values["name"]) for r in aliases}

    @cached_property
    def sources(self) -> dict[str, Row]:
        """Sources by id."""
        return {r.id: r for r in self.dossier.rows["source"]}

    @cached_property
    def used_by(self) -> dict[str, list[Tile]]:
        """The verdicts that looked at a row, by its id."""
        found: dict[str, list[Tile]] = defaultdict(list)
        for v in self.verdicts.values():
            for i in v.evidence:
                found[i].append(tile(v))
        return found

    @cached_property
    def rows_of_source(self) -> dict[str, list[Row]]:
        """Fact rows by source."""
        found: dict[str, list[Row]] = defaultdict(list)
        for r in self.facts.values():
            found[str(r.values["source"])].append(r)
        return found

    @cached_property
    def rows_of_party(self) -> dict[str, list[tuple[str, Row]]]:
        """Fact rows that name a party, with the column that does."""
        found: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        columns = {t: [c for c in tables()[t].columns if c.kind in {"party", "parties"}] for t in tables()}
        for r in self.facts.values():
            for c in columns[r.table]:
                value = r.values.get(c.name)
                for i in value if isinstance(value, tuple) else (value,) if value else ():
                    found[str(i)].append((c.name, r))
        return found

    @cached_property
    def instruments(self) -> Catalogue:
        """The catalogue of EU instruments that ships."""
        return load_instruments(locate_instruments("instruments"))

    @cached_property
    def settling(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """What would settle each verdict, as ``publish.record`` tells it."""
        return {key: record(v)["settle"] for key, v in self.verdicts.items()}

    @cached_property
    def answers(self) -> Answers:
        """Who owns, controls and is exposed to whom, on the day of the edition."""
        return Answers(self.session.evidence, self.session.as_of, self.session.known_at)

    @cached_property
    def past_days(self) -> tuple[int, ...]:
        """The days on which verdicts are looked at again: the ends of the last ten half-years before the day of the edition."""
        year = int(self.edition.as_of[:4])
        ends = [parse_day(f"{y}-{d}") for y in range(year - 6, year + 1) for d in ("06-30", "12-31")]
        return tuple(d for d in ends if d < self.session.as_of)[-10:]

    def past(self, day: int) -> dict[tuple[str, str], Verdict]:
        """Every verdict as of a day, on what was known by then."""
        found = self._past.get(day)
        if found is None:
            s = self.session
            parties = Parties(s.evidence, day, day)
            found = self._past[day] = {(p, c): judge(s.regime.clauses[c], p, s.evidence, parties) for p, c in self.verdicts}
        return found

    def source_text(self, row: Row) -> Text:
        """The source of a row, as a link."""
        name = str(row.values["source"])
        found = self.sources.get(name)
        return Text(str(found.values["publisher"]) if found else name, f"s/{name}" if found else "")

    def head(
        self, address: str, kind: str, title: str, lede: Line = (), crumbs: Line = (), places: tuple[str, ...] = (), feed: bool = False
    ) -> Head:
        """The head of a page, with the footnotes that its places call for."""
        return Head(address, kind, title, lede, crumbs, places, tuple(footnotes(places)), f"{address}.atom" if feed else "")


def tile(v: Verdict) -> Tile:
    """A verdict as it stands in a table."""
    return Tile(MARKS[v.truth], v.label, verdict_address(v.place, v.clause.id), v.place, v.clause.id, "contested" in v.reasons)


def verdict_address(code: str, clause: str) -> str:
    """The permanent address of a verdict."""
    return f"v/{code}/{clause}"


def place_text(code: str, known: tuple[str, ...] = ()) -> Text:
    """A place's name, linked when it has a page."""
    return Text(place(code).name, f"c/{code}" if code in known else "")


def open_book(session: Judged, places: tuple[str, ...] = (), base_url: str = "", procured: Procured | None = None) -> Book:
    """The book of a session: the Western Balkans six unless places are named. ValueError for an unknown place."""
    return Book(session, places or expand("WB6"), base_url, procured)
