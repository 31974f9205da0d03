// Pointing at a figure: the row under the pointer, a finger or the arrow keys, in words. One tab
// stop a figure; what is said comes from the card's data, which the marks of the drawing name.
import { make } from "./dom.js";
import { say, sentence } from "./marks/sentence.js";

const NUMBERED = ["bar", "point", "part", "tile", "interval", "value", "values", "label"];
const NEAR = 12; // pixels between pointer and row

/** @typedef {{ kind: string, row: number, column: string | undefined, element: Element }} Mark */

/** @param {Element} element @returns {Mark[]} none where the mark stands for no row */
const markOf = (element) => {
  const [kind, row, column] = (element.getAttribute("data-mark") ?? "").split(" ");
  return NUMBERED.includes(kind) ? [{ kind, row: Number(row), column, element }] : [];
};

/** @param {HTMLElement} figure */
const watch = (figure) => {
  const art = /** @type {HTMLElement | null} */ (figure.querySelector(".card-art"));
  const stored = figure.querySelector(".card-json");
  if (!art || !stored) return;
  /** @type {Card} */
  const card = JSON.parse(stored.textContent ?? "");
  const tip = make("p", { class: "mark-tip", "aria-hidden": "true", hidden: true });
  const voice = make("output", { class: "visually-hidden" });
  art.after(tip, voice);
  art.tabIndex = 0;
  art.setAttribute("role", "application");
  art.setAttribute("aria-roledescription", say("kind"));
  art.setAttribute("aria-label", `${card.alt} ${say("hint")}`);

  const marks = () => {
    const drawing = [...art.querySelectorAll("svg")].find((svg) => svg.getClientRects().length);
    return [...(drawing?.querySelectorAll("[data-mark]") ?? [])].flatMap(markOf);
  };
  /** The row that is shown, and the column if it is one. @type {{ row: number, column: string } | null} */
  let current = null;

  const hide = () => {
    current = null;
    tip.hidden = true;
    for (const element of art.querySelectorAll("[data-on]")) element.removeAttribute("data-on");
    art.classList.remove("pointing");
  };

  /** @param {Mark[]} ours */
  const place = (ours) => {
    const frame = figure.getBoundingClientRect();
    const boxes = ours.map((mark) => mark.element.getBoundingClientRect());
    const bottom = Math.max(...boxes.map((box) => box.bottom));
    const left = Math.min(...boxes.map((box) => box.left));
    const most = frame.width - tip.offsetWidth - 14;
    tip.style.left = `${Math.max(8, Math.min(left - frame.left, most))}px`;
    tip.style.top = `${bottom - frame.top + 6}px`;
  };

  /** @param {number} row @param {string} column @param {boolean} aloud */
  const show = (row, column, aloud) => {
    if (current?.row === row && current.column === column) return;
    hide();
    current = { row, column };
    const ours = marks().filter(
      (mark) => mark.row === row && (!column || !mark.column || mark.column === column),
    );
    for (const { element } of ours) element.setAttribute("data-on", "");
    art.classList.add("pointing");
    tip.textContent = sentence(card, row, column);
    if (aloud) voice.textContent = tip.textContent;
    tip.hidden = false;
    place(ours);
  };

  /** @param {PointerEvent} event */
  const point = (event) => {
    const hit = event.target instanceof Element && event.target.closest("[data-mark]");
    const [mark] = hit ? markOf(hit) : [];
    if (mark?.kind === "tile" || mark?.kind === "part") {
      show(mark.row, (mark.kind === "part" && mark.column) || "", false);
      return;
    }
    const rows = marks().map(({ row, element }) => {
      const box = element.getBoundingClientRect();
      return { row, distance: Math.max(box.top - event.clientY, event.clientY - box.bottom, 0) };
    });
    const [near] = rows.sort((one, other) => one.distance - other.distance);
    if (near && near.distance < NEAR) show(near.row, "", false);
    else hide();
  };

  /** @param {KeyboardEvent} event */
  const step = (event) => {
    if (event.key === "Escape") hide();
    // Down the picture, which may group its rows in another order than the table; a map by row.
    /** @type {Map<number, number>} */
    const tops = new Map();
    for (const { kind, row, element } of marks()) {
      const top = kind === "tile" ? 0 : element.getBoundingClientRect().top;
      tops.set(row, Math.min(top, tops.get(row) ?? Infinity));
    }
    const order = [...tops].sort((one, other) => one[1] - other[1] || one[0] - other[0]);
    const rows = order.map(([row]) => row);
    const at = current ? rows.indexOf(current.row) : -1;
    const last = rows.length - 1;
    const forward = Math.min(at + 1, last);
    const back = Math.max(at - 1, 0);
    const next = new Map([
      ["ArrowDown", forward], ["ArrowRight", forward], ["ArrowUp", back], ["ArrowLeft", back],
      ["Home", 0], ["End", last],
    ]).get(event.key);
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

for (const figure of document.querySelectorAll("figure.card-figure")) {
  if (figure instanceof HTMLElement) watch(figure);
}
