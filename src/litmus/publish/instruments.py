"""Instruments in words: sums, status and requirements; the record for machines, and the page of the whole catalogue."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from litmus.clauses.sources import Citation
from litmus.core.dates import show_day
from litmus.core.place import footnotes, groups, show_place
from litmus.core.words import expected_word
from litmus.plan.instrument import (
    Amount,
    Answer,
    Catalogue,
    Eligibility,
    Instrument,
    Step,
    amounts_for,
    disputed,
    eligible,
    reached,
    requirements_for,
    rung_word,
    show_when,
)  # fmt: skip
from litmus.publish.references import References

WORDS = {True: "yes", False: "no", None: "unknown"}
_UNITS = ((10**11, "bn"), (10**8, "m"))


def show_sum(lo: int | None, hi: int | None, currency: str) -> str:
    """An amount interval: ``EUR 6 bn``, ``up to EUR 30 bn``, ``EUR 882 m to 883 m``. Exact: nothing is rounded."""
    if lo is not None and lo == hi:
        return f"{currency} {_figure(lo)}"
    if lo is not None and hi is not None:
        return f"{currency} {_figure(lo)} to {_figure(hi)}"
    if hi is not None:
        return f"up to {currency} {_figure(hi)}"
    return f"at least {currency} {_figure(lo)}" if lo is not None else "not known"


def _figure(minor: int) -> str:
    """Short where that is exact, in full where it is not."""
    for unit, word in _UNITS:
        shown = Fraction(minor * 1000, unit)
        if minor >= unit and shown.denominator == 1:
            return f"{shown.numerator // 1000}.{shown.numerator % 1000:03d}".rstrip("0").rstrip(".") + f" {word}"
    major, cents = divmod(minor, 100)
    return f"{major:,}" + (f".{cents:02d}" if cents else "")


def chosen(catalogue: Catalogue, gap: str | None) -> list[Instrument]:
    """The instruments, or those that close a kind of gap. ValueError names the nearest kind."""
    if gap is not None and gap not in catalogue.gaps:
        raise ValueError(expected_word(gap, catalogue.gaps, "gap type"))
    return [i for i in catalogue.instruments.values() if gap is None or gap in i.closes]


def status_text(instrument: Instrument, day: int, refs: References, *, short: bool = False) -> str:
    """The rung reached by a day, with its date and source; and whether its time is over."""
    step = reached(instrument, day)
    over = instrument.runs is not None and instrument.runs.covers(day) is False and day > instrument.runs.start.hi
    end = f"; over since {show_when(instrument.runs.until)}" if over and instrument.runs and instrument.runs.until else ""
    if step is None:
        return f"nothing on record by then{end}"
    return f"{_rung(step)} {refs.mark(step.cited)}: {step.what}{'' if short else _note(step.cited)}{end}"


def _note(cited: Citation) -> str:
    return f" ({cited.note.rstrip('.')})" if cited.note else ""


def _rung(step: Step) -> str:
    word = rung_word(step)
    return f"{'no rung reached' if word == 'none' else word} {show_when(step.day)}"


def amount_lines(amounts: Iterable[Amount], refs: References, *, short: bool = False) -> list[str]:
    """One line a sum, with its place and note unless ``short``; conflicting sums are marked."""
    found = list(amounts)
    conflict = disputed(found)
    lines = []
    for a in found:
        owner = f"{show_place(a.place)}: " if a.place and not short else ""
        mark = "≠ " if (a.what, a.place) in conflict else ""
        kind = "" if a.kind in a.what else f" ({a.kind})"
        note = "" if short else _note(a.cited)
        lines.append(f"{mark}{owner}{show_sum(a.lo, a.hi, a.currency)} {a.what}{kind} {refs.mark(a.cited)}{note}")
    return lines


def requirement_lines(instrument: Instrument, place: str | None, refs: References) -> list[str]:
    """One line a requirement, with the places it is meant for where it is not meant for all."""
    lines = []
    for r in requirements_for(instrument, place):
        whose = f" ({', '.join(r.places)})" if r.places and place is None else ""
        lines.append(f"{r.what}{whose} {refs.mark(r.cited)}{_note(r.cited)}")
    return lines


def eligibility_text(found: Eligibility, refs: References) -> str:
    """Yes, no or unknown, why, and the sources."""
    return f"{WORDS[found.can]}: {found.why} {refs.marks(a.cited for a in found.answers)}".rstrip()


def records(catalogue: Catalogue, instruments: list[Instrument], places: tuple[str, ...], day: int) -> dict[str, Any]:
    """Everything the tables show, for machines. Amounts in minor units; a missing bound is null, never zero."""
    shown = [_record(i, places, day) for i in instruments]
    cited = {s for i in instruments for c in i.citations() for s in c.sources}
    return {
        "as_of": show_day(day),
        "footnotes": footnotes(places),
        "instruments": shown,
        "sources": {
            s: {"publisher": x.publisher, "address": x.address, "kind": x.kind} for s, x in catalogue.sources.items() if s in cited
        },
    }


def _record(instrument: Instrument, places: tuple[str, ...], day: int) -> dict[str, Any]:
    step = reached(instrument, day)
    return {
        "id": instrument.id,
        "title": instrument.title,
        "summary": instrument.summary,
        "closes": list(instrument.closes),
        "status": {"rung": rung_word(step), "date": show_when(step.day), "what": step.what, **_cite(step.cited)} if step else None,
        "amounts": [
            {"what": a.what, "kind": a.kind, "place": a.place or None, "lo": a.lo, "hi": a.hi, "currency": a.currency, **_cite(a.cited)}
            for a in instrument.amounts
            if not a.place or a in {x for p in places for x in amounts_for(instrument, p)}
        ],
        "eligible": {p: _eligible_record(eligible(instrument, p, day)) for p in places},
        "requires": [
            {"what": r.what, "kind": r.kind, "places": list(r.places), **_cite(r.cited)}
            for r in instrument.requirements
            if any(r in requirements_for(instrument, p) for p in places)
        ],
    }


def _eligible_record(found: Eligibility) -> dict[str, Any]:
    answers = [{"can": WORDS[a.can], "when": a.span.show(), "why": a.why, **_cite(a.cited)} for a in found.answers]
    return {"can": WORDS[found.can], "why": found.why, "answers": answers}


def _cite(cited: Citation) -> dict[str, Any]:
    return {"sources": list(cited.sources), "verified": cited.verified, "locator": cited.locator, "note": cited.note}


def page(catalogue: Catalogue) -> str:
    """The catalogue as a documentation page: every dated answer, so it does not grow stale by the calendar."""
    out = [
        "# The catalogue of instruments", "",
        "Made from `regimes/instruments/` (`make docs`); a test keeps it in step. [How to read it and add to it](instruments.md). "
        "`[3]` is a source, listed below; `?` marks what is not verified; `≠` marks sums that contradict each other.", "",
    ]  # fmt: skip
    refs = References(catalogue.sources)
    for instrument in catalogue.instruments.values():
        out += _section(instrument, refs)
    out += ["## Kinds of gap", "", "| gap | means | clauses that show it | instruments |", "|---|---|---|---|"]
    for gap in catalogue.gaps.values():
        closing = ", ".join(f"`{i.id}`" for i in chosen(catalogue, gap.id))
        out.append(f"| `{gap.id}` | {gap.title} | {', '.join(f'`{c}`' for c in gap.clauses) or '–'} | {closing} |")
    out += ["", "## Sources", "", *(f"- {line}" for line in refs.lines()), "", *footnotes(groups()["WB6"])]
    return "\n".join(out)


def _section(instrument: Instrument, refs: References) -> list[str]:
    out = [
        f"## {instrument.title}",
        "",
        f"`{instrument.id}` · closes {', '.join(f'`{g}`' for g in instrument.closes)}",
        "",
        instrument.summary,
        "",
    ]
    out += [f"- {_rung(s)}: {s.what} {refs.mark(s.cited)}{_note(s.cited)}" for s in instrument.status]
    if instrument.runs and instrument.runs_cited:
        out.append(f"- runs {instrument.runs.show()} {refs.mark(instrument.runs_cited)}{_note(instrument.runs_cited)}")
    for head, lines in (
        ("Amounts", amount_lines(instrument.amounts, refs)),
        ("Who may use it", _answer_lines(instrument.answers, refs)),
        ("Asks for", requirement_lines(instrument, None, refs)),
    ):
        out += ["", f"**{head}**", "", *([f"- {line}" for line in lines] or ["- nothing on record"])]
    return [*out, ""]


def _answer_lines(answers: tuple[Answer, ...], refs: References) -> list[str]:
    """Places of which the same is said share a line."""
    same: dict[str, list[str]] = {}
    for a in answers:
        same.setdefault(f"{WORDS[a.can]} {a.span.show()}: {a.why} {refs.mark(a.cited)}{_note(a.cited)}", []).append(show_place(a.place))
    return [f"{', '.join(places)}: {text}" for text, places in same.items()]
