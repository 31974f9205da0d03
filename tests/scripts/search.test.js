import assert from "node:assert/strict";
import { test } from "node:test";

import { answer, fold, hitsIn, pairs, passagesOf, stem, terms } from "../../book/scripts/search/find.js";

const passages = passagesOf([
  ["a.html", "Response", [
    ["", "Response", "Of 13,000 enterprises 4,074 answered."],
    ["rate", "Response rate", "The response rate was 31.3 per cent."],
  ]],
  ["b.html", "情報セキュリティ", [["", "情報セキュリティ", "標本は無作為抽出ではない。ＩＴ担当者"]]],
]);
const found = (query) => answer(passages, query).found.map(({ passage }) => passage.anchor || passage.page);

test("letters of one width and case, at their places", () => {
  const text = "ＩＴ担当　Don’t";
  assert.equal(fold(text), "it担当 don't");
  assert.equal(fold(text).length, text.length);
});

test("words of a query, each once", () => {
  assert.deepEqual(terms(" Rate ｒａｔｅ  response "), ["rate", "response"]);
});

test("a word in the plural finds the singular, and not the other way about", () => {
  assert.deepEqual(["enterprises", "policies", "less", "is"].map(stem), ["enterprise", "policy", "less", "is"]);
});

test("Japanese is sought by pairs where the whole is nowhere", () => {
  assert.deepEqual(pairs("無作為"), ["無作", "作為"]);
  assert.deepEqual(found("無作為抽出法"), ["b.html"]);
  assert.equal(answer(passages, "無作為抽出法").parts, true);
});

test("a heading outweighs the text", () => assert.deepEqual(found("rate"), ["rate"]));
test("a heading that is the query comes first", () => assert.equal(found("response")[0], "a.html"));
test("all words must stand in a passage", () => assert.deepEqual(found("response 31.3"), ["rate"]));
test("if none holds all, those that hold any", () => {
  assert.deepEqual(found("answered nowhere"), ["a.html"]);
});
test("nothing for a word that is nowhere, or none", () => {
  assert.deepEqual(found("zebra"), []);
  assert.deepEqual(found("  "), []);
});
test("hits in their order", () => assert.deepEqual(hitsIn("a b a", ["b", "a"]), [[0, 1], [2, 3], [4, 5]]));
