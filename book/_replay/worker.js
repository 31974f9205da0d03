// The worker of Replay: downloads Python, starts it, and runs cells. One worker serves one page.
//
// In:   {type: "start", base, manifest, language}
//       {type: "run", cells: [{number, source, stored, draw}], reset}
//       {type: "packages", names}
//       {type: "draw", number}
//       {type: "check", content, choices, language}
// Out:  {type: "progress", phase, ...}, {type: "cell", number, result}, {type: "ready"},
//       {type: "done", versions}, {type: "drawn", number, pictures}, {type: "checked", report},
//       {type: "failed", kind, detail}
"use strict";

const STALLED = 60_000; // milliseconds without a byte after which a download counts as failed
const PACKAGE = 600_000; // milliseconds for one package, which arrives as a whole
const NAMES = ["sme_survey", "numpy", "pandas", "matplotlib", "seaborn", "scipy", "statsmodels"];

let base, manifest, python, runner, session;
let drawing = false;

class Failure extends Error {
  constructor(kind, detail) {
    super(detail);
    this.kind = kind;
  }
}

const post = (message) => self.postMessage(message);
const nativeFetch = self.fetch.bind(self);

// ---- downloads ----------------------------------------------------------------------------

let loaded = 0;
let total = 0;
let reported = 0;

const count = (bytes) => {
  loaded += bytes;
  const now = performance.now();
  if (now - reported > 80 || loaded >= total) {
    reported = now;
    post({ type: "progress", phase: "download", loaded: Math.min(loaded, total), total });
  }
};

