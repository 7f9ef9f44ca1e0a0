
// --- Compare: cases side by side, and the buttons anywhere on the page that choose them. ---

views.compare = { show: showCompare };

const comparison = find(".compare-view");
const KEPT = "precedent.compare"; // in the browser's storage: the ids of the cases chosen so far
const MOST_COMPARED = Number(find(".choose", comparison).dataset.most);
let compared = keptCases();
let shared = null; // the cases of an address that was opened, as long as she has not made them hers
let onlyDiffering = false; // whether rows in which all cases are alike are left out
let comparing = 0; // counts what was to be compared: only the last is shown
let choosing = 0; // the same of what was listed to choose from

const compareNotice = document.createElement("div"); // what is said of a button that may stand in any view
compareNotice.className = "compare-notice";
compareNotice.setAttribute("role", "status");
page.append(compareNotice);

find('.bar nav a[href="#compare"] .count').before(" "); // or the link would be called 'Compare3'

function keptCases() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string").slice(0, MOST_COMPARED) : [];
  } catch {
    return []; // storage may be switched off, and anything may have been written there
  }
}

function keepCases(ids) {
  compared = ids;
  shared = null;
  try {
    localStorage.setItem(KEPT, JSON.stringify(compared));
  } catch {} // then they are kept until the page is closed
  markCompared();
}

// In the view that is what the table shows, anywhere else what she has chosen.
function chosenBeside(button) {
  return comparison.contains(button) ? inTable() : compared;
}

function inTable() {
  return shared ?? compared;
}

// Every button that chooses a case says whether it is chosen; the bar says how many are.
function markCompared() {
  const link = find('.bar nav a[href="#compare"]');
  const count = String(compared.length || "");
  if (find(".count", link).textContent !== count) find(".count", link).textContent = count;
  for (const button of page.querySelectorAll("[data-compare]")) {
    const chosen = chosenBeside(button).includes(button.dataset.compare);
    const words = chosen ? "In comparison" : "Compare";
    const said = button.firstChild; // what follows names the case, for those who hear the page
    if (said.nodeValue !== words) said.nodeValue = words;
    button.setAttribute("aria-pressed", chosen);
  }
}

function toggleCompared(button) {
  const id = button.dataset.compare;
  const before = chosenBeside(button);
  if (before.includes(id)) keepCases(before.filter((other) => other !== id));
  else if (before.length < MOST_COMPARED) keepCases([...before, id]);
  else {
    compareNotice.innerHTML = find("template.full", comparison).innerHTML;
    return;
  }
  if (here().name === "compare") showCompared(compared);
}

// --- the view ---

// What an address names is shown without taking the place of her own comparison, if she has one.
function showCompare(params) {
  const asked = params.getAll("case");
  onlyDiffering = params.get("rows") === "differing";
  if (find(".own", comparison).contains(document.activeElement)) find("h2", comparison).focus({ preventScroll: true });
  shared = null;
  if (asked.length && compared.length && String(asked) !== String(compared)) shared = asked;
  else if (asked.length) keepCases(asked);
  showCompared(inTable());
  showChoices();
}

async function showCompared(ids) {
  const mine = ++comparing;
  const reply = await call("compare", { cases: ids });
  if (mine !== comparing) return;
  find(".comparison", comparison).innerHTML = reply.html;
  if (!reply.done) return;
  const gone = ids.filter((id) => !reply.cases.includes(id));
  if (shared) shared = reply.cases;
  else if (gone.length) keepCases(compared.filter((id) => !gone.includes(id)));
  showWhose();
  if (!reply.cases.length) find(".choose", comparison).open = true;
  showDiffering();
}

function showWhose() {
  const own = find(".own", comparison);
  own.hidden = !shared;
  find("span", own).textContent = `${compared.length} ${compared.length === 1 ? "case" : "cases"}`;
  markCompared();
}

// The address names what is shown, so that it can be kept and passed on.
function showDiffering() {
  const tick = find("[name=differing]", comparison);
  if (tick) tick.checked = onlyDiffering;
  find("table", comparison)?.classList.toggle("differing", onlyDiffering);
  if (here().name !== "compare") return;
  const params = new URLSearchParams(inTable().map((id) => ["case", id]));
  if (onlyDiffering) params.set("rows", "differing");
  remember(params);
}

async function showChoices() {
  const mine = ++choosing;
  const reply = await call("comparable", { words: find("[name=words]", comparison).value });
  if (mine !== choosing) return;
  find(".choices", comparison).innerHTML = reply.html;
  find(".choose .shown", comparison).textContent = reply.shown ?? "";
  markCompared();
}

async function moveCompared(id, way) {
  const order = [...inTable()];
  const at = order.indexOf(id);
  const other = at + (way === "left" ? -1 : 1);
  [order[at], order[other]] = [order[other], order[at]];
  keepCases(order);
  await showCompared(order);
  const buttons = [way, "left", "right"].map((name) => headButton(name, id));
  buttons.find((button) => button && !button.disabled)?.focus();
}

async function takeOut(id) {
  const at = inTable().indexOf(id);
  keepCases(inTable().filter((other) => other !== id));
  await showCompared(compared);
  const next = compared[Math.min(at, compared.length - 1)];
  (headButton("take-out", next) ?? find(".choose summary", comparison)).focus();
}

function headButton(name, id) {
  return [...comparison.querySelectorAll(`th [data-${name}]`)].find((button) => button.getAttribute(`data-${name}`) === id);
}

async function copyTable(button) {
  const text = find("template.markdown", comparison).content.textContent;
  await copyBoth(text, find("template.rich", comparison).innerHTML, button);
  find(".done", comparison).textContent = find("template.copied").innerHTML;
}

// Into the evidence pack (pack.js), without taking out those that are there.
function collectAll() {
  for (const id of inTable()) {
    const item = { kind: "case", case: id };
    const there = basket.items.some((other) => packKey(other) === packKey(item));
    if (!there) collect({ dataset: { collect: JSON.stringify(item) } });
  }
  find(".done", comparison).textContent = find("template.collected", comparison).innerHTML;
}

// Calls `work` with what it was last given, as soon as nothing more is typed.
function afterTyping(work) {
  let waiting = 0;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => work(...given), 200);
  };
}

page.addEventListener("click", (event) => {
  if (!compareNotice.contains(event.target) || event.target.closest("a")) compareNotice.replaceChildren();
  const button = event.target.closest("button");
  if (button && "compare" in button.dataset) toggleCompared(button);
});
comparison.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("left" in data) moveCompared(data.left, "left");
  else if ("right" in data) moveCompared(data.right, "right");
  else if ("takeOut" in data) takeOut(data.takeOut);
  else if ("copyTable" in data) copyTable(button);
  else if ("collectAll" in data) collectAll();
});
comparison.addEventListener("change", (event) => {
  if (event.target.name !== "differing") return;
  onlyDiffering = event.target.checked;
  showDiffering();
});
const choicesSoon = afterTyping(showChoices);
comparison.addEventListener("input", (event) => {
  if (event.target.name === "words") choicesSoon();
});
window.addEventListener("storage", (event) => {
  if (event.key !== KEPT) return; // chosen in another window
  compared = keptCases();
  markCompared();
});
// Other views' buttons come and go.
new MutationObserver(markCompared).observe(page, { childList: true, subtree: true });
markCompared();
