"""Where Japanese titles break: between phrases, in the rendered page and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from browsing import SITE, one_of_each_kind, pages_of, patient
from sme_book.base.html import Page, break_titles, phrased, phrases
from sme_book.printing.volumes import xhtml

PAGES = ["index.html", *(f"ja/{page}" for page in pages_of(SITE, "ja"))]
PAGES += [f"ja/{page}" for page in one_of_each_kind(SITE, "ja")]
MARKS = ("wbr", "\u200b", "\u2060", "\ufeff")
TITLES = ":lang(ja):is(h1, h2, h3, h4, .card-title)"
# Where a line of a title ends within a phrase, as Chromium sets it. A phrase is what stands between
# two marks; a space or a hyphen of a name may break it.
BREAKS = """() => [...document.querySelectorAll(`TITLES`)].flatMap((title) => {
  const found = [];
  const walker = document.createTreeWalker(title, NodeFilter.SHOW_ALL);
  let before = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeName === "WBR") before = null;
    if (node.nodeType !== Node.TEXT_NODE) continue;
    if (node.parentElement.closest(".headerlink, .visually-hidden")) continue;
    for (let at = 0; at < node.length; at += 1) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (!box.width || " -".includes(node.data[at])) { before = null; continue; }
      if (before && box.top > before.bottom - 2) found.push(title.textContent.trim() + " @ " + at);
      before = box;
    }
  }
  return found;
})""".replace("TITLES", TITLES)
TITLES_NOW = [
    ("中小企業の情報セキュリティ対策", "中小企業の|情報セキュリティ対策"),
    ("組織体制・相談先・教育", "組織体制・|相談先・|教育"),
    ("小数第1位の誤り", "小数第1位の|誤り"),
    ("業種別の有効回答率（有効回答数÷送付数）", "業種別の|有効回答率|（有効回答数÷送付数）"),
    ("規模が大きいほど多い", "規模が|大きいほど|多い"),
    ("ITの導入", "ITの|導入"),
]


@pytest.mark.parametrize(("title", "cut"), TITLES_NOW)
def test_a_title_breaks_between_its_phrases(title: str, cut: str):
    assert "|".join(phrases(title)) == cut
    assert phrased(title) == cut.replace("|", "<wbr>")


def test_a_page_is_written_with_marks_that_have_no_end():
    page = Page("<h1>手元の表を点検する</h1><h2>理由は「ない」が多い</h2>")
    break_titles(page.root)
    assert page.html() == (
        "<h1>手元の<wbr>表を<wbr>点検する</h1>"
        '<h2>理由は<wbr><span class="together">「ない」が</span><wbr>多い</h2>'
    )


def test_a_title_without_japanese_breaks_at_spaces_alone():
    assert phrased("Python & R") == "Python &amp; R"
    assert phrased("What the no-answers leave open") == (
        'What the <span class="together">no-answers</span> leave open'
    )


def test_no_title_of_the_book_breaks_in_a_word_or_before_a_closing_sign(records: dict[str, Any]):
    edition = records["ja"]
    titles = [section["title"] for page in edition.pages for section in page.sections]
    titles += [card.card["title"] for _, card in edition.cards()]
    assert len(titles) > 100
    for title in titles:
        parts = phrases(title)
        assert "".join(parts) == title
        for one, next_one in pairwise(parts):
            assert not (in_a_word(one[-1]) and in_a_word(next_one[0])), parts
            assert next_one[0] not in "、。・）」』ー%", parts
            assert one[-1] not in "（「『", parts


def in_a_word(character: str) -> bool:
    """Whether a character is a kanji or a digit, two of which are not parted."""
    return "\u4e00" <= character <= "\u9fff" or character.isdigit()


@pytest.mark.parametrize("form", ["html", "xhtml"])
def test_marks_stand_in_the_tree_and_the_text_is_as_it_was(form: str):
    body = (
        '<section><h2>調査の<em>方法と結果</em>の意味<a class="headerlink" href="#x">#</a></h2>'
        "<p>調査の方法と結果</p><p><span class='card-title'>調査の方法</span></p><h3>R</h3>"
        "</section>"
    )
    tree = Page(body).root
    if form == "xhtml":
        tree = xhtml(tree)
    before = "".join(tree.itertext())
    break_titles(tree)
    break_titles(tree)  # a second time changes nothing
    assert "".join(tree.itertext()) == before
    marks = [etree.QName(item.getparent()).localname for item in tree.iter("{*}wbr")]
    assert marks == ["h2", "em", "h2", "span"]
    assert not [item for item in tree.iter("{*}p") if item.find("{*}wbr") is not None]


# ---- the built site ----------------------------------------------------------------------------


def texts(value: Any) -> Iterator[str]:
    """All texts of a value of JSON."""
    if isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def test_only_the_shown_titles_carry_marks(site: Path):
    marked = 0
    for page in PAGES:
        tree = html.parse(site / page).getroot()
        for mark in tree.iter("wbr"):
            marked += 1
            assert (
                next(iter(mark.iterancestors("h1", "h2", "h3", "h4", "p", "nav", "a"))) is not None
            )
        source = (site / page).read_text(encoding="utf-8")
        assert [mark for mark in MARKS[1:] if mark in source] == [], page
        values = [*tree.xpath("//title/text()"), *tree.xpath("//script/text()")]
        values += tree.xpath("//@aria-label | //@alt | //@content | //@title | //@href | //@id")
        values += tree.xpath("//pre//text()")
        assert [value[:80] for value in values if "wbr" in value] == [], page
    assert marked > 500


def test_record_and_index_hold_titles_as_they_are_written(site: Path):
    record = (site.parent / "record/ja.json").read_text(encoding="utf-8")
    index = (site / "ja/_static/search-index.js").read_text(encoding="utf-8")
    for text in (record, index):
        assert [mark for mark in MARKS if mark in text] == []
    assert any("情報セキュリティ対策" in text for text in texts(json.loads(record)))


@pytest.mark.browser
def test_no_title_breaks_within_a_phrase_on_a_phone(browser: Any, server: str):
    context = patient(
        browser, viewport={"width": 390, "height": 844}, service_workers="block", bypass_csp=True
    )
    page, without = context.new_page(), []
    for path in PAGES:
        page.goto(server + path)
        assert page.evaluate(BREAKS) == [], path
        page.add_style_tag(content=f"{TITLES} {{ word-break: normal !important }}")
        without += page.evaluate(BREAKS)
    context.close()
    assert len(without) > 20, "without the rule titles break within phrases, which must be seen"


@pytest.mark.browser
def test_a_copied_title_is_as_it_is_written(browser: Any, server: str):
    context = patient(browser, service_workers="block")
    page = context.new_page()
    page.goto(f"{server}ja/notebooks/results-measures.html")
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('h1'));"
        " return getSelection().toString(); }"
    )
    context.close()
    assert copied.strip() == "対策の実施状況と製品・サービス#"[:-1]
