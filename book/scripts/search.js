// Search: the query, its results, and the way through them. Works without a server.
import { make } from "./dom.js";
import { answer, hitsIn, japanese, otherWords, passagesOf } from "./search/find.js";
import { wordsOf } from "./words.js";

/** @typedef {import("./search/find.js").Passage} Passage */
/** @typedef {import("./search/find.js").OtherWord} OtherWord */

const FIRST = 30; // results before "show more"
const say = wordsOf("search_");
const root = document.documentElement.dataset.root;
/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);
/** @type {HTMLInputElement} */
const input = byId("query");
/** @type {HTMLElement} */
const status = byId("search-status");
/** @type {HTMLElement} */
const list = byId("search-results");
const passages = passagesOf(globalThis.bookIndex ?? []);
const others = otherWords(globalThis.bookWords ?? []);

/**
 * A text with what was found in it marked, cut around the first hit.
 * @param {string} text
 * @param {string} folded
 * @param {string[]} sought
 * @param {number} length 0: the whole text
 */
const marked = (text, folded, sought, length) => {
  const hits = hitsIn(folded, sought);
  let start = 0;
  if (length && hits.length && hits[0][0] > length / 3) {
    start = Math.max(0, hits[0][0] - Math.round(length / 4));
    const space = text.slice(start, hits[0][0]).search(/[\s、。]/);
    if (space >= 0) start += space + 1;
  }
  const end = length ? Math.min(text.length, start + length) : text.length;
  const parts = document.createDocumentFragment();
  if (start) parts.append("… ");
  let at = start;
  for (const [from, to] of hits) {
    if (from < at || to > end) continue;
    parts.append(text.slice(at, from), make("mark", { textContent: text.slice(from, to) }));
    at = to;
  }
  parts.append(text.slice(at, end));
  if (end < text.length) parts.append(" …");
  return parts;
};

/** @param {Passage} passage @param {string[]} sought */
const entry = (passage, sought) => {
  const { page, place, anchor, heading, title, text } = passage;
  const words = marked(heading || title, passage.foldedHeading || passage.foldedTitle, sought, 0);
  const link = make("a", { href: `${root}${page}${place ? `#${anchor}` : ""}` }, words);
  const item = make("li", {}, link);
  if (heading !== title) item.append(" ", make("span", { class: "search-where", textContent: title }));
  if (text) item.append(make("p", {}, marked(text, passage.folded, sought, japanese.test(title) ? 110 : 210)));
  return item;
};

/** Where a word that the book does not use leads. @param {OtherWord} word */
const noted = ({ page, note }) =>
  make("li", { class: "search-note" }, make("a", { href: `${root}${page}`, textContent: note }));

/** @param {Passage[]} found @param {string[]} sought */
const rest = (found, sought) => {
  const item = make("li");
  const more = make("button", { type: "button", textContent: say("more", { count: found.length }) });
  more.addEventListener("click", () => {
    const entries = found.map((passage) => entry(passage, sought));
    item.replaceWith(...entries);
    entries[0].querySelector("a")?.focus();
  });
  item.append(more);
  return item;
};

/** @param {Passage[]} found @param {boolean} parts whether only parts of the query were found */
const foundKey = (found, parts) => {
  if (parts) return "parts";
  if (new Set(found.map((passage) => passage.page)).size > 1) return "found";
  return found.length === 1 ? "found_one" : "found_page";
};

const search = () => {
  const query = input.value.trim();
  const { found, sought, parts, notes } = answer(passages, query, others);
  const results = found.map(({ passage }) => passage);
  const shown = results.slice(0, FIRST).map((passage) => entry(passage, sought));
  list.replaceChildren(...notes.map(noted), ...shown);
  if (results.length > FIRST) list.append(rest(results.slice(FIRST), sought));
  const pages = new Set(results.map((passage) => passage.page)).size;
  const plain = results.length ? foundKey(results, parts) : "none";
  const key = notes.length && plain.startsWith("found") ? "related" : plain;
  const silent = !sought.length || (notes.length && !results.length);
  status.textContent = silent ? "" : say(key, { query, count: results.length, pages });
};

/** Arrow keys go through the results; Escape leads back to the word. @param {KeyboardEvent} event */
const step = (event) => {
  const links = [...list.querySelectorAll("a")];
  const at = links.findIndex((link) => link === document.activeElement);
  if (event.key === "ArrowDown" && (at >= 0 || document.activeElement === input)) {
    links[Math.min(at + 1, links.length - 1)]?.focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    (links[at - 1] ?? input).focus();
  } else if (event.key === "Escape" && at >= 0) {
    input.focus();
  } else return;
  event.preventDefault();
};

const remember = () => {
  const address = new URL(location.href);
  if (input.value.trim()) address.searchParams.set("q", input.value.trim());
  else address.searchParams.delete("q");
  try {
    history.replaceState(null, "", address);
  } catch {
    // Not allowed from a file; the results are there all the same.
  }
};

const begin = () => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const now = () => {
    clearTimeout(waiting);
    search();
    remember();
  };
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (event instanceof InputEvent && event.isComposing) return;
    waiting = setTimeout(now, 150);
  });
  input.addEventListener("compositionend", now);
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    now();
    list.querySelector("a")?.focus();
  });
  document.querySelector("main")?.addEventListener("keydown", step);
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  search();
  if (!input.value) input.focus();
};

if (globalThis.bookIndex) begin();
else status.textContent = say("failed");
