"""The bulk path: one clause over millions of reconciled deployments, in one DuckDB query.

The relation holds one row per asset with the columns

    operator, layer, generation, place  VARCHAR    NULL layer or generation: not known which
    vendor                              VARCHAR[]  the possible vendors; NULL or empty: unknown
    weight_lo, weight_hi                BIGINT     in the clause's own unit; NULL upper end: unbounded
    in_service                          BOOLEAN    NULL: not known

and every row exists: waived rows and rows that no admissible source asserts are for the caller to leave out. The query
returns whole numbers; the answer is put together by the same code that judges a clause row by row, and is the same.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from litmus.core.dates import Period
from litmus.core.interval import INF, Interval, Number
from litmus.core.truth import Truth, k_all
from litmus.measures.assess import Assessment, Cell, put_together
from litmus.measures.bounds import CellBounds, cell_bounds, or_vanished
from litmus.measures.bulk_compile import Listing, NotInBulkError, compile_query
from litmus.measures.items import Item, Outcome
from litmus.measures.problem import Problem, Tail, Target
from litmus.measures.seats import Seat, times
from litmus.measures.spec import Measure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Record = dict[str, Any]
_NOBODY = Item("rows of the relation", (), 0, 0)


class PartsRule(Protocol):
    """How the parts of a place add up (``litmus.clauses.clause.Parts``)."""

    @property
    def of(self) -> tuple[str, ...]: ...
    @property
    def combine(self) -> str: ...
    @property
    def k(self) -> int: ...


class Question(Protocol):
    """What the bulk path reads of a clause (``litmus.clauses.clause.Clause``)."""

    @property
    def measure(self) -> Measure: ...
    @property
    def target(self) -> Target: ...
    @property
    def empty(self) -> bool: ...
    @property
    def window(self) -> Period | None: ...
    @property
    def parts(self) -> Mapping[str, PartsRule]: ...


def assess_relation(
    clause: Question,
    con: "DuckDBPyConnection",
    relation_name: str,
    place: str,
    *,
    lists: Mapping[str, Listing] | None = None,
    parents: Mapping[str, Sequence[str]] | None = None,
    tails: Sequence[Tail] | None = None,
) -> Assessment:
    """Bounds and answer of one clause at one place over a table or view of ``con``; see the head of this module.

    ``lists`` gives the restricted vendors of each instrument that the clause names, ``parents`` the possible ultimate
    parents of each vendor that is not its own (for ``of: vendor.group``). ``tails`` are the unseen rows of each part,
    as in a Problem: an empty sequence says that the relation is the whole list, None that nobody vouches for it.

    A counted cell that may be empty may stay open here though row by row it is decided: sums do not tell single rows apart.

    Raises NotInBulkError for a clause that the bulk path does not compute, and ValueError when rows cannot be read or
    an instrument has no list.
    """
    problem = question(clause, place, tails)
    rows = con.execute(compile_query(problem, place, relation_name, lists or {}, parents or {}))
    names = [column[0] for column in rows.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    if found[0]["faults"]:
        msg = (
            f"{found[0]['faults']} rows of {relation_name} cannot be read: expected a known place, weights that do not "
            "end before they begin, and vendor sets without blanks or repetitions"
        )
        raise ValueError(msg)
    return conclude(problem, [row for row in found if row["part"] is not None])


def question(clause: Question, place: str, tails: Sequence[Tail] | None) -> Problem:
    """The clause at a place as a problem without items: the rows stay in the database."""
    if clause.window is not None:
        msg = "the bulk path does not compute a window of duties; judge the clause row by row instead"
        raise NotInBulkError(msg)
    if clause.measure.population is not None and clause.measure.population.counted_by is not None:
        msg = "the bulk path does not compute a population that a series counts; judge the clause row by row instead"
        raise NotInBulkError(msg)
    rule = clause.parts.get(place)
    parts = (place,) if rule is None or rule.combine == "pooled" else rule.of
    needed = rule.k if rule is not None and rule.combine == "k-of-n" else len(parts)
    if tails is None:
        label = f"an independent list closing {clause.measure.over} rows of "
        tails = [Tail(f"population:{clause.measure.over}@{p}", p, 0, INF, label + p) for p in parts]
    return Problem(clause.measure, (), tuple(tails), parts, needed, clause.target, clause.empty)


def conclude(problem: Problem, rows: Sequence[Record]) -> Assessment:
    """The answer from the query's rows: intervals per cell, then cells and parts with strong Kleene logic."""
    by_cell: dict[Cell, list[Record]] = {}
    for row in rows:
        by_cell.setdefault((row["part"], *(row[name] for name in problem.measure.by)), []).append(row)

    def bounds(cell: Cell, tail: Tail | None, *, empty: bool) -> CellBounds:
        found = by_cell.get(cell, [])
        if found and problem.measure.kind == "max-share":
            return _max_share(problem, cell, found, tail, empty=empty)
        return cell_bounds(problem, cell, _seats(cell, found[0]) if found else [], tail, empty=empty)

    filled: dict[str, list[Cell]] = {}
    for part in problem.parts:
        known = {cell for cell in by_cell if cell[0] == part} | set(problem.listed_cells(part))
        filled[part] = sorted(known) if problem.measure.by else [(part,)]
    return put_together(problem, filled, bounds, shared=any(row["shared"] for row in rows))


