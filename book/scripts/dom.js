/**
 * An element with properties, attributes, listeners and children.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [properties] `class`, `on: {event: action}`, any property or attribute
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name === "on") {
      for (const [event, action] of Object.entries(value)) element.addEventListener(event, action);
    } else if (name in element && name !== "list") Object.assign(element, { [name]: value });
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
};

/**
 * @param {string} words
 * @param {() => unknown} action
 * @param {Record<string, any>} [properties]
 */
export const button = (words, action, properties = {}) =>
  make("button", { type: "button", textContent: words, on: { click: action }, ...properties });

/**
 * A frame in which something wide scrolls, by the keyboard too.
 * @param {Node | string} content
 * @param {string} label
 */
export const scroller = (content, label) =>
  make("div", { class: "table-scroll", role: "region", tabIndex: 0, "aria-label": label }, content);

/** @param {string} html */
export const parsed = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
};

/** Calls `begin` when the page can be read. @param {() => void} begin */
export const whenReady = (begin) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
};

/** The script that runs, while it is read. */
export const thisScript = () => /** @type {HTMLScriptElement} */ (document.currentScript);
