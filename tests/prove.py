"""The proof run: random completions must never overturn a verdict. `make prove` runs it whole, `make test` a slice."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

sys.path.insert(0, __file__.rsplit("/", 1)[0])

from random_worlds import BA_PARTS, complete, context_for, holds, random_clause, random_dossier

from litmus.clauses.search import replay
from litmus.clauses.verdict import judge


def prove(worlds: int, completions: int, seed: int, deep_every: int = 1) -> Counter[str]:
    """Judge random clauses on random evidence; sample completions; replay witnesses. Raises on the first contradiction."""
    tally: Counter[str] = Counter()
    r = random.Random(seed)
    for n in range(worlds):
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
                msg = f"seed {seed} world {n}: {v.name} overturned by {rows}\n{clause.measure}\n{clause.target}\nempty={clause.empty} parts={clause.parts}\n{v.problem.items}\n{v.problem.tails}"
                raise AssertionError(msg)
        if v.truth is None and n % deep_every == 0:
            for goal, world in ((True, v.meets), (False, v.breaks)):
                tally["witness" if world else "no witness"] += 1
                if world and replay(v.problem, world) is not goal:
                    msg = f"seed {seed} world {n}: witness does not replay"
                    raise AssertionError(msg)
    return tally


if __name__ == "__main__":
    began = time.time()
    worlds, completions = (int(a) for a in sys.argv[1:3]) if len(sys.argv) > 2 else (20_500, 60)
    print(dict(prove(worlds, completions, seed=int(sys.argv[3]) if len(sys.argv) > 3 else 1)), f"{time.time() - began:.0f} s")
