"""The built site in a real browser: pages, switches and folding, in both editions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import LANGUAGES, SITE, Watched, pages_of
from sme_book.base.editions import word
from sme_book.base.local import compressed

pytestmark = pytest.mark.browser
ADDRESSES = [
    f"{language}/{page}" for language in LANGUAGES for page in pages_of(SITE, language)
] or ["index.html"]
IDS = re.compile(r'\sid="([^"]+)"')


def test_both_editions_hold_the_same_pages(site: Path):
    assert pages_of(site, "en") == pages_of(site, "ja")
    assert len(pages_of(site, "en")) > 5


def test_both_editions_hold_the_same_anchors(site: Path):
    for page in pages_of(site, "en"):
        found = [
            sorted(set(IDS.findall((site / language / page).read_text("utf-8"))))
            for language in LANGUAGES
        ]
        # the ids inside a drawing come from its drawing library, clip paths and the like
        texts = [[name for name in ids if not re.search(r"-[0-9a-fp]{9,}$", name)] for ids in found]
        assert texts[0] == texts[1], page


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_switch_leads_to_the_same_page_and_back(
    address: str, server: str, watched: Callable[..., Watched]
):
    page = watched(java_script_enabled=False).page
    page.goto(server + address)
    language, name = address.split("/", 1)
    other = "ja" if language == "en" else "en"
    assert page.locator("html").get_attribute("lang") == language
    page.locator(".language-switch").click()
    page.wait_for_url(f"{server}{other}/{name}")
    assert page.locator("html").get_attribute("lang") == other
    page.locator(".language-switch").click()
    page.wait_for_url(server + address)


FIRST_LOAD = 90_000  # bytes on the wire, from a server that compresses


def first_load(site: Path, address: str) -> dict[str, int]:
    """Bytes on the wire of a page and of all that it names to be loaded with it, file by file."""
    tree = html.fromstring((site / address).read_bytes())
    links = tree.xpath(
        "//link[contains('stylesheet icon preload modulepreload manifest', @rel)]/@href"
        " | //script/@src | //img/@src | //iframe/@src | //object/@data | //source/@srcset"
    )
    paths = {posixpath.normpath(posixpath.join(posixpath.dirname(address), link.split("?")[0]))
             for link in links if not link.startswith("data:")}  # fmt: skip
    return {path: len(compressed(str(site / path), 0)) for path in (address, *sorted(paths))}


# the search page loads the index of all words as well
@pytest.mark.parametrize("address", [page for page in ADDRESSES if "/search." not in page])
def test_a_page_weighs_little(address: str, site: Path):
    loads = first_load(site, address)
    assert len(loads) > 2  # the page, its style sheet, its icon
    assert sum(loads.values()) <= FIRST_LOAD, loads


def with_code(site: Path) -> list[str]:
    return [
        address for address in ADDRESSES
        if '<details class="cell-code"' in (site / address).read_text(encoding="utf-8")
    ]  # fmt: skip


def test_code_is_folded_and_opens_cell_by_cell_and_all_at_once(
    site: Path, server: str, watched: Callable[..., Watched]
):
    texts = {
        "en": ("Show all code", "Hide all code"),
        "ja": ("すべてのコードを表示", "すべてのコードを隠す"),
    }
    page = watched().page
    for address in with_code(site):
        page.goto(server + address)
        show_all, hide_all = texts[address[:2]]
        names = {word(name, address[:2]) for name in ("code_nothing", "code_numbers")}
        cells = page.locator("details.cell-code")
        opened = "cells => cells.filter(cell => cell.open).length"
        assert cells.evaluate_all(opened) == 0
        summary = cells.first.locator("summary")
        assert summary.inner_text().strip() in names
        summary.click()
        assert cells.evaluate_all(opened) == 1
        button = page.locator(".code-button")
        assert button.inner_text() == show_all
        button.click()
        assert cells.evaluate_all(opened) == cells.count()
        assert button.inner_text() == hide_all
        button.click()
        assert cells.evaluate_all(opened) == 0


def test_code_opens_without_a_script(site: Path, server: str, watched: Callable[..., Watched]):
    for address in with_code(site)[:2]:
        page = watched(java_script_enabled=False).page
        page.goto(server + address)
        assert not page.locator(".code-button").is_visible()
        cell = page.locator("details.cell-code").first
        assert not cell.locator("pre").is_visible()
        cell.locator("summary").click()
        assert cell.locator("pre").is_visible()


def test_the_colours_can_be_chosen_and_are_kept(server: str, watched: Callable[..., Watched]):
    page = watched(color_scheme="light").page
    page.goto(server + ADDRESSES[0])
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)
    button = page.locator(".theme-button")
    button.click()
    assert page.evaluate(colour) == light
    button.click()
    dark = page.evaluate(colour)
    assert dark != light
    page.reload()
    assert page.evaluate(colour) == dark


def test_the_front_page_leads_to_both_editions(server: str, watched: Callable[..., Watched]):
    for language in LANGUAGES:
        page = watched(java_script_enabled=False).page
        page.goto(server + "index.html")
        page.locator(f"section[lang={language}] .enter").click()
        page.wait_for_url(f"{server}{language}/**")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1


def test_an_edition_opens_at_its_first_page(server: str, watched: Callable[..., Watched]):
    page = watched(java_script_enabled=False).page
    page.goto(server + "ja/")
    page.wait_for_url(server + "ja/book/index.html")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_old_address_leads_on(scripts: bool, server: str, watched: Callable[..., Watched]):
    result = watched(java_script_enabled=scripts)
    result.page.goto(f"{server}ja/book/reuse.html#reuse-python")
    place = "#reuse-python" if scripts else ""
    result.page.wait_for_url(f"{server}ja/notebooks/reuse.html{place}")
    assert result.complaints == []


def test_the_contents_open_on_a_small_screen(server: str, watched: Callable[..., Watched]):
    page: Any = watched(viewport={"width": 390, "height": 800}, java_script_enabled=False).page
    page.goto(server + ADDRESSES[0])
    contents = page.locator("#contents")
    assert not contents.is_visible()
    page.locator(".menu-button").click()
    assert contents.is_visible()
    page.keyboard.press("Escape")
    assert not contents.is_visible()
