// Cases: all of them, or those like a situation.

import { filtersIn, showFilters } from "../filters/filters.js";
import { addView, here, visit } from "../shared/addresses.js";
import { find } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { onlyLast } from "../shared/timing.js";

let view, situation, list, more;
let shown = { address: null, state: "" }; // what is listed, and of what state of the library
const begin = onlyLast();

export function start() {
  view = find(".cases-view");
  situation = find(".situation", view);
  list = find(".cards", view);
  more = find("[data-more-cases]", view);
  addView("cases", { show: showCases });
  situation.addEventListener("submit", (event) => {
    event.preventDefault();
    findSimilar(find("textarea", situation).value.trim());
  });
  find("select", view).addEventListener("change", (event) => {
    visit("cases", changed("sort", event.target.value)); // the filters beside the list keep the order too
  });
  more.addEventListener("click", () => fillCases(here().params, Number(more.dataset.moreCases)));
}

async function showCases(params) {
  showFilters(view, params, (filtered) => visit("cases", filtered));
  if (shown.address === params.toString()) {
    fillCases(params, 0, shown.state); // come back to: as it was left, unless the library has changed
    return;
  }
  const like = params.get("like") ?? "";
  find("textarea", situation).value = like;
  find("a", situation).hidden = !like;
  find(".sort", view).hidden = Boolean(like);
  find("select", view).value = params.get("sort") ?? "";
  await fillCases(params, 0);
}

// `seen` is the state of the library that is shown, if it is the same list.
async function fillCases(params, first, seen = "") {
  const stillLast = begin();
  const like = params.get("like") ?? "";
  const sort = params.get("sort") ?? "";
  const waiting = find(".waiting", view);
  waiting.hidden = Boolean(seen);
  list.classList.toggle("stale", !first && !seen);
  const payload = {
    filters: filtersIn(params),
    sort,
    start: String(first),
    like,
    seen,
  };
  const reply = await call(like ? "precedents" : "cases", payload);
  if (!stillLast()) return;
  waiting.hidden = true;
  list.classList.remove("stale");
  if (reply.same || (seen && !reply.done)) return;
  if (!first) {
    fillList(reply);
  } else if (!reply.done) {
    find(".none", view).innerHTML = reply.html; // the list stays
    return;
  } else if (reply.state !== shown.state) {
    fillCases(params, 0); // the library changed since it began
    return;
  } else {
    list.insertAdjacentHTML("beforeend", reply.html);
    find(".none", view).replaceChildren();
  }
  shown = {
    address: reply.done ? params.toString() : null,
    state: reply.state ?? "",
  };
  find(".count", view).textContent = reply.count ?? "";
  find(".remarks", view).innerHTML = reply.remarks ?? "";
  more.dataset.moreCases = reply.next || "";
  more.hidden = !reply.next;
  if (first) find(`.card:nth-child(${first + 1}) h3 a`, list)?.focus();
}

// The list holds cards alone: what stands in their place does not belong into a list.
function fillList(reply) {
  const cards = /^<li/.test(reply.html);
  list.innerHTML = cards ? reply.html : "";
  list.hidden = !cards;
  find(".none", view).innerHTML = cards ? "" : reply.html;
}

function findSimilar(like) {
  const params = changed("like", like);
  params.delete("sort");
  visit("cases", params);
  find(".count", view).focus();
}

// The address with another value, or without one.
function changed(name, value) {
  const { params } = here();
  if (value) params.set(name, value);
  else params.delete(name);
  return params;
}
