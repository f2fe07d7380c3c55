"""The edition for other people's tools: DCAT-AP in JSON-LD, W3C PROV in JSON, OSCAL assessment results.

Sources: DCAT-AP 3 (SEMIC), PROV-JSON (W3C member submission, 2013), OSCAL assessment-results model 1.1.3 (NIST). Ids are
name-based UUIDs, so that the same evidence gives the same bytes.
"""

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from litmus.clauses.verdict import Verdict
from litmus.core.place import footnotes, place
from litmus.publish.export.files import about
from litmus.publish.export.frames import Frame
from litmus.publish.model.book import Book, verdict_address
from litmus.publish.model.parts import Edition
from litmus.publish.prose import REASON_WORDS, finding

OSCAL = "1.1.3"
_PROP = "urn:litmus:oscal"
_NO_PLAN = "The clause pack is the plan; there is no OSCAL assessment plan."
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def ident(edition: Edition, *parts: str) -> str:
    """A UUID that follows from the evidence, the days and the parts alone."""
    return str(uuid5(NAMESPACE_URL, "/".join((f"urn:sha256:{edition.snapshot}", edition.as_of, edition.known_at, *parts))))


def _base(edition: Edition) -> str:
    return edition.base_url or f"urn:uuid:{ident(edition)}"


def _moment(edition: Edition) -> str:
    """Exports carry the day of the edition, not of the clock: the same edition gives the same bytes."""
    return f"{edition.as_of}T00:00:00Z"


def dcat(frames: tuple[Frame, ...], edition: Edition) -> dict[str, Any]:
    """A catalogue with one dataset and a distribution for each table."""
    base = _base(edition)
    date = {"@value": edition.as_of, "@type": "xsd:date"}
    publisher = {"@id": f"{base}#publisher", "@type": "foaf:Agent", "foaf:name": "Litmus"}
    dataset = {
        "@id": f"{base}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": f"urn:sha256:{edition.snapshot}",
        "dct:title": {"@value": f"Litmus verdicts, {edition.regime}, as of {edition.as_of}", "@language": "en"},
        "dct:description": {"@value": " ".join([about(edition)["empty"] + ".", *footnotes(("XK",))]), "@language": "en"},
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:issued": date,
        "dcat:version": edition.as_of,
        "dcat:distribution": [
            {
                "@id": f"{base}#{f.name}",
                "@type": "dcat:Distribution",
                "dct:title": {"@value": f.title, "@language": "en"},
                "dct:format": {"@id": "http://publications.europa.eu/resource/authority/file-type/CSV"},
                "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/text/csv"},
                "dcat:accessURL": {"@id": f"{edition.base_url or 'file://.'}/{f.name}.csv"},
            }
            for f in frames
        ],
    }
    catalogue = {
        "@id": f"{base}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": {"@value": "Litmus", "@language": "en"},
        "dct:description": {"@value": "Cited verdicts on digital conditionality targets in EU accession", "@language": "en"},
        "dct:publisher": publisher,
        "dcat:dataset": dataset,
    }
    return {"@context": _CONTEXT, **catalogue}


def prov(book: Book) -> dict[str, Any]:
    """Each verdict as an entity, derived from the rows that it looked at, each quoted from its source."""
    entity: dict[str, Any] = {}
    derived: dict[str, Any] = {}
    made: dict[str, Any] = {}
    edition = book.edition
    activity = f"litmus:judging-{ident(edition)}"
    for v in book.verdicts.values():
        name = f"litmus:verdict-{v.place}-{v.clause.id}"
        entity[name] = {"prov:type": "litmus:Verdict", "litmus:state": v.name, "litmus:clause_sha256": v.clause.digest}
        made[f"_:g{len(made)}"] = {"prov:entity": name, "prov:activity": activity}
        for i in (i for i in v.evidence if i in book.facts):
            row = book.facts[i]
            entity[f"litmus:fact-{i}"] = {"prov:type": "litmus:Fact", "litmus:table": row.table}
            derived[f"_:d{len(derived)}"] = {"prov:generatedEntity": name, "prov:usedEntity": f"litmus:fact-{i}"}
            source = str(row.values["source"])
            if source in book.sources:
                address = str(book.sources[source].values["address"])
                entity[f"litmus:source-{source}"] = {"prov:type": "litmus:Source", "litmus:address": address}
    quoted = {
        f"_:q{n}": {"prov:generatedEntity": f"litmus:fact-{i}", "prov:usedEntity": f"litmus:source-{row.values['source']}"}
        for n, (i, row) in enumerate(book.facts.items())
        if f"litmus:fact-{i}" in entity and f"litmus:source-{row.values['source']}" in entity
    }
    return {
        "prefix": {"litmus": "urn:litmus:", "xsd": _CONTEXT["xsd"]},
        "entity": entity,
        "activity": {activity: {"prov:endTime": _moment(edition), "litmus:snapshot": edition.snapshot}},
        "agent": {"litmus:software": {"prov:type": "prov:SoftwareAgent", "litmus:version": edition.engine}},
        "wasGeneratedBy": made,
        "wasDerivedFrom": {**derived, **quoted},
        "wasAssociatedWith": {"_:a0": {"prov:activity": activity, "prov:agent": "litmus:software"}},
    }


