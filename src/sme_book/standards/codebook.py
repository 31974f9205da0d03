"""One codebook, many standards: ``python -m sme_book metadata``.

Writes everything that is generated from ``data/datapackage.json`` and lies in the repository;
``--check`` changes nothing and fails where a file differs from what would be written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from sme_book.base.project import ROOT
from sme_book.standards import csvw, ddi, repository


def csv_metadata_json() -> str:
    """Content of ``data/csv-metadata.json``."""
    return json.dumps(csvw.document(), ensure_ascii=False, indent=1) + "\n"


# File in the repository and the function that gives its content.
ARTEFACTS: dict[str, Callable[[], str]] = {
    "CITATION.cff": repository.citation_cff,
    ".zenodo.json": repository.zenodo_json,
    "codemeta.json": repository.codemeta_json,
    "data/csv-metadata.json": csv_metadata_json,
    "data/ddi-codebook.xml": ddi.document,
}


def stale(root: Path = ROOT) -> list[str]:
    """Files that are missing or hold something else than would be written."""
    return [
        name
        for name, content in ARTEFACTS.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != content()
    ]


def write(target: Path = ROOT) -> list[str]:
    """Write every file below a folder; return the names of those that changed."""
    changed = stale(target)
    for name in changed:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ARTEFACTS[name](), encoding="utf-8", newline="")
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book metadata",
        description="Write the descriptions of the data and the software for other systems.",
    )
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if one would")
    parser.add_argument("--to", type=Path, default=ROOT, help="folder to write below")
    options = parser.parse_args(arguments)
    if options.check:
        for name in (found := stale(options.to)):
            print(f"{name}: not up to date; run: make metadata", file=sys.stderr)
        return int(bool(found))
    for name in write(options.to):
        print(f"{name}: written")
    return 0
