// Replay: the code cells of this page run again in the reader's browser.
// This script draws the controls and shows results; nothing is downloaded before a click. Python
// runs in a worker (`_replay/worker.js`), and says of each cell whether it gives what is stored.
(() => {
  "use strict";

  const here = document.currentScript;
  const pageUrl = new URL(here.dataset.page, location.href).href;
  const base = new URL(here.dataset.root, location.href).href;
  const language = document.documentElement.lang === "ja" ? "ja" : "en";

  const WORDS = {
    en: {
      replay: "Replay",
      replay_cell: "Replay cell {n}: run it again in this browser",
      edit: "Edit",
      edit_cell: "Edit the code of cell {n}",
      replay_page: "Replay this page",
      replay_page_hint: "Runs every cell in your browser and compares the results with those printed here",
      again: "Replay again",
      cancel: "Cancel",
      restore: "Restore stored output",
      restore_page: "Restore all stored outputs",
      restored: "Stored output restored.",
      preparing: "Preparing …",
      download: "Downloading Python: {loaded} of {total} MB",
      start: "Starting Python …",
      packages: "Loading packages from {host}: {loaded} of {total}",
      cell: "Running cell {k} of {n}",
      draw: "Drawing the picture …",
      cancelled: "Cancelled. The stored output is shown; the next Replay starts from the first cell.",
      same: "Same as stored",
      same_data: "Data recomputed: same",
      different: "Different from what is stored",
      different_edit: "Your edit gives another result",
      none: "Ran",
      none_note: "it has no output to compare",
      values: "{n} values",
      value: "1 value",
      texts: "{n} texts",
      text: "1 text",
      numbers: "{n} numbers of the text",
      number: "1 number of the text",
      pictures: "a picture, which has no data to compare",
      differ: "{n} differ",
      recomputed: "recomputed at {time} with {versions}",
      edited: "edited",
      drawn_again: "picture drawn again",
      needs_picture: "The picture is the stored one; drawing it again needs {names} from {host}, which then sees your address.",
      needs_picture_local: "The picture is the stored one; drawing it again needs {names} from {host}.",
      needs_packages: "This cell needs {names} from {host}, which then sees your address.",
      needs_packages_local: "This cell needs {names} from {host}.",
      needs_local: "this site",
      picture_stored: "The picture is the stored one.",
      draw_again: "Draw it again",
      load: "Load and draw",
      load_run: "Load and run",
      widgets: "These controls work in this page as they are; Python does not need to run for them.",
      widgets_needed: "This cell makes controls (ipywidgets), which run in Jupyter; in this page they work as they are.",
      not_here: "The package {names} is not available in the browser. The other cells can run.",
      error: "The cell stopped with an error",
      stopped: "Cell {n} stopped with an error, so the cells after it did not run.",
      file_protocol: "Replay needs this page to come from a web server; a page opened as a file may not start Python. In the folder of the site run “python3 -m http.server 8000”, then open http://localhost:8000/",
      old_browser: "This browser cannot run Python. Please use a current Firefox, Chrome, Edge or Safari.",
      fail_download: "A file could not be downloaded. Check your connection, then press Replay again. Nothing on the page has changed.",
      fail_packages: "The packages could not be loaded from {host}. You may be offline, or a filter may block that address. Check this, then try again; the data were compared all the same.",
      fail_start: "Python did not start in this browser. Close other pages to free memory, or try another browser; “Download this notebook” runs in Jupyter.",
      fail_run: "Python stopped unexpectedly. Press Replay to begin again.",
      details: "Details",
      what_differs: "What differs",
      where: "Where",
      was: "Stored",
      now: "Recomputed",
      shown_first: "The first {n} of {total} differences.",
      in_page: "printed on this page",
      nothing: "(nothing)",
      editor: "Code of cell {n}",
      editor_hint: "Tab indents; Escape, then Tab leaves the editor. Shift+Enter runs the cell.",
      run_edit: "Run",
      reset: "Reset",
      plain_editor: "The editor could not be loaded; a plain text field takes its place.",
      summary: "{ran} of {cells} cells ran: {parts}.",
      sum_same: "{n} same as stored",
      sum_different: "{n} different",
      sum_none: "{n} without output",
      sum_needs: "{n} need packages",
      sum_error: "{n} with an error",
      prose: "{n} numbers in the text: {same} same, {different} different.",
      prose_same: "recomputed: same",
      prose_different: "recomputed: {value}",
      picture_hidden: "The stored picture does not show these data; it is hidden. The table holds the new data.",
    },
    ja: {
      replay: "再計算",
      replay_cell: "セル{n}をこのブラウザーで再計算する",
      edit: "編集",
      edit_cell: "セル{n}のコードを編集する",
      replay_page: "このページを再計算",
      replay_page_hint: "すべてのセルをブラウザー内で実行し、掲載された結果と照合する",
      again: "もう一度再計算",
      cancel: "中止",
      restore: "保存された出力に戻す",
      restore_page: "すべて保存された出力に戻す",
      restored: "保存された出力に戻した。",
      preparing: "準備中…",
      download: "Pythonをダウンロード中：{total} MBのうち{loaded} MB",
      start: "Pythonを起動中…",
      packages: "{host}からパッケージを読み込み中：{total}個のうち{loaded}個",
      cell: "{n}個のうち{k}番目のセルを実行中",
      draw: "図を描画中…",
      cancelled: "中止した。保存された出力を表示している。次の再計算は最初のセルから始まる。",
      same: "保存された出力と一致",
      same_data: "データを再計算：一致",
      different: "保存された出力と相違",
      different_edit: "編集後の結果は異なる",
      none: "実行済み",
      none_note: "照合する出力はない",
      values: "値{n}個",
      value: "値1個",
      texts: "テキスト{n}件",
      text: "テキスト1件",
      numbers: "本文の数値{n}個",
      number: "本文の数値1個",
      pictures: "図は照合するデータがない",
      differ: "相違{n}件",
      recomputed: "{time}に再計算（{versions}）",
      edited: "編集済み",
      drawn_again: "図を再描画した",
      needs_picture: "図は保存されたものである。再描画には{host}の{names}が必要で、接続元のアドレスが伝わる。",
      needs_picture_local: "図は保存されたものである。再描画には{host}の{names}が必要である。",
      needs_packages: "このセルには{host}の{names}が必要で、接続元のアドレスが伝わる。",
      needs_packages_local: "このセルには{host}の{names}が必要である。",
      needs_local: "本サイト",
      picture_stored: "図は保存されたものである。",
      draw_again: "再描画する",
      load: "読み込んで描画",
      load_run: "読み込んで実行",
      widgets: "この操作部品はこのページでそのまま動くため、Pythonの実行は要らない。",
      widgets_needed: "このセルは操作部品（ipywidgets）を作る。実行にはJupyterが必要だが、ページ上の部品はそのまま動く。",
      not_here: "パッケージ{names}はブラウザーでは使えない。ほかのセルは実行できる。",
      error: "エラーで停止した",
      stopped: "セル{n}がエラーで停止したため、以降のセルは実行していない。",
      file_protocol: "再計算するには、ページをWebサーバーから開く必要がある。ファイルとして開いたページではPythonを起動できない。サイトのフォルダーで「python3 -m http.server 8000」を実行し、http://localhost:8000/ を開く。",
      old_browser: "このブラウザーではPythonを実行できない。最新のFirefox、Chrome、Edge、Safariのいずれかを使う。",
      fail_download: "ファイルをダウンロードできなかった。接続を確かめ、もう一度「再計算」を押す。ページの内容は変わっていない。",
      fail_packages: "{host}からパッケージを読み込めなかった。オフラインであるか、このアドレスが遮断されている可能性がある。確かめたうえで再度試す。データの照合は完了している。",
      fail_start: "このブラウザーでPythonを起動できなかった。ほかのページを閉じてメモリーを空けるか、別のブラウザーを使う。「ノートブックをダウンロード」すればJupyterで実行できる。",
      fail_run: "Pythonが予期せず停止した。「再計算」を押すと最初からやり直す。",
      details: "詳細",
      what_differs: "相違の内容",
      where: "箇所",
      was: "保存された値",
      now: "再計算した値",
      shown_first: "相違{total}件のうち最初の{n}件。",
      in_page: "このページの表示",
      nothing: "（なし）",
      editor: "セル{n}のコード",
      editor_hint: "Tabで字下げする。Escapeの後にTabを押すとエディターを出る。Shift+Enterで実行する。",
      run_edit: "実行",
      reset: "元に戻す",
      plain_editor: "エディターを読み込めなかったため、通常の入力欄を使う。",
      summary: "{cells}個のうち{ran}個のセルを実行：{parts}。",
      sum_same: "一致{n}",
      sum_different: "相違{n}",
      sum_none: "出力なし{n}",
      sum_needs: "パッケージが必要{n}",
      sum_error: "エラー{n}",
      prose: "本文の数値{n}個：一致{same}、相違{different}。",
      prose_same: "再計算：一致",
      prose_different: "再計算：{value}",
      picture_hidden: "保存された図はこのデータを表していないため、非表示にした。新しいデータは表にある。",
    },
  };
  const say = (key, values = {}) =>
    WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const many = (key, n) => say(n === 1 ? key : key + "s", { n: n.toLocaleString("en") });
  const joiner = language === "ja" ? "、" : ", ";

  const CARD = "application/vnd.sme-survey.card+json";
  const NARROW = "application/vnd.sme-survey.narrow+svg";
  const GLUE = "application/papermill.record/";

  // ---- small tools for elements --------------------------------------------------------------

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
  const button = (words, action, properties = {}) =>
    make("button", { type: "button", textContent: words, on: { click: action }, ...properties });
  const icon = (path) => {
    const holder = make("span", { class: "replay-icon", "aria-hidden": "true" });
    holder.innerHTML = `<svg viewBox="0 0 16 16" width="12" height="12"><path d="${path}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
    return holder;
  };
  const ICONS = {
    play: "M4.5 3v10l8-5z",
    pencil: "M3 13l1-3.5L11 2.5 13.5 5 6.5 12z",
    same: "M3 8.5l3.5 3.5L13 4.5",
    different: "M3 6h10M3 10h10M11 2.5l-6 11",
    none: "M3 8h10",
    needs: "M8 2.5v7M4.5 7L8 10.5 11.5 7M3 13.5h10",
    error: "M4 4l8 8M12 4l-8 8",
  };
  const parsed = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  };
  // A policy may forbid style attributes that come with markup; set from a script they are allowed.
  const withStyles = (root) => {
    for (const element of root.querySelectorAll("[style]")) {
      const style = element.getAttribute("style");
      element.removeAttribute("style");
      element.style.cssText = style;
    }
    return root;
  };
  // Text as it is compared: the page sets quotation marks and spaces by its own rules.
  const spaced = (text) =>
    String(text)
      .replace(/[\u2018\u2019]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/\d+\.\d{10,}/g, (number) => Number(number).toPrecision(9))
      .replace(/\s+/g, " ")
      .trim();

  const live = make("div", { class: "visually-hidden", role: "status" });
  let announced = "";
  const announce = (text) => {
    if (text !== announced) live.textContent = announced = text;
  };

  // ---- what runs -----------------------------------------------------------------------------

  const { Trouble, getJson, pagePython } = window.smeStart;
  const python = pagePython(base, language);
  const cells = []; // every code cell of the page, once the page's file is here
  const views = new Map(); // by id of the element: what readers see of a cell
  let page = null;
  let manifest = null;
  let job = null; // the run that goes on
  let done = []; // sources that Python ran, in order: what its memory holds
  let spoilt = false; // whether a cell failed half-way, so that its memory holds more than that
  let versions = {};
  let packagesLoaded = false;
  const summary = {};

  const loadPage = async () => {
    if (page) return;
    const found = await getJson(pageUrl);
    for (const cell of found.cells) {
      const view = views.get(cell.id);
      cells.push({ ...cell, original: cell.source, view });
      if (view) view.cell = cells[cells.length - 1];
    }
    page = found;
  };
  const loadManifest = async () => {
    await python.prepare();
    manifest = python.manifest;
  };

  const packageHost = () => {
    const host = new URL(manifest.packages.address, base).host;
    return manifest.packages.local ? say("needs_local") : host;
  };

  const stopWorker = () => {
    python.stop();
    done = [];
    spoilt = false;
    packagesLoaded = false;
  };

  const keepStop = (reject) => {
    job.stop = reject;
  };
  const talk = (message, hear) => python.talk(message, hear, keepStop);
  const startWorker = async () => {
    try {
      await python.start(progress, keepStop);
    } catch (error) {
      stopWorker();
      throw error;
    }
  };

  // ---- progress ------------------------------------------------------------------------------

  const MEGA = 1e6;
  const progress = (data) => {
    if (data.type !== "progress" || !job) return undefined;
    const mega = (bytes) => (bytes / MEGA).toFixed(1);
    let text;
    let value = null;
    if (data.phase === "download") {
      text = say("download", { loaded: mega(data.loaded), total: mega(data.total) });
      value = data.loaded / data.total;
    } else if (data.phase === "packages") {
      text = say("packages", { host: data.host, loaded: data.loaded, total: data.total });
      value = data.total ? data.loaded / data.total : null;
    } else if (data.phase === "cell") {
      text = say("cell", { k: data.index, n: data.total });
      value = (data.index - 1) / data.total;
    } else {
      text = say(data.phase);
    }
    job.show(text, value);
    announce(data.phase === "download" ? text.replace(/[：:].*$/, "") : text);
    return undefined;
  };

  const lineOf = (place) => {
    const bar = make("progress", { class: "replay-progress", max: 1 });
    const text = make("span", { class: "replay-progress-text", textContent: say("preparing") });
    const cancel = button(say("cancel"), () => job?.cancel());
    const line = make("div", { class: "replay-line" }, bar, text, cancel);
    bar.setAttribute("aria-label", say("replay"));
    place.replaceChildren(line);
    place.hidden = false;
    return {
      line,
      show: (words, value) => {
        text.textContent = words;
        if (value == null) bar.removeAttribute("value");
        else bar.value = value;
      },
      focused: () => line.contains(document.activeElement),
    };
  };

  const setBusy = (busy) => {
    for (const control of document.querySelectorAll(".replay-run")) {
      if (busy) control.setAttribute("aria-disabled", "true");
      else control.removeAttribute("aria-disabled");
    }
    document.documentElement.toggleAttribute("data-replaying", busy);
  };

  // Keeps what the reader looks at where it is while outputs above it change their height.
  const steady = (anchor, change) => {
    const before = anchor.getBoundingClientRect().top;
    change();
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
  };

  // Does `work` with a line of progress in `place`; everything that can go wrong ends here.
  const doing = async (place, opener, work) => {
    if (job) return;
    if (location.protocol === "file:") {
      trouble(place, new Trouble("file", ""));
      return;
    }
    const line = lineOf(place);
    job = {
      ...line,
      cancel: () => {
        const stop = job.stop;
        stopWorker();
        stop?.(new Trouble("cancelled", ""));
        job.cancelled = true;
      },
    };
    setBusy(true);
    announce(say("preparing"));
    let problem = null;
    let finish = null;
    try {
      await Promise.all([loadPage(), loadManifest()]);
      if (job.cancelled) throw new Trouble("cancelled", "");
      await startWorker();
      finish = await work();
    } catch (error) {
      problem = error instanceof Trouble ? error : new Trouble("run", String(error?.message ?? error));
      if (problem.kind === "run") stopWorker();
    }
    const focus = line.focused();
    job = null;
    setBusy(false);
    place.replaceChildren();
    place.hidden = true;
    finish?.();
    if (problem) trouble(place, problem);
    if (focus) opener.focus();
  };

  const trouble = (place, problem) => {
    const keys = { cancelled: "cancelled", file: "file_protocol", old: "old_browser" };
    const host = manifest ? packageHost() : "";
    const text = say(keys[problem.kind] ?? `fail_${problem.kind}`, { host });
    const box = make("div", { class: "replay-trouble", "data-kind": problem.kind }, make("p", { textContent: text }));
    if (problem.message) {
      box.append(
        make("details", {}, make("summary", { textContent: say("details") }), make("pre", { textContent: problem.message })),
      );
    }
    place.querySelector(".replay-trouble")?.remove();
    place.append(box);
    place.hidden = false;
    announce(text);
  };

  // ---- running cells -------------------------------------------------------------------------

  const packagesFor = (module) => {
    if (manifest.drawing.modules.includes(module)) return manifest.drawing.packages;
    const found = Object.values(manifest.lock.packages).find((item) => item.imports.includes(module));
    return found ? [found.name] : null;
  };

  // Runs the cells up to one, as far as Python's memory does not hold their results already.
  const runUpTo = async (last, drawAll) => {
    const wanted = cells.slice(0, last + 1).filter((cell) => !cell.widgets);
    const kept = wanted.findIndex((cell, index) => done[index] !== cell.source);
    const holds = kept === -1 ? wanted.length : kept;
    const reset = holds < wanted.length && (spoilt || done.length > holds);
    const run = reset ? wanted : wanted.slice(holds);
    if (reset) {
      done = [];
      spoilt = false;
    }
    const changed = [];
    if (run.length) {
      const message = {
        type: "run",
        reset,
        cells: run.map((cell) => ({
          number: cell.number,
          source: cell.source,
          stored: JSON.stringify({ outputs: cell.stored, numbers: page.numbers }),
          draw: drawAll || cell === cells[last],
          mayFail: Boolean(cell.raises),
        })),
      };
      let faulty = false;
      const end = await talk(message, (data) => {
        progress(data);
        if (data.type === "cell") {
          const cell = cells[data.number - 1];
          cell.result = { ...data.result, source: cell.source, time: new Date() };
          cell.result.needs = cell.result.missing ? packagesFor(cell.result.missing) : null;
          changed.push(cell);
          // A cell that failed is run again next time, with everything before it.
          faulty ||= data.result.failed && !cell.raises;
          spoilt ||= faulty;
          if (!faulty) done.push(cell.source);
        }
        return data.type === "done";
      });
      versions = end.versions;
    }
    const target = cells[last];
    if (!changed.includes(target)) changed.push(target);
    return changed;
  };

  const isUndrawn = (cell) =>
    (cell.result?.outputs ?? []).some((output) => {
      const card = output.data?.[CARD];
      return card?.kind === "figure" && !output.data["image/svg+xml"];
    });

  const drawCell = async (cell) => {
    const answer = await talk({ type: "draw", number: cell.number }, (data) => progress(data) ?? data.type === "drawn");
    for (const [position, data] of Object.entries(answer.pictures)) {
      cell.result.outputs[position].data = data;
    }
  };

  const loadPackages = async (names) => {
    const answer = await talk({ type: "packages", names }, (data) => progress(data) ?? data.type === "loaded");
    packagesLoaded ||= answer.drawing;
  };

  const replayCell = (view) =>
    doing(view.status, view.button, async () => {
      const index = cells.indexOf(view.cell);
      const changed = await runUpTo(index, false);
      if (packagesLoaded && isUndrawn(view.cell)) await drawCell(view.cell);
      const local = manifest.packages.local && !packagesLoaded && needsOf(view.cell);
      return () => {
        steady(view.bar, () => changed.forEach((cell) => showResult(cell, view.cell)));
        const failed = view.cell.result ? null : cells.slice(0, index).reverse().find((cell) => cell.result?.failed);
        if (failed) {
          view.status.append(make("p", { class: "replay-note", textContent: say("stopped", { n: failed.number }) }));
          view.status.hidden = false;
        }
        proseNumbers();
        announce(view.status.querySelector(".replay-verdict, .replay-note")?.textContent ?? "");
        // Packages that the site itself holds need no further question.
        if (local) loadFor(view);
      };
    });

  const needsOf = (cell) => (isUndrawn(cell) ? manifest.drawing.packages : (cell.result?.needs ?? null));

  const loadFor = (view) =>
    doing(view.status, view.button, async () => {
      const { cell } = view;
      try {
        await loadPackages(needsOf(cell));
      } catch (error) {
        if (error.kind === "packages") {
          return () => {
            showResult(cell);
            trouble(view.status, error);
          };
        }
        throw error;
      }
      let changed = [cell];
      if (cell.result.failed) changed = await runUpTo(cells.indexOf(cell), false);
      if (packagesLoaded && isUndrawn(cell)) await drawCell(cell);
      return () => {
        steady(view.bar, () => changed.forEach((item) => showResult(item, cell)));
        announce(view.status.querySelector(".replay-verdict")?.textContent ?? "");
      };
    });

  const replayPage = () =>
    doing(summary.status, summary.button, async () => {
      const before = done.length;
      const changed = await runUpTo(cells.length - 1, packagesLoaded);
      if (packagesLoaded) {
        for (const cell of cells) if (isUndrawn(cell)) await drawCell(cell);
      }
      return () => {
        steady(summary.button, () => (before ? cells : changed).forEach((cell) => showResult(cell, null)));
        showSummary();
      };
    });

  // ---- showing results -----------------------------------------------------------------------

  const bare = (svg) => svg.replace(/^[\s\S]*?(?=<svg\b)/, "").replace(/\s*<metadata>[\s\S]*?<\/metadata>/g, "");

  // Drawings that are not cards: what readers draw themselves. Those of cards have ids of their own.
  const prefixed = (svg, label) =>
    bare(svg)
      .replace(/\bid="([^"]+)"/g, (_, id) => `id="${label}-${id}"`)
      .replace(/((?:xlink:)?href="#|url\(#)([^")]+)/g, (_, start, id) => `${start}${label}-${id}`);

  // The drawings of a card as the page shows them: a wide and a narrow one under one name.
  const pictures = (data) => {
    const card = data[CARD];
    const shapes = [["wide", data["image/svg+xml"]], ["narrow", data[NARROW]]];
    const drawn = shapes.flatMap(([shape, text]) => {
      const svg = text && parsed(bare(text)).querySelector("svg");
      if (!svg) return [];
      svg.setAttribute("class", shape);
      svg.setAttribute("aria-hidden", "true");
      return [withStyles(svg)];
    });
    if (!drawn.length) return null;
    const kind = drawn.length > 1 ? "card-art" : "card-art card-map";
    return make("div", { class: kind, role: "img", lang: card.lang, "aria-label": card.alt }, ...drawn);
  };

  const tableOf = (data) => (data["text/html"] ? parsed(data["text/html"]).querySelector("table") : null);

  const rowsOf = (table) => [...table.querySelectorAll("tr")].map((row) => [...row.cells]);
  // The page may add to what a cell of a table says: a link in place of a name, "p." before a page.
  const isDecorated = (item) => item.querySelector("a[href]") !== null;
  const holds = (stored, fresh) =>
    ` ${spaced(stored.textContent)} `.includes(` ${spaced(fresh.textContent)} `);
  // Puts fresh data into a card of the page; `undo` gathers how to take them out again. A table
  // that was found equal, value by value, stays as it is: the page may have added links to it.
  const refreshCard = (figure, data, undo, equal) => {
    const card = data[CARD];
    const swap = (old, fresh) => {
      old.replaceWith(fresh);
      undo.push(() => fresh.replaceWith(old));
    };
    const same = figure.dataset.digest === card.digest;
    // Files and references under the card are those of the stored data.
    figure.toggleAttribute("data-other", !same);
    undo.push(() => figure.removeAttribute("data-other"));
    for (const [selector, text] of [[".card-title", card.title], [".card-caption", card.caption]]) {
      const place = figure.querySelector(selector);
      if (place && spaced(place.textContent) !== spaced(text)) swap(place, make(place.tagName, { class: place.className, textContent: text }));
    }
    for (const old of equal ? [] : figure.querySelectorAll("table.card-data")) {
      const fresh = tableOf(data);
      if (!fresh) continue;
      const caption = old.caption;
      if (caption && fresh.caption) fresh.caption.textContent = caption.textContent;
      swap(old, fresh);
    }
    const art = figure.querySelector(".card-art");
    const fresh = art && pictures(data);
    if (fresh) {
      swap(art, fresh);
    } else if (art && card.kind === "figure" && !same) {
      const note = make("p", { class: "card-missing", textContent: say("picture_hidden") });
      const open = figure.querySelector("details.card-table");
      const was = open?.open;
      swap(art, note);
      if (open) open.open = true;
      undo.push(() => {
        if (open) open.open = was;
      });
    }
  };

  const newCard = (data) => {
    const card = data[CARD];
    const caption = make(
      "figcaption",
      {},
      make("p", { class: "card-head" }, make("span", { class: "card-title", textContent: card.title })),
      card.caption ? make("p", { class: "card-caption", textContent: card.caption }) : null,
    );
    const figure = make("figure", { class: `card card-${card.kind}` }, caption);
    const drawn = pictures(data);
    if (drawn) figure.append(drawn);
    const table = tableOf(data);
    if (table) figure.append(scroller(table, card.title));
    return figure;
  };

  const scroller = (content, label) =>
    make("div", { class: "table-scroll", role: "region", tabindex: "0", "aria-label": label }, content);

  const preformatted = (text, kind) =>
    make(
      "div",
      { class: `output ${kind}` },
      make("div", { class: "highlight" }, make("pre", { tabIndex: 0, textContent: text })),
    );

  const outputElement = (output, stored, undo, equal) => {
    if (output.output_type === "stream") return preformatted(output.text, `stream ${output.name}`);
    if (output.output_type === "error") return preformatted(output.traceback.join("\n"), "traceback");
    const data = output.data ?? {};
    if (Object.keys(data).some((mime) => mime.startsWith(GLUE))) return null;
    if (data[CARD]) {
      const figure = stored?.querySelector(`figure[data-card="${CSS.escape(data[CARD].label)}"]`);
      if (!figure) return newCard(data);
      refreshCard(figure, data, undo, equal);
      return figure;
    }
    if (data["text/html"]) {
      const holder = make("div", { class: "output text_html" });
      holder.append(withStyles(parsed(data["text/html"])));
      for (const table of [...holder.querySelectorAll("table")]) {
        if (table.closest(".table-scroll")) continue;
        const frame = scroller("", table.caption?.textContent || say("now"));
        table.replaceWith(frame);
        frame.replaceChildren(table);
      }
      return holder;
    }
    if (data["image/svg+xml"]) {
      const holder = make("div", { class: "output image_svg" });
      holder.append(withStyles(parsed(prefixed(data["image/svg+xml"], `replay-${Math.random().toString(36).slice(2)}`))));
      return holder;
    }
    for (const mime of ["image/png", "image/jpeg"]) {
      if (data[mime]) return make("img", { class: "output", src: `data:${mime};base64,${data[mime]}`, alt: data["text/plain"] ?? "" });
    }
    const text = data["text/markdown"] ?? data["text/latex"] ?? data["text/plain"];
    return text == null ? null : preformatted(String(text), "text_plain");
  };

  const storedOf = (view) => {
    view.output ??= view.element.querySelector(".cell_output");
    if (view.stored === undefined) view.stored = view.output ? [...view.output.childNodes] : [];
    return view.output;
  };

  const restore = (view) => {
    while (view.undo.length) view.undo.pop()();
    if (view.made) {
      view.made.remove();
      view.made = null;
    } else if (view.stored) {
      view.output?.replaceChildren(...view.stored);
    }
    view.element.classList.remove("replayed");
    for (const name of Object.keys(view.cell?.result?.comparison?.numbers ?? {})) unmark(name);
  };

  // What the page prints (not what its file says) against the fresh outputs.
  const printedDifferences = (view, outputs) => {
    const found = [];
    const root = view.output;
    if (!root) return found;
    const blocks = [...root.querySelectorAll(":scope > .output, :scope > div > .output")];
    const take = (matches) => {
      const index = blocks.findIndex(matches);
      return index < 0 ? null : blocks.splice(index, 1)[0];
    };
    const differ = (where, was, now) => found.push({ row: where, column: "page", stored: was, fresh: now });
    for (const output of outputs) {
      const data = output.data ?? {};
      if (output.output_type === "stream" && output.name === "stdout") {
        const block = take((item) => item.matches(".stream"));
        if (block && spaced(block.textContent) !== spaced(output.text)) differ("", spaced(block.textContent), spaced(output.text));
      } else if (data[CARD]) {
        const card = data[CARD];
        const figure = root.querySelector(`figure[data-card="${CSS.escape(card.label)}"]`);
        const fresh = tableOf(data);
        const old = figure?.querySelector("table.card-data");
        if (!fresh || !old) continue;
        const [was, now] = [rowsOf(old), rowsOf(fresh)];
        if (was.length !== now.length) differ(card.label, was.length, now.length);
        now.forEach((row, i) =>
          row.forEach((item, j) => {
            const stored = was[i]?.[j];
            if (stored && !isDecorated(stored) && !holds(stored, item)) {
              differ(`${card.label} ${spaced(row[0].textContent)}`, spaced(stored.textContent), spaced(item.textContent));
            }
          }),
        );
      } else if (data["text/html"]) {
        const block = take((item) => item.matches(".text_html"));
        const now = spaced(parsed(data["text/html"]).textContent);
        if (block && spaced(block.textContent) !== now) differ("", spaced(block.textContent), now);
      } else if (data["text/plain"] && Object.keys(data).length === 1) {
        const block = take((item) => item.matches(".text_plain"));
        if (block && spaced(block.textContent) !== spaced(data["text/plain"])) differ("", spaced(block.textContent), spaced(data["text/plain"]));
      }
    }
    return found;
  };

  const verdictOf = (cell) => {
    const { result } = cell;
    if (result.failed && result.missing) return "needs";
    if (result.failed && !cell.raises) return "error";
    return result.comparison.verdict;
  };

  const clock = (time) => time.toLocaleTimeString(language === "ja" ? "ja-JP" : "en-GB");
  const versionText = () =>
    [`Python ${versions.Python}`, `Pyodide ${manifest.pyodide}`]
      .concat(Object.entries(versions).filter(([name]) => name !== "Python").map(([name, version]) => `${name} ${version}`))
      .join(joiner);

  // Shows the fresh output of a cell and the verdict. One that ran on the way to another and has
  // no output says nothing.
  const showResult = (cell, target = cell) => {
    const { view, result } = cell;
    if (!view || !result) return;
    const focus = view.status.contains(document.activeElement);
    restore(view);
    const output = storedOf(view);
    const { comparison } = result;
    const edited = cell.source !== cell.original;
    if (!edited && comparison.verdict === "same" && !result.failed) {
      const printed = printedDifferences(view, result.outputs);
      if (printed.length) Object.assign(comparison, { verdict: "different", differences: printed, count: printed.length });
    }
    const verdict = verdictOf(cell);
    if (verdict === "none" && cell !== target && !result.outputs.length) {
      view.status.hidden = true;
      return;
    }
    if (verdict === "needs") {
      view.status.replaceChildren(...verdictLine(cell, verdict, edited), ...needsLine(cell));
    } else {
      const fresh = result.outputs
        .map((item) => outputElement(item, output, view.undo, verdict === "same"))
        .filter(Boolean);
      if (output) output.replaceChildren(...fresh);
      else if (fresh.length) {
        view.made = make("div", { class: "cell_output" }, ...fresh);
        view.element.append(view.made);
      }
      view.element.classList.add("replayed");
      view.status.replaceChildren(
        ...verdictLine(cell, verdict, edited),
        ...differencesOf(comparison, verdict),
        ...(isUndrawn(cell) ? needsLine(cell) : []),
      );
    }
    view.status.hidden = false;
    if (focus) view.button.focus();
  };

  const verdictLine = (cell, verdict, edited) => {
    const { comparison } = cell.result;
    const undrawn = isUndrawn(cell);
    const names = { needs: "sum_needs", error: "error", none: "none" };
    let words;
    if (verdict === "same") words = say(undrawn ? "same_data" : "same");
    else if (verdict === "different") words = say(edited ? "different_edit" : "different");
    else if (verdict === "needs") words = null;
    else words = say(names[verdict]);
    const facts = [];
    if (edited) facts.push(say("edited"));
    if (verdict === "different" && comparison.count) facts.push(say("differ", { n: comparison.count }));
    if (comparison.values && verdict !== "needs") facts.push(many("value", comparison.values));
    if (comparison.texts && verdict !== "needs") facts.push(many("text", comparison.texts));
    const numbers = Object.keys(comparison.numbers).length;
    if (numbers && verdict !== "needs") facts.push(many("number", numbers));
    if (comparison.pictures && verdict !== "needs") facts.push(say("pictures"));
    if (verdict === "none" && !comparison.pictures) facts.push(say("none_note"));
    if (!undrawn && cell.result.outputs.some((output) => output.data?.[CARD]?.drawn)) facts.push(say("drawn_again"));
    const line = make("p", { class: "replay-verdict", "data-verdict": verdict });
    if (verdict === "needs") return [];
    const made = say("recomputed", { time: clock(cell.result.time), versions: versionText() });
    line.append(
      make("strong", { class: "replay-badge" }, icon(ICONS[verdict]), words),
      " ",
      make("span", { textContent: facts.join(" · ") }),
      " ",
      make("span", { class: "replay-made", textContent: made }),
      " ",
    );
    const back = button(say("restore"), () => {
      restore(cell.view);
      cell.view.status.replaceChildren(make("p", { class: "replay-note", textContent: say("restored") }));
      announce(say("restored"));
      cell.view.button.focus();
    });
    line.append(back);
    return [line];
  };

  const needsLine = (cell) => {
    const { result, view } = cell;
    const host = packageHost();
    if (result.missing === "ipywidgets") return [make("p", { class: "replay-note", textContent: say("widgets_needed") })];
    if (packagesLoaded && !result.failed) {
      const again = button(say("draw_again"), () => replayCell(view), { class: "replay-run" });
      return [make("p", { class: "replay-needs" }, make("span", { textContent: say("picture_stored") }), " ", again)];
    }
    const names = needsOf(cell);
    if (!names) return [make("p", { class: "replay-note", textContent: say("not_here", { names: result.missing }) })];
    const key = (result.failed ? "needs_packages" : "needs_picture") + (manifest.packages.local ? "_local" : "");
    const line = make("p", { class: "replay-needs", "data-verdict": "needs" });
    line.append(icon(ICONS.needs), make("span", { textContent: say(key, { names: names.join(joiner), host }) }), " ");
    line.append(button(say(result.failed ? "load_run" : "load"), () => loadFor(view), { class: "replay-run" }));
    return [line];
  };

  const shown = (value) => {
    const text = value == null || value === "" ? say("nothing") : String(value);
    return text.length > 400 ? text.slice(0, 400) + " …" : text;
  };

  const differencesOf = (comparison, verdict) => {
    if (verdict !== "different") return [];
    const rows = comparison.differences.map((item) =>
      make(
        "tr",
        {},
        make("th", { scope: "row", textContent: [item.card, item.row, item.column === "page" ? say("in_page") : item.column].filter(Boolean).join(" · ") }),
        make("td", { textContent: shown(item.stored) }),
        make("td", { textContent: shown(item.fresh) }),
      ),
    );
    const head = ["where", "was", "now"].map((key) => make("th", { scope: "col", textContent: say(key) }));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
    const more =
      comparison.count > rows.length
        ? make("p", { class: "replay-note", textContent: say("shown_first", { n: rows.length, total: comparison.count }) })
        : null;
    return [
      make(
        "details",
        { class: "replay-differences" },
        make("summary", { textContent: say("what_differs") }),
        scroller(table, say("what_differs")),
        more,
      ),
    ];
  };

  // ---- numbers in the prose ------------------------------------------------------------------

  const placesOf = (name) => document.querySelectorAll(`.glue-${CSS.escape(name)}`);
  const unmark = (name) => {
    for (const place of placesOf(name)) {
      place.classList.remove("replay-same", "replay-different");
      place.removeAttribute("title");
      place.querySelector(".replay-value")?.remove();
    }
  };

  const proseNumbers = () => {
    const count = { n: 0, same: 0, different: 0 };
    for (const cell of cells) {
      if (!cell.result || (cell.view && !cell.view.element.classList.contains("replayed"))) continue;
      for (const [name, value] of Object.entries(cell.result.comparison.numbers)) {
        unmark(name);
        for (const place of placesOf(name)) {
          const same = spaced(place.textContent) === spaced(value);
          count.n += 1;
          count[same ? "same" : "different"] += 1;
          place.classList.add(same ? "replay-same" : "replay-different");
          if (same) place.title = say("prose_same");
          else place.append(make("span", { class: "replay-value", textContent: ` (${say("prose_different", { value })})` }));
        }
      }
    }
    return count;
  };

  const showSummary = () => {
    const numbers = proseNumbers();
    const found = {};
    for (const cell of cells) {
      if (!cell.result) continue;
      const verdict = verdictOf(cell);
      found[verdict] = (found[verdict] ?? 0) + 1;
      if (verdict !== "needs" && isUndrawn(cell)) found.undrawn = (found.undrawn ?? 0) + 1;
    }
    const order = ["same", "different", "error", "needs", "none"];
    const parts = order.filter((key) => found[key]).map((key) => say(`sum_${key}`, { n: found[key] })).join(joiner);
    const runnable = cells.filter((cell) => !cell.widgets);
    const ran = runnable.filter((cell) => cell.result).length;
    const bad = found.different || found.error || numbers.different;
    const verdict = bad ? "different" : "same";
    const line = make("p", { class: "replay-verdict", "data-verdict": verdict });
    line.append(
      make("strong", { class: "replay-badge" }, icon(ICONS[verdict]), say(verdict)),
      " ",
      make("span", { textContent: say("summary", { ran, cells: runnable.length, parts }) }),
    );
    if (numbers.n) line.append(" ", make("span", { textContent: say("prose", numbers) }));
    const problem = cells.find((cell) => cell.result && ["different", "error"].includes(verdictOf(cell)) && cell.view);
    if (problem) line.append(" ", make("a", { href: `#${problem.id}`, textContent: `[${problem.number}]` }));
    const made = say("recomputed", { time: clock(new Date()), versions: versionText() });
    const back = button(say("restore_page"), () => {
      for (const cell of cells) {
        if (!cell.view || !cell.result) continue;
        restore(cell.view);
        cell.view.status.replaceChildren();
        cell.view.status.hidden = true;
      }
      summary.status.replaceChildren(make("p", { class: "replay-note", textContent: say("restored") }));
      announce(say("restored"));
      summary.button.focus();
    });
    line.append(" ", make("span", { class: "replay-made", textContent: made }), " ", back);
    const shownParts = [line];
    if (found.undrawn) shownParts.push(packagesForPage());
    summary.status.replaceChildren(...shownParts);
    summary.status.hidden = false;
    announce(line.textContent);
  };

  const packagesForPage = () => {
    const host = packageHost();
    const names = manifest.drawing.packages.join(joiner);
    const line = make("p", { class: "replay-needs", "data-verdict": "needs" });
    line.append(icon(ICONS.needs), make("span", { textContent: say(manifest.packages.local ? "needs_picture_local" : "needs_picture", { names, host }) }), " ");
    line.append(
      button(
        say("load"),
        () =>
          doing(summary.status, summary.button, async () => {
            try {
              await loadPackages(manifest.drawing.packages);
            } catch (error) {
              if (error.kind !== "packages") throw error;
              return () => {
                showSummary();
                trouble(summary.status, error);
              };
            }
            if (cells.some((cell) => cell.result?.needs)) await runUpTo(cells.length - 1, true);
            for (const cell of cells) if (isUndrawn(cell)) await drawCell(cell);
            return () => {
              steady(summary.button, () => cells.forEach((cell) => showResult(cell, null)));
              showSummary();
            };
          }),
        { class: "replay-run" },
      ),
    );
    return line;
  };

  // ---- editing -------------------------------------------------------------------------------

  const plainEditor = (place, text, label, change, run) => {
    const area = make("textarea", {
      class: "replay-plain",
      value: text,
      spellcheck: false,
      autocapitalize: "off",
      "aria-label": label,
      rows: Math.max(3, text.split("\n").length),
      on: {
        input: () => change(area.value),
        keydown: (event) => {
          if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          run();
        },
      },
    });
    place.replaceChildren(area);
    return { focus: () => area.focus(), destroy: () => area.remove() };
  };

  const openEditor = async (view) => {
    if (view.editor) {
      view.editor.focus();
      return;
    }
    try {
      await Promise.all([loadPage(), loadManifest()]);
    } catch (error) {
      trouble(view.status, location.protocol === "file:" ? new Trouble("file", "") : error);
      return;
    }
    const { cell } = view;
    const details = view.element.querySelector("details.cell-code");
    if (details) details.open = true;
    const input = view.element.querySelector(".cell_input");
    const label = say("editor", { n: cell.number });
    const change = (text) => {
      cell.source = text;
      view.element.classList.toggle("replay-edited", text !== cell.original);
    };
    const run = () => replayCell(view);
    const place = make("div", { class: "replay-editor" });
    const reset = button(say("reset"), () => {
      cell.source = cell.original;
      view.element.classList.remove("replay-edited");
      view.editor.destroy();
      view.editor = null;
      box.remove();
      input.hidden = false;
      view.edit.setAttribute("aria-expanded", "false");
      view.edit.focus();
    });
    const hint = make("p", { class: "replay-hint", textContent: say("editor_hint") });
    const box = make(
      "div",
      { class: "replay-edit-box" },
      place,
      make("div", { class: "replay-edit-tools" }, button(say("run_edit"), run, { class: "replay-run" }), reset, hint),
    );
    input.after(box);
    input.hidden = true;
    view.edit.setAttribute("aria-expanded", "true");
    const options = { parent: place, text: cell.source, label, hint: say("editor_hint"), change, run };
    try {
      const { createEditor } = await import(`${base}${manifest.editor.file}?v=${manifest.editor.digest}`);
      view.editor = createEditor(options);
    } catch {
      view.editor = plainEditor(place, cell.source, label, change, run);
      hint.textContent = say("plain_editor");
    }
    view.editor.focus();
  };

  // ---- controls ------------------------------------------------------------------------------

  const controls = (element, n) => {
    const status = make("div", { class: "replay-status", hidden: true });
    const bar = make("div", { class: "replay-bar" });
    const view = { element, bar, status, undo: [], cell: null, editor: null, made: null };
    const output = element.querySelector(".cell_output");
    const before = output?.closest("details") ?? output;
    if (element.querySelector('.cell_output script[type^="application/vnd.jupyter.widget"]')) {
      bar.append(make("p", { class: "replay-note", textContent: say("widgets") }));
      element.insertBefore(bar, element.firstChild);
      return;
    }
    const run = button("", () => job || replayCell(view), { class: "replay-button replay-run" });
    run.append(icon(ICONS.play), say("replay"));
    run.setAttribute("aria-label", say("replay_cell", { n }));
    run.title = say("replay_cell", { n });
    view.button = run;
    bar.append(run);
    if (element.querySelector(".cell_input")) {
      const edit = button("", () => openEditor(view), { class: "replay-button" });
      edit.append(icon(ICONS.pencil), say("edit"));
      edit.setAttribute("aria-label", say("edit_cell", { n }));
      edit.setAttribute("aria-expanded", "false");
      edit.title = say("edit_cell", { n });
      view.edit = edit;
      bar.append(edit);
    }
    // In the order of reading: code, controls, what they say, output.
    element.insertBefore(bar, before ?? null);
    bar.after(status);
    element.classList.add("has-replay");
    views.set(element.id, view);
  };

  const pageControls = () => {
    const tools = document.querySelector(".replay-page");
    if (!tools) return;
    summary.button = button("", () => replayPage(), { class: "replay-all replay-run", title: say("replay_page_hint") });
    summary.button.append(icon(ICONS.play), say("replay_page"));
    summary.status = make("div", { class: "replay-status replay-summary", hidden: true });
    tools.prepend(summary.button);
    tools.append(summary.status);
  };

  const begin = () => {
    document.querySelectorAll('div.cell[id^="cell-"]').forEach((element) => {
      controls(element, element.id.slice(5));
    });
    pageControls();
    document.body.append(live);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
