// What the page says of the reader's own firm: the count of her marks, and the result on paper. The
// lists themselves are widgets linked to the marks; nothing is sent or kept.
import { button, make } from "../dom.js";
import { wordsOf } from "../words.js";

const say = wordsOf("firm_");

/**
 * How many of the controls that count were answered with the first choice and the second.
 * @param {Iterable<ParentNode>} groups
 * @returns {{ yes: number, no: number }}
 */
export const tally = (groups) => {
  const found = { yes: 0, no: 0 };
  for (const group of groups) {
    const [yes, no] = /** @type {HTMLInputElement[]} */ ([...group.querySelectorAll("input")]);
    if (yes?.checked) found.yes += 1;
    if (no?.checked) found.no += 1;
  }
  return found;
};

/** Keeps the count beside the mean, and offers the result for printing. */
export const firmResult = () => {
  const result = document.querySelector(".firm-result");
  const count = /** @type {HTMLElement | null} */ (document.querySelector(".firm-count"));
  const counted = document.querySelector(".counted");
  if (!result || !count || !counted) return;
  const update = () => {
    const { yes, no } = tally(counted.querySelectorAll(".mark"));
    const words = count.dataset.words ?? "";
    count.textContent = words.replace("{yes}", String(yes)).replace("{no}", String(no));
  };
  document.addEventListener("change", update);
  const print = button(say("print"), () => window.print());
  result.append(make("p", { class: "firm-tools" }, print, " ", say("kept_nowhere")));
  update();
};
