"""Other people's procurement records: what is in them arrives, what is wrong is counted, and nothing hostile gets through.

Longer than 400 lines because it prints one whole invented release and one whole invented notice, which most tests read.
"""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litmus.facts.fault import Fault
from litmus.facts.row import Row
from litmus.imports import eforms, kosovo, mapped, ocds, xmltree
from litmus.imports.coerce import exact
from litmus.imports.flat import FIELDS, MANY
from litmus.imports.lines import open_bytes
from litmus.imports.messy import amount, day, name_key
from litmus.imports.procured import find_files, read_file, read_files
from litmus.procurement.load import Receipt, loaded
from litmus.procurement.tables import dictionary, tables

SHARED = Path(__file__).parents[2] / "shared" / "data"
KOSOVO, TED = SHARED / "kosovo", SHARED / "ted"


def ocds_of(text: bytes) -> tuple[list[Row], list[Fault]]:
    return parted(ocds.rows(io.BytesIO(text), "example.jsonl"))


def parted(items: Any) -> tuple[list[Row], list[Fault]]:
    found = list(items)
    return [r for r in found if isinstance(r, Row)], [f for f in found if isinstance(f, Fault)]


def values(rows: list[Row], table: str) -> list[dict[str, Any]]:
    return [r.values for r in rows if r.table == table]


# --- typed tables -----------------------------------------------------------------------------------------------------

FULL: dict[str, Any] = {
    "ocid": "ocds-invented-1", "id": "r1", "date": "2031-06-01T00:00:00Z", "tag": ["compiled"], "language": "sq",
    "buyer": {"id": "B", "name": "Invented municipality"},
    "parties": [
        {"id": "S", "name": "Invented Optika", "identifier": {"scheme": "XX-REG", "id": "1"},
         "address": {"countryName": "XX", "locality": "Liqen"},
         "beneficialOwners": [{"id": "o1", "name": "Invented Person", "nationalities": ["XX"]}], "details": {"scale": "sme"}},
        {"id": "F", "name": "Invented Bank", "roles": ["funder"]},
    ],
    "planning": {"budget": {"amount": {"amount": 200000, "currency": "EUR"}}},
    "tender": {
        "title": "Kamera", "procurementMethod": "open", "value": {"amount": 100000.5, "currency": "EUR"}, "numberOfTenderers": 2,
        "tenderPeriod": {"startDate": "2031-03-01T09:00:00+01:00", "endDate": "2031-04-01"}, "submissionMethod": ["electronicSubmission"],
        "lots": [{"id": "L1", "value": {"amount": 100000.5, "currency": "EUR"}}],
        "items": [{"id": "1", "relatedLot": "L1", "classification": {"scheme": "CPV", "id": "32323500-8"},
                   "attributes": [{"name": "brand", "value": "InventedCam"}]}],
        "documents": [{"id": "d", "documentType": "tenderNotice", "url": "https://example.test/1", "datePublished": "2031-02-27"}],
    },
    "bids": {"statistics": [{"measure": "bids", "value": 2, "relatedLot": "L1"}],
             "details": [{"id": "b1", "status": "valid", "relatedLots": ["L1"], "tenderers": [{"id": "S"}], "hasSubcontracting": True,
                          "subcontracting": {"maximumPercentage": 0.25}, "value": {"amount": 99999.999, "currency": "EUR"}}]},
    "awards": [{"id": "a1", "status": "active", "relatedLots": ["L1"], "suppliers": [{"id": "S"}],
                "value": {"amount": 99999, "currency": "EUR"}}],
    "contracts": [{"id": "c1", "awardID": "a1", "dateSigned": "2031-05-01", "value": {"amount": 99999, "currency": "EUR"},
                   "documents": [{"documentType": "contractSigned", "url": "https://example.test/c"}],
                   "amendments": [{"date": "2031-07-01", "rationale": "more"}],
                   "implementation": {"transactions": [{"date": "2031-08-01", "value": {"amount": 5, "currency": "EUR"}}]}}],
    "withheldInformation": [{"id": "w", "field": "awards/value", "rationaleClassification": "sec", "availabilityDate": "2033-01-01"}],
}  # fmt: skip


