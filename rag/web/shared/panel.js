// The panel beside the chat: what is opened there, and the way back.

import { correctAddress, showView } from "./addresses.js";
import { find, narrow, onButtons, page } from "./elements.js";
import { onlyLast } from "./timing.js";

export let panel;
export let opener = null; // the button that opened it
let chat;
let setAside = null; // a form that a source has taken the place of
let returning = false; // whether it is being closed, which leads back to the address before it

// Something is to be opened; gives whether nothing else was since.
export const beginOpening = onlyLast();

export function start() {
  panel = find(".source");
  chat = find(".chat");
  history.scrollRestoration = "manual"; // closing a source must not move the chat
  onButtons(page, { close: closePanel });
  page.addEventListener("click", leaveForLink);
  page.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) closePanel();
  });
  window.addEventListener("popstate", stepBack);
  narrow.addEventListener("change", () => {
    chat.inert = narrow.matches && !panel.hidden;
  });
}

// Takes the place of what is there.
export function showPanel(button, html, label) {
  setAside = null;
  fillPanel(button, html, label);
}

// The same; a form that is there is put back as soon as this is closed.
export function showOnTop(button, html, label) {
  if (find("form", panel)) {
    setAside = {
      parts: [...panel.childNodes],
      top: find(".text", panel).scrollTop,
      opener,
      button,
    };
  }
  fillPanel(button, html, label);
}

function fillPanel(button, html, label) {
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

export function closePanel() {
  if (setAside) {
    putBack();
    return;
  }
  const back = opener?.isConnected ? opener : find("#question");
  beginOpening(); // whatever is still on its way comes too late
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
export function leavePanel() {
  if (panel.hidden) return;
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

function stepBack() {
  // The address before a source was opened may be that of an earlier question.
  if (returning || !panel.hidden) correctAddress();
  returning = false;
  if (panel.hidden || history.state?.reading) return;
  if (setAside) history.pushState({ ...history.state, reading: true }, "");
  closePanel();
}

// What is open beside the chat belongs to the view that is left: its place in the history is taken over.
function leaveForLink(event) {
  const link = event.target.closest("a[href^='#']");
  if (!link || panel.hidden) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  leavePanel();
  showView();
}
