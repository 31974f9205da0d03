// Pointing at a figure: the row under the pointer, a finger or the arrow keys, in words. One tab
// stop a figure; what is said comes from the card's data, which the marks of the drawing name.
(() => {
  "use strict";
  const SAY = {
    en: { kind: "figure", hint: "Arrow keys read it row by row.", points: "points", to: " to ", joined: ", ", name: ": " },
    ja: { kind: "図", hint: "矢印キーで1行ずつ読めます。", points: "ポイント", to: "〜", joined: "、", name: "：" },
  };
  const language = document.documentElement.lang.startsWith("ja") ? "ja" : "en";
  const say = SAY[language];
  const NUMBERED = ["bar", "point", "part", "tile", "interval", "value", "values", "label"];

  const written = (value, kind) => {
    if (typeof value !== "number") return String(value);
    const signed = (digits) => value.toFixed(digits).replace("-", "−");
    if (kind === "percent") return `${signed(1)}%`;
    if (kind === "points") return `${value > 0 ? "+" : ""}${signed(1)}${language === "en" ? " " : ""}${say.points}`;
    if (kind === "p") return value < 0.001 ? "<0.001" : value.toFixed(3);
    return kind === "count" ? value.toLocaleString("en") : String(value);
  };

  // A row in words: its names, then its numbers; the two ends of a range are one number.
  const sentence = (card, number, column) => {
    const row = card.rows[number];
    const cells = card.columns.map((item, i) => ({ ...item, value: row[i] }));
    const shown = cells.filter((cell) => cell.value !== null && cell.value !== "");
    const names = shown.filter((cell) => cell.kind === "text").map((cell) => cell.value);
    const facts = [];
    for (const cell of shown) {
      if (cell.kind === "text" || (column && cell.name !== column)) continue;
      const end = cell.name.endsWith("low") && shown.find((other) => other.name === cell.name.replace(/low$/, "high"));
      if (end) {
        const label = cell.label.replace(/,? ?(low|fewest|下限|最小)$/, "").trim();
        const ends = [...new Set([written(cell.value, cell.kind), written(end.value, end.kind)])];
        facts.push(`${label} ${ends.join(say.to)}`);
      } else if (!(cell.name.endsWith("high") && shown.some((other) => other.name === cell.name.replace(/high$/, "low")))) {
        facts.push(cell.name === "percent" ? written(cell.value, cell.kind) : `${cell.label} ${written(cell.value, cell.kind)}`);
      }
    }
    return names.join(say.joined) + say.name + facts.join(say.joined);
  };

  const markOf = (element) => {
    const [kind, row, column] = (element.getAttribute("data-mark") ?? "").split(" ");
    return NUMBERED.includes(kind) ? { kind, row: Number(row), column } : null;
  };

  const watch = (figure) => {
    const art = figure.querySelector(".card-art");
    const stored = figure.querySelector(".card-json");
    if (!art || !stored) return;
    const card = JSON.parse(stored.textContent);
    const tip = document.createElement("p");
    tip.className = "mark-tip";
    tip.setAttribute("aria-hidden", "true");
    tip.hidden = true;
    const voice = document.createElement("output");
    voice.className = "visually-hidden";
    art.after(tip, voice);
    art.tabIndex = 0;
    art.setAttribute("role", "application");
    art.setAttribute("aria-roledescription", say.kind);
    art.setAttribute("aria-label", `${card.alt} ${say.hint}`);

    const drawing = () => [...art.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
    const marks = () =>
      [...(drawing()?.querySelectorAll("[data-mark]") ?? [])].flatMap((element) => {
        const mark = markOf(element);
        return mark ? [{ ...mark, element }] : [];
      });
    let current = null;

    const hide = () => {
      current = null;
      tip.hidden = true;
      for (const element of art.querySelectorAll("[data-on]")) element.removeAttribute("data-on");
      art.classList.remove("pointing");
    };

    const show = (row, column, aloud) => {
      if (current === `${row} ${column}`) return;
      hide();
      current = `${row} ${column}`;
      const ours = marks().filter((mark) => mark.row === row && (!column || !mark.column || mark.column === column));
      for (const { element } of ours) element.setAttribute("data-on", "");
      art.classList.add("pointing");
      tip.textContent = sentence(card, row, column);
      if (aloud) voice.textContent = tip.textContent;
      tip.hidden = false;
      const frame = figure.getBoundingClientRect();
      const boxes = ours.map((mark) => mark.element.getBoundingClientRect());
      const bottom = Math.max(...boxes.map((box) => box.bottom));
      const left = Math.min(...boxes.map((box) => box.left));
      const most = frame.width - tip.offsetWidth - 8;
      tip.style.left = `${Math.max(8, Math.min(left - frame.left, most))}px`;
      tip.style.top = `${bottom - frame.top + 6}px`;
    };

    const point = (event) => {
      const hit = event.target.closest?.("[data-mark]");
      const mark = hit && markOf(hit);
      if (mark?.kind === "tile" || mark?.kind === "part") return show(mark.row, mark.kind === "part" ? mark.column : "", false);
      let near = null;
      for (const { row, element } of marks()) {
        const box = element.getBoundingClientRect();
        const distance = Math.max(box.top - event.clientY, event.clientY - box.bottom, 0);
        if (!near || distance < near.distance) near = { row, distance };
      }
      if (near && near.distance < 12) show(near.row, "", false);
      else hide();
    };

    const step = (event) => {
      const rows = [...new Set(marks().map((mark) => mark.row))].sort((one, other) => one - other);
      const place = current === null ? -1 : rows.indexOf(Number(current.split(" ")[0]));
      const last = rows.length - 1;
      const next = {
        ArrowDown: Math.min(place + 1, last),
        ArrowRight: Math.min(place + 1, last),
        ArrowUp: Math.max(place - 1, 0),
        ArrowLeft: Math.max(place - 1, 0),
        Home: 0,
        End: last,
      }[event.key];
      if (event.key === "Escape") hide();
      if (next === undefined || last < 0) return;
      event.preventDefault();
      show(rows[next], "", true);
    };

    art.addEventListener("pointermove", point);
    art.addEventListener("pointerdown", point);
    figure.addEventListener("pointerleave", hide);
    art.addEventListener("keydown", step);
    art.addEventListener("blur", hide);
  };

  for (const figure of document.querySelectorAll("figure.card-figure")) watch(figure);
})();
