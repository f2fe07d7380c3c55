"""Facts, sources, parties: their pages and their registers, and the conflicts side by side."""

from collections import defaultdict
from collections.abc import Iterator

from litmus.core.dates import Days, show_days
from litmus.core.place import place
from litmus.facts.evidence import Policy, Reading
from litmus.facts.identity import row_hash
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.publish.model.book import Book, place_text
from litmus.publish.model.parts import Grid, Line, SheetPage, Text, line
from litmus.publish.model.words import KINDS, fields, grade, grade_words, label, says, short
from litmus.publish.readings import show_allowed

_MAIN = (Text("Region", "index"), Text("Evidence", "evidence/index"))


def fact_page(book: Book, name: str) -> SheetPage:
    """One row of the record: what it says, who says it, which verdicts look at it, and every other reading of the same fact."""
    row = book.facts[name]
    names = book.names
    v = row.values
    source = book.sources.get(str(v["source"]))
    found: list[tuple[str, Line]] = [
        ("place", (place_text(row.place, book.places),)),
        *((label(n), runs) for n, runs in fields(row, names)),
    ]
    found += [(label(k), line(show_days(v[k]))) for k in ("valid_from", "valid_to", "known_from") if isinstance(v[k], Days)]
    found += [
        ("stance", line(str(v["stance"]))),
        ("grade", line(f"{grade(row)}: {grade_words(row)}")),
        ("source", (book.source_text(row), *_where(row))),
    ]
    if source is not None and str(source.values["address"]).startswith(("http://", "https://")):
        found.append(("read at", line(str(source.values["address"]), str(source.values["address"]))))
    for key in ("supersedes", "note"):
        if v[key]:
            ids = v[key] if isinstance(v[key], tuple) else ()
            found.append((key, _ids(ids, book) if ids else line(str(v[key]))))
    replaced = [r for r in book.facts.values() if r.values["supersedes"] and name in r.values["supersedes"]]
    if replaced:
        found.append(("superseded by", _ids(tuple(r.id for r in replaced), book)))
    found.append(("sha256", line(row_hash(row).hex())))
    head = book.head(
        f"f/{name}",
        "fact",
        short(row, names),
        says(row, names),
        (*_MAIN, Text(tables()[row.table].title, f"evidence/{row.table}")),
        tuple(dict.fromkeys((row.place, *(t.place for t in book.used_by.get(name, []))))),
    )
    verdicts = tuple(
        (line(t.clause, t.to), (place_text(t.place, book.places),), line(t.label, t.to, t.mark)) for t in book.used_by.get(name, [])
    )
    grids = (
        _same_fact(row, book),
        Grid(
            "verdicts",
            "Verdicts that look at it",
            ("clause", "place", "verdict"),
            verdicts,
            empty="No verdict looks at this row. It is context.",
        ),
        _replies(book, name),
    )
    return SheetPage(head, tuple(found), (), tuple(g for g in grids if g.rows or g.empty))


def _where(row: Row) -> Line:
    return (Text(f", {row.values['locator']}"),) if row.values["locator"] else ()


def _ids(ids: tuple[str, ...], book: Book) -> Line:
    runs: list[Text] = []
    for i in ids:
        runs += [Text(", ")] if runs else []
        runs.append(Text(i, f"f/{i}" if i in book.facts else ""))
    return tuple(runs)


def _same_fact(row: Row, book: Book) -> Grid:
    key = tuple(str(row.values[k]) for k in tables()[row.table].keys)
    rows = [r for r in book.dossier.rows[row.table] if r is not row and tuple(str(r.values[k]) for k in tables()[r.table].keys) == key]
    made = tuple((line(r.id, f"f/{r.id}"), says(r, book.names), line(grade(r)), (book.source_text(r),)) for r in rows)
    return Grid("same", "What other rows say of the same fact", ("fact", "says", "grade", "source"), made)


def _replies(book: Book, about: str) -> Grid:
    from litmus.publish.model.verdict import replies_on

    rows = tuple(((r.party,), line(r.text), (r.fact,)) for r in replies_on({about}, book))
    return Grid("replies", "Replies", ("party", "says", "fact"), rows)


