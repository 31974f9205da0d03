"""The versions that draw the book, as Pyodide's lock has them: ``python -m sme_book pins``.

``make lock`` holds the environment of the build to them, so that a picture drawn again in a browser
is the stored one, and ``make upgrade`` leaves them alone. Standard library only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sme_book.base.project import ROOT
from sme_book.site.replay_files import DRAWING, ReplayError, closure, pyodide_lock

PINS = "requirements-pyodide.txt"
BROWSER_ONLY = ("pytz",)  # of what pandas stands on
_HEAD = """\
# Versions of Pyodide's lock (node_modules/pyodide/pyodide-lock.json): what draws the book here
# draws it in a reader's browser too. Written by `make lock`; `make upgrade` leaves them alone.
"""


def pins(lock: Mapping[str, Any]) -> str:
    """The packages that draw, one a line, with the version of the lock."""
    packages = lock["packages"]
    names = [name for name in closure(packages, DRAWING) if name not in BROWSER_ONLY]
    return _HEAD + "".join(f"{name}=={packages[name]['version']}\n" for name in names)


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book pins",
        description=f"Write {PINS} from the lock of the installed Pyodide.",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    options = parser.parse_args(arguments)
    try:
        text = pins(pyodide_lock(options.root))
    except ReplayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    (options.root / PINS).write_text(text, encoding="utf-8")
    return 0
