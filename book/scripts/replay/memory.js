// What Python's memory holds of a page.

/**
 * How many of the wanted cells Python's memory holds, and whether it must begin anew for the rest.
 * @param {string[]} wanted sources up to the cell that is asked for
 * @param {string[]} done sources that Python ran
 * @param {boolean} spoilt
 */
export const held = (wanted, done, spoilt) => {
  const other = wanted.findIndex((source, index) => done[index] !== source);
  const holds = other === -1 ? wanted.length : other;
  return { holds, reset: holds < wanted.length && (spoilt || done.length > holds) };
};
