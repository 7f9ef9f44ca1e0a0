// The body of a function of `element` (this component) and `server` (Python functions, each taking one object).
const page = element.querySelector(".precedent");
const find = (selector, root = page) => root.querySelector(selector);
const log = find(".log");
const form = find(".ask");
const box = find("textarea", form);
const chat = find(".chat");
const panel = find(".source");
const narrow = window.matchMedia("(max-width: 1023px)");

const views = {}; // by name: { show(params), within }; each script adds its own, views.js shows them

history.scrollRestoration = "manual"; // closing a source must not move the chat

let conversation = []; // earlier questions, as typed
let opener = null; // the button that opened the source
let chosen = new URLSearchParams(); // the filters, and what the last question is asked "without"
let busy = false;
let due = false; // whether the last question is to be asked again as soon as it is answered
let returning = false; // whether a source is being closed, which leads back to the address before it
let opening = 0; // counts what was to be opened beside the chat: only the last is shown
let setAside = null; // what a source has taken the place of beside the chat

// A reply with "done": false and why, where the program stopped or failed.
async function call(name, payload = {}) {
  const reply = await server[name]({ token: page.dataset.token, ...payload }).catch(() => null);
  return reply ?? { done: false, html: find("template.failed-call").innerHTML };
}

// Asks, in a turn of its own or once more in the turn `again`, which stays where it is.
async function ask(question, earlier, again = null) {
  if (busy || !question.trim()) return;
  busy = true;
  form.classList.add("busy");
  const asked = conversation;
  const turn = again ?? find("template.pending").content.cloneNode(true).firstElementChild;
  if (again) turn.classList.add("stale");
  else {
    find(".question", turn).textContent = question.slice(0, 400);
    Object.assign(turn, { question, earlier: [...earlier] }); // a test question made of it keeps them
    log.append(turn);
    page.classList.add("started");
    if (narrow.matches) box.blur(); // puts the keyboard on the screen away
    turn.scrollIntoView({ block: "start" });
  }
  tellAddress();
  const without = chosen.getAll("without").map(asPair);
  const reply = await call("ask", { question, history: earlier, filters: filtersIn(chosen), without });
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

// The last question once more in its place, with other filters.
async function askAgain() {
  const turn = log.lastElementChild;
  due = busy && turn !== null;
  if (due) return;
  if (turn) await ask(turn.question, turn.earlier, turn);
  else tellAddress();
}

// What the address says of the conversation: its last question, those before it, and its filters.
function addressParams() {
  const turn = log.lastElementChild;
  const told = turn ? [["q", turn.question], ...turn.earlier.map((question) => ["after", question])] : [];
  return new URLSearchParams([...told, ...chosen]);
}

// What an address says of how its question is asked.
function chosenOf(params) {
  return new URLSearchParams([...filtersIn(params), ...params.getAll("without").map((want) => ["without", want])]);
}

function tellAddress() {
  const params = addressParams();
  if (here().name === "ask") remember(params);
  showFilters(find(".view.asking"), params, (changed) => {
    chosen = chosenOf(changed);
    askAgain();
  });
}

async function openSource(button) {
  const { source, spans, view, page: number } = button.dataset;
  const turning = button.classList.contains("turn-page") && button.getAttribute("aria-label");
  const mine = ++opening;
  const reply = await call("source", { source, spans, view, page: number });
  const html = reply.done === false ? find("template.failed-source").innerHTML.replace("<p></p>", () => reply.html) : reply.html;
  if (mine !== opening) return;
  if (find("form", panel)) setAside = { parts: [...panel.childNodes], top: find(".text", panel).scrollTop, opener, button };
  showPanel(button, html, "Source");
  showQuote();
  if (turning) (find(`.turn-page[aria-label="${turning}"]:enabled`, panel) ?? find(".turn-page:enabled", panel))?.focus();
}

function showPanel(button, html, label) {
  const fromPanel = panel.contains(button);
  panel.innerHTML = html;
  panel.setAttribute("aria-label", label);
  if (!fromPanel) {
    find(".open")?.classList.remove("open");
    button.classList.add("open");
    opener = button;
  }
  // On a phone the source covers the page: 'back' is expected to lead back to the chat.
  if (panel.hidden) history.pushState({ ...history.state, reading: true }, "");
  stayingAt(button, () => {
    page.classList.add("reading");
    panel.hidden = false;
  });
  chat.inert = narrow.matches;
}

// Does what changes the width of the chat; `part` of it stays where it is on the screen.
function stayingAt(part, change) {
  const before = part.getBoundingClientRect().top;
  change();
  if (chat.contains(part)) window.scrollBy(0, part.getBoundingClientRect().top - before);
}

function showQuote() {
  const text = find(".text", panel);
  const mark = find("mark", panel);
  if (text && mark) {
    const offset = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += offset - text.clientHeight / 4;
  }
  (mark ?? text ?? panel).focus({ preventScroll: true });
}

function closePanel() {
  if (setAside) return putBack();
  const back = opener?.isConnected ? opener : box;
  opening += 1; // whatever is still on its way comes too late
  panel.replaceChildren();
  stayingAt(back, () => {
    panel.hidden = true;
    page.classList.remove("reading");
  });
  chat.inert = false;
  opener?.classList.remove("open");
  back.focus({ preventScroll: true });
  opener = null;
  if (history.state?.reading) {
    returning = true;
    history.back();
  }
}

// Closes all that is open beside the chat, not only what lies on top.
function leavePanel() {
  setAside = null;
  closePanel();
}

function putBack() {
  const { parts, top, button } = setAside;
  find(".open")?.classList.remove("open");
  opener = setAside.opener;
  setAside = null;
  panel.replaceChildren(...parts);
  find(".text", panel).scrollTop = top;
  button.focus({ preventScroll: true });
}

function restart() {
  conversation = [];
  chosen = new URLSearchParams();
  log.replaceChildren();
  page.classList.remove("started");
  if (!panel.hidden) leavePanel();
  box.value = "";
  box.focus();
  window.scrollTo(0, 0);
  tellAddress();
}

// Rich text for word processors, Markdown for everything else.
async function copy(button) {
  const turn = button.closest(".turn");
  const plain = button.dataset.copy;
  const rich = find(".reply", turn).cloneNode(true);
  rich.querySelectorAll(".status, .minor, .unseen").forEach((part) => part.remove());
  rich.querySelectorAll("button, a").forEach((part) => part.replaceWith(part.textContent));
  const html = `<h2>${find(".question", turn).innerHTML}</h2>${rich.innerHTML}`;
  await copyBoth(plain, html, button);
  find(".done", turn).textContent = find("template.copied").innerHTML;
}

// Rich text for word processors, plain text for everything else.
async function copyBoth(plain, html, button) {
  const as = (type, text) => new Blob([text], { type });
  try {
    await navigator.clipboard.write([
      new ClipboardItem({ "text/plain": as("text/plain", plain), "text/html": as("text/html", html) }),
    ]);
  } catch {
    copyOldWay(plain); // browsers offer the clipboard to pages on localhost or https only
    button.focus();
  }
}

function copyOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  page.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function saveFile(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

// The filters stay; what another question was asked without does not.
function askAnew(question, earlier) {
  if (busy) return;
  chosen.delete("without");
  ask(question, earlier);
}

function send() {
  const question = box.value;
  if (busy || !question.trim()) return;
  box.value = "";
  askAnew(question, conversation);
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("source" in data) openSource(button);
  else if ("again" in data) askAnew(data.again, []);
  else if ("copy" in data) copy(button);
  else if ("new" in data) restart();
  else if ("close" in data) closePanel();
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
page.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) closePanel();
});
window.addEventListener("popstate", () => {
  // The address before a source was opened may be that of an earlier question.
  if ((returning || !panel.hidden) && here().name === "ask") remember(addressParams());
  returning = false;
  if (panel.hidden || history.state?.reading) return;
  if (setAside) history.pushState({ ...history.state, reading: true }, "");
  closePanel();
});
narrow.addEventListener("change", () => {
  chat.inert = narrow.matches && !panel.hidden;
});

views.ask = { show: showAsk };

// Opens with the question and the filters of the address, if it has any; else as it was left.
function showAsk(params) {
  const question = params.get("q") ?? "";
  const same = params.toString() === addressParams().toString();
  if (!same && (question || filtersIn(params).length)) {
    chosen = chosenOf(params);
    const earlier = params.getAll("after");
    if (!log.children.length) conversation = [...earlier];
    if (question) return void ask(question, earlier);
  }
  tellAddress();
}
