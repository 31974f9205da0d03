import assert from "node:assert/strict";
import { test } from "node:test";

import { spaced } from "../../book/scripts/replay/compare.js";
import { held } from "../../book/scripts/replay/memory.js";
import { closure, packagesOf } from "../../book/scripts/worker/packages.js";

test("text as the page sets it equals text as Python writes it", () => {
  assert.equal(spaced("“it’s”\n  so "), "\"it's\" so");
  assert.equal(spaced("0.30000000000000004"), "0.300000000");
  assert.notEqual(spaced("31.3"), spaced("31.4"));
});

test("cells that ran are not run again", () => {
  assert.deepEqual(held(["a", "b", "c"], ["a", "b"], false), { holds: 2, reset: false });
  assert.deepEqual(held(["a", "b"], ["a", "b", "c"], false), { holds: 2, reset: false });
  assert.deepEqual(held([], ["a"], true), { holds: 0, reset: false });
});

test("a changed cell begins anew only where something ran after it", () => {
  assert.deepEqual(held(["a", "x"], ["a"], false), { holds: 1, reset: false });
  assert.deepEqual(held(["a", "x"], ["a", "b"], false), { holds: 1, reset: true });
});

test("a cell that failed half-way is run with all before it", () => {
  assert.deepEqual(held(["a", "b"], ["a"], true), { holds: 1, reset: true });
});

const packages = {
  pandas: { name: "pandas", imports: ["pandas"], depends: ["numpy", "dateutil"] },
  numpy: { name: "numpy", imports: ["numpy"], depends: [] },
  dateutil: { name: "dateutil", imports: ["dateutil"], depends: ["numpy"] },
};

test("packages come with all that they stand on, each once", () => {
  assert.deepEqual(closure(packages, ["pandas", "elsewhere"]).sort(), ["dateutil", "numpy", "pandas"]);
});

test("the packages of a module", () => {
  const manifest = { drawing: { modules: ["seaborn"], packages: ["pandas", "matplotlib"] }, lock: { packages } };
  assert.deepEqual(packagesOf(manifest, "seaborn"), ["pandas", "matplotlib"]);
  assert.deepEqual(packagesOf(manifest, "dateutil"), ["dateutil"]);
  assert.equal(packagesOf(manifest, "nowhere"), null);
});