def oscal(book: Book) -> dict[str, Any]:
    """One result for each place. MET and NOT_MET are findings (satisfied, not-satisfied).

    An open verdict is an observation and a risk, and no finding: nothing was found.
    """
    edition = book.edition
    results = [_result(book, code) for code in book.places if book.of_place(code)]
    return {
        "assessment-results": {
            "uuid": ident(edition, "oscal"),
            "metadata": {
                "title": f"Litmus verdicts, {edition.regime}",
                "last-modified": _moment(edition),
                "version": edition.as_of,
                "oscal-version": OSCAL,
                "props": [_prop("snapshot", edition.snapshot), _prop("known-at", edition.known_at)],
                "remarks": " ".join(footnotes(("XK",))),
            },
            "import-ap": {"href": "#" + ident(edition, "plan"), "remarks": _NO_PLAN},
            "results": results,
        }
    }


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": _PROP, "value": value}


def _result(book: Book, code: str) -> dict[str, Any]:
    edition, verdicts = book.edition, book.of_place(code)
    found: dict[str, Any] = {
        "uuid": ident(edition, "result", code),
        "title": place(code).name,
        "description": " ".join([f"{len(verdicts)} clauses judged for {place(code).name}.", *footnotes((code,))]),
        "start": _moment(edition),
        "reviewed-controls": {"control-selections": [{"include-controls": [{"control-id": v.clause.id} for v in verdicts]}]},
        "observations": [_observation(book, v) for v in verdicts],
    }
    settled, still = [v for v in verdicts if v.truth is not None], [v for v in verdicts if v.truth is None]
    if settled:
        found["findings"] = [_finding(edition, v) for v in settled]
    if still:
        found["risks"] = [_risk(book, v) for v in still]
    return found


def _observation(book: Book, v: Verdict) -> dict[str, Any]:
    cited = [i for i in v.evidence if i in book.facts]
    return {
        "uuid": ident(book.edition, "observation", v.place, v.clause.id),
        "title": v.clause.title,
        "description": finding(v),
        "props": [_prop("verdict", v.name), *([_prop("label", v.label.replace(" ", "-"))] if v.label else [])],
        "methods": ["EXAMINE"],
        "collected": _moment(book.edition),
        **({"relevant-evidence": [{"description": f"fact {i}, {book.facts[i].values['source']}"} for i in cited]} if cited else {}),
        "remarks": f"{verdict_address(v.place, v.clause.id)}.html",
    }


def _finding(edition: Edition, v: Verdict) -> dict[str, Any]:
    return {
        "uuid": ident(edition, "finding", v.place, v.clause.id),
        "title": v.clause.title,
        "description": finding(v),
        "target": {
            "type": "objective-id",
            "target-id": v.clause.id,
            "status": {"state": "satisfied" if v.truth else "not-satisfied"},
        },
        "related-observations": [{"observation-uuid": ident(edition, "observation", v.place, v.clause.id)}],
    }


def _risk(book: Book, v: Verdict) -> dict[str, Any]:
    needs = [f"{n['label']}: {n['finding']}" for way in book.settling[v.place, v.clause.id][:1] for n in way["facts"]]
    why = "; ".join(REASON_WORDS[r] for r in v.reasons).capitalize() + "." if v.reasons else "The evidence leaves the clause open."
    return {
        "uuid": ident(book.edition, "risk", v.place, v.clause.id),
        "title": f"Open: {v.clause.title}",
        "description": finding(v),
        "statement": why + (" Would settle it: " + "; ".join(needs) + "." if needs else ""),
        "status": "open",
        "related-observations": [{"observation-uuid": ident(book.edition, "observation", v.place, v.clause.id)}],
    }


def write(name: str, told: dict[str, Any], out: Path) -> list[Path]:
    """One JSON file with sorted keys."""
    path = out / name
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    return [path]
