"""Pages about the whole: lists of verdicts and clauses, the essay, places side by side, changes, the method, the downloads."""

from collections import Counter

from litmus.core.dates import Days, show_day, show_days
from litmus.core.place import place
from litmus.facts.dossier import bundled
from litmus.facts.row import Row
from litmus.publish.essay import read_essay, summary
from litmus.publish.model.book import STATE_WORDS, Book, place_text, verdict_address
from litmus.publish.model.clause import clauses_grid
from litmus.publish.model.country import networks
from litmus.publish.model.parts import MARKS, ComparePage, EssayClaim, EssayPage, Grid, Line, SheetPage, Text, line
from litmus.publish.model.region import matrix
from litmus.publish.model.words import KINDS, says
from litmus.publish.prose import REASON_WORDS
from litmus.publish.record import show_interval

_MAIN = (Text("Region", "index"),)
NEWEST = 120


def verdicts_page(book: Book) -> SheetPage:
    """Every verdict by its answer; the open ones also by the reason that keeps them open."""
    every = list(book.verdicts.values())
    rows = {m: [v for v in every if MARKS[v.truth] == m] for m in STATE_WORDS}

    def row(key: tuple[str, str]) -> tuple[Line, ...]:
        v = book.verdicts[key]
        to = verdict_address(v.place, v.clause.id)
        return (
            line(v.clause.title, to),
            (place_text(v.place, book.places),),
            line(v.label, to, MARKS[v.truth]),
            line(show_interval(v, v.interval), to),
        )

    columns = ("clause", "place", "label", "measure lies in")
    grids = [
        Grid(m, word.capitalize(), columns, tuple(row((v.place, v.clause.id)) for v in rows[m]), empty="None.")
        for m, word in STATE_WORDS.items()
    ]
    why = Counter(r for v in rows["open"] for r in v.reasons)
    for reason, n in why.most_common():
        found = [v for v in rows["open"] if reason in v.reasons]
        runs = tuple(x for v in found for x in (Text(f"{v.clause.id} {v.place}", verdict_address(v.place, v.clause.id)), Text("  ")))
        grids.append(Grid(reason, f"Open because {REASON_WORDS[reason]}: {n}", ("verdicts",), ((runs,),)))
    lede = line(f"{len(every)} verdicts on {len(book.session.clauses)} clauses in {len(book.places)} places.")
    head = book.head("verdicts", "register", "All verdicts", lede, _MAIN, book.places)
    index = tuple(x for m, word in STATE_WORDS.items() for x in (Text(f"{word} {len(rows[m])}", f"verdicts#{m}", m), Text(" ")))
    return SheetPage(head, grids=tuple(grids), index=index)


def clauses_page(book: Book) -> SheetPage:
    """Every clause."""
    lede = line(f"{len(book.session.clauses)} clauses. Where a number is this project's own, the clause says so.")
    return SheetPage(book.head("clauses", "register", "Clauses", lede, _MAIN), grids=clauses_grid(book))


def essay_page(book: Book) -> EssayPage:
    """What the essay says, what the record shows."""
    claims = read_essay(bundled("wb6") / "essay.csv")
    found: dict[int, list[EssayClaim]] = {}
    for c in claims:
        runs: list[Text] = []
        for f in c.facts:
            runs += [Text(" ")] if runs else []
            runs.append(Text(f, f"f/{f}" if f in book.facts else ""))
        found.setdefault(c.paragraph, []).append(EssayClaim(c.id, c.says, c.status, c.record, c.correction, c.why_not, tuple(runs)))
    n = summary(claims)
    lede = line("The essay that started this record, claim by claim and in our words: what it says, and what the evidence shows.")
    head = book.head("essay", "essay", "What the essay says, what the record shows", lede, _MAIN, book.places)
    order = ("corroborated", "contested", "contradicted", "asserted", "not-found", "not-checkable")
    counts = tuple((s.replace("-", " "), Text(str(n[s]), "essay#claims")) for s in order if n[s])
    return EssayPage(head, counts, tuple((p, tuple(c)) for p, c in sorted(found.items())))


