"""Random evidence, random clauses, random completions: the material of the proofs.

The completion here is made from the reconciled facts by a second, plain reading of the clause: it shares the fact sets
with the engine, but neither the items, nor the bounds, nor the search.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

from litmus.clauses.clause import Basis, Clause, Moment, Parts
from litmus.clauses.verdict import Verdict
from litmus.core.dates import Days, parse_day, parse_days, parse_period
from litmus.core.interval import INF
from litmus.core.place import within
from litmus.core.sets import Names, Numbers
from litmus.facts.dossier import Dossier
from litmus.facts.evidence import Evidence, Fact, Policy
from litmus.facts.row import Row
from litmus.facts.schema import tables
from litmus.measures.assess import possible_cells
from litmus.measures.derived import derived_value
from litmus.measures.problem import Target
from litmus.measures.spec import Condition, Duty, Measure, Population
from litmus.measures.ways import Context
from litmus.measures.worlds import WorldRow, satisfied
from litmus.parties.group import Parties

TODAY = parse_day("2026-11-23")
VENDORS = ("v1", "v2", "v3")
LISTED = "list-a"
BA_PARTS = ("BA-BIH", "BA-SRP", "BA-BRC")
PPM = 1_000_000


def row(table: str, ident: str, place: str | None = None, **values: Any) -> Row:
    """A typed row with the common columns filled in."""
    cells = {c.name: None for c in tables()[table].columns}
    cells |= {"id": ident, "place": place, "stance": "asserts", "reliability": "B", "credibility": "2"}
    cells |= {"known_from": Days(TODAY - 30, TODAY - 30), "source": "s"} | values
    return Row(table, ident, "random", 0, {k: v for k, v in cells.items() if k in {c.name for c in tables()[table].columns}})


def random_dossier(r: random.Random, share_form: bool, places: tuple[str, ...], size: int) -> Dossier:
    """Deployments with missing, contested, stale, denied and set-valued claims; lists that close, or do not."""
    d = Dossier()
    d.rows["party"] = [row("party", v, kind="company", name=v) for v in (*VENDORS, "o1", "o2", "boss")]
    for i in range(r.randint(0, size)):
        d.rows["deployment"] += _claims(r, i, share_form, places)
    for i, v in enumerate(VENDORS):
        if r.random() < 0.5:
            listed = parse_days(r.choice(["2023-06-15", "2026", "2027-01-01"]))
            d.rows["restriction"].append(row("restriction", f"r{i}", "EU", vendor=v, authority="boss", instrument=LISTED, listed=listed))
    if r.random() < 0.7:
        d.rows["population"].append(row("population", "p-list", "EU", over="restriction", closed_by="published-list", scope=LISTED))
    for place in places:
        if r.random() < 0.4:
            total = r.choice([None, None, 5, 12])
            limited = {"operator": r.choice(["o1", "o2"])} if r.random() < 0.3 else {}
            closing = row(
                "population",
                f"p-{place}",
                place,
                over="deployment",
                closed_by="operator-filing",
                total_lo=total,
                unit=r.choice(["sites", None]),
                **limited,
            )
            d.rows["population"].append(closing)
    if r.random() < 0.3:
        a, b = r.sample(VENDORS, 2)
        lo = r.choice([200_000, 500_001, 700_000, None])
        d.rows["ownership"].append(
            row("ownership", "own", "EU", owner=a, owned=b, interest="voting", share_lo=lo, share_hi=r.choice([None, PPM]) if lo else None)
        )
    return d


def _claims(r: random.Random, i: int, share_form: bool, places: tuple[str, ...]) -> list[Row]:
    place = r.choice([*places, "BA"] if "BA-BIH" in places else places)
    key = {
        "operator": r.choice(["o1", "o2"]),
        "layer": r.choice(["core", "ran", None]),
        "generation": r.choice(["4g", "5g", None]),
        "asset": f"a{i}",
    }
    found = []
    for j in range(r.choice([1, 1, 1, 2, 3])):
        lo = r.choice([None, 1, 2, 3, 5])
        weight: dict[str, Any] = {"weight_unit": "sites"}
        if share_form:
            lo = r.choice([0, 100_000, 300_000, 600_000])
            weight = {"weight_unit": "share", "weight_lo": lo, "weight_hi": min(PPM, lo + r.choice([0, 200_000, 900_000]))}
        elif lo is not None:
            weight |= {"weight_lo": lo, "weight_hi": r.choice([None, lo + r.randint(0, 4)])}
        found.append(row(
            "deployment", f"d{i}-{j}", place, **key, **weight,
            vendor=r.choice([None, ("v1",), ("v2",), ("v3",), ("v1", "v2"), ("v1", "v2", "v3")]),
            stance="denies" if r.random() < 0.1 else "asserts",
            known_from=parse_days(r.choice(["2026", "2026-05", "2015-01-01", "2025-06-01"])),
            credibility=r.choice(["2", "2", "3", "5"]),
            valid_from=r.choice([None, parse_days("2020"), parse_days("2026")]),
            in_service_from=r.choice([None, parse_days("2024"), parse_days("2026"), parse_days("2028")]),
        ))  # fmt: skip
    return found


def random_clause(r: random.Random, places: tuple[str, ...]) -> Clause:
    """A clause of any row measure, norm, combination of parts, target and evidence policy."""
    kind = r.choice(["ratio", "share", "max-share", "hhi", "count", "n-minus-1", "ratio", "count"])
    share_form = kind in {"share", "max-share", "hhi"} and r.random() < 0.4
    where = [Condition("in_service", "in", ("true",))] if r.random() < 0.5 else []
    where += [Condition("layer", "in", r.choice([("core",), ("core", "ran")]))] if r.random() < 0.5 else []
    where += [Condition("vendor", "in", ("v1", "v2"))] if r.random() < 0.15 else []
    count: tuple[Condition, ...] = ()
    if kind in {"ratio", "share"}:
        count = r.choice([
            (Condition("vendor.restricted_by", "restricted_by", (LISTED,)),), (Condition("vendor", "in", ("v1",)),),
            (Condition("generation", "in", ("5g",)), Condition("vendor", "in", ("v2", "v3"))),
        ])  # fmt: skip
    closed = Population(("operator-filing",), tolerance=r.choice([Fraction(0), Fraction(0), Fraction(1, 20)])) if r.random() < 0.7 else None
    measure = Measure(
        kind, "deployment", tuple(where), count, weight="share" if share_form else r.choice(["", "sites", "sites"]),
        of=r.choice(["vendor", "vendor.group"]) if kind in {"max-share", "hhi", "n-minus-1"} else "",
        by=r.choice([(), (), ("layer",), ("operator", "layer")]) if not share_form else ("operator", "layer", "generation"),
        unit=("operator",) if kind == "n-minus-1" else (), population=closed,
    )  # fmt: skip
    if kind == "n-minus-1":
        measure = replace(measure, by=r.choice([(), ("layer",)]))
    bound = Fraction(r.randint(0, 12)) if kind == "count" else Fraction(r.choice([0, 1, 2, 3, 5, 6, 10, 10]), 10)
    op = (
        "at_most"
        if kind in {"max-share", "hhi", "n-minus-1"} and r.random() < 0.8
        else r.choice(["at_least", "at_most", "at_most", "equals"])
    )
    if kind in {"max-share", "hhi", "n-minus-1"} and op == "equals":
        op = "at_most"
    target = Target(op, bound)
    if "layer" in measure.by and r.random() < 0.3:
        target = Target(op, None, (("core", bound), ("ran", Fraction(1, 2) if kind != "count" else Fraction(3))))
    policy = Policy(r.choice([None, ("C", "3")]), r.choice([None, parse_period("P2Y")]), r.choice(["every-reading", "best-tier", "hull"]))
    norm = r.choice(["achieve", "maintain", "avoid", "perform-within"])
    parts = {"BA": random_parts(r)} if "BA-BIH" in places else {}
    return Clause("random", 1, "model", "random", (Basis("invented", "proposal"),), norm, measure, target, r.random() < 0.5, policy, "", "",
                  deadline=Moment(TODAY + r.choice([-400, -10, 100])) if norm == "achieve" else None, parts=parts)  # fmt: skip


def random_parts(r: random.Random) -> Parts:
    """Any way to combine the parts of Bosnia and Herzegovina."""
    combine = r.choice(["each", "pooled", "k-of-n", "competent"])
    of = BA_PARTS if combine != "competent" else r.choice([("BA-SRP",), ("BA",)])
    return Parts(of, combine, r.randint(1, 3))


def complete(v: Verdict, ctx: Context, r: random.Random) -> list[WorldRow] | None:
    """One random completion of the facts near the verdict's place, as rows; None when shares cannot add up."""
    listed = {n: _pick(r, ctx.parties.restricted(n, (LISTED,))) for n in (*VENDORS, "v-other")}
    parents = {n: r.choice(sorted(ctx.parties.ultimate_parent(n).values)) for n in VENDORS}
    measure = v.problem.measure
    rows = []
    spans: dict[int, tuple[Any, Any]] = {}
    for fact in ctx.evidence.near(measure.over, ctx.policy, ctx.as_of, ctx.known_at, v.place):
        one = _complete_fact(fact, v, ctx, r, listed, parents)
        if one is not None:
            spans[len(rows)] = _span(fact, measure)
            rows.append(one)
    if measure.share_form:
        return _whole(rows, spans, v, r)
    for tail in v.problem.tails:
        rows += _unseen(v, tail, r)
    return rows


