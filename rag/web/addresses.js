
// --- The views and their addresses: '#cases?place=Bradford'. Comes last: it opens the one that the address names. ---

const leftAt = {}; // how far each view was scrolled when it was left

// The view that the address names, and what it says of it.
function here() {
  const [, name, query] = /^#?([^?]*)\??(.*)$/s.exec(location.hash);
  return { name: Object.hasOwn(views, name) ? name : "ask", params: new URLSearchParams(query) };
}

function addressOf(name, params = new URLSearchParams()) {
  const query = params.toString();
  return query ? `#${name}?${query}` : `#${name}`;
}

// Opens a view, as a link would; 'back' leads back.
function visit(name, params) {
  location.hash = addressOf(name, params);
}

// What the view shows has changed: its address says so, without another step in the history.
function remember(params) {
  history.replaceState(history.state, "", addressOf(here().name, params));
}

function showView() {
  const { name, params } = here();
  const before = page.dataset.view;
  const part = (view) => find(`.view[data-name="${view}"]`);
  const shown = views[name].within ?? name; // the view in the bar that this one belongs to
  for (const link of page.querySelectorAll(".bar nav a")) {
    if (link.hash === `#${shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (before !== name) {
    if (before) leftAt[before] = window.scrollY;
    for (const view of page.querySelectorAll(".view")) view.hidden = view.dataset.name !== name;
    page.dataset.view = name;
    document.title = [part(name).getAttribute("aria-label"), "Precedent"].join(" – ");
    window.scrollTo(0, leftAt[name] ?? 0);
  }
  views[name].show(params);
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
const opened = location.hash;
showView();
if (!narrow.matches && !opened) box.focus({ preventScroll: true });
showAbout();
