
// --- Test questions: a view, and marking the words that answer. Goes on where page.js ends. ---

const tests = find(".tests");
let following = false; // a check's progress

views.tests = { show: showTests };

async function showTests() {
  const reply = await call("questions");
  const focused = tests.contains(document.activeElement) && Object.keys(document.activeElement.dataset)[0];
  tests.innerHTML = reply.html;
  if (focused) find(`[data-${focused}]`, tests)?.focus({ preventScroll: true });
  if (reply.running) follow(reply);
  return reply;
}

// --- checking them all ---

async function follow(state) {
  if (following) return;
  following = true;
  while (state.running && page.isConnected) {
    showProgress(state);
    await new Promise((resolve) => setTimeout(resolve, 300));
    state = await call("progress");
  }
  following = false;
  const { checked } = await showTests();
  if (checked) find(".kept", tests).textContent = checked;
}

function showProgress({ done, total, text }) {
  const place = find(".progress", tests);
  if (!place) return;
  place.hidden = false;
  find("progress", place).max = Math.max(total, 1);
  find("progress", place).value = done;
  find("p", place).textContent = text;
  find("[data-check]", tests)?.setAttribute("aria-disabled", "true");
}

async function check(button) {
  if (following || button.getAttribute("aria-disabled")) return;
  const state = await call("check");
  if (state.done === false) find(".kept", tests).innerHTML = state.html;
  else follow(state);
}

async function showReport(details) {
  const frame = find("iframe", details);
  if (!details.open || frame.srcdoc) return;
  const reply = await call("export", { what: "report" });
  frame.srcdoc = reply.text ?? reply.html;
}

async function download(button) {
  const reply = await call("export", { what: button.dataset.download });
  if (!reply.done) {
    find(".kept", tests).innerHTML = reply.html;
    return;
  }
  saveFile(reply.name, reply.text, reply.type);
}

// --- taking one out ---

async function remove(button) {
  const row = button.closest("li");
  const reply = await call("remove", { key: row.dataset.key });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  row.className = "removed";
  row.innerHTML = reply.html;
  find(".count", tests).textContent = reply.count;
  find("button", row).focus({ preventScroll: true });
}

async function restore(button) {
  const row = button.closest("li");
  const reply = await call("restore", { key: button.dataset.restore });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  const key = row.dataset.key;
  await showTests();
  const back = [...tests.querySelectorAll("li")].find((other) => other.dataset.key === key);
  if (back) find("[data-remove]", back).focus({ preventScroll: true });
}

// --- adding one ---

// What a turn of the conversation asked and quoted; nothing for a new question.
function askedIn(button) {
  const turn = button.closest(".turn");
  const asked = button.closest("[data-asked]");
  return turn && asked ? { ...JSON.parse(asked.dataset.asked), history: turn.earlier } : {};
}

function answerPlace(button) {
  return find(".kept", button.closest(".turn") ?? tests);
}

async function openMarking(button) {
  const mine = ++opening;
  const asked = askedIn(button);
  const reply = await call("mark", asked);
  if (mine !== opening) return;
  if (!reply.done) {
    answerPlace(button).innerHTML = reply.html;
    return;
  }
  setAside = null;
  showPanel(button, reply.html, "Test question");
  find("form", panel).asked = asked;
  find(asked.question ? "[name=marked]" : "[name=question]", panel)?.focus({ preventScroll: true });
}

// The answer is right: its quotes, or its refusal, are what is expected.
async function keepAnswer(button) {
  const { question, history, quoted, answered } = askedIn(button);
  const reply = await call("keep", { question, history, marks: answered ? quoted : [], refuse: !answered });
  answerPlace(button).innerHTML = reply.html;
}

async function saveMarked(marking) {
  const { asked } = marking;
  const chosen = [...marking.querySelectorAll(".candidate:has([name=marked]:checked)")];
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
  answerPlace(from).innerHTML = reply.html;
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
  const reply = await call("find", { searched, question, quoted: marking.asked.quoted });
  const list = find(".candidates", marking);
  for (const candidate of list.querySelectorAll(".candidate:not(:has([name=marked]:checked))")) candidate.remove();
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
  for (const candidate of panel.querySelectorAll(".candidate")) {
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
    const escaped = part.trim().split(/\s+/).map((word) => word.replace(/[\\^$.*+?()[\]{}|\/-]/g, "\\$&"));
    const found = new RegExp(escaped.join("\\s+"), "i").exec(node.data);
    if (!found) return null;
    const range = new Range();
    range.setStart(node, found.index);
    range.setEnd(node, found.index + found[0].length);
    ranges.push(range);
  }
  return ranges.length ? ranges : null;
}

page.addEventListener("click", (event) => {
  const passage = event.target.closest(".candidate .passage");
  if (passage && document.getSelection().isCollapsed) tick(passage.closest(".candidate"), true);
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("should" in data) openMarking(button);
  else if ("keep" in data) keepAnswer(button);
  else if ("find" in data) findMore(button.form);
  else if ("undo" in data) forget(button);
  else if ("check" in data) check(button);
  else if ("remove" in data) remove(button);
  else if ("restore" in data) restore(button);
  else if ("download" in data) download(button);
});
page.addEventListener("toggle", (event) => {
  if (event.target.matches(".report")) showReport(event.target);
}, true);
panel.addEventListener("submit", (event) => {
  event.preventDefault();
  saveMarked(event.target);
});
panel.addEventListener("change", (event) => {
  const { name, checked } = event.target;
  if (name === "nothing" && checked) {
    for (const mark of panel.querySelectorAll("[name=marked]")) mark.checked = false;
    showMarked();
  } else if (name === "marked") {
    tick(event.target.closest(".candidate"), checked);
  }
});
panel.addEventListener("input", (event) => {
  if (event.target.name === "words") showMarked();
});
panel.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "searched") return;
  event.preventDefault();
  findMore(event.target.form);
});
document.addEventListener("selectionchange", takeSelection);
