"""Ways through ownership, control and supply, drawn on the server as one column: parties as boxes, holdings as arrows.

Everything that is drawn is also written: each arrow carries its share or kind, dates and row ids as text, and the drawing has
a text alternative that says the whole way in a sentence. A holding that is certain is a full line, one that is only possible is
dashed and says so. Styles stand on the elements, so that the drawing is the same alone as in a page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from litmus.core.interval import Interval
from litmus.facts.evidence import Fact
from litmus.parties.answers import Answers, Controlled, Owned, PartyList
from litmus.parties.edges import WHOLE
from litmus.parties.exposure import TIERS, Exposure, Route
from litmus.publish.ownership_text import by_interest, dates_of, name_of, says, show_span

WIDTH, BOX, LINE, MARGIN = 660, 46, 17, 14
SHOWN_ROWS = 3
INK, FAINT, PAPER, LISTED, TARGET = "#1b1f24", "#57606a", "#ffffff", "#f3dfe0", "#dfe8f3"
_FONT = "font-family=\"'Source Sans 3', 'Segoe UI', Helvetica, Arial, sans-serif\""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step: what it is, since when and by which rows; ``sure`` or only possible."""

    label: str
    notes: tuple[str, ...]
    sure: bool = True

    @property
    def shown(self) -> str:
        """The label, which says when a step is only possible."""
        return self.label if self.sure or self.label.startswith("may ") else f"{self.label} (may be so)"


@dataclass(frozen=True, slots=True)
class Column:
    """Parties from the list down, one arrow fewer, a heading, and what speaks against it."""

    title: str
    parties: tuple[tuple[str, str], ...]
    arrows: tuple[Arrow, ...]
    against: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """The way in a sentence."""
        words = [self.parties[0][0]]
        for arrow, (name, _) in zip(self.arrows, self.parties[1:], strict=True):
            words.append(f"{arrow.shown} {name}")
        told = f"{self.title}: " + ", which ".join([" ".join(words[:2]), *words[2:]]) + ("" if words[-1].endswith(".") else ".")
        return told + (" Against it: " + "; ".join(self.against) + "." if self.against else "")


def draw(columns: Sequence[Column]) -> str:
    """The drawing of one or more ways, one below another, as SVG text. Raises ValueError for none."""
    if not columns:
        msg = "nothing to draw: expected at least one way"
        raise ValueError(msg)
    body: list[str] = []
    y = MARGIN
    for column in columns:
        part, y = _column(column, y)
        body += part
        y += MARGIN
    alt = escape(" ".join(c.alt for c in columns), quote=True)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt}" width="100%" viewBox="0 0 {WIDTH} {y}" {_FONT}>'
    return "\n".join([head, f"<title>{alt}</title>", f'<rect width="{WIDTH}" height="{y}" fill="{PAPER}"/>', *body, "</svg>\n"])


def _column(column: Column, y: int) -> tuple[list[str], int]:
    out = []
    for line in _wrapped(column.title, 84):
        out.append(_text(MARGIN, y + 13, line, weight=600))
        y += LINE + 2
    y += 4
    for i, (name, ident) in enumerate(column.parties):
        fill = LISTED if i == 0 else TARGET if i == len(column.parties) - 1 else PAPER
        out.append(f'<rect x="{MARGIN}" y="{y}" width="300" height="{BOX}" rx="4" fill="{fill}" stroke="{INK}"/>')
        out.append(_text(MARGIN + 12, y + 20, _cut(name, 42), weight=600))
        out.append(_text(MARGIN + 12, y + 37, ident, size=12, fill=FAINT))
        y += BOX
        if i < len(column.arrows):
            part, y = _arrow(column.arrows[i], y)
            out += part
    if column.against:
        y += LINE + 4
        out.append(_text(MARGIN, y + 6, "Against it", size=13, weight=600))
    for text in column.against:
        for n, line in enumerate(_wrapped(text, 88)):
            y += LINE
            out.append(_text(MARGIN if n == 0 else MARGIN + 16, y + 6, ("✕ " if n == 0 else "") + line, size=13))
    return out, y + (12 if column.against else 0)


def _arrow(arrow: Arrow, y: int) -> tuple[list[str], int]:
    x = MARGIN + 40
    height = max(LINE * (len(arrow.notes) + 1) + 16, 40)
    dash = "" if arrow.sure else ' stroke-dasharray="5 4"'
    out = [
        f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + height - 8}" stroke="{INK}" stroke-width="1.6"{dash}/>',
        f'<path d="M{x - 5} {y + height - 9}L{x} {y + height}L{x + 5} {y + height - 9}z" fill="{INK}"/>',
        _text(x + 16, y + 18, arrow.shown, weight=600, size=14),
    ]
    notes = enumerate(arrow.notes, start=1)
    return out + [_text(x + 16, y + 18 + LINE * n, _cut(note, 98), size=12, fill=FAINT) for n, note in notes], y + height


