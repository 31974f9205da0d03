// The state of widgets, and the links between their traits.

/**
 * @typedef {{ name: string, call: (value: any) => void }} Listener
 * @typedef {{ id: string, kind: string, values: Record<string, any>, listeners: Listener[] }} Model
 */

/**
 * The models of a page by their ids.
 * @param {Record<string, { model_name: string, state: Record<string, any> }>[]} states
 * @returns {Map<string, Model>}
 */
export const modelsOf = (states) =>
  new Map(
    states.flatMap((state) =>
      Object.entries(state).map(([id, { model_name: name, state: values }]) => [
        id,
        { id, kind: name.replace(/Model$/, ""), values, listeners: [] },
      ]),
    ),
  );

/** Sets a trait, and tells those who listen. @param {Model} model @param {string} name @param {unknown} value */
export const set = (model, name, value) => {
  if (model.values[name] === value) return;
  model.values[name] = value;
  for (const listener of model.listeners) if (listener.name === name) listener.call(value);
};

/** @param {Model} model @param {string} name of a trait @param {Listener["call"]} call */
export const listen = (model, name, call) => model.listeners.push({ name, call });

/** Whether a control moves something in this page. @param {Model} model @param {string} name */
export const moves = (model, name) => model.listeners.some((listener) => listener.name === name);

/**
 * Joins two traits as jslink and jsdlink do.
 * @param {Model} link
 * @param {(reference: string) => Model} find
 */
export const join = ({ kind, values }, find) => {
  const [[from, name], [to, other]] = [values.source, values.target];
  const [source, target] = [find(from), find(to)];
  set(target, other, source.values[name]);
  listen(source, name, (value) => set(target, other, value));
  if (kind === "Link") listen(target, other, (value) => set(source, name, value));
};
