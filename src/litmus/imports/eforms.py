"""eForms notices (XML, SDK 1.x) as rows of the procurement tables.

A notice is one record of its procedure (BT-04), which several notices tell of; a notice without one stands for itself. Lots
keep their identifiers. The award date of the notice as a whole is not read: the schema demands one, and notices fill it with a
dummy. A procedure code that the standard's four methods do not decide stays in ``method_details`` alone.
"""

from collections.abc import Iterator
from typing import BinaryIO

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports.coerce import Json, Reader, moment
from litmus.imports.eforms_result import Found, Party, money, organisations, party_rows, results
from litmus.imports.ocds_release import REGIMES
from litmus.imports.xmltree import Node, XmlError, read_tree

ROOTS = {"ContractNotice", "ContractAwardNotice", "PriorInformationNotice", "BusinessRegistrationInformationNotice"}
EXTENSION = "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension"
METHOD = {
    "open": "open",
    "restricted": "selective",
    "comp-dial": "selective",
    "innovation": "selective",
    "neg-w-call": "selective",
    "neg-wo-call": "limited",
}
CATEGORY = {"supplies": "goods", "services": "services", "works": "works"}
#: What a notice is a document of, by the list its type stands in.
DOCUMENT = {"competition": "tenderNotice", "result": "awardNotice", "planning": "plannedProcurementNotice", "cont-modif": "contractChange"}
NEVER = "2090"
DEADLINES = (
    "TenderingProcess/TenderSubmissionDeadlinePeriod",
    "TenderingProcess/ParticipationRequestReceptionPeriod",
    f"TenderingProcess/{EXTENSION}/InterestExpressionReceptionPeriod",
)


def rows(stream: BinaryIO, source: str) -> Iterator[Row | Fault]:
    """The rows of one notice, or the fault that holds it."""
    try:
        root = read_tree(stream)
    except XmlError as err:
        yield Fault(source, err.line, "", "", str(err))
        return
    reader = Reader(source, root.line)
    if root.name not in ROOTS:
        yield Fault(source, root.line, "", root.name, f"expected an eForms notice, one of {', '.join(sorted(ROOTS))}")
        return
    notice = root.get("ID")
    if notice is None:
        yield Fault(source, root.line, "ID", "", "expected a notice with an identifier (BT-701)")
        return
    process = root.get("ContractFolderID")
    if process is None:
        reader.tell("ContractFolderID", "", "expected a procedure identifier (BT-04); the notice stands for itself")
        process = notice
    for table, name, values in _Notice(root, process, notice, reader).rows():
        yield Row(table, f"{notice}/{name}", source, root.line, {"process": process, "notice": notice, **values})
    yield from reader.faults


def when(day: str | None, time: str | None, name: str) -> Json:
    """A moment of a date and a time that are printed apart, each with its zone."""
    if day is None:
        return moment(None, name)
    clock = time or ""
    text = day[:10] + "T" + clock if clock else day
    if clock and clock[-1:] not in "Zz" and "+" not in clock and "-" not in clock:
        text += day[10:]
    return moment(text, name)


