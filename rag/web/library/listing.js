// What the library holds, as a list.

import { find } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { onlyLast } from "../shared/timing.js";
import { shelf } from "./shelf.js";

const begin = onlyLast();

export async function showFiles(first = 0) {
  const stillLast = begin();
  const state = find("[name=state]:checked", shelf)?.value ?? "";
  const words = find("[name=words]", shelf).value;
  const reply = await call("collection", {
    state,
    words,
    start: String(first),
  });
  if (!stillLast()) return reply;
  const list = find(".files", shelf);
  if (!reply.done) {
    list.innerHTML = `<li>${reply.html}</li>`;
    return reply;
  }
  const focusAgain = first ? () => {} : keepingFocus();
  if (first) list.insertAdjacentHTML("beforeend", reply.html);
  else list.innerHTML = reply.html;
  find(".summary", shelf).textContent = reply.summary;
  find(".states div", shelf).innerHTML = reply.states;
  find(".states", shelf).hidden = find(".search", shelf).hidden = !reply.shown;
  find(".shown", shelf).textContent = reply.shown;
  const more = find("[data-more]", shelf);
  more.hidden = !reply.next;
  more.dataset.more = reply.next;
  focusAgain();
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
      (find(".row button:last-child", back) ?? find(".files", shelf)).focus({
        preventScroll: true,
      });
    };
  }
  if (at?.name === "state" && shelf.contains(at)) return () => find("[name=state]:checked", shelf)?.focus();
  return () => {};
}

export async function showMore(button) {
  const before = find(".files", shelf).children.length;
  await showFiles(button.dataset.more);
  const first = find(".files", shelf).children[before];
  if (first && button.hidden) find("button", first)?.focus({ preventScroll: true });
}
