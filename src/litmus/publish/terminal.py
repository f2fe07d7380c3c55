"""The matrix and the explanation of one verdict, for a terminal. Colour always travels with a glyph and a word."""

from collections import Counter
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from litmus.clauses.build import has_parts, parts_rule
from litmus.clauses.settle import settle
from litmus.clauses.verdict import Verdict
from litmus.core.dates import show_day
from litmus.core.place import footnotes, show_place
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.publish.prose import REASON_WORDS, VERDICT_WORDS, finding, region_reading, world_lines
from litmus.publish.readings import conflicts_of, context_facts, row_says, show_allowed
from litmus.publish.record import show_interval

if TYPE_CHECKING:
    from litmus.measures.items import Item

GLYPHS = {"MET": ("●", "blue"), "NOT_MET": ("■", "red"), "UNDETERMINED": ("◐", "magenta")}
SHORT = {
    "met early": "early", "on track": "on track", "off track": "off trk", "not yet due": "not yet", "met": "met", "late": "late",
    "breached": "breach", "holding": "holds", "open": "open", "not due": "not due",
}  # fmt: skip


def matrix(by_place: dict[str, list[Verdict]], fact_count: int, order: list[str]) -> RenderableType:
    """Clauses down, places across, coverage beside every clause and under every place, a reading below."""
    places = list(by_place)
    everything = [v for found in by_place.values() for v in found]
    clauses = {v.clause.id: v.clause for v in everything}
    of = {(v.clause.id, v.place): v for v in everything}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left", padding=(0, 1, 0, 0))
    table.add_column("clause", no_wrap=True)
    for p in places:
        table.add_column(p + ("*" if footnotes([p]) else ""), no_wrap=True)
    table.add_column("facts settled", justify="right", no_wrap=True)
    group = ""
    for c in sorted(clauses.values(), key=lambda c: order.index(c.id)):
        if c.group != group:
            group = c.group
            table.add_row(Text(group.upper(), style="bold dim"))
        row = [of.get((c.id, p)) for p in places]
        badge = Text(c.id) + Text(" ᵖ" if c.is_proposal else "", style="dim")
        table.add_row(badge, *(_cell(x) for x in row), _coverage([x for x in row if x]))
    table.add_section()
    table.add_row(Text("facts settled", style="dim"), *(_coverage(by_place[p]) for p in places), "")
    day = show_day(everything[0].as_of)
    head = f"Litmus · {len(clauses)} clauses · {len(places)} places · {fact_count} cited facts · as of {day}"
    return Group(Text(head, style="bold"), table, _legend(), Text(""), Text(region_reading(by_place)), *_notes(places))


def _cell(v: Verdict | None) -> Text:
    if v is None:
        return Text("– n/a", style="dim")
    glyph, colour = GLYPHS[v.name]
    mark = "≠" if "contested" in v.reasons else " "
    return Text(f"{glyph}{mark}{SHORT[v.label]}", style=colour)


def _coverage(verdicts: list[Verdict]) -> Text:
    known = sum(v.coverage[0] for v in verdicts)
    needed = sum(v.coverage[1] for v in verdicts)
    return Text(f"{known}/{needed}", style="dim")


def _legend() -> Text:
    return Text(
        "● met   ■ not met   ◐ open: missing evidence could decide it either way   ≠ sources conflict   – not addressed to this place\n"
        "ᵖ a number in it is our proposal. Labels read as if each clause were in force; its status is in `litmus why`.",
        style="dim",
    )


def _notes(places: list[str]) -> list[Text]:
    return [Text(n, style="dim") for n in footnotes(places)]