class _Notice:
    """One notice on its way into rows."""

    def __init__(self, root: Node, process: str, notice: str, r: Reader) -> None:
        self.root, self.process, self.notice, self.r = root, process, notice, r
        self.extension = root.first(EXTENSION) or Node("", {}, root.line)
        self.language = root.get("NoticeLanguageCode")
        self.lots = [n for n in root.all("ProcurementProjectLot") if _scheme(n) in {"lot", "part", ""}]
        self.parties = organisations(self.extension, notice)
        kind = root.first("NoticeTypeCode")
        self.form = kind.text.strip() if kind else ""
        self.list = kind.attributes.get("listName", "") if kind else ""
        published = self.extension.get("Publication/PublicationDate")
        self.published = moment(published, "published")

    def rows(self) -> Iterator[Found]:
        """(table, row id, values) of everything that the tables hold."""
        yield from self._notice()
        for n, lot in enumerate(self.lots):
            yield from self._lot(lot, n)
        yield from self._documents()
        for n, org in enumerate(self.root.all("ContractingParty")):
            party = self.parties.get(org.get("Party/PartyIdentification/ID") or "")
            if party:
                yield "part", f"buyer/{n}", _part("process", "", "buyer", n, party)
        yield from party_rows(self.extension, self.parties)
        shown = self.published if self.list == "result" else moment(None, "published")
        yield from results(self.extension, self.parties, shown, self.r, changed=self.list == "cont-modif")
        yield from self._withheld()

    def text(self, node: Node, path: str) -> str | None:
        """A text in the notice's own language, else in the first that is given."""
        found = node.all(path)
        own = [n for n in found if n.attributes.get("languageID") == self.language] or found
        return (own[0].text.strip() or None) if own else None

    def _notice(self) -> Iterator[Found]:
        root, project = self.root, self.root.first("ProcurementProject") or Node("", {}, 0)
        buyer = self.parties.get(root.get("ContractingParty/Party/PartyIdentification/ID") or "")
        code = root.get("TenderingProcess/ProcedureCode")
        value, currency = money(project.first("RequestedTenderTotal/EstimatedOverallContractAmount"), "BT-27", self.r)
        one = self.lots[0] if len(self.lots) == 1 else None
        direct = self._reasons("direct-award-justification")
        domain = self.root.get("RegulatoryDomain")
        acts = root.all("TenderingTerms/ProcurementLegislationDocumentReference")
        laws = [domain if domain != "other" else None, *(n.get("ID") for n in acts)]
        yield "notice", "notice", {
            "form": self.form or root.name,
            **self.published,
            **when(root.get("IssueDate"), root.get("IssueTime"), "sent"),
            "country": buyer.country if buyer else None,
            "language": self.language,
            "legal_basis": "; ".join(x for x in laws if x) or None,
            "title": self.text(project, "Name"),
            "description": self.text(project, "Description"),
            "buyer": buyer.party if buyer else None,
            "buyer_name": buyer.name if buyer else None,
            "entity": None,
            "status": None,
            "method": METHOD.get(code or ""),
            "method_details": code,
            "rationale": "; ".join(t for _, t in direct if t) or None,
            "rationale_codes": [c for c, _ in direct if c],
            "regime": next((REGIMES[c] for c, _ in direct if c in REGIMES), None),
            "category": CATEGORY.get(self._nature(project) or ""),
            "value": value,
            "currency": currency,
            "budget": None,
            "budget_currency": None,
            **moment(None, "tender_start"),
            **(self._deadline(one) if one else moment(None, "tender_end")),
            "shortened": self._shortened(),
            "bids_received": _received(self.extension, None) if len(self.lots) == 1 else None,
            "bids_listed": True if self.extension.all("NoticeResult/LotTender") else False if self.list == "result" else None,
            "awards_listed": True if self.extension.all("NoticeResult/LotResult") else None,
            "electronic": _electronic(one) if one else None,
            "criteria": None,
            "criteria_details": None,
            "weights": None,
            "complaints": _complaints(self.extension, None) if len(self.lots) == 1 else None,
            "funding": None,
            "framework": None,
            "url": None,
        }  # fmt: skip
        yield from self._items(project, "", "tender")

    def _nature(self, project: Node) -> str | None:
        return next((n.text.strip() for n in project.all("ProcurementTypeCode") if n.attributes.get("listName") == "contract-nature"), None)

    def _reasons(self, list_name: str) -> list[tuple[str | None, str | None]]:
        found = self.root.all("TenderingProcess/ProcessJustification")
        return [
            (n.get("ProcessReasonCode"), self.text(n, "ProcessReason"))
            for n in found
            if any(c.attributes.get("listName") == list_name for c in n.all("ProcessReasonCode"))
        ]

    def _shortened(self) -> bool | None:
        codes = [c for c, _ in self._reasons("accelerated-procedure")]
        return codes[0] == "true" if codes else None

    def _deadline(self, lot: Node) -> Json:
        """The end of the submission period; of two-stage procedures, of the requests to take part."""
        for path in DEADLINES:
            found = lot.first(path)
            day = found.get("EndDate") if found is not None else None
            if found is not None and day:
                if day[:4] >= NEVER:
                    self.r.tell(path, day, f"a deadline of {NEVER} or later fills a field that does not apply; left out")
                    continue
                return when(day, found.get("EndTime"), "tender_end")
        return moment(None, "tender_end")

    def _lot(self, lot: Node, n: int) -> Iterator[Found]:
        name = lot.get("ID") or f"#{n + 1}"
        project = lot.first("ProcurementProject") or Node("", {}, lot.line)
        value, currency = money(project.first("RequestedTenderTotal/EstimatedOverallContractAmount"), "BT-27-Lot", self.r)
        criteria = lot.all("TenderingTerms/AwardingTerms/AwardingCriterion/SubordinateAwardingCriterion")
        kinds = [k for c in criteria if (k := c.get("AwardingCriterionTypeCode"))]
        numbers = [c for c in criteria if c.first(f"{EXTENSION}/AwardCriterionParameter/ParameterNumeric")]
        details = [t for c in criteria if (t := self.text(c, "Description") or self.text(c, "Name"))]
        funds = [f.text.strip() for f in lot.all("TenderingTerms/FundingProgramCode") if f.text.strip()]
        yield "lot", f"lot/{name}", {
            "lot": name,
            "title": self.text(project, "Name"),
            "description": self.text(project, "Description"),
            "status": None,
            "method": None,
            "value": value,
            "currency": currency,
            **moment(None, "tender_start"),
            **self._deadline(lot),
            "bids_received": _received(self.extension, name),
            "weights": True if numbers else (len(criteria) == 1 if criteria else None),
            "criteria": ";".join(kinds) or None,
            "criteria_details": "; ".join(details) or None,
            "electronic": _electronic(lot),
            "shortened": None,
            "complaints": _complaints(self.extension, name),
            "funding": "; ".join(funds) or None,
            "brands_named": None,
        }  # fmt: skip
        yield from self._items(project, name, "tender")

    def _items(self, project: Node, lot: str, of: str) -> Iterator[Found]:
        codes = [*project.all("MainCommodityClassification"), *project.all("AdditionalCommodityClassification")]
        for n, holder in enumerate(codes):
            for code in holder.all("ItemClassificationCode"):
                yield "item", f"item/{lot}/{n}", {
                    "of": of,
                    "of_id": "",
                    "lot": lot,
                    "item": f"{n + 1}",
                    "scheme": (code.attributes.get("listName") or "cpv").upper(),
                    "code": code.text.strip() or None,
                    "description": self.text(project, "Name"),
                    "brand": None,
                }  # fmt: skip

    def _documents(self) -> Iterator[Found]:
        kind = DOCUMENT.get(self.list)
        if kind:
            values = {"of": "tender", "of_id": "", "type": kind, "title": self.form, "access": None, "url": None, "language": self.language}
            yield "document", "document", {**values, **self.published}
        seen = set()
        for lot in self.lots:
            for n, one in enumerate(lot.all("TenderingTerms/CallForTendersDocumentReference")):
                url = one.get("Attachment/ExternalReference/URI")
                access = {"restricted-document": "restricted", "non-restricted-document": "open"}.get(one.get("DocumentType") or "")
                if (url, access) in seen:
                    continue
                seen.add((url, access))
                yield "document", f"document/{lot.get('ID')}/{n}", {
                    "of": "tender",
                    "of_id": "",
                    "type": "biddingDocuments",
                    "title": one.get("ID"),
                    "access": access,
                    "url": url,
                    "language": one.get("LanguageID"),
                    **self.published,
                }  # fmt: skip

    def _withheld(self) -> Iterator[Found]:
        lot, count = "", 0
        for node in self.root.walk():
            if node.name in {"ProcurementProjectLot", "LotResult", "LotTender"}:
                lot = (node.get("ID") if node.name == "ProcurementProjectLot" else node.get("TenderLot/ID")) or lot
            elif node.name == "FieldsPrivacy":
                count += 1
                yield "withheld", f"withheld/{count}", {
                    "lot": lot,
                    "path": node.get("FieldIdentifierCode"),
                    "code": node.get("ReasonCode"),
                    "reason": self.text(node, "ReasonDescription"),
                    **moment(node.get("PublicationDate"), "until"),
                }  # fmt: skip