const within = (promise, what, limit = STALLED) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Failure("download", `${what}: no answer`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const broken = (file, error) =>
  error instanceof Failure ? error : new Failure("download", `${file.file}: ${error?.message ?? error}`);

// A file of the shared folder as a stream of its bytes, unpacked where it is packed. Our files
// come packed, so that no server has to do it; one that says so in a header has unpacked them.
// Every way in which it can break off is told to `fail` as well, as Pyodide keeps it to itself.
const stream = async (file, { counted = true, fail = () => {} } = {}) => {
  const get = async () => {
    const response = await nativeFetch(base + file.file + (file.digest ? `?v=${file.digest}` : ""), {
      cache: "force-cache",
    });
    if (!response.ok) throw new Failure("download", `${file.file}: HTTP ${response.status}`);
    return response.body.getReader();
  };
  const told = (error) => {
    const failure = broken(file, error);
    fail(failure);
    throw failure;
  };
  const reader = await within(get(), file.file).catch(told);
  const read = async () => {
    const part = await within(reader.read(), file.file).catch(told);
    if (counted && part.value) count(part.value.length);
    return part;
  };
  const first = await read();
  const packed = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  const pull = (next) => async (controller) => {
    const part = await next().catch(told);
    if (part.done) controller.close();
    else controller.enqueue(part.value);
  };
  const bytes = new ReadableStream({
    start: (controller) => controller.enqueue(first.value ?? new Uint8Array()),
    pull: pull(read),
  });
  if (!packed) return bytes;
  const unpacked = bytes.pipeThrough(new DecompressionStream("gzip")).getReader();
  return new ReadableStream({ pull: pull(() => unpacked.read()) });
};

const buffer = async (file, options) => {
  const body = await stream(file, options);
  try {
    return new Uint8Array(await new Response(body).arrayBuffer());
  } catch (error) {
    throw broken(file, error);
  }
};

// ---- start --------------------------------------------------------------------------------

const start = async (message) => {
  ({ base, manifest } = message);
  const { files, engine } = manifest;
  const folder = base + engine.folder;
  total = engine.bytes + Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  count(0);
  let fail;
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  // Everything at once; Pyodide asks for its own parts under names that we answer for.
  const parts = new Map([
    [`${folder}pyodide.asm.wasm`, ["application/wasm", stream(files.wasm, { fail })]],
    [`${folder}python_stdlib.zip`, ["application/zip", stream(files.stdlib, { fail })]],
  ]);
  const wheel = buffer(files.wheel, { fail });
  const program = buffer(files.runner, { fail });
  const engineParts = Promise.all([import(`${folder}pyodide.mjs`), import(`${folder}pyodide.asm.mjs`)]).catch(
    (error) => {
      throw new Failure("download", error.message);
    },
  );
  for (const promise of [wheel, program, engineParts, ...[...parts.values()].map(([, body]) => body)]) {
    promise.catch(fail);
  }
  self.fetch = async (input, options) => {
    const part = parts.get(String(input?.url ?? input));
    if (!part) return nativeFetch(input, options);
    return new Response(await part[1], { headers: { "Content-Type": part[0] } });
  };
  const begin = async () => {
    const [{ loadPyodide }] = await engineParts;
    count(engine.bytes);
    const address = manifest.packages.local ? base + manifest.packages.address : manifest.packages.address;
    python = await loadPyodide({
      indexURL: folder,
      lockFileContents: JSON.stringify(manifest.lock),
      packageBaseUrl: address,
      env: { SME_SURVEY_LANG: message.language, MPLBACKEND: "agg", PYTHONHASHSEED: "0", TZ: "UTC" },
      fsInit: async () => post({ type: "progress", phase: "start" }),
    });
    python.unpackArchive(await wheel, "wheel");
    python.FS.writeFile("/lib/sme_survey_replay.py", await program);
    self.restOfLibrary = () => {
      const request = new XMLHttpRequest();
      request.open("GET", base + manifest.rest.file, false);
      request.responseType = "arraybuffer";
      try {
        request.send();
      } catch {
        return null;
      }
      return request.status === 200 ? new Uint8Array(request.response) : null;
    };
    python.globals.set("rest_modules", python.toPy(manifest.rest.modules));
    runner = python.runPython(`
import sys
sys.path.append("/lib")
import sme_survey_replay
from js import restOfLibrary
sme_survey_replay.offer_rest(rest_modules, restOfLibrary)
sme_survey_replay
`);
    session = runner.Session();
  };
  await Promise.race([begin(), failed]);
  self.fetch = nativeFetch;
  post({ type: "ready" });
};

// ---- packages -----------------------------------------------------------------------------

const closure = (names) => {
  const found = new Set();
  const waiting = [...names];
  while (waiting.length) {
    const name = waiting.pop();
    if (found.has(name) || !manifest.lock.packages[name]) continue;
    found.add(name);
    waiting.push(...manifest.lock.packages[name].depends);
  }
  return [...found];
};

const loadPackages = async (names) => {
  const wanted = closure(names).filter((name) => !(name in python.loadedPackages));
  const host = new URL(manifest.packages.address, base).host;
  let arrived = 0;
  const tell = () => post({ type: "progress", phase: "packages", loaded: arrived, total: wanted.length, host });
  const said = [];
  tell();
  self.fetch = async (input, options) => {
    const response = await within(
      nativeFetch(input, { ...options, credentials: "omit" }),
      String(input),
      PACKAGE,
    );
    arrived += 1;
    tell();
    return response;
  };
  try {
    // Pyodide checks each file against the sha256 of its lock. It does not throw when a download
    // fails: what was loaded tells.
    await python.loadPackage(wanted, { errorCallback: (text) => said.push(text), messageCallback: () => {} });
  } catch (error) {
    said.push(error.message);
  } finally {
    self.fetch = nativeFetch;
  }
  const missing = wanted.filter((name) => !(name in python.loadedPackages));
  if (missing.length) throw new Failure("packages", `${missing.join(", ")} (${host}) ${said.slice(0, 2).join(" ")}`);
  const needed = manifest.drawing.packages;
  if (!drawing && needed.every((name) => name in python.loadedPackages)) {
    python.unpackArchive(await buffer(manifest.drawing, { counted: false }), "wheel");
    drawing = true;
  }
};

// ---- cells --------------------------------------------------------------------------------

const runCells = async ({ cells, reset }) => {
  if (reset) session.reset();
  for (const [index, cell] of cells.entries()) {
    post({ type: "progress", phase: "cell", number: cell.number, index: index + 1, total: cells.length });
    const text = await runner.run_cell(session, cell.number, cell.source, cell.stored, cell.draw && drawing);
    const result = JSON.parse(text);
    post({ type: "cell", number: cell.number, result });
    const offered = result.missing && (result.missing === "ipywidgets" || packageOf(result.missing));
    if (result.failed && !offered && !cell.mayFail) break;
  }
  post({ type: "done", versions: JSON.parse(runner.versions(python.toPy(NAMES))) });
};

const packageOf = (module) => {
  if (manifest.drawing.modules.includes(module)) return manifest.drawing.packages;
  const found = Object.values(manifest.lock.packages).find((item) => item.imports.includes(module));
  return found ? [found.name] : null;
};

const handle = {
  start,
  run: runCells,
  packages: async ({ names }) => {
    await loadPackages(names);
    post({ type: "loaded", drawing });
  },
  check: async ({ content, choices, language }) => {
    post({ type: "progress", phase: "check" });
    const given = typeof content === "string" ? content : python.toPy(content);
    post({ type: "checked", report: JSON.parse(runner.check_table(given, JSON.stringify(choices), language)) });
  },
  draw: async ({ number }) => {
    post({ type: "progress", phase: "draw", number });
    post({ type: "drawn", number, pictures: JSON.parse(runner.draw_cell(session, number)) });
    post({ type: "done", versions: JSON.parse(runner.versions(python.toPy(NAMES))) });
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
