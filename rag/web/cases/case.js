// One case in full.

import { addView, here, nameWindow } from "../shared/addresses.js";
import { find } from "../shared/elements.js";
import { call } from "../shared/server.js";

let view;

export function start() {
  view = find(".case-view");
  addView("case", { show: showCase, within: "cases" });
}

async function showCase(params) {
  const id = params.get("id") ?? "";
  if (view.dataset.case === id) nameCase();
  else {
    Object.assign(view.dataset, { case: id, state: "" });
    view.innerHTML = find("template.opening-case").innerHTML;
  }
  const seen = view.dataset.state; // come back to: as it was left, unless the library has changed
  const reply = await call("card", { id, seen });
  if (view.dataset.case !== id || reply.same || (seen && !reply.done)) return;
  view.innerHTML = reply.html;
  view.dataset.state = reply.state ?? "";
  if (!reply.done) delete view.dataset.case; // asked again when it is shown again
  if (!reply.title) return;
  nameCase();
  const others = await call("alike", { id });
  if (view.dataset.case === id) find(".others", view).innerHTML = others.html;
}

// The window is named after the case once it is there.
function nameCase() {
  if (here().name === "case" && find(".fields", view)) nameWindow(find("h2", view).textContent);
}
