"""Style sheets and scripts as pages load them: one file each, joined from the parts in ``book/``.

A script is written as ECMAScript modules (``book/scripts``), which a linter, a type checker and
unit tests read as they are. Browsers load no module from a file, and check no digest of one that
another imports; so each page gets one classic script, every module in a scope of its own. This
needs no npm package: a plain ``jupyter-book build`` has the same scripts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from sme_book.base import editions
from sme_survey.survey.text import Language

# Style sheets by their parts; every one begins with the palette.
STYLES: dict[str, tuple[str, ...]] = {
    "addresses": ("addresses",),
    "book": ("type", "base", "frame", "text", "code", "tables", "cards", "settings"),
    "landing": ("type", "landing"),
    "ledger": ("ledger",),
    "lists": ("lists", "search"),
    "own-table": ("own-table",),
    "print": ("print",),
    "replay": ("replay",),
    "widgets": ("widgets",),
}
PALETTED = ("book", "landing", "print")  # what stands alone; the others come with book.css
# Scripts, and how the words begin that each needs.
SCRIPTS: dict[str, tuple[str, ...]] = {
    "marks": ("marks_",),
    "own-table": ("own_",),
    "page": ("theme_", "code_show", "code_hide", "cop"),
    "replay": ("replay_",),
    "search": ("search_",),
    "widgets": ("firm_", "explorer_", "widgets_"),
}
INLINE = "page"  # comes with the page itself

_COLOUR = re.compile(r"^\s*(--[\w-]+): (?:light-dark\()?(#\w+)", re.M)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.M)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_CSS_SPACE = re.compile(r"\s*\n\s*")
_INDENT = re.compile(r"^[ \t]+", re.M)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.M | re.S)


class AssetError(ValueError):
    """A script that cannot be joined; the message names the file."""


def style(root: Path, name: str) -> str:
    """A style sheet of pages, from its parts, without what only its authors read."""
    parts = (("palette",) if name in PALETTED else ()) + STYLES[name]
    folder = root / "book/styles"
    text = "".join((folder / f"{part}.css").read_text(encoding="utf-8") for part in parts)
    return _CSS_SPACE.sub("\n", _CSS_COMMENT.sub("", text))


def plain_style(root: Path, name: str) -> str:
    """A part with the light colours written out, for devices that know no variables."""
    folder = root / "book/styles"
    colours = dict(_COLOUR.findall((folder / "palette.css").read_text(encoding="utf-8")))
    text = (folder / f"{name}.css").read_text(encoding="utf-8")
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colours[found[1]], text)


def _modules(path: Path, folder: Path, above: tuple[Path, ...], found: dict[Path, str]) -> None:
    """Gather the modules below one, those that it stands on first."""
    name = path.relative_to(folder).as_posix()
    if path in above:
        circle = " -> ".join(item.name for item in (*above, path))
        raise AssetError(f"{name}: modules import each other in a circle: {circle}")
    if path in found:
        return
    text = path.read_text(encoding="utf-8")
    for match in _IMPORT.finditer(text):
        other = (path.parent / match[2]).resolve()
        if not other.is_file():
            raise AssetError(f"{name}: there is no module {match[2]}")
        _modules(other, folder, (*above, path), found)

    def imported(match: re.Match[str]) -> str:
        names = " ".join(match[1].replace(" as ", ": ").split())
        return f"const {{ {names} }} = {_scope((path.parent / match[2]).resolve(), folder)};\n"

    body = _EXPORT.sub("", _IMPORT.sub(imported, text))
    if left := _LEFT.search(body):
        raise AssetError(f"{name}: this form cannot be joined: {left[0]}")
    exports = ", ".join(_EXPORT.findall(text))
    body = _INDENT.sub("", _COMMENT.sub("", body)).strip()
    if spread := next((line for line in body.split("\n") if line.count("`") % 2), None):
        raise AssetError(f"{name}: a template over several lines loses its indents: {spread}")
    found[path] = body if not above else (
        f"const {_scope(path, folder)} = (() => {{\n{body}\nreturn {{ {exports} }};\n}})();"
    )  # fmt: skip


def _scope(path: Path, folder: Path) -> str:
    name = path.relative_to(folder).with_suffix("").as_posix()
    return "in_" + re.sub(r"\W", "_", name)


def joined(root: Path, name: str, constants: str = "") -> str:
    """``book/scripts/NAME.js`` with all that it imports, as one classic script.

    Raises
    ------
    AssetError
        If a module is missing, imports itself by way of others, or is written in another form
        than ``import { name } from "./path.js"`` and ``export const``, ``function``, ``class``.
    """
    folder = (root / "book/scripts").resolve()
    found: dict[Path, str] = {}
    _modules(folder / f"{name}.js", folder, (), found)
    return '(() => {\n"use strict";\n' + constants + "\n".join(found.values()) + "\n})();\n"


def words(name: str, language: Language) -> dict[str, str]:
    """The words of a script in one language."""
    starts = SCRIPTS[name]
    return {key: text[language] for key, text in editions.WORDS.items() if key.startswith(starts)}


def script(root: Path, name: str, language: Language) -> str:
    """A script of pages, with its words in one language.

    It marks its element as run: from a file some browsers refuse scripts that have a digest.
    """
    constants = 'document.currentScript.dataset.ran = "";\n' if name != INLINE else ""
    if said := words(name, language):
        text = json.dumps(said, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        constants += f"const WORDS = {text};\n"
    return joined(root, name, constants)


def write(root: Path, folder: Path, language: Language) -> None:
    """Write what the pages of an edition load into its folder of static files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in STYLES:
        (folder / f"{name}.css").write_text(style(root, name), encoding="utf-8")
    for name in SCRIPTS:
        if name != INLINE:
            text = script(root, name, language)
            (folder / f"{name}.js").write_text(text, encoding="utf-8")
