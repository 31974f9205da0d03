// What a cell says of its result: verdict, facts, differences, and what it still needs.
import { button, make } from "../dom.js";
import { printedDifferences } from "./compare.js";
import { differencesTable } from "./differences.js";
import { CARD } from "./mime.js";
import { restore, showOutputs } from "./outputs.js";
import {
  counted, isUndrawn, joiner, language, many, needsOf,
  packageHost, python, say, state, verdictOf,
} from "./state.js";
import { announce, icon, ICONS } from "./talk.js";

/** What the buttons of a result do; `run.js` fills it. @type {Record<"replay" | "load", (view: View) => unknown>} */
export const actions = { replay: () => {}, load: () => {} };

/** @param {Date} time */
const clock = (time) => time.toLocaleTimeString(language === "ja" ? "ja-JP" : "en-GB");
const versionText = () => {
  const { Python: number, ...others } = state.versions;
  const packages = Object.entries(others).map(([name, version]) => `${name} ${version}`);
  return [`Python ${number}`, `Pyodide ${python.manifest.pyodide}`, ...packages].join(joiner);
};
/** When and with what. @param {Date} time */
export const madeAt = (time) =>
  make("span", {
    class: "replay-made",
    textContent: say("recomputed", { time: clock(time), versions: versionText() }),
  });

/**
 * The line that a verdict opens.
 * @param {string} verdict
 * @param {string} words
 * @param {...(Node | string)} rest
 */
export const verdictLineOf = (verdict, words, ...rest) => {
  const badge = make("strong", { class: "replay-badge" }, icon(ICONS[verdict]), words);
  const line = make("p", { class: "replay-verdict", "data-verdict": verdict }, badge);
  for (const part of rest) line.append(" ", part);
  return line;
};

/**
 * @param {string} verdict
 * @param {boolean} edited
 * @param {boolean} undrawn
 */
const verdictWords = (verdict, edited, undrawn) => {
  if (verdict === "same") return say(undrawn ? "same_data" : "same");
  if (verdict === "different") return say(edited ? "different_edit" : "different");
  return say(verdict);
};

/**
 * What was compared, in words.
 * @param {Result} result
 * @param {string} verdict
 * @param {boolean} edited
 * @param {boolean} undrawn
 */
const factsOf = (result, verdict, edited, undrawn) => {
  const { comparison } = result;
  const numbers = Object.keys(comparison.numbers).length;
  const drawn = !undrawn && result.outputs.some((output) => output.data?.[CARD]?.drawn);
  return [
    edited && say("edited"),
    verdict === "different" && comparison.count && counted("differ", comparison.count),
    comparison.values && many("value", comparison.values),
    comparison.texts && many("text", comparison.texts),
    numbers && many("number", numbers),
    comparison.pictures && say("pictures"),
    verdict === "none" && !comparison.pictures && say("none_note"),
    comparison.read.count && verdict === "same" && say("picture_agrees"),
    drawn && say("drawn_again"),
  ].filter(Boolean);
};

/**
 * @param {Cell} cell
 * @param {View} view
 * @param {Result} result
 */
const verdictLine = (cell, view, result) => {
  const verdict = verdictOf(result, cell.raises);
  const edited = cell.source !== cell.original;
  const undrawn = isUndrawn(cell);
  const facts = factsOf(result, verdict, edited, undrawn).join(" · ");
  const back = button(say("restore"), () => {
    restore(view);
    view.status.replaceChildren(make("p", { class: "replay-note", textContent: say("restored") }));
    announce(say("restored"));
    view.button.focus();
  });
  const words = verdictWords(verdict, edited, undrawn);
  return verdictLineOf(verdict, words, make("span", { textContent: facts }), madeAt(result.time), back);
};

/**
 * An offer to load packages.
 * @param {string} key of the words
 * @param {string[]} names
 * @param {HTMLButtonElement} load
 */
export const offer = (key, names, load) => {
  const { local } = python.manifest.packages;
  const text = say(local ? `${key}_local` : key, { names: names.join(joiner), host: packageHost() });
  const line = make("p", { class: "replay-needs", "data-verdict": "needs" });
  line.append(icon(ICONS.needs), make("span", { textContent: text }), " ", load);
  return line;
};

/** @param {string} words */
const note = (words) => make("p", { class: "replay-note", textContent: words });

/**
 * What a cell needs to run or to draw, and the button that gets it.
 * @param {Cell} cell
 * @param {View} view
 * @param {Result} result
 */
const needsLine = (cell, view, result) => {
  if (result.missing === "ipywidgets") return note(say("widgets_needed"));
  if (state.packagesLoaded && !result.failed) {
    const again = button(say("draw_again"), () => actions.replay(view), { class: "replay-run" });
    const text = make("span", { textContent: say("picture_stored") });
    return make("p", { class: "replay-needs" }, text, " ", again);
  }
  const names = needsOf(cell);
  if (!names) return note(say("not_here", { names: result.missing }));
  const words = say(result.failed ? "load_run" : "load");
  const load = button(words, () => actions.load(view), { class: "replay-run" });
  return offer(result.failed ? "needs_packages" : "needs_picture", names, load);
};

/** The place of a cell's outputs, and what it holds before the first run. @param {View} view */
const keepStored = (view) => {
  view.output ??= view.element.querySelector(".cell_output");
  view.stored ??= view.output ? [...view.output.childNodes] : [];
};

/**
 * Pictures of the page that show other rows than those computed.
 * @param {Comparison} comparison
 * @returns {Difference[]}
 */
const pictureDifferences = (comparison) =>
  comparison.read.otherwise.flatMap(({ card, rows }) =>
    (rows.length ? rows : [""]).map((row) => {
      const stored = say("picture_otherwise");
      return { card, row, column: say("picture"), stored, fresh: say("picture_fresh") };
    }),
  );

/**
 * Shows the fresh output of a cell and the verdict. One that ran on the way to another and has no
 * output says nothing.
 * @param {Cell} cell
 * @param {Cell | null} target the cell that the reader asked for
 */
export const showResult = (cell, target = cell) => {
  const { view, result } = cell;
  if (!view || !result) return;
  const focus = view.status.contains(document.activeElement);
  restore(view);
  keepStored(view);
  const { comparison } = result;
  if (comparison.verdict === "same" && !result.failed) {
    const printed = cell.source === cell.original ? printedDifferences(view.output, result.outputs) : [];
    const differences = [...printed, ...pictureDifferences(comparison)];
    const count = differences.length;
    if (count) Object.assign(comparison, { verdict: "different", differences, count });
  }
  const verdict = verdictOf(result, cell.raises);
  if (verdict === "none" && cell !== target && !result.outputs.length) {
    view.status.hidden = true;
    return;
  }
  if (verdict === "needs") view.status.replaceChildren(needsLine(cell, view, result));
  else {
    showOutputs(view, result.outputs, verdict === "same");
    view.status.replaceChildren(
      verdictLine(cell, view, result),
      ...(verdict === "different" ? [differencesTable(result)] : []),
      ...(isUndrawn(cell) ? [needsLine(cell, view, result)] : []),
    );
  }
  view.status.hidden = false;
  if (focus) view.button.focus();
};