def compare_page(book: Book, chosen: tuple[str, ...] = ()) -> ComparePage:
    """Places side by side. ``chosen`` narrows them; an unknown place is left to the caller."""
    codes = chosen or book.places
    rows: list[tuple[Line, ...]] = []
    for title, get in (("met", "met"), ("not met", "not"), ("open", "open")):
        counts = [sum(MARKS[v.truth] == get for v in book.of_place(p)) for p in codes]
        rows.append((line(title), *(line(str(n), f"c/{p}#verdicts", get) for n, p in zip(counts, codes, strict=True))))
    settled = []
    for p in codes:
        known, needed = (sum(v.coverage[i] for v in book.of_place(p)) for i in (0, 1))
        settled.append(line(f"{known} of {needed}", f"c/{p}"))
    rows.append((line("facts settled"), *settled))
    contested = {p: sum("contested" in v.reasons for v in book.of_place(p)) for p in codes}
    rows.append(
        (
            line("verdicts on which sources conflict"),
            *(line(str(n), f"c/{p}#conflicts" if n else f"c/{p}") for p, n in contested.items()),
        )
    )
    rows.append(
        (
            line("rows on record"),
            *(line(str(sum(r.place == p or r.place.startswith(f"{p}-") for r in book.facts.values())), f"c/{p}#timeline") for p in codes),
        )
    )
    grids = (
        Grid("counts", "In figures", ("count", *(place(p).name for p in codes)), tuple(rows), kinds="w" + "n" * len(codes)),
        _vendors(book, codes),
    )
    head = book.head(
        "compare",
        "compare",
        "Places side by side",
        line("Counts of verdicts are no ranking: a place with more open verdicts is one of which less is on record."),
        _MAIN,
        codes,
    )
    offered = tuple((p, place(p).name) for p in book.places)
    return ComparePage(head, tuple(place_text(p, book.places) for p in codes), matrix(book, codes), grids, codes, offered)


def _vendors(book: Book, codes: tuple[str, ...]) -> Grid:
    """Which vendors are on record in which layer, place by place."""
    by: dict[str, dict[str, dict[str, Text]]] = {}
    for p in codes:
        grid = networks(p, book)
        for row in grid.rows:
            for layer, cell in zip(grid.columns[1:], row[1:], strict=True):
                for run in cell:
                    if run.mark in {"known", "stale", "contested"}:
                        by.setdefault(layer, {}).setdefault(p, {}).setdefault(
                            run.text.partition(" (")[0], Text(run.text.partition(" (")[0], run.to, run.mark)
                        )
    rows = []
    for layer, found in by.items():
        cells: list[Line] = []
        for p in codes:
            runs: list[Text] = []
            for run in found.get(p, {}).values():
                runs += [Text(", ")] if runs else []
                runs.append(run)
            cells.append(tuple(runs) or (Text("–", "", "missing"),))
        rows.append((line(layer), *cells))
    note = line(
        "Vendors on record, whoever the operator. ● on record · ≠ sources conflict · ○ older than five years · – nothing on record."
    )
    return Grid("vendors", "Vendors on record by layer", ("layer", *(place(p).name for p in codes)), tuple(rows), note)


