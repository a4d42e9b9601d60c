// Scores that are being typed are kept on the server, two seconds after the last key
// and when the page is left. They count for nothing until the button is pressed.

const form = document.querySelector("[data-draft]");
const state = form?.querySelector("[data-draft-state]");
const QUIET = 2000;
const AGAIN = 10000;

if (form) {
  let timer = 0;
  let dirty = false;
  let sent = false;
  let sending = false;

  const keep = async () => {
    clearTimeout(timer);
    // One after the other, so that an older one never arrives last; but for whoever
    // leaves the page there is no later.
    if (!dirty || sent || (sending && document.visibilityState !== "hidden")) return;
    dirty = false;
    sending = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new FormData(form),
        keepalive: true,
        headers: { Accept: "application/json" },
      });
      // Signed out meanwhile: the answer is the page for signing in.
      if (answer.redirected) throw new Error("signed out");
      const said = await answer.json();
      if (!dirty) state.textContent = said.kept ?? said.problem;
    } catch {
      dirty = true;
      state.textContent = state.dataset.lost;
      timer = setTimeout(keep, AGAIN);
      return;
    } finally {
      sending = false;
    }
    if (dirty) timer = setTimeout(keep, QUIET);
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, QUIET);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("online", keep);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
}
