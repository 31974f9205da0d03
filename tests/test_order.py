"""The order in which figures and tables are drawn: it serves the reader, the rows keep theirs."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from sme_book.base.html import Page
from sme_book.base.project import ROOT
from sme_book.site.card_files import whose
from sme_survey import Text, load
from sme_survey.judgement.comparisons import any_of, ranked, share, wave_changes
from sme_survey.presentation import figures as make
from sme_survey.presentation.cards import Card, Column, table_html
from sme_survey.presentation.charts import Line, RowChart
from sme_survey.presentation.figures import Item

SURVEY = load()
CHANGES = wave_changes(SURVEY, "measures")
ITEMS = [item for item in CHANGES if item.option.role == "substantive"]
RELEASED = ROOT / "data/releases/1.0.0/cards.json"
MULTIPLE = [item.id for item in SURVEY.questions if item.published and item.id != "prefecture"]


def lines(card: Card) -> tuple[Line, ...]:
    assert isinstance(card.chart, RowChart)
    return card.chart.lines


def drawn(card: Card, column: int = 0) -> list[str]:
    """The first cell of the row that each drawn line shows."""
    return [str(card.rows[line.marks[0].row][column]) for line in lines(card)]


def test_measures_are_drawn_by_kind_and_by_rank_within():
    card = make.bars(SURVEY, SURVEY.answers("measures"), "measures")
    kinds = SURVEY.option_kinds("measures")
    titles = sorted({(kind.position, kind.label) for kind in kinds.values()}, key=lambda x: x[0])
    headings = [line.heading for line in lines(card) if line.heading]
    assert headings == [*(label for _, label in titles), make.OTHER_ANSWERS]
    part: list[float] = []
    for line in lines(card):
        part = [] if line.heading or line.apart else part
        part.append(line.marks[0].value)
        assert part == sorted(part, reverse=True)
    assert "Grouped by this book" in card.caption.en


def test_rows_keep_the_order_of_the_release():
    released = {item["card"]["label"]: item["card"] for item in json.loads(RELEASED.read_text())}
    groups = ["total", "small", "sme_100", "sme_101"]
    for card in (
        make.bars(SURVEY, SURVEY.answers("measures"), "measures"),
        make.waves(SURVEY, CHANGES, "measures-waves"),
        make.by_group(SURVEY, "no_investment_reasons", groups, "reasons-by-size"),
    ):
        assert card.digest == released[card.label]["digest"]
        assert drawn(card) != [str(row[0]) for row in card.rows][: len(lines(card))]


@pytest.mark.parametrize("question", MULTIPLE)
def test_no_answers_stand_apart_and_last(question: str):
    card = make.bars(SURVEY, SURVEY.answers(question), question)
    silent = [line for line in lines(card) if line.apart]
    options = [
        item.option.label for item in SURVEY.answers(question) if item.option.role == "no_answer"
    ]
    assert [line.label for line in silent] == options
    assert not silent or lines(card)[-1].apart


def test_what_excludes_all_others_is_explained_where_it_stands():
    with_none = make.bars(SURVEY, SURVEY.answers("incidents"), "x").chart
    without = make.bars(SURVEY, SURVEY.answers("role"), "x").chart
    assert isinstance(with_none, RowChart)
    assert isinstance(without, RowChart)
    assert make.ALONE in with_none.series
    assert make.ALONE not in without.series


def test_differences_beyond_error_stand_in_parts_of_their_own():
    card = make.differences(SURVEY, ITEMS, "x", Text("X", "題"))
    part = ""
    beyond = {str(item.option.label): item for item in ITEMS}
    for line in lines(card):
        part = line.heading.en if line.heading else part
        change = beyond[str(line.label)]
        assert ("Within" in part) is not change.beyond_chance
        assert not ("Higher" in part and change.points < 0)
        assert line.marks[0].series == ("seen" if change.beyond_chance else "unseen")


def test_two_surveys_carry_a_sign_where_they_differ():
    card = make.waves(SURVEY, CHANGES, "x")
    found = {str(item.option.label): item for item in CHANGES}
    for line in lines(card):
        change = found[str(line.label)]
        silent = change.option.role == "no_answer"
        assert bool(line.sign) is (change.beyond_chance and not silent)
    assert make.DIFFERS in card.caption.ja


def test_what_the_text_speaks_of_is_bold():
    answers = SURVEY.answers("education")
    card = make.bars(SURVEY, answers, "x", stress=ranked(answers)[:1])
    root = ElementTree.fromstring(card.svg("en") or "")
    bold = {
        element.get("data-mark")
        for element in root.iter()
        if element.text and "font-weight: 7" in element.get("style", "")
    }
    assert bold == {"label 0", "value 0 percent"}


def test_a_figure_with_two_bases_states_both():
    answers = SURVEY.answers("incidents")
    harmed = any_of(answers)
    items = [
        Item.of(Text("a", "甲"), share(harmed, 4074)),
        Item.of(Text("b", "乙"), share(harmed, 3642)),
    ]
    assert make.shares(items, "x", Text("X", "題"), answers=answers[:1]).n.en == "n = 4,074, 3,642"


def test_a_grouped_table_heads_its_rows_with_what_they_share():
    columns = [Column("theme", Text("Theme", "主題")), Column("text", Text("Example", "例"))]
    rows = [("A", "one"), ("A", "two"), ("B", "three")]
    card = make.table("x", Text("X", "題"), columns, rows, grouped=True)
    text = table_html(card.as_json("en"))
    table = ElementTree.fromstring(text)
    assert [cell.text for cell in table.iter("th") if cell.get("scope") == "rowgroup"] == ["A", "B"]
    assert [cell.text for cell in table.iter("th") if cell.get("scope") == "col"] == ["Example"]
    assert [cell.text for cell in table.iter("td")] == ["one", "two", "three"]
    plain = make.table("x", Text("X", "題"), columns, rows)
    assert plain.digest == card.digest


@pytest.mark.parametrize(
    ("body", "order"),
    [
        ("<h1>T</h1>\n<p>Lead.</p><p>More</p>", ["h1", "p", "b", "p"]),
        ("<h1>T</h1><pre>x</pre><p>y</p>", ["h1", "b", "pre", "p"]),
    ],
)
def test_nothing_comes_between_a_title_and_its_lead(body: str, order: list[str]):
    page = Page(body)
    page.after_lead("<b>tools</b>")
    assert [element.tag for element in page.root] == order


def test_a_picture_that_travels_alone_says_whose_and_when():
    card = make.bars(SURVEY, SURVEY.answers("education"), "education")
    assert whose(card.as_json("en")).en == (
        "Small and medium-sized enterprises in Japan, survey of fiscal 2021"
    )
    both = make.waves(SURVEY, wave_changes(SURVEY, "education"), "x")
    assert "2016 and 2021" in whose(both.as_json("en")).en
    named = make.bars(
        SURVEY, SURVEY.answers("education"), "x", Text("SMEs in Japan", "日本の中小企業")
    )
    assert not whose(named.as_json("en"))
