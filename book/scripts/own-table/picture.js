// The percentages of a table with their intervals, drawn at the width there is.
import { interval, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_LINES = 40;
const NARROW = 480; // pixels: less, and labels stand above the lines instead of beside them

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string | number} [text]
 */
const draw = (tag, attributes, text) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = String(text);
  return element;
};

/** The width of a text in pixels, about. @param {string} text */
const units = (text) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 13 : 7), 0);

/** A text cut to the room it has. @param {string} text @param {number} room in pixels */
export const fitted = (text, room) => {
  if (units(text) <= room) return text;
  let cut = text;
  while (cut && units(cut) > room - 13) cut = cut.slice(0, -1);
  return `${cut}…`;
};

/** Where the axis ends, and how far apart its marks are, in percent. @param {OwnLine[]} lines */
export const axisOf = (lines) => {
  const ends = lines.flatMap((line) => [Number(line.percent), line.interval?.[1] ?? 0]);
  const top = Math.min(100, Math.max(10, Math.ceil(Math.max(...ends) / 10) * 10));
  return { top, step: top > 50 ? 20 : top > 20 ? 10 : 5 };
};

/** @param {OwnTable} table @param {OwnLine[]} lines */
const told = (table, lines) => {
  const each = lines.map(
    (line) => `${line.option}: ${line.percent}%${line.interval ? ` (${interval(line.interval)})` : ""}`,
  );
  return `${say("picture", { table: table.title || say("table") })} ${each.join("; ")}`;
};

/** @param {OwnTable} table @param {number} width in pixels */
export const picture = (table, width) => {
  const lines = table.lines.filter((line) => line.percent != null).slice(0, MOST_LINES);
  const narrow = width < NARROW;
  const row = narrow ? 40 : 26;
  const left = narrow ? 4 : Math.min(width * 0.42, 260);
  const right = 8;
  const height = lines.length * row + 34;
  const { top, step } = axisOf(lines);
  /** @param {number} value in percent */
  const x = (value) => left + (value / top) * (width - left - right);
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    class: "own-svg",
    "aria-label": told(table, lines),
  });
  for (let tick = 0; tick <= top; tick += step) {
    svg.append(draw("line", { x1: x(tick), x2: x(tick), y1: 4, y2: height - 26, class: "own-grid" }));
    const anchor = tick ? "middle" : "start";
    const text = tick === top ? `${tick}%` : tick;
    svg.append(draw("text", { x: x(tick), y: height - 10, "text-anchor": anchor, class: "own-tick" }, text));
  }
  lines.forEach((line, index) => {
    const y = index * row + (narrow ? 29 : 18);
    const place = narrow
      ? { x: left, y: y - 11, "text-anchor": "start" }
      : { x: left - 10, y: y + 4, "text-anchor": "end" };
    const room = narrow ? width - 12 : left - 14;
    svg.append(draw("text", { ...place, class: "own-label" }, fitted(line.option, room)));
    if (line.interval) {
      const [x1, x2] = line.interval.map(x);
      svg.append(draw("line", { x1, x2, y1: y, y2: y, class: "own-interval" }));
    }
    const at = x(Number(line.percent));
    if (line.reasons.length) {
      svg.append(draw("path", { d: `M${at - 5} ${y - 5}l10 10m0-10l-10 10`, class: "own-cross" }));
    } else svg.append(draw("circle", { cx: at, cy: y, r: 4, class: "own-dot" }));
  });
  return svg;
};

/** @type {Map<HTMLElement, OwnTable>} */
const pictures = new Map();

/** A place in which a table is drawn, and drawn again when its width changes. @param {OwnTable} table */
export const pictureIn = (table) => {
  const holder = document.createElement("div");
  holder.className = "own-picture";
  pictures.set(holder, table);
  return holder;
};
export const forgetPictures = () => pictures.clear();

export const redraw = () => {
  for (const [holder, table] of pictures) {
    const width = Math.round(holder.clientWidth);
    if (!width || holder.dataset.width === String(width)) continue;
    holder.dataset.width = String(width);
    holder.replaceChildren(picture(table, width));
  }
};
