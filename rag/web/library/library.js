// The library: what is in it, adding to it, taking out.

import { addView } from "../shared/addresses.js";
import { find, onButtons } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { afterTyping } from "../shared/timing.js";
import * as adding from "./adding.js";
import { showFiles, showMore } from "./listing.js";
import { say, shelf, start as startShelf } from "./shelf.js";
import { showChanges, update, watch } from "./updating.js";

export function start() {
  startShelf();
  adding.start();
  addView("library", { show: showLibrary });
  onButtons(shelf, {
    pick: (button) => find(`[name=${button.dataset.pick}]`, shelf).click(),
    more: showMore,
    update,
    askFirst: (button) => askFirst(rowOf(button), true),
    stay: (button) => askFirst(rowOf(button), false),
    discard: (button) => discard(rowOf(button)),
    bringBack: (button) => bringBack(rowOf(button)),
  });
  shelf.addEventListener("change", ({ target }) => {
    if (target.name === "state") showFiles();
  });
  const filesSoon = afterTyping(() => showFiles());
  shelf.addEventListener("input", ({ target }) => {
    if (target.name === "words") filesSoon();
  });
}

async function showLibrary() {
  showChanges();
  const { updating } = await showFiles();
  if (updating?.running) watch(updating);
  else if (updating?.failed) say(updating.failed);
}

// --- taking out ---

function rowOf(button) {
  return button.closest(".files > li");
}

function askFirst(row, asking) {
  find(".sure", row).hidden = !asking;
  find(asking ? "[data-stay]" : "[data-ask-first]", row).focus();
}

async function discard(row) {
  const reply = await call("discard", { name: row.dataset.name });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  row.innerHTML = reply.html;
  row.className = "removed";
  (find("button", row) ?? find(".files", shelf)).focus({ preventScroll: true });
  watch();
}

async function bringBack(row) {
  const reply = await call("bring_back", { name: row.dataset.name });
  if (!reply.done) find(".why", row).innerHTML = reply.html;
  else watch();
}
