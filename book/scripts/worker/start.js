// Python starts: its parts come at once, and Pyodide finds them where it looks for them.
import { buffer, count, expect, Failure, nativeFetch, post, stream } from "./downloads.js";

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

const BEGIN = [
  "import sys",
  'sys.path.append("/lib")',
  "import sme_survey_replay",
  "from js import restOfLibrary",
  "sme_survey_replay.offer_rest(rest_modules, restOfLibrary)",
  "sme_survey_replay",
].join("\n");

/**
 * Starts Python with the package and the program that runs cells.
 * @param {Site} site
 * @returns {Promise<{ python: any, runner: any }>}
 */
export const startPython = async (site) => {
  const { base, manifest, language } = site;
  const { files, engine } = manifest;
  const folder = base + engine.folder;
  expect(engine.bytes + Object.values(files).reduce((sum, file) => sum + file.bytes, 0));
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  // Everything at once; Pyodide asks for its own parts under names that we answer for.
  const parts = new Map([
    [`${folder}pyodide.asm.wasm`, { type: "application/wasm", body: stream(base, files.wasm, { fail }) }],
    [`${folder}python_stdlib.zip`, { type: "application/zip", body: stream(base, files.stdlib, { fail }) }],
  ]);
  const wheel = buffer(base, files.wheel, { fail });
  const program = buffer(base, files.runner, { fail });
  const scripts = [`${folder}pyodide.mjs`, `${folder}pyodide.asm.mjs`].map(imported);
  const engineParts = Promise.all(scripts).catch((error) => {
    throw new Failure("download", error.message);
  });
  const waiting = [wheel, program, engineParts, ...[...parts.values()].map((part) => part.body)];
  for (const promise of waiting) promise.catch(fail);
  self.fetch = async (input, options) => {
    const part = parts.get(input instanceof Request ? input.url : String(input));
    if (!part) return nativeFetch(input, options);
    return new Response(await part.body, { headers: { "Content-Type": part.type } });
  };
  const begin = async () => {
    const [{ loadPyodide }] = await engineParts;
    count(engine.bytes);
    const { address, local } = manifest.packages;
    const python = await loadPyodide({
      indexURL: folder,
      lockFileContents: JSON.stringify(manifest.lock),
      packageBaseUrl: local ? base + address : address,
      env: { SME_SURVEY_LANG: language, MPLBACKEND: "agg", PYTHONHASHSEED: "0", TZ: "UTC" },
      fsInit: async () => post({ type: "progress", phase: "start" }),
    });
    python.unpackArchive(await wheel, "wheel");
    python.FS.writeFile("/lib/sme_survey_replay.py", await program);
    offerRest(python, site);
    return { python, runner: python.runPython(BEGIN) };
  };
  const started = await Promise.race([begin(), failed]);
  self.fetch = nativeFetch;
  return started;
};
