"""What the verb `transparency` answers: counts and bounds by rule, the state of every process, and what to say about the reading."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from litmus.procurement.demands import Profile, demands, parameters
from litmus.procurement.transparency import Share, Tally, Total, share_met, tally

COLUMNS = ("rule", "process", "lot", "state", "reason", "missing", "value")
_ROWS = "SELECT code, id, lot, state, reason, missing, value FROM rule_rows ORDER BY code, id, lot"
Rows = Sequence[tuple[str, str, str, str, str | None, str | None, int | None]]


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of all rules, and the tally of each."""

    rows: Rows
    tallies: dict[str, Tally]


def gather(con: Any, codes: Sequence[str], total: Total | None) -> Found:
    """Rows and tallies after ``judge_rules``. Raises TotalFault."""
    return Found(con.execute(_ROWS).fetchall(), tally(con, codes, total))


def report(found: Found, profile: Profile, total: Total | None) -> dict[str, Any]:
    """Everything as one object: each rule's terms, counts, bounds and missing fields; each process by lot and rule."""
    missing: dict[str, Counter[str]] = {}
    processes: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for code, name, lot, state, reason, paths, value in found.rows:
        one: dict[str, Any] = {"state": state}
        if reason:
            one["reason"] = reason
        if paths:
            one["missing"] = paths.split(";")
            missing.setdefault(code, Counter()).update(one["missing"])
        if value is not None:
            one["value"] = value
        processes.setdefault(name, {}).setdefault(lot, {})[code] = one
    return {
        "profile": {"name": profile.name, "title": profile.title, "checked": profile.checked, "note": profile.note},
        "total": asdict(total) if total else None,
        "rules": {code: _rule(code, one, profile, missing.get(code, Counter())) for code, one in found.tallies.items()},
        "processes": dict(sorted(processes.items())),
    }


def _rule(code: str, one: Tally, profile: Profile, missing: Counter[str]) -> dict[str, Any]:
    demand = demands()[code]
    share = share_met(code, one)
    counts = {k.replace("_", "-"): v for k, v in asdict(one).items() if v is not None}
    return {
        "title": demand.title,
        "demand": demand.demand,
        "basis": [asdict(b) for b in demand.basis],
        "parameters": {name: asdict(value) for name, value in parameters(profile, code).items()},
        "processes": counts,
        "share_met": {"floor": str(share.floor), "ceiling": str(share.ceiling), "why": share.why} if share else None,
        "missing": dict(sorted(missing.items(), key=lambda m: (-m[1], m[0]))),
    }


def as_csv(found: Found) -> str:
    """One line for each rule, process and lot."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(found.rows)
    return out.getvalue()


def shown(found: Found, profile: Profile, total: Total | None) -> Iterator[str]:
    """The summary as lines for a terminal."""
    yield f"Terms: {profile.title}" + (f", checked {profile.checked}" if profile.checked else "")
    yield f"{'rule':<5}{'met':>8}{'not met':>9}{'unknown':>9}{'withheld':>10}{'n/a':>8}  {'share met':<20} what is asked"
    for code, one in found.tallies.items():
        share = share_met(code, one)
        marks = "" if all(v.verified for v in parameters(profile, code).values()) else " *"
        counts = f"{one.met:>8,}{one.not_met:>9,}{one.unknown:>9,}{one.withheld:>10,}{one.not_applicable:>8,}"
        yield f"{code:<5}{counts}  {_bounds(share):<20} {demands()[code].title}{marks}"
    first = next(iter(found.tallies.values()), None)
    if first:
        yield f"{first.seen:,} processes, of which {first.cancelled:,} cancelled and not judged."
    if any(not v.verified for code in found.tallies for v in parameters(profile, code).values()):
        yield "* a term of this rule is not verified: the law of the place was not read for it, or the term is this project's own."
    if total is None:
        yield "No independent count (--total N --total-source ADDRESS): the floor of every share is 0, whatever was published."
    else:
        yield f"Of {total.count:,} processes by {total.source}. The ceiling takes whatever is unknown, withheld or without a record as met."


def _bounds(share: Share | None) -> str:
    return f"[{share.floor}, {share.ceiling}]" if share else "applies to none"
