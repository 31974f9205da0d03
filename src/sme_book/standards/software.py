"""The software behind the book: what readers are sent, and what builds it, with licences."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from typing import cast

from sme_book.base.project import ROOT

# What the build copies into the site. A page of it may load only with a widget or a replay.
SHIPPED_NPM = (
    "pyodide",
    "@codemirror/autocomplete", "@codemirror/commands", "@codemirror/lang-python",
    "@codemirror/language", "@codemirror/state", "@codemirror/streamparser", "@codemirror/view",
    "@lezer/common", "@lezer/highlight", "@lezer/lr", "@lezer/python",
    "@marijn/find-cluster-break", "crelt", "style-mod", "w3c-keyname",
)  # fmt: skip
SHIPPED_PYTHON = ("seaborn", "matplotlib-fontja")
BUILDING = (
    "jupyter-book", "sphinx", "myst-nb", "myst-parser", "sphinx-external-toc", "docutils",
    "ipykernel", "ipywidgets", "pandas", "numpy", "matplotlib", "matplotlib-fontja", "seaborn",
    "lxml", "budoux", "resvg-py",
)  # fmt: skip

_CLASSIFIER = re.compile(r"^License :: (?:OSI Approved :: )?(.+)$")
# Long names of classifiers, and licence texts where a name should be, as SPDX knows them.
_SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

# Packages whose metadata name no licence, after their licence files.
_BY_FILE = {"resvg-py": "MIT"}


@dataclass(frozen=True)
class Software:
    """One package."""

    name: str
    version: str
    licence: str


def npm(name: str) -> Software:
    """An installed npm package, as its own ``package.json`` describes it."""
    path = ROOT / "node_modules" / name / "package.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    return Software(name, package["version"], str(package.get("license", "")))


def python(name: str) -> Software:
    """An installed Python package, as its metadata describe it."""
    found = cast(Message, metadata.metadata(name))
    licence = found.get("License-Expression") or ""
    if not licence:
        names = [
            match.group(1)
            for line in found.get_all("Classifier") or []
            if (match := _CLASSIFIER.match(line))
        ]
        licence = ", ".join(_SPDX.get(item, item) for item in names)
    if not licence:
        first = (found.get("License") or "").strip().splitlines()[:1]
        licence = first[0] if first else _BY_FILE.get(name, "")
    return Software(found["Name"], found["Version"], licence)


def interpreter() -> Software:
    """The Python that the npm package pyodide brings to browsers."""
    path = ROOT / "node_modules/pyodide/pyodide-lock.json"
    version = json.loads(path.read_text(encoding="utf-8"))["info"]["python"]
    return Software("Python", version, "PSF-2.0")


def shipped() -> list[Software]:
    """What readers' browsers receive besides our own files; nothing for Replay without npm."""
    if not (ROOT / "node_modules/pyodide").is_dir():
        return [python(name) for name in SHIPPED_PYTHON]
    found = [npm(name) for name in SHIPPED_NPM] + [python(name) for name in SHIPPED_PYTHON]
    return [interpreter(), *found]


def building() -> list[Software]:
    """What makes the book out of its sources, as far as it is installed here."""
    installed = {re.sub(r"[-_.]+", "-", item.name).lower() for item in metadata.distributions()}
    return [python(name) for name in BUILDING if name in installed]
