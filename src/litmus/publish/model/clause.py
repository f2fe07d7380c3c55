"""The page of one clause: its text, what it means in words, and how every place stands."""

from importlib import resources
from pathlib import Path

from litmus.clauses.clause import Clause, Moment
from litmus.core.dates import show_day
from litmus.core.place import parts, place
from litmus.publish.model.book import STATE_WORDS, Book, place_text, verdict_address
from litmus.publish.model.parts import MARKS, ClausePage, Grid, Line, Text, line
from litmus.publish.model.plainly import periods
from litmus.publish.model.region import ON_MAP, clause_map
from litmus.publish.model.words import label
from litmus.publish.prose import REASON_WORDS
from litmus.publish.record import show_interval

_KINDS = {
    "ratio": "The share of rows that satisfy the test, among all rows that count.",
    "share": "The share of one group in the whole.",
    "max-share": "The greatest share that any single supplier holds, in each cell.",
    "hhi": "The Herfindahl index of concentration: the sum of squared shares.",
    "count": "The number of rows that satisfy the test.",
    "sum": "The sum over the rows that satisfy the test.",
    "quotient": "One sum over another.",
    "date": "The first day on which it was so.",
    "level": "The level on an ordered scale.",
    "compare": "The place's own figure beside the figures of its peers.",
    "n-minus-1": "The share that is lost when the supplier whose loss would hurt most drops out.",
}
_NORMS = {
    "achieve": "It must be so by the deadline.",
    "maintain": "It must be so on every day from its start.",
    "avoid": "It must not happen on any day from its start.",
    "perform-within": "Each duty has its own clock, which starts when the duty does.",
}


def clause_page(book: Book, name: str) -> ClausePage:
    """The page of a clause. KeyError for an unknown one."""
    c = book.session.regime.clauses[name]
    codes = tuple(v.place for v in book.of_clause(name))
    shown = tuple(dict.fromkeys((*codes, *(p for x in codes for p in parts(x)), *ON_MAP)))
    head = book.head(
        f"k/{name}", "clause", c.title, line(c.summary), (Text("Region", "index"), Text("Clauses", "clauses")), shown, feed=True
    )
    rows = []
    for v in book.of_clause(name):
        mark = MARKS[v.truth]
        known, needed = v.coverage
        to = verdict_address(v.place, name)
        rows.append(
            (
                (place_text(v.place, book.places),),
                line(f"{STATE_WORDS[mark]} · {v.label}" if v.label != STATE_WORDS[mark] else v.label, to, mark),
                line(show_interval(v, v.interval), to),
                line(f"{known} of {needed}", f"{to}#evidence"),
                line("; ".join(REASON_WORDS[r] for r in v.reasons)),
            )
        )
    grid = Grid("places", "Every place", ("place", "verdict", "measure lies in", "facts settled", "why"), tuple(rows), kinds="wwnnw")
    bundles = tuple(
        (Text(b.title, ""), Text(f" ({b.id}, {b.status})"))
        for b in book.session.regime.bundles.values()
        if any(m.clause == name for m in b.members)
    )
    basis = tuple((Text(b.ref, b.url), Text(f", {b.locator}" if b.locator else ""), Text(f" [{b.kind}]")) for b in c.basis)
    return ClausePage(head, semantics(c), facets(c), basis, clause_map(book, name), grid, _text(c), c.is_proposal, bundles)


def semantics(c: Clause) -> tuple[str, ...]:
    """What the clause means, sentence by sentence."""
    m = c.measure
    inner = next((x for x in (m.own, m.top, m) if x is not None and x.over), m)
    found = [_NORMS[c.norm], _KINDS.get(m.kind, m.kind), f"It reads the {inner.over} table."]
    tests = [f"{label(t.field)} is {' or '.join(t.words)}" for t in inner.where if t.op == "in" and t.words]
    if tests:
        found.append(f"Rows count when {'; '.join(tests)}.")
    if inner.by:
        found.append(f"It is judged in every cell of {' × '.join(inner.by)} apart; the least favourable cell decides.")
    found.append(f"Target: {c.target_text}.")
    found.append("Where there is nothing to measure, it counts as " + ("met." if c.empty else "not met."))
    if c.policy.min_grade:
        found.append(f"Evidence below grade {''.join(c.policy.min_grade)} is left aside.")
    if c.policy.max_age:
        found.append(f"Evidence older than {periods(c.policy.max_age.text)} is stale and settles nothing.")
    for code, rule in c.parts.items():
        how = {"each": "each part must satisfy it", "pooled": "the parts are pooled", "competent": "only the competent level counts"}
        names = ", ".join(place(p).name for p in rule.of)
        found.append(f"In {place(code).name} ({names}): {how.get(rule.combine, f'{rule.k} of {len(rule.of)} parts must satisfy it')}.")
    if c.waivers:
        found.append(
            f"Waivers must carry {', '.join(c.waivers.needs)}, and may exempt at most {float(c.waivers.cap) * 100:g} % of the rows."
        )
    return tuple(found)


def _moment(m: Moment | None) -> str:
    if m is None:
        return "none"
    return show_day(m.day) if m.day is not None else f"{m.event}{f' + {periods(m.plus.text)}' if m.plus else ''}"


def facets(c: Clause) -> tuple[tuple[str, Line], ...]:
    """The clause's particulars."""
    found: list[tuple[str, Line]] = [
        ("id", line(f"{c.id}, version {c.version}")),
        ("status", line(c.status)),
        ("norm", line(c.norm)),
        ("target", line(c.target_text)),
        ("deadline", line(_moment(c.deadline))),
        ("grace", line(periods(c.grace.text) if c.grace else "none")),
        ("vehicle", line(c.vehicle or "none")),
        ("addressed to", line(", ".join(place(p).name for p in c.applies_to) or "every place")),
        ("sha256 of its text", line(c.digest)),
    ]
    return tuple(found)


def _text(c: Clause) -> str:
    """The clause file as it stands, from where it was read or from the packs that ship; empty where it cannot be read."""
    for path in (Path(c.file), Path(str(resources.files("litmus"))) / "regimes" / c.file):
        if path.is_file():
            return path.read_text("utf-8")
    return ""


def clauses_grid(book: Book) -> tuple[Grid, ...]:
    """Every clause by group."""
    from litmus.publish.model.book import GROUP_TITLES

    groups: dict[str, list[tuple[Line, ...]]] = {}
    for c in book.session.clauses:
        row = (
            line(c.title, f"k/{c.id}"),
            line(c.target_text),
            line(_moment(c.deadline)),
            line(c.status + (", our proposal" if c.is_proposal else "")),
        )
        groups.setdefault(c.group, []).append(row)
    return tuple(Grid(g, GROUP_TITLES.get(g, g), ("clause", "target", "deadline", "status"), tuple(rows)) for g, rows in groups.items())
