
// --- What didn’t work: sentences that say what got in the way, and what was learnt. ---

views.lessons = { show: showLessons };

const lessonsView = find(".lessons-view");
const narrowing = find(".narrowing", lessonsView);
let listing = 0; // counts what was asked to be listed: only the last is shown

async function showLessons(params) {
  if (document.activeElement !== narrowing.words) narrowing.words.value = params.get("words") ?? "";
  await showSentences(params);
}

async function showSentences(params, start = 0) {
  const mine = ++listing;
  const [show, words, group] = ["show", "words", "group"].map((name) => params.get(name) ?? "");
  const reply = await call("lessons", { filters: [...params], show, words, group, start: String(start) });
  if (mine !== listing) return;
  const list = find(".sentences", lessonsView);
  if (!reply.done) {
    list.innerHTML = reply.html;
    return;
  }
  if (start) list.insertAdjacentHTML("beforeend", reply.html);
  else list.innerHTML = reply.html;
  for (const name of ["topic", "community", "group"]) narrowing[name].innerHTML = reply[name];
  for (const tab of lessonsView.querySelectorAll("[name=show]")) {
    find("b", tab.parentElement).textContent = reply.counts[tab.value];
    tab.checked = tab.value === reply.show;
  }
  find(".wanted", lessonsView).innerHTML = reply.wanted;
  find(".shown", lessonsView).textContent = reply.shown;
  const more = find("[data-more]", lessonsView);
  more.hidden = !reply.next;
  more.dataset.more = reply.next;
}

// What is chosen goes into the address; what other views put there stays.
function narrowLessons({ name, value }) {
  if (here().name !== "lessons") return; // she left it while she was typing
  const { params } = here();
  if (value.trim()) params.set(name, value.trim());
  else params.delete(name);
  remember(params);
  showSentences(params);
}

async function moreSentences(button) {
  const list = find(".sentences", lessonsView);
  const before = list.querySelectorAll("li").length;
  await showSentences(here().params, Number(button.dataset.more));
  const first = list.querySelectorAll("li")[before];
  if (first) find("a", first).focus({ preventScroll: true });
}

const narrowSoon = afterTyping(narrowLessons);
lessonsView.addEventListener("input", ({ target }) => {
  if (target.name === "words") narrowSoon(target);
  else narrowLessons(target);
});
narrowing.addEventListener("submit", (event) => event.preventDefault());
lessonsView.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if ("more" in data) moreSentences(button);
  else if ("unwant" in data) {
    const { params } = here();
    params.delete(data.unwant, data.value);
    visit("lessons", params);
  } else if ("copySentence" in data) {
    await copyBoth(data.copySentence, find("blockquote", button.closest("li")).outerHTML, button);
    button.textContent = find("template.copied").innerHTML;
  }
});