def explain(v: Verdict, evidence: Evidence) -> RenderableType:
    """Everything about one verdict: finding, parts, witnesses, what would settle it, conflicts, sources."""
    c = v.clause
    glyph, colour = GLYPHS[v.name]
    head = Text.assemble(
        (f"{glyph} {v.name.replace('_', ' ')}", f"bold {colour}"), f"  {v.label}  ·  {c.id} v{c.version}  ·  ", show_place(v.place)
    )
    blocks: list[RenderableType] = [head, Text(c.title, style="italic"), Text("")]
    if c.summary:
        blocks.append(Text(c.summary))
    blocks += [Text(finding(v)), *_basis(v)]
    if v.reasons:
        blocks.append(Text("Why: " + "; ".join(REASON_WORDS[r] for r in v.reasons) + "."))
    blocks += _parts(v) + _cells(v) + _witnesses(v) + _settling(v) + _conflicts(v, evidence) + _matches(v) + _evidence(v, evidence.dossier)
    for fact in context_facts(v, evidence):
        blocks += [Text(""), fact_table(fact, evidence.dossier, "On record beside it: ")]
    blocks += _notes([v.place])
    return Group(*blocks)


def _basis(v: Verdict) -> list[Text]:
    found = [Text(f"Basis: {b.ref}" + (f", {b.locator}" if b.locator else "") + f" [{b.kind}]", style="dim") for b in v.clause.basis]
    days = ""
    if v.problem.period is not None:
        days = f" Over {show_day(v.problem.period[0])} to {show_day(v.problem.period[1])}, the newest time that is counted and over."
    status = f"Status: {v.clause.status}. Judged as of {show_day(v.as_of)}, on what was known by {show_day(v.known_at)}.{days}"
    return [*found, Text(status, style="dim")]


def _parts(v: Verdict) -> list[RenderableType]:
    rule = parts_rule(v.clause, v.place)
    if not has_parts(v.place):
        return []
    words = {"each": "every part must satisfy it", "pooled": "the parts are pooled", "competent": "only the competent level counts"}
    how = words.get(rule.combine, f"{rule.k} of {len(rule.of)} parts must satisfy it")
    lines = [Text(f"\nParts ({rule.combine}: {how})", style="bold")]
    for part, truth in v.assessment.parts.items():
        name = {True: "MET", False: "NOT_MET", None: "UNDETERMINED"}[truth]
        glyph, colour = GLYPHS[name]
        lines.append(Text(f"  {glyph} {show_place(part)}: {VERDICT_WORDS[name]}", style=colour))
    return list(lines)


def _cells(v: Verdict) -> list[RenderableType]:
    if len(v.assessment.cells) < 2:
        return []
    table = Table(box=box.SIMPLE, title="Cells", title_justify="left", pad_edge=False)
    for name in ("cell", "interval", ""):
        table.add_column(name)
    for cell, found in list(v.assessment.cells.items())[:40]:
        glyph, colour = GLYPHS[{True: "MET", False: "NOT_MET", None: "UNDETERMINED"}[found.truth]]
        table.add_row(" · ".join(x for x in cell if x), show_interval(v, found.interval), Text(glyph, style=colour))
    return [table]


def _witnesses(v: Verdict) -> list[RenderableType]:
    if v.truth is not None:
        return []
    found: list[RenderableType] = []
    for title, world in (("A world in which it is met", v.meets), ("A world in which it is not", v.breaks)):
        found += [Text(f"\n{title}:", style="bold"), *(Text(f"  {line}") for line in world_lines(v, world)[:12])]
    return found


def _settling(v: Verdict) -> list[RenderableType]:
    if v.truth is not None or {"event-not-occurred", "norm-not-in-force"} & set(v.reasons):
        return []
    found: list[RenderableType] = [Text("\nWhat would settle it:", style="bold")]
    for s in settle(v.problem, v.truth):
        how = "smallest set" if s.method == "exact" else "small, perhaps not the smallest"
        found.append(Text(f"  toward {s.towards.replace('_', ' ')} ({how}, {len(s.needs)}):"))
        found += [Text(f"    □ {n.label}: {n.assume}") for n in s.needs[:8]]
        if len(s.needs) > 8:
            found.append(Text(f"    … and {len(s.needs) - 8} more"))
    return found


def _conflicts(v: Verdict, evidence: Evidence) -> list[RenderableType]:
    found: list[RenderableType] = []
    for fact, name, readings in conflicts_of(v, evidence):
        table = Table(box=box.SIMPLE, title=f"Sources conflict: {_about(fact)}, {name}", title_justify="left", pad_edge=False)
        for column in ("reading", "grade", "source", "fact"):
            table.add_column(column, overflow="fold")
        for shown, row in readings:
            table.add_row(shown, _grade(row), _cite(evidence.dossier, row), row.id)
        found.append(table)
    return found


