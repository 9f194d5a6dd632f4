"use strict";
// Models side by side, chosen in the address: compare.html?m=gpt-4o&m=o3
const table = document.getElementById("compare");
const form = document.getElementById("add");
const said = document.getElementById("said");
const known = new Map();
for (const option of document.querySelectorAll("#known option")) {
  known.set(option.value.toLowerCase(), option.dataset.slug);
  known.set(option.dataset.slug, option.dataset.slug);
}
form.hidden = false;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function claimOf(claim) {
  const text = `${claim.over ? "was " : ""}${claim.value}${claim.unit ? ` ${claim.unit}` : ""}`;
  const mark = element("b", { textContent: claim.mark });
  mark.setAttribute("aria-hidden", "true");
  const link = element("a", { className: `plain why ${claim.look}${claim.over ? " past" : ""}`, href: claim.page, title: `${claim.status}, ${claim.basis}: ${claim.source}` },
    mark, element("span", { className: "vh", textContent: claim.status }), ` ${text}`);
  const more = claim.others ? `, +${claim.others}` : "";
  return element("div", {}, link, " ", element("small", { textContent: `${claim.asOf}${more}${claim.apart ? `, ${claim.apart}` : ""}` }));
}

function draw(models) {
  const head = element("tr", {}, element("td"));
  for (const model of models) {
    const rest = models.filter((other) => other !== model).map((other) => other.slug);
    const remove = element("a", { href: address(rest), className: "remove", textContent: "remove" });
    remove.setAttribute("aria-label", `remove ${model.label}`);
    head.append(element("th", { scope: "col" }, element("a", { href: model.page, textContent: model.label }), " ", remove));
  }
  const properties = new Map();
  for (const model of models) for (const answer of model.answers) properties.set(answer.property, answer);
  const ordered = [...properties.values()].sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
  const body = ordered.map((property) => {
    const row = element("tr", {}, element("th", { scope: "row" }, element("a", { href: property.page, textContent: property.label })));
    for (const model of models) {
      const answer = model.answers.find((each) => each.property === property.property);
      const claims = answer ? answer.claims.map(claimOf) : [element("span", { className: "quiet", title: "nothing is claimed", textContent: "–" })];
      row.append(element("td", {}, ...claims));
    }
    return row;
  });
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...body);
}

function address(slugs) {
  return `?${new URLSearchParams(slugs.map((slug) => ["m", slug]))}`;
}

async function read(slug) {
  if (!/^[a-z0-9-]+$/.test(slug)) throw new Error(slug);
  const answer = await fetch(`compare/${slug}.json`);
  if (!answer.ok) throw new Error(slug);
  return answer.json();
}

async function show(slugs) {
  const read_ = await Promise.allSettled(slugs.map(read));
  const models = read_.filter((each) => each.status === "fulfilled").map((each) => each.value);
  const missing = slugs.filter((_, n) => read_[n].status === "rejected");
  said.textContent = missing.length === 0 ? (models.length === 1 ? "Add a model to compare it with." : "") :
    location.protocol === "file:" ? "From a file, browsers do not let a page read others: serve the folder, for instance with python3 -m http.server." :
    `No model ${missing.join(", ")}: choose from the list.`;
  if (models.length) draw(models);
  if (models.length) document.title = `${models.map((model) => model.label).join(", ")} · Modeldex`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = form.m.value.trim().toLowerCase();
  if (!typed) return;
  const slug = known.get(typed) || typed.replace(/[^a-z0-9]+/g, "-");
  location.search = address([...new Set([...chosen, slug])]);
});
const chosen = [...new Set(new URLSearchParams(location.search).getAll("m"))].slice(0, 8);
if (chosen.length) show(chosen);
