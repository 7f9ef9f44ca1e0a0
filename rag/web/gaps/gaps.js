
// --- What people ask that is not here: marks below answers, and the curator's view. ---

views.gaps = { show: showGaps, within: "tests" };

const lacking = find(".gaps-view");
const KEEPING_GAPS = "precedent.gaps"; // in the browser's storage: "off" where nothing is to be noted
const checkedAgain = new Set(); // questions that a curator asks again: they are noted already
let stopped = false; // the same where there is no storage
let openingGaps = 0; // counts what was asked for: only the last is shown

function keepsGaps() {
  try {
    return localStorage.getItem(KEEPING_GAPS) !== "off";
  } catch {
    return !stopped;
  }
}

function setKeeping(keeps) {
  stopped = !keeps;
  try {
    if (keeps) localStorage.removeItem(KEEPING_GAPS);
    else localStorage.setItem(KEEPING_GAPS, "off");
  } catch {} // then it holds until the page is closed
  find("[name=keep-gaps]", lacking).checked = keeps;
}

function wordsFor(name) {
  return find(`template.${name}`, lacking).innerHTML;
}

// --- below answers ---

// What was asked in a turn, and what came of it.
function askedThere(turn) {
  return JSON.parse(find(".judging", turn)?.dataset.asked ?? "{}");
}

// A page opened once more asks the question of its address, which is noted already.
let reopened = performance.getEntriesByType("navigation")[0]?.type !== "navigate" && location.hash.startsWith("#ask?");

function noteRefused(turn) {
  const asked = turn ? askedThere(turn) : {};
  const seen = reopened || checkedAgain.has(asked.question);
  reopened = false;
  for (const button of turn?.querySelectorAll("[data-judge]") ?? []) button.setAttribute("aria-pressed", false);
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
  if (!reply.done) return sayBelow(button, reply.html);
  const other = { helpful: "unhelpful", unhelpful: "helpful" }[verdict];
  const pressed = turn.querySelectorAll(`[data-judge="${other}"][data-key]`);
  if (pressed.length) await takeBack(button, pressed);
  button.dataset.key = reply.key;
  button.setAttribute("aria-pressed", true);
  sayBelow(button, reply.html);
}

async function takeBack(button, marked) {
  const reply = await call("unlog", { keys: [...marked].map(({ dataset }) => dataset.key) });
  if (!reply.done) return sayBelow(button, reply.html);
  for (const other of marked) {
    delete other.dataset.key;
    other.setAttribute("aria-pressed", false);
  }
  sayBelow(button, wordsFor("taken-back"));
}

function stopKeeping(button) {
  setKeeping(false);
  const line = button.closest(".kept-here");
  for (const other of page.querySelectorAll(".log .kept-here")) if (other !== line) other.remove();
  line.outerHTML = wordsFor("stopped");
  find(".log p.kept-here")?.focus({ preventScroll: true }); // the button that had the focus is gone
}

// --- the view ---

async function showGaps(params) {
  find("[name=keep-gaps]", lacking).checked = keepsGaps();
  const mine = ++openingGaps;
  const reply = await call("gaps", { topic: params.get("topic") ?? "", community: params.get("community") ?? "" });
  if (mine !== openingGaps) return;
  const place = find(".asked-for", lacking);
  if (!reply.done) {
    place.innerHTML = reply.html;
    return;
  }
  const within = place.contains(document.activeElement);
  place.innerHTML = `${reply.summary}${reply.heading}<ol class="gaps">${reply.html}</ol><div class="more">${reply.more}</div>`;
  readGaps();
  const chosen = params.has("topic") || params.has("community");
  if (chosen) find(".listed", place)?.focus();
  else if (within) find("h2", lacking).focus({ preventScroll: true });
}

// What marks passages takes the questions before from the turn.
function readGaps() {
  for (const row of lacking.querySelectorAll(".gaps > [data-history]")) row.earlier = JSON.parse(row.dataset.history);
}

async function showMoreGaps(button) {
  const { params } = here();
  const list = find(".gaps", lacking);
  const start = list.children.length;
  const asked = { topic: params.get("topic") ?? "", community: params.get("community") ?? "", start: String(start) };
  const reply = await call("gaps", asked);
  if (!reply.done) return tellGaps(reply.html);
  list.insertAdjacentHTML("beforeend", reply.html);
  button.parentElement.innerHTML = reply.more;
  readGaps();
  find("a", list.children[start])?.focus();
}

function tellGaps(html) {
  find(".told", lacking).innerHTML = html;
}

async function dropGap(button) {
  const row = button.closest("[data-gap]");
  const reply = await call("drop_gap", { key: row.dataset.gap });
  if (!reply.done) {
    find(".kept", row).innerHTML = reply.html;
    return;
  }
  row.className = "removed";
  row.innerHTML = reply.html;
  find("button", row).focus({ preventScroll: true });
}

async function restoreGap(button) {
  const { restoreGap: key } = button.dataset;
  const reply = await call("restore_gap", { key });
  if (!reply.done) {
    find(".kept", button.closest("[data-gap]")).innerHTML = reply.html;
    return;
  }
  await showGaps(here().params);
  find(`[data-gap="${key}"] [data-drop-gap]`, lacking)?.focus({ preventScroll: true });
}

function askBeforeForgetting(asking) {
  find(".sure", lacking).hidden = !asking;
  find(asking ? "[data-keep-gaps]" : "[data-forget-first]", lacking).focus();
}

async function forgetGaps() {
  const reply = await call("forget_gaps");
  if (!reply.done) return tellGaps(reply.html);
  forgetRefused();
  visit("gaps");
  await showGaps(new URLSearchParams());
  tellGaps(wordsFor("forgotten"));
  find("h2", lacking).focus({ preventScroll: true });
}

async function saveGaps() {
  const reply = await call("save_gaps");
  tellGaps(reply.html);
  if (!reply.done || !reply.text) return;
  saveFile(reply.name, reply.text, "application/jsonl");
}

page.addEventListener("answered", ({ detail }) => noteRefused(detail.turn));
page.addEventListener("click", (event) => {
  const again = event.target.closest("a[data-checking]");
  if (again) checkedAgain.add(new URLSearchParams(again.hash.split("?")[1]).get("q"));
  const button = event.target.closest("button");
  if (!button) return;
  if ("judge" in button.dataset) judge(button);
  else if ("stopKeeping" in button.dataset) stopKeeping(button);
});
lacking.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("dropGap" in data) dropGap(button);
  else if ("restoreGap" in data) restoreGap(button);
  else if ("moreGaps" in data) showMoreGaps(button);
  else if ("saveGaps" in data) saveGaps();
  else if ("forgetFirst" in data) askBeforeForgetting(true);
  else if ("keepGaps" in data) askBeforeForgetting(false);
  else if ("forgetGaps" in data) forgetGaps();
});
lacking.addEventListener("change", ({ target }) => {
  if (target.name === "keep-gaps") setKeeping(target.checked);
});
