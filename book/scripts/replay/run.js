// Which cells Python runs, and what it loads for them.
import { make } from "../dom.js";
import { Trouble } from "../python.js";
import { packagesOf } from "../worker/packages.js";
import { held } from "./memory.js";
import { proseNumbers } from "./prose.js";
import { actions, showResult } from "./show.js";
import { cells, isUndrawn, needsOf, python, say, state } from "./state.js";
import { announce, doing, steady, talk, trouble } from "./talk.js";

/**
 * The pictures that stand on the page, with the names of their cards; Python reads them.
 * @param {Cell} cell
 */
const drawingsOf = ({ view }) =>
  [...(view?.element.querySelectorAll("figure[data-card] .card-art svg") ?? [])].map((svg) => [
    svg.closest("figure")?.getAttribute("data-card"),
    new XMLSerializer().serializeToString(svg),
  ]);

/**
 * Runs the cells up to one, as far as Python's memory does not hold their results already.
 * @param {number} last
 * @param {boolean} drawAll
 * @returns {Promise<Cell[]>} those whose result is new, and the one asked for
 */
export const runUpTo = async (last, drawAll) => {
  const wanted = cells.slice(0, last + 1).filter((cell) => !cell.widgets);
  const { holds, reset } = held(wanted.map((cell) => cell.source), state.done, state.spoilt);
  const run = reset ? wanted : wanted.slice(holds);
  if (reset) Object.assign(state, { done: [], spoilt: false });
  /** @type {Set<Cell>} */
  const changed = new Set();
  let faulty = false;
  /** @param {Answer} data */
  const take = (data) => {
    const cell = cells[data.number - 1];
    const needs = data.result.missing ? packagesOf(python.manifest, data.result.missing) : null;
    cell.result = { ...data.result, source: cell.source, time: new Date(), needs };
    changed.add(cell);
    // A cell that failed is run again next time, with everything before it.
    faulty ||= data.result.failed && !cell.raises;
    state.spoilt ||= faulty;
    if (!faulty) state.done.push(cell.source);
  };
  if (run.length) {
    const message = {
      type: "run",
      reset,
      cells: run.map((cell) => ({
        number: cell.number,
        source: cell.source,
        stored: JSON.stringify({ outputs: cell.stored, numbers: state.numbers }),
        draw: drawAll || cell === cells[last],
        drawings: JSON.stringify(drawingsOf(cell)),
        mayFail: Boolean(cell.raises),
      })),
    };
    const end = await talk(message, (data) => {
      if (data.type === "cell") take(data);
      return data.type === "done";
    });
    state.versions = end.versions;
  }
  return [...changed.add(cells[last])];
};

/** @param {Cell} cell */
export const drawCell = async (cell) => {
  const answer = await talk({ type: "draw", number: cell.number }, (data) => data.type === "drawn");
  for (const [position, data] of Object.entries(answer.pictures)) {
    if (cell.result) cell.result.outputs[Number(position)].data = data;
  }
};

/** @param {string[]} names */
export const loadPackages = async (names) => {
  const answer = await talk({ type: "packages", names }, (data) => data.type === "loaded");
  state.packagesLoaded ||= answer.drawing;
};

/** @param {View} view */
const cellOf = (view) => {
  if (!view.cell) throw new Trouble("run", `${view.element.id} is not in the page's file`);
  return view.cell;
};

/** Runs a cell, with those before it that have not run. @param {View} view */
export const replayCell = (view) =>
  doing(view.status, view.button, async () => {
    const cell = cellOf(view);
    const index = cells.indexOf(cell);
    const changed = await runUpTo(index, false);
    if (state.packagesLoaded && isUndrawn(cell)) await drawCell(cell);
    const local = python.manifest.packages.local && !state.packagesLoaded && needsOf(cell);
    return () => {
      steady(view.bar, () => changed.forEach((item) => showResult(item, cell)));
      const failed = cell.result ? null : cells.slice(0, index).reverse().find((item) => item.result?.failed);
      if (failed) {
        const words = say("stopped", { n: failed.number });
        view.status.append(make("p", { class: "replay-note", textContent: words }));
        view.status.hidden = false;
      }
      proseNumbers();
      announce(view.status.querySelector(".replay-verdict, .replay-note")?.textContent);
      // Packages that the site itself holds need no further question.
      if (local) loadFor(view);
    };
  });

/** Loads what a cell needs, then runs or draws it. @param {View} view */
const loadFor = (view) =>
  doing(view.status, view.button, async () => {
    const cell = cellOf(view);
    try {
      await loadPackages(needsOf(cell) ?? []);
    } catch (error) {
      if (!(error instanceof Trouble) || error.kind !== "packages") throw error;
      return () => {
        showResult(cell);
        trouble(view.status, error);
      };
    }
    const changed = cell.result?.failed ? await runUpTo(cells.indexOf(cell), false) : [cell];
    if (state.packagesLoaded && isUndrawn(cell)) await drawCell(cell);
    return () => {
      steady(view.bar, () => changed.forEach((item) => showResult(item, cell)));
      announce(view.status.querySelector(".replay-verdict")?.textContent);
    };
  });

Object.assign(actions, { replay: replayCell, load: loadFor });
