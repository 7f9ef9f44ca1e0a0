// The conversation: its questions, how the next one is asked, and what its address says.

import { asPair, filtersIn, showFilters } from "../filters/filters.js";
import { addView, here, remember } from "../shared/addresses.js";
import { find, narrow, onButtons, page } from "../shared/elements.js";
import { leavePanel } from "../shared/panel.js";
import { call } from "../shared/server.js";

let log, form, box;
let conversation = []; // earlier questions, as typed
// The filters; what the last question is asked "without"; and what is "kept" of what it leaves out.
let chosen = new URLSearchParams();
let busy = false;
let due = false; // whether the last question is to be asked again as soon as it is answered

export function start() {
  log = find(".log");
  form = find(".ask");
  box = find("textarea", form);
  addView("ask", { show: showAsk, address: addressParams });
  onButtons(page, {
    again: (button) => askAnew(button.dataset.again, []),
    new: restart,
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}

// Asks, in a turn of its own or once more in the turn `again`, which stays where it is.
async function ask(question, earlier, again = null) {
  if (busy || !question.trim()) return;
  busy = true;
  form.classList.add("busy");
  const asked = conversation;
  const turn = again ?? newTurn(question, earlier);
  turn.classList.toggle("stale", Boolean(again));
  tellAddress();
  const without = chosen.getAll("without").map(asPair);
  const reply = await call("ask", {
    question,
    history: earlier,
    filters: filtersIn(chosen),
    without,
    kept: chosen.getAll("kept"),
  });
  turn.classList.remove("stale");
  if (reply.done === false) {
    find(".waiting, .reply", turn).outerHTML = `<div class="reply">${reply.html}</div>`;
    if (!again) box.value ||= question;
  } else {
    turn.innerHTML = reply.html;
    if (reply.asked && asked === conversation && !again) conversation.push(question);
  }
  busy = false;
  form.classList.remove("busy");
  if (!again) turn.scrollIntoView({ block: "start" });
  page.dispatchEvent(new CustomEvent("answered", { detail: { turn } }));
  if (due) askAgain();
}

function newTurn(question, earlier) {
  const turn = find("template.pending").content.cloneNode(true).firstElementChild;
  find(".question", turn).textContent = question.slice(0, 400);
  Object.assign(turn, { question, earlier: [...earlier] }); // a test question made of it keeps them
  log.append(turn);
  page.classList.add("started");
  if (narrow.matches) box.blur(); // puts the keyboard on the screen away
  turn.scrollIntoView({ block: "start" });
  return turn;
}

// The last question once more in its place, with other filters.
async function askAgain() {
  const turn = log.lastElementChild;
  due = busy && turn !== null;
  if (due) return;
  if (turn) await ask(turn.question, turn.earlier, turn);
  else tellAddress();
}

// `change` makes other filters, and things to ask without, of those that there are: [[kind, value], ...].
export async function askWith(change) {
  chosen = chosenOf(new URLSearchParams(change([...chosen])));
  await askAgain();
}

// The filters stay; what another question was asked without, or kept, does not.
function askAnew(question, earlier) {
  if (busy) return;
  chosen = new URLSearchParams(filtersIn(chosen));
  ask(question, earlier);
}

function send() {
  const question = box.value;
  if (busy || !question.trim()) return;
  box.value = "";
  askAnew(question, conversation);
}

function restart() {
  conversation = [];
  chosen = new URLSearchParams();
  log.replaceChildren();
  page.classList.remove("started");
  leavePanel();
  box.value = "";
  box.focus();
  window.scrollTo(0, 0);
  tellAddress();
}

// What the address says of the conversation: its last question, those before it, and its filters.
function addressParams() {
  const turn = log.lastElementChild;
  const told = turn ? [["q", turn.question], ...turn.earlier.map((question) => ["after", question])] : [];
  return new URLSearchParams([...told, ...chosen]);
}

// What an address says of how its question is asked.
function chosenOf(params) {
  return new URLSearchParams([
    ...filtersIn(params),
    ...[...params].filter(([name]) => ["without", "kept"].includes(name)),
  ]);
}

function tellAddress() {
  const params = addressParams();
  if (here().name === "ask") remember(params);
  showFilters(find(".view.asking"), params, (changed) => {
    chosen = chosenOf(changed);
    askAgain();
  });
}

// Opens with the question and the filters of the address, if it has any; else as it was left.
function showAsk(params) {
  const question = params.get("q") ?? "";
  const same = params.toString() === addressParams().toString();
  if (!same && (question || filtersIn(params).length)) {
    chosen = chosenOf(params);
    const earlier = params.getAll("after");
    if (!log.children.length) conversation = [...earlier];
    if (question) {
      ask(question, earlier);
      return;
    }
  }
  tellAddress();
}
