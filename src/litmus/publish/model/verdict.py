"""The page of one verdict."""

from typing import Any

from litmus.clauses.build import has_parts, parts_rule
from litmus.clauses.search import World
from litmus.clauses.verdict import Verdict
from litmus.core.dates import show_day
from litmus.core.place import place
from litmus.facts.row import Row
from litmus.publish.model.book import Book, place_text, tile, verdict_address
from litmus.publish.model.chart import chart
from litmus.publish.model.parts import MARKS, Grid, Head, Line, Past, Reply, Settle, Text, VerdictPage, Witness, line
from litmus.publish.model.plainly import asked, found, periods
from litmus.publish.model.words import grade, label, says
from litmus.publish.prose import REASON_WORDS, VERDICT_WORDS, finding, world_lines
from litmus.publish.readings import conflicts_of, context_facts
from litmus.publish.record import record, show_interval

LINES = 5
#: A world stands for many; beside a long table of evidence fewer of its lines do.
WORLD_LINES = ((12, LINES), (10**9, 3))
ROWS = 30
_HOW = {
    "milp": "the smallest set, proved by an integer program",
    "exact": "the smallest set",
    "small": "a small set, perhaps not the smallest",
    "greedy": "a set that is enough, perhaps not the smallest",
}
_RULES = {"each": "every part must satisfy it", "pooled": "the parts are pooled", "competent": "only the competent level counts"}


def verdict_page(book: Book, code: str, clause: str, *, deep: bool = True) -> VerdictPage:
    """The page of a verdict. ``deep`` works out witnesses and settling sets, which takes longer. KeyError when there is none."""
    v = book.verdicts[(code, clause)]
    data = record(v, deep)
    data |= {"address": verdict_address(code, clause), "snapshot": book.edition.snapshot}
    c = v.clause
    head = Head(
        verdict_address(code, clause),
        "verdict",
        f"{c.title}: {place(code).name}",
        line(finding(v)),
        (Text("Region", "index"), place_text(code, book.places), Text(c.title, f"k/{clause}")),
        (code,),
        book.head("", "", "", places=(code,)).notes,
    )
    return VerdictPage(
        head=head,
        tile=tile(v),
        name=VERDICT_WORDS[v.name],
        clause=Text(c.title, f"k/{clause}"),
        place=place_text(code, book.places),
        finding=finding(v),
        summary=c.summary,
        target=c.target_text,
        shown=show_interval(v, v.interval),
        exact=data["exact"],
        proposal=c.is_proposal,
        status=c.status,
        clock=_clock(v),
        chart=chart(v, book.names),
        reasons=tuple(REASON_WORDS[r] for r in v.reasons),
        parts_rule=_rule(v),
        parts=tuple(Text(place(p).name, "", MARKS[t]) for p, t in v.assessment.parts.items()) if has_parts(code) else (),
        settle=tuple(_settle(s, book, code) for s in data["settle"]),
        witnesses=_witnesses(v, book) if deep and v.truth is None else (),
        conflicts=tuple(_conflicts(v, book)),
        evidence=evidence_grid("evidence", "Evidence", [book.rows[i] for i in v.evidence if i in book.rows], book),
        context=evidence_grid("beside", "On record beside it", _beside(v, book), book),
        replies=replies_on({*v.evidence, clause}, book, code),
        history=history(book, v),
        basis=tuple((Text(b.ref, b.url), Text(f", {b.locator}" if b.locator else ""), Text(f" [{b.kind}]")) for b in c.basis),
        record=data,
    )


def _clock(v: Verdict) -> tuple[tuple[str, str], ...]:
    c = v.clause
    said = [("norm", c.norm)]
    if v.clock.waiting_for:
        said.append(("waits for", v.clock.waiting_for))
    if v.clock.start is not None:
        said.append(("binds from", show_day(v.clock.start)))
    if v.clock.due is not None:
        said.append(("due", show_day(v.clock.due)))
    if c.grace is not None:
        said.append(("grace", periods(c.grace.text)))
    if v.problem.period is not None:
        first, last = v.problem.period
        said.append(("judged on", f"{show_day(first)} to {show_day(last)}, the newest time that is counted and over"))
    known, needed = v.coverage
    return (*said, ("facts settled", f"{known} of {needed}"))


