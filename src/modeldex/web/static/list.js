"use strict";
// Filters the rows or entries of a list by what is typed. Without scripts the whole list stands.
const form = document.getElementById("filter");
const list = document.getElementById("list");
if (form && list) {
  const entries = [...list.querySelectorAll("tbody tr, li")];
  form.hidden = entries.length < 8;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.q.addEventListener("input", () => {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      const text = entry.textContent.toLowerCase();
      entry.hidden = !words.every((word) => text.includes(word));
    }
  });
}
