"""The notebooks outside the book: what a reader downloads, and where else they run.

``python -m sme_book elsewhere FOLDER --repository ADDRESS`` writes the notebooks of
both editions as Colab needs them, which opens one file and knows nothing of the repository around
it: a first cell installs the package with its data. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sme_book.base.editions import filter_notebook
from sme_book.base.project import ROOT
from sme_survey import __version__, load
from sme_survey.survey.text import LANGUAGES, Language

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


_PLAIN = (
    (re.compile(r"^\([\w-]+\)=\n", re.M), ""),  # anchors
    (re.compile(r"\{card\}`([^`]+)`"), r"`\1`"),
    (re.compile(r"\{lang-\w+\}`([^`]+)`"), r"\1"),
)
_SOURCE = re.compile(r"\{source\}`(?:(title):)?([^`]+)`")
_NUMBER = re.compile(r"\{glue:text\}`(\w+)(?::[^`]*)?`")


def plain_source(found: re.Match[str], language: Language) -> str:
    """A publication as Markdown: its credit line or title, as a link where it has an address."""
    source = load().source(found.group(2))
    text = (source.title if found.group(1) else source.credit)[language]
    return f"[{text}]({source.address})" if source.address else text


def plain_passage(text: str, numbers: Mapping[str, str], language: Language) -> str:
    """A passage without the marks that only the book understands, its numbers in their places."""
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    text = _SOURCE.sub(lambda found: plain_source(found, language), text)
    return _NUMBER.sub(lambda found: numbers.get(found.group(1), found.group(0)), text)


def stored_numbers(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The numbers for the prose among the outputs of a notebook, by name."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            text = output.get("data", {}).get(GLUE + "text/plain")
            if name and text:
                found[name] = unquoted("".join(text))
    return found


def unquoted(text: str) -> str:
    """A number for the prose without the quotation marks of a Python text."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def download_notebook(
    notebook: Mapping[str, Any],
    repository: str,
    language: Language,
    numbers: Mapping[str, str],
) -> dict[str, Any]:
    """The notebook that a reader downloads: this edition, with a first cell that sets it up."""
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
    cells = [dict(cell) for cell in notebook["cells"]]
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = plain_passage("".join(cell["source"]), numbers, language)
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
    place = match.group(1)
    binder = f"https://mybinder.org/v2/gh/{place}/main?urlpath=lab/tree/{docname}.ipynb"
    colab = f"https://colab.research.google.com/github/{place}/blob/{BRANCH}/{language}"
    return [Elsewhere("Binder", binder), Elsewhere("Colab", f"{colab}/{docname}.ipynb")]


def write_notebooks(root: Path, target: Path, repository: str) -> list[Path]:
    """Write the notebooks of both editions, with their set-up cell, below a folder."""
    written = []
    for source in sorted((root / "notebooks").glob("*.ipynb")):
        stored = source.read_text(encoding="utf-8")
        numbers = stored_numbers(json.loads(stored))
        for language in LANGUAGES:
            notebook = json.loads(filter_notebook(stored, language))
            path = target / language / "notebooks" / source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            download = download_notebook(notebook, repository, language, numbers)
            path.write_text(notebook_text(download), encoding="utf-8")
            written.append(path)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book elsewhere",
        description="Write notebooks that install the package from its repository (for Colab).",
    )
    parser.add_argument("target", type=Path, help="folder to write into")
    parser.add_argument("--repository", required=True, help="https://github.com/OWNER/NAME")
    options = parser.parse_args(arguments)
    for path in write_notebooks(ROOT, options.target, options.repository):
        print(path)
    return 0
