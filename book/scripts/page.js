// The script of every page: colours, code, copying. The page reads well without it. It comes with
// the page itself, so it stands on as little as it can.
import { wordsOf } from "./words.js";

const say = wordsOf("");
const root = document.documentElement;
const MODES = ["auto", "light", "dark"];

const storedMode = () => {
  try {
    const mode = localStorage.getItem("sme-theme") ?? "";
    return MODES.includes(mode) ? mode : "auto";
  } catch {
    return "auto";
  }
};
let mode = storedMode();
const paint = () => {
  if (mode === "auto") delete root.dataset.theme;
  else root.dataset.theme = mode;
};
paint();
root.classList.add("js");

/** @param {HTMLButtonElement} control */
const themeButton = (control) => {
  const label = control.querySelector("span");
  const name = () => {
    control.title = say(`theme_${mode}`);
    if (label) label.textContent = control.title;
  };
  control.addEventListener("click", () => {
    mode = MODES[(MODES.indexOf(mode) + 1) % MODES.length];
    try {
      localStorage.setItem("sme-theme", mode);
    } catch {
      // The choice then lasts for this page only.
    }
    paint();
    name();
  });
  name();
};

/** @param {HTMLButtonElement} control */
const codeButton = (control) => {
  /** @type {HTMLDetailsElement[]} */
  const cells = [...document.querySelectorAll("details")].filter((item) => item.matches(".cell-code"));
  const allOpen = () => cells.every((cell) => cell.open);
  const update = () => {
    control.setAttribute("aria-pressed", String(allOpen()));
    control.textContent = say(allOpen() ? "code_hide_all" : "code_show_all");
  };
  control.addEventListener("click", () => {
    const open = !allOpen();
    for (const cell of cells) cell.open = open;
    update();
  });
  for (const cell of cells) cell.addEventListener("toggle", update);
  update();
};

/** @param {Element} block */
const copyButton = (block) => {
  const control = document.createElement("button");
  control.type = "button";
  control.className = "copy-button";
  control.textContent = say("copy");
  control.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("pre")?.textContent ?? "");
      control.textContent = say("copied");
    } catch {
      control.textContent = say("copy_failed");
    }
    setTimeout(() => (control.textContent = say("copy")), 2000);
  });
  block.append(control);
};

/** Where the site states no address, a line takes it from that of the page. @param {HTMLElement} text */
const withAddress = (text) => {
  const place = text.dataset.place;
  if (!place) return;
  const address = new URL(place, location.href).href;
  text.textContent = (text.textContent ?? "").replace(/(?<=src=")[^"]*|[\w-]+\.csv(?!\()/, address);
  text.closest(".card-panel")?.querySelector(".no-address")?.remove();
};

/** A link to something folded away opens what hides it. */
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  let opened = false;
  for (let item = target || null; item; item = item.parentElement) {
    if (!(item instanceof HTMLDetailsElement) || item.open) continue;
    item.open = true;
    opened = true;
  }
  if (target && opened) target.scrollIntoView();
};

/** The other language opens at the same place, or with the same query. @param {Element} link */
const followPlace = (link) => {
  link.addEventListener("click", () => {
    if (!(link instanceof HTMLAnchorElement)) return;
    link.search = location.search;
    link.hash = location.hash;
  });
};

/** From a file the policy lets no form be sent, not even to a page beside it. @param {Element} form */
const sendByLink = (form) => {
  form.addEventListener("submit", (event) => {
    const field = form.querySelector("input");
    if (!(form instanceof HTMLFormElement) || !field || event.defaultPrevented) return;
    event.preventDefault();
    location.href = `${form.action}?${new URLSearchParams({ [field.name]: field.value })}`;
  });
};

/** Marks in the contents of the page what the reader has before her. @param {Element} contents */
const spy = (contents) => {
  if (!("IntersectionObserver" in window)) return;
  /** @type {Map<Element, Element>} */
  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const target = link.hash && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, link);
  }
  const seen = new Set();
  const mark = () => {
    const inner = [...links.keys()].filter((item) => seen.has(item)).pop();
    for (const [target, link] of links) {
      if (target === inner) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) seen.add(entry.target);
        else seen.delete(entry.target);
      }
      mark();
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  for (const target of links.keys()) observer.observe(target);
};

/**
 * Browsers check a script's integrity only where a server sent it; from a file most refuse it, and
 * it did not mark itself as run.
 */
const withoutServer = () => {
  for (const refused of document.querySelectorAll("script[src][integrity]:not([data-ran])")) {
    const script = document.createElement("script");
    for (const { name, value } of refused.attributes) {
      if (name !== "integrity" && name !== "defer") script.setAttribute(name, value);
    }
    script.async = false;
    refused.replaceWith(script);
  }
};

/** Keeps this edition for reading without a network, once the page has all it needs. */
const keepEdition = async () => {
  const workers = navigator.serviceWorker;
  if (!workers || !location.protocol.startsWith("http")) return;
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  try {
    await workers.register(new URL(`${root.dataset.root}../offline.js`, location.href));
    const ready = await workers.ready;
    ready.active?.postMessage(root.lang);
  } catch {
    // A browser may refuse; the page reads well without.
  }
};
addEventListener("load", () => setTimeout(keepEdition, 3000));

/** @param {string} selector @param {(button: HTMLButtonElement) => void} begin */
const eachButton = (selector, begin) => {
  for (const control of document.querySelectorAll(selector)) {
    if (control instanceof HTMLButtonElement) begin(control);
  }
};

document.addEventListener("DOMContentLoaded", () => {
  if (location.protocol === "file:") {
    withoutServer();
    document.querySelectorAll("form.header-search").forEach(sendByLink);
  }
  document.querySelectorAll(".language-switch").forEach(followPlace);
  eachButton(".theme-button", themeButton);
  eachButton(".code-button", codeButton);
  if (location.protocol.startsWith("http")) document.querySelectorAll("pre").forEach(withAddress);
  if (navigator.clipboard) document.querySelectorAll("div.highlight").forEach(copyButton);
  document.querySelectorAll(".page-contents").forEach(spy);
  document.querySelector(".contents [aria-current]")?.scrollIntoView?.({ block: "nearest" });
  reveal();
  addEventListener("hashchange", reveal);
});
