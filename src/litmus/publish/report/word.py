"""The report as a Word document to edit: real styles, header rows, links to sources, the place's footnotes on every page."""

from importlib.util import find_spec
from itertools import count
from typing import Any

from litmus.publish.export.files import ExportError
from litmus.publish.report.content import writable
from litmus.publish.report.html import GLYPHS

_GLANCE, _CELLS = (80.0, 22.0, 32.0, 32.0), (90.0, 44.0, 32.0)


def docx(data: dict[str, Any]) -> bytes:
    """The DOCX of ``content.report_data``. The same data give the same bytes. Raises ExportError without python-docx."""
    if find_spec("docx") is None:
        msg = "a report as DOCX needs python-docx: pip install 'litmus-monitor[docx]'"
        raise ExportError(msg)
    said = writable(data)
    return _Writer(said).bytes()


class _Writer:
    """One document on its way: what it cites, and the bookmarks that it has set."""

    def __init__(self, data: dict[str, Any]) -> None:
        from litmus.publish.report import word_parts as parts

        self.d, self.w, self.parts = data, data["words"], parts
        self.made = parts.blank(data)
        self.marks = count(1)
        verdicts = [v["clause"] for g in data["groups"] for v in g["verdicts"]]
        self.anchors = {clause: f"verdict_{n}" for n, clause in enumerate(verdicts, 1)}
        self.cited = {s["n"] for s in data["sources"]}

    def bytes(self) -> bytes:
        self._opening()
        self._glance()
        self._requests()
        self._clauses()
        self._rest()
        self._sources()
        self._footer()
        return self.parts.fixed_bytes(self.made, self.d["about"]["as_of"])

    def heading(self, text: str, level: int, anchor: str = "") -> None:
        made = self.made.add_heading(text, level)
        if anchor:
            self.parts.mark(made, anchor, next(self.marks))

    def text(self, text: str = "", style: str | None = None, **look: Any) -> Any:
        made = self.made.add_paragraph(style=style)
        if text:
            self.parts.add(made, text, **look)
        return made

    def more(self, pattern: str, n: int) -> None:
        if n:
            self.text(self.w[pattern].format(n=n), size=9, ink=self.parts.SOFT)

    def clauses_of(self, paragraph: Any, found: list[dict[str, Any]]) -> None:
        for i, c in enumerate(found):
            self.parts.add(paragraph, "; " if i else " ", size=9)
            if c["clause"] in self.anchors:
                self.parts.link(paragraph, c["title"], anchor=self.anchors[c["clause"]], size=9)
            else:
                self.parts.add(paragraph, c["title"], size=9)
        self.parts.add(paragraph, ".", size=9)

    def row_of(self, r: dict[str, Any], *, always: bool = False) -> None:
        made = self.text(f"{r['says']} ({r['grade']}, {r['id']}) ", "List Bullet", size=9.5)
        if r["source"] in self.cited:
            self.parts.link(made, f"[{r['source']}]", anchor=f"source_{r['source']}", size=9)
        if r["note"] and (always or r["bare"]):
            self.parts.add(made, " " + r["note"], size=9.5, ink=self.parts.SOFT)

    def state(self, paragraph: Any, v: dict[str, Any], size: float) -> None:
        self.parts.add(paragraph, f"{GLYPHS[v['mark']]} {v['state']}", bold=True, size=size, ink=self.parts.STATES[v["mark"]])

    def _opening(self) -> None:
        w, parts = self.w, self.parts
        self.text(w["kicker"], size=10, ink=parts.SOFT)
        self.text(w["title"], "Title")
        self.text(w["subject"], ink=parts.SOFT)
        self.heading(w["summary"], 1, "summary")
        self.text(self.d["summary"], size=13)
        counts = self.text()
        for mark in ("met", "not", "open"):
            parts.add(counts, f"{GLYPHS[mark]} {self.d['counts'][mark]} ", bold=True, size=17, ink=parts.STATES[mark])
            parts.add(counts, w[mark] + ("" if mark == "open" else "     "), ink=parts.SOFT)
        self.text(f"{w['reading']} {w['proposal_note']}")
        if self.d["wanted"]:
            self.text(self.d["wanted"])
        self.heading(w["contents"], 1)
        for name in ("summary", "glance", "requested", "clauses", "contested", "replies", "method", "sources"):
            parts.link(self.text(), w[name], anchor=name)

    def _glance(self) -> None:
        w, parts = self.w, self.parts
        self.heading(w["glance"], 1, "glance")
        heads = tuple(w[f"glance_{k}"] for k in ("clause", "verdict", "measure", "target"))
        for g in self.d["groups"]:
            self.text(g["title"], "Caption")
            made = parts.table(self.made, heads, _GLANCE, g["title"])
            for v in g["verdicts"]:
                clause, state, measure, target = parts.add_row(made, _GLANCE)
                parts.link(clause, v["title"], anchor=self.anchors[v["clause"]], size=9.5)
                self.state(state, v, 9)
                parts.add(measure, v["shown"], size=9)
                parts.add(target, v["target"], size=9)
                if v["proposal"]:
                    parts.add(target, f" ({w['proposal']})", size=8, ink=parts.SOFT)

    def _requests(self) -> None:
        w = self.w
        self.heading(w["requested"], 1, "requested")
        if not self.d["requests"]:
            self.text(w["requested_none"])
            return
        self.text(w["requested_open"])
        for r in self.d["requests"]:
            made = self.text(r["paper"], "List Number", bold=True)
            made.add_run().add_break()
            self.parts.add(made, f"{w['requested_helps']}:", size=9, ink=self.parts.SOFT)
            self.clauses_of(made, r["helps"])
        self.text(w["requested_close"])

    def _clauses(self) -> None:
        self.heading(self.w["clauses"], 1, "clauses")
        for g in self.d["groups"]:
            self.heading(g["title"], 2)
            for v in g["verdicts"]:
                self._verdict(v)

    def _verdict(self, v: dict[str, Any]) -> None:
        w, parts = self.w, self.parts
        self.heading(v["title"], 3, self.anchors[v["clause"]])
        line = self.text()
        self.state(line, v, 10.5)
        said = [*((w["proposal"],) if v["proposal"] else ()), *v["standing"]]
        parts.add(line, "   " + " · ".join(said), size=9, ink=parts.SOFT)
        self.text(v["summary"])
        finding = self.text(v["finding"], bold=True)
        if v["reasons"]:
            parts.add(finding, f" {w['why']}: {'; '.join(v['reasons'])}.", ink=parts.SOFT)
        if v["chart"] is not None:
            self._cells(v)
        for s in v["settle"]:
            self._lines(w["settles"].format(towards=s["towards"], how=s["how"]), s)
        for x in v["witnesses"]:
            self._lines(w["world_met"] if x["meets"] else w["world_not"], x)
        self.heading(w["evidence"], 4)
        for r in v["evidence"]:
            self.row_of(r)
        if not v["evidence"]:
            self.text(w["evidence_none"], size=9.5, ink=parts.SOFT)
        self.more("more_rows", v["more"])
        for r in v["replies"]:
            parts.add(self.text(f"{w['replied']}, {r['party']}: ", "Quote", bold=True), r["text"])
        if v["basis"]:
            self.text(f"{w['basis']}: {'; '.join(v['basis'])}", size=9, ink=parts.SOFT)

    def _cells(self, v: dict[str, Any]) -> None:
        """The chart as a table of its cells; the finding says it already where there is one cell without a name."""
        chart, parts = v["chart"], self.parts
        if any(b["label"] for b in chart["bars"]):
            heads = (self.w["cell"], self.w["lies"], self.w["target"])
            made = parts.table(self.made, heads, _CELLS, v["title"])
            for b in chart["bars"]:
                label, shown, target = parts.add_row(made, _CELLS)
                parts.add(label, b["label"] or self.d["place"], size=9)
                parts.add(shown, f"{GLYPHS[b['mark']]} {b['shown']}", size=9, ink=parts.STATES[b["mark"]])
                parts.add(target, b["target_shown"] or "", size=9)
            self.text().paragraph_format.space_after = 0
        self.more("more_cells", chart["more"])

    def _lines(self, title: str, found: dict[str, Any]) -> None:
        self.heading(title, 4)
        for line in found["lines"]:
            self.text(line, "List Bullet", size=9.5)
        self.more("more_lines", found["more"])

    def _rest(self) -> None:
        w, parts = self.w, self.parts
        self.heading(w["contested"], 1, "contested")
        self.text(w["contested_open"] if self.d["contested"] else w["contested_none"])
        for c in self.d["contested"]:
            self.heading(c["about"], 2)
            for r in c["readings"]:
                self.row_of(r, always=True)
            self.clauses_of(self.text(f"{w['contested_bears']}:", size=9, ink=parts.SOFT), c["clauses"])
        self.heading(w["replies"], 1, "replies")
        for r in self.d["replies"]:
            parts.add(self.text(f"{r['party']}: ", bold=True), r["text"])
        if not self.d["replies"]:
            self.text(w["replies_none"])
        self.heading(w["method"], 1, "method")
        for name in ("method_verdict", "method_missing", "method_grades"):
            self.text(w[name])
        self.text(f"{w['snapshot']}: {self.d['about']['snapshot']}. {w['version']}.")

    def _sources(self) -> None:
        w, parts = self.w, self.parts
        self.heading(w["sources"], 1, "sources")
        self.text(w["sources_open"], size=9, ink=parts.SOFT)
        for s in self.d["sources"]:
            made = self.text(f"[{s['n']}] {s['publisher']}", size=9)
            if s["title"]:
                parts.add(made, ": ", size=9)
                parts.add(made, s["title"], italic=True, size=9)
            days = [f"{w[word]} {s[k]}" for k, word in (("published", "published"), ("retrieved", "read")) if k in s]
            parts.add(made, "".join(f", {d}" for d in days) + ". ", size=9)
            if s["address"].startswith(("http://", "https://")):
                parts.link(made, s["address"], to=s["address"], size=9)
            else:
                parts.add(made, s["address"], size=9)
            if s["sha256"]:
                parts.add(made, f" sha256 {s['sha256']}", size=8, ink=parts.SOFT)
            parts.mark(made, f"source_{s['n']}", next(self.marks))

    def _footer(self) -> None:
        foot, parts = self.made.sections[0].footer, self.parts
        first = foot.paragraphs[0]
        parts.add(first, self.w["running"] + "   ", size=8, ink=parts.SOFT)
        parts.field(first, "PAGE", "1")
        parts.add(first, " / ", size=8, ink=parts.SOFT)
        parts.field(first, "NUMPAGES", "1")
        for note in self.d["footnotes"]:
            parts.add(foot.add_paragraph(), note, size=8, ink=parts.SOFT)
