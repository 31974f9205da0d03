// Fresh outputs as the page shows outputs, and the way back to the stored ones.
import { make, parsed, scroller } from "../dom.js";
import { cardIn, spaced, tableOf } from "./compare.js";
import { CARD, GLUE, NARROW } from "./mime.js";
import { unmark } from "./prose.js";
import { say } from "./state.js";

/**
 * A policy may forbid style attributes that come with markup; set from a script they are allowed.
 * @template {ParentNode} T
 * @param {T} root
 */
const withStyles = (root) => {
  for (const element of root.querySelectorAll("[style]")) {
    const style = element.getAttribute("style") ?? "";
    element.removeAttribute("style");
    if (element instanceof HTMLElement || element instanceof SVGElement) element.style.cssText = style;
  }
  return root;
};

/** @param {string} svg */
const bare = (svg) =>
  svg.replace(/^[\s\S]*?(?=<svg\b)/, "").replace(/\s*<metadata>[\s\S]*?<\/metadata>/g, "");

let drawings = 0;
/**
 * Drawings that are not cards: what readers draw. Those of cards have ids of their own.
 * @param {string} svg
 */
const prefixed = (svg) => {
  const label = `replay-${(drawings += 1)}`;
  return bare(svg)
    .replace(/\bid="([^"]+)"/g, (_, id) => `id="${label}-${id}"`)
    .replace(/((?:xlink:)?href="#|url\(#)([^")]+)/g, (_, start, id) => `${start}${label}-${id}`);
};

/**
 * The drawings of a card as the page shows them: a wide and a narrow one under one name.
 * @param {MimeBundle} data
 */
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

/**
 * Puts fresh data into a card of the page; `undo` gathers how to take them out again. A table
 * that was found equal, value by value, stays as it is: the page may have added links to it.
 * @param {HTMLElement} figure
 * @param {MimeBundle} data
 * @param {(() => void)[]} undo
 * @param {boolean} equal
 */
const refreshCard = (figure, data, undo, equal) => {
  const card = data[CARD];
  /** @param {Element} old @param {Element} fresh */
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
    if (!place || spaced(place.textContent) === spaced(text)) continue;
    const fresh = /** @type {Element} */ (place.cloneNode(false));
    fresh.textContent = text;
    swap(place, fresh);
  }
  for (const old of equal ? [] : figure.querySelectorAll("table.card-data")) {
    const fresh = tableOf(data);
    if (!fresh) continue;
    const caption = old instanceof HTMLTableElement ? old.caption : null;
    if (caption && fresh.caption) fresh.caption.textContent = caption.textContent;
    swap(old, fresh);
  }
  const art = figure.querySelector(".card-art");
  const drawn = art && pictures(data);
  if (drawn) swap(art, drawn);
  else if (art && card.kind === "figure" && !same) {
    swap(art, make("p", { class: "card-missing", textContent: say("picture_hidden") }));
    undo.push(openTable(figure));
  }
};

/** Opens the table of a figure; returns how to leave it as it was. @param {HTMLElement} figure */
const openTable = (figure) => {
  const table = figure.querySelector("details.card-table");
  if (!(table instanceof HTMLDetailsElement)) return () => {};
  const { open } = table;
  table.open = true;
  return () => {
    table.open = open;
  };
};

/** A card that the page does not have. @param {MimeBundle} data */
const newCard = (data) => {
  const card = data[CARD];
  const head = make("p", { class: "card-head" }, make("span", { class: "card-title", textContent: card.title }));
  const caption = card.caption ? make("p", { class: "card-caption", textContent: card.caption }) : null;
  const table = tableOf(data);
  return make(
    "figure",
    { class: `card card-${card.kind}` },
    make("figcaption", {}, head, caption),
    pictures(data),
    table && scroller(table, card.title),
  );
};

/** @param {string} text @param {string} kind */
const preformatted = (text, kind) => {
  const block = make("pre", { tabIndex: 0, textContent: text });
  return make("div", { class: `output ${kind}` }, make("div", { class: "highlight" }, block));
};

/** @param {string} html */
const markup = (html) => {
  const holder = make("div", { class: "output text_html" });
  holder.append(withStyles(parsed(html)));
  for (const table of [...holder.querySelectorAll("table")]) {
    if (table.closest(".table-scroll")) continue;
    const frame = scroller("", table.caption?.textContent || say("now"));
    table.replaceWith(frame);
    frame.replaceChildren(table);
  }
  return holder;
};

/**
 * An output as the page shows it; nothing for one that is not shown.
 * @param {Output} output
 * @param {View} view whose stored output may hold the card that it belongs to
 * @param {boolean} equal whether it was found equal to the stored one
 */
const outputElement = (output, view, equal) => {
  if (output.output_type === "stream") return preformatted(output.text, `stream ${output.name}`);
  if (output.output_type === "error") return preformatted(output.traceback.join("\n"), "traceback");
  const data = output.data ?? {};
  if (Object.keys(data).some((mime) => mime.startsWith(GLUE))) return null;
  if (data[CARD]) {
    const figure = cardIn(view.output, data[CARD]);
    if (!figure) return newCard(data);
    refreshCard(figure, data, view.undo, equal);
    return figure;
  }
  if (data["text/html"]) return markup(data["text/html"]);
  if (data["image/svg+xml"]) {
    const drawn = withStyles(parsed(prefixed(data["image/svg+xml"])));
    return make("div", { class: "output image_svg" }, drawn);
  }
  for (const mime of ["image/png", "image/jpeg"]) {
    if (!data[mime]) continue;
    return make("img", { class: "output", src: `data:${mime};base64,${data[mime]}`, alt: data["text/plain"] ?? "" });
  }
  const text = data["text/markdown"] ?? data["text/latex"] ?? data["text/plain"];
  return text == null ? null : preformatted(String(text), "text_plain");
};

/**
 * Puts the fresh outputs of a cell in the place of the stored ones.
 * @param {View} view
 * @param {Output[]} outputs
 * @param {boolean} equal
 */
export const showOutputs = (view, outputs, equal) => {
  const fresh = outputs.flatMap((output) => outputElement(output, view, equal) ?? []);
  if (view.output) view.output.replaceChildren(...fresh);
  else if (fresh.length) {
    view.made = make("div", { class: "cell_output" }, ...fresh);
    view.element.append(view.made);
  }
  view.element.classList.add("replayed");
};

/** Shows the stored output of a cell again. @param {View} view */
export const restore = (view) => {
  while (view.undo.length) view.undo.pop()?.();
  if (view.made) {
    view.made.remove();
    view.made = null;
  } else if (view.stored) {
    view.output?.replaceChildren(...view.stored);
  }
  view.element.classList.remove("replayed");
  for (const name of Object.keys(view.cell?.result?.comparison.numbers ?? {})) unmark(name);
};
