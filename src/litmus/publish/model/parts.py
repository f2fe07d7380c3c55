"""The parts that pages are made of. Everything is frozen, and everything can be written as JSON as it stands."""

from dataclasses import dataclass, field
from typing import Any

MARKS = {True: "met", False: "not", None: "open"}


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text. ``to`` is an address of ours without ending (``v/RS/x``), or a web address; ``mark`` a state word."""

    text: str
    to: str = ""
    mark: str = ""


Line = tuple[Text, ...]


def line(text: str, to: str = "", mark: str = "") -> Line:
    """A line of one run."""
    return (Text(text, to, mark),)


def plain(runs: Line) -> str:
    """A line without its links."""
    return "".join(r.text for r in runs)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first cell of a row names the row. ``kinds`` tells a column of figures (``n``) from one of words."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    note: Line = ()
    empty: str = ""
    kinds: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What every page has. ``places`` decides the footnotes; ``feed`` is the address of its Atom feed."""

    address: str
    kind: str
    title: str
    lede: Line = ()
    crumbs: Line = ()
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which evidence, which clauses and which days the pages show. ``snapshot`` is the hash of the whole evidence."""

    snapshot: str
    as_of: str
    known_at: str
    regime: str
    engine: str
    facts: int
    sources: int
    clauses: int
    base_url: str = ""

    @property
    def short(self) -> str:
        """The first twelve digits of the snapshot id."""
        return self.snapshot[:12]


@dataclass(frozen=True, slots=True)
class Bar:
    """One measured interval on an axis. Positions run from 0 to 1; ``target`` is None where the cell has none."""

    label: str
    lo: float
    hi: float
    shown: str
    mark: str
    target: float | None = None
    target_shown: str = ""
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Intervals against their targets. ``side`` is the side of the target that satisfies: low, high or point."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    side: str
    alt: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Tile:
    """One verdict as it stands in a table: its mark, its label, where it leads, and whether sources conflict."""

    mark: str
    label: str
    to: str
    place: str
    clause: str
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """One dated fact on a time line: position from 0 to 1, lane, and the sentence to show."""

    at: float
    lane: int
    title: str
    to: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Facts by kind and day. ``years`` are the ticks."""

    lanes: tuple[str, ...]
    years: tuple[tuple[float, str], ...]
    dots: tuple[Dot, ...]
    table: Grid
    alt: str


@dataclass(frozen=True, slots=True)
class Settle:
    """A set of findings that would settle a verdict: toward what, how sure it is the smallest, and the findings."""

    towards: str
    how: str
    findings: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """A world in which a clause is met, or is not: what would have to be true."""

    meets: bool
    lines: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A party's statement."""

    party: Text
    text: str
    fact: Text


@dataclass(frozen=True, slots=True)
class Past:
    """What a verdict was over a stretch of days, on what was known by then."""

    since: str
    until: str
    mark: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """Everything about one verdict."""

    head: Head
    tile: Tile
    name: str
    clause: Text
    place: Text
    finding: str
    summary: str
    target: str
    shown: str
    exact: bool
    proposal: bool
    status: str
    clock: tuple[tuple[str, str], ...]
    chart: Chart | None
    reasons: tuple[str, ...]
    parts_rule: str
    parts: tuple[Text, ...]
    settle: tuple[Settle, ...]
    witnesses: tuple[Witness, ...]
    conflicts: tuple[Grid, ...]
    evidence: Grid
    context: Grid
    replies: tuple[Reply, ...]
    history: tuple[Past, ...]
    basis: tuple[Line, ...]
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One clause across the places; a place to which it is not addressed has None."""

    clause: Text
    group: str
    proposal: bool
    tiles: tuple[Tile | None, ...]
    settled: Text
    title: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Clauses down, places across, with the counts of facts settled."""

    places: tuple[Text, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class MapUnit:
    """One unit of the map. ``mark`` fills it; ``code`` names its shape; ``said`` is read out."""

    code: str
    mark: str
    said: str
    to: str


@dataclass(frozen=True, slots=True)
class MapLabel:
    """What is written at a place of the map; ``counts`` are (met, not met, open) where the map counts verdicts."""

    code: str
    text: str
    to: str
    counts: tuple[int, int, int] | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """The map of the six: units and labels, the text alternative, and what the borders are."""

    units: tuple[MapUnit, ...]
    labels: tuple[MapLabel, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class RegionPage:
    """The first page: one sentence that says what matters, the map, the matrix."""

    head: Head
    sentence: Line
    counts: tuple[tuple[str, Text], ...]
    map: Map
    matrix: Matrix
    reading: Line
    wanted: Grid


@dataclass(frozen=True, slots=True)
class CountryPage:
    """One place: its verdicts, its facts in time, its networks, chapters, instruments and loans."""

    head: Head
    counts: tuple[tuple[str, Text], ...]
    verdicts: tuple[tuple[str, tuple[MatrixRow, ...]], ...]
    asks: Grid
    networks: Grid
    timeline: Timeline | None
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause: its text and basis, what it means in words, and every place."""

    head: Head
    semantics: tuple[str, ...]
    facets: tuple[tuple[str, Line], ...]
    basis: tuple[Line, ...]
    map: Map | None
    places: Grid
    text: str
    proposal: bool
    bundles: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A question with its answer in a sentence and, where there is something on record, the answer drawn (SVG that explains itself)."""

    id: str
    title: str
    answer: str
    svg: str = ""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of facets and tables: a fact, a source, a party, a register, the method, the downloads."""

    head: Head
    facets: tuple[tuple[str, Line], ...] = ()
    paragraphs: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    index: Line = ()
    drawings: tuple[Drawing, ...] = ()


@dataclass(frozen=True, slots=True)
class EssayClaim:
    """One claim of the essay beside what the record shows."""

    id: str
    says: str
    status: str
    record: str
    correction: str
    why_not: str
    facts: Line


@dataclass(frozen=True, slots=True)
class EssayPage:
    """The essay, paragraph by paragraph."""

    head: Head
    counts: tuple[tuple[str, Text], ...]
    paragraphs: tuple[tuple[int, tuple[EssayClaim, ...]], ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Places side by side."""

    head: Head
    places: tuple[Text, ...]
    matrix: Matrix
    grids: tuple[Grid, ...]
    chosen: tuple[str, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()


Page = VerdictPage | RegionPage | CountryPage | ClausePage | SheetPage | EssayPage | ComparePage
