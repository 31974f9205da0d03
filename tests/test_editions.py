"""One source, two editions: the filters, the words of the frame, and the cards."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from sme_book.base import editions
from sme_book.base.html import Page
from sme_book.base.project import ROOT
from sme_book.pages.cards import CARD, CardRenderer, card_html, inline_svg
from sme_book.pages.extension import policy_text, script_hash
from sme_survey.presentation.cards import figure_html
from sme_survey.survey.text import LANGUAGES

SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 360 120" width="360pt">\n'
    '<metadata>made by</metadata><defs><clipPath id="p1"/></defs>'
    '<g clip-path="url(#p1)"><use xlink:href="#p1"/></g></svg>\n'
)


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def markdown(text: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": text}


def code(text: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "metadata": {"tags": list(tags)}, "source": text,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "old"}],
        "execution_count": 7,
    }  # fmt: skip


def test_a_notebook_keeps_the_passages_of_its_edition():
    source = notebook(
        markdown("one", "lang-en"), markdown("一", "lang-ja"), markdown("both"), code("x")
    )
    texts = {
        language: [
            cell["source"]
            for cell in json.loads(editions.filter_notebook(source, language))["cells"]
        ]
        for language in LANGUAGES
    }
    assert texts == {"en": ["one", "both", "x"], "ja": ["一", "both", "x"]}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([], ["hide-input"]),
        (["show-input"], ["show-input"]),
        (["remove-cell"], ["remove-cell"]),
        (["other"], ["other", "hide-input"]),
    ],
)
def test_code_is_folded_unless_its_tags_say_otherwise(tags: list[str], expected: list[str]):
    cell = json.loads(editions.filter_notebook(notebook(code("x", *tags)), "en"))["cells"][0]
    assert cell["metadata"]["tags"] == expected
    assert cell["outputs"] == []
    assert cell["execution_count"] is None


def test_a_page_keeps_its_lines_and_their_numbers():
    source = "% lang: en\nEnglish\n% lang: ja\n日本語\n% lang: all\nboth"
    assert editions.filter_markdown(source, "en") == "\nEnglish\n\n\n\nboth"
    assert editions.filter_markdown(source, "ja") == "\n\n\n日本語\n\nboth"


def test_every_word_of_the_frame_stands_in_both_languages():
    japanese = re.compile("[぀-ヿ一-鿿]")
    for key, text in editions.WORDS.items():
        assert text.en
        assert text.ja
        assert re.findall(r"{\w+}", text.en).sort() == re.findall(r"{\w+}", text.ja).sort(), key
        if key not in ("other_language", "marks_range"):
            assert japanese.search(text.ja), key
            assert not japanese.search(text.en), key


def test_pages_hold_as_many_headings_and_anchors_in_both_languages():
    anchors = re.compile(r"^\(([\w-]+)\)=$", re.M)
    headings = re.compile(r"^#+ ", re.M)
    for path in sorted((ROOT / "book").glob("*.md")):
        texts = [editions.filter_markdown(path.read_text("utf-8"), name) for name in LANGUAGES]
        assert anchors.findall(texts[0]) == anchors.findall(texts[1]), path.name
        levels = [headings.findall(text) for text in texts]
        assert levels[0] == levels[1], path.name


def test_a_drawing_gets_its_name_and_keeps_its_ids():
    svg = inline_svg(SVG, "uses", "wide")
    assert svg.startswith("<svg ")
    assert 'class="wide"' in svg
    assert svg.count("p1") == 3
    assert 'id="p1"' in svg
    assert "metadata" not in svg
    assert 'width="360" height="120"' in svg
    with pytest.raises(ValueError, match="no <svg>"):
        inline_svg("<p>nothing</p>", "uses", "wide")


SOURCE = {
    "id": "report", "kind": "report", "title": "Report", "publisher": "Agency", "date": "2022-03",
    "address": "https://example.org/report", "pages": [15], "credit": "Report",
    "text": "Report, p. 15",
}  # fmt: skip


def card(language: str = "en", kind: str = "figure", **more: Any) -> dict[str, Any]:
    return {
        "version": 1, "label": "uses", "kind": kind, "lang": language, "title": "Uses & more",
        "caption": "", "alt": "Bars", "n": "n = 10", "sources": [SOURCE], "notes": "",
        "questions": [{"id": "q", "title": "Use", "wording": "利用状況", "base": "All firms"}],
        "columns": [{"name": "option", "label": "Option", "kind": "text"},
                    {"name": "percent", "label": "%", "kind": "percent"}],
        "rows": [["Backup", 40.0], ["</script>", None]], "digest": "0123456789ab", "drawn": True,
    } | more  # fmt: skip


def test_a_figure_card_holds_all_its_parts():
    page = card_html(card(), ["wide"], 3)
    assert 'id="fig-uses"' in page
    assert "Figure 3" in page
    assert "Uses &amp; more" in page
    assert page.count('<details class="card-tool ') == 5
    assert '<span lang="ja">「利用状況」</span>' in page
    assert page.count("</script>") == 1
    stored = re.search(r'class="card-json">(.*?)</script>', page, re.S)
    assert stored
    assert json.loads(stored.group(1)) == card()


def test_a_table_card_is_a_table_with_scoped_headers():
    page = card_html(card("ja", "table"), [], 1)
    assert 'id="tab-uses"' in page
    assert "表1" in page
    assert '<th scope="col"' in page
    assert '<th scope="row"' in page
    assert "<caption" in page
    assert page.count('<details class="card-tool ') == 3


def test_a_card_without_a_drawing_says_so():
    assert "not drawn" in card_html(card(drawn=False), [], 1)


def test_a_source_is_named_under_a_card_and_linked_in_its_panel():
    page = card_html(card(), ["wide"], 1)
    assert "n = 10 · Source: Report, p. 15" in page
    assert '<a href="https://example.org/report">Report</a> (Agency, March 2022)' in page
    unknown = card_html(card(sources=[SOURCE | {"address": "", "date": ""}]), ["wide"], 1)
    assert "<br>Report (Agency)" in unknown
    assert "Source:" not in card_html(card(sources=[]), ["wide"], 1)


class Renderer:
    """As much of a renderer of MyST-NB as a card needs."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        environment = SimpleNamespace(temp_data={}, sme_cards={}, docname="notebooks/x")
        client = SimpleNamespace(code_cell_outputs=lambda index: (1, [{"data": bundle}]))
        self.renderer = SimpleNamespace(sphinx_env=environment, nb_client=client)


