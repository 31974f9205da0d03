// The worker of Replay: starts Python, and runs cells. One worker serves one page.
//
// In:   {type: "start", base, manifest, language}
//       {type: "run", cells: [{number, source, stored, draw}], reset}
//       {type: "packages", names}
//       {type: "draw", number}
//       {type: "check", content, choices, language}
// Out:  {type: "progress", phase, ...}, {type: "cell", number, result}, {type: "ready", kept},
//       {type: "done", versions}, {type: "drawn", number, pictures}, {type: "checked", report},
//       {type: "failed", kind, detail}
import { buffer, Failure, nativeFetch, post, within } from "./worker/downloads.js";
import { closure, packagesOf } from "./worker/packages.js";
import { startPython } from "./worker/start.js";

const PACKAGE = 600_000; // milliseconds for one package, which arrives as a whole
const NAMES = ["sme_survey", "numpy", "pandas", "matplotlib", "seaborn", "scipy", "statsmodels"];

/** @type {import("./worker/start.js").Site} */
let site;
/** Pyodide, the module that runs cells, and its session. @type {any} */
let python;
/** @type {any} */
let runner;
/** @type {any} */
let session;
let drawing = false;

/** @param {any} message */
const start = async (message) => {
  site = message;
  const started = await startPython(site);
  ({ python, runner } = started);
  session = runner.Session();
  post({ type: "ready", kept: started.kept });
};

/** @param {string[]} names */
const loadPackages = async (names) => {
  const { base, manifest } = site;
  const wanted = closure(manifest.lock.packages, names).filter((name) => !(name in python.loadedPackages));
  const host = new URL(manifest.packages.address, base).host;
  let arrived = 0;
  const tell = () => post({ type: "progress", phase: "packages", loaded: arrived, total: wanted.length, host });
  /** @type {string[]} */
  const said = [];
  tell();
  self.fetch = async (input, options) => {
    const answer = nativeFetch(input, { ...options, credentials: "omit" });
    const response = await within(answer, String(input), PACKAGE);
    arrived += 1;
    tell();
    return response;
  };
  try {
    // Pyodide checks each file against the sha256 of its lock. It does not throw when a download
    // fails: what was loaded tells.
    const errorCallback = (/** @type {string} */ text) => said.push(text);
    await python.loadPackage(wanted, { errorCallback, messageCallback: () => {} });
  } catch (error) {
    said.push(String(error));
  } finally {
    self.fetch = nativeFetch;
  }
  const missing = wanted.filter((name) => !(name in python.loadedPackages));
  if (missing.length) {
    throw new Failure("packages", `${missing.join(", ")} (${host}) ${said.slice(0, 2).join(" ")}`);
  }
  const needed = manifest.drawing.packages;
  if (!drawing && needed.every((name) => name in python.loadedPackages)) {
    python.unpackArchive(await buffer(base, manifest.drawing, { counted: false }), "wheel");
    drawing = true;
  }
};

const done = () => post({ type: "done", versions: JSON.parse(runner.versions(python.toPy(NAMES))) });

/** @type {Record<string, (message: any) => Promise<void>>} */
const handle = {
  start,
  run: async ({ cells, reset }) => {
    if (reset) session.reset();
    for (const [index, { number, source, stored, draw, drawings, mayFail }] of cells.entries()) {
      post({ type: "progress", phase: "cell", number, index: index + 1, total: cells.length });
      const answer = await runner.run_cell(session, number, source, stored, draw && drawing, drawings ?? "[]");
      const result = JSON.parse(answer);
      post({ type: "cell", number, result });
      const { failed, missing } = result;
      const offered = missing && (missing === "ipywidgets" || packagesOf(site.manifest, missing));
      if (failed && !offered && !mayFail) break;
    }
    done();
  },
  packages: async ({ names }) => {
    await loadPackages(names);
    post({ type: "loaded", drawing });
  },
  check: async ({ content, choices, language }) => {
    post({ type: "progress", phase: "check" });
    const given = typeof content === "string" ? content : python.toPy(content);
    const report = runner.check_table(given, JSON.stringify(choices), language);
    post({ type: "checked", report: JSON.parse(report) });
  },
  draw: async ({ number }) => {
    post({ type: "progress", phase: "draw", number });
    post({ type: "drawn", number, pictures: JSON.parse(runner.draw_cell(session, number)) });
    done();
  },
};

let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(() =>
    handle[data.type](data).catch((error) => {
      const kind = error instanceof Failure ? error.kind : data.type === "start" ? "start" : "run";
      post({ type: "failed", kind, detail: String(error?.message ?? error) });
    }),
  );
};
