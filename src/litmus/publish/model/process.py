"""The page of a procurement process: who bought what from whom, what its records say, every flag, and every field that is missing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litmus.procurement.runner import flags
from litmus.procurement.views import money
from litmus.publish.model.book import Book, place_text
from litmus.publish.model.parts import Grid, Line, SheetPage, Text, line, plain
from litmus.publish.model.procured import Procured, Trader, buyer_key, page_name, place_of
from litmus.publish.model.words import figure

MAIN = (Text("Region", "index"), Text("Procurement", "procurement/index"))
STATES = {"flagged": "flagged", "clear": "clear", "not-applicable": "not applicable", "unknown": "unknown"}
SCOPES = {"in": "digital infrastructure", "outside": "not digital infrastructure", "unknown": "not known whether digital infrastructure"}
NO_CHARGE = "A flag is a question put to a record, not a charge. Unknown is never counted as clear."
LINES = 60
NOT_TOLD = "not told"
_Tables = Mapping[str, list[Mapping[str, Any]]]
ORDER = ("flagged", "unknown", "clear", "not-applicable")


def told(book: Book) -> Procured:
    """The procurement of a book. KeyError where it has none."""
    if book.procured is None:
        raise KeyError("procurement")
    return book.procured


def title_of(process: Mapping[str, Any]) -> str:
    """The title of a process, or its id where it has none."""
    return str(process.get("title") or process["process"])


def process_text(process: Mapping[str, Any]) -> Text:
    """The title of a process, leading to its page."""
    return Text(title_of(process), f"o/{page_name(process['process'])}")


def trader_text(found: Mapping[str, Trader], folder: str, key: str, name: str = "") -> Text:
    """A buyer or supplier, leading to its page where it has one."""
    trader = found.get(page_name(key))
    return Text(name or (trader.name if trader else key), f"{folder}/{page_name(key)}" if trader else "")


def flag_text(code: str) -> Text:
    """A flag's code and title, leading to its page."""
    return Text(f"{code} {flags()[code].title}", f"flag/{code}")


def _state(state: str) -> Line:
    return line(STATES[state], "", "strong" if state == "flagged" else "")


def _fields(told_of: Mapping[str, Any], names: Iterable[tuple[str, str]]) -> list[tuple[str, Line]]:
    return [(label, line(str(told_of[key]))) for key, label in names if told_of.get(key) is not None]


def _web(address: Any) -> Line:
    text = str(address or "")
    return line(text, text if text.startswith(("http://", "https://")) else "")


def cells(
    rows: Sequence[tuple[Line, ...]], name: str, title: str, columns: tuple[str, ...], empty: str = "", kinds: str = "", blank: str = ""
) -> Grid:
    """A table of the records, its first rows. ``blank`` stands where a record is silent; without it, columns that no row fills go."""
    note = line(f"… and {len(rows) - LINES} more, all in the records") if len(rows) > LINES else ()
    kept = [n for n in range(len(columns)) if blank or not n or any(plain(row[n]) for row in rows)]
    shown = tuple(tuple(row[n] if plain(row[n]) or not blank else line(blank) for n in kept) for row in rows[:LINES])
    return Grid(name, title, tuple(columns[n] for n in kept), shown, note, empty, "".join(kinds[n] for n in kept) if kinds else "")


def process_page(book: Book, name: str) -> SheetPage:
    """One process: what its records say, every flag with its answer, and every field that is missing."""
    every = told(book)
    found = every.shown[name]
    scope = found["scope"]
    places = place_of(found)
    rows = found["tables"]
    flagged = sorted({f["code"] for f in found["flags"] if f["state"] == "flagged"})
    lede = (
        f"{'Flagged: ' + ', '.join(flagged) if flagged else 'No flag was raised'}; {len(found['missing'])} fields are missing. {NO_CHARGE}"
    )
    because = f" ({scope['because']})" if scope["because"] else ""
    facets: list[tuple[str, Line]] = [("place", (place_text(p, book.places),)) for p in places]
    facets += [
        ("buyer", (trader_text(every.buyers, "b", buyer_key(found), str(found.get("buyer_name") or "")),)),
        ("scope", line(f"{SCOPES[scope['state']]}, by {scope['basis'] or 'nothing'}{because}")),
        *([("layer", line(", ".join(scope["layers"])))] if scope["layers"] else []),
        ("process", line(str(found["process"]))),
    ]
    facets += _fields(found, _FACETS)
    if found.get("value") is not None:
        facets.append(("estimated value", line(money(found["value"], found.get("currency")))))
    facets.append(
        ("source", (*line(f"{found['file']}, line {found['line']}"), *((Text(" · "), *_web(found["url"])) if found.get("url") else ())))
    )
    head = book.head(f"o/{name}", "process", title_of(found), line(lede), MAIN, places)
    bought, behind = _record_grids(every, rows)
    grids = [*bought, _flag_grid(found), _missing_grid(found), _withheld_grid(rows["withheld"]), *behind]
    return SheetPage(head, tuple(facets), (), tuple(g for g in grids if g.rows or g.empty))


_FACETS = (
    ("method", "procedure"),
    ("method_details", "procedure as named"),
    ("rationale", "why there was no call"),
    ("regime", "law outside procurement law"),
    ("legal_basis", "legal basis"),
    ("published", "record of"),
    ("tender_start", "bids from"),
    ("tender_end", "bids until"),
    ("bids_received", "tenders received"),
    ("criteria", "award criteria"),
    ("funding", "paid from"),
    ("complaints", "complaints"),
)