def source_page(book: Book, name: str) -> SheetPage:
    """One source, and every fact drawn from it."""
    row = book.sources[name]
    v = row.values
    found: list[tuple[str, Line]] = []
    for c in tables()["source"].columns:
        value = v[c.name]
        if value is None or c.name == "id":
            continue
        text = show_days(value) if isinstance(value, Days) else str(value)
        to = text if c.name == "address" and text.startswith(("http://", "https://")) else f"s/{text}" if c.name == "mirrors" else ""
        found.append((label(c.name), line(text, to)))
    rows = book.rows_of_source.get(name, [])
    made = tuple(
        (line(r.id, f"f/{r.id}"), line(KINDS[r.table]), (place_text(r.place, book.places),), says(r, book.names), line(grade(r)))
        for r in rows
    )
    copies = tuple(
        (line(s.id, f"s/{s.id}"), line(str(s.values["publisher"]))) for s in book.sources.values() if s.values["mirrors"] == name
    )
    head = book.head(
        f"s/{name}",
        "source",
        str(v["title"] or v["publisher"]),
        line(f"{v['publisher']}. {len(rows)} facts are drawn from it."),
        (*_MAIN, Text("Sources", "evidence/sources")),
        tuple(dict.fromkeys(r.place for r in rows)),
    )
    grids = (
        Grid("facts", "Facts drawn from it", ("fact", "kind", "place", "says", "grade"), made, empty="No fact is drawn from it."),
        Grid("copies", "Copies of it, which count once", ("source", "publisher"), copies),
    )
    return SheetPage(head, tuple(found), (), tuple(g for g in grids if g.rows or g.empty))


def evidence_index(book: Book) -> SheetPage:
    """What is on record, by table, with the faults."""
    rows = tuple(
        (line(t.title, f"evidence/{t.name}"), line(t.doc), line(str(len(book.dossier.rows[t.name])), f"evidence/{t.name}"))
        for t in tables().values()
        if t.is_fact and book.dossier.rows[t.name]
    )
    n = len(conflict_rows(book))
    faults = len(book.dossier.faults)
    more = (
        (
            line("Sources", "evidence/sources"),
            line("Who published what, where and when."),
            line(str(len(book.sources)), "evidence/sources"),
        ),
        (
            line("Parties", "evidence/parties"),
            line("Companies, states, public bodies, with their names in every script."),
            line(str(len(book.names)), "evidence/parties"),
        ),
        (
            line("Conflicts", "evidence/conflicts"),
            line("Facts of which sources give different readings, side by side."),
            line(str(n), "evidence/conflicts"),
        ),
    )
    faulty = tuple((line(str(f)),) for f in book.dossier.faults[:200])
    lede = (
        Text(f"{len(book.facts):,}".replace(",", "\u202f"), "evidence/index#tables"),
        Text(" facts from "),
        Text(str(len(book.sources)), "evidence/sources"),
        Text(f" sources. {faults or 'No'} rows were refused as faulty."),
    )
    head = book.head("evidence/index", "evidence", "The evidence", lede, (Text("Region", "index"),))
    grids = (
        Grid("tables", "Facts by table", ("table", "holds", "rows"), rows, kinds="wwn"),
        Grid("lists", "Lists", ("list", "holds", "rows"), more, kinds="wwn"),
        Grid("faults", "Faults", ("fault",), faulty),
    )
    return SheetPage(head, grids=tuple(g for g in grids if g.rows))


def table_page(book: Book, name: str) -> SheetPage:
    """The register of one table, place by place."""
    t = tables()[name]
    by: dict[str, list[Row]] = defaultdict(list)
    for r in book.dossier.rows[name]:
        by[r.place].append(r)
    order = sorted(by, key=lambda c: (c not in book.places, place(c).name))
    grids = tuple(
        Grid(
            f"at-{c}",
            place(c).name,
            ("fact", "says", "grade", "source"),
            tuple((line(r.id, f"f/{r.id}"), says(r, book.names), line(grade(r)), (book.source_text(r),)) for r in by[c]),
        )
        for c in order
    )
    index = tuple(x for c in order for x in (Text(f"{place(c).name} {len(by[c])}", f"evidence/{name}#at-{c}"), Text(" ")))
    head = book.head(f"evidence/{name}", "register", t.title, line(f"{t.doc} {len(book.dossier.rows[name])} rows."), _MAIN, tuple(order))
    return SheetPage(head, grids=grids, index=index)


