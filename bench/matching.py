"""Names against a list: how fast, in how much memory, and beside logic-v2 where that is installed.

    python bench/matching.py [names] [list]            1,000,000 names against 80,000 by default
    python bench/matching.py --pairs                   precision and recall on the labelled pairs
    python bench/matching.py --frontier FILE.svg       the same by threshold, beside logic-v2, drawn

Every name here is invented: syllables put together by a seeded generator, with legal forms, towns and activities of the
region around them. The labelled pairs are real and have nothing to do with the speed run.
"""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from litmus.facts.dossier import bundled, read_dossier
from litmus.parties.names.decide import Asked, compare, decide
from litmus.parties.names.form import normal
from litmus.parties.names.listing import Entry, NameList, build, from_rows

ROOT = Path(__file__).parent.parent
PAIRS = ROOT / "tests" / "data" / "matching" / "pairs.csv"
#: Held out: names none of whose words stand in the tuning part. "fresh" was drawn and labelled after the rules were frozen.
HELD_OUT = ("holdout", "fresh")
PARTS = (("tune", ("tune",)), ("seen", ("seen",)), ("holdout", ("holdout",)), ("fresh", ("fresh",)), ("held out together", HELD_OUT))
SEED = 7
SLICE = 1000
ONSETS = ("b", "bl", "br", "d", "dr", "f", "g", "gr", "h", "j", "k", "kr", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "z")
VOWELS = "aeiou"
CODAS = ("", "", "", "n", "r", "l", "s", "k", "m", "t")
ENDS = ("", "", "a", "i", "ex", "on", "ko")
FORMS = ("d.o.o.", "d.d.", "a.d.", "sh.p.k.", "sh.a.", "DOOEL", "Kft.", "Zrt.", "")
ACTS = ("Trade", "Telekom", "Construction", "Impex", "Security", "Systems", "Media", "Trans", "Projekt", "Computers", "Group", "Company")
TOWNS = (
    ("Beograd", "RS"), ("Sarajevo", "BA"), ("Podgorica", "ME"), ("Skopje", "MK"), ("Tirana", "AL"), ("Prishtinë", "XK"), ("Budapest", "HU"),
)
CYRILLIC = str.maketrans("abvgdezijklmnoprstufhc", "абвгдезијклмнопрстуфхц")


def word(draw: random.Random) -> str:
    """An invented word of two or three syllables and an ending."""
    syllables = "".join(draw.choice(ONSETS) + draw.choice(VOWELS) + draw.choice(CODAS) for _ in range(draw.choice((2, 2, 3))))
    return (syllables + draw.choice(ENDS)).capitalize()


def invented_list(size: int, draw: random.Random) -> list[Entry]:
    """So many invented parties."""
    found = []
    for n in range(size):
        name = " ".join(word(draw) for _ in range(1 + (draw.random() < 0.55)))
        if draw.random() < 0.6:
            name += " " + draw.choice(ACTS)
        town, country = draw.choice(TOWNS)
        found.append(Entry(f"p{n}", f"{name} {draw.choice(FORMS)}".strip(), country, town))
    return found


def written(entry: Entry, draw: random.Random) -> str:
    """A supplier name that a clerk could have made of a listed one: case, script, order, form, a slip, a branch."""
    name = entry.name
    turn = draw.randrange(8)
    if turn == 0:
        return name.upper()
    if turn == 1:
        return name.lower().translate(CYRILLIC)
    if turn == 2:
        return " ".join(reversed(name.split()))
    if turn == 3 and len(name) > 8:
        at = draw.randrange(2, 6)
        return name[:at] + name[at + 1 :]
    if turn == 4:
        return f'"{name}" {entry.town}'
    if turn == 5:
        return f"Društvo za trgovinu i usluge {name}"
    return name if turn == 6 else f"{name} - ogranak {entry.town}"


def supplier_names(entries: list[Entry], size: int, draw: random.Random) -> list[tuple[str, str, str]]:
    """(name, country, the party it was made of or nothing): one in ten comes from the list, the rest is not on it."""
    strangers = invented_list(min(size, 50_000), random.Random(SEED + 1))
    found = []
    for _ in range(size):
        on_list = draw.random() < 0.1
        entry = draw.choice(entries if on_list else strangers)
        found.append((written(entry, draw), entry.country, entry.party if on_list else ""))
    return found


