"""Exports: the same rows in every form, unknown told as unknown, and each form valid for those who own it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from litmus.cli import main
from litmus.publish.export.frames import FACT_COLUMNS, SETTLE_COLUMNS, SOURCE_COLUMNS, VERDICT_COLUMNS

DAY = "2026-11-23"
DOCS = Path(__file__).parent.parent / "docs" / "exports.md"
FORMS = ("csv", "json", "xlsx", "parquet", "datapackage", "dcat", "prov", "oscal", "ftm")
TABLES = ("verdicts", "settling", "facts", "sources")


def export(out: Path, *args: str) -> str:
    result = CliRunner().invoke(main, ["export", str(out), "--as-of", DAY, *args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    export(folder, "--place", "RS", "--place", "XK", *(x for form in FORMS for x in ("--format", form)))
    return folder


def rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def told(out: Path, name: str) -> Any:
    return json.loads((out / name).read_text("utf-8"))


def test_every_verdict_has_its_state_and_a_measure_that_is_unknown_is_empty(out: Path) -> None:
    found = rows(out, "verdicts")
    assert {r["state"] for r in found} == {"MET", "NOT_MET", "UNDETERMINED"}
    for r in found:
        assert (r["lo"] == "") == (r["hi"] == "") == (r["measure_state"] == "nothing-to-measure")
        assert ("1244" in r["footnote"]) == (r["place"] == "XK")
    assert {r["state"] for r in rows(out, "sources")} <= {"dated", "date-unknown"}
    for r in (*rows(out, "sources"), *rows(out, "facts")):
        dated = r.get("published") or r.get("valid_from") or r.get("valid_to")
        assert bool(dated) == (r["state"] == "dated")


def test_what_would_settle_a_verdict_names_facts_and_only_open_verdicts_have_it(out: Path) -> None:
    still = {(r["place"], r["clause"]) for r in rows(out, "verdicts") if r["state"] == "UNDETERMINED"}
    found = rows(out, "settling")
    assert found
    assert {(r["place"], r["clause"]) for r in found} <= still
    assert all(r["finding"] and r["towards"] in {"MET", "NOT_MET"} for r in found)


def test_every_form_holds_the_same_cells(out: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    whole = told(out, "litmus.json")
    book = openpyxl.load_workbook(out / "litmus.xlsx", read_only=True)
    for table in TABLES:
        plain = rows(out, table)
        assert [{k: "" if v is None else str(v) for k, v in r.items()} for r in whole[table]] == plain
        con = duckdb.connect()
        found = con.execute(f"SELECT * FROM '{out}/{table}.parquet'").fetchall()
        assert [["" if v is None else str(v) for v in r] for r in found] == [list(r.values()) for r in plain]
        sheet = [["" if v is None else str(v) for v in r] for r in book[table].iter_rows(min_row=2, values_only=True)]
        width = len(plain[0])
        assert [(r + [""] * width)[:width] for r in sheet] == [list(r.values()) for r in plain]


def test_the_same_evidence_gives_the_same_bytes(out: Path, tmp_path: Path) -> None:
    forms = ("datapackage", "json", "dcat", "prov", "oscal")
    export(tmp_path, "--place", "RS", "--place", "XK", *(x for f in forms for x in ("--format", f)))
    for name in ("verdicts.csv", "litmus.json", "datapackage.json", "dcat.jsonld", "prov.json", "assessment-results.json"):
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), name


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from litmus.publish.export.files import write_xlsx
    from litmus.publish.export.frames import Column, Frame
    from litmus.publish.model.parts import Edition

    frame = Frame("t", "T", ("a",), (Column("a", "string", ""),), (("=1+1",), ("\x00bad",), ("@x",)))
    (path,) = write_xlsx((frame,), Edition("0" * 64, DAY, DAY, "invented", "0", 0, 0, 0), tmp_path)
    sheet = openpyxl.load_workbook(path)["t"]
    assert [(c.value, c.data_type) for (c,) in sheet.iter_rows(min_row=2)] == [("=1+1", "s"), ("\ufffdbad", "s"), ("@x", "s")]


def test_the_data_package_is_valid(out: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(out / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert report.stats["tasks"] == len(TABLES)
    (out / "spoilt").mkdir(exist_ok=True)
    package = told(out, "datapackage.json")
    package["resources"] = package["resources"][:1]
    text = (out / "verdicts.csv").read_text("utf-8").splitlines()
    (out / "spoilt" / "verdicts.csv").write_text("\n".join([*text, text[1]]) + "\n", "utf-8")
    (out / "spoilt" / "datapackage.json").write_text(json.dumps(package), "utf-8")
    assert not frictionless.validate(str(out / "spoilt" / "datapackage.json")).valid


def test_an_open_verdict_is_an_observation_and_a_risk_and_never_a_finding(out: Path) -> None:
    results = told(out, "assessment-results.json")["assessment-results"]["results"]
    states = {(r["place_name"], r["title"]): r["state"] for r in rows(out, "verdicts")}
    for result in results:
        place = result["title"]
        assert {o["title"] for o in result["observations"]} == {t for p, t in states if p == place}
        for finding in result.get("findings", ()):
            want = {"satisfied": "MET", "not-satisfied": "NOT_MET"}[finding["target"]["status"]["state"]]
            assert states[place, finding["title"]] == want
        for risk in result.get("risks", ()):
            assert states[place, risk["title"].removeprefix("Open: ")] == "UNDETERMINED"
        count = len(result.get("findings", ())) + len(result.get("risks", ()))
        assert count == len(result["observations"])


def test_the_assessment_results_are_oscal(out: Path) -> None:
    model = pytest.importorskip("trestle.oscal.assessment_results", reason="pip install compliance-trestle")
    found = model.AssessmentResults.oscal_read(out / "assessment-results.json")
    assert len(found.results) == 2


def test_the_provenance_reads_back(out: Path) -> None:
    model = pytest.importorskip("prov.model", reason="pip install prov")
    document = model.ProvDocument.deserialize(str(out / "prov.json"))
    assert len(list(document.get_records(model.ProvEntity))) == len(told(out, "prov.json")["entity"])
    assert list(document.get_records(model.ProvDerivation))


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] , [ sh:path dct:description ; sh:minCount 1 ] ,
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ] ,
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
    [ sh:path dct:description ; sh:minCount 1 ; sh:nodeKind sh:Literal ] ,
    [ sh:path dcat:distribution ; sh:minCount 4 ; sh:class dcat:Distribution ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ; sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ] .
[] a sh:NodeShape ; sh:targetClass foaf:Agent ; sh:property [ sh:path foaf:name ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
"""  # the mandatory properties of DCAT-AP, written down here; not SEMIC's own file


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(out: Path) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    rdflib = pytest.importorskip("rdflib")
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    graph = rdflib.Graph().parse(str(out / "dcat.jsonld"), format="json-ld")
    assert len(graph) > 30
    conforms, _, said = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, said
    graph.remove((None, rdflib.URIRef("http://www.w3.org/ns/dcat#accessURL"), None))
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


def test_the_page_explains_every_column_of_every_file() -> None:
    page = DOCS.read_text("utf-8")
    for columns in (VERDICT_COLUMNS, SETTLE_COLUMNS, FACT_COLUMNS, SOURCE_COLUMNS):
        for c in columns:
            assert f"| `{c.name}` | {c.type} | {c.doc.replace('|', chr(92) + '|')} |" in page, c.name


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("", "utf-8")
    result = CliRunner().invoke(main, ["export", str(tmp_path / "x")])
    assert result.exit_code == 3
    assert "is a file; name a folder" in result.output
