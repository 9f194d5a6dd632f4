"use strict";
// Filters a list by what is typed and chosen. Without scripts the whole list stands, page by page.
const form = document.getElementById("filter");
const list = document.getElementById("list");
const found = document.getElementById("found");
if (form && list) {
  const { page = "1", pages = "1", stem = "" } = form.dataset;
  const choices = [...form.elements].filter((field) => field instanceof HTMLSelectElement);
  const entries = [...list.querySelectorAll("tbody tr, li")];
  const said = found ? found.textContent : "";
  let complete = pages === "1";

  const readAll = async () => {
    // The other pages hold rows of the same form.
    try {
      for (let n = 1; n <= Number(pages); n += 1) {
        if (n === Number(page)) continue;
        const answer = await fetch(n === 1 ? `${stem}.html` : `${stem}-${n}.html`);
        if (!answer.ok) throw new Error(answer.statusText);
        const other = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const row of other.querySelectorAll("#list tbody tr")) entries.push(document.importNode(row, true));
      }
      complete = true;
    } catch {
      complete = false;
    }
  };

  const show = async () => {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = choices.filter((field) => field.value);
    const any = words.length > 0 || chosen.length > 0;
    if (choices.length) {
      const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
      history.replaceState(null, "", any ? `?${given}` : location.pathname);
    }
    reading ??= any && !complete ? readAll() : undefined;
    await reading;
    let count = 0;
    for (const entry of entries) {
      const text = entry.textContent.toLowerCase();
      entry.hidden = !(words.every((word) => text.includes(word)) && chosen.every((field) => entry.dataset[field.name] === field.value));
      if (!entry.hidden) count += 1;
      if (any && !entry.isConnected) list.tBodies[0].append(entry);
    }
    const pager = document.querySelector(".pager");
    if (pager) pager.hidden = any && complete;
    if (found) found.textContent = any ? `${count.toLocaleString("en")} of ${entries.length.toLocaleString("en")}${complete ? "" : " on this page"}` : said;
  };

  let reading;
  form.hidden = entries.length < 8;
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements.namedItem(name)) form.elements.namedItem(name).value = value;
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  if (location.search) show();
}
