"""The pages of a buyer, a supplier and a red flag, and the page that leads to them and to the processes."""

from collections.abc import Iterable, Mapping
from typing import Any

from litmus.procurement.runner import flags
from litmus.procurement.views import money
from litmus.publish.model.book import Book
from litmus.publish.model.parts import Grid, Line, SheetPage, Text, line
from litmus.publish.model.process import (
    LINES,
    MAIN,
    NO_CHARGE,
    ORDER,
    SCOPES,
    STATES,
    cells,
    flag_text,
    process_page,
    process_text,
    told,
    trader_text,
)
from litmus.publish.model.procured import Procured, buyer_key, page_name, place_of, supplier_keys
from litmus.publish.model.words import figure


def _sums(row: Mapping[str, Any]) -> str:
    said = [money(minor, currency if currency != "?" else None) for currency, minor in row["values"].items()]
    if row["values_unknown"]:
        said.append(f"{row['values_unknown']} of unknown sum")
    if row.get("values_shared"):
        said.append(f"{row['values_shared']} shared with others, counted for none")
    return "; ".join(said) or "no sum is on record"


def _processes(every: Procured, ids: Iterable[str], other: str = "buyer") -> Grid:
    rows = []
    for ident in ids:
        p = every.shown[page_name(ident)]
        raised = ", ".join(dict.fromkeys(f["code"] for f in p["flags"] if f["state"] == "flagged"))
        rows.append(
            (
                (process_text(p),),
                (trader_text(every.buyers, "b", buyer_key(p)),) if other == "buyer" else _sellers(every, p),
                line(str(p.get("published_day") or _signed(p))),
                line(", ".join(p["scope"]["layers"])),
                line("; ".join(money(a["value"], a.get("currency")) for a in p["tables"]["award"] if "value" in a)),
                line(raised),
            )
        )
    return cells(rows, "processes", "Processes", ("process", other, "day", "layer", "awarded", "flags"), "", "wwwwnw")


def _sellers(every: Procured, process: Mapping[str, Any]) -> Line:
    runs = [trader_text(every.suppliers, "t", key) for key in supplier_keys(process)]
    return tuple(x for n, r in enumerate(runs) for x in ((Text("; "), r) if n else (r,)))


def _signed(process: Mapping[str, Any]) -> str:
    return min((str(d["signed_day"]) for d in process["tables"]["deal"] if d.get("signed_day")), default="")


def trader_page(book: Book, kind: str, name: str) -> SheetPage:
    """A buyer (``b``) or a supplier (``t``): its processes, sums by currency, flags, and who stands on the other side."""
    every = told(book)
    buying = kind == "b"
    found = (every.buyers if buying else every.suppliers)[name]
    row = found.row
    facets: list[tuple[str, Line]] = [
        ("name in the records", line(str(row["key"]))),
        (
            "processes",
            line(f"{row['processes']} on file, {row['digital']} digital infrastructure, {row['scope_unknown']} of unknown scope"),
        ),
        ("awarded", line(_sums(row))),
        ("flags raised", line(str(row["flags"] or "none"))),
    ]
    if not buying:
        matched = (
            Text(book.names.get(found.party, found.party), f"p/{found.party}")
            if found.party in book.names
            else Text(str(row["parent_why"]))
        )
        facets.insert(1, ("party on record", (matched,)))
        if row.get("parent"):
            facets.insert(2, ("ultimate parent", line(book.names.get(row["parent"], row["parent"]), f"p/{row['parent']}")))
    others: list[tuple[Line, ...]] = [
        ((trader_text(every.suppliers if buying else every.buyers, "t" if buying else "b", key),), line(str(n))) for key, n in found.others
    ]
    title = ("Suppliers of the processes shown", "supplier") if buying else ("Buyers of the processes shown", "buyer")
    places = tuple(dict.fromkeys(c for p in found.processes for c in place_of(every.shown[page_name(p)])))
    head = book.head(f"{kind}/{name}", "buyer" if buying else "supplier", found.name, line(NO_CHARGE), MAIN, places)
    grids = (
        _processes(every, found.processes),
        cells(others, "others", title[0], (title[1], "processes"), "No award is on record.", "wn"),
    )
    return SheetPage(head, tuple(facets), (), grids)


