
// --- Evidence pack: what is collected anywhere on the page, kept in this browser. ---

const packView = find(".pack-view");
const packSaid = find(".saying", packView);
const PACK_KEPT = "precedent.pack";
const PACK_LARGEST = 200; // items, and refused questions; the server takes no more
let basket = keptBasket(); // { title, purpose, items, unanswered }
let takenOut = null; // what was removed last: of a basket, from place `at` on
let packShown = []; // the items in the order in which the view shows them
let packShowing = 0; // counts what is to be shown: only the last is

views.pack = { show: showPack };

// What this browser keeps, whatever it is.
function keptBasket() {
  const fresh = { title: "", purpose: "", items: [], unanswered: [] };
  try {
    const kept = { ...fresh, ...JSON.parse(localStorage.getItem(PACK_KEPT)) };
    for (const list of ["items", "unanswered"]) kept[list] = kept[list].filter((one) => one instanceof Object);
    return kept;
  } catch {
    return fresh;
  }
}

function keepBasket() {
  try {
    localStorage.setItem(PACK_KEPT, JSON.stringify(basket));
  } catch {
    // storage is switched off or full: the pack lasts as long as the page
  }
  markCollected();
}

// --- collecting ---

const packNews = document.createElement("p");
packNews.className = "pack-news";
packNews.setAttribute("role", "status");
page.append(packNews);

function packKey(item) {
  if (item.kind === "case") return JSON.stringify(["case", item.case]);
  if (item.kind === "answer") return JSON.stringify(["answer", ...askedKey(item)]);
  return JSON.stringify(["quote", item.source, item.spans]);
}

// The same question within the same filters, [[kind, value], ...], is asked once.
function askedKey({ question, searched, filters }) {
  return [question, searched, ...(Array.isArray(filters) ? filters.map(String).sort() : [])];
}

function collect(button) {
  const item = JSON.parse(button.dataset.collect);
  const key = packKey(item);
  const rest = basket.items.filter((other) => packKey(other) !== key);
  if (rest.length < basket.items.length) {
    basket.items = rest;
    packNews.textContent = `Removed from the evidence pack. ${itemsInPack()}`;
  } else if (rest.length >= PACK_LARGEST) {
    packNews.textContent = find("template.pack-full", packView).innerHTML;
  } else {
    basket.items.push(item);
    packNews.textContent = `Added to the evidence pack. ${itemsInPack()}`;
    sealPacked(item);
  }
  keepBasket();
}

