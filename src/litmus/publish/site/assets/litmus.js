/* Nothing needs this file. With it, arrow keys walk the matrix and long registers can be filtered. */
(() => {
  "use strict";
  for (const table of document.querySelectorAll("[data-matrix]")) {
    table.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      const cell = event.target.closest("td,th");
      if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
      const rows = [...table.rows];
      let row = rows.indexOf(cell.parentElement), column = cell.cellIndex, link = null;
      while (!link) {
        row += step[0]; column += step[1];
        if (row < 0 || column < 0 || row >= rows.length || column >= 20) return;
        const next = rows[row].cells[column];
        link = next && next.colSpan === 1 ? next.querySelector("a") : null;
        if (!next && step[1]) return;
      }
      event.preventDefault();
      link.focus();
    });
  }
  const long = [...document.querySelectorAll("body.register table tbody tr")];
  const home = document.querySelector("body.register h1");
  if (long.length > 30 && home) {
    const label = document.createElement("label");
    label.className = "filter";
    label.append("Filter ");
    const box = document.createElement("input");
    box.type = "search";
    label.append(box);
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    label.append(said);
    (document.querySelector("main .jump") || home).after(label);
    const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const texts = long.map((row) => fold(row.textContent));
    box.addEventListener("input", () => {
      const words = fold(box.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      long.forEach((row, i) => { row.hidden = !words.every((w) => texts[i].includes(w)); shown += !row.hidden; });
      for (const part of document.querySelectorAll("main section")) part.hidden = words.length > 0 && !part.querySelector("tbody tr:not([hidden])");
      said.textContent = words.length ? `${shown} of ${long.length}` : "";
    });
  }
})();
