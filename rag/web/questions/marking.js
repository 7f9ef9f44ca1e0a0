// Making a test question: of an answer as it is, or by marking the words that answer in passages beside the chat.

import { find, findAll, onButtons, page } from "../shared/elements.js";
import { beginOpening, closePanel, opener, panel, showPanel } from "../shared/panel.js";
import { call } from "../shared/server.js";
import { placeToTell, showTests, tests } from "./questions.js";

export function start() {
  onButtons(page, {
    should: openMarking,
    keep: keepAnswer,
    find: (button) => findMore(button.form),
    undo: forget,
  });
  page.addEventListener("click", ({ target }) => {
    const passage = target.closest(".candidate .passage");
    if (passage && document.getSelection().isCollapsed) tick(passage.closest(".candidate"), true);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    saveMarked(event.target);
  });
  panel.addEventListener("change", takeTick);
  panel.addEventListener("input", ({ target }) => {
    if (target.name === "words") showMarked();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.name !== "searched") return;
    event.preventDefault();
    findMore(event.target.form);
  });
  document.addEventListener("selectionchange", takeSelection);
}

// What a turn of the conversation asked and quoted; nothing for a new question.
function askedIn(button) {
  const turn = button.closest(".turn");
  const asked = button.closest("[data-asked]");
  return turn && asked ? { ...JSON.parse(asked.dataset.asked), history: turn.earlier } : {};
}

async function openMarking(button) {
  const stillWanted = beginOpening();
  const asked = askedIn(button);
  const reply = await call("mark", asked);
  if (!stillWanted()) return;
  if (!reply.done) {
    placeToTell(button).innerHTML = reply.html;
    return;
  }
  showPanel(button, reply.html, "Test question");
  find("form", panel).asked = asked;
  find(asked.question ? "[name=marked]" : "[name=question]", panel)?.focus({
    preventScroll: true,
  });
}

// The answer is right: its quotes, or its refusal, are what is expected.
async function keepAnswer(button) {
  const { question, history, quoted, answered } = askedIn(button);
  const reply = await call("keep", {
    question,
    history,
    marks: answered ? quoted : [],
    refuse: !answered,
  });
  placeToTell(button).innerHTML = reply.html;
}

async function saveMarked(marking) {
  const { asked } = marking;
  const chosen = findAll(".candidate:has([name=marked]:checked)", marking);
  const follows = find("[name=follows]", marking)?.checked;
  const reply = await call("keep", {
    question: find("[name=question]", marking).value,
    history: follows ? asked.history : [],
    refuse: find("[name=nothing]", marking).checked,
    marks: chosen.map((candidate) => ({
      source: candidate.dataset.place,
      spans: candidate.dataset.at,
      words: find("[name=words]", candidate).value,
    })),
  });
  if (!reply.done) {
    find(".why", marking).innerHTML = reply.html;
    return;
  }
  const from = opener;
  closePanel();
  if (!from?.closest(".turn")) await showTests();
  placeToTell(from).innerHTML = reply.html;
}

async function forget(button) {
  const place = button.closest(".kept");
  const reply = await call("forget", { key: button.dataset.undo });
  if (reply.done && tests.contains(place)) await showTests();
  (place.isConnected ? place : find(".kept", tests)).innerHTML = reply.html;
}

// Passages found with other words come below those that are ticked.
async function findMore(marking) {
  const searched = find("[name=searched]", marking).value;
  const question = find("[name=question]", marking).value;
  const reply = await call("find", {
    searched,
    question,
    quoted: marking.asked.quoted,
  });
  const list = find(".candidates", marking);
  for (const candidate of findAll(".candidate:not(:has([name=marked]:checked))", list)) candidate.remove();
  const ticked = new Set([...list.children].map(placeOf));
  const found = document.createElement("div");
  found.innerHTML = reply.done ? reply.html : "";
  list.append(...[...found.children].filter((candidate) => !ticked.has(placeOf(candidate))));
  if (reply.done) find(".found", marking).textContent = reply.text;
  else find(".found", marking).innerHTML = reply.html;
}

function placeOf(candidate) {
  return `${candidate.dataset.place} ${candidate.dataset.at}`;
}

// --- ticks and words ---

function takeTick({ target }) {
  const { name, checked } = target;
  if (name === "nothing" && checked) {
    for (const mark of findAll("[name=marked]", panel)) mark.checked = false;
    showMarked();
  } else if (name === "marked") {
    tick(target.closest(".candidate"), checked);
  }
}

function tick(candidate, ticked) {
  find("[name=marked]", candidate).checked = ticked;
  if (ticked) find("[name=nothing]", panel).checked = false;
  showMarked();
}

// Words selected in a passage become the words that answer; what is selected beyond its end doesn't count.
function takeSelection() {
  const selection = document.getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0).cloneRange();
  const passage = panel.contains(range.startContainer) && range.startContainer.parentElement.closest(".passage");
  if (!passage) return;
  if (!passage.contains(range.endContainer)) range.setEndAfter(passage.lastChild);
  const words = range.toString().trim();
  if (!words) return;
  const candidate = passage.closest(".candidate");
  find("[name=words]", candidate).value = words;
  tick(candidate, true);
}

// Highlights the words that answer within their passages, and says where they don't stand there.
function showMarked() {
  const ranges = [];
  for (const candidate of findAll(".candidate", panel)) {
    const words = find("[name=words]", candidate);
    const passage = find(".passage", candidate).firstChild;
    const found = find("[name=marked]", candidate).checked ? wordsWithin(passage, words.value) : [];
    if (found) ranges.push(...found);
    words.setAttribute("aria-invalid", found === null);
  }
  CSS.highlights?.set("answer", new Highlight(...ranges));
}

// The ranges of `words` (in parts, if an ellipsis leaves some out) within a text node; null if they don't stand there.
function wordsWithin(node, words) {
  const parts = node.data.includes("…") ? [words] : words.split("…");
  const ranges = [];
  for (const part of parts.filter((text) => text.trim())) {
    const escaped = part.trim().split(/\s+/).map(asPattern);
    const found = new RegExp(escaped.join("\\s+"), "i").exec(node.data);
    if (!found) return null;
    const range = new Range();
    range.setStart(node, found.index);
    range.setEnd(node, found.index + found[0].length);
    ranges.push(range);
  }
  return ranges.length ? ranges : null;
}

function asPattern(word) {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
