"""The coverage tables for a terminal."""

from collections import Counter
from typing import Protocol

from rich import box
from rich.table import Table
from rich.text import Text

from litmus.clauses.verdict import Verdict
from litmus.core.dates import parse_period
from litmus.core.place import footnotes, show_place
from litmus.core.words import expected_word, word_list
from litmus.facts.dossier import bundled
from litmus.facts.evidence import Evidence, Policy
from litmus.publish.coverage import STATES, Coverage, cells, most_wanted, percent_known, read_networks
from litmus.publish.terminal import console


class HasVerdicts(Protocol):
    """What coverage needs of a session."""

    evidence: Evidence
    as_of: int
    known_at: int

    def judge_all(self, places: tuple[str, ...] | None = None) -> dict[str, list[Verdict]]:
        """Every clause at every place."""


GLYPHS = {"known": ("●", "blue"), "contested": ("≠", "magenta"), "stale": ("○", "yellow"), "missing": ("·", "dim")}


def show_coverage(session: HasVerdicts, places: tuple[str, ...], layers: tuple[str, ...], max_age: str) -> None:
    """Print the grid of each layer, the counts, and the most valuable missing facts. ValueError for an unknown layer."""
    for layer in layers:
        if layer not in word_list("layer"):
            raise ValueError(expected_word(layer, word_list("layer"), "layer"))
    networks = [n for n in read_networks(bundled("wb6") / "networks.csv") if n.place in places]
    policy = Policy(max_age=parse_period(max_age))
    screen = console()
    for layer in layers:
        found = cells(networks, (layer,), session.evidence, policy, session.as_of, session.known_at)
        screen.print(_grid(found, layer))
        count = Counter(c.state for c in found)
        sourced = len(found) - count["missing"]
        words = ", ".join(f"{count[s]} {s}" for s in STATES)
        screen.print(f"{layer}: {sourced} of {len(found)} cells have a vendor on record; {words}; {percent_known(found)} % known.\n")
    screen.print(Text("● known   ≠ contested   ○ stale (older than " + max_age + ")   · missing", style="dim"))
    verdicts = [v for found in session.judge_all(places).values() for v in found]
    _wanted(verdicts)
    for note in footnotes(places):
        screen.print(Text(note, style="dim"))


def _grid(found: list[Coverage], layer: str) -> Table:
    generations = [g for g in word_list("generation") if any(c.generation == g for c in found)]
    table = Table(box=box.SIMPLE_HEAD, title=f"Vendors on record: {layer}", title_justify="left", pad_edge=False)
    for name in ("place", "operator", *generations, "known"):
        table.add_column(name)
    networks = dict.fromkeys(c.network for c in found)
    for network in networks:
        mine = {c.generation: c for c in found if c.network == network}
        row = [_cell(mine[g]) if g in mine else Text("–", style="dim") for g in generations]
        table.add_row(show_place(network.place), network.operator, *row, f"{percent_known(list(mine.values()))} %")
    return table


def _cell(c: Coverage) -> Text:
    glyph, colour = GLYPHS[c.state]
    return Text(f"{glyph} {' or '.join(c.vendors)}".strip(), style=colour)


def _wanted(verdicts: list[Verdict]) -> None:
    table = Table(box=box.SIMPLE_HEAD, title="The ten most valuable missing facts", title_justify="left", pad_edge=False)
    for name in ("fact", "open verdicts it helps to settle", "weight"):
        table.add_column(name, overflow="fold")
    for w in most_wanted(verdicts):
        shown = ", ".join(w.verdicts[:4]) + (f" and {len(w.verdicts) - 4} more" if len(w.verdicts) > 4 else "")
        table.add_row(w.label, shown, f"{float(w.weight):.1f}")
    console().print(table)
