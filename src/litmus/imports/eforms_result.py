"""Results, organisations and owners of an eForms notice.

Organisations are numbered anew in each notice (ORG-0001): who has a registration number is known by country and number, who
has none is known within its notice only. A tender is taken as valid where it was settled by a contract; of the others the notice
says nothing. A modification notice repeats the contract as it was awarded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from litmus.imports.coerce import Json, Reader, exact, moment
from litmus.imports.xmltree import Node

Found = tuple[str, str, Json]
STATUS = {"selec-w": "active", "clos-nw": "unsuccessful", "open-nw": "pending"}
PPM_OF_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation of a notice."""

    local: str
    party: str
    name: str | None
    country: str | None
    node: Node


def organisations(extension: Node, notice: str) -> dict[str, Party]:
    """The organisations of a notice, by the number that they have in it."""
    found = {}
    for org in extension.all("Organizations/Organization"):
        company = org.first("Company") or org
        local = company.get("PartyIdentification/ID") or ""
        number, country = company.get("PartyLegalEntity/CompanyID"), company.get("PostalAddress/Country/IdentificationCode")
        known = f"{country or '??'}-{''.join(number.split())}" if number else f"{notice}/{local}"
        found[local] = Party(local, known, company.get("PartyName/Name"), country, org)
    return found


def party_rows(extension: Node, parties: Mapping[str, Party]) -> Iterator[Found]:
    """Firms, and the beneficial owners that the notice names."""
    owners = {o.get("ID"): o for o in extension.all("Organizations/UltimateBeneficialOwner")}
    for n, party in enumerate(parties.values()):
        company = party.node.first("Company") or party.node
        number = company.first("PartyLegalEntity/CompanyID")
        listed = [i for r in party.node.all("UltimateBeneficialOwner") if (i := r.get("ID"))]
        yield "firm", f"firm/{n}", {
            "party": party.party,
            "name": party.name,
            "scheme": (number.attributes.get("schemeID") or None) if number else None,
            "number": company.get("PartyLegalEntity/CompanyID"),
            "country": party.country,
            "town": company.get("PostalAddress/CityName"),
            "scale": company.get("CompanySizeCode"),
            **moment(None, "founded"),
            "owners_listed": bool(listed) or None,
        }  # fmt: skip
        for k, one in enumerate(listed):
            owner = owners.get(one) or Node("", {}, 0)
            names = [t for t in (owner.get("FirstName"), owner.get("FamilyName")) if t]
            nations = [x.text.strip() for x in owner.all("Nationality/NationalityID")]
            told = {"owner": one, "name": " ".join(names) or None, "nationality": ";".join(nations) or None}
            yield "owner", f"firm/{n}/owner/{k}", {"party": party.party, **told}


def money(node: Node | None, path: str, r: Reader) -> tuple[int | None, str | None]:
    """Minor units and currency of an amount."""
    if node is None or not node.text.strip():
        return None, None
    return r.minor(_exact(node, path, r), path), node.attributes.get("currencyID")


def _exact(node: Node | None, path: str, r: Reader) -> tuple[int, int] | None:
    if node is None or not node.text.strip():
        return None
    found = exact(node.text)
    if found is None:
        r.tell(path, node.text.strip(), "expected an amount below 90 trillion with at most 12 decimals; left out")
    return found


def results(extension: Node, parties: Mapping[str, Party], published: Json, r: Reader, *, changed: bool) -> Iterator[Found]:
    """Bids, awards and contracts with those who take part, and the changes of a modification notice."""
    result = extension.first("NoticeResult")
    if result is not None:
        yield from _Results(result, parties, published, r).rows()
    if changed:
        for n, one in enumerate(extension.all("ContractModification")):
            reason = one.get("ChangeReason/ReasonDescription") or one.get("Change/ChangeDescription")
            code = one.get("ChangeReason/ReasonCode")
            deals = [i.text.strip() for i in one.all("Change/ChangedSection/ChangedSectionIdentifier") if i.text.strip()]
            yield "change", f"change/{n}", {
                "deal": deals[0] if deals else None,
                **moment(None, "date"),
                **moment(None, "published"),
                "reason": ": ".join(t for t in (code, reason) if t) or None,
                "added": None,
                "before": None,
                "after": None,
                "currency": None,
            }  # fmt: skip


