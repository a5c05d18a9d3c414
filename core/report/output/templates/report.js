"use strict";
// What a reader may do with the tables. Everything can be read without this script.
(() => {
  const columns = JSON.parse(document.getElementById("metrics").textContent);
  const figure = (name, place) => {
    const column = columns[name];
    return Array.isArray(column) ? column[place] : column.values[column.at[place]];
  };

  // The figure behind a cell: from the embedded records, else the text.
  const value = (cell) => {
    if (!cell) return null;
    if (cell.dataset.r !== undefined) return figure("value", cell.dataset.r);
    if (cell.dataset.n !== undefined) return figure("n", cell.dataset.n);
    return cell.textContent.trim();
  };

  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  };

  const sortable = (table) => {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.title = "Sort by this column";
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => compare(value(a.cells[place]), value(b.cells[place])));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  };

  const filterable = (region, table) => {
    if (table.tBodies[0].rows.length < 8) return;
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Filter rows";
    field.setAttribute("aria-label", `Filter rows of ${region.getAttribute("aria-label")}`);
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase().split(/\s+/);
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
      }
    });
    region.before(field);
  };

  // What belongs to a figure, beside it: how it was measured, on how many rows, its note.
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  const describe = (place) => {
    const of = (name) => figure(name, place);
    const parts = [`${of("source")}, ${of("protocol")}, ${of("metric")}`];
    if (of("sensitive")) parts.push(of("group") ? `${of("sensitive")}: ${of("group")}` : of("sensitive"));
    parts.push(`rows: ${of("split")}${of("n") === null ? "" : `, n ${of("n").toLocaleString("en")}`}`);
    if (of("interval")) parts.push(`${+(100 * of("confidence")).toPrecision(6)} % interval: ${of("interval")}`);
    if (of("status") !== "ok") parts.push(`status: ${of("status").replace("_", " ")}`);
    if (of("note")) parts.push(of("note"));
    return parts.join("\n");
  };

  const show = (event) => {
    const cell = event.target.closest ? event.target.closest("[data-r],[data-n]") : null;
    tip.hidden = !cell;
    if (!cell) return;
    tip.textContent = describe(cell.dataset.r ?? cell.dataset.n);
    const box = cell.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${box.bottom + 4 + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 4 : box.bottom + 4}px`;
  };

  // A link into a folded part opens it, and the parts around it.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const inner = target.querySelector("details");
    if (inner && !target.closest("details")) inner.open = true;
    for (let folded = target.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
    target.scrollIntoView();
  };

  for (const region of document.querySelectorAll(".table")) {
    const table = region.querySelector("table");
    sortable(table);
    filterable(region, table);
  }
  document.addEventListener("mouseover", show);
  document.addEventListener("click", show);
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
  addEventListener("hashchange", open);
  open();
})();
