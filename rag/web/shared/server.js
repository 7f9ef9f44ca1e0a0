// Calls to the program on this machine.

import { find, page } from "./elements.js";

let functions; // of Python, each taking one object

export function setServer(server) {
  functions = server;
}

// A reply with "done": false and why, where the program stopped or failed.
export async function call(name, payload = {}) {
  const reply = await functions[name]({
    token: page.dataset.token,
    ...payload,
  }).catch(() => null);
  return reply ?? { done: false, html: find("template.failed-call").innerHTML };
}
