// A draft saves itself: every few seconds on the server, and in between on this device,
// so that a lost session or a lost network costs no word. For contests/about.html and
// contests/authors.html; what only the button says stands inside [data-by-button].

const form = document.querySelector("form[data-draft]");
const WAIT = 2500;
const AGAIN = 10_000;
const WEEK = 7 * 24 * 3600 * 1000;

if (form) {
  const key = `draft:${form.dataset.draft}:${location.pathname}`;
  const status = form.querySelector("[data-draft-status]");
  const box = form.querySelector("[data-keep]");
  const texts = status.dataset;
  const left = new Set([...form.elements].filter(
    (field) => field.type === "hidden" || field.closest("[data-by-button]")).map((field) => field.name));
  const own = (name) => name && !left.has(name);
  const typed = () => [...new FormData(form)].filter(([name]) => own(name));
  // As the server writes it down, which takes space off the ends.
  const plain = (values) => JSON.stringify(
    values.map(([name, value]) => [name, value.normalize("NFC").replace(/\r\n?/g, "\n").trim()]));
  const same = (one, other) => plain(one) === plain(other);
  const say = (text) => { status.textContent = text; };

  // What the server has, as far as this page knows.
  let stored = typed();
  // What an earlier page kept, until somebody says what shall become of it.
  let offered = null;
  let stopped = !form.dataset.save;
  let timer = 0;
  let sending = null;

  const forget = () => localStorage.removeItem(key);
  const keep = () => {
    try {
      const row = { at: Date.now(), values: offered ?? typed() };
      localStorage.setItem(key, JSON.stringify(row));
    } catch { /* The device is full or forbids it: typing goes on without the net. */ }
  };
  const soon = (after) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, after);
  };

  const warn = (warnings) => {
    const place = form.querySelector("[data-draft-warnings]");
    place.replaceChildren(...warnings.map((text) => {
      const line = document.createElement("p");
      line.className = "error";
      line.textContent = text;
      return line;
    }));
  };

  async function save() {
    if (sending || stopped || same(typed(), stored)) return;
    say(texts.saving);
    sending = send(typed());
    const wait = await sending;
    sending = null;
    if (!same(typed(), stored)) soon(wait);
  }

  // The milliseconds after which another try makes sense.
  async function send(values) {
    let answer;
    let told = {};
    try {
      answer = await fetch(form.dataset.save, { method: "POST", body: new FormData(form) });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) told = await answer.json();
    } catch {
      say(texts.kept);
      return AGAIN;
    }
    if (told.version) {
      form.elements.version.value = told.version;
      for (const [name, value] of Object.entries(told.fields ?? {})) form.elements[name].value = value;
      stored = values;
      warn(told.warnings);
      say(texts.saved);
      if (same(typed(), stored) && !offered) forget();
      return WAIT;
    }
    say(told.sentence ?? (answer.status >= 500 ? texts.kept : texts.out));
    // Signed out, stored elsewhere, too late: the person decides; the text stays here.
    stopped = answer.status < 500 && answer.status !== 422;
    return AGAIN;
  }

  form.addEventListener("input", () => {
    keep();
    soon(WAIT);
  });
  addEventListener("online", () => soon(0));
  // A letter on its way and the whole form must not meet: they would be two versions.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    stopped = true;
    if (!sending) return;
    event.preventDefault();
    sending.then(() => form.requestSubmit(event.submitter));
    sending = null;
  });

  function give(values) {
    for (const field of form.elements) {
      if (!own(field.name)) continue;
      const said = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = said.includes(field.value);
      else if (field.type !== "submit" && said.length) field.value = said[0];
    }
  }

  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept || Date.now() - kept.at > WEEK || same(kept.values, stored)) forget();
  else {
    offered = kept.values;
    box.hidden = false;
  }
  box.querySelector("[data-keep-take]").addEventListener("click", () => {
    give(offered);
    offered = null;
    box.hidden = true;
    keep();
    soon(0);
  });
  box.querySelector("[data-keep-drop]").addEventListener("click", () => {
    offered = null;
    box.hidden = true;
    forget();
  });
}
