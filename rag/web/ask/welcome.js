// What the page opens with: how much there is, and what.

import { find } from "../shared/elements.js";
import { call } from "../shared/server.js";

export async function showAbout() {
  const reply = await call("about");
  if (!reply.done) return;
  find(".scope").innerHTML = reply.scope;
  const contents = find(".contents");
  contents.hidden = !reply.html;
  find("ul", contents).innerHTML = reply.html;
}
