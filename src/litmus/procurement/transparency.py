"""Transparency rules over the procurement tables: what each process published of what it had to, and what nobody can tell.

``judge_rules`` leaves the rows of the rules in the table ``rule_rows`` (code, id, lot, state, reason, missing, value) of a
connection; ``tally`` counts processes by state, and ``share_met`` bounds the share that meets a rule. A field that is lawfully
withheld is neither met nor not met, and is counted apart from one that is missing.

The bounds rest on a count that somebody else made. A process without a record may have met a rule or not: without such a
count its number has no limit, so the floor is 0 and the ceiling 1. Taking records away only ever widens the bounds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from litmus.engine import Query
from litmus.procurement.demands import Value
from litmus.procurement.native import make_units
from litmus.procurement.runner import folder, make_table, steps_of, values
from litmus.procurement.scope import Scope, scopes

STATES = ("met", "not-met", "unknown", "withheld", "not-applicable")
#: The demand of this rule is the record itself: what an independent count shows to be without one has not met it.
OF_RECORDS = "T22"
Given = Mapping[str, Mapping[str, Value]]


class TotalFault(ValueError):
    """A count that the records contradict; the message says by how much and what to do."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many processes there were in all, cancelled ones too, by somebody else's count; ``source`` is its address."""

    count: int
    source: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Processes by state. The five states together are the processes judged; ``cancelled`` ones are not."""

    met: int = 0
    not_met: int = 0
    unknown: int = 0
    withheld: int = 0
    not_applicable: int = 0
    cancelled: int = 0
    unpublished: int | None = None

    @property
    def seen(self) -> int:
        """Processes with a record."""
        return self.met + self.not_met + self.unknown + self.withheld + self.not_applicable + self.cancelled


@dataclass(frozen=True, slots=True)
class Share:
    """Bounds of the share that meets a rule, and what they rest on."""

    floor: Fraction
    ceiling: Fraction
    why: str


def transparency_rules() -> dict[str, Query]:
    """Every rule, by code."""
    return folder("rules")


def judge_rules(con: Any, given: Given | None = None, only: Iterable[str] | None = None, manual: Mapping[str, Scope] | None = None) -> None:
    """Run the rules (all, or those named) with parameters by code; the rows are in ``rule_rows``.

    ``manual``: a person's decisions on scope. The table ``parent`` is read as it stands: who fills it decides what is known.
    """
    make_units(con)
    wanted = {code: query for code, query in transparency_rules().items() if only is None or code in set(only)}
    _scope(con, manual, filled=any("scope_row" in query.tables for query in wanted.values()))
    for step in steps_of(wanted.values()):
        make_table(con, step, {})
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rule_rows "
        "(code VARCHAR, id VARCHAR, lot VARCHAR, state VARCHAR, reason VARCHAR, missing VARCHAR, value BIGINT)"
    )
    for code, query in wanted.items():
        text = "\n".join(line for line in query.text.splitlines() if not line.startswith("--"))
        told = {**values(query, {n: v.value for n, v in (given or {}).get(code, {}).items()}), "rule_code": code}
        con.execute(f"INSERT INTO rule_rows SELECT $rule_code, r.id, r.lot, r.state, r.reason, r.missing, r.value FROM ({text}) AS r", told)


def _scope(con: Any, manual: Mapping[str, Scope] | None, *, filled: bool) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE scope_row (process VARCHAR, state VARCHAR, layers VARCHAR)")
    rows = [(p, s.state, "".join(f"{layer}|" for layer in s.layers) or None) for p, s in scopes(con, manual)] if filled else []
    if rows:
        con.executemany("INSERT INTO scope_row VALUES (?, ?, ?)", rows)


_BY_PROCESS = """
SELECT r.code, r.id,
  CASE WHEN bool_or(r.state = 'not-met') THEN 'not-met'
    WHEN bool_or(r.state = 'unknown' AND r.reason <> 'withheld') THEN 'unknown'
    WHEN bool_or(r.state = 'unknown') THEN 'withheld'
    WHEN bool_or(r.state = 'met') THEN 'met' ELSE 'not-applicable' END AS state
FROM rule_rows AS r GROUP BY r.code, r.id
"""


def process_states(con: Any) -> dict[str, dict[str, str]]:
    """The state of each process under each rule: its lots together, the worst of them first, and withheld before met."""
    found: dict[str, dict[str, str]] = {}
    for code, name, state in con.execute(f"{_BY_PROCESS} ORDER BY r.code, r.id").fetchall():
        found.setdefault(code, {})[name] = state
    return found


def tally(con: Any, codes: Iterable[str], total: Total | None = None) -> dict[str, Tally]:
    """Counts of processes by rule. Raises TotalFault where there are more records than the count says processes."""
    states = process_states(con)
    ((cancelled,),) = con.execute("SELECT count(DISTINCT p.process) FROM process AS p WHERE p.status = 'cancelled'").fetchall()
    # A process whose every lot is cancelled is judged under no rule; it is cancelled too.
    ((seen,),) = con.execute("SELECT count(*) FROM process").fetchall()
    found = {}
    for code in codes:
        own = list(states.get(code, {}).values())
        count = {s.replace("-", "_"): own.count(s) for s in STATES}
        one = Tally(**count, cancelled=max(int(cancelled), int(seen) - len(own)))
        found[code] = with_total(one, total)
    return found


def with_total(one: Tally, total: Total | None) -> Tally:
    """The tally with the number of processes that have no record. Raises TotalFault."""
    if total is None:
        return replace(one, unpublished=None)
    if total.count < one.seen:
        msg = f"--total {total.count:,} is less than the {one.seen:,} processes in the records; give the count of the same population"
        raise TotalFault(msg)
    return replace(one, unpublished=total.count - one.seen)


def share_met(code: str, one: Tally) -> Share | None:
    """Exact bounds of the share of processes that meet a rule, among those it applies to; None where it applies to none.

    Floor: only what is met counts. Ceiling: whatever is unknown, withheld or without a record counts as met as well.
    """
    if one.unpublished is None:
        why = "no independent count (--total): how many processes have no record is unknown, so the floor is 0 and the ceiling 1"
        return Share(Fraction(0), Fraction(1), why)
    of = one.met + one.not_met + one.unknown + one.withheld + one.unpublished
    if of == 0:
        return None
    failed = one.not_met + (one.unpublished if code == OF_RECORDS else 0)
    without = "counted as not met: the demand is the record" if code == OF_RECORDS else "met or not, nobody can tell"
    why = f"of {of:,}: {one.unknown:,} unknown, {one.withheld:,} withheld, {one.unpublished:,} without a record ({without})"
    return Share(Fraction(one.met, of), Fraction(of - failed, of), why)
