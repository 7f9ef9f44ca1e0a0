// The library at a glance: how much there is, where, when, about what and for whom.

import { addView } from "../shared/addresses.js";
import { find, onButtons } from "../shared/elements.js";
import { call } from "../shared/server.js";

let glance;

export function start() {
  glance = find(".overview-view .glance");
  addView("overview", { show: showOverview });
  onButtons(glance, { whole: showWhole });
}

async function showOverview() {
  const reply = await call("overview", { seen: glance.dataset.state ?? "" });
  if (reply.done && reply.same) return; // come back to: as it was left
  glance.innerHTML = reply.html;
  glance.dataset.state = reply.done ? reply.state : "";
}

function showWhole(button) {
  const whole = button.parentElement.classList.toggle("whole");
  button.setAttribute("aria-expanded", whole);
}
