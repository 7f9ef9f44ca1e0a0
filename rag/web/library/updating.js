// Bringing the index up to date, and following how far it is.

import { showAbout } from "../ask/welcome.js";
import { find, page } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { aMoment } from "../shared/timing.js";
import { linesOnTheWay, tell } from "./arrivals.js";
import { showFiles } from "./listing.js";
import { say, shelf } from "./shelf.js";

let watching = false; // an update's progress

export async function watch(state = { running: true }) {
  if (watching) return;
  watching = true;
  find(".news", shelf).replaceChildren();
  say("");
  while (state.running && page.isConnected) {
    showProgress(state);
    await aMoment();
    const lines = linesOnTheWay();
    state = await call("updating", {
      names: lines.map((line) => line.dataset.name),
    });
    for (const line of lines) if (state.lines?.[line.dataset.name]) tell(line, state.lines[line.dataset.name]);
  }
  watching = false;
  for (const line of linesOnTheWay()) if (find("[data-stage=done]", line)) line.dataset.settled = "";
  find(".progress", shelf).hidden = true;
  say(state.done ? state.failed : state.html);
  if (!state.done) return;
  showAbout();
  await Promise.all([showFiles(), showChanges()]);
}

function showProgress({ at = 0, of = 0, text = "" }) {
  find(".progress", shelf).hidden = false;
  const bar = find(".progress progress", shelf);
  bar.max = Math.max(of, 1);
  bar.value = at;
  find(".progress p", shelf).textContent = text;
}

export async function update(button) {
  const names = linesOnTheWay().map((line) => line.dataset.name);
  const reply = await call("update", {
    names,
    everything: button.dataset.update ? "yes" : "",
  });
  if (reply.done) watch();
  else say(reply.html);
}

// Whether something changed in the folders: asked apart, since every file of them is looked at.
export async function showChanges() {
  const reply = await call("changes");
  if (!watching) find(".news", shelf).innerHTML = reply.html;
}
