"""Intervals against their targets, laid out on an axis from 0 to 1. Floats place marks on a page; they decide nothing."""

from litmus.clauses.verdict import Verdict
from litmus.core.dates import FIRST_DAY, LAST_DAY
from litmus.core.interval import INF, Interval, Number
from litmus.core.place import place, places
from litmus.core.words import ladder
from litmus.publish.model.parts import MARKS, Bar, Chart
from litmus.publish.record import scale, show_interval, show_value

BARS = 6
_SIDES = {"at_most": "low", "at_least": "high", "equals": "point"}


def _steps(top: float) -> list[float]:
    """Round ticks from 0 to a number that is at least ``top``."""
    size = 1.0
    for size in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10_000):
        if top / size <= 5:
            break
    else:
        size = top / 4
    count = max(2, -(-int(top * 1000) // int(size * 1000)))
    return [i * size for i in range(count + 1)]


def _axis(v: Verdict, found: list[tuple[str, Interval, str, Number | None]]) -> tuple[float, float, list[tuple[float, str]]]:
    """First and last value of the axis, and its ticks."""
    kind = scale(v)
    ends = [float(x) for _, i, _, t in found for x in (i.lo, i.hi, t) if x is not None and x not in (INF, -INF)]
    if kind == "ratio":
        top = max([1.0, *(e for e in ends if e <= 4)])
        steps = [x / 4 for x in range(int(top * 4) + 1)] if top <= 2 else _steps(top)
        return 0.0, steps[-1], [(s, f"{s * 100:.0f} %") for s in steps]
    if kind == "date":
        days = [e for e in ends if FIRST_DAY < e < LAST_DAY] or [v.as_of]
        lo, hi = min([*days, v.as_of]) - 365, max([*days, v.as_of]) + 365
        return lo, hi, [(d, show_value(v, int(d))[:4]) for d in (lo, (lo + hi) / 2, hi)]
    if kind not in {"number", "money"}:
        rungs = ladder(kind)
        return 0.0, float(len(rungs) - 1), [(float(i), r) for i, r in enumerate(rungs)]
    lows = [float(x) for _, i, _, t in found for x in (i.lo, t) if x is not None and x not in (INF, -INF)]
    tops = [e for e in ends if e <= 1000 * max([1.0, *lows])]
    scaled = 100 if kind == "money" else 1
    steps = _steps(max([2.0 * scaled, *tops]) * (1.25 if len(tops) < len(ends) or _endless(found) else 1.0))
    return min([0.0, *ends]), steps[-1], [(s, show_value(v, int(s) if s == int(s) else s)) for s in steps]


def _endless(found: list[tuple[str, Interval, str, Number | None]]) -> bool:
    return any(i.hi == INF for _, i, _, _ in found)


def cell_label(cell: tuple[str, ...], names: dict[str, str], at: str = "") -> str:
    """A cell for people: the part's name, then operators by name and layers as they are. ``at`` goes without saying."""
    known = places()
    return " · ".join(place(c).name if c in known else names.get(c, c) for c in cell if c and c != at)


def chart(v: Verdict, names: dict[str, str]) -> Chart | None:
    """The verdict's cells, or its one interval; None where there is nothing to measure."""
    target = v.clause.target
    cells = [(c, b) for c, b in v.assessment.cells.items() if b.interval is not None]
    found: list[tuple[str, Interval, str, Number | None]] = []
    if len(cells) > 1:
        found = [
            (cell_label(c, names, v.place), b.interval, MARKS[b.truth], target.bound_for(c)) for c, b in cells if b.interval is not None
        ]
    elif v.interval is not None:
        bound = target.bound_for(cells[0][0]) if cells else target.bound
        found = [("", v.interval, MARKS[v.truth], bound)]
    if not found:
        return None
    first, last, ticks = _axis(v, found[:BARS])
    width = (last - first) or 1.0

    def at(x: Number) -> float:
        return 0.0 if x == -INF else 1.0 if x == INF else min(1.0, max(0.0, (float(x) - first) / width))

    bars = tuple(
        Bar(label, at(i.lo), at(i.hi), show_interval(v, i), mark, None if t is None else at(t), "" if t is None else show_value(v, t),
            i.hi == INF or (float(i.hi) > last))
        for label, i, mark, t in found[:BARS]
    )  # fmt: skip
    said = "; ".join(f"{b.label + ': ' if b.label else ''}{b.shown}" for b in bars[:3])
    alt = f"The measure lies in {said}. The target is {v.clause.target_text}."
    shown = tuple(((s - first) / width, text) for s, text in ticks)
    return Chart(bars, shown, _SIDES[target.op], alt, max(0, len(found) - BARS))