def _pick(r: random.Random, truth: bool | None) -> bool:
    return r.random() < 0.5 if truth is None else truth


def _sample(allowed: Names | Numbers, r: random.Random) -> Any:
    if isinstance(allowed, Names):
        return r.choice(sorted(allowed.values)) if not allowed.but else r.choice([n for n in (*VENDORS, "v-other") if n in allowed])
    piece = r.choice(allowed.pieces)
    hi = piece.hi if piece.hi != INF else piece.lo + r.choice([0, 1, 7, 1000])
    return r.choice([piece.lo, hi, piece.lo + (Fraction(hi) - Fraction(piece.lo)) * Fraction(r.randint(0, 8), 8)])


def _span(fact: Fact, measure: Measure) -> tuple[Any, Any]:
    if not measure.weight:
        return 1, 1
    allowed = fact.value("weight").allowed
    right_unit = fact.value("weight_unit").allowed == Names(frozenset({measure.weight}))
    if not right_unit:
        return 1, PPM if measure.share_form else INF
    return allowed.lo, min(allowed.hi, PPM) if measure.share_form else allowed.hi


def _complete_fact(
    fact: Fact, v: Verdict, ctx: Context, r: random.Random, listed: dict[str, bool], parents: dict[str, str]
) -> WorldRow | None:
    measure = v.problem.measure
    if not _pick(r, fact.exists):
        return None
    part = _part(fact, v.problem.parts, r)
    if part is None:
        return None
    values: dict[str, Any] = {}
    for name in sorted({c.base for c in (*measure.where, *measure.count)} | set(measure.by) | set(measure.unit) | {"vendor"}):
        derived = derived_value(fact, name, ctx)
        values[name] = _sample(derived if derived is not None else fact.value(name).allowed, r)
    if not all(_passes(c, values, listed) for c in measure.where):
        return None
    lo, hi = _span(fact, measure)
    weight = _sample(Numbers((_interval(lo, hi),)), r)
    vendor = values["vendor"]
    group = parents.get(vendor, f"{vendor}-{r.randint(0, 1)}") if measure.of.endswith("group") else vendor
    cell = (part, *(values[b] for b in (*measure.by, *measure.unit)))
    return WorldRow(cell, all(_passes(c, values, listed) for c in measure.count), group if measure.of else "", weight)