def test_a_release_becomes_rows_of_every_table_with_all_their_columns() -> None:
    rows, faults = ocds_of(orjson.dumps(FULL))
    assert {r.table for r in rows} == set(tables()) - {"parent"}
    for row in rows:
        known = {n for n, _ in tables()[row.table].sql}
        assert set(row.values) == known, row.table
    assert [(f.column, f.holds_row) for f in faults] == []
    notice = values(rows, "notice")[0]
    assert (notice["value"], notice["tender_start_at"], notice["tender_end_at"]) == (10_000_050, 1_930_118_400, None)
    assert notice["tender_end_day"] == "2031-04-01"
    assert values(rows, "bid")[0]["amount"] == 99_999_999
    assert values(rows, "bid")[0]["parts"] == 1000
    assert values(rows, "bid")[0]["subcontract_share"] == 250_000
    assert values(rows, "item")[0]["brand"] == "InventedCam"
    assert values(rows, "withheld")[0]["until_day"] == "2033-01-01"


def test_packages_records_lists_and_gzip_hold_the_same_releases(tmp_path: Path) -> None:
    one, two = {"ocid": "x1"}, {"ocid": "x2", "date": "2031-01-01"}
    shapes: list[Any] = [
        {"releases": [one, two]},
        {"records": [{"ocid": "x1", "compiledRelease": one}, {"ocid": "x2", "releases": [{"ocid": "x2", "date": "2030-01-01"}, two]}]},
        [one, two],
    ]
    for shape in shapes:
        for text in (orjson.dumps(shape), json.dumps(shape, indent=2).encode()):
            for packed in (text, gzip.compress(text)):
                file = tmp_path / "package.json"
                file.write_bytes(packed)
                rows, faults = parted(read_file(file))
                assert ([r.values["process"] for r in rows if r.table == "notice"], faults) == (["x1", "x2"], [])


def test_a_value_of_another_type_is_told_and_does_not_hold_the_row() -> None:
    told = {
        "ocid": "x",
        "tender": {"numberOfTenderers": "3", "title": 7, "tenderPeriod": {"startDate": "soon"}, "value": {"amount": "12.5"}, "items": {}},
    }
    rows, faults = ocds_of(orjson.dumps(told))
    notice = values(rows, "notice")[0]
    assert (notice["bids_received"], notice["title"], notice["value"], notice["tender_start_day"]) == (3, "7", 1250, None)
    columns = {f.column for f in faults}
    assert columns == {"tender/numberOfTenderers", "tender/title", "tender/tenderPeriod/startDate", "tender/value/amount", "tender/items"}
    assert not any(f.holds_row for f in faults)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from([b'{"ocid":"a"}', b'{"ocid":1}', b"{", b"[]", b"3", b'{"a":1}', b"\xff", b'{"ocid":"b","tender":[]}', b'"x"']),
        max_size=12,
    )
)
def test_every_line_is_a_row_or_a_fault(text: list[bytes]) -> None:
    receipt = Receipt()
    rows, faults = ocds_of(b"\n".join(text) + b"\n")
    for fault in faults:
        receipt.fault(fault)
    assert len(values(rows, "notice")) + receipt.held == len(text)
    for fault in faults:
        assert fault.line >= 1
        assert fault.expected


# --- several records of one process -----------------------------------------------------------------------------------


def test_a_later_compiled_release_takes_the_place_of_the_earlier() -> None:
    first = {"ocid": "x", "id": "1", "tag": ["compiled"], "date": "2031-02-01T00:00:00Z", "bids": {"details": [{"id": "b"}]}}
    last = {"ocid": "x", "id": "2", "tag": ["compiled"], "date": "2031-03-01T00:00:00Z", "tender": {"title": "New"}}
    for order in ([first, last], [last, first]):
        text = b"\n".join(orjson.dumps(r) for r in order)
        with loaded(ocds.rows(io.BytesIO(text), "x")) as (con, receipt):
            assert con.execute("SELECT title, records FROM process").fetchall() == [("New", 1)]
            assert con.execute("SELECT count(*) FROM bid").fetchall() == [(0,)]
            assert (receipt.notices, receipt.superseded) == (2, 1)


