// What comes at the wrong time: replies that another question has overtaken, and words that are still being typed.

// Of what is asked for several times, only the last is shown: each start gives whether it is still the last.
export function onlyLast() {
  let last = 0;
  return () => {
    const mine = ++last;
    return () => mine === last;
  };
}

// Calls `work` with what it was last given, as soon as nothing more is typed.
export function afterTyping(work) {
  let waiting = 0;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => work(...given), 200);
  };
}

// Lets the program work on, before it is asked again how far it is.
export function aMoment() {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
