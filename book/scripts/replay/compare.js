// What the page prints, held against fresh outputs. Python compares the stored data with the fresh
// ones (`running.py` of the package); here it is what stands on the page.
import { parsed } from "../dom.js";
import { CARD } from "./mime.js";

/**
 * Text as it is compared: the page sets quotation marks and spaces by its own rules.
 * @param {unknown} text
 */
export const spaced = (text) =>
  String(text)
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\d+\.\d{10,}/g, (number) => Number(number).toPrecision(9))
    .replace(/\s+/g, " ")
    .trim();

/** @param {MimeBundle} data */
export const tableOf = (data) =>
  data["text/html"] ? parsed(data["text/html"]).querySelector("table") : null;

/** @param {HTMLTableElement} table */
const rowsOf = (table) => [...table.querySelectorAll("tr")].map((row) => [...row.cells]);

/**
 * The page may add to what a cell of a table says: a link in place of a name, "p." before a page.
 * @param {Element} cell
 */
const isDecorated = (cell) => cell.querySelector("a[href]") !== null;
/** @param {Element} stored @param {Element} fresh */
const holds = (stored, fresh) =>
  ` ${spaced(stored.textContent)} `.includes(` ${spaced(fresh.textContent)} `);

/**
 * The card of the page that fresh data belong to.
 * @param {ParentNode | null | undefined} root
 * @param {Card} card
 * @returns {HTMLElement | null}
 */
export const cardIn = (root, card) =>
  root?.querySelector(`figure[data-card="${CSS.escape(card.label)}"]`) ?? null;

/**
 * A table of the page against a fresh one, cell by cell.
 * @param {HTMLTableElement} old
 * @param {HTMLTableElement} fresh
 * @param {string} label of the card
 * @returns {Difference[]}
 */
const tableDifferences = (old, fresh, label) => {
  const [was, now] = [rowsOf(old), rowsOf(fresh)];
  const rows = { ...printed("", was.length, now.length), card: label, column: "rows" };
  const found = was.length === now.length ? [] : [rows];
  now.forEach((row, i) =>
    row.forEach((cell, j) => {
      const stored = was[i]?.[j];
      if (!stored || isDecorated(stored) || holds(stored, cell)) return;
      const [name, before, after] = [row[0], stored, cell].map((item) => spaced(item.textContent));
      found.push({ ...printed(name, before, after), card: label });
    }),
  );
  return found;
};

/**
 * @param {string} row
 * @param {unknown} stored
 * @param {unknown} fresh
 * @returns {Difference}
 */
const printed = (row, stored, fresh) => ({ card: "", row, column: "page", stored, fresh });

/**
 * Where what the page prints (not what its file says) differs from fresh outputs.
 * @param {Element | null} root the place of a cell's outputs
 * @param {Output[]} outputs
 * @returns {Difference[]}
 */
export const printedDifferences = (root, outputs) => {
  if (!root) return [];
  const blocks = [...root.querySelectorAll(":scope > .output, :scope > div > .output")];
  /** @param {string} selector @param {unknown} fresh */
  const text = (selector, fresh) => {
    const index = blocks.findIndex((block) => block.matches(selector));
    if (index < 0) return [];
    const [place] = blocks.splice(index, 1);
    // not the button beside a listing that copies it
    const listing = place.querySelector("pre") ?? place;
    const [stored, now] = [spaced(listing.textContent), spaced(fresh)];
    return stored === now ? [] : [printed("", stored, now)];
  };
  return outputs.flatMap((output) => {
    const data = output.data ?? {};
    const card = data[CARD];
    if (output.output_type === "stream") {
      return output.name === "stdout" ? text(".stream", output.text) : [];
    }
    if (card) {
      const old = cardIn(root, card)?.querySelector("table.card-data");
      const fresh = tableOf(data);
      return old instanceof HTMLTableElement && fresh ? tableDifferences(old, fresh, card.label) : [];
    }
    if (data["text/html"]) return text(".text_html", parsed(data["text/html"]).textContent);
    const alone = data["text/plain"] && Object.keys(data).length === 1;
    return alone ? text(".text_plain", data["text/plain"]) : [];
  });
};
