// Consistency checks of a table that the reader pastes or drops: Python runs in this page, nothing
// is loaded before the first check, nothing leaves the page, and nothing is kept.
import { button, make, thisScript, whenReady } from "./dom.js";
import { choices, input } from "./own-table/form.js";
import { forgetPictures, redraw } from "./own-table/picture.js";
import { showReport } from "./own-table/results.js";
import { say } from "./own-table/words.js";
import { pagePython, stoppable, Trouble } from "./python.js";
import { isJapanese } from "./words.js";

const { root, made } = thisScript().dataset;
const base = new URL(root ?? "", location.href).href;
const language = isJapanese() ? "ja" : "en";
const TOLD = ["cancelled", "file", "old", "download", "renewed", "start"]; // troubles with words of their own
const MEGA = 1e6;

/** @param {HTMLElement} place */
const begin = (place) => {
  const python = pagePython(base, language, made);
  /** @type {{ bar: HTMLProgressElement, text: HTMLElement, stop?: (reason: any) => void, again?: boolean } | null} */
  let job = null;
  let shown = false;
  const form = input(JSON.parse(place.dataset.examples ?? "[]"), () => check());
  const chosen = choices(() => shown && check(false));
  const run = button(say("check"), () => job || check(), { class: "own-run" });
  const clear = button(say("clear"), () => {
    shown = false;
    results.replaceChildren();
    status.replaceChildren();
    form.clear();
  });
  const status = make("div", { class: "own-status" });
  const live = make("div", { class: "visually-hidden", role: "status" });
  const results = make("div", { class: "own-results" });
  new ResizeObserver(() => requestAnimationFrame(redraw)).observe(results);

  /** Shows how far the work is. @param {Answer} data @returns {boolean} that it was not the end */
  const progress = (data) => {
    if (data.type !== "progress" || !job) return false;
    if (data.phase === "download") {
      const [loaded, total] = [data.loaded, data.total].map((bytes) => (bytes / MEGA).toFixed(1));
      job.text.textContent = say("download", { loaded, total });
      job.bar.value = data.loaded / data.total;
      live.textContent = say("downloading");
    } else {
      job.text.textContent = live.textContent = say(data.phase === "check" ? "checking" : "starting");
      job.bar.removeAttribute("value");
    }
    return false;
  };
  /** @param {(reason: any) => void} reject */
  const keepStop = (reject) => {
    if (job) job.stop = reject;
  };

  /** @param {string} text */
  const tell = (text) => {
    status.replaceChildren(make("p", { class: "own-trouble", textContent: text }));
    live.textContent = text;
  };
  /** @param {unknown} error */
  const trouble = (error) => {
    const kind = error instanceof Trouble && TOLD.includes(error.kind) ? error.kind : "run";
    if (kind === "run") python.stop();
    tell(say(`fail_${kind}`));
  };

  /** @param {string | Uint8Array} content */
  const ask = async (content) => {
    await stoppable(python.prepare(), keepStop);
    await python.start(progress, keepStop);
    const message = { type: "check", content, choices: chosen.values(), language };
    const hear = (/** @type {Answer} */ data) => progress(data) || data.type === "checked";
    const { report } = await python.talk(message, hear, keepStop);
    return report;
  };

  /** @param {OwnReport} report @param {boolean} focus */
  const show = (report, focus) => {
    shown = true;
    forgetPictures();
    form.showText(report.text);
    const { heading, summary } = showReport(results, report);
    redraw();
    live.textContent = summary.textContent;
    if (focus) heading.focus();
  };

  /** A line with a bar and a way to stop. */
  const working = () => {
    const bar = make("progress", { max: 1, "aria-label": say("check") });
    const text = make("span", { textContent: say("starting") });
    const cancel = button(say("cancel"), () => {
      python.stop();
      job?.stop?.(new Trouble("cancelled"));
    });
    status.replaceChildren(make("div", { class: "own-line" }, bar, text, cancel));
    return { bar, text };
  };

  /** One check at a time; one asked for meanwhile is made when this one is done. */
  const check = async (focus = true) => {
    if (job) {
      job.again = true;
      return;
    }
    const content = form.content();
    if (typeof content === "string" ? !content.trim() : !content.length) {
      tell(say("empty"));
      form.focus();
      return;
    }
    if (location.protocol === "file:") {
      trouble(new Trouble("file"));
      return;
    }
    job = working();
    run.setAttribute("aria-disabled", "true");
    try {
      const report = await ask(content);
      status.replaceChildren();
      if (report.problem) {
        shown = false;
        forgetPictures();
        results.replaceChildren(); // those of another table
        tell(report.problem);
      } else show(report, focus);
    } catch (error) {
      trouble(error);
    }
    const { again } = job;
    job = null;
    run.removeAttribute("aria-disabled");
    if (again) check(false);
  };

  const privacy = make("span", { class: "own-hint", textContent: say("private") });
  const tools = make("p", { class: "own-tools" }, run, " ", clear, " ", privacy);
  place.replaceChildren(...form.elements, chosen.element, tools, status, results, live);
};

whenReady(() => {
  for (const place of document.querySelectorAll(".own-table")) {
    if (place instanceof HTMLElement) begin(place);
  }
});
