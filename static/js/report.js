// A report is typed where the network is weak: what stands in the fields is kept on the
// phone until the server has it, and sent when the network is back. Without JavaScript
// the same page is a plain form.

const PAUSE = 1500;
const AGAIN = 10_000;
const MOST = 60 * 24 * 3600 * 1000;
const PREFIX = "report:";

const form = document.querySelector("[data-report]");
const load = (key) => JSON.parse(localStorage.getItem(key) ?? "null");

function start() {
  const { keep, here, there } = form.dataset;
  const KEY = PREFIX + form.dataset.report;
  const older = document.querySelector("[data-report-older]");
  const token = form.elements.version;
  let held = load(KEY);
  let sending = false;
  let stopped = !keep;
  let timer = null;

  const typed = () => Object.fromEntries([...new FormData(form)].filter(([name]) => /^v\d+$/.test(name)));
  const equal = (one, other) => [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .every((name) => (one[name] ?? "") === (other[name] ?? ""));
  const line = (name) => form.querySelector(`[data-line="${name}"]`);

  function say(name, text) {
    for (const one of form.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== name;
    if (text) form.querySelector(`[data-say="${name}"]`).textContent = text;
  }

  function note(part, texts, before = "") {
    for (const one of form.querySelectorAll(`[data-line-${part}]`)) {
      const text = texts[one.closest("[data-line]").dataset.line];
      one.hidden = !text;
      if (part === "theirs") one.replaceChildren(`${before} `, Object.assign(document.createElement("b"), { textContent: text ?? "" }));
      else {
        one.textContent = text ?? "";
        one.parentElement.classList.toggle("field-wrong", Boolean(text));
      }
    }
  }

  function store(more = {}) {
    held = { ...held, at: Date.now(), version: token.value, values: typed(), ...more };
    try {
      localStorage.setItem(KEY, JSON.stringify(held));
      return true;
    } catch {
      say("full");
      return false;
    }
  }

  function drop() {
    held = null;
    localStorage.removeItem(KEY);
  }

  function give(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (field) field.value = value;
    }
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(held?.pending ? send : push, pause);
  }

  // Save the draft; a problem is said beside its field and nothing is written.
  async function push() {
    if (sending || stopped || !held) return;
    sending = true;
    const before = typed();
    try {
      const answer = await fetch(keep, { method: "POST", body: new FormData(form) });
      if (answer.status === 403) return say("out");
      const { version, problems, theirs, refused } = await answer.json();
      note("problem", problems ?? {});
      if (problems) return say("wrong");
      if (refused) {
        stopped = true;
        return say("refused", refused);
      }
      token.value = version;
      if (theirs) {
        stopped = true;
        note("theirs", theirs, there);
        store();
        return say("conflict");
      }
      if (!answer.ok) throw new Error(answer.status);
      if (equal(before, typed())) {
        drop();
        say("saved");
      } else {
        store();
        later(PAUSE);
      }
    } catch {
      say("offline");
      later(AGAIN);
    } finally {
      sending = false;
    }
  }

  // A lost answer is asked for again: the same report sent twice is sent once.
  async function send() {
    if (sending) return later(PAUSE);
    sending = true;
    clearTimeout(timer);
    say("sending");
    const body = new FormData(form);
    body.append("send", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body });
      if (answer.redirected) {
        drop();
        location.assign(answer.url);
      } else if (answer.status >= 500) {
        throw new Error(answer.status);
      } else if (answer.status === 404) {
        say("out");
      } else {
        // Something is to be corrected: the server draws the page that says what.
        store({ pending: false });
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "send", value: "1" }));
        form.submit();
      }
    } catch {
      say("pending");
      later(AGAIN);
    } finally {
      sending = false;
    }
  }

  function restore() {
    if (!held) return;
    if (equal(held.values, typed())) {
      if (!held.pending) drop();
    } else if (held.version === token.value) {
      give(held.values);
      say("restored");
    } else {
      const now = typed();
      const other = Object.fromEntries(Object.entries(held.values).filter(([name, value]) => value !== (now[name] ?? "") && line(name)));
      note("theirs", other, here);
      older.hidden = false;
      held.pending = false;
      return;
    }
    if (held) later(0);
  }

  older.querySelector("[data-report-take]").addEventListener("click", () => {
    give(held.values);
    store();
    done();
    later(0);
  });
  older.querySelector("[data-report-drop]").addEventListener("click", () => {
    drop();
    done();
  });
  function done() {
    older.hidden = true;
    note("theirs", {});
  }

  form.addEventListener("input", () => {
    if (store({ pending: false })) say("kept");
    later(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    const { name } = event.submitter ?? {};
    if (name === "send") {
      event.preventDefault();
      if (store({ pending: true })) send();
    } else if (!stopped) {
      event.preventDefault();
      store({ pending: false });
      push();
    }
  });
  addEventListener("online", () => held && later(0));
  restore();
}

if (form) {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    if (Date.now() - load(key).at > MOST) localStorage.removeItem(key);
  }
  start();
}

const copy = document.querySelector("[data-copy]");
const text = document.querySelector("[data-copy-text]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    document.querySelector("[data-copied]").hidden = false;
  });
}
text?.addEventListener("focus", () => text.select());
