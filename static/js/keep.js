// Nothing typed is lost: what stands in a form is kept on this device until the server
// has it. Needs components/keep.html inside the form. Kept per account, for a week.

const box = document.querySelector("[data-keep]");
const form = box?.closest("form");
const WEEK = 7 * 24 * 3600 * 1000;
const PREFIX = "keep:";
const SENT = "keep-sent";

if (form) {
  const key = `${PREFIX}${box.dataset.keep}:${location.pathname}`;
  const editors = () => Object.values(globalThis.CKEDITOR?.instances ?? {});
  const fields = () => [...form.elements].filter((field) =>
    field.name && !field.name.startsWith("_") && field.name !== "csrfmiddlewaretoken"
    && !["hidden", "file", "submit", "button", "password", "checkbox", "radio"].includes(field.type));

  const typed = () => {
    for (const editor of editors()) editor.updateElement();
    return Object.fromEntries(fields().map((field) => [field.name, field.value]));
  };

  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  const old = kept && (Date.now() - kept.at > WEEK || kept.version !== box.dataset.version);
  if (old) localStorage.removeItem(key);

  let before = null;
  const keep = () => {
    const values = typed();
    const now = JSON.stringify(values);
    if (before === null) before = now;
    if (now === before) return;
    before = now;
    try {
      const row = { at: Date.now(), version: box.dataset.version, values };
      localStorage.setItem(key, JSON.stringify(row));
    } catch { /* The device is full: typing goes on without the net. */ }
  };

  const give = (values) => {
    for (const field of fields()) {
      if (!(field.name in values)) continue;
      field.value = values[field.name];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const editor of editors()) editor.setData(values[editor.element.$.name] ?? "");
  };

  const start = () => {
    if (kept && !old && JSON.stringify(kept.values) !== JSON.stringify(typed())) {
      box.hidden = false;
      box.querySelector("[data-keep-take]").addEventListener("click", () => {
        give(kept.values);
        box.hidden = true;
      });
      box.querySelector("[data-keep-drop]").addEventListener("click", () => {
        localStorage.removeItem(key);
        box.hidden = true;
      });
    }
    keep();
    setInterval(keep, 2000);
  };
  // The editor fills its field a moment after the page has come.
  globalThis.CKEDITOR?.on("instanceReady", () => setTimeout(start, 0), null, null, 999);
  if (!globalThis.CKEDITOR) start();

  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem(SENT, key);
  });
}

// The server says that it has the text: the copy here has done its work.
const sent = sessionStorage.getItem(SENT);
if (sent && document.querySelector(".messagelist .success")) {
  localStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}
