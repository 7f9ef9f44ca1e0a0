// What can be done with an answer: it is copied, or asked for again with other filters.

import { asPair } from "../filters/filters.js";
import { find, findAll, onButtons, page } from "../shared/elements.js";
import { copied, copyBoth } from "../shared/taking_away.js";
import { askWith } from "./conversation.js";

export function start() {
  onButtons(page, {
    copy,
    unfilter: (button) => change(button, (wants) => wants.filter((want) => want.join(":") !== button.dataset.unfilter)),
    only: (button) => change(button, (wants) => [...wants, asPair(button.dataset.only)]),
    keepIn: (button) => change(button, (wants) => [...wants, ["kept", button.dataset.keepIn]]),
    without: (button) => change(button, (wants) => [...wants, ["without", button.dataset.without]]),
  });
}

// Rich text for word processors, Markdown for everything else.
async function copy(button) {
  const turn = button.closest(".turn");
  const plain = button.dataset.copy;
  const rich = find(".reply", turn).cloneNode(true);
  for (const part of findAll(".status, .minor, .unseen", rich)) part.remove();
  for (const part of findAll("button, a", rich)) part.replaceWith(part.textContent);
  const html = `<h2>${find(".question", turn).innerHTML}</h2>${rich.innerHTML}`;
  await copyBoth(plain, html, button);
  find(".done", turn).textContent = copied();
}

// A chip above the answer was taken off, or made a filter; the focus stays among the chips, or goes to the question box.
async function change(button, other) {
  const turn = button.closest(".turn");
  await askWith(other);
  (find(".wants button", turn) ?? find("#question")).focus({
    preventScroll: true,
  });
}
