"""A second opinion by nomenklatura's logic-v2 (extra `logic-v2`). It is shown beside our score and never decides."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any


class MissingExtra(RuntimeError):
    """The optional package is not installed; the message says how to get it."""


@cache
def _algorithm() -> tuple[Any, Any, Any]:
    try:
        from followthemoney import model
        from nomenklatura.matching import get_algorithm
    except ImportError as err:
        msg = "logic-v2 needs nomenklatura: pip install 'litmus-monitor[logic-v2]' (it builds PyICU, so ICU's headers must be there)"
        raise MissingExtra(msg) from err
    algorithm = get_algorithm("logic-v2")
    assert algorithm is not None  # noqa: S101
    return model, algorithm, algorithm.default_config()


def opinion(left: str, left_country: str, right: str, right_country: str) -> int:
    """logic-v2's score of two company names, per mille. MissingExtra when it is not installed.

    Ids are hashes of what is compared: logic-v2 remembers an entity's names by its id.
    """
    model, algorithm, config = _algorithm()

    def entity(name: str, country: str) -> Any:
        key = hashlib.sha256(f"{name}\x1f{country}".encode()).hexdigest()
        codes = [country.partition("-")[0].lower()] if country else []
        return model.get_proxy({"id": key, "schema": "Company", "properties": {"name": [name], "jurisdiction": codes}})

    score: float = algorithm.compare(entity(left, left_country), entity(right, right_country), config).score
    return round(1000 * score)
