"""The notebooks outside the book: one language, its numbers in their sentences, with outputs.

What a reader downloads from the site is what ``python -m sme_book elsewhere`` writes for JupyterLab
(``make lab``), Binder and Colab. A first cell installs the package with its data where it is
missing: Colab opens one file and knows nothing of the repository around it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat

from sme_book.base import publication
from sme_book.base.editions import passages
from sme_book.base.project import ROOT, environment
from sme_book.notebooks import kernels
from sme_book.notebooks.outputs import KEPT, of_edition
from sme_survey import __version__, load
from sme_survey.presentation.cards import MIME as CARD
from sme_survey.survey.text import LANGUAGES, Language, Text

FOLDER = "_build/notebooks"  # where `make lab` and Binder have them, by language
GLUE = "application/papermill.record/"
BRANCH = "colab"  # of the repository: the workflow of that name keeps the notebooks there

SET_UP = '''"""Set-up: where the book's package is not installed, install it (with its data)."""
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("SME_SURVEY_LANG", "@LANGUAGE@")
if importlib.util.find_spec("sme_survey") is None:
    wheels = sorted(str(path.resolve()) for path in Path.cwd().glob("sme_survey-*.whl"))
    source = f"sme-survey[widgets] @ {Path(wheels[-1]).as_uri()}" if wheels else @SOURCE@
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", source], check=True)
'''
NO_SOURCE = """sys.exit(
        "Put sme_survey-@VERSION@-py3-none-any.whl beside this notebook: it is offered for "
        "download on the same page of the book."
    )"""


def repository_source(repository: str) -> str:
    """What pip installs the package from, as a Python expression for the set-up cell."""
    if repository:
        return repr(f"sme-survey[widgets] @ git+{repository}")
    return NO_SOURCE.replace("@VERSION@", __version__)


# Marks that only the book understands, and what stands for them elsewhere.
_ANCHOR = re.compile(r"^\(([\w-]+)\)=\n", re.M)
_CARD = re.compile(r"\{card\}`([^`]+)`")
_REFERENCE = re.compile(r"\{ref\}`([^`]+)`")
_CLAIM = re.compile(r"\{claim\}`([^`]+)`")
_MARKED = re.compile(r"\{lang-\w+\}`([^`]+)`")
_SOURCE = re.compile(r"\{source\}`(?:(title):)?([^`]+)`")
_NUMBER = re.compile(r"\{glue:text\}`(\w+)(?::[^`]*)?`")
# links within the page and to pages of the book that are no notebooks
_WITHIN = re.compile(r"\[([^\]]+)\]\((?:#|\.\./)[^)]*\)(?:\{\.external\})?")
_BOX = re.compile(r"^:::\{admonition\} (.+)\n((?:.*\n)*?):::$", re.M)
_DIRECTIVE = re.compile(r"^```\{[\w-]+\}\n(?:.*\n)*?```\n*", re.M)  # what needs the whole book
_CLASS = re.compile(r"^\{\.[\w-]+\}\n", re.M)
_TERM = re.compile(r"^(\S.*)\n: (.+)$\n*", re.M)
_DEFINED = Text("- **{term}**: {words}\n", "- **{term}**：{words}\n")
_QUOTED = Text("“{title}”", "「{title}」")


def plain_source(found: re.Match[str], language: Language) -> str:
    """A publication as Markdown: its credit line or title, as a link where it has an address."""
    source = load().source(found.group(2))
    text = (source.title if found.group(1) else source.credit)[language]
    return f"[{text}]({source.address})" if source.address else text


def plain_box(found: re.Match[str]) -> str:
    """An admonition as a quotation with a heading."""
    lines = [f"**{found.group(1)}**", "", *found.group(2).strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


@lru_cache(maxsize=4)
def headings(root: Path, language: Language) -> dict[str, tuple[str, str]]:
    """Notebook and words of each heading that a reference can name, by its anchor."""
    heading = re.compile(r"^\(([\w-]+)\)=\n#+ (.+)$", re.M)
    return {
        name: (path.name, words)
        for path in sorted((root / "notebooks").glob("*.ipynb"))
        for own, text in passages(path.read_text(encoding="utf-8"))
        if own == language
        for name, words in heading.findall(text)
    }


def referred(notebook: Mapping[str, Any]) -> list[str]:
    """The anchors of the headings that a notebook refers to."""
    passages = (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return sorted({name for text in passages for name in _REFERENCE.findall("".join(text))})


@dataclass(frozen=True)
class Context:
    """What the marks of a passage stand for: numbers, titles of cards, and headings by anchor."""

    language: Language
    numbers: Mapping[str, str]
    cards: Mapping[str, str]
    headings: Mapping[str, tuple[str, str]]

    def card(self, found: re.Match[str]) -> str:
        """A card of this notebook by its title, another by its name."""
        title = self.cards.get(found.group(1))
        return _QUOTED[self.language].format(title=title) if title else f"`{found.group(1)}`"

    def reference(self, found: re.Match[str]) -> str:
        """A link to the notebook that has a heading, or the name of one that no notebook has."""
        if found.group(1) not in self.headings:
            return f"`{found.group(1)}`"
        path, words = self.headings[found.group(1)]
        return f"[{words}]({path})"

    def term(self, found: re.Match[str]) -> str:
        """A term with its definition as an item of a list."""
        return _DEFINED[self.language].format(term=found.group(1), words=found.group(2))


def plain_passage(text: str, known: Context) -> str:
    """A passage without the marks that only the book understands, its numbers in their places."""
    text = _DIRECTIVE.sub("", _BOX.sub(plain_box, text + "\n")).rstrip()
    text = _ANCHOR.sub("", _CLASS.sub("", text))
    text = _TERM.sub(known.term, text)
    text = _REFERENCE.sub(known.reference, _CARD.sub(known.card, text))
    text = _WITHIN.sub(r"\1", _MARKED.sub(r"\1", _CLAIM.sub(r"`\1`", text)))
    text = _SOURCE.sub(lambda found: plain_source(found, known.language), text)
    return _NUMBER.sub(lambda found: known.numbers.get(found.group(1), found.group(0)), text)


def _outputs(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in notebook["cells"]:
        yield from cell.get("outputs", ())


def stored_numbers(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The numbers for the prose among the outputs of a notebook, by name."""
    found = {}
    for output in _outputs(notebook):
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        text = output.get("data", {}).get(GLUE + "text/plain")
        if name and text:
            found[name] = str(ast.literal_eval("".join(text)))
    return found


def stored_titles(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The titles of the cards among the outputs of a notebook, by label."""
    cards = (output.get("data", {}).get(CARD) for output in _outputs(notebook))
    return {card["label"]: card["title"] for card in cards if card}


def download_notebook(
    notebook: Mapping[str, Any],
    repository: str,
    language: Language,
    found: Mapping[str, tuple[str, str]],
) -> dict[str, Any]:
    """The notebook that a reader downloads, with a first cell that sets it up.

    ``notebook`` is that of one edition with its outputs, ``found`` what :func:`headings` gives.
    """
    set_up: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "set-up",
        "metadata": {"tags": ["set-up"]},
        "outputs": [],
        "source": SET_UP.replace("@SOURCE@", repository_source(repository))
        .replace("@LANGUAGE@", language)
        .rstrip(),
    }
    known = Context(language, stored_numbers(notebook), stored_titles(notebook), found)
    cells = [dict(cell) for cell in notebook["cells"]]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = plain_passage("".join(cell["source"]), known)
    return {
        "cells": [set_up, *cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def notebook_text(notebook: Mapping[str, Any]) -> str:
    """A notebook as a file."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Elsewhere:
    """A place that runs the notebook on a server of its own."""

    name: str
    address: str


def elsewhere(repository: str, docname: str, language: Language) -> list[Elsewhere]:
    """Binder and Colab links for a page, from the address of the repository; none without it."""
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", repository)
    if match is None:
        return []
    place, name = match.group(1), docname.rsplit("/", 1)[-1]
    binder = f"https://mybinder.org/v2/gh/{place}/main?urlpath=lab/tree/{FOLDER}"
    colab = f"https://colab.research.google.com/github/{place}/blob/{BRANCH}"
    return [
        Elsewhere("Binder", f"{binder}/{language}/{name}.ipynb"),
        Elsewhere("Colab", f"{colab}/{language}/{name}.ipynb"),
    ]


def write_notebooks(root: Path, target: Path, repository: str) -> Iterator[Path]:
    """Write the notebooks of both editions below a folder, each as it is done.

    They run where the outputs that the book has of them are not theirs any more.
    """

    def write(language: Language, source: Path) -> Path:
        stored = source.read_text(encoding="utf-8")
        kept = root / "_build" / language / "_build" / KEPT
        ran = of_edition(stored, source, root, language, kept, environment(language))
        notebook = nbformat.reads(ran, as_version=4)
        made = download_notebook(notebook, repository, language, headings(root, language))
        path = target / language / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(made), encoding="utf-8")
        return path

    sources = sorted((root / "notebooks").glob("*.ipynb"))
    tasks = [(language, source) for language in LANGUAGES for source in sources]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(lambda task: write(*task), tasks)


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book elsewhere",
        description="Write the notebooks of both editions for reading in Jupyter, Binder or Colab.",
    )
    parser.add_argument("target", nargs="?", type=Path, default=ROOT / FOLDER,
                        help=f"folder to write into (default: {FOLDER})")  # fmt: skip
    parser.add_argument("--repository", default=publication.book().repository,
                        help="where the first cell installs the package from where it is missing: "
                        "https://github.com/OWNER/NAME")  # fmt: skip
    options = parser.parse_args(arguments)
    kernels.talk_through_files()
    with kernels.warm(environment(LANGUAGES[0]), early=False) as prepared:
        os.environ.update(prepared)
        for path in write_notebooks(ROOT, options.target, options.repository):
            print(os.path.relpath(path))
    return 0
