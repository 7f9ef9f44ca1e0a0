// What didn’t work: sentences that say what got in the way, and what was learnt.

import { addView, here, remember, visit } from "../shared/addresses.js";
import { find, findAll, onButtons } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { copied, copyBoth } from "../shared/taking_away.js";
import { afterTyping, onlyLast } from "../shared/timing.js";

let view, narrowing, list;
const begin = onlyLast();

export function start() {
  view = find(".lessons-view");
  narrowing = find(".narrowing", view);
  list = find(".sentences", view);
  addView("lessons", { show: showLessons });
  const narrowSoon = afterTyping(narrow);
  view.addEventListener("input", ({ target }) => {
    if (target.name === "words") narrowSoon(target);
    else narrow(target);
  });
  narrowing.addEventListener("submit", (event) => event.preventDefault());
  onButtons(view, { more: showMore, unwant: takeOff, copySentence });
}

async function showLessons(params) {
  if (document.activeElement !== narrowing.words) narrowing.words.value = params.get("words") ?? "";
  await showSentences(params);
}

async function showSentences(params, first = 0) {
  const stillLast = begin();
  const [show, words, group] = ["show", "words", "group"].map((name) => params.get(name) ?? "");
  const reply = await call("lessons", {
    filters: [...params],
    show,
    words,
    group,
    start: String(first),
  });
  if (!stillLast()) return;
  if (first && reply.done) list.insertAdjacentHTML("beforeend", reply.html);
  else list.innerHTML = reply.html;
  if (!reply.done) return;
  for (const name of ["topic", "community", "group"]) narrowing[name].innerHTML = reply[name];
  for (const tab of findAll("[name=show]", view)) {
    find("b", tab.parentElement).textContent = reply.counts[tab.value];
    tab.checked = tab.value === reply.show;
  }
  find(".wanted", view).innerHTML = reply.wanted;
  find(".shown", view).textContent = reply.shown;
  const more = find("[data-more]", view);
  more.hidden = !reply.next;
  more.dataset.more = reply.next;
}

// What is chosen goes into the address; what other views put there stays.
function narrow({ name, value }) {
  const { name: open, params } = here();
  if (open !== "lessons") return; // she left it while she was typing
  if (value.trim()) params.set(name, value.trim());
  else params.delete(name);
  remember(params);
  showSentences(params);
}

function takeOff({ dataset }) {
  const { params } = here();
  params.delete(dataset.unwant, dataset.value);
  visit("lessons", params);
}

async function showMore(button) {
  const before = findAll("li", list).length;
  await showSentences(here().params, Number(button.dataset.more));
  const first = findAll("li", list)[before];
  if (first) find("a", first).focus({ preventScroll: true });
}

async function copySentence(button) {
  await copyBoth(button.dataset.copySentence, find("blockquote", button.closest("li")).outerHTML, button);
  button.textContent = copied();
}
