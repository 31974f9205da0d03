// What the reader gives: a table, and what the table does not say.
import { button, make } from "../dom.js";
import { say } from "./words.js";

/**
 * The field for a table, which also takes a file.
 * @param {{ title: string, text: string }[]} examples
 * @param {() => void} check is called when a whole table has been given
 */
export const input = (examples, check) => {
  /** Bytes of the file last chosen, as long as its text was not edited. @type {Uint8Array | null} */
  let file = null;
  const area = make("textarea", {
    id: "own-text",
    rows: 9,
    spellcheck: false,
    autocapitalize: "off",
    autocomplete: "off",
    "aria-describedby": "own-hint",
    on: { input: () => (file = null) },
  });
  const chooser = make("input", { type: "file", id: "own-file", accept: ".csv,.tsv,.txt,.md,text/*" });
  /** @param {File | undefined} chosen */
  const take = async (chosen) => {
    if (!chosen) return;
    file = new Uint8Array(await chosen.arrayBuffer());
    area.value = "";
    check();
  };
  chooser.addEventListener("change", async () => {
    await take(chooser.files?.[0]);
    chooser.value = "";
  });
  const drop = make(
    "div",
    { class: "own-drop" },
    make("label", { htmlFor: area.id, textContent: say("paste") }),
    make("p", { id: "own-hint", class: "own-hint", textContent: say("hint") }),
    area,
    make("p", { class: "own-file" }, make("label", { htmlFor: chooser.id, textContent: say("file") }), " ", chooser),
  );
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("own-over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("own-over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("own-over");
    const dropped = event.dataTransfer?.files;
    if (!dropped?.length) return;
    event.preventDefault();
    take(dropped[0]);
  });
  const loaders = examples.map(({ title, text }) =>
    button(title, () => {
      file = null;
      area.value = text;
      check();
    }),
  );
  const begin = make("span", { textContent: say("examples") });
  return {
    elements: [make("p", { class: "own-examples" }, begin, " ", ...loaders), drop],
    /** @returns {string | Uint8Array} */
    content: () => file ?? area.value,
    focus: () => area.focus(),
    clear: () => {
      area.value = "";
      file = null;
      area.focus();
    },
    /** Shows the text of a file as it was read. @param {string | null} text */
    showText: (text) => {
      if (text != null && file) area.value = text;
    },
  };
};

/** Several answers in one field. @param {string} text @returns {string[] | null} */
export const listed = (text) => {
  const found = text.split(/[;；、]/).map((item) => item.trim()).filter(Boolean);
  return found.length ? found : null;
};

/** What the table does not say. @param {() => void} change is called when something is chosen */
export const choices = (change) => {
  /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */
  const fields = {};
  /** @param {string} name @param {HTMLInputElement | HTMLSelectElement} control @param {string} [words] */
  const field = (name, control, words) => {
    control.id = `own-${name}`;
    control.addEventListener("change", change);
    fields[name] = control;
    const note = words ? make("span", { class: "own-hint", id: `${control.id}-hint`, textContent: words }) : null;
    if (note) control.setAttribute("aria-describedby", note.id);
    const label = make("label", { htmlFor: control.id, textContent: say(name) });
    return make("div", { class: "own-field" }, label, control, note);
  };
  /** @param {...[value: string, text: string]} options */
  const select = (...options) =>
    make("select", {}, ...options.map(([value, text]) => make("option", { value, textContent: text })));
  /** @param {Record<string, unknown>} [more] */
  const text = (more = {}) => make("input", { type: "text", autocomplete: "off", ...more });
  const number = () => text({ inputMode: "decimal", size: 8 });
  /** @type {(key: string) => [string, string]} */
  const rounding = (key) => [key, say(`round_${key}`)];
  const weighted = make("input", { type: "checkbox", id: "own-weighted", on: { change } });
  const element = make(
    "fieldset",
    { class: "own-choices" },
    make("legend", { textContent: say("choices") }),
    field("kind", select(["", say("recognise")], ["single", say("single")], ["multiple", say("multiple")])),
    field("rounding", select(...["nearest", "half_up", "half_even", "truncated", "unknown"].map(rounding))),
    field("decimals", select(["", say("recognise")], ["0", "0"], ["1", "1"], ["2", "2"])),
    field("n", number(), say("n_hint")),
    field("total", text(), say("total_hint")),
    field("exclusive", text(), say("exclusive_hint")),
    field("parent_percent", number(), say("parent_hint")),
    field("parent_n", number()),
    make(
      "div",
      { class: "own-field own-check" },
      weighted,
      make("label", { htmlFor: weighted.id, textContent: say("weighted") }),
    ),
  );
  const values = () => {
    const given = Object.entries(fields).map(([name, control]) => [name, control.value.trim()]);
    const found = Object.fromEntries(given);
    return { ...found, weighted: weighted.checked, exclusive: listed(found.exclusive) };
  };
  return { element, values };
};
