import assert from "node:assert/strict";
import { test } from "node:test";

import { sentence, written } from "../../book/scripts/marks/sentence.js";
import { pageIn } from "./page.js";

const WORDS = { marks_points: "{value} points", marks_range: "{low} to {high}" };
const column = (name, label, kind) => ({ name, label, kind });
const card = {
  columns: [
    column("option", "Option", "text"), column("percent", "Share", "percent"), column("n", "n", "count"),
    column("ci_low", "95% interval, low", "percent"), column("ci_high", "95% interval, high", "percent"),
    column("note", "Note", "text"),
  ],
  rows: [["Yes", 12.3, 4074, 11.3, 13.4, ""], ["No", 0, 4074, 0, 0, null]],
};

test("numbers as readers see them", () => {
  pageIn("en", WORDS);
  const shown = [written(-1.25, "percent"), written(2, "points"), written(-2, "points"), written(4074, "count")];
  assert.deepEqual(shown, ["−1.3%", "+2.0 points", "−2.0 points", "4,074"]);
  assert.deepEqual([written(0.0004, "p"), written(0.04, "p"), written("x", "count")], ["<0.001", "0.040", "x"]);
});

test("names, then numbers, the two ends of a range as one", () => {
  pageIn("en", WORDS);
  assert.equal(sentence(card, 0), "Yes: 12.3%, n 4,074, 95% interval 11.3% to 13.4%");
});

test("a range of one value is that value", () => {
  assert.match(sentence(card, 1), /95% interval 0\.0%$/);
});

test("one column alone", () => assert.equal(sentence(card, 0, "n"), "Yes: n 4,074"));

test("punctuation of the language", () => {
  pageIn("ja", { ...WORDS, marks_range: "{low}〜{high}" });
  assert.equal(sentence(card, 0, "percent"), "Yes：12.3%");
});
