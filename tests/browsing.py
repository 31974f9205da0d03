"""What the tests of the built site share: where it is, its pages, and a browser that watches."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = Path(os.environ.get("SME_SURVEY_SITE") or ROOT / "_build/site")
LANGUAGES = ("en", "ja")
GENERATED = ("cards/", "claims/", "changes/")  # folders of pages without a source
BROWSER_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium() -> str:
    """Path of the browser; a test that needs one fails, and says how to get it."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail("no Chromium found: run `make test`, or set CHROMIUM=/path/to/it")
    return found


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Watched:
    """A browser page with everything it complained of, and every host it asked."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def pages_of(site: Path, language: str) -> list[str]:
    """Addresses of an edition's pages with a source below the edition, sorted."""
    return [path for path in all_pages_of(site, language) if not path.startswith(GENERATED)]


def all_pages_of(site: Path, language: str) -> list[str]:
    """Addresses of all pages below an edition, those of figures, claims and versions among them."""
    folder = site / language
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [path for path in found if path != "index.html" and not path.startswith("_static/")]


def one_of_each_kind(site: Path, language: str) -> list[str]:
    """A page of each kind among those of figures, claims and versions."""
    pages = [path for path in all_pages_of(site, language) if path.startswith(GENERATED)]
    superseded = [
        path for path in pages if "notice-superseded" in (site / language / path).read_text("utf-8")
    ]
    named = {"cards/index.html", "cards/services.html", "cards/ledger-it.html",
             "claims/index.html", "claims/services-rank.html", "changes/index.html"}  # fmt: skip
    return sorted(named & set(pages)) + superseded[:1] + superseded[-1:]
