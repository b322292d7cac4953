// Sorting, filtering and choosing columns. The page says everything without it.
"use strict";

// A cell's value: a number where there is one, else its text in lower case; blank cells are null.
function valueOf(cell) {
  const text = (cell.dataset.value ?? cell.textContent).trim();
  if (text === "") return null;
  const number = Number(text);
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

// Numbers stand before texts.
function compare(a, b) {
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === "number" ? -1 : 1;
}

function sortBy(table, column, descending) {
  const body = table.tBodies[0];
  const sign = descending ? -1 : 1;
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[column]) }));
  rows.sort((a, b) => {
    // Blank cells come last in either order.
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
    return sign * compare(a.value, b.value);
  });
  body.append(...rows.map((entry) => entry.row));
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    if (at === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () =>
      sortBy(table, column, head.getAttribute("aria-sort") === "ascending"));
  });
}

// Shows the rows that contain every word.
function filter(table, text) {
  const words = text.toLowerCase().split(/[\s,]+/).filter(Boolean);
  for (const row of table.querySelectorAll("tr[data-row]")) {
    const names = row.closest(".matrix") ? row.cells[0] : row;
    const content = names.textContent.toLowerCase();
    row.hidden = !words.every((word) => content.includes(word));
  }
  for (const group of table.querySelectorAll("tr.group")) {
    group.hidden = [...group.parentElement.querySelectorAll("tr[data-row]")].every((row) => row.hidden);
  }
  // A sum of rows of which some are hidden would mislead.
  for (const row of table.querySelectorAll("tr.sum")) row.hidden = words.length > 0;
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  input.addEventListener("input", () => filter(table, input.value));
}

function showColumns(table, boxes) {
  for (const row of table.rows) {
    if (row.classList.contains("group")) continue;
    for (const box of boxes) row.cells[Number(box.value)].hidden = !box.checked;
  }
}

for (const choice of document.querySelectorAll("fieldset[data-columns]")) {
  const table = document.getElementById(choice.dataset.columns);
  const boxes = [...choice.querySelectorAll("input")];
  choice.addEventListener("change", () => showColumns(table, boxes));
}

for (const controls of document.querySelectorAll(".controls")) controls.hidden = false;
