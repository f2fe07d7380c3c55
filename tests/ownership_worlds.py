"""Small worlds of owners and companies, and the plain ways of answering about them that the tests hold against the real ones.

Shares are whole per cent unless they say ppm. Companies without a source are invented.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from litmus.core.dates import parse_day, parse_days
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence
from litmus.facts.row import Row
from litmus.parties.answers import Answers
from litmus.parties.control import controlled_by, rule
from litmus.parties.graph import Graph, Members, from_arrays
from litmus.parties.ownership import owned_by
from random_worlds import row

WHOLE = 1_000_000

Span = tuple[int, int]


def graph(
    *holds: tuple[str, str, float] | tuple[str, str, float, float], closed: str = "", command: tuple[tuple[str, str], ...] = ()
) -> Graph:
    """A graph from (owner, company, per cent[, up to]); ``closed``: letters of parties that nobody owns."""
    names = tuple(sorted({x for h in holds for x in h[:2]} | {x for c in command for x in c} | set(closed)))
    at = {n: i for i, n in enumerate(names)}
    lo = [round(h[2] * 10_000) for h in holds]
    hi = [round(h[-1] * 10_000) for h in holds]  # type: ignore[operator]
    ends = ([at[h[0]] for h in holds], [at[h[1]] for h in holds])
    control = ([at[a] for a, _ in command], [at[b] for _, b in command]) if command else None
    return from_arrays(len(names), *ends, lo, hi, names=names, closed=[n in closed for n in names], control=control)


def some(g: Graph, *names: str, maybe: tuple[str, ...] = ()) -> Members:
    return Members(frozenset(g.number(n) for n in names), frozenset(g.number(n) for n in maybe))


def share(g: Graph, owner: str, company: str) -> Fraction:
    """A share that is certain."""
    found = owned_by(g, some(g, owner), g.number(company))
    assert found.share.lo == found.share.hi
    assert found.exact
    return Fraction(found.share.lo)


def controls(g: Graph, owners: str, company: str, line: str = "majority", *, joint: bool = True) -> bool | None:
    return controlled_by(g, some(g, *owners), rule(line), joint=joint).truth(g.number(company))


def worth(companies: dict[int, dict[int, int]], sources: set[int], n: int) -> list[Fraction]:
    """Least solution by plain elimination over fractions, on the companies from which the list can be reached: the oracle."""
    reach = set(sources)
    while more := {c for c, held in companies.items() if c not in reach and any(o in reach and w for o, w in held.items())}:
        reach |= more
    unknown = sorted(reach - sources)
    rows = []
    for c in unknown:
        line = [Fraction(int(c == x)) - Fraction(companies[c].get(x, 0), WHOLE) for x in unknown]
        rows.append([*line, Fraction(sum(w for o, w in companies[c].items() if o in sources), WHOLE)])
    for i in range(len(rows)):
        pivot = next(k for k in range(i, len(rows)) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for k in range(len(rows)):
            if k != i and rows[k][i]:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    found = {c: rows[i][-1] for i, c in enumerate(unknown)}
    return [Fraction(1) if c in sources else found.get(c, Fraction(0)) for c in range(n)]


def vertices(held: dict[int, Span], *, whole: int = WHOLE) -> list[dict[int, int]]:
    """Every corner of the shares that one company's owners can have together: each at an end, at most one filling what is left."""
    owners = list(held)
    found = []
    for free in [None, *owners]:
        fixed = [o for o in owners if o != free]
        for ends in product(*({held[o][0], held[o][1]} for o in fixed)):
            one = dict(zip(fixed, ends, strict=True))
            if free is not None:
                one[free] = whole - sum(one.values())
                if not held[free][0] <= one[free] <= held[free][1]:
                    continue
            if sum(one.values()) <= whole and one not in found:
                found.append(one)
    return found


def random_holdings(r: Random, n: int, owners: int = 3) -> dict[int, dict[int, Span]]:
    """Shares between two bounds that can be true, circles and own shares included."""
    found: dict[int, dict[int, Span]] = {}
    for c in range(n):
        left = WHOLE
        for o in r.sample(range(n), r.randint(0, min(owners, n))):
            low = r.choice([0, r.randint(0, left // 2), left // 2, left * 3 // 4])
            high = min(WHOLE, low + r.choice([0, 0, r.randint(0, WHOLE // 2), WHOLE]))
            found.setdefault(c, {})[o] = (low, high)
            left -= low
    return found


def as_graph(holdings: dict[int, dict[int, Span]], n: int, closed: list[bool] | None = None) -> Graph:
    flat = [(o, c, *ends) for c, held in holdings.items() for o, ends in held.items()]
    columns = [[f[i] for f in flat] for i in range(4)]
    return from_arrays(n, *columns, closed=closed or [False] * n)


def group_of(companies: dict[int, dict[int, int]], seeds: set[int], n: int, line: str) -> set[int]:
    """The least closed set by trying every set: the oracle. Own shares do not vote."""
    found = set(range(n))
    for size in range(2**n):
        members = {i for i in range(n) if size >> i & 1}
        if not seeds <= members:
            continue
        closed = True
        for c in set(range(n)) - members:
            held = companies.get(c, {})
            part, all_ = sum(w for o, w in held.items() if o in members), WHOLE - held.get(c, 0)
            joins = 2 * part > all_ if line == "majority" else part and 2 * part >= all_
            closed = closed and not joins
        if closed and len(members) < len(found):
            found = members
    return found


EARLY = {"known_from": parse_days("2019")}


def asked(*rows: Row, day: str = "2026-11-23", known: str = "") -> Answers:
    dossier = Dossier()
    for name in ("alfa", "beta", "gama", "delta"):
        dossier.rows["party"].append(row("party", name, kind="company", name=name, home="RS"))
    dossier.rows["party"].append(row("party", "state-rs", kind="state", name="Serbia", home="RS"))
    dossier.rows["party"].append(row("party", "office", kind="public-body", name="Office", home="RS"))
    for one in rows:
        dossier.rows[one.table].append(one)
    return Answers(Evidence(dossier), parse_day(day), parse_day(known or day))


def holds(owner: str, owned: str, lo: int | None, hi: int | None = None, interest: str = "equity", **more: Any) -> Row:
    """A holding in per cent."""
    ident = f"{owner}-{owned}-{interest}-{more.get('place', 'EU')}-{lo}"
    low, high = (None if x is None else x * 10_000 for x in (lo, hi))
    place = more.pop("place", "EU")
    cells = {"owner": owner, "owned": owned, "interest": interest, "share_lo": low, "share_hi": high}
    return row("ownership", ident, place, **cells, **EARLY | more)


def span(ask: Answers, listed: str, party: str) -> tuple[Any, Any, Any]:
    found = ask.owned_by(ask.list_of(listed), party).answer
    return found.share.lo, found.share.hi, found.open


def truth(ask: Answers, listed: str, party: str) -> bool | None:
    return ask.controlled_by(ask.list_of(listed), party).rounds.truth(ask.party(party))
