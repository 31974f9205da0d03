// Finds passages: the text of every one is scanned for all words of a query, which finds a Japanese
// compound wherever it stands, and needs no guess at where words begin.

/** @typedef {{ page: string, title: string, anchor: string, heading: string, text: string,
 *   order: number, place: number, folded: string, foldedHeading: string, foldedTitle: string }} Passage */
/** A word that the book does not use: what to look for as well, and a note that leads on.
 * @typedef {{ names: string[], also: string[], page: string, note: string }} OtherWord */
/** What to look for in place of a word. @typedef {Map<string, string[]>} Forms */

export const japanese = /[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]/;

/**
 * Letters of one width and case, position by position, so that a hit is found in the original.
 * @param {string} text
 */
export const fold = (text) =>
  text
    .toLowerCase()
    .replace(/[\uff01-\uff5e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00a0]/g, " ")
    .replace(/[\u2018\u2019]/g, "'");

/** The passages of an index. @param {NonNullable<typeof bookIndex>} index @returns {Passage[]} */
export const passagesOf = (index) =>
  index.flatMap(([page, title, parts], order) =>
    parts.map(([anchor, heading, text], place) => ({
      page, title, anchor, heading, text, order, place,
      folded: fold(text), foldedHeading: fold(heading), foldedTitle: fold(title),
    })),
  );

/** The words of a query. @param {string} query */
export const terms = (query) => [
  ...new Set(fold(query.normalize("NFKC")).split(/\s+/).filter(Boolean)),
];
/**
 * "enterprises" also finds "enterprise"; the other way round the beginning of the word is enough.
 * @param {string} term
 */
export const stem = (term) => term.replace(/ies$/, "y").replace(/(?<=..[^s])s$/, "");
/** The parts of a word to look for where the whole is nowhere. @param {string} term */
export const pairs = (term) =>
  japanese.test(term) && term.length > 2
    ? Array.from({ length: term.length - 1 }, (_, i) => term.slice(i, i + 2))
    : [stem(term)];

/** The other words of an edition. @param {NonNullable<typeof bookWords>} entries @returns {OtherWord[]} */
export const otherWords = (entries) =>
  entries.map(([names, also, page, note]) => ({ names: names.map(fold), also: also.map(fold), page, note }));

/**
 * The words of a query, those among them that the book does not use, and their other forms. A
 * phrase of several words counts as one.
 * @param {string} query
 * @param {OtherWord[]} others
 */
export const known = (query, others) => {
  const text = fold(query.normalize("NFKC"));
  let whole = terms(query);
  /** @type {OtherWord[]} */
  const notes = [];
  /** @type {Forms} */
  const forms = new Map();
  for (const entry of others) {
    const phrase = entry.names.find((name) => name.includes(" ") && text.includes(name));
    const name = phrase ?? entry.names.find((item) => whole.includes(item));
    if (!name) continue;
    notes.push(entry);
    forms.set(name, [name, ...entry.also]);
    if (phrase) whole = [...whole.filter((term) => !phrase.split(" ").includes(term)), phrase];
  }
  return { whole, notes, forms };
};

/** @param {string} text @param {string} term */
const count = (text, term) => {
  let n = 0;
  for (let at = text.indexOf(term); at >= 0 && n < 9; at = text.indexOf(term, at + term.length)) n += 1;
  return n;
};

/**
 * How well a passage answers: empty if it does not.
 * @param {Passage} passage
 * @param {string[]} sought
 * @param {number} least
 * @param {Forms} forms
 */
const scored = (passage, sought, least, forms) => {
  let score = 0;
  let held = 0;
  for (const term of sought) {
    const words = forms.get(term) ?? [term];
    const inText = Math.max(...words.map((word) => count(passage.folded, word)));
    const inHeading = words.some((word) => passage.foldedHeading.includes(word));
    if (!inText && !inHeading) continue;
    held += 1;
    score += Math.min(inText, 4) + (inHeading ? 8 : 0);
    if (passage.foldedHeading === term) score += 8;
    if (passage.foldedTitle.includes(term)) score += 3;
  }
  return held >= least ? [{ passage, score: score + 20 * held }] : [];
};

/**
 * Passages that hold at least so many of the words, best first.
 * @param {Passage[]} passages
 * @param {string[]} sought
 * @param {number} [least]
 * @param {Forms} [forms]
 */
export const find = (passages, sought, least = sought.length, forms = new Map()) =>
  passages
    .flatMap((passage) => scored(passage, sought, least, forms))
    .sort((a, b) => b.score - a.score || a.passage.order - b.passage.order || a.passage.place - b.passage.place);

/**
 * The answer to a query: all its words, else their parts, else any of them.
 * @param {Passage[]} passages
 * @param {string} query
 * @param {OtherWord[]} [others]
 */
export const answer = (passages, query, others = []) => {
  const { whole, notes, forms } = known(query, others);
  const all = whole.length ? find(passages, whole, whole.length, forms) : [];
  const words = whole.flatMap((term) => forms.get(term) ?? [term]);
  if (all.length || !whole.length) return { found: all, sought: words, parts: false, notes };
  const parts = [...new Set(whole.flatMap(pairs))];
  const grown = parts.length > whole.length;
  const some = find(passages, parts, grown ? Math.ceil((parts.length * 2) / 3) : parts.length);
  if (some.length || whole.length === 1) return { found: some, sought: parts, parts: grown || whole.length > 1, notes };
  const stems = whole.map(stem);
  return { found: find(passages, stems, 1), sought: stems, parts: true, notes };
};

/**
 * Where the words stand in a folded text, in order.
 * @param {string} folded
 * @param {string[]} sought
 */
export const hitsIn = (folded, sought) =>
  sought
    .flatMap((term) => {
      const found = [];
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) {
        found.push([at, at + term.length]);
      }
      return found;
    })
    .sort((a, b) => a[0] - b[0]);