def changes_page(book: Book) -> SheetPage:
    """How verdicts moved between the half-years, which rows were corrected, and what became known last."""
    days = (*book.past_days, book.session.as_of)
    seen = [*(book.past(d) for d in book.past_days), book.verdicts]
    moves = []
    for (a, before), (b, after) in zip(zip(days, seen, strict=True), list(zip(days, seen, strict=True))[1:], strict=False):
        for key, v in after.items():
            old = before[key]
            if (old.truth, old.label) != (v.truth, v.label):
                new = [r for i in v.evidence if (r := book.rows.get(i)) is not None and a < r.values["known_from"].lo <= b]
                moves.append((b, a, old, v, new))
    moves.sort(key=lambda m: (-m[0], m[3].place, m[3].clause.id))
    rows = tuple(
        (
            line(f"{show_day(a)} → {show_day(b)}"),
            line(v.clause.id, verdict_address(v.place, v.clause.id)),
            (place_text(v.place, book.places),),
            (Text(old.label, "", MARKS[old.truth]), Text(" → "), Text(v.label, verdict_address(v.place, v.clause.id), MARKS[v.truth])),
            _because(new),
        )
        for b, a, old, v, new in moves
    )
    newest = sorted(book.facts.values(), key=lambda r: (-_known(r).lo, r.id))[:NEWEST]
    news = tuple(
        (
            line(show_days(_known(r))),
            (place_text(r.place, book.places),),
            line(KINDS[r.table]),
            says(r, book.names),
            line(r.id, f"f/{r.id}"),
        )
        for r in newest
    )
    fixed = tuple(
        (
            line(r.id, f"f/{r.id}"),
            says(r, book.names),
            tuple(x for i in r.values["supersedes"] for x in (Text(i, f"f/{i}" if i in book.facts else ""), Text(" "))),
        )
        for r in book.facts.values()
        if r.values["supersedes"]
    )
    grids = (
        Grid(
            "moves",
            "Verdicts that moved",
            ("between", "clause", "place", "from → to", "what became known"),
            rows,
            empty="No verdict moved.",
        ),
        Grid("corrections", "Rows that replace earlier ones", ("fact", "says", "replaces"), fixed, empty="No row was corrected."),
        Grid("newest", "What became known last", ("known from", "place", "kind", "says", "fact"), news),
    )
    lede = line(
        "Each verdict is looked at again as of the end of every half-year, with only the evidence that was public by "
        "then. A label also moves when the calendar does."
    )
    return SheetPage(book.head("changes", "register", "Changes", lede, _MAIN, book.places, feed=True), grids=grids)


def _known(row: Row) -> Days:
    found = row.values["known_from"]
    assert isinstance(found, Days)  # noqa: S101 - the column is required
    return found


def _because(rows: list[Row]) -> Line:
    if not rows:
        return line("the calendar, or facts that no longer hold")
    runs: list[Text] = []
    for r in rows[:4]:
        runs += [Text(", ")] if runs else []
        runs.append(Text(r.id, f"f/{r.id}"))
    return (*runs, Text(f" and {len(rows) - 4} more")) if len(rows) > 4 else tuple(runs)


def method_page(book: Book) -> SheetPage:
    """How verdicts come about, in plain words."""
    said = (
        (
            "Facts",
            "A fact is one row: who says what, of which place, from when to when, known since when, in which source, at which place in it, "
            "with a grade for the source (A to F) and one for the information (1 to 6). A correction is a new row that "
            "replaces an old one.",
        ),
        (
            "Several sources",
            "What a fact may still be is what every admissible reading leaves open. Where readings exclude each other "
            "the fact is contested, "
            "and both stay possible. Where no source speaks, anything is possible: missing is never zero and never no.",
        ),
        (
            "Verdicts",
            "Met means that the clause holds in every world that the evidence allows. Not met means that it holds in none. Otherwise the "
            "verdict is open, and the page shows one world of each kind and the smallest set of papers that would settle it.",
        ),
        (
            "More evidence",
            "More admissible evidence can settle an open verdict. It never turns met into not met or back; only a withdrawn or a "
            "contradicted claim can, and the page names it.",
        ),
        (
            "Closed lists",
            "A count or a share is only as good as the list behind it. Unless an independent list says that the rows are all there are, "
            "unseen rows are added. Publishing less never helps.",
        ),
        (
            "Time",
            "A label beside the verdict says where it stands against its deadline: early, on or off track, open; then "
            "met, late or breached. "
            "No forecast is a verdict.",
        ),
        (
            "Proposals",
            "No EU text sets a number for a diversification quota. Where a number is this project's own, the clause carries the mark p.",
        ),
        (
            "Places",
            "The entities of Bosnia and Herzegovina are judged apart where the power lies with them. Kosovo carries its "
            "footnote wherever it is named.",
        ),
        ("Right of reply", "A party's statement is printed beside the fact or the verdict that it answers, unedited."),
        ("Map", "Borders are simplified from Natural Earth 1:10m, admin 1 (public domain). They are no statement on boundaries or status."),
    )
    e = book.edition
    rows: tuple[tuple[str, Line], ...] = (
        ("snapshot", line(e.snapshot, f"snapshot/{e.short}")),
        ("as of", line(e.as_of)),
        ("known by", line(e.known_at)),
        ("clauses", line(f"{e.regime}, {e.clauses} clauses")),
        ("engine", line(f"litmus {e.engine}")),
    )
    head = book.head("method", "method", "Method", line("How a verdict comes about, and what it does not say."), _MAIN, book.places)
    return SheetPage(head, rows, tuple((Text(f"{k}. ", "", "strong"), Text(t)) for k, t in said))


