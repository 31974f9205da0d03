"""The record of each edition says what the pages show; no pattern of ours reads HTML."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import LANGUAGES, pages_of
from sme_book.base import record
from sme_book.base.html import Page, drawing, drawing_place, settled, text_of
from sme_book.base.project import ROOT


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_says_what_the_pages_show(site: Path, records: dict[str, Any], language: str):
    edition = records[language]
    named = [*edition.pages, *edition.others]
    assert sorted(page.file for page in named) == pages_of(site, language)
    for page in named:
        tree = html.parse(site / language / page.file).getroot()
        article = tree.xpath("//div[@class='prose']")[0]
        ids = {item.get("id") for item in article.iter() if item.get("id")}
        figures = [item.get("id") for item in article.iter("figure")]
        assert [card.anchor for card in page.cards] == figures, page.name
        names = [item.text_content() for item in article.find_class("card-number")]
        assert [card.name for card in page.cards] == names
        for card in page.cards:
            figure = article.get_element_by_id(card.anchor)
            assert figure.get("data-digest") == card.card["digest"]
            shapes = [item.get("class") for item in figure.xpath(".//div[@role='img']/svg")]
            assert sorted(card.drawings) == sorted(shapes)
            assert "data-drawing" not in html.tostring(figure, encoding="unicode")
        assert {f"claim-{claim}" for claim in page.claims} == {
            name for name in ids if name.startswith("claim-")
        }
        assert {section["anchor"] for section in page.sections} <= ids
        assert [anchor for anchor, *_ in page.words if anchor not in ids] == []
        cells = [name for name in ids if re.fullmatch(r"cell-\d+", name)]
        assert page.cells == len(cells)
        loaded = tree.xpath(
            "//link[@rel='icon' or @rel='stylesheet']/@href | //script/@src | //@data-later"
        )
        assert {address.lstrip("./").split("?")[0] for address in loaded} == {
            address.split("?")[0] for address in page.loads
        }


def test_both_editions_hold_the_same_pages_cards_and_claims(records: dict[str, Any]):
    def outline(edition: record.Record) -> list[Any]:
        return [
            (page.name, page.cells, list(page.claims), [card.anchor for card in page.cards])
            for page in edition.pages
        ]

    assert outline(records["en"]) == outline(records["ja"])


def test_a_record_is_read_as_it_was_written(tmp_path: Path):
    card = record.Card("fig-a", 1, "Figure 1", {"label": "a"}, {"wide": "<svg/>"})
    page = record.Page("notebooks/x", "X", words=[["x", "X", "text"]], cards=[card])
    made = record.Record("en", [{"caption": "P", "pages": ["notebooks/x"]}], [page])
    path = tmp_path / "en.json"
    path.write_text(made.as_text(), encoding="utf-8")
    again = record.read(path)
    assert again.as_text() == made.as_text()
    assert next(iter(again.contents()))[1] == "P"
    assert list(again.cards()) == [(again.pages[0], card)]
    with pytest.raises(record.RecordError, match="make book"):
        record.read(tmp_path / "ja.json")


# ---- a page as a tree ------------------------------------------------------------------------


def test_a_page_is_written_as_it_was_read():
    body = (
        'a<section id="x"><h1>T<a class="headerlink" href="#x">#</a></h1>\n<p>1 &lt; 2 &amp; 3</p>'
        '<script type="application/json">{"a":"<b>"}</script><details open><summary>s</summary>'
        "</details><dl><div><dt>t</dt></div></dl></section>b"
    )
    assert Page(body).html() == body


@pytest.mark.parametrize(
    ("lead", "rest"),
    [("<h1>T</h1>\n<p>x</p>", "<p>y</p>"), ("<h1>T</h1>", "<div>z</div>"), ("<h1>T</h1>", "")],
)
def test_tools_stand_once_below_the_lead(lead: str, rest: str):
    page = Page(f"<section>{lead}\n{rest}</section>")
    tools = page.tools()
    assert page.tools() is tools
    assert page.html() == f'<section>{lead}\n<div class="page-tools"></div>\n{rest}</section>'


def test_drawings_come_to_their_places_unread():
    page = Page(f"<p>{drawing_place('a.wide')}</p>")
    drawn = '<svg viewBox="0 0 1 1"><clipPath id="c"/></svg>'
    assert page.html({"a.wide": drawn}) == f"<p>{drawn}</p>"
    assert page.html() == f"<p>{drawing_place('a.wide')}</p>"


def test_a_drawing_settles_on_plain_colours_and_bad_ones_are_named():
    root = drawing('<svg viewBox="0 0 1 1"><path style="stroke: var(--grid, #ddd)"/></svg>')
    assert 'style="stroke: #ddd"' in text_of(settled(root))
    for source in ("<p>x</p>", "<svg/>", "no drawing"):
        with pytest.raises(ValueError, match="no <svg>"):
            drawing(source)


# ---- no pattern reads our own HTML -------------------------------------------------------------

_TAG = re.compile(r"(?<![?P])<(?:[A-Za-z!/]|\\b|\[\^|\[[a-z/])")


def patterns(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts that are handed to functions of ``re``."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if (
            isinstance(node, ast.Call)
            and isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "re"
        ):
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def reading_html(source: str) -> list[int]:
    """Lines with a pattern that looks for an element of HTML."""
    return [line for line, pattern in patterns(ast.parse(source)) if _TAG.search(pattern)]


def test_no_pattern_reads_html():
    for path in sorted((ROOT / "src/sme_book").rglob("*.py")):
        assert reading_html(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("<figure class", True), ("(?<=</h1>)", True), (r"<svg\\b", True), ("<[^>]+>", True),
        ("<!--", True), ("(?<=a)b", False), ("(?P<name>a)", False), ("<([0-9A-F]+)>", False),
        ("[<>]", False),
    ],
)  # fmt: skip
def test_a_pattern_that_reads_html_is_found(pattern: str, found: bool):
    assert bool(reading_html(f"import re\nre.compile(r'{pattern}')")) == found
