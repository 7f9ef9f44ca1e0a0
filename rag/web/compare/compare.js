// Compare: cases side by side, and the buttons anywhere on the page that choose them.

import { collectMissing } from "../pack/basket.js";
import { addView, here, remember } from "../shared/addresses.js";
import { addStatus, find, findAll, onButtons, page } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { keep, kept, onKeptElsewhere } from "../shared/storage.js";
import { copied, copyBoth } from "../shared/taking_away.js";
import { afterTyping, onlyLast } from "../shared/timing.js";

const KEPT = "precedent.compare"; // the ids of the cases chosen so far
let view;
let notice; // what is said of a button that may stand in any view
let most; // cases that can be compared at once
let compared; // the cases chosen
let shared = null; // the cases of an address that was opened, as long as she has not made them hers
let onlyDiffering = false; // whether rows in which all cases are alike are left out
const beginComparing = onlyLast();
const beginListing = onlyLast(); // of what there is to choose from

export function start() {
  view = find(".compare-view");
  most = Number(find(".choose", view).dataset.most);
  compared = keptCases();
  notice = addStatus("div", "compare-notice");
  find('.bar nav a[href="#compare"] .count').before(" "); // or the link would be called 'Compare3'
  addView("compare", { show: showCompare });
  page.addEventListener("click", ({ target }) => {
    if (!notice.contains(target) || target.closest("a")) notice.replaceChildren();
  });
  onButtons(page, { compare: toggleCompared });
  onButtons(view, {
    left: (button) => moveCompared(button.dataset.left, "left"),
    right: (button) => moveCompared(button.dataset.right, "right"),
    takeOut,
    copyTable,
    collectAll,
  });
  view.addEventListener("change", ({ target }) => {
    if (target.name !== "differing") return;
    onlyDiffering = target.checked;
    showDiffering();
  });
  const choicesSoon = afterTyping(showChoices);
  view.addEventListener("input", ({ target }) => {
    if (target.name === "words") choicesSoon();
  });
  onKeptElsewhere(KEPT, () => {
    compared = keptCases();
    markCompared();
  });
  // Other views' buttons come and go.
  new MutationObserver(markCompared).observe(page, {
    childList: true,
    subtree: true,
  });
  markCompared();
}

// --- what is chosen ---

function keptCases() {
  const ids = kept(KEPT);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string").slice(0, most) : [];
}

function keepCases(ids) {
  compared = ids;
  shared = null;
  keep(KEPT, ids);
  markCompared();
}

// In the view that is what the table shows, anywhere else what she has chosen.
function chosenBeside(button) {
  return view.contains(button) ? inTable() : compared;
}

function inTable() {
  return shared ?? compared;
}

// Every button that chooses a case says whether it is chosen; the bar says how many are.
function markCompared() {
  const many = find('.bar nav a[href="#compare"] .count');
  const count = String(compared.length || "");
  if (many.textContent !== count) many.textContent = count;
  for (const button of findAll("[data-compare]")) {
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
  else if (before.length < most) keepCases([...before, id]);
  else {
    notice.innerHTML = find("template.full", view).innerHTML;
    return;
  }
  if (here().name === "compare") showCompared(compared);
}

// --- the view ---

// What an address names is shown without taking the place of her own comparison, if she has one.
function showCompare(params) {
  const asked = params.getAll("case");
  onlyDiffering = params.get("rows") === "differing";
  if (find(".own", view).contains(document.activeElement)) find("h2", view).focus({ preventScroll: true });
  shared = null;
  if (asked.length && compared.length && String(asked) !== String(compared)) shared = asked;
  else if (asked.length) keepCases(asked);
  showCompared(inTable());
  showChoices();
}

async function showCompared(ids) {
  const stillLast = beginComparing();
  const reply = await call("compare", { cases: ids });
  if (!stillLast()) return;
  find(".comparison", view).innerHTML = reply.html;
  if (!reply.done) return;
  const gone = ids.filter((id) => !reply.cases.includes(id));
  if (shared) shared = reply.cases;
  else if (gone.length) keepCases(compared.filter((id) => !gone.includes(id)));
  showWhose();
  if (!reply.cases.length) find(".choose", view).open = true;
  showDiffering();
}

function showWhose() {
  const own = find(".own", view);
  own.hidden = !shared;
  find("span", own).textContent = `${compared.length} ${compared.length === 1 ? "case" : "cases"}`;
  markCompared();
}

// The address names what is shown, so that it can be kept and passed on.
function showDiffering() {
  const tick = find("[name=differing]", view);
  if (tick) tick.checked = onlyDiffering;
  find("table", view)?.classList.toggle("differing", onlyDiffering);
  if (here().name !== "compare") return;
  const params = new URLSearchParams(inTable().map((id) => ["case", id]));
  if (onlyDiffering) params.set("rows", "differing");
  remember(params);
}

async function showChoices() {
  const stillLast = beginListing();
  const reply = await call("comparable", {
    words: find("[name=words]", view).value,
  });
  if (!stillLast()) return;
  find(".choices", view).innerHTML = reply.html;
  find(".choose .shown", view).textContent = reply.shown ?? "";
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

async function takeOut(button) {
  const id = button.dataset.takeOut;
  const at = inTable().indexOf(id);
  keepCases(inTable().filter((other) => other !== id));
  await showCompared(compared);
  const next = compared[Math.min(at, compared.length - 1)];
  (headButton("take-out", next) ?? find(".choose summary", view)).focus();
}

function headButton(name, id) {
  return findAll(`th [data-${name}]`, view).find((button) => button.getAttribute(`data-${name}`) === id);
}

// --- taking it away ---

async function copyTable(button) {
  const text = find("template.markdown", view).content.textContent;
  await copyBoth(text, find("template.rich", view).innerHTML, button);
  find(".done", view).textContent = copied();
}

function collectAll() {
  collectMissing(inTable().map((id) => ({ kind: "case", case: id })));
  find(".done", view).textContent = find("template.collected", view).innerHTML;
}
