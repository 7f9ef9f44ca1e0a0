
// --- Filters: beside the conversation and above the cases; what a question is asked with and without. ---

const FILTER_KINDS = ["place", "community", "topic", "setting", "outcome", "period", "source"];
const isFilter = ([kind]) => FILTER_KINDS.includes(kind);
const asPair = (want) => [want.slice(0, want.indexOf(":")), want.slice(want.indexOf(":") + 1)];

// The filters of an address; of several periods the last, which is all that there is room to show.
function filtersIn(params) {
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
async function showFilters(root, params, onChange) {
  const place = root.matches(".filters") ? root : find(".filters", root);
  Object.assign(place, { params, onChange, times: (place.times ?? 0) + 1 });
  const mine = place.times;
  const question = params.get("q") ?? params.get("like") ?? "";
  const payload = { for: place.dataset.for, question, history: params.getAll("after"), filters: filtersIn(params) };
  const reply = await call("facets", payload);
  if (mine === place.times && reply.done) putFilters(place, reply.html);
}

// What was unfolded stays so, what had the focus keeps it.
function putFilters(place, html) {
  const parts = () => [...place.querySelectorAll("details")];
  const unfolded = new Map(parts().map((part) => [part.dataset.key, part.open]));
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const same = active && ((other) => other.tagName === active.tagName && other.name === active.name && other.value === active.value);
  const key = active?.closest("details")?.dataset.key;
  const top = place.scrollTop;
  place.innerHTML = html;
  for (const part of parts()) part.open = unfolded.get(part.dataset.key) ?? part.open;
  const all = find("details", place);
  if (all) all.open = unfolded.get("all") ?? hasRoom();
  place.scrollTop = top;
  if (!active) return;
  const again = [...place.querySelectorAll("input, select")].find((other) => active.name && (active.tagName === "SELECT" ? other.name === active.name : same(other)));
  const part = parts().find((other) => other.dataset.key === key);
  (again ?? (part && find("summary", part)) ?? find("summary", place))?.focus({ preventScroll: true });
}

// Beside the conversation and the cases all of it is open; above them, it is folded.
const hasRoom = () => !narrow.matches && !page.classList.contains("reading");
let hadRoom = hasRoom();
function foldFilters() {
  if (hadRoom === hasRoom()) return;
  hadRoom = hasRoom();
  for (const all of page.querySelectorAll(".filters .folding")) all.open = hadRoom;
}
narrow.addEventListener("change", foldFilters);
new MutationObserver(foldFilters).observe(page, { attributeFilter: ["class"] });

function chosenIn(facets) {
  const pairs = [...facets.querySelectorAll("input:checked")].map((box) => [box.name, box.value]);
  const [first, last] = ["first", "last"].map((name) => find(`select[name=${name}]`, facets)?.value ?? "");
  return first || last ? [...pairs, ["period", `${first}-${last}`]] : pairs;
}

page.addEventListener("change", (event) => {
  const facets = event.target.closest(".facets");
  if (!facets) return;
  const [first, last] = ["first", "last"].map((name) => find(`select[name=${name}]`, facets));
  if (first?.value && last.value && first.value > last.value) {
    (event.target === first ? last : first).value = event.target.value; // a period does not end before it begins
  }
  const { params, onChange } = facets.closest(".filters");
  onChange(withFilters(params, chosenIn(facets)));
});

page.addEventListener("submit", (event) => {
  if (event.target.matches(".facets")) event.preventDefault();
});

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { clear, unfilter, without, only } = button.dataset;
  if (clear !== undefined && button.closest(".filters")) {
    const { params, onChange } = button.closest(".filters");
    onChange(withFilters(params, []));
  } else if (unfilter) changeChosen(button, (kept) => kept.filter(([kind, value]) => `${kind}:${value}` !== unfilter));
  else if (only) changeChosen(button, (kept) => [...kept, asPair(only)]);
  else if (without) changeChosen(button, (kept) => [...kept, ["without", without]]);
});

// A chip above the answer was taken off, or made a filter; the focus stays among the chips, or goes to the question box.
async function changeChosen(button, change) {
  const turn = button.closest(".turn");
  chosen = chosenOf(new URLSearchParams(change([...chosen])));
  await askAgain();
  (find(".wants button", turn) ?? box).focus({ preventScroll: true });
}
