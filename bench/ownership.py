"""Ownership and control over a million holdings, and over ten million by argument: `.venv/bin/python bench/ownership.py [holdings]`.

The network is drawn with a seed and is shaped like a commercial register, with what breaks naive solvers put in: a core of
1,300 companies that hold each other, pairs that own 99.9 % of each other, a chain of 100,000 companies, and one company with
100,000 owners. Each step runs in a process of its own, so that peak memory is that of one answer. The list has 1,000 members.
Beside it, where asked for with `--rivals`: SciPy's own factorisation of the whole network, and networkx if it is installed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

WHOLE = 1_000_000
LISTED = 1_000
CORE, CHAIN, CROWD = 1_300, 100_000, 100_000
LIMITS = {"control": 1.0, "owned": 5.0, "explain": 0.010, "peak": 1_200}
TURNS = 5


def network(holdings: int, seed: int = 7) -> tuple[int, dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Parties, arrays of the holdings, who is owned by nobody, and the list."""
    r = np.random.default_rng(seed)
    chain, crowd = min(CHAIN, holdings // 20), min(CROWD, holdings // 20)
    companies = (holdings - chain - crowd - CORE * 12) // 4
    people = companies
    n = companies + people
    owned = np.repeat(np.arange(companies, dtype=np.int32), 4)
    first = (r.random(len(owned)) * owned).astype(np.int32)
    person = (companies + r.integers(0, people, len(owned))).astype(np.int32)
    by_company = (r.random(len(owned)) < 0.2) & (owned > 0)
    owner = np.where(by_company, first, person)
    cut = np.sort(r.integers(0, WHOLE, (companies, 4)), axis=1)
    share = np.diff(cut, axis=1, prepend=0).astype(np.int32).reshape(-1)
    pairs = np.arange(CORE + 10, companies - 2, 200, dtype=np.int32)
    owner[pairs * 4], owner[(pairs + 1) * 4] = pairs + 1, pairs
    for p in (pairs, pairs + 1):
        share[p * 4] = 999_000
        for k in range(1, 4):
            share[p * 4 + k] = 1 if k > 1 else 998
    core_owned = np.repeat(np.arange(CORE, dtype=np.int32), 12)
    core_owner = r.integers(0, CORE, len(core_owned)).astype(np.int32)
    share[: CORE * 4] //= 2
    core_share = r.integers(1, 40_000, len(core_owned)).astype(np.int32)
    chained = np.arange(n, n + chain, dtype=np.int32)
    chain_owner = np.concatenate(([0], chained[:-1])).astype(np.int32)
    crowd_owner = r.integers(companies, n, crowd).astype(np.int32)
    last = n + chain
    arrays = {
        "owner": np.concatenate((owner, core_owner, chain_owner, crowd_owner)),
        "owned": np.concatenate((owned, core_owned, chained, np.full(crowd, last, dtype=np.int32))),
        "lo": np.concatenate((share, core_share, np.full(chain, 510_000, np.int32), np.full(crowd, WHOLE // crowd, np.int32))),
    }
    arrays = {k: v.astype(np.int32) for k, v in arrays.items()}
    closed = np.zeros(last + 1, dtype=bool)
    closed[companies:n] = True
    listed = np.concatenate(([0], r.integers(0, companies // 50, LISTED // 2), companies + r.integers(0, people, LISTED // 2)))
    return last + 1, arrays, closed, np.unique(listed)


def step(name: str, holdings: int) -> dict[str, float]:
    """One answer in this process: seconds and peak memory (MB)."""
    from litmus.parties.control import RULES, certain
    from litmus.parties.graph import Members, from_arrays
    from litmus.parties.ownership import owned_all

    n, arrays, closed, listed = network(holdings)
    began = time.perf_counter()
    graph = from_arrays(n, arrays.pop("owner"), arrays.pop("owned"), arrays.pop("lo"), closed=closed)
    for layer in (graph.equity, graph.votes):
        if layer.below[-1] != len(layer) or layer.above[-1] != len(layer) or layer.sum_lo.max() > WHOLE:
            sys.exit("ownership: the network is not what it should be")
    loaded = time.perf_counter() - began
    members = Members(frozenset(listed.tolist()))
    out: dict[str, float] = {"holdings": len(graph.equity), "parties": n, "load": loaded, "refused": len(graph.refused)}
    times = []
    for _ in range(TURNS if holdings <= 2_000_000 else 2):
        began = time.perf_counter()
        if name == "control":
            out["found"] = int((certain(graph, listed, RULES["majority"]) >= 0).sum())
        elif name == "owned":
            answer = owned_all(graph, members).least
            out["found"] = int((answer.value > 1e-15).sum())
            out["worst"] = float(answer.error.max())
        elif name == "explain":
            times += explain(graph, members, out)
            continue
        times.append(time.perf_counter() - began)
    out["seconds"] = statistics.median(times)
    out["p95"] = sorted(times)[int(0.95 * (len(times) - 1))]
    out["slowest"] = max(times)
    out["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return out


def explain(graph: object, members: object, out: dict[str, float]) -> list[float]:
    """Explanations of companies picked at random among those that the list has a share in."""
    from litmus.parties.control import RULES, certain
    from litmus.parties.explain import control_steps, owned_paths
    from litmus.parties.ownership import owned_all

    solved = owned_all(graph, members).least  # type: ignore[arg-type]
    held = np.flatnonzero((solved.value > 0) & (solved.value < 1))
    rounds = certain(graph, np.array(sorted(members.sure)), RULES["majority"])  # type: ignore[attr-defined,arg-type]
    picked = np.random.default_rng(3).choice(held, 200, replace=False)
    times = []
    for party in picked.tolist():
        began = time.perf_counter()
        found = owned_paths(graph, members, party, solved.value)  # type: ignore[arg-type]
        control_steps(graph, rounds, party, RULES["majority"])  # type: ignore[arg-type]
        times.append(time.perf_counter() - began)
        out["paths"] = out.get("paths", 0) + len(found.paths)
    return times


def rival(name: str, holdings: int) -> dict[str, float]:
    """The same question put to another tool, in this process: SciPy's factorisation of the whole network, or networkx."""
    n, a, _, listed = network(holdings)
    began = time.perf_counter()
    out: dict[str, float] = {}
    if name == "splu":
        from scipy import sparse
        from scipy.sparse.linalg import splu

        keep = ~np.isin(a["owned"], listed)
        p = sparse.csr_array((a["lo"][keep] / WHOLE, (a["owned"][keep], a["owner"][keep])), shape=(n, n))
        b = np.zeros(n)
        b[listed] = 1
        out["load"] = time.perf_counter() - began
        began = time.perf_counter()
        answer = splu((sparse.eye_array(n, format="csr") - p).tocsc()).solve(b)
        out["found"] = int((answer > 1e-15).sum())
    else:
        import networkx as nx

        shares: dict[tuple[int, int], float] = {}
        for owner, owned, share in zip(a["owner"].tolist(), a["owned"].tolist(), a["lo"].tolist(), strict=True):
            shares[owner, owned] = shares.get((owner, owned), 0) + share / WHOLE
        g = nx.DiGraph()
        g.add_weighted_edges_from((a, b, w) for (a, b), w in shares.items())
        del shares
        out["load"] = time.perf_counter() - began
        began = time.perf_counter()
        out["found"] = len(_networkx_control(g, listed.tolist()))
    out["seconds"] = time.perf_counter() - began
    out["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return out


def rivals(holdings: int) -> None:
    """Each rival in a fresh process; one that is not installed says so."""
    for name in ("splu", "networkx"):
        command = [sys.executable, str(Path(__file__)), "--rival", name, str(holdings)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            print(f"ownership, {name}: {(done.stderr.splitlines() or ['killed'])[-1]}")
            continue
        out = json.loads(done.stdout)
        what = "shares by one factorisation" if name == "splu" else "control by hand"
        figures = f"load {out['load']:.2f} s, answer {out['seconds']:.2f} s, peak {out['peak']:.0f} MB, {out['found']:,.0f} found"
        print(f"ownership, {name}, {what}: {figures}")


def _networkx_control(g: object, listed: list[int]) -> set[int]:
    """The fixpoint written over a networkx graph, as one would."""
    found, votes, waiting = set(listed), {}, list(listed)
    while waiting:
        for c, held in g.adj.get(waiting.pop(), {}).items():  # type: ignore[attr-defined]
            votes[c] = votes.get(c, 0.0) + held["weight"]
            if c not in found and votes[c] > 0.5:
                found.add(c)
                waiting.append(c)
    return found


def main(holdings: int) -> bool:
    """Every step in a fresh process; True when the limits are kept."""
    kept = True
    for name in ("control", "owned", "explain"):
        command = [sys.executable, str(Path(__file__)), "--step", name, str(holdings)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        out = json.loads(done.stdout)
        ok = out["seconds"] <= LIMITS[name] and out["peak"] <= LIMITS["peak"]
        kept = kept and ok
        print(f"ownership, {name}: {out['holdings']:,.0f} holdings, {out['parties']:,.0f} parties, load {out['load']:.2f} s")
        shown = (("median", "seconds"), ("95 % in", "p95"), ("slowest", "slowest"))
        print(f"  {', '.join(f'{word} {1e3 * out[key]:.1f} ms' for word, key in shown)}, limit {1e3 * LIMITS[name]:.0f} ms")
        print(f"  peak {out['peak']:.0f} MB, limit {LIMITS['peak']} MB" + ("" if ok else "  NOT KEPT"))
        more = {k: v for k, v in out.items() if k in {"found", "worst", "paths", "refused"}}
        print(f"  {more}")
    return kept


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(step(sys.argv[2], int(sys.argv[3]))))
    elif sys.argv[1:2] == ["--rival"]:
        print(json.dumps(rival(sys.argv[2], int(sys.argv[3]))))
    elif sys.argv[1:2] == ["--rivals"]:
        rivals(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    else:
        sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000) else 1)
