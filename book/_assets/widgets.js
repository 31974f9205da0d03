(() => {
  "use strict";
  // Plays the ipywidgets of a page without a kernel. It reads the state that Jupyter stores, knows
  // the kinds of widgets that this book uses, and builds them from the browser's own controls:
  // lists, radio buttons, labels. Links between widgets (jslink) work as in Jupyter. Nothing is
  // sent or kept, and nothing is evaluated, so that the page's strict policy holds.
  const typed = (name) =>
    [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${name}+json"]`)];
  const views = typed("view");
  if (!views.length) return;

  const models = new Map();
  for (const script of typed("state")) {
    const { state } = JSON.parse(script.textContent);
    for (const [id, { model_name: kind, state: values }] of Object.entries(state)) {
      models.set(id, { id, kind: kind.replace(/Model$/, ""), values, listeners: [] });
    }
  }
  const find = (reference) => models.get(reference.replace("IPY_MODEL_", ""));

  const set = (model, name, value) => {
    if (model.values[name] === value) return;
    model.values[name] = value;
    for (const listener of model.listeners) if (listener.name === name) listener.call(value);
  };
  const listen = (model, name, call) => model.listeners.push({ name, call });

  const join = ({ kind, values }) => {
    const [[from, name], [to, other]] = [values.source, values.target];
    const source = find(from);
    const target = find(to);
    set(target, other, source.values[name]);
    listen(source, name, (value) => set(target, other, value));
    if (kind === "Link") listen(target, other, (value) => set(source, name, value));
  };

  const element = (tag, name = "", text = "") => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  };
  let names = 0;
  const unique = () => `widget-${(names += 1)}`;

  const build = {
    HTML: ({ values }) => {
      const made = element("div", "widget-html");
      made.innerHTML = values.value;
      return made;
    },
    VBox: ({ values }) => {
      const made = element("div", "widget-box");
      made.append(...values.children.map((child) => view(find(child))));
      return made;
    },
    Stack: (model) => {
      const made = element("div", "widget-stack");
      const shown = new Map();
      const show = (index) => {
        const child = index === null ? undefined : model.values.children[index];
        if (child && !shown.has(child)) shown.set(child, view(find(child)));
        made.replaceChildren(...(child ? [shown.get(child)] : []));
      };
      show(model.values.selected_index);
      listen(model, "selected_index", (index) => {
        show(index);
        announce(made);
      });
      return made;
    },
    Dropdown: (model) => {
      const made = element("div", "widget-dropdown");
      const label = element("label", "widget-label", model.values.description);
      const list = element("select");
      list.id = label.htmlFor = unique();
      list.autocomplete = "off";
      for (const text of model.values._options_labels) list.append(element("option", "", text));
      const update = (index) => { list.selectedIndex = index ?? -1; };
      list.addEventListener("change", () => set(model, "index", list.selectedIndex));
      listen(model, "index", update);
      update(model.values.index);
      made.append(label, list);
      return made;
    },
    ToggleButtons: (model) => {
      const made = element("div", "widget-toggle-buttons");
      const label = element("span", "widget-label", model.values.description);
      const group = element("span", "widget-choices");
      const name = unique();
      label.id = `${name}-label`;
      made.setAttribute("role", "radiogroup");
      made.setAttribute("aria-labelledby", label.id);
      const buttons = model.values._options_labels.map((text, index) => {
        const choice = element("label", "widget-choice");
        const button = element("input");
        Object.assign(button, { type: "radio", name, autocomplete: "off" });
        button.addEventListener("change", () => set(model, "index", index));
        choice.append(button, element("span", "", text));
        group.append(choice);
        return button;
      });
      const update = (chosen) => {
        for (const [index, button] of buttons.entries()) button.checked = index === chosen;
      };
      listen(model, "index", update);
      update(model.values.index);
      made.append(label, group);
      return made;
    },
  };

  const view = (model) => {
    const make = build[model.kind];
    if (!make) throw new Error(`no view for the widget ${model.kind}`);
    const made = make(model);
    made.classList.add(...(model.values._dom_classes ?? []));
    return made;
  };

  // Says to assistive software what has come into view: the title of a figure, or a short text.
  const status = element("div", "visually-hidden");
  status.setAttribute("role", "status");
  let wait;
  const announce = (place) => {
    clearTimeout(wait);
    wait = setTimeout(() => {
      if (!place.isConnected) return;
      const said = place.querySelector("[data-announce]") ?? place;
      status.textContent = said.textContent;
    }, 150);
  };

  for (const model of models.values()) {
    if (model.kind === "Link" || model.kind === "DirectionalLink") join(model);
  }
  for (const script of views) {
    const model = models.get(JSON.parse(script.textContent).model_id);
    if (model) script.replaceWith(view(model));
  }
  document.body.append(status);
})();
