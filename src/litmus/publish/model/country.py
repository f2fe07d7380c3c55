"""The page of one place."""

from itertools import groupby

from litmus.core.dates import Days, parse_day, parse_period, show_day, show_days
from litmus.core.place import parts, place, within
from litmus.core.sets import Names
from litmus.core.words import word_list
from litmus.facts.dossier import bundled
from litmus.facts.evidence import Fact, Policy
from litmus.facts.row import Row
from litmus.publish.coverage import most_wanted, read_networks
from litmus.publish.model.book import Book, place_text
from litmus.publish.model.parts import CountryPage, Dot, Grid, Line, Text, Timeline, line
from litmus.publish.model.region import counts, matrix, wanted
from litmus.publish.model.words import KINDS, grade, happened, says, short

STALE = "P5Y"
LANES = ("contract", "deployment", "loan", "programme", "law", "alignment", "restriction", "event", "ownership")
LANE_NAMES = {
    "contract": "Contracts",
    "deployment": "Equipment",
    "loan": "Loans, grants",
    "programme": "Programmes",
    "law": "Laws",
    "alignment": "Pledges",
    "restriction": "Restrictions",
    "event": "Events",
    "ownership": "Ownership",
}
ALWAYS = ("core", "ran", "transport")
FIRST_YEAR = 2008


def country_page(book: Book, code: str) -> CountryPage:
    """The page of a place. KeyError for a place without verdicts."""
    found = book.of_place(code)
    if not found:
        raise KeyError(code)
    n = dict(counts(found, f"c/{code}#verdicts"))
    lede: Line = (
        Text(f"{len(found)} clauses are addressed to {place(code).name}. On the evidence of this edition "),
        Text(f"{n['met'].text} are met", f"c/{code}#verdicts", "met"),
        Text(", "),
        Text(f"{n['not met'].text} are not", f"c/{code}#verdicts", "not"),
        Text(" and "),
        Text(f"{n['open'].text} stay open", f"c/{code}#asks", "open"),
        Text("."),
    )
    shown = (code, *parts(code))
    head = book.head(f"c/{code}", "country", place(code).name, lede, (Text("Region", "index"),), shown, feed=True)
    rows = matrix(book, (code,)).rows
    grouped = tuple((name, tuple(r)) for name, r in groupby(rows, key=lambda r: r.group))
    here = [r for r in book.facts.values() if within(r.place, code)]
    grids = (
        _chapters(here, book),
        instruments_grid(code, book),
        _rows_of("programmes", "Programmes on record", "programme", here, book),
        _rows_of("loans", "Loans and grants", "loan", here, book),
        _rows_of("laws", "Laws", "law", here, book),
        _conflicts(here, book),
    )
    asks = wanted(book, found)
    asks = Grid(
        "asks",
        f"What to ask {place(code).name} for",
        asks.columns,
        asks.rows,
        asks.note,
        "No single paper is wanted: nothing is open.",
        asks.kinds,
    )
    return CountryPage(
        head,
        counts(found, f"c/{code}#verdicts"),
        grouped,
        asks,
        networks(code, book),
        timeline(here, book),
        tuple(g for g in grids if g.rows),
    )


def networks(code: str, book: Book) -> Grid:
    """Operators down, layers across: the vendors on record, and a dot where none is."""
    s = book.session
    ever = [f for f in s.evidence.facts("deployment", Policy(), s.as_of, s.known_at) if within(f.place, code)]
    fresh = {
        f.id for f in s.evidence.facts("deployment", Policy(max_age=parse_period(STALE)), s.as_of, s.known_at) if f.value("vendor").readings
    }
    cells: dict[tuple[str, str], list[Fact]] = {}
    for f in ever:
        for layer in _one(f, "layer") or ("layer unknown",):
            cells.setdefault(((_one(f, "operator") or ("",))[0], layer), []).append(f)
    running = {n.operator for n in read_networks(bundled("wb6") / "networks.csv") if n.place == code}
    operators = sorted({o for o, _ in cells} | running, key=lambda o: (o not in running, (book.names.get(o) or o).casefold()))
    used = {layer for _, layer in cells}
    layers = [x for x in (*word_list("layer"), "layer unknown") if x in used or x in ALWAYS]
    rows = []
    for o in operators:
        first = line(book.names.get(o, o), f"p/{o}" if o in book.names else "")
        rows.append((first, *(_cell(cells.get((o, x), []), fresh, book, gap=o in running and x in ALWAYS) for x in layers)))
    note = line("Each vendor leads to its fact. ● on record · ≠ sources conflict · ○ older than five years · – nothing on record.")
    return Grid("networks", "Operators and layers", ("operator", *layers), tuple(rows), note, "No equipment is on record.")


def _one(fact: Fact, name: str) -> tuple[str, ...]:
    allowed = fact.value(name).allowed
    return tuple(sorted(allowed.values)) if isinstance(allowed, Names) and not allowed.but and allowed.is_point else ()


