// Python starts: its parts come at once, and Pyodide finds them where it looks for them.
import { buffer, compiled, count, expect, expectMore, Failure, nativeFetch, post, stream } from "./downloads.js";
import { BEGIN, ENVIRONMENT, IMPORT, PACKAGE, UNPACK } from "./begin.js";
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

/**
 * Begins to load every part at once.
 * @param {Site} site
 * @param {(reason: unknown) => void} fail is told of whatever breaks off
 */
const partsOf = ({ base, manifest: { files } }, fail) => {
  const module = compiled(base, files.wasm);
  const stdlib = stream(base, files.stdlib, { fail });
  const archive = buffer(base, files.package, { fail });
  const scripts = [files.pyodide, files.engine].map(async (file) => {
    const found = await imported(base + file.file).catch((error) => {
      throw new Failure("download", error.message);
    });
    count(file.bytes);
    return found;
  });
  for (const promise of [module, stdlib, archive, ...scripts]) promise.catch(fail);
  return { module, stdlib, archive, scripts };
};

/**
 * Starts Python from its parts, or from a memory that was kept of such a start. The parts arrive
 * while the memory is looked for.
 * @param {Site} site
 * @param {(archive: Promise<unknown>) => Promise<Uint8Array | null>} look
 * @returns {Promise<{ python: any, runner: any, kept: boolean }>}
 */
const startFrom = async (site, look) => {
  const { base, manifest, language } = site;
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});
  const { module, stdlib, archive, scripts } = partsOf(site, fail);
  const looking = look(archive);
  looking.catch(fail);
  const { instantiateStreaming } = WebAssembly;
  // Pyodide asks for two files under names of its own, and compiles one of them: it gets ours.
  self.fetch = async (input, options) => {
    const address = input instanceof Request ? input.url : String(input);
    if (address.endsWith("/pyodide.asm.wasm")) return new Response();
    if (!address.endsWith("/python_stdlib.zip")) return nativeFetch(input, options);
    return new Response(await stdlib);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => {
    const instance = await WebAssembly.instantiate(await module, imports);
    return { module: await module, instance };
  };
  const begin = async () => {
    const [memory, { loadPyodide }, engine] = await Promise.all([looking, ...scripts]);
    const { address, local } = manifest.packages;
    const python = await loadPyodide({
      indexURL: base,
      createPyodideModule: engine.default,
      lockFileContents: JSON.stringify(manifest.lock),
      packageBaseUrl: local ? base + address : address,
      env: { ...ENVIRONMENT },
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
    python.globals.set("language", language);
    return { python, runner: python.runPython(BEGIN), kept: memory !== null };
  };
  try {
    return await Promise.race([begin(), failed]);
  } finally {
    self.fetch = nativeFetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
};

/**
 * WebKit interprets WebAssembly at first, and takes seconds for what others do in tenths: it starts
 * from the memory that the build kept. Elsewhere, or over a slow link, to load that takes longer than
 * it saves.
 */
const interpretsFirst = /AppleWebKit/.test(navigator.userAgent) && !/Chrom(e|ium)\//.test(navigator.userAgent);

/**
 * The memory to start from, if there is one: that of an earlier start; else that of the build, where
 * it helps and the package has arrived in the time that a link takes that is quick enough.
 * @param {Site} site
 * @param {Promise<unknown>} archive
 */
const memoryFor = async (site, archive) => {
  const began = performance.now();
  const kept = await keptMemory(site);
  if (kept || !interpretsFirst) return kept;
  await archive;
  const { memory } = site.manifest;
  if (performance.now() - began > memory.within) return null;
  expectMore(memory.bytes);
  return buffer(site.base, memory).catch(() => null); // without it Python starts all the same
};

/**
 * Starts Python with the package and the program that runs cells: from the memory that the build or
 * an earlier start in this browser kept, and from its parts where there is none or it does not start.
 * @param {Site} site
 */
export const startPython = async (site) => {
  /** @type {Uint8Array | null} */
  let memory = null;
  expect(Object.values(site.manifest.files).reduce((sum, file) => sum + file.bytes, 0));
  try {
    return await startFrom(site, async (archive) => {
      memory = await memoryFor(site, archive);
      return memory;
    });
  } catch (error) {
    if (error instanceof Failure || !memory) throw error;
    await forgetMemory(site);
    return startFrom(site, async () => null);
  }
};
