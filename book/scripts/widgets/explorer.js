// The explorer's choice in the address, so that a view can be linked, and its numbers as a file.
import { button, make } from "../dom.js";
import { wordsOf } from "../words.js";

const say = wordsOf("explorer_");
const START = "#view=";
const TREATMENTS = ["published", "answered"];

/**
 * @typedef {{ question: string, wave: string, group: string, treatment: string }} View
 * @typedef {Record<string, string[][]>} Keys questions, and of each its waves and groups
 */

/**
 * The views that an address names, or null where it names one that there is not.
 * @param {string} hash
 * @param {Keys} keys
 * @returns {View[] | null}
 */
export const viewsIn = (hash, keys) => {
  if (!hash.startsWith(START)) return [];
  const views = decodeURIComponent(hash.slice(START.length)).split("+").map((text) => {
    const [question, wave, group, treatment] = text.split("/");
    return { question, wave, group, treatment };
  });
  const known = views.every(
    ({ question, wave, group, treatment }) =>
      keys[question]?.some(([year, name]) => year === wave && name === group) && TREATMENTS.includes(treatment),
  );
  return known && views.length <= 2 ? views : null;
};

/** The address of views. @param {View[]} views */
export const addressOf = (views) =>
  START + views.map((view) => [view.question, view.wave, view.group, view.treatment].join("/")).join("+");

/** @param {string} cell */
const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows as CSV, each cell quoted where it must be. @param {string[][]} rows */
export const csvOf = (rows) => rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");

/** @param {Element} pane */
const partsOf = (pane) => {
  const lists = pane.querySelectorAll("select");
  const radios = [...pane.querySelectorAll('[role="radiogroup"]')];
  return { question: lists[0], group: lists[1], treatment: radios[0], wave: radios[1] };
};

/** @param {Element | undefined} group */
const chosen = (group) =>
  Math.max(0, [...(group?.querySelectorAll("input") ?? [])].findIndex((choice) => choice.checked));

/** @param {Element} pane @param {Keys} keys @returns {View} */
const viewOf = (pane, keys) => {
  const parts = partsOf(pane);
  const question = Object.keys(keys)[parts.question.selectedIndex];
  const [wave, group] = keys[question][parts.group ? parts.group.selectedIndex : chosen(parts.wave)];
  return { question, wave, group, treatment: TREATMENTS[chosen(parts.treatment)] };
};

/** @param {HTMLSelectElement} list @param {number} index */
const select = (list, index) => {
  list.selectedIndex = index;
  list.dispatchEvent(new Event("change", { bubbles: true }));
};

/** @param {Element} pane @param {Keys} keys @param {View} view */
const show = (pane, keys, view) => {
  select(partsOf(pane).question, Object.keys(keys).indexOf(view.question));
  const parts = partsOf(pane);
  const place = keys[view.question].findIndex(([wave, group]) => wave === view.wave && group === view.group);
  if (parts.group) select(parts.group, place);
  parts.wave?.querySelectorAll("input")[place].click();
  parts.treatment.querySelectorAll("input")[TREATMENTS.indexOf(view.treatment)].click();
};

/** @param {Element} explorer @param {Keys} keys @param {() => Promise<unknown>} load */
const download = async (explorer, keys, load) => {
  if (explorer.querySelector('[aria-busy="true"]')) await load();
  const rows = [...explorer.querySelectorAll(".pane")].flatMap((pane) => {
    const { question, wave, group } = viewOf(pane, keys);
    return [...pane.querySelectorAll("table tr")].map((line, number) => [
      ...(number ? [question, wave, group] : ["question", "wave", "group"]),
      ...[...line.children].map((cell) => cell.textContent?.trim() ?? ""),
    ]);
  });
  const kept = rows.filter((row, number) => number === 0 || row[0] !== "question");
  const blob = new Blob(["\ufeff", csvOf(kept)], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: "explore.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};

/**
 * Keeps the address in step with what is shown, and offers the rows of the view.
 * @param {() => Promise<unknown>} load loads all views
 */
export const sideBySide = (load) => {
  const explorer = document.querySelector(".explorer");
  const held = /** @type {HTMLElement | null} */ (explorer?.querySelector(".explorer-keys") ?? null);
  if (!explorer || !held) return;
  /** @type {Keys} */
  const keys = JSON.parse(held.dataset.keys ?? "{}");
  const note = make("p", { class: "explorer-note", role: "status" });
  explorer.prepend(note);
  const panes = () => [...explorer.querySelectorAll(".pane")];
  let reading = false;
  const read = () => {
    const views = viewsIn(location.hash, keys);
    note.textContent = views ? "" : say("unknown");
    if (!views?.length) return;
    reading = true;
    /** @type {NodeListOf<HTMLInputElement>} */ (explorer.querySelectorAll(".beside input"))[views.length - 1].click();
    for (const [number, pane] of panes().entries()) show(pane, keys, views[number]);
    reading = false;
  };
  read();
  addEventListener("hashchange", read);
  explorer.addEventListener("change", () => {
    if (reading) return;
    note.textContent = "";
    history.replaceState(null, "", addressOf(panes().map((pane) => viewOf(pane, keys))));
  });
  // who comes to a control is about to choose
  explorer.addEventListener("focusin", () => load().catch(() => {}), { once: true });
  const rows = button(say("csv"), () => download(explorer, keys, load));
  explorer.append(make("p", { class: "explorer-tools" }, rows));
};
