// Replay: the code cells of this page run again in the reader's browser. This script draws the
// controls; nothing is downloaded before a click. Python runs in a worker, and says of each cell
// whether it gives what is stored.
import { button, make, whenReady } from "./dom.js";
import { openEditor } from "./replay/editor.js";
import { replayCell } from "./replay/run.js";
import { say, state, views } from "./replay/state.js";
import { icon, ICONS, live } from "./replay/talk.js";
import { pageControls } from "./replay/whole.js";

/**
 * A quiet button under the code of a cell.
 * @param {string} path of its icon
 * @param {string} words
 * @param {string} hint
 * @param {() => unknown} action
 */
const control = (path, words, hint, action) => {
  const made = button("", action, { class: "replay-button", title: hint, "aria-label": hint });
  made.append(icon(path), words);
  return made;
};

/** @param {HTMLElement} element @param {string} n */
const controls = (element, n) => {
  const bar = make("div", { class: "replay-bar" });
  if (element.querySelector('.cell_output script[type^="application/vnd.jupyter.widget"]')) {
    bar.append(make("p", { class: "replay-note", textContent: say("widgets") }));
    element.insertBefore(bar, element.firstChild);
    return;
  }
  const run = control(ICONS.play, say("replay"), say("replay_cell", { n }), () => state.job || replayCell(view));
  run.classList.add("replay-run");
  /** @type {View} */
  const view = {
    element,
    bar,
    status: make("div", { class: "replay-status", hidden: true }),
    button: run,
    edit: null,
    cell: null,
    editor: null,
    output: null,
    stored: undefined,
    made: null,
    undo: [],
  };
  bar.append(run);
  if (element.querySelector(".cell_input")) {
    view.edit = control(ICONS.pencil, say("edit"), say("edit_cell", { n }), () => openEditor(view));
    view.edit.setAttribute("aria-expanded", "false");
    bar.append(view.edit);
  }
  // In the order of reading: code, controls, what they say, output.
  const output = element.querySelector(".cell_output");
  element.insertBefore(bar, output?.closest("details") ?? output);
  bar.after(view.status);
  element.classList.add("has-replay");
  views.set(element.id, view);
};

whenReady(() => {
  for (const element of document.querySelectorAll('div.cell[id^="cell-"]')) {
    if (element instanceof HTMLElement) controls(element, element.id.slice(5));
  }
  pageControls();
  document.body.append(live);
});
