"""How to cite a page: as text, as BibTeX and as CSL-JSON, always with the snapshot and the days."""

from dataclasses import dataclass
from typing import Any

from litmus.publish.model.parts import Edition, Head


@dataclass(frozen=True, slots=True)
class Cited:
    """One page's citation in three forms."""

    text: str
    bibtex: str
    csl: dict[str, Any]


_PLAIN = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\~{}",
        "^": r"\^{}",
    }
)


def address_of(head: Head, edition: Edition) -> str:
    """The web address where the site has one, else the address within the site."""
    return f"{edition.base_url}/{head.address}.html" if edition.base_url else f"{head.address}.html"


def cite(head: Head, edition: Edition) -> Cited:
    """The citation of a page."""
    where = address_of(head, edition)
    text = f"Litmus, “{head.title}”, {where}, as of {edition.as_of}, known by {edition.known_at}, snapshot {edition.short}."
    key = "litmus-" + head.address.replace("/", "-").lower()
    note = f"As of {edition.as_of}, known by {edition.known_at}, snapshot {edition.short}"
    year = edition.as_of[:4]
    fields = {"title": head.title.translate(_PLAIN), "author": "{Litmus}", "year": year, "note": note, "url": where}
    bibtex = f"@misc{{{key},\n" + ",\n".join(f"  {k} = {{{v}}}" for k, v in fields.items()) + "\n}"
    day = [int(x) for x in edition.as_of.split("-")]
    csl: dict[str, Any] = {
        "id": key,
        "type": "dataset",
        "title": head.title,
        "author": [{"literal": "Litmus"}],
        "issued": {"date-parts": [day]},
        "version": edition.snapshot,
        "URL": where,
        "note": note,
    }
    return Cited(text, bibtex, csl)
