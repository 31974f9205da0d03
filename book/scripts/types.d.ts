// What the scripts share: words that the build puts in, what Python hands over, what is shown.

/** Words of a script in the language of the page, put in by the build. */
declare const WORDS: Record<string, string>;
/** Put in by the build: what the service worker keeps of each edition, and a digest of it. */
declare const EDITIONS: Record<string, string[]>;
declare const DIGEST: string;
/** Put in by the build: the page that the service worker answers with for what is not kept. */
declare const NOT_KEPT: string;
/** Passages of the edition, by page; `search-index.js` sets it. */
declare var bookIndex: [page: string, title: string, passages: [string, string, string][]][] | undefined;

/** Views that a page of controls loads once one is chosen, by the ids of their models. */
declare var bookLater: Record<string, string> | undefined;

/** Words that the book does not use, what to look for as well, where that leads, and a note. */
declare var bookWords: [names: string[], also: string[], page: string, note: string][] | undefined;

type Value = string | number | boolean | null;

interface Column {
  name: string;
  label: string;
  kind: string;
}

/** The data of a figure or table, as a chapter's cell gives them. */
interface Card {
  kind: "figure" | "table";
  label: string;
  lang: string;
  title: string;
  caption: string;
  alt: string;
  digest: string;
  columns: Column[];
  rows: Value[][];
  drawn?: boolean;
}

type MimeBundle = Record<string, any>;

interface Output {
  output_type: string;
  name: string;
  text: string;
  traceback: string[];
  data?: MimeBundle;
}

interface Difference {
  card: string;
  row: string;
  column: string;
  stored: unknown;
  fresh: unknown;
}

interface Comparison {
  verdict: string;
  values: number;
  texts: number;
  pictures: number;
  /** Pictures of the page that Python read: how many, and those that show other rows. */
  read: { count: number; otherwise: { card: string; rows: string[] }[] };
  numbers: Record<string, string>;
  count: number;
  differences: Difference[];
}

interface Result {
  outputs: Output[];
  failed: boolean;
  missing: string | null;
  comparison: Comparison;
  time: Date;
  source: string;
  /** Packages that would let the cell run. */
  needs: string[] | null;
}

/** A code cell of the page as its file describes it, with what became of it. */
interface Cell {
  number: number;
  id: string | null;
  source: string;
  original: string;
  stored: Output[];
  widgets?: boolean;
  raises?: boolean;
  view: View | undefined;
  result?: Result;
}

interface Editor {
  focus: () => void;
  destroy: () => void;
}

/** What readers see of a cell. */
interface View {
  element: HTMLElement;
  bar: HTMLElement;
  status: HTMLElement;
  button: HTMLButtonElement;
  edit: HTMLButtonElement | null;
  cell: Cell | null;
  editor: Editor | null;
  /** The place of outputs that the page has, and what it held. */
  output: Element | null;
  stored: ChildNode[] | undefined;
  /** A place of outputs that was made because the page has none. */
  made: HTMLElement | null;
  /** How to take out again what was put into the stored output. */
  undo: (() => void)[];
}

interface Locked {
  name: string;
  imports: string[];
  depends: string[];
}

/** A file beside both editions. */
interface SharedFile {
  file: string;
  bytes: number;
}

/** Compressed by the server: `bytes` are what it sends. */
interface WasmFile extends SharedFile {
  unpacked: number;
}

/** `core.json`: what this site's Python is made of. */
interface Manifest {
  made: string;
  pyodide: string;
  python: string;
  package: string;
  files: Record<"pyodide" | "engine" | "stdlib" | "package", SharedFile> & { wasm: WasmFile };
  /** Loaded where the package arrived within so many milliseconds. */
  memory: SharedFile & { within: number };
  rest: SharedFile & { modules: string[] };
  drawing: SharedFile & { packages: string[]; modules: string[] };
  packages: { address: string; local: boolean };
  lock: { packages: Record<string, Locked> };
  worker: SharedFile;
  editor: SharedFile;
}

/** A message of the worker; `type` says which. */
type Answer = { type: string } & Record<string, any>;

/** What Python says of a table of the reader's own (`own_tables` in the package). */
interface OwnLine {
  option: string;
  percent: string | null;
  n: number | null;
  counts: [number, number] | null;
  narrow: [number, number] | null;
  interval: [number, number] | null;
  reasons: string[];
}

interface OwnCheck {
  title: string;
  tests: number;
  skipped: string | null;
  findings: { cells: (string | null)[]; options: string[]; reason: string }[];
}

interface OwnTable {
  title: string;
  answer_type: string;
  n: number | null;
  lines: OwnLine[];
  checks: OwnCheck[];
  power: { tried: number; percent: number } | null;
}

interface OwnDifference {
  question: string;
  option: string;
  first: string;
  second: string;
  points: number;
  low: number;
  high: number;
  p_holm: number;
  beyond_chance: boolean;
}

interface OwnReport {
  problem?: string;
  version: string;
  text: string | null;
  csv: string;
  tests: number;
  findings: number;
  assumptions: string[];
  notes: { cells: string[]; said: string; refused: boolean }[];
  tables: OwnTable[];
  differences: OwnDifference[];
  no_differences: { question: string; why: string }[];
}
