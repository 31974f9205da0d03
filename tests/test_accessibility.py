"""Accessibility: axe-core on every page, languages, keyboard, narrow screens, readers' settings.

Every page is held against all rules of axe-core twice: wide and light as it opens, and narrow and
dark with everything that folds open. The two other combinations differ in colours and sizes alone,
and are held against the rules that look at those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import LANGUAGES, SITE, Watched, one_of_each_kind, pages_of, patient
from sme_book.base.project import ROOT

PAGES = ["index.html"] + [
    f"{language}/{page}"
    for language in LANGUAGES
    for page in (*pages_of(SITE, language), *one_of_each_kind(SITE, language))
]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# Rules that a page may break, each with its reason.
ALLOWED: dict[str, str] = {}
VISUAL = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
OPEN_ALL = "document.querySelectorAll('details').forEach(item => { item.open = true })"
JAPANESE = re.compile("[぀-ヿ㐀-鿿]")
ENGLISH = re.compile(r"(?:\b[A-Za-z][A-Za-z'’-]*[,;:]? +){6,}[A-Za-z]+")
CHAPTERS = [page for page in PAGES if "/notebooks/results-" in page]


@pytest.fixture(scope="module")
def examined(browser: Any) -> Iterator[Any]:
    """One page with axe-core in it, reused."""
    context = patient(browser, reduced_motion="reduce", service_workers="block")
    context.add_init_script(AXE.read_text(encoding="utf-8"))
    yield context.new_page()
    context.close()


def violations(page: Any, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds, one line for each element."""
    options: dict[str, Any] = {
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2, off unless asked for
    }
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in found if rule["id"] not in ALLOWED
        for node in rule["nodes"]
    ]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(address: str, server: str, examined: Any):
    page = examined
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(server + address)
    assert violations(page) == [], "wide, light"
    page.emulate_media(color_scheme="dark")
    assert violations(page, VISUAL) == [], "wide, dark"
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate(OPEN_ALL)
    assert violations(page) == [], "narrow, dark, all open"
    page.emulate_media(color_scheme="light")
    assert violations(page, VISUAL) == [], "narrow, light, all open"
    page.set_viewport_size({"width": 320, "height": 900})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320, f"scrolls sideways: {width} pixels wide on a screen of 320"


# ---- languages -------------------------------------------------------------------------------


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes().decode("utf-8"))


def language_of(element: Any) -> str:
    while element is not None:
        if element.get("lang"):
            return str(element.get("lang"))
        element = element.getparent()
    return ""


def texts(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    """Every text that is read out, with the language it says it is in; code is left out."""
    if isinstance(element.tag, str) and element.tag not in ("script", "style", "pre", "code"):
        language = language_of(element)
        if element.text:
            yield element.text, language
        for name in ("alt", "aria-label", "placeholder"):
            if element.get(name):
                yield element.get(name), language
        for child in element:
            yield from texts(child)
            if child.tail:
                yield child.tail, language


@pytest.mark.parametrize("address", PAGES)
def test_every_passage_says_its_language(address: str, site: Path):
    page = tree(site / address)
    body = page.find("body")
    assert language_of(body) == (address[:2] if "/" in address else "en")
    japanese = [
        text.strip() for text, language in texts(body)
        if JAPANESE.search(text) and language != "ja"
    ]  # fmt: skip
    assert japanese == []
    english = [
        text.strip() for text, language in texts(body)
        if ENGLISH.search(text) and not JAPANESE.search(text) and language != "en"
    ]  # fmt: skip
    assert english == []


@pytest.mark.parametrize("address", PAGES)
def test_tables_have_captions_and_scoped_headers(address: str, site: Path):
    for table in tree(site / address).iter("table"):
        assert table.find("caption") is not None, html.tostring(table)[:200]
        headers = table.xpath(".//th")
        assert headers
        assert all(header.get("scope") for header in headers)


@pytest.mark.parametrize("address", CHAPTERS)
def test_figures_have_alternatives_that_hold_numbers(address: str, site: Path):
    for drawing in tree(site / address).xpath("//figure//svg[@role='img']"):
        alternative = drawing.get("aria-label")
        assert len(alternative) > 30
        assert re.search(r"\d", alternative)


# ---- keyboard --------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_and_works_everything(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = watched(color_scheme="light").page
    page.goto(f"{server}{language}/notebooks/results-it.html")
    keyboard = page.keyboard
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'text'")
    for selector, opened in (
        (".code-button", "document.querySelector('details.cell-code').open"),
        (".card-tool > summary", "document.querySelector('.card-tool').open"),
        (".theme-button", "document.documentElement.dataset.theme === 'light'"),
    ):
        page.locator(selector).first.focus()
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
        before = page.evaluate(opened)
        keyboard.press("Enter")
        assert page.evaluate(opened) != before, selector
    summary = page.locator("details.cell-code > summary").first
    summary.focus()
    keyboard.press("Space")
    assert not page.evaluate("document.querySelector('details.cell-code').open")
    page.locator(".language-switch").focus()
    keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/{language}/" not in url)


@pytest.mark.browser
def test_what_has_the_focus_is_never_under_the_header(server: str, watched: Callable[..., Watched]):
    page = watched(viewport={"width": 1280, "height": 700}).page
    page.goto(server + "en/notebooks/results-it.html")
    bottom = page.locator(".site-header").bounding_box()["height"]
    for _ in range(60):
        page.keyboard.press("Tab")
        top, inside = page.evaluate(
            "() => { const item = document.activeElement;"
            " return [item.getBoundingClientRect().bottom, !!item.closest('main')] }"
        )
        assert not inside or top > bottom


# ---- readers' settings -----------------------------------------------------------------------


@pytest.mark.browser
def test_nothing_moves_for_readers_who_want_no_motion(server: str, watched: Callable[..., Watched]):
    page = watched(reduced_motion="reduce").page
    page.goto(server + "en/notebooks/results-it.html")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].map(item => getComputedStyle(item)).filter(style =>"
        " parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none').length"
    )
    assert moving == 0


@pytest.mark.browser
def test_forced_colours_leave_figures_and_marks_visible(
    server: str, watched: Callable[..., Watched]
):
    page = watched(forced_colors="active", color_scheme="dark").page
    page.goto(server + "ja/notebooks/results-it.html")
    ink, paper = page.evaluate(
        "() => { const style = getComputedStyle(document.querySelector('.card-art svg'));"
        " return [style.color, style.backgroundColor] }"
    )
    assert ink != paper
    current = page.locator(".contents a[aria-current]").evaluate(
        "x => getComputedStyle(x).borderTopStyle"
    )
    assert current == "solid"
