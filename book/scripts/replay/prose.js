// Numbers in the prose: each says whether it was recomputed and is the same.
import { make } from "../dom.js";
import { spaced } from "./compare.js";
import { cells, say } from "./state.js";

/** @param {string} name */
const placesOf = (name) =>
  /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`.glue-${CSS.escape(name)}`));

/** @param {string} name */
export const unmark = (name) => {
  for (const place of placesOf(name)) {
    place.classList.remove("replay-same", "replay-different");
    place.removeAttribute("title");
    place.querySelector(".replay-value")?.remove();
  }
};

/** Marks the numbers of cells whose fresh outputs are shown, and counts them. */
export const proseNumbers = () => {
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
        else {
          const text = ` (${say("prose_different", { value })})`;
          place.append(make("span", { class: "replay-value", textContent: text }));
        }
      }
    }
  }
  return count;
};
