"""Between two bodies of evidence, or two days of knowledge: which claims changed, which verdicts moved, and which claim moved each.

The claims named for a verdict are a least set: with them alone the earlier evidence gives the later verdict, and without any
one of them it does not. It is found by taking claims away, halves first (delta debugging: Zeller and Hildebrandt, 2002).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litmus.clauses.clause import Clause
from litmus.clauses.verdict import Verdict, judge
from litmus.core.dates import show_day
from litmus.core.place import within
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.identity import row_hash
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.parties.group import Parties
from litmus.publish.record import show_interval

_ALWAYS_READ = frozenset({"ownership", "restriction", "population", "waiver", "event", "assessment", "observation", "identity"})


@dataclass(frozen=True, slots=True)
class Change:
    """One claim that came, went, or says something else. ``before`` or ``after`` is None where there was or is none."""

    table: str
    id: str
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def row(self) -> Row:
        """The claim as it stands, or stood last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101
        return found


@dataclass(frozen=True, slots=True)
class Moved:
    """A verdict that is not what it was, and the claims that made the difference."""

    before: Verdict
    after: Verdict
    claims: tuple[Change, ...]


def known_by(dossier: Dossier, day: int) -> Dossier:
    """The evidence that could be known on a day: claims published later are left out, sources and parties stay."""
    rows = {t: [r for r in found if "known_from" not in r.values or r.values["known_from"].lo <= day] for t, found in dossier.rows.items()}
    return replace(dossier, rows=rows)


def claims_between(before: Dossier, after: Dossier) -> list[Change]:
    """Rows that differ, by table and id; rows without an id are compared by what they say."""
    found = []
    for table in tables():
        old, new = ({_name(r): r for r in d.rows[table]} for d in (before, after))
        for name in sorted(set(old) | set(new)):
            a, b = old.get(name), new.get(name)
            if a is None or b is None or (a is not b and row_hash(a) != row_hash(b)):
                found.append(Change(table, name, a, b))
    return found


def _name(row: Row) -> str:
    return row.id or row_hash(row).hex()


def moved(
    clauses: Sequence[Clause], places: Sequence[str], before: tuple[Dossier, int], after: tuple[Dossier, int], as_of: int
) -> Iterator[Moved]:
    """Verdicts that differ between two bodies of evidence, each with the day by which it was known."""
    changes = claims_between(known_by(*before), known_by(*after))
    old, new = (_judging(d, as_of, known) for d, known in (before, after))
    for place in places:
        for clause in clauses:
            if not clause.applies(place):
                continue
            was, now = old(clause, place), new(clause, place)
            if _essence(was) != _essence(now):
                may = [c for c in changes if _may_bear(c, clause, place)]
                yield Moved(was, now, tuple(_causes(clause, place, known_by(*before), may, as_of, max(before[1], after[1]), now)))


def _judging(dossier: Dossier, as_of: int, known_at: int) -> Callable[[Clause, str], Verdict]:
    evidence = Evidence(dossier)
    parties = Parties(evidence, as_of, known_at)
    return lambda clause, place: judge(clause, place, evidence, parties)


def _essence(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.name, verdict.label, verdict.interval


def _may_bear(change: Change, clause: Clause, place: str) -> bool:
    m = clause.measure
    read = _ALWAYS_READ | {x.over for x in (m, m.top, m.bottom, m.own) if x is not None}
    if change.table in {"party", "alias", "identifier"}:
        return True
    near = {place, *m.peers}
    rows = [r for r in (change.before, change.after) if r is not None and "place" in r.values]
    wide = change.table in {"ownership", "restriction", "identity"}
    return change.table in read and (wide or any(within(p, r.place) or within(r.place, p) for r in rows for p in near))


def _causes(
    clause: Clause, place: str, before: Dossier, changes: list[Change], as_of: int, known_at: int, goal: Verdict
) -> list[Change]:
    def reaches(some: list[Change]) -> bool:
        return _essence(_judging(_applied(before, some), as_of, known_at)(clause, place)) == _essence(goal)

    kept = changes
    size = max(1, len(kept) // 2)
    while True:
        start, shrunk = 0, False
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if reaches(fewer):
                kept, shrunk = fewer, True
            else:
                start += size
        if size == 1 and not shrunk:
            return kept
        size = max(1, size // 2)


def _applied(before: Dossier, changes: list[Change]) -> Dossier:
    by_table: dict[str, dict[str, Row | None]] = {}
    for c in changes:
        by_table.setdefault(c.table, {})[c.id] = c.after
    rows = dict(before.rows)
    for table, told in by_table.items():
        kept = [r for r in before.rows[table] if _name(r) not in told]
        rows[table] = sorted([*kept, *(r for r in told.values() if r is not None)], key=_name)
    return replace(before, rows=rows)


def tell(found: Moved) -> list[str]:
    """A moved verdict in words."""
    was, now = found.before, found.after
    head = f"{now.place} {now.clause.id}: {_said(was)} → {_said(now)}"
    lines = [head]
    for c in found.claims:
        known = c.row.values.get("known_from")
        since = f", known since {show_day(known.lo)}" if known else ""
        lines.append(f"  {c.kind} {c.table} {c.row.id or c.id[:16]} ({c.row.values.get('source', '')}{since})")
    return lines


def _said(verdict: Verdict) -> str:
    return f"{verdict.name.replace('_', ' ')} ({verdict.label}; {show_interval(verdict, verdict.interval)})"
