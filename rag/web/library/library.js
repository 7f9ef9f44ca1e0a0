
// --- The library: what is in it, adding to it, taking out. Goes on where tests.js ends. ---

const shelf = find(".library");
const arrivals = find(".arrivals", shelf);
const said = find(".said", shelf);
const MOST_AT_ONCE = 500; // files given at once
const toSend = []; // files that were given, each with its line
let sending = false;
let watching = false; // an update's progress
let asked = 0; // counts what was asked to be listed: only the last is shown

const template = (name) => find(`template.${name}`, shelf).innerHTML;

// What the page opens with: how much there is, and what.
async function showAbout() {
  const reply = await call("about");
  if (!reply.done) return;
  find(".scope").innerHTML = reply.scope;
  const contents = find(".contents");
  contents.hidden = !reply.html;
  find("ul", contents).innerHTML = reply.html;
}

views.library = { show: showLibrary };

async function showLibrary() {
  showChanges();
  const reply = await showFiles();
  if (reply?.updating?.running) watch(reply.updating);
  else if (reply?.updating?.failed) said.innerHTML = reply.updating.failed;
}

// --- the list ---

async function showFiles(start = 0) {
  const mine = ++asked;
  const state = find("[name=state]:checked", shelf)?.value ?? "";
  const words = find("[name=words]", shelf).value;
  const reply = await call("collection", { state, words, start: String(start) });
  if (mine !== asked) return reply;
  const list = find(".files", shelf);
  if (!reply.done) {
    list.innerHTML = `<li>${reply.html}</li>`;
    return reply;
  }
  const again = start ? () => {} : keepingFocus();
  if (start) list.insertAdjacentHTML("beforeend", reply.html);
  else list.innerHTML = reply.html;
  find(".summary", shelf).textContent = reply.summary;
  find(".states div", shelf).innerHTML = reply.states;
  find(".states", shelf).hidden = find(".search", shelf).hidden = !reply.shown;
  find(".shown", shelf).textContent = reply.shown;
  const more = find("[data-more]", shelf);
  more.hidden = !reply.next;
  more.dataset.more = reply.next;
  again();
  return reply;
}

// What is listed anew takes the focus with it; gives what puts it back.
function keepingFocus() {
  const at = document.activeElement;
  const row = shelf.contains(at) && at.closest(".files > li");
  if (row) {
    const { name } = row.dataset;
    const place = [...row.parentElement.children].indexOf(row);
    return () => {
      const rows = [...find(".files", shelf).children];
      const back = rows.find((other) => name && other.dataset.name === name) ?? rows[Math.min(place, rows.length - 1)];
      (find(".row button:last-child", back) ?? find(".files", shelf)).focus({ preventScroll: true });
    };
  }
  if (at?.name === "state" && shelf.contains(at)) return () => find("[name=state]:checked", shelf)?.focus();
  return () => {};
}

async function showMore(button) {
  const before = find(".files", shelf).children.length;
  await showFiles(button.dataset.more);
  const first = find(".files", shelf).children[before];
  if (first && button.hidden) find("button", first)?.focus({ preventScroll: true });
}

// Whether something changed in the folders: asked apart, since every file of them is looked at.
async function showChanges() {
  const reply = await call("changes");
  if (!watching) find(".news", shelf).innerHTML = reply.html;
}

// --- adding ---

function addFiles(files) {
  const given = files.filter((file) => !/(^|\/)\./.test(file.webkitRelativePath)); // hidden ones of a folder
  said.innerHTML = given.length > MOST_AT_ONCE ? template("too-many") : "";
  for (const file of given.slice(0, MOST_AT_ONCE)) {
    const line = addLine(file.name);
    if (file.lost) settle(line, template("unreadable"));
    else if (file.size > shelf.dataset.largest) settle(line, template("too-large"));
    else toSend.push({ file, line });
  }
  sendFiles();
}

function addLine(name) {
  const line = find("template.arrival", shelf).content.cloneNode(true).firstElementChild;
  find(".name", line).textContent = name;
  arrivals.append(line);
  return line;
}

// What follows the name of a file on its line: how far it is, or what became of it.
function tell(line, html) {
  if (line.told === html) return;
  line.told = html;
  while (find(".name", line).nextSibling) find(".name", line).nextSibling.remove();
  find(".name", line).insertAdjacentHTML("afterend", ` ${html}`);
}

function settle(line, html) {
  tell(line, html);
  line.dataset.settled = "";
}

async function sendFiles() {
  if (sending) return;
  sending = true;
  while (toSend.length) {
    const { file, line } = toSend.shift();
    tell(line, `<span class="stage">${template("sending")}</span>`);
    const data = await asBase64(file).catch(() => null);
    if (data === null) settle(line, template("unreadable"));
    else arrived(line, await call("upload", { name: file.name, data }));
  }
  sending = false;
}

