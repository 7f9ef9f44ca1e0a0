
// --- The library at a glance: how much there is, where, when, about what and for whom. ---

views.overview = { show: showOverview };

const glance = find(".overview-view .glance");

async function showOverview() {
  const reply = await call("overview", { seen: glance.dataset.state ?? "" });
  if (reply.done && reply.same) return; // come back to: as it was left
  glance.innerHTML = reply.html;
  glance.dataset.state = reply.done ? reply.state : "";
}

glance.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-whole]");
  if (!button) return;
  const whole = button.parentElement.classList.toggle("whole");
  button.setAttribute("aria-expanded", whole);
});
