// The memory of a Python that has just started, kept in this browser: the next start is a copy of it
// and skips what takes longest, above all where an engine first interprets WebAssembly. Nothing is
// downloaded for it, and it holds the package and its data, nothing of the reader.

import { HEAP } from "./begin.js";

/** @typedef {import("./start.js").Site} Site */

const LATER = 3000; // milliseconds after a start: what the reader asked for comes first

/** The cache of this site, and the address under which a memory that fits is kept. @param {Site} site */
const placeOf = async ({ base, manifest }) => {
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const digest = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { name: `replay ${base}`, address: `${base}memory/${digest}` };
};

/** A browser keeps nothing for pages without a secure connection, or where a reader forbids it. */
const possible = () => "caches" in self && "subtle" in crypto;

/**
 * The memory that an earlier start of the same Python left, if there is one.
 * @param {Site} site
 * @returns {Promise<Uint8Array | null>}
 */
export const keptMemory = async (site) => {
  if (!possible()) return null;
  try {
    const { name, address } = await placeOf(site);
    const found = await (await caches.open(name)).match(address);
    return found ? new Uint8Array(await found.arrayBuffer()) : null;
  } catch {
    return null;
  }
};

/** @param {Site} site */
export const forgetMemory = async (site) => {
  const { name } = await placeOf(site);
  await caches.delete(name);
};

/**
 * Keeps the memory of a Python that has started, in place of what an older one left. The start does
 * not wait for it.
 * @param {Site} site
 * @param {any} python
 */
export const keepMemory = async (site, python) => {
  if (!possible() || python._module.HEAP8.length !== HEAP) return;
  try {
    const memory = python.makeMemorySnapshot();
    await new Promise((resolve) => setTimeout(resolve, LATER));
    const { name, address } = await placeOf(site);
    const cache = await caches.open(name);
    const digest = address.split("/").pop() ?? "";
    const old = (await cache.keys()).filter(({ url }) => !url.endsWith(digest));
    await Promise.all(old.map((request) => cache.delete(request)));
    await cache.put(address, new Response(memory));
  } catch (error) {
    console.warn("Replay: the memory could not be kept", error);
  }
};