def test_a_call_and_a_result_of_one_process_are_read_together() -> None:
    call = {"ocid": "x", "id": "1", "tag": ["tender"], "date": "2031-02-01",
            "tender": {"title": "Call", "lots": [{"id": "L", "title": "Lot"}],
            "tenderPeriod": {"endDate": "2031-03-01"}, "value": {"amount": 5, "currency": "EUR"}}}  # fmt: skip
    result = {"ocid": "x", "id": "2", "tag": ["award"], "date": "2031-04-01",
              "tender": {"title": "Call, corrected", "value": {"amount": 6}},
              "awards": [{"id": "a", "status": "active", "relatedLots": ["L"], "suppliers": [{"id": "S"}]}]}  # fmt: skip
    text = orjson.dumps([call, result])
    with loaded(ocds.rows(io.BytesIO(text), "x")) as (con, _):
        found = con.execute("SELECT title, tender_end_day, value, currency, records FROM process").fetchall()
        assert [(t, str(d), v, c, n) for t, d, v, c, n in found] == [("Call, corrected", "2031-03-01", 600, None, 2)]
        assert con.execute("SELECT title FROM lot").fetchall() == [("Lot",)]
        assert con.execute('SELECT "of", of_id, lot FROM covers').fetchall() == [("award", "a", "L")]
        assert con.execute("SELECT alone, members FROM team").fetchall() == [("S", 1)]
        assert con.execute("SELECT count(*) FROM notice").fetchall() == [(2,)]


# --- registers and mapped tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27.01.2011", "2011-01-27"), ("5.3.2012.", "2012-03-05"), ("21,01,2013", "2013-01-21"), ("27/09/2013", "2013-09-27"),
        ("27.01.11", "2011-01-27"), ("31.02.2011", None), ("n/a", None), ("anuluar", None), ("2011-01-27", "2011-01-27"),
        ("12.05.2011-31.12.2011", "2011-05-12"),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, expected: str | None) -> None:
    assert day(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100,000.00", "100000.00"), ("1.234,50", "1234.50"), ("1234,5", "1234.5"), ("€ 12", "12"), ("12 (dymbëdhjetë)", None), ("-5", None),
     ("1,23,456", None), ("1e5", None)],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, expected: str | None) -> None:
    assert amount(text)[0] == expected


def test_exact_amounts_are_exact_or_refused() -> None:
    assert exact("0.1") == (10, 100)
    assert exact("12.345") == (12345, 1000)
    for wrong in ("NaN", "Infinity", "1e308", "-1", "0.0000000000001", "", "x"):
        assert exact(wrong) is None


REGISTER = (
    '1,7,2,3,5,32,"Kamera të sigurisë",27.01.2031,"100,000.00","90,000.00",0,Invented Optika,LIQEN,1,1,1\n'
    "1,8,2,3,9,,,,,,,,,1,1,1\n"
    "1,9,2\n"
)  # fmt: skip


def test_a_register_of_sixteen_columns(tmp_path: Path) -> None:
    folder = tmp_path / "liqen"
    folder.mkdir()
    (folder / "2031.csv").write_text(REGISTER, "utf-8")
    with loaded(read_files([tmp_path])) as (con, receipt):
        assert (receipt.records, receipt.notices, receipt.held) == (3, 1, 2)
        found = con.execute("SELECT process, method, value, currency, title, buyer_name FROM process").fetchall()
        assert found == [("xk-liqen-2031/1", "limited", 10_000_000, "EUR", "Kamera të sigurisë", "Municipality of Liqen")]
        assert con.execute("SELECT code, scheme FROM item").fetchall() == [("32", "CPV division")]
        assert con.execute("SELECT value, final_value FROM deal").fetchall() == [(9_000_000, 9_000_000)]
        assert con.execute("SELECT party FROM part WHERE role = 'supplier'").fetchall() == [("name:invented optika",)]


