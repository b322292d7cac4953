// Runs inside the report, after its own script: sorts, filters and chooses columns as a reader
// would. What went wrong is left in an attribute of the document, for run.py to read.
"use strict";

const failures = [];

function expect(truth, what) {
  if (!truth) failures.push(what);
}

function equal(left, right, what) {
  const [a, b] = [JSON.stringify(left), JSON.stringify(right)];
  expect(a === b, `${what}: ${a} is not ${b}`);
}

const values = (table, column) => [...table.tBodies[0].rows].map((row) =>
  row.cells[column].dataset.value ?? row.cells[column].textContent.trim());
const numbers = (table, column) => values(table, column).filter((text) => text !== "").map(Number);
const ascends = (list) => list.every((value, at) => at === 0 || list[at - 1] <= value);
const shown = (table) => [...table.querySelectorAll("tr[data-row]")].filter((row) => row.offsetHeight > 0);

function type(input, text) {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function sorting() {
  const table = document.getElementById("losses-any");
  const [name, , scale, ratio] = table.tHead.rows[0].cells;
  const all = values(table, 3).length;
  expect(ascends(numbers(table, 3).reverse()), "losses do not start with the worst");
  equal(ratio.getAttribute("aria-sort"), "descending", "the first order is not announced");
  ratio.querySelector("button").click();
  expect(ascends(numbers(table, 3)), "ratios do not ascend");
  ratio.querySelector("button").click();
  expect(ascends(numbers(table, 3).reverse()), "ratios do not descend");
  scale.querySelector("button").click();
  expect(ascends(numbers(table, 2)), "scales are not sorted as numbers");
  equal(scale.getAttribute("aria-sort"), "ascending", "the new order is not announced");
  equal(ratio.getAttribute("aria-sort"), null, "the old order is still announced");
  name.querySelector("button").click();
  expect(ascends(values(table, 0)), "names do not ascend");
  equal(values(table, 3).length, all, "sorting loses rows");
  ratio.querySelector("button").click();
}

// The rows of our own product have no ratio to ours.
function sortingBlanks() {
  const table = document.querySelector("article table");
  const ratio = [...table.tHead.rows[0].cells].findIndex((head) => head.textContent === "Ratio");
  const blanks = values(table, ratio).filter((text) => text === "").length;
  expect(blanks > 0 && ratio > 0, "no blank cells to sort");
  for (const order of ["ascending", "descending"]) {
    const head = table.tHead.rows[0].cells[ratio];
    head.querySelector("button").click();
    equal(head.getAttribute("aria-sort"), order, "unexpected order");
    const list = numbers(table, ratio);
    expect(ascends(order === "ascending" ? list : list.reverse()), `ratios are not ${order}`);
    expect(values(table, ratio).slice(-blanks).every((text) => text === ""), "blanks are not last");
  }
}

function filtering() {
  const table = document.getElementById("matrix-table");
  const input = document.querySelector('[data-filter="matrix-table"]');
  expect(input.offsetHeight > 0, "the filter is hidden");
  const all = shown(table).length;
  type(input, "Persistent words");
  const names = shown(table).map((row) => row.cells[0].textContent.trim());
  expect(names.length > 0 && names.length < all, "the filter does not choose");
  expect(names.every((name) => /persistent.*words/s.test(name)), `wrong rows: ${names}`);
  expect([...table.querySelectorAll("tr.sum")].every((row) => row.hidden), "sums of hidden rows are shown");
  type(input, "bytes_");
  equal([...table.querySelectorAll("tr.group")].map((row) => row.hidden), [true, false, false], "titles of groups");
  type(input, "no such workload");
  equal(shown(table).length, 0, "rows are left");
  type(input, "");
  equal(shown(table).length, all, "rows are lost");
  const losses = document.getElementById("losses-any");
  type(document.querySelector('[data-filter="losses-any"]'), "leaks");
  expect(shown(losses).every((row) => row.textContent.includes("leaks")), "losses are not filtered");
  type(document.querySelector('[data-filter="losses-any"]'), "");
}

function columns() {
  const table = document.getElementById("matrix-table");
  const boxes = [...document.querySelectorAll('[data-columns="matrix-table"] input')];
  const heads = [...table.tHead.rows[0].cells];
  const before = heads.filter((head) => head.offsetWidth > 0).length;
  equal(heads.length - boxes.length, before - boxes.length, "columns are hidden at first");
  for (const box of boxes) {
    const head = heads[Number(box.value)];
    const name = box.parentElement.textContent.trim();
    equal(head.textContent.trim().replace("\u2020", ""), name, "a box stands for another column");
    box.click();
    const cells = [...table.rows].filter((row) => !row.classList.contains("group"))
      .map((row) => row.cells[Number(box.value)]);
    expect(cells.every((cell) => cell.offsetWidth === 0), `${name} is still there`);
    box.click();
    expect(cells.some((cell) => cell.offsetWidth > 0), `${name} does not come back`);
  }
}

function links() {
  const links = [...document.querySelectorAll("#matrix-table td a")];
  for (const link of links) {
    const name = link.closest("tr").cells[0].textContent.trim().split(" ")[0];
    const title = document.querySelector(link.getAttribute("href")).querySelector("h3");
    expect(title && title.textContent.trim().startsWith(`${name} `), `a figure of ${name} leads elsewhere`);
  }
  const link = links[0];
  link.click();
  const target = document.querySelector(link.getAttribute("href"));
  const top = target.getBoundingClientRect().top;
  expect(top > -5 && top < innerHeight / 2, `a click does not show the workload: ${top}`);
}

function layout() {
  expect(document.documentElement.scrollWidth <= innerWidth, "the page is wider than the window");
  const head = document.querySelector("#matrix-table thead th:last-child");
  equal(getComputedStyle(head).position, "sticky", "the matrix has no sticky header");
}

for (const part of [layout, sorting, sortingBlanks, filtering, columns, links]) {
  try {
    part();
  } catch (error) {
    failures.push(`${part.name}: ${error}`);
  }
}
document.documentElement.dataset.check = failures.length === 0 ? "passed" : failures.join("; ");