// The words as they are now, so that it can be told later that they have changed.
async function sealPacked(item) {
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
  const keys = new Set(basket.items.map(packKey));
  for (const button of page.querySelectorAll("[data-collect]")) {
    const pressed = String(keys.has(packKey(JSON.parse(button.dataset.collect))));
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
  button.setAttribute("aria-label", pressed ? ["In the pack", about].filter(Boolean).join(": ") : button.dataset.addName);
}

new MutationObserver(markCollected).observe(page, { childList: true, subtree: true });

// A question that was refused is noted, unless she has stopped that (gaps.js); once it is answered, it is not.
page.addEventListener("answered", ({ detail }) => {
  const asked = answerIn(detail.turn);
  if (!asked) return;
  const { question, searched, filters, status } = asked;
  const key = String(askedKey(asked));
  const others = basket.unanswered.filter((other) => String(askedKey(other)) !== key);
  const before = basket.unanswered.find((other) => !others.includes(other));
  if (status !== "answered" && keepsGaps()) others.push({ left: "", ...before, question, searched, filters, status });
  basket.unanswered = others.slice(-PACK_LARGEST);
  keepBasket();
});

function forgetRefused() {
  basket.unanswered = [];
  if (takenOut) takenOut.unanswered = [];
  keepBasket();
}

// What the button that collects a turn's answer has of it.
function answerIn(turn) {
  const collecting = [...(turn?.querySelectorAll("[data-collect]") ?? [])];
  return collecting.map((button) => JSON.parse(button.dataset.collect)).find(({ kind }) => kind === "answer");
}

// --- the view ---

async function showPack() {
  const holds = basket.items.length + basket.unanswered.length > 0;
  find(".empty", packView).hidden = holds;
  find(".filled", packView).hidden = !holds;
  if (!holds) return;
  for (const name of ["title", "purpose"]) find(`[name=${name}]`, packView).value = basket[name];
  const mine = ++packShowing;
  const items = [...basket.items];
  const reply = await call("pack_view", basket);
  if (mine !== packShowing) return;
  const content = find(".content", packView);
  const open = new Set([...content.querySelectorAll("details[open]")].map((part) => packShown[packedAt(part)]));
  content.innerHTML = reply.html;
  packShown = items;
  for (const part of content.querySelectorAll("details")) part.open = open.has(items[packedAt(part)]);
}

function packedAt(part) {
  return Number(part.closest("[data-at]").dataset.at);
}

async function movePacked(button) {
  if (button.getAttribute("aria-disabled")) return;
  const at = packedAt(button);
  const what = button.dataset.movePack;
  if (what === "drop") return dropPacked(at);
  const to = at + (what === "up" ? -1 : 1);
  const { items } = basket;
  [items[at], items[to]] = [items[to], items[at]];
  keepBasket();
  await showPack();
  packSaid.textContent = `Moved to place ${to + 1} of ${items.length}.`;
  find(`[data-at="${to}"] [data-move-pack="${what}"]`, packView)?.focus();
}

async function dropPacked(at) {
  const items = basket.items.splice(at, 1);
  await tellTakenOut({ at, title: "", purpose: "", items, unanswered: [] }, "Removed.");
  const next = find(`[data-at="${Math.min(at, basket.items.length - 1)}"] [data-move-pack=drop]`, packView);
  (next ?? find("h2", packView)).focus();
}

async function emptyPack() {
  const everything = basket;
  basket = { title: "", purpose: "", items: [], unanswered: [] };
  await tellTakenOut({ ...everything, at: 0 }, "Everything was removed.");
  find("h2", packView).focus();
}

// What was removed can be put back.
async function tellTakenOut(removed, said) {
  takenOut = removed;
  keepBasket();
  packSaid.innerHTML = `${said} <button type="button" class="link" data-undo-pack>Put it back</button>`;
  await showPack();
}

// Among what was collected since, which stays.
async function undoPack() {
  const { at, title, purpose, items, unanswered } = takenOut;
  const since = new Set(basket.items.map(packKey));
  const asked = new Set(basket.unanswered.map((other) => String(askedKey(other))));
  const missing = items.filter((item) => !since.has(packKey(item)));
  const back = missing.slice(0, PACK_LARGEST - basket.items.length);
  basket.items.splice(at, 0, ...back);
  const refused = unanswered.filter((other) => !asked.has(String(askedKey(other))));
  basket.unanswered = [...refused, ...basket.unanswered].slice(-PACK_LARGEST);
  basket.title ||= title;
  basket.purpose ||= purpose;
  keepBasket();
  packSaid.textContent = back.length < missing.length ? find("template.pack-full", packView).innerHTML : "It is back.";
  await showPack();
  find("h2", packView).focus();
}

async function savePack(button) {
  const reply = await call("pack_file", { ...basket, format: button.dataset.savePack });
  if (!reply.done) {
    packSaid.innerHTML = reply.html;
    return;
  }
  const bytes = Uint8Array.from(atob(reply.data), (character) => character.charCodeAt(0));
  saveFile(reply.name, bytes, reply.type);
  packSaid.textContent = `Saved as ${reply.name}, where your browser keeps downloads.`;
}

async function copyPack(button) {
  const reply = await call("pack_copy", basket);
  if (!reply.done) {
    packSaid.innerHTML = reply.html;
    return;
  }
  await copyBoth(reply.plain, reply.rich, button);
  packSaid.textContent = "Copied: paste it into your document.";
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("collect" in data) collect(button);
  else if ("movePack" in data) movePacked(button);
  else if ("savePack" in data) savePack(button);
  else if ("copyPack" in data) copyPack(button);
  else if ("undoPack" in data) undoPack();
  else if ("clearPack" in data) emptyPack();
});
packView.addEventListener("input", ({ target }) => {
  const { name, value } = target;
  if (name === "title" || name === "purpose") basket[name] = value;
  else if (name === "note") basket.items[packedAt(target)].note = value;
  else if (name === "include") basket.unanswered[target.value].left = target.checked ? "" : "yes";
  keepBasket();
});
window.addEventListener("storage", (event) => {
  if (event.key !== PACK_KEPT) return; // another tab of this page has changed it
  basket = keptBasket();
  markCollected();
  if (here().name === "pack") showPack();
});
markCollected();
