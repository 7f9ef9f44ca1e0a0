// The page's outermost element, and what is found within it. Known once the page is started.

export let page;
export let narrow; // matches where there is room for one column only

export function setPage(element) {
  page = element.querySelector(".precedent");
  narrow = window.matchMedia("(max-width: 1023px)");
}

export function find(selector, root = page) {
  return root.querySelector(selector);
}

export function findAll(selector, root = page) {
  return [...root.querySelectorAll(selector)];
}

// A button that is clicked within `root` says what it does: `data-copy` stands for `actions.copy`.
export function onButtons(root, actions) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const name = button && Object.keys(actions).find((action) => action in button.dataset);
    if (name) actions[name](button);
  });
}

// A part of the page that says aloud what has happened, wherever she is.
export function addStatus(tag, name) {
  const status = document.createElement(tag);
  status.className = name;
  status.setAttribute("role", "status");
  page.append(status);
  return status;
}
