"""Replay: what the site holds so that its code cells run again in the reader's browser.

While an edition is built, this Sphinx extension writes for each page with code cells their
sources and the comparable part of their stored outputs (``_replay/PAGE.json``) and the notebook
for download. What both editions share is written by :mod:`sme_book.site.replay_files`.
"""

from __future__ import annotations

import copy
import html
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import nbformat
from docutils import nodes
from myst_nb.ext.glue import extract_glue_data_cell
from myst_nb.ext.glue.roles import PasteTextRole
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript
from sphinx.transforms import SphinxTransform

from sme_book.base import inputs, publication
from sme_book.base.files import canonical, short
from sme_book.base.places import REPLAY_FOLDER, wheel_name
from sme_book.base.project import ROOT, whole
from sme_book.notebooks.elsewhere import (
    GLUE,
    Elsewhere,
    download_notebook,
    elsewhere,
    headings,
    notebook_text,
    referred,
)
from sme_survey import __version__
from sme_survey.survey.text import Language, Text, edition

CARD = "application/vnd.sme-survey.card+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
KEPT_OF_A_CARD = ("label", "title", "caption", "alt", "n", "columns", "rows", "digest")

WORDS: dict[str, Text] = {
    "tools": Text("Run the code of this page", "このページのコードの実行"),
    "download": Text("Download this notebook", "ノートブックをダウンロード"),
    "download_hint": Text(
        "It runs in Jupyter; put the package file into the same folder, or install it",
        "Jupyterで動く。パッケージのファイルを同じフォルダーに置くか、インストールして使う",
    ),
    "package": Text("Package with data", "パッケージ（データを含む）"),
    "elsewhere": Text("Run elsewhere:", "ほかの環境で実行："),
}

# ---- pages -----------------------------------------------------------------------------------


def as_text(value: Any) -> str:
    """A source or an output of a notebook, which may be a list of lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def comparable(output: Mapping[str, Any]) -> dict[str, Any] | None:
    """What Replay compares of a stored output; ``None`` for one that shows nothing to compare.

    Cards keep their rows and words, numbers for the prose their name and text; pictures leave a
    mark that there is one.
    """
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": as_text(output["text"])}
    if kind == "error":
        return {"output_type": kind, "ename": output["ename"], "evalue": output["evalue"]}
    data: Mapping[str, Any] = output.get("data", {})
    kept: dict[str, Any] = {}
    if CARD in data:
        kept[CARD] = {key: data[CARD][key] for key in KEPT_OF_A_CARD if key in data[CARD]}
    elif WIDGET in data:
        return None
    elif glued := [mime for mime in data if mime.startswith(GLUE)]:
        kept[glued[0]] = as_text(data[glued[0]])
    elif "text/html" in data:
        kept["text/html"] = as_text(data["text/html"])
    elif picture := [mime for mime in PICTURES if mime in data]:
        kept[picture[0]] = ""
    elif "text/plain" in data:
        kept["text/plain"] = as_text(data["text/plain"])
    if not kept:
        return None
    name = output.get("metadata", {}).get("scrapbook", {}).get("name")
    return {
        "output_type": kind,
        "data": kept,
        "metadata": {"scrapbook": {"name": name}} if name else {},
    }


def page_data(
    notebook: Mapping[str, Any],
    ids: Mapping[int, str],
    numbers: Mapping[str, str],
    docname: str,
    language: Language,
) -> dict[str, Any]:
    """The code cells of a page with their stored outputs.

    Parameters
    ----------
    notebook
        The executed notebook of one edition.
    ids
        Id in the page of each cell that readers see, by position in the notebook.
    numbers
        What the notebook stored for the prose, by name.
    docname, language
        Of the page.
    """
    cells: list[dict[str, Any]] = []
    for position, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        outputs = [comparable(output) for output in cell.get("outputs", [])]
        tags = cell.get("metadata", {}).get("tags", [])
        widgets = any(WIDGET in output.get("data", {}) for output in cell.get("outputs", []))
        cells.append(
            {
                "number": len(cells) + 1,
                "id": ids.get(position),
                "source": as_text(cell["source"]),
                "stored": [output for output in outputs if output],
            }
            | ({"widgets": True} if widgets else {})
            | ({"raises": True} if "raises-exception" in tags else {})
        )
    return {
        "version": 1,
        "page": docname,
        "lang": language,
        "numbers": dict(numbers),
        "cells": cells,
    }


def marked(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a page with their digest, which the page names: it takes no others."""
    return data | {"digest": short(canonical(data))}


def taken_apart(notebook: Any) -> tuple[Any, dict[str, str]]:
    """A notebook without the outputs that are numbers for the prose, and these by name."""
    shown = copy.deepcopy(notebook)
    glued = {
        name: output["data"]
        for cell in shown["cells"]
        if cell["cell_type"] == "code"
        for name, output in extract_glue_data_cell(cell)
    }
    numbers = {
        name: as_text(text)
        for name, data in sorted(glued.items())
        if (text := data.get(GLUE + "text/plain", data.get("text/plain")))
    }
    return shown, numbers


# ---- Sphinx ----------------------------------------------------------------------------------


class NamedNumber(PasteTextRole):
    """``{glue:text}`` whose place in the page says which number it shows."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Add ``glue-NAME`` to the classes, unless the number is written in another format."""
        found, messages = super().run()
        if re.fullmatch(r"\w+", self.text):
            for node in found:
                if isinstance(node, nodes.inline):
                    node["classes"].append(f"glue-{self.text}")
        return found, messages


