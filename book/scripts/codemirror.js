// The editor of a cell: CodeMirror 6 with what short Python cells need and nothing else.
// It lives in a shadow root: its styles stay in it, as constructed style sheets that a strict
// Content Security Policy allows.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--replay-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--replay-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--replay-number)" },
  { tag: [tags.comment], color: "var(--replay-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--replay-name)" },
]);

const looks = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent", fontSize: "inherit" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.5" },
  ".cm-content": { caretColor: "currentColor", padding: "0.6em 0" },
  ".cm-gutters": { backgroundColor: "var(--replay-paper)", color: "var(--replay-quiet)", border: "none" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--replay-selection)",
  },
});

/**
 * Puts an editor into `parent`. Tab indents; Escape, then Tab leaves (a rule of CodeMirror).
 * `change` is called with each new text, `run` by Shift-Enter and Ctrl-Enter.
 * @param {import("./replay/editor.js").Options} options
 * @returns {Editor}
 */
export const createEditor = ({ parent, text, label, hint, change, run }) => {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open", delegatesFocus: true });
  const described = document.createElement("p");
  described.id = "hint";
  described.hidden = true;
  described.textContent = hint;
  const place = document.createElement("div");
  root.replaceChildren(place, described);
  const runs = () => {
    run();
    return true;
  };
  const view = new EditorView({
    parent: place,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        python(),
        syntaxHighlighting(colours),
        looks,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "hint" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) change(update.state.doc.toString());
        }),
        keymap.of([
          { key: "Shift-Enter", run: runs },
          { key: "Mod-Enter", run: runs },
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
};