def _rule(v: Verdict) -> str:
    rule = parts_rule(v.clause, v.place)
    return _RULES.get(rule.combine, f"{rule.k} of {len(rule.of)} parts must satisfy it") if has_parts(v.place) else ""


def _settle(made: dict[str, Any], book: Book, at: str) -> Settle:
    lines = tuple(_need(f, book, at) for f in made["facts"][:LINES])
    return Settle(VERDICT_WORDS[made["towards"]], _HOW[made["method"]], lines, max(0, len(made["facts"]) - LINES))


def _need(needed: dict[str, str], book: Book, at: str) -> Line:
    about = asked(needed["fact"], needed["label"], book, at)
    return (about, Text(f": {found(needed['finding'], book)}"))


def _witnesses(v: Verdict, book: Book) -> tuple[Witness, ...]:
    return tuple(_witness(v, w, meets, book) for meets, w in ((True, v.meets), (False, v.breaks)))


def _witness(v: Verdict, world: World | None, meets: bool, book: Book) -> Witness:
    lines = world_lines(v, world)
    still = [i for i in v.problem.items if not i.settled] if world is not None else []
    told: list[Line] = []
    keep = next(n for most, n in WORLD_LINES if len(v.evidence) <= most)
    for n, said in enumerate(lines[:keep]):
        head = f"{still[n].label}: " if n < len(still) else ""
        if head and said.startswith(head):
            told.append((asked(still[n].id, still[n].label, book, v.place), Text(": " + found(said.removeprefix(head), book))))
        else:
            told.append(line(said))
    return Witness(meets, tuple(told), max(0, len(lines) - keep))


def _conflicts(v: Verdict, book: Book) -> list[Grid]:
    made = []
    for n, (fact, name, readings) in enumerate(conflicts_of(v, book.session.evidence)):
        rows = tuple((line(shown), line(grade(r)), (book.source_text(r),), line(r.id, f"f/{r.id}")) for shown, r in readings)
        title = f"Sources conflict: {says(fact.rows[0], book.names)[0].text}, {label(name)}"
        made.append(Grid(f"conflict-{n}", title, ("reading", "grade", "source", "fact"), rows))
    return made


def _beside(v: Verdict, book: Book) -> list[Row]:
    return [r for f in context_facts(v, book.session.evidence) for r in f.rows]


def evidence_grid(name: str, title: str, rows: list[Row], book: Book, empty: str = "") -> Grid:
    """Rows with what they say, their grade and their source; each names its permanent address first."""
    made = tuple((line(r.id, f"f/{r.id}"), says(r, book.names), line(grade(r)), (book.source_text(r),)) for r in rows[:ROWS])
    note = line(f"… and {len(rows) - ROWS} more rows, all in the JSON beside this page") if len(rows) > ROWS else ()
    return Grid(name, title, ("fact", "says", "grade", "source"), made, note, empty)


def replies_on(about: set[str], book: Book, code: str = "") -> tuple[Reply, ...]:
    """The statements that parties attached to facts, or to a clause at a place."""
    made = [r for r in book.dossier.rows["reply"] if about & set(r.values["about"])]
    here = [r for r in made if not code or r.place in {code, "XW"} or set(r.values["about"]) & book.facts.keys()]
    return tuple(Reply(_party(r, book), str(r.values["text"]), Text(r.id, f"f/{r.id}")) for r in here)


def _party(row: Row, book: Book) -> Text:
    name = str(row.values["party"])
    return Text(book.names.get(name, name), f"p/{name}" if name in book.names else "")


def history(book: Book, now: Verdict) -> tuple[Past, ...]:
    """What the verdict was on earlier days, on what was known by then; like days run together, newest first."""
    key = (now.place, now.clause.id)
    seen = [*(book.past(d)[key] for d in book.past_days), now]
    runs: list[Past] = []
    for v in seen:
        said = (MARKS[v.truth], v.label, show_interval(v, v.interval))
        day = show_day(v.as_of)
        if runs and (runs[-1].mark, runs[-1].label, runs[-1].shown) == said:
            runs[-1] = Past(runs[-1].since, day, *said)
        else:
            runs.append(Past(day, day, *said))
    return tuple(reversed(runs))