def _seats(cell: Cell, row: Record) -> list[Seat]:
    """Six seats that stand for all rows of a cell: each bound adds up over rows of one standing, so it is the same."""
    yes, no = Outcome(cell, yes=True), Outcome(cell, yes=False)
    either = row["weight_certain"] - row["yes_certain"] - row["no_certain"]
    leaves = row["rows_possible"] > row["rows_certain"]
    found = []
    if row["yes_rows_possible"]:
        spare = _end(row["yes_possible"] - row["yes_certain"] - either, row["yes_unbounded"])
        found.append(Seat(_NOBODY, (yes,), leaves=leaves, lo=0, hi=spare))
    if row["no_rows_possible"]:
        spare = _end(row["no_possible"] - row["no_certain"] - either, row["no_unbounded"])
        found.append(Seat(_NOBODY, (no,), leaves=leaves, lo=0, hi=spare))
    if row["rows_certain"]:
        answer = yes if row["yes_rows_possible"] else no
        found.append(Seat(_NOBODY, (answer,), leaves=False, lo=0, hi=0))
    if row["yes_certain"]:
        found.append(Seat(_NOBODY, (yes,), leaves=False, lo=row["yes_certain"], hi=row["yes_certain"]))
    if row["no_certain"]:
        found.append(Seat(_NOBODY, (no,), leaves=False, lo=row["no_certain"], hi=row["no_certain"]))
    if either:
        found.append(Seat(_NOBODY, (yes, no), leaves=False, lo=either, hi=either))
    return found


def _end(weight: int, unbounded: int) -> Number:
    return INF if unbounded else weight


def _max_share(problem: Problem, cell: Cell, rows: Sequence[Record], tail: Tail | None, *, empty: bool) -> CellBounds:
    """Bounds of the greatest vendor share in a cell that has rows: the arithmetic of ``measures.bounds``, on sums."""
    bound = problem.target.bound_for(cell)
    if bound is None:
        return CellBounds(None, truth=True, exact=True)
    interval = _span(rows, tail)
    op = problem.target.op
    ops = ("at_least", "at_most") if op == "equals" else (op,)
    truth = k_all(_answer(rows, tail, one, Fraction(bound), interval) for one in ops)
    exact = not rows[0]["undecided"] and not rows[0]["leaving"]
    certain = Seat(_NOBODY, (), leaves=False, lo=rows[0]["weight_certain"], hi=rows[0]["weight_certain"])
    return or_vanished(problem, cell, [certain], tail, CellBounds(interval, truth, exact), empty=empty)


def _answer(rows: Sequence[Record], tail: Tail | None, op: str, bound: Fraction, interval: Interval) -> Truth:
    if op == "at_most":
        return _stays_below(rows, tail, bound)
    return True if interval.lo >= bound else False if interval.hi < bound else None


def _span(rows: Sequence[Record], tail: Tail | None) -> Interval:
    extra: Number = tail.hi if tail else 0
    ends: list[Number] = []
    for row in rows:
        if row["own_unbounded"] or extra == INF:
            ends.append(1)
        elif row["hi_den"] + extra > 0:
            ends.append(Fraction(row["hi_num"] + extra) / (row["hi_den"] + extra))
    hi = 1 if tail is not None and (extra == INF or not ends) else max(ends, default=1)
    top = rows[0]["lo_num"]
    if extra == INF or (top == 0 and tail is not None):
        return Interval(0, hi)
    lo = Fraction(1, max(1, rows[0]["positive"])) if top == 0 else Fraction(top) / (rows[0]["lo_den"] + extra)
    return Interval(min(lo, hi), hi)


def _stays_below(rows: Sequence[Record], tail: Tail | None, bound: Fraction) -> Truth:
    """Is every vendor's share at most ``bound``: always, never, or only in some completions?"""
    if not _reachable(rows[0], tail, bound):
        return False
    extra: Number = tail.hi if tail else 0
    certain = rows[0]["weight_certain"]
    worst: Number = bound * certain
    for row in rows:
        own = _end(row["own_possible"], row["own_unbounded"])
        worst = min(worst, times(bound - 1, own) + bound * (certain - row["own_certain"]))
    return True if worst + times(bound - 1, extra) >= 0 else None


def _reachable(row: Record, tail: Tail | None, bound: Fraction) -> bool:
    """Can all weights be such that no vendor exceeds ``bound``? See ``measures.bounds.max_share_reachable``."""
    extra: Number = tail.hi if tail else 0
    if bound >= 1 or (extra == INF and bound > 0):
        return True
    if bound <= 0:
        return bool(row["lo_num"] == 0)
    if row["lo_num"] > 0:
        return bool(row["lo_num"] <= bound * (row["lo_den"] + extra))
    return bool(extra > 0 or row["positive"] * bound >= 1)


__all__ = ["Listing", "NotInBulkError", "assess_relation", "compile_query", "conclude", "question"]
