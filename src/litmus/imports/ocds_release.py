"""One compiled release as rows of the procurement tables."""

from collections.abc import Iterator
from typing import Any

from litmus.imports.coerce import Json, Reader, moment

Found = tuple[str, str, Json]
#: Codes of direct-award-justification (eForms) that name a law outside procurement law.
REGIMES = {"ecom-excl": "electronic-communications"}
#: Our own scheme of reasons, for what no code of the standard says: iga, special-law, defence.
REGIME_SCHEME = "litmus-regime"


def release_rows(data: Json, ocid: str, r: Reader) -> Iterator[Found]:
    """(table, row id, values) of everything in a release that the tables hold."""
    tender = r.object(data, "tender", "")
    bids = r.object(data, "bids", "")
    yield from _notice(data, tender, bids, ocid, r)
    yield from _lots(tender, bids, ocid, r)
    yield from _items(tender, "tender", "", ocid, "tender/", r)
    yield from _documents(r.object(data, "planning", ""), "planning", "", ocid, "planning/", r)
    yield from _documents(tender, "tender", "", ocid, "tender/", r)
    yield from _bids(bids, ocid, r)
    yield from _awards(data, ocid, r)
    yield from _deals(data, ocid, r)
    yield from _firms(data, ocid, r)
    for n, one in enumerate(r.objects(data, "withheldInformation", "")):
        path = "withheldInformation/"
        yield "withheld", f"{ocid}/withheld/{n}", {
            "process": ocid,
            "lot": r.text(one, "lot", path) or "",
            "path": r.text(one, "field", path) or r.text(one, "name", path),
            "code": r.text(one, "rationaleClassification", path) or r.text(one, "code", path),
            "reason": r.text(one, "rationale", path),
            **r.moment(one, "availabilityDate", path, "until"),
        }  # fmt: skip


def _notice(data: Json, tender: Json, bids: Json, ocid: str, r: Reader) -> Iterator[Found]:
    buyer, entity = r.object(data, "buyer", ""), r.object(tender, "procuringEntity", "tender/")
    value, currency = r.money(tender, "value", "tender/")
    period = r.object(tender, "tenderPeriod", "tender/")
    received = r.count(tender, "numberOfTenderers", "tender/")
    counts = _statistics(bids, r)
    budget, budget_currency = r.money(r.object(r.object(data, "planning", ""), "budget", "planning/"), "amount", "planning/budget/")
    legal = r.object(tender, "legalBasis", "tender/")
    reasons = r.objects(tender, "procurementMethodRationaleClassifications", "tender/")
    codes = [c for one in reasons if (c := r.text(one, "id", "")) and one.get("scheme") != REGIME_SCHEME]
    regimes = [c for one in reasons if (c := r.text(one, "id", "")) and one.get("scheme") == REGIME_SCHEME]
    regimes += [REGIMES[c] for c in codes if c in REGIMES]
    criteria = r.text(tender, "awardCriteria", "tender/")
    tags = r.texts(data, "tag", "")
    yield "notice", f"{ocid}/notice", {
        "process": ocid,
        "notice": r.text(data, "id", "") or ocid,
        "form": "|".join(tags) or "compiled",
        **r.moment(data, "date", "", "published"),
        **moment(None, "sent"),
        "country": None,
        "language": r.text(data, "language", ""),
        "legal_basis": r.text(legal, "id", "tender/legalBasis/"),
        "title": r.text(tender, "title", "tender/"),
        "description": r.text(tender, "description", "tender/"),
        "buyer": r.text(buyer, "id", "buyer/"),
        "buyer_name": r.text(buyer, "name", "buyer/"),
        "entity": r.text(entity, "id", "tender/procuringEntity/"),
        "status": r.text(tender, "status", "tender/"),
        "method": r.text(tender, "procurementMethod", "tender/"),
        "method_details": r.text(tender, "procurementMethodDetails", "tender/"),
        "rationale": r.text(tender, "procurementMethodRationale", "tender/"),
        "rationale_codes": codes,
        "regime": regimes[0] if regimes else None,
        "category": r.text(tender, "mainProcurementCategory", "tender/"),
        "value": value,
        "currency": currency,
        "budget": budget,
        "budget_currency": budget_currency,
        **r.moment(period, "startDate", "tender/tenderPeriod/", "tender_start"),
        **r.moment(period, "endDate", "tender/tenderPeriod/", "tender_end"),
        "shortened": r.flag(r.object(tender, "procedure", "tender/"), "isAccelerated", "tender/procedure/"),
        "bids_received": received if received is not None else counts.get(("bids", "")),
        "bids_listed": isinstance(bids.get("details"), list),
        "awards_listed": isinstance(data.get("awards"), list),
        "electronic": _electronic(tender, r),
        "criteria": criteria,
        "criteria_details": r.text(tender, "awardCriteriaDetails", "tender/"),
        "weights": _weights(tender, "tender/", r),
        "complaints": counts.get(("complaints", "")),
        "funding": _funding(data, r),
        "framework": _framework(data, r),
        "url": None,
    }  # fmt: skip
    for role, one in (("buyer", buyer), ("entity", entity)):
        if one:
            yield _part(ocid, "process", "", role, 0, one, f"{role}/", r)
    for n, one in enumerate(r.objects(tender, "tenderers", "tender/")):
        yield _part(ocid, "tender", "", "tenderer", n, one, "tender/tenderers/", r)


