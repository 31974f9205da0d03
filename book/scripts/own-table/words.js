import { wordsOf } from "../words.js";

export const say = wordsOf("own_");
/** @param {number} n */
export const whole = (n) => n.toLocaleString("en");

/** A range of counts; one of a single count is that count. @param {[number, number] | null} ends */
export const range = (ends) => {
  if (ends === null) return "–";
  const [low, high] = ends.map(whole);
  return low === high ? low : `${low}–${high}`;
};

/** @param {number} value a difference in percentage points */
export const points = (value) =>
  `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;

/** @param {[number, number] | null} ends of an interval, in percent */
export const interval = (ends) => (ends ? ends.map((end) => end.toFixed(1)).join("–") : "–");
