// Filters: beside the conversation and above the cases.

import { find, findAll, narrow, onButtons, page } from "../shared/elements.js";
import { call } from "../shared/server.js";

const KINDS = ["place", "community", "topic", "setting", "outcome", "period", "source"];
const isFilter = ([kind]) => KINDS.includes(kind);
let hadRoom;

export function start() {
  hadRoom = hasRoom();
  narrow.addEventListener("change", foldFilters);
  new MutationObserver(foldFilters).observe(page, {
    attributeFilter: ["class"],
  });
  page.addEventListener("change", takeChange);
  page.addEventListener("submit", (event) => {
    if (event.target.matches(".facets")) event.preventDefault();
  });
  onButtons(page, { clear: (button) => changeFilters(button, []) });
}

// 'place:Bradford' -> ['place', 'Bradford']
export function asPair(want) {
  return [want.slice(0, want.indexOf(":")), want.slice(want.indexOf(":") + 1)];
}

// The filters of an address; of several periods the last, which is all that there is room to show.
export function filtersIn(params) {
  const pairs = [...params].filter(isFilter);
  const period = pairs.findLast(([kind]) => kind === "period");
  return pairs.filter((pair) => pair[0] !== "period" || pair === period);
}

// The same address with other filters.
function withFilters(params, pairs) {
  return new URLSearchParams([...[...params].filter((pair) => !isFilter(pair)), ...pairs]);
}

// Fills the filters of a view and calls `onChange` with the new address whenever one is changed. The numbers of cases
// follow the question ("q", after the questions "after") or the situation ("like") of the address.
export async function showFilters(root, params, onChange) {
  const place = find(".filters", root);
  Object.assign(place, { params, onChange, times: (place.times ?? 0) + 1 });
  const mine = place.times;
  const question = params.get("q") ?? params.get("like") ?? "";
  const payload = {
    for: place.dataset.for,
    question,
    history: params.getAll("after"),
    filters: filtersIn(params),
  };
  const reply = await call("facets", payload);
  if (mine === place.times && reply.done) putFilters(place, reply.html);
}

// What was unfolded stays so, what had the focus keeps it.
function putFilters(place, html) {
  const parts = () => findAll("details", place);
  const unfolded = new Map(parts().map((part) => [part.dataset.key, part.open]));
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.closest("details")?.dataset.key;
  const top = place.scrollTop;
  place.innerHTML = html;
  for (const part of parts()) part.open = unfolded.get(part.dataset.key) ?? part.open;
  const all = find("details", place);
  if (all) all.open = unfolded.get("all") ?? hasRoom();
  place.scrollTop = top;
  if (!active) return;
  const again = active.name && findAll("input, select", place).find((other) => isSameField(other, active));
  const part = parts().find((other) => other.dataset.key === key);
  (again || (part && find("summary", part)) || find("summary", place))?.focus({
    preventScroll: true,
  });
}

function isSameField(other, active) {
  if (other.name !== active.name) return false;
  return active.tagName === "SELECT" || (other.tagName === active.tagName && other.value === active.value);
}

// Beside the conversation and the cases all of it is open; above them, it is folded.
function hasRoom() {
  return !narrow.matches && !page.classList.contains("reading");
}

function foldFilters() {
  if (hadRoom === hasRoom()) return;
  hadRoom = hasRoom();
  for (const all of findAll(".filters .folding")) all.open = hadRoom;
}

function takeChange({ target }) {
  const facets = target.closest(".facets");
  if (!facets) return;
  const [first, last] = bounds(facets);
  if (first?.value && last.value && first.value > last.value) {
    (target === first ? last : first).value = target.value; // a period does not end before it begins
  }
  changeFilters(facets, chosenIn(facets));
}

function bounds(facets) {
  return ["first", "last"].map((name) => find(`select[name=${name}]`, facets));
}

function chosenIn(facets) {
  const pairs = findAll("input:checked", facets).map((box) => [box.name, box.value]);
  const [first, last] = bounds(facets).map((select) => select?.value ?? "");
  return first || last ? [...pairs, ["period", `${first}-${last}`]] : pairs;
}

// `part` is any part of the filters.
function changeFilters(part, pairs) {
  const place = part.closest(".filters");
  if (place) place.onChange(withFilters(place.params, pairs));
}
