import assert from "node:assert/strict";
import { test } from "node:test";

import { listed } from "../../book/scripts/own-table/form.js";
import { axisOf, fitted } from "../../book/scripts/own-table/picture.js";
import { interval, points, range } from "../../book/scripts/own-table/words.js";
import { pageIn } from "./page.js";

test("ranges, differences, intervals", () => {
  pageIn("ja", {});
  assert.deepEqual([range([1200, 1300]), interval([1, 2.55])], ["1,200〜1,300", "1.0〜2.5"]);
  pageIn("en", {});
  assert.deepEqual([range([1200, 1300]), range([7, 7]), range(null)], ["1,200–1,300", "7", "–"]);
  assert.deepEqual([points(1.25), points(-3), points(0)], ["+1.3", "−3.0", "0.0"]);
  assert.deepEqual([interval([1, 2.55]), interval(null)], ["1.0–2.5", "–"]);
});

test("several answers in one field, by the semicolons of both languages", () => {
  assert.deepEqual(listed(" no answer; none ；特になし、無回答"), ["no answer", "none", "特になし", "無回答"]);
  assert.equal(listed(" ; "), null);
});

test("the axis ends at the next ten above all values, between 10 and 100", () => {
  const line = (percent, high) => ({ percent, interval: high === null ? null : [0, high] });
  assert.deepEqual(axisOf([line("31.3", 42)]), { top: 50, step: 10 });
  assert.deepEqual(axisOf([line("0.1", null)]), { top: 10, step: 5 });
  assert.deepEqual(axisOf([line("99.9", 104)]), { top: 100, step: 20 });
});

test("a label is cut to its room, a wide letter counting for two", () => {
  assert.equal(fitted("abc", 21), "abc");
  assert.equal(fitted("abcdef", 35), "abc…");
  assert.equal(fitted("日本語の長い名前", 52), "日本語…");
});