MAP = """
litmus: map/1
process: invented-app
country: XX
currency: ALL
columns:
  {number: Nr, title: Objekti, method: Lloji, price: Vlera, supplier_name: Fituesi, brand: Marka, regime: Ligji, annex_amount: [A1, A2]}
values:
  method: {E hapur: open, Direkt: direct}
"""
TABLE = [
    ["Nr", "Objekti", "Lloji", "Vlera", "Fituesi", "Marka", "Ligji", "A1", "A2", "Tjetër"],
    ["1", "Kamera", "E hapur", "1,000.00", "Invented Optika", "InventedCam", "", "10", "", "x"],
    ["2", "Server", "Tjetër", "500", "Invented Data", "", "iga", "", "", ""],
    ["3", "", "", "", "", "", "", "", "", ""],
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_of_any_columns_by_a_map(form: str, tmp_path: Path) -> None:
    file, plan = tmp_path / f"table.{form}", tmp_path / "map.yaml"
    plan.write_text(MAP, "utf-8")
    if form == "csv":
        file.write_text("\n".join(",".join(f'"{c}"' for c in row) for row in TABLE), "utf-8")
    else:
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in TABLE:
            book.active.append([float(c) if c == "500" else c for c in row])
        book.save(file)
    with loaded(read_files([file], plan)) as (con, receipt):
        assert (receipt.records, receipt.notices, receipt.held) == (3, 2, 1)
        found = con.execute("SELECT process, method, regime, country FROM process ORDER BY process").fetchall()
        assert found == [("invented-app/2", "open", None, "XX"), ("invented-app/3", None, "iga", "XX")]
        assert con.execute("SELECT value, final_value FROM deal ORDER BY process").fetchall() == [(100_000, 101_000), (50_000, None)]
        assert {c for c, _ in receipt.coerced} == {"Lloji"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1", "map/1"),
        ("litmus: map/1\nprocess: x\ncountry: XX\ncurrency: EUR", "columns is missing"),
        (MAP.replace("title:", "titel:"), "title"),
        (MAP.replace("country:", "contry:"), "country"),
        (MAP.replace("brand: Marka", "brand: [Marka, Ligji]"), "names several columns"),
        (MAP.replace("  method: {", "  metod: {"), "method"),
        ("{", "YAML"),
    ],
)
def test_a_wrong_map_names_the_key_and_the_fix(text: str, message: str, tmp_path: Path) -> None:
    plan = tmp_path / "map.yaml"
    plan.write_text(text, "utf-8")
    with pytest.raises(mapped.MapError, match=message):
        mapped.read_map(plan)


def test_a_column_that_the_table_does_not_have_is_a_fault(tmp_path: Path) -> None:
    plan, file = tmp_path / "map.yaml", tmp_path / "t.csv"
    plan.write_text(MAP, "utf-8")
    file.write_text("Nr,Objekt\n1,x\n", "utf-8")
    _, faults = parted(read_file(file, plan))
    assert "Objekt" in faults[0].expected


# --- eForms -----------------------------------------------------------------------------------------------------------

