// Plays the ipywidgets of a page without a kernel. It reads the state that Jupyter stores, knows
// the kinds of widgets that this book uses, and builds them from the browser's own controls: lists,
// radio buttons, labels. Links between widgets (jslink) work as in Jupyter. Nothing is sent or
// kept, and nothing is evaluated, so that the page's strict policy holds.
import { make } from "./dom.js";
import { firmResult } from "./widgets/firm.js";
import { sideBySide } from "./widgets/explorer.js";
import { later } from "./widgets/later.js";
import { join, listen, modelsOf, moves, set } from "./widgets/models.js";
import { wordsOf } from "./words.js";

/** @typedef {import("./widgets/models.js").Model} Model */

const say = wordsOf("widgets_");
/** @param {string} name */
const stored = (name) =>
  /** @type {HTMLScriptElement[]} */ ([
    ...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${name}+json"]`),
  ]);

const states = stored("state");
const models = modelsOf(states.map((script) => JSON.parse(script.textContent ?? "").state));
const views = () => later(states[0]?.dataset ?? {});
/** @param {string} reference */
const find = (reference) => {
  const model = models.get(reference.replace("IPY_MODEL_", ""));
  if (!model) throw new Error(`there is no widget ${reference}`);
  return model;
};

let names = 0;
const unique = () => `widget-${(names += 1)}`;

/** @type {Record<string, (model: Model) => HTMLElement>} */
const build = {
  HTML: ({ id, values }) => {
    const made = make("div", { class: "widget-html" });
    if (values.value === undefined) fill(made, id);
    else made.innerHTML = values.value;
    return made;
  },
  VBox: ({ values }) => {
    const children = values.children.map((/** @type {string} */ child) => view(find(child)));
    return make("div", { class: "widget-box" }, ...children);
  },
  Accordion: ({ values }) => {
    const parts = values.children.map((/** @type {string} */ child, /** @type {number} */ index) => {
      const title = make("summary", { textContent: values.titles[index] });
      return make("details", { open: values.selected_index === index }, title, view(find(child)));
    });
    return make("div", { class: "widget-accordion" }, ...parts);
  },
  Stack: (model) => {
    const made = make("div", { class: "widget-stack" });
    /** @type {Map<string, HTMLElement>} */
    const shown = new Map();
    /** @param {number | null} index */
    const show = (index) => {
      const child = index === null ? undefined : model.values.children[index];
      if (child && !shown.has(child)) shown.set(child, view(find(child)));
      const chosen = shown.get(child);
      made.replaceChildren(...(chosen ? [chosen] : []));
    };
    show(model.values.selected_index);
    listen(model, "selected_index", (index) => {
      show(index);
      if (!made.closest(".firm-result")) announce(made);
    });
    return made;
  },
  Dropdown: (model) => {
    const { description, _options_labels: options } = model.values;
    // what only a kernel would answer stands still here
    const disabled = !moves(model, "index");
    const list = make("select", { id: unique(), autocomplete: "off", disabled });
    for (const text of options) list.append(make("option", { textContent: text }));
    /** @param {number | null} index */
    const update = (index) => (list.selectedIndex = index ?? -1);
    list.addEventListener("change", () => set(model, "index", list.selectedIndex));
    listen(model, "index", update);
    update(model.values.index);
    const label = make("label", { class: "widget-label", htmlFor: list.id, textContent: description });
    return make("div", { class: "widget-dropdown" }, label, list);
  },
  ToggleButtons: (model) => {
    const { description, _options_labels: options } = model.values;
    const name = unique();
    const label = make("span", { class: "widget-label", id: `${name}-label`, textContent: description });
    const group = make("span", { class: "widget-choices" });
    const buttons = options.map((/** @type {string} */ text, /** @type {number} */ index) => {
      const choice = make("input", { type: "radio", name, autocomplete: "off" });
      choice.addEventListener("change", () => set(model, "index", index));
      group.append(make("label", { class: "widget-choice" }, choice, make("span", { textContent: text })));
      return choice;
    });
    /** @param {number | null} chosen */
    const update = (chosen) => {
      for (const [index, choice] of buttons.entries()) choice.checked = index === chosen;
    };
    listen(model, "index", update);
    update(model.values.index);
    const toggle = { class: "widget-toggle-buttons", role: "radiogroup", "aria-labelledby": label.id };
    return make("div", toggle, label, group);
  },
};

/**
 * Shows what the page loads later, and says what has become of it.
 * @param {HTMLElement} place
 * @param {string} id
 */
const fill = async (place, id) => {
  place.ariaBusy = "true";
  place.append(make("p", { textContent: say("coming") }));
  try {
    place.innerHTML = (await views())[id];
  } catch {
    place.replaceChildren(make("p", { textContent: say("failed") }));
  }
  place.ariaBusy = null;
  announce(place.closest(".widget-stack") ?? place);
};

/** @param {Model} model */
const view = (model) => {
  const builder = build[model.kind];
  if (!builder) throw new Error(`no view for the widget ${model.kind}`);
  const made = builder(model);
  made.classList.add(...(model.values._dom_classes ?? []));
  return made;
};

const status = make("div", { class: "visually-hidden", role: "status" });
/** @type {ReturnType<typeof setTimeout> | undefined} */
let wait;
/**
 * Says to assistive software what has come into view: the title of a figure, or a short text.
 * @param {Element} place
 */
const announce = (place) => {
  clearTimeout(wait);
  wait = setTimeout(() => {
    if (!place.isConnected) return;
    status.textContent = (place.querySelector("[data-announce]") ?? place).textContent;
  }, 150);
};

for (const model of models.values()) {
  if (model.kind === "Link" || model.kind === "DirectionalLink") join(model, find);
}
for (const script of stored("view")) {
  script.replaceWith(view(find(JSON.parse(script.textContent ?? "").model_id)));
}
document.body.append(status);
firmResult();
sideBySide(views);
