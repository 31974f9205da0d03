"use strict";
// The site without a network: each edition is kept once one of its pages was open, and what was
// opened is kept as well. With a network the network always answers first, so that nothing is old.
const OURS = `book ${registration.scope} `; // a host may hold other sites and their caches
const CURRENT = `${OURS}__DIGEST__`;
const EDITIONS = __EDITIONS__;
const PASSING = `${registration.scope}data/`; // files to save, which a reader has where she saved them

const keep = async (paths) => {
  const cache = await caches.open(CURRENT);
  for (const path of paths) {
    const address = new URL(path, registration.scope).href;
    if (await cache.match(address)) continue;
    const answer = await fetch(address);
    if (answer.ok) await cache.put(address, answer);
  }
};

const fetched = async (event) => {
  const { request } = event;
  try {
    const answer = await fetch(request);
    if (answer.status === 200 && !request.url.startsWith(PASSING)) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CURRENT).then((cache) => cache.put(request, copy)));
    }
    return answer;
  } catch (failure) {
    const cache = await caches.open(CURRENT);
    const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
    if (kept) return kept;
    throw failure;
  }
};

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith(OURS) && name !== CURRENT);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  ),
);

self.addEventListener("message", (event) => event.waitUntil(keep(EDITIONS[event.data] ?? [])));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(registration.scope)) event.respondWith(fetched(event));
});
