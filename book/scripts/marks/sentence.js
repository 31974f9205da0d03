// A row of a card in words.
import { isJapanese, wordsOf } from "../words.js";

export const say = wordsOf("marks_");

/** A number as readers see it. @param {Value} value @param {string} kind of its column */
export const written = (value, kind) => {
  if (typeof value !== "number") return String(value);
  /** @param {number} digits */
  const signed = (digits) => value.toFixed(digits).replace("-", "−");
  if (kind === "percent") return `${signed(1)}%`;
  if (kind === "points") return say("points", { value: `${value > 0 ? "+" : ""}${signed(1)}` });
  if (kind === "p") return value < 0.001 ? "<0.001" : value.toFixed(3);
  return kind === "count" ? value.toLocaleString("en") : String(value);
};

/** @typedef {Column & { value: Value }} Cell */

/** The number of a column; the two ends of a range are one. @param {Cell} cell @param {Cell[]} row */
const fact = (cell, row) => {
  const { name, label, kind } = cell;
  /** @param {string} end @param {string} other */
  const partner = (end, other) =>
    name.endsWith(end) && row.find((item) => item.name === name.slice(0, -end.length) + other);
  if (partner("high", "low")) return [];
  const high = partner("low", "high");
  if (high) {
    const common = label.replace(/,? ?(low|fewest|下限|最小)$/, "").trim();
    const [from, to] = [written(cell.value, kind), written(high.value, high.kind)];
    return [`${common} ${from === to ? from : say("range", { low: from, high: to })}`];
  }
  return [name === "percent" ? written(cell.value, kind) : `${label} ${written(cell.value, kind)}`];
};

/**
 * Its names, then its numbers.
 * @param {Pick<Card, "rows" | "columns">} card
 * @param {number} number of the row
 * @param {string} [column] the only number to say
 */
export const sentence = (card, number, column = "") => {
  const values = card.rows[number];
  const cells = card.columns.map((item, i) => ({ ...item, value: values[i] }));
  const shown = cells.filter((cell) => cell.value !== null && cell.value !== "");
  const names = shown.filter((cell) => cell.kind === "text").map((cell) => cell.value);
  const facts = shown
    .filter((cell) => cell.kind !== "text" && (!column || cell.name === column))
    .flatMap((cell) => fact(cell, shown));
  const [comma, colon] = isJapanese() ? ["、", "："] : [", ", ": "];
  return names.join(comma) + colon + facts.join(comma);
};
