// What scripts find in a page: its language, and the words that the build puts in.

/** @param {"en" | "ja"} lang @param {Record<string, string>} words */
export const pageIn = (lang, words) => {
  Object.assign(globalThis, { document: { documentElement: { lang } }, WORDS: words });
};
