"""Cardinal's eleven indicators the straightforward way: orjson.loads, one Python fold, a few lists and dictionaries at the end.

Written from the published semantics, sharing no code with the product: the benchmark's baseline and the tests' oracle.
Default settings and one currency (the first seen that counts, unless given).
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

STRICT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
Figures = dict[str, Any]


def quantile(values: list[float], p: float) -> float | None:
    """The R8 quantile."""
    ordered = sorted(values)
    n = len(ordered)
    if not n:
        return None
    h = (n + 1.0 / 3.0) * p + 1.0 / 3.0
    low = int(h)
    if low <= 0:
        return ordered[0]
    if low >= n:
        return ordered[-1]
    return ordered[low - 1] + (h - low) * (ordered[low] - ordered[low - 1])


def fenced(q1: float, q3: float, base: float, factor: float) -> float:
    """``base + factor (q3 - q1)``, rounded once."""
    return float(Fraction(factor) * Fraction(q3 - q1) + Fraction(base))


def number(value: Any) -> float | None:
    """A JSON number as a float."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def listed(holder: Any, key: str) -> list[Any] | None:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else None


def text(holder: Any, key: str) -> str | None:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, str) else None


def ids(entries: list[Any] | None) -> list[str]:
    return [i for e in entries or () if (i := text(e, "id")) is not None]


