"""Releases as columns: whole numbers in arrays, every text once in a dictionary. What a reading process hands back.

A column of texts holds their places in ``texts``; 0 stands for "not there". ``NOTHING`` stands for a number that is not there.
Rows of bids, awards and item codes are told apart by how many each release, or award, has.
"""

import datetime as dt
import re
from array import array
from collections.abc import Callable
from itertools import repeat
from operator import attrgetter

from litmus.procurement.release import Award, Bid, Release

NOTHING = -(2**62)
NAN = float("nan")
_STRICT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)

UNIT = ("seq", "buyer", "entity", "method", "details", "days", "tenderers", "marks", "bids", "awards")
BID = ("status", "currency", "tenderer", "tenderers", "late")
BIDDER = ("row", "place", "tenderer")
AWARD = ("status", "suppliers", "supplier", "codes")
SUPPLIER = ("row", "place", "supplier")
CODE = ("code",)
SHAPE = {"unit": UNIT, "bid": BID, "bidder": BIDDER, "award": AWARD, "supplier": SUPPLIER, "code": CODE}
CANCELLED, BIDS_LISTED, AWARDS_LISTED, DEADLINE = 1, 2, 4, 8
Table = dict[str, "array[int]"]
_STATUS = attrgetter("status")


class Texts(dict[str | None, int]):
    """The place of each text; a new one gets the next. None is 0."""

    def __init__(self) -> None:
        super().__init__({None: 0})

    def __missing__(self, key: str | None) -> int:
        self[key] = place = len(self)
        return place


class Columns:
    """Growing columns of the six tables, the ocids, and the amounts of bids as printed (NaN: none)."""

    __slots__ = ("amounts", "ocids", "tables", "texts")

    def __init__(self) -> None:
        self.texts = Texts()
        self.ocids: list[str | None] = []
        self.tables: dict[str, Table] = {name: {c: array("q") for c in columns} for name, columns in SHAPE.items()}
        self.amounts: array[float] = array("d")

    def add(self, releases: list[Release], first: int) -> None:
        """Append releases, numbered from ``first``."""
        place, unit = self.texts.__getitem__, self.tables["unit"]
        tenders = [r.tender for r in releases]
        self.ocids += [r.ocid for r in releases]
        unit["seq"].extend(range(first, first + len(releases)))
        unit["buyer"].extend([place(r.buyer.id) if r.buyer else 0 for r in releases])
        unit["entity"].extend([place(t.procuringEntity.id) if t and t.procuringEntity else 0 for t in tenders])
        unit["method"].extend([place(t.procurementMethod) if t else 0 for t in tenders])
        unit["details"].extend([place(t.procurementMethodDetails) if t else 0 for t in tenders])
        counts = [t.numberOfTenderers if t else None for t in tenders]
        unit["tenderers"].extend([n if n.__class__ is int and 0 <= n < -NOTHING else NOTHING for n in counts])
        periods = [t.tenderPeriod if t else None for t in tenders]
        ends = [p.endDate if p else None for p in periods]
        starts = [p.startDate if p else None for p in periods]
        unit["days"].extend([whole_days(a, b) if a and b else NOTHING for a, b in zip(starts, ends, strict=True)])
        bids = [r.bids.details if r.bids else None for r in releases]
        awards = [r.awards for r in releases]
        unit["bids"].extend([len(b) if b else 0 for b in bids])
        unit["awards"].extend([len(a) if a else 0 for a in awards])
        unit["marks"].extend(
            [
                (CANCELLED if t and t.status == "cancelled" else 0)
                | (BIDS_LISTED if b is not None else 0)
                | (AWARDS_LISTED if a is not None else 0)
                | (DEADLINE if e is not None else 0)
                for t, b, a, e in zip(tenders, bids, awards, ends, strict=True)
            ]
        )
        self._bids([b for found in bids if found for b in found], [e for found, e in zip(bids, ends, strict=True) if found for _ in found])
        self._awards([a for found in awards if found for a in found])

    def _bids(self, bids: list[Bid], ends: list[str | None]) -> None:
        place, bid = self.texts.__getitem__, self.tables["bid"]
        row = len(bid["status"])
        bid["status"].extend(map(place, map(_STATUS, bids)))
        values = [b.value for b in bids]
        bid["currency"].extend([place(v.currency) if v else 0 for v in values])
        self.amounts.extend([NAN if v is None or v.amount is None else v.amount for v in values])
        # Text order, as Cardinal compares: who wants moments compared reads the release in full.
        bid["late"].extend([b.date > e if b.date is not None and e is not None else NOTHING for b, e in zip(bids, ends, strict=True)])
        sets = [b.tenderers for b in bids]
        alone = [place(w[0].id) if w and len(w) == 1 else 0 for w in sets]
        bid["tenderer"].extend(alone)
        bid["tenderers"].extend(alone)
        for n, who in enumerate(sets, row):
            if who and len(who) > 1:
                bid["tenderers"][n] = self._several("bidder", n, [w.id for w in who])

    def _several(self, table: str, row: int, ids: list[str | None]) -> int:
        """Keep each of several organisations; the place of the set of them as one text."""
        found = [i for i in ids if i is not None]
        rows, places, who = self.tables[table].values()
        rows.extend(repeat(row, len(found)))
        places.extend(range(len(found)))
        who.extend(map(self.texts.__getitem__, found))
        return self.texts["|".join(sorted(set(found)))] if found else 0

    def _awards(self, awards: list[Award]) -> None:
        place, award = self.texts.__getitem__, self.tables["award"]
        row = len(award["status"])
        award["status"].extend(map(place, map(_STATUS, awards)))
        sets = [a.suppliers for a in awards]
        award["suppliers"].extend([len(w) if w else 0 for w in sets])
        award["supplier"].extend([place(w[0].id) if w and len(w) == 1 else 0 for w in sets])
        for n, who in enumerate(sets, row):
            if who and len(who) > 1:
                self._several("supplier", n, [w.id for w in who])
        marks = [[i.classification for i in a.items or ()] for a in awards]
        codes = [[place(c.id) for c in found if c and c.id is not None] for found in marks]
        award["codes"].extend(map(len, codes))
        self.tables["code"]["code"].extend([c for found in codes for c in found])


def whole_days(start: str, end: str) -> int:
    """Whole days between two moments, cut off toward zero; NOTHING unless both are strict RFC 3339."""
    first, last = moment(start), moment(end)
    if first is None or last is None:
        return NOTHING
    span = last - first
    return span.days if span.days >= 0 else -((-span).days)


def moment(text: str, _iso: Callable[[str], dt.datetime] = dt.datetime.fromisoformat) -> dt.datetime | None:
    """The moment that a strict RFC 3339 text names, or None: a date alone, or a time without its zone, is none."""
    if not (len(text) == 20 and text[7] == "-" and text[10] == "T" and text[16] == ":" and text[19] == "Z") and not _STRICT.match(text):
        return None
    try:
        return _iso(text)
    except ValueError:
        return _leap(text)


def _leap(text: str) -> dt.datetime | None:
    """A moment in a leap second, or with small letters; None for a day or an hour that does not exist."""
    leap = text[17:19] == "60"
    try:
        found = dt.datetime.fromisoformat((text[:17] + "59" + text[19:] if leap else text).upper())
    except ValueError:
        return None
    return found + dt.timedelta(seconds=1) if leap else found
