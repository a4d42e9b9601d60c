// Answers for one desk page while there is no network, with what desk.js has kept.
const WEEK = 7 * 24 * 3600 * 1000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function kept(request) {
  const cache = await caches.open("desk");
  const any = { ignoreVary: true };
  const page = await cache.match(request, any) ?? await cache.match(request, { ...any, ignoreSearch: true });
  const age = Date.now() - Date.parse(page?.headers.get("date"));
  if (age < WEEK) return page;
  if (page) await caches.delete("desk");
  return Response.error();
}

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(() => kept(event.request)));
});