class CollectCells(SphinxTransform):
    """Remember the ids that the code cells of a page have (after they were numbered)."""

    default_priority = 875

    def apply(self, **kwargs: Any) -> None:
        """Keep them in the environment, by position in the notebook."""
        found = {
            int(node["cell_index"]): str(node["ids"][0])
            for node in self.document.findall(nodes.container)
            if node.get("nb_element") == "cell_code" and node["ids"]
        }
        if found:
            cast(Any, self.env).sme_replay[self.env.docname] = found


def prepare(app: Sphinx) -> None:
    """Make room for what is known of the cells."""
    env: Any = app.env
    if not hasattr(env, "sme_replay"):
        env.sme_replay = {}


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """Drop what is known of a page before it is read again."""
    env.sme_replay.pop(docname, None)


def word(key: str, language: Language) -> str:
    """A word of the page's tools, escaped for HTML."""
    return html.escape(WORDS[key][language])


def page_tools(docname: str, root: str, language: Language, places: Iterable[Elsewhere]) -> str:
    """The links under a page's first paragraph; the script adds its button to them."""
    name = docname.rsplit("/", 1)[-1]
    hint = word("download_hint", language)
    wheel = f"{root}{wheel_name()}"
    links = [
        f'<a href="{name}.ipynb" download title="{hint}">{word("download", language)}</a>',
        f'<a href="{wheel}" download>{word("package", language)}</a>',
    ]
    others = [
        f'<a href="{html.escape(place.address)}" rel="noopener">{place.name}</a>'
        for place in places
    ]
    if others:
        links.append(f"<span>{word('elsewhere', language)} {' · '.join(others)}</span>")
    return (
        f'<div class="page-tools replay-page" role="group" aria-label="{word("tools", language)}">'
        f'<span class="replay-links">{" ".join(links)}</span></div>'
    )


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page with code cells the script, its style and the tools under its lead."""
    env: Any = app.env
    if pagename not in env.sme_replay or app.builder.name != "html" or not whole():
        return
    language = edition()
    root = f"{'../' * pagename.count('/')}../{REPLAY_FOLDER}/"
    data = Path(app.outdir, REPLAY_FOLDER, f"{pagename}.json").read_text(encoding="utf-8")
    load_scripts(pagename, context, json.loads(data)["digest"])
    places = elsewhere(publication.book().repository, pagename, language)
    tools = page_tools(pagename, root, language, places)
    context["page"].after_lead(tools)


def load_scripts(pagename: str, context: dict[str, Any], digest: str) -> None:
    """Let a page load what Replay needs at first: its style and its scripts.

    It names the digest of its data, and of what Python is made of: a page that stays open while the
    site is renewed takes neither of another version.
    """
    up = "../" * pagename.count("/")
    root = f"{up}../{REPLAY_FOLDER}/"
    context["page_styles"].append("replay")
    attributes: dict[str, Any] = {
        "defer": "defer",
        "data-page": f"{up}{REPLAY_FOLDER}/{pagename}.json",
        "data-digest": digest,
        "data-root": root,
        "data-made": inputs.python(ROOT),
    }
    context["script_files"] = [
        *context.get("script_files", []),
        _JavaScript("_static/replay.js", **attributes),
    ]


def with_replay(pagename: str, context: dict[str, Any], digest: str) -> None:
    """Give Replay to a page that stands for no notebook."""
    load_scripts(pagename, context, digest)
    python_policy(context["policy"])


def allow_python(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page with code cells compile WebAssembly, and ask the host of Pyodide's packages."""
    env: Any = app.env
    policy = context.get("policy")
    if policy is None or pagename not in env.sme_replay or not whole():
        return
    python_policy(policy)


def python_policy(policy: dict[str, list[str]]) -> None:
    """What a page may do that runs Python."""
    policy["script-src"].append("'wasm-unsafe-eval'")
    if not os.environ.get("PYODIDE_DIST"):
        host = urlsplit(publication.packages_host())
        policy["connect-src"].append(f"{host.scheme}://{host.netloc}")


def keep_notebook(app: Sphinx, docname: str, source: list[str]) -> None:
    """Hold on to the notebook of the page that is being read, with its outputs."""
    if Path(app.env.doc2path(docname)).suffix == ".ipynb":
        app.env.temp_data["sme_notebook"] = nbformat.reads(source[0], as_version=4)


def write_page(app: Sphinx, doctree: nodes.document) -> None:
    """Write the cells and the download of a page as it is read (event ``doctree-read``)."""
    env: Any = app.env
    ids = env.sme_replay.get(env.docname)
    notebook = env.temp_data.get("sme_notebook")
    if ids is None or notebook is None or app.builder.name != "html":
        return
    output, language = Path(app.outdir), edition()
    shown, numbers = taken_apart(notebook)
    page = output / REPLAY_FOLDER / f"{env.docname}.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    data = marked(page_data(shown, ids, numbers, env.docname, language))
    page.write_text(canonical(data), encoding="utf-8")
    found = headings(Path(app.srcdir), language)
    for name in referred(notebook):
        if name in found:
            env.note_dependency(f"notebooks/{found[name][0]}")
    download = download_notebook(notebook, publication.book().repository, language, found)
    place = output / f"{env.docname}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(notebook_text(download), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register Replay with Sphinx."""
    app.add_config_value("replay_repository", "", "html")
    app.add_config_value("replay_packages", "", "html")
    app.connect("builder-inited", prepare)
    app.connect("env-purge-doc", forget)
    app.connect("html-page-context", add_to_page, priority=800)
    app.connect("html-page-context", allow_python, priority=950)
    app.connect("source-read", keep_notebook, priority=600)  # after it was run
    app.connect("doctree-read", write_page)
    app.add_transform(CollectCells)
    app.add_role_to_domain("glue", "text", NamedNumber(), override=True)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": True}
