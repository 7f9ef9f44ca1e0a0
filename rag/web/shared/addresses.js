// The views and their addresses: '#cases?place=Bradford'.

import { find, findAll, page } from "./elements.js";

const views = {};
const leftAt = {}; // how far each view was scrolled when it was left

// `view`: { show(params); within: the view in the bar that this one belongs to, if it has no link of its own there;
// address(): what its address says, where that is more than it was opened with }
export function addView(name, view) {
  views[name] = view;
}

// The view that the address names, and what it says of it.
export function here() {
  const [, name, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
  return {
    name: Object.hasOwn(views, name) ? name : "ask",
    params: new URLSearchParams(query),
  };
}

function addressOf(name, params = new URLSearchParams()) {
  const query = params.toString();
  return query ? `#${name}?${query}` : `#${name}`;
}

// Opens a view, as a link would; 'back' leads back.
export function visit(name, params) {
  location.hash = addressOf(name, params);
}

// What the view shows has changed: its address says so, without another step in the history.
export function remember(params) {
  history.replaceState(history.state, "", addressOf(here().name, params));
}

// A step back may have led to an address that says something else than the view shows.
export function correctAddress() {
  const { address } = views[here().name];
  if (address) remember(address());
}

// The window's title names what it shows.
export function nameWindow(what) {
  document.title = [what, "Precedent"].join(" – ");
}

export function showView() {
  const { name, params } = here();
  const before = page.dataset.view;
  const shown = views[name].within ?? name;
  for (const link of findAll(".bar nav a")) {
    if (link.hash === `#${shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before !== name) {
    if (before) leftAt[before] = window.scrollY;
    for (const view of findAll(".view")) view.hidden = view.dataset.name !== name;
    page.dataset.view = name;
    nameWindow(find(`.view[data-name="${name}"]`).getAttribute("aria-label"));
    window.scrollTo(0, leftAt[name] ?? 0);
  }
  views[name].show(params);
}
