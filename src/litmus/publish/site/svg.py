"""Charts, the map and the card, drawn on the server. Positions are per cent of the width, so that text keeps its size."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from textwrap import wrap
from typing import Any

from markupsafe import Markup, escape

from litmus.publish.model.parts import Bar, Chart, Edition, Map, MapLabel, MapUnit, Timeline, VerdictPage
from litmus.publish.site.inline import GLYPHS, Way, href

Word = Callable[[str], str]

ROW = 48
LANE = 34
COLOURS = {"met": "#1d4f91", "not": "#a8232c", "open": "#5f4393"}
SYMBOLS = (
    '<svg class="defs" aria-hidden="true" width="0" height="0"><defs>'
    '<pattern id="ho" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hf" d="M0 0h5v5H0z"/><path class="hl" d="M0 0v5"/></pattern>'
    '<pattern id="hp" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="hpl" d="M0 0v6"/></pattern>'
    '<symbol id="m" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/></symbol>'
    '<symbol id="n" viewBox="0 0 16 16"><path d="M1.5 1.5h13v13h-13z"/></symbol>'
    '<symbol id="o" viewBox="0 0 16 16"><path d="M8 1a7 7 0 0 0 0 14z"/><path class="ring" d="M8 1.8a6.2 6.2 0 0 1 0 '
    '12.4M9 12l4.6-4.6M9 8.4l3.4-3.4M9 4.8l1.8-1.8"/></symbol>'
    '<symbol id="x" viewBox="0 0 16 16"><path d="M3 7h10v2H3z"/></symbol>'
    "</defs></svg>"
)


def _pct(x: float) -> str:
    return f"{100 * x:.2f}".rstrip("0").rstrip(".") + "%"


def chart_svg(chart: Chart, word: Word = str) -> Markup:
    """Each interval on its track: the side of the target that satisfies is blue, the other red, the target a line."""
    out = [f'<svg class="chart" role="img" aria-label="{escape(chart.alt)}" width="100%" height="{ROW * len(chart.bars) + 22}">']
    same = {b.target for b in chart.bars}
    shared = len(chart.bars) > 1 and len(same) == 1
    if shared:
        bar = chart.bars[0]
        out.append(f'<defs><g id="tr">{_track(bar, chart.side, 21)}</g><g id="tl">{_target(bar, 21)}</g></defs>')
    for n, bar in enumerate(chart.bars):
        y = n * ROW
        drawn = (_track(bar, chart.side, y + 21), _target(bar, y + 21))
        track, target = (f'<use href="#tr" y="{y}"/>', f'<use href="#tl" y="{y}"/>') if shared else drawn
        out.append(_bar(bar, y, word, track, target))
    y = ROW * len(chart.bars)
    for at, text in chart.ticks:
        anchor = "start" if at < 0.02 else "end" if at > 0.98 else "middle"
        out.append(f'<line class="tick" x1="{_pct(at)}" x2="{_pct(at)}" y1="{y - 2}" y2="{y + 3}"/>')
        out.append(f'<text class="axis" x="{_pct(at)}" y="{y + 17}" text-anchor="{anchor}">{escape(text)}</text>')
    return Markup("".join(out) + "</svg>")  # noqa: S704 - every text above is escaped


def _bar(bar: Bar, y: int, word: Word, track: str, target: str) -> str:
    top = y + 21
    label = f'<text class="lab" y="{y + 14}">{escape(word(bar.label))}</text>' if bar.label else ""
    out = [label, f'<text class="val" x="100%" y="{y + 14}" text-anchor="end">{escape(word(bar.shown))}</text>', track]
    width = max(bar.hi - bar.lo, 0.006)
    start = min(bar.lo, 1 - width)
    box = f'x="{_pct(start)}" y="{top + 5}" width="{_pct(width)}" height="8"'
    out.append(f'<rect class="iv {bar.mark}" {box}/>')
    if bar.open_end:
        out.append(f'<svg class="over" x="100%" y="{top}"><path class="end {bar.mark}" d="M-10 1L0 9l-10 8z"/></svg>')
    return "".join([*out, target])


def _track(bar: Bar, side: str, top: int) -> str:
    if bar.target is None or side == "point":
        return f'<rect class="track" y="{top}" width="100%" height="18"/>'
    low, high = ("ok", "ko") if side == "low" else ("ko", "ok")
    left = f'<rect class="{low}" y="{top}" width="{_pct(bar.target)}" height="18"/>'
    return left + f'<rect class="{high}" x="{_pct(bar.target)}" y="{top}" width="{_pct(1 - bar.target)}" height="18"/>'


def _target(bar: Bar, top: int) -> str:
    if bar.target is None:
        return ""
    return f'<rect class="tg" x="{_pct(min(bar.target, 0.996))}" y="{top - 3}" width="2.5" height="24"/>'


def timeline_svg(found: Timeline, way: Way, word: Word = str) -> Markup:
    """Dots by kind and day; each leads to its fact. The table behind holds the same in words."""
    height = LANE * len(found.lanes) + 22
    out = [f'<svg class="time" aria-hidden="true" width="100%" height="{height}">']
    for at, text in found.years:
        out.append(f'<line class="year" x1="{_pct(_inset(at))}" x2="{_pct(_inset(at))}" y1="0" y2="{height - 18}"/>')
        if int(text) % 2 == 0:
            out.append(f'<text class="axis" x="{_pct(_inset(at))}" y="{height - 4}" text-anchor="middle">{text}</text>')
    for n, name in enumerate(found.lanes):
        out.append(f'<line class="lane" x1="0" x2="100%" y1="{n * LANE + 24}" y2="{n * LANE + 24}"/>')
        out.append(f'<text class="lab" x="0" y="{n * LANE + 14}">{escape(word(name))}</text>')
    out += [
        f'<a tabindex="-1" href="{href(d.to, way)}"><circle cx="{_pct(_inset(d.at))}" cy="{d.lane * LANE + 24}" '
        f'r="4.5"><title>{escape(d.title)}</title></circle></a>'
        for d in found.dots
    ]
    return Markup("".join(out) + "</svg>")  # noqa: S704 - every text above is escaped


def _inset(at: float) -> float:
    return 0.012 + 0.976 * at


@cache
def geometry() -> dict[str, Any]:
    """The shapes of the six and of the land around them, from ``scripts/make_map.py``."""
    found: dict[str, Any] = json.loads(resources.files("litmus.publish.site").joinpath("assets/map-wb6.json").read_text("utf-8"))
    return found


def map_svg(found: Map, way: Way, word: Word = str) -> Markup:
    """The map. A place is one link that holds its shapes and its label."""
    g = geometry()
    out = [
        f'<svg class="map" role="group" aria-label="{escape(found.alt)}" viewBox="0 0 {g["width"]} {g["height"]}">',
        f'<rect class="sea" width="100%" height="100%"/><path class="around" transform="scale(.5)" d="{g["around"]}"/>',
    ]
    for label in found.labels:
        mine = [u for u in found.units if u.code == label.code or u.code.startswith(label.code + "-")]
        shapes = "".join(_shape(u, g["units"][u.code]) for u in mine if u.code in g["units"])
        said = escape(f"{word(label.text)}: {_said(label, mine, word)}")
        out.append(
            f'<a href="{href(label.to, way)}" aria-label="{said}"><g transform="scale(.5)">{shapes}</g></a>'
            if label.to
            else f'<g transform="scale(.5)">{shapes}</g>'
        )
    out += [_label(label, word, *g["labels"][label.code]) for label in found.labels]
    return Markup("".join(out) + "</svg>")  # noqa: S704 - every text above is escaped


def _said(label: MapLabel, units: list[MapUnit], word: Word) -> str:
    if label.counts:
        return ", ".join(f"{n} {word(w)}" for n, w in zip(label.counts, ("met", "not met", "open"), strict=True))
    return "; ".join(u.said for u in units)


def _shape(unit: MapUnit, path: str) -> str:
    shape = f'<path class="u {unit.mark}" d="{path}"><title>{escape(unit.said)}</title></path>'
    return shape + (f'<path class="uh" d="{path}"/>' if unit.mark == "open" else "")


def _label(label: MapLabel, word: Word, x: float, y: float) -> str:
    out = f'<g class="ml" transform="translate({x} {y})"><text text-anchor="middle">{escape(word(label.text))}</text>'
    if label.counts:
        at = -46
        for mark, n in zip(("met", "not", "open"), label.counts, strict=True):
            out += f'<svg class="g {mark}" x="{at}" y="6" width="11" height="11"><use href="#{GLYPHS[mark]}"/></svg>'
            out += f'<text class="c" x="{at + 14}" y="16">{n}</text>'
            at += 31
    elif label.mark:
        out += f'<svg class="g {label.mark}" x="-7" y="6" width="14" height="14"><use href="#{GLYPHS[label.mark]}"/></svg>'
    return out + "</g>"


def card_svg(page: VerdictPage, edition: Edition) -> str:
    """A verdict on a card 480 wide that another page may show; it needs no style sheet. A footnote makes it taller."""
    tall = 150 + 14 * bool(page.head.notes) + 11 * sum(len(wrap(n, 112)) - 1 for n in page.head.notes)
    mark = page.tile.mark
    colour = COLOURS[mark]
    sign = {
        "met": '<circle cx="34" cy="44" r="14"/>',
        "not": '<path d="M21 31h26v26H21z"/>',
        "open": f'<path d="M34 30a14 14 0 0 0 0 28z"/><circle cx="34" cy="44" r="13" fill="none" stroke="{colour}" stroke-width="2"/>',
    }[mark]
    title = page.clause.text if len(page.clause.text) <= 58 else page.clause.text[:57] + "…"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="{tall}" viewBox="0 0 480 {tall}" role="img" '
        'font-family="Source Sans 3,Segoe UI,Helvetica,Arial,sans-serif">',
        f"<title>{escape(page.head.title)}: {escape(page.name)}</title>",
        f'<rect x=".5" y=".5" width="479" height="{tall - 1}" fill="#fff" stroke="#c9ccd2"/>',
        '<path d="M0 0h160v5H0z" fill="#a8232c"/><path d="M160 0h160v5H160z" fill="#5f4393"/><path d="M320 0h160v5H320z" fill="#1d4f91"/>',
        f'<g fill="{colour}">{sign}</g>',
        f'<text x="60" y="40" font-size="20" font-weight="600" fill="{colour}">{escape(page.name.capitalize())}</text>',
        f'<text x="60" y="61" font-size="14" fill="#3a3f47">{escape(page.place.text)} · {escape(page.tile.label)}</text>',
        f'<text x="20" y="90" font-size="15" fill="#1a1d23">{escape(title)}</text>',
        f'<text x="20" y="112" font-size="13" fill="#3a3f47">lies in {escape(page.shown)}; target {escape(page.target)}</text>',
        f'<text x="20" y="136" font-size="11" fill="#5a6069">Litmus · as of {edition.as_of} · snapshot {edition.short}</text>',
    ]
    notes = [w for n in page.head.notes for w in wrap(n, 112)]
    lines += [f'<text x="20" y="{153 + 11 * k}" font-size="9" fill="#5a6069">{escape(w)}</text>' for k, w in enumerate(notes)]
    return "\n".join([*lines, "</svg>"]) + "\n"