def _interval(lo: Any, hi: Any) -> Any:
    from litmus.core.interval import Interval

    return Interval(lo, hi)


def _part(fact: Fact, parts: tuple[str, ...], r: random.Random) -> str | None:
    for part in parts:
        if within(fact.place, part):
            return part
    inside = [p for p in parts if within(p, fact.place)]
    if not inside:
        return None
    everywhere = set(inside) == set(BA_PARTS)
    return r.choice(inside if everywhere else [*inside, None])


def _passes(c: Condition, values: dict[str, Any], listed: dict[str, bool]) -> bool:
    if c.op == "restricted_by":
        return listed[values["vendor"]]
    return values[c.base] in c.words


def _unseen(v: Verdict, tail: Any, r: random.Random) -> list[WorldRow]:
    measure = v.problem.measure
    if tail.lo == 0 and r.random() < 0.3:
        return []
    width = 1 + len(measure.by)
    total = (
        tail.lo
        if tail.hi == tail.lo
        else r.choice([tail.lo, tail.lo + r.choice([1, 50, 10**6])])
        if tail.hi == INF
        else r.choice([tail.lo, tail.hi, (tail.lo + Fraction(tail.hi)) / 2])
    )
    names = {"layer": ["core", "ran"], "operator": ["o1", "o2", "o9"], "generation": ["4g", "5g"]}
    names |= {c.base: list(c.words) for c in measure.where if c.base in names}
    cell = (tail.part, *(r.choice(names[b]) for b in (*measure.by, *measure.unit)))
    local = tail.within(cell[:width])
    if not tail.opens_cells and cell[:width] not in possible_cells(v.problem, tail.part):
        return []
    if total == 0 or local is None or total > local.hi:
        return []
    pieces = 1 if measure.kind == "count" else r.choice([1, 2])
    return [
        WorldRow(cell, r.random() < 0.5, r.choice(["v1", "v2", "v-unseen"]) if measure.of else "", Fraction(total) / pieces)
        for _ in range(pieces)
    ]


