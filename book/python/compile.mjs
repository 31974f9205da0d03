// Compiles the modules of an archive for Pyodide's Python, which imports them from there without
// unpacking it. What is no module stays as it is.
//
// Usage: node compile.mjs FOLDER_OF_PYODIDE ARCHIVE PLACE OUTPUT   (PLACE: where Python finds it)
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [source, archive, place, output] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(source, "pyodide.mjs")));

const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
python.FS.writeFile("/in.zip", fs.readFileSync(archive));
python.globals.set("PLACE", place);
python.runPython(`
import importlib._bootstrap_external as external
import importlib.util
import zipfile

archive = zipfile.ZipFile("/in.zip")
with zipfile.ZipFile("/out.zip", "w") as compiled:
    for name in sorted(archive.namelist()):
        content = archive.read(name)
        if name.endswith(".py"):
            code = compile(content, f"{PLACE}/{name}", "exec", dont_inherit=True, optimize=0)
            content = external._code_to_hash_pyc(code, importlib.util.source_hash(content), False)
            name += "c"
        compiled.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
`);
fs.writeFileSync(output, python.FS.readFile("/out.zip"));
