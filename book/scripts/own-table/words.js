import { isJapanese, wordsOf } from "../words.js";

export const say = wordsOf("own_");
/** @param {number} n */
export const whole = (n) => n.toLocaleString("en");

/** Two ends of a range, in the sign of the language. @param {string} low @param {string} high */
export const to = (low, high) => `${low}${isJapanese() ? "〜" : "–"}${high}`;

/** A range of counts; one of a single count is that count. @param {[number, number] | null} ends */
export const range = (ends) => {
  if (ends === null) return "–";
  const [low, high] = ends.map(whole);
  return low === high ? low : to(low, high);
};

/** @param {number} value a difference in percentage points */
export const points = (value) =>
  `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)}`;

/** @param {[number, number] | null} ends of an interval, in percent */
export const interval = (ends) => (ends ? to(ends[0].toFixed(1), ends[1].toFixed(1)) : "–");
