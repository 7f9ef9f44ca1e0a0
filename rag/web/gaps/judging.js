// Below answers: what she thinks of them, and that a question which is not answered here is noted.

import { find, findAll, onButtons, page } from "../shared/elements.js";
import { call } from "../shared/server.js";
import { keepsGaps, setKeeping, wordsFor } from "./keeping.js";

const checkedAgain = new Set(); // questions that a curator asks again: they are noted already
let reopened; // a page opened once more asks the question of its address, which is noted already

export function start() {
  const [opening] = performance.getEntriesByType("navigation");
  reopened = opening?.type !== "navigate" && location.hash.startsWith("#ask?");
  page.addEventListener("answered", ({ detail }) => noteRefused(detail.turn));
  page.addEventListener("click", ({ target }) => {
    const again = target.closest("a[data-checking]");
    if (again) checkedAgain.add(new URLSearchParams(again.hash.split("?")[1]).get("q"));
  });
  onButtons(page, { judge, stopKeeping });
}

// What was asked in a turn, and what came of it.
function askedThere(turn) {
  return JSON.parse(find(".judging", turn)?.dataset.asked ?? "{}");
}

function noteRefused(turn) {
  const asked = turn ? askedThere(turn) : {};
  const seen = reopened || checkedAgain.has(asked.question);
  reopened = false;
  for (const button of turn ? findAll("[data-judge]", turn) : []) button.setAttribute("aria-pressed", false);
  if (!keepsGaps() || !["closest", "none"].includes(asked.status)) return;
  find(".judging + .judged", turn).insertAdjacentHTML("afterend", wordsFor("kept-here"));
  if (!seen) call("log", { ...asked, kind: "refused" });
}

// Said beside the button where it stands among the sources, else below the answer.
function sayBelow(button, html) {
  const item = button.closest(".judging") ? null : button.parentElement;
  if (item && !find(".judged", item)) item.insertAdjacentHTML("beforeend", wordsFor("beside"));
  find(".judged", item ?? button.closest(".turn")).innerHTML = html;
}

async function judge(button) {
  const turn = button.closest(".turn");
  if (turn.judging) return; // two clicks at once
  turn.judging = true;
  if (button.dataset.key) await takeBack(button, [button]);
  else if (keepsGaps()) await markAnswer(button, turn);
  else sayBelow(button, wordsFor("kept-off"));
  turn.judging = false;
}

async function markAnswer(button, turn) {
  const asked = askedThere(turn);
  const { judge: verdict, number } = button.dataset;
  const { source, spans } = asked.quotes?.find((quote) => String(quote.number) === number) ?? {};
  const kind = verdict === "wrong" ? "wrong citation" : verdict;
  const reply = await call("log", { ...asked, kind, source, spans });
  if (!reply.done) {
    sayBelow(button, reply.html);
    return;
  }
  const other = { helpful: "unhelpful", unhelpful: "helpful" }[verdict];
  const pressed = findAll(`[data-judge="${other}"][data-key]`, turn);
  if (pressed.length) await takeBack(button, pressed);
  button.dataset.key = reply.key;
  button.setAttribute("aria-pressed", true);
  sayBelow(button, reply.html);
}

async function takeBack(button, marked) {
  const reply = await call("unlog", {
    keys: marked.map(({ dataset }) => dataset.key),
  });
  if (!reply.done) {
    sayBelow(button, reply.html);
    return;
  }
  for (const other of marked) {
    delete other.dataset.key;
    other.setAttribute("aria-pressed", false);
  }
  sayBelow(button, wordsFor("taken-back"));
}

function stopKeeping(button) {
  setKeeping(false);
  const line = button.closest(".kept-here");
  for (const other of findAll(".log .kept-here")) if (other !== line) other.remove();
  line.outerHTML = wordsFor("stopped");
  find(".log p.kept-here")?.focus({ preventScroll: true }); // the button that had the focus is gone
}
