// The page as a whole: every cell runs, and one line says what came of it.
import { button, make } from "../dom.js";
import { Trouble } from "../python.js";
import { restore } from "./outputs.js";
import { proseNumbers } from "./prose.js";
import { drawCell, loadPackages, runUpTo } from "./run.js";
import { madeAt, offer, showResult, verdictLineOf } from "./show.js";
import { cells, counted, isUndrawn, joiner, python, say, state, verdictOf } from "./state.js";
import { announce, doing, icon, ICONS, steady, trouble } from "./talk.js";

const run = button("", () => replayPage(), {
  class: "replay-all replay-run",
  title: say("replay_page_hint"),
});
const status = make("div", { class: "replay-status replay-summary", hidden: true });

const drawAll = async () => {
  for (const cell of cells) if (isUndrawn(cell)) await drawCell(cell);
};

const replayPage = () =>
  doing(status, run, async () => {
    const before = state.done.length;
    const changed = await runUpTo(cells.length - 1, state.packagesLoaded);
    if (state.packagesLoaded) await drawAll();
    return () => {
      steady(run, () => (before ? cells : changed).forEach((cell) => showResult(cell, null)));
      showSummary();
    };
  });

const ORDER = ["same", "different", "error", "needs", "none"];
/** How many cells came to each verdict. */
const verdicts = () => {
  /** @type {Record<string, number>} */
  const found = {};
  for (const { result, raises } of cells) {
    if (!result) continue;
    const verdict = verdictOf(result, raises);
    found[verdict] = (found[verdict] ?? 0) + 1;
  }
  return found;
};

const restoreAll = () => {
  for (const cell of cells) {
    if (!cell.view || !cell.result) continue;
    restore(cell.view);
    cell.view.status.replaceChildren();
    cell.view.status.hidden = true;
  }
  status.replaceChildren(make("p", { class: "replay-note", textContent: say("restored") }));
  announce(say("restored"));
  run.focus();
};

/** A link to the first cell that differs or failed. */
const firstProblem = () => {
  const found = cells.find(
    ({ result, raises, view }) => view && result && ["different", "error"].includes(verdictOf(result, raises)),
  );
  return found ? [make("a", { href: `#${found.id}`, textContent: `[${found.number}]` })] : [];
};

const showSummary = () => {
  const numbers = proseNumbers();
  const found = verdicts();
  const parts = ORDER.filter((key) => found[key]).map((key) =>
    key === "needs" ? counted("sum_needs", found[key]) : say(`sum_${key}`, { n: found[key] }),
  );
  const runnable = cells.filter((cell) => !cell.widgets);
  const ran = runnable.filter((cell) => cell.result).length;
  const verdict = found.different || found.error || numbers.different ? "different" : "same";
  const text = say("summary", { ran, cells: runnable.length, parts: parts.join(joiner) });
  const line = verdictLineOf(
    verdict,
    say(verdict),
    make("span", { textContent: text }),
    ...(numbers.n ? [make("span", { textContent: counted("prose", numbers.n, numbers) })] : []),
    ...firstProblem(),
    madeAt(new Date()),
    button(say("restore_page"), restoreAll),
  );
  const undrawn = cells.some((cell) => cell.result && !cell.result.failed && isUndrawn(cell));
  status.replaceChildren(line, ...(undrawn ? [packagesForPage()] : []));
  status.hidden = false;
  announce(line.textContent);
};

/** An offer to load what the drawings of the page need. */
const packagesForPage = () => {
  const names = python.manifest.drawing.packages;
  const work = async () => {
    try {
      await loadPackages(names);
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== "packages") throw error;
      return () => {
        showSummary();
        trouble(status, error);
      };
    }
    if (cells.some((cell) => cell.result?.needs)) await runUpTo(cells.length - 1, true);
    await drawAll();
    return () => {
      steady(run, () => cells.forEach((cell) => showResult(cell, null)));
      showSummary();
    };
  };
  const load = button(say("load"), () => doing(status, run, work), { class: "replay-run" });
  return offer("needs_picture", names, load);
};

/** Puts the button of the page among its tools. */
export const pageControls = () => {
  const tools = document.querySelector(".replay-page");
  if (!tools) return;
  run.append(icon(ICONS.play), say("replay_page"));
  tools.prepend(run);
  tools.append(status);
};
