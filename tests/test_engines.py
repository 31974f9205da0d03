"""The site in three browser engines: the same steps in Chromium, Firefox and WebKit.

Every page and Replay are opened in all three; the other steps are taken in Chromium and Firefox.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest

import engines
from browsing import KEPT, LANGUAGES, SITE, hosted, pages_of
from engines import PlaywrightTab, Tab, until
from sme_book.base.editions import word
from sme_book.base.local import QuietHandler, serving
from sme_book.site import offline

pytestmark = pytest.mark.browser
PAGES = ["index.html"] + [
    f"{language}/{page}" for language in LANGUAGES for page in pages_of(SITE, language)
]
CHAPTER = "notebooks/results-it.html"
START, NEXT = 120, 30  # seconds for a first and for a later click on a busy machine
WIDTHS = (320, 390, 1280)

# The rules for paper in force on the screen, and those for screens not.
AS_ON_PAPER = """(() => {
  const turn = (rules) => {
    for (const rule of rules) {
      if (rule.media?.mediaText === "print") rule.media.mediaText = "all";
      else if (rule.media?.mediaText.startsWith("screen")) rule.media.mediaText = "not all";
    }
  };
  for (const sheet of document.styleSheets) turn(sheet.cssRules);
})()"""


@dataclass
class Reader:
    """An open tab of an engine, and the address of the site it reads."""

    engine: str
    tab: Tab
    address: str

    def open(self, page: str) -> Tab:
        self.tab.open(self.address + page)
        return self.tab


@pytest.fixture(scope="module", params=engines.ENGINES)
def reader(request: pytest.FixtureRequest, site: Path) -> Iterator[Reader]:
    handler: type[QuietHandler] = (
        engines.WatchingHandler if request.param == "webkit" else QuietHandler
    )
    with serving(site, handler) as address:

        def playwright() -> Any:
            return request.getfixturevalue("playwright")

        with engines.started(playwright, request.param) as tab:
            yield Reader(request.param, tab, address)


# Steps that WebKit's driver does not take yet.
two_engines = pytest.mark.parametrize(
    "reader", ["chromium", "firefox"], indirect=True, scope="module"
)


def shown(selector: str) -> str:
    """Whether an element takes room on the page, as JavaScript."""
    return f"document.querySelector({json.dumps(selector)})?.getClientRects().length > 0"


def colour(selector: str, name: str = "background-color") -> str:
    """A colour that an element is painted in, as JavaScript."""
    return f"getComputedStyle(document.querySelector({json.dumps(selector)}))['{name}']"


def test_every_page_opens_without_a_complaint_and_fits(reader: Reader):
    complaints, wide = {}, {}
    for page in PAGES:
        tab = reader.open(page)
        if heard := tab.complaints():
            complaints[page] = heard
        if reader.engine != "webkit" and (found := tab.sideways(reader.address + page, WIDTHS)):
            wide[page] = found
    assert complaints == {}
    assert wide == {}


@two_engines
def test_the_theme_is_kept(reader: Reader):
    tab = reader.open(f"en/{CHAPTER}")
    while tab.run("document.documentElement.dataset.theme") != "light":
        tab.click(".theme-button")
    light = tab.run(colour("html"))
    tab.click(".theme-button")
    assert tab.run("document.documentElement.dataset.theme") == "dark"
    dark = tab.run(colour("html"))
    assert dark != light
    reader.open(f"ja/{CHAPTER}")
    assert tab.run(colour("html")) == dark
    tab.click(".theme-button")
    assert tab.run("document.documentElement.dataset.theme ?? 'auto'") == "auto"


@two_engines
def test_the_other_language_opens_at_the_same_place(reader: Reader):
    tab = reader.open(f"en/{CHAPTER}")
    place = tab.run("[...document.querySelectorAll('figure[id]')].at(-1).id")
    tab.open(f"{reader.address}en/{CHAPTER}#{place}")
    tab.click(".language-switch")
    until(tab, f"location.href === {json.dumps(f'{reader.address}ja/{CHAPTER}#{place}')}")
    tab.open(f"{reader.address}ja/search.html?q=VPN")
    tab.click(".language-switch")
    until(tab, f"location.href === {json.dumps(f'{reader.address}en/search.html?q=VPN')}")


@two_engines
def test_code_folds(reader: Reader):
    tab = reader.open(f"ja/{CHAPTER}")
    closed = "document.querySelectorAll('details.cell-code:not([open])').length"
    count = tab.run(closed)
    assert count > 2
    tab.click("details.cell-code > summary")
    assert tab.run(closed) == count - 1
    tab.click(".code-button")
    assert tab.run(closed) == 0


@two_engines
@pytest.mark.parametrize("language", LANGUAGES)
def test_panels_of_a_card_open_where_their_tabs_are(language: str, reader: Reader):
    tab = reader.open(f"{language}/{CHAPTER}")
    card = "figure.card-figure:has(.card-art)"
    kinds = tab.run(
        f"[...document.querySelectorAll('{card}:first-of-type .card-tool')]"
        ".map((tool) => tool.className.split(' ')[1])"
    )
    assert len(set(kinds)) >= 4
    for kind in dict.fromkeys(kinds):
        summary = f"{card} .{kind} > summary"
        where = (
            f"(({{ left, top }}) => [left + scrollX, top + scrollY])"
            f"(document.querySelector('{summary}').getBoundingClientRect()).map(Math.round).join()"
        )
        before = tab.run(where)
        tab.click(summary)
        until(tab, shown(f"{card} .{kind} > :not(summary)"))
        assert tab.run(where) == before, kind
        tab.click(summary)
        until(tab, f"!document.querySelector('{card} .{kind}').open")
    assert tab.complaints() == []


# ---- Replay ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [f"en/{CHAPTER}", "ja/notebooks/purpose.html"])
def test_a_chapter_replays_to_what_is_printed(address: str, reader: Reader):
    tab = reader.open(address)
    tab.click(".replay-all")
    found = "document.querySelector('.replay-summary .replay-verdict')?.dataset.verdict"
    assert until(tab, found, START) == "same"
    assert tab.complaints() == []


@two_engines
@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ("globalThis.WebAssembly = undefined", "replay_old_browser"),
        (
            "globalThis.Worker = class { terminate() {} postMessage() { setTimeout(() =>"
            " this.onerror({ preventDefault() {}, message: 'out of memory' })); } }",
            "replay_fail_start",
        ),
    ],
    ids=["wasm", "memory"],
)
def test_a_browser_that_refuses_python_says_so(refusal: str, said: str, reader: Reader):
    tab = reader.open("ja/notebooks/purpose.html")
    tab.run(f"(() => {{ {refusal}; }})()")
    tab.click("#cell-2 .replay-run")
    box = "document.querySelector('#cell-2 .replay-trouble p')?.textContent"
    assert until(tab, box, NEXT) == word(said, "ja")
    assert tab.run(shown("main table"))
    assert tab.complaints() == []


@two_engines
def test_a_browser_that_refuses_storage_still_changes_the_theme(reader: Reader):
    tab = reader.open(f"en/{CHAPTER}")
    tab.run(
        "(() => { Storage.prototype.setItem = () => { throw new DOMException('refused'); }; })()"
    )
    before = tab.run("document.documentElement.dataset.theme ?? 'auto'")
    tab.click(".theme-button")
    assert tab.run("document.documentElement.dataset.theme ?? 'auto'") != before
    assert tab.complaints() == []


# ---- paper -----------------------------------------------------------------------------------


@two_engines
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_light_whatever_the_theme(language: str, reader: Reader):
    tab = reader.open(f"{language}/{CHAPTER}")
    while tab.run("document.documentElement.dataset.theme") != "dark":
        tab.click(".theme-button")
    dark = tab.run(f"[{colour('html')}, {colour('.card-art svg', 'color')}]")
    tab.run(AS_ON_PAPER)
    paper, ink = tab.run(f"[{colour('html')}, {colour('.card-art svg', 'color')}]")
    assert [paper, ink] != dark
    assert brightness(paper) > 240
    assert brightness(ink) < 60
    for hidden in (".site-header", ".cell-code", ".card-tools", ".replay-bar", ".site-header"):
        assert not tab.run(shown(hidden)), hidden
    if isinstance(tab, PlaywrightTab):
        reader.open(f"{language}/{CHAPTER}")
        printed = pypdf.PdfReader(io.BytesIO(tab.page.pdf()))
        text = "".join(page.extract_text() for page in printed.pages)
        title = tab.run("document.querySelector('h1').firstChild.textContent.trim()")
        assert "".join(title.split()) in "".join(unicodedata.normalize("NFKC", text).split())
        assert len(printed.pages) > 2
    tab.run("localStorage.clear()")


def brightness(told: str) -> float:
    """Mean of the three parts of a colour such as rgb(1, 2, 3)."""
    parts = told[told.index("(") + 1 :].rstrip(")").split(",")
    return sum(float(part) for part in parts[:3]) / 3


# ---- without a server, without a network -----------------------------------------------------


@two_engines
def test_pages_open_as_files(reader: Reader, site: Path):
    tab = reader.tab
    chapter = (site / f"ja/{CHAPTER}").as_uri()
    tab.open(chapter)
    until(tab, "document.querySelectorAll('.replay-bar').length > 0")
    bars, cells = tab.run(
        "[document.querySelectorAll('.replay-bar').length,"
        " document.querySelectorAll('div.cell.has-replay').length]"
    )
    assert bars == cells
    tab.write(".header-search input", "VPN")
    tab.run("document.querySelector('.header-search').requestSubmit()")
    until(tab, "document.querySelectorAll('#search-results a').length > 0", NEXT)
    tab.open((site / "en/notebooks/explore.html").as_uri())
    until(tab, "document.querySelectorAll('.explorer select').length > 0")
    # scripts that the browser refused from a file are loaded in another way, and it says so
    assert [text for text in tab.complaints() if "integrity" not in text.lower()] == []


@two_engines
def test_an_edition_is_kept_and_survives_pages_that_are_not(
    reader: Reader, site: Path, records: dict[str, Any], tmp_path: Path
):
    tab = reader.tab
    with hosted(site, tmp_path) as host:
        tab.open(host.at("ja/notebooks/purpose.html"))
        until(tab, f"{KEPT}.then((count) => count >= {len(offline.files(records['ja']))})", 90)
        host.stop()
        for _ in range(4):  # Firefox takes a worker away that fails three times
            tab.open(host.at("en/notebooks/method.html"))
            assert tab.run("document.querySelector('h1').textContent") == word(
                "offline_title", "en"
            )
        tab.open(host.at(f"ja/{CHAPTER}"))
        assert tab.run("document.querySelectorAll('figure.card svg').length") > 0
        assert tab.run("getComputedStyle(document.querySelector('.site-header')).display") == "flex"
        tab.open(host.at("ja/search.html?q=VPN"))
        until(tab, "document.querySelectorAll('#search-results a').length > 0", NEXT)
        tab.open(host.at(""))
        assert tab.run("document.querySelectorAll('.enter').length") == 2
    tab.complaints()
