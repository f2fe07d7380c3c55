"""The proof run: random completions must never overturn a verdict. `make prove` runs it whole, `make test` a slice."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, __file__.rsplit("/", 1)[0])

from litmus.clauses.clause import Clause
from litmus.clauses.search import replay
from litmus.clauses.verdict import Verdict, judge
from litmus.facts.dossier import Dossier
from random_worlds import BA_PARTS, complete, context_for, holds, random_clause, random_dossier, refine


def prove(worlds: int, completions: int, seed: int, deep_every: int = 5) -> Counter[str]:
    """Judge random clauses on random evidence; sample completions; replay witnesses. Raises on the first contradiction.

    Every ``deep_every``-th world also goes through stage 2 and has both of its witnesses built and replayed.
    """
    tally: Counter[str] = Counter()
    for n in range(worlds):
        r = random.Random(f"{seed}/{n}")
        places = BA_PARTS if r.random() < 0.3 else ("RS",)
        clause = random_clause(r, places)
        dossier = random_dossier(r, clause.measure.share_form, places, size=r.choice([2, 4, 6]))
        ctx = context_for(dossier, clause)
        v = judge(clause, "BA" if places is BA_PARTS else "RS", ctx.evidence, ctx.parties, deep=n % deep_every == 0)
        tally[v.name] += 1
        tally["worlds"] += 1
        tally[f"stage {v.stage}"] += 1
        for _ in range(completions):
            rows = complete(v, ctx, r)
            if rows is None:
                tally["infeasible"] += 1
                continue
            tally["completions"] += 1
            answer = holds(v, rows)
            if v.truth is not None and answer is not v.truth:
                found = "\n".join(map(str, (clause.measure, clause.target, clause.empty, clause.parts, v.problem.items, v.problem.tails)))
                msg = f"seed {seed} world {n}: {v.name} overturned by {rows}\n{found}"
                raise AssertionError(msg)
        _refined(v, clause, dossier, r, tally, f"seed {seed} world {n}")
        if v.truth is None and n % deep_every == 0:
            for goal, world in ((True, v.meets), (False, v.breaks)):
                tally["witness" if world else "no witness"] += 1
                if world and replay(v.problem, world) is not goal:
                    msg = f"seed {seed} world {n}: witness does not replay"
                    raise AssertionError(msg)
    return tally


def _refined(v: Verdict, clause: Clause, dossier: Dossier, r: random.Random, tally: Counter[str], name: str) -> None:
    """One more admissible claim, or one more list, never turns MET into NOT MET or back."""
    if not refine(dossier, clause, v, r):
        return
    ctx = context_for(dossier, clause)
    again = judge(clause, v.place, ctx.evidence, ctx.parties, deep=False)
    tally["refinements"] += 1
    if v.truth is not None and again.truth is (not v.truth):
        msg = f"{name}: {v.name} flipped to {again.name} by a refinement\n{clause}\n{v.problem.items}\n{again.problem.items}"
        raise AssertionError(msg)


def run(worlds: int, completions: int, seed: int, workers: int) -> Counter[str]:
    """The same, split over processes; each has a seed of its own."""
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(prove, worlds // (workers * 8) + 1, completions, seed * 1000 + i) for i in range(workers * 8)]
        total: Counter[str] = Counter()
        for done, job in enumerate(jobs, 1):
            total += job.result()
            print(f"\r{done}/{len(jobs)} batches, {total['completions']:,} completions", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return total


if __name__ == "__main__":
    began = time.time()
    args = [int(a) for a in sys.argv[1:]] or [20_500, 60]
    found = run(args[0], args[1], args[2] if len(args) > 2 else 1, os.cpu_count() or 1)
    for name in sorted(found):
        print(f"{name:16} {found[name]:>12,}")
    print(f"{'seconds':16} {time.time() - began:>12.0f}")
    print("0 verdicts overturned, 0 flips under refinement, every witness replayed")
