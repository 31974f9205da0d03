"""Search: the index of each edition, and what readers find with it in a real browser."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browsing import GENERATED, LANGUAGES, LEAD_ON, Watched
from sme_book.base.html import Page
from sme_book.base.project import ROOT
from sme_book.pages.words import INDEX, OTHER_WORDS, passages, title_of

# None of these stands in ``book/search-words.json``, which finds more than the word.
QUERIES = {
    "ja": (
        "情報セキュリティ", "無作為抽出", "東京都", "複数回答", "標本誤差", "監視サービス",
        "必要性", "サプライチェーン", "無回答", "VPN", "ｖｐｎ",
    ),
    "en": ("monitoring", "Tokyo", "random", "multiple answer", "no need", "supply chain", "Wilson",
           "情報セキュリティ"),
}  # fmt: skip

PAGE = """<section id="a"><h1>Title<a
class="headerlink" href="#a">#</a></h1><div class="page-tools">tools</div><p>One <b>tw</b>o</p>
<details class="cell-code"><summary>Code</summary><pre>secret</pre></details>
<figure class="card card-figure" id="fig-x"><figcaption><p class="card-head">Figure 1 Bars</p>
</figcaption><div role="img" aria-label="Alternative"><svg><text>drawn</text></svg></div>
<details class="card-tool card-table"><summary>Table</summary><table><caption>c</caption>
<tr><th>Backup</th><td>1.5</td></tr></table></details>
<details class="card-tool card-cite"><summary>Cite</summary>bibtex</details></figure>
<section id="b"><h2>Inner</h2><p>Below</p></section></section>"""


def index_of(site: Path, language: str) -> list[Any]:
    text = (site / language / "_static" / INDEX).read_text(encoding="utf-8")
    found: list[Any] = json.loads(text.splitlines()[0].removeprefix("globalThis.bookIndex=")[:-1])
    return found


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def test_a_page_is_cut_into_passages_without_what_nobody_looks_for():
    page = Page(PAGE)
    assert title_of(page) == "Title"
    assert passages(page) == [
        ("a", "Title", "One two"),
        ("fig-x", "Figure 1 Bars", "Figure 1 Bars Alternative Backup 1.5"),
        ("b", "Inner", "Below"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_holds_every_page_of_the_contents_and_every_card(site: Path, language: str):
    index = index_of(site, language)
    pages = {page for page, *_ in index}
    folder = site / language
    listed = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.html")}
    assert pages == listed - set(
        LEAD_ON
    )  # figures, claims and versions among them, single digests not
    for page, _, parts in index:
        text = (folder / page).read_text(encoding="utf-8")
        anchors = {anchor for anchor, _, _ in parts}
        assert all(f'id="{anchor}"' in text for anchor in anchors), page
        cards = text.count('<figure class="card')
        if not page.startswith(GENERATED):  # their cards are found in the chapters
            assert len([a for a in anchors if a.startswith(("fig-", "tab-"))]) == cards, page


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_query_finds_all_its_passages(
    language: str, site: Path, server: str, watched: Callable[..., Watched]
):
    opened = watched()
    page = opened.page
    index = index_of(site, language)
    for query in QUERIES[language]:
        terms = folded(query).split()
        expected = {
            (address, anchor)
            for address, _, parts in index
            for anchor, heading, text in parts
            if all(term in folded(text) or term in folded(heading) for term in terms)
        }
        assert expected, query
        page.goto(f"{server}{language}/search.html?q={query}")
        status = page.locator("#search-status").inner_text()
        assert query in status
        if len(expected) > 1:
            assert str(len(expected)) in status
        more = page.locator("#search-results button")
        if more.count():
            more.click()
        links = page.locator("#search-results a")
        assert links.count() == len(expected), query
        shown = {
            link.split(f"/{language}/")[1] for link in links.evaluate_all("x => x.map(a => a.href)")
        }
        assert {link.split("#")[0] for link in shown} == {address for address, _ in expected}
        assert page.locator("#search-results mark").count() > 0
    assert opened.complaints == []
    assert opened.foreign == []


@pytest.mark.browser
@pytest.mark.parametrize(("language", "query"), [("ja", "バックアップ"), ("en", "backup")])
def test_a_result_leads_to_the_passage(
    language: str, query: str, server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.goto(f"{server}{language}/notebooks/purpose.html")
    box = page.locator("#header-query")
    box.fill(query)
    box.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    first = page.locator("#search-results a").first
    first.focus()
    anchor = first.get_attribute("href").split("#")[1]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{anchor}")
    assert query in page.locator(f"[id='{anchor}']").text_content().lower()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_results_come_while_typing_and_by_the_arrow_keys(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.goto(f"{server}{language}/search.html")
    box = page.locator("#query")
    assert box.evaluate("box => box === document.activeElement")
    box.type("VPN")
    page.wait_for_url("**q=VPN")
    links = page.locator("#search-results a")
    assert links.count() > 1
    focused = "link => link === document.activeElement"
    page.keyboard.press("ArrowDown")
    assert links.nth(0).evaluate(focused)
    page.keyboard.press("ArrowDown")
    assert links.nth(1).evaluate(focused)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert box.evaluate(focused)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert box.evaluate(focused)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "query", "words"),
    [("en", "qqqq", "Nothing was found"), ("ja", "検索不能語", "見つかりません"),
     ("ja", "中小企業情報", "一部を含む"), ("en", "backup qqqq", "parts of it")],
)  # fmt: skip
def test_what_is_not_there_is_said(
    language: str, query: str, words: str, server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.goto(f"{server}{language}/search.html?q={query}")
    assert words in page.locator("#search-status").inner_text()


@pytest.mark.browser
def test_search_works_from_a_file(site: Path, watched: Callable[..., Watched]):
    page = watched().page
    page.goto(f"{(site / 'ja/search.html').as_uri()}?q=東京都")
    page.locator("#search-results a").first.wait_for()
    assert "東京都" in page.locator("#search-status").inner_text()


def other_words() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / OTHER_WORDS).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_words_lead_to_a_place_and_are_listed_once(site: Path, language: str):
    seen: set[str] = set()
    for entry in other_words():
        page, _, anchor = entry["page"].partition("#")
        text = (site / language / page).read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text, entry["page"]
        assert entry["note"][language]
        names = [folded(name) for name in entry["words"][language]]
        assert names
        assert not seen & set(names)
        seen |= set(names)
        for word in entry["also"][language]:  # or else it would find nothing more
            assert any(
                folded(word) in folded(part[2])
                for _, _, parts in index_of(site, language)
                for part in parts
            ), word


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_word_is_answered_first(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.goto(f"{server}{language}/search.html")
    for entry in other_words():
        for name in entry["words"][language]:
            page.locator("#query").fill(name)
            # the address changes after the results; the note of the word before may be the same
            page.wait_for_function(
                "name => new URLSearchParams(location.search).get('q') === name", arg=name
            )
            note = page.locator("#search-results .search-note a", has_text=entry["note"][language])
            assert note.get_attribute("href").endswith(entry["page"])
            if entry["also"][language]:
                assert page.locator("#search-results mark").count() > 0, name
    page.locator("#query").fill("zzzz")
    page.locator("#search-results .search-note").first.wait_for(state="detached")
