// What Python does when it starts, in the reader's browser and in the build, which keeps its memory.

/** Where the package is, for Python: it imports from the archive, as from the standard library's. */
export const PACKAGE = "/lib/sme_survey.zip";
const DATA = "/data"; // its folder of that name, unpacked
export const ENVIRONMENT = { SME_SURVEY_DATA: DATA, MPLBACKEND: "agg", PYTHONHASHSEED: "0", TZ: "UTC" };
/** Bytes of memory that Pyodide begins with; it restores no larger one. */
export const HEAP = 30 * 1024 * 1024;
/** What is done at each start: files are not in a kept memory. */
export const UNPACK = [
  "import sys, zipfile",
  `with zipfile.ZipFile("${PACKAGE}") as archive:`,
  `    archive.extractall("/", [name for name in archive.namelist() if name.startswith("data/")])`,
].join("\n");
/** What is done once: the package, the modules that nearly all chapters begin with, and the data are in memory then. */
export const IMPORT = [
  `sys.path.append("${PACKAGE}")`,
  "import sme_survey",
  "from sme_survey.presentation import figures, prose, running",
  "sme_survey.load()",
  "None",
].join("\n");
/** What is done at each start: a kept memory has the random numbers and the language of the start that left it. */
export const BEGIN = [
  "import random",
  "random.seed()",
  "import os",
  "os.environ['SME_SURVEY_LANG'] = language",
  "from js import restOfLibrary",
  "running.offer_rest(rest_modules, restOfLibrary)",
  "running",
].join("\n");
