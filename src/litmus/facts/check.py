"""Checks across rows: ids, references, order of dates and pairs, sums of shares, chains of corrections."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from litmus.core.dates import Days, show_days
from litmus.core.words import nearest
from litmus.facts.fault import Fault
from litmus.facts.parse import PPM, show_cell
from litmus.facts.row import Row
from litmus.facts.schema import Table, tables

Rows = dict[str, list[Row]]
_ORDERED = (("valid_from", "valid_to"), ("in_service_from", "in_service_to"), ("listed", "until"), ("adopted", "repealed"))
NAMED_ONLY = "Named only as an end of a holding; the file does not describe it."
_NEEDS = {"value_lo": "currency", "amount_lo": "currency", "weight_lo": "weight_unit"}


def cross_check(rows: Rows, faults: list[Fault]) -> None:
    """Take out rows that cannot stand, add a fault for each, and report sums that exceed the whole."""
    _give_way(rows)
    _drop(rows, faults, _duplicate_ids(rows))
    for table in tables().values():
        _drop(rows, faults, (f for row in rows[table.name] for f in _within_row(row, table)))
    while True:
        before = len(faults)
        _drop(rows, faults, _dangling(rows))
        if len(faults) == before:
            break
    faults.extend(_cycles(rows, "supersedes"))
    faults.extend(_mirror_cycles(rows))
    faults.extend(_over_whole(rows))
    faults.sort()


def _give_way(rows: Rows) -> None:
    """A party that one file only names gives way to the row of another file that describes it; nothing is lost by that."""
    described = {r.id for r in rows["party"] if r.values["note"] != NAMED_ONLY}
    rows["party"] = [r for r in rows["party"] if r.values["note"] != NAMED_ONLY or r.id not in described]


def _drop(rows: Rows, faults: list[Fault], found: Iterator[tuple[Row, str, str, str]]) -> None:
    """Remove each row with a fault; a row's first fault holds it, further ones are told beside it."""
    held: set[int] = set()
    for row, column, value, expected in list(found):
        faults.append(Fault(row.file, row.line, column, value, expected, holds_row=id(row) not in held))
        held.add(id(row))
    if held:
        for name in rows:
            rows[name] = [r for r in rows[name] if id(r) not in held]


def _duplicate_ids(rows: Rows) -> Iterator[tuple[Row, str, str, str]]:
    """Two dossiers may both carry a source or party, word for word; any other repetition of an id is a fault."""
    for kind in (("source",), ("party",), tuple(t for t in tables() if tables()[t].is_fact)):
        first: dict[str, Row] = {}
        for name in kind:
            for row in rows[name]:
                seen = first.setdefault(row.id, row)
                same = not tables()[name].is_fact and seen.values == row.values
                if seen is not row and not same:
                    yield row, "id", row.id, f"duplicate id, first used at {seen.file}:{seen.line}; give it its own"


def _within_row(row: Row, table: Table) -> Iterator[tuple[Row, str, str, str]]:
    v = row.values
    for first, last in _ORDERED:
        a, b = v.get(first), v.get(last)
        if isinstance(a, Days) and isinstance(b, Days) and b.hi < a.lo:
            yield row, last, show_days(b), f"ends before it begins ({first} is {show_days(a)}); swap or mend the dates"
    for c in table.columns:
        if not c.name.endswith("_lo") or not c.pair:
            continue
        lo, hi = v.get(c.name), v.get(c.name[:-3] + "_hi")
        if lo is None and hi is not None:
            yield row, c.name, "", f"{c.name} is blank while {c.pair}_hi is set; write the lower bound too"
        if lo is not None and hi is not None and lo > hi:
            low = show_cell(c, lo)
            yield row, c.name[:-3] + "_hi", show_cell(c, hi), f"upper bound is below the lower bound {low}; swap them"
        need = _NEEDS.get(c.name)
        if need and need in v and lo is not None and v.get(need) is None:
            yield row, need, "", f"{c.name} is set, so {need} is required; fill it in"


@dataclass
class _Guess:
    """The nearest known id, looked up once for each wrong one and for the first hundred of them: a search reads every id."""

    known: dict[str, str | None] = field(default_factory=dict)

    def __call__(self, wrong: str, among: Iterable[str]) -> str | None:
        if wrong not in self.known:
            self.known[wrong] = nearest(wrong, among) if len(self.known) < 100 else None
        return self.known[wrong]


