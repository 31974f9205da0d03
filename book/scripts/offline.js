// The site without a network: each edition is kept once one of its pages was open, and what was
// opened is kept as well. With a network the network always answers first, and is asked whether its
// answer has changed, but for what has a digest in its address: neither a page nor its data is old,
// whatever the browser has in its own cache.
// The build puts in EDITIONS, DIGEST and NOT_KEPT, the page for what is not kept.

/** @type {any} */
const worker = self;
const OURS = `book ${worker.registration.scope} `; // a host may hold other sites and their caches
const CURRENT = OURS + DIGEST;
const FIXED = /[?&]v=|\.[0-9a-f]{10}\.\w+$/; // what has a digest in its address never changes
const PASSING = `${worker.registration.scope}data/`; // files to save, which a reader has where she saved them

/** @param {string[]} paths */
const keep = async (paths) => {
  const cache = await caches.open(CURRENT);
  for (const path of paths) {
    const address = new URL(path, worker.registration.scope).href;
    if (await cache.match(address)) continue;
    const answer = await fetch(address, { cache: "no-cache" });
    if (answer.ok) await cache.put(address, answer);
  }
};

/** A new version keeps what the one before it kept, and only then takes its place. */
const renew = async () => {
  await caches.open(CURRENT);
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CURRENT);
  const old = await Promise.all(names.map((name) => caches.open(name)));
  for (const paths of Object.values(EDITIONS)) {
    const first = new URL(paths[0], worker.registration.scope).href;
    const kept = await Promise.all(old.map((cache) => cache.match(first)));
    if (kept.some(Boolean)) await keep(paths);
  }
  await worker.skipWaiting();
};

/** What is kept for a request. @param {Request} request */
const keptFor = (request) => {
  const page = request.mode === "navigate";
  const address = new URL(request.url);
  if (page && address.pathname.endsWith("/")) address.pathname += "index.html";
  return caches.match(address, { cacheName: CURRENT, ignoreSearch: page });
};

/** Keeps an answer; a worker that has been replaced, whose cache is gone, makes none again. */
const put = async (/** @type {Request} */ request, /** @type {Response} */ answer) => {
  if (await caches.has(CURRENT)) await (await caches.open(CURRENT)).put(request, answer);
};

// An answer in any case: Firefox takes a worker away that fails three times.
/** @param {Request} request */
const notKept = (request) =>
  request.mode === "navigate"
    ? new Response(NOT_KEPT, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })
    : Response.error();

/** @param {{ request: Request, waitUntil: (work: Promise<unknown>) => void }} event */
const fetched = async (event) => {
  const { request } = event;
  try {
    const fixed = FIXED.test(request.url);
    const kept = fixed && (await keptFor(request));
    if (kept) return kept;
    const answer = await fetch(request, fixed ? {} : { cache: "no-cache" });
    if (answer.status === 200 && !request.url.startsWith(PASSING)) {
      const copy = answer.clone();
      event.waitUntil(put(request, copy));
    }
    return answer;
  } catch {
    return (await keptFor(request)) ?? notKept(request);
  }
};

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(renew()));

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
