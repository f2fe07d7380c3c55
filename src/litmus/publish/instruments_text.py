"""The instrument tables for a terminal: the region at a glance, or one place in full."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from litmus.core.dates import show_day
from litmus.core.place import footnotes, show_place
from litmus.plan.instrument import Catalogue, Instrument, amounts_for, eligible
from litmus.publish.instruments import WORDS, amount_lines, eligibility_text, requirement_lines, status_text
from litmus.publish.references import References

GLYPHS = {True: ("●", "blue"), False: ("■", "red"), None: ("◐", "magenta")}


def overview(catalogue: Catalogue, instruments: list[Instrument], places: tuple[str, ...], day: int) -> RenderableType:
    """Instruments down, places across: who may use what on that day, and how much there is in all."""
    refs = References(catalogue.sources)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("instrument", no_wrap=True)
    table.add_column("status", overflow="fold", ratio=3)
    table.add_column("amounts for all", overflow="fold", ratio=4)
    for p in places:
        table.add_column(p + ("*" if footnotes([p]) else ""), no_wrap=True)
    for i in instruments:
        marks = [GLYPHS[eligible(i, p, day).can] for p in places]
        common = amount_lines((a for a in i.amounts if not a.place), refs, short=True)
        table.add_row(
            i.id, status_text(i, day, refs), _stack(common), *(Text(f"{g}", style=colour) for g, colour in marks)
        )  # fmt: skip
    legend = (
        "● may use it   ■ may not   ◐ not settled: `litmus instruments --place RS` says why, with the sums and conditions of that place"
    )
    head = f"{len(instruments)} instruments · may use it on {show_day(day)}"
    return Group(Text(head, style="bold"), table, Text(legend, style="dim"), *_below(refs, places))


def in_full(catalogue: Catalogue, instruments: list[Instrument], place: str, day: int) -> RenderableType:
    """Everything on one place: answer and reason, sums, status, conditions; the sources below."""
    refs = References(catalogue.sources)
    parts: list[RenderableType] = []
    for i in sorted(instruments, key=lambda i: (True, None, False).index(eligible(i, place, day).can)):
        found = eligible(i, place, day)
        glyph, colour = GLYPHS[found.can]
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 2))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        table.add_row("what it is", i.summary)
        table.add_row("may use it", Text(eligibility_text(found, refs)))
        table.add_row("closes", ", ".join(i.closes))
        table.add_row("status", Text(status_text(i, day, refs)))
        table.add_row("amounts", _stack(amount_lines(amounts_for(i, place), refs)))
        table.add_row("asks for", _stack(requirement_lines(i, place, refs)))
        parts += [Text(f"{glyph} {i.title} ({i.id}): {WORDS[found.can]}", style=f"bold {colour}"), table, Text("")]
    yes, no, open_ = (sum(eligible(i, place, day).can is can for i in instruments) for can in (True, False, None))
    head = f"{show_place(place)} on {show_day(day)}: may use {yes} of {len(instruments)} instruments, may not use {no}, {open_} not settled"
    return Group(Text(head, style="bold"), Text(""), *parts, *_below(refs, (place,)))


def _stack(lines: list[str]) -> Text:
    return Text("\n".join(lines) if lines else "nothing on record", style="" if lines else "dim")


def _below(refs: References, places: tuple[str, ...]) -> list[Text]:
    notes = ["[1] source   ? not verified: one secondary text, or not checked   ≠ sums that contradict each other; sums are never added up"]
    return [Text(line, style="dim") for line in (*notes, "", *refs.lines(), *footnotes(places))]
