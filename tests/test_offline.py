"""The site without a network: an edition is kept after the first visit, and shows nothing old."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import KEPT, LANGUAGES, Host, hosted, pages_of, patient, waited
from sme_book.base.editions import word
from sme_book.base.project import ROOT
from sme_book.site import offline

pytestmark = pytest.mark.browser


@pytest.fixture
def host(site: Path, tmp_path: Path) -> Iterator[Host]:
    with hosted(site, tmp_path) as made:
        yield made


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = patient(browser, service_workers="allow")
    yield context.new_page()
    context.close()


def visit(tab: Any, host: Host, page: str, count: int) -> None:
    """Open a page and wait until what belongs to its edition is kept."""
    tab.goto(host.at(page))
    waited(tab.evaluate, f"{KEPT}.then((kept) => kept >= {count})")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_edition_is_kept_with_what_it_loads(
    site: Path, records: dict[str, Any], language: str
) -> None:
    kept = offline.files(ROOT, records, language)
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
    assert weight < 7_000_000


def test_the_worker_changes_when_a_page_does(host: Host, records: dict[str, Any]) -> None:
    before = offline.worker(ROOT, host.folder, records)
    page = host.folder / "en/notebooks/purpose.html"
    page.write_text(page.read_text("utf-8").replace("</body>", "<!-- new --></body>"), "utf-8")
    assert offline.worker(ROOT, host.folder, records) != before
    assert "__" not in before


def test_an_edition_reads_and_searches_without_a_network(
    tab: Any, host: Host, records: dict[str, Any]
) -> None:
    visit(tab, host, "ja/notebooks/purpose.html", len(offline.files(ROOT, records, "ja")))
    host.stop()
    tab.goto(host.at("ja/notebooks/results-it.html"))
    assert tab.locator("figure.card svg").count() > 0
    shown = tab.locator(".site-header").evaluate("item => getComputedStyle(item).display")
    assert shown == "flex"  # the style sheet came too
    tab.goto(host.at("ja/search.html?q=バックアップ"))
    tab.wait_for_selector("#search-results li")
    tab.goto(host.at("en/notebooks/results-it.html"))
    assert [item.inner_text() for item in tab.locator("h1, h2").all()] == [
        word("offline_title", "en"), word("offline_title", "ja")
    ]  # fmt: skip
    tab.goto(host.at("ja/"))
    tab.wait_for_url(host.at("ja/book/index.html"))
    tab.goto(host.at(""))
    assert tab.locator(".enter").count() == 2


def test_with_a_network_nothing_old_is_shown(tab: Any, host: Host, records: dict[str, Any]) -> None:
    visit(tab, host, "en/notebooks/purpose.html", len(offline.files(ROOT, records, "en")))
    page = host.folder / "en/notebooks/method.html"
    page.write_text(page.read_text("utf-8").replace("<h1", "<h1 data-changed"), "utf-8")
    tab.goto(host.at("en/notebooks/method.html"))
    assert tab.locator("h1[data-changed]").count() == 1
    waited(
        tab.evaluate,
        "caches.match(location.href).then((kept) => kept.text())"
        ".then((text) => text.includes('data-changed'))",
    )
    host.stop()
    tab.goto(host.at("en/notebooks/method.html"))
    assert tab.locator("h1[data-changed]").count() == 1, "what was seen last is what is kept"


def test_what_has_a_digest_in_its_address_is_not_asked_for_again(
    tab: Any, host: Host, records: dict[str, Any]
) -> None:
    page = "en/notebooks/purpose.html"
    visit(tab, host, page, len(offline.files(ROOT, records, "en")))
    address = tab.evaluate("document.querySelector('link[rel=stylesheet]').href")
    name = address.removeprefix(host.at("")).split("?v=")[0]
    (host.folder / name).write_text("changed", "utf-8")
    tab.goto(host.at(page))
    assert tab.evaluate(f"fetch('{address}').then((answer) => answer.text())") != "changed"
    plain = address.split("?v=")[0]
    assert tab.evaluate(f"fetch('{plain}').then((answer) => answer.text())") == "changed"


# Whether the worker whose cache ends in a name is at work, and its cache, the only one, holds so
# many files; where a download failed, the worker is looked for again, as the next page would do.
RENEWED = """
(async (name, count) => {
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration.installing || registration.waiting) return false;
  const names = await caches.keys();
  const kept = await (await caches.open(names[0])).keys();
  const { state } = registration.active;
  if (state === "activated" && names.length === 1 && names[0].endsWith(name))
    if (kept.length >= count) return true;
  await registration.update();
  return false;
})("%s", %d)
"""


def deploy(host: Host, site: Path, records: dict[str, Any], mark: str, moment: int) -> None:
    """A version of the site: one page, and what a style sheet and the data of a page say."""
    for name in ("en/notebooks/method.html", "en/_replay/notebooks/method.json"):
        text = (site / name).read_text("utf-8")
        text = text.replace(">Method", f">Method {mark}")
        text = text.replace('"page":"notebooks/method"', f'"page":"Method {mark}"')
        (host.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (host.folder / name).write_text(text, "utf-8")
    offline.assemble(ROOT, host.folder, records)
    for path in host.folder.rglob("*.*"):
        os.utime(path, (moment, moment))


def test_two_versions_in_a_row_are_never_mixed(
    tab: Any, site: Path, records: dict[str, Any], tmp_path: Path
) -> None:
    """The server allows ten minutes in the browser's cache, as hosts of static pages do."""
    page, other = "en/notebooks/method.html", "en/notebooks/purpose.html"
    data = "fetch('../_replay/notebooks/method.json').then((answer) => answer.text())"
    with hosted(site, tmp_path, "max-age=600") as host:
        deploy(host, site, records, "first", 1_700_000_000)
        visit(tab, host, page, len(offline.files(ROOT, records, "en")))
        tab.reload()
        assert "Method first" in tab.locator("h1").inner_text()
        assert "Method first" in tab.evaluate(data)

        deploy(host, site, records, "second", 1_700_000_100)
        tab.goto(host.at(other))
        tab.goto(host.at(page))
        assert "Method second" in tab.locator("h1").inner_text(), "online"
        assert "Method second" in tab.evaluate(data), "data of the same version as the page"
        # the new worker takes its place once it has kept what the old one kept
        name = offline.worker(ROOT, host.folder, records).split('DIGEST = "')[1][:12]
        count = len(offline.files(ROOT, records, "en"))
        waited(tab.evaluate, RENEWED % (name, count))
        host.stop()
        tab.goto(host.at(page))
        assert "Method second" in tab.locator("h1").inner_text(), "in the kept copy"
        assert tab.evaluate("getComputedStyle(document.querySelector('.site-header')).display") == (
            "flex"
        )
