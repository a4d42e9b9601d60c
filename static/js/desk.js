// The desk goes on without a network: marks are kept on this device and sent when it is
// back. Without JavaScript the same list is a plain form.

const WEEK = 7 * 24 * 3600 * 1000;
const PAUSE = 15_000;
const MOST = 100;
const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-desk-${name}]`);

const load = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? "null") ?? otherwise;
const save = (key, value) => localStorage.setItem(key, JSON.stringify(value));

function start() {
  const { account, slot, sync, worker, waiting } = desk.dataset;
  const KEY = `desk:${account}:${desk.dataset.desk}`;
  const rows = new Map([...desk.querySelectorAll("[data-who]")].map((row) => [row.dataset.who, row]));
  const find = part("find");
  // Found by the server: only those rows are here, so it searches the next time too.
  const partial = new URLSearchParams(location.search).get("q");
  const device = load("desk:device") ?? crypto.randomUUID().slice(0, 8);
  let sending = false;
  let again = false;
  let page = null;

  // What nobody sent for a week is of no use: attendance is closed by then.
  for (const key of Object.keys(localStorage).filter((one) => /^desk:.+:\d+$/.test(one))) {
    const young = load(key, []).filter((mark) => Date.now() - mark.at < WEEK);
    if (young.length) save(key, young);
    else localStorage.removeItem(key);
  }
  save("desk:device", device);

  const kept = () => load(KEY, []);
  const show = (name, on) => { part(name).hidden = !on; };
  const clock = (at) => new Date(at).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });

  function tell(row, time, note) {
    row.dataset.here = time ?? "";
    row.querySelector("[data-since]").textContent = [time, note].filter(Boolean).join(" · ");
  }

  // What is kept here comes after what the server said.
  function overlay() {
    const marks = kept();
    for (const { who, what, at, skew, slot: half } of marks) {
      const row = rows.get(String(who));
      if (row && String(half) === slot) tell(row, what === "came" ? clock(at + (skew ?? 0)) : "", waiting);
    }
    const count = part("count");
    count.hidden = !marks.length;
    count.firstElementChild.textContent = marks.length;
    refused();
    status();
  }

  function refused() {
    const list = load(`${KEY}!`, []);
    const box = part("refused");
    box.hidden = !list.length;
    box.querySelector("ul").replaceChildren(...list.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  function status() {
    const lines = ["offline", "signed-out", "full", "count"];
    show("status", lines.some((name) => !part(name).hidden));
  }

  function press(button) {
    const row = button.closest("[data-who]");
    const typed = find.value.replace(/[\s-]/g, "").toLowerCase();
    const mark = {
      nonce: crypto.randomUUID(),
      who: Number(row.dataset.who),
      slot: Number(slot),
      what: button.name === "came" ? "came" : "undone",
      how: typed.length === 6 && row.dataset.find.endsWith(` ${typed}`) ? "code" : "list",
      at: Date.now(),
      skew: load("desk:skew"),
    };
    try {
      save(KEY, [...kept(), mark]);
    } catch {
      show("full", true);
      return status();
    }
    overlay();
    row.querySelector(mark.what === "came" ? ".desk-undo" : ".desk-came").focus();
    send();
  }

  async function send() {
    again = true;
    if (sending) return;
    sending = true;
    while (again) {
      again = false;
      try {
        await exchange();
      } catch {
        show("offline", true);
      }
    }
    sending = false;
    status();
  }

  async function exchange() {
    const marks = kept().slice(0, MOST);
    const sent = Date.now();
    const answer = await fetch(sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token.value },
      body: JSON.stringify({ sent, account, device, marks }),
    });
    show("offline", false);
    show("signed-out", [401, 403, 409].includes(answer.status));
    if (!answer.ok) return;
    const { answers, skew, live, here } = await answer.json();
    save("desk:skew", skew);
    const no = marks.filter(({ nonce }) => answers[nonce]?.state === "refused");
    if (no.length) {
      const name = ({ who }) => rows.get(String(who))?.querySelector("b").textContent ?? who;
      save(`${KEY}!`, [...load(`${KEY}!`, []), ...no.map((mark) => `${name(mark)}: ${answers[mark.nonce].text}`)]);
    }
    // Pressed while we waited, or asked for again: those stay.
    const left = kept().filter(({ nonce }) => (answers[nonce]?.state ?? "later") === "later");
    again ||= marks.length === MOST && left.length < kept().length;
    save(KEY, left);
    if (here) {
      for (const [who, row] of rows) tell(row, here[who]);
      part("live").innerHTML = live;
    }
    overlay();
    page ??= keepPage().catch(() => { page = null; });
  }

  // A copy of the page for a reload without a network; of one account at a time.
  async function keepPage() {
    if (!globalThis.caches || !navigator.serviceWorker) return;
    if (load("desk:owner") !== account) await caches.delete("desk");
    save("desk:owner", account);
    await navigator.serviceWorker.register(worker, { scope: location.pathname });
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
    const cache = await caches.open("desk");
    await cache.addAll([location.href, ...[...parts].map((one) => one.href ?? one.src)]);
  }

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/đ/g, "d");
  function filter() {
    const words = fold(find.value).split(/\s+/).filter(Boolean);
    const code = words.join("").replace(/-/g, "");
    let some = false;
    for (const row of rows.values()) {
      const text = row.dataset.find;
      row.hidden = !(words.every((word) => text.includes(word)) || (code.length === 6 && text.endsWith(` ${code}`)));
      some ||= !row.hidden;
    }
    show("none", !some);
  }

  desk.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target.matches("[role=search]")) {
      if (!partial) event.preventDefault();
    } else if (slot && button?.closest("[data-who]")) {
      event.preventDefault();
      press(button);
    }
  });
  part("refused").querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(`${KEY}!`);
    refused();
  });
  if (rows.size && !partial) find.addEventListener("input", filter);
  addEventListener("online", send);
  setInterval(() => document.hidden || send(), PAUSE);
  overlay();
  send();
}

// Without a secure context there are no nonces; the plain form does its work.
const token = desk?.querySelector("[name=csrfmiddlewaretoken]");
if (token && crypto.randomUUID) start();

const screen = document.querySelector("[data-desk-reload]");
if (screen) setTimeout(() => location.reload(), Number(screen.dataset.deskReload) * 1000);
