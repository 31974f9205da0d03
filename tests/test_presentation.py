"""Floor 4: every figure on real data, in both languages.

Words are generated from the data, rows are what is drawn, drawings are the same byte for byte,
and no text leaves its picture.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import matplotlib_fontja
import pytest
from lxml.html import fromstring
from PIL import ImageFont

from sme_book.base.project import ROOT
from sme_survey import Text, load
from sme_survey.judgement.comparisons import share, wave_changes
from sme_survey.numbers.intervals import bounds_no_answer
from sme_survey.presentation import charts
from sme_survey.presentation import figures as make
from sme_survey.presentation.cards import (
    MIME,
    NOT_HELD,
    Card,
    Column,
    figure_html,
    plain,
    source_line,
    svg_in,
    table_html,
    write,
)
from sme_survey.presentation.figures import Item, Pair

LANGUAGES = ("en", "ja")
JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
SVG = "{http://www.w3.org/2000/svg}"
SURVEY = load()
MULTIPLE = [q.id for q in SURVEY.questions if q.published and q.answer_type == "multiple"]
BARS = [q.id for q in SURVEY.questions if q.published and q.id != "prefecture"]
BOTH_WAVES = [
    q.id
    for q in SURVEY.questions
    if q.published and {wave for wave, _ in SURVEY.keys(q.id)} == {2016, 2021}
]
THREATS = ("threat_virus", "threat_unauthorised_access", "threat_dos", "threat_targeted")
SIZES = ("small", "sme_100", "sme_101")


def bars(question: str) -> Card:
    return make.bars(SURVEY, SURVEY.answers(question), f"bars-{question}")


def waves(question: str) -> Card:
    return make.waves(SURVEY, wave_changes(SURVEY, question), f"waves-{question}")


def differences(question: str) -> Card:
    changes = wave_changes(SURVEY, question)
    return make.differences(SURVEY, changes, f"diff-{question}", Text("Change", "前回との差"))


def stacked() -> Card:
    rows = [(SURVEY.question(name).title, SURVEY.answers(name)) for name in THREATS]
    return make.stacked(SURVEY, rows, "threats", Text("Threats", "脅威"))


def by_group() -> Card:
    return make.by_group(SURVEY, "no_investment_reasons", SIZES, "reasons")


def tiles() -> Card:
    values = {
        answer.option.id: float(answer.percent)
        for answer in SURVEY.answers("prefecture")
        if answer.option.role == "substantive"
    }
    return make.tiles(SURVEY, values, "prefectures", Text("Respondents", "回答企業"))


def shares() -> Card:
    items = [
        Item.of(answer.option.label, share(answer.counts, answer.n))
        for answer in SURVEY.answers("incidents")
    ]
    return make.shares(
        items, "any-incident", Text("Incidents", "被害"), sources=SURVEY.answers("incidents")
    )


def pairs() -> Card:
    customers, suppliers = (SURVEY.answers(f"{who}_requests") for who in ("customer", "supplier"))
    rows = [
        Pair(one.option.label, float(one.percent), float(other.percent))
        for one, other in zip(customers, suppliers, strict=True)
    ]
    names = (Text("customers", "販売先"), Text("suppliers", "仕入先"))
    return make.pairs(rows, names, "requests", Text("Requests", "要請"))


def bounded() -> Card:
    rows = []
    for name in THREATS:
        answers = SURVEY.answers(name)
        ends = bounds_no_answer(answers[0].counts, answers[-1].counts, answers[0].n)
        rows.append((SURVEY.question(name).title, float(answers[0].percent), ends))
    return make.bounded(rows, "bounds", Text("Bounds", "範囲"))


CARDS: list[Card] = [
    *map(bars, BARS),
    *map(waves, BOTH_WAVES),
    *map(differences, BOTH_WAVES),
    stacked(),
    by_group(),
    tiles(),
    shares(),
    pairs(),
    bounded(),
]
ONE_OF_EACH = [
    bars("measures"), waves("education"), differences("education"), stacked(), by_group(),
    tiles(), shares(), pairs(), bounded(),
]  # fmt: skip
# Drawn in these tests; the figures of the chapters are looked at in the built site.
PICTURES = [*ONE_OF_EACH, bars("industry"), bars("customer_requests"), waves("improvement_needs")]
DRAWN: dict[tuple[str, str, str], str] = {}
SHAPES = ("wide", "narrow")


def named(card: Card) -> str:
    return card.label


def drawn(card: Card, language: Any, shape: Any = "wide") -> str:
    """The drawing of a card in a shape; each is made once."""
    key = (card.label, language, shape)
    if key not in DRAWN:
        DRAWN[key] = card.svg(language, shape) or ""
    return DRAWN[key]


def drawing(card: Card, language: Any, shape: Any = "wide") -> ElementTree.Element:
    """The drawing of a card in a shape, parsed."""
    return ElementTree.fromstring(drawn(card, language, shape))


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(element.itertext()).strip() for element in root.iter(f"{SVG}text")]


# ---- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_words_are_there_in_both_languages(card: Card):
    for name in ("title", "alt"):
        text: Text = getattr(card, name)
        assert text.en.strip(), name
        assert JAPANESE.search(text.ja), name
        assert not JAPANESE.search(text.en), name
    assert bool(card.caption.en) == bool(card.caption.ja)


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_alternative_texts_hold_numbers_of_the_card(card: Card):
    written = {
        write(cell, column.kind, "en").lstrip("+")
        for row in card.rows
        for cell, column in zip(row, card.columns, strict=True)
        if not isinstance(cell, str | Text)
    }
    for language in LANGUAGES:
        decimals = re.findall(r"\d+\.\d", card.alt[language])
        assert decimals, card.alt[language]
        assert set(decimals) <= {text.lstrip("−-") for text in written}, card.alt[language]


def test_alternative_texts_follow_the_data():
    answers = list(SURVEY.answers("measures"))
    before = make.bars(SURVEY, answers, "measures")
    lowest = min(answers, key=lambda answer: answer.percent)
    raised = [replace(a, percent=Decimal("99.9")) if a is lowest else a for a in answers]
    after = make.bars(SURVEY, raised, "measures")
    assert lowest.option.label.en not in before.alt.en
    assert f"“{lowest.option.label.en}” 99.9%" in after.alt.en
    assert f"「{lowest.option.label.ja}」99.9%" in after.alt.ja
    assert before.digest != after.digest


def test_a_caption_says_answer_type_and_base():
    for question in MULTIPLE:
        card = bars(question)
        assert card.caption.en.startswith("Multiple answers; base: ")
        assert card.caption.ja.startswith("複数回答。集計対象は")
        assert f"{SURVEY.base(question):,}" in card.n.en
        assert [item.pages for item in card.sources] == [(SURVEY.question(question).page,)]


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_bases_are_those_of_the_survey(card: Card):
    known = {(answer.wave, answer.group, answer.n) for answer in SURVEY.all_answers}
    assert {(base.wave, base.group, base.n) for base in card.bases} <= known
    if card.label.startswith(("bars-", "waves-", "diff-")):
        assert card.bases


# ---- rows and drawings -----------------------------------------------------------------------


@pytest.mark.parametrize("question", BARS)
def test_rows_are_the_published_answers_with_their_intervals(question: str):
    card = bars(question)
    published = {answer.option.label: answer for answer in SURVEY.answers(question)}
    assert {row[0] for row in card.rows} == set(published)
    for label, percent, low, high, fewest, most in card.rows:
        answer = published[label]  # type: ignore[index]
        assert percent == answer.percent
        assert low == pytest.approx(100 * answer.interval().low)
        assert high == pytest.approx(100 * answer.interval().high)
        assert (fewest, most) == (answer.counts.low, answer.counts.high)
    shown = [row[1] for row in card.rows if published[row[0]].option.role == "substantive"]  # type: ignore[index]
    assert shown == sorted(shown, reverse=True)


VALUES = {"bars-": (1,), "waves-": (1, 2), "diff-": (1,)}


@pytest.mark.parametrize("card", PICTURES, ids=named)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_number_of_the_rows_is_written_in_the_drawing(card: Card, language: Any, shape: Any):
    found = " ".join(texts(drawing(card, language, shape))).replace("−", "-")
    columns = next((v for k, v in VALUES.items() if card.label.startswith(k)), None)
    if columns is None:
        kinds = {"percent"}
        names = [c.name for c in card.columns if c.kind in kinds and c.name not in ("low", "high")]
        columns = tuple(i for i, column in enumerate(card.columns) if column.name in names)
    small = card.label == "threats"  # a part too narrow for its number stays without one
    for row in card.rows:
        for position in columns:
            value = float(row[position])  # type: ignore[arg-type]
            if small and value < 8:
                continue
            signed = card.columns[position].kind == "points"
            assert (f"{value:+.1f}" if signed else f"{value:.1f}") in found, (card.label, row)


@pytest.mark.parametrize("card", PICTURES, ids=named)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_label_of_the_rows_is_written_in_the_drawing(card: Card, language: Any, shape: Any):
    found = "".join(texts(drawing(card, language, shape))).replace(" ", "")
    if card.label == "prefectures":
        assert len(texts(drawing(card, language, shape))) == 2 * 47
        return
    for row in card.rows:
        label = row[0]
        assert isinstance(label, Text)
        assert label[language].replace(" ", "") in found, label


FONT = ImageFont.truetype(str(Path(matplotlib_fontja.__file__).parent / "fonts/ipaexg.ttf"), 200)


@pytest.mark.parametrize("card", PICTURES, ids=named)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_leaves_its_picture(card: Card, language: Any, shape: Any):
    """Each text, from where it is anchored, by its measured width, within the view box."""
    root = drawing(card, language, shape)
    left, top, width, height = (float(part) for part in root.get("viewBox", "").split())
    for element in root.iter(f"{SVG}text"):
        text = "".join(element.itertext()).strip()
        style = element.get("style", "")
        size = float(re.search(r"font-size: ([\d.]+)px", style).group(1))  # type: ignore[union-attr]
        anchor = re.search(r"text-anchor: (\w+)", style)
        x, y = position(element)
        long = size * FONT.getlength(text) / 200
        start = (
            x
            - {"start": 0, "middle": long / 2, "end": long}[anchor.group(1) if anchor else "start"]
        )
        assert start >= left - 0.5, (card.label, text)
        assert start + long <= left + width + 0.5, (card.label, text, start + long)
        assert top + size * 0.4 <= y <= top + height, (card.label, text)


def position(element: ElementTree.Element) -> tuple[float, float]:
    """Where a text is anchored: its own place, or that of its translation."""
    if element.get("x") is not None:
        return float(element.get("x", 0)), float(element.get("y", 0))
    moved = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", element.get("transform", ""))
    assert moved, ElementTree.tostring(element)
    return float(moved.group(1)), float(moved.group(2))


@pytest.mark.parametrize("card", PICTURES, ids=named)
def test_a_narrow_drawing_is_as_wide_as_a_small_screen_and_a_wide_one_fits_a_desk(card: Card):
    for language in LANGUAGES:
        for shape, width in (("wide", 700), ("narrow", 396)):
            _, _, across, down = map(
                float, drawing(card, language, shape).get("viewBox", "").split()
            )
            assert across == (396 if card.label == "prefectures" else width)
            if shape == "wide":
                assert down <= 800, (card.label, language)


@pytest.mark.parametrize("card", PICTURES, ids=named)
def test_every_mark_says_which_cell_it_shows(card: Card):
    """Kind, row and column; each drawn value stands in that row and column of the card."""
    columns = {column.name: i for i, column in enumerate(card.columns)}
    for language in LANGUAGES:
        for shape in SHAPES:
            shown = set()
            for element in drawing(card, language, shape).iter():
                kind, *cell = (
                    element.get("data-mark", "").split() if element.get("data-mark") else [""]
                )
                if kind in ("bar", "point", "part", "tile"):
                    shown.add((kind, int(cell[0]), cell[1]))
                if kind == "value":
                    value = card.rows[int(cell[0])][columns[cell[1]]]
                    written = "".join(element.itertext()).strip().replace("−", "-")
                    assert float(written) == pytest.approx(float(value), abs=0.0501)  # type: ignore[arg-type]
            assert {row for _, row, _ in shown} == set(range(len(card.rows)))


@pytest.mark.parametrize("card", PICTURES, ids=named)
def test_ids_are_unique_carry_the_label_and_are_used(card: Card):
    for language in LANGUAGES:
        roots = [drawing(card, language, shape) for shape in SHAPES]
        root, other = roots
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        others = [element.get("id") for element in other.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        if card.label != "prefectures":  # a map has one shape
            assert not set(ids) & set(others)
        assert all(str(name).startswith(f"{card.label}-") for name in ids)
        text = ElementTree.tostring(root, encoding="unicode")
        wanted = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
        assert wanted <= set(ids)


@pytest.mark.parametrize("card", ONE_OF_EACH, ids=named)
def test_a_drawing_follows_the_page(card: Card):
    text = drawn(card, "en")
    if card.label != "prefectures":  # there, text stands on its own colours
        assert "currentColor" in text
    assert "font-family" not in text
    assert "<style" not in text
    assert "<metadata" not in text
    assert "#010203" not in text


# ---- the same again --------------------------------------------------------------------------


@pytest.mark.parametrize("card", ONE_OF_EACH, ids=named)
def test_a_drawing_is_the_same_twice(card: Card):
    for language in LANGUAGES:
        assert card.svg(language) == drawn(card, language)


PROGRAM = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import test_presentation as t
for card in reversed(t.ONE_OF_EACH):
    for language in t.LANGUAGES:
        print(card.label, language, hashlib.sha256(card.svg(language).encode()).hexdigest())
"""