def _cell(facts: list[Fact], fresh: set[str], book: Book, *, gap: bool) -> Line:
    """One run a vendor and state; generations in brackets."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for f in facts:
        value = f.value("vendor")
        if not value.readings or not isinstance(value.allowed, Names) or value.allowed.but:
            continue
        state = "contested" if value.why == "contested" else "known" if f.id in fresh else "stale"
        names = " or ".join(book.short_names.get(v, v) for v in sorted(value.allowed.values))
        found.setdefault((names, state), []).append(((_one(f, "generation") or ("",))[0], f.rows[0].id))
    if not found:
        unnamed = [f for f in facts if not f.value("vendor").readings]
        return (
            (Text("vendor not known", f"f/{unnamed[0].rows[0].id}", "missing"),) if unnamed else (Text("–", "", "missing" if gap else ""),)
        )
    runs: list[Text] = []
    for (names, state), said in found.items():
        generations = [g for g in dict.fromkeys(g for g, _ in said) if g]
        runs += [Text("; ")] if runs else []
        runs.append(Text(names + (f" ({', '.join(generations)})" if generations else ""), f"f/{said[0][1]}", state))
    return tuple(runs)


def timeline(rows: list[Row], book: Book) -> Timeline | None:
    """The dated facts of a place, by kind."""
    last = int(book.edition.as_of[:4]) + 1
    start, end = parse_day(f"{FIRST_YEAR}-01-01"), parse_day(f"{last}-12-31")
    dated = [(d, r) for r in rows if r.table in LANES and (d := happened(r)) is not None and start <= d.lo <= end]
    dated.sort(key=lambda x: (x[0].lo, x[0].hi, x[1].id))
    if not dated:
        return None
    lanes = [t for t in LANES if any(r.table == t for _, r in dated)]
    dots = tuple(
        Dot(((d.lo + d.hi) / 2 - start) / (end - start), lanes.index(r.table), f"{_when(d)}: {short(r, book.names)}", f"f/{r.id}")
        for d, r in dated
    )
    table = tuple((line(_when(d)), line(KINDS[r.table]), says(r, book.names), line(r.id, f"f/{r.id}")) for d, r in reversed(dated))
    years = tuple(((parse_day(f"{y}-01-01") - start) / (end - start), str(y)) for y in range(FIRST_YEAR, last + 1))
    grid = Grid("timeline-table", "The facts in order, newest first", ("when", "kind", "what", "fact"), table)
    alt = f"{len(dated)} dated facts between {FIRST_YEAR} and {last}: " + ", ".join(
        f"{sum(1 for _, r in dated if r.table == t)} {LANE_NAMES[t].lower()}" for t in lanes
    )
    return Timeline(tuple(LANE_NAMES[t] for t in lanes), years, dots, grid, alt)


def _when(d: Days) -> str:
    """A partial date as it is known: 2019, 2019-11 or 2019-11-04."""
    lo, hi = show_day(d.lo), show_day(d.hi)
    if d.is_point:
        return lo
    if lo[:4] == hi[:4] and lo[5:] == "01-01" and hi[5:] == "12-31":
        return lo[:4]
    return lo[:7] if lo[:7] == hi[:7] else show_days(d)


def _chapters(rows: list[Row], book: Book) -> Grid:
    found = sorted((r for r in rows if r.table == "chapter"), key=lambda r: (r.values["chapter"], -r.values["known_from"].lo))
    made = tuple(
        (
            line(f"Chapter {r.values['chapter']}"),
            says(r, book.names),
            line(_when(r.values["known_from"])),
            line(grade(r)),
            line(r.id, f"f/{r.id}"),
        )
        for r in found
    )
    return Grid("chapters", "Negotiating chapters", ("chapter", "says", "known from", "grade", "fact"), made)


def _rows_of(name: str, title: str, table: str, rows: list[Row], book: Book) -> Grid:
    found = sorted((r for r in rows if r.table == table), key=lambda r: (-(happened(r) or r.values["known_from"]).lo, r.id))
    made = tuple(
        (
            says(r, book.names),
            line(_when(d) if (d := happened(r)) else "–"),
            line(grade(r)),
            (book.source_text(r),),
            line(r.id, f"f/{r.id}"),
        )
        for r in found
    )
    return Grid(name, title, ("what", "when", "grade", "source", "fact"), made)


def instruments_grid(code: str, book: Book) -> Grid:
    """The catalogue's instruments: may this place use them on the day, and why."""
    from litmus.plan.instrument import eligible

    catalogue = book.instruments
    rows = []
    for i in catalogue.instruments.values():
        found = eligible(i, code, book.session.as_of)
        word = {True: "yes", False: "no", None: "unknown"}[found.can]
        cited = dict.fromkeys(s for a in found.answers for s in a.cited.sources)
        runs: list[Text] = []
        for s in list(cited)[:3]:
            source = catalogue.sources[s]
            runs += [Text(", ")] if runs else []
            runs.append(Text(source.publisher, source.address if source.address.startswith("http") else ""))
        rows.append((line(i.title), line(word), line(found.why), tuple(runs)))
    return Grid("instruments", "EU instruments it may use", ("instrument", "open to it", "why", "sources"), tuple(rows))


def _conflicts(rows: list[Row], book: Book) -> Grid:
    from litmus.publish.model.registers import conflict_rows

    here = {r.id for r in rows}
    found = tuple(row for ids, row in conflict_rows(book) if here & ids)
    return Grid("conflicts", "Where sources conflict", ("fact", "field", "readings, side by side"), found)


__all__ = ["country_page", "most_wanted", "place_text"]
