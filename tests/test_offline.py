"""The site without a network: an edition is kept after the first visit, and shows nothing old."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import LANGUAGES, ROOT, pages_of
from sme_book.base.server import QuietHandler
from sme_book.site import offline

pytestmark = pytest.mark.browser
KEPT = (
    "caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))\
.then(found => found.flat().length)"
)


class Handler(QuietHandler):
    """Ends each connection, so that none outlives the server."""

    protocol_version = "HTTP/1.0"


@dataclass
class Host:
    """A server of a copy of the site that can be cut off."""

    folder: Path
    port: int = 0
    running: ThreadingHTTPServer | None = None

    def start(self) -> None:
        handler = partial(Handler, directory=str(self.folder))
        self.running = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.running.server_port
        threading.Thread(target=self.running.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.running:
            self.running.shutdown()
            self.running.server_close()
            self.running = None

    def at(self, page: str) -> str:
        return f"http://127.0.0.1:{self.port}/{page}"


@pytest.fixture
def host(site: Path, tmp_path: Path) -> Iterator[Host]:
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("_replay", "images", "data"))
    made = Host(copy)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(service_workers="allow")
    yield context.new_page()
    context.close()


def visit(tab: Any, host: Host, page: str, count: int) -> None:
    """Open a page and wait until what belongs to its edition is kept."""
    tab.goto(host.at(page))
    for _ in range(120):
        if tab.evaluate(KEPT) >= count:
            return
        tab.wait_for_timeout(250)
    pytest.fail(f"{tab.evaluate(KEPT)} of {count} files are kept after half a minute")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_edition_is_kept_with_what_it_loads(
    site: Path, records: dict[str, Any], language: str
) -> None:
    kept = offline.files(records[language])
    assert {f"{language}/{page}" for page in pages_of(site, language)} <= set(kept)
    assert all((site / name.split("?")[0]).is_file() for name in kept)
    for part in ("book.css?v=", "search-index.js?v=", "search.js?v=", "widgets.js?v=", "icon.svg"):
        assert any(part in name for name in kept), part
    loaded = {
        (site / language / page).parent.joinpath(address.split("?")[0]).resolve()
        for page in pages_of(site, language)
        for address in html.parse(site / language / page).xpath(
            "//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src"
        )
    }
    assert loaded <= {(site / name.split("?")[0]).resolve() for name in kept}
    weight = sum((site / name.split("?")[0]).stat().st_size for name in kept)
    assert weight < 6_000_000


def test_the_worker_changes_when_a_page_does(host: Host, records: dict[str, Any]) -> None:
    before = offline.worker(ROOT, host.folder, records)
    page = host.folder / "en/notebooks/purpose.html"
    page.write_text(page.read_text("utf-8").replace("</body>", "<!-- new --></body>"), "utf-8")
    assert offline.worker(ROOT, host.folder, records) != before
    assert "__" not in before


def test_an_edition_reads_and_searches_without_a_network(
    tab: Any, host: Host, records: dict[str, Any]
) -> None:
    visit(tab, host, "ja/notebooks/purpose.html", len(offline.files(records["ja"])))
    host.stop()
    tab.goto(host.at("ja/notebooks/results-it.html"))
    assert tab.locator("figure.card svg").count() > 0
    shown = tab.locator(".site-header").evaluate("item => getComputedStyle(item).display")
    assert shown == "flex"  # the style sheet came too
    tab.goto(host.at("ja/search.html?q=バックアップ"))
    tab.wait_for_selector("#search-results li")
    with pytest.raises(Exception, match="ERR_FAILED"):
        tab.goto(host.at("en/notebooks/results-it.html"))


def test_with_a_network_nothing_old_is_shown(tab: Any, host: Host, records: dict[str, Any]) -> None:
    visit(tab, host, "en/notebooks/purpose.html", len(offline.files(records["en"])))
    page = host.folder / "en/notebooks/method.html"
    page.write_text(page.read_text("utf-8").replace("<h1", "<h1 data-changed"), "utf-8")
    tab.goto(host.at("en/notebooks/method.html"))
    assert tab.locator("h1[data-changed]").count() == 1
    host.stop()
    tab.goto(host.at("en/notebooks/method.html"))
    assert tab.locator("h1[data-changed]").count() == 1, "what was seen last is what is kept"
