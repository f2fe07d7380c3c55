"""Clauses and bundles as data."""

from dataclasses import dataclass, field
from fractions import Fraction

from litmus.core.dates import Period
from litmus.core.interval import Number
from litmus.facts.evidence import Policy
from litmus.measures.problem import Target
from litmus.measures.spec import Measure

NORMS = ("achieve", "maintain", "avoid", "perform-within")
STATUSES = ("proposed", "model", "in-force", "repealed")
COMBINE = ("each", "pooled", "competent", "k-of-n")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a clause rests on: a reference, what kind it is (proposal marks a number of our own), and where in it."""

    ref: str
    kind: str
    locator: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A fixed day, or an event in evidence plus a period."""

    day: int | None = None
    event: str = ""
    plus: Period | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """How the parts of a place add up: each, pooled, competent (only those listed hold the power), k-of-n."""

    of: tuple[str, ...]
    combine: str
    k: int = 0


@dataclass(frozen=True, slots=True)
class Waivers:
    """What a waiver must carry, and the greatest share of rows that waivers may exempt."""

    needs: tuple[str, ...]
    cap: Fraction


@dataclass(frozen=True)
class Clause:
    """One clause. ``digest`` is the sha256 of its text; ``proposals`` the references that are ours."""

    id: str
    version: int
    status: str
    title: str
    basis: tuple[Basis, ...]
    norm: str
    measure: Measure
    target: Target
    empty: bool
    policy: Policy
    digest: str
    file: str
    summary: str = ""
    vehicle: str = ""
    group: str = ""
    deadline: Moment | None = None
    start: Moment | None = None
    in_force: int | None = None
    repealed: int | None = None
    path: tuple[tuple[int, Number], ...] = ()
    path_linear: bool = False
    grace: Period | None = None
    window: Period | None = None
    parts: dict[str, Parts] = field(default_factory=dict)
    waivers: Waivers | None = None
    target_text: str = ""
    applies_to: tuple[str, ...] = ()
    context: tuple[str, ...] = ()

    def applies(self, place: str) -> bool:
        """Is the clause addressed to the place? Without a list it is addressed to all."""
        return not self.applies_to or place in self.applies_to

    @property
    def is_proposal(self) -> bool:
        """True when a number in it is this project's own."""
        return any(b.kind == "proposal" for b in self.basis)


@dataclass(frozen=True)
class Member:
    """A clause in a bundle: its weight, and whether nothing is paid without it."""

    clause: str
    weight: int
    essential: bool


@dataclass(frozen=True)
class Bundle:
    """Clauses that release money together. ``amount`` in minor units of ``currency``."""

    id: str
    version: int
    status: str
    title: str
    basis: tuple[Basis, ...]
    members: tuple[Member, ...]
    at_least_weight: Fraction
    amount: int
    currency: str
    rule: str
    digest: str
    file: str
