// Consistency checks of a table that the reader pastes or drops: Python runs in this page, nothing
// is loaded before the first check, nothing leaves the page, and nothing is kept.
(() => {
  "use strict";

  const here = document.currentScript;
  const base = new URL(here.dataset.root, location.href).href;
  const language = document.documentElement.lang === "ja" ? "ja" : "en";
  const MOST_TABLES = 24;
  const MOST_LINES = 300;

  const begin = (place) => {
    const words = JSON.parse(place.dataset.words);
    const examples = JSON.parse(place.dataset.examples);
    const say = (key, values = {}) =>
      words[`own_${key}`].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    const whole = (n) => n.toLocaleString("en");
    const { Trouble, pagePython } = window.smeStart;
    const python = pagePython(base, language);
    let file = null; // bytes of the file last chosen, as long as its text was not edited
    let job = null;
    let report = null;

    const make = (tag, properties = {}, ...children) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(properties)) {
        if (name === "class") element.className = value;
        else if (name === "on") for (const [event, action] of Object.entries(value)) element.addEventListener(event, action);
        else if (name in element && name !== "list") element[name] = value;
        else element.setAttribute(name, value);
      }
      element.append(...children.filter((child) => child != null));
      return element;
    };
    const button = (text, action, properties = {}) =>
      make("button", { type: "button", textContent: text, on: { click: action }, ...properties });

    // ---- input -----------------------------------------------------------------------------

    const area = make("textarea", {
      id: "own-text",
      rows: 9,
      spellcheck: false,
      autocapitalize: "off",
      autocomplete: "off",
      on: { input: () => (file = null) },
    });
    area.setAttribute("aria-describedby", "own-hint");
    const chooser = make("input", { type: "file", id: "own-file", accept: ".csv,.tsv,.txt,.md,text/*" });
    const take = async (chosen) => {
      if (!chosen) return;
      file = new Uint8Array(await chosen.arrayBuffer());
      area.value = "";
      check();
    };
    chooser.addEventListener("change", () => take(chooser.files[0]).finally(() => (chooser.value = "")));
    const drop = make(
      "div",
      { class: "own-drop" },
      make("label", { htmlFor: "own-text", textContent: say("paste") }),
      make("p", { id: "own-hint", class: "own-hint", textContent: say("hint") }),
      area,
      make("p", { class: "own-file" }, make("label", { htmlFor: "own-file", textContent: say("file") }), " ", chooser),
    );
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("own-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("own-over"));
    drop.addEventListener("drop", (event) => {
      drop.classList.remove("own-over");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });
    const loaders = examples.map(({ title, text }) =>
      button(title, () => {
        file = null;
        area.value = text;
        check();
      }),
    );

    // ---- choices ---------------------------------------------------------------------------

    const fields = {};
    const field = (name, control, hint) => {
      control.id = `own-${name}`;
      control.addEventListener("change", () => report && check(false));
      fields[name] = control;
      const label = make("label", { htmlFor: control.id, textContent: say(name) });
      const note = hint ? make("span", { class: "own-hint", id: `own-${name}-hint`, textContent: hint }) : null;
      if (note) control.setAttribute("aria-describedby", note.id);
      return make("div", { class: "own-field" }, label, control, note);
    };
    const select = (options) => {
      const control = make("select");
      for (const [value, text] of options) control.append(make("option", { value, textContent: text }));
      return control;
    };
    const number = () => make("input", { type: "text", inputMode: "decimal", size: 8, autocomplete: "off" });
    const weighted = make("input", { type: "checkbox", id: "own-weighted" });
    weighted.addEventListener("change", () => report && check(false));
    const choices = make(
      "fieldset",
      { class: "own-choices" },
      make("legend", { textContent: say("choices") }),
      field("kind", select([["", say("recognise")], ["single", say("single")], ["multiple", say("multiple")]])),
      field(
        "rounding",
        select(["nearest", "half_up", "half_even", "truncated", "unknown"].map((key) => [key, say(`round_${key}`)])),
      ),
      field("decimals", select([["", say("recognise")], ["0", "0"], ["1", "1"], ["2", "2"]])),
      field("n", number(), say("n_hint")),
      field("total", make("input", { type: "text", autocomplete: "off" }), say("total_hint")),
      field("exclusive", make("input", { type: "text", autocomplete: "off" }), say("exclusive_hint")),
      field("parent_percent", number(), say("parent_hint")),
      field("parent_n", number()),
      make("div", { class: "own-field own-check" }, weighted, make("label", { htmlFor: "own-weighted", textContent: say("weighted") })),
    );
    const chosen = () => {
      const values = { weighted: weighted.checked };
      for (const [name, control] of Object.entries(fields)) values[name] = control.value.trim();
      const listed = values.exclusive.split(/[;；、]/).map((item) => item.trim()).filter(Boolean);
      values.exclusive = listed.length ? listed : null;
      return values;
    };

    // ---- running ---------------------------------------------------------------------------

    const run = button(say("check"), () => job || check(), { class: "own-run" });
    const clear = button(say("clear"), () => {
      area.value = "";
      file = null;
      report = null;
      results.replaceChildren();
      status.replaceChildren();
      area.focus();
    });
    const status = make("div", { class: "own-status" });
    const live = make("div", { class: "visually-hidden", role: "status" });
    const results = make("div", { class: "own-results" });

    const progress = (data) => {
      if (data.type !== "progress" || !job) return undefined;
      const mega = (bytes) => (bytes / 1e6).toFixed(1);
      const text =
        data.phase === "download"
          ? say("download", { loaded: mega(data.loaded), total: mega(data.total) })
          : say(data.phase === "check" ? "checking" : "starting");
      job.text.textContent = text;
      if (data.phase === "download") job.bar.value = data.loaded / data.total;
      else job.bar.removeAttribute("value");
      live.textContent = data.phase === "download" ? say("downloading") : text;
      return undefined;
    };
    const keepStop = (reject) => {
      if (job) job.stop = reject;
    };

    const trouble = (error) => {
      const known = ["cancelled", "file", "old", "download", "start"].includes(error.kind) ? error.kind : "run";
      const text = error.said ?? say(`fail_${known}`);
      status.replaceChildren(make("p", { class: "own-trouble", textContent: text }));
      live.textContent = text;
    };

    // One check at a time; one asked for meanwhile is made when this one is done.
    const check = async (focus = true) => {
      if (job) {
        job.again = true;
        return;
      }
      const content = file ?? area.value;
      if (!content.length || (typeof content === "string" && !content.trim())) {
        trouble(Object.assign(new Error(), { said: say("empty") }));
        area.focus();
        return;
      }
      if (location.protocol === "file:") {
        trouble(new Trouble("file", ""));
        return;
      }
      const bar = make("progress", { max: 1 });
      bar.setAttribute("aria-label", say("check"));
      const text = make("span", { textContent: say("starting") });
      const cancel = button(say("cancel"), () => {
        const { stop } = job;
        python.stop();
        stop?.(new Trouble("cancelled", ""));
      });
      job = { bar, text };
      run.setAttribute("aria-disabled", "true");
      status.replaceChildren(make("div", { class: "own-line" }, bar, text, cancel));
      try {
        await python.prepare();
        await python.start(progress, keepStop);
        const message = { type: "check", content, choices: chosen(), language };
        const answer = await python.talk(message, (data) => progress(data) ?? data.type === "checked", keepStop);
        status.replaceChildren();
        if (answer.report.problem) trouble(Object.assign(new Error(), { said: answer.report.problem }));
        else show(answer.report, focus);
      } catch (error) {
        if (error.kind === "run" || !(error instanceof Trouble)) python.stop();
        trouble(error);
      }
      const again = job.again;
      job = null;
      run.removeAttribute("aria-disabled");
      if (again) check(false);
    };

    // ---- results ---------------------------------------------------------------------------

    const range = (ends) => (ends == null ? "" : ends[0] === ends[1] ? whole(ends[0]) : `${whole(ends[0])}–${whole(ends[1])}`);
    const points = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;
    const scroller = (table, label) => make("div", { class: "table-scroll", tabIndex: 0, role: "region", "aria-label": label }, table);
    const heads = (keys) => make("thead", {}, make("tr", {}, ...keys.map((key) => make("th", { scope: "col", textContent: say(key) }))));

    const findings = (found) => {
      const items = found.tables.flatMap((table) =>
        table.checks.flatMap((result) =>
          result.findings.map((finding) => {
            const cell = finding.cells.filter(Boolean).join(", ");
            const where = [cell, table.title, finding.options.join(", ")].filter(Boolean).join(" · ");
            return make(
              "li",
              {},
              make("strong", { textContent: where || say("table") }),
              make("span", { class: "own-which", textContent: result.title }),
              make("span", { textContent: finding.reason }),
            );
          }),
        ),
      );
      return items.length ? make("ol", { class: "own-findings" }, ...items.slice(0, 50)) : null;
    };

    const tableOf = (table) => {
      const rows = table.lines.slice(0, MOST_LINES).map((line) => {
        const bad = line.reasons.length > 0;
        const verdict =
          line.percent == null ? say("not_published") : line.counts == null && !bad ? "" : bad ? say("not_attainable") : say("attainable");
        return make(
          "tr",
          { class: bad ? "own-bad" : "" },
          make("th", { scope: "row", textContent: line.option }),
          make("td", { textContent: line.percent == null ? "–" : `${line.percent}%` }),
          make("td", { textContent: line.n == null ? "–" : whole(line.n) }),
          make("td", { textContent: line.counts == null ? "–" : range(line.counts) }),
          make("td", { textContent: line.narrow == null ? "–" : range(line.narrow) }),
          make("td", { textContent: line.interval == null ? "–" : `${line.interval[0].toFixed(1)}–${line.interval[1].toFixed(1)}` }),
          make("td", { textContent: verdict }),
        );
      });
      const head = heads(["col_option", "col_percent", "col_n", "col_counts", "col_narrow", "col_interval", "col_result"]);
      return make("table", { class: "own-table-lines" }, head, make("tbody", {}, ...rows));
    };

    const SVG = "http://www.w3.org/2000/svg";
    const draw = (tag, attributes, text) => {
      const element = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      if (text != null) element.textContent = text;
      return element;
    };
    // Drawn at the width it has, so that its words keep their size: labels beside the lines where
    // there is room, above them where there is not.
    const picture = (table, width) => {
      const lines = table.lines.filter((line) => line.percent != null).slice(0, 40);
      const narrow = width < 480;
      const step = narrow ? 40 : 26;
      const left = narrow ? 4 : Math.min(width * 0.42, 260);
      const right = 8;
      const height = lines.length * step + 34;
      const ends = lines.flatMap((line) => [Number(line.percent), line.interval?.[1] ?? 0]);
      const top = Math.min(100, Math.max(10, Math.ceil(Math.max(...ends) / 10) * 10));
      const x = (value) => left + (value / top) * (width - left - right);
      const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "own-svg" });
      const told = lines.map((line) => `${line.option}: ${line.percent}%${line.interval ? ` (${line.interval.map((v) => v.toFixed(1)).join("–")})` : ""}`);
      svg.setAttribute("aria-label", `${say("picture", { table: table.title || say("table") })} ${told.join("; ")}`);
      for (let tick = 0; tick <= top; tick += top > 50 ? 20 : top > 20 ? 10 : 5) {
        svg.append(draw("line", { x1: x(tick), x2: x(tick), y1: 4, y2: height - 26, class: "own-grid" }));
        svg.append(draw("text", { x: x(tick), y: height - 10, "text-anchor": tick ? "middle" : "start", class: "own-tick" }, tick === top ? `${tick}%` : tick));
      }
      const units = (text) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 13 : 7), 0);
      const fitted = (text, room) => {
        if (units(text) <= room) return text;
        let cut = text;
        while (cut && units(cut) > room - 13) cut = cut.slice(0, -1);
        return `${cut}…`;
      };
      lines.forEach((line, index) => {
        const y = index * step + (narrow ? 29 : 18);
        const bad = line.reasons.length > 0;
        const label = narrow
          ? draw("text", { x: left, y: y - 11, class: "own-label" }, fitted(line.option, width - 12))
          : draw("text", { x: left - 10, y: y + 4, "text-anchor": "end", class: "own-label" }, fitted(line.option, left - 14));
        svg.append(label);
        if (line.interval) {
          svg.append(draw("line", { x1: x(line.interval[0]), x2: x(line.interval[1]), y1: y, y2: y, class: "own-interval" }));
        }
        const at = x(Number(line.percent));
        if (bad) svg.append(draw("path", { d: `M${at - 5} ${y - 5}l10 10m0-10l-10 10`, class: "own-cross" }));
        else svg.append(draw("circle", { cx: at, cy: y, r: 4, class: "own-dot" }));
      });
      return svg;
    };
    const pictures = new Map();
    const redraw = () => {
      for (const [holder, table] of pictures) {
        const width = Math.round(holder.clientWidth);
        if (width && holder.dataset.width !== String(width)) {
          holder.dataset.width = String(width);
          holder.replaceChildren(picture(table, width));
        }
      }
    };
    new ResizeObserver(() => requestAnimationFrame(redraw)).observe(results);

    const checksOf = (table) => {
      const rows = table.checks.map((result) =>
        make(
          "tr",
          { class: result.findings.length ? "own-bad" : "" },
          make("th", { scope: "row", textContent: result.title }),
          make("td", { textContent: result.skipped ? "–" : result.tests }),
          make("td", { textContent: result.skipped ?? (result.findings.length ? say("found_n", { n: result.findings.length }) : say("attainable")) }),
        ),
      );
      return make("table", { class: "own-table-checks" }, heads(["col_check", "col_tests", "col_outcome"]), make("tbody", {}, ...rows));
    };

    const powerOf = (table) => {
      if (!table.power) return null;
      return make("p", { class: "own-power", textContent: say("power", { tried: whole(table.power.tried), percent: table.power.percent.toFixed(1) }) });
    };

    const sectionOf = (table) => {
      const name = table.title || say("table");
      const kind = say(table.answer_type);
      const facts = [kind, table.n == null ? null : `n = ${whole(table.n)}`].filter(Boolean).join(" · ");
      const section = make("section", { class: "own-one" }, make("h4", { textContent: name }), make("p", { class: "own-facts", textContent: facts }));
      section.append(scroller(tableOf(table), say("lines_of", { table: name })));
      if (table.lines.length > MOST_LINES) section.append(make("p", { class: "own-hint", textContent: say("more_lines", { n: whole(table.lines.length - MOST_LINES) }) }));
      if (table.lines.some((line) => line.interval)) {
        const holder = make("div", { class: "own-picture" });
        pictures.set(holder, table);
        section.append(holder, make("p", { class: "own-hint", textContent: say("picture_key") }));
      }
      const details = make(
        "details",
        { class: "own-more", open: table.checks.some((result) => result.findings.length) },
        make("summary", { textContent: say("checks_of", { table: name }) }),
        scroller(checksOf(table), say("checks_of", { table: name })),
      );
      const power = powerOf(table);
      section.append(details, ...(power ? [power] : []));
      return section;
    };

    const differencesOf = (found) => {
      const parts = [];
      if (found.differences.length) {
        const rows = found.differences.slice(0, MOST_LINES).map((item) =>
          make(
            "tr",
            {},
            make("th", { scope: "row", textContent: [item.question, item.option].filter(Boolean).join(" · ") || say("between_options") }),
            make("td", { class: "own-words", textContent: `${item.first} → ${item.second}` }),
            make("td", { textContent: points(item.points) }),
            make("td", { textContent: `${points(item.low)} – ${points(item.high)}` }),
            make("td", { textContent: item.p_holm < 0.001 ? "< 0.001" : item.p_holm.toFixed(3) }),
            make("td", { textContent: item.beyond_chance ? say("beyond") : say("within") }),
          ),
        );
        const head = heads(["col_option", "col_between", "col_points", "col_interval_points", "col_p", "col_result"]);
        parts.push(scroller(make("table", {}, head, make("tbody", {}, ...rows)), say("differences")));
      }
      for (const { question, why } of found.no_differences) {
        parts.push(make("p", { textContent: [question, `${say("differences")} ${why}`].filter(Boolean).join(": ") }));
      }
      return make("details", { class: "own-more" }, make("summary", { textContent: say("differences") }), ...parts);
    };

    const download = (found) => {
      const address = URL.createObjectURL(new Blob(["\ufeff", found.csv], { type: "text/csv;charset=utf-8" }));
      const link = make("a", { href: address, download: "consistency-checks.csv" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    };

    const show = (found, focus) => {
      report = found;
      pictures.clear();
      if (found.text != null && file) area.value = found.text;
      const bad = found.findings > 0;
      const summary = make(
        "p",
        { class: "own-summary", "data-found": String(bad) },
        make("strong", { textContent: bad ? say("some", { n: whole(found.findings), tests: whole(found.tests) }) : say("none", { tests: whole(found.tests) }) }),
        " ",
        make("span", { textContent: bad ? say("some_note") : say("none_note") }),
      );
      const notes = found.notes.map((note) => {
        const more = note.cells.length - 12;
        const where = note.cells.slice(0, 12).join(", ") + (more > 0 ? ` (+${whole(more)})` : "");
        return make("li", { class: note.refused ? "own-refused" : "" }, where ? make("strong", { textContent: `${where} ` }) : null, note.refused ? `${say("refused")} ` : null, note.said);
      });
      const heading = make("h3", { tabIndex: -1, textContent: say("results") });
      const shown = found.tables.slice(0, MOST_TABLES);
      results.replaceChildren(
        heading,
        summary,
        ...[findings(found)].filter(Boolean),
        make("p", { class: "own-tools" }, button(say("download_csv"), () => download(found))),
        make("h4", { textContent: say("assumed") }),
        make("ul", {}, ...found.assumptions.map((text) => make("li", { textContent: text }))),
        ...(notes.length ? [make("h4", { textContent: say("read_as") }), make("ul", { class: "own-notes" }, ...notes)] : []),
        ...shown.map(sectionOf),
        ...(found.tables.length > shown.length ? [make("p", { textContent: say("more_tables", { n: whole(found.tables.length - shown.length) }) })] : []),
        differencesOf(found),
        make("p", { class: "own-hint", textContent: say("made_with", { version: found.version }) }),
      );
      redraw();
      live.textContent = summary.textContent;
      if (focus) heading.focus();
    };

    place.replaceChildren(
      make("p", { class: "own-examples" }, make("span", { textContent: say("examples") }), " ", ...loaders),
      drop,
      choices,
      make("p", { class: "own-tools" }, run, " ", clear, " ", make("span", { class: "own-hint", textContent: say("private") })),
      status,
      results,
      live,
    );
  };

  const start = () => document.querySelectorAll(".own-table").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
