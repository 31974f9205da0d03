"""Run the notebooks again and store their outputs: ``python -m sme_book notebooks``.

A second run changes nothing: times, execution counts beyond order, and metadata that depend on
the machine are left out. ``--check`` says which notebooks would change, and changes none.
"""

from __future__ import annotations

import argparse
import copy
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat

from sme_book.base.project import ROOT, environment
from sme_book.notebooks.kernels import talk_through_files, warm
from sme_book.notebooks.outputs import NotebookError, execute

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CELL_METADATA = {"tags", "mystnb"}


def normalise(notebook: Any) -> Any:
    """What is stored of a notebook: nothing that depends on the machine or the moment."""
    clean = copy.deepcopy(notebook)
    clean.nbformat, clean.nbformat_minor = 4, 5
    clean.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
        | {key: value for key, value in clean.metadata.items() if key in ("title", "mystnb")}
    )
    for number, cell in enumerate(clean.cells, start=1):
        cell.id = f"cell-{number:03d}"
        cell.metadata = nbformat.from_dict(
            {key: value for key, value in sorted(cell.metadata.items()) if key in CELL_METADATA}
        )
        cell.pop("attachments", None)
    return clean


def text_of(notebook: Any) -> str:
    """A notebook as it is stored."""
    return str(nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False)).rstrip() + "\n"


def renew(path: Path, check: bool) -> bool:
    """Execute one notebook; say whether its stored form differs, and store it unless checking."""
    stored = path.read_text(encoding="utf-8")
    try:
        fresh = text_of(normalise(execute(nbformat.reads(stored, as_version=4), path.parent)))
    except NotebookError as error:
        raise NotebookError(f"notebooks/{path.name}, {error}") from None
    if fresh != stored and not check:
        path.write_text(fresh, encoding="utf-8")
    return fresh != stored


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book notebooks",
        description="Run the notebooks again and store their outputs.",
    )
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook")
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if one would")
    options = parser.parse_args(arguments)
    talk_through_files()
    paths = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    with warm(environment("en")) as prepared, ThreadPoolExecutor(max_workers=2) as pool:
        os.environ.update(prepared)
        try:
            changed = list(pool.map(lambda path: renew(path, options.check), paths))
        except NotebookError as error:
            print(error, file=sys.stderr)
            return 1
    for path, differs in zip(paths, changed, strict=True):
        state = ("would change" if options.check else "stored again") if differs else "unchanged"
        print(f"{path.name}: {state}")
    return int(options.check and any(changed))