def _part(of: str, of_id: str, role: str, place: int, party: Party) -> Json:
    return {"of": of, "of_id": of_id, "role": role, "place": place, "party": party.party, "name": party.name}


def _scheme(lot: Node) -> str:
    mark = lot.first("ID")
    return mark.attributes.get("schemeName", "").lower() if mark else ""


def _electronic(lot: Node) -> bool | None:
    codes = [n.text.strip() for n in lot.all("TenderingProcess/SubmissionMethodCode") if n.attributes.get("listName") == "esubmission"]
    return {"allowed": True, "required": True, "not-allowed": False}.get(codes[0]) if codes else None


def _statistic(extension: Node, lot: str | None, holder: str, code: str) -> int | None:
    """A declared count of a lot; of the only result where no lot is asked for."""
    found = []
    for result in extension.all("NoticeResult/LotResult"):
        if lot is None or result.get("TenderLot/ID") == lot:
            found += [n.get("StatisticsNumeric") for n in result.all(holder) if n.get("StatisticsCode") == code]
    return int(found[0]) if len(found) == 1 and found[0] and found[0].isascii() and found[0].isdigit() and len(found[0]) < 10 else None


def _received(extension: Node, lot: str | None) -> int | None:
    return _statistic(extension, lot, "ReceivedSubmissionsStatistics", "tenders")


def _complaints(extension: Node, lot: str | None) -> int | None:
    return _statistic(extension, lot, "AppealRequestsStatistics", "complainants")