NOTICE = """<?xml version="1.0" encoding="UTF-8"?>
<ContractAwardNotice xmlns="urn:x" xmlns:cbc="urn:b" xmlns:cac="urn:a" xmlns:ext="urn:e" xmlns:efac="urn:f" xmlns:efbc="urn:g" xmlns:efext="urn:h">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
 <efac:NoticeResult>
  <efac:LotResult><cbc:ID>RES-1</cbc:ID><cbc:TenderResultCode>selec-w</cbc:TenderResultCode><efac:LotTender><cbc:ID>TEN-1</cbc:ID></efac:LotTender>
   <efac:LotTender><cbc:ID>TEN-2</cbc:ID></efac:LotTender><efac:SettledContract><cbc:ID>CON-1</cbc:ID></efac:SettledContract>
   <efac:ReceivedSubmissionsStatistics><efbc:StatisticsCode>tenders</efbc:StatisticsCode><efbc:StatisticsNumeric>3</efbc:StatisticsNumeric></efac:ReceivedSubmissionsStatistics>
   <efac:TenderLot><cbc:ID>LOT-1</cbc:ID></efac:TenderLot>
   <efac:FieldsPrivacy><efbc:FieldIdentifierCode>win-ten-val</efbc:FieldIdentifierCode><cbc:ReasonCode>law-enf</cbc:ReasonCode></efac:FieldsPrivacy></efac:LotResult>
  <efac:LotTender><cbc:ID>TEN-1</cbc:ID><cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">1000.50</cbc:PayableAmount></cac:LegalMonetaryTotal>
   <efac:TenderingParty><cbc:ID>TPA-1</cbc:ID></efac:TenderingParty><efac:TenderLot><cbc:ID>LOT-1</cbc:ID></efac:TenderLot></efac:LotTender>
  <efac:LotTender><cbc:ID>TEN-2</cbc:ID><efac:TenderLot><cbc:ID>LOT-1</cbc:ID></efac:TenderLot></efac:LotTender>
  <efac:SettledContract><cbc:ID>CON-1</cbc:ID><cbc:AwardDate>2031-04-02+01:00</cbc:AwardDate><cbc:IssueDate>2031-04-20+01:00</cbc:IssueDate>
   <efac:LotTender><cbc:ID>TEN-1</cbc:ID></efac:LotTender></efac:SettledContract>
  <efac:TenderingParty><cbc:ID>TPA-1</cbc:ID><efac:Tenderer><cbc:ID>ORG-2</cbc:ID></efac:Tenderer></efac:TenderingParty>
 </efac:NoticeResult>
 <efac:Organizations>
  <efac:Organization><efac:Company><cac:PartyIdentification><cbc:ID>ORG-1</cbc:ID></cac:PartyIdentification><cac:PartyName><cbc:Name>Invented Ministry</cbc:Name></cac:PartyName>
   <cac:PostalAddress><cac:Country><cbc:IdentificationCode>XXX</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
   <cac:PartyLegalEntity><cbc:CompanyID>12 34</cbc:CompanyID></cac:PartyLegalEntity></efac:Company></efac:Organization>
  <efac:Organization><efac:UltimateBeneficialOwner><cbc:ID>UBO-1</cbc:ID></efac:UltimateBeneficialOwner><efac:Company><cac:PartyIdentification><cbc:ID>ORG-2</cbc:ID></cac:PartyIdentification>
   <cac:PartyName><cbc:Name>Invented Optika</cbc:Name></cac:PartyName></efac:Company></efac:Organization>
  <efac:UltimateBeneficialOwner><cbc:ID>UBO-1</cbc:ID><cbc:FirstName>Invented</cbc:FirstName><cbc:FamilyName>Person</cbc:FamilyName>
   <efac:Nationality><cbc:NationalityID>XXX</cbc:NationalityID></efac:Nationality></efac:UltimateBeneficialOwner>
 </efac:Organizations>
 <efac:Publication><efbc:PublicationDate>2031-05-25+01:00</efbc:PublicationDate></efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:ID>n-1</cbc:ID><cbc:ContractFolderID>p-1</cbc:ContractFolderID><cbc:IssueDate>2031-05-23+01:00</cbc:IssueDate><cbc:IssueTime>10:00:00+01:00</cbc:IssueTime>
<cbc:NoticeTypeCode listName="result">can-standard</cbc:NoticeTypeCode><cbc:NoticeLanguageCode>ENG</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-1</cbc:ID></cac:PartyIdentification></cac:Party></cac:ContractingParty>
<cac:TenderingProcess><cbc:ProcedureCode>neg-wo-call</cbc:ProcedureCode>
 <cac:ProcessJustification><cbc:ProcessReasonCode listName="direct-award-justification">ecom-excl</cbc:ProcessReasonCode></cac:ProcessJustification></cac:TenderingProcess>
<cac:ProcurementProject><cbc:Name languageID="FRA">Caméras</cbc:Name><cbc:Name languageID="ENG">Cameras</cbc:Name>
 <cac:MainCommodityClassification><cbc:ItemClassificationCode listName="cpv">32323500</cbc:ItemClassificationCode></cac:MainCommodityClassification></cac:ProcurementProject>
<cac:ProcurementProjectLot><cbc:ID schemeName="Lot">LOT-1</cbc:ID><cac:ProcurementProject><cbc:Name>Lot one</cbc:Name></cac:ProcurementProject></cac:ProcurementProjectLot>
<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult>
</ContractAwardNotice>
"""  # noqa: E501 - an invented notice; lines follow its parts


def notice_of(text: str | bytes) -> tuple[list[Row], list[Fault]]:
    return parted(eforms.rows(io.BytesIO(text.encode() if isinstance(text, str) else text), "notice.xml"))


def test_a_notice_becomes_rows_of_the_same_tables() -> None:
    rows, faults = notice_of(NOTICE)
    assert faults == []
    for row in rows:
        assert set(row.values) == {n for n, _ in tables()[row.table].sql}, row.table
    notice = values(rows, "notice")[0]
    assert (notice["process"], notice["method"], notice["regime"], notice["title"]) == (
        "p-1",
        "limited",
        "electronic-communications",
        "Cameras",
    )
    assert (notice["sent_at"], notice["published_day"], notice["bids_received"]) == (1_937_293_200, "2031-05-25", 3)
    assert (notice["buyer"], notice["buyer_name"]) == ("XXX-1234", "Invented Ministry")
    award = values(rows, "award")[0]
    assert (award["date_day"], award["value"], award["currency"], award["lots"]) == ("2031-04-02", 100_050, "EUR", ["LOT-1"])
    assert {b["bid"]: b["status"] for b in values(rows, "bid")} == {"TEN-1": "valid", "TEN-2": None}
    suppliers = [p for p in values(rows, "part") if p["role"] == "supplier"]
    assert [p["party"] for p in suppliers] == ["n-1/ORG-2"]
    assert values(rows, "owner")[0]["name"] == "Invented Person"
    assert (values(rows, "withheld")[0]["path"], values(rows, "withheld")[0]["lot"]) == ("win-ten-val", "LOT-1")


