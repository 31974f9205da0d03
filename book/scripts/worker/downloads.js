// Files of the shared folder, as streams, with their progress and all the ways to break off.

const STALLED = 60_000; // milliseconds without a byte after which a download counts as failed
const OFTEN = 80; // milliseconds between two words about progress

/** Something that the page is told: its kind chooses the words. */
export class Failure extends Error {
  /** @param {string} kind @param {string} detail */
  constructor(kind, detail) {
    super(detail);
    this.kind = kind;
  }
}

/** @param {Answer} message */
export const post = (message) => self.postMessage(message);
export const nativeFetch = self.fetch.bind(self);

const arrived = { loaded: 0, total: 0, reported: 0 };

/** Begins to count what arrives. @param {number} bytes in all */
export const expect = (bytes) => {
  Object.assign(arrived, { loaded: 0, total: bytes, reported: 0 });
  count(0);
};

/** @param {number} bytes that come as well */
export const expectMore = (bytes) => {
  arrived.total += bytes;
};

/** @param {number} bytes that have arrived */
export const count = (bytes) => {
  arrived.loaded += bytes;
  const now = performance.now();
  const { loaded, total } = arrived;
  if (now - arrived.reported <= OFTEN && loaded < total) return;
  arrived.reported = now;
  post({ type: "progress", phase: "download", loaded: Math.min(loaded, total), total });
};

/**
 * A promise that fails where nothing comes in time.
 * @template T
 * @param {Promise<T>} promise
 * @param {string} what
 * @param {number} [limit] milliseconds
 * @returns {Promise<T>}
 */
export const within = (promise, what, limit = STALLED) => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Failure("download", `${what}: no answer`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** @typedef {{ counted?: boolean, fail?: (failure: Failure) => void }} Options */

/** @param {string} file @param {any} error */
const broken = (file, error) =>
  error instanceof Failure ? error : new Failure("download", `${file}: ${error?.message ?? error}`);

const WASM = "application/wasm";

/** @param {Response} response */
const bodyOf = (response) => /** @type {ReadableStream<Uint8Array>} */ (response.body);

/** @param {string} base @param {SharedFile} file */
const answerOf = async (base, file) => {
  const response = await nativeFetch(base + file.file, { cache: "force-cache" }).catch((error) => {
    throw broken(file.file, error);
  });
  if (!response.ok || !response.body) throw new Failure("download", `${file.file}: HTTP ${response.status}`);
  return response;
};

/**
 * WebAssembly, compiled while it arrives. A browser that keeps compiled code for the next visit does
 * so only where it is given the server's own answer: what has arrived is counted in a copy of it.
 * @param {string} base
 * @param {WasmFile} file
 * @returns {Promise<WebAssembly.Module>}
 */
export const compiled = async (base, file) => {
  const response = await within(answerOf(base, file), file.file);
  const copy = bodyOf(response.clone()).getReader();
  const named = response.headers.get("Content-Type")?.startsWith(WASM);
  const headers = { "Content-Type": WASM };
  const module = WebAssembly.compileStreaming(named ? response : new Response(response.body, { headers }));
  module.catch(() => {}); // said below, unless less than the whole file arrived
  let size = 0;
  try {
    for (;;) {
      const part = await within(copy.read(), file.file);
      if (part.done) break;
      size += part.value.length;
      count((part.value.length * file.bytes) / file.unpacked);
    }
  } catch (error) {
    throw broken(file.file, error);
  }
  if (size !== file.unpacked) throw new Failure("download", `${file.file}: ${size} of ${file.unpacked} bytes`);
  return module;
};

/**
 * A file as a stream of its bytes, unpacked where it is packed. Our files come packed, so that no
 * server has to do it; one that says so in a header has unpacked them. Every way in which it can
 * break off is told to `fail` as well, as Pyodide keeps it to itself.
 * @param {string} base
 * @param {SharedFile} file
 * @param {Options} [options]
 */
export const stream = async (base, file, { counted = true, fail = () => {} } = {}) => {
  /** @param {unknown} error @returns {never} */
  const told = (error) => {
    const failure = broken(file.file, error);
    fail(failure);
    throw failure;
  };
  const response = await within(answerOf(base, file), file.file).catch(told);
  const reader = bodyOf(response).getReader();
  const read = async () => {
    const part = await within(reader.read(), file.file).catch(told);
    if (counted && part.value) count(part.value.length);
    return part;
  };
  const first = await read();
  /** @param {() => Promise<ReadableStreamReadResult<Uint8Array>>} next */
  const pull = (next) => async (/** @type {ReadableStreamDefaultController} */ controller) => {
    const part = await next().catch(told);
    if (part.done) controller.close();
    else controller.enqueue(part.value);
  };
  const bytes = new ReadableStream({
    start: (controller) => controller.enqueue(first.value ?? new Uint8Array()),
    pull: pull(read),
  });
  const packed = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  if (!packed) return bytes;
  const unpacked = bytes.pipeThrough(new DecompressionStream("gzip")).getReader();
  return new ReadableStream({ pull: pull(() => unpacked.read()) });
};

/**
 * A file as a whole.
 * @param {string} base
 * @param {SharedFile} file
 * @param {Options} [options]
 */
export const buffer = async (base, file, options) => {
  const body = await stream(base, file, options);
  try {
    return new Uint8Array(await new Response(body).arrayBuffer());
  } catch (error) {
    throw broken(file.file, error);
  }
};