def downloads_page(book: Book) -> SheetPage:
    """What can be taken away, and where every file stands."""
    e = book.edition
    rows = (
        (
            line("Every verdict, one row each", "data/verdicts.csv"),
            line("CSV"),
            line("place, clause, verdict, label, interval, target, reasons, counts"),
        ),
        (
            line("Every verdict with witnesses and settling sets", "data/verdicts.json"),
            line("JSON"),
            line("the records, exact numbers as text"),
        ),
        (line("Every fact", "data/facts.csv"), line("CSV"), line("one row a fact: id, table, place, what it says, grade, source, dates")),
        (line("Every source", "data/sources.csv"), line("CSV"), line("publisher, title, address, dates, kind")),
        (line("This edition", f"snapshot/{e.short}"), line("page"), line("what it rests on, and how to make it again")),
    )
    beside = line(
        "Every page has its data beside it: put .json or .csv in the place of .html. Every verdict has a card, .svg, "
        "that another page may show. Every place and clause has an Atom feed, .atom."
    )
    head = book.head("downloads", "downloads", "Downloads", line("Empty means unknown, never zero."), _MAIN)
    return SheetPage(head, (), (beside,), (Grid("files", "Files", ("file", "format", "holds"), rows),))


def snapshot_page(book: Book) -> SheetPage:
    """The edition: the hash of its evidence, its days, and how to make the same pages again."""
    e = book.edition
    from litmus.facts.identity import row_hash, table_hash

    rows = tuple(
        (
            line(name, f"evidence/{name}" if name not in {"source", "party", "alias", "identifier"} else ""),
            line(str(len(found))),
            line(table_hash(row_hash(r) for r in found)),
        )
        for name, found in book.dossier.rows.items()
        if found
    )
    facets: tuple[tuple[str, Line], ...] = (
        ("snapshot", line(e.snapshot)),
        ("as of", line(e.as_of)),
        ("known by", line(e.known_at)),
        ("clause pack", line(f"{e.regime}, {e.clauses} clauses")),
        ("engine", line(f"litmus {e.engine}")),
        ("to make it again", line(f"litmus publish OUT --as-of {e.as_of} --known-at {e.known_at}")),
    )
    said = line(
        "The snapshot is one hash of everything the evidence says, in any order and from any file. The same evidence has "
        "the same snapshot on every machine."
    )
    head = book.head(f"snapshot/{e.short}", "snapshot", f"Snapshot {e.short}", said, (*_MAIN, Text("Downloads", "downloads")))
    return SheetPage(head, facets, (), (Grid("tables", "Tables", ("table", "rows", "sha256"), rows, kinds="wnw"),))


__all__ = ["changes_page", "clauses_page", "compare_page", "downloads_page", "essay_page", "method_page", "snapshot_page", "verdicts_page"]