HOSTILE_XML = {
    "entities that grow": '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><ContractNotice>&b;</ContractNotice>',
    "a file of this machine": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ContractNotice><ID>&e;</ID></ContractNotice>',
    "a document type in UTF-16": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><ContractNotice/>'.encode("utf-16"),
    "an entity nobody declared": "<ContractNotice><ID>&e;</ID></ContractNotice>",
    "depth": "<ContractNotice>" + "<a>" * 10_000,
    "breadth": "<ContractNotice>" + "<a/>" * (xmltree.NODES + 1),
    "another encoding": '<?xml version="1.0" encoding="windows-1250"?><ContractNotice><ID>č</ID></ContractNotice>'.encode("cp1250"),
    "no end": "<ContractNotice>",
    "another root": "<Invoice><ID>1</ID></Invoice>",
    "no id": "<ContractNotice/>",
    "nothing": b"",
    "a NUL": b"<ContractNotice>\x00</ContractNotice>",
}


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_hostile_xml_is_one_fault_and_no_row(name: str) -> None:
    rows, faults = notice_of(HOSTILE_XML[name])
    assert rows == []
    assert len(faults) == 1
    assert faults[0].holds_row
    assert "root:" not in str(faults)


def test_an_xml_text_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltree, "SIZE", 1000)
    assert "at most" in notice_of(NOTICE)[1][0].expected


# --- hostile JSON -----------------------------------------------------------------------------------------------------

GOOD = b'{"ocid":"good"}'
HOSTILE_JSON: dict[str, tuple[bytes, int]] = {
    "10,000 levels": (b'{"ocid":"deep","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", 1),
    "NaN": (b'{"ocid":"x","tender":{"value":{"amount":NaN}}}', 1),
    "infinite": (b'{"ocid":"x","tender":{"value":{"amount":1e999}}}', 1),
    "another encoding": ('{"ocid":"x","buyer":{"name":"Općina"}}'.encode("cp1250"), 1),
    "UTF-16": ('{"ocid":"x"}'.encode("utf-16-le"), 1),
    "half a surrogate": (b'{"ocid":"\\ud800"}', 1),
    "10^308": (b'{"ocid":"x","tender":{"value":{"amount":1e308,"currency":"EUR"}}}', 0),
    "a negative amount": (b'{"ocid":"x","tender":{"value":{"amount":-5,"currency":"EUR"}}}', 0),
    "a negative period": (
        b'{"ocid":"x","tender":{"tenderPeriod":{"startDate":"2031-03-01T00:00:00Z","endDate":"2030-03-01T00:00:00Z"}}}',
        0,
    ),
    "a NUL in a text": (b'{"ocid":"x\\u0000y"}', 0),
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_a_hostile_line_costs_itself_and_no_other(name: str) -> None:
    line, held = HOSTILE_JSON[name]
    with loaded(ocds.rows(io.BytesIO(b"\n".join((GOOD, line, GOOD.replace(b"good", b"also good")))), "x")) as (con, receipt):
        assert (receipt.records, receipt.held) == (3, held)
        assert [f.line for f in receipt.faults if f.holds_row] == [2] * held
        assert con.execute("SELECT count(*) FROM process WHERE process LIKE '%good'").fetchall() == [(2,)]
        if "amount" in name or name == "10^308":
            assert con.execute("SELECT count(value) FROM process").fetchall() == [(0,)]
            assert receipt.coerced


def measured(code: str, *arguments: str) -> tuple[str, int]:
    """What a fresh process prints, and its peak of resident memory in MB (0 where the system does not tell)."""
    told = "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')][0], file=sys.stderr)"
    if not Path("/proc/self/status").exists():
        told = "print(0, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", f"import sys\n{code}\n{told}", *arguments], capture_output=True, check=True, text=True)
    return done.stdout, int(done.stderr.split()[-1]) // 1024


COUNT = """
from pathlib import Path
from litmus.imports.procured import read_file
from litmus.procurement.load import Receipt
from litmus.facts.fault import Fault
r, n = Receipt(), 0
for item in read_file(Path(sys.argv[1])):
    if isinstance(item, Fault): r.fault(item)
    elif item.table == "notice": n += 1
print(n, r.held, r.faults[0].expected if r.faults else "")
"""