def _whole(rows: list[WorldRow], spans: dict[int, tuple[Any, Any]], v: Verdict, r: random.Random) -> list[WorldRow] | None:
    """Shares of each cell moved within their intervals until they add up to one."""
    cells: dict[tuple[str, ...], list[int]] = {}
    for i, one in enumerate(rows):
        cells.setdefault(one.cell, []).append(i)
    done: list[WorldRow] = []
    for cell, members in cells.items():
        left = PPM - sum(spans[i][0] for i in members)
        if left < 0:
            return None
        weights = {i: spans[i][0] for i in members}
        for i in r.sample(members, len(members)):
            most = min(left, spans[i][1] - spans[i][0])
            step = r.choice([most, most, r.randint(0, int(most))])
            weights[i], left = weights[i] + step, left - step
        tail = v.problem.tail_in(cell[: 1 + len(v.problem.measure.by)])
        if left and tail is None:
            for i in members:
                step = min(left, spans[i][1] - weights[i])
                weights[i], left = weights[i] + step, left - step
        if left and tail is None:
            return None
        done += [replace(rows[i], weight=weights[i]) for i in members if weights[i] > 0]
        if left:
            done.append(WorldRow(cell, r.random() < 0.5, r.choice(["v1", "v-unseen"]), left))
    return done


def refine(d: Dossier, clause: Clause, v: Verdict, r: random.Random) -> bool:
    """Add one admissible claim that narrows a fact without contradicting what is on record, or a list that closes."""
    ctx = context_for(d, clause)
    facts = [f for f in ctx.evidence.facts("deployment", clause.policy, TODAY, TODAY) if f.exists is not False]
    if not facts or r.random() < 0.2:
        place = r.choice(v.problem.parts)
        known = row("population", f"more-{r.random()}", place, over="deployment", closed_by="operator-filing", unit="sites")
        if any(p.place == place and p.values["operator"] is None for p in d.rows["population"]):
            return False
        d.rows["population"].append(known)
        return True
    fact = r.choice(facts)
    keys = {k: fact.rows[0].values[k] for k in tables()["deployment"].keys if k != "place"}
    more: dict[str, Any] = {}
    if r.random() < 0.6:
        allowed = fact.value("vendor").allowed
        more["vendor"] = (_sample(allowed, r),)
        if more["vendor"][0] not in VENDORS:
            return False
    else:
        allowed = fact.value("weight").allowed
        unit = fact.value("weight_unit").allowed
        if not isinstance(unit, Names) or not unit.is_point:
            return False
        value = int(allowed.lo if allowed.hi == INF or r.random() < 0.5 else allowed.hi)
        more |= {"weight_lo": value, "weight_unit": next(iter(unit.values))}
    d.rows["deployment"].append(row("deployment", f"more-{r.random()}", fact.place, **keys, **more))
    return True


def context_for(d: Dossier, clause: Clause) -> Context:
    """Evidence and parties as of today."""
    evidence = Evidence(d)
    return Context(evidence, Parties(evidence, TODAY, TODAY), TODAY, TODAY, clause.policy)


def holds(v: Verdict, rows: list[WorldRow]) -> bool:
    """The oracle's answer."""
    return satisfied(v.problem, rows)


__all__ = ["BA_PARTS", "TODAY", "Duty", "complete", "context_for", "holds", "random_clause", "random_dossier", "refine", "row"]
