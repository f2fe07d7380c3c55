"""Strong Kleene logic: true, false, and None for "not known".

Reference: S. C. Kleene, *Introduction to Metamathematics* (1952), section 64. The connectives are monotone: replacing
None by True or False never flips a defined result. That is why a verdict built from them cannot be overturned by
evidence that was missing.
"""

from collections.abc import Iterable

Truth = bool | None


def k_not(a: Truth) -> Truth:
    """Negation; unknown stays unknown."""
    return None if a is None else not a


def k_all(items: Iterable[Truth]) -> Truth:
    """Conjunction: one False decides; else one None leaves it open. The empty conjunction is True."""
    seen_unknown = False
    for item in items:
        if item is False:
            return False
        if item is None:
            seen_unknown = True
    return None if seen_unknown else True


def k_any(items: Iterable[Truth]) -> Truth:
    """Disjunction: one True decides; else one None leaves it open. The empty disjunction is False."""
    seen_unknown = False
    for item in items:
        if item is True:
            return True
        if item is None:
            seen_unknown = True
    return None if seen_unknown else False


def k_at_least(k: int, items: Iterable[Truth]) -> Truth:
    """At least k of the items hold."""
    values = list(items)
    certain = sum(1 for v in values if v is True)
    possible = certain + sum(1 for v in values if v is None)
    if certain >= k:
        return True
    return False if possible < k else None