def test_a_line_of_two_hundred_megabytes_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    with file.open("wb") as stream:
        stream.write(GOOD + b'\n{"ocid":"')
        for _ in range(200):
            stream.write(b"x" * (1 << 20))
        stream.write(b'"}\n' + GOOD + b"\n")
    told, peak = measured(COUNT, str(file))
    assert told.startswith("2 1 expected a line of at most 32 MB")
    assert peak < 150


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.jsonl.gz"
    with gzip.open(file, "wb", 9) as stream:
        for _ in range(200):
            stream.write(b"0" * (1 << 20))
    told, peak = measured(COUNT, str(file))
    assert "0 1 expected a readable stream: unpacks to more than" in told
    assert peak < 200


def test_a_gzip_file_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    file = tmp_path / "cut.jsonl.gz"
    text = b"".join(b'{"ocid":"x%d"}\n' % n for n in range(20_000))
    file.write_bytes(gzip.compress(text)[:-500])
    rows, faults = parted(read_file(file))
    assert len(values(rows, "notice")) > 10_000
    assert "breaks off" in faults[-1].expected
    file.write_bytes(gzip.compress(GOOD + b"\n") + gzip.compress(GOOD))
    with open_bytes(file) as stream:
        assert stream.readline() == GOOD + b"\n"
    assert len(values(parted(read_file(file))[0], "notice")) == 2


def test_a_path_that_is_not_there_is_an_error_and_an_unknown_table_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_files([tmp_path / "gone"])
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "map" in parted(read_file(tmp_path / "t.csv"))[1][0].expected


# --- real files -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not KOSOVO.exists(), reason="the Kosovo registers are not here")
def test_the_kosovo_registers_rows_in_are_rows_and_faults() -> None:
    records = 0
    for file in sorted(KOSOVO.rglob("*.csv")):
        import csv

        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        records += len(rows) - ("detailed" in str(file))
    with loaded(read_files([KOSOVO])) as (con, receipt):
        assert receipt.records == records == receipt.notices + receipt.held
        assert (receipt.notices, receipt.held) == (4103, 7)
        assert con.execute("SELECT count(*) FROM process").fetchall() == [(4103,)]
        # Prices that people wrote in strange ways are told, not lost: what was left out is counted.
        left_out = sum(n for (_, why), n in receipt.coerced.items() if "left out" in why and "amount" in why)
        assert left_out < 20


@pytest.mark.skipif(not TED.exists(), reason="the TED notices are not here")
def test_the_ted_notices_all_import() -> None:
    with loaded(read_files([TED])) as (con, receipt):
        assert (receipt.records, receipt.notices, receipt.held) == (61, 61, 0)
        assert con.execute("SELECT count(DISTINCT form) FROM notice").fetchall()[0][0] >= 13
        assert con.execute("SELECT count(*) FROM award WHERE date_day < DATE '2001-01-01'").fetchall() == [(0,)]


def texts(root: Any, path: str) -> list[str]:
    """Texts under a path of local names, read by another parser than ours."""
    return [(e.text or "").strip() for e in root.findall("/".join(f"{{*}}{name}" for name in path.split("/"))) if (e.text or "").strip()]


RESULT = "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension"
COMPARED = [
    "2024-110489.xml", "ContractAwardNotice_can-desg_2024-110033.xml", "ContractAwardNotice_can-modif_2023-101032.xml",
    "ContractAwardNotice_can-social_2022-943732.xml", "ContractAwardNotice_can-standard_2023-335407.xml",
    "ContractAwardNotice_can-standard_2024-100829.xml", "ContractAwardNotice_veat_2022-697882.xml",
    "ContractNotice_cn-desg_2024-101636.xml", "ContractNotice_cn-standard_2024-107345.xml", "can_24_minimal.xml",
]  # fmt: skip


