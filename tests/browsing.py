"""What the tests of the built site share: where it is, its pages, and a browser that watches."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sme_book.base.local import Handler, QuietHandler, Server, started
from sme_book.base.project import ROOT
from sme_book.commands.build import MOVED

SITE = Path(os.environ.get("SME_SURVEY_SITE") or ROOT / "_build/site")
LANGUAGES = ("en", "ja")
GENERATED = ("cards/", "claims/", "changes/")  # folders of pages without a source


@dataclass
class Host:
    """A server of a copy of the site that can be cut off."""

    folder: Path
    handler: type[Handler]
    port: int = 0
    running: Server | None = None

    def start(self) -> None:
        self.running = started(self.folder, self.handler, self.port)
        self.port = self.running.server_port

    def stop(self) -> None:
        if self.running:
            self.running.shutdown()
            self.running.server_close()
            self.running = None

    def at(self, page: str) -> str:
        return f"http://127.0.0.1:{self.port}/{page}"


@contextmanager
def hosted(site: Path, folder: Path, caching: str = "no-cache") -> Iterator[Host]:
    """A copy of the site on a server that ends each connection and states how long to keep."""

    copy = folder / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("_replay", "images", "data"))
    made = Host(
        copy, type("Kept", (QuietHandler,), {"protocol_version": "HTTP/1.0", "caching": caching})
    )
    made.start()
    yield made
    made.stop()


PATIENCE = 120  # seconds for one step on a machine that does much else; a quiet one needs few


def patient(browser: Any, **options: Any) -> Any:
    """A context of a browser, whose steps may take as long as a busy machine needs."""
    context = browser.new_context(**options)
    context.set_default_timeout(1000 * PATIENCE)
    return context


def waited(run: Callable[[str], Any], condition: str, seconds: float = PATIENCE) -> Any:
    """Value of a JavaScript expression as soon as it is true; a promise is waited for.

    Playwright's own ``wait_for_function`` takes a promise for true before it has an answer.
    """
    end = time.monotonic() + seconds
    while True:
        value, trouble = None, ""
        try:
            value = run(condition)
        except Exception as error:  # a page that is just being left has nothing to say
            trouble = str(error)
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds:g} s: {condition} {trouble}"
        time.sleep(0.05)


def copied(page: Any, press: Callable[[], None]) -> str:
    """What stands in the clipboard after a button was pressed that copies something."""
    page.evaluate("navigator.clipboard.writeText('')")
    press()
    return str(waited(page.evaluate, "navigator.clipboard.readText()"))


# How many files the caches of a site hold, as JavaScript.
KEPT = (
    "caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))\
.then(found => found.flat().length)"
)


@dataclass
class Watched:
    """A browser page with everything it complained of, and every host it asked."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


# Pages of an edition that only lead to another.
LEAD_ON = ("index.html", *(f"{old}.html" for old in MOVED))


def pages_of(site: Path, language: str) -> list[str]:
    """Addresses of an edition's pages with a source below the edition, sorted."""
    return [path for path in all_pages_of(site, language) if not path.startswith(GENERATED)]


def all_pages_of(site: Path, language: str) -> list[str]:
    """Addresses of all pages below an edition, those of figures, claims and versions among them."""
    folder = site / language
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return [path for path in found if path not in LEAD_ON and not path.startswith("_static/")]


def one_of_each_kind(site: Path, language: str) -> list[str]:
    """A page of each kind among those of figures, claims and versions."""
    pages = [path for path in all_pages_of(site, language) if path.startswith(GENERATED)]
    superseded = [
        path for path in pages if "notice-superseded" in (site / language / path).read_text("utf-8")
    ]
    named = {"cards/index.html", "cards/services.html", "cards/ledger-it.html",
             "claims/index.html", "claims/services-rank.html", "changes/index.html"}  # fmt: skip
    return sorted(named & set(pages)) + superseded[:1] + superseded[-1:]
