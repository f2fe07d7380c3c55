"""Parties: the page of one, with its names, roles and the facts that name it, and the register of all."""

from collections import defaultdict
from collections.abc import Callable

from litmus.core.dates import show_days
from litmus.core.place import place
from litmus.facts.row import Row
from litmus.publish.model.book import Book, place_text
from litmus.publish.model.parts import Drawing, Grid, Line, SheetPage, Text, line
from litmus.publish.model.words import KINDS, grade, label, says
from litmus.publish.party_ways import party_ways

_MAIN = (Text("Region", "index"), Text("Evidence", "evidence/index"))

Section = Callable[[Book, str], Grid]


def _roles(book: Book, name: str, wanted: tuple[tuple[str, str], ...], id_: str, title: str, empty: str) -> Grid:
    rows = [(c, r) for c, r in book.rows_of_party.get(name, []) if (r.table, c) in wanted]
    made = tuple(
        (
            line(f"{KINDS[r.table].lower()}, {label(c)}"),
            (place_text(r.place, book.places),),
            says(r, book.names),
            line(_when(r)),
            line(grade(r)),
            (book.source_text(r),),
            line(r.id, f"f/{r.id}"),
        )
        for c, r in rows
    )
    return Grid(id_, title, ("as", "place", "says", "when", "grade", "source", "fact"), made, empty=empty)


def _when(row: Row) -> str:
    """The days for which the row holds, as far as it says."""
    begins, ends = row.values["valid_from"], row.values["valid_to"]
    first = f"from {show_days(begins)}" if begins else ""
    return " ".join(x for x in (first, f"until {show_days(ends)}" if ends else "") if x)


def _owners(book: Book, name: str) -> Grid:
    return _roles(book, name, (("ownership", "owned"),), "owners", "Owners", "No owner is on record.")


def _owned(book: Book, name: str) -> Grid:
    return _roles(book, name, (("ownership", "owner"),), "owned", "What it owns", "No holding is on record.")


def _equipment(book: Book, name: str) -> Grid:
    wanted = (("deployment", "vendor"), ("deployment", "operator"), ("deployment", "network_owner"))
    return _roles(book, name, wanted, "equipment", "Equipment, as vendor or operator", "No equipment is on record.")


def _contracts(book: Book, name: str) -> Grid:
    return _roles(book, name, (("contract_party", "party"),), "contracts", "Contracts, by role", "No contract is on record.")


def _other(book: Book, name: str) -> Grid:
    taken = {"ownership", "deployment", "contract_party"}
    wanted = tuple(dict.fromkeys((r.table, c) for c, r in book.rows_of_party.get(name, []) if r.table not in taken))
    return _roles(book, name, wanted, "other", "Other facts that name it", "")


#: The sections of a party's page, in order. Rooms that come later add theirs here.
PARTY_SECTIONS: list[Section] = [_owners, _owned, _equipment, _contracts, _other]


def party_page(book: Book, name: str) -> SheetPage:
    """One party: its names in every script, its roles, and the facts that name it."""
    row = next(r for r in book.dossier.rows["party"] if r.id == name)
    v = row.values
    aliases = [r for r in book.dossier.rows["alias"] if r.values["party"] == name]
    found: list[tuple[str, Line]] = [("kind", line(str(v["kind"])))]
    if v["home"]:
        found.append(("home", (place_text(str(v["home"]), book.places),)))
    scripts = ((r, f" ({r.values['script']})" if r.values["script"] else "") for r in aliases)
    found += [(str(r.values["kind"] or "other name"), line(f"{r.values['name']}{script}")) for r, script in scripts]
    own = (r for r in book.dossier.rows["identifier"] if r.values["party"] == name)
    found += [(str(r.values["scheme"]), line(str(r.values["value"]))) for r in own]
    parents = book.session.parties.ultimate_parent(name)
    if not parents.but and parents.values - {name}:
        runs: list[Text] = []
        for p in sorted(parents.values):
            runs += [Text(" or ")] if runs else []
            runs.append(Text(book.names.get(p, p), f"p/{p}" if p in book.names and p != name else ""))
        found.append(("ultimate parent by majority holdings", tuple(runs)))
    if v["note"]:
        found.append(("note", line(str(v["note"]))))
    facts = book.rows_of_party.get(name, [])
    places = tuple(dict.fromkeys(r.place for _, r in facts))
    count = len({r.id for _, r in facts})
    said = f"{count} fact{'s name' if count > 1 else ' names'} it, in {len(places)} place{'s' if len(places) > 1 else ''}."
    lede = line(said if facts else "No fact names it yet.")
    head = book.head(
        f"p/{name}",
        "party",
        str(v["name"]),
        lede,
        (*_MAIN, Text("Parties", "evidence/parties")),
        (*places, *([str(v["home"])] if v["home"] else [])),
    )
    grids = tuple(g for g in (make(book, name) for make in PARTY_SECTIONS) if g.rows or g.empty)
    return SheetPage(head, tuple(found), (), grids, drawings=_ways(book, name))


def _ways(book: Book, name: str) -> tuple[Drawing, ...]:
    """Who controls the party, how much of it belongs to whom, what it is exposed to; nothing where no holding and no tie is on record."""
    found = party_ways(book.answers, name)
    return tuple(Drawing(w.anchor, w.title, w.answer, w.svg) for w in found) if any(w.svg for w in found) else ()


def parties_page(book: Book) -> SheetPage:
    """Every party by kind, with its other names."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for r in book.dossier.rows["alias"]:
        aliases[str(r.values["party"])].append(str(r.values["name"]))
    by: dict[str, list[Row]] = defaultdict(list)
    for r in book.dossier.rows["party"]:
        by[str(r.values["kind"])].append(r)
    grids = tuple(
        Grid(
            f"kind-{k}",
            k.replace("-", " ").capitalize(),
            ("party", "other names", "home", "facts"),
            tuple(
                (
                    line(book.names[r.id], f"p/{r.id}"),
                    line(", ".join(aliases[r.id])),
                    line(place(r.values["home"]).name if r.values["home"] else ""),
                    line(str(len({x.id for _, x in book.rows_of_party.get(r.id, [])})), f"p/{r.id}"),
                )
                for r in sorted(rows, key=lambda r: book.names[r.id].casefold())
            ),
            kinds="wwwn",
        )
        for k, rows in sorted(by.items())
    )
    index = tuple(x for k, rows in sorted(by.items()) for x in (Text(f"{k} {len(rows)}", f"evidence/parties#kind-{k}"), Text(" ")))
    homes = tuple(dict.fromkeys(str(r.values["home"]) for r in book.dossier.rows["party"] if r.values["home"]))
    head = book.head(
        "evidence/parties", "register", "Parties", line(f"{len(book.names)} companies, states and public bodies."), _MAIN, homes
    )
    return SheetPage(head, grids=grids, index=index)
