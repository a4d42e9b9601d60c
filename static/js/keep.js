// Nothing typed is lost: what stands in a form is kept on this device until the server
// has it. Needs components/keep.html inside the form. Kept per account, for a week.

const box = document.querySelector("[data-keep]");
const form = box?.closest("form");
const WEEK = 7 * 24 * 3600 * 1000;
const PREFIX = "keep:";
const SENT = "keep-sent";

if (form) {
  const key = `${PREFIX}${box.dataset.keep}:${location.pathname}`;
  // An editor takes its text over a moment after the page has come; until then the
  // text stands in the field itself.
  const all = () => Object.values(globalThis.CKEDITOR?.instances ?? {});
  const editors = () => all().filter((editor) => editor.status === "ready");
  const fields = () => [...form.elements].filter((field) =>
    field.name && !field.name.startsWith("_") && field.name !== "csrfmiddlewaretoken"
    && !["hidden", "file", "submit", "button", "password", "checkbox", "radio"].includes(field.type));

  const typed = () => {
    for (const editor of editors()) editor.updateElement();
    return Object.fromEntries(fields().map((field) => [field.name, field.value]));
  };

  // What the page came with: whatever differs was typed, before this runs as well.
  const came = (field) => {
    if (!field.options) return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected);
    return (chosen ?? (field.multiple ? null : field.options[0]))?.value ?? "";
  };
  const first = Object.fromEntries(fields().map((field) => [field.name, came(field)]));

  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  const old = kept && (Date.now() - kept.at > WEEK || kept.version !== box.dataset.version);
  if (old) localStorage.removeItem(key);
  // What an earlier page kept, until somebody says what shall become of it.
  let offered = old ? null : kept?.values;

  let before = null;
  const keep = () => {
    const values = typed();
    const now = JSON.stringify(values);
    if (offered || now === (before ?? JSON.stringify(first))) return;
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

  const answered = () => {
    offered = null;
    box.hidden = true;
  };
  box.querySelector("[data-keep-take]").addEventListener("click", () => {
    give(offered);
    answered();
  });
  box.querySelector("[data-keep-drop]").addEventListener("click", () => {
    localStorage.removeItem(key);
    answered();
  });
  const offer = () => {
    if (JSON.stringify(offered) === JSON.stringify(typed())) answered();
    else box.hidden = !offered;
  };

  globalThis.CKEDITOR?.on("instanceReady", ({ editor }) => {
    const field = editor.element.$;
    // The editor writes the same text in its own way.
    if (field.value === field.defaultValue) first[field.name] = editor.getData();
    if (all().length === editors().length) offer();
  }, null, null, 999);
  if (!globalThis.CKEDITOR) offer();
  setInterval(keep, 2000);

  form.addEventListener("submit", () => {
    offered = null;
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