class Fold:
    """The state of one pass."""

    def __init__(self, currency: str | None = None) -> None:
        self.currency = currency
        self.results: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        self.ratios: dict[str, tuple[float, str, str]] = {}
        self.entered: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.bids: dict[str, dict[str, list[int]]] = {g: defaultdict(lambda: [0, 0]) for g in ("Buyer", "ProcuringEntity", "Tenderer")}
        self.kinds: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    def flag(self, group: str, name: str, code: str, value: float) -> None:
        self.results[group][name][code] = value

    def add(self, line: bytes) -> None:
        release = orjson.loads(line)
        ocid = text(release, "ocid")
        tender = release.get("tender") if isinstance(release.get("tender"), dict) else {}
        if ocid is None or text(tender, "status") == "cancelled":
            return
        bids = listed(release.get("bids"), "details")
        awards = listed(release, "awards")
        submitted = [b for b in bids or () if (s := text(b, "status")) is not None and s not in ("invited", "withdrawn")]
        period = tender.get("tenderPeriod") if isinstance(tender.get("tenderPeriod"), dict) else {}
        self.r003(ocid, period)
        count = tender.get("numberOfTenderers")
        if text(tender, "procurementMethod") in ("open", "selective") and type(count) is int and count == 1:
            self.flag("OCID", ocid, "R018", 1.0)
        self.compare(ocid, awards, bids)
        self.r028(ocid, submitted)
        self.r030(ocid, text(period, "endDate"), awards, bids)
        self.r035(ocid, awards, bids)
        self.r036(ocid, awards, submitted)
        self.r038(release, tender, submitted)
        self.r048(ocid, awards)

    def r003(self, ocid: str, period: Any) -> None:
        start, end = text(period, "startDate"), text(period, "endDate")
        if start and end and STRICT.fullmatch(start) and STRICT.fullmatch(end):
            span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
            days = span.days if span.days >= 0 else -((-span).days)
            if days < 15:
                self.flag("OCID", ocid, "R003", 1.0)

    def final(self, awards: list[Any] | None, bids: list[Any] | None) -> list[Any] | None:
        if awards is None or bids is None:
            return None
        states = [text(a, "status") for a in awards]
        if any(s not in ("active", "cancelled", "unsuccessful", None) for s in states):
            return None
        return [a for a, s in zip(awards, states, strict=True) if s == "active"]

    def compare(self, ocid: str, awards: list[Any] | None, bids: list[Any] | None) -> None:
        complete = self.final(awards, bids)
        if complete is None or len(complete) != 1:
            return
        suppliers = listed(complete[0], "suppliers")
        if suppliers is None or len(suppliers) != 1 or (supplier := text(suppliers[0], "id")) is None:
            return
        winner: float | None = None
        rival: tuple[float, str] | None = None
        seen: set[str] = set()
        for b in bids or ():
            who = listed(b, "tenderers")
            if text(b, "status") != "valid" or who is None or len(who) != 1 or (one := text(who[0], "id")) is None:
                continue
            seen.add(one)
            value = b.get("value")
            amount, currency = number(value.get("amount")) if isinstance(value, dict) else None, text(value, "currency")
            if amount is None or currency is None:
                continue
            self.currency = self.currency or currency
            if currency != self.currency:
                continue
            if one == supplier:
                winner = amount if winner is None else min(winner, amount)
            elif rival is None or amount < rival[0]:
                rival = (amount, one)
        for one in seen:
            self.entered[one][0] += 1
            self.entered[one][1] += one == supplier
        if winner and rival is not None and rival[0] >= winner:
            self.ratios[ocid] = ((rival[0] - winner) / winner, supplier, rival[1])

    def r028(self, ocid: str, submitted: list[Any]) -> None:
        prices: dict[tuple[float, str], set[str]] = {}
        for b in submitted:
            value = b.get("value")
            amount, currency = number(value.get("amount")) if isinstance(value, dict) else None, text(value, "currency")
            who = set(ids(listed(b, "tenderers")))
            if amount is None or currency is None or not who:
                continue
            other = prices.get((amount, currency))
            if other is not None and other != who:
                self.flag("OCID", ocid, "R028", 1.0)
                for one in who | other:
                    self.flag("Tenderer", one, "R028", 1.0)
            prices[amount, currency] = who

    def r030(self, ocid: str, end: str | None, awards: list[Any] | None, bids: list[Any] | None) -> None:
        if end is None or awards is None or bids is None:
            return
        winners = {i for a in awards if text(a, "status") == "active" for i in ids(listed(a, "suppliers"))}
        for b in bids:
            if text(b, "status") == "valid" and (date := text(b, "date")) is not None and date > end:
                for one in ids(listed(b, "tenderers")):
                    if one in winners:
                        self.flag("OCID", ocid, "R030", 1.0)
                        self.flag("Tenderer", one, "R030", 1.0)

    def r035(self, ocid: str, awards: list[Any] | None, bids: list[Any] | None) -> None:
        complete = self.final(awards, bids)
        if complete is None:
            return
        winners = {i for a in complete for i in ids(listed(a, "suppliers"))}
        by = {s: {i for b in bids or () if text(b, "status") == s for i in ids(listed(b, "tenderers"))} for s in ("valid", "disqualified")}
        others = len(by["disqualified"] - by["valid"])
        if len(by["valid"]) == 1 and by["valid"] == winners and others >= 1:
            self.flag("OCID", ocid, "R035", float(others))
            self.flag("Tenderer", next(iter(winners)), "R035", 0.0)

    def r036(self, ocid: str, awards: list[Any] | None, submitted: list[Any]) -> None:
        if not any(text(a, "status") == "active" for a in awards or ()):
            return
        lowest: float | None = None
        gone = sound = False
        for b in submitted:
            value = b.get("value")
            amount, currency = number(value.get("amount")) if isinstance(value, dict) else None, text(value, "currency")
            if amount is None or currency is None:
                continue
            self.currency = self.currency or currency
            if currency != self.currency:
                continue
            if lowest is None or amount < lowest:
                lowest, gone = amount, b["status"] == "disqualified"
            sound |= b["status"] == "valid"
        if sound and gone:
            self.flag("OCID", ocid, "R036", 1.0)

    def r038(self, release: Any, tender: Any, submitted: list[Any]) -> None:
        if not submitted:
            return
        gone = 0
        for b in submitted:
            one = b["status"] == "disqualified"
            gone += one
            for who in ids(listed(b, "tenderers")):
                self.bids["Tenderer"][who][0] += 1
                self.bids["Tenderer"][who][1] += one
        for group, who in (("Buyer", text(release.get("buyer"), "id")), ("ProcuringEntity", text(tender.get("procuringEntity"), "id"))):
            if who is not None:
                self.bids[group][who][0] += len(submitted)
                self.bids[group][who][1] += gone

    def r048(self, ocid: str, awards: list[Any] | None) -> None:
        for a in awards or ():
            who = listed(a, "suppliers")
            if text(a, "status") == "active" and who is not None and len(who) == 1 and (one := text(who[0], "id")) is not None:
                for item in listed(a, "items") or ():
                    code = text(item.get("classification"), "id") if isinstance(item, dict) else None
                    if code is not None:
                        self.kinds[one][0].add(ocid)
                        self.kinds[one][1].add(code[:2])

    def finish(self) -> dict[str, Any]:
        """Cardinal's form of output."""
        meta: dict[str, Figures] = {}
        ratios = [r for r, _, _ in self.ratios.values()]
        q1, q3 = quantile(ratios, 0.25), quantile(ratios, 0.75)
        if q1 is not None and q3 is not None:
            low, high = fenced(q1, q3, q1, -1.5), fenced(q1, q3, q3, 1.5)
            meta["R024"] = {"q1": q1, "q3": q3, "lower_fence": low}
            meta["R058"] = {"q1": q1, "q3": q3, "upper_fence": high}
            for ocid, (ratio, winner, rival) in self.ratios.items():
                if q1 > 0 and low > 0 and ratio <= low:
                    self.flag("OCID", ocid, "R024", ratio)
                    self.flag("Tenderer", winner, "R024", 0.0)
                    self.flag("Tenderer", rival, "R024", 0.0)
                if high > 0 and ratio >= high:
                    self.flag("OCID", ocid, "R058", ratio)
                    self.flag("Tenderer", winner, "R058", 0.0)
        shares = {who: won / n for who, (n, won) in self.entered.items()}
        q1, q3 = quantile(list(shares.values()), 0.25), quantile(list(shares.values()), 0.75)
        often = quantile([float(n) for n, _ in self.entered.values()], 0.75)
        if q1 is not None and q3 is not None and often is not None:
            low = fenced(q1, q3, q1, -1.5)
            meta["R025"] = {"q1": q1, "q3": q3, "lower_fence": low, "upper_fence": often}
            for who, share in shares.items():
                if q1 > 0 and low > 0 and self.entered[who][0] >= often and share <= low:
                    self.flag("Tenderer", who, "R025", share)
        self.finish_038(meta)
        counts = {who: float(len(kinds)) for who, (seen, kinds) in self.kinds.items() if len(seen) >= 20}
        q1, q3 = quantile(list(counts.values()), 0.25), quantile(list(counts.values()), 0.75)
        if q1 is not None and q3 is not None:
            high = fenced(q1, q3, q3, 1.5)
            meta["R048"] = {"q1": q1, "q3": q3, "upper_fence": high}
            for who, kinds in counts.items():
                if kinds >= high:
                    self.flag("Tenderer", who, "R048", kinds)
        shown = {c: {k: rounded(v) for k, v in f.items()} for c, f in meta.items()}
        return {g: {i: dict(c) for i, c in found.items()} for g, found in self.results.items()} | {"Meta": shown}

    def finish_038(self, meta: dict[str, Figures]) -> None:
        for group, found in self.bids.items():
            shares = {who: gone / n for who, (n, gone) in found.items() if n >= 2}
            q1, q3 = quantile(list(shares.values()), 0.25), quantile(list(shares.values()), 0.75)
            if q1 is None or q3 is None:
                continue
            high = fenced(q1, q3, q3, 1.5)
            meta.setdefault("R038", {}).update({f"{group}_q1": q1, f"{group}_q3": q3, f"{group}_upper_fence": high})
            for who, share in shares.items():
                if high > 0 and share >= high:
                    self.flag(group, who, "R038", share)


def rounded(value: float) -> float:
    """To four decimals, halves away from zero."""
    return int(value * 10_000 + 0.5) / 10_000 if value >= 0 else -int(-value * 10_000 + 0.5) / 10_000


def plain(lines: Iterable[bytes], currency: str | None = None) -> dict[str, Any]:
    """The indicators of JSON lines. A line that is no JSON raises."""
    fold = Fold(currency)
    for line in lines:
        if line.strip():
            fold.add(line)
    return fold.finish()
