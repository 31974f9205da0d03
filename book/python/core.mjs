// Splits Python's standard library, as the pyodide package of npm holds it, in two archives:
//
//   stdlib.zip  what a start and our chapters import, compiled beforehand (a browser needs most of
//               its start-up time to compile these modules)
//   rest.zip    every other module, as source; the worker fetches it when one is asked for
//
// Usage: node core.mjs FOLDER_OF_PYODIDE OUTPUT_FOLDER
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [source, output] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide, version } = await import(pathToFileURL(path.join(source, "pyodide.mjs")));

const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
python.FS.writeFile("/in.zip", fs.readFileSync(path.join(source, "python_stdlib.zip")));
const about = python.runPython(`
import sys

# What chapters and the package import; a module that is missing here only costs a second request.
import argparse, ast, asyncio, base64, bisect, calendar, codecs, collections.abc, contextlib, copy
import csv, dataclasses, datetime, decimal, difflib, enum, fractions, functools, gettext, gzip
import hashlib, heapq, html, html.parser, importlib.metadata, importlib.resources, inspect, io
import itertools, json, linecache, locale, math, numbers, operator, os, pathlib, pprint, random
import re, shutil, statistics, string, struct, tempfile, textwrap, time, traceback, types, typing
import unicodedata, warnings, weakref, zipfile, zipimport, zlib
import _strptime, xml.etree.ElementTree

import importlib._bootstrap_external as external
import importlib.util

WHOLE = ("pyodide/", "_pyodide/")  # a start in a browser may import other parts than one in Node.js
CODECS = ("ascii", "latin_1", "idna", "punycode", "cp437", "unicode_escape", "raw_unicode_escape")
PLACE = "/lib/python314.zip"
loaded = set(sys.modules) | {f"encodings.{name}" for name in CODECS}


def module_name(file):
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


archive = zipfile.ZipFile("/in.zip")
stdlib, rest = zipfile.ZipFile("/stdlib.zip", "w"), zipfile.ZipFile("/rest.zip", "w")
outside = []
for name in sorted(archive.namelist()):
    content = archive.read(name)
    if name.endswith("/"):
        continue
    first = name.startswith(WHOLE) or module_name(name) in loaded
    if not first and name.endswith(".py"):
        outside.append(module_name(name))
    elif name.endswith(".py"):
        code = compile(content, f"{PLACE}/{name}", "exec", dont_inherit=True, optimize=0)
        content = external._code_to_hash_pyc(code, importlib.util.source_hash(content), False)
        name += "c"
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    (rest if not first and name.endswith(".py") else stdlib).writestr(entry, content)
stdlib.close()
rest.close()
json.dumps({"python": ".".join(map(str, sys.version_info[:3])), "rest": outside})
`);
fs.mkdirSync(output, { recursive: true });
for (const name of ["stdlib.zip", "rest.zip"]) {
  fs.writeFileSync(path.join(output, name), python.FS.readFile(`/${name}`));
}
const facts = { pyodide: version, ...JSON.parse(about) };
fs.writeFileSync(path.join(output, "core.json"), `${JSON.stringify(facts)}\n`);
