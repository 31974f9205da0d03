(() => {
  "use strict";
  // Search: scans the text of every passage for all words of the query. Works without a server.
  const words = JSON.parse(document.getElementById("search-words").textContent);
  const root = document.documentElement.dataset.root;
  const input = document.getElementById("query");
  const form = input.form;
  const status = document.getElementById("search-status");
  const list = document.getElementById("search-results");
  const FIRST = 30;
  const japanese = /[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]/;

  const say = (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  // Letters of one width and case, position by position, so that a hit is found in the original.
  const fold = (text) =>
    text.toLowerCase().replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/[\u3000\u00a0]/g, " ").replace(/[\u2018\u2019]/g, "'");

  if (!globalThis.bookIndex) {
    status.textContent = words.search_failed;
    return;
  }
  const passages = globalThis.bookIndex.flatMap(([page, title, parts], order) =>
    parts.map(([anchor, heading, text], place) => ({
      page, title, anchor, heading, text, order, place,
      folded: fold(text), foldedHeading: fold(heading), foldedTitle: fold(title),
    })),
  );

  const terms = (query) => [...new Set(fold(query.normalize("NFKC")).split(/\s+/).filter(Boolean))];
  // "enterprises" also finds "enterprise"; the other way round the beginning of the word is enough.
  const stem = (term) => term.replace(/ies$/, "y").replace(/(?<=[^s]{3})s$/, "");
  const pairs = (term) =>
    japanese.test(term) && term.length > 2
      ? Array.from({ length: term.length - 1 }, (_, i) => term.slice(i, i + 2))
      : [stem(term)];

  const count = (text, term) => {
    let n = 0;
    for (let at = text.indexOf(term); at >= 0 && n < 9; at = text.indexOf(term, at + term.length)) n += 1;
    return n;
  };
  // Passages that hold at least so many of the words, best first.
  const find = (sought, least = sought.length) =>
    passages
      .map((passage) => {
        let score = 0;
        let held = 0;
        for (const term of sought) {
          const inText = count(passage.folded, term);
          const inHeading = passage.foldedHeading.includes(term);
          if (!inText && !inHeading) continue;
          held += 1;
          score += Math.min(inText, 4) + (inHeading ? 8 : 0);
          if (passage.foldedHeading === term) score += 8;
          if (passage.foldedTitle.includes(term)) score += 3;
        }
        return held >= least ? { passage, score: score + 20 * held } : null;
      })
      .filter(Boolean)
      .sort((a, b) => b.score - a.score || a.passage.order - b.passage.order || a.passage.place - b.passage.place);

  // A text with what was found in it marked, cut around the first hit.
  const marked = (text, folded, sought, length) => {
    const hits = sought.flatMap((term) => {
      const found = [];
      for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) found.push([at, at + term.length]);
      return found;
    }).sort((a, b) => a[0] - b[0]);
    let start = 0;
    if (length && hits.length && hits[0][0] > length / 3) {
      start = Math.max(0, hits[0][0] - Math.round(length / 4));
      const space = text.slice(start, hits[0][0]).search(/[\s、。]/);
      if (space >= 0) start += space + 1;
    }
    const end = length ? Math.min(text.length, start + length) : text.length;
    const parts = document.createDocumentFragment();
    if (start) parts.append("… ");
    let at = start;
    for (const [from, to] of hits) {
      if (from < at || to > end) continue;
      parts.append(text.slice(at, from));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      parts.append(mark);
      at = to;
    }
    parts.append(text.slice(at, end));
    if (end < text.length) parts.append(" …");
    return parts;
  };

  const entry = ({ passage }, sought) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${root}${passage.page}${passage.place ? "#" + passage.anchor : ""}`;
    link.append(marked(passage.heading || passage.title, passage.foldedHeading || passage.foldedTitle, sought, 0));
    item.append(link);
    if (passage.heading !== passage.title) {
      const where = document.createElement("span");
      where.className = "search-where";
      where.textContent = passage.title;
      item.append(" ", where);
    }
    if (passage.text) {
      const text = document.createElement("p");
      text.append(marked(passage.text, passage.folded, sought, japanese.test(passage.title) ? 110 : 210));
      item.append(text);
    }
    return item;
  };

  const search = () => {
    const query = input.value.trim();
    const whole = terms(query);
    list.replaceChildren();
    if (!whole.length) {
      status.textContent = "";
      return;
    }
    let sought = whole;
    let found = find(sought);
    let key = "search_found";
    if (!found.length) {
      sought = [...new Set(whole.flatMap(pairs))];
      const grown = sought.length > whole.length;
      found = find(sought, grown ? Math.ceil((sought.length * 2) / 3) : sought.length);
      if (!found.length && whole.length > 1) found = find(sought = whole.map(stem), 1);
      if (grown || whole.length > 1) key = "search_parts";
    }
    if (!found.length) {
      status.textContent = say("search_none", { query });
      return;
    }
    const pages = new Set(found.map((item) => item.passage.page)).size;
    if (key === "search_found" && pages === 1) key = found.length === 1 ? "search_found_one" : "search_found_page";
    status.textContent = say(key, { query, count: found.length, pages });
    list.append(...found.slice(0, FIRST).map((item) => entry(item, sought)));
    if (found.length > FIRST) {
      const item = document.createElement("li");
      const more = document.createElement("button");
      more.type = "button";
      more.textContent = say("search_more", { count: found.length - FIRST });
      more.addEventListener("click", () => {
        const rest = found.slice(FIRST).map((one) => entry(one, sought));
        item.replaceWith(...rest);
        rest[0].querySelector("a").focus();
      });
      item.append(more);
      list.append(item);
    }
  };

  // Arrow keys go through the results; Escape leads back to the word.
  document.querySelector("main").addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && (at >= 0 || document.activeElement === input)) {
      links[Math.min(at + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      (links[at - 1] ?? input).focus();
    } else if (event.key === "Escape" && at >= 0) {
      input.focus();
    } else return;
    event.preventDefault();
  });

  const remember = () => {
    const address = new URL(location.href);
    if (input.value.trim()) address.searchParams.set("q", input.value.trim());
    else address.searchParams.delete("q");
    try {
      history.replaceState(null, "", address);
    } catch {
      // Not allowed from a file; the results are there all the same.
    }
  };
  let waiting = 0;
  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (event.isComposing) return;
    waiting = setTimeout(() => { search(); remember(); }, 150);
  });
  input.addEventListener("compositionend", () => { search(); remember(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    search();
    remember();
    list.querySelector("a")?.focus();
  });

  input.value = new URLSearchParams(location.search).get("q") ?? "";
  search();
  if (!input.value) input.focus();
})();
