"""Litmus in a notebook: `import litmus; s = litmus.open()`, then tables and verdicts that show themselves."""

from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from litmus.app import Source, open_session
from litmus.core.words import expected_word
from litmus.publish.export.frames import Frame, frames
from litmus.publish.model.book import Book, open_book
from litmus.publish.prose import REASON_WORDS, finding
from litmus.publish.record import record

if TYPE_CHECKING:
    from litmus.clauses.verdict import Verdict

SHOWN = 12
_INKS = {"MET": ("●", "#1b4f94"), "NOT_MET": ("■", "#a51c27"), "UNDETERMINED": ("◐", "#5d3a8e")}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their columns. Missing cells are unknown, never zero; exact numbers are text (an integer, n/d, inf)."""

    frame: Frame

    def __len__(self) -> int:
        return len(self.frame.rows)

    def where(self, **wanted: str | int | None) -> "Table":
        """The rows whose columns have these values. KeyError names the nearest column."""
        names = [c.name for c in self.frame.columns]
        for name in wanted:
            if name not in names:
                raise KeyError(expected_word(name, names, "column"))
        at = {names.index(n): v for n, v in wanted.items()}
        kept = tuple(row for row in self.frame.rows if all(row[i] == v for i, v in at.items()))
        return Table(Frame(self.frame.name, self.frame.title, self.frame.key, self.frame.columns, kept))

    def records(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        return self.frame.records()

    def arrow(self) -> Any:
        """A pyarrow table. ImportError says what to install."""
        pa = _needed("pyarrow")
        types = {"string": pa.string(), "integer": pa.int64(), "date": pa.string()}
        columns = {c.name: pa.array([row[i] for row in self.frame.rows], types[c.type]) for i, c in enumerate(self.frame.columns)}
        return pa.table(columns)

    def to_pandas(self) -> Any:
        """A pandas frame; integers that may be unknown are of the type Int64, so that no unknown becomes 0 or a float."""
        pd = _needed("pandas")
        found = pd.DataFrame(self.records(), columns=[c.name for c in self.frame.columns])
        return found.astype({c.name: "Int64" for c in self.frame.columns if c.type == "integer"})

    def to_polars(self) -> Any:
        """A polars frame."""
        pl = _needed("polars")
        types = {c.name: pl.Int64 if c.type == "integer" else pl.String for c in self.frame.columns}
        return pl.DataFrame(self.records(), schema=types)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(c.name)}</th>" for c in self.frame.columns)
        body = "".join("<tr>" + "".join(_cell(x) for x in row) + "</tr>" for row in self.frame.rows[:SHOWN])
        more = f"<p>{len(self):,} rows, {SHOWN} shown</p>" if len(self) > SHOWN else ""
        return f"<table><caption>{escape(self.frame.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(value: str | int | None) -> str:
    return '<td style="color:#57606a">unknown</td>' if value is None else f"<td>{escape(str(value))}</td>"


def _needed(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as err:
        msg = f"this needs {name}: pip install {name}"
        raise ImportError(msg) from err


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict, with everything behind it in ``data`` (docs/records.md explains each key)."""

    verdict: "Verdict"
    data: dict[str, Any]

    @property
    def state(self) -> str:
        """MET, NOT_MET or UNDETERMINED."""
        return self.verdict.name

    def __repr__(self) -> str:
        return finding(self.verdict)

    def _repr_html_(self) -> str:
        glyph, ink = _INKS[self.state]
        why = "; ".join(REASON_WORDS[r] for r in self.verdict.reasons)
        ways = "".join(
            f"<p>Would settle it as {escape(way['towards'])} ({escape(way['method'])}):</p><ul>"
            + "".join(f"<li>{escape(f['label'])}: {escape(str(f['finding']))}</li>" for f in way["facts"])
            + "</ul>"
            for way in self.data["settle"]
        )
        told = f"<p>{escape(finding(self.verdict))}</p>" + (f"<p>Why: {escape(why)}.</p>" if why else "")
        cited = ", ".join(self.verdict.evidence) or "no row"
        head = f'<h4 style="color:{ink}">{glyph} {escape(self.verdict.clause.title)}</h4>'
        return f"<div>{head}{told}{ways}<p><small>Evidence: {escape(cited)}</small></p></div>"


@dataclass
class Notebook:
    """A session: tables of everything, and any verdict by clause and place."""

    book: Book

    @cached_property
    def _frames(self) -> dict[str, Table]:
        return {f.name: Table(f) for f in frames(self.book)}

    @property
    def verdicts(self) -> Table:
        """Every verdict."""
        return self._frames["verdicts"]

    @property
    def settling(self) -> Table:
        """What would settle the open ones."""
        return self._frames["settling"]

    @property
    def facts(self) -> Table:
        """Every claim."""
        return self._frames["facts"]

    @property
    def sources(self) -> Table:
        """Every source."""
        return self._frames["sources"]

    @property
    def snapshot(self) -> str:
        """The id of the evidence, to be cited."""
        return self.book.edition.snapshot

    def verdict(self, clause: str, place: str) -> Finding:
        """One verdict. KeyError names the nearest clause or place."""
        clauses = sorted({c for _, c in self.book.verdicts})
        if clause not in clauses:
            raise KeyError(expected_word(clause, clauses, "clause"))
        found = self.book.verdicts.get((place, clause))
        if found is None:
            raise KeyError(expected_word(place, [p for p, c in self.book.verdicts if c == clause], "place"))
        return Finding(found, record(found))


def open_notebook(
    *dossiers: str,
    regime: str = "wb-digital",
    as_of: str | None = None,
    known_at: str | None = None,
    store: str | None = None,
    places: tuple[str, ...] = (),
) -> Notebook:
    """The evidence judged as of a day. Without dossiers: those that ship. Raises UsageFault (a ValueError) with every problem in words."""
    session = open_session(regime, Source(dossiers or ("wb6", "eu27"), store), as_of, known_at)
    return Notebook(open_book(session, session.places(places)))
