// Which packages of Pyodide a module or a package needs.

/**
 * Packages of the lock with all that they stand on.
 * @param {Record<string, Locked>} packages
 * @param {string[]} names
 */
export const closure = (packages, names) => {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name) || !packages[name]) continue;
    found.add(name);
    waiting.push(...packages[name].depends);
  }
  return [...found];
};

/**
 * The packages that hold a module, or nothing.
 * @param {Manifest} manifest
 * @param {string} module
 */
export const packagesOf = ({ drawing, lock }, module) => {
  if (drawing.modules.includes(module)) return drawing.packages;
  const found = Object.values(lock.packages).find((item) => item.imports.includes(module));
  return found ? [found.name] : null;
};
