// The library's part of the page.

import { find } from "../shared/elements.js";

export let shelf;

export function start() {
  shelf = find(".library");
}

// What became of what was to be done with all of it.
export function say(html) {
  find(".said", shelf).innerHTML = html;
}

export function template(name) {
  return find(`template.${name}`, shelf).innerHTML;
}
