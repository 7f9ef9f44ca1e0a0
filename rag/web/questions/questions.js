// Test questions: the view in which they are checked and taken out.

import { addView } from "../shared/addresses.js";
import { find, findAll, onButtons, page } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { saveFile } from "../shared/taking_away.js";
import { aMoment } from "../shared/timing.js";

export let tests;
let following = false; // a check's progress

export function start() {
  tests = find(".tests");
  addView("tests", { show: showTests });
  onButtons(tests, { check, remove, restore, download });
  tests.addEventListener("toggle", ({ target }) => target.matches(".report") && showReport(target), true);
}

export async function showTests() {
  const reply = await call("questions");
  const focused = tests.contains(document.activeElement) && Object.keys(document.activeElement.dataset)[0];
  tests.innerHTML = reply.html;
  if (focused) find(`[data-${focused}]`, tests)?.focus({ preventScroll: true });
  if (reply.running) follow(reply);
  return reply;
}

// Where it is said what became of what a button did: below the answer, or above the questions.
export function placeToTell(button) {
  return find(".kept", button.closest(".turn") ?? tests);
}

// --- checking them all ---

async function follow(state) {
  if (following) return;
  following = true;
  while (state.running && page.isConnected) {
    showProgress(state);
    await aMoment();
    state = await call("progress");
  }
  following = false;
  const { checked } = await showTests();
  if (checked) find(".kept", tests).textContent = checked;
}

function showProgress({ done, total, text }) {
  const place = find(".progress", tests);
  if (!place) return;
  place.hidden = false;
  find("progress", place).max = Math.max(total, 1);
  find("progress", place).value = done;
  find("p", place).textContent = text;
  find("[data-check]", tests)?.setAttribute("aria-disabled", "true");
}

async function check(button) {
  if (following || button.getAttribute("aria-disabled")) return;
  const state = await call("check");
  if (state.done === false) find(".kept", tests).innerHTML = state.html;
  else follow(state);
}

async function showReport(details) {
  const frame = find("iframe", details);
  if (!details.open || frame.srcdoc) return;
  const reply = await call("export", { what: "report" });
  frame.srcdoc = reply.text ?? reply.html;
}

async function download(button) {
  const reply = await call("export", { what: button.dataset.download });
  if (!reply.done) {
    find(".kept", tests).innerHTML = reply.html;
    return;
  }
  saveFile(reply.name, reply.text, reply.type);
}

// --- taking one out ---

async function remove(button) {
  const row = button.closest("li");
  const reply = await call("remove", { key: row.dataset.key });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  row.className = "removed";
  row.innerHTML = reply.html;
  find(".count", tests).textContent = reply.count;
  find("button", row).focus({ preventScroll: true });
}

async function restore(button) {
  const row = button.closest("li");
  const reply = await call("restore", { key: button.dataset.restore });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  const key = row.dataset.key;
  await showTests();
  const back = findAll("li", tests).find((other) => other.dataset.key === key);
  if (back) find("[data-remove]", back).focus({ preventScroll: true });
}