def mime(kind: str, content: Any) -> Any:
    return SimpleNamespace(mime_type=kind, content=content, cell_index=0, output_index=0)


def test_the_renderer_takes_cards_and_leaves_the_rest():
    shown = figure_html(card(), SVG)
    renderer = Renderer({"text/html": shown, CARD: card(), "text/plain": "Uses"})
    assert CardRenderer.handle_mime(renderer, mime("text/html", shown), False) == []
    assert CardRenderer.handle_mime(renderer, mime("text/plain", "Uses"), False) is None
    (node,) = CardRenderer.handle_mime(renderer, mime(CARD, card()), False) or []
    assert node["drawings"]["wide"].startswith("<svg ")
    assert (node["number"], node["anchor"]) == (1, "fig-uses")
    with pytest.raises(ValueError, match="stands twice"):
        CardRenderer.handle_mime(renderer, mime(CARD, card()), False)
    alone = Renderer({"text/html": shown})
    assert CardRenderer.handle_mime(alone, mime("text/html", shown), False) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>See 情報 here</p>", '<p>See <span lang="ja">情報</span> here</p>'),
        ('<p lang="ja">情報<b>の</b></p>', '<p lang="ja">情報<b>の</b></p>'),
        ('<img alt="情報"><p>x</p>', '<img alt="情報"><p>x</p>'),
        ("<script>情報</script>", "<script>情報</script>"),
        ('<b lang="ja">情</b>報', '<b lang="ja">情</b><span lang="ja">報</span>'),
        (
            "<p>a 情報 b <i>c</i> 表 d 図 e</p>",
            '<p>a <span lang="ja">情報</span> b <i>c</i> <span lang="ja">表</span> d '
            '<span lang="ja">図</span> e</p>',
        ),
    ],
)
def test_japanese_words_in_an_english_page_say_their_language(body: str, expected: str):
    page = Page(body)
    page.mark_japanese()
    assert page.html() == expected


def test_a_policy_allows_a_script_by_its_hash():
    # the digest that any implementation gives for this script
    assert script_hash("alert(1)") == "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    assert policy_text({"script-src": ["'self'", "x"], "base-uri": ["'none'"]}) == (
        "script-src 'self' x; base-uri 'none'"
    )