def test_a_drawing_is_the_same_in_a_fresh_process():
    """Another hash seed, another language of the edition, another order of drawing."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)],
        env=os.environ | {"PYTHONHASHSEED": "4711", "SME_SURVEY_LANG": "ja", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [
        f"{card.label} {language} {hashlib.sha256(drawn(card, language).encode()).hexdigest()}"
        for card in ONE_OF_EACH
        for language in LANGUAGES
    ]
    assert sorted(result.stdout.split("\n")[:-1]) == sorted(here)


@pytest.mark.parametrize("card", CARDS, ids=named)
def test_the_digest_stands_for_the_rows_in_both_editions(card: Card, monkeypatch):
    digests = set()
    for language in LANGUAGES:
        monkeypatch.setenv("SME_SURVEY_LANG", language)
        digests.add(card.as_json()["digest"])
    assert digests == {card.digest}
    assert re.fullmatch(r"[0-9a-f]{12}", card.digest)


def test_every_card_has_a_digest_of_its_own():
    digests = [card.digest for card in CARDS]
    assert len(digests) == len(set(digests))


# ---- cards -----------------------------------------------------------------------------------


def test_a_card_shows_itself_to_jupyter(monkeypatch):
    for language in LANGUAGES:
        monkeypatch.setenv("SME_SURVEY_LANG", language)
        bundle = stacked()._repr_mimebundle_()
        assert bundle[MIME]["lang"] == language
        assert bundle[MIME]["drawn"] is True
        assert svg_in(bundle["text/html"]) == stacked().svg(language)
        for name in ("title", "digest", "caption", "n", "alt"):
            assert bundle[MIME][name] in bundle["text/plain"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_shows_its_words_and_picture_where_a_notebook_is_not_trusted(language):
    card = stacked()
    shown = fromstring(card_html := figure_html(card.as_json(language), card.svg(language)))
    assert {item.tag for item in shown.iter()} <= {"figure", "figcaption", "strong", "br", "img"}
    assert len(card_html) < 1.25 * len(card.svg(language) or "") + 3000  # held once
    words = shown.xpath("string(figcaption)")
    for said in (card.title, card.caption, card.n):
        assert said[language]
        assert said[language] in words
    assert source_line(card.as_json(language)) in words
    (picture,) = shown.iter("img")
    assert picture.get("alt") == card.alt[language]
    kind, drawing = unquote(picture.get("src")).split(",", 1)
    assert kind == "data:image/svg+xml;charset=utf-8"
    root = ElementTree.fromstring(drawing)
    assert root.get("font-family") == "sans-serif"
    assert [root.get("width"), root.get("height")] == [picture.get("width"), picture.get("height")]


def test_any_drawing_comes_back_as_it_went_in():
    drawing = '<svg viewBox="0 0 1 2"><text>100% "a" &lt; \'b\' #3 %22 情報\n\t</text></svg>\n'
    assert svg_in(figure_html(stacked().as_json("en"), drawing)) == drawing
    with pytest.raises(ValueError, match="'threats': its drawing has no viewBox"):
        figure_html(stacked().as_json("en"), "<svg></svg>")


def test_a_table_shows_its_words_beside_it():
    column = Column("a", Text("A", "甲"))
    card = make.table("x", Text("X", "表"), (column,), [("1",)], n=Text("n = 5", "n = 5"))
    shown = fromstring(card._repr_mimebundle_()["text/html"])
    assert shown.xpath("string(figcaption)").strip() == "n = 5"
    assert shown.xpath("string(table/caption)") == "X"


def test_without_the_drawing_packages_a_card_is_its_table(monkeypatch):
    monkeypatch.setitem(sys.modules, "sme_survey.presentation.drawing", None)
    monkeypatch.delattr("sme_survey.presentation.drawing", raising=False)
    bundle = bars("education")._repr_mimebundle_()
    assert svg_in(bundle["text/html"]) is None
    assert bundle[MIME]["drawn"] is False
    assert "<table" in bundle["text/html"]


def test_a_row_of_the_wrong_length_is_refused():
    columns = (Column("a", Text("A", "甲")),)
    with pytest.raises(ValueError, match="row 1 has 2 cells; expected 1"):
        make.table("x", Text("X", "表"), columns, [("a",), ("a", 1)])


def test_cells_are_written_for_readers():
    assert write(None, "percent", "en") == NOT_HELD.en
    assert write(Decimal("5"), "percent", "en") == "5.0"
    assert write(-1.25, "points", "en") == "−1.2"
    assert write(3802, "count", "ja") == "3,802"
    assert write(0.0004, "p", "en") == "<0.001"
    assert plain(Decimal("5.0"), "en") == 5
    assert plain(1 / 3, "en") == 0.333333


def test_a_table_says_what_its_cells_belong_to():
    card = make.table(
        "x",
        Text("A < B", "甲 < 乙"),
        (Column("a", Text("A", "甲")), Column("b", Text("B", "乙"), "percent")),
        [(Text("one & two", "一と二"), Decimal("1.0")), ("three", None)],
    )
    text = table_html(card.as_json("en"))
    assert "<caption>A &lt; B</caption>" in text
    assert text.count('scope="col"') == 2
    assert text.count('scope="row"') == 2
    assert "one &amp; two" in text
    assert NOT_HELD.en in text


def test_a_map_without_a_prefecture_is_refused():
    with pytest.raises(ValueError, match="no value for"):
        make.tiles(SURVEY, {"tokyo": 1.0}, "map", Text("Map", "地図"))


def test_rows_of_different_options_are_refused():
    rows = [
        (Text("a", "甲"), SURVEY.answers("threat_virus")),
        (Text("b", "乙"), SURVEY.answers("contract_duties")),
    ]
    with pytest.raises(ValueError, match="other options"):
        make.stacked(SURVEY, rows, "x", Text("X", "図"))


def test_lines_break_where_japanese_and_english_allow():
    assert charts.wrap("one two three", 4) == ["one two", "three"]
    for line in charts.wrap("情報セキュリティ対策（サプライチェーン）、その他。", 6):
        assert not line.startswith(tuple("）、。ー"))
        assert charts.width_of(line) <= 8
    assert "".join(charts.wrap("あいうえお", 2)) == "あいうえお"


def test_colours_keep_their_contrast_on_both_pages():
    def brightness(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        low, high = sorted((brightness(one), brightness(other)))
        return (high + 0.05) / (low + 0.05)

    for colour in (charts.BLUE, charts.ORANGE, charts.GREEN, charts.ROSE, charts.LILAC):
        assert contrast(colour, "#ffffff") >= 3, colour
        assert contrast(colour, "#14181c") >= 3, colour


# ---- with nothing but Python -----------------------------------------------------------------


def test_cards_and_their_words_need_nothing_but_python():
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from sme_survey import load\n"
        "from sme_survey.presentation import figures\n"
        "survey = load()\n"
        "card = figures.bars(survey, survey.answers('measures'), 'measures')\n"
        "bundle = card._repr_mimebundle_()\n"
        "print(card.digest, bundle['application/vnd.sme-survey.card+json']['drawn'])"
    )
    source = ROOT / "src"
    result = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [
        make.bars(SURVEY, SURVEY.answers("measures"), "measures").digest,
        "False",
    ]
