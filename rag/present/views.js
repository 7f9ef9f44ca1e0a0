
// --- The views: asking, the library, the test questions. Comes last: it opens the one that the address names. ---

const views = { "#library": showLibrary, "#tests": showTests };
const leftAt = {}; // how far each view was scrolled when it was left

function showView() {
  const view = location.hash in views ? location.hash : "#ask";
  for (const link of page.querySelectorAll(".bar a")) {
    if (link.hash === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  views[view]?.();
  const before = page.dataset.view ?? "#ask";
  if (before === view) return;
  leftAt[before] = window.scrollY;
  page.dataset.view = view;
  window.scrollTo(0, leftAt[view] ?? 0);
}

// What is open beside the chat belongs to the view that is left: its place in the history is taken over.
function changeView(event, link) {
  if (panel.hidden) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  leavePanel();
  showView();
}

page.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link) changeView(event, link);
});
window.addEventListener("hashchange", showView);
showView();
if (!narrow.matches && !page.dataset.view) box.focus({ preventScroll: true });
showAbout();