def flag_page(book: Book, code: str) -> SheetPage:
    """What a red flag asks, what it rests on, and the processes that it was raised for."""
    every = told(book)
    query = flags()[code]
    raised = [p["process"] for p in every.shown.values() if any(f["code"] == code and f["state"] == "flagged" for f in p["flags"])]
    facets: list[tuple[str, Line]] = [("rests on", line(query.source or "this project's own"))]
    facets += [(p.name, line(f"{p.default}: {p.doc}")) for p in query.params if p.name not in {"every", "lenient"}]
    states = {p["process"]: {f["state"] for f in p["flags"] if f["code"] == code} for p in every.shown.values()}
    count = {s: sum(s in found for found in states.values()) for s in ORDER}
    said = ", ".join(f"{STATES[s]} {n}" for s, n in count.items())
    head = book.head(f"flag/{code}", "flag", f"{code}: {query.title}", line(NO_CHARGE), MAIN, _all_places(every))
    return SheetPage(head, tuple(facets), (line(query.purpose), line(f"Of the processes shown: {said}.")), (_processes(every, raised),))


def _all_places(every: Procured) -> tuple[str, ...]:
    return tuple(sorted({c for p in every.shown.values() for c in place_of(p)}))


def procurement_index(book: Book) -> SheetPage:
    """What was read, how much of it is digital infrastructure and by what basis, and the ways to processes, buyers and suppliers."""
    every = told(book)
    out = every.total - len(every.shown)
    said = f"{figure(every.records)} records were read: {figure(every.records - every.faults)} rows and {figure(every.faults)} faults. "
    said += (
        f"{figure(len(every.shown))} processes have a page; {figure(out)} have none, since they are not known to be digital infrastructure."
    )
    scope = tuple(
        (line(SCOPES[state]), line(basis or "codes and words"), line(figure(n)))
        for (state, basis), n in sorted(every.scope.items(), key=_by_state)
    )
    grids = [Grid("scope", "Scope", ("scope", "by", "processes"), scope, (), "", "wwn")]
    for name, title, found, folder, column in (
        ("buyers", "Buyers", every.buyers, "b", "buyer"),
        ("suppliers", "Suppliers", every.suppliers, "t", "supplier"),
    ):
        rows = tuple(
            ((Text(t.name, f"{folder}/{n}"),), line(figure(len(t.processes))), line(figure(t.row["processes"])), line(_sums(t.row)))
            for n, t in sorted(found.items(), key=lambda x: (-len(x[1].processes), x[1].name))
        )
        grids.append(
            Grid(name, title, (column, "digital processes", "processes on file", "awarded, all processes on file"), rows, (), "", "wnnw")
        )
    listed = sorted(every.shown.values(), key=lambda p: (buyer_key(p), p["process"]))
    whole = _processes(every, (p["process"] for p in listed[:LINES]))
    grids.insert(1, whole)
    states = [{(f["code"], f["state"]) for f in p["flags"]} for p in every.shown.values()]
    answers = tuple(((flag_text(code),), *(line(figure(sum((code, s) in found for found in states))) for s in ORDER)) for code in flags())
    grids.append(Grid("flags", "Red flags", ("flag", *(STATES[s] for s in ORDER)), answers, line(NO_CHARGE), "", "wnnnn"))
    head = book.head("procurement/index", "procurement", "Procurement", line(said), (MAIN[0],), _all_places(every))
    return SheetPage(head, (), (), tuple(grids))


def _by_state(pair: tuple[tuple[str, str], int]) -> tuple[int, int, str]:
    (state, basis), n = pair
    return ("in", "unknown", "outside").index(state), -n, basis


def procurement_addresses(book: Book) -> Iterable[str]:
    """Every address of the procurement of a book; none where it has no records."""
    if book.procured is None:
        return
    yield "procurement/index"
    yield from (f"o/{n}" for n in book.procured.shown)
    yield from (f"b/{n}" for n in book.procured.buyers)
    yield from (f"t/{n}" for n in book.procured.suppliers)
    yield from (f"flag/{code}" for code in flags())


def procurement_page(book: Book, kind: str, name: str) -> SheetPage:
    """The page at such an address. KeyError when there is none."""
    if kind == "procurement" and name == "index":
        return procurement_index(book)
    if kind == "o":
        return process_page(book, name)
    if kind in {"b", "t"}:
        return trader_page(book, kind, name)
    if kind == "flag" and name in flags():
        return flag_page(book, name)
    raise KeyError(f"{kind}/{name}")
