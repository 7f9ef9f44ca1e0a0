// A line for each file and address that is added: how far it is, and what became of it.

import { find } from "../shared/elements.js";
import { shelf } from "./shelf.js";

export function addLine(name) {
  const line = find("template.arrival", shelf).content.cloneNode(true).firstElementChild;
  find(".name", line).textContent = name;
  find(".arrivals", shelf).append(line);
  return line;
}

// The name it has in the library.
export function nameLine(line, name) {
  line.dataset.name = name;
  find(".name", line).textContent = name;
}

// What follows the name.
export function tell(line, html) {
  if (line.told === html) return;
  line.told = html;
  while (find(".name", line).nextSibling) find(".name", line).nextSibling.remove();
  find(".name", line).insertAdjacentHTML("afterend", ` ${html}`);
}

export function settle(line, html) {
  tell(line, html);
  line.dataset.settled = "";
}

export function linesOnTheWay() {
  return [...find(".arrivals", shelf).children].filter((line) => line.dataset.name && !("settled" in line.dataset));
}
