// Whether what people ask that is not here is noted, as this browser was told.

import { find } from "../shared/elements.js";

const KEPT = "precedent.gaps"; // in the browser's storage: "off" where nothing is to be noted
let stopped = false; // the same where there is no storage

export function keepsGaps() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return !stopped;
  }
}

export function setKeeping(keeps) {
  stopped = !keeps;
  try {
    if (keeps) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // then it holds until the page is closed
  }
  showKeeping();
}

export function showKeeping() {
  find(".gaps-view [name=keep-gaps]").checked = keepsGaps();
}

// What is said, here or below answers.
export function wordsFor(name) {
  return find(`.gaps-view template.${name}`).innerHTML;
}