def sources_page(book: Book) -> SheetPage:
    """Every source by kind, with the number of facts drawn from it."""
    by: dict[str, list[Row]] = defaultdict(list)
    for r in book.sources.values():
        by[str(r.values["kind"])].append(r)
    grids = tuple(
        Grid(
            f"kind-{k}",
            k.capitalize(),
            ("source", "title", "published", "facts"),
            tuple(_source_row(r, book) for r in sorted(rows, key=lambda r: str(r.values["publisher"]).casefold())),
            kinds="wwnn",
        )
        for k, rows in sorted(by.items())
    )
    index = tuple(x for k, rows in sorted(by.items()) for x in (Text(f"{k} {len(rows)}", f"evidence/sources#kind-{k}"), Text(" ")))
    head = book.head(
        "evidence/sources", "register", "Sources", line(f"{len(book.sources)} sources. A copy names its original and counts once."), _MAIN
    )
    return SheetPage(head, grids=grids, index=index)


def _source_row(r: Row, book: Book) -> tuple[Line, ...]:
    day = r.values["published"]
    n = len(book.rows_of_source.get(r.id, []))
    return (
        line(str(r.values["publisher"]), f"s/{r.id}"),
        line(str(r.values["title"] or "")),
        line(show_days(day), f"s/{r.id}") if isinstance(day, Days) else line(""),
        line(str(n), f"s/{r.id}#facts"),
    )


def conflict_rows(book: Book) -> list[tuple[set[str], tuple[Line, ...]]]:
    """Each contested field of each fact with every reading, and the ids of the rows behind it."""
    cached = book.__dict__.get("_conflicts")
    if cached is None:
        cached = book.__dict__["_conflicts"] = list(_conflict_rows(book))
    return list(cached)


def _side_by_side(book: Book, table: str, name: str, readings: tuple[Reading, ...]) -> Line:
    """Readings that exclude each other stand apart, with ≠ between them; sources that agree stand together."""
    by: dict[str, list[Row]] = defaultdict(list)
    for r in readings:
        by[show_allowed(table, name, r.allowed)].append(r.row)
    runs: list[Text] = []
    for said, rows in by.items():
        runs += [Text("  ≠  ")] if runs else []
        runs += [Text(book.names.get(said, said), f"f/{rows[0].id}"), Text(" (")]
        for n, row in enumerate(rows):
            runs += [Text("; " if n else ""), book.source_text(row), Text(f", {grade(row)}")]
        runs.append(Text(")"))
    return tuple(runs)


def _conflict_rows(book: Book) -> Iterator[tuple[set[str], tuple[Line, ...]]]:
    s = book.session
    for t in tables().values():
        for fact in s.evidence.facts(t.name, Policy(), s.as_of, s.known_at) if t.is_fact else ():
            for name, value in fact.values.items():
                if value.why != "contested":
                    continue
                runs = _side_by_side(book, t.name, name, value.readings)
                first = fact.rows[0]
                about = (Text(f"{place(fact.place).name}: "), Text(short(first, book.names), f"f/{first.id}"))
                yield {r.id for r in fact.rows}, (about, line(label(name)), tuple(runs))


def conflicts_page(book: Book) -> SheetPage:
    """Every conflict on record, side by side."""
    rows = tuple(row for _, row in conflict_rows(book))
    places = tuple(dict.fromkeys(book.facts[i].place for ids, _ in conflict_rows(book) for i in ids))
    lede = line(
        f"{len(rows)} fields of facts are contested. Both readings stay in force until one is withdrawn, superseded or "
        f"left aside by the evidence policy of a clause."
    )
    head = book.head("evidence/conflicts", "register", "Conflicts", lede, _MAIN, places)
    return SheetPage(
        head, grids=(Grid("conflicts", "Readings side by side", ("fact", "field", "readings"), rows, empty="No conflict is on record."),)
    )