def _statistics(bids: Json, r: Reader) -> dict[tuple[str, str], int]:
    """Declared counts by (measure, lot)."""
    found: dict[tuple[str, str], int] = {}
    for one in r.objects(bids, "statistics", "bids/"):
        measure, count = r.text(one, "measure", "bids/statistics/"), r.count(one, "value", "bids/statistics/")
        if measure and count is not None:
            found[measure, r.text(one, "relatedLot", "bids/statistics/") or ""] = count
    return found


def _electronic(tender: Json, r: Reader) -> bool | None:
    methods = r.texts(tender, "submissionMethod", "tender/")
    return "electronicSubmission" in methods if methods else None


def _weights(holder: Json, path: str, r: Reader) -> bool | None:
    """Are there weights: numbers of criteria, or a percentage in the details?"""
    criteria = r.objects(r.object(holder, "awardCriteria", path) if isinstance(holder.get("awardCriteria"), dict) else {}, "criteria", path)
    if any(r.objects(c, "numbers", path) for c in criteria):
        return True
    if criteria:
        return len(criteria) == 1 and criteria[0].get("type") == "price"
    details = holder.get("awardCriteriaDetails")
    if isinstance(details, str):
        return "%" in details or holder.get("awardCriteria") == "priceOnly"
    return True if holder.get("awardCriteria") == "priceOnly" else None


def _funding(data: Json, r: Reader) -> str | None:
    """Who pays, as far as the record says: finance entries, or parties that are funders."""
    budget = r.object(r.object(data, "planning", ""), "budget", "planning/")
    names = [str(f.get("title") or f.get("id")) for f in r.objects(budget, "finance", "planning/budget/")]
    for deal in r.objects(data, "contracts", ""):
        names += [str(f.get("title") or f.get("id")) for f in r.objects(deal, "finance", "contracts/")]
    names += [str(p.get("name")) for p in r.objects(data, "parties", "") if "funder" in (p.get("roles") or ())]
    if not names and isinstance(budget.get("project"), str):
        names = [budget["project"]]
    return "; ".join(dict.fromkeys(names)) or None


def _framework(data: Json, r: Reader) -> str | None:
    """The process whose framework agreement is called off here."""
    found = [p for p in r.objects(data, "relatedProcesses", "") if "framework" in r.texts(p, "relationship", "relatedProcesses/")]
    return r.text(found[0], "identifier", "relatedProcesses/") if found else None


def _lots(tender: Json, bids: Json, ocid: str, r: Reader) -> Iterator[Found]:
    counts = _statistics(bids, Reader(r.file, r.line, r.offset))
    for n, one in enumerate(r.objects(tender, "lots", "tender/")):
        path = "tender/lots/"
        lot = r.text(one, "id", path) or f"{n + 1}"
        value, currency = r.money(one, "value", path)
        criteria = r.objects(r.object(one, "awardCriteria", path), "criteria", path)
        yield "lot", f"{ocid}/lot/{lot}", {
            "process": ocid,
            "lot": lot,
            "title": r.text(one, "title", path),
            "description": r.text(one, "description", path),
            "status": r.text(one, "status", path),
            "method": r.text(one, "procurementMethod", path),
            "value": value,
            "currency": currency,
            **r.moment(r.object(one, "tenderPeriod", path), "startDate", path + "tenderPeriod/", "tender_start"),
            **r.moment(r.object(one, "tenderPeriod", path), "endDate", path + "tenderPeriod/", "tender_end"),
            "bids_received": counts.get(("bids", lot)),
            "weights": _weights(one, path, r),
            "criteria": ";".join(str(c.get("type")) for c in criteria if c.get("type")) or None,
            "criteria_details": "; ".join(str(c.get("description")) for c in criteria if c.get("description")) or None,
            "electronic": None,
            "shortened": None,
            "complaints": counts.get(("complaints", lot)),
            "funding": None,
            "brands_named": None,
        }  # fmt: skip


