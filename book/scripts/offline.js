// The site without a network: each edition is kept once one of its pages was open, and what was
// opened is kept as well. With a network the network always answers first, so that nothing is old.
// The build puts in EDITIONS and DIGEST.

/** @type {any} */
const worker = self;
const OURS = `book ${worker.registration.scope} `; // a host may hold other sites and their caches
const CURRENT = OURS + DIGEST;
const PASSING = `${worker.registration.scope}data/`; // files to save, which a reader has where she saved them

/** @param {string[]} paths */
const keep = async (paths) => {
  const cache = await caches.open(CURRENT);
  for (const path of paths) {
    const address = new URL(path, worker.registration.scope).href;
    if (await cache.match(address)) continue;
    const answer = await fetch(address);
    if (answer.ok) await cache.put(address, answer);
  }
};

/** @param {{ request: Request, waitUntil: (work: Promise<unknown>) => void }} event */
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

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith(OURS) && name !== CURRENT);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  ),
);

worker.addEventListener("message", (/** @type {any} */ event) =>
  event.waitUntil(keep(EDITIONS[event.data] ?? [])),
);

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(worker.registration.scope)) event.respondWith(fetched(event));
});
