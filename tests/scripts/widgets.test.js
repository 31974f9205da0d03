import assert from "node:assert/strict";
import { test } from "node:test";

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
