// What Python says of a table, as the reader sees it.
import { button, make, scroller } from "../dom.js";
import { pictureIn } from "./picture.js";
import { interval, points, range, say, to, whole } from "./words.js";

const MOST_TABLES = 24;
const MOST_LINES = 300;
const MOST_FINDINGS = 50;
const MOST_CELLS = 12; // named in one note

/** @param {...string} keys */
const heads = (...keys) => {
  const cells = keys.map((key) => make("th", { scope: "col", textContent: say(`col_${key}`) }));
  return make("thead", {}, make("tr", {}, ...cells));
};
/** @param {string} first @param {(string | number)[]} rest @param {boolean} [bad] */
const row = (first, rest, bad = false) => {
  const cells = rest.map((text) => make("td", { textContent: text }));
  return make("tr", { class: bad ? "own-bad" : "" }, make("th", { scope: "row", textContent: first }), ...cells);
};
/** @param {string} text */
const hint = (text) => make("p", { class: "own-hint", textContent: text });
/** @param {number} more @param {string} key */
const moreOf = (more, key) => (more > 0 ? hint(say(key, { n: whole(more) })) : null);

/** @param {OwnReport} report */
const findings = (report) => {
  const items = report.tables.flatMap((table) =>
    table.checks.flatMap((check) =>
      check.findings.map((finding) => {
        const cells = finding.cells.filter(Boolean).join(", ");
        const where = [cells, table.title, finding.options.join(", ")].filter(Boolean).join(" · ");
        return make(
          "li",
          {},
          make("strong", { textContent: where || say("table") }),
          make("span", { class: "own-which", textContent: check.title }),
          make("span", { textContent: finding.reason }),
        );
      }),
    ),
  );
  return items.length ? make("ol", { class: "own-findings" }, ...items.slice(0, MOST_FINDINGS)) : null;
};

/** @param {OwnLine} line */
const verdict = (line) => {
  if (line.percent == null) return say("not_published");
  if (line.reasons.length) return say("not_attainable");
  return line.counts == null ? "" : say("attainable");
};

/** @param {OwnTable} table */
const linesOf = (table) => {
  const rows = table.lines.slice(0, MOST_LINES).map((line) => {
    const { option, percent, n, counts, narrow } = line;
    const texts = [
      percent == null ? "–" : `${percent}%`,
      n == null ? "–" : whole(n),
      range(counts),
      range(narrow),
      interval(line.interval),
      verdict(line),
    ];
    return row(option, texts, line.reasons.length > 0);
  });
  const head = heads("option", "percent", "n", "counts", "narrow", "interval", "result");
  return make("table", { class: "own-table-lines" }, head, make("tbody", {}, ...rows));
};

/** @param {OwnTable} table */
const checksOf = (table) => {
  const rows = table.checks.map(({ title, tests, skipped, findings: found }) => {
    const outcome = found.length ? say("found_n", { n: found.length }) : say("attainable");
    return row(title, [skipped ? "–" : tests, skipped ?? outcome], found.length > 0);
  });
  const head = heads("check", "tests", "outcome");
  return make("table", { class: "own-table-checks" }, head, make("tbody", {}, ...rows));
};

/** @param {OwnTable} table */
const sectionOf = (table) => {
  const name = table.title || say("table");
  const n = table.n == null ? [] : [`n = ${whole(table.n)}`];
  const facts = [say(table.answer_type), ...n].join(" · ");
  const checks = say("checks_of", { table: name });
  const drawn = table.lines.some((line) => line.interval);
  const power = table.power && {
    tried: whole(table.power.tried),
    percent: table.power.percent.toFixed(1),
  };
  return make(
    "section",
    { class: "own-one" },
    make("h4", { textContent: name }),
    make("p", { class: "own-facts", textContent: facts }),
    scroller(linesOf(table), say("lines_of", { table: name })),
    moreOf(table.lines.length - MOST_LINES, "more_lines"),
    drawn ? pictureIn(table) : null,
    drawn ? hint(say("picture_key")) : null,
    make(
      "details",
      { class: "own-more", open: table.checks.some((check) => check.findings.length) },
      make("summary", { textContent: checks }),
      scroller(checksOf(table), checks),
    ),
    power && make("p", { class: "own-power", textContent: say("power", power) }),
  );
};

/** @param {OwnReport} report */
const differencesOf = (report) => {
  const rows = report.differences.slice(0, MOST_LINES).map((item) => {
    const name = [item.question, item.option].filter(Boolean).join(" · ");
    const line = row(name || say("between_options"), [
      `${item.first} → ${item.second}`,
      points(item.points),
      to(`${points(item.low)} `, ` ${points(item.high)}`),
      item.p_holm < 0.001 ? "< 0.001" : item.p_holm.toFixed(3),
      say(item.beyond_chance ? "beyond" : "within"),
    ]);
    line.cells[1].className = "own-words";
    return line;
  });
  const head = heads("option", "between", "points", "interval_points", "p", "result");
  const table = scroller(make("table", {}, head, make("tbody", {}, ...rows)), say("differences"));
  const without = report.no_differences.map(({ question, why }) =>
    make("p", { textContent: [question, `${say("differences")} ${why}`].filter(Boolean).join(": ") }),
  );
  const title = make("summary", { textContent: say("differences") });
  return make("details", { class: "own-more" }, title, rows.length ? table : null, ...without);
};

/** @param {OwnReport} report */
const notesOf = (report) =>
  report.notes.map(({ cells, said, refused }) => {
    const more = cells.length - MOST_CELLS;
    const where = cells.slice(0, MOST_CELLS).join(", ") + (more > 0 ? ` (+${whole(more)})` : "");
    return make(
      "li",
      { class: refused ? "own-refused" : "" },
      where ? make("strong", { textContent: `${where} ` }) : null,
      refused ? `${say("refused")} ` : null,
      said,
    );
  });

/** @param {OwnReport} report */
const download = (report) => {
  const blob = new Blob(["\ufeff", report.csv], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: "consistency-checks.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

/** @param {OwnReport} report */
const summaryOf = (report) => {
  const bad = report.findings > 0;
  const counts = { n: whole(report.findings), tests: whole(report.tests) };
  return make(
    "p",
    { class: "own-summary", "data-found": String(bad) },
    make("strong", { textContent: say(bad ? "some" : "none", counts) }),
    " ",
    make("span", { textContent: say(bad ? "some_note" : "none_note") }),
  );
};

/**
 * Shows a report in `place`.
 * @param {HTMLElement} place
 * @param {OwnReport} report
 * @returns {{ heading: HTMLElement, summary: HTMLElement }} where the reader goes on, and what is said
 */
export const showReport = (place, report) => {
  const heading = make("h3", { tabIndex: -1, textContent: say("results") });
  const summary = summaryOf(report);
  const notes = notesOf(report);
  const more = report.tables.length - MOST_TABLES;
  const parts = [
    heading,
    summary,
    findings(report),
    make("p", { class: "own-tools" }, button(say("download_csv"), () => download(report))),
    make("h4", { textContent: say("assumed") }),
    make("ul", {}, ...report.assumptions.map((text) => make("li", { textContent: text }))),
    notes.length ? make("h4", { textContent: say("read_as") }) : null,
    notes.length ? make("ul", { class: "own-notes" }, ...notes) : null,
    ...report.tables.slice(0, MOST_TABLES).map(sectionOf),
    more > 0 ? make("p", { textContent: say("more_tables", { n: whole(more) }) }) : null,
    differencesOf(report),
    hint(say("made_with", { version: report.version })),
  ];
  place.replaceChildren(...parts.filter((part) => part !== null));
  return { heading, summary };
};
