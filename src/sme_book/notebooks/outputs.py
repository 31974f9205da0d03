"""Notebooks run once: their outputs are kept until the code, the package or the data change.

The outputs of a notebook depend on the sources of its code cells, on the survey's package and its
data, on the versions of what is installed, and on the language of the edition. One file is kept
for each notebook and language, named by a digest of all of these; prose is not among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from sme_book.base import inputs
from sme_book.base.editions import filter_notebook
from sme_book.base.files import canonical, sha256
from sme_survey.survey.text import Language

KEPT = "outputs"  # folder of kept outputs, beside the pages of an edition
TIMEOUT = 300  # seconds for one cell
_DIED = "Kernel died before replying"


class NotebookError(RuntimeError):
    """A cell that ended in an error; the message names the passage and the exception's own line."""


def place_of(notebook: Any) -> str:
    """The cell that ended in an error, and the heading above it."""
    heading = ""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            found = re.findall(r"^#+ +(.*)$", cell.source, re.MULTILINE)
            heading = found[0] if found else heading
        elif any(output.output_type == "error" for output in cell.outputs):
            return f"cell {number}" + (f" ({heading})" if heading else "")
    return "a cell"


def execute(notebook: Any, folder: Path, environment: Mapping[str, str] | None = None) -> Any:
    """A copy of a notebook with fresh outputs, run in a folder; ``None``: in our environment.

    Raises
    ------
    NotebookError
        If a cell fails that is not tagged ``raises-exception``.
    """
    for last in (False, True):
        fresh = nbformat.reads(json.dumps(notebook), as_version=4)
        for cell in fresh.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        client = NotebookClient(
            fresh, timeout=TIMEOUT, kernel_name="python3", record_timing=False,
            coalesce_streams=True,  # a busy machine prints in several pieces
            resources={"metadata": {"path": str(folder)}},
        )  # fmt: skip
        try:
            client.execute(**({"env": dict(environment)} if environment else {}))
        except CellExecutionError as error:
            raise NotebookError(f"{place_of(fresh)}: {error.ename}: {error.evalue}") from None
        except RuntimeError as error:
            # a busy machine may end a kernel before it answers, which is no fault of the notebook
            if last or _DIED not in str(error):
                raise
        else:
            break
    return fresh


def code_of(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The code cells of a notebook, in order."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def key(notebook: dict[str, Any], base: str) -> str:
    """Changes when the outputs could; ``base`` stands for all that is not in the notebook."""
    cells = [
        ["".join(cell["source"]), "raises-exception" in cell["metadata"].get("tags", [])]
        for cell in code_of(notebook)
    ]
    return sha256(canonical([base, cells]))[:32]


def of_edition(
    source: str,
    path: Path,
    root: Path,
    language: Language,
    kept: Path,
    environment: Mapping[str, str] | None = None,
) -> str:
    """The notebook of one edition with its outputs (:func:`with_outputs`).

    Parameters
    ----------
    source
        The notebook of both editions as JSON; ``path`` is where it lies in the repository ``root``.
    language
        Of the edition; also that of ``environment``, in which it runs.
    """
    base = inputs.digest(root, inputs.COMPUTING, language)
    return with_outputs(filter_notebook(source, language), path, kept, base, environment)


def with_outputs(
    source: str, path: Path, kept: Path, base: str, environment: Mapping[str, str] | None = None
) -> str:
    """A notebook with its outputs, run only where they are not kept yet.

    Parameters
    ----------
    source
        The notebook as JSON, without outputs.
    path
        Where it lies: it runs in this folder, and its kept outputs bear its name.
    kept
        Folder of kept outputs; those of an earlier state of the notebook are dropped.
    base
        Digest of what else the outputs depend on.
    environment
        What it runs in, if not in that of this process.
    """
    notebook = json.loads(source)
    place = kept / f"{path.stem}.{key(notebook, base)}.json"
    if not place.is_file():
        made = execute(notebook, path.parent, environment)
        outputs = {
            "cells": [[cell["outputs"], cell["execution_count"]] for cell in code_of(made)],
            "metadata": made.metadata,
        }
        kept.mkdir(parents=True, exist_ok=True)
        for old in kept.glob(f"{path.stem}.*.json"):
            old.unlink()
        part = place.with_suffix(".part")
        part.write_text(json.dumps(outputs, ensure_ascii=False), encoding="utf-8")
        part.rename(place)
    stored = json.loads(place.read_text(encoding="utf-8"))
    for cell, (outputs, count) in zip(code_of(notebook), stored["cells"], strict=True):
        cell["outputs"], cell["execution_count"] = outputs, count
    notebook["metadata"] |= stored["metadata"]
    return json.dumps(notebook, ensure_ascii=False)
