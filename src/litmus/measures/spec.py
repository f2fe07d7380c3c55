"""What a clause may measure: a closed set of measures over a closed set of fields. Data, no code."""

from dataclasses import dataclass
from fractions import Fraction

from litmus.core.dates import Period
from litmus.core.interval import Number

KINDS = ("ratio", "share", "max-share", "hhi", "count", "sum", "quotient", "date", "level", "compare", "n-minus-1")
ROW_KINDS = frozenset({"ratio", "share", "max-share", "hhi", "count", "sum", "n-minus-1"})

DERIVED = {
    "deployment": ("in_service", "assessed"),
    "law": ("in_force_now", "applies_now"),
    "restriction": ("stands",),
}
THROUGH_VENDOR = ("group", "restricted_by")


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on one field. ``op``: in, at_least, at_most, within (a period before the as-of day), restricted_by."""

    field: str
    op: str
    words: tuple[str, ...] = ()
    bound: Number | None = None
    period: Period | None = None

    @property
    def base(self) -> str:
        """The stored or derived field that the test reads: ``vendor`` for ``vendor.restricted_by``."""
        return self.field.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with its own clock: from the day in ``start``, ``done`` must follow within the period."""

    start: str
    done: str
    within: Period


@dataclass(frozen=True, slots=True)
class Count:
    """Published series that count the rows of the table, and the date by which they count a row into a period."""

    series: tuple[str, ...]
    date: str


@dataclass(frozen=True, slots=True)
class Population:
    """What must close the denominator: an independent list or count, its greatest age, and the unseen share tolerated."""

    closed_by: tuple[str, ...] = ()
    max_age: Period | None = None
    tolerance: Fraction = Fraction(0)
    counted_by: Count | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. Fields that a kind does not use stay empty; the loader checks that."""

    kind: str
    over: str = ""
    where: tuple[Condition, ...] = ()
    count: tuple[Condition, ...] = ()
    duty: Duty | None = None
    by: tuple[str, ...] = ()
    of: str = ""
    weight: str = ""
    value: str = ""
    pick: str = ""
    currency: str = ""
    unit: tuple[str, ...] = ()
    top: "Measure | None" = None
    bottom: "Measure | None" = None
    own: "Measure | None" = None
    peers: tuple[str, ...] = ()
    statistic: str = ""
    population: Population | None = None
    domain: tuple[Number, Number] | None = None

    @property
    def share_form(self) -> bool:
        """True when rows carry shares of a whole of one, so that the weights of a cell must add up to one."""
        return self.weight == "share"


#: Whether a kind's interval is exact (every value inside the hull's ends is reached) or sound (it may be too wide).
EXACTNESS = {
    "ratio": "exact",
    "share": "exact",
    "max-share": "exact above; below exact when vendors are known, else sound",
    "hhi": "exact when vendors are known and weights are shares or points, else sound",
    "count": "exact",
    "sum": "exact",
    "quotient": "exact",
    "date": "exact",
    "level": "exact",
    "compare": "exact when own and peers share no fact",
    "n-minus-1": "sound",
}
