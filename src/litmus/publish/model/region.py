"""The first page: what matters in one sentence, the map, the matrix, and the papers that would settle most."""

from collections import Counter

from litmus.clauses.verdict import Verdict
from litmus.core.place import parts, place
from litmus.publish.coverage import most_wanted
from litmus.publish.model.book import GROUP_TITLES, STATE_WORDS, Book, tile, verdict_address
from litmus.publish.model.parts import MARKS, Grid, Line, Map, MapLabel, MapUnit, Matrix, MatrixRow, RegionPage, Text, line
from litmus.publish.model.plainly import asked
from litmus.publish.prose import REASON_WORDS

FIRM = 4
ON_MAP = ("AL", "BA", "ME", "MK", "RS", "XK")


def region_page(book: Book) -> RegionPage:
    """The region's page."""
    every = list(book.verdicts.values())
    head = book.head("index", "region", "The Western Balkans six", places=book.places, feed=True)
    found = matrix(book, book.places)
    return RegionPage(head, sentence(book), counts(every, "verdicts"), region_map(book), found, reading(book), wanted(book, every))


def counts(verdicts: list[Verdict], address: str) -> tuple[tuple[str, Text], ...]:
    """Met, not met, open: each count leads to its list."""
    n = Counter(MARKS[v.truth] for v in verdicts)
    return tuple((STATE_WORDS[m], Text(str(n[m]), address if "#" in address else f"{address}#{m}", m)) for m in ("met", "not", "open"))


def sentence(book: Book) -> Line:
    """What matters, computed: how much the evidence settles, what is not met for certain, and what keeps the rest open."""
    every = list(book.verdicts.values())
    n = Counter(MARKS[v.truth] for v in every)
    settled = n["met"] + n["not"]
    firm = [v for v in every if v.truth is False]
    runs: list[Text] = [
        Text("The evidence on record settles "), Text(str(settled), "verdicts#met"), Text(" of "), Text(str(len(every)), "verdicts"),
        Text(" verdicts: "), Text(f"{n['met']} met", "verdicts#met", "met"), Text(", "), Text(f"{n['not']} not met", "verdicts#not", "not"),
    ]  # fmt: skip
    if firm:
        runs += [Text(" whatever the missing evidence says ("), *_named(firm), Text(")")]
    why = Counter(r for v in every if v.truth is None for r in v.reasons)
    if n["open"]:
        runs += [Text("; "), Text(f"{n['open']} stay open", "verdicts#open", "open")]
        if why:
            reason, times = why.most_common(1)[0]
            often = "all" if times == n["open"] else "most often"
            runs += [Text(f", {often} because {REASON_WORDS[reason]} ("), Text(str(times), f"verdicts#{reason}"), Text(")")]
    return (*runs, Text("."))


def _named(firm: list[Verdict]) -> list[Text]:
    """The verdicts by clause, each clause by its title and then its places."""
    by: dict[str, list[Verdict]] = {}
    for v in firm:
        by.setdefault(v.clause.id, []).append(v)
    runs: list[Text] = []
    for found in list(by.values())[:FIRM]:
        runs.append(Text(f"{'; ' if runs else ''}“{found[0].clause.title}” in "))
        for k, v in enumerate(found):
            runs += [Text(", ")] if k else []
            runs.append(Text(place(v.place).name, verdict_address(v.place, v.clause.id)))
    return [*runs, Text(" and more")] if len(by) > FIRM else runs


def reading(book: Book) -> Line:
    """How many of the facts that verdicts need are settled, and where sources conflict."""
    every = list(book.verdicts.values())
    known, needed = (sum(v.coverage[i] for v in every) for i in (0, 1))
    contested = [v for v in every if "contested" in v.reasons]
    runs = [Text(str(known), "verdicts"), Text(" of "), Text(str(needed), "verdicts"), Text(" facts that the verdicts need are settled.")]
    if contested:
        runs += [Text(" Sources conflict in "), Text(str(len(contested)), "evidence/conflicts"), Text(" of the open verdicts.")]
    return tuple(runs)