def _items(holder: Json, of: str, of_id: str, ocid: str, path: str, r: Reader) -> Iterator[Found]:
    for n, one in enumerate(r.objects(holder, "items", path)):
        where = path + "items/"
        main = r.object(one, "classification", where)
        named = [a.get("value") for a in r.objects(one, "attributes", where) if str(a.get("name")).lower() in {"brand", "manufacturer"}]
        brand = named[0] if named else None
        more = r.objects(one, "additionalClassifications", where)
        for k, code in enumerate([main, *more]):
            if code or not k:
                yield "item", f"{ocid}/{of}/{of_id}/item/{n}/{k}", {
                    "process": ocid,
                    "of": of,
                    "of_id": of_id,
                    "lot": r.text(one, "relatedLot", where) or "",
                    "item": r.text(one, "id", where),
                    "scheme": r.text(code, "scheme", where + "classification/"),
                    "code": r.text(code, "id", where + "classification/"),
                    "description": r.text(one, "description", where),
                    "brand": str(brand) if brand else None,
                }  # fmt: skip


def _documents(holder: Json, of: str, of_id: str, ocid: str, path: str, r: Reader) -> Iterator[Found]:
    for n, one in enumerate(r.objects(holder, "documents", path)):
        where = path + "documents/"
        yield "document", f"{ocid}/{of}/{of_id}/document/{n}", {
            "process": ocid,
            "of": of,
            "of_id": of_id,
            "type": r.text(one, "documentType", where),
            "title": r.text(one, "title", where),
            "access": None,
            "url": r.text(one, "url", where),
            "language": r.text(one, "language", where),
            **r.moment(one, "datePublished", where, "published"),
        }  # fmt: skip


def _part(ocid: str, of: str, of_id: str, role: str, place: int, one: Json, path: str, r: Reader) -> Found:
    values: dict[str, Any] = {
        "process": ocid,
        "of": of,
        "of_id": of_id,
        "role": role,
        "place": place,
        "party": r.text(one, "id", path),
        "name": r.text(one, "name", path),
    }
    return "part", f"{ocid}/{of}/{of_id}/{role}/{place}", values


def _bids(bids: Json, ocid: str, r: Reader) -> Iterator[Found]:
    path = "bids/details/"
    for n, one in enumerate(r.objects(bids, "details", "bids/")):
        bid = r.text(one, "id", path) or f"#{n}"
        value = r.object(one, "value", path)
        amount = r.amount(value, "amount", path + "value/")
        yield "bid", f"{ocid}/bid/{n}", {
            "process": ocid,
            "bid": bid,
            "lots": r.texts(one, "relatedLots", path),
            "status": r.text(one, "status", path),
            **r.moment(one, "date", path, "date"),
            "amount": amount and amount[0],
            "parts": amount and amount[1],
            "currency": r.text(value, "currency", path + "value/"),
            "rank": r.count(one, "rank", path),
            "subcontracting": r.flag(one, "hasSubcontracting", path),
            **_subcontracted(r.object(one, "subcontracting", path), path + "subcontracting/", r),
        }  # fmt: skip
        for k, who in enumerate(r.objects(one, "tenderers", path)):
            yield _part(ocid, "bid", bid, "tenderer", k, who, path + "tenderers/", r)


def _subcontracted(data: Json, path: str, r: Reader) -> Json:
    """Share and value that a bid hands on; the standard writes the share as 0 to 1."""
    share = r.amount(data, "maximumPercentage", path) if "maximumPercentage" in data else None
    return {
        "subcontract_share": share[0] * 1_000_000 // share[1] if share else None,
        "subcontract_value": r.money(data, "value", path)[0],
    }


