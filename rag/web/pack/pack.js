// Evidence pack: what was collected, in order, with notes; saved as a file or copied.

import { addView, here } from "../shared/addresses.js";
import { find, findAll, onButtons } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { onKeptElsewhere } from "../shared/storage.js";
import { copyBoth, saveFile } from "../shared/taking_away.js";
import { onlyLast } from "../shared/timing.js";
import { basket, clearBasket, itemKey, KEPT, keepBasket, LARGEST, questionKey, rereadBasket } from "./basket.js";

let view, saying;
let takenOut = null; // what was removed last: of a basket, from place `at` on
let shown = []; // the items in the order in which the view shows them
const begin = onlyLast();

export function start() {
  view = find(".pack-view");
  saying = find(".saying", view);
  addView("pack", { show: showPack });
  onButtons(view, {
    movePack: move,
    savePack: save,
    copyPack: copy,
    undoPack: putBack,
    clearPack: removeAll,
  });
  view.addEventListener("input", ({ target }) => takeInput(target));
  onKeptElsewhere(KEPT, () => {
    rereadBasket();
    if (here().name === "pack") showPack();
  });
}

async function showPack() {
  const holds = basket.items.length + basket.unanswered.length > 0;
  find(".empty", view).hidden = holds;
  find(".filled", view).hidden = !holds;
  if (!holds) return;
  for (const name of ["title", "purpose"]) find(`[name=${name}]`, view).value = basket[name];
  const stillLast = begin();
  const items = [...basket.items];
  const reply = await call("pack_view", basket);
  if (!stillLast()) return;
  const content = find(".content", view);
  const open = new Set(findAll("details[open]", content).map((part) => shown[placeOf(part)]));
  content.innerHTML = reply.html;
  shown = items;
  for (const part of findAll("details", content)) part.open = open.has(items[placeOf(part)]);
}

function placeOf(part) {
  return Number(part.closest("[data-at]").dataset.at);
}

function takeInput(field) {
  const { name, value } = field;
  if (name === "title" || name === "purpose") basket[name] = value;
  else if (name === "note") basket.items[placeOf(field)].note = value;
  else if (name === "include") basket.unanswered[value].left = field.checked ? "" : "yes";
  keepBasket();
}

// --- order ---

async function move(button) {
  if (button.getAttribute("aria-disabled")) return;
  const at = placeOf(button);
  const what = button.dataset.movePack;
  if (what === "drop") {
    await drop(at);
    return;
  }
  const to = at + (what === "up" ? -1 : 1);
  const { items } = basket;
  [items[at], items[to]] = [items[to], items[at]];
  keepBasket();
  await showPack();
  saying.textContent = `Moved to place ${to + 1} of ${items.length}.`;
  find(`[data-at="${to}"] [data-move-pack="${what}"]`, view)?.focus();
}

// --- taking out, and putting back ---

async function drop(at) {
  const items = basket.items.splice(at, 1);
  await offerBack({ at, title: "", purpose: "", items, unanswered: [] }, "Removed.");
  const next = find(`[data-at="${Math.min(at, basket.items.length - 1)}"] [data-move-pack=drop]`, view);
  (next ?? find("h2", view)).focus();
}

async function removeAll() {
  const everything = basket;
  clearBasket();
  await offerBack({ ...everything, at: 0 }, "Everything was removed.");
  find("h2", view).focus();
}

async function offerBack(removed, words) {
  takenOut = removed;
  keepBasket();
  saying.innerHTML = `${words} <button type="button" class="link" data-undo-pack>Put it back</button>`;
  await showPack();
}

// Among what was collected since, which stays.
async function putBack() {
  const { at, title, purpose, items, unanswered } = takenOut;
  const since = new Set(basket.items.map(itemKey));
  const asked = new Set(basket.unanswered.map(questionKey));
  const missing = items.filter((item) => !since.has(itemKey(item)));
  const back = missing.slice(0, LARGEST - basket.items.length);
  basket.items.splice(at, 0, ...back);
  const refused = unanswered.filter((other) => !asked.has(questionKey(other)));
  basket.unanswered = [...refused, ...basket.unanswered].slice(-LARGEST);
  basket.title ||= title;
  basket.purpose ||= purpose;
  keepBasket();
  saying.textContent = back.length < missing.length ? find("template.pack-full", view).innerHTML : "It is back.";
  await showPack();
  find("h2", view).focus();
}

// The questions that were refused are no longer kept: not what can be put back either.
export function forgetRefused() {
  basket.unanswered = [];
  if (takenOut) takenOut.unanswered = [];
  keepBasket();
}

// --- taking it away ---

async function save(button) {
  const reply = await call("pack_file", {
    ...basket,
    format: button.dataset.savePack,
  });
  if (!reply.done) {
    saying.innerHTML = reply.html;
    return;
  }
  const bytes = Uint8Array.from(atob(reply.data), (character) => character.charCodeAt(0));
  saveFile(reply.name, bytes, reply.type);
  saying.textContent = `Saved as ${reply.name}, where your browser keeps downloads.`;
}

async function copy(button) {
  const reply = await call("pack_copy", basket);
  if (!reply.done) {
    saying.innerHTML = reply.html;
    return;
  }
  await copyBoth(reply.plain, reply.rich, button);
  saying.textContent = "Copied: paste it into your document.";
}
