// A source beside the chat, opened at the words that were quoted from it.

import { find, onButtons, page } from "../shared/elements.js";
import { beginOpening, panel, showOnTop } from "../shared/panel.js";
import { call } from "../shared/server.js";

export function start() {
  onButtons(page, { source: openSource });
}

async function openSource(button) {
  const { source, spans, view, page: number } = button.dataset;
  const turning = button.classList.contains("turn-page") && button.getAttribute("aria-label");
  const stillWanted = beginOpening();
  const reply = await call("source", { source, spans, view, page: number });
  if (!stillWanted()) return;
  showOnTop(button, reply.done === false ? failure(reply.html) : reply.html, "Source");
  showQuote();
  if (turning) keepTurning(turning);
}

function failure(html) {
  return find("template.failed-source").innerHTML.replace("<p></p>", () => html);
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

// The focus stays on the button that turned the page, or goes to the other at the first and last page.
function keepTurning(label) {
  const button = find(`.turn-page[aria-label="${label}"]:enabled`, panel) ?? find(".turn-page:enabled", panel);
  button?.focus();
}
