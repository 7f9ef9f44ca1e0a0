// The page: starts its parts in `element`, which call the Python functions of `server`.

import * as answer from "./ask/answer.js";
import * as conversation from "./ask/conversation.js";
import * as source from "./ask/source.js";
import { showAbout } from "./ask/welcome.js";
import * as oneCase from "./cases/case.js";
import * as cases from "./cases/cases.js";
import * as compare from "./compare/compare.js";
import * as filters from "./filters/filters.js";
import * as gaps from "./gaps/gaps.js";
import * as judging from "./gaps/judging.js";
import * as lessons from "./lessons/lessons.js";
import * as library from "./library/library.js";
import * as overview from "./overview/overview.js";
import * as basket from "./pack/basket.js";
import * as pack from "./pack/pack.js";
import * as marking from "./questions/marking.js";
import * as questions from "./questions/questions.js";
import { showView } from "./shared/addresses.js";
import { find, narrow, setPage } from "./shared/elements.js";
import * as panel from "./shared/panel.js";
import { setServer } from "./shared/server.js";

const PARTS = [
  source,
  conversation,
  answer,
  panel,
  filters,
  cases,
  oneCase,
  compare,
  lessons,
  overview,
  basket,
  pack,
  questions,
  marking,
  judging,
  gaps,
  library,
];

export function start(element, server) {
  setPage(element);
  setServer(server);
  for (const part of PARTS) part.start();
  window.addEventListener("hashchange", showView);
  const opened = location.hash;
  showView(); // the view that the address names
  if (!narrow.matches && !opened) find("#question").focus({ preventScroll: true });
  showAbout();
}