def run_speed(size: int, listed: int) -> bool:
    """The whole run, its figures printed. False when a limit is not kept."""
    draw = random.Random(SEED)
    entries = invented_list(listed, draw)
    began = time.perf_counter()
    names = build(entries)
    print(f"matching: list of {listed:,} invented names indexed in {time.perf_counter() - began:.1f} s")
    asked = supplier_names(entries, size + SLICE, draw)
    asked, unseen = asked[:size], asked[size:]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began = time.perf_counter()
    cpu = time.process_time()
    right = wrong = offered = 0
    for name, country, party in asked:
        found = decide(Asked(name, country), names)
        if found.outcome == "accept" and found.match:
            right += found.match.party == party
            wrong += found.match.party != party
        offered += found.outcome == "review"
    spent, cpu = time.perf_counter() - began, time.process_time() - cpu
    made = sum(bool(p) for _, _, p in asked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {size:,} names in {spent:.0f} s: {size / spent:,.0f} names/s ({size / cpu:,.0f} per processor second, one process)")
    print(f"  peak memory {peak} MB ({before} MB with list and names loaded)")
    print(f"  of {made:,} names made from listed ones {right:,} accepted rightly; {wrong:,} accepted wrongly, {offered:,} for review")
    return beside_logic_v2(unseen, names)


WIDE = 39


def trigrams(name: str) -> set[str]:
    """Three letters in a row of the name's own words."""
    text = normal(name).squeezed
    return {text[i : i + 3] for i in range(len(text) - 2)}


def by_parts(entries: list[Entry], parts: Callable[[str], set[str]], limit: int) -> dict[str, list[Entry]]:
    """Entries by part of their name; of a common part the first so many."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for part in parts(entry.name):
            listed = found.setdefault(part, [])
            if len(listed) < limit:
                listed.append(entry)
    return found


def sounds(name: str) -> set[str]:
    """The words of a name."""
    return {w.sound for w in normal(name).words}


def best(parts: set[str], index: dict[str, list[Entry]]) -> list[Entry]:
    """The listed names that share most letters in whole parts."""
    shared: dict[Entry, int] = {}
    for part in parts:
        for entry in index.get(part, ()):
            shared[entry] = shared.get(entry, 0) + len(part)
    return sorted(shared, key=lambda e: (-shared[e], e.party))[:WIDE]


def beside_logic_v2(asked: list[tuple[str, str, str]], names: NameList) -> bool:
    """One slice that neither has seen, by us and, where it is installed, by logic-v2. False when a limit is not kept.

    Both in processor seconds of one process: the machine's other work slows neither.
    """
    began = time.process_time()
    for name, country, _ in asked:
        decide(Asked(name, country), names)
    ours = len(asked) / (time.process_time() - began)
    by_word, by_letters = by_parts(names.entries, sounds, 2000), by_parts(names.entries, trigrams, 300)
    rows = []
    for name, country, _ in asked:
        five = list(dict.fromkeys(names.reading(n)[0] for n in names.candidates(normal(name), country)))[:5]
        words = best(sounds(name), by_word)
        filled = list(dict.fromkeys([*words, *best(trigrams(name), by_letters)]))[:WIDE]
        rows.append({"name": name, "country": country, "sets": [[(e.name, e.country) for e in found] for found in (five, words, filled)]})
    done = subprocess.run(
        [os.environ.get("LOGIC_V2_PYTHON", sys.executable), str(ROOT / "bench" / "logic_v2.py"), "speed"],
        check=False, capture_output=True, text=True, input=json.dumps(rows),
    )
    if done.returncode:
        print("  logic-v2 is not installed (extra `logic-v2`, or LOGIC_V2_PYTHON naming an interpreter that has it); skipped")
        return True
    kept = True
    sets = (("our own candidates", None), ("at most 39 by shared words", None), ("39 by shared words, then letters", 50))
    for (what, limit), theirs in zip(sets, json.loads(done.stdout), strict=True):
        ratio = ours / theirs["names_per_s"]
        said = f"{theirs['candidates']:.1f} a name, {theirs['us_per_pair']:.0f} µs a pair, {theirs['names_per_s']:,.0f}"
        print(f"  slice of {len(asked):,}, per processor second: ours {ours:,.0f}, logic-v2 on {what} ({said}): {ratio:.0f} times as fast"
              + (f" (limit {limit})" if limit else ""))
        kept = kept and (limit is None or ratio >= limit)
    return kept


def labelled() -> list[dict[str, str]]:
    """The labelled pairs; real organisations, each with its sources."""
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def pair_list(rows: list[dict[str, str]]) -> NameList:
    """The list whose frozen rarities the pairs are weighed with: the dossier's names and the right-hand names."""
    entries = list(from_rows(read_dossier([bundled("wb6"), bundled("eu27")]).rows).entries)
    return build([*entries, *(Entry(f"pair:{r['id']}", r["right"], r["right_place"], r["right_town"]) for r in rows)])


def judge_pairs(rows: list[dict[str, str]], names: NameList, towns: bool = True) -> list[tuple[str, str, str, int, str]]:
    """(stratum, label, outcome, score, id) of each pair, from the names, the countries and, if wanted, the towns alone; no aliases."""
    found = []
    for r in rows:
        town = (r["left_town"], r["right_town"]) if towns else ("", "")
        m = compare(Asked(r["left"], r["left_place"], town[0]), Entry("pair", r["right"], r["right_place"], town[1]), names)
        found.append((r["stratum"], r["label"], m.outcome, m.score, r["id"]))
    return found


def run_pairs() -> None:
    """Precision and recall of "accept" for "same", by part of the labelled set and by stratum."""
    for half, splits in PARTS:
        rows = [r for r in labelled() if r["split"] in splits]
        names = pair_list(rows)
        for towns in (True, False):
            found = [f for f in judge_pairs(rows, names, towns) if f[0] != "renamed"]
            accepted = [f for f in found if f[2] == "accept"]
            right, same = sum(f[1] == "same" for f in accepted), sum(f[1] == "same" for f in found)
            offered = sum(f[1] == "same" for f in found if f[2] != "reject")
            print(f"{half}{'' if towns else ', without towns'}: accepted {len(accepted)}, rightly {right} "
                  f"(precision {right / len(accepted):.3f}); recall {right}/{same} = {right / same:.3f}; "
                  f"accepted or offered for review {offered}/{same}; of {len(found) - same} others "
                  f"{sum(f[1] != 'same' for f in found if f[2] == 'review')} for review")
            for stratum in ("kosovo", "dossier"):
                part = [f for f in found if f[0] == stratum]
                hits = [f for f in part if f[2] == "accept"]
                right, same = sum(f[1] == "same" for f in hits), sum(f[1] == "same" for f in part)
                print(f"    {stratum}: {right} of {len(hits)} accepted are right; {same} same")


def run_frontier(out: Path) -> None:
    """Precision and recall on what was held out, by threshold: our score alone, our score with what caps it, logic-v2. Writes an SVG."""
    rows = [r for r in labelled() if r["split"] in HELD_OUT and r["stratum"] != "renamed"]
    names = pair_list(rows)
    found = judge_pairs(rows, names)
    same = [f[1] == "same" for f in found]
    curves = {"our score alone": [f[3] for f in found], "with what caps it": [f[3] if f[2] == "accept" else 0 for f in found]}
    asked = [[r["left"], r["left_place"], r["right"], r["right_place"]] for r in rows]
    command = [os.environ.get("LOGIC_V2_PYTHON", sys.executable), str(ROOT / "bench" / "logic_v2.py"), "scores"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, input=json.dumps(asked))
    if done.returncode == 0:
        curves["logic-v2"] = json.loads(done.stdout)
    else:
        print("logic-v2 is not installed (extra `logic-v2`, or LOGIC_V2_PYTHON naming an interpreter that has it); drawn without it")
    drawn = {}
    for what, scored in curves.items():
        points = []
        for limit in (600, 650, 700, 740, 790, 850, 900, 950):
            accepted = [s for s, n in zip(same, scored, strict=True) if n >= limit]
            points.append((limit, sum(accepted), len(accepted), sum(same)))
        drawn[what] = points
        print(what)
        for limit, right, accepted, total in points:
            print(f"  {limit}: precision {right / accepted:.3f} ({right}/{accepted}), recall {right / total:.3f}")
    out.write_text(frontier_svg(drawn), "utf-8")


def frontier_svg(curves: dict[str, list[tuple[int, int, int, int]]]) -> str:
    """Recall to the right from 0.3, precision upwards from 0.7; the box asked for in grey."""

    def x(recall: float) -> float:
        return 60 + (recall - 0.3) / 0.7 * 480

    def y(precision: float) -> float:
        return 340 - (precision - 0.7) / 0.3 * 300

    looks = {"our score alone": ("#7a5aa6", "6 4"), "with what caps it": ("#1f4fa3", ""), "logic-v2": ("#b3262e", "2 3")}
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 400" role="img" font-family="sans-serif" font-size="13">',
        "<title>Precision and recall on the held-out labelled pairs</title>",
        f'<rect x="{x(0.8):.0f}" y="{y(1):.0f}" width="{x(1) - x(0.8):.0f}" height="{y(0.95) - y(1):.0f}" fill="#ddd"/>',
        f'<text x="{x(0.805):.0f}" y="{y(0.955):.0f}" font-size="11">asked: ≥ 0.95 at ≥ 0.80</text>',
        '<path d="M60 40V340H540" fill="none" stroke="#333"/>',
        *(f'<text x="{x(v / 10):.0f}" y="358" text-anchor="middle">{v / 10}</text>' for v in range(3, 11)),
        *(f'<text x="54" y="{y(v / 100) + 4:.0f}" text-anchor="end">{v / 100:.2f}</text>' for v in range(70, 101, 5)),
        '<text x="300" y="380" text-anchor="middle">recall</text><text x="60" y="26">precision</text>',
    ]
    for n, (what, points) in enumerate(curves.items()):
        colour, dash = looks[what]
        line = " ".join(f"{x(r / t):.1f},{y(r / a):.1f}" for _, r, a, t in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        parts += [f'<circle cx="{x(r / t):.1f}" cy="{y(r / a):.1f}" r="3.5" fill="{colour}"/>' for _, r, a, t in points]
        parts.append(f'<path d="M80 {262 + 20 * n}h26" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        parts.append(f'<text x="114" y="{266 + 20 * n}">{what}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pairs"]:
        run_pairs()
    elif sys.argv[1:2] == ["--frontier"]:
        run_frontier(Path(sys.argv[2]))
    else:
        numbers = [int(a) for a in sys.argv[1:]] or [1_000_000, 80_000]
        sys.exit(0 if run_speed(numbers[0], numbers[1] if len(numbers) > 1 else 80_000) else 1)
