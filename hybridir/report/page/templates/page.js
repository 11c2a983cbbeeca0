"use strict";
// Everything here is a comfort: without it the page shows all blocks and all rows, in the order of the sweep.

const root = document.documentElement;
const stored = { get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
                 set: (theme) => { try { localStorage.setItem("theme", theme); } catch { /* a private window */ } } };

root.classList.add("scripted");
if (stored.get()) root.dataset.theme = stored.get();

function startTheme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Show in ${isDark() ? "light" : "dark"} colours`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored.set(root.dataset.theme);
    show();
  });
  system.addEventListener("change", show);
  show();
}

function startChoices() {
  const selects = [...document.querySelectorAll("select[data-choice]")];
  const blocks = [...document.querySelectorAll(".block[data-place]")];
  const places = new Map(blocks.map((block) => [block, JSON.parse(block.dataset.place)]));
  const chosen = {};
  for (const select of selects) chosen[select.dataset.choice] ??= select.value;

  const show = () => {
    for (const select of selects) select.value = chosen[select.dataset.choice];
    for (const [block, place] of places) {
      block.hidden = Object.entries(place).some(([name, value]) => chosen[name] && chosen[name] !== value);
    }
    for (const section of document.querySelectorAll("main > section")) {
      const shown = [...section.querySelectorAll(".block")].filter((block) => !block.hidden);
      section.classList.toggle("one-place", shown.length === 1);
      section.querySelector(".nothing")?.toggleAttribute("hidden", shown.length > 0);
    }
  };
  for (const select of selects) {
    select.addEventListener("change", () => {
      const before = select.getBoundingClientRect().top;
      chosen[select.dataset.choice] = select.value;
      show();
      scrollBy({ top: select.getBoundingClientRect().top - before, behavior: "instant" });
    });
  }
  for (const form of document.querySelectorAll(".choices")) form.hidden = false;
  show();
  // these were only kept from being laid out before the first choice was known
  for (const block of document.querySelectorAll(".later")) block.classList.remove("later");
}

function compareBy(isNumeric) {
  const words = new Intl.Collator("en", { numeric: true });
  return isNumeric ? (a, b) => Number(a) - Number(b) : words.compare;
}

// Sorts the rows of a table by a column; rows without a value come last either way, equal ones stay as they are.
function sortBy(table, head) {
  const column = head.cellIndex;
  const ascending = head.getAttribute("aria-sort") !== "ascending";
  const compare = compareBy("numeric" in head.dataset);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [row.cells[column].dataset.value, row]);
  rows.sort(([a], [b]) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    return ascending ? compare(a, b) : compare(b, a);
  });
  for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  body.append(...rows.map(([, row]) => row));
}

function startTable(sheet) {
  const table = sheet.querySelector("table");
  const filter = sheet.querySelector(".filter");
  const more = sheet.querySelector(".more");
  let first = more ? Number(table.dataset.first) : Infinity;

  const show = () => {
    const words = (filter?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    let matching = 0;
    for (const row of table.tBodies[0].rows) {
      const text = words.length ? [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase() : "";
      const matches = words.every((word) => text.includes(word));
      matching += matches;
      row.hidden = !matches || matching > first;
    }
    if (more) more.hidden = matching <= first;
    if (more) more.textContent = `Show all ${matching} rows`;
    sheet.classList.toggle("unmatched", matching === 0);
  };
  for (const head of table.tHead.rows[0].cells) {
    head.firstElementChild.addEventListener("click", () => { sortBy(table, head); show(); });
  }
  if (filter) filter.hidden = false;
  filter?.addEventListener("input", show);
  more?.addEventListener("click", () => { first = Infinity; show(); });
  show();
}

function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function csvOf(table) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [[...table.tHead.rows[0].cells].map((cell) => cell.textContent)];
  for (const row of table.tBodies[0].rows) lines.push([...row.cells].map((cell) => cell.dataset.value));
  return lines.map((line) => line.map(quoted).join(",") + "\n").join("");
}

// The figure as it was drawn: whole, and in its literal colours.
function svgOf(drawn) {
  const copy = drawn.cloneNode(true);
  const [, , width, height] = copy.dataset.whole.split(" ");
  copy.setAttribute("viewBox", copy.dataset.whole);
  copy.setAttribute("width", `${width}pt`);
  copy.setAttribute("height", `${height}pt`);
  copy.removeAttribute("data-whole");
  const text = new XMLSerializer().serializeToString(copy);
  return '<?xml version="1.0" encoding="utf-8"?>\n' + text.replace(/var\(--c-[0-9a-f]{6}, (#[0-9a-f]{6})\)/g, "$1");
}

function startSaving() {
  for (const button of document.querySelectorAll("[data-csv]")) {
    const table = button.closest("figure").querySelector("table");
    button.addEventListener("click", () => save(`${button.dataset.csv}.csv`, "text/csv", csvOf(table)));
  }
  for (const button of document.querySelectorAll("[data-svg]")) {
    const drawn = button.closest("figure").querySelector("svg");
    button.addEventListener("click", () => save(`${button.dataset.svg}.svg`, "image/svg+xml", svgOf(drawn)));
  }
}

// Marks in the contents where the reader is.
function startContents() {
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(target.id).setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const id of links.keys()) seen.observe(document.getElementById(id));
}

document.addEventListener("DOMContentLoaded", () => {
  startTheme();
  startChoices();
  document.querySelectorAll(".sheet").forEach(startTable);
  startSaving();
  startContents();
});
