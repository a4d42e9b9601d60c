// Small conveniences. Every page works without them.

// A second press of the button must not send the form twice.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !("once" in form.dataset)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Back from the history with the page kept in memory: the form may be sent again.
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

// Whoever signs out leaves no page of the desk and no draft behind on a shared phone.
addEventListener("submit", ({ target }) => {
  if (!/\/logout\/$/.test(target.action)) return;
  globalThis.caches?.delete("desk");
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
});

// Another size or contrast without a reload, which would lose what is typed in a form.
// Each button says the whole display it leads to, so a quick second press waits for the
// bar that the first one brings.
let turn = Promise.resolve();
addEventListener("submit", (event) => {
  const bar = event.target;
  if (!bar.matches(".display") || !event.submitter) return;
  event.preventDefault();
  const place = [...bar.elements].indexOf(event.submitter);
  turn = turn.then(() => show(place)).catch(() => {});
});

async function show(place) {
  const bar = document.querySelector(".display");
  const { disabled, value } = bar.elements[place];
  if (disabled) return;
  const body = new URLSearchParams({ display: value, bar: "1" });
  const answer = await fetch(bar.action, { method: "POST", body });
  if (!answer.ok) return;
  const box = bar.parentElement;
  bar.outerHTML = await answer.text();
  document.documentElement.className = box.firstElementChild.dataset.look;
  const buttons = box.firstElementChild.elements;
  (buttons[place].disabled ? buttons[1] : buttons[place]).focus();
}

// The open menu lies over the page: whoever tabs out of it wants to see where they are.
const menu = document.querySelector("details.menu");
menu?.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
});

// Codes are pasted from letters with spaces, hyphens or a whole sentence around them.
addEventListener("paste", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.autocomplete !== "one-time-code") return;
  event.preventDefault();
  const text = event.clipboardData.getData("text").normalize("NFKC").replace(/[^0-9a-z]/gi, "");
  field.value = text.match(/(?:^|\D)(\d{6})(?!\d)/)?.[1] ?? text;
});

// The pages read last stay readable without a network (docs/offline.md); the desk has a
// worker of its own. Nothing waits for it.
const { offline } = document.body.dataset;
const workers = navigator.serviceWorker;
if (offline && workers && !document.querySelector("[data-desk]")) addEventListener("load", async () => {
  await workers.register(offline).catch(() => {});
  if (workers.controller) return;
  const account = document.querySelector("meta[name=account]")?.content ?? "";
  (await workers.ready).active.postMessage({ url: location.href, account });
});

// The phone's own share sheet knows Zalo; shown only where there is one.
if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ title: document.title, url: button.dataset.share }).catch(() => {});
    });
  }
}

// The browser's own print dialog, where there is a button for it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
