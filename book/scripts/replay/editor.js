// The code of a cell, to be changed by the reader.
import { button, make } from "../dom.js";
import { Trouble } from "../python.js";
import { replayCell } from "./run.js";
import { base, python, say } from "./state.js";
import { loadPage, trouble } from "./talk.js";

/** @typedef {{ parent: HTMLElement, text: string, label: string, hint: string,
 *   change: (text: string) => void, run: () => void }} Options */

/** A text field, where the editor cannot be loaded. @param {Options} options @returns {Editor} */
const plainEditor = ({ parent, text, label, change, run }) => {
  const area = make("textarea", {
    class: "replay-plain",
    value: text,
    spellcheck: false,
    autocapitalize: "off",
    "aria-label": label,
    rows: Math.max(3, text.split("\n").length),
    on: {
      input: () => change(area.value),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        run();
      },
    },
  });
  parent.replaceChildren(area);
  return { focus: () => area.focus(), destroy: () => area.remove() };
};

/** Puts the editor in the place of the code, or takes the focus there. @param {View} view */
export const openEditor = async (view) => {
  if (view.editor) {
    view.editor.focus();
    return;
  }
  try {
    await Promise.all([loadPage(), python.prepare()]);
  } catch (error) {
    const known = error instanceof Trouble ? error : new Trouble("run", String(error));
    trouble(view.status, location.protocol === "file:" ? new Trouble("file") : known);
    return;
  }
  const { cell, edit } = view;
  const input = /** @type {HTMLElement | null} */ (view.element.querySelector(".cell_input"));
  if (!cell || !edit || !input || input.hidden) return; // hidden: another click has opened it
  const details = view.element.querySelector("details.cell-code");
  if (details instanceof HTMLDetailsElement) details.open = true;
  const place = make("div", { class: "replay-editor" });
  const hint = make("p", { class: "replay-hint", textContent: say("editor_hint") });
  const run = () => replayCell(view);
  const reset = button(say("reset"), () => {
    cell.source = cell.original;
    view.element.classList.remove("replay-edited");
    view.editor?.destroy();
    view.editor = null;
    box.remove();
    input.hidden = false;
    edit.setAttribute("aria-expanded", "false");
    edit.focus();
  });
  const runButton = button(say("run_edit"), run, { class: "replay-run" });
  const tools = make("div", { class: "replay-edit-tools" }, runButton, reset, hint);
  const box = make("div", { class: "replay-edit-box" }, place, tools);
  input.after(box);
  input.hidden = true;
  edit.setAttribute("aria-expanded", "true");
  const options = {
    parent: place,
    text: cell.source,
    label: say("editor", { n: cell.number }),
    hint: say("editor_hint"),
    /** @param {string} text */
    change: (text) => {
      cell.source = text;
      view.element.classList.toggle("replay-edited", text !== cell.original);
    },
    run,
  };
  try {
    const { createEditor } = await import(base + python.manifest.editor.file);
    view.editor = createEditor(options);
  } catch {
    view.editor = plainEditor(options);
    hint.textContent = say("plain_editor");
  }
  view.editor?.focus();
};
