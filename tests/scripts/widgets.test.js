import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, csvOf, viewsIn } from "../../book/scripts/widgets/explorer.js";
import { join, listen, modelsOf, set } from "../../book/scripts/widgets/models.js";

const source = ["IPY_MODEL_list", "index"];
const target = ["IPY_MODEL_stack", "selected_index"];

const page = (kind) => {
  const models = modelsOf([
    {
      list: { model_name: "DropdownModel", state: { index: 1 } },
      stack: { model_name: "StackModel", state: { selected_index: 0 } },
      link: { model_name: kind, state: { source, target } },
    },
  ]);
  join(models.get("link"), (reference) => models.get(reference.replace("IPY_MODEL_", "")));
  return models;
};

test("the kinds of models by their names", () => {
  assert.deepEqual([...page("LinkModel").values()].map(({ kind }) => kind), ["Dropdown", "Stack", "Link"]);
});

test("a link hands over the value at once and each time", () => {
  const models = page("LinkModel");
  assert.equal(models.get("stack").values.selected_index, 1);
  set(models.get("list"), "index", 2);
  assert.equal(models.get("stack").values.selected_index, 2);
  set(models.get("stack"), "selected_index", 0);
  assert.equal(models.get("list").values.index, 0);
});

test("a link of one direction does not go back", () => {
  const models = page("DirectionalLinkModel");
  set(models.get("stack"), "selected_index", 5);
  assert.equal(models.get("list").values.index, 1);
});

test("who listens hears a change once, and nothing where nothing changed", () => {
  const model = page("LinkModel").get("list");
  const heard = [];
  listen(model, "index", (value) => heard.push(value));
  for (const value of [1, 3, 3]) set(model, "index", value);
  assert.deepEqual(heard, [3]);
});

const keys = { education: [["2016", "total"], ["2021", "total"]], duties: [["2021", "prime"]] };

test("an address names one view or two, and comes back as it was", () => {
  const address = "#view=education/2016/total/published+duties/2021/prime/answered";
  const views = viewsIn(address, keys);
  assert.equal(views?.length, 2);
  assert.deepEqual(views?.[1], { question: "duties", wave: "2021", group: "prime", treatment: "answered" });
  assert.equal(addressOf(views ?? []), address);
});

test("an address of no view is none, an unknown or stale one is told apart", () => {
  assert.deepEqual(viewsIn("", keys), []);
  assert.deepEqual(viewsIn("#explore-choose", keys), []);
  for (const stale of ["education/1999/total/published", "gone/2021/total/published", ""]) {
    assert.equal(viewsIn(`#view=${stale}`, keys), null);
  }
  assert.equal(viewsIn("#view=education/2021/total/other", keys), null);
});

test("cells of a file are quoted where they must be", () => {
  assert.equal(csvOf([["a", "b,c"], ['d "e"', "1"]]), 'a,"b,c"\r\n"d ""e""",1\r\n');
});
