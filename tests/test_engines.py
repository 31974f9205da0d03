"""The site in three browser engines: the same steps in Chromium, Firefox and WebKit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import engines
from browsing import LANGUAGES, SITE, QuietHandler, pages_of
from engines import Tab, until

pytestmark = pytest.mark.browser
PAGES = ["index.html"] + [
    f"{language}/{page}" for language in LANGUAGES for page in pages_of(SITE, language)
]


@dataclass
class Reader:
    """An open tab of an engine, and the address of the site it reads."""

    engine: str
    tab: Tab
    address: str


@pytest.fixture(scope="module", params=engines.ENGINES)
def reader(request: pytest.FixtureRequest, site: Path) -> Iterator[Reader]:
    handler: type[QuietHandler] = (
        engines.WatchingHandler if request.param == "webkit" else QuietHandler
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()

        def playwright() -> Any:
            return request.getfixturevalue("playwright")

        with engines.started(playwright, request.param) as tab:
            yield Reader(request.param, tab, f"http://127.0.0.1:{running.server_port}/")
        running.shutdown()


def test_every_page_opens_without_a_complaint(reader: Reader):
    found = {}
    for page in PAGES:
        reader.tab.open(reader.address + page)
        if heard := reader.tab.complaints():
            found[page] = heard
    assert found == {}


@pytest.mark.parametrize("address", ["en/notebooks/results-it.html", "ja/notebooks/purpose.html"])
def test_a_chapter_replays_to_what_is_printed(address: str, reader: Reader):
    tab = reader.tab
    tab.open(reader.address + address)
    tab.click(".replay-all")
    verdict = "document.querySelector('.replay-summary .replay-verdict')?.dataset.verdict"
    assert until(tab, verdict, 120) == "same"
    assert tab.complaints() == []
