import { thisScript } from "../dom.js";
import { pagePython } from "../python.js";
import { isJapanese, wordsOf } from "../words.js";
import { CARD } from "./mime.js";

export const language = isJapanese() ? "ja" : "en";
export const say = wordsOf("replay_");
/** "1 value", "2 values". @param {string} key @param {number} n */
export const many = (key, n) => say(n === 1 ? key : `${key}s`, { n: n.toLocaleString("en") });
/** A sentence about one thing, or about several. @param {string} key @param {number} n @param {object} [more] */
export const counted = (key, n, more = {}) => say(n === 1 ? `${key}_one` : key, { n, ...more });
export const joiner = language === "ja" ? "、" : ", ";

const { page, root, made, digest } = thisScript().dataset;
/** Of the cells that belong to this page. */
export const pageDigest = digest;
/** The cells of this page, and the folder that both editions share. */
export const pageUrl = new URL(page ?? "", location.href).href;
export const base = new URL(root ?? "", location.href).href;

export const python = pagePython(base, language, made);

/** Every code cell of the page, once the page's file is here. @type {Cell[]} */
export const cells = [];
/** What readers see of a cell, by the id of its element. @type {Map<string, View>} */
export const views = new Map();

/** @typedef {{ show: (words: string, value: number | null) => void, focused: () => boolean,
 *   cancel: () => void, stop?: (reason: any) => void }} Job */

export const state = {
  /** Stored numbers of the prose, once the page's file is here. @type {Record<string, string> | null} */
  numbers: null,
  /** The run that goes on. @type {Job | null} */
  job: null,
  /** Sources that Python ran, in order: what its memory holds. @type {string[]} */
  done: [],
  /** Whether a cell failed half-way, so that its memory holds more than that. */
  spoilt: false,
  /** @type {Record<string, string>} */
  versions: {},
  packagesLoaded: false,
};

/** The host that has the packages for drawing, in words. */
export const packageHost = () => {
  const { packages } = python.manifest;
  return packages.local ? say("needs_local") : new URL(packages.address, base).host;
};

/** Whether a figure came without its drawing. @param {Cell} cell */
export const isUndrawn = (cell) =>
  (cell.result?.outputs ?? []).some((output) => {
    const card = output.data?.[CARD];
    return card?.kind === "figure" && !output.data?.["image/svg+xml"];
  });

/** Packages without which a cell cannot run or draw. @param {Cell} cell */
export const needsOf = (cell) =>
  isUndrawn(cell) ? python.manifest.drawing.packages : (cell.result?.needs ?? null);

/** @param {Result} result @param {boolean} [raises] whether the cell is meant to fail */
export const verdictOf = (result, raises = false) => {
  if (result.failed && result.missing) return "needs";
  if (result.failed && !raises) return "error";
  return result.comparison.verdict;
};
