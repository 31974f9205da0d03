// Keeps the memory of a Python that has started with the package, for engines that interpret
// WebAssembly at first: they start from it at once. Nothing in it varies with time, chance or place.
//
// Usage: node memory.mjs FOLDER_OF_PYODIDE STANDARD_LIBRARY PACKAGE OUTPUT
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ENVIRONMENT, HEAP, IMPORT, PACKAGE, UNPACK } from "../scripts/worker/begin.js";

const [source, library, archive, output] = process.argv.slice(2).map((name) => path.resolve(name));
process.argv[1] = "python"; // the name of the program is in its memory
const clock = Number(process.env.SOURCE_DATE_EPOCH) * 1000;
Date.now = () => clock;
performance.now = () => 1;
const { loadPyodide } = await import(pathToFileURL(path.join(source, "pyodide.mjs")));

const python = await loadPyodide({ stdLibURL: library, env: { ...ENVIRONMENT }, _makeSnapshot: true });
python.FS.writeFile(PACKAGE, fs.readFileSync(archive));
python.runPython(UNPACK);
python.runPython(IMPORT);
python.runPython("import gc, random\nrandom.seed(0)\ngc.collect()");
const size = python._module.HEAP8.length;
if (size !== HEAP) throw new Error(`the memory has ${size} bytes, and only one of ${HEAP} can be restored`);
fs.writeFileSync(output, python.makeMemorySnapshot());
