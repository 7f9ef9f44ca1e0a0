
// --- Cases: all of them, those like a situation, and one in full. ---

views.cases = { show: showCases };
views.case = { show: showCase, within: "cases" };

const casesView = find(".cases-view");
const situation = find(".situation", casesView);
const caseList = find(".cards", casesView);
const moreCases = find("[data-more-cases]", casesView);
const casesAsked = { times: 0, address: null, state: "" }; // only the last answer is shown, and of what state of the library

async function showCases(params) {
  showFilters(casesView, params, (changed) => visit("cases", changed));
  // Come back to: as it was left, unless the library has changed.
  if (casesAsked.address === params.toString()) return fillCases(params, 0, casesAsked.state);
  const like = params.get("like") ?? "";
  find("textarea", situation).value = like;
  find("a", situation).hidden = !like;
  find(".sort", casesView).hidden = Boolean(like);
  find("select", casesView).value = params.get("sort") ?? "";
  await fillCases(params, 0);
}

// `seen` is the state of the library that is shown, if it is the same list.
async function fillCases(params, start, seen = "") {
  const mine = ++casesAsked.times;
  const like = params.get("like");
  const waiting = find(".waiting", casesView);
  waiting.hidden = Boolean(seen);
  caseList.classList.toggle("stale", !start && !seen);
  const payload = { filters: filtersIn(params), sort: params.get("sort") ?? "", start: String(start), like: like ?? "", seen };
  const reply = await call(like ? "precedents" : "cases", payload);
  if (mine !== casesAsked.times) return;
  waiting.hidden = true;
  caseList.classList.remove("stale");
  if (reply.same || (seen && !reply.done)) return;
  if (start && !reply.done) return void (find(".none", casesView).innerHTML = reply.html); // the list stays
  if (start && reply.state !== casesAsked.state) return fillCases(params, 0); // the library changed since it began
  Object.assign(casesAsked, { address: reply.done ? params.toString() : null, state: reply.state ?? "" });
  if (start) {
    caseList.insertAdjacentHTML("beforeend", reply.html);
    find(".none", casesView).replaceChildren();
  } else fillList(reply);
  find(".count", casesView).textContent = reply.count ?? "";
  find(".remarks", casesView).innerHTML = reply.remarks ?? "";
  moreCases.dataset.moreCases = reply.next || "";
  moreCases.hidden = !reply.next;
  if (start) find(`.card:nth-child(${start + 1}) h3 a`, caseList)?.focus();
}

// The list holds cards alone: what stands in their place does not belong into a list.
function fillList(reply) {
  const cards = /^<li/.test(reply.html);
  caseList.innerHTML = cards ? reply.html : "";
  caseList.hidden = !cards;
  find(".none", casesView).innerHTML = cards ? "" : reply.html;
}

situation.addEventListener("submit", (event) => {
  event.preventDefault();
  const like = find("textarea", situation).value.trim();
  const params = here().params;
  params.delete("sort");
  if (like) params.set("like", like);
  else params.delete("like");
  visit("cases", params);
  find(".count", casesView).focus();
});
find("select", casesView).addEventListener("change", (event) => {
  const params = here().params;
  if (event.target.value) params.set("sort", event.target.value);
  else params.delete("sort");
  visit("cases", params); // the filters beside the list keep the order too
});
moreCases.addEventListener("click", () => fillCases(here().params, Number(moreCases.dataset.moreCases)));

// The window is named after the case once it is there.
function nameCase(view) {
  if (here().name === "case" && find(".fields", view)) document.title = [find("h2", view).textContent, "Precedent"].join(" – ");
}

async function showCase(params) {
  const view = find(".case-view");
  const id = params.get("id") ?? "";
  if (view.dataset.case === id) nameCase(view);
  else {
    Object.assign(view.dataset, { case: id, state: "" });
    view.innerHTML = find("template.opening-case", casesView).innerHTML;
  }
  const seen = view.dataset.state; // come back to: as it was left, unless the library has changed
  const reply = await call("card", { id, seen });
  if (view.dataset.case !== id || reply.same || (seen && !reply.done)) return;
  view.innerHTML = reply.html;
  view.dataset.state = reply.state ?? "";
  if (!reply.done) delete view.dataset.case; // asked again when it is shown again
  if (!reply.title) return;
  nameCase(view);
  const others = await call("alike", { id });
  if (view.dataset.case === id) find(".others", view).innerHTML = others.html;
}
