// The body of a function of `element` (this component) and `server` (Python functions, each taking one object).
const page = element.querySelector(".precedent");
const find = (selector, root = page) => root.querySelector(selector);
const log = find(".log");
const form = find(".ask");
const box = find("textarea", form);
const chat = find(".chat");
const panel = find(".source");
const narrow = window.matchMedia("(max-width: 1023px)");

let conversation = []; // earlier questions, as typed
let opener = null; // the button that opened the source
let busy = false;

async function ask(question, earlier) {
  if (busy || !question.trim()) return;
  busy = true;
  form.classList.add("busy");
  const asked = conversation;
  const turn = find("template.pending").content.cloneNode(true).firstElementChild;
  find(".question", turn).textContent = question.slice(0, 400);
  log.append(turn);
  page.classList.add("started");
  turn.scrollIntoView({ block: "start" });
  try {
    const reply = await server.ask({ question, history: earlier });
    turn.innerHTML = reply.html;
    if (reply.asked && asked === conversation) conversation.push(question);
  } catch {
    find(".waiting", turn).replaceWith(find("template.failed").content.cloneNode(true));
  }
  busy = false;
  form.classList.remove("busy");
  turn.scrollIntoView({ block: "start" });
}

async function openSource(button) {
  const { source, spans, view } = button.dataset;
  const fromPanel = panel.contains(button);
  try {
    panel.innerHTML = (await server.source({ source, spans, view })).html;
  } catch {
    panel.replaceChildren(find("template.failed").content.cloneNode(true));
  }
  if (!fromPanel) {
    find(".open")?.classList.remove("open");
    button.classList.add("open");
    opener = button;
  }
  page.classList.add("reading");
  panel.hidden = false;
  chat.inert = narrow.matches;
  showQuote();
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

function closeSource() {
  panel.hidden = true;
  panel.replaceChildren();
  page.classList.remove("reading");
  chat.inert = false;
  opener?.classList.remove("open");
  (opener?.isConnected ? opener : box).focus();
  opener = null;
}

function restart() {
  conversation = [];
  log.replaceChildren();
  page.classList.remove("started");
  if (!panel.hidden) closeSource();
  box.value = "";
  box.focus();
  window.scrollTo(0, 0);
}

// Rich text for word processors, Markdown for everything else.
async function copy(button) {
  const turn = button.closest(".turn");
  const plain = button.dataset.copy;
  const rich = find(".reply", turn).cloneNode(true);
  rich.querySelectorAll(".status, .minor").forEach((part) => part.remove());
  rich.querySelectorAll("button").forEach((part) => part.replaceWith(part.textContent));
  const html = `<h2>${find(".question", turn).innerHTML}</h2>${rich.innerHTML}`;
  try {
    const as = (type, text) => new Blob([text], { type });
    await navigator.clipboard.write([
      new ClipboardItem({ "text/plain": as("text/plain", plain), "text/html": as("text/html", html) }),
    ]);
  } catch {
    copyOldWay(plain); // browsers offer the clipboard to pages on localhost or https only
    button.focus();
  }
  find(".done", turn).textContent = find("template.copied").innerHTML;
}

function copyOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  page.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function send() {
  const question = box.value;
  if (busy || !question.trim()) return;
  box.value = "";
  ask(question, conversation);
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("source" in data) openSource(button);
  else if ("again" in data) ask(data.again, []);
  else if ("copy" in data) copy(button);
  else if ("new" in data) restart();
  else if ("close" in data) closeSource();
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
  if (event.key === "Escape" && !panel.hidden) closeSource();
});
narrow.addEventListener("change", () => {
  chat.inert = narrow.matches && !panel.hidden;
});
if (!narrow.matches) box.focus({ preventScroll: true });
