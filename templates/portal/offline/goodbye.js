// Copies for offline reading are switched off: the worker of before leaves, with all
// that it has kept.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("offline-")) await caches.delete(name);
  await registration.unregister();
})()));