def _text(x: int, y: int, text: str, *, size: int = 15, weight: int = 400, fill: str = INK) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{escape(text)}</text>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _notes(ask: Answers, facts: Iterable[Fact], first: str = "") -> tuple[str, ...]:
    """What each row behind a step says, since when, its grade and publisher; rows of the interest ``first`` before others."""
    sources = {r.id: str(r.values["publisher"]) for r in ask.evidence.dossier.rows["source"]}
    found = []
    for row in by_interest((r for f in facts for r in f.rows), first):
        v = row.values
        when = dates_of(row) or "no date stated"
        said = " · ".join((row.id, *([s] if (s := says(row)) else []), when, f"{v['reliability']}{v['credibility']}"))
        found.append(f"{said} · {sources.get(v['source'], v['source'])}")
    more = len(found) - SHOWN_ROWS
    return (*found[:SHOWN_ROWS], *((f"and {more} more rows",) if more > 0 else ()))


def _party(ask: Answers, ident: str) -> tuple[str, str]:
    return name_of(ask, ident), ident


def drawn_owned(ask: Answers, found: PartyList, answer: Owned) -> str:
    """The best ways along which a company belongs to a list. Raises ValueError when there is none."""
    names = ask.graph.names
    columns = []
    for way in answer.explain().paths:
        parties = tuple(_party(ask, names[p]) for p in way.parties)
        arrows = tuple(_held(ask, a, b, share) for a, b, share in zip(way.parties, way.parties[1:], way.shares, strict=False))
        columns.append(Column(f"{show_span(way.share)} of {parties[-1][0]} belongs to {found.title} this way", parties, arrows))
    return draw(columns)


def _held(ask: Answers, owner: int, owned: int, share: Interval) -> Arrow:
    own = (owned, owned) in ask.graph.facts
    label = f"holds {show_span(share)} of" + (" (own shares set aside)" if own else "")
    return Arrow(label, _notes(ask, ask.graph.facts.get((owner, owned), ()), "equity"), share.lo > 0)


def drawn_control(ask: Answers, found: PartyList, answer: Controlled) -> str:
    """The chain of the strongest voter at each step, from the list to the party. Raises ValueError when there is no control."""
    names = ask.graph.names
    possible = answer.rounds.sure[answer.party] < 0
    steps = {s.company: s for s in answer.explain(possible=possible)}
    here, parties, arrows = answer.party, [_party(ask, names[answer.party])], []
    while here in steps and steps[here].by:
        owner, low, high, hard = steps[here].by[0]
        label = "is named as in control of" if hard else f"votes {show_span(Interval(Fraction(low, WHOLE), Fraction(high, WHOLE)))} of"
        others = len({o for o, *_ in steps[here].by}) - 1
        label += f" (with {others} more)" if others else ""
        arrows.append(Arrow(label, _notes(ask, ask.graph.facts.get((owner, here), ()), "control" if hard else "voting"), low > 0))
        here = owner
        parties.append(_party(ask, names[here]))
    if not arrows:
        msg = "nothing to draw: the list does not control this party through anyone on record"
        raise ValueError(msg)
    word = "may control" if possible else "controls"
    title = f"{found.title[:1].upper()}{found.title[1:]} {word} {parties[0][0]} (rule {answer.rule.name})"
    return draw([Column(title, tuple(reversed(parties)), tuple(reversed(arrows)))])


def drawn_exposure(ask: Answers, found: PartyList, answer: Exposure) -> str:
    """The best way that stands and a better one that may. Raises ValueError when there is no tie on record."""
    columns = [
        _routed(ask, word, found, answer, route)
        for word, route in (("is exposed", answer.certain), ("may be exposed", answer.possible))
        if route is not None and route.ties
    ]
    return draw(columns)


def _routed(ask: Answers, word: str, found: PartyList, answer: Exposure, route: Route) -> Column:
    parties = (_party(ask, route.ties[0].source), *(_party(ask, t.target) for t in route.ties))
    arrows = tuple(Arrow(t.kind, _notes(ask, t.facts), t.sure) for t in route.ties)
    title = f"{parties[-1][0]} {word} to {found.title}: tier {route.tier}, {TIERS[route.tier]}"
    return Column(title, parties, arrows, tuple(c.text for c in answer.counter) if route is answer.certain else ())