def _awards(data: Json, ocid: str, r: Reader) -> Iterator[Found]:
    path = "awards/"
    for n, one in enumerate(r.objects(data, "awards", "")):
        award = r.text(one, "id", path) or f"#{n}"
        value, currency = r.money(one, "value", path)
        notices = [d for d in r.objects(one, "documents", path) if d.get("documentType") == "awardNotice"]
        yield "award", f"{ocid}/award/{n}", {
            "process": ocid,
            "award": award,
            "lots": r.texts(one, "relatedLots", path),
            "status": r.text(one, "status", path),
            **r.moment(one, "date", path, "date"),
            **r.moment(notices[0] if notices else {}, "datePublished", path + "documents/", "published"),
            "value": value,
            "currency": currency,
            "reason": r.text(one, "statusDetails", path),
        }  # fmt: skip
        for k, who in enumerate(r.objects(one, "suppliers", path)):
            yield _part(ocid, "award", award, "supplier", k, who, path + "suppliers/", r)
        yield from _items(one, "award", award, ocid, path, r)
        yield from _documents(one, "award", award, ocid, path, r)


def _deals(data: Json, ocid: str, r: Reader) -> Iterator[Found]:
    path = "contracts/"
    for n, one in enumerate(r.objects(data, "contracts", "")):
        deal = r.text(one, "id", path) or f"#{n}"
        value, currency = r.money(one, "value", path)
        signed = [d for d in r.objects(one, "documents", path) if d.get("documentType") == "contractSigned"]
        yield "deal", f"{ocid}/deal/{n}", {
            "process": ocid,
            "deal": deal,
            "award": r.text(one, "awardID", path),
            "status": r.text(one, "status", path),
            **r.moment(one, "dateSigned", path, "signed"),
            **r.moment(signed[0] if signed else {}, "datePublished", path + "documents/", "published"),
            **r.moment(r.object(one, "period", path), "startDate", path + "period/", "starts"),
            **r.moment(r.object(one, "period", path), "endDate", path + "period/", "ends"),
            "value": value,
            "currency": currency,
            "text_url": r.text(signed[0], "url", path + "documents/") if signed else None,
            "final_value": r.money(r.object(one, "implementation", path), "finalValue", path + "implementation/")[0],
        }  # fmt: skip
        yield from _items(one, "deal", deal, ocid, path, r)
        yield from _documents(one, "deal", deal, ocid, path, r)
        for k, change in enumerate(r.objects(one, "amendments", path)):
            yield "change", f"{ocid}/deal/{n}/change/{k}", {
                "process": ocid,
                "deal": deal,
                **r.moment(change, "date", path + "amendments/", "date"),
                **moment(None, "published"),
                "reason": r.text(change, "rationale", path + "amendments/") or r.text(change, "description", path + "amendments/"),
                "added": None,
                "before": None,
                "after": None,
                "currency": currency,
            }  # fmt: skip
        for k, paid in enumerate(r.objects(r.object(one, "implementation", path), "transactions", path)):
            amount, paid_in = r.money(paid, "value", path + "implementation/transactions/")
            yield "payment", f"{ocid}/deal/{n}/payment/{k}", {
                "process": ocid,
                "deal": deal,
                **r.moment(paid, "date", path + "implementation/transactions/", "date"),
                "amount": amount,
                "currency": paid_in,
            }  # fmt: skip


def _firms(data: Json, ocid: str, r: Reader) -> Iterator[Found]:
    path = "parties/"
    for n, one in enumerate(r.objects(data, "parties", "")):
        mark = r.object(one, "identifier", path)
        party = r.text(one, "id", path)
        owners = one.get("beneficialOwners")
        yield "firm", f"{ocid}/firm/{n}", {
            "process": ocid,
            "party": party,
            "name": r.text(one, "name", path),
            "scheme": r.text(mark, "scheme", path + "identifier/"),
            "number": r.text(mark, "id", path + "identifier/"),
            "country": r.text(r.object(one, "address", path), "countryName", path + "address/"),
            "town": r.text(r.object(one, "address", path), "locality", path + "address/"),
            "scale": r.text(r.object(one, "details", path), "scale", path + "details/"),
            **r.moment(r.object(one, "details", path), "foundationDate", path + "details/", "founded"),
            "owners_listed": isinstance(owners, list),
        }  # fmt: skip
        for k, who in enumerate(r.objects(one, "beneficialOwners", path)):
            nations = who.get("nationalities")
            yield "owner", f"{ocid}/firm/{n}/owner/{k}", {
                "process": ocid,
                "party": party,
                "owner": r.text(who, "id", path + "beneficialOwners/"),
                "name": r.text(who, "name", path + "beneficialOwners/"),
                "nationality": ";".join(str(x) for x in nations) if isinstance(nations, list) else None,
            }  # fmt: skip
        for k, role in enumerate(x for x in one.get("roles") or () if x in {"subcontractor", "funder", "reviewBody"}):
            yield _part(ocid, "process", "", str(role), n * 10 + k, one, path, r)