def _dangling(rows: Rows) -> Iterator[tuple[Row, str, str, str]]:
    sources = {r.id for r in rows["source"]}
    parties = {r.id for r in rows["party"]}
    ids = {r.id for name, found in rows.items() if tables()[name].is_fact for r in found}
    contracts = {r.values["name"] for r in rows["contract"]}
    guess = _Guess()
    targets = {"source": sources, "party": parties, "parties": parties, "supersedes": ids, "exempts": ids}
    for name, table in tables().items():
        links = [(c.name, targets.get(c.kind, targets.get(c.name))) for c in table.columns]
        watched = [(column, known) for column, known in links if known is not None]
        for row in rows[name]:
            for column, known in watched:
                value = row.values.get(column)
                for one in value if isinstance(value, tuple) else (value,):
                    if one is not None and one not in known:
                        what = "source" if known is sources else "party" if known is parties else "row id"
                        hint = guess(one, known)
                        yield row, column, one, f"no such {what}" + (f"; did you mean {hint!r}?" if hint else "; add it first")
            if name == "contract_party" and row.values["contract"] not in contracts:
                hint = guess(row.values["contract"], contracts)
                tail = f"; did you mean {hint!r}?" if hint else "; add it to contract.csv first"
                yield row, "contract", row.values["contract"], "no contract of this name" + tail


def _cycles(rows: Rows, column: str) -> Iterator[Fault]:
    """Rows that replace each other in a circle; each circle is told once, at the row where it was entered."""
    links = {r.id: (r, r.values.get(column) or ()) for name, found in rows.items() if tables()[name].is_fact for r in found}
    ways = {i: nexts for i, (_, nexts) in links.items()}
    done: set[str] = set()
    for start in ways:
        loop = _circle(start, ways, done)
        if loop:
            row = links[loop[0]][0]
            expected = f"rows replace each other in a circle: {' → '.join(loop)}; the first of them supersedes nothing"
            yield Fault(row.file, row.line, column, loop[0], expected, holds_row=False)


def _circle(start: str, links: Mapping[str, tuple[str, ...]], done: set[str]) -> list[str]:
    """The first circle on any way from ``start``, closed with its first member; what was walked joins ``done``."""
    path: dict[str, None] = {}
    ways: list[Iterator[str]] = [iter((start,))]
    while ways:
        here = next(ways[-1], None)
        if here is None:
            ways.pop()
            if path:
                done.add(path.popitem()[0])
        elif here in path:
            walked = list(path)
            done.update(walked)
            return [*walked[walked.index(here) :], here]
        elif here in links and here not in done:
            path[here] = None
            ways.append(iter(links[here]))
    return []


def _mirror_cycles(rows: Rows) -> Iterator[Fault]:
    links = {r.id: r for r in rows["source"]}
    ways = {i: (str(up),) if (up := r.values.get("mirrors")) else () for i, r in links.items()}
    done: set[str] = set()
    for start in sorted(links):
        loop = _circle(start, ways, done)
        if loop:
            first = min(loop)
            turned = loop[:-1][loop.index(first) :] + loop[: loop.index(first)]
            expected = f"sources copy each other: {' → '.join([*turned, first])}; blank the cell of the original"
            yield Fault(links[first].file, links[first].line, "mirrors", first, expected, holds_row=False)


def _over_whole(rows: Rows) -> Iterator[Fault]:
    """Certain shares of one whole that add up to more than one, at some moment: a fault, never renormalised."""
    gone = {i for found in rows.values() for r in found for i in (r.values.get("supersedes") or ())}
    wholes: dict[tuple[object, ...], dict[tuple[object, ...], list[Row]]] = {}
    for row in rows["ownership"]:
        v = row.values
        if v["share_lo"] is not None and row.id not in gone and v["stance"] == "asserts" and v["interest"] != "control":
            whole: tuple[object, ...] = ("ownership", v["owned"], v["interest"])
            wholes.setdefault(whole, {}).setdefault((v["owner"],), []).append(row)
    for row in rows["deployment"]:
        v = row.values
        if v["weight_unit"] == "share" and v["weight_lo"] is not None and row.id not in gone and v["stance"] == "asserts":
            whole = ("deployment", row.place, v["operator"], v["layer"], v["generation"])
            wholes.setdefault(whole, {}).setdefault((v["asset"], v["vendor"]), []).append(row)
    for whole, members in wholes.items():
        column = "share_lo" if whole[0] == "ownership" else "weight_lo"
        yield from _over_whole_once(whole, members, column)


def _over_whole_once(whole: tuple[object, ...], members: dict[tuple[object, ...], list[Row]], column: str) -> Iterator[Fault]:
    moments = sorted({r.begins.hi for found in members.values() for r in found})
    for day in moments:
        total, last = 0, None
        for found in members.values():
            at = [r for r in found if r.begins.hi <= day <= r.ends.lo]
            if at:
                total += min(r.values[column] for r in at)
                last = max(at, key=lambda r: (r.file, r.line)) if last is None else max(last, *at, key=lambda r: (r.file, r.line))
        if total > PPM and last is not None:
            what = " of ".join(str(w) for w in (whole[2], whole[1])) if whole[0] == "ownership" else f"the whole of {whole[2]}"
            expected = f"certain shares of {what} add up to {total / 10_000:g} % (over 100 %) on one day; end-date or correct a row"
            value = show_cell(tables()[last.table].column(column), last.values[column])
            yield Fault(last.file, last.line, column, value, expected, holds_row=False)
            return