@pytest.mark.skipif(not TED.exists(), reason="the TED notices are not here")
@pytest.mark.parametrize("name", COMPARED)
def test_ten_notices_field_by_field_with_their_xml(name: str) -> None:
    import xml.etree.ElementTree as ET  # another parser than ours

    root = ET.parse(TED / name).getroot()  # noqa: S314 - files of our own choosing
    rows, faults = parted(read_file(TED / name))
    assert not [f for f in faults if f.holds_row]
    notice = values(rows, "notice")[0]
    language = texts(root, "NoticeLanguageCode")[0]
    names = root.findall("{*}ProcurementProject/{*}Name")
    assert notice["title"] == next((n.text.strip() for n in names if n.get("languageID") == language and n.text), names[0].text)
    assert notice["form"] == (texts(root, "NoticeTypeCode") or [root.tag.partition("}")[2]])[0]
    assert notice["process"] == (texts(root, "ContractFolderID") or texts(root, "ID"))[0]
    assert notice["sent_day"] == texts(root, "IssueDate")[0][:10]
    assert notice["method_details"] == (texts(root, "TenderingProcess/ProcedureCode") or [None])[0]
    estimate = texts(root, "ProcurementProject/RequestedTenderTotal/EstimatedOverallContractAmount")
    assert notice["value"] == (round(float(estimate[0]) * 100) if estimate else None)
    lots = [e for e in root.findall("{*}ProcurementProjectLot") if (e.find("{*}ID").get("schemeName") or "Lot") in {"Lot", "Part"}]  # type: ignore[union-attr]
    assert [lot["lot"] for lot in values(rows, "lot")] == [texts(e, "ID")[0] for e in lots]
    for lot, element in zip(values(rows, "lot"), lots, strict=True):
        ends = texts(element, "TenderingProcess/TenderSubmissionDeadlinePeriod/EndDate")
        assert not ends or ends[0] >= "2090" or lot["tender_end_day"] == ends[0][:10]
        assert lot["title"] in texts(element, "ProcurementProject/Name")
    codes = texts(root, "ProcurementProject/MainCommodityClassification/ItemClassificationCode")
    codes += [c for e in lots for c in texts(e, "ProcurementProject/MainCommodityClassification/ItemClassificationCode")]
    assert set(codes) <= {i["code"] for i in values(rows, "item")}
    orgs = {}
    for company in root.iter():
        if company.tag.endswith("}Company"):
            orgs[texts(company, "PartyIdentification/ID")[0]] = texts(company, "PartyName/Name")[0]
    assert sorted(f["name"] for f in values(rows, "firm")) == sorted(orgs.values())
    buyers = texts(root, "ContractingParty/Party/PartyIdentification/ID")
    assert [p["name"] for p in values(rows, "part") if p["role"] == "buyer"] == [orgs[b] for b in buyers]
    tenders = root.findall("/".join(f"{{*}}{p}" for p in f"{RESULT}/NoticeResult/LotTender".split("/")))
    for bid, tender in zip(values(rows, "bid"), tenders, strict=True):
        paid = texts(tender, "LegalMonetaryTotal/PayableAmount")
        assert (bid["amount"] / bid["parts"] if bid["parts"] else None) == (float(paid[0]) if paid else None)
        assert bid["lots"] == texts(tender, "TenderLot/ID")
    signed = texts(root, f"{RESULT}/NoticeResult/SettledContract/IssueDate")
    assert [d["signed_day"] for d in values(rows, "deal") if d["signed_day"]] == [s[:10] for s in signed]
    decided = {d[:10] for d in texts(root, f"{RESULT}/NoticeResult/SettledContract/AwardDate")}
    assert {a["date_day"] for a in values(rows, "award") if a["date_day"]} <= decided
    counts = dict(
        zip(
            texts(root, f"{RESULT}/NoticeResult/LotResult/ReceivedSubmissionsStatistics/StatisticsCode"),
            texts(root, f"{RESULT}/NoticeResult/LotResult/ReceivedSubmissionsStatistics/StatisticsNumeric"),
            strict=True,
        )
    )
    assert [str(lot["bids_received"]) for lot in values(rows, "lot") if lot["bids_received"] is not None] == [
        n for c, n in counts.items() if c == "tenders"
    ]
    winners = {orgs[o] for o in texts(root, f"{RESULT}/NoticeResult/TenderingParty/Tenderer/ID")}
    assert {p["name"] for p in values(rows, "part") if p["role"] == "supplier"} <= winners


def test_names_are_folded_to_see_repetition() -> None:
    assert name_key('"Invented  Optika" sh.p.k.') == name_key("INVENTED OPTIKA SH P K")
    assert kosovo.is_register(REGISTER.encode())
    assert not kosovo.is_register(b"a,b,c\n")


def test_the_pages_name_every_column_and_every_field() -> None:
    docs = Path(__file__).parents[1] / "docs"
    assert (docs / "procurement-tables.md").read_text("utf-8") == dictionary(), "made from the schema: run `make docs`"
    formats = (docs / "procurement-formats.md").read_text("utf-8")
    assert all(f"`{name}`" in formats for name in (*FIELDS, *MANY))