def fact_table(fact: Fact, dossier: Dossier, prefix: str = "") -> RenderableType:
    """One fact with every reading of every field on record, and its sources."""
    table = Table(
        box=box.SIMPLE, title=f"{prefix}{fact.table}: {_about(fact)}, {show_place(fact.place)}", title_justify="left", pad_edge=False
    )
    for column in ("field", "reading", "grade", "source", "fact"):
        table.add_column(column, overflow="fold")
    for name, value in fact.values.items():
        for reading in value.readings:
            shown = show_allowed(fact.table, name, reading.allowed)
            mark = " ≠" if value.why == "contested" else ""
            table.add_row(name + mark, shown, _grade(reading.row), _cite(dossier, reading.row), reading.row.id)
    return table


def _about(fact: Fact) -> str:
    return ", ".join(
        str(next(iter(a.values)))
        for k in tables()[fact.table].keys
        if hasattr(a := fact.value(k).allowed, "values") and a.is_point and next(iter(a.values))
    )


def _grade(row: Row) -> str:
    return f"{row.values['reliability']}{row.values['credibility']}"


def _cite(dossier: Dossier, row: Row) -> str:
    source = next((s for s in dossier.rows["source"] if s.id == row.values["source"]), None)
    if source is None:
        return str(row.values["source"])
    return f"{source.values['publisher']}, {source.values['address']}"


def _matches(v: Verdict) -> list[RenderableType]:
    """Whom the verdict takes parties to be, with the rows that say so."""
    if not v.matches:
        return []
    told = [Text(f"  {m.party}: {m.asked}: {m.answer}  [{', '.join(m.rows)}]") for m in v.matches]
    return [Text("\nWho is who:", style="bold"), *told]


def _evidence(v: Verdict, dossier: Dossier) -> list[RenderableType]:
    rows = dossier.by_id()
    found = [rows[i] for i in v.evidence if i in rows]
    if not found:
        return [Text("\nNo fact on record bears on it.", style="dim")]
    table = Table(box=box.SIMPLE, title=f"Evidence ({len(found)} rows)", title_justify="left", pad_edge=False)
    for column in ("fact", "says", "grade", "source"):
        table.add_column(column, overflow="fold")
    for row in found[:30]:
        table.add_row(row.id, row_says(row), _grade(row), _cite(dossier, row))
    return [table, *([Text(f"… and {len(found) - 30} more rows", style="dim")] if len(found) > 30 else []), *_replies(v, dossier)]


def _replies(v: Verdict, dossier: Dossier) -> list[RenderableType]:
    about = {*v.evidence, v.clause.id}
    return [
        Panel(Text(r.values["text"]), title=f"Reply of {r.values['party']}", title_align="left")
        for r in dossier.rows["reply"]
        if about & set(r.values["about"])
    ]


def shortcut_summary(counts: Counter[str], total: int) -> RenderableType:
    """How often two common shortcuts would have asserted what the evidence does not bear."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("shortcut")
    table.add_column("asserts met", justify="right")
    table.add_column("asserts not met", justify="right")
    table.add_column("not borne by the evidence", justify="right")
    for key, title in (("no", '"unknown = no"'), ("drop", '"drop unknown"')):
        table.add_row(title, str(counts[f"{key}-met"]), str(counts[f"{key}-not"]), f"{counts[f'{key}-wrong']} of {total}")
    return table


def item_line(item: "Item") -> str:
    """One open fact in a line."""
    return f"{item.label}: {', '.join(sorted(item.why))}"


def console(no_color: bool = False) -> Console:
    """The terminal; plain text when it is not one. At least wide enough for the matrix."""
    found = Console(no_color=no_color, highlight=False)
    if not found.is_terminal:
        found.width = max(found.width, 120)
    return found


def policy_of(v: Verdict) -> Policy:
    """The evidence policy of a verdict's clause."""
    return v.clause.policy
