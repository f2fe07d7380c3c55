"""Admiralty grades: reliability of the source (A–F) and credibility of the information (1–6), judged apart.

Reference: NATO AJP-2.1 / STANAG 2511, the "Admiralty code". F and 6 mean "cannot be judged", which is not the worst
rung but an unknown one: such a claim fails every minimum.
"""

import re

_GRADE = re.compile(r"([A-E])([1-5])\Z")


def parse_minimum(text: str) -> tuple[str, str]:
    """Read a minimum such as ``C3``; ValueError says what was expected."""
    match = _GRADE.match(text)
    if not match:
        msg = f"expected a minimum grade from A1 to E5, found {text!r}"
        raise ValueError(msg)
    return match.group(1), match.group(2)


def passes(reliability: str, credibility: str, minimum: tuple[str, str]) -> bool:
    """True when both axes are at least as good as the minimum."""
    return reliability <= minimum[0] and credibility <= minimum[1]
