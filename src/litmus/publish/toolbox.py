"""The 5G toolbox in words: measures, the clauses that test them, the risks they answer, and the gaps."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from litmus.clauses.toolbox import FAMILIES, RISK_CODES, Toolbox, ToolboxMeasure
from litmus.publish.references import References

_HEADS = {"strategic": "Strategic measures", "technical": "Technical measures", "supporting": "Supporting actions"}


def coverage_text(m: ToolboxMeasure) -> str:
    """By how many clauses, and whether any of them asks for the whole."""
    if not m.tests:
        return "no clause"
    return "whole" if any(t.whole for t in m.tests) else "part"


def _risks(m: ToolboxMeasure) -> str:
    """The risks, run together; ``?`` because the mapping is not verified."""
    if not m.risks:
        return "–"
    shown = "all" if len(m.risks) == len(RISK_CODES) else " ".join(m.risks)
    return shown + ("" if m.mapping.verified else " ?")


def summary_text(toolbox: Toolbox) -> str:
    """What is tested and what is not, in one sentence."""
    gaps = toolbox.untested()
    whole = sum(coverage_text(m) == "whole" for m in toolbox.measures.values())
    part = len(toolbox.measures) - whole - len(gaps)
    unread = sum(not m.mapping.verified for m in toolbox.measures.values() if m.risks)
    return (
        f"Of {len(toolbox.measures)} measures and actions, clauses ask for {whole} wholly and {part} in part; no clause tests {len(gaps)}: "
        f"{', '.join(m.code for m in gaps)}. {unread} mappings to risks are our own reading, not verified."
    )


def overview(toolbox: Toolbox) -> RenderableType:
    """All measures; then the risks, what is covered in all, and the sources."""
    refs = References(toolbox.sources)
    parts: list[RenderableType] = []
    for family, head in _HEADS.items():
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=head, title_justify="left", padding=(0, 1, 0, 0))
        for name, ratio in (("code", None), ("measure", 5), ("risks", 2), ("tested", None), ("by the clauses, or why not", 6)):
            table.add_column(name, overflow="fold", no_wrap=ratio is None, ratio=ratio)
        for m in (m for m in toolbox.measures.values() if m.family == family):
            by = ", ".join(t.clause for t in m.tests) or m.untested
            glyph, colour = {"whole": ("●", "blue"), "part": ("◐", "magenta")}.get(coverage_text(m), ("○", "yellow"))
            table.add_row(m.code, Text(f"{m.title} {refs.mark(m.cited)}"), _risks(m), Text(f"{glyph} {coverage_text(m)}", style=colour), by)
        parts.append(table)
    legend = (
        "● a clause asks for all of it   ◐ for part of it   ○ no clause: a gap   ? not verified: one summary, or our own reading, "
        "to be checked against annex 1 of the official text"
    )
    risks = [
        Text(f"{r.code} {r.title} {refs.mark(r.cited)}: {', '.join(m.code for m in toolbox.answers(r.code))}")
        for r in toolbox.risks.values()
    ]
    answered = Text("Risks, and the measures that answer them ?", style="bold")
    sources = [Text(line, style="dim") for line in refs.lines()]
    return Group(*parts, Text(legend, style="dim"), Text(""), answered, *risks, Text(""), Text(summary_text(toolbox)), Text(""), *sources)


def in_full(toolbox: Toolbox, m: ToolboxMeasure) -> RenderableType:
    """One measure with everything it rests on."""
    refs = References(toolbox.sources)
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, lines in _facets(toolbox, m):
        table.add_row(name, Text("\n".join(lines)))
    head = f"{m.code} {m.title} {refs.mark(m.cited)}"
    notes = ["", *refs.lines(), "? not verified"] if not (m.cited.verified and m.mapping.verified) else ["", *refs.lines()]
    return Group(Text(head, style="bold"), table, *(Text(line, style="dim") for line in notes))


def _facets(toolbox: Toolbox, m: ToolboxMeasure) -> list[tuple[str, Sequence[str]]]:
    tests = [f"{t.clause} ({'whole' if t.whole else 'part'}){f': {t.note}' if t.note else ''}" for t in m.tests]
    risks = [f"{code} {toolbox.risks[code].title}" for code in m.risks] or ["mapped to none"]
    where = toolbox.sources.get(m.mapping.check)
    checked = "as the official text has it" if m.mapping.basis == "official-text" else "our own reading"
    if not m.mapping.verified:
        checked += ", not verified" + (f"; check {m.mapping.locator} of {where.publisher}, {where.address}" if where else "")
    found: list[tuple[str, Sequence[str]]] = [
        ("what shows it", [m.indicator or "nothing that can be measured"]),
        ("measured by", [", ".join(m.measures) or "–"]),
        ("tested by", tests or [f"no clause. {m.untested}"]),
        ("answers", [*risks, *([f"({checked})"] if m.risks else [])]),
    ]
    return [*found, ("note", [m.note])] if m.note else found


def page(toolbox: Toolbox) -> str:
    """The toolbox as a documentation page."""
    refs = References(toolbox.sources)
    out = [
        "# The 5G toolbox and the clauses that test it", "",
        "Made from `regimes/toolbox/` (`make docs`); a test keeps it in step. [How to read it and add to it](toolbox.md). "
        "`?` marks what is not verified.", "", summary_text(toolbox), "",
    ]  # fmt: skip
    for family, head in _HEADS.items():
        out += [
            f"## {head} ({FAMILIES[family]})",
            "",
            "| code | measure | risks | tested | by the clauses, or why not |",
            "|---|---|---|---|---|",
        ]
        for m in (m for m in toolbox.measures.values() if m.family == family):
            by = ", ".join(f"[{t.clause}](clauses/{t.clause}.md)" for t in m.tests) or m.untested
            out.append(f"| {m.code} | {m.title} {refs.mark(m.cited)} | {_risks(m)} | {coverage_text(m)} | {by} |")
        out.append("")
    out += ["## Risks", "", "| code | risk | measures that answer it ? |", "|---|---|---|"]
    out += [
        f"| {r.code} | {r.title} {refs.mark(r.cited)} | {', '.join(m.code for m in toolbox.answers(r.code))} |"
        for r in toolbox.risks.values()
    ]
    out += ["", "## How sensitive each part of a network is", "", "| part | layers | sensitivity |", "|---|---|---|"]
    out += [f"| {a.category} {refs.mark(a.cited)} | {', '.join(a.layers)} | {a.sensitivity} |" for a in toolbox.assets]
    return "\n".join([*out, "", "## Sources", "", *(f"- {line}" for line in refs.lines()), ""])
