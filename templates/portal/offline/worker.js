// Keeps the pages read last for when the network is gone; see docs/offline.md.
// The network always goes first, and whoever signs out leaves nothing of theirs behind.
const known = JSON.parse("{{ known|escapejs }}");
// Another number when the shape of what is kept changes: the old copies go.
const PREFIX = "offline-1-";
const FILES = `${PREFIX}files`;
const MOST = 40;
const MOST_FILES = 60;
const PATIENCE = 5000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const HASHED = /\.[0-9a-f]{12}\./;
const [PAGES, NOT_OURS, RENEWS] = [known.pages, known.notOurs, known.renews].map((text) => new RegExp(text));

// Whose pages come, as far as this worker knows; and since when nobody's may be kept.
let present = null;
let left = 0;

const storeOf = (account) => PREFIX + (account ? `own-${account}` : "public");
const at = (response) => Number(response.headers.get("x-kept-at"));
const language = (text) => text.match(/<html lang="(\w+)"/)?.[1] ?? "vi";
const isPage = ({ status, type, headers }) =>
  status === 200 && type === "basic" && headers.get("content-type")?.startsWith("text/html");

async function drop(goes) {
  const names = (await caches.keys()).filter((name) => name.startsWith("offline-") && goes(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

function signOut() {
  present = "";
  left = Date.now();
  return drop((name) => name.includes("-own-"));
}

async function goodbye() {
  await drop(() => true);
  await registration.unregister();
}

// The sheet and the script that a page needs; mostly the browser has them already.
async function keepFiles(text) {
  const files = await caches.open(FILES);
  for (const [, file] of text.matchAll(/(?:href|src)="([^"]+\.(?:css|js|svg))"/g)) {
    if (file.startsWith(known.files) && !await files.match(file)) await files.add(file).catch(() => {});
  }
  await trim(files, MOST_FILES, Infinity);
}

async function trim(cache, most, life) {
  const keys = (await cache.keys()).filter(({ url }) => ![known.own, known.offline].includes(new URL(url).pathname));
  const old = await Promise.all(keys.map(async (key) => Date.now() - at(await cache.match(key)) > life));
  await Promise.all(keys.filter((key, place) => old[place] || place < keys.length - most).map((key) => cache.delete(key)));
}

async function put(cache, path, text, from) {
  const headers = new Headers(from.headers);
  for (const name of ["content-length", "content-encoding", "vary"]) headers.delete(name);
  headers.set("x-kept-at", Date.now());
  headers.set("x-title", encodeURIComponent(text.match(/<title>([^<]*)</)?.[1].split(" · ")[0].trim() ?? path));
  headers.set("x-language", language(text));
  await cache.delete(path);
  await cache.put(path, new Response(text, { headers }));
}

// Forms would not work, and their tokens are nothing to keep.
async function keep(account, path, text, from) {
  const plain = text.replace(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g, "");
  const cache = await caches.open(storeOf(account));
  if (present !== account || plain.includes("csrfmiddlewaretoken")) return;
  await put(cache, path, plain, from);
  await trim(cache, MOST, 7 * DAY);
  await keepFiles(plain);
}

async function keepOffline(words) {
  const files = await caches.open(FILES);
  const old = await files.match(known.offline);
  if (old && Date.now() - at(old) < DAY && old.headers.get("x-language") === words) return;
  const response = await fetch(known.offline, { cache: "no-store" });
  // A server that has no such page wants no such worker.
  if ([404, 410].includes(response.status)) return goodbye();
  if (!isPage(response)) return;
  const text = await response.text();
  await put(files, known.offline, text, response);
  await keepFiles(text);
}

async function keepOwn(account, now) {
  const old = await (await caches.open(storeOf(account))).match(known.own);
  if (old && !now && Date.now() - at(old) < 10 * MINUTE) return;
  const begun = Date.now();
  const response = await fetch(known.own, { redirect: "error", cache: "no-store" });
  const text = await response.text();
  if (isPage(response) && accountOf(text) === account && begun > left) await keep(account, known.own, text, response);
}

const accountOf = (text) => text.match(/<meta name="account" content="(\w+)">/)?.[1] ?? "";

async function settle(account) {
  present = account;
  await drop((name) => name.includes("-own-") && name !== storeOf(account));
}

// What the network has brought, looked at while its reader has it already.
async function look(response, path, begun) {
  const text = await response.text();
  if (begun <= left || !text.includes(" data-offline=")) return;
  const account = accountOf(text);
  await settle(account);
  const closed = /no-store|private/.test(response.headers.get("cache-control"));
  const own = path === known.own;
  if (account ? PAGES.test(path) || own : PAGES.test(path) && !closed) await keep(account, path, text, response);
  if (account && !own) await keepOwn(account, RENEWS.test(path));
  await keepOffline(language(text));
}

// Taken back by the portal, by withdrawn consent or otherwise: here as well.
async function forget(path) {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await (await caches.open(name)).delete(path);
}

async function find(path) {
  for (const name of (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== FILES)) {
    const cache = await caches.open(name);
    const found = await cache.match(path);
    if (found && Date.now() - at(found) < 7 * DAY) return { cache, found };
    if (found) await cache.delete(path);
  }
  return null;
}

async function copy({ cache, found }, path) {
  // Read again, so it goes last.
  await cache.delete(path);
  await cache.put(path, found.clone());
  const text = await found.text();
  const words = language(text);
  const time = new Date(at(found)).toLocaleString(words === "en" ? "en-GB" : words, {
    hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "Asia/Ho_Chi_Minh",
  });
  const bar = `<div class="wrap"><p class="notice notice-warn" role="status">${known.texts[words].replace("{time}", time)}</p></div>`;
  return new Response(text.replace("<main", () => `${bar}<main`), { headers: found.headers });
}

async function otherwise() {
  const page = await (await caches.open(FILES)).match(known.offline);
  if (!page) return Response.error();
  const rows = [];
  for (const name of (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== FILES)) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) {
      const found = await cache.match(key);
      if (Date.now() - at(found) > 7 * DAY) continue;
      rows.unshift(`<li><a href="${new URL(key.url).pathname}">${decodeURIComponent(found.headers.get("x-title"))}</a></li>`);
    }
  }
  const list = rows.length ? `<ul class="list">${rows.join("")}</ul>` : "";
  const text = (await page.text()).replace(/<p data-kept>[\s\S]*?<\/p>/, (none) => list || none);
  return new Response(text, { status: 503, headers: page.headers });
}

