// Python starts: its parts come at once, and Pyodide finds them where it looks for them.
import { buffer, count, expect, Failure, nativeFetch, post, stream } from "./downloads.js";
import { forgetMemory, keepMemory, keptMemory } from "./memory.js";

/** @typedef {{ base: string, manifest: Manifest, language: string }} Site */

/** What is imported by an address that is known only now. @param {string} address */
const imported = (address) => import(address);

/**
 * Gives the package the standard library's other modules, by a request that Python can wait for.
 * @param {any} python
 * @param {Site} site
 */
const offerRest = (python, { base, manifest }) => {
  Object.assign(self, {
    restOfLibrary: () => {
      const request = new XMLHttpRequest();
      request.open("GET", base + manifest.rest.file, false);
      request.responseType = "arraybuffer";
      try {
        request.send();
      } catch {
        return null;
      }
      return request.status === 200 ? new Uint8Array(request.response) : null;
    },
  });
  python.globals.set("rest_modules", python.toPy(manifest.rest.modules));
};

/** Where the package is, for Python: it imports from the archive, as from the standard library's. */
const PACKAGE = "/lib/sme_survey.zip";
const DATA = "/data"; // its folder of that name, unpacked
/** What is done at each start: files are not in a kept memory. */
const UNPACK = [
  "import sys, zipfile",
  `with zipfile.ZipFile("${PACKAGE}") as archive:`,
  `    archive.extractall("/", [name for name in archive.namelist() if name.startswith("data/")])`,
].join("\n");
/** What is done once: the package and its data are in memory then. */
const IMPORT = [
  `sys.path.append("${PACKAGE}")`,
  "import sme_survey",
  "from sme_survey.presentation import prose, running",
  "sme_survey.load()",
  "None",
].join("\n");
/** What is done at each start: a kept memory must not draw the same random numbers again. */
const BEGIN = [
  "import random",
  "random.seed()",
  "from js import restOfLibrary",
  "running.offer_rest(rest_modules, restOfLibrary)",
  "running",
].join("\n");

/**
 * Begins to load every part at once. Pyodide asks for its own under names that we answer for.
 * @param {Site} site
 * @param {(reason: unknown) => void} fail is told of whatever breaks off
 */
const partsOf = ({ base, manifest }, fail) => {
  const { files, engine } = manifest;
  const folder = base + engine.folder;
  expect(engine.bytes + Object.values(files).reduce((sum, file) => sum + file.bytes, 0));
  const answers = new Map([
    [`${folder}pyodide.asm.wasm`, { type: "application/wasm", body: stream(base, files.wasm, { fail }) }],
    [`${folder}python_stdlib.zip`, { type: "application/zip", body: stream(base, files.stdlib, { fail }) }],
  ]);
  const archive = buffer(base, files.package, { fail });
  const scripts = [`${folder}pyodide.mjs`, `${folder}pyodide.asm.mjs`].map(imported);
  const engineParts = Promise.all(scripts).catch((error) => {
    throw new Failure("download", error.message);
  });
  const waiting = [archive, engineParts, ...[...answers.values()].map((part) => part.body)];
  for (const promise of waiting) promise.catch(fail);
  return { folder, answers, archive, engineParts };
};

/**
 * Starts Python from its parts, or from a memory that was kept of such a start.
 * @param {Site} site
 * @param {Uint8Array | null} memory
 * @returns {Promise<{ python: any, runner: any }>}
 */
const startFrom = async (site, memory) => {
  const { base, manifest, language } = site;
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const { folder, answers, archive, engineParts } = partsOf(site, fail);
  self.fetch = async (input, options) => {
    const part = answers.get(input instanceof Request ? input.url : String(input));
    if (!part) return nativeFetch(input, options);
    return new Response(await part.body, { headers: { "Content-Type": part.type } });
  };
  const begin = async () => {
    const [{ loadPyodide }] = await engineParts;
    count(manifest.engine.bytes);
    const { address, local } = manifest.packages;
    const python = await loadPyodide({
      indexURL: folder,
      lockFileContents: JSON.stringify(manifest.lock),
      packageBaseUrl: local ? base + address : address,
      env: { SME_SURVEY_LANG: language, SME_SURVEY_DATA: DATA, MPLBACKEND: "agg", PYTHONHASHSEED: "0", TZ: "UTC" },
      fsInit: async () => post({ type: "progress", phase: "start" }),
      ...(memory ? { _loadSnapshot: memory } : { _makeSnapshot: true }),
    });
    python.FS.writeFile(PACKAGE, await archive);
    python.runPython(UNPACK);
    if (!memory) {
      python.runPython(IMPORT);
      keepMemory(site, python);
    }
    offerRest(python, site);
    return { python, runner: python.runPython(BEGIN) };
  };
  try {
    return await Promise.race([begin(), failed]);
  } finally {
    self.fetch = nativeFetch;
  }
};

/**
 * Starts Python with the package and the program that runs cells: from the memory that an earlier
 * start left in this browser, and from its parts where there is none or it does not start.
 * @param {Site} site
 */
export const startPython = async (site) => {
  const memory = await keptMemory(site);
  if (memory) {
    try {
      return { ...(await startFrom(site, memory)), kept: true };
    } catch (error) {
      if (error instanceof Failure) throw error;
      await forgetMemory(site);
    }
  }
  return { ...(await startFrom(site, null)), kept: false };
};
