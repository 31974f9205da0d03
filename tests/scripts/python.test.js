import assert from "node:assert/strict";
import { test } from "node:test";

import { pagePython } from "../../book/scripts/python.js";

/** A server that says what its Python is made of; `served` counts how often it was asked. */
const server = (/** @type {string} */ made) => {
  const state = { made, served: 0 };
  globalThis.fetch = /** @type {any} */ (async () => {
    state.served += 1;
    return { ok: true, json: async () => ({ made: state.made }) };
  });
  return state;
};

test("Python of another version than the page is refused", async () => {
  server("new");
  const python = pagePython("/_replay/", "en", "old");
  await assert.rejects(python.prepare(), { kind: "renewed" });
  assert.equal(python.prepared, false);
});

test("the site is asked again once Python has ended, not before", async () => {
  const site = server("old");
  const python = pagePython("/_replay/", "en", "old");
  await python.prepare();
  await python.prepare();
  assert.equal(site.served, 1);
  site.made = "new";
  await python.prepare();
  python.stop();
  await assert.rejects(python.prepare(), { kind: "renewed" });
});
