"use strict";
// Search and filters over all models. The filters stand in the address, so that it can be shared.
const form = document.getElementById("filters");
const body = document.querySelector("#models tbody");
const found = document.getElementById("found");
const total = Number(found.dataset.total);
const pages = Number(found.dataset.pages);
const pager = document.querySelector(".pager");
const key = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
let rows = [...body.rows];
let complete = pages === 1;

async function readAll() {
  // The other pages hold rows of the same form.
  const numbers = Array.from({ length: pages }, (_, n) => n + 1).filter((n) => n !== Number(found.dataset.page));
  const others = numbers.map((n) => (n === 1 ? "models.html" : `models-${n}.html`));
  try {
    for (const address of others) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const row of page.querySelectorAll("#models tbody tr")) rows.push(document.importNode(row, true));
    }
    complete = true;
    for (const name of [...new Set(rows.map((row) => row.dataset.provider).filter(Boolean))].sort()) {
      if (![...form.provider.options].some((option) => option.value === name)) form.provider.add(new Option(name));
    }
  } catch {
    complete = false;
  }
}

function passes(row, asked) {
  const data = row.dataset;
  const sure = (look) => !asked.verified || look === "v";
  if (asked.q && !asked.q.every((word) => data.search.includes(word)) && !data.keys.includes(asked.key)) return false;
  if (asked.provider && data.provider !== asked.provider) return false;
  if (asked.context && !(Number(data.context || -1) >= Number(asked.context) && sure(data.contextLook))) return false;
  if (asked.price && !(data.price !== "" && Number(data.price) <= Number(asked.price) && sure(data.priceLook))) return false;
  if (asked.takes && !data.takes.split(" ").some((each) => each.split(":")[0] === asked.takes && sure(each.split(":")[1]))) return false;
  return !(asked.current && "retired" in data);
}

async function show() {
  const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const text = (given.get("q") || "").trim();
  const asked = { ...Object.fromEntries(given), q: text ? text.toLowerCase().split(/\s+/) : null, key: key(text) };
  const any = [...given.keys()].length > 0;
  history.replaceState(null, "", any ? `?${given}` : location.pathname);
  if (any && !complete && rows.length < total) {
    found.textContent = "Reading all models …";
    await readAll();
  }
  let count = 0;
  for (const row of rows) {
    row.dataset.keys ??= key(row.dataset.search);
    row.hidden = !passes(row, asked);
    if (!row.hidden) count += 1;
    if (any && !row.isConnected) body.append(row);
  }
  if (pager) pager.hidden = any && complete;
  const all = complete ? total : rows.length;
  found.textContent = !any ? `${total.toLocaleString("en")} models` :
    count === 0 ? `None of ${all.toLocaleString("en")} models matches. API IDs and other names count too.` :
    `${count.toLocaleString("en")} of ${all.toLocaleString("en")} models${complete ? "" : " on this page"}`;
}

for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = true;
  else if (field) {
    if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) field.add(new Option(value));
    field.value = value;
  }
}
form.addEventListener("input", show);
form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
if (location.search) show();
