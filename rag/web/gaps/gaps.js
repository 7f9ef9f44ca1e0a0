// What people ask that is not here: the curator's view.

import { forgetRefused } from "../pack/pack.js";
import { addView, here, visit } from "../shared/addresses.js";
import { find, findAll, onButtons } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { saveFile } from "../shared/taking_away.js";
import { onlyLast } from "../shared/timing.js";
import { setKeeping, showKeeping, wordsFor } from "./keeping.js";

let view;
const begin = onlyLast();

export function start() {
  view = find(".gaps-view");
  addView("gaps", { show: showGaps, within: "tests" });
  onButtons(view, {
    dropGap: drop,
    restoreGap: restore,
    moreGaps: showMore,
    saveGaps: save,
    forgetFirst: () => askFirst(true),
    keepGaps: () => askFirst(false),
    forgetGaps: forget,
  });
  view.addEventListener("change", ({ target }) => {
    if (target.name === "keep-gaps") setKeeping(target.checked);
  });
}

async function showGaps(params) {
  showKeeping();
  const stillLast = begin();
  const reply = await call("gaps", within(params));
  if (!stillLast()) return;
  const place = find(".asked-for", view);
  if (!reply.done) {
    place.innerHTML = reply.html;
    return;
  }
  const focused = place.contains(document.activeElement);
  place.innerHTML = `${reply.summary}${reply.heading}<ol class="gaps">${reply.html}</ol><div class="more">${reply.more}</div>`;
  readHistories();
  const chosen = params.has("topic") || params.has("community");
  if (chosen) find(".listed", place)?.focus();
  else if (focused) find("h2", view).focus({ preventScroll: true });
}

function within(params) {
  return {
    topic: params.get("topic") ?? "",
    community: params.get("community") ?? "",
  };
}

// What marks passages takes the questions before from the turn.
function readHistories() {
  for (const row of findAll(".gaps > [data-history]", view)) row.earlier = JSON.parse(row.dataset.history);
}

async function showMore(button) {
  const list = find(".gaps", view);
  const first = list.children.length;
  const reply = await call("gaps", {
    ...within(here().params),
    start: String(first),
  });
  if (!reply.done) {
    tell(reply.html);
    return;
  }
  list.insertAdjacentHTML("beforeend", reply.html);
  button.parentElement.innerHTML = reply.more;
  readHistories();
  find("a", list.children[first])?.focus();
}

function tell(html) {
  find(".told", view).innerHTML = html;
}

async function drop(button) {
  const row = button.closest("[data-gap]");
  const reply = await call("drop_gap", { key: row.dataset.gap });
  if (!reply.done) {
    find(".kept", row).innerHTML = reply.html;
    return;
  }
  row.className = "removed";
  row.innerHTML = reply.html;
  find("button", row).focus({ preventScroll: true });
}

async function restore(button) {
  const key = button.dataset.restoreGap;
  const reply = await call("restore_gap", { key });
  if (!reply.done) {
    find(".kept", button.closest("[data-gap]")).innerHTML = reply.html;
    return;
  }
  await showGaps(here().params);
  find(`[data-gap="${key}"] [data-drop-gap]`, view)?.focus({
    preventScroll: true,
  });
}

function askFirst(asking) {
  find(".sure", view).hidden = !asking;
  find(asking ? "[data-keep-gaps]" : "[data-forget-first]", view).focus();
}

async function forget() {
  const reply = await call("forget_gaps");
  if (!reply.done) {
    tell(reply.html);
    return;
  }
  forgetRefused();
  visit("gaps");
  await showGaps(new URLSearchParams());
  tell(wordsFor("forgotten"));
  find("h2", view).focus({ preventScroll: true });
}

async function save() {
  const reply = await call("save_gaps");
  tell(reply.html);
  if (reply.done && reply.text) saveFile(reply.name, reply.text, "application/jsonl");
}
