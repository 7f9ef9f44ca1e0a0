// What is collected for the evidence pack, and the buttons anywhere on the page that collect it.

import { keepsGaps } from "../gaps/keeping.js";
import { addStatus, find, findAll, onButtons, page } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { keep, kept } from "../shared/storage.js";

export const KEPT = "precedent.pack";
export const LARGEST = 200; // items, and refused questions; the server takes no more
export let basket; // { title, purpose, items, unanswered }
let news;

export function start() {
  basket = keptBasket();
  news = addStatus("p", "pack-news");
  onButtons(page, {
    collect: (button) => toggle(JSON.parse(button.dataset.collect)),
  });
  new MutationObserver(markCollected).observe(page, {
    childList: true,
    subtree: true,
  });
  page.addEventListener("answered", ({ detail }) => noteAnswer(detail.turn));
  markCollected();
}

function emptyBasket() {
  return { title: "", purpose: "", items: [], unanswered: [] };
}

// What this browser keeps, whatever it is.
function keptBasket() {
  try {
    const held = { ...emptyBasket(), ...kept(KEPT) };
    for (const list of ["items", "unanswered"]) held[list] = held[list].filter((one) => one instanceof Object);
    return held;
  } catch {
    return emptyBasket();
  }
}

export function keepBasket() {
  keep(KEPT, basket);
  markCollected();
}

// Another window of this browser has changed it.
export function rereadBasket() {
  basket = keptBasket();
  markCollected();
}

export function clearBasket() {
  basket = emptyBasket();
}

// --- collecting ---

export function itemKey(item) {
  if (item.kind === "case") return JSON.stringify(["case", item.case]);
  if (item.kind === "answer") return JSON.stringify(["answer", ...askedKey(item)]);
  return JSON.stringify(["quote", item.source, item.spans]);
}

// The same question within the same filters, [[kind, value], ...], is asked once.
export function questionKey(asked) {
  return String(askedKey(asked));
}

function askedKey({ question, searched, filters }) {
  return [question, searched, ...(Array.isArray(filters) ? filters.map(String).sort() : [])];
}

function toggle(item) {
  const key = itemKey(item);
  const rest = basket.items.filter((other) => itemKey(other) !== key);
  if (rest.length < basket.items.length) {
    basket.items = rest;
    news.textContent = `Removed from the evidence pack. ${itemsInPack()}`;
  } else if (rest.length >= LARGEST) {
    news.textContent = find("template.pack-full").innerHTML;
  } else {
    basket.items.push(item);
    news.textContent = `Added to the evidence pack. ${itemsInPack()}`;
    seal(item);
  }
  keepBasket();
}

// Those that are there stay.
export function collectMissing(items) {
  for (const item of items) {
    if (!basket.items.some((other) => itemKey(other) === itemKey(item))) toggle(item);
  }
}

// The words as they are now, so that it can be told later that they have changed.
async function seal(item) {
  const reply = await call("pack_seals", { items: [item] });
  if (!reply.done || !basket.items.includes(item)) return;
  [item.seals] = reply.seals;
  keepBasket();
}

function itemsInPack() {
  const count = basket.items.length;
  return `It holds ${count} ${count === 1 ? "item" : "items"}.`;
}

// Every button that collects says whether its item is in the pack, and the bar how many there are.
function markCollected() {
  const keys = new Set(basket.items.map(itemKey));
  for (const button of findAll("[data-collect]")) {
    const pressed = String(keys.has(itemKey(JSON.parse(button.dataset.collect))));
    if (button.getAttribute("aria-pressed") === pressed) continue;
    button.dataset.add ??= button.textContent;
    button.setAttribute("aria-pressed", pressed);
    button.textContent = pressed === "true" ? "In the pack" : button.dataset.add;
    markName(button, pressed === "true");
  }
  const count = find('.bar nav a[href="#pack"] .count');
  const many = String(basket.items.length || "");
  if (count.textContent !== many) count.textContent = many;
}

// 'Add to the pack: Bromley' becomes 'In the pack: Bromley': a name holds what is seen.
function markName(button, pressed) {
  if (!button.hasAttribute("aria-label")) return;
  button.dataset.addName ??= button.getAttribute("aria-label");
  const [, about] = button.dataset.addName.split(/: (.*)/s);
  const name = pressed ? ["In the pack", about].filter(Boolean).join(": ") : button.dataset.addName;
  button.setAttribute("aria-label", name);
}

// --- questions that were refused ---

// Such a question is noted, unless she has stopped that; once it is answered, it is not.
function noteAnswer(turn) {
  const asked = answerIn(turn);
  if (!asked) return;
  const { question, searched, filters, status } = asked;
  const key = questionKey(asked);
  const others = basket.unanswered.filter((other) => questionKey(other) !== key);
  const before = basket.unanswered.find((other) => !others.includes(other));
  if (status !== "answered" && keepsGaps()) others.push({ left: "", ...before, question, searched, filters, status });
  basket.unanswered = others.slice(-LARGEST);
  keepBasket();
}

// What the button that collects a turn's answer has of it.
function answerIn(turn) {
  const collecting = turn ? findAll("[data-collect]", turn) : [];
  return collecting.map((button) => JSON.parse(button.dataset.collect)).find(({ kind }) => kind === "answer");
}
