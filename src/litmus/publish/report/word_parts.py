"""What a Word document needs and python-docx has no call for: links, bookmarks, fields, languages, fixed bytes.

Element names and their order are those of ECMA-376, part 1 (WordprocessingML).
"""

import datetime as dt
import io
import zipfile
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

INK, SOFT, LINK, RULE = "1A1D23", "555B65", "1A4A8A", "C9C8C2"
STATES = {"met": "1D4F91", "not": "A8232C", "open": "5F4393"}
SIZES = {"Title": 24, "Heading 1": 17, "Heading 2": 14, "Heading 3": 11.5, "Heading 4": 10, "Caption": 9.5}


def element(tag: str, *children: Any, **values: str) -> Any:
    """A WordprocessingML element with its attributes and children."""
    made = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        made.set(qn(f"w:{name.removesuffix('_')}"), value)
    for child in children:
        made.append(child)
    return made


def add(parent: Any, text: str, *, bold: bool = False, italic: bool = False, size: float | None = None, ink: str | None = None) -> Any:
    """A run of text at the end of a paragraph."""
    run = parent.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    if size is not None:
        run.font.size = Pt(size)
    if ink is not None:
        run.font.color.rgb = RGBColor.from_string(ink)
    return run


def link(paragraph: Any, text: str, *, to: str = "", anchor: str = "", size: float | None = None) -> None:
    """A link to a web address (``to``) or to a bookmark (``anchor``)."""
    run = add(paragraph, text, size=size, ink=LINK)
    holder = element("hyperlink", anchor=anchor) if anchor else element("hyperlink")
    if to:
        holder.set(qn("r:id"), paragraph.part.relate_to(to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.replace(run._r, holder)  # noqa: SLF001 - the library has no call for it
    holder.append(run._r)  # noqa: SLF001


def mark(paragraph: Any, name: str, number: int) -> None:
    """A bookmark around a paragraph. ``number`` is its own in the document; a name has at most 40 letters, digits and underscores."""
    start, end = element("bookmarkStart", id=str(number), name=name), element("bookmarkEnd", id=str(number))
    body = paragraph._p  # noqa: SLF001
    body.insert(1 if body.pPr is not None else 0, start)
    body.append(end)


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind in ("begin", "separate", "end"):
        run = add(paragraph, "", size=8, ink=SOFT)
        run._r.append(element("fldChar", fldCharType=kind))  # noqa: SLF001
        if kind == "begin":
            told = element("instrText")
            told.text = code
            add(paragraph, "", size=8, ink=SOFT)._r.append(told)  # noqa: SLF001
        if kind == "separate":
            add(paragraph, shown, size=8, ink=SOFT)


def table(document: Any, heads: tuple[str, ...], widths: tuple[float, ...], title: str) -> Any:
    """A table whose first row is a header that returns on every page. ``widths`` in millimetres; ``title`` is read to the blind."""
    made = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    made.autofit = False
    made._tbl.tblPr.append(element("tblCaption", val=title))  # noqa: SLF001
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, head in zip(made.rows[0].cells, heads, strict=True):
        add(cell.paragraphs[0], head, bold=True, size=9)
    _settle_row(made.rows[0], widths)
    made.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))  # noqa: SLF001
    return made


def add_row(made: Any, widths: tuple[float, ...]) -> Any:
    """The cells' paragraphs of a new row that no page end cuts in two."""
    row = made.add_row()
    _settle_row(row, widths)
    return tuple(cell.paragraphs[0] for cell in row.cells)


def _settle_row(row: Any, widths: tuple[float, ...]) -> None:
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].paragraph_format.space_after = Pt(1)
    row._tr.get_or_add_trPr().append(element("cantSplit"))  # noqa: SLF001


def blank(data: dict[str, Any]) -> Any:
    """An empty A4 document with the house's styles, its language and its properties."""
    made = Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    _styles(made)
    compatible = element("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val="15")
    settings = made.settings.element
    for old in settings.findall(qn("w:compat")):
        old.append(compatible)
    rels = made.part.package.rels
    for key in [k for k, r in rels.items() if r.reltype.endswith("/thumbnail")]:
        del rels[key]
    words, about = data["words"], data["about"]
    moment = dt.datetime.combine(dt.date.fromisoformat(about["as_of"]), dt.time(12))
    core = made.core_properties
    core.title, core.subject, core.author, core.last_modified_by = words["title"][:255], words["subject"][:255], "Litmus", "Litmus"
    core.language, core.identifier, core.version = "en-GB", about["snapshot"], about["as_of"]
    core.comments = core.keywords = core.category = ""
    core.created = core.modified = moment
    core.revision = 1
    return made


def _styles(made: Any) -> None:
    styles = made.styles
    for style in styles:
        if style.type in {WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER} and style.name in {"Normal", *SIZES}:
            style.font.name = "Calibri"
            fonts = style.element.rPr.rFonts
            for name in list(fonts.attrib):
                del fonts.attrib[name]
            for name in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{name}"), "Calibri")
            style.font.color.rgb = RGBColor.from_string(SOFT if style.name == "Caption" else INK)
            style.font.size = Pt(SIZES.get(style.name, 10.5))
    styles["Normal"].paragraph_format.space_after = Pt(5)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Heading 4"):
        styles[name].paragraph_format.space_before = Pt({"Heading 1": 20, "Heading 2": 15, "Heading 3": 13, "Heading 4": 6}[name])
        styles[name].paragraph_format.space_after = Pt(3)
    styles["Heading 4"].font.italic = False
    styles["Caption"].paragraph_format.keep_with_next = True
    styles["Caption"].paragraph_format.space_before = Pt(8)
    for name in ("List Bullet", "List Number"):
        styles[name].paragraph_format.space_after = Pt(2)
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    borders = styles["Table Grid"].element.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}")
    for side in list(borders):
        if side.tag in {qn("w:left"), qn("w:right"), qn("w:insideV")}:
            borders.remove(side)
        else:
            side.set(qn("w:color"), RULE)
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def fixed_bytes(made: Any, day: str) -> bytes:
    """The document as a zip whose dates are the edition's day, so that the same data give the same bytes."""
    raw, out = io.BytesIO(), io.BytesIO()
    made.save(raw)
    year, month, date = map(int, day.split("-"))
    stamp = (year, month, date, 12, 0, 0)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()
