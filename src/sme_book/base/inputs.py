"""What the book is made of, as digests: what changed decides what is made again."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from sme_book.base import publication
from sme_book.base.files import digest_of, files_under, sha256

# What notebooks compute with, what pages are read with, what a page and the Python it starts have
# in common, and what pages are written with.
COMPUTING = ("src/sme_survey", "data")
READING = ("_config.yml", "_toc.yml", "src", "data")
PYTHON = ("src/sme_survey", "data", "book/python", "book/scripts", "package-lock.json")
WRITING = (
    "book/python", "book/scripts", "book/search-words.json", "book/static", "book/styles",
    "book/_theme", "package-lock.json",
)  # fmt: skip
ALL = ("_config.yml", "_toc.yml", "book", "notebooks", "data", "src", "package-lock.json")


@lru_cache(maxsize=1)
def versions() -> str:
    """Python and every installed package, with versions."""
    found = sorted(f"{item.name}=={item.version}" for item in metadata.distributions())
    return "\n".join([sys.version, *found])


def settings() -> str:
    """What beside files decides how a page is written, as ``VARIABLE=value``."""
    return "\n".join([f"PYODIDE_DIST={os.environ.get('PYODIDE_DIST', '')}", *publication.given()])


@lru_cache(maxsize=1)
def python(root: Path) -> str:
    """A few digits that a page and the Python it starts share when they are of one version."""
    paths = [path for name in PYTHON for path in files_under(root / name)]
    return digest_of(root, paths)[:10]


@lru_cache(maxsize=8)
def digest(root: Path, names: tuple[str, ...], *more: str) -> str:
    """One digest for files and folders of the repository, the versions, and more texts."""
    paths = [path for name in names for path in files_under(root / name)]
    return sha256("\n".join([digest_of(root, paths), versions(), *more]))
