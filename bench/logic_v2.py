"""logic-v2 of nomenklatura, run by an interpreter that has it: questions as JSON on standard input, answers as JSON.

    speed    [{name, country, sets: [[[name, country], …], …]}] → processor time by set
    scores   [[name, country, name, country], …] → per mille

Ids are never used twice: logic-v2 remembers an entity's names by its id.
"""

from __future__ import annotations

import itertools
import json
import sys
import time

from followthemoney import model
from nomenklatura.matching import get_algorithm

ALGORITHM = get_algorithm("logic-v2")
CONFIG = ALGORITHM.default_config()
COUNTER = itertools.count()


def entity(name: str, country: str) -> object:
    """A company of the name, with a jurisdiction where one is known."""
    codes = [country.partition("-")[0].lower()] if country else []
    return model.get_proxy({"id": f"e{next(COUNTER)}", "schema": "Company", "properties": {"name": [name], "jurisdiction": codes}})


def speed(rows: list[dict]) -> list[dict]:
    """Processor time of scoring each name against each set of candidates, one pair after another."""
    found = []
    for at in range(len(rows[0]["sets"])):
        began = time.process_time()
        pairs = 0
        for row in rows:
            left = entity(row["name"], row["country"])
            for name, country in row["sets"][at]:
                ALGORITHM.compare(left, entity(name, country), CONFIG)
                pairs += 1
        spent = time.process_time() - began
        found.append({"names_per_s": len(rows) / spent, "us_per_pair": 1e6 * spent / max(1, pairs), "candidates": pairs / len(rows)})
    return found


def scores(rows: list[list[str]]) -> list[int]:
    """Scores per mille, in order."""
    return [round(1000 * ALGORITHM.compare(entity(a, b), entity(c, d), CONFIG).score) for a, b, c, d in rows]


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    ALGORITHM.compare(entity("warm up", ""), entity("warm up d.o.o.", ""), CONFIG)
    sys.stdout.write(json.dumps(speed(asked) if sys.argv[1] == "speed" else scores(asked)))
