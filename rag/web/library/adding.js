// Adding to the library: files that are picked or dropped, folders, and addresses.

import { here, visit } from "../shared/addresses.js";
import { find } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { addLine, nameLine, settle, tell } from "./arrivals.js";
import { say, shelf, template } from "./shelf.js";
import { watch } from "./updating.js";

const MOST_AT_ONCE = 500; // files given at once
const toSend = []; // files that were given, each with its line
let sending = false;

export function start() {
  shelf.addEventListener("submit", (event) => {
    event.preventDefault();
    addAddress(find("[name=address]", shelf));
  });
  shelf.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    addFiles([...target.files]);
    target.value = "";
  });
  // A file that misses the zone must not take the page's place.
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) window.addEventListener(name, takeDrag);
}

function takeDrag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  find(".drop", shelf).classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type !== "drop") return;
  if (here().name !== "library") visit("library");
  droppedFiles(event.dataTransfer).then(addFiles);
}

function addFiles(files) {
  const given = files.filter((file) => !/(^|\/)\./.test(file.webkitRelativePath)); // hidden ones of a folder
  say(given.length > MOST_AT_ONCE ? template("too-many") : "");
  for (const file of given.slice(0, MOST_AT_ONCE)) {
    const line = addLine(file.name);
    if (file.lost) settle(line, template("unreadable"));
    else if (file.size > shelf.dataset.largest) settle(line, template("too-large"));
    else toSend.push({ file, line });
  }
  sendFiles();
}

async function sendFiles() {
  if (sending) return;
  sending = true;
  while (toSend.length) {
    const { file, line } = toSend.shift();
    tell(line, stage("sending"));
    const data = await asBase64(file).catch(() => null);
    if (data === null) settle(line, template("unreadable"));
    else arrived(line, await call("upload", { name: file.name, data }));
  }
  sending = false;
}

function stage(name) {
  return `<span class="stage">${template(name)}</span>`;
}

function arrived(line, reply) {
  if (!reply.done) {
    settle(line, reply.html);
    return;
  }
  nameLine(line, reply.name);
  watch();
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
  tell(line, stage("fetching"));
  const reply = await call("fetch", { address });
  arrived(line, reply);
  if (!reply.done) field.value ||= address;
}

// --- what is dropped ---

// Stands for a file or folder that the browser can't read.
function lost({ name }) {
  return { name, lost: true };
}

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
