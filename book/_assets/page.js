(() => {
  "use strict";
  // The script of every page: colours, code, copying. The page reads well without it.
  const words = __WORDS__;
  const root = document.documentElement;
  const modes = ["auto", "light", "dark"];
  const stored = () => {
    try {
      const mode = localStorage.getItem("sme-theme");
      return modes.includes(mode) ? mode : "auto";
    } catch {
      return "auto";
    }
  };
  let mode = stored();
  const paint = () => {
    if (mode === "auto") delete root.dataset.theme;
    else root.dataset.theme = mode;
  };
  paint();
  root.classList.add("js");

  const themeButton = (button) => {
    const name = () => {
      const text = words["theme_" + mode];
      button.title = text;
      button.querySelector("span").textContent = text;
    };
    button.addEventListener("click", () => {
      mode = modes[(modes.indexOf(mode) + 1) % modes.length];
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

  const codeButton = (button) => {
    const cells = [...document.querySelectorAll("details.cell-code")];
    const update = () => {
      const open = cells.every((cell) => cell.open);
      button.setAttribute("aria-pressed", String(open));
      button.textContent = open ? words.code_hide_all : words.code_show_all;
    };
    button.addEventListener("click", () => {
      const open = !cells.every((cell) => cell.open);
      for (const cell of cells) cell.open = open;
      update();
    });
    for (const cell of cells) cell.addEventListener("toggle", update);
    update();
  };

  const copyButton = (block) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        button.textContent = words.copied;
      } catch {
        button.textContent = words.copy_failed;
      }
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    block.append(button);
  };

  // A link to something folded away opens what hides it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let item = target; item; item = item.parentElement) {
      if (item.tagName === "DETAILS") item.open = true;
    }
  };

  const spy = (contents) => {
    if (!("IntersectionObserver" in window)) return;
    const links = new Map();
    for (const link of contents.querySelectorAll('a[href^="#"]')) {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (target) links.set(target, link);
    }
    const seen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) seen.add(entry.target);
        else seen.delete(entry.target);
      }
      const inner = [...links.keys()].filter((item) => seen.has(item)).pop();
      for (const [target, link] of links) {
        if (target === inner) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-15% 0px -75% 0px" });
    for (const target of links.keys()) observer.observe(target);
  };

  // Browsers check a script's integrity only where a server sent it, and refuse it from a file.
  const withoutServer = () => {
    for (const refused of document.querySelectorAll("script[src][integrity]")) {
      const script = document.createElement("script");
      for (const { name, value } of refused.attributes) {
        if (name !== "integrity" && name !== "defer") script.setAttribute(name, value);
      }
      script.async = false;
      refused.replaceWith(script);
    }
  };

  // Keeps this edition for reading without a network, once the page has all it needs.
  const keepEdition = () => {
    const workers = navigator.serviceWorker;
    if (!workers || !location.protocol.startsWith("http") || navigator.connection?.saveData) return;
    workers
      .register(new URL(`${root.dataset.root}../offline.js`, location.href))
      .then(() => workers.ready)
      .then((ready) => ready.active.postMessage(root.lang))
      .catch(() => {}); // a browser may refuse; the page reads well without
  };
  addEventListener("load", () => setTimeout(keepEdition, 3000));

  document.addEventListener("DOMContentLoaded", () => {
    if (location.protocol === "file:") withoutServer();
    document.querySelectorAll(".theme-button").forEach(themeButton);
    document.querySelectorAll(".code-button").forEach(codeButton);
    if (navigator.clipboard) document.querySelectorAll("div.highlight").forEach(copyButton);
    document.querySelectorAll(".page-contents").forEach(spy);
    document.querySelector(".contents [aria-current]")?.scrollIntoView?.({ block: "nearest" });
    reveal();
    addEventListener("hashchange", reveal);
  });
})();
