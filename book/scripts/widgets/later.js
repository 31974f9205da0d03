// What a page loads only once a reader chooses it: views that weigh more than the rest of the page.
// They come as a script, since a page that was opened from a file may load nothing else.
import { make } from "../dom.js";

/** @type {Promise<Record<string, string>> | undefined} */
let coming;

/**
 * The HTML of these views by the ids of their models. One that fails is asked for again next time.
 * @param {{ later?: string, held?: string }} place address and digest, as the state of the widgets says
 */
export const later = ({ later: src, held }) => {
  if (!src) return Promise.resolve(/** @type {Record<string, string>} */ ({}));
  coming ??= new Promise((resolve, reject) => {
    // from a file most browsers refuse a script that has a digest
    const integrity = location.protocol === "file:" ? "" : held;
    const failed = () => {
      coming = undefined;
      reject(new Error(src));
    };
    const on = { load: () => resolve(globalThis.bookLater ?? {}), error: failed };
    document.head.append(make("script", { src, integrity, on }));
  });
  return coming;
};