def _flag_grid(found: Mapping[str, Any]) -> Grid:
    rows = sorted(found["flags"], key=lambda f: (ORDER.index(f["state"]), f["code"], f.get("lot") or ""))
    cells: list[tuple[Line, ...]] = [
        (
            (flag_text(f["code"]),),
            line(str(f.get("lot") or "")),
            _state(f["state"]),
            line("" if f.get("value") is None else figure(f["value"])),
            line((f.get("missing") or "").replace(";", ", ")),
        )
        for f in rows
    ]
    return Grid("flags", "Red flags", ("flag", "lot", "answer", "value", "fields missing"), tuple(cells), (), "", "wwwnw")


def _names(every: Procured, parts: list[Mapping[str, Any]], of: str, of_id: str, role: str) -> Line:
    runs: list[Text] = []
    for p in parts:
        if p.get("of") == of and p.get("of_id") == of_id and p.get("role") == role:
            key = str(p.get("party") or p.get("name") or "")
            runs += [Text("; ")] if runs else []
            runs.append(trader_text(every.suppliers, "t", key, str(p.get("name") or key)))
    return tuple(runs)


def _sum(row: Mapping[str, Any], key: str = "value") -> Line:
    return line("" if row.get(key) is None else money(row[key], row.get("currency")))


def _day(row: Mapping[str, Any], key: str) -> Line:
    return line(str(row.get(f"{key}_day") or row.get(key) or ""))


def _record_grids(every: Procured, rows: _Tables) -> tuple[list[Grid], list[Grid]]:
    """What was bought from whom, and what the records are."""
    awards = [
        (
            _told(a, "award"),
            _names(every, rows["part"], "award", a["award"], "supplier"),
            _sum(a),
            _day(a, "date"),
            _day(a, "published"),
            _told(a, "status"),
        )
        for a in rows["award"]
    ]
    deals = [
        (_told(d, "deal"), _told(d, "award"), _sum(d), _sum(d, "final_value"), _day(d, "signed"), _web(d.get("text_url")))
        for d in rows["deal"]
    ]
    changes = [(_day(c, "date"), _sum(c, "added"), _sum(c, "after"), _told(c, "reason")) for c in rows["change"]]
    paid = [(_told(x, "deal"), _day(x, "date"), _sum(x, "amount")) for x in rows["payment"]]
    bids = [
        (_told(b, "bid"), _names(every, rows["part"], "bid", b["bid"], "tenderer"), _price(b), _told(b, "status"), _day(b, "date"))
        for b in rows["bid"]
    ]
    lots = [(_told(x, "lot"), _told(x, "title"), _sum(x), _told(x, "bids_received")) for x in rows["lot"]]
    items = [(_told(i, "code"), _told(i, "description"), _told(i, "lot"), _told(i, "brand")) for i in rows["item"]]
    papers = [(_told(d, "type"), _told(d, "title"), _day(d, "published"), _web(d.get("url"))) for d in rows["document"]]
    notices = [(_told(n, "notice"), _told(n, "form"), _day(n, "published"), line(f"{n['file']}, line {n['line']}")) for n in rows["notice"]]
    of_awards = ("award", "supplier", "value", "decided", "notice published", "status")
    of_deals = ("contract", "award", "value", "value at the end", "signed", "text")
    bought = [
        cells(awards, "awards", "Awards", of_awards, "No award is on record.", "wwnwww", NOT_TOLD),
        cells(deals, "deals", "Contracts", of_deals, "No contract is on record.", "wwnnww", NOT_TOLD),
        cells(changes, "changes", "Changes of the contract", ("day", "added", "value after", "why"), "", "wnnw", NOT_TOLD),
        cells(paid, "payments", "Payments", ("contract", "day", "amount"), "", "wwn", NOT_TOLD),
        cells(bids, "bids", "Bids", ("bid", "bidder", "price", "status", "day"), "", "wwnww", NOT_TOLD),
        cells(lots, "lots", "Lots", ("lot", "title", "estimated value", "tenders received"), "", "wwnn", NOT_TOLD),
    ]
    behind = [
        cells(items, "items", "What is bought", ("code", "description", "lot", "make"), "No item is on record."),
        cells(papers, "documents", "Documents", ("kind", "title", "published", "address")),
        cells(notices, "notices", "Records", ("record", "kind", "published", "source")),
    ]
    return bought, behind


def _told(row: Mapping[str, Any], key: str) -> Line:
    return line("" if row.get(key) is None else str(row[key]))


def _price(bid: Mapping[str, Any]) -> Line:
    if bid.get("amount") is None:
        return ()
    whole, rest = divmod(int(bid["amount"]), int(bid.get("parts") or 1))
    digits = len(str(int(bid.get("parts") or 1))) - 1
    return line(f"{whole:,}" + (f".{rest:0{digits}d}" if digits else "") + f" {bid.get('currency') or '(currency unknown)'}")


def _missing_grid(found: Mapping[str, Any]) -> Grid:
    wanted: dict[str, list[str]] = {}
    for f in found["flags"]:
        for field in (f.get("missing") or "").split(";"):
            if field and f["state"] == "unknown":
                wanted.setdefault(field, []).append(f["code"])
    rows = [
        (line(field), line(", ".join(dict.fromkeys(codes))))
        for field, codes in sorted(wanted.items(), key=lambda x: (-len(set(x[1])), x[0]))
    ]
    return Grid("missing", "Fields that are missing", ("field", "flags that wait for it"), tuple(rows))


def _withheld_grid(kept: list[Mapping[str, Any]]) -> Grid:
    rows = [
        (line(str(w.get("path") or "")), line(str(w.get("reason") or w.get("code") or "")), _day(w, "until"), line(str(w.get("lot") or "")))
        for w in kept
    ]
    return cells(rows, "withheld", "Fields lawfully withheld", ("field", "why", "until", "lot"))
