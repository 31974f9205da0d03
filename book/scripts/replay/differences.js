// What differs, old and new side by side, in the reader's words.
import { make, scroller } from "../dom.js";
import { CARD } from "./mime.js";
import { say } from "./state.js";

const LONGEST = 400; // letters of one value

/** @param {unknown} value */
const shown = (value) => {
  const text = value == null || value === "" ? say("nothing") : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
};

/** What Python and the comparison with the page call by a name of their own. */
const NAMED = [
  "alt", "caption", "cards", "cells", "columns", "errors", "label", "n", "number", "outputs", "page",
  "rows", "table", "tables", "text", "title",
];
const OF_A_ROW = ["number", "page", "table"];

/**
 * Where a difference is: the figure or table by its title, then row and column by their labels.
 * @param {Difference} difference
 * @param {Output[]} outputs
 */
const placeOf = ({ card, row, column }, outputs) => {
  const cards = outputs.flatMap((output) => output.data?.[CARD] ?? []);
  const title = cards.find(({ label }) => label === card)?.title ?? card;
  const known = NAMED.includes(column) && (!row || OF_A_ROW.includes(column));
  return [title, row, known ? say(`what_${column}`) : column].filter(Boolean).join(" · ");
};

/** @param {Result} result */
export const differencesTable = ({ comparison, outputs }) => {
  const rows = comparison.differences.map((item) => {
    const where = make("th", { scope: "row", textContent: placeOf(item, outputs) });
    const values = [item.stored, item.fresh].map((value) => make("td", { textContent: shown(value) }));
    return make("tr", {}, where, ...values);
  });
  const head = ["where", "was", "now"].map((key) => make("th", { scope: "col", textContent: say(key) }));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  const more = say("shown_first", { n: rows.length, total: comparison.count });
  return make(
    "details",
    { class: "replay-differences" },
    make("summary", { textContent: say("what_differs") }),
    scroller(table, say("what_differs")),
    comparison.count > rows.length ? make("p", { class: "replay-note", textContent: more }) : null,
  );
};
