// Rules for the scripts of the book; types are checked by tsc (tsconfig.json).
import js from "@eslint/js";
import globals from "globals";

const builtIn = { WORDS: "readonly", EDITIONS: "readonly", DIGEST: "readonly", NOT_KEPT: "readonly" };

export default [
  { ignores: ["_build/", "dist/", "node_modules/", ".venv/"] },
  js.configs.recommended,
  {
    rules: {
      "array-callback-return": "error",
      complexity: ["error", 15],
      "consistent-return": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-len": ["error", { code: 120, ignoreUrls: true, ignorePattern: "innerHTML" }],
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 120, skipComments: true }],
      "no-param-reassign": "error",
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["book/scripts/**"], languageOptions: { globals: { ...globals.browser, ...builtIn } } },
  { files: ["book/scripts/worker.js", "book/scripts/worker/**"], languageOptions: { globals: globals.worker } },
  { files: ["book/python/*.mjs", "tests/scripts/**"], languageOptions: { globals: globals.node } },
];