class _Results:
    """The result part of one notice."""

    def __init__(self, result: Node, parties: Mapping[str, Party], published: Json, r: Reader) -> None:
        self.result, self.parties, self.published, self.r = result, parties, published, r
        self.teams = {t.get("ID"): [i.text.strip() for i in t.all("Tenderer/ID")] for t in result.all("TenderingParty")}
        self.deals = {d.get("ID"): d for d in result.all("SettledContract")}
        self.tenders = {t.get("ID"): t for t in result.all("LotTender")}
        self.settled = {i.text.strip() for d in self.deals.values() for i in d.all("LotTender/ID")}

    def rows(self) -> Iterator[Found]:
        for name, tender in self.tenders.items():
            yield from self._bid(name or "", tender)
        for n, one in enumerate(self.result.all("LotResult")):
            yield from self._award(one, n)
        for name, deal in self.deals.items():
            yield from self._deal(name or "", deal)

    def _bid(self, name: str, tender: Node) -> Iterator[Found]:
        amount = tender.first("LegalMonetaryTotal/PayableAmount")
        parts = _exact(amount, "BT-720", self.r)
        term = tender.first("SubcontractingTerm") or Node("", {}, 0)
        share, rank = exact(term.get("TermPercent") or ""), tender.get("RankCode") or ""
        yield "bid", f"bid/{name}", {
            "bid": name,
            "lots": [i.text.strip() for i in tender.all("TenderLot/ID")],
            "status": "valid" if name in self.settled else None,
            **moment(None, "date"),
            "amount": parts and parts[0],
            "parts": parts and parts[1],
            "currency": amount.attributes.get("currencyID") if amount else None,
            "rank": int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 6 else None,
            "subcontracting": {"yes": True, "no": False}.get(term.get("TermCode") or ""),
            "subcontract_share": share[0] * PPM_OF_PERCENT // share[1] if share else None,
            "subcontract_value": money(term.first("TermAmount"), "BT-553", self.r)[0],
        }  # fmt: skip
        yield from self._who("bid", name, "tenderer", tender)

    def _who(self, of: str, of_id: str, role: str, *tenders: Node) -> Iterator[Found]:
        seen: set[str] = set()
        for tender in tenders:
            for local in self.teams.get(tender.get("TenderingParty/ID"), []):
                party = self.parties.get(local)
                if party is None or party.party in seen:
                    continue
                place = len(seen)
                seen.add(party.party)
                told = {"of": of, "of_id": of_id, "role": role, "place": place, "party": party.party, "name": party.name}
                yield "part", f"{of}/{of_id}/{role}/{place}", told

    def _award(self, one: Node, n: int) -> Iterator[Found]:
        name = one.get("ID") or f"#{n}"
        code = one.get("TenderResultCode") or ""
        contracts = [self.deals[i.text.strip()] for i in one.all("SettledContract/ID") if i.text.strip() in self.deals]
        listed = [i.text.strip() for i in one.all("LotTender/ID")]
        won = [t for c in contracts for i in c.all("LotTender/ID") if (t := i.text.strip()) in listed] or ([] if contracts else listed)
        winners = [self.tenders[t] for t in dict.fromkeys(won) if t in self.tenders]
        value, currency = self._sum(winners)
        yield "award", f"award/{name}", {
            "award": name,
            "lots": [i.text.strip() for i in one.all("TenderLot/ID")],
            # A modification notice need not say that a winner was chosen; a settled contract does.
            "status": STATUS.get(code, "active" if contracts and not code else None),
            **moment(next((d for c in contracts if (d := c.get("AwardDate"))), None), "date"),
            **self.published,
            "value": value,
            "currency": currency,
            "reason": one.get("DecisionReason/DecisionReasonCode"),
        }  # fmt: skip
        yield from self._who("award", name, "supplier", *winners)
        for k, ref in enumerate(one.all("FinancingParty/PartyIdentification/ID")):
            party = self.parties.get(ref.text.strip())
            if party:
                told = {"of": "award", "of_id": name, "role": "funder", "place": k, "party": party.party, "name": party.name}
                yield "part", f"award/{name}/funder/{k}", told

    def _sum(self, tenders: list[Node]) -> tuple[int | None, str | None]:
        """The sum of the prices, if each is given and all are of one currency."""
        found = [money(t.first("LegalMonetaryTotal/PayableAmount"), "BT-720", self.r) for t in tenders]
        if not found or any(v is None for v, _ in found) or len({c for _, c in found}) > 1:
            return None, None
        return sum(v for v, _ in found if v is not None), found[0][1]

    def _deal(self, name: str, deal: Node) -> Iterator[Found]:
        tenders = [self.tenders[t] for i in deal.all("LotTender/ID") if (t := i.text.strip()) in self.tenders]
        value, currency = self._sum(tenders)
        awards = [r.get("ID") for r in self.result.all("LotResult") if any(i.text.strip() == name for i in r.all("SettledContract/ID"))]
        yield "deal", f"deal/{name}", {
            "deal": name,
            "award": awards[0] if awards else None,
            "status": None,
            **moment(deal.get("IssueDate"), "signed"),
            **moment(None, "published"),
            **moment(None, "starts"),
            **moment(None, "ends"),
            "value": value,
            "currency": currency,
            "text_url": deal.get("URI"),
            "final_value": None,
        }  # fmt: skip