def matrix(book: Book, codes: tuple[str, ...]) -> Matrix:
    """Clauses down, places across."""
    rows = []
    for c in book.session.clauses:
        found = [book.verdicts.get((p, c.id)) for p in codes]
        if any(found):
            rows.append(MatrixRow(
                Text(c.id, f"k/{c.id}"), GROUP_TITLES.get(c.group, c.group), c.is_proposal, tuple(tile(v) if v else None for v in found),
                _settled([v for v in found if v], f"k/{c.id}"), c.title,
            ))  # fmt: skip
    totals = tuple(_settled(book.of_place(p), f"c/{p}") for p in codes)
    return Matrix(tuple(Text(place(p).name, f"c/{p}") for p in codes), tuple(rows), totals)


def _settled(verdicts: list[Verdict], to: str) -> Text:
    known, needed = (sum(v.coverage[i] for v in verdicts) for i in (0, 1))
    return Text(f"{known}/{needed}", to)


def units_of(code: str) -> tuple[str, ...]:
    """The shapes of a place on the map: its parts where it has any there."""
    return parts(code) or (code,)


def region_map(book: Book) -> Map:
    """Each place with the count of its verdicts; the shapes carry no colour, because a count is no verdict."""
    units, labels, said = [], [], []
    for code in sorted(ON_MAP, key=(*book.places, *ON_MAP).index):
        found = book.of_place(code)
        n = Counter(MARKS[v.truth] for v in found)
        told = f"{n['met']} met, {n['not']} not met, {n['open']} open" if found else "not in this edition"
        text = f"{place(code).name}: {told}"
        to = f"c/{code}" if found else ""
        said.append(text)
        units += [MapUnit(u, "", place(u).name, to) for u in units_of(code)]
        labels.append(MapLabel(code, place(code).name, to, (n["met"], n["not"], n["open"])))
    return Map(tuple(units), tuple(labels), "Map of the Western Balkans six with the count of verdicts. " + "; ".join(said) + ".")


def clause_map(book: Book, clause: str) -> Map:
    """One clause's verdict at each place; parts that the clause judges apart show their own."""
    units, labels, said = [], [], []
    for code in ON_MAP:
        v = book.verdicts.get((code, clause))
        mark = MARKS[v.truth] if v else "na"
        text = f"{place(code).name}: {STATE_WORDS.get(mark, 'not addressed')}"
        said.append(text)
        for u in units_of(code):
            own = MARKS[v.assessment.parts[u]] if v and u in v.assessment.parts else mark
            told = f"{place(u).name}: {STATE_WORDS.get(own, 'not addressed')}"
            units.append(MapUnit(u, own, told, verdict_address(code, clause) if v else ""))
        labels.append(MapLabel(code, place(code).name, verdict_address(code, clause) if v else "", None, mark))
    return Map(tuple(units), tuple(labels), "Map of verdicts. " + "; ".join(said) + ".")


def wanted(book: Book, verdicts: list[Verdict]) -> Grid:
    """The missing papers that would help to settle most open verdicts."""
    by = {f"{v.clause.id} ({v.place})": verdict_address(v.place, v.clause.id) for v in verdicts}
    rows: list[tuple[Line, ...]] = []
    for w in most_wanted(verdicts, 8):
        runs: list[Text] = []
        for k, name in enumerate(w.verdicts[:4]):
            runs += [Text(", " if k else ""), Text(name.partition(" (")[0], by.get(name, ""))]
        if len(w.verdicts) > 4:
            runs.append(Text(f" and {len(w.verdicts) - 4} more"))
        rows.append(((asked(w.id, w.label, book),), tuple(runs), line(str(len(w.verdicts)), "verdicts#open")))
    return Grid(
        "wanted",
        "The papers that would settle most",
        ("paper or fact", "verdicts that it helps to settle", "how many"),
        tuple(rows),
        kinds="wwn",
    )
