// Starts this page's own Python in a worker (`_replay/worker.js`) and talks to it. Replay and the
// checks of a table use it; nothing is downloaded before one of them asks for it.
(() => {
  "use strict";

  class Trouble extends Error {
    constructor(kind, detail) {
      super(detail);
      this.kind = kind;
    }
  }

  const getJson = async (url) => {
    let response;
    try {
      response = await fetch(url, { cache: "no-cache" });
    } catch (error) {
      throw new Trouble("download", `${url.split("/").pop()}: ${error.message}`);
    }
    if (!response.ok) throw new Trouble("download", `${url.split("/").pop()}: HTTP ${response.status}`);
    return response.json();
  };

  // One Python of one page. `base` is the folder that both editions share.
  const pagePython = (base, language) => {
    let manifest = null;
    let worker = null;
    let started = false;
    const python = {
      get manifest() {
        return manifest;
      },
      get running() {
        return Boolean(worker);
      },
      prepare: async () => {
        manifest ??= await getJson(base + "core.json");
      },
      stop: () => {
        worker?.terminate();
        worker = null;
        started = false;
      },
      // Sends a message; `hear` says of each answer whether it is the last one. `stopped` is handed
      // what ends the waiting from outside.
      talk: (message, hear, stopped = () => {}) =>
        new Promise((resolve, reject) => {
          if (!worker) {
            reject(new Trouble("run", ""));
            return;
          }
          stopped(reject);
          worker.onmessage = ({ data }) => {
            if (data.type === "failed") reject(new Trouble(data.kind, data.detail));
            else if (hear(data)) resolve(data);
          };
          worker.onerror = (event) => {
            event.preventDefault?.();
            reject(new Trouble(started ? "run" : "start", event.message ?? ""));
          };
          worker.postMessage(message);
        }),
      start: async (progress, stopped) => {
        if (worker) return;
        if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function") {
          throw new Trouble("old", "");
        }
        worker = new Worker(base + manifest.worker.file, { type: "module" });
        try {
          const hear = (data) => progress(data) ?? data.type === "ready";
          await python.talk({ type: "start", base, manifest, language }, hear, stopped);
          started = true;
        } catch (error) {
          python.stop();
          throw error;
        }
      },
    };
    return python;
  };

  window.smeStart = { Trouble, getJson, pagePython };
})();
