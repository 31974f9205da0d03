// Starts this page's own Python in a worker (`worker.js`) and talks to it. Replay and the checks of
// a table use it; nothing is downloaded before one of them asks for it.

/** Something that a reader is told: its kind chooses the words. */
export class Trouble extends Error {
  /**
   * @param {string} kind
   * @param {string} [detail] in the words of the browser or of Python
   */
  constructor(kind, detail = "") {
    super(detail);
    this.kind = kind;
  }
}

/** @param {string} url */
export const getJson = async (url) => {
  const name = url.split("/").pop();
  const response = await fetch(url, { cache: "no-cache" }).catch((error) => {
    throw new Trouble("download", `${name}: ${error.message}`);
  });
  if (!response.ok) throw new Trouble("download", `${name}: HTTP ${response.status}`);
  return response.json();
};

/**
 * @typedef {(data: Answer) => unknown} Hear says of each answer whether it is the last one
 * @typedef {(reject: (trouble: Trouble) => void) => void} Stopped is handed what ends the waiting
 */

/**
 * What is waited for, until the reader stops it.
 * @template T
 * @param {Promise<T>} promise
 * @param {Stopped} stopped
 * @returns {Promise<T>}
 */
export const stoppable = (promise, stopped) =>
  Promise.race([promise, new Promise((_, reject) => stopped(reject))]);

/**
 * One Python of one page.
 * @param {string} base the folder that both editions share
 * @param {string} language
 * @param {string} [made] what the page says that its Python is made of
 */
export const pagePython = (base, language, made) => {
  /** @type {Manifest | null} */
  let manifest = null;
  /** @type {Worker | null} */
  let worker = null;
  let started = false;
  let current = false; // since Python last ended, the manifest was asked for
  const python = {
    /** What the site's Python is made of, once it is prepared. @returns {Manifest} */
    get manifest() {
      if (!manifest) throw new Trouble("run", "core.json has not been read");
      return manifest;
    },
    get prepared() {
      return manifest !== null;
    },
    prepare: async () => {
      if (current) return;
      const found = await getJson(`${base}core.json`);
      // a site renewed while the page was open: scripts and numbers of two versions never meet
      if (found.made !== made) throw new Trouble("renewed");
      manifest = found;
      current = true;
    },
    stop: () => {
      worker?.terminate();
      worker = null;
      started = false;
      current = false;
    },
    /**
     * Sends a message and waits for its last answer.
     * @param {Record<string, unknown>} message
     * @param {Hear} hear
     * @param {Stopped} [stopped]
     * @returns {Promise<Answer>}
     */
    talk: (message, hear, stopped = () => {}) =>
      new Promise((resolve, reject) => {
        if (!worker) {
          reject(new Trouble("run"));
          return;
        }
        stopped(reject);
        worker.onmessage = ({ data }) => {
          if (data.type === "failed") reject(new Trouble(data.kind, data.detail));
          else if (hear(data)) resolve(data);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Trouble(started ? "run" : "start", event.message ?? ""));
        };
        worker.postMessage(message);
      }),
    /**
     * @param {Hear} progress
     * @param {Stopped} stopped
     */
    start: async (progress, stopped) => {
      if (worker) return;
      if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
        throw new Trouble("old");
      }
      worker = new Worker(base + python.manifest.worker.file, { type: "module" });
      try {
        const message = { type: "start", base, manifest, language };
        await python.talk(message, (data) => progress(data) || data.type === "ready", stopped);
        started = true;
      } catch (error) {
        python.stop();
        throw error;
      }
    },
  };
  return python;
};
