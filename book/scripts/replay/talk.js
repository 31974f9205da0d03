// What is said while Python works, and what can go wrong.
import { button, make } from "../dom.js";
import { getJson, stoppable, Trouble } from "../python.js";
import { cells, packageHost, pageDigest, pageUrl, python, say, state, views } from "./state.js";

export const live = make("div", { class: "visually-hidden", role: "status" });
let announced = "";
/** Says something to assistive software, once. @param {string | null | undefined} text */
export const announce = (text) => {
  if (text && text !== announced) live.textContent = announced = text;
};

/** @param {string} path */
export const icon = (path) => {
  const holder = make("span", { class: "replay-icon", "aria-hidden": "true" });
  holder.innerHTML = `<svg viewBox="0 0 16 16" width="12" height="12"><path d="${path}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return holder;
};
/** @type {Record<string, string>} */
export const ICONS = {
  play: "M4.5 3v10l8-5z",
  pencil: "M3 13l1-3.5L11 2.5 13.5 5 6.5 12z",
  same: "M3 8.5l3.5 3.5L13 4.5",
  different: "M3 6h10M3 10h10M11 2.5l-6 11",
  none: "M3 8h10",
  needs: "M8 2.5v7M4.5 7L8 10.5 11.5 7M3 13.5h10",
  error: "M4 4l8 8M12 4l-8 8",
};

const readPage = async () => {
  const found = await getJson(pageUrl);
  if (found.digest !== pageDigest) throw new Trouble("renewed");
  for (const cell of found.cells) {
    const view = views.get(cell.id);
    cells.push({ ...cell, original: cell.source, view });
    if (view) view.cell = cells[cells.length - 1];
  }
  state.numbers = found.numbers;
};

/** @type {Promise<void> | null} */
let reading = null;
/** Reads the cells of this page, once, however many ask at the same time. */
export const loadPage = () =>
  (reading ??= readPage().catch((error) => {
    reading = null;
    throw error;
  }));

const stopPython = () => {
  python.stop();
  Object.assign(state, { done: [], spoilt: false, packagesLoaded: false });
};

/** @param {(reason: any) => void} reject */
const keepStop = (reject) => {
  if (state.job) state.job.stop = reject;
};

/**
 * Asks Python for something and waits for the last answer.
 * @param {Record<string, unknown>} message
 * @param {import("../python.js").Hear} hear
 */
export const talk = (message, hear) =>
  python.talk(message, (data) => progress(data) || hear(data), keepStop);

const MEGA = 1e6;
/** @param {number} bytes */
const mega = (bytes) => (bytes / MEGA).toFixed(1);

/**
 * What goes on, in words, and which part of it is done, from 0 to 1.
 * @param {Answer} data
 * @returns {{ text: string, value: number | null }}
 */
const stage = ({ phase, loaded, total, host, index }) => {
  if (phase === "download") {
    return { text: say(phase, { loaded: mega(loaded), total: mega(total) }), value: loaded / total };
  }
  if (phase === "packages") {
    return { text: say(phase, { host, loaded, total }), value: total ? loaded / total : null };
  }
  if (phase === "cell") return { text: say(phase, { k: index, n: total }), value: (index - 1) / total };
  return { text: say(phase), value: null };
};

/** Shows how far the work is. @param {Answer} data @returns {boolean} that it was not the end */
const progress = (data) => {
  const { job } = state;
  if (data.type !== "progress" || !job) return false;
  const { text, value } = stage(data);
  job.show(text, value);
  announce(data.phase === "download" ? text.replace(/[：:].*$/, "") : text);
  return false;
};

/** A line with a bar and a way to stop. @param {HTMLElement} place */
const lineOf = (place) => {
  const bar = make("progress", { class: "replay-progress", max: 1 });
  const text = make("span", { class: "replay-progress-text", textContent: say("preparing") });
  const cancel = button(say("cancel"), () => state.job?.cancel());
  const line = make("div", { class: "replay-line" }, bar, text, cancel);
  bar.setAttribute("aria-label", say("replay"));
  place.replaceChildren(line);
  place.hidden = false;
  return {
    /** @param {string} words @param {number | null} value */
    show: (words, value) => {
      text.textContent = words;
      if (value == null) bar.removeAttribute("value");
      else bar.value = value;
    },
    focused: () => line.contains(document.activeElement),
  };
};

/** @param {boolean} busy */
const setBusy = (busy) => {
  for (const control of document.querySelectorAll(".replay-run")) {
    if (busy) control.setAttribute("aria-disabled", "true");
    else control.removeAttribute("aria-disabled");
  }
  document.documentElement.toggleAttribute("data-replaying", busy);
};

/**
 * Keeps what the reader looks at where it is while outputs above it change their height.
 * @param {Element} anchor
 * @param {() => void} change
 */
export const steady = (anchor, change) => {
  const before = anchor.getBoundingClientRect().top;
  change();
  const moved = anchor.getBoundingClientRect().top - before;
  if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
};

/**
 * Does `work` with a line of progress in `place`; everything that can go wrong ends here.
 * @param {HTMLElement} place
 * @param {HTMLElement} opener gets the focus back
 * @param {() => Promise<(() => void) | void>} work returns what is shown at the end
 */
export const doing = async (place, opener, work) => {
  if (state.job) return;
  if (location.protocol === "file:") {
    trouble(place, new Trouble("file"));
    return;
  }
  /** @type {import("./state.js").Job} */
  const job = {
    ...lineOf(place),
    cancel: () => {
      stopPython();
      job.stop?.(new Trouble("cancelled"));
    },
  };
  state.job = job;
  setBusy(true);
  announce(say("preparing"));
  let problem = null;
  let finish = null;
  try {
    await stoppable(Promise.all([loadPage(), python.prepare()]), keepStop);
    await python.start(progress, keepStop);
    finish = await work();
  } catch (error) {
    problem = error instanceof Trouble ? error : new Trouble("run", String(error));
    if (problem.kind === "run" || problem.kind === "start") stopPython();
  }
  const focus = job.focused();
  state.job = null;
  setBusy(false);
  place.replaceChildren();
  place.hidden = true;
  finish?.();
  if (problem) trouble(place, problem);
  if (focus) opener.focus();
};

/** @type {Record<string, string>} */
const TOLD = { cancelled: "cancelled", file: "file_protocol", old: "old_browser" };

/**
 * Says in `place` what went wrong.
 * @param {HTMLElement} place
 * @param {Trouble} problem
 */
export const trouble = (place, problem) => {
  const host = python.prepared ? packageHost() : "";
  const text = say(TOLD[problem.kind] ?? `fail_${problem.kind}`, { host });
  const box = make("div", { class: "replay-trouble", "data-kind": problem.kind }, make("p", { textContent: text }));
  if (problem.message) {
    const told = make("pre", { textContent: problem.message });
    box.append(make("details", {}, make("summary", { textContent: say("details") }), told));
  }
  place.querySelector(".replay-trouble")?.remove();
  place.append(box);
  place.hidden = false;
  announce(text);
};
