import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsOf } from "../../book/scripts/words.js";
import { pageIn } from "./page.js";

test("a word with its blanks filled", () => {
  pageIn("en", { a_many: "{n} of {total}", b_one: "one" });
  assert.equal(wordsOf("a_")("many", { n: 0, total: 5 }), "0 of 5");
  assert.equal(wordsOf("")("b_one"), "one");
});

test("a word that is not there is an error", () => {
  assert.throws(() => wordsOf("a_")("none"), /there is no word a_none/);
});
