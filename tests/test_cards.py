"""Cards in the built site: their files, references, names, and how they behave in a browser."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from lxml import html
from PIL import Image, ImageFont

from browsing import LANGUAGES, SITE, Watched, copied
from sme_book.base import publication, record
from sme_book.base.project import ROOT
from sme_book.pages import panels
from sme_book.pages.panels import SAY
from sme_book.site import card_files, frozen
from sme_book.site.card_files import Shown
from sme_book.standards import citations

SVG = "{http://www.w3.org/2000/svg}"
BOOK = publication.book()


@pytest.fixture(scope="session")
def shown(records: dict[str, Any]) -> list[Shown]:
    """The cards of the built site."""
    return card_files.cards(records)


def test_there_are_figures_and_tables(shown):
    kinds = [card.json["en"]["kind"] for card in shown]
    assert kinds.count("figure") > 20
    assert kinds.count("table") > 10


# ---- names -----------------------------------------------------------------------------------


def test_a_released_name_never_vanishes(shown):
    """A card keeps its name, its kind and its page, so that its address keeps its meaning."""
    present = {card.label: card for card in shown}
    for release in frozen.releases():
        for label, kept in release.cards.items():
            assert label in present, f"card {label}, released with {release.version}, is gone"
            card = present[label]
            assert (card.json["en"]["kind"], card.page) == (kept["card"]["kind"], kept["page"])


def test_names_are_kebab_case_and_equal_in_both_editions(shown):
    labels = [card.label for card in shown]
    assert len(labels) == len(set(labels))
    for card in shown:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.label)
        assert card.json["en"]["label"] == card.json["ja"]["label"]
        assert card.json["en"]["digest"] == card.json["ja"]["digest"]
        assert card.json["en"]["title"] != card.json["ja"]["title"]


def test_a_release_is_frozen_as_the_site_shows_it_and_never_twice(site, shown, tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("releases"))
    made = frozen.freeze(site, "0" * 40, tmp_path)
    assert made.version == BOOK.version
    assert set(made.cards) == {card.label for card in shown}
    for card in shown:
        for language in LANGUAGES:
            assert made.card(card.label, language) == card.json[language]
            assert made.drawings.get((card.label, language), "") == card.drawing[language]
            tree = html.parse(site / language / f"{made.cards[card.label]['page']}.html")
            [number] = tree.xpath(
                f"//*[@id='{made.cards[card.label]['anchor']}']//*[@class='card-number']/text()"
            )
            assert number.rsplit(maxsplit=1)[-1].lstrip("図表") == str(
                made.cards[card.label]["number"]
            )
    for kept in made.claims.values():
        tree = html.parse(site / "ja" / f"{kept['page']}.html")
        assert tree.xpath(f"//tr[@id='{kept['anchor']}']"), kept["id"]
    with pytest.raises(frozen.FrozenError, match="never frozen twice"):
        frozen.freeze(site, "0" * 40, tmp_path)


def test_a_site_of_another_version_is_not_frozen(tmp_path):
    index = tmp_path / "data/cards/index.json"
    index.parent.mkdir(parents=True)
    index.write_text('{"version": "0.0.1"}', encoding="utf-8")
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copy(ROOT / "data/datapackage.json", tmp_path / "data")
    with pytest.raises(frozen.FrozenError, match=r"holds version 0\.0\.1"):
        frozen.freeze(tmp_path, "0" * 40, tmp_path)


# ---- files -----------------------------------------------------------------------------------


def test_every_link_of_a_card_leads_to_a_file(site):
    for language in LANGUAGES:
        for path in sorted((site / language).rglob("*.html")):
            tree = html.parse(path).getroot()
            for link in tree.xpath("//figure[@data-card]//a[@download]/@href"):
                assert (path.parent / link).resolve().is_file(), (path, link)


def test_csv_and_json_hold_the_rows_of_the_page(site, shown):
    for card in shown:
        english, japanese = card.json["en"], card.json["ja"]
        text = (site / f"data/cards/{card.label}.csv").read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        stored = json.loads((site / f"data/cards/{card.label}.json").read_text(encoding="utf-8"))
        assert len(rows) == len(stored["rows"]) == len(english["rows"]), card.label
        assert stored["digest"] == english["digest"]
        assert stored["title"] == {"en": english["title"], "ja": japanese["title"]}
        for number, row in enumerate(rows):
            for position, column in enumerate(english["columns"]):
                one, other = english["rows"][number][position], japanese["rows"][number][position]
                name = column["name"]
                if f"{name}_en" in row:
                    one, other = ("" if cell is None else str(cell) for cell in (one, other))
                    assert (row[f"{name}_en"], row[f"{name}_ja"]) == (one, other)
                elif one is None or one == "":
                    assert row[name] == ""
                else:
                    assert float(row[name]) == one
                    assert stored["rows"][number][name] == one


def test_rows_say_wave_group_n_and_page(site, shown):
    survey_rows = 0
    for card in shown:
        stored = json.loads((site / f"data/cards/{card.label}.json").read_text(encoding="utf-8"))
        for row in stored["rows"]:
            names = set(row)
            for name in ("wave", "group", "n", "question_id", "source_id", "page"):
                assert names & {name, f"{name}_en"}, (card.label, name)
            survey_rows += bool(row.get("wave"))
        for base in stored["bases"]:
            assert base["n"] > 0
    assert survey_rows > 200


def test_the_index_names_every_card(site, shown):
    index = json.loads((site / "data/cards/index.json").read_text(encoding="utf-8"))
    assert index["version"] == BOOK.version
    assert [item["label"] for item in index["cards"]] == [card.label for card in shown]


def test_a_card_of_one_edition_only_stops_the_build():
    def edition(language, *labels, digest="0"):
        cards = [
            record.Card(f"tab-{label}", 1, "1", {"label": label, "digest": digest}, {})
            for label in labels
        ]
        return record.Record(language, [], [record.Page("x", "X", cards=cards)])

    english = edition("en", "a")
    found = card_files.cards({"en": english, "ja": edition("ja", "a")})
    assert [card.label for card in found] == ["a"]
    with pytest.raises(card_files.CardError, match="other numbers"):
        card_files.cards({"en": english, "ja": edition("ja", "a", digest="1")})
    with pytest.raises(card_files.CardError, match="one edition only"):
        card_files.cards({"en": english, "ja": edition("ja")})


# ---- pictures --------------------------------------------------------------------------------


def pictures(site: Path, shown: list[Shown]) -> list[tuple[Shown, Any, Path]]:
    return [
        (card, language, site / f"images/cards/{language}/{card.label}.svg")
        for card in shown
        for language in LANGUAGES
        if card.drawing[language]
    ]


def test_every_figure_has_its_pictures_in_both_languages(site, shown):
    for card, language, path in pictures(site, shown):
        root = ElementTree.parse(path).getroot()
        words = "".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
        words = words.replace(" ", "")
        assert card.json[language]["title"].replace(" ", "") in words
        assert (card.json[language]["caption"] or "").replace(" ", "") in words
        assert card.json[language]["digest"] in words
        assert "IPA" in words
        assert BOOK.version in words
        assert "var(" not in path.read_text(encoding="utf-8")
        with Image.open(path.with_suffix(".png")) as image:
            width, height = (float(root.get(name, 0)) for name in ("width", "height"))
            assert image.size == (round(2 * width), round(2 * height)) or (
                abs(image.size[0] - 2 * width) <= 1 and abs(image.size[1] - 2 * height) <= 1
            )
    figures = [card for card in shown if card.json["en"]["kind"] == "figure"]
    assert all(card.drawing["en"] and card.drawing["ja"] for card in figures)


def test_a_picture_is_rendered_the_same_again(site, shown, tmp_path):
    _, _, path = pictures(site, shown)[0]
    svg = path.read_text(encoding="utf-8")
    stored = path.with_suffix(".png").read_bytes()
    assert card_files.png(svg) == stored
    assert card_files.render({"a": svg}, tmp_path)["a"] == stored
    [kept] = tmp_path.glob("*.png")
    kept.write_bytes(b"kept")  # taken from there, not made again
    assert card_files.render({"a": svg}, tmp_path)["a"] == b"kept"
    assert card_files.render({"a": svg.replace("IPA", "AIP")}, tmp_path)["a"] != b"kept"
    assert not kept.exists()


def test_the_preview_of_a_link_has_the_size_that_is_said(site):
    for language in LANGUAGES:
        with Image.open(site / f"images/preview-{language}.png") as image:
            assert image.size == (1200, 630)


FONT = ImageFont.truetype(str(card_files.font_file()), 200)


@cache
def ems(text: str) -> float:
    """Width of a text in the font of the pictures, in em."""
    return FONT.getlength(text) / 200


def test_no_text_leaves_a_picture(site, shown):
    """Every text of every figure of the book, by its measured width."""
    for card, language, path in pictures(site, shown):
        root = ElementTree.parse(path).getroot()
        inner = root.find(f"{SVG}svg")
        assert inner is not None
        for frame in (root, inner):
            width = float(frame.get("width", 0))
            for element in frame.iter(f"{SVG}text"):
                if frame is root and element.get("font-size") is None:
                    continue  # belongs to the drawing, measured with it
                text = "".join(element.itertext()).strip()
                style = element.get("style", "")
                found = re.search(r"font-size: ([\d.]+)px", style)
                size = float(found.group(1) if found else element.get("font-size", 0))
                anchor = re.search(r"text-anchor: (\w+)", style)
                moved = re.search(r"translate\(([-\d.]+)", element.get("transform", ""))
                x = float(moved.group(1) if moved else element.get("x", 0))
                long = size * ems(text)
                shift = {"start": 0.0, "middle": long / 2, "end": long}
                start = x - shift[anchor.group(1) if anchor else "start"]
                place = (card.label, language, text)
                assert start >= -0.5, place
                assert start + long <= width + 0.5, place


# ---- references ------------------------------------------------------------------------------


def test_every_card_and_every_page_can_be_cited(site, shown):
    for language in LANGUAGES:
        for name in {card.page for card in shown}:
            tree = html.parse(site / language / f"{name}.html").getroot()
            for figure in tree.xpath("//figure[@data-card]"):
                [tool] = figure.xpath(".//details[contains(@class, 'card-cite')]")
                listed = [item.text_content() for item in tool.xpath(".//pre")]
                stored = json.loads(figure.xpath(".//script[@class='card-json']/text()")[0])
                work = citations.card_work(stored, BOOK)
                assert listed == [text for _, text in citations.formats(work)]
                assert (site / work.path).is_file()
            [page] = tree.xpath("//details[@id='cite-this-page']")
            assert len(page.xpath(".//pre")) == len(citations.FORMATS)


def test_tools_stand_in_order_and_source_says_what_was_asked(site, shown):
    orders = {"figure": ["table", "download", "image", "cite"], "table": ["download", "cite"]}
    for card in shown:
        for language in LANGUAGES:
            tree = html.parse(site / language / f"{card.page}.html").getroot()
            [figure] = tree.xpath(f"//figure[@data-card='{card.label}']")
            tools = figure.xpath("./div[@class='card-tools']/details/@class")
            kinds = [name.split("card-tool card-")[1].split()[0] for name in tools]
            wanted = orders[card.json["en"]["kind"]]
            assert [kind for kind in kinds if kind in wanted] == wanted, card.label
            if card.json["en"]["sources"] or card.json["en"]["questions"]:
                assert "source" in kinds
            source = "".join(figure.xpath(".//details[contains(@class,'card-source')]//text()"))
            for question in card.json[language]["questions"]:
                assert question["wording"] in source
                assert question["base"] in source


# ---- in a browser ----------------------------------------------------------------------------


def first_page() -> str:
    return "notebooks/results-organisation.html"


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_tools_open_without_a_script_and_files_come_down(
    language: str, server: str, watched: Callable[..., Watched]
):
    opened = watched(java_script_enabled=False, accept_downloads=True)
    page = opened.page
    page.goto(f"{server}{language}/{first_page()}")
    figure = page.locator("figure[data-card]").filter(has=page.locator(".card-image")).first
    for kind in ("table", "download", "image", "cite", "source"):
        tool = figure.locator(f"details.card-{kind}")
        assert not tool.locator(".card-panel").is_visible()
        tool.locator("> summary").click()
        assert tool.locator(".card-panel").is_visible()
    label = figure.get_attribute("data-card")
    for name in (".csv", ".json", ".svg", ".png"):
        with page.expect_download() as waiting:
            figure.locator(f"a[download][href$='{label}{name}']").click()
        path = waiting.value.path()
        folder = "data/cards" if name in (".csv", ".json") else f"images/cards/{language}"
        expected = (SITE / folder / f"{label}{name}").read_bytes()
        assert hashlib.sha256(Path(path).read_bytes()).digest() == hashlib.sha256(expected).digest()
    assert opened.complaints == []


@pytest.mark.browser
def test_tools_are_reached_and_opened_by_keyboard(server: str, watched: Callable[..., Watched]):
    page = watched().page
    page.goto(f"{server}en/{first_page()}")
    figure = page.locator("figure.card-figure").first
    summary = figure.locator(".card-download > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert figure.locator(".card-download .card-panel").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(".csv")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reference_can_be_copied(language: str, server: str, watched: Callable[..., Watched]):
    page = watched(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(f"{server}{language}/{first_page()}")
    tool = page.locator("figure[data-card] .card-cite").first
    tool.locator("> summary").click()
    block = tool.locator("div.highlight").first
    block.hover()
    text = copied(page, block.locator(".copy-button").click)
    assert text == block.locator("pre").text_content()
    assert BOOK.version in text


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_copied_by_a_click_reads_the_rows(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = watched(permissions=["clipboard-read", "clipboard-write"]).page
    page.goto(f"{server}{language}/{first_page()}")
    figure = page.locator("figure[data-card]").first
    figure.locator(".card-download > summary").click()
    lines = {}
    for name, block in zip(
        ("pandas", "R", "spreadsheet"), figure.locator(".card-read .highlight").all(), strict=True
    ):
        block.hover()
        lines[name] = copied(page, partial(block.locator(".copy-button").press, "Enter"))
    label = figure.get_attribute("data-card")
    rows = list(csv.DictReader((SITE / f"data/cards/{label}.csv").open(encoding="utf-8")))
    address = lines["spreadsheet"]
    with urlopen(address) as answer:
        assert answer.read() == (SITE / f"data/cards/{label}.csv").read_bytes()
    assert lines["R"] == f'rows <- read.csv("{address}", encoding = "UTF-8")'
    names: dict[str, Any] = {}
    exec(lines["pandas"], names)
    assert list(names["rows"].columns) == list(rows[0])
    assert len(names["rows"]) == len(rows)


def test_without_an_address_a_line_names_the_file_as_it_is_downloaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("SME_BOOK_ADDRESS", raising=False)
    shown = html.fragment_fromstring(panels.reading_lines("waves", "ja"))
    lines = [item.text_content() for item in shown.iter("pre")]
    assert lines[2] == "waves.csv"
    (tmp_path / "waves.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(lines[0], names)
    assert names["rows"].to_dict("list") == {"a": [1], "b": [2]}
    monkeypatch.setenv("SME_BOOK_ADDRESS", "https://example.org/x/")
    shown = html.fragment_fromstring(panels.reading_lines("waves", "en"))
    for line in shown.iter("pre"):
        assert "https://example.org/x/data/cards/waves.csv" in line.text_content()
        assert line.get("data-place") is None


@pytest.mark.browser
def test_closed_tools_stay_out_of_print(server: str, watched: Callable[..., Watched]):
    page = watched().page
    page.goto(f"{server}ja/{first_page()}")
    page.emulate_media(media="print")
    assert page.locator(".card-tools:visible").count() == 0
    assert page.locator(".page-cite:visible").count() == 0
    assert page.locator("figure.card:visible").count() > 0


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_open_tools_fit_a_narrow_screen(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = watched(viewport={"width": 320, "height": 800}).page
    page.goto(f"{server}{language}/{first_page()}")
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_words_of_the_tools_are_in_both_languages():
    for key, text in SAY.items():
        assert text.en, key
        assert text.ja, key