function arrived(line, reply) {
  if (!reply.done) {
    settle(line, reply.html);
    return;
  }
  line.dataset.name = reply.name;
  find(".name", line).textContent = reply.name;
  watch({ running: true });
}

function asBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
}

async function addAddress(field) {
  const address = field.value.trim();
  if (!address) return;
  field.value = "";
  const line = addLine(address);
  tell(line, `<span class="stage">${template("fetching")}</span>`);
  const reply = await call("fetch", { address });
  arrived(line, reply);
  if (!reply.done) field.value ||= address;
}

// Stands for a file or folder that the browser can't read.
const lost = ({ name }) => ({ name, lost: true });

// Files of what was dropped, those within folders too.
async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const files = [];
  while (entries.length && files.length <= MOST_AT_ONCE) {
    const entry = entries.shift();
    if (entry.lost) {
      files.push(entry);
    } else if (entry.isFile) {
      files.push(await new Promise((resolve) => entry.file(resolve, () => resolve(lost(entry)))));
    } else {
      entries.push(...(await within(entry)).filter(({ name }) => !name.startsWith(".")));
    }
  }
  return files;
}

// A browser gives what is in a folder in batches, an empty one last.
async function within(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const batch = await new Promise((resolve) => reader.readEntries(resolve, () => resolve(null)));
    if (!batch) return [...found, lost(folder)];
    if (!batch.length) return found;
    found.push(...batch);
  }
}

// --- bringing up to date ---

async function watch(state) {
  if (watching) return;
  watching = true;
  find(".news", shelf).replaceChildren();
  said.replaceChildren();
  while (state.running && page.isConnected) {
    showUpdate(state);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lines = linesOnTheWay();
    state = await call("updating", { names: lines.map((line) => line.dataset.name) });
    for (const line of lines) if (state.lines?.[line.dataset.name]) tell(line, state.lines[line.dataset.name]);
  }
  watching = false;
  for (const line of linesOnTheWay()) if (find("[data-stage=done]", line)) line.dataset.settled = "";
  find(".progress", shelf).hidden = true;
  said.innerHTML = state.done ? state.failed : state.html;
  if (!state.done) return;
  showAbout();
  await Promise.all([showFiles(), showChanges()]);
}

function linesOnTheWay() {
  return [...arrivals.children].filter((line) => line.dataset.name && !("settled" in line.dataset));
}

function showUpdate({ at = 0, of = 0, text = "" }) {
  find(".progress", shelf).hidden = false;
  const bar = find(".progress progress", shelf);
  bar.max = Math.max(of, 1);
  bar.value = at;
  find(".progress p", shelf).textContent = text;
}

async function update(button) {
  const names = linesOnTheWay().map((line) => line.dataset.name);
  const reply = await call("update", { names, everything: button.dataset.update ? "yes" : "" });
  if (reply.done) watch({ running: true });
  else said.innerHTML = reply.html;
}

// --- taking out ---

function askFirst(row, asking) {
  find(".sure", row).hidden = !asking;
  find(asking ? "[data-stay]" : "[data-ask-first]", row).focus();
}

async function discard(row) {
  const { name } = row.dataset;
  const reply = await call("discard", { name });
  if (!reply.done) {
    find(".why", row).innerHTML = reply.html;
    return;
  }
  row.innerHTML = reply.html;
  row.className = "removed";
  (find("button", row) ?? find(".files", shelf)).focus({ preventScroll: true });
  watch({ running: true });
}

async function bringBack(row) {
  const reply = await call("bring_back", { name: row.dataset.name });
  if (!reply.done) find(".why", row).innerHTML = reply.html;
  else watch({ running: true });
}

shelf.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  const row = button.closest(".files > li");
  if ("pick" in data) find(`[name=${data.pick}]`, shelf).click();
  else if ("more" in data) showMore(button);
  else if ("update" in data) update(button);
  else if ("askFirst" in data) askFirst(row, true);
  else if ("stay" in data) askFirst(row, false);
  else if ("discard" in data) discard(row);
  else if ("bringBack" in data) bringBack(row);
});
shelf.addEventListener("submit", (event) => {
  event.preventDefault();
  addAddress(find("[name=address]", shelf));
});
shelf.addEventListener("change", ({ target }) => {
  if (target.type === "file") {
    addFiles([...target.files]);
    target.value = "";
  } else if (target.name === "state") {
    showFiles();
  }
});
let typing = 0;
shelf.addEventListener("input", ({ target }) => {
  if (target.name !== "words") return;
  clearTimeout(typing);
  typing = setTimeout(showFiles, 200);
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  // A file that misses the zone must not take the page's place.
  window.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    find(".drop", shelf).classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop") return;
    if (here().name !== "library") visit("library");
    droppedFiles(event.dataTransfer).then(addFiles);
  });
}
