// What this browser keeps from one visit to the next. It may be switched off or full, and anything may stand there.

export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Where it can't be kept, it lasts as long as the page.
export function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // as said above
  }
}

// Calls `work` when another window of this browser has changed what is kept.
export function onKeptElsewhere(key, work) {
  window.addEventListener("storage", (event) => {
    if (event.key === key) work();
  });
}
