"""The site in three browser engines: the same steps in Chromium, Firefox and WebKit.

What one of them cannot do stands where it is left out: WebKit's driver tells nothing of pages
opened as files, and has no command to print.
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
from browsing import KEPT, LANGUAGES, PATIENCE, SITE, hosted, one_of_each_kind, pages_of
from engines import PlaywrightTab, Tab, until
from sme_book.base.editions import word
from sme_book.base.local import QuietHandler, serving
from sme_book.base.project import ROOT
from sme_book.site import offline
from sme_survey.survey.text import Language

pytestmark = pytest.mark.browser
PAGES = ["index.html"] + [
    f"{language}/{page}"
    for language in LANGUAGES
    for page in pages_of(SITE, language) + one_of_each_kind(SITE, language)
]
QUERIES: dict[Language, str] = {"en": "supply chain", "ja": "情報セキュリティ"}
CHAPTER = "notebooks/results-it.html"
START = 2 * PATIENCE  # seconds for a first click on Replay
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
def visitor(request: pytest.FixtureRequest, site: Path) -> Iterator[Reader]:
    handler: type[QuietHandler] = (
        engines.WatchingHandler if request.param == "webkit" else QuietHandler
    )
    with serving(site, handler) as address:

        def playwright() -> Any:
            return request.getfixturevalue("playwright")

        with engines.started(playwright, request.param) as tab:
            yield Reader(request.param, tab, address)


@pytest.fixture
def reader(visitor: Reader) -> Reader:
    """The tab as at a first visit, whatever an earlier test has left or ended in the midst of."""
    visitor.open("index.html").run("localStorage.clear()")
    visitor.tab.complaints()
    return visitor


def shown(selector: str) -> str:
    """Whether an element takes room on the page, as JavaScript."""
    return f"document.querySelector({json.dumps(selector)})?.getClientRects().length > 0"


def colour(selector: str, name: str = "background-color") -> str:
    """A colour that an element is painted in, as JavaScript."""
    return f"getComputedStyle(document.querySelector({json.dumps(selector)}))['{name}']"


def test_every_page_opens_without_a_complaint_and_fits(reader: Reader):
    complaints, wide = {}, {}
    for page in PAGES:
        heard, found = reader.tab.look(reader.address + page, WIDTHS)
        if heard:
            complaints[page] = heard
        if found:
            wide[page] = found
    assert (complaints, wide) == ({}, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_leads_to_the_passage_at_once(language: Language, reader: Reader):
    query = QUERIES[language]
    tab = reader.open(f"{language}/{CHAPTER}")
    tab.write(".header-search input", query)
    tab.press("Enter")
    until(tab, "document.querySelectorAll('#search-results a').length > 5")
    links = "[...document.querySelectorAll('#search-results a[href*=\"#\"]')]"
    wanted = tab.run(f"{links}[0].href")
    tab.run(f"{links}[0].focus()")
    tab.press("Enter")
    until(tab, f"location.href === {json.dumps(wanted)} && document.readyState === 'complete'")
    place = "document.querySelector(':target').getBoundingClientRect().top"
    header = "document.querySelector('.site-header').offsetHeight"
    until(tab, f"scrollY > 500 && {place} >= {header} && {place} <= {header} + 60", 20)
    assert tab.complaints() == []


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


def test_the_other_language_opens_at_the_same_place(reader: Reader):
    tab = reader.open(f"en/{CHAPTER}")
    place = tab.run("[...document.querySelectorAll('figure[id]')].at(-1).id")
    tab.open(f"{reader.address}en/{CHAPTER}#{place}")
    tab.click(".language-switch")
    until(tab, f"location.href === {json.dumps(f'{reader.address}ja/{CHAPTER}#{place}')}")
    tab.open(f"{reader.address}ja/search.html?q=VPN")
    tab.click(".language-switch")
    until(tab, f"location.href === {json.dumps(f'{reader.address}en/search.html?q=VPN')}")


def test_code_folds(reader: Reader):
    tab = reader.open(f"ja/{CHAPTER}")
    closed = "document.querySelectorAll('details.cell-code:not([open])').length"
    count = tab.run(closed)
    assert count > 2
    tab.click("details.cell-code > summary")
    assert tab.run(closed) == count - 1
    tab.click(".code-button")
    assert tab.run(closed) == 0


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explorer_answers_keys_and_pointer(language: Language, reader: Reader):
    tab = reader.open(f"{language}/notebooks/explore.html")
    head = "document.querySelector('.explorer .card-head')?.textContent"
    first = until(tab, head)
    tab.run("document.querySelector('.explorer select').focus()")
    tab.press("ArrowDown")
    second = until(tab, f"{head} !== {json.dumps(first)} && {head}")
    chosen = "document.querySelector('.explorer select').selectedOptions[0].text"
    assert tab.run(chosen) in second
    published, answered = (f".explorer label.widget-choice:nth-child({n})" for n in (1, 2))
    tab.press("Tab", "ArrowRight")  # from the list of questions to the shares, and to the other
    third = until(tab, f"{head} !== {json.dumps(second)} && {head}")
    assert tab.run(f"document.querySelector('{answered} input').checked")
    tab.click(published)
    assert until(tab, f"{head} !== {json.dumps(third)} && {head}") == second
    assert tab.complaints() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_of_a_firm_answer_keys_and_pointer(language: Language, reader: Reader):
    tab = reader.open(f"{language}/notebooks/your-firm.html")
    shares = "document.querySelectorAll('.share').length"
    summary = ".widget-accordion summary"
    until(tab, f"document.querySelector('{summary}')")
    assert tab.run(shares) == 0
    tab.run(f"document.querySelector('{summary}').focus()")
    tab.press("Enter", "Tab", "Space")
    until(tab, f"{shares} === 1")
    said = tab.run("document.querySelector('.share p').textContent")
    tab.click(".mark-row:has(.share) .mark label.widget-choice:nth-child(2)")
    until(tab, f"document.querySelector('.share p').textContent !== {json.dumps(said)}")
    assert tab.complaints() == []


# ---- Replay ----------------------------------------------------------------------------------


SUMMARY = "document.querySelector('.replay-summary .replay-verdict')?.dataset.verdict"


def test_a_chapter_replays_to_what_is_printed(reader: Reader):
    tab = reader.open(f"en/{CHAPTER}")
    tab.click(".replay-all")
    assert until(tab, SUMMARY, START) == "same"
    assert tab.complaints() == []


def test_a_cell_is_edited_fails_is_stopped_and_its_chapter_replays(reader: Reader):
    tab = reader.open("ja/notebooks/purpose.html")
    cell = "#cell-2"
    verdict = f"document.querySelector('{cell} .replay-status .replay-verdict')?.dataset.verdict"
    output = f"document.querySelector('{cell} .cell_output').innerText.trim()"
    tab.click(f"{cell} [aria-expanded]")
    # the editor is in a shadow root: selectors find what is around it, keys what has the focus
    until(tab, f"document.activeElement.matches('{cell} .replay-editor')")

    def run(source: str) -> None:
        tab.press("Control+a")
        tab.type(source)
        tab.press("Shift+Enter")

    run("6 * 7")
    until(tab, f"{verdict} === 'different'", START)
    assert tab.run(output) == "42"
    run("1 / 0")
    until(tab, f"{verdict} === 'error'")
    assert tab.run(output).endswith("ZeroDivisionError: division by zero")
    run("while True: pass")
    until(tab, f"document.querySelector('{cell} .replay-line button')")
    until(tab, f"document.querySelector('{cell} .replay-progress').hasAttribute('value')")
    tab.click(f"{cell} .replay-line button")
    told = f"document.querySelector('{cell} .replay-trouble p')?.textContent"
    assert until(tab, told) == word("replay_cancelled", "ja")
    tab.click(f"{cell} .replay-edit-tools button:not(.replay-run)")  # the code as it was
    tab.click(".replay-all")
    assert until(tab, SUMMARY, START) == "same"
    # Firefox speaks of a worker that is ended at work, as an exception without a value
    ended = ["undefined"] if reader.engine == "firefox" else []
    assert [text for text in tab.complaints() if text not in ended] == []


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
    assert until(tab, box) == word(said, "ja")
    assert tab.run(shown("main table"))
    assert tab.complaints() == []


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


def brightness(told: str) -> float:
    """Mean of the three parts of a colour such as rgb(1, 2, 3)."""
    parts = told[told.index("(") + 1 :].rstrip(")").split(",")
    return sum(float(part) for part in parts[:3]) / 3


# ---- a page left open while the site is renewed ----------------------------------------------


def renewing(digits: str) -> type[QuietHandler]:
    """Serves the site; once ``deployed``, a version with other digits in its pages and data."""

    class Renewing(QuietHandler):
        deployed = False

        def send_head(self) -> Any:
            path = Path(self.translate_path(self.path))
            if not self.deployed or path.suffix not in (".html", ".json") or not path.is_file():
                return super().send_head()
            text = path.read_text(encoding="utf-8").replace(digits, digits[::-1])
            return self.answer(self.guess_type(str(path)), text.encode())

    return Renewing


@pytest.mark.parametrize(
    ("language", "part"),
    [("en", "_replay/core.json"), ("ja", "ja/_replay/notebooks/results-it.json")],
    ids=["python", "cells"],
)
def test_a_page_left_open_over_a_deploy_never_mixes_versions(
    language: Language, part: str, reader: Reader, site: Path
):
    data = json.loads((site / part).read_text(encoding="utf-8"))
    handler: Any = renewing(data.get("made") or data["digest"])
    told = "document.querySelector('.replay-trouble p')?.textContent"
    tab = reader.tab
    with serving(site, handler) as address:
        tab.open(f"{address}{language}/{CHAPTER}")
        handler.deployed = True
        tab.click("figure.card-figure:has(.card-art) .card-table > summary")
        until(tab, shown("figure.card-figure .card-table table"))
        tab.click("div.cell .replay-run")
        assert until(tab, told) == word("replay_fail_renewed", language)
        tab.write(".header-search input", QUERIES[language])
        tab.press("Enter")  # leads to a page of the new version, with its own index
        until(tab, "document.querySelectorAll('#search-results a').length > 5")
        tab.open(f"{address}{language}/{CHAPTER}")
        tab.click("div.cell .replay-run")
        begun = "document.querySelector('.replay-progress')?.hasAttribute('value')"
        until(tab, f"{begun} || {told} || document.querySelector('.replay-verdict')")
        assert not tab.run(told), "the new version starts its own Python"
        if language == "en":
            tab.open(f"{address}{language}/book/your-table.html")
            handler.deployed = False  # and from the new one to another
            tab.click(".own-examples button")
            tab.click(".own-run")
            told = "document.querySelector('.own-trouble')?.textContent"
            assert until(tab, told) == word("own_fail_renewed", language)
    tab.complaints()


# ---- without a server, without a network -----------------------------------------------------


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
    until(tab, "document.querySelectorAll('#search-results a').length > 0")
    tab.open((site / "en/notebooks/explore.html").as_uri())
    until(tab, "document.querySelectorAll('.explorer select').length > 0")
    # scripts that the browser refused from a file are loaded in another way, and it says so
    assert [text for text in tab.complaints() if "integrity" not in text.lower()] == []


def test_an_edition_is_kept_and_survives_pages_that_are_not(
    reader: Reader, site: Path, records: dict[str, Any], tmp_path: Path
):
    tab = reader.tab
    with hosted(site, tmp_path) as host:
        tab.open(host.at("ja/notebooks/purpose.html"))
        until(tab, f"{KEPT}.then((count) => count >= {len(offline.files(ROOT, records, 'ja'))})")
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
        until(tab, "document.querySelectorAll('#search-results a').length > 0")
        tab.open(host.at(""))
        assert tab.run("document.querySelectorAll('.enter').length") == 2
        until(tab, "[...document.images].every((image) => image.naturalWidth)")
        assert tab.run("document.styleSheets[0].cssRules.length") > 10
    tab.complaints()