async function answer(event) {
  const path = new URL(event.request.url).pathname;
  const begun = Date.now();
  const coming = fetch(event.request).then((response) => ({
    response, second: isPage(response) ? response.clone() : null,
  }));
  event.waitUntil(coming.then(({ response, second }) => {
    if (second) return look(second, path, begun);
    if ([404, 410].includes(response.status)) return forget(path);
  }).catch(() => {}));
  const kept = await find(path).catch(() => null);
  const late = new Promise((done) => { if (kept) setTimeout(done, PATIENCE); });
  try {
    const first = await Promise.race([coming, late]);
    if (first) return first.response;
  } catch { /* No network. */ }
  return kept ? copy(kept, path) : otherwise();
}

async function file(request, path) {
  const kept = await (await caches.open(FILES)).match(path).catch(() => null);
  // Its name says what is in it: no network could bring anything else.
  if (kept && HASHED.test(path)) return kept;
  const coming = fetch(request);
  if (!kept) return coming;
  const late = new Promise((done) => { setTimeout(done, PATIENCE, kept); });
  return Promise.race([coming, late]).catch(() => kept);
}

addEventListener("install", (event) => event.waitUntil(keepOffline("").then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(
  drop((name) => !name.startsWith(PREFIX)).then(() => clients.claim())));

// The page that brought this worker came without it: what of it the browser still has
// is kept as well, without asking the network.
addEventListener("message", (event) => event.waitUntil((async () => {
  const { pathname } = new URL(event.data.url);
  const { account } = event.data;
  const begun = Date.now();
  await settle(account);
  if (account) return keepOwn(account, true);
  const response = await fetch(event.data.url, { cache: "only-if-cached", mode: "same-origin" });
  if (isPage(response)) await look(response, pathname, begun);
})().catch(() => {})));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== "GET") {
    if (pathname === known.signOut) event.waitUntil(signOut());
  } else if (request.mode === "navigate") {
    if (!NOT_OURS.test(pathname)) event.respondWith(answer(event));
  } else if (pathname.startsWith(known.files)) {
    event.respondWith(file(request, pathname));
  }
});
