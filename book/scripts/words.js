/**
 * The words of this script in the language of the page. The build puts them in as `WORDS`, from
 * the one table of words; see `src/sme_book/base/assets.py`.
 * @param {string} start how the keys of this script begin
 * @returns {(key: string, values?: Record<string, unknown>) => string} a word with its blanks filled
 */
export const wordsOf = (start) => (key, values = {}) => {
  const word = WORDS[start + key];
  if (word === undefined) throw new Error(`there is no word ${start}${key}`);
  return word.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
};

/** Whether the page is in Japanese. */
export const isJapanese = () => document.documentElement.lang === "ja";
